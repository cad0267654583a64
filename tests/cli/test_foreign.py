"""Commands on a board of other people's records: what they leave out is told."""

from pathlib import Path

from tests import stories
from tests.cli.conftest import Run

BOARD = """\
board: Records
key: K
workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]
sources:
  - {paths: "*.md", id: id, fields: {state: st, title: t}}
"""
GOOD = "---\nid: K-1\nst: ready\nt: One\n---\n"


def test_files_that_give_no_item_are_counted(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(BOARD)
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "bare.md").write_text("# No front matter\n")
    (tmp_path / "nameless.md").write_text("---\nst: ready\n---\n")
    (tmp_path / "broken.md").write_text("---\nid: K-2\n")
    for command in ("list", "board"):
        status, out, err = opsflow("-C", tmp_path, command)
        assert (status, err) == (0, "3 files could not be read; `opsflow check` says why.\n")
        assert "One" in out


def test_a_shallow_clone_has_no_number_of_items(tmp_path: Path, opsflow: Run) -> None:
    stories.make(tmp_path / "whole", [{"files": {"opsflow.yaml": BOARD, "good.md": GOOD}}] * 2)
    stories.git(None, "clone", "-q", "--depth=1", f"file://{tmp_path / 'whole'}", str(tmp_path / "clone"))
    ran = opsflow("-C", tmp_path / "clone", "explain", "throughput")
    assert ran.status == 0
    assert "No measures: the clone is shallow" in ran.out
    assert "n = " not in ran.out and "0 items" not in ran.out


def test_a_mapping_that_leads_nowhere_is_told(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(BOARD.replace("st,", "stt,"))
    (tmp_path / "good.md").write_text(GOOD)
    status, out, err = opsflow("-C", tmp_path, "list")
    assert (status, out) == (0, "")
    assert err == (
        "No item fits.\nA part of `sources:` in opsflow.yaml cannot be used; `opsflow check` says why.\n"
    )
    out = opsflow("-C", tmp_path, "check").out
    assert "`state` is found nowhere: not in the record of good.md" in out
    assert "0 items: 1 error." in out
