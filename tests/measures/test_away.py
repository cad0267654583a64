"""Who is away, how much time that leaves, and what is due then."""

import pytest

from opsflow.errors import OpsflowError
from tests.measures.asked import figure, pick

PEOPLE = """
today: 2026-03-04
people:
  maria: {name: Maria, team: net, capacity: 0.5, away: [{start: 2026-03-02, end: 2026-03-06}, {start: 2026-03-20, end: 2026-03-22}]}
  ben: {name: Ben, away: [{start: 2026-03-16, end: 2026-03-18}]}
  ida: {name: Ida, away: [{start: 2026-02-02, end: 2026-02-06}, {start: 2026-12-02, end: 2026-12-06}]}
teams: {net: {name: Network}}
"""


def test_who_is_away_and_how_much_time_each_week_leaves() -> None:
    found = figure("away", PEOPLE, weeks="2")
    assert pick(found["rows"], "name", "team", "from_on", "to_on", "working_days", "back_on", "now") == [
        ("Maria", "Network", "2026-03-02", "2026-03-06", 5, "2026-03-09", True),
        ("Ben", "", "2026-03-16", "2026-03-18", 3, "2026-03-19", False),
    ]
    assert pick(
        found["weeks"], "week", "partial", "working_days", "person_days", "away_person_days", "away"
    ) == [
        ("2026-W10", True, 2, 4, 1, ["Maria"]),
        ("2026-W11", False, 5, 12.5, 0, []),
        ("2026-W12", True, 3, 4.5, 3, ["Ben"]),
    ]
    assert (found["away_today"], found["person_days"], found["away_person_days"]) == (1, 21, 4)
    assert (found["least_week"], found["least_person_days"]) == ("2026-W11", 12.5)
    assert found["title"] == "2 people are away in the next 2 weeks"


def test_what_needs_people_who_are_all_away_is_a_conflict() -> None:
    found = figure(
        "away",
        PEOPLE
        + """
OPS-1: {state: doing, assignees: [maria]}
OPS-2: {state: ready, assignees: [ben], due: 2026-03-17}
OPS-3: {state: ready, assignees: [ben, ida], due: 2026-03-17}
OPS-4: {state: ready, assignees: [ben], window: {start: 2026-03-16 22:00, end: 2026-03-17 02:00}, due: 2026-03-18}
OPS-5: {state: done, assignees: [maria]}
OPS-6: {state: ready, assignees: [ida], due: 2026-12-03}
OPS-7: {state: ready, assignees: [ben], due: 2026-03-19}
""",
    )
    assert pick(found["conflicts"], "id", "what", "day_on", "people", "back_on") == [
        ("OPS-1", "in progress", "2026-03-04", ["Maria"], "2026-03-09"),
        ("OPS-2", "due", "2026-03-17", ["Ben"], "2026-03-19"),
        ("OPS-4", "planned maintenance", "2026-03-16", ["Ben"], "2026-03-19"),
    ]
    assert found["title"] == "3 items need people who are away"


def test_holidays_are_nobodys_working_days() -> None:
    found = figure("away", PEOPLE + "\ncalendar: {holidays: [2026-03-10, 2026-03-11]}", weeks="1")
    assert pick(found["weeks"], "week", "working_days") == [("2026-W10", 2), ("2026-W11", 1)]


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ("", "Who is here is not known: the board has no people.yaml with `people`."),
        ("people: {}", "people.yaml lists nobody."),
    ],
)
def test_without_people_there_are_words(people: str, reason: str) -> None:
    found = figure("away", f"{people}\nOPS-1: {{state: doing, assignees: [maria]}}")
    assert (found["reason"], found["person_days"], found["weeks"]) == (reason, None, [])


def test_who_is_always_away_never_comes_back() -> None:
    found = figure(
        "away", "people: {ida: {name: Ida, away: [{start: 1900-01-01, end: 2999-12-31}]}}", weeks="1"
    )
    assert (found["person_days"], found["rows"][0]["back_on"]) == (0, "3000-01-01")


@pytest.mark.parametrize("weeks", ["0", "-1", "many", "1.5", "105", "", "²"])
def test_weeks_are_a_whole_number(weeks: str) -> None:
    with pytest.raises(OpsflowError, match="whole number from 1 to 104"):
        figure("away", PEOPLE, weeks=weeks)
