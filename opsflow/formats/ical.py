"""Days and hours as a calendar (iCalendar, RFC 5545).

Lines end in CR LF and are folded at 75 octets; texts are escaped, and what hides in them is shown as a sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from opsflow.formats.visible import visible

WIDTH = 75
"""Octets in a line, at most."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})


class Event(NamedTuple):
    """Something on the calendar."""

    id: str
    """What tells it from all others, for ever."""
    title: str
    start: datetime | date
    end: datetime | date
    """The first moment after it, or its last day."""
    text: str = ""
    url: str = ""
    busy: bool = False
    """Whether who reads it has no time meanwhile."""


def render(title: str, at: datetime, events: Sequence[Event]) -> str:
    """A calendar; `at` is the moment as of which it holds."""
    return "".join(f"{part}\r\n" for line in _lines(title, at, events) for part in _folded(line))


def _lines(title: str, at: datetime, events: Sequence[Event]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//opsflow//opsflow//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"NAME:{_text(title)}"
    yield f"X-WR-CALNAME:{_text(title)}"
    for each in events:
        yield from _event(at, each)
    yield "END:VCALENDAR"


def _event(at: datetime, each: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(each.id)}"
    yield f"DTSTAMP:{_moment(at)}"
    if isinstance(each.start, datetime) and isinstance(each.end, datetime):
        yield f"DTSTART:{_moment(each.start)}"
        if each.end > each.start:
            yield f"DTEND:{_moment(each.end)}"
    else:
        yield f"DTSTART;VALUE=DATE:{each.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{each.end + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(each.title)}"
    if each.text:
        yield f"DESCRIPTION:{_text(each.text)}"
    if each.url:
        yield f"URL:{each.url}"
    yield f"TRANSP:{'OPAQUE' if each.busy else 'TRANSPARENT'}"
    yield "END:VEVENT"


def _text(text: str) -> str:
    return "\\n".join(visible(line).translate(_ESCAPED) for line in text.splitlines())


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """A line in parts, cut between letters; every part but the first begins with a space."""
    start, width = 0, 0
    for place, letter in enumerate(line):
        size = len(letter.encode())
        if width + size > WIDTH:
            yield f"{' ' * (start > 0)}{line[start:place]}"
            start, width = place, 1
        width += size
    yield f"{' ' * (start > 0)}{line[start:]}"
