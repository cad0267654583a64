"""What a text means where the schema wants more than text. Every function gives None for "not one".

A YAML resolver is never asked: `012`, `no` and `1_000` mean something else to every parser.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from opsflow.model import Step

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?: ?(Z|[+-]\d\d:?\d\d))?", re.ASCII
)
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([wdhm])", re.ASCII)
_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_STEP = re.compile(r"- \[([ xX])\] (\S.*)")
_NAMED = re.compile(r"(?P<form>[A-Za-z][\w-]*):(?!//)(?P<name>.*)", re.DOTALL)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
WHOM = ("team", "vendor", "item")
"""The forms of a name that says whom or what it means; a person's name has none."""
LONGEST = timedelta(days=36_525)
"""A length beyond a hundred years is a slip, and arithmetic with it could overflow."""
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Outside these years a date is a slip, and arithmetic with it could overflow."""


def day(text: str) -> date | None:
    """`2026-12-01`."""
    match = _DAY.fullmatch(text)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def day_from(text: str, today: date, *, ahead: bool = True) -> date | None:
    """A day, written as one, as `today` or `tomorrow`, or as a length of time from today: ahead, or back."""
    named = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(text)
    length = duration(text.removeprefix("+")) if named is None else timedelta(days=named)
    try:
        return day(text) if length is None else today + length if ahead or named else today - length
    except OverflowError:
        return None


def moment(text: str, zone: tzinfo) -> datetime | None:
    """`2026-11-28 22:00` in `zone`, or with a `Z` or an offset, with or without seconds; given in UTC.

    An hour that the zone skips or repeats is read as the first reading of it.
    """
    match = _MOMENT.fullmatch(text)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    year, month, of_month, hour, minute = (int(part) for part in match.groups()[:5])
    where = _offset(match[7]) if match[7] else zone
    if where is None:
        return None
    try:
        local = datetime(year, month, of_month, hour, minute, int(match[6] or 0), tzinfo=where)
    except ValueError:
        return None
    return local.astimezone(UTC)


def _offset(text: str) -> tzinfo | None:
    from datetime import timezone

    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        return None
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if text[0] == "-" else length)


def duration(text: str) -> timedelta | None:
    """`3w`, `2d`, `12h` or `90m`; a day is 24 hours. Never zero, and at most LONGEST."""
    match = _DURATION.fullmatch(text)
    length = timedelta(**{_UNITS[match[2]]: float(match[1])}) if match else timedelta()
    return length if timedelta() < length <= LONGEST else None


def number(text: str) -> int | float | None:
    """A finite decimal number without separators: `8000`, `-1.5`, `2e3`. No leading zeros."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def flag(text: str) -> bool | None:
    """`true` or `false`."""
    return {"true": True, "false": False}.get(text)


def beyond(form: str, text: str) -> str:
    """The limit that keeps a text from being a `date`, a `moment` or a `timespan`; empty: no limit does."""
    if form in ("date", "moment"):
        year = text[:4]
        if year.isdecimal() and not FIRST_YEAR <= int(year) <= LAST_YEAR:
            read = day if form == "date" else lambda other: moment(other, UTC)
            # Within 400 years the calendar repeats itself.
            if read(f"{2000 + int(year) % 400}{text[4:]}") is not None:
                return f"years go from {FIRST_YEAR} to {LAST_YEAR}"
    elif form == "timespan" and re.fullmatch(r"\d*[1-9]\d*(?:\.\d{1,3})?[wdhm]", text, re.ASCII):
        return f"a length of time is {LONGEST.days // 365} years at most" if duration(text) is None else ""
    return ""


def is_whom(text: str) -> bool:
    """Whether a text is a name such as `maria` or `team:net`, or free text, and no form that there is not.

    What begins with another word, a colon and no blank after it was meant as a form; so was one with a name
    that is empty or begins with a blank. An address of the web is free text.
    """
    match = _NAMED.fullmatch(text)
    if not match:
        return True
    blank = not match["name"] or match["name"][0].isspace()
    return blank != (match["form"] in WHOM)


def steps(text: str) -> tuple[Step, ...] | int:
    """The steps of a checklist, or the position, from 0, of the first line that is none.

    A step is `- [ ] text`, or `- [x] text` once it is done. Empty lines count for nothing.
    """
    found = []
    for at, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        match = _STEP.fullmatch(line.rstrip())
        if not match:
            return at
        found.append(Step(match[2], match[1] != " "))
    return tuple(found)
