"""What is asked of a measure, and how it is broken down."""

from dataclasses import replace
from datetime import date, timedelta

from opsflow import measures
from opsflow.flow.days import Window
from opsflow.measures import query
from tests import told

HISTORY = {
    "OPS-1": "2026-01-05 09:00 doing, 2026-01-08 17:00 done",
    "OPS-2": "2026-01-06 09:00 doing, 2026-01-06 12:00 done",
    "OPS-3": "2026-01-07 09:00 doing",
}


def test_cycle_times_come_with_what_is_missing_for_each_percentile() -> None:
    facts = told.facts(told.board(), told.history(HISTORY), now="2026-01-09 12:00")
    figure = measures.figure("cycle-time", query.of(facts))
    assert figure["percentiles"] == [
        {"p": 50, "days": None, "n": 2, "reason": "known from 5 finished items on; there are 2"},
        {"p": 70, "days": None, "n": 2, "reason": "known from 10 finished items on; there are 2"},
        {"p": 85, "days": None, "n": 2, "reason": "known from 10 finished items on; there are 2"},
        {"p": 95, "days": None, "n": 2, "reason": "known from 20 finished items on; there are 2"},
    ]
    assert figure["histogram"] == [
        {"days": 1, "to_days": 1, "items": 1},
        {"days": 2, "to_days": 2, "items": 0},
        {"days": 3, "to_days": 3, "items": 0},
        {"days": 4, "to_days": 4, "items": 1},
    ]


def test_an_item_that_is_gone_is_known_by_what_it_last_said() -> None:
    facts = told.facts(
        told.board(), told.history({"OPS-1": "2026-01-05 09:00 doing, 2026-01-07 12:00 -"}), now="2026-01-09"
    )
    gone = facts.ever("OPS-1")
    assert (gone.id, gone.state) == ("OPS-1", "doing")


def test_slices_name_every_value_and_none_last() -> None:
    items = [told.item("OPS-1", "done"), told.item("OPS-2", "done", part_of="PRJ-1"), told.item("OPS-3")]
    facts = told.facts(told.board(*items), told.history(HISTORY), now="2026-01-09 12:00")
    asked = query.of(facts)
    by_project = {name: [*each.items] for name, each in replace(asked, by="project").slices()}
    assert by_project == {"PRJ-1": ["OPS-2"], "none": ["OPS-1", "OPS-3"]}


def test_long_times_have_a_histogram_of_wide_bars() -> None:
    ends = [1, 3, 40, 199]
    told_ = {f"OPS-{n}": f"2026-01-01 09:00 doing, {day(end)} 10:00 done" for n, end in enumerate(ends)}
    asked = query.of(told.facts(told.board(), told.history(told_), now="2026-12-01 12:00"))
    whole = replace(asked, window=Window(date(2026, 1, 1), date(2026, 12, 1)))
    bars = measures.figure("cycle-time", whole)["histogram"]
    assert (bars[0], bars[-1]) == (
        {"days": 1, "to_days": 6, "items": 2},
        {"days": 196, "to_days": 202, "items": 1},
    )
    assert sum(bar["items"] for bar in bars) == len(ends)
    asked_for = measures.figure("cycle-time", replace(whole, options={"bin": "100"}))["histogram"]
    assert asked_for == [{"days": 1, "to_days": 99, "items": 3}, {"days": 100, "to_days": 199, "items": 1}]


def day(number: int) -> str:
    return (date(2025, 12, 31) + timedelta(days=number)).isoformat()
