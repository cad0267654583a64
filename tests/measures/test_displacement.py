"""Which planned work stood still for expedite work, and of which project, type or person it was."""

from dataclasses import replace

import pytest

from opsflow import measures
from tests.measures.asked import asked, evidence, figure

STORY = """
2026-03-02 OPS-1: {state: doing, part_of: PRJ-1, assignees: [maria]}
2026-03-02 OPS-2: {state: doing, part_of: PRJ-2, assignees: [ben], blocked: {reason: no part}}
2026-03-02 OPS-3: {state: doing, assignees: [zoe]}
2026-03-04 OPS-9: {state: doing, class: expedite, assignees: [maria]}
2026-03-06 OPS-9: {state: done, class: expedite, assignees: [maria]}
today: 2026-03-09
"""


def test_what_its_people_left_and_what_waited_meanwhile_stood_still() -> None:
    found = figure("displacement", STORY)
    assert (found["displaced_days"], found["people_days"], found["expedite_days"]) == (4, 2, 2)
    assert found["projects"] == [
        {"project": "PRJ-1", "days": 2, "items": 1},
        {"project": "PRJ-2", "days": 2, "items": 1},
    ]
    assert evidence("displacement", STORY) == [
        ("OPS-1", "stood still, begun", 2),
        ("OPS-2", "stood still, begun", 2),
    ]


@pytest.mark.parametrize("by", ["project", "type", "class", "person"])
def test_what_stood_still_in_slices_adds_up_though_the_expedite_work_is_in_another(by: str) -> None:
    query = replace(asked(STORY), by=by)
    for name in ("displacement", "unplanned"):
        view = measures.view(name, query)
        assert sum(each["displaced_days"] for each in view["slices"]) == view["displaced_days"] == 4


def test_only_what_is_asked_about_is_listed() -> None:
    query = replace(asked(STORY), keeps=lambda item: item.part_of == "PRJ-2")
    found = measures.view("displacement", query)
    assert [(row["id"], row["waiting_days"]) for row in found["rows"]] == [("OPS-2", 2)]
    assert found["expedite_items"] == 1
