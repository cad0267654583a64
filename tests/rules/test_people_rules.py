"""Rules on people: who works on what, who is there, who can."""

import pytest

from tests.rules.said import hints, said

AWAY = """
    today: 2026-03-04
    people:
        maria:
            name: Maria
            away: [{start: 2026-03-02, end: 2026-03-04}, {start: 2026-03-03, end: 2026-03-06}]
        sam: {name: Sam, away: [{start: 2026-03-04, end: 2026-03-05}]}
        jo: {name: Jo}
"""


@pytest.mark.parametrize("state", ["inbox", "ready", "done", "dropped"])
def test_only_work_in_progress_needs_somebody(state: str) -> None:
    assert said(f"OPS-1: {{state: {state}}}") == []


def test_work_in_progress_is_in_the_hands_of_nobody() -> None:
    assert said("OPS-1: {state: vendor}") == [
        "items/OPS-1.yaml:2:1: OPS-1 is in `vendor`, and nobody is assigned"
    ]


def test_nobody_who_is_assigned_is_there_until_the_first_comes_back() -> None:
    assert said(f"{AWAY}    OPS-1: {{state: doing, assignees: [maria, sam]}}") == [
        "items/OPS-1.yaml:3:1: OPS-1 is in `doing`, but Maria and Sam are away until 2026-03-05"
    ]
    assert said(f"{AWAY}    OPS-1: {{state: doing, assignees: [maria]}}") == [
        "items/OPS-1.yaml:3:1: OPS-1 is in `doing`, but Maria is away until 2026-03-06"
    ]


@pytest.mark.parametrize(
    "item", ["{state: doing, assignees: [maria, jo]}", "{state: ready, assignees: [maria]}"]
)
def test_who_is_there_and_what_has_not_begun_is_right(item: str) -> None:
    assert said(f"{AWAY}    OPS-1: {item}") == []


def test_the_first_and_the_last_day_away_count_and_the_next_does_not() -> None:
    item = "OPS-1: {state: doing, assignees: [sam]}"
    days = ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
    counts = [len(said(AWAY.replace("today: 2026-03-04", f"today: {day}") + f"    {item}")) for day in days]
    assert counts == [0, 1, 1, 0]


def test_a_planned_window_needs_somebody_there_on_its_day() -> None:
    item = "state: ready, assignees: [maria], window: {start: 2026-03-06 22:00, end: 2026-03-07 02:00}"
    assert said(f"{AWAY}    OPS-1: {{{item}}}") == [
        "items/OPS-1.yaml:4:1: the window of OPS-1 begins on 2026-03-06, but Maria is away until 2026-03-06"
    ]
    assert (
        said(
            f"{AWAY}    OPS-1: {{{item.replace('start: 2026-03-06', 'start: 2026-03-07')}}}".replace(
                "22:00, end: 2026-03-07 02:00", "01:00, end: 2026-03-07 02:00"
            )
        )
        == []
    )


SKILLS = """
    people: {maria: {name: Maria, skills: [tls, dns]}, sam: {name: Sam}, jo: {name: Jo, skills: [tls]}}
"""


def test_a_skill_that_nobody_has_is_missing() -> None:
    assert said(f"{SKILLS}    OPS-1: {{state: ready, skills: [tls, cobol]}}") == [
        "items/OPS-1.yaml:3:15: OPS-1 needs the skill `cobol`, which nobody in people.yaml has"
    ]


def test_a_skill_that_no_assignee_has_is_missing_and_those_who_have_it_are_named() -> None:
    board = f"{SKILLS}    OPS-1: {{state: ready, assignees: [sam], skills: [tls]}}"
    assert said(board) == ["items/OPS-1.yaml:4:10: OPS-1 needs the skill `tls`, which sam has not"]
    assert hints(board) == ["Assign somebody who has it as well: maria and jo."]


@pytest.mark.parametrize(
    "item",
    [
        "{state: ready, assignees: [sam, jo], skills: [tls]}",
        "{state: ready, skills: [tls, dns]}",
        "{state: done, skills: [cobol]}",
    ],
)
def test_skills_that_somebody_has_or_that_nobody_needs_are_right(item: str) -> None:
    assert said(f"{SKILLS}    OPS-1: {item}") == []


def test_without_people_no_skill_is_missing() -> None:
    assert said("OPS-1: {state: ready, skills: [cobol]}") == []
