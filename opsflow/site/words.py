"""Dates, shares and titles as the pages say them, the same on every machine: no locale is asked."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from opsflow.words import count as count
from opsflow.words import listed as listed
from opsflow.words import number as number

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = "January February March April May June July August September October November December".split()


def short_day(value: str, today: str = "") -> str:
    """`2026-06-12` as "12 Jun"; with the year where it is not that of `today`."""
    day = date.fromisoformat(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]}{_year(day, today)}"


def long_day(value: str, today: str = "") -> str:
    """`2026-06-12` as "Fri 12 June"; with the year where it is not that of `today`."""
    day = date.fromisoformat(value)
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{_year(day, today)}"


def _year(day: date, today: str) -> str:
    return f" {day.year}" if today and today[:4] != f"{day.year:04}" else ""


def local(value: str, zone: tzinfo) -> datetime:
    """A moment, on the board's clock."""
    return datetime.fromisoformat(value).astimezone(zone)


def moment(value: str, zone: tzinfo, today: str = "") -> str:
    """A moment as "Fri 12 June, 16:05" on the board's clock."""
    at = local(value, zone)
    day = f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}"
    return f"{day}{_year(at, today)}, {at.hour:02}:{at.minute:02}"


def short_moment(value: str, zone: tzinfo) -> str:
    """A moment as "Fri 12 Jun 16:05" on the board's clock."""
    at = local(value, zone)
    return f"{DAYS[at.weekday()]} {short_day(at.date().isoformat())} {at:%H:%M}"


def stretch(start: str, end: str, zone: tzinfo, today: str = "") -> str:
    """From one moment to another; the day is said once where it is the same."""
    last = local(end, zone)
    same = local(start, zone).date() == last.date()
    return f"{moment(start, zone, today)} to {f'{last:%H:%M}' if same else moment(end, zone, today)}"


def between(first: str, last: str, today: str = "") -> str:
    """Two days as "26 Nov to 7 Dec"; the year is said once where it is the same."""
    if first == last:
        return f"by {short_day(last, today)}"
    return f"{short_day(first, today if first[:4] != last[:4] else '')} to {short_day(last, today)}"


def percent(share: float) -> str:
    """A share as "85%"; over 0 and under 1 it never says 0% or 100%."""
    whole = round(share * 100)
    if share > 0 and whole == 0:
        return "<1%"
    return ">99%" if share < 1 and whole == 100 else f"{whole}%"


def capital(text: str) -> str:
    """The text with its first letter large, but for the name of a file."""
    return text if text.partition(" ")[0].endswith(".yaml") else text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """The text without what SVG and HTML cannot hold: control characters and lone surrogates."""
    return "".join(
        c if c >= " " and not "\x7f" <= c <= "\x9f" and not "\ud800" <= c <= "\udfff" else " " for c in text
    )


def width(text: str) -> int:
    """Columns of a fixed type: wide East Asian characters take two."""
    return len(text) if text.isascii() else sum(2 if _wide(ord(c)) else 1 for c in text)


def _wide(code: int) -> bool:
    return (
        0x1100 <= code <= 0x115F
        or 0x2E80 <= code <= 0xD7FF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE6F
        or 0xFF00 <= code <= 0xFF60
        or code >= 0x1F300
    )


def wrapped(text: str, columns: int, lines: int) -> list[str]:
    """The text in at most so many lines, broken at spaces, or inside a word that is too long.

    What does not fit is left out behind an ellipsis; the caller shows the whole text elsewhere.
    """
    made: list[str] = [""]
    for word in text.split():
        line = f"{made[-1]} {word}".strip()
        if width(line) <= columns:
            made[-1] = line
            continue
        if made[-1]:
            made.append("")
        for part in _parts(word, columns):
            if made[-1]:
                made.append("")
            made[-1] = part
    if len(made) <= lines:
        return made
    return [*made[: lines - 1], f"{_parts(' '.join(made[lines - 1 :]), columns - 1)[0].rstrip()}…"]


def _parts(word: str, columns: int) -> list[str]:
    """A word in pieces that fit."""
    parts = [""]
    for character in word:
        if width(parts[-1] + character) > columns and parts[-1]:
            parts.append("")
        parts[-1] += character
    return parts
