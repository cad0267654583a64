"""Rules on time: dates, ages, what stands still."""

from textwrap import dedent

import pytest

from opsflow import reports, rules
from opsflow.reports import item as item_report
from tests.boards import facts_in
from tests.rules.said import hints, said
from tests.varied import replace


def test_a_late_item_says_by_how_much() -> None:
    board = """
        today: 2026-03-20
        OPS-1: {state: doing, assignees: [maria], due: 2026-03-10}
    """
    assert said(board) == [
        "items/OPS-1.yaml:4:1: OPS-1 was due on 2026-03-10, 10 days ago, and is in `doing`"
    ]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_over_is_not_late(state: str) -> None:
    assert said(f"today: 2026-03-20\nOPS-1: {{state: {state}, due: 2026-03-10}}") == []


def test_a_day_is_a_day_in_the_zone_of_the_board() -> None:
    board = "today: 2026-03-20\nOPS-1: {state: ready, due: 2026-03-20}"
    assert said(board) == []
    assert said(f"{board}\ntimezone: Pacific/Kiritimati") == [
        "items/OPS-1.yaml:3:1: OPS-1 was due on 2026-03-20, 1 day ago, and is in `ready`"
    ]


def test_a_project_is_late_while_it_has_open_items() -> None:
    board = """
        today: 2026-03-20
        projects: {PRJ-7: {title: Move, due: 2026-03-19}, PRJ-8: {title: Stay, due: 2026-03-19}}
        OPS-1: {state: ready, part_of: PRJ-7}
        OPS-2: {state: done, part_of: PRJ-8}
    """
    assert said(board) == [
        "catalog.yaml:1:33: project PRJ-7 was due on 2026-03-19, 1 day ago, and has open items"
    ]


AGED = """
    expectations: [{within: 10d, share: 0.85}, {type: incident, within: 2d, share: 0.95}]
    2026-03-02 OPS-1: {state: doing, assignees: [maria], type: incident}
    2026-03-02 OPS-2: {state: vendor, assignees: [maria]}
"""


def test_the_expectation_that_names_most_of_an_item_is_its_own() -> None:
    assert said(f"{AGED}    today: 2026-03-04") == [
        "items/OPS-1.yaml:2:1: OPS-1 is 3 days old, and 95% of incident items are finished within 2 days"
    ]
    assert said(f"{AGED}    today: 2026-03-12") == [
        "items/OPS-1.yaml:2:1: OPS-1 is 11 days old, and 95% of incident items are finished within 2 days",
        "items/OPS-2.yaml:2:1: OPS-2 is 11 days old, and 85% of items are finished within 10 days",
    ]


def test_finished_work_has_no_age() -> None:
    assert said(f"{AGED}    2026-03-03 OPS-1: {{state: done, type: incident}}\n    today: 2026-03-04") == []


STALE = """
    2026-03-02 OPS-1: {state: doing, assignees: [maria]}
    2026-03-02 OPS-2: {state: doing, assignees: [maria], blocked: {reason: no answer, by: jo}}
    2026-03-02 OPS-3: {state: ready}
    2026-03-02 OPS-4: {state: done}
"""


def test_what_nobody_touches_is_stale_unless_it_is_blocked() -> None:
    assert said(f"{STALE}    today: 2026-03-08") == []
    assert said(f"{STALE}    today: 2026-03-17") == [
        "items/OPS-1.yaml:2:1: OPS-1 is in `doing` and was last touched 15 days ago, over 14 days",
        "items/OPS-2.yaml:4:1: OPS-2 has been blocked by jo for 16 days, over 7 days: no answer",
    ]


def test_a_block_is_as_old_everywhere() -> None:
    """The rule, the card, the report of flow and the item's page count calendar days, the first one included."""
    facts = facts_in(f"{STALE}    today: 2026-03-09")
    (finding,) = rules.judge(facts, {"stale-block"})
    assert finding.message == "OPS-2 has been blocked by jo for 8 days, over 7 days: no answer"
    view = item_report.view(facts, (), "OPS-2")
    assert view["card"]["blocked"]["days"] == 8
    assert [block["days"] for block in view["blocks"]] == [8]
    assert [(piece["blocked"], piece["days"]) for piece in view["bar"]] == [(True, 8)]
    assert [row["age_days"] for row in reports.view("flow", facts, ())["blocked"]["open"]] == [8]


def test_a_block_that_was_left_in_begins_anew_when_its_item_is_reopened() -> None:
    reopened = f"""{STALE}    2026-03-03 OPS-2: {{state: done, blocked: {{reason: no answer, by: jo}}}}
    2026-03-10 OPS-2: {{state: doing, blocked: {{reason: no answer, by: jo}}}}
"""
    assert said(f"{reopened}    today: 2026-03-16", "stale-block") == []
    assert said(f"{reopened}    today: 2026-03-17", "stale-block") == [
        "items/OPS-2.yaml:3:1: OPS-2 has been blocked by jo for 8 days, over 7 days: no answer",
    ]


def test_a_block_of_hours_is_counted_in_hours() -> None:
    hours = f"rules: {{stale-block: {{after: 12h}}}}\n{dedent(STALE)}"
    assert said(f"{hours}today: 2026-03-02", "stale-block") == []
    assert said(f"{hours}today: 2026-03-03", "stale-block") == [
        "items/OPS-2.yaml:4:1: OPS-2 has been blocked by jo for 2 days, over 12 hours: no answer"
    ]


def test_any_edit_of_an_item_is_a_touch() -> None:
    edit = "2026-03-10 OPS-1: {state: doing, assignees: [maria], labels: [x]}"
    assert said(f"{STALE}    {edit}\n    today: 2026-03-17", "stale") == []


def test_a_mass_edit_is_no_touch() -> None:
    edit = "2026-03-16 OPS-1: {state: doing, assignees: [maria], labels: [x]}"
    facts = facts_in(f"{STALE}    {edit}\n    today: 2026-03-17")
    assert facts.history is not None
    story = facts.history.stories["OPS-1"]
    last = story.versions[-1]
    versions = (*story.versions[:-1], replace(last, commit=replace(last.commit, ignored=True)))
    history = replace(facts.history, stories={"OPS-1": replace(story, versions=versions)})
    assert rules.judge(facts, {"stale"}) == ()
    (finding,) = rules.judge(replace(facts, history=history), {"stale"})
    assert finding.message == "OPS-1 is in `doing` and was last touched 15 days ago, over 14 days"


SERVED = """
    services: {edge: {name: Edge proxy, maintenance: {every: 30d}}, mail: {name: Mail}}
    2026-03-02 OPS-1: {state: ready, type: maintenance, services: [edge]}
"""


def test_a_service_never_maintained_counts_from_the_first_commit() -> None:
    assert said(f"{SERVED}    today: 2026-04-01") == []
    assert said(f"{SERVED}    today: 2026-04-02") == [
        "catalog.yaml:1:51: Edge proxy was never maintained, and should be every 30 days"
    ]


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("state: done, type: maintenance, services: [edge]", 0),
        ("state: done, type: incident, services: [edge]", 1),
        ("state: dropped, type: maintenance, services: [edge]", 1),
        ("state: done, type: maintenance, services: [mail]", 1),
    ],
)
def test_only_finished_maintenance_of_that_service_counts(written: str, count: int) -> None:
    board = f"{SERVED}    2026-03-20 OPS-2: {{{written}}}\n    today: 2026-04-10"
    assert len(said(board, "missed-maintenance")) == count


def test_waivers_of_finished_items_may_end() -> None:
    waiver = "allow: {overdue: {reason: agreed, until: 2026-03-19}}"
    assert said(f"today: 2026-03-20\nOPS-1: {{state: done, {waiver}}}") == []
    assert said(f"today: 2026-03-20\nOPS-1: {{state: ready, {waiver}}}") == [
        "items/OPS-1.yaml:3:35: the waiver of overdue in OPS-1 ended on 2026-03-19: agreed"
    ]


def test_a_late_item_is_finished_and_a_late_project_by_its_open_items() -> None:
    assert hints(
        "today: 2026-03-20\n"
        "projects: {PRJ-1: {title: Move, due: 2026-03-01}}\n"
        "OPS-1: {state: ready, due: 2026-03-19, part_of: PRJ-1}",
        "overdue",
    ) == [
        "Finish its open items, or agree on a new date and write it down.",
        "Finish the item, or agree on a new date and write it down.",
    ]
