"""The working days before and after now, as forecasts count them.

A moment is a number of working days from a fixed day on, with decimals: what went by of a day that is no
working day is nothing. A forecast of n working days lands on the n-th working day after today; today itself
never counts, however early it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from opsflow.measures.query import Query
from opsflow.model import Away, Item

ONE = timedelta(days=1)
TOO_FAR = timedelta(days=3650)
FAR = 10**6
"""A number of working days that is beyond every horizon."""


class Day(NamedTuple):
    """A day as working time."""

    before: int
    """Working days before it, from a fixed day on."""
    works: bool
    begin: float
    """When it begins, and how long it is, in seconds."""
    length: float


class Course:
    """The working days of a board, from where a question is asked."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.today = query.facts.today
        self.workdays = query.facts.workdays
        self._first = date((query.since or self.today).year, 1, 1)
        self._days: dict[int, Day] = {}

    def worked(self, moments: Sequence[float]) -> list[float]:
        """Working days, with decimals, that had gone by at each moment, from some fixed day on."""
        found = []
        for at, number in zip(moments, self.query.clock.numbers(moments), strict=True):
            before, works, begin, length = self._days.get(number) or self.day(number)
            found.append(before + (at - begin) / length if works else float(before))
        return found

    def day(self, number: int) -> Day:
        """What is known of the day of that number."""
        if number not in self._days:
            on, clock = date.fromordinal(number), self.query.clock
            begin = clock.begin(number)
            self._days[number] = Day(
                self.workdays.between(self._first, on - ONE),
                self.workdays.works(on),
                begin,
                clock.begin(number + 1) - begin,
            )
        return self._days[number]

    def lands(self, days: int | None) -> date | None:
        """The day on which a number of working days from now ends."""
        return None if days is None else self.workdays.after(self.today, days)

    def until(self, day: date) -> int:
        """Working days after today up to that day; below 0 where it is past, `FAR` where it is too far."""
        return self.workdays.between(self.today, day) if day - self.today < TOO_FAR else FAR

    def begins(self, day: date | None) -> float:
        """How many working days from now that day begins; 0 for what is past."""
        return 0.0 if day is None else float(max(self.until(day - ONE), 0))

    def off(self, item: Item, horizon: int) -> tuple[int, ...]:
        """The numbers of the next working days on which nobody is there who has the item."""
        people = self.query.facts.board.people or {}
        if not item.assignees or any(name not in people for name in item.assignees):
            return ()
        away = [self._away(people[name].away, horizon) for name in item.assignees]
        return tuple(sorted(set.intersection(*away)))

    def _away(self, stretches: Iterable[Away], horizon: int) -> set[int]:
        found: set[int] = set()
        for each in stretches:
            first, last = self.until(max(each.start, self.today + ONE) - ONE), self.until(each.end)
            found.update(range(first + 1, min(last, horizon) + 1))
        return found
