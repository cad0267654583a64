"""Every measure, asked of boards that have next to nothing to tell: words instead of numbers, and no traceback."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from opsflow import measures
from opsflow.errors import OpsflowError
from opsflow.flow.days import Window
from opsflow.formats import evidence
from opsflow.formats import measures as shown
from opsflow.measures import query
from opsflow.measures.query import Query
from tests import told
from tests.boards import facts_in

FINISHED = "\n".join(
    f"2026-03-0{n} OPS-{n}: {{state: doing, assignees: [maria]}}\n2026-03-1{n} OPS-{n}: {{state: done, assignees: [maria]}}"
    for n in range(1, 9)
)
CLOCKS = told.facts(
    told.board(
        *(told.item(f"OPS-{n}", "done", assignees=("maria",)) for n in range(1, 8)),
        told.item("OPS-8", "doing"),
        timezone="Europe/Berlin",
    ),
    told.history(
        {
            **{
                f"OPS-{n}": f"2026-03-2{n} 22:30 doing, 2026-03-29 00:5{n} vendor, 2026-03-29 01:0{n} review, "
                f"2026-03-30 21:5{n} done"
                for n in range(1, 8)
            },
            "OPS-8": "2026-03-29 01:00 doing",
        }
    ),
    now="2026-04-01 12:00",
)
BOARDS = {
    "an empty board": query.of(facts_in("today: 2026-03-10")),
    "one item": query.of(facts_in("2026-03-01 OPS-1: {state: ready}\ntoday: 2026-03-10")),
    "all items finished": query.of(facts_in(FINISHED + "\ntoday: 2026-03-20")),
    "no people file": query.of(
        facts_in(
            "2026-03-01 OPS-1: {state: doing, assignees: [zoe]}\n2026-03-02 OPS-2: {state: ready}\n"
            "2026-03-03 OPS-3: {state: doing, assignees: [zoe]}\n2026-03-04 OPS-3: {state: done}\ntoday: 2026-03-10"
        )
    ),
    "a window with no data": replace(
        query.of(facts_in(FINISHED + "\ntoday: 2026-03-20")),
        window=Window(date(2019, 1, 1), date(2019, 2, 1)),
    ),
    "a change of clocks in the window": query.of(CLOCKS),
}
FEW_TRIALS = {
    "forecast": {"trials": "50"},
    "backtest": {"trials": "50"},
    "simulate": {"runs": "5", "wip": "1"},
}


def asked(name: str, board: str) -> Query:
    return replace(BOARDS[board], options=FEW_TRIALS.get(name, {}))


def known(name: str, view: dict[str, Any]) -> set[str]:
    """The key figures that have a number."""
    return {fact.key for fact in measures.facts(name) if view[fact.key] is not None}


@pytest.mark.parametrize("name", measures.ALL)
@pytest.mark.parametrize("board", BOARDS)
def test_every_measure_answers_in_words(name: str, board: str) -> None:
    found = asked(name, board)
    view = measures.view(name, found)
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert view["title"]
    assert view["read"] or found.silence
    unsaid = {fact.key for fact in measures.facts(name)} - known(name, view)
    assert view["reason"] or unsaid <= set(view.get("reasons", {}))
    text = shown.render([view], define=True)
    assert view["title"] in " ".join(text.split())
    assert not {"None", "nan", "inf"} & set(text.split())
    shown.csv(view)
    evidence.render(evidence.report(name, found))


PERCENTILES = {"p50_days", "p85_days", "p95_days", "mean_days", "mean_cycle_time_days", "kept_share", "share"}
"""Numbers that cannot be where nothing was finished."""


@pytest.mark.parametrize("name", measures.ALL)
@pytest.mark.parametrize("board", ["an empty board", "one item", "a window with no data"])
def test_where_nothing_was_finished_there_is_no_number_of_it(name: str, board: str) -> None:
    view = measures.view(name, asked(name, board))
    assert known(name, view) & PERCENTILES == set()
    shares = {fact.key for fact in measures.facts(name) if fact.unit == "share"}
    assert known(name, view) & shares == set()


@pytest.mark.parametrize("name", ["capacity", "load", "away"])
def test_without_people_nobody_is_counted(name: str) -> None:
    view = measures.view(name, asked(name, "no people file"))
    assert "not known" in view["title"]
    assert known(name, view) & {"person_days", "left_person_days", "away_today", "least_person_days"} == set()


def test_days_are_those_of_the_calendar_when_clocks_change() -> None:
    """The night from 28 to 29 March has 23 hours; an item that was worked on through it took whole days."""
    view = measures.view("cycle-time", asked("cycle-time", "a change of clocks in the window"))
    assert [(row["id"], row["begun_on"], row["days"]) for row in view["rows"]][:2] == [
        ("OPS-1", "2026-03-21", 10),
        ("OPS-2", "2026-03-22", 9),
    ]
    law = measures.view("littles-law", asked("littles-law", "a change of clocks in the window"))
    assert law["average_wip"] == pytest.approx(law["arrival_rate_per_day"] * law["residence_days"])


@pytest.mark.parametrize(
    ("name", "option", "value", "why"),
    [
        ("wip", "share", "0", "'0' is no number of percent; write a whole number from 1 to 100."),
        ("wip", "share", "101", "'101' is no number of percent; write a whole number from 1 to 100."),
        (
            "control-chart",
            "run",
            "0",
            "'0' is no number of points in a row; write a whole number from 1 to 1,000.",
        ),
    ],
)
def test_what_means_nothing_is_no_option(name: str, option: str, value: str, why: str) -> None:
    asked = replace(BOARDS["a change of clocks in the window"], options={option: value})
    with pytest.raises(OpsflowError) as caught:
        measures.view(name, asked)
    assert str(caught.value) == why
