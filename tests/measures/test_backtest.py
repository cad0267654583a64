"""How often the board's own forecasts held."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from opsflow import measures
from opsflow.errors import OpsflowError
from opsflow.measures import backtest
from tests.boards import facts_in
from tests.measures.asked import asked, evidence, figure, pick

FIRST = date(2026, 1, 5)


def board(weeks: int, *more: str) -> str:
    """One item each working day, begun the day before; the board is some weeks old."""
    days = [FIRST + timedelta(days=day) for day in range(7 * weeks)]
    working = [day for day in days if day.weekday() < 5]
    lines = [f"{FIRST} OPS-100: {{state: doing}}"]
    for number, over in enumerate(working[1:], 100):
        lines += [f"{over} OPS-{number}: {{state: done}}", f"{over} OPS-{number + 1}: {{state: doing}}"]
    ordered = sorted([*lines, *more], key=lambda line: line[:10])
    return "\n".join([f"today: {FIRST + timedelta(days=7 * weeks)}", *ordered])


def test_a_steady_past_kept_its_promises() -> None:
    found = figure("backtest", board(14))
    assert pick(found["rows"], "question", "held85") == [
        ("how many in 14 days", "100% (10 of 10)"),
        ("how many in 28 days", "100% (8 of 8)"),
        ("when for so many", "100% (7 of 7)"),
        ("items in progress", "100% (10 of 10)"),
    ]
    assert found["title"] == "The 85% held in 100% of past forecasts"
    assert (found["n"], found["days_without"], found["reason"]) == (10, 0, "")
    assert found["days"][0].keys() == {"as_on", "p50", "p85", "p95", "came", "held50", "held85", "held95"}
    assert len(evidence("backtest", board(14))) == 69


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([(0.81, 21), (0.75, 161)], "The 85% held in 75% to 81% of past forecasts, least for question 2"),
        (
            [(0.5, 8), (0.81, 21), (0.9, 12)],
            "The 85% held in 81% to 90% of past forecasts, least for question 2",
        ),
        ([(0.81, 21), (0.81, 30)], "The 85% held in 81% of past forecasts"),
        ([(0.5, 8), (None, 0)], "The 85% held in 50% of past forecasts, which are few"),
        ([(None, 0)], "There is no past to try the forecasts on"),
    ],
)
def test_the_headline_tells_the_worst_question_that_was_asked_often(
    rows: list[tuple[float | None, int]], title: str
) -> None:
    told = [
        {"question": f"question {number}", "held85_share": share, "n85": n}
        for number, (share, n) in enumerate(rows, 1)
    ]
    assert backtest._title(told) == title


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("today: 2026-03-02", "the board is not in a Git repository"),
        ("OPS-1: {state: doing}", "the board is not in a Git repository"),
        ("today: 2026-03-02\n2026-03-01 OPS-1: {state: ready}", "the history is shorter than 29 days"),
        (
            "today: 2026-06-02\n2026-03-01 OPS-1: {state: done}",
            "on none of 10 past days was there enough to forecast from",
        ),
    ],
)
def test_too_little_gives_words(text: str, reason: str) -> None:
    found = figure("backtest", text)
    assert found["reason"] == reason
    assert {row["held85_share"] for row in found["rows"]} <= {None}


def test_fewer_items_can_be_asked_about() -> None:
    facts = facts_in(board(14, "2026-02-02 OPS-1: {state: doing, type: incident}"))
    only = replace(asked(facts), where="type = incident", keeps=lambda item: item.type == "incident")
    assert measures.view("backtest", only)["reason"].startswith("on none of")


def test_equal_questions_have_equal_answers() -> None:
    one, other = (json.dumps(figure("backtest", board(10)), sort_keys=True) for _ in range(2))
    assert one == other


def test_nonsense_is_refused_with_a_sentence() -> None:
    with pytest.raises(OpsflowError, match="is no number of trials"):
        figure("backtest", board(6), trials="none")
