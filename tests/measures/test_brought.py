"""What a mass edit brings in: it is there from then on, but nothing happened on that day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from opsflow import measures, reports
from opsflow.cli import rows as cli_rows
from opsflow.facts import Facts
from opsflow.flow.days import Window
from opsflow.measures import query
from opsflow.measures.query import Query
from opsflow.model import Project, Story
from opsflow.reports import _numbers, _shapes, activity
from opsflow.reports import item as item_report
from opsflow.reports import items as items_report
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


def dated() -> Facts:
    """What an import said of the past: OPS-1 was begun and finished, of OPS-2 only the finish is known."""
    told_stories = [
        told.story("OPS-1", "2026-01-20 09:00 doing, 2026-02-04 09:00 done", brought_on="2026-02-05 09:00"),
        told.story("OPS-2", "2026-02-03 09:00 done", brought_on="2026-02-05 09:00"),
        told.story("OPS-3", "2026-02-01 09:00 ready"),
    ]
    return told.facts(
        told.board(*(told.item(each.item, each.states[-1].value) for each in told_stories)),
        told.history(told_stories),
    )


def test_a_finish_that_entered_dates_is_one_but_without_a_beginning_it_took_nobody_knows_how_long() -> None:
    asked = replace(query.of(dated()), window=WINDOW, minimum=1)
    assert [each.item for each in measures.behind("throughput", asked)] == ["OPS-2", "OPS-1"]
    for what in ("cycle-time", "lead-time"):
        assert [(row["id"], row["days"]) for row in view(what, asked)["rows"]] == [("OPS-1", 16)]
    arrival = next(row for row in view("unplanned", asked)["rows"] if row["way"] == "arrival")
    assert (arrival["unplanned"], arrival["all"]) == (1, 2)
    assert (view("arrivals", asked)["n"], view("net-flow", asked)["departures"]) == (0, 2)


def test_what_a_mass_edit_deletes_was_not_dropped() -> None:
    """OPS-3 was dropped by its people, OPS-4 finished long before its file went."""
    told_stories = [
        told.story("OPS-1", "2026-02-02 09:00 doing, 2026-02-09 09:00 -", taken=True),
        told.story("OPS-2", "2026-02-02 09:00 doing, 2026-02-10 09:00 -"),
        told.story(
            "OPS-3", "2026-02-02 09:00 doing, 2026-02-03 09:00 dropped, 2026-02-09 09:00 -", taken=True
        ),
        told.story("OPS-4", "2026-02-02 09:00 doing, 2026-02-04 09:00 done, 2026-02-09 09:00 -", taken=True),
    ]
    found = told.facts(told.board(), told.history(told_stories))
    asked = replace(query.of(found), window=WINDOW, minimum=1)
    assert [(row["id"], row["days_spent"]) for row in view("discarded", asked)["rows"]] == [
        ("OPS-2", 9),
        ("OPS-3", 2),
    ]
    assert view("value", asked)["discarded_items"] == 2
    assert [view("throughput", asked)["n"], view("ageing", asked)["n"], view("wip", asked)["now"]] == [
        1,
        0,
        0,
    ]
    flow = view("cfd", asked)
    assert [state["title"] for state in flow["states"]][-2:] == ["Dropped", "Taken off the board"]
    assert {name: line[-1] for name, line in flow["lines"].items()} == {
        "doing": 4,
        "vendor": 4,
        "review": 4,
        "done": 4,
        "dropped": 3,
        "taken-off": 1,
    }
    assert [line[6] for line in flow["lines"].values()] == [4, 2, 2, 2, 1, 0]
    spans = found.spans
    assert [(spans[name].discarded, spans[name].departed) for name in ("OPS-1", "OPS-2")] == [
        (None, told.at("2026-02-09 09:00")),
        (told.at("2026-02-10 09:00"), told.at("2026-02-10 09:00")),
    ]


def test_where_only_a_mass_edit_took_something_nothing_was_dropped() -> None:
    story = told.story("OPS-1", "2026-02-02 09:00 doing, 2026-02-09 09:00 -", taken=True)
    found = told.facts(told.board(), told.history([story]))
    flow = view("cfd", replace(query.of(found), window=WINDOW))
    assert [state["state"] for state in flow["states"]] == ["doing", "vendor", "review", "done", "taken-off"]


def test_cards_lists_and_pages_of_items_know_what_the_measures_know() -> None:
    """Whatever is not known of an item is not known anywhere; and nothing else is missing."""
    for given in (facts(), facts(brought=False), dated()):
        asked = replace(query.of(given), window=WINDOW, minimum=1)
        rows = {
            what: {row["id"]: row["days"] for row in view(what, asked)["rows"]}
            for what in ("cycle-time", "lead-time")
        }
        finished = {each.item: each.at.date().isoformat() for each in measures.behind("throughput", asked)}
        numbers = _numbers.of(given)
        for item in given.board.items.values():
            card = _shapes.card(numbers, item, {})
            page = item_report.view(given, (), item.id)["spans"]
            cycle, lead = rows["cycle-time"].get(item.id), rows["lead-time"].get(item.id)
            on = finished.get(item.id)
            assert (card["cycle_time_days"], card["finished_on"]) == (cycle, on)
            assert (page["cycle_time_days"], page["lead_time_days"]) == (cycle, lead)
            assert (page["finished_at"] or "")[:10] == (on or "")
            assert (page["elapsed_days"] is None) == (cycle is None)
            assert [cli_rows.value(given, item, name) for name in ("cycle_time_days", "finished_on")] == [
                cycle,
                on,
            ]


def test_what_was_brought_in_as_over_is_nowhere_told_as_if_it_had_happened_then() -> None:
    given = facts()
    told_words = [
        change["words"]
        for entry in activity.entries(given)
        for row in entry["items"]
        if row["id"] == "OPS-2"
        for change in row["changes"]
    ]
    assert told_words == ["In progress → Done", "new in In progress"]
    lists = items_report.view(given, ())
    assert [(row["id"], row["ended_on"]) for row in lists["over"]["rows"]] == [
        ("OPS-6", "2026-02-12"),
        ("OPS-2", "2026-02-10"),
        ("OPS-5", "2026-02-09"),
        ("OPS-1", "2026-02-06"),
        ("OPS-7", None),
        ("OPS-3", None),
    ]
    spans = given.spans
    assert [(spans[name].ended, spans[name].departed) for name in ("OPS-3", "OPS-7")] == [
        (None, told.at(IMPORTED)),
        (None, told.at(IMPORTED)),
    ]


def test_the_page_of_flow_counts_each_of_its_numbers_by_itself() -> None:
    found = reports.view("flow", facts(), ())
    counted = {each["name"]: each["n"] for each in found["definitions"]}
    assert {name: counted[name] for name in ("throughput", "unplanned work", "cycle time", "lead time")} == {
        "throughput": 4,
        "unplanned work": 4,
        "cycle time": 2,
        "lead time": 1,
    }
    points = found["cycle_time"]["points"]
    assert [(each["id"], each["cycle_time_days"], each["lead_time_days"]) for each in points] == [
        ("OPS-1", 3, None),
        ("OPS-5", 5, 5),
    ]


def test_a_budget_burns_from_a_day_that_is_known() -> None:
    given = facts()
    items = {
        name: item._replace(part_of="PRJ-1", cost=500.0 if name == "OPS-3" else None)
        for name, item in given.board.items.items()
    }
    project = Project("PRJ-1", "Move", budget=10_000.0, due=date(2027, 12, 31))

    def budget(*names: str) -> tuple[dict[str, Any], dict[str, Any]]:
        board = given.board._replace(items={name: items[name] for name in names}, projects={"PRJ-1": project})
        found = measures.figure("budget", query.of(replace(given, board=board)))
        return found["rows"][0], found["earned"][0]

    row, earned = budget("OPS-3", "OPS-5")
    reason = "items were begun before they came to this board, nobody knows when"
    keys = ("spent", "began_on", "burn_per_day", "runs_out_on", "reason")
    assert [row[key] for key in keys] == [500, None, None, None, reason]
    assert (earned["spi"], earned["reason"]) == (None, f"{reason}; 1 finished item without a cost")
    assert budget("OPS-5")[0]["began_on"] == "2026-02-05"
    board = given.board._replace(items={"OPS-3": items["OPS-3"]}, projects={"PRJ-1": project})
    behind = measures.behind("budget", query.of(replace(given, board=board)))
    assert [(each.item, each.what, each.value) for each in behind] == [("OPS-3", "came as finished", 500)]


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
