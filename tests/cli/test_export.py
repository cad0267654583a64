"""`opsflow export`: events and measures as tables, on the output and in files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEADER = (
    "item,title,type,class,field,value,from,entered,left,commit,author,by,services,project,labels,estimate"
)


def test_the_events_of_a_board_are_rows(board: Path, opsflow: Run) -> None:
    found = opsflow("-C", board, "export")
    lines = [line.split(",") for line in found.out.splitlines()]
    assert (found.status, ",".join(lines[0])) == (0, HEADER)
    assert [[line[0], line[4], line[5], line[6], line[7], line[8], line[10]] for line in lines[1:]] == [
        ["OPS-1", "state", "ready", "", "2026-01-05T09:00:00Z", "2026-01-07T10:00:00Z", "Maria Example"],
        ["OPS-1", "state", "doing", "ready", "2026-01-07T10:00:00Z", "", "Maria Example"],
        ["OPS-1", "assigned", "maria", "", "2026-01-05T09:00:00Z", "", "Maria Example"],
        ["OPS-2", "state", "doing", "", "2026-01-05T09:00:00Z", "2026-01-06T10:00:00Z", "Maria Example"],
        ["OPS-2", "state", "done", "doing", "2026-01-06T10:00:00Z", "", "Ben Example"],
        ["OPS-2", "assigned", "ben", "", "2026-01-05T09:00:00Z", "", "Maria Example"],
        ["OPS-3", "state", "inbox", "", "2026-01-05T09:00:00Z", "2026-01-07T10:00:00Z", "Maria Example"],
        ["OPS-3", "state", "ready", "inbox", "2026-01-07T10:00:00Z", "", "Maria Example"],
        ["OPS-12", "state", "inbox", "", "2026-01-06T10:00:00Z", "", "Ben Example"],
    ]


def test_the_ending_of_a_file_is_its_format_unless_one_is_named(
    board: Path, opsflow: Run, tmp_path: Path
) -> None:
    for name, more, begins in (
        ("a.csv", (), HEADER),
        ("a.jsonl", (), '{"item": "OPS-1"'),
        ("b.csv", ("--format", "jsonl"), '{"item": "OPS-1"'),
        ("events", (), HEADER),
    ):
        found = opsflow("-C", board, "export", "--out", tmp_path / name, *more)
        assert (found.status, found.out) == (0, "")
        assert (tmp_path / name).read_text().startswith(begins)
    assert found.err == (
        f"Wrote {tmp_path / 'events'}.\n"
        "Read events elsewhere with --workflow 'inbox:backlog,ready:backlog,doing:active,vendor:waiting,done:done' "
        "--timezone Europe/Berlin.\n"
    )


def test_a_file_that_is_there_is_left_alone(board: Path, opsflow: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    found = opsflow("-C", board, "export", "--out", path)
    assert (found.status, found.err) == (2, f"opsflow: {path} exists; --force replaces it.\n")
    assert path.read_text() == "mine"
    assert opsflow("-C", board, "export", "--out", path, "--force").status == 0
    assert path.read_text().startswith(HEADER)


def test_one_list_of_a_measure_goes_to_the_output(board: Path, opsflow: Run) -> None:
    found = opsflow("-C", board, "export", "--what", "wip.rows", "--format", "jsonl", "--from", "2026-01-08")
    rows = '{"day_on": "2026-01-08", "wip": 1}\n{"day_on": "2026-01-09", "wip": 1}\n'
    assert (found.status, found.out, found.err) == (0, rows, "")


def test_several_tables_need_a_folder(board: Path, opsflow: Run, tmp_path: Path) -> None:
    found = opsflow("-C", board, "export", "--what", "wip")
    assert (found.status, found.out) == (2, "")
    assert found.err == (
        "opsflow: These are 3 tables; name one with --what, or a folder with --out: wip, wip.levels, wip.rows.\n"
    )
    found = opsflow("-C", board, "export", "--what", "wip", "--out", tmp_path / "one.csv")
    assert "These are 3 tables, and" in found.err
    found = opsflow(
        "-C", board, "export", "--what", "wip,cycle-time.rows", "--out", tmp_path / "all" / "of it"
    )
    assert found.status == 0
    assert sorted(os.listdir(tmp_path / "all" / "of it")) == [
        "cycle-time.rows.csv",
        "wip.csv",
        "wip.levels.csv",
        "wip.rows.csv",
    ]
    assert (tmp_path / "all" / "of it" / "wip.rows.csv").read_text().splitlines()[-1] == "2026-01-09,1"


def test_where_one_table_exists_none_is_written(board: Path, opsflow: Run, tmp_path: Path) -> None:
    (tmp_path / "wip.rows.csv").write_text("mine")
    assert opsflow("-C", board, "export", "--what", "wip", "--out", tmp_path).status == 2
    assert not (tmp_path / "wip.csv").exists()


def test_measures_are_asked_as_in_reports(board: Path, opsflow: Run) -> None:
    words = ("-C", board, "export", "--what", "cycle-time.rows", "--format", "jsonl")
    assert opsflow(*words, "--where", "type = request").out == ""
    (row,) = [json.loads(line) for line in opsflow(*words, "--count", "exclusive").out.splitlines()]
    assert (row["id"], row["days"]) == ("OPS-2", 1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("--what", "cycletime"),
            "There is no table 'cycletime'. Did you mean 'cycle-time'? There is events, all",
        ),
        (("--what", "wip.nothing"), "wip has no table 'wip.nothing' here; it has wip, wip.levels, wip.rows."),
        (("--by", "type"), "--by is for measures; the table of events is whole."),
        (("--format", "parquet"), "Parquet is no text; name a file with --out FILE.parquet."),
        (("--workflow", "a"), "--workflow belongs to a table of events; name it with --events FILE."),
        (
            ("--out", "/nowhere/at/all.csv"),
            "/nowhere/at/all.csv cannot be written: No such file or directory.",
        ),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], why: str, board: Path, opsflow: Run) -> None:
    found = opsflow("-C", board, "export", *words)
    assert (found.status, found.out) == (2, "")
    assert why in found.err


def test_without_a_history_there_are_no_events(opsflow: Run, tmp_path: Path) -> None:
    (tmp_path / "opsflow.yaml").write_text("board: x\nkey: X\nworkflow: [{state: a, kind: active}]\n")
    found = opsflow("-C", tmp_path, "export")
    assert (found.status, found.err) == (
        2,
        "opsflow: There are no events to write: the board is not in a Git repository.\n",
    )


def test_a_table_of_events_can_be_written_in_another_format(
    board: Path, opsflow: Run, tmp_path: Path
) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("numpy")
    expected = opsflow("-C", board, "export").out
    path: Path = tmp_path / "events.csv"
    path.write_text(expected)
    for name in ("events.parquet", "events.jsonl"):
        assert opsflow("-C", board, "export", "--events", path, "--out", tmp_path / name).status == 0
        path = tmp_path / name
    assert opsflow("-C", board, "export", "--events", path).out == expected
