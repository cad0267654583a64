"""The working days before and after now, as forecasts count them.

A moment is a number of working days from a fixed day on, with decimals: what went by of a day that is no
working day is nothing. A forecast of n working days lands on the n-th working day after today; today itself
never counts, however early it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from opsflow.flow.days import Window
from opsflow.measures.query import Query
from opsflow.model import Away, Item

ONE = timedelta(days=1)


class Course:
    """The working days of a board, from where a question is asked."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.today = query.facts.today
        self.workdays = query.facts.workdays
        self._first = date((query.since or self.today).year, 1, 1)
        self._before: dict[int, tuple[int, bool]] = {}

    def worked(self, moments: Sequence[float]) -> list[float]:
        """Working days, with decimals, that had gone by at each moment, from some fixed day on."""
        clock = self.query.clock
        found = []
        for at, number in zip(moments, clock.numbers(moments), strict=True):
            before, works = self.day(number)
            begin = clock.begin(number)
            found.append(
                before + (at - begin) / (clock.begin(number + 1) - begin) if works else float(before)
            )
        return found

    def day(self, number: int) -> tuple[int, bool]:
        """How many working days there are before a day, and whether it is one."""
        if number not in self._before:
            day = date.fromordinal(number)
            before = self.workdays.between(self._first, day - ONE)
            self._before[number] = (before, self.workdays.works(day))
        return self._before[number]

    def lands(self, days: int | None) -> date | None:
        """The day on which a number of working days from now ends."""
        return None if days is None else self.workdays.after(self.today, days)

    def until(self, day: date) -> int:
        """Working days after today up to that day; below 0 where it is past."""
        return self.workdays.between(self.today, day)

    def begins(self, day: date | None) -> float:
        """How many working days from now that day begins; 0 for what is past."""
        return 0.0 if day is None else float(max(self.until(day - ONE), 0))

    def complete(self) -> Window:
        """The days of the window that are over and known: today is not, until its last minute."""
        window = self.query.known
        over = (self.query.facts.now + timedelta(minutes=1)).astimezone(
            self.query.facts.zone
        ).date() > self.today
        return window if over else Window(window.first, min(window.last, self.today - ONE))

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
