"""Rules on work in progress: what a limit counts, where the finding stands, how it is said."""

import pytest

from tests.rules.said import said

WORK = """
    people: {maria: {name: Maria, team: net}, sam: {name: Sam, team: net}}
    teams: {net: {name: Network}}
    services: {edge: {name: Edge proxy}}
    projects: {PRJ-7: {title: Move}}
    OPS-1: {state: doing, assignees: [maria], services: [edge], part_of: PRJ-7}
    OPS-2: {state: review, assignees: [maria, sam], type: incident, services: [edge], part_of: OPS-1}
    OPS-3: {state: doing, assignees: [sam], class: expedite}
    OPS-4: {state: ready, assignees: [sam]}
"""


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("states: [doing], max: 0", "1 item is in `doing`, and the limit is 0: OPS-1"),
        (
            "name: begun, states: [doing, review], max: 1",
            "2 items are in `doing` or `review`, and the limit `begun` is 1: OPS-1 and OPS-2",
        ),
        ("max: 1", "2 items are in progress, and the limit is 1: OPS-1 and OPS-2"),
        ("per: person, max: 1", "2 items of maria are in progress, and the limit is 1: OPS-1 and OPS-2"),
        ("person: maria, max: 1", "2 items of maria are in progress, and the limit is 1: OPS-1 and OPS-2"),
        ("team: net, max: 1", "2 items of team net are in progress, and the limit is 1: OPS-1 and OPS-2"),
        ("type: incident, max: 0", "1 item of type incident is in progress, and the limit is 0: OPS-2"),
        ("class: expedite, max: 0", "1 item of class expedite is in progress, and the limit is 0: OPS-3"),
        (
            "service: edge, max: 1",
            "2 items of service edge are in progress, and the limit is 1: OPS-1 and OPS-2",
        ),
        (
            "per: project, max: 1",
            "2 items of project PRJ-7 are in progress, and the limit is 1: OPS-1 and OPS-2",
        ),
        (
            "type: incident, per: person, states: [review], max: 0",
            "1 item of type incident of maria is in `review`, and the limit is 0: OPS-2",
        ),
    ],
)
def test_a_broken_limit_is_said_at_the_limit(limit: str, message: str) -> None:
    lines = said(f"{WORK}    limits: [{{{limit}}}]", "wip-limit")
    assert lines[0].endswith(f": {message}")
    assert lines[0].startswith("opsflow.yaml:6:")


@pytest.mark.parametrize("limit", ["states: [doing], max: 1", "per: person, max: 2", "max: 2"])
def test_a_count_equal_to_the_limit_is_allowed(limit: str) -> None:
    assert said(f"{WORK}    limits: [{{{limit}}}]", "wip-limit") == []


def test_every_person_over_a_limit_per_person_is_a_finding() -> None:
    lines = said(f"{WORK}    limits: [{{per: person, max: 0}}]", "wip-limit")
    assert [line.partition(": ")[2] for line in lines] == [
        "1 item of sam is in progress, and the limit is 0: OPS-2",
        "2 items of maria are in progress, and the limit is 0: OPS-1 and OPS-2",
    ]


def test_a_limit_of_the_workflow_is_said_in_the_workflow() -> None:
    board = """
        workflow:
            - {state: ready, kind: backlog}
            - {state: doing, kind: active, wip: 1}
            - {state: done, kind: done}
        OPS-1..OPS-9: {state: doing, assignees: [maria]}
    """
    assert said(board) == [
        "opsflow.yaml:6:34: 9 items are in `doing`, and the limit is 1: "
        "OPS-1, OPS-2, OPS-3, OPS-4, OPS-5 and 4 more"
    ]


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("type: project, min: 1", "no item of type project is in progress, and the minimum is 1"),
        ("states: [ready], min: 2", "1 item is in `ready`, and the minimum is 2"),
        (
            "name: learning, type: improvement, min: 2, max: 3",
            "no item of type improvement is in progress, and the minimum `learning` is 2",
        ),
    ],
)
def test_starving_work_is_said_at_the_minimum(limit: str, message: str) -> None:
    (line,) = said(f"{WORK}    limits: [{{{limit}}}]", "wip-minimum", "wip-limit")
    assert line.endswith(f": {message}")


def test_a_minimum_per_person_holds_for_people_without_any_item() -> None:
    board = f"{WORK}    limits: [{{per: person, states: [ready], min: 1}}]"
    assert [line.partition(": ")[2] for line in said(board, "wip-minimum")] == [
        "no item of maria is in `ready`, and the minimum is 1"
    ]
