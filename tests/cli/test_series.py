"""A measure on many past days: what is asked, what is answered, and that it is what `--at` each day says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opsflow import measures, reports
from opsflow.cli import series
from opsflow.errors import OpsflowError
from tests import stories
from tests.cli.conftest import BOARD, STEPS, Run, item

LATER: list[stories.Step] = [
    *STEPS,
    {
        "at": "2026-01-12 10:00",
        "files": {
            "opsflow.yaml": BOARD.replace("wip: 1", "wip: 2") + "rules: {stale: {after: 5d}}\n",
            "people.yaml": "people: {maria: {name: Maria Example}, ben: {name: Ben Example}}\n",
        },
    },
    {
        "at": "2026-01-14 10:00",
        "files": {
            "items/OPS-1-edge.yaml": item("Renew edge certificates", "done", "assignees: [maria]"),
            "items/OPS-3-disk.yaml": item("Replace the disk array", "doing", "depends_on: [OPS-1]"),
        },
    },
    {
        "at": "2026-01-19 10:00",
        "files": {
            "opsflow.yaml": BOARD.replace("wip: 1", "wip: 2"),
            "items/OPS-3-disk.yaml": item(
                "Replace the disk array", "done", "entered: {doing: 2026-01-08T12:00Z}"
            ),
        },
    },
]
NOW = "2026-01-21T12:00:00+00:00"
FOLLOWED = [name for name in measures.ALL if name != "simulate"]
Asked = Callable[..., Any]


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a board whose rules and people changed."""
    monkeypatch.setenv("OPSFLOW_NOW", NOW)
    return Path(stories.make(tmp_path / "board", LATER))


@pytest.fixture
def view(later: Path, opsflow: Run) -> Asked:
    """A report as JSON."""

    def asked(*words: str) -> Any:
        status, out, err = opsflow("-C", later, "report", *words, "--format", "json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return asked


# -- which days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "first", "expected"),
    [
        ("week", "2026-01-01", "01-04 01-11 01-18 01-21"),
        ("week", "2026-01-21", "01-21"),
        ("month", "2025-10-31", "10-31 11-30 12-31 01-21"),
        ("month", "2025-11-01", "11-30 12-31 01-21"),
        ("7d", "2026-01-01", "01-07 01-14 01-21"),
        ("1w", "2026-01-01", "01-07 01-14 01-21"),
        ("10", "2026-01-01", "01-01 01-11 01-21"),
        ("week", "2026-01-22", ""),
    ],
)
def test_days_end_weeks_and_months_or_lie_so_far_apart(every: str, first: str, expected: str) -> None:
    found = series.days(every, date.fromisoformat(first), date(2026, 1, 21))
    assert " ".join(f"{day:%m-%d}" for day in found) == expected


@pytest.mark.parametrize("every", ["week", "month", "14d"])
def test_without_a_first_day_there_are_the_last_26(every: str) -> None:
    found = series.days(every, None, date(2026, 1, 21))
    assert (len(found), found[-1]) == (26, date(2026, 1, 21))


@pytest.mark.parametrize("every", ["", "fortnight", "0d", "12h", "-7d"])
def test_what_is_no_period_is_refused(every: str) -> None:
    with pytest.raises(OpsflowError, match=r"^--every '.*' is no such period; write week, month or 14d\.$"):
        series.days(every, None, date(2026, 1, 21))


# -- what is answered -------------------------------------------------------------------------------


def test_every_measure_but_the_simulation_has_figures_to_follow() -> None:
    assert [name for name in measures.ALL if measures.facts(name)] == FOLLOWED


@pytest.mark.parametrize("rules", ["then", "now"])
def test_a_row_is_what_the_measure_says_at_that_day(view: Asked, rules: str) -> None:
    found = view(*FOLLOWED, "--every", "3d", "--rules", rules, "--last", "30d", "--minimum", "1")
    assert [each["measure"] for each in found] == FOLLOWED
    asked = "2026-01-06 2026-01-09 2026-01-12 2026-01-15 2026-01-18 2026-01-21".split()
    for on in asked:
        then = view(*FOLLOWED, "--at", on, "--to", on, "--last", "30d", "--minimum", "1")
        for each, alone in zip(found, then, strict=True):
            row = next(row for row in each["rows"] if row["day_on"] == on)
            keys = [fact["key"] for fact in each["facts"]]
            if rules == "now" and each["measure"] in RULED:
                continue
            assert {key: row[key] for key in ("n", "title", *keys)} == {
                key: alone[key] for key in ("n", "title", *keys)
            }, (each["measure"], on)
            assert row["commit"] == alone["as_of"]["commit"]["short"]


RULED = {
    "wip",
    "unplanned",
    "capacity",
    "load",
    "away",
    "allocation",
    "skills",
    "coverage",
    "forecast",
    "backtest",
}
"""Measures that the rules and people of this board make a difference to."""


def test_a_series_says_what_was_asked_what_it_means_and_what_changed(view: Asked, later: Path) -> None:
    first, _, _, rules, _, less = (commit[:7] for commit in stories.commits(str(later)))
    found = view("cycle-time", "--every", "week", "--minimum", "1", "--option", "percentiles=50")
    assert {key: found[key] for key in ("measure", "every", "rules", "title", "subtitle", "reason")} == {
        "measure": "cycle-time",
        "every": "week",
        "rules": "then",
        "title": "50% within (days): 2 → 8, 2026-01-11 to 2026-01-21",
        "subtitle": "What was known on 3 days, by the rules that the repository had then.",
        "reason": "",
    }
    assert (found["options"]["minimum"], found["options"]["options"]) == (1, {"percentiles": "50"})
    assert found["facts"][0] == {"key": "p50_days", "title": "50% within", "unit": "days"}
    shown = ("day_on", "rules", "changed", "n", "p50_days", "p85_days", "reason")
    assert [[row[key] for key in shown] for row in found["rows"]] == [
        ["2026-01-11", first, [], 1, 2, 2, ""],
        ["2026-01-18", rules, [1], 2, 2, 8, ""],
        ["2026-01-21", less, [2], 3, 8, 12, ""],
    ]
    assert [
        (mark["n"], mark["day_on"], mark["commit"]["short"], mark["words"]) for mark in found["marks"]
    ] == [
        (
            1,
            "2026-01-12",
            rules,
            [
                "limit In progress: at most 1 → 2",
                "rule stale: the default → after 5 days",
                "people are no longer free names: the list has 2",
            ],
        ),
        (2, "2026-01-19", less, ["rule stale: after 5 days → the default"]),
    ]


def test_what_was_recorded_later_is_not_seen(view: Asked) -> None:
    last = view("cycle-time", "--from", "2026-01-19")["rows"][0]
    assert (last["id"], last["begun_on"]) == ("OPS-3", "2026-01-08")
    found = view("wip", "--every", "1d", "--from", "2026-01-08", "--to", "2026-01-13")
    assert [row["most"] for row in found["rows"]] == [1] * 6
    assert view("wip", "--from", "2026-01-08", "--to", "2026-01-13")["most"] == 2


def test_by_the_rules_of_now_nothing_changes_on_the_way(view: Asked) -> None:
    found = view("wip", "--every", "week", "--rules", "now")
    assert (found["rules"], found["marks"]) == ("now", [])
    assert [(row["rules"], row["changed"], row["limit"]) for row in found["rows"]] == [("now", [], None)] * 3
    assert found["subtitle"] == "What was known on 3 days, by the rules of today."


def test_a_day_of_which_there_is_no_figure_says_why(later: Path, opsflow: Run) -> None:
    more = BOARD.replace("  - {state: vendor", "  - {state: review, kind: active}\n  - {state: vendor")
    steps: list[stories.Step] = [*LATER, {"files": {"opsflow.yaml": "board: ["}}]
    steps.append({"at": "2026-01-20 10:00", "files": {"opsflow.yaml": more}})
    path = stories.make(later.with_name("other"), steps)
    words = ("-C", path, "report", "cycle-time", "--every", "1d", "--from", "2026-01-18", "--format", "json")
    ran = opsflow(*words, "--between", "review..done", "--minimum", "1")
    missing = "There is no state 'review'. The workflow has inbox, ready, doing, vendor and done."
    assert [(row["day_on"], row["reason"]) for row in json.loads(ran.out)["rows"]] == [
        ("2026-01-18", missing),
        ("2026-01-19", "the opsflow.yaml of that day cannot be used"),
        ("2026-01-20", "Nothing was finished in this time."),
        ("2026-01-21", "Nothing was finished in this time."),
    ]


def test_the_terminal_shows_the_figures_and_numbers_what_changed(later: Path, opsflow: Run) -> None:
    ran = opsflow("-C", later, "report", "throughput", "wip", "--every", "week", "--from", "2026-01-10")
    rules, less = (commit[:7] for commit in stories.commits(str(later))[-3::2])
    assert (ran.status, ran.err) == (0, "")
    assert (
        ran.out
        == f"""\
Throughput  Operations, as of 2026-01-21 13:00, {less}
How much is finished, day by day and week by week?

Finished (items): 1 → 3, 2026-01-11 to 2026-01-21
What was known on 3 days, by the rules that the repository had then.

  day         finished  mean of full weeks  median of full weeks  mean a day  changed
  2026-01-11         1                   1                     1        0.14
  2026-01-18         2                   1                     1        0.14  1
  2026-01-21         3                   1                     1        0.18  2

Work in progress How much is in progress at once?
In flow (items): 1 → 0, 2026-01-11 to 2026-01-21
What was known on 3 days, by the rules that the repository had then.

  day         in flow  mean  most at a day's end  enough for most of the time  changed
  2026-01-11        1   0.9                    1                            1
  2026-01-18        1   0.9                    1                            1  1
  2026-01-21        0   1.1                    2                            2  2

What changed in the rules
  1  2026-01-12  {rules}  limit In progress: at most 1 → 2; rule stale: the default → after 5 days; people are no longer free names: the list has 2
  2  2026-01-19  {less}  rule stale: after 5 days → the default
"""
    )


def test_csv_has_a_row_for_each_day(later: Path, opsflow: Run) -> None:
    ran = opsflow("-C", later, "report", "wip", "--every", "week", "--format", "csv")
    rows = [*csv.DictReader(io.StringIO(ran.out))]
    assert [*rows[0]] == [
        "day_on",
        "from_on",
        "commit",
        "rules",
        "changed",
        "n",
        "now",
        "mean",
        "most",
        "enough",
        "limit",
        "reason",
    ]
    assert [row["changed"] for row in rows] == [
        "",
        "limit In progress: at most 1 → 2; rule stale: the default → after 5 days; "
        "people are no longer free names: the list has 2",
        "rule stale: after 5 days → the default",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["simulate", "--every", "week"], "simulate tells what would be otherwise, and has no figure"),
        (["flow", "--every", "week"], "The report flow is a page of many measures, and is shown alone."),
        (["wip", "--rules", "now"], "--rules is for past days; say which with --every week, month or 14d."),
        (["wip", "--every", "week", "--by", "type"], "--every and --by are too much at once"),
        (
            ["wip", "cfd", "--every", "week", "--format", "csv"],
            "CSV holds the rows of one measure; name one.",
        ),
        (
            ["wip", "--every", "week", "--to", "2025"],
            "None of these days is known: the history goes from 2026-01-05",
        ),
        (["wip", "--every", "week", "--from", "2027"], "None of these days is known: the history goes from"),
        (["wip", "--every", "2h"], "--every '2h' is no such period; write week, month or 14d."),
        (["wip", "--every", "week", "--between", "ready..done"], "wip does not depend on --between"),
        (["nothing", "--every", "week"], "There is no report 'nothing'."),
    ],
)
def test_what_cannot_be_followed_is_refused(later: Path, opsflow: Run, words: list[str], said: str) -> None:
    ran = opsflow("-C", later, "report", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_board_without_a_history_has_no_past_days(tmp_path: Path, opsflow: Run) -> None:
    tmp_path.joinpath("opsflow.yaml").write_text(BOARD, encoding="utf-8")
    ran = opsflow("-C", tmp_path, "report", "wip", "--every", "week")
    assert (ran.status, ran.out) == (2, "")
    assert "Nothing is known of past days: the board is not in a Git repository." in ran.err


# -- tables of events -------------------------------------------------------------------------------


def test_a_table_is_cut_as_if_it_had_been_read_on_that_day(later: Path, opsflow: Run, tmp_path: Path) -> None:
    table = tmp_path / "events.csv"
    table.write_text(opsflow("-C", later, "export", "--what", "events").out, encoding="utf-8")
    names = [name for name in FOLLOWED if name not in ("forecast", "backtest")]
    words = ["-C", str(later), "report", *names, "--events", str(table), "--format", "json", "--minimum", "1"]
    found = json.loads(opsflow(*words, "--every", "4d").out)
    days = [row["day_on"] for row in found[0]["rows"]]
    assert len(days) > 2
    for n, on in enumerate(days):
        then = json.loads(opsflow(*words, "--now", on, "--to", on).out)
        for each, alone in zip(found, then, strict=True):
            keys = ["n", "title", *(fact["key"] for fact in each["facts"])]
            assert [each["rows"][n][key] for key in keys] == [alone[key] for key in keys], (
                alone["measure"],
                on,
            )


def test_a_table_does_not_say_what_the_rules_were(later: Path, opsflow: Run, tmp_path: Path) -> None:
    table = tmp_path / "events.csv"
    table.write_text(opsflow("-C", later, "export", "--what", "events").out, encoding="utf-8")
    ran = opsflow("report", "wip", "--events", table, "--every", "week", "--rules", "then")
    assert "A table of events does not say what the rules were; ask for --rules now." in ran.err


# -- as it was --------------------------------------------------------------------------------------


def test_every_report_and_measure_shows_the_board_as_it_was(later: Path, opsflow: Run) -> None:
    commit = stories.commits(str(later))[2]
    for name in (*reports.ALL, *measures.ALL):
        ran = opsflow("-C", later, "report", name, "--at", "2026-01-10", "--format", "json")
        assert (ran.status, ran.err) == (0, ""), name
        shown = json.loads(ran.out)["as_of"]
        assert (shown["commit"]["id"], shown["today_on"]) == (commit, "2026-01-10"), name
        assert opsflow("-C", later, "report", name, "--at", "2026-01-10").status == 0, name


def test_every_number_is_explained_as_it_was(later: Path, opsflow: Run) -> None:
    commits = stories.commits(str(later))[:3]
    for name in measures.ALL:
        ran = opsflow("-C", later, "explain", name, "2026-W02", "--at", commits[-1], "--format", "json")
        assert (ran.status, ran.err) == (0, ""), name
        found = json.loads(ran.out)
        assert found["as_of"]["commit"]["id"] == commits[-1], name
        behind = {row["commit"] for row in found["evidence"] if row.get("commit")}
        assert behind <= {*commits}, name
    ran = opsflow("-C", later, "explain", "throughput", "2026-W02", "--at", commits[-1], "--format", "json")
    assert [row["item"] for row in json.loads(ran.out)["evidence"]] == ["OPS-2"]


def test_more_periods_than_anybody_reads_are_refused() -> None:
    last = date(2026, 1, 9)
    assert len(series.days("week", date(2015, 1, 1), last)) == 576
    assert [day.isoformat() for day in series.days("5217w", date(2015, 1, 1), last)] == ["2026-01-09"]
    with pytest.raises(OpsflowError) as caught:
        series.days("999999w", date(2015, 1, 1), last)
    assert str(caught.value) == (
        "--every '999999w' is no such period, for a length of time is 100 years at most; write week, month or 14d."
    )
    for every, first in (("1d", date(2024, 1, 1)), ("week", date(1905, 1, 1)), ("month", date(1905, 1, 1))):
        with pytest.raises(
            OpsflowError, match=f"--every {every} from .* is more than 600 times; name a longer"
        ):
            series.days(every, first, last)
