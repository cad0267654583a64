"""Rules of other tools that no case at hand needs, asked of the command line: their numbers come out all the same."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opsflow import cli
from tests.conformance.asked import Asking, Row, moves

WORKFLOW = ("--workflow", "Backlog:backlog,Build:active,Wait:waiting,Done:done")


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.setenv("OPSFLOW_NOW", "2026-04-01T12:00Z")
    return Asking(tmp_path)


def days_of(view: dict[str, Any]) -> dict[str, float]:
    return {row["id"]: row["days"] for row in view["rows"]}


# -- days -------------------------------------------------------------------------------------------

WEEKEND = [
    *moves("A-1", ("2026-03-06 18:00", "Build"), ("2026-03-09 06:00", "Done")),  # from Friday to Monday
    *moves("A-2", ("2026-03-07 10:00", "Build"), ("2026-03-08 22:00", "Done")),  # within a weekend
    *moves("A-3", ("2026-03-02 09:00", "Build"), ("2026-03-02 15:00", "Done")),  # within a day
    *moves("A-4", ("2026-03-02 00:00", "Build"), ("2026-03-16 00:00", "Done")),  # two weeks
]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("inclusive", [4, 2, 1, 15]),
        ("exclusive", [3, 1, 0, 14]),
        ("elapsed", [2.5, 1.5, 0.25, 14]),
        ("working", [2, 0, 1, 11]),
        ("working-exclusive", [1, 0, 0, 10]),
        ("working-elapsed", [0.5, 0, 0.25, 10]),
    ],
)
def test_days_by_every_count(count: str, expected: list[float], ask: Asking) -> None:
    """As numpy's busday_count, NETWORKDAYS and differences of moments have them."""
    view = ask.view(WEEKEND, "cycle-time", "--count", count, *WORKFLOW)
    assert days_of(view) == dict(zip(("A-1", "A-2", "A-3", "A-4"), expected, strict=True))


def test_holidays_are_no_working_days(ask: Asking) -> None:
    words = ("--count", "working-exclusive", "--holidays", "2026-03-04,2026-03-05,2026-03-07")
    assert days_of(ask.view(WEEKEND, "cycle-time", *words, *WORKFLOW))["A-4"] == 8


def test_a_median_of_an_even_number_of_values_lies_between_two(ask: Asking) -> None:
    rows = [
        row
        for n, last in enumerate((1, 2, 5, 9), 1)
        for row in moves(f"A-{n}", ("2026-03-01", "Build"), (f"2026-03-{last:02}", "Done"))
    ]
    found = {
        rule: ask.view(rows, "cycle-time", "--percentile-rule", rule, "--minimum", "1", *WORKFLOW)["p50_days"]
        for rule in ("nearest-rank", "type-2", "type-6", "linear", "midpoint", "lower", "higher")
    }
    assert found == {
        "nearest-rank": 2,
        "type-2": 3.5,
        "type-6": 3.5,
        "linear": 3.5,
        "midpoint": 3.5,
        "lower": 2,
        "higher": 5,
    }


STANDING = [
    *moves("A-1", ("2026-03-02 09:00", "Build"), ("2026-03-09 15:00", "Wait")),
    *moves("A-2", ("2026-03-05 09:00", "Build"), ("2026-03-10 15:00", "Done")),
    {"item": "A-1", "field": "blocked", "value": "no part", "entered": "2026-03-04 12:00"},
]


@pytest.mark.parametrize(
    ("words", "last", "age", "blocked"),
    [
        ((), "2026-03-10", 9, 7),  # the last day of the table
        (("--now", "2026-03-10"), "2026-03-10", 9, 7),
        (("--now", "2026-03-20T08:00"), "2026-03-20", 19, 17),
        (("--now", "2026-03-20", "--to", "2026-03-12"), "2026-03-12", 11, 9),
        (("--to", "2026-03-08"), "2026-03-08", 7, 5),
    ],
)
def test_ages_are_those_of_the_last_day_that_is_asked_about(
    words: tuple[str, ...], last: str, age: int, blocked: int, ask: Asking
) -> None:
    """The midnight that ends a day is none of the days that go by."""
    for count, less in (("inclusive", 0), ("exclusive", 1)):
        view = ask.view(STANDING, "ageing", "--count", count, *words, *WORKFLOW)
        assert view["window"]["to_on"] == last
        assert {row["id"]: row["age_days"] for row in view["rows"]}["A-1"] == age - less
    (row,) = ask.view(STANDING, "blocked", *words, *WORKFLOW)["open"]
    assert (row["since_on"], row["age_days"]) == ("2026-03-04", blocked)
    due = ask.view(STANDING, "expectations", "-o", "within=30", *words, *WORKFLOW)["open"]
    assert {row["id"]: row["age_days"] for row in due}["A-1"] == age


def test_a_fall_that_nobody_mended_lasts_to_the_end_of_the_days_asked_about(ask: Asking) -> None:
    rows = moves("A-1", ("2026-03-02", "Build"), ("2026-03-04", "Wait"), ("2026-03-06", "Build"))
    for words, days in (
        ((), 1),
        (("--now", "2026-03-09"), 4),
        (("--now", "2026-03-20", "--to", "2026-03-08"), 3),
    ):
        (row,) = ask.view(rows, "rework", *words, *WORKFLOW)["rows"]
        assert (row["recovered_on"], row["days"]) == (None, days)


# -- periods ----------------------------------------------------------------------------------------


def finished(*days: str) -> list[Row]:
    return [
        row
        for n, day in enumerate(days, 1)
        for row in moves(f"A-{n}", (day, "Build"), (f"{day} 10:00", "Done"))
    ]


DELIVERED = finished("2026-02-28", "2026-03-01", "2026-03-01", "2026-03-07", "2026-03-08", "2026-03-31")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("begins=monday",), [("2026-W09", 3), ("2026-W10", 2), ("2026-W11", 0), ("2026-W12", 0), ("2026-W13", 0), ("2026-W14", 1)]),
        (("begins=sunday",), [("2026-02-22", 1), ("2026-03-01", 3), ("2026-03-08", 1), ("2026-03-15", 0), ("2026-03-22", 0), ("2026-03-29", 1)]),
        (("period=month",), [("2026-02", 1), ("2026-03", 5)]),
        (("period=quarter",), [("2026-Q1", 6)]),
        (("period=year",), [("2026", 6)]),
        (("period=14",), [("2026-02-28", 5), ("2026-03-14", 0), ("2026-03-28", 1)]),
    ],
)  # fmt: skip
def test_throughput_by_any_period(
    words: tuple[str, ...], expected: list[tuple[str, int]], ask: Asking
) -> None:
    options = [part for word in words for part in ("-o", word)]
    view = ask.view(DELIVERED, "throughput", *options, *WORKFLOW)
    assert [(row["week"], row["count"]) for row in view["rows"]] == expected


def test_a_period_that_the_window_cuts_is_in_no_mean(ask: Asking) -> None:
    view = ask.view(DELIVERED, "throughput", "-o", "period=month", *WORKFLOW)
    assert [row["partial"] for row in view["rows"]] == [True, False]
    assert (view["mean_week"], view["called"]["mean_week"]) == (5, "Mean of full months")
    net = ask.view(DELIVERED, "net-flow", "-o", "period=month", *WORKFLOW)
    assert [(row["arrivals"], row["departures"]) for row in net["rows"]] == [(1, 1), (5, 5)]
    came = ask.view(DELIVERED, "arrivals", "-o", "period=day", *WORKFLOW)
    assert {row["week"]: row["arrivals"] for row in came["rows"] if row["arrivals"]} == {
        "2026-02-28": 1,
        "2026-03-01": 2,
        "2026-03-07": 1,
        "2026-03-08": 1,
        "2026-03-31": 1,
    }


def test_a_period_that_is_none_is_refused(ask: Asking) -> None:
    for text in ("fortnight", "0", "-3", "²"):
        status, _, err = ask.run(DELIVERED, "throughput", "-o", f"period={text}", *WORKFLOW)
        assert (status, "day, week, month, quarter, year or a number of days" in err) == (2, True)


# -- work in progress -------------------------------------------------------------------------------


def test_work_in_progress_at_the_end_of_a_day_or_at_some_time_of_it(ask: Asking) -> None:
    """A-2 left and came back within a day, and is one item."""
    rows = [
        *moves("A-1", ("2026-03-02 09:00", "Build"), ("2026-03-04 10:00", "Done")),
        *moves("A-2", ("2026-03-02 09:00", "Build"), ("2026-03-02 10:00", "Done")),
        *moves("A-2", ("2026-03-02 11:00", "Build"), ("2026-03-03 10:00", "Done")),
        *moves("A-3", ("2026-03-05 10:00", "Build")),
    ]
    found = {}
    for levels in ("days", "touched"):
        view = ask.view(rows, "wip", "-o", f"levels={levels}", "--to", "2026-03-06", *WORKFLOW)
        found[levels] = [row["wip"] for row in view["rows"]]
        assert view["now"] == 1
    assert found == {"days": [2, 1, 0, 1, 1], "touched": [2, 2, 1, 1, 1]}
    past = ask.view(rows, "wip", "-o", "levels=touched", "--to", "2026-03-03", *WORKFLOW)
    assert (past["now"], past["most"], past["mean"]) == (1, 2, 2)


# -- process limits ---------------------------------------------------------------------------------


def test_limits_by_medians(ask: Asking) -> None:
    """Median 5.5; median of the moving ranges 1, 1, 2, 24, 23, 1: 1.5."""
    rows = moves("A-1", ("2026-03-01", "Build"))
    words = ("-o", "values=5,6,5,7,31,8,7", "-o", "range=median", "-o", "clamp=no")
    view = ask.view(rows, "control-chart", *words, "-o", "centre=median", *WORKFLOW)
    assert (view["mean"], view["mean_range"]) == (7, 1.5)
    assert (view["upper"], view["lower"]) == pytest.approx((7 + 3.145 * 1.5, 7 - 3.145 * 1.5))
    assert view["upper_range"] == pytest.approx(3.865 * 1.5)
    assert [row["label"] for row in view["rows"] if 1 in row["rules"]] == ["5"]
    mean = ask.view(rows, "control-chart", *words, *WORKFLOW)
    assert mean["mean"] == pytest.approx(69 / 7)


def test_values_that_are_none_are_refused(ask: Asking) -> None:
    status, _, err = ask.run(DELIVERED, "control-chart", "-o", "values=1,two,3", *WORKFLOW)
    assert (status, "numbers such as 3,5,2.5" in err) == (2, True)


# -- averages of the flow ---------------------------------------------------------------------------


def test_flow_debt_is_what_the_flow_shows_beyond_what_was_finished(ask: Asking) -> None:
    """In ten days three items stood 2, 2 and 10 days; two left: 14 / 2 = 7 days, and those took 2."""
    rows = [
        *moves("A-1", ("2026-03-01", "Build"), ("2026-03-03", "Done")),
        *moves("A-2", ("2026-03-05", "Build"), ("2026-03-07", "Done")),
        *moves("A-3", ("2026-03-01", "Build")),
    ]
    view = ask.view(
        rows, "littles-law", "--minimum", "1", "--from", "2026-03-01", "--to", "2026-03-10", *WORKFLOW
    )
    found = (view["approximate_cycle_time_days"], view["mean_cycle_time_days"], view["flow_debt_days"])
    assert found == (7, 2, 5)


# -- tables of any make -----------------------------------------------------------------------------

EVENTS = [
    ("A-1", "Backlog", "2026-03-02"),
    ("A-1", "Build", "2026-03-03T00:00:00Z"),
    ("A-1", "Done", "2026-03-10T01:00:00+01:00"),
    ("A-2", "Build", "2026-03-04"),
    ("A-2", "Done", "2026-03-04"),
]
KEYS = ("item", "state", "entered")


def sheet(separator: str = ",", end: str = "\n", quote: bool = False, keys: tuple[str, ...] = KEYS) -> str:
    stream = io.StringIO()
    writer = csv.writer(
        stream, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    )
    writer.writerow(keys)
    writer.writerows(EVENTS)
    return stream.getvalue()


OBJECTS = [{"left": None, **dict(zip(KEYS, row, strict=True))} for row in EVENTS]
TABLES = {
    "commas": sheet(),
    "semicolons, as Excel writes them in Europe": "\ufeff" + sheet(";", "\r\n"),
    "a first line that says so": "sep=;\r\n" + sheet(";", "\r\n"),
    "tabs": sheet("\t"),
    "everything quoted": sheet(quote=True),
    "names of an issue tracker": sheet(keys=("Issue key", "To status", "Changed at")),
    "capitals": sheet(keys=("ITEM", "STATE", "ENTERED")),
    "cells that are left over": "".join(f"{line},,\n" for line in sheet().splitlines()),
    "the newest row first": "\n".join([sheet().splitlines()[0], *sheet().splitlines()[:0:-1]]),
    "states in small letters": sheet().replace("Build", "build").replace("Done", " DONE "),
    "JSON Lines": "\n".join(map(json.dumps, OBJECTS)),
    "a JSON array": json.dumps(OBJECTS, indent=2),
    "slashes between year and month": sheet().replace("2026-03-", "2026/3/"),
    "names of months": sheet()
    .replace("2026-03-02", "02/Mar/26 12:00 AM")
    .replace("2026-03-04", "March 4 2026"),
    "dates of Germany": sheet().replace("2026-03-02", "2.3.2026").replace("2026-03-04", "04.03.2026 0:00"),
}


@pytest.mark.parametrize("make", TABLES)
def test_a_table_of_any_make_says_the_same(make: str, tmp_path: Path, ask: Asking) -> None:
    file = tmp_path / "table"
    file.write_text(TABLES[make], encoding="utf-8", newline="")
    status, out, err = ask.told(file, "cycle-time", "--format", "json", *WORKFLOW)
    assert (status, err) == (0, "")
    assert [(row["id"], row["begun_on"], row["days"]) for row in json.loads(out)["rows"]] == [
        ("A-2", "2026-03-04", 1),
        ("A-1", "2026-03-03", 8),
    ]


def test_a_date_that_may_be_two_days_is_none(tmp_path: Path, ask: Asking) -> None:
    file = tmp_path / "table"
    file.write_text(sheet().replace("2026-03-04", "03/04/2026"), encoding="utf-8")
    _, out, err = ask.told(file, "cycle-time", "--format", "json", *WORKFLOW)
    told = "`entered` is '03/04/2026', which may be two days; --dates dmy or mdy says which; the row is left out."
    assert told in err
    assert [row["id"] for row in json.loads(out)["rows"]] == ["A-1"]


DATED = {
    "dmy": ("03/04/2026", "5.4.26 9:30 PM", ("2026-04-03", 3)),
    "mdy": ("03/04/2026", "03-06-26 21:30", ("2026-03-04", 3)),
    "seconds": ("1772582400", "1772755200.5", ("2026-03-04", 3)),
    "milliseconds": (1772582400000, 1772755200500, ("2026-03-04", 3)),
}


@pytest.mark.parametrize("dates", DATED)
def test_dates_are_read_as_somebody_says_that_they_are_written(
    dates: str, tmp_path: Path, ask: Asking
) -> None:
    begun, over, expected = DATED[dates]
    rows = [{"item": "A-1", "to": state, "at": at} for state, at in (("Build", begun), ("Done", over))]
    for name, text in (
        ("table.csv", f"item,to,at\nA-1,Build,{begun}\nA-1,Done,{over}\n"),
        ("table.jsonl", "\n".join(map(json.dumps, rows))),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        told = ask.told(
            tmp_path / name,
            "cycle-time",
            "--format",
            "json",
            "--dates",
            dates,
            "--now",
            "2027-01-01",
            *WORKFLOW,
        )
        (row,) = json.loads(told[1])["rows"]
        assert (row["begun_on"], row["days"]) == expected, told


def test_how_dates_are_written_matters_to_a_table_alone(tmp_path: Path, ask: Asking) -> None:
    ask.board("board: B\nkey: B\nworkflow: [{state: doing, kind: active}, {state: done, kind: done}]\n")
    err = io.StringIO()
    with contextlib.chdir(tmp_path), contextlib.redirect_stderr(err):
        assert cli.run(["report", "wip", "--dates", "dmy"]) == 2
    assert "--dates belongs to a table of events; name it with --events FILE." in err.getvalue()


WIDE = {
    "a column for each state": "ID;Link;Backlog;build;Done;Status;Labels\n"
    "A-1;http;2026-03-02;2026-03-03;2026-03-10;Done;x\nA-2;http;;2026-03-04;2026-03-04;Done;y\n"
    "A-3;http;2026-03-04;;;Backlog;x\n",
    "objects that leave states out": '{"key": "A-1", "Backlog": "2026-03-02", "Build": "2026-03-03", '
    '"Done": "2026-03-10"}\n{"key": "A-2", "Build": "2026-03-04", "Done": "2026-03-04"}\n'
    '{"key": "A-3", "Build": null, "Backlog": "2026-03-04"}\n',
}


@pytest.mark.parametrize("make", WIDE)
def test_a_table_may_have_a_column_of_dates_for_each_state(make: str, tmp_path: Path, ask: Asking) -> None:
    file = tmp_path / "table"
    file.write_text(WIDE[make], encoding="utf-8")
    _, out, err = ask.told(file, "cycle-time", "--format", "json", *WORKFLOW)
    assert days_of(json.loads(out)) == {"A-2": 1, "A-1": 8}
    assert err.strip() in ("", "These columns say nothing to opsflow: Link, Status.")
    _, out, _ = ask.told(file, "cfd", "-o", "backlog=yes", "--format", "json", *WORKFLOW)
    assert list(json.loads(out)["rows"][-1].values()) == ["2026-03-10", 3, 2, 2, 2]


def test_start_and_end_are_states_where_the_workflow_says_so(tmp_path: Path, ask: Asking) -> None:
    file = tmp_path / "table"
    file.write_text("key,start,end\nA-1,2026-03-02,2026-03-04\nA-2,2026-03-03,\n", encoding="utf-8")
    _, out, err = ask.told(file, "cycle-time", "--format", "json", "--workflow", "start:active,end:done")
    assert (err, days_of(json.loads(out))) == ("", {"A-1": 3})
    status, _, err = ask.told(file, "cycle-time")
    assert (status, "or a column for each state that --workflow names." in err) == (2, True)
    file.write_text("ID,Status,Start date,Done date\nA-1,Closed,2026-03-02,2026-03-04\n", encoding="utf-8")
    words = ("--format", "json", "--workflow", "Start date:active,Done date:done")
    assert days_of(json.loads(ask.told(file, "cycle-time", *words)[1])) == {"A-1": 3}


def test_signals_in_zones_of_any_make(ask: Asking) -> None:
    """Mean 5, a standard deviation 2 ÷ 1.128 = 1.77: 8 is beyond 1.5 of them, and not beyond 2."""
    rows = moves("A-1", ("2026-03-01", "Build"))
    values = ("-o", "values=4,6,4,6,4,6,4,6,8,8,5,8", "-o", "first=8", "-o", "clamp=no")
    found = {}
    for zones in ("2/3:2,4/5:1", "3/4:1.5", "none", "1/1:1.5,3/4:1.5,2/2:1.5"):
        view = ask.view(rows, "control-chart", *values, "-o", f"zones={zones}", *WORKFLOW)
        found[zones] = [row["rules"] for row in view["rows"][-4:]]
    assert found == {
        "2/3:2,4/5:1": [[], [], [], []],
        "3/4:1.5": [[2], [2], [], [2]],
        "none": [[], [], [], []],
        "1/1:1.5,3/4:1.5,2/2:1.5": [[2, 3, 6], [2, 3, 6], [], [2, 3]],
    }
    (_, rule, *_) = ask.view(rows, "control-chart", *values, "-o", "zones=3/4:1.5", *WORKFLOW)["rules"]
    assert rule == {"rule": 2, "meaning": "three of four beyond 1.5 standard deviations"}
    for wrong in ("2of3", "5/4:1", "0/3:1", "1/1:1,1/1:1,1/1:1,1/1:1,1/1:1"):
        status, _, err = ask.run(rows, "control-chart", *values, "-o", f"zones={wrong}", *WORKFLOW)
        assert (status, "The option zones" in err) == (2, True)


def test_any_time_is_an_expectation_where_somebody_asks_for_it(ask: Asking) -> None:
    view = ask.view(WEEKEND, "expectations", "-o", "within=4", "-o", "share=80", "--minimum", "1", *WORKFLOW)
    (row,) = view["rows"]
    assert (row["kept"], row["n"], row["met"]) == (3, 4, False)
    assert row["sentence"] == "80% of items are finished within 4 days"
    none = ask.view(WEEKEND, "expectations", *WORKFLOW)
    assert (none["reason"], none["kept"]) == (
        "opsflow.yaml has no `expectations:`, so nobody says how soon work should be finished.",
        None,
    )


# -- forecasts --------------------------------------------------------------------------------------

SAMPLE = ("--sample", "2,0,0,5,1,3,2,4,0,0,1,1,2,4", "--now", "2026-03-02", "--format", "json")


def forecast(folder: Path, *words: str) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        assert cli.run(["forecast", *words, *SAMPLE]) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_forecasts_have_any_percentile_that_is_asked_for(tmp_path: Path) -> None:
    asked = ("-o", "percentiles=50,10,92.5", "--week", "mon-sun")
    view = forecast(tmp_path, "35", *asked)
    (row,) = view["rows"]
    half, early, late = view["percentiles"]
    assert half == {
        "question": "when 35 items",
        "p": 50,
        "value": row["p50"],
        "working_days": row["p50_working_days"],
    }
    assert (early["p"], late["p"]) == (10, 92.5)
    assert early["value"] < row["p50"] < row["p85"] <= late["value"] <= row["p95"]
    many = forecast(tmp_path, "--by", "2026-03-12", *asked)
    half, early, late = (each["value"] for each in many["percentiles"])
    assert early > half == many["rows"][0]["p50"] > many["rows"][0]["p85"] >= late
    err = io.StringIO()
    with contextlib.chdir(tmp_path), contextlib.redirect_stderr(err):
        assert cli.run(["forecast", "35", *SAMPLE, "-o", "percentiles=99"]) == 2
    assert "numbers from 1 to 95" in err.getvalue()


def test_a_sample_of_weeks_is_one_with_a_working_day_a_week(tmp_path: Path) -> None:
    (row,) = forecast(tmp_path, "35", "--week", "mon")["rows"]
    (daily,) = forecast(tmp_path, "35", "--week", "mon-sun")["rows"]
    assert row["p85_working_days"] == daily["p85_working_days"]
    assert (date.fromisoformat(row["p85"]) - date(2026, 3, 2)).days == 7 * row["p85_working_days"]


def test_a_sample_is_of_the_day_that_is_said_in_the_folder_of_a_board_too(
    tmp_path: Path, ask: Asking
) -> None:
    ask.board("board: B\nkey: B\nworkflow: [{state: doing, kind: active}, {state: done, kind: done}]\n")
    assert forecast(tmp_path, "35")["as_of"]["now_at"] == "2026-03-02T23:59:59+00:00"
