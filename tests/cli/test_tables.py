"""`--events`: measures of a table, anywhere, without Git."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ROWS = """\
item,state,at,type
A-1,Backlog,2025-11-03,bug
A-1,Build,2025-11-04,bug
A-1,Done,2025-11-06,bug
A-2,Build,2025-11-05,story
"""
FLOW = ("--workflow", "Backlog:backlog,Build:active,Done:done")


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table in a folder that is no board."""
    folder = tmp_path / "anywhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "events.csv"
    path.write_text(ROWS)
    return path


def figure(opsflow: Run, *words: object) -> dict[str, object]:
    found = opsflow("report", *map(str, words), "--format", "json")
    assert (found.status, found.err) == (0, "")
    view: dict[str, object] = json.loads(found.out)
    return view


def test_a_measure_is_computed_anywhere(events: Path, opsflow: Run) -> None:
    found = figure(opsflow, "cycle-time", "--events", events, *FLOW, "--minimum", "1")
    assert (found["p50_days"], found["n"], found["window"]) == (
        3,
        1,
        {"from_on": "2025-11-03", "to_on": "2025-11-06", "days": 4, "note": ""},
    )


def test_without_a_workflow_the_one_that_is_taken_is_told(events: Path, opsflow: Run) -> None:
    found = opsflow("report", "wip", "--events", events)
    assert found.err == (
        "Nobody says what the states mean; it is taken as "
        "--workflow 'Backlog:backlog,Build:active,Done:done'.\n"
    )


def test_now_is_what_is_said_and_later_rows_have_not_come(events: Path, opsflow: Run) -> None:
    words = ("report", "wip", "--events", events, *FLOW, "--format", "json", "--now")
    day = opsflow(*words, "2025-11-05")
    assert day.err == "1 row left out: later than 2025-11-05T23:59:59+00:00.\n"
    assert (json.loads(day.out)["now"], json.loads(day.out)["as_of"]["today_on"]) == (2, "2025-11-05")
    assert json.loads(opsflow(*words, "2025-11-04T12:00Z").out)["now"] == 1


def test_unplanned_work_is_named(events: Path, opsflow: Run) -> None:
    found = figure(opsflow, "unplanned", "--events", events, *FLOW, "--unplanned", "bug", "--minimum", "1")
    assert found["items_share"] == 1


def test_the_folder_of_a_board_says_what_states_mean(
    board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "item,state,at\nOPS-1,doing,2026-01-05\nOPS-1,done,2026-01-05 23:30\nOPS-2,limbo,2026-01-05\n"
    )
    for words in (("-C", board), ()):
        found = opsflow(
            *words, "report", "cycle-time", "--events", path, "--minimum", "1", "--format", "json"
        )
        assert (
            found.err == "The workflow does not know limbo: what is there is not in progress, and not over.\n"
        )
        view = json.loads(found.out)
        assert (view["as_of"]["board"], view["as_of"]["timezone"], view["n"]) == (
            "Operations",
            "Europe/Berlin",
            1,
        )
        monkeypatch.chdir(board)


def test_every_measure_at_once(events: Path, opsflow: Run) -> None:
    found = opsflow("report", "all", "--events", events, *FLOW, "--format", "json")
    views = json.loads(found.out)
    assert (found.status, found.err) == (0, "")
    assert {view["measure"] for view in views} >= {"cycle-time", "throughput", "wip", "cfd", "unplanned"}


def test_the_items_and_commits_behind_a_number(events: Path, opsflow: Run) -> None:
    events.write_text(
        "item,state,at,commit,author\nA-1,Build,2025-11-04,abc,Eva\nA-1,Done,2025-11-06,def,Ben\n"
    )
    found = opsflow("explain", "throughput", "--events", events, *FLOW, "--format", "csv")
    assert (found.status, found.err) == (0, "")
    assert "A-1,,finished,2025-11-06T00:00:00+00:00,,def,Ben,\n" in found.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("wip", "--events", "missing.csv"),
            "missing.csv cannot be read: No such file or directory; name a CSV",
        ),
        (("wip", "--events", "."), ". cannot be read: Is a directory"),
        (("wip", "--now", "2026-01-01"), "--now belongs to a table of events; name it with --events FILE."),
        (("wip", "--events", "events.csv", "--now", "soon"), "--now 'soon' is no moment; write 2026-11-21"),
        (
            ("wip", "--events", "events.csv", "--at", "HEAD"),
            "--at is for Git; of a table of events, --now says",
        ),
        (("wip", "--events", "events.csv", "--timezone", "Mars"), "--timezone 'Mars' is no time zone"),
        (
            ("wip", "--events", "events.csv", "--workflow", "a:b"),
            "'a' is 'b', and the kinds are backlog, active",
        ),
        (
            ("wip", "--events", "events.csv", "--workflow", "x,y"),
            "--workflow knows none of the states of events.csv",
        ),
        (("wip", "--events", "events.csv", "--unplanned", "x"), "--unplanned 'x' is no type of the table"),
        (
            ("flow", "--events", "events.csv"),
            "The report flow is a page of many measures, and has no --events",
        ),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], why: str, events: Path, opsflow: Run) -> None:
    found = opsflow("report", *words)
    assert (found.status, found.out) == (2, "")
    assert why in found.err


def test_only_some_of_the_wrong_rows_are_shown(events: Path, opsflow: Run) -> None:
    events.write_text(ROWS + "A-3,Build,soon,\n" * 40)
    told = opsflow("report", "wip", "--events", "events.csv", *FLOW).err.splitlines()
    assert told[0] == "events.csv:6: `entered` is 'soon', which is no date or moment; the row is left out."
    assert told[10:] == ["events.csv: and 30 rows more.", "40 of 44 rows left out."]


@pytest.mark.parametrize("data", [b"item,state,at\n", b'{"item":1,"state":2,"at":"2025-11-04"}\n'])
def test_the_least_of_tables_gives_words_and_no_traceback(data: bytes, events: Path, opsflow: Run) -> None:
    events.write_bytes(data)
    found = opsflow("report", "all", "--events", "events.csv", "--workflow", "2:active,Done:done")
    assert (found.status, "Traceback" in found.err) == (0, False)
    assert "cycle-time" not in found.err


def test_a_parquet_file_is_read_without_a_word_on_the_side(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("numpy")
    path = tmp_path / "events.parquet"
    rows = "select 'A-1' as item, 'Build' as state, timestamptz '2025-11-04 00:00:00+00' as at"
    duckdb.connect().execute(f"copy ({rows}) to '{path}' (format parquet)")
    words = ["report", "wip", "--events", str(path), "--workflow", "Build:active", "--format", "csv"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "opsflow", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "day_on,wip\n2025-11-04,1\n", "")
