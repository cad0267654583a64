"""Days: how moments become calendar days, windows and weeks.

A day is a day in the board's time zone. A difference of days is taken between dates, so a day of 23
or 25 hours, when the clocks change, is one day like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

ONE = timedelta(days=1)


class Count(StrEnum):
    """How days between two moments are counted."""

    INCLUSIVE = "inclusive"
    """Last day minus first day plus 1: begun and finished on one day is 1."""
    EXCLUSIVE = "exclusive"
    """Last day minus first day: begun and finished on one day is 0."""
    ELAPSED = "elapsed"
    """The time between the two moments, in days of 24 hours, with decimals."""


def day(at: datetime, zone: tzinfo) -> date:
    """The calendar day of a moment in that zone."""
    return at.astimezone(zone).date()


def between(start: datetime, end: datetime, zone: tzinfo, count: Count = Count.INCLUSIVE) -> float:
    """Days from start to end; a whole number, but for `elapsed`. Negative where end is before start."""
    if count is Count.ELAPSED:
        return (end - start) / ONE
    return (day(end, zone) - day(start, zone)).days + (count is Count.INCLUSIVE)


def inclusive(start: datetime, end: datetime, zone: tzinfo) -> int:
    """Calendar days that the time from start to end touches; at least 1."""
    return max((day(end, zone) - day(start, zone)).days, 0) + 1


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day begins in that zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both included. Empty where last is before first."""

    first: date
    last: date

    def __len__(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> tuple[date, ...]:
        """All its days, in order."""
        return tuple(self.first + timedelta(days=n) for n in range(len(self)))

    def before(self) -> Window:
        """The window of the same length that ends the day before this one begins."""
        return Window(self.first - timedelta(days=len(self)), self.first - ONE)


def last(days: int, today: date, since: date | None = None) -> Window:
    """The window of so many days that ends today, cut where what is known begins only later."""
    first = today - timedelta(days=days - 1)
    return Window(max(first, since) if since is not None else first, today)


class Week(NamedTuple):
    """The part of an ISO week that lies in a window."""

    name: str
    """Such as "2026-W24"."""
    first: date
    last: date
    partial: bool
    """Cut by the window, or not over yet: its count says nothing about a rate."""


def weeks(window: Window, today: date) -> tuple[Week, ...]:
    """The ISO weeks, Monday to Sunday, that a window touches, in order."""
    found = []
    monday = window.first - timedelta(days=window.first.weekday())
    while monday <= window.last:
        sunday = monday + timedelta(days=6)
        year, number, _ = monday.isocalendar()
        partial = monday < window.first or sunday > window.last or sunday >= today
        found.append(
            Week(f"{year}-W{number:02}", max(monday, window.first), min(sunday, window.last), partial)
        )
        monday = sunday + ONE
    return tuple(found)


def per_day(moments: Iterable[datetime], window: Window, zone: tzinfo) -> tuple[int, ...]:
    """How many of the moments fall on each day of the window; days without any are 0."""
    counts = [0] * len(window)
    for at in moments:
        position = (day(at, zone) - window.first).days
        if 0 <= position < len(counts):
            counts[position] += 1
    return tuple(counts)


def per_week(counts: tuple[int, ...], window: Window, weeks: Iterable[Week]) -> tuple[int, ...]:
    """Daily counts of a window, added up for each of its weeks."""
    return tuple(
        sum(counts[(week.first - window.first).days : (week.last - window.first).days + 1]) for week in weeks
    )
