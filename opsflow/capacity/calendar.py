"""The working calendar: on which days work is done, and how many of them lie between two days.

A working day is a day of the board's week that is no holiday and, for one person, no day away. Holidays
are those of the package `holidays` for a country or region (public ones, with the days on which they are
made up for), and single dates. The package is imported by the first day that needs it, which costs a
tenth of a second.

The day on which counting starts never counts: one working day after a Friday is the Monday.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from opsflow.capacity.codes import COUNTRIES
from opsflow.model import Away, Calendar

LAST = 9998
"""The last year that has working days; what would be later is `date.max`."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Workdays:
    """The days on which work is done: a board's, or one person's."""

    week: frozenset[int] = frozenset(range(5))
    """Days of the week; Monday is 0."""
    codes: tuple[str, ...] = ()
    """Countries and regions whose public holidays are free, such as "DE-BE"."""
    dates: frozenset[date] = frozenset()
    """Single days that are free."""
    away: tuple[Away, ...] = ()
    """Stretches of days that are free."""
    _years: dict[int, tuple[date, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def works(self, day: date) -> bool:
        """Whether work is done on that day."""
        if day.weekday() not in self.week or day in self.dates or day.year > LAST:
            return False
        if any(away.start <= day <= away.end for away in self.away):
            return False
        return not any(day in holidays(code, day.year) for code in self.codes)

    def days(self, first: date, last: date) -> Iterator[date]:
        """The working days from first to last, both included; none where last is before first."""
        for year in range(first.year, min(last.year, LAST) + 1):
            yield from (day for day in self._of(year) if first <= day <= last)

    def count(self, first: date, last: date) -> int:
        """How many working days there are from first to last, both included."""
        return max(self.between(first - ONE, last), 0)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to `end`, which counts; below 0 where `end` is before `start`."""
        if end < start:
            return -self.between(end, start)
        years = range(start.year, min(end.year, LAST + 1))
        return sum(len(self._of(year)) for year in years) + self._until(end) - self._until(start)

    def after(self, start: date, n: int) -> date:
        """The n-th working day after `start`, which is the 0th; `date.max` where there are not so many."""
        if n <= 0:
            return start
        n += self._until(start)
        for year in range(start.year, LAST + 1):
            days = self._of(year)
            if n <= len(days):
                return days[n - 1]
            n -= len(days)
        return date.max

    def off(self, first: date, last: date) -> Iterator[date]:
        """The days from first to last, both included, on which no work is done."""
        day = first
        while day <= last:
            if not self.works(day):
                yield day
            day += ONE

    def without(self, away: Iterable[Away]) -> Workdays:
        """The same, less the days on which somebody is away."""
        return replace(self, away=(*self.away, *away))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The codes that stand for no holidays: they make no day free."""
        return tuple(code for code in self.codes if not known(code))

    def _of(self, year: int) -> tuple[date, ...]:
        """The working days of a year."""
        if year not in self._years:
            first, last = date(year, 1, 1), date(year, 12, 31)
            days = (first + timedelta(days=n) for n in range((last - first).days + 1))
            self._years[year] = tuple(day for day in days if self.works(day))
        return self._years[year]

    def _until(self, day: date) -> int:
        """How many working days its year has up to that day, which counts."""
        return bisect_right(self._of(day.year), day) if day.year <= LAST else 0


ONE = timedelta(days=1)


@lru_cache(maxsize=64)
def of(calendar: Calendar) -> Workdays:
    """The working days of a board."""
    written = calendar.holidays
    days = [_date(each) for each in written]
    codes = tuple(dict.fromkeys(each for each, day in zip(written, days, strict=True) if day is None))
    return Workdays(calendar.week, codes, frozenset(day for day in days if day))


def known(code: str) -> bool:
    """Whether `holidays:` may name it: a country, a region of one, or a day that the calendar has."""
    if _DATE.fullmatch(code):
        return _date(code) is not None
    country, _, region = code.partition("-")
    if country in COUNTRIES and (not region or region in COUNTRIES[country]):
        return True
    return _ask(code)


def like(code: str) -> tuple[str, ...]:
    """What an unknown code may be meant to be, likeliest first: a region of its country, or a country."""
    from difflib import get_close_matches

    country, _, region = code.partition("-")
    if country not in COUNTRIES:
        turned = [each for each in COUNTRIES if sorted(each) == sorted(country)]
        near = get_close_matches(country, COUNTRIES, 3, 0.5) if len(country) > 2 else turned
        return tuple(each for each in near if not region or region in COUNTRIES[each])
    regions = COUNTRIES[country]
    near = get_close_matches(region, regions, 3, 0.5)
    return tuple(f"{country}-{each}" for each in near or regions) or (country,)


@lru_cache(maxsize=1024)
def holidays(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country or region in a year; none where the code stands for nothing."""
    import warnings

    from holidays import country_holidays

    country, _, region = code.partition("-")
    try:
        with warnings.catch_warnings():
            # Some countries are known for some years only, and say so; other years have what is known.
            warnings.simplefilter("ignore")
            return frozenset(country_holidays(country, subdiv=region or None, years=[year]))
    except (NotImplementedError, KeyError, ValueError):
        return frozenset()


@lru_cache(maxsize=256)
def _ask(code: str) -> bool:
    """Whether the installed version of the package knows a code."""
    from holidays import country_holidays

    country, _, region = code.partition("-")
    try:
        country_holidays(country, subdiv=region or None)
    except (NotImplementedError, KeyError, ValueError):
        return False
    return True


def _date(text: str) -> date | None:
    """The day that is written; None for a code, and for what no calendar has."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
