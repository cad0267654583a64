"""Moments in an event table: as text in ISO 8601, inside as seconds since 1970, UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from opsflow.reading.values import FIRST_YEAR, LAST_YEAR

_SPACED = re.compile(r"(\d) +(?=[+-]\d|Z$|UTC$)")


def written(seconds: float | None) -> str:
    """`2026-03-02T08:00:00Z`, with decimals where there are any; None is empty."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:-6] + "Z"


def read(value: object, zone: tzinfo) -> float | None:
    """The moment that a value means; None where it means none.

    A moment without an offset, and a date, which is the beginning of the day, are of the time zone. An
    hour that the zone skips or repeats is read as the first reading of it.
    """
    if isinstance(value, str):
        return _parsed(value, zone)
    if isinstance(value, datetime):
        return _seconds(value, zone)
    return _seconds(datetime(value.year, value.month, value.day), zone) if isinstance(value, date) else None


def _parsed(text: str, zone: tzinfo) -> float | None:
    try:
        return _seconds(datetime.fromisoformat(text), zone)
    except ValueError:
        pass
    try:
        return _seconds(datetime.fromisoformat(_SPACED.sub(r"\1", text.strip()).replace("UTC", "Z")), zone)
    except ValueError:
        return None


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
