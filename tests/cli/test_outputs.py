"""The outputs of `check`: which format is chosen, reports in files, boards in a folder of a repository."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from opsflow.cli.outputs import FOR_FILES
from tests import stories
from tests.cli.conftest import STEPS, Run, item
from tests.cli.test_check import spoil


@pytest.fixture
def inner(tmp_path: Path) -> Path:
    """A board that is a folder of a repository, and has a state that is not there."""
    steps: list[stories.Step] = [
        {**step, "files": {f"ops/board/{path}": text for path, text in step["files"].items()}}
        for step in STEPS
    ]
    board = Path(stories.make(tmp_path / "whole", steps)) / "ops" / "board"
    (board / "items/OPS-3-disk.yaml").write_text(item("Replace the disk array", "doin"))
    return board


def test_github_actions_selects_github(board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(board)
    plain = opsflow("-C", board, "check")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("CI", "true")
    status, out, err = opsflow("-C", board, "check")
    assert (status, err) == (1, "")
    assert out.startswith(plain.out)
    assert [line.partition(" ")[0] for line in out.removeprefix(plain.out).splitlines()] == [
        "::error",
        "::warning",
    ]
    assert opsflow("-C", board, "check", "--format", "github").out == out


def test_a_format_that_is_named_wins(board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(board)
    plain = opsflow("-C", board, "check")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert opsflow("-C", board, "check", "--format", "text") == plain


@pytest.mark.parametrize("name", ["GITLAB_CI", "CI", "TF_BUILD"])
def test_every_other_runner_gets_text(
    name: str, board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(board)
    plain = opsflow("-C", board, "check")
    monkeypatch.setenv(name, "true")
    assert opsflow("-C", board, "check") == plain


def test_a_terminal_gets_text(board: Path) -> None:
    spoil(board)
    reader, writer = pty.openpty()
    command = [sys.executable, "-P", "-m", "opsflow", "-C", str(board), "check"]
    environ = {**os.environ, "GITHUB_ACTIONS": "true", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdout=writer, env=environ) as running:
        os.close(writer)
        said = b""
        try:
            while part := os.read(reader, 65536):
                said += part
        except OSError:  # how Linux says that nobody writes any more
            pass
    os.close(reader)
    assert running.returncode == 1
    assert b"error" in said
    assert b"::" not in said


def test_paths_for_a_ci_begin_at_the_top_of_the_repository(inner: Path, opsflow: Run) -> None:
    def out(format: str) -> str:
        return opsflow("-C", inner, "check", "--format", format).out

    whole = "ops/board/items/OPS-3-disk.yaml"
    assert out("text").startswith("items/OPS-3-disk.yaml:2:1: error: ")
    assert f"::error file={whole},line=2," in out("github")
    assert [issue["location"]["path"] for issue in json.loads(out("gitlab"))] == [whole]
    (run,) = json.loads(out("sarif"))["runs"]
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == whole
    (failure,) = ElementTree.fromstring(out("junit")).iter("failure")
    assert (failure.text or "").startswith(f"{whole}:2:1: error: ")
    assert json.loads(out("json"))["prefix"] == "ops/board/"


def test_paths_of_the_past_begin_there_too(inner: Path, opsflow: Run) -> None:
    said = opsflow("-C", inner, "check", "--at", "HEAD", "--format", "json").out
    assert json.loads(said)["prefix"] == "ops/board/"


def test_one_judgement_has_several_outputs(board: Path, opsflow: Run, tmp_path: Path) -> None:
    spoil(board)
    wanted = {name: tmp_path / f"report.{name}" for name in FOR_FILES}
    options = [word for name, path in wanted.items() for word in ("--write", f"{name}={path}")]
    assert opsflow("-C", board, "check", *options) == opsflow("-C", board, "check")
    for name, path in wanted.items():
        assert path.read_text() == opsflow("-C", board, "check", "--format", name).out
    os.utime(wanted["sarif"], (0, 0))
    opsflow("-C", board, "check", *options)
    assert wanted["sarif"].stat().st_mtime > 0


def test_a_file_that_is_something_else_stops_it_before_anything_is_said(board: Path, opsflow: Run) -> None:
    before = (board / "opsflow.yaml").read_bytes()
    status, out, err = opsflow("-C", board, "check", "--write", f"json={board}/opsflow.yaml")
    assert (status, out) == (2, "")
    assert err.startswith(f"opsflow: {board}/opsflow.yaml holds something else")
    assert (board / "opsflow.yaml").read_bytes() == before


@pytest.mark.parametrize("given", ["sarif", "sarif=", "=file", "text=file", "sraif=file", ""])
def test_a_file_without_a_format_is_refused(given: str, board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "check", "--write", given) == (
        2,
        "",
        "opsflow: What follows --write is FORMAT=FILE, where the format is json, gitlab, sarif or junit.\n",
    )


def test_the_rules_that_were_judged_are_named(board: Path, opsflow: Run) -> None:
    (board / "opsflow.yaml").write_text((board / "opsflow.yaml").read_text() + "rules: {over-age: off}\n")

    def judged(*more: str) -> list[str]:
        found: list[str] = json.loads(opsflow("-C", board, "check", "--format", "json", *more).out)["rules"]
        return found

    assert {"wip-limit", "stale"} <= {*judged()}
    assert not {"over-age", "skipped-state"} & {*judged()}
    assert judged("--rule", "stale", "--rule", "over-age") == ["stale"]


def test_what_a_board_says_is_no_command_in_any_format(
    board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = '"##[error]x\\n::error::y %0A::error::z"'
    (board / "items/OPS-3-disk.yaml").write_text(f"title: {title}\nstate: {title}\n{title}: x\n")
    for name in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.setenv(name, "true")
    for format in ("text", "concise", "github", *FOR_FILES):
        out = opsflow("-C", board, "check", "--format", format).out
        assert "##[" not in out
        starts = [line for line in out.splitlines() if line.lstrip().startswith("::")]
        assert all(line.startswith("::error file=items/OPS-3-disk.yaml,line=") for line in starts)
        assert bool(starts) == (format == "github")
