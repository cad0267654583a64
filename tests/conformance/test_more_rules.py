"""Rules of other tools that no case at hand needs, asked of the command line: their numbers come out all the same."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

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
    assert "`entered` is '03/04/2026', which is no date or moment; the row is left out." in err
    assert [row["id"] for row in json.loads(out)["rows"]] == ["A-1"]
