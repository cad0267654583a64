"""The README's sections for managers, engineers and CI: every command in them is run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from opsflow.cli.program import PARTS
from tests import stories

README = Path(__file__).parent.parent / "README.md"
BOARD = """\
board: Infrastructure and operations
key: OPS
workflow:
  - {state: inbox, kind: backlog}
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 3}
  - {state: done, kind: done}
types: {request: {}, security: {}}
"""
NOW = "2026-01-09T12:00:00+00:00"
ITEM = "title: Renew edge certificates\nstate: ready\n"


def commands(section: str) -> list[list[str]]:
    """The commands that the console blocks of a section show, without `$` and without what a `#` says."""
    text = README.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [shlex.split(line[2:], comments=True) for line in lines]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a branch of its own, and others on the remote."""
    origin = stories.make(
        tmp_path / "origin",
        [
            {"files": {"opsflow.yaml": BOARD, "items/OPS-7K3Q-edge.yaml": ITEM}},
            {"on": "one", "start": "main", "files": {"items/OPS-1-a.yaml": "title: A\nstate: doing\n"}},
            {"on": "two", "start": "main", "files": {"items/OPS-2-b.yaml": "title: B\nstate: doing\n"}},
        ],
    )
    stories.git(None, "clone", "-q", origin, os.fspath(tmp_path / "clone"))
    stories.git(os.fspath(tmp_path / "clone"), "switch", "-q", "-c", "mine")
    return tmp_path / "clone"


def run(words: list[str], folder: Path, cache: Path) -> tuple[int, str]:
    assert words[0] == "opsflow"
    env = stories.environment() | {"OPSFLOW_NOW": NOW, "OPSFLOW_CACHE_DIR": os.fspath(cache)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "opsflow", *words[1:]],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("section", ["For managers", "For engineers", "In CI"])
def test_every_command_of_the_section_runs(section: str, clone: Path, tmp_path: Path) -> None:
    words = commands(section)
    assert len(words) > 4
    found = [(run(each, clone, tmp_path / "cache")[0], " ".join(each)) for each in words]
    assert found == [(0, " ".join(each)) for each in words]


def test_the_commands_stand_in_the_groups_of_the_help() -> None:
    text = README.read_text(encoding="utf-8").split("\n## Commands\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([A-Z][^|]*) \| (.*) \|$", text, re.MULTILINE)
    assert {group: re.findall(r"`opsflow ([a-z-]+)`", cells) for group, cells in rows} == {
        group: [*commands] for group, commands in PARTS.items()
    }
