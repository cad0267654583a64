"""Histories and repositories in trouble: what the commands say, and how far they go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stories
from tests.cli.conftest import BOARD, Run, item

SOURCE = """\
board: Foreign
key: OPS
workflow: [{state: inbox, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]
sources:
  - paths: work.jsonl
    id: id
    fields: {state: {field: status, map: {open: inbox, wip: doing}}, depends_on: after, part_of: whole}
"""
ONE = '{"id": "W-1", "status": "open", "after": ["W-2"], "whole": "W-2"}\n'


@pytest.mark.parametrize("broken", ["<<<<<<< HEAD", '{"id": "W-2", "status": "wip'])
@pytest.mark.parametrize("committed", [True, False])
def test_a_record_that_is_broken_is_one_finding(
    broken: str, committed: bool, tmp_path: Path, opsflow: Run
) -> None:
    good, bad = f'{ONE}{{"id": "W-2", "status": "wip"}}\n', f"{ONE}{broken}\n"
    steps: list[stories.Step] = [{"files": {"opsflow.yaml": SOURCE, "work.jsonl": good}}]
    steps += [{"files": {"work.jsonl": bad}}] if committed else []
    folder = Path(stories.make(tmp_path / "board", steps))
    (folder / "work.jsonl").write_text(bad)
    lines = opsflow("-C", folder, "check", "--format", "concise").out.splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["[unreadable-file]", "error."]
    moves = opsflow("-C", folder, "log", "W-2", "--format", "csv").out.splitlines()
    assert len(moves) == 2  # a head and its coming to be: it did not go
    gaps = opsflow("-C", folder, "log", "--gaps", "--format", "csv").out.splitlines()
    assert len(gaps) == 2
    assert ",line 2: not JSON: " in gaps[1]


def test_a_name_that_nothing_ever_had_is_said_beside_a_broken_record(tmp_path: Path, opsflow: Run) -> None:
    text = '{"id": "W-1", "status": "open", "after": ["W-9"]}\n<<<<<<< HEAD\n'
    folder = stories.make(tmp_path / "board", [{"files": {"opsflow.yaml": SOURCE, "work.jsonl": text}}])
    lines = opsflow("-C", folder, "check", "--format", "concise").out.splitlines()
    assert [line.rpartition(" ")[2] for line in lines[:-1]] == ["[unknown-reference]", "[unreadable-file]"]


def broken(folder: Path) -> Path:
    """A board of two items in a repository whose commits are there, and whose trees and blobs are not."""
    path = stories.make(
        folder,
        [{"files": {"opsflow.yaml": BOARD, "items/OPS-1.yaml": item("One", "ready", "due: 2026-01-02")}}],
    )
    Path(path, "items/OPS-2.yaml").write_text(item("Two", "doin"))
    stories.git(path, "unpack-objects", stdin=Path(next(iter(packs(path)))).read_bytes()) if packs(
        path
    ) else None
    commit = stories.git(path, "rev-parse", "HEAD")
    for file in Path(path, ".git/objects").glob("??/*"):
        if file.parent.name + file.name != commit:
            file.unlink()
    return Path(path)


def packs(path: str) -> list[Path]:
    """The packs of a repository, moved away."""
    found = Path(path, ".git/objects/pack").glob("*.pack")
    return [pack.rename(Path(path).parent / pack.name) for pack in found]


def test_check_goes_on_without_the_history_where_git_cannot_read_the_repository(
    tmp_path: Path, opsflow: Run
) -> None:
    folder = broken(tmp_path / "board")
    for words in ((), ("--no-cache",), ()):
        status, out, err = opsflow("-C", folder, "check", "--format", "concise", *words)
        lines = out.splitlines()
        assert (status, err) == (1, "")
        assert [line.rpartition(" ")[2] for line in lines[:-2]] == [
            "[overdue]",
            "[unknown-reference]",
            "[shallow-history]",
        ]
        assert lines[2].startswith(f"opsflow.yaml:1:1: warning: Git cannot read the repository {folder} (")
        assert lines[-1] == "Rules that need the history were not judged."
    assert "     = Look with `git fsck`.\n" in opsflow("-C", folder, "check").out
    assert opsflow("-C", folder, "list").status == 2
    assert opsflow("-C", folder, "board").status == 2


def test_a_head_that_says_nothing_stops_every_command(tmp_path: Path, opsflow: Run) -> None:
    folder = Path(stories.make(tmp_path / "board", [{"files": {"opsflow.yaml": BOARD}}]))
    (folder / ".git/HEAD").write_text("garbage\n")
    for words in (("check",), ("list",), ("log",), ("log", "--committed", "--limit", "1")):
        status, out, err = opsflow("-C", folder, *words)
        assert (status, out) == (2, "")
        assert err.startswith(f"opsflow: {folder}/.git/HEAD names no branch and no commit: write ")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("report", "wip", "--last", "36525d"), 0),
        (("report", "wip", "--last", "999999w"), 2),
        (("explain", "wip", "9999-12"), 2),
        (("explain", "wip", "9999-W53"), 2),
        (("forecast", "1", "items", "--seed", "\udcff", "--sample", "1,2,3,4,5,6"), 0),
    ],
)
def test_days_and_seeds_beyond_all_bounds_are_no_bug(
    words: tuple[str, ...], status: int, board: Path, opsflow: Run
) -> None:
    ran = opsflow("-C", board, *words)
    assert (ran.status, "bug" in ran.err) == (status, False), ran.err


@pytest.mark.parametrize("wide", ["9" * 5000, "0", "-5", "x", ""])
def test_a_width_that_is_none_is_not_asked(
    wide: str, board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opsflow("-C", board, "list").out
    monkeypatch.setenv("COLUMNS", wide)
    assert opsflow("-C", board, "list") == (0, before, "")


def test_too_little_memory_is_said(board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("opsflow.facts.gather", full)
    assert opsflow("-C", board, "list") == (
        2,
        "",
        "opsflow: There is not enough memory for this; ask for less, or allow more.\n",
    )
