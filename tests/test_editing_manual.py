"""The page about editing is a session: its commands are run one after the other, and print what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow.cli import run
from opsflow.editing import ids
from tests import stories

PAGE = Path(__file__).parent.parent / "docs" / "editing.md"
_PART = re.compile(
    r"^<!-- file: (?P<path>\S+) -->\n```yaml\n(?P<text>.*?)^```$|^```console\n(?P<session>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMIT = re.compile(r"(?<=Committed as )[0-9a-f]{10}")


class Step(NamedTuple):
    """A file to write, or a command and what it prints."""

    path: str
    text: str
    command: str
    line: int


def steps() -> Iterator[Step]:
    """The files and commands of the page, in order."""
    page = PAGE.read_text(encoding="utf-8")
    for part in _PART.finditer(page):
        line = page.count("\n", 0, part.start()) + 1
        if part["path"]:
            yield Step(part["path"], part["text"], "", line)
            continue
        for said in re.split(r"^\$ ", part["session"], flags=re.MULTILINE)[1:]:
            command, _, printed = said.partition("\n")
            yield Step("", printed, command, line)


def test_every_command_of_the_page_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    for name, value in stories.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPSFLOW_NOW", "2026-11-20T12:00Z")
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(ids, "random", lambda taken, key: f"{key}-7K3Q")
    root = tmp_path / "board"
    root.mkdir()
    monkeypatch.chdir(root)
    wrong, begun, count = [], False, 0
    for step in steps():
        if step.path:
            (root / step.path).parent.mkdir(exist_ok=True)
            (root / step.path).write_text(step.text)
            if begun:
                commit(root)
            continue
        if not begun:
            begun = True
            stories.git(str(root), "init", "-q", "-b", "main")
            commit(root)
        count += 1
        printed = said(root, step.command, capsys)
        if _COMMIT.sub("", printed) != _COMMIT.sub("", step.text):
            wrong.append(f"line {step.line}: $ {step.command}\n{printed}")
    assert not wrong, "\n".join(["", *wrong])
    assert count > 20


def commit(root: Path) -> None:
    stories.git(str(root), "add", "-A")
    stories.git(str(root), "commit", "-qm", "Files")


def said(root: Path, command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints: its answer before what it remarks, but for refusals and new items."""
    program, *words = shlex.split(command)
    if program != "opsflow":
        return subprocess.run([program, *words], cwd=root, capture_output=True, text=True, check=True).stdout
    run(words)
    out, err = capsys.readouterr()
    return err + out if words[0] in ("new", "renumber") else out + err
