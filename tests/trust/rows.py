"""What a row of the catalogue of faults is: the fault, the promise that it tries, and the proof.

A row's proof makes its own input in a fresh folder and asserts the whole outcome: the exit status, the
rule and the place, and what must not be there afterwards. A row without a proof says why there is none
yet; it is shown as skipped, and never counts as passed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests import stories
from tests.cli.conftest import Ran

PROMISES = {
    "whole": "no command loses a committed or uncommitted byte; a killed one leaves the old file or the new",
    "same": "the same commit gives the same site, byte for byte, on any machine",
    "inert": "checking or building an untrusted branch runs nothing from it",
    "told": "a malformed file never hides the others, and no input gives a traceback",
    "text": "nothing that an item says can act in a reader's browser, terminal, spreadsheet or CI log",
    "cache": "deleting the cache changes no result; a stale or damaged one is noticed",
    "traced": "every number can be traced to items and commits, and a gap is said, never guessed",
    "private": "an item without `public` never reaches the public pages",
}
"""The promises of docs/security.md, by the word that a row names them with."""

NOW = "2026-01-09T12:00:00+00:00"
BOARD = """\
board: Operations
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 2}
  - {state: done, kind: done}
types: {request: {}, incident: {}}
"""
GOOD = "title: A good item\nstate: ready\n"
SECONDS = 5.0
"""The most processor time for one command on one hostile file. Ten times what is promised, for slow machines."""

Text = str | bytes
Files = Mapping[str, Text]


class Scene:
    """A folder of its own, and the program."""

    def __init__(self, folder: Path, run: Callable[..., Ran]) -> None:
        self.folder = folder
        self.root = folder / "board"
        self._run = run

    def write(self, files: Files) -> Path:
        """Write files below the board."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return self.root

    def board(self, files: Files = {}, config: str = BOARD) -> Path:  # noqa: B006
        """A board of one good item, OPS-0, and these files; in no repository."""
        return self.write({"opsflow.yaml": config, "items/OPS-0-good.yaml": GOOD, **files})

    def repository(self, files: Files = {}, *more: stories.Step, config: str = BOARD) -> Path:  # noqa: B006
        """The same, committed; then further steps."""
        first: stories.Step = {
            "files": {"opsflow.yaml": config, "items/OPS-0-good.yaml": GOOD, **dict(files)}
        }
        return Path(stories.make(self.root, [first, *more]))

    def git(self, *words: str, stdin: bytes = b"") -> str:
        return stories.git(str(self.root), *words, stdin=stdin)

    def opsflow(self, *words: str | os.PathLike[str], at: Path | None = None) -> Ran:
        """Run the program on the board, in this process. A bug of ours fails at once."""
        done = self._run("-C", at or self.root, *words)
        assert done.status in (0, 1, 2), done.err
        return done

    def process(
        self,
        *words: str,
        env: Mapping[str, str] = {},
        cwd: Path | None = None,
        **more: object,
    ) -> subprocess.CompletedProcess[str]:
        """Run the program on the board, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "opsflow", "-C", str(self.root), *words],
            env={**os.environ, **env},
            cwd=cwd or self.folder,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=120,
            **more,  # type: ignore[call-overload]
        )

    def found(self, *words: str) -> list[str]:
        """The findings of `check`, a line each, without those of rules about people and time."""
        done = self.opsflow("check", "--format", "concise", *words)
        lines = [line for line in done.out.splitlines() if line.endswith("]")]
        assert done.status == int(any(": error: " in line for line in lines)), done
        return [line for line in lines if not line.endswith("[shallow-history]")]

    def ids(self) -> list[str]:
        """The ids that `list --all` shows."""
        done = self.opsflow("list", "--all", "--format", "ids")
        assert done.status == 0, done.err
        return done.out.split()

    def sums(self, folder: Path | None = None) -> dict[str, bytes | str]:
        """Every file below a folder, the repository's own included, with what is in it."""
        top = folder or self.root
        found: dict[str, bytes | str] = {}
        for path in sorted(top.rglob("*")):
            name = str(path.relative_to(top))
            if path.is_symlink():
                found[name] = f"-> {os.readlink(path)}"
            elif path.is_file():
                found[name] = path.read_bytes()
        return found


class Row(NamedTuple):
    """An entry of the catalogue."""

    id: str
    fault: str
    promise: str
    proof: Callable[[Scene], None] | None
    because: str = ""
    """Why there is no proof yet; or where opsflow deliberately does otherwise than a catalogue would have it."""


ROWS: dict[str, Row] = {}


def row(id: str, fault: str, promise: str, because: str = "") -> Callable[[Callable[[Scene], None]], None]:
    """Register a proof."""

    def put(proof: Callable[[Scene], None]) -> None:
        _add(Row(id, fault, promise, proof, because))

    return put


def absent(id: str, fault: str, promise: str, because: str) -> None:
    """Register an entry that cannot be tried yet, and why."""
    _add(Row(id, fault, promise, None, because))


def _add(entry: Row) -> None:
    assert entry.id not in ROWS, entry.id
    assert entry.promise in PROMISES, entry.promise
    ROWS[entry.id] = entry


Case = tuple[str, Text, list[str]]
"""What it is, the text of the item OPS-1, and the findings: `3:1: error: message [rule]`."""


def hostile(
    id: str,
    fault: str,
    cases: list[Case],
    because: str = "",
    also: Callable[[Scene], None] = lambda scene: None,
) -> None:
    """Register hostile texts of an item: each has exactly these findings, hides nothing, and costs little."""

    def proof(scene: Scene) -> None:
        for name, text, expected in cases:
            scene.board({"items/OPS-1.yaml": text})
            began = _processor()
            lines = scene.found()
            assert _processor() - began < SECONDS, name
            assert lines == [f"items/OPS-1.yaml:{line}" for line in expected], name
            assert "OPS-0" in scene.ids(), name
        also(scene)

    _add(Row(id, fault, "told", proof, because))


def accepted(scene: Scene, text: Text, **expected: object) -> None:
    """An item that is read without a finding, and says this."""
    import json

    scene.board({"items/OPS-1.yaml": text})
    assert scene.found() == []
    shown = scene.opsflow("list", "--all", "--format", "json", "id:OPS-1")
    [item] = [each for each in json.loads(shown.out) if each["id"] == "OPS-1"]
    assert {key: item[key] for key in expected} == expected


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
