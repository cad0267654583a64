"""What a measure comes to, in one line that can be read aloud."""

from dataclasses import replace
from datetime import date

import pytest

from opsflow import measures
from opsflow.flow.days import Window
from opsflow.measures import query
from tests.boards import facts_in
from tests.measures.asked import figure

NOTHING = "2026-01-05 OPS-1: {state: ready}\ntoday: 2026-03-10"
STEADY = (
    "\n".join(
        f"2026-02-0{n} OPS-{n}: {{state: doing}}\n2026-03-0{n} OPS-{n}: {{state: done}}" for n in range(1, 9)
    )
    + "\ntoday: 2026-03-10"
)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("cycle-time", "Nothing was finished"),
        ("lead-time", "Nothing was finished"),
        ("throughput", "Nothing was finished"),
        ("arrivals", "Nothing was begun"),
        ("net-flow", "Nothing was begun, and nothing left"),
        ("wip", "Nothing is in flow"),
        ("cfd", "Nothing has been begun yet"),
        ("rework", "No work went back"),
        ("blocked", "Nothing was blocked"),
        ("flow-efficiency", "Nothing was finished"),
        ("unplanned", "No work was done"),
        ("away", "Who is away is not known"),
    ],
)
def test_where_there_is_nothing_the_headline_says_so(name: str, title: str) -> None:
    assert figure(name, NOTHING)["title"] == title


def test_only_of_a_time_that_goes_on_it_is_said_so_far() -> None:
    few = "2026-03-02 OPS-1: {state: ready}\n2026-03-03 OPS-1: {state: done}\ntoday: 2026-03-04"
    assert figure("throughput", few)["title"] == "1 item finished so far"
    facts = facts_in(few.replace("today: 2026-03-04", "today: 2026-03-10"))
    week = replace(query.of(facts), window=Window(date(2026, 3, 2), date(2026, 3, 8)))
    assert measures.view("throughput", week)["title"] == "1 item finished"


@pytest.mark.parametrize(
    ("board", "title"),
    [
        ("", "No work went back"),
        ("\n2026-03-09 OPS-9: {state: doing}", "No work went back"),
        ("\n2026-03-08 OPS-1: {state: doing}\n2026-03-09 OPS-1: {state: done}", "Work went back 1 time and took 2 days to recover"),
        ("\n2026-03-09 OPS-1: {state: doing}", "Work went back 1 time and has not recovered"),
        (
            "\n2026-03-08 OPS-1: {state: doing}\n2026-03-09 OPS-1: {state: done}\n2026-03-09 OPS-2: {state: doing}",
            "Work went back 2 times, and 1 did not recover yet",
        ),
    ],
)  # fmt: skip
def test_what_has_not_recovered_took_no_time_to_recover(board: str, title: str) -> None:
    assert figure("rework", STEADY + board)["title"] == title


def test_of_work_that_nobody_calls_unplanned_no_share_is_told() -> None:
    found = figure("unplanned", "types: {request: {}}\n" + STEADY)
    assert found["title"] == "How much work is unplanned is not known: no type says `planned: false`"
    assert (found["items_share"], found["wip_days_share"]) == (None, None)
    assert found["reasons"]["items_share"] == "no type of work says `planned: false`"
    assert found["arrival_share"] is not None


@pytest.mark.parametrize(
    ("days", "title"),
    [
        ((2, 2, 3, 4, 9, 10, 16, 17, 23, 24), "In most weeks, 2 items are finished"),
        ((2, 9, 16, 23), "In most weeks, 1 item is finished"),
        ((2, 16, 17), "In most weeks, at most 1 item is finished"),
        ((2, 3, 4, 5), "4 items finished, and nothing in most weeks"),
    ],
)
def test_throughput_of_most_weeks(days: tuple[int, ...], title: str) -> None:
    rows = [
        f"2026-01-29 OPS-{n}: {{state: doing}}\n2026-02-{day:02} OPS-{n}: {{state: done}}"
        for n, day in enumerate(days, 1)
    ]
    assert figure("throughput", "\n".join(rows) + "\ntoday: 2026-03-02")["title"] == title


def test_what_never_stood_still_is_not_among_what_stood_still_the_longest() -> None:
    stood = "2026-02-03 OPS-1: {state: doing, blocked: {reason: no part}}\n2026-02-05 OPS-1: {state: doing}\n"
    found = figure("flow-efficiency", stood + STEADY)
    assert [(row["id"], row["stood_days"]) for row in found["stillest"]] == [("OPS-1", 2)]
    assert figure("flow-efficiency", STEADY)["stillest"] == []


def test_whether_flow_is_steady_is_told_by_all_of_its_signs() -> None:
    """Mean cycle time near the time in progress says little where more comes than leaves."""
    steady = figure("littles-law", STEADY)
    assert steady["title"] == "All 3 signs say that flow is steady"
    assert [row["steady"] for row in steady["rows"]] == [True, True, None, True]
    grows = "\n".join(f"2026-03-0{n} OPS-{n}{n}: {{state: doing}}" for n in range(1, 9))
    found = figure("littles-law", "\n".join(sorted(f"{grows}\n{STEADY}".splitlines())))
    assert found["title"] == "3 of 3 signs say that flow is not steady"
    assert [(row["steady"], row["what"]) for row in found["rows"]] == [
        (False, "16 came, 8 left"),
        (False, "0 in progress at first, 8 at last"),
        (None, "mean age of nothing at first, 5.5 days at last"),
        (False, "28.0 days elapsed, 16.8 days in progress"),
    ]
