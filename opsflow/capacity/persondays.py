"""Person-days: how much of the people's time there is, and what is left of it for planned work.

One person-day is a working day of a person whose whole time is the board's. A person whose `capacity` is
0.8 gives 0.8 of one on each working day on which they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from opsflow.capacity.calendar import Workdays
from opsflow.model import Away, Person


class PersonDays(NamedTuple):
    """One person's time in a stretch of days, or that of several added up."""

    working: float = 0
    """Working days of the board."""
    away: float = 0
    """Those of them on which the person is away."""
    other: float = 0
    """Person-days that go elsewhere: what `capacity` leaves."""

    @property
    def available(self) -> float:
        """Person-days for this board's work: working days, less days away, less other work."""
        return self.working - self.away - self.other

    def plus(self, more: PersonDays) -> PersonDays:
        return PersonDays(self.working + more.working, self.away + more.away, self.other + more.other)


def of(person: Person, workdays: Workdays, first: date, last: date) -> PersonDays:
    """What a person has from first to last, both included."""
    working = workdays.count(first, last)
    there = own(person, workdays).count(first, last)
    return PersonDays(working, working - there, there * (1 - person.capacity))


def total(found: Iterable[PersonDays]) -> PersonDays:
    """Several people's person-days."""
    found = list(found)
    return PersonDays(
        sum(each.working for each in found),
        sum(each.away for each in found),
        sum(each.other for each in found),
    )


@lru_cache(maxsize=1024)
def own(person: Person, workdays: Workdays) -> Workdays:
    """The working days of one person: the board's, less the days away."""
    return workdays.without(person.away)


def by_day(people: Iterable[Person], workdays: Workdays, first: date, last: date) -> Mapping[date, float]:
    """The person-days available on each working day from first to last, both included, in order."""
    there = [(own(person, workdays), person.capacity) for person in people]
    return {
        day: sum(capacity for calendar, capacity in there if calendar.works(day))
        for day in workdays.days(first, last)
    }


def left(available: float, taken_share: float) -> float:
    """What is left for planned work where a share of the time, 0 to 1, goes to work that comes unasked."""
    return available * (1 - taken_share)


def next_away(person: Person, day: date) -> Away | None:
    """The time off that a day is in, or else the next one; None: none is known."""
    return min((away for away in person.away if away.end >= day), default=None)


def away_until(person: Person, day: date) -> date | None:
    """The last day of the time off that a day is in, with those right after it; None: not away."""
    last = None
    while found := [away.end for away in person.away if away.start <= day <= away.end]:
        last = max(found)
        if last == date.max:
            break
        day = last + timedelta(days=1)
    return last
