"""What stands at the end of a window: the midnight after its last day is not in it, and right now is."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from opsflow import measures
from opsflow.flow.days import Window
from opsflow.measures import query
from opsflow.measures.query import Query
from opsflow.model import Story, Vendor
from opsflow.reports import item
from tests import told
from tests.boards import facts_in
from tests.measures.asked import evidence, figure, pick

DAYS = Window(date(2026, 11, 2), date(2026, 11, 12))
ACME = {"acme": Vendor("acme", "Acme")}


def asked(*stories: Story, now: str = "2026-11-21 12:00", window: Window = DAYS, **options: str) -> Query:
    items = [told.item(each.item, each.states[-1].value) for each in stories]
    board = told.board(*items, vendors=ACME)
    facts = told.facts(board, told.history(stories), now=now)
    return replace(query.of(facts), window=window, options=options)


def view(name: str, of: Query) -> dict[str, Any]:
    return measures.figure(name, of)


MIDNIGHTS = (
    told.story("OPS-1", "2026-11-02 00:00 doing, 2026-11-09 00:00 done"),
    told.story("OPS-2", "2026-11-13 00:00 doing, 2026-11-20 00:00 done"),
    told.story(
        "OPS-3",
        "2026-11-02 00:00 doing, 2026-11-13 00:00 done",
        blocked="2026-11-10 00:00 vendor:acme, 2026-11-13 00:00 -",
    ),
)


def test_what_happens_at_the_midnight_after_the_last_day_is_not_in_the_window() -> None:
    """Eleven days, and OPS-3 stands on all of them: 7 + 11 days in progress."""
    found = asked(*MIDNIGHTS)
    law = view("littles-law", found)
    keys = ("arrivals", "departures", "area_item_days", "residence_days", "approximate_cycle_time_days")
    assert [law[key] for key in keys] == [2, 1, 18, 9, 18]
    assert [row["what"] for row in law["rows"][:3]] == [
        "2 came, 1 left",
        "0 in progress at first, 1 at last",
        "mean age of nothing at first, 11.0 days at last",
    ]
    assert pick(view("ageing", found)["rows"], "id", "age_days", "in_state_days") == [("OPS-3", 11, 11)]
    assert view("wip", found)["now"] == 1
    assert [each.item for each in measures.behind("wip", found)] == ["OPS-3"]
    assert view("net-flow", found)["departures"] == 1
    assert pick(view("time-in-state", found)["rows"], "state", "completed", "ongoing")[2] == ("doing", 1, 1)
    assert [view("blocked", found)[key] for key in ("days", "times", "now")] == [3, 1, 1]
    assert [view("vendors", found)[key] for key in ("waited_days", "n", "waiting_now")] == [3, 1, 1]


def test_what_is_done_right_now_is_in_the_window() -> None:
    """As edits are that nobody has committed yet."""
    now = "2026-11-12 15:00"
    begun = told.story("OPS-1", f"{now} doing", blocked=f"{now} vendor:acme")
    over = told.story(
        "OPS-2",
        f"2026-11-02 00:00 doing, {now} done",
        blocked=f"2026-11-05 00:00 vendor:acme, {now} -",
    )
    found = asked(begun, over, now=now)
    law = view("littles-law", found)
    assert (law["arrivals"], law["departures"]) == (2, 1)
    assert pick(view("ageing", found)["rows"], "id", "age_days") == [("OPS-1", 1)]
    assert [each.item for each in measures.behind("wip", found)] == ["OPS-1"]
    assert [view("blocked", found)[key] for key in ("times", "now")] == [2, 1]
    assert [view("vendors", found)[key] for key in ("n", "waiting_now")] == [2, 1]
    assert pick(view("time-in-state", found)["rows"], "state", "completed", "ongoing")[2] == ("doing", 1, 1)


def test_a_week_is_whole_in_the_last_minute_of_its_sunday() -> None:
    work = told.story("OPS-1", "2026-11-02 09:00 doing, 2026-11-15 09:00 done")
    window = Window(date(2026, 11, 2), date(2026, 11, 15))
    day, night = (
        asked(work, now=f"2026-11-15 {time}", window=window) for time in ("23:58", "23:59:59.999999")
    )
    for name in ("throughput", "arrivals", "net-flow", "unplanned"):
        rows = [view(name, each)["weeks" if name == "unplanned" else "rows"] for each in (day, night)]
        assert [[row["partial"] for row in each] for each in rows] == [[False, True], [False, False]], name
    assert [view("throughput", each)["mean_week"] for each in (day, night)] == [0.0, 0.5]
    charted = [view("control-chart", replace(each, options={"of": "throughput"})) for each in (day, night)]
    assert [pick(each["rows"], "label", "value") for each in charted] == [
        [("2026-W45", 0)],
        [("2026-W45", 0), ("2026-W46", 1)],
    ]


# -- blocks -----------------------------------------------------------------------------------------

LEFT_IN = """
today: 2026-11-20
vendors: {acme: {name: Acme, answer_within: 3d}}
2026-11-02 OPS-1: {state: doing}
2026-11-03 OPS-1: {state: doing, blocked: {reason: no answer, by: vendor:acme}}
2026-11-05 OPS-1: {state: done, blocked: {reason: no answer, by: vendor:acme}}
"""


def test_nobody_waits_for_what_is_over_even_if_the_block_was_left_in() -> None:
    assert [figure("blocked", LEFT_IN)[key] for key in ("days", "times", "now")] == [2, 1, 0]
    keys = ("waited_days", "n", "waiting_now", "late_now", "kept_share")
    assert [figure("vendors", LEFT_IN)[key] for key in keys] == [2, 1, 0, 0, 1]
    shown = item.view(facts_in(LEFT_IN), (), "OPS-1")
    assert shown["card"]["blocked"] is None
    assert pick(shown["blocks"], "to_at", "days") == [("2026-11-05T12:00:00+00:00", 3)]


def test_a_block_that_is_still_there_when_work_is_taken_up_again_begins_anew() -> None:
    back = LEFT_IN + "2026-11-18 OPS-1: {state: doing, blocked: {reason: no answer, by: vendor:acme}}\n"
    assert [figure("blocked", back)[key] for key in ("days", "times", "now")] == [4, 2, 1]
    assert pick(figure("vendors", back)["waiting"], "since_on", "days") == [("2026-11-18", 3)]
    shown = item.view(facts_in(back), (), "OPS-1")
    assert shown["card"]["blocked"]["days"] == 3
    assert pick(shown["blocks"], "from_at", "to_at") == [
        ("2026-11-18T12:00:00+00:00", None),
        ("2026-11-03T12:00:00+00:00", "2026-11-05T12:00:00+00:00"),
    ]


def test_taking_work_up_again_changes_no_window_before() -> None:
    back = LEFT_IN + "2026-11-18 OPS-1: {state: doing}\nexpectations: [{within: 2d, share: 0.85}]\n"
    before = replace(query.of(facts_in(back)), window=Window(date(2026, 11, 2), date(2026, 11, 10)))
    assert [view("blocked", before)[key] for key in ("days", "now")] == [2, 0]
    assert (view("expectations", before)["open"], view("wip", before)["now"]) == ([], 0)


def test_what_went_back_to_the_backlog_is_not_in_progress() -> None:
    text = """
today: 2026-11-20
expectations: [{within: 2d, share: 0.85}]
2026-11-02 OPS-1: {state: doing}
2026-11-02 OPS-2: {state: doing}
2026-11-03 OPS-1: {state: ready}
"""
    assert pick(figure("expectations", text)["open"], "id", "age_days") == [("OPS-2", 19)]


REWORDED = """
today: 2026-11-20
vendors: {acme: {name: Acme, answer_within: 5d}}
2026-11-02 OPS-1: {state: doing, blocked: {reason: no anwser, by: vendor:acme}}
2026-11-06 OPS-1: {state: doing, blocked: {reason: no answer, by: vendor:acme}}
2026-11-10 OPS-1: {state: doing, blocked: {reason: no answer yet, by: vendor:acme}}
2026-11-14 OPS-1: {state: doing}
"""


def test_a_wait_goes_on_when_its_reason_is_written_anew() -> None:
    keys = ("waited_days", "n", "kept_share")
    assert [figure("vendors", REWORDED)[key] for key in keys] == [12, 1, 0]
    assert evidence("vendors", REWORDED) == [("OPS-1", "blocked by vendor:acme", 12)]
    late = replace(query.of(facts_in(REWORDED)), window=Window(date(2026, 11, 8), date(2026, 11, 20)))
    assert [view("vendors", late)[key] for key in keys] == [6.5, 1, 0]
    assert [each.value for each in measures.behind("vendors", late)] == [6.5]
    early = replace(late, window=Window(date(2026, 11, 1), date(2026, 11, 9)))
    assert pick(view("vendors", early)["waiting"], "since_on", "days", "reason", "late") == [
        ("2026-11-02", 8, "no answer", True)
    ]


def test_waits_for_one_vendor_with_a_time_between_are_two() -> None:
    apart = REWORDED.replace(
        "2026-11-06 OPS-1: {state: doing, blocked: {reason: no answer, by: vendor:acme}}",
        "2026-11-06 OPS-1: {state: doing}",
    )
    assert [figure("vendors", apart)[key] for key in ("waited_days", "n", "kept_share")] == [8, 2, 1]


# -- what is behind a number ------------------------------------------------------------------------

CHARTED = """
today: 2026-11-20
2026-11-02 OPS-1: {state: doing}
2026-11-02 OPS-2: {state: doing}
2026-11-11 OPS-1: {state: done}
2026-11-19 OPS-3: {state: doing}
"""


@pytest.mark.parametrize(
    ("of", "behind"),
    [
        ("arrivals", [("OPS-1", "arrived", None), ("OPS-2", "arrived", None)]),
        ("departures", [("OPS-1", "left", None)]),
        ("wip", [("OPS-1", "arrived", None), ("OPS-2", "arrived", None), ("OPS-1", "left", None)]),
        ("throughput", [("OPS-1", "finished", None)]),
    ],
)
def test_behind_a_chart_of_weeks_is_what_came_or_left_in_its_weeks(
    of: str, behind: list[tuple[str, str, None]]
) -> None:
    """The week that goes on is not in the chart, so OPS-3 is not behind it."""
    assert evidence("control-chart", CHARTED, of=of) == behind


def test_before_a_week_is_over_nothing_is_behind_a_chart_of_weeks() -> None:
    assert evidence("control-chart", "today: 2026-11-04\n2026-11-02 OPS-1: {state: doing}", of="wip") == []


def test_visits_are_cut_in_the_evidence_as_they_are_in_the_figure() -> None:
    for clip, days in (("yes", [1.5, 3]), ("no", [9, 10.5])):
        found = asked(
            told.story("OPS-1", "2026-11-02 12:00 doing, 2026-11-11 12:00 done"),
            told.story("OPS-2", "2026-11-02 12:00 doing"),
            window=Window(date(2026, 11, 10), date(2026, 11, 12)),
            clip=clip,
        )
        assert [each.value for each in measures.behind("time-in-state", found)] == days
        assert view("time-in-state", found)["total_days"] == sum(days)
