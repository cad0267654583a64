"""How much of the people's time there is."""

from datetime import date

import pytest

from opsflow.capacity import persondays
from opsflow.capacity.calendar import Workdays
from opsflow.capacity.persondays import PersonDays
from opsflow.model import Away, Person

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 15)
MARIA = Person("maria", "Maria", capacity=0.8, away=(Away(date(2026, 3, 6), date(2026, 3, 9)),))
BEN = Person("ben", "Ben")


def test_person_days_are_working_days_less_days_away_less_other_work() -> None:
    found = persondays.of(MARIA, Workdays(), MONDAY, SUNDAY)
    assert found == PersonDays(10, 2, pytest.approx(1.6))
    assert found.available == pytest.approx(6.4)


def test_several_people_add_up() -> None:
    found = [persondays.of(person, Workdays(), MONDAY, SUNDAY) for person in (MARIA, BEN)]
    assert persondays.total(found) == PersonDays(20, 2, pytest.approx(1.6))
    assert persondays.total([]) == PersonDays()


def test_the_days_add_up_to_the_stretch() -> None:
    by_day = persondays.by_day((MARIA, BEN), Workdays(), MONDAY, SUNDAY)
    assert len(by_day) == 10
    assert (by_day[MONDAY], by_day[date(2026, 3, 9)]) == (1.8, 1.0)
    assert sum(by_day.values()) == pytest.approx(6.4 + 10)


@pytest.mark.parametrize(
    "person",
    [Person("ida", "Ida", capacity=0), Person("ida", "Ida", away=(Away(date.min, date.max),))],
)
def test_who_is_never_there_or_has_no_time_gives_no_person_days(person: Person) -> None:
    assert persondays.of(person, Workdays(), MONDAY, SUNDAY).available == 0
    assert set(persondays.by_day((person,), Workdays(), MONDAY, SUNDAY).values()) == {0}


def test_what_comes_unasked_takes_its_share() -> None:
    assert persondays.left(40, 0.25) == 30


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 3, 1), 1), (date(2026, 3, 9), 1), (date(2026, 3, 10), 0), (date(2026, 8, 1), None)],
)
def test_the_next_time_off_is_the_first_one_in_time(day: date, expected: int | None) -> None:
    away = (Away(date(2026, 7, 1), date(2026, 7, 3)), Away(date(2026, 3, 6), date(2026, 3, 9)))
    found = persondays.next_away(BEN._replace(away=away), day)
    assert found == (None if expected is None else away[expected])
