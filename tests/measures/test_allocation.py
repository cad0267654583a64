"""What work is done on, against what it was meant to be done on."""

import pytest

from opsflow.errors import OpsflowError
from tests.measures.asked import evidence, figure, pick

BOARD = """
types: {project: {}, request: {}, incident: {planned: false}}
allocation: {project: 40, request: 60}
today: 2026-03-13
"""
PEOPLE = "people: {maria: {name: Maria}, ben: {name: Ben, capacity: 0.5}}"
STORY = """
2026-03-02 OPS-1: {state: doing, type: project, assignees: [maria]}
2026-03-02 OPS-4: {state: doing, type: project}
2026-03-03 OPS-2: {state: doing, type: request, assignees: [maria, ben]}
2026-03-04 OPS-2: {state: vendor, type: request, assignees: [maria, ben]}
2026-03-05 OPS-3: {state: doing, type: incident, assignees: [maria]}
2026-03-05 OPS-1: {state: doing, type: project, assignees: [maria], blocked: {reason: no answer}}
2026-03-06 OPS-3: {state: done, type: incident, assignees: [maria]}
2026-03-06 OPS-1: {state: done, type: project, assignees: [maria]}
2026-03-12 OPS-2: {state: done, type: request, assignees: [maria, ben]}
"""


def test_person_days_are_those_of_what_people_held_in_active_states_and_not_blocked() -> None:
    """Maria: 2 project, 3 and 4 shared, 5 shared with the block that began then, 6 the incident."""
    found = figure("allocation", BOARD + PEOPLE + STORY)
    assert found["basis"] == "person-days"
    assert pick(found["rows"], "type", "person_days", "wip_days", "items") == [
        ("project", 1 + 0.5 + 0.5 + 0.5, 4 + 11, 1),
        ("request", 0.5 + 0.5 + 2 * 0.5, 9, 1),
        ("incident", 0.5 + 1, 1, 1),
    ]
    assert pick(found["rows"], "type", "share", "target_share", "gap_points") == [
        ("project", round(2.5 / 6, 6), 0.4, 1.7),
        ("request", round(2 / 6, 6), 0.6, -26.7),
        ("incident", 0.25, None, None),
    ]
    assert (found["largest_gap_points"], found["unplanned_share"]) == (-26.7, 0.25)
    assert found["unassigned_share"] == round(11 / 25, 6)
    assert found["title"] == "Request got 33% of the work; its target is 60%"


def test_other_bases_are_there_for_the_asking_and_where_no_people_are_known() -> None:
    by_items = figure("allocation", BOARD + PEOPLE + STORY, of="items")
    assert [row["share"] for row in by_items["rows"]] == [round(1 / 3, 6)] * 3
    assert by_items["unassigned_share"] is None
    by_days = figure("allocation", BOARD + STORY)
    assert by_days["basis"] == "wip-days"
    assert [row["share"] for row in by_days["rows"]] == [0.6, 0.36, 0.04]


def test_what_each_item_took_stands_behind_it() -> None:
    assert sorted(evidence("allocation", BOARD + PEOPLE + STORY)) == [
        ("OPS-1", "in progress", 2.5),
        ("OPS-2", "in progress", 2),
        ("OPS-3", "in progress", 1.5),
        ("OPS-4", "in progress", 0),
    ]


def test_a_day_that_somebody_shared_is_half_a_day_also_where_one_item_is_asked_about() -> None:
    from dataclasses import replace

    from opsflow import measures
    from tests.measures.asked import asked

    query = replace(asked(BOARD + PEOPLE + STORY), by="type")
    slices = measures.view("allocation", query)["slices"]
    assert {each["slice"]: sum(row["person_days"] for row in each["rows"]) for each in slices} == {
        "incident": 1.5,
        "project": 2.5,
        "request": 2,
    }


def test_without_targets_or_work_there_are_words() -> None:
    found = figure("allocation", PEOPLE + STORY + "\ntoday: 2026-03-13")
    assert found["title"].startswith("No targets are set")
    assert found["reasons"] == {"largest_gap_points": "no target is set"}
    nothing = figure("allocation", BOARD + PEOPLE + "\n2026-03-02 OPS-1: {state: ready}")
    assert nothing["reason"] == "There are no days of work in progress in this time."
    assert nothing["unplanned_share"] is None
    assert [row["share"] for row in nothing["rows"]] == [None, None, None]
    silent = figure("allocation", BOARD + PEOPLE + "\nOPS-1: {state: doing}")
    assert silent["reason"] == "the board is not in a Git repository"


def test_what_is_shared_out_is_one_of_three() -> None:
    with pytest.raises(OpsflowError, match="write person-days, wip-days or items"):
        figure("allocation", BOARD + STORY, of="hours")


@pytest.mark.parametrize("basis", ["person-days", "wip-days", "items"])
def test_what_stands_behind_a_share_adds_up_to_what_is_shared_out(basis: str) -> None:
    board = BOARD + PEOPLE + STORY
    shared = sum(row[basis.replace("-", "_")] for row in figure("allocation", board, of=basis)["rows"])
    behind = evidence("allocation", board, of=basis)
    assert sum(value or 0 for _, _, value in behind) == shared
    assert (shared, {what for _, what, _ in behind}) == {
        "person-days": (6, {"in progress"}),
        "wip-days": (25, {"in progress"}),
        "items": (3, {"finished"}),
    }[basis]
