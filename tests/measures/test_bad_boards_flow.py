"""Whatever the board is like, measures of flow say something, and never a wrong 0."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from opsflow import measures
from opsflow.facts import Facts
from opsflow.flow.days import Count, Window
from opsflow.flow.definitions import SENTENCES
from opsflow.flow.percentiles import RULES
from opsflow.formats import evidence
from opsflow.formats import measures as shown
from opsflow.measures import query
from opsflow.measures.query import SLICES, Query
from opsflow.model import Board, History, Kind, State
from tests import told
from tests.boards import facts_in

NAMES = [name for family in ("flow", "unplanned") for name in measures.FAMILIES[family]]
NOTHING = {
    "a board without anything": told.facts(Board("", "", (), {})),
    "a board without a history": told.facts(told.board(told.item("OPS-1", "doing", depends_on=("OPS-2",)))),
    "a history without a commit": told.facts(told.board(told.item("OPS-1", "inbox")), History((), {})),
}
LITTLE = {
    "one item in the backlog": facts_in("2026-03-01 OPS-1: {state: ready}"),
    "one item in progress": facts_in("2026-03-01 OPS-1: {state: doing}"),
    "an item of the future": told.facts(
        told.board(told.item("OPS-1", "doing")), told.history({"OPS-1": "2026-05-01 09:00 doing"})
    ),
    "all finished at once": facts_in(
        "\n".join(f"2026-03-01 OPS-{n}: {{state: done}}" for n in range(1, 25)) + "\ntoday: 2026-03-09"
    ),
    "a state that the workflow does not know": facts_in("2026-03-01 OPS-1: {state: limbo}"),
    "a workflow without a backlog": told.facts(
        told.board(told.item("OPS-1", "doing"), states=told.STATES[2:]),
        told.history({"OPS-1": "2026-02-01 09:00 doing"}),
    ),
    "a workflow that is done from the start": told.facts(
        told.board(told.item("OPS-1", "done"), states=[State("done", Kind.DONE)]),
        told.history({"OPS-1": "2026-02-01 09:00 done"}),
    ),
    "deleted before anything came of it": facts_in(
        "2026-03-01 OPS-1: {state: doing, blocked: {reason: x}}\n2026-03-02 OPS-1: gone"
    ),
    "no class beyond limits": facts_in("classes: {standard: {}}\n2026-03-01 OPS-1: {state: doing}"),
    "blocked and never unblocked": facts_in(
        "2026-03-01 OPS-1: {state: doing, blocked: {reason: x, by: vendor:acme}}\n"
        "2026-03-02 OPS-1: {state: done, blocked: {reason: x, by: vendor:acme}}\ntoday: 2026-03-09"
    ),
    "clocks change": told.facts(
        told.board(told.item("OPS-1", "done"), timezone="Europe/Berlin"),
        told.history({"OPS-1": "2026-03-28 22:30 doing, 2026-03-29 01:30 vendor, 2026-03-30 00:30 done"}),
        now="2026-04-01 12:00",
    ),
}
WINDOWS = {
    "as usual": None,
    "before the history": Window(date(2020, 1, 1), date(2020, 1, 31)),
    "in the future": Window(date(2030, 1, 1), date(2030, 1, 31)),
    "one day": Window(date(2026, 3, 1), date(2026, 3, 1)),
    "a century": Window(date(1950, 1, 1), date(2049, 12, 31)),
}


def asked(facts: Facts, window: Window | None) -> Query:
    found = query.of(facts)
    return replace(found, window=window) if window else found


def unsaid(name: str, view: dict[str, Any]) -> list[str]:
    """Key figures that are not known, without a word about why."""
    facts = [] if view["reason"] else [fact.key for fact in measures.facts(name) if view[fact.key] is None]
    return [key for key in facts if not view.get("reasons", {}).get(key)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("board", {**NOTHING, **LITTLE})
@pytest.mark.parametrize("window", WINDOWS)
def test_every_figure_has_words_and_only_numbers_that_are_numbers(name: str, board: str, window: str) -> None:
    found = asked({**NOTHING, **LITTLE}[board], WINDOWS[window])
    view = measures.view(name, found)
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert view["title"] and isinstance(view["reason"], str)
    assert unsaid(name, view) == []
    assert isinstance(view["rows"], list)
    shown.render([view], define=True)
    shown.csv(view)
    evidence.render(evidence.report(name, found))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("board", list(NOTHING)[:2])
def test_without_a_history_there_are_words_and_no_numbers(name: str, board: str) -> None:
    view = measures.view(name, query.of(NOTHING[board]))
    assert view["reason"] == "the board is not in a Git repository"
    assert view["title"] == measures.UNKNOWN
    assert {view[fact.key] for fact in measures.facts(name)} == {None}
    assert measures.behind(name, query.of(NOTHING[board])) == ()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("window", ["before the history", "in the future"])
def test_a_window_of_which_nothing_is_known_has_words_and_no_numbers(name: str, window: str) -> None:
    view = measures.view(name, asked(LITTLE["all finished at once"], WINDOWS[window]))
    told = {"before the history": "Nothing is known of these days", "in the future": "These days are still"}
    assert (view["n"], view["title"]) == (None, measures.BEYOND)
    assert view["reason"].startswith(told[window])
    assert {view[fact.key] for fact in measures.facts(name)} == {None}
    assert [view[table.key] for table in measures.tables(name) if view[table.key]] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("by", SLICES)
def test_every_slice_has_the_same_figures(name: str, by: str) -> None:
    facts = facts_in(
        "2026-03-01 OPS-1: {state: doing, assignees: [maria, ben], labels: [a], services: [edge]}\n"
        "2026-03-02 OPS-2: {state: doing, class: expedite, part_of: PRJ-1}\n"
        "2026-03-03 OPS-2: {state: done, class: expedite, part_of: PRJ-1}\ntoday: 2026-03-09"
    )
    view = measures.view(name, replace(query.of(facts), by=by))
    own = set(measures.figure(name, query.of(facts)))
    assert view["slices"]
    assert [set(each) - {"slice"} for each in view["slices"]] == [own] * len(view["slices"])
    shown.render([view])
    shown.csv(view)


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_that_a_measure_has_gives_an_answer(name: str) -> None:
    facts = LITTLE["clocks change"]
    found = query.of(facts)
    chosen: dict[str, list[dict[str, Any]]] = {
        "count": [{"count": count} for count in Count],
        "percentile-rule": [{"rule": rule} for rule in RULES],
        "minimum": [{"minimum": 0}, {"minimum": 1}, {"minimum": 1000}],
        "between": [{"between": ("inbox", "done")}, {"between": ("done", "doing")}],
        "baseline": [{"baseline": Window(date(2026, 3, 1), date(2026, 3, 2))}],
        "backward": [{"backward": "erase"}],
    }
    for choice in measures.applies(name):
        for choices in chosen.get(choice, []):
            view = measures.view(name, replace(found, **choices))
            assert json.loads(json.dumps(view, allow_nan=False)) == view
            assert unsaid(name, view) == []
    for option in measures.options(name):
        for value in option.values:
            view = measures.view(name, replace(found, options={option.name: value}))
            assert unsaid(name, view) == []


@pytest.mark.parametrize("name", measures.ALL)
def test_a_measure_is_declared_whole(name: str) -> None:
    assert measures.question(name).endswith("?")
    assert measures.module(name).TITLE
    assert [each for each in measures.module(name).DEFINITIONS if each not in SENTENCES] == []
    assert set(measures.applies(name)) <= set(measures.CHOICES)
    view = measures.view(name, query.of(LITTLE["clocks change"]))
    assert [fact.key for fact in measures.facts(name) if fact.key not in view] == []
    assert [table.key for table in measures.tables(name) if not isinstance(view[table.key], list)] == []
    for table in measures.tables(name):
        for row in view[table.key][:1]:
            assert [key for key in table.columns if key not in row] == [], table.key


def test_an_item_that_began_and_ended_within_the_change_of_clocks_takes_calendar_days() -> None:
    """From 23:30 on Saturday to 02:30 on Monday, by the clock of Berlin: three days, and 25 hours."""
    facts = LITTLE["clocks change"]
    view = measures.view("cycle-time", query.of(facts))
    assert [(row["begun_on"], row["finished_on"], row["days"]) for row in view["rows"]] == [
        ("2026-03-28", "2026-03-30", 3)
    ]
    elapsed = measures.view("cycle-time", replace(query.of(facts), count=Count.ELAPSED))
    assert [row["days"] for row in elapsed["rows"]] == [26 / 24]
    daily = measures.view("wip", query.of(facts))["rows"]
    assert [(row["day_on"], row["wip"]) for row in daily] == [
        ("2026-03-28", 1),
        ("2026-03-29", 1),
        ("2026-03-30", 0),
        ("2026-03-31", 0),
        ("2026-04-01", 0),
    ]
    assert datetime(2026, 3, 28, 22, 30, tzinfo=UTC).timestamp() == facts.spans["OPS-1"].created.timestamp()
