"""A small board with a history, and the program run on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow.cli import run
from tests import stories

BOARD = """\
board: Operations
key: OPS
timezone: Europe/Berlin
workflow:
  - {state: inbox, kind: backlog, title: Inbox}
  - {state: ready, kind: backlog, wip: 3, title: Ready}
  - {state: doing, kind: active, wip: 1, title: In progress}
  - {state: vendor, kind: waiting, title: With vendor}
  - {state: done, kind: done, title: Done}
types: {request: {}, incident: {planned: false}}
"""


def item(title: str, state: str, *more: str) -> str:
    return "".join(f"{line}\n" for line in (f"title: {title}", f"state: {state}", *more))


STEPS: list[stories.Step] = [
    {
        "files": {
            "opsflow.yaml": BOARD,
            "items/OPS-1-edge.yaml": item("Renew edge certificates", "ready", "assignees: [maria]"),
            "items/OPS-2-mail.yaml": item("Mail is down", "doing", "type: incident", "assignees: [ben]"),
            "items/OPS-3-disk.yaml": item("Replace the disk array", "inbox", "depends_on: [OPS-1]"),
        }
    },
    {
        "at": "2026-01-06 10:00",
        "author": "Ben Example <ben@example.org>",
        "files": {
            "items/OPS-2-mail.yaml": item("Mail is down", "done", "type: incident", "assignees: [ben]"),
            "items/OPS-12-print.yaml": item("Buy a printer", "inbox", "due: 2026-01-20", "labels: [office]"),
        },
    },
    {
        "at": "2026-01-07 10:00",
        "files": {
            "items/OPS-1-edge.yaml": item("Renew edge certificates", "doing", "assignees: [maria]"),
            "items/OPS-3-disk.yaml": item("Replace the disk array", "ready", "depends_on: [OPS-1]"),
        },
    },
]
NOW = "2026-01-09T12:00:00+00:00"


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine shows: a clock that stands still, an own cache, no terminal."""
    monkeypatch.setenv("OPSFLOW_NOW", NOW)
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "OPSFLOW_TRACEBACK", "OPSFLOW_CACHE", "OPSFLOW_SLOW"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION", "_OPSFLOW_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """The folder of the board."""
    return Path(stories.make(tmp_path / "board", STEPS))


@pytest.fixture
def opsflow(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program in this process."""

    def runs(*words: str | os.PathLike[str]) -> Ran:
        status = run([os.fspath(word) for word in words])
        return Ran(status, *capsys.readouterr())

    return runs
