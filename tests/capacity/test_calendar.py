"""Which days are working days, and how they are counted."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from opsflow.capacity import calendar
from opsflow.capacity.calendar import Workdays
from opsflow.model import Away, Calendar
from tests.boards import board_of, tree_of

FRIDAY = date(2026, 11, 20)
MONDAY = FRIDAY + timedelta(days=3)


def on(text: str) -> date:
    return date.fromisoformat(text)


def test_the_day_on_which_counting_starts_never_counts() -> None:
    days = Workdays()
    assert [days.after(FRIDAY, n) for n in (0, 1, 5, 6)] == [
        FRIDAY,
        MONDAY,
        on("2026-11-27"),
        on("2026-11-30"),
    ]
    assert days.between(FRIDAY, MONDAY) == 1
    assert days.between(MONDAY, FRIDAY) == -1
    assert days.between(MONDAY, MONDAY) == 0
    assert days.count(FRIDAY, MONDAY) == 2
    assert days.count(MONDAY, FRIDAY) == 0


def test_the_nth_working_day_and_the_count_of_them_are_each_others_inverse() -> None:
    days = calendar.of(Calendar(holidays=("DE-BE", "2026-12-24", "2026-12-31")))
    for start in (date(2026, 12, 1) + timedelta(days=n) for n in range(40)):
        for n in (1, 2, 9, 260, 1000):
            found = days.after(start, n)
            assert days.between(start, found) == n
            assert days.works(found)


def test_holidays_of_a_region_are_free_and_those_of_its_neighbours_are_not() -> None:
    berlin, saxony = calendar.of(Calendar(holidays=("DE-BE",))), calendar.of(Calendar(holidays=("DE-SN",)))
    repentance = on("2026-11-18")
    assert (berlin.works(repentance), saxony.works(repentance)) == (True, False)
    assert [*berlin.off(on("2026-12-24"), on("2026-12-27"))] == [
        on("2026-12-25"),
        on("2026-12-26"),
        on("2026-12-27"),
    ]


def test_single_days_and_several_codes_add_up() -> None:
    days = calendar.of(Calendar(frozenset((6, 0, 1, 2, 3)), ("DE", "PL", "2026-11-19")))
    assert days.dates == {on("2026-11-19")}
    assert days.codes == ("DE", "PL")
    assert [day.isoformat() for day in days.days(on("2026-11-08"), on("2026-11-22"))] == [
        "2026-11-08",
        "2026-11-09",
        "2026-11-10",
        "2026-11-12",
        "2026-11-15",
        "2026-11-16",
        "2026-11-17",
        "2026-11-18",
        "2026-11-22",
    ]


def test_days_away_are_free_for_one_person_and_change_nobody_elses() -> None:
    everybody = Workdays()
    one = everybody.without([Away(MONDAY, MONDAY + timedelta(days=4))])
    assert one.count(FRIDAY, on("2026-11-30")) == 2
    assert everybody.count(FRIDAY, on("2026-11-30")) == 7
    assert one.after(FRIDAY, 1) == on("2026-11-30")


def test_who_is_always_away_has_no_next_working_day() -> None:
    one = Workdays().without([Away(date.min, date.max)])
    assert one.after(FRIDAY, 1) == date.max
    assert one.count(FRIDAY, on("2027-11-20")) == 0
    assert Workdays().after(FRIDAY, 10_000_000) == date.max


@pytest.mark.parametrize("code", ["DE", "DE-BE", "US-CA", "UK", "DEU", "2026-02-28"])
def test_codes_and_days_are_known(code: str) -> None:
    assert calendar.known(code)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("DE-BER", ("DE-BE",)),
        ("DE-XX", tuple(f"DE-{each}" for each in "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH".split())),
        ("PL-BE", tuple(f"PL-{each:02}" for each in range(2, 34, 2))),
        ("FJ-1", ("FJ",)),
        ("ED", ("DE",)),
        ("XX", ()),
        ("XX-YY", ()),
    ],
)
def test_what_is_not_known_is_near_something(code: str, meant: tuple[str, ...]) -> None:
    assert not calendar.known(code)
    assert calendar.like(code) == meant


def test_an_unknown_code_makes_no_day_free_and_is_named() -> None:
    days = calendar.of(Calendar(holidays=("DE-XX", "2026-02-30", "DE")))
    assert days.unknown == ("DE-XX", "2026-02-30")
    assert not days.works(on("2026-12-25"))


def test_every_code_that_is_listed_is_known_to_the_package() -> None:
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=True)
    listed = {country: set(regions) for country, regions in calendar.COUNTRIES.items() if country != "UK"}
    assert {country: regions - set(known[country]) for country, regions in listed.items()} == {
        country: set() for country in listed
    }


def test_reading_a_board_does_not_import_the_holidays() -> None:
    script = """
import sys
from opsflow import facts, rules
from tests.boards import facts_of
made = facts_of({"calendar": "{week: mon-fri, holidays: [DE-BE, AT, 2026-12-24]}", "OPS-1": "{state: ready}"})
assert rules.judge(made) == (), rules.judge(made)
assert "holidays" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_board_without_a_calendar_works_from_monday_to_friday() -> None:
    assert calendar.of(board_of(tree_of({})).calendar) == Workdays()
