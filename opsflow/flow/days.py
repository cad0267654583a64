"""Days: how moments become calendar days, windows and weeks.

A day is a day in the board's time zone. A difference of days is taken between dates, so a day of 23
or 25 hours, when the clocks change, is one day like any other. Where there are very many, a day is its
number (`date.toordinal`), a moment its seconds since 1970, and a `Clock` turns one into the other.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise, repeat
from math import floor
from typing import NamedTuple

ONE = timedelta(days=1)
DAY = 86400.0
"""The seconds of a day on which no clock changes."""


class Count(StrEnum):
    """How days between two moments are counted."""

    INCLUSIVE = "inclusive"
    """Last day minus first day plus 1: begun and finished on one day is 1."""
    EXCLUSIVE = "exclusive"
    """Last day minus first day: begun and finished on one day is 0."""
    ELAPSED = "elapsed"
    """The time between the two moments, in days of 24 hours, with decimals."""
    WORKING = "working"
    """Working days from first to last, both counted: begun and finished at a weekend is 0."""
    WORKING_EXCLUSIVE = "working-exclusive"
    """Working days from the first on, the last day not counted: begun and finished on one day is 0."""
    WORKING_ELAPSED = "working-elapsed"
    """The working days that went by between the two moments, with decimals."""


class Working:
    """The days on which work is done: those of the week, but for days off."""

    def __init__(self, week: Iterable[int] = range(5), off: Iterable[date] = ()) -> None:
        self.week = frozenset(week)
        """Monday is 0."""
        self.off = sorted({each.toordinal() for each in off if each.weekday() in self.week})
        """The numbers of days of the week that are none, such as holidays."""
        self._upto = [sum(weekday in self.week for weekday in range(n)) for n in range(7)]

    def __contains__(self, day: date) -> bool:
        return self.count(day.toordinal(), day.toordinal()) == 1

    def count(self, first: int, last: int) -> int:
        """How many of the days with these numbers, both included, are working days."""
        if last < first:
            return 0
        off = bisect_right(self.off, last) - bisect_left(self.off, first)
        return self._since_ever(last) - self._since_ever(first - 1) - off

    def counts(self, firsts: Sequence[int], lasts: Sequence[int]) -> list[int]:
        """The same for very many pairs of days."""
        if not firsts:
            return []
        low, high = min(min(firsts), min(lasts)) - 1, max(max(firsts), max(lasts))
        upto = [self.count(low + 1, number) for number in range(low, high + 1)]
        return [
            max(upto[last - low] - upto[first - 1 - low], 0)
            for first, last in zip(firsts, lasts, strict=True)
        ]

    def _since_ever(self, number: int) -> int:
        """Of the days up to this one, how many are of the week. Day 1 was a Monday."""
        weeks, rest = divmod(number, 7)
        return weeks * len(self.week) + self._upto[rest]


_WEEKDAYS = Working()


class Clock:
    """The days of very many moments, in one zone."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._first = 0
        self._begins: list[int] = []
        """When days begin, one after another; `_first` is the number of the first of them."""
        self._step = 1
        """Every day has a multiple of so many seconds: a whole day, an hour, a quarter of one, or 1."""
        self._days = array("i")
        """The numbers of the days, step by step: to look one up takes less than half of a search."""
        self._found: dict[tuple[str, int, Window], tuple[object, tuple[int, ...]]] = {}

    def once(
        self, what: str, column: object, window: Window, make: Callable[[], Iterable[int]]
    ) -> tuple[int, ...]:
        """The places of a column that are found in a window: many measures ask the same, so it is kept.

        The column is held with them, so that no other one can ever be taken for it.
        """
        key = what, id(column), window
        if key not in self._found:
            self._found[key] = column, tuple(make())
        return self._found[key][1]

    def number(self, at: float) -> int:
        """The number of the day of a moment."""
        return datetime.fromtimestamp(at, self.zone).toordinal()

    def numbers(self, moments: Sequence[float]) -> list[int]:
        """The numbers of the days of these moments."""
        if len(moments) < _FEW:
            return [*map(self.number, moments)]
        earliest = min(moments)
        self._reach(self.number(earliest), self.number(max(moments)))
        days, step, first = self._days, self._step, self._begins[0]
        if step < _WHOLE and not days:
            before = self._first - 1
            return [before + place for place in map(bisect_right, repeat(self._begins), moments)]
        # Days begin with a second, so its parts do not count; `int` is the quicker of the two.
        seconds: Iterable[int] = map(floor, moments) if earliest < 0 else map(int, moments)
        if step == _WHOLE:
            number = self._first
            return [(at - first) // _WHOLE + number for at in seconds]
        return [days[(at - first) // step] for at in seconds]

    def begin(self, number: int) -> int:
        """When the day of that number begins."""
        if self.zone is UTC:
            return (number - _EPOCH) * 86400
        return int(midnight(date.fromordinal(number), self.zone).timestamp())

    def _reach(self, first: int, last: int) -> None:
        """Know when the days between these begin, and one more at each end."""
        first, last = max(first - 1, 1), min(last + 1, _LAST)
        if self._begins:
            known = self._first + len(self._begins) - 1
            if self._first <= first and last <= known:
                return
            first, last = min(first, self._first), max(last, known)
        self._first, self._begins = first, [self.begin(number) for number in range(first, last + 1)]
        lengths = [after - before for before, after in pairwise(self._begins)]
        self._step = next((step for step in _STEPS if not any(length % step for length in lengths)), 1)
        self._days = array("i")
        if 1 < self._step < _WHOLE and len(lengths) < _MOST:
            for number, length in enumerate(lengths, first):
                self._days.extend(repeat(number, length // self._step))


_EPOCH = date(1970, 1, 1).toordinal()
_WHOLE = 86400
_STEPS = (_WHOLE, 3600, 900)
_FEW = 4
"""For fewer moments, to know when days begin takes longer than to ask for each."""
_MOST = 40_000
"""Over so many days, more than a hundred years, a table of them would be no gain."""
_LAST = date.max.toordinal() - 2


def lengths(
    starts: Sequence[float], ends: Sequence[float], clock: Clock, count: Count, working: Working
) -> list[float]:
    """Days from each start to its end; whole numbers, but for elapsed ones. Where it ends before,
    they are negative, and of working days there are 0.
    """
    if count is Count.ELAPSED:
        return [(end - start) / DAY for start, end in zip(starts, ends, strict=True)]
    firsts, lasts = clock.numbers(starts), clock.numbers(ends)
    if count is Count.WORKING:
        return list(working.counts(firsts, lasts))
    if count is Count.WORKING_EXCLUSIVE:
        return list(working.counts(firsts, [last - 1 for last in lasts]))
    if count is Count.WORKING_ELAPSED:
        before = working.counts(firsts, [last - 1 for last in lasts])
        parts = {number: _Part.of(number, clock, working) for number in {*firsts, *lasts}}
        return [
            whole + parts[last].gone(end) - parts[first].gone(start) if start < end else 0.0
            for whole, first, last, start, end in zip(before, firsts, lasts, starts, ends, strict=True)
        ]
    if count is Count.INCLUSIVE:
        return [last - first + 1 for first, last in zip(firsts, lasts, strict=True)]
    return [last - first for first, last in zip(firsts, lasts, strict=True)]


class _Part(NamedTuple):
    """What there is of one day."""

    begin: int
    length: int
    works: bool

    @classmethod
    def of(cls, number: int, clock: Clock, working: Working) -> _Part:
        begin = clock.begin(number)
        return cls(begin, clock.begin(number + 1) - begin, working.count(number, number) == 1)

    def gone(self, at: float) -> float:
        """The part of a working day that has gone by at a moment of it; 0 of any other."""
        return (at - self.begin) / self.length if self.works else 0.0


def day(at: datetime, zone: tzinfo) -> date:
    """The calendar day of a moment in that zone."""
    return at.astimezone(zone).date()


def between(
    start: datetime,
    end: datetime,
    zone: tzinfo,
    count: Count = Count.INCLUSIVE,
    working: Working | None = None,
) -> float:
    """Days from start to end, counted as `lengths` does; working days are Monday to Friday by default."""
    if count is Count.ELAPSED:
        return (end - start) / ONE
    moments = [start.timestamp()], [end.timestamp()]
    return lengths(*moments, Clock(zone), count, working or _WEEKDAYS)[0]


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

    @property
    def numbers(self) -> range:
        """The numbers of its days, in order."""
        first = self.first.toordinal()
        return range(first, first + len(self))

    def before(self) -> Window:
        """The window of the same length that ends the day before this one begins."""
        first = max(self.first.toordinal() - len(self), 1)
        return Window(date.fromordinal(first), self.first - ONE)


def last(days: int, today: date, since: date | None = None) -> Window:
    """The window of so many days that ends today, cut where what is known begins only later."""
    first = date.fromordinal(max(today.toordinal() - days + 1, 1))
    return Window(max(first, since) if since is not None else first, today)


class Week(NamedTuple):
    """The part of a week that lies in a window; or of a month or another period."""

    name: str
    """Such as "2026-W24" or "2026-05"; the first day of what has no name of its own."""
    first: date
    last: date
    partial: bool
    """Cut by the window, or not over yet: its count says nothing about a rate."""


def weeks(window: Window, ended: date) -> tuple[Week, ...]:
    """The ISO weeks, Monday to Sunday, that a window touches, in order."""
    return periods(window, ended)


PERIODS = ("day", "week", "month", "quarter", "year")


def periods(window: Window, ended: date, length: str | int = "week", begins: int = 0) -> tuple[Week, ...]:
    """The periods that a window touches, in order: one of PERIODS, or so many days from its first one on.

    `ended` is the last day that is over; a period that lasts longer is partial.
    `begins` is the day on which weeks begin, Monday being 0; those that begin on another day than ISO's
    are named by their first day.
    """
    found = []
    first = window.first
    if length == "week":
        first -= timedelta(days=(first.weekday() - begins) % 7)
    elif isinstance(length, str) and length != "day":
        first = _begin(first, length)
    while first <= window.last:
        following = _following(first, length)
        last = following - ONE
        partial = first < window.first or last > window.last or last > ended
        name = _named(first, length, begins)
        found.append(Week(name, max(first, window.first), min(last, window.last), partial))
        first = following
    return tuple(found)


_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _begin(day: date, length: str) -> date:
    months = _MONTHS[length]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _following(first: date, length: str | int) -> date:
    if isinstance(length, int) or length in ("day", "week"):
        return first + timedelta(days=length if isinstance(length, int) else 7 if length == "week" else 1)
    month = first.month - 1 + _MONTHS[length]
    return date(first.year + month // 12, month % 12 + 1, 1)


def _named(first: date, length: str | int, begins: int) -> str:
    if length == "week" and begins == 0:
        year, number, _ = first.isocalendar()
        return f"{year}-W{number:02}"
    if length == "month":
        return f"{first.year}-{first.month:02}"
    if length == "quarter":
        return f"{first.year}-Q{first.month // 3 + 1}"
    return str(first.year) if length == "year" else first.isoformat()


def per_day(numbers: Iterable[int], window: Window) -> tuple[int, ...]:
    """How many of the days with these numbers fall on each day of the window; days without any are 0."""
    counted = Counter(numbers)
    return tuple([counted[number] for number in window.numbers])


def per_week(counts: Sequence[int], window: Window, weeks: Iterable[Week]) -> tuple[int, ...]:
    """Daily counts of a window, added up for each of its weeks."""
    return tuple(
        sum(counts[(week.first - window.first).days : (week.last - window.first).days + 1]) for week in weeks
    )
