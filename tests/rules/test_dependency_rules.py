"""Rules on dependencies: only what nobody else has said, one finding an item."""

import pytest

from tests.rules.said import hints, said


def test_a_cycle_is_named_from_its_smallest_id_where_it_begins() -> None:
    board = """
        OPS-3: {state: ready, depends_on: [OPS-2]}
        OPS-2: {state: ready, depends_on: [OPS-9, OPS-3]}
        OPS-9: {state: ready}
    """
    assert said(board) == ["items/OPS-2.yaml:3:21: 2 items wait for one another: OPS-2 -> OPS-3 -> OPS-2"]


def test_an_item_that_depends_on_itself_is_a_cycle() -> None:
    assert said("OPS-1: {state: ready, depends_on: [OPS-1]}") == [
        "items/OPS-1.yaml:3:14: OPS-1 depends on itself"
    ]
    assert hints("OPS-1: {state: ready, depends_on: [OPS-1]}", "dependency-cycle") == [
        "Remove OPS-1 from its own `depends_on`."
    ]


def test_a_long_cycle_is_named_in_short() -> None:
    ring = [f"OPS-{number}: {{state: ready, depends_on: [OPS-{number % 12 + 1}]}}" for number in range(1, 13)]
    assert said("\n".join(ring)) == [
        "items/OPS-1.yaml:3:14: 12 items wait for one another: "
        "OPS-1 -> OPS-2 -> OPS-3 -> OPS-4 -> OPS-5 -> OPS-6 -> OPS-7 -> 5 more -> OPS-1"
    ]


def test_items_that_are_parts_of_one_another_are_a_cycle() -> None:
    board = """
        OPS-1: {state: ready, part_of: OPS-2}
        OPS-2: {state: done, part_of: OPS-1}
    """
    assert said(board) == ["items/OPS-1.yaml:3:1: 2 items are parts of one another: OPS-1 -> OPS-2 -> OPS-1"]
    assert said("OPS-1: {state: ready, part_of: OPS-1}") == [
        "items/OPS-1.yaml:3:1: OPS-1 is a part of itself"
    ]
    assert hints(board, "dependency-cycle") == ["Remove `part_of` from one of these items."]
    assert hints("OPS-1: {state: ready, part_of: OPS-1}", "dependency-cycle") == [
        "Remove its `part_of`, or name the item or project that it is a part of."
    ]


def test_an_open_part_that_waits_for_its_whole_is_a_cycle() -> None:
    board = """
        OPS-1: {state: ready, part_of: OPS-2, depends_on: [OPS-5, OPS-2]}
        OPS-2: {state: ready}
        OPS-5: {state: ready}
    """
    message = "2 items wait for one another, a whole for its parts: OPS-1 -> OPS-2 -> OPS-1"
    assert said(board) == [f"items/OPS-1.yaml:4:21: {message}"]
    assert hints(board) == ["Remove the dependency, or take the part out of its whole (`part_of`)."]


def test_a_cycle_may_go_through_several_wholes_and_begin_at_one() -> None:
    board = """
        OPS-1: {state: ready}
        OPS-2: {state: ready, part_of: OPS-1, depends_on: [OPS-3]}
        OPS-3: {state: ready}
        OPS-4: {state: ready, part_of: OPS-3, depends_on: [OPS-1]}
    """
    cycle = "OPS-1 -> OPS-2 -> OPS-3 -> OPS-4 -> OPS-1"
    assert said(board) == [
        f"items/OPS-2.yaml:4:14: 4 items wait for one another, a whole for its parts: {cycle}"
    ]


@pytest.mark.parametrize(
    "board",
    [
        "OPS-1: {state: ready, part_of: OPS-2}\n    OPS-2: {state: ready, depends_on: [OPS-1]}",
        "OPS-1: {state: done, part_of: OPS-2, depends_on: [OPS-2]}\n    OPS-2: {state: done}",
        "OPS-1: {state: dropped, part_of: OPS-2, depends_on: [OPS-2]}\n    OPS-2: {state: ready}",
        "OPS-1: {state: ready, part_of: PRJ-7, depends_on: [OPS-2]}\n    OPS-2: {state: ready, part_of: PRJ-7}",
    ],
    ids=["whole waits", "both over", "part discarded", "project"],
)
def test_a_whole_that_waits_for_its_parts_and_a_part_that_is_over_are_no_cycle(board: str) -> None:
    assert said(f"    {board}") == []


def test_a_cycle_of_one_kind_inside_a_mixed_one_is_the_only_finding() -> None:
    board = """
        OPS-1: {state: ready, part_of: OPS-2, depends_on: [OPS-2]}
        OPS-2: {state: ready, depends_on: [OPS-1]}
    """
    assert said(board) == ["items/OPS-1.yaml:4:14: 2 items wait for one another: OPS-1 -> OPS-2 -> OPS-1"]


def test_of_a_larger_knot_the_shortest_cycle_is_shown() -> None:
    board = """
        OPS-1: {state: ready, depends_on: [OPS-2]}
        OPS-2: {state: ready, depends_on: [OPS-3]}
        OPS-3: {state: ready, depends_on: [OPS-1, OPS-2]}
    """
    assert said(board) == [
        "items/OPS-2.yaml:3:14: 3 items wait for one another, for instance: OPS-2 -> OPS-3 -> OPS-2"
    ]


def test_two_knots_are_two_findings() -> None:
    board = """
        OPS-1: {state: ready, depends_on: [OPS-2]}
        OPS-2: {state: ready, depends_on: [OPS-1, OPS-3]}
        OPS-3: {state: ready, depends_on: [OPS-4]}
        OPS-4: {state: ready, depends_on: [OPS-3]}
    """
    assert said(board) == [
        "items/OPS-1.yaml:3:14: 2 items wait for one another: OPS-1 -> OPS-2 -> OPS-1",
        "items/OPS-3.yaml:3:14: 2 items wait for one another: OPS-3 -> OPS-4 -> OPS-3",
    ]


@pytest.mark.parametrize("state", ["doing", "vendor", "review"])
def test_work_that_began_too_early_is_one_finding_for_all_its_dependencies(state: str) -> None:
    board = f"""
        OPS-1: {{state: {state}, assignees: [maria], depends_on: [OPS-4, OPS-2, OPS-3]}}
        OPS-2: {{state: ready}}
        OPS-3: {{state: done}}
        OPS-4: {{state: review, assignees: [maria]}}
    """
    assert said(board) == [
        f"items/OPS-1.yaml:2:1: OPS-1 is in `{state}`, "
        "but OPS-4 and OPS-2, which it depends on, are not finished"
    ]


def test_only_direct_dependencies_are_judged() -> None:
    board = """
        OPS-1: {state: done, depends_on: [OPS-2]}
        OPS-2: {state: done, depends_on: [OPS-3]}
        OPS-3: {state: ready}
    """
    assert said(board) == [
        "items/OPS-2.yaml:2:1: OPS-2 is in `done`, but OPS-3, which it depends on, is not finished"
    ]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_over_may_depend_on_what_was_discarded(state: str) -> None:
    board = f"""
        OPS-1: {{state: {state}, depends_on: [OPS-2]}}
        OPS-2: {{state: dropped}}
    """
    assert said(board) == []


def test_of_several_later_dates_the_latest_is_named() -> None:
    board = """
        OPS-1: {state: ready, due: 2026-03-10, depends_on: [OPS-2, OPS-3, OPS-4]}
        OPS-2: {state: ready, due: 2026-03-20}
        OPS-3: {state: ready, due: 2026-03-30}
        OPS-4: {state: done, due: 2026-04-10}
    """
    assert said(board) == [
        "items/OPS-1.yaml:3:1: OPS-1 is due on 2026-03-10, "
        "but OPS-3, which it depends on, is due on 2026-03-30"
    ]


def test_all_open_parts_of_a_finished_whole_are_one_finding() -> None:
    board = """
        OPS-1: {state: done}
        OPS-2: {state: ready, part_of: OPS-1}
        OPS-3: {state: doing, assignees: [maria], part_of: OPS-1}
        OPS-4: {state: dropped, part_of: OPS-1}
    """
    assert said(board) == [
        "items/OPS-1.yaml:2:1: OPS-1 is in `done`, but OPS-2 and OPS-3, parts of it, are not finished"
    ]


def test_parts_of_a_project_or_of_an_open_whole_may_be_open() -> None:
    board = """
        OPS-1: {state: ready, part_of: PRJ-1}
        OPS-2: {state: ready, part_of: OPS-1}
    """
    assert said(board) == []
