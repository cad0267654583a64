"""Kill commands that edit at random moments, with and without --commit. Run by test_killing.py.

A process that has imported everything forks a child for each command, and kills it when it is somewhere in
the middle. Only deaths by the signal count. Git, which the child may have started, goes on to its end, as it
would on anybody's machine. Then every file is as it was or as it was to be; after the next command all of
them together are; and the same command, given again, comes to its end.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from opsflow.cli import run
from opsflow.editing import ids
from tests import stories
from tests.editing.killing import MEMORY
from tests.editing.scene import FILES, tree, write

PLAIN, COMMITTED = 160, 50
"""So many commands are killed, without and with --commit."""
COMMANDS = {
    "move": ["move", "OPS-1", "OPS-2", "inbox"],
    "set": ["set", "OPS-1", "due=2026-12-01", "labels+=c"],
    "archive": ["archive", "OPS-4"],
    "renumber": ["renumber", "OPS-1", "OPS-9", "--yes"],
    "new": ["new", "Renew the switch"],
}
AGAIN = ("move", "set", "archive")
"""What can be given again, word for word."""
NEXT = ["move", "OPS-4", "done"]
"""It changes nothing, but mends what was left."""


def start(root: Path, words: Sequence[str]) -> int:
    """A child, in a group of its own, that runs a command; returns its id."""
    made = os.fork()
    if made:
        return made
    status = 3
    try:
        os.setsid()
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        status = run(["-C", str(root), *words])
    finally:
        os._exit(status)


def end(child: int) -> int:
    """The status of a child, once it and all that it started are over."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(ProcessLookupError):
        while True:
            os.killpg(child, 0)
            time.sleep(0.001)
    return status


def whole(root: Path, words: Sequence[str]) -> None:
    status = end(start(root, words))
    assert status == 0, (words, status)


def warm(root: Path, words: Sequence[str]) -> None:
    """Run a command here, so that its children have imported all that it needs."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        assert run(["-C", str(root), *words]) == 0


def head(root: Path) -> str:
    """The first lines of all commits; empty without a repository."""
    return stories.git(str(root), "log", "--format=%s") if (root / ".git").exists() else ""


def copied(template: Path, folder: str, name: str) -> Path:
    return Path(shutil.copytree(template, Path(folder) / name, symlinks=True))


class Case:
    """A command, what the board says before and after it, and how long it takes."""

    def __init__(self, name: str, template: Path, folder: str, *, commit: bool) -> None:
        self.name, self.template, self.commit = name, template, commit
        self.words = [*COMMANDS[name], *(["--commit"] if commit else [])]
        self.old = tree(template)
        warm(copied(template, folder, f"warm-{name}-{commit}"), self.words)
        took = []
        for turn in range(3):
            root = copied(template, folder, f"whole-{name}-{commit}-{turn}")
            begun = time.perf_counter()
            whole(root, self.words)
            took.append(time.perf_counter() - begun)
        self.took = sorted(took)[1]
        self.new, self.heads = tree(root), (head(template), head(root))
        assert self.new != self.old
        assert (self.heads[0] != self.heads[1]) is commit

    def kill(self, folder: str) -> tuple[bool, bool] | None:
        """Whether the edit and its commit are there; None where the command was over before."""
        root = copied(self.template, folder, "board")
        try:
            child = start(root, self.words)
            time.sleep(random.uniform(0.3, 1.1) * self.took)
            os.kill(child, signal.SIGKILL)
            if end(child) != -signal.SIGKILL:
                return None
            return self.judge(root)
        finally:
            shutil.rmtree(root)

    def judge(self, root: Path) -> tuple[bool, bool]:
        left = {path: data for path, data in tree(root).items() if ".opsflow-" not in path}
        for path in {*self.old, *self.new, *left}:
            assert left.get(path) in (self.old.get(path), self.new.get(path)), (self.words, path)
        whole(root, NEXT)
        now, made = tree(root), head(root)
        assert now in (self.old, self.new), (self.words, sorted(now))
        assert made in self.heads, (self.words, made)
        assert now == self.new or made == self.heads[0], self.words
        there = now == self.new, made != self.heads[0]
        if self.name in AGAIN:
            whole(root, self.words)
            assert (tree(root), head(root)) == (self.new, self.heads[1]), (self.words, there)
            if self.commit:
                assert stories.git(str(root), "status", "--short") == "", (self.words, there)
                subprocess.run(["git", "-C", str(root), "fsck", "--strict"], check=True, capture_output=True)
        return there


def main() -> None:
    """Prints how often the edit, and the commit, were there after a kill, by command."""
    random.seed(5)
    ids.random = lambda taken, key: f"{key}-7K3Q"
    told: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        os.environ.update(stories.environment(), OPSFLOW_CACHE_DIR=f"{folder}/cache")
        template = Path(stories.make(Path(folder) / "template", [{"files": FILES}]))
        plain = write(Path(folder) / "plain", FILES)
        for commit, board, count in ((False, plain, PLAIN), (True, template, COMMITTED)):
            cases = [Case(name, board, folder, commit=commit) for name in COMMANDS]
            while count:
                case = random.choice(cases)
                found = case.kill(folder)
                if found is not None:
                    count -= 1
                    row = told.setdefault(f"{case.name} --commit" if commit else case.name, [0, 0, 0])
                    row[sum(found)] += 1
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
