"""What is asked of measures on the command line, and what is behind their numbers."""

import csv
import io
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opsflow import measures
from opsflow.cli import asking
from opsflow.errors import OpsflowError
from opsflow.flow.days import Window
from tests import stories
from tests.cli.conftest import BOARD, Run, item

TODAY = date(2026, 1, 9)


@pytest.fixture
def view(board: Path, opsflow: Run) -> Any:
    """The view of a measure as JSON."""

    def asked(*words: str) -> dict[str, Any]:
        status, out, err = opsflow("-C", board, "report", *words, "--format", "json")
        assert (status, err) == (0, "")
        found: dict[str, Any] = json.loads(out)
        return found

    return asked


# -- days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-05-04", "2026-05-04", "2026-05-04"),
        ("2026-W19", "2026-05-04", "2026-05-10"),
        ("2026W19", "2026-05-04", "2026-05-10"),
        ("2026-w01", "2025-12-29", "2026-01-04"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-05-01..2026-05-14", "2026-05-01", "2026-05-14"),
        ("2026-05..2026-06", "2026-05-01", "2026-06-30"),
        ("2026-W19..today", "2026-05-04", "2026-06-01"),
        (" 2026-05 .. 2026-05 ", "2026-05-01", "2026-05-31"),
    ],
)
def test_a_period_is_days_weeks_months_or_years(text: str, first: str, last: str) -> None:
    expected = Window(date.fromisoformat(first), date.fromisoformat(last))
    assert asking.period(text, date(2026, 6, 1)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "..", "May", "2026-13", "2026-W54", "2026-W00", "2026-02-30", "1800", "2026-05-01..", "05-2026"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(OpsflowError, match="names no days; write 2026-05-04, 2026-W19"):
        asking.period(text, TODAY)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(OpsflowError, match=r"'2026-05\.\.2026-04' ends before it begins"):
        asking.period("2026-05..2026-04", TODAY)


def test_days_are_those_that_are_asked_for(view: Any) -> None:
    def days(*words: str) -> tuple[str, str]:
        window = view("throughput", *words)["window"]
        return window["from_on"], window["to_on"]

    assert days() == ("2026-01-05", "2026-01-09")
    assert days("--last", "2d") == ("2026-01-08", "2026-01-09")
    assert days("--last", "1w", "--to", "2026-01-06") == ("2026-01-05", "2026-01-06")
    assert days("--from", "2026-01-07") == ("2026-01-07", "2026-01-09")
    assert days("--from", "2026-W02", "--to", "2026-W02") == ("2026-01-05", "2026-01-11")


def test_days_begin_when_the_history_does(view: Any) -> None:
    """And where it begins only after them, they stay as they are asked for, and the reason says so."""
    cut = view("cycle-time", "--from", "2025-12")["window"]
    assert cut == {
        "from_on": "2026-01-05",
        "to_on": "2026-01-09",
        "days": 5,
        "note": "history begins on 2026-01-05",
    }
    early = view("cycle-time", "--from", "2025-12", "--to", "2025-12")
    assert (early["window"]["from_on"], early["window"]["to_on"], early["reason"]) == (
        "2025-12-01",
        "2025-12-31",
        "Nothing is known of these days: the history begins on 2026-01-05.",
    )


# -- which items ------------------------------------------------------------------------------------


def test_only_the_items_that_fit_are_measured(view: Any) -> None:
    assert [row["id"] for row in view("cycle-time")["rows"]] == ["OPS-2"]
    assert view("cycle-time", "--where", "type = request")["rows"] == []
    assert view("wip", "--where", "type = request")["now"] == 1
    asked = view("wip", "--where", "type = request")["options"]
    assert (asked["where"], asked["by"]) == ("type = request", "")


def test_slices_have_the_same_figures(view: Any) -> None:
    found = view("throughput", "--by", "type")
    assert [(each["slice"], each["n"]) for each in found["slices"]] == [("incident", 1), ("request", 0)]
    by_state = view("wip", "--by", "state")
    assert [(each["slice"], each["now"], each["limit"]) for each in by_state["slices"]] == [
        ("inbox", 1, None),
        ("ready", 1, 3),
        ("doing", 1, 1),
        ("vendor", 0, None),
    ]


# -- how it is counted ------------------------------------------------------------------------------


def test_each_choice_changes_the_answer_and_is_told_with_it(view: Any) -> None:
    """From Monday 9:00 to Tuesday 10:00."""

    def days(*words: str) -> list[float]:
        return [row["days"] for row in view("cycle-time", *words)["rows"]]

    assert (days(), days("--count", "exclusive"), days("--count", "elapsed")) == ([2], [1], [25 / 24])
    assert days("--count", "working", "--week", "tue-sat") == [1]
    assert days("--count", "working", "--holidays", "2026-01-05,2026-01-06") == [0]
    assert days("--count", "working", "--holidays", "none") == [2]
    assert days("--timezone", "Pacific/Kiritimati") == [3]
    assert view("cycle-time", "--minimum", "1")["p85_days"] == 2
    found = view("cycle-time", "--count", "elapsed", "--timezone", "UTC", "--week", "mon,wed")
    assert {key: found["options"][key] for key in ("count", "timezone", "week", "percentile_rule")} == {
        "count": "elapsed",
        "timezone": "UTC",
        "week": [0, 2],
        "percentile_rule": "nearest-rank",
    }
    sentence = next(each["sentence"] for each in found["definitions"] if each["name"] == "cycle time")
    assert sentence == "From started to finished, as the time that went by, in days of 24 hours."


def test_a_percentile_by_another_rule_says_so(view: Any) -> None:
    found = view("cycle-time", "--percentile-rule", "linear", "--minimum", "1", "-o", "percentiles=25,99.5")
    assert [(row["p"], row["days"]) for row in found["percentiles"]] == [(25, 2), (99.5, 2)]
    sentence = next(each["sentence"] for each in found["definitions"] if each["name"] == "percentile")
    assert sentence.startswith("By a line between the two nearest values (type 7)")


def test_the_same_question_has_the_same_bytes(board: Path, opsflow: Run) -> None:
    words = ("report", "cycle-time", "--by", "type", "--format", "json")
    assert opsflow("-C", board, *words).out == opsflow("-C", board, *words, "--no-cache").out


# -- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["cycle-tme"],
            "There is no report 'cycle-tme'. Did you mean 'cycle-time'? `opsflow report` lists them.",
        ),
        (["throughput", "--count", "elapsed"], "throughput does not depend on --count; it is for cycle-time"),
        (
            ["cycle-time", "--baseline", "2026"],
            "cycle-time does not depend on --baseline; it is for control-chart",
        ),
        (["blocked", "--by", "state"], "blocked does not depend on --by state; it is for arrivals"),
        (
            ["throughput", "arrivals", "--between", "a..b"],
            "These measures do not depend on --between; it is for",
        ),
        (["cycle-time", "--between", "doing"], "--between 'doing' names no two states; write doing..done."),
        (
            ["cycle-time", "--between", "doin..done"],
            "There is no state 'doin'. Did you mean 'doing'? The workflow has",
        ),
        (
            ["wip", "-o", "shar=5"],
            "There is no option 'shar' of wip. Did you mean 'share'? There is share and levels.",
        ),
        (["wip", "-o", "share"], "--option 'share' has no value; write share=85."),
        (["wip", "-o", "share=lots"], "The option share is a whole number such as 85, and not 'lots'."),
        (["wip", "-o", "levels=weeks"], "The option levels is days, moments and touched, and not 'weeks'."),
        (["discarded", "-o", "x=1"], "There is no option 'x' of discarded. There is none."),
        (["cycle-time", "-o", "percentiles=110"], "The option percentiles is numbers from 0 to 100"),
        (["wip", "--from", "soon"], "--from 'soon' names no days; write 2026-05-04"),
        (
            ["wip", "--from", "2026-02", "--to", "2026-01"],
            "--from 2026-02-01 is after the last day, 2026-01-31.",
        ),
        (["wip", "--from", "2026-01", "--last", "3d"], "--from and --last both say where the days begin"),
        (["wip", "--last", "36h"], "--last '36h' is no number of days; write 90d or 12w."),
        (["wip", "--week", "someday"], "--week 'someday' names no days; write mon-fri, or mon,tue,thu."),
        (["wip", "--holidays", "XX"], "--holidays 'XX' is no country, region or day."),
        (
            ["wip", "--timezone", "Berlin"],
            "--timezone 'Berlin' is no time zone; write one such as Europe/Berlin.",
        ),
        (["wip", "--where", "colour = red"], "This filter cannot be read: there is no field 'colour'"),
        (
            ["flow", "--last", "3d"],
            "The report flow is a page of many measures, and has no --last; ask a measure",
        ),
        (["flow", "wip"], "The report flow is a page of many measures, and is shown alone."),
        (["flow", "--format", "csv"], "The report flow has no csv; ask a measure"),
        (["wip", "cfd", "--format", "csv"], "CSV holds the rows of one measure; name one."),
    ],
)
def test_what_is_no_question_is_refused_with_a_way_on(
    words: list[str], said: str, board: Path, opsflow: Run
) -> None:
    status, out, err = opsflow("-C", board, "report", *words)
    assert (status, out) == (2, "")
    assert f"opsflow: {said}" in err


# -- several, and their forms -----------------------------------------------------------------------


def test_several_measures_are_shown_below_one_another(board: Path, opsflow: Run) -> None:
    text = opsflow("-C", board, "report", "wip", "throughput").out
    assert text.index("Work in progress") < text.index("Throughput")
    assert text.count("as of 2026-01-09") == 1
    both = json.loads(opsflow("-C", board, "report", "wip", "throughput", "--format", "json").out)
    assert [each["measure"] for each in both] == ["wip", "throughput"]


def test_every_measure_at_once(board: Path, opsflow: Run) -> None:
    status, out, err = opsflow("-C", board, "report", "all", "--format", "json")
    assert (status, err) == (0, "")
    flow = [*measures.FAMILIES["flow"], *measures.FAMILIES["unplanned"]]
    assert [each["measure"] for each in json.loads(out)][: len(flow)] == flow


def test_rows_as_csv(board: Path, opsflow: Run) -> None:
    rows = list(
        csv.DictReader(io.StringIO(opsflow("-C", board, "report", "cycle-time", "--format", "csv").out))
    )
    assert [(row["id"], row["finished_on"], row["days"]) for row in rows] == [("OPS-2", "2026-01-06", "2")]


def test_a_measure_of_the_past_is_what_was_known_then(view: Any) -> None:
    assert view("wip", "--at", "2026-01-05")["now"] == 1
    assert view("throughput", "--at", "2026-01-05")["n"] == 0
    assert view("throughput")["n"] == 1


# -- explain ----------------------------------------------------------------------------------------


def git(board: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=board, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_number_is_explained_by_its_items_and_commits(board: Path, opsflow: Run) -> None:
    status, out, err = opsflow("-C", board, "explain", "throughput", "2026-W02", "--format", "json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    (row,) = found["evidence"]
    assert (row["item"], row["what"], row["on"], row["author"]) == (
        "OPS-2",
        "finished",
        "2026-01-06",
        "Ben Example",
    )
    assert row["commit"] == git(board, "rev-parse", "HEAD~1")
    assert (found["figure"]["n"], found["window"]["from_on"]) == (1, "2026-01-05")
    text = opsflow("-C", board, "explain", "throughput", "2026-W02").out
    assert f"OPS-2  finished  2026-01-06         {row['commit'][:10]}  Ben Example  Mail is down\n" in text


def test_of_commits_that_share_a_second_the_one_is_named_that_says_so(tmp_path: Path, opsflow: Run) -> None:
    """As after a rebase."""
    states = ("ready", "doing", "done")
    steps: list[stories.Step] = [
        {"at": "2026-01-06 09:00", "files": {"opsflow.yaml": BOARD, "items/OPS-1-x.yaml": item("One", state)}}
        for state in states
    ]
    root = Path(stories.make(tmp_path / "told", steps))
    commits = git(root, "log", "--reverse", "--format=%H").split()
    opsflow("-C", root, "export", "--out", tmp_path / "events.csv")
    for words in ((), ("--events", tmp_path / "events.csv")):
        asked = {
            name: json.loads(opsflow("-C", root, "explain", name, *words, "--format", "json").out)["evidence"]
            for name in ("throughput", "arrivals")
        }
        assert [row["commit"] for row in asked["throughput"]] == [commits[2]]
        assert [row["commit"] for row in asked["arrivals"]] == [commits[1]]


def test_a_renamed_state_changes_no_number_and_moves_nothing(tmp_path: Path, opsflow: Run) -> None:
    new = BOARD.replace("state: doing,", "state: working, was: [doing],")
    over, under_way = "items/OPS-1-x.yaml", "items/OPS-2-y.yaml"
    steps: list[stories.Step] = [
        {"at": "2026-01-02 09:00", "files": {"opsflow.yaml": BOARD, over: item("One", "doing")}},
        {"at": "2026-01-04 09:00", "files": {over: item("One", "done"), under_way: item("Two", "doing")}},
        {"at": "2026-01-05 09:00", "files": {"opsflow.yaml": new, under_way: item("Two", "working")}},
        {"at": "2026-01-06 09:00", "files": {under_way: item("Two", "done")}},
    ]
    root = stories.make(tmp_path / "told", steps)
    rows = json.loads(opsflow("-C", root, "report", "cycle-time", "--format", "json").out)["rows"]
    assert sorted((row["id"], row["days"]) for row in rows) == [("OPS-1", 3), ("OPS-2", 3)]
    lines = opsflow("-C", root, "log", "OPS-2", "--format", "jsonl").out.splitlines()
    moves = [json.loads(line) for line in lines]
    assert [(move["from"], move["to"]) for move in moves] == [("working", "done"), (None, "working")]
    assert opsflow("-C", root, "check").status == 0
    (Path(root) / under_way).write_text(item("Two", "doing"))
    assert "It is called `working` now." in opsflow("-C", root, "check").out


def test_holidays_before_the_history_are_no_working_days_either(tmp_path: Path, opsflow: Run) -> None:
    """From Monday 22 December to Monday 5 January are 11 days of the week; three of them are holidays."""
    entered = "entered: {doing: 2025-12-22 09:00}"
    board = f"{BOARD}calendar: {{week: mon-fri, holidays: DE-BE}}\n"
    steps: list[stories.Step] = [
        {"at": f"2026-01-{day} 09:00", "files": {"items/OPS-1-x.yaml": item("One", state, entered)}}
        for day, state in (("02", "doing"), ("05", "done"))
    ]
    steps[0]["files"] = {"opsflow.yaml": board, **steps[0]["files"]}
    root = stories.make(tmp_path / "told", steps)
    words = ("report", "cycle-time", "--count", "working", "--format", "json")
    (row,) = json.loads(opsflow("-C", root, *words).out)["rows"]
    assert (row["begun_on"], row["finished_on"], row["days"]) == ("2025-12-22", "2026-01-05", 8)


def test_what_is_not_committed_is_behind_a_number_too(board: Path, opsflow: Run) -> None:
    path = board / "items" / "OPS-1-edge.yaml"
    path.write_text(path.read_text().replace("state: doing", "state: done"))
    found = json.loads(opsflow("-C", board, "explain", "cycle-time", "--format", "json").out)
    assert [(row["item"], row["commit"]) for row in found["evidence"]][-1] == ("OPS-1", "")
    assert "uncommitted" in opsflow("-C", board, "explain", "cycle-time").out


@pytest.mark.parametrize("name", measures.ALL)
def test_every_measure_is_explained(name: str, board: Path, opsflow: Run) -> None:
    for format in ("text", "json", "csv"):
        status, out, err = opsflow("-C", board, "explain", name, "--format", format)
        assert (status, err) == (0, "") and out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["overdue", "2026-W02"],
            "overdue is a rule, and no measure of a time; `opsflow explain overdue` explains it.",
        ),
        (
            ["throughput", "2026-W02", "--last", "3d"],
            "2026-W02 and --from, --to or --last both say which days",
        ),
        (["throughput", "soon"], "'soon' names no days; write 2026-05-04"),
        (["wipp"], "There is no rule and no measure 'wipp'. Did you mean 'wip'?"),
        (["overdue", "--format", "csv"], "Rules have no csv; take text or json."),
    ],
)
def test_what_cannot_be_explained_is_refused(words: list[str], said: str, board: Path, opsflow: Run) -> None:
    status, out, err = opsflow("-C", board, "explain", *words)
    assert (status, out) == (2, "")
    assert said in err
