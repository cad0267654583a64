"""Moments in an event table: as text in ISO 8601, inside as seconds since 1970, UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from opsflow.reading.values import FIRST_YEAR, LAST_YEAR

_SPACED = re.compile(r"(\d) +(?=[+-]\d|Z$|UTC$|GMT$)")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_CLOCK = r"(?:,?(?:[T ]+)(?P<hour>\d{1,2}):(?P<rest>\d\d(?::\d\d)?[^ ]*?)(?: ?(?P<half>[AaPp][Mm]))?)?"
_FORMS = tuple(
    re.compile(form + _CLOCK, re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",  # 2026/3/1
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",  # 1.3.2026
        r"(?P<day>\d{1,2})[-/ ](?P<month>[A-Za-z]{3,9})[-/ ](?P<year>\d{4}|\d\d)",  # 01/Mar/26 9:11 AM
        r"(?P<month>[A-Za-z]{3,9}) (?P<day>\d{1,2}),? (?P<year>\d{4})",  # March 1, 2026
    )
)
"""Dates that mean one day wherever they are read; 03/04/2026 does not."""
_YEAR = r"(?P<year>\d{4}|\d\d)"
_ASKED = {
    "dmy": re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.]" + _YEAR + _CLOCK, re.ASCII),
    "mdy": re.compile(r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.]" + _YEAR + _CLOCK, re.ASCII),
}
_UNITS = {"seconds": 1, "milliseconds": 1000}
DATES = (*_ASKED, *_UNITS)
"""How dates may be written that mean several moments: somebody has to say which."""


def written(seconds: float | None) -> str:
    """`2026-03-02T08:00:00Z`, with decimals where there are any; None is empty."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:-6] + "Z"


def read(value: object, zone: tzinfo, dates: str = "") -> float | None:
    """The moment that a value means; None where it means none.

    A moment without an offset, and a date, which is the beginning of the day, are of the time zone. An
    hour that the zone skips or repeats is read as the first reading of it. `dates` is one of DATES, where
    somebody says how they are written.
    """
    if dates in _UNITS:
        counted = _counted(value, _UNITS[dates])
        if counted is not None:
            return counted
    if isinstance(value, str):
        return _parsed(value, zone, dates)
    if isinstance(value, datetime):
        return _seconds(value, zone)
    return _seconds(datetime(value.year, value.month, value.day), zone) if isinstance(value, date) else None


def unsure(value: object) -> str:
    """What somebody has to say for a value to be a moment; empty where nothing helps."""
    text = str(value).strip()
    if isinstance(value, str) and any(form.fullmatch(text) for form in _ASKED.values()):
        return "which may be two days; --dates dmy or mdy says which"
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text, re.ASCII):
        return "which may count seconds or milliseconds; --dates says which"
    return ""


def _counted(value: object, unit: int) -> float | None:
    """Seconds or milliseconds since 1970, as a number or as text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        at = float(value) / unit
        return at if FIRST_YEAR <= datetime.fromtimestamp(at, UTC).year <= LAST_YEAR else None
    except (ValueError, OverflowError, OSError):
        return None


def _parsed(text: str, zone: tzinfo, dates: str) -> float | None:
    try:
        return _seconds(datetime.fromisoformat(text), zone)
    except ValueError:
        pass
    text = _SPACED.sub(r"\1", text.strip()).replace("UTC", "Z").replace("GMT", "Z")
    for told in (text, *_rewritten(text, dates)):
        try:
            return _seconds(datetime.fromisoformat(told), zone)
        except ValueError:
            continue
    return None


def _rewritten(text: str, dates: str) -> Iterator[str]:
    """The same in ISO 8601, where it is a date that can be read in one way only, or as somebody says."""
    forms = (_ASKED[dates], *_FORMS) if dates in _ASKED else _FORMS
    found = next((match for form in forms if (match := form.fullmatch(text))), None)
    if found is None:
        return
    said = found.groupdict()
    month = said["month"] if said["month"].isdecimal() else str(_MONTHS.get(said["month"][:3].lower(), 0))
    year = said["year"] if len(said["year"]) == 4 else f"20{said['year']}"
    hour, rest = said["hour"], said["rest"] or ""
    if said["half"]:
        hour = str(int(hour or 0) % 12 + (12 if said["half"].lower() == "pm" else 0))
    clock = "" if hour is None else f"T{hour:0>2}:{rest}"
    yield f"{year}-{month:0>2}-{said['day']:0>2}{clock}"


def _seconds(at: datetime, zone: tzinfo) -> float | None:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()


def length(of: timedelta | None) -> str:
    """A length of time as items have it: `2d`, `12h`, `90m`; None is empty."""
    if of is None:
        return ""
    for unit, seconds in (("d", 86400), ("h", 3600)):
        if of.total_seconds() % seconds == 0:
            return f"{of.total_seconds() / seconds:.0f}{unit}"
    return f"{of.total_seconds() / 60:.3f}".rstrip("0").rstrip(".") + "m"
