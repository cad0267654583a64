"""What a mass edit brings in: it is there from then on, but nothing happened on that day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from opsflow import measures
from opsflow.facts import Facts
from opsflow.flow.days import Window
from opsflow.measures import query
from opsflow.measures.query import Query
from opsflow.model import Story
from tests import told

IMPORTED = "2026-02-02 09:00"
"""When the board moved in from elsewhere."""
WINDOW = Window(date(2026, 2, 1), date(2026, 2, 28))


def stories(brought: bool) -> list[Story]:
    """One item in each kind of state on the day of the move; OPS-5 came into being after it."""
    return [
        told.story(
            "OPS-1", f"{IMPORTED} ready, 2026-02-04 09:00 doing, 2026-02-06 09:00 done", brought=brought
        ),
        told.story("OPS-2", f"{IMPORTED} doing, 2026-02-10 09:00 done", brought=brought),
        told.story("OPS-3", f"{IMPORTED} done", brought=brought),
        told.story("OPS-4", f"{IMPORTED} doing", brought=brought),
        told.story("OPS-5", "2026-02-05 09:00 ready, 2026-02-05 10:00 doing, 2026-02-09 09:00 done"),
        told.story(
            "OPS-6", f"{IMPORTED} done, 2026-02-11 09:00 doing, 2026-02-12 09:00 done", brought=brought
        ),
        told.story("OPS-7", f"{IMPORTED} dropped", brought=brought),
    ]


def facts(brought: bool = True) -> Facts:
    told_stories = stories(brought)
    items = [told.item(each.item, each.states[-1].value) for each in told_stories]
    return told.facts(told.board(*items), told.history(told_stories), now="2026-03-01 12:00")


@pytest.fixture
def asked() -> Query:
    return replace(query.of(facts()), window=WINDOW, minimum=1)


def view(name: str, asked: Query, **options: str) -> dict[str, Any]:
    return measures.view(name, replace(asked, options=options))


def test_without_the_list_of_mass_edits_the_day_of_the_move_looks_like_a_busy_day() -> None:
    asked = replace(query.of(facts(brought=False)), window=WINDOW)
    assert (view("throughput", asked)["n"], view("arrivals", asked)["n"]) == (5, 7)


def test_what_was_brought_in_as_finished_was_not_finished_then(asked: Query) -> None:
    found = view("throughput", asked)
    assert {row["day_on"]: row["count"] for row in found["days"] if row["count"]} == {
        "2026-02-06": 1,
        "2026-02-09": 1,
        "2026-02-10": 1,
        "2026-02-12": 1,
    }
    assert [each.item for each in measures.behind("throughput", asked)] == [
        "OPS-1",
        "OPS-5",
        "OPS-2",
        "OPS-6",
    ]


def test_what_was_brought_in_progress_did_not_arrive_then_but_is_there(asked: Query) -> None:
    assert {row["day_on"]: row["arrivals"] for row in view("arrivals", asked)["days"] if row["arrivals"]} == {
        "2026-02-04": 1,
        "2026-02-05": 1,
        "2026-02-11": 1,
    }
    assert [each.item for each in measures.behind("arrivals", asked)] == ["OPS-1", "OPS-5", "OPS-6"]
    wip = {row["day_on"]: row["wip"] for row in view("wip", asked)["rows"]}
    assert (wip["2026-02-02"], wip["2026-02-05"], wip["2026-02-28"]) == (2, 4, 1)


def test_work_in_progress_changes_by_net_flow_and_by_what_was_brought(asked: Query) -> None:
    net = view("net-flow", asked)
    assert (net["arrivals"], net["departures"]) == (3, 4)
    assert view("wip", asked)["now"] == 2 + net["net"]
    assert sum(each.value or 0 for each in measures.behind("net-flow", asked)) == net["net"]


def test_how_long_it_took_is_known_only_of_what_began_after_the_move(asked: Query) -> None:
    """OPS-6 was finished before, reopened after: nobody knows when it was begun."""
    cycle, lead = view("cycle-time", asked), view("lead-time", asked)
    assert [(row["id"], row["days"]) for row in cycle["rows"]] == [("OPS-1", 3), ("OPS-5", 5)]
    assert [(row["id"], row["days"]) for row in lead["rows"]] == [("OPS-5", 5)]
    assert [each.item for each in measures.behind("lead-time", asked)] == ["OPS-5"]
    for what in ("cycle-time", "lead-time"):
        chart = view("control-chart", asked, of=what)
        assert chart["n"] == view(what, asked)["n"]
        assert len(measures.behind("control-chart", replace(asked, options={"of": what}))) == chart["n"]


def test_what_came_with_the_move_came_before_any_plan(asked: Query) -> None:
    found = view("unplanned", asked)
    arrival = next(row for row in found["rows"] if row["way"] == "arrival")
    assert (arrival["unplanned"], arrival["all"]) == (1, 4)


def test_it_is_as_old_as_the_record_at_least(asked: Query) -> None:
    assert [(row["id"], row["age_days"]) for row in view("ageing", asked)["rows"]] == [("OPS-4", 27)]


def test_entered_says_when_it_really_began() -> None:
    """A moment in the item is known, whoever wrote the file."""
    first = stories(brought=True)[0]
    span = first.states[0]
    said = first._replace(states=(span._replace(start=told.at("2026-01-20 09:00")), *first.states[1:]))
    found = told.facts(told.board(told.item("OPS-1", "done")), told.history([said]))
    asked = replace(query.of(found), window=WINDOW, minimum=1)
    assert [(row["id"], row["days"]) for row in view("lead-time", asked)["rows"]] == [("OPS-1", 18)]


def test_slices_and_other_readings_know_it_too(asked: Query) -> None:
    some = replace(asked, where="some", keeps=lambda item: item.id != "OPS-1")
    assert (view("throughput", some)["n"], view("arrivals", some)["n"]) == (3, 2)
    erased = replace(asked, backward=query.ERASE)
    assert view("throughput", erased)["n"] == 4
    by_state = view("arrivals", replace(asked, by="state"))
    assert {each["slice"]: each["n"] for each in by_state["slices"]}["doing"] == 3


@pytest.mark.parametrize("name", [name for name in measures.ALL if name not in measures.SIMULATED])
def test_every_measure_can_say_something_of_it(name: str, asked: Query) -> None:
    assert measures.view(name, asked)["title"]
    assert measures.behind(name, asked) is not None
