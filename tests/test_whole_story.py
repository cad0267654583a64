"""Two engineers with two clones: they create, move, block, clash and merge, and CI says the right thing.

Everything goes through the program and through Git, as people use them; nothing is looked up inside.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import stories

BOARD = """\
board: Infrastructure and operations
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 2}
  - {state: review, kind: active}
  - {state: done, kind: done}
types: {request: {}, incident: {planned: false}}
"""


class Ran(NamedTuple):
    status: int
    out: str


@dataclass
class Engineer:
    """Somebody with a clone, a name and a clock that goes on by an hour with every command."""

    name: str
    folder: Path
    cache: Path
    hours: int = 0

    def run(self, *words: str, status: int = 0) -> str:
        """What a command prints, on both streams; it has to end with that status."""
        self.hours += 1
        now = stories.START + timedelta(hours=self.hours)
        env = stories.environment() | {
            "OPSFLOW_NOW": now.isoformat(),
            "OPSFLOW_CACHE_DIR": str(self.cache),
            **{
                f"GIT_{who}_{what}": value
                for who in ("AUTHOR", "COMMITTER")
                for what, value in (
                    ("NAME", self.name),
                    ("EMAIL", f"{self.name}@example.org"),
                    ("DATE", f"{int(now.timestamp())} +0000"),
                )
            },
        }
        start = [sys.executable, "-P", "-m", "opsflow"] if words[0] == "opsflow" else [words[0]]
        done = subprocess.run(
            [*start, *words[1:]],
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def opsflow(self, *words: str, status: int = 0) -> str:
        return self.run("opsflow", *words, status=status)

    def git(self, *words: str, status: int = 0) -> str:
        return self.run("git", *words, status=status)

    def create(self, title: str, *words: str) -> str:
        """Make an item and commit it; its id."""
        said = self.opsflow("new", title, "--commit", *words)
        found = re.search(r"^(OPS-\w+) created", said, re.MULTILINE)
        assert found, said
        return found[1]

    def path(self, item: str) -> Path:
        (found,) = self.folder.glob(f"items/**/{item}-*.yaml")
        return found


@pytest.fixture
def team(tmp_path: Path) -> tuple[Engineer, Engineer]:
    """A repository that both have cloned, with the board on main and the merge driver at work."""
    origin = tmp_path / "origin.git"
    stories.git(None, "init", "-q", "--bare", "-b", "main", os.fspath(origin))
    maria = Engineer("maria", tmp_path, tmp_path / "cache")
    maria.git("clone", "-q", os.fspath(origin), "maria")
    maria.folder = tmp_path / "maria"
    maria.git("switch", "-q", "-c", "main")
    (maria.folder / "opsflow.yaml").write_text(BOARD, encoding="utf-8")
    maria.opsflow("merge-driver", "--install")
    maria.git("add", ".")
    maria.git("commit", "-q", "-m", "Begin the board")
    maria.git("push", "-q", "-u", "origin", "main")
    ben = Engineer("ben", tmp_path, tmp_path / "cache")
    ben.git("clone", "-q", os.fspath(origin), "ben")
    ben.folder = tmp_path / "ben"
    ben.opsflow("merge-driver", "--install")
    assert ben.git("status", "--porcelain") == ""
    return maria, ben


def land(who: Engineer, branch: str) -> None:
    """Merge a branch into main, as a host does when somebody presses the button."""
    who.git("switch", "-q", "main")
    who.git("pull", "-q", "--no-rebase")
    who.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
    who.git("push", "-q")


def last(said: str) -> str:
    return said.strip().splitlines()[-1]


def test_two_engineers_work_on_one_board(team: tuple[Engineer, Engineer]) -> None:
    maria, ben = team

    # Both create items at the same time; whatever ids they get, the branches merge.
    maria.git("switch", "-q", "-c", "certificates")
    edge = maria.create("Renew edge certificates", "assignees=maria")
    ben.git("switch", "-q", "-c", "disks")
    disks = ben.create("Replace the disk array", "assignees=ben", f"depends_on={edge}", "--allow",
                       "unknown-reference=it is on Maria's branch")  # fmt: skip
    land(maria, "certificates")
    land(ben, "disks")
    maria.git("pull", "-q", "--no-rebase")
    said = maria.opsflow("check")
    assert last(said).startswith("2 items: ")

    # An incident comes, and takes one of two places.
    mail = maria.create("Mail is down", "--type", "incident", "--state", "doing", "--assignee", "maria")
    maria.git("push", "-q")
    ben.git("pull", "-q", "--no-rebase")

    # Each takes the last place: well alone, too much together. CI knows before they land.
    maria.git("switch", "-q", "-c", "take-edge")
    maria.opsflow("move", edge, "doing", "--commit")
    maria.opsflow("check", "--base", "main")
    maria.git("push", "-q", "origin", "take-edge")
    ben.git("switch", "-q", "-c", "take-disks")
    ben.opsflow("set", disks, f"depends_on-={edge}", "allow=", "--commit")
    ben.opsflow("move", disks, "doing", "--commit")
    ben.opsflow("check", "--base", "main")
    ben.git("push", "-q", "origin", "take-disks")
    ben.git("fetch", "-q")
    ben.git("switch", "-q", "main")
    said = ben.opsflow("check", "--merge", "origin/take-edge", "origin/take-disks", status=1)
    assert "3 items are in `doing`, and the limit is 2: " in said
    ben.opsflow("check", "--merge", "origin/take-disks")

    # Maria's lands first, so Ben's now fails on what it would make of the board.
    land(maria, "take-edge")
    ben.git("pull", "-q", "--no-rebase")
    ben.git("switch", "-q", "take-disks")
    ben.git("merge", "-q", "-m", "Take what is new", "main")
    said = ben.opsflow("check", "--base", "main", status=1)
    assert "[wip-limit]" in said
    ben.opsflow("move", disks, "ready", "--commit")
    assert "no findings" in last(ben.opsflow("check", "--base", "main"))
    land(ben, "take-disks")

    # One blocks the item while the other gives it a date: two fields, so Git merges them in silence.
    maria.git("pull", "-q", "--no-rebase")
    maria.git("switch", "-q", "-c", "blocked")
    maria.opsflow("block", edge, "waiting for the CSR", "--commit")
    ben.git("switch", "-q", "-c", "dated")
    ben.opsflow("set", edge, "due=2026-02-01", "--commit")
    land(maria, "blocked")
    land(ben, "dated")
    shown = ben.path(edge).read_text(encoding="utf-8")
    assert "due: 2026-02-01\n" in shown
    assert "waiting for the CSR" in shown

    # Both move the mail: only people can say which is right, and only that line is in conflict.
    maria.git("pull", "-q", "--no-rebase")
    maria.git("switch", "-q", "-c", "mail-done")
    maria.opsflow("set", mail, "state=done", "labels+=postmortem", "--commit")
    ben.git("switch", "-q", "-c", "mail-review")
    ben.opsflow("move", mail, "review", "--commit")
    land(maria, "mail-done")
    ben.git("switch", "-q", "main")
    ben.git("pull", "-q", "--no-rebase")
    ben.git("merge", "-q", "-m", "Merge mail-review", "mail-review", status=1)
    text = ben.path(mail).read_text(encoding="utf-8")
    assert re.search(r"<<<<<<< .*\nstate: done\n(\|{7}.*\n.*\n)?=======\nstate: review\n>>>>>>> ", text)
    assert "  - postmortem\n" in text
    said = ben.opsflow("check", status=1)
    assert "[unreadable-file]" in said
    ben.git("checkout", "-q", "--ours", "--", ".", status=0)
    ben.opsflow("check")
    ben.git("commit", "-qam", "Merge mail-review: it is done")
    ben.git("push", "-q")

    # The same id twice, as copying a file does: seen before it lands, mended after.
    maria.git("pull", "-q", "--no-rebase")
    maria.git("switch", "-q", "-c", "one")
    first = maria.create("Label printers in Leipzig")
    ben.git("switch", "-q", "-c", "two")
    copied = ben.folder / "items" / f"{first}-label-printers-in-dresden.yaml"
    copied.write_text("title: Label printers in Dresden\nstate: ready\n", encoding="utf-8")
    ben.git("add", ".")
    ben.git("commit", "-q", "-m", "Dresden, too")
    ben.opsflow("check", "--base", "main")
    land(maria, "one")
    ben.git("fetch", "-q")
    said = ben.opsflow("check", "--merge", "origin/main", status=1)
    assert "[duplicate-id]" in said
    land(ben, "two")
    ben.opsflow("check", status=1)
    ben.opsflow("renumber", os.fspath(copied.relative_to(ben.folder)), "--yes", "--commit")
    ben.opsflow("check")
    ben.git("push", "-q")

    # The story of the last days, to post, and the board's own story.
    begin = ben.git("rev-list", "--max-parents=0", "HEAD").strip()
    story = ben.opsflow("diff", f"{begin}..HEAD", "--format", "markdown")
    assert "Renew edge certificates" in story
    moves = ben.opsflow("log", mail, "--format", "csv").splitlines()
    assert [",".join(line.split(",")[1:3]) for line in moves[1:]] == ["doing,done", ",doing"]

    # Done: what is finished goes to the archive, and its story goes with it.
    ben.opsflow("archive", mail, "--commit")
    assert (ben.folder / "archive").is_dir()
    after = ben.opsflow("log", mail, "--format", "csv").splitlines()
    assert after == moves
    ben.opsflow("check")
    assert ben.git("status", "--porcelain") == ""
