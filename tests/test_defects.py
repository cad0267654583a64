"""Eight defects that people make, in a clone with real Git: each is found by the program that people run.

No file here is written for the reader of YAML. They are edited as an editor edits them, on branches that
Git merges; `opsflow check` then has to say where, what and how to mend it, once for each mistake.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow import demo
from tests import stories

PROGRAM = Path(sys.executable).parent / "opsflow"
NOW = "2026-01-09T12:00:00+00:00"

BOARD = """\
board: Infrastructure and operations
key: OPS
timezone: Europe/Berlin
workflow:
  - {state: inbox, kind: backlog}
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 3}
  - {state: review, kind: active}
  - {state: done, kind: done}
types: {request: {}, incident: {planned: false}, security: {}}
"""


def item(title: str, state: str, *more: str) -> str:
    return "".join(f"{line}\n" for line in (f"title: {title}", f"state: {state}", *more))


FILES = {
    "opsflow.yaml": BOARD,
    "people.yaml": "people:\n  maria: {name: Maria Keller}\n  ben: {name: Ben Adler}\n",
    "items/OPS-1A-edge.yaml": item("Renew edge certificates", "ready", "assignees:", "  - maria"),
    "items/OPS-1B-mail.yaml": item("Move the mail archive", "ready"),
    "items/OPS-1C-vpn.yaml": item("Patch the VPN gateways", "ready", "due: 2026-02-27"),
    "items/OPS-1D-disk.yaml": item("Replace the disk array", "inbox", "depends_on:", "  - OPS-1C"),
    "items/OPS-2A-switch.yaml": item("Replace the core switch", "inbox"),
    "items/OPS-2B-racks.yaml": item("Clear the old racks", "inbox", "depends_on:", "  - OPS-2A"),
    "items/OPS-2C-power.yaml": item("New power for hall 2", "inbox", "depends_on:", "  - OPS-2B"),
    "items/OPS-4A-wiki.yaml": item("Move the wiki", "ready", "type: request"),
    "items/OPS-5A-backup.yaml": item("Restore test", "doing", "assignees: [maria]"),
    "items/OPS-5B-print.yaml": item("The printer in hall 1", "doing", "assignees: [ben]"),
    "items/OPS-5C-wifi.yaml": item("Survey the Wi-Fi", "ready", "assignees: [maria]"),
    "items/OPS-5D-erp.yaml": item("ERP is slow on Monday", "ready", "assignees: [ben]"),
    "items/OPS-6A-login.yaml": item("One sign-in", "done"),
    "items/OPS-6B-search.yaml": item("Search in the wiki", "inbox", "depends_on: [OPS-4A]"),
}


class Ran(NamedTuple):
    status: int
    out: str
    err: str


class Clone:
    """A working folder, with the hands of an engineer in it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, encoding="utf-8")

    def edit(self, path: str, before: str, after: str) -> None:
        """Replace the one place where a text stands."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {path}"
        self.write(path, text.replace(before, after))

    def git(self, *words: str, status: int = 0) -> str:
        words = ("git", "-C", str(self.folder), "-c", "merge.conflictStyle=merge", *words)
        done = subprocess.run(words, capture_output=True, text=True, env=stories.environment())
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def branch(self, name: str, change: Callable[[], None]) -> None:
        """Make a change on a branch from main, and come back."""
        self.git("switch", "-q", "-c", name, "main")
        change()
        self.git("add", "--all")
        self.git("commit", "-q", "-m", name)
        self.git("switch", "-q", "main")

    def merge(self, *names: str) -> None:
        """Merge branches one after another; Git has nothing to object."""
        for name in names:
            self.git("merge", "-q", "--no-ff", "-m", f"Merge {name}", name)

    def opsflow(self, *words: str, now: str = NOW) -> Ran:
        env = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        env |= {"OPSFLOW_NOW": now, "OPSFLOW_CACHE_DIR": str(self.cache)}
        done = subprocess.run(
            [PROGRAM, *words], cwd=self.folder, env=env, capture_output=True, text=True, encoding="utf-8"
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def cards(self) -> dict[str, list[str]]:
        """The ids on the terminal board, by column; those in no column under ""."""
        view = json.loads(self.opsflow("board", "--format", "json").out)
        columns = {
            column["state"]: sorted(card["id"] for cards in column["cells"].values() for card in cards)
            for column in view["columns"]
        }
        return {**columns, "": [card["id"] for card in view["unknown"]]}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone of a good board."""
    origin = stories.make(tmp_path / "origin", [{"files": FILES}])
    stories.git(None, "clone", "-q", origin, str(tmp_path / "clone"))
    return Clone(tmp_path / "clone", tmp_path / "cache")


# -- the defects, by hand -----------------------------------------------------------------------


def misspell_a_key(clone: Clone) -> None:
    clone.edit("items/OPS-1A-edge.yaml", "assignees:", "asignees:")


def name_an_unknown_state(clone: Clone) -> None:
    clone.edit("items/OPS-1B-mail.yaml", "state: ready", "state: raedy")


def write_an_impossible_date(clone: Clone) -> None:
    clone.edit("items/OPS-1C-vpn.yaml", "due: 2026-02-27", "due: 2026-02-30")


def depend_on_nothing(clone: Clone) -> None:
    clone.edit("items/OPS-1D-disk.yaml", "- OPS-1C", "- OPS-9XW1")


def close_a_cycle(clone: Clone) -> None:
    clone.edit("items/OPS-2A-switch.yaml", "state: inbox\n", "state: inbox\ndepends_on:\n  - OPS-2C\n")


def add_an_id_twice(clone: Clone) -> None:
    def laptops() -> None:
        clone.write("items/OPS-3A-laptops.yaml", item("Laptops for the interns", "inbox"))

    def scanner() -> None:
        clone.write("items/OPS-3A-scanner.yaml", item("A scanner for goods in", "inbox"))

    clone.branch("laptops", laptops)
    clone.branch("scanner", scanner)
    clone.merge("laptops", "scanner")


def fill_a_column_twice(clone: Clone) -> None:
    clone.branch("wifi", lambda: clone.edit("items/OPS-5C-wifi.yaml", "state: ready", "state: doing"))
    clone.branch("erp", lambda: clone.edit("items/OPS-5D-erp.yaml", "state: ready", "state: doing"))
    clone.merge("wifi", "erp")


def leave_a_merge_half_done(clone: Clone) -> None:
    clone.branch("to-review", lambda: clone.edit("items/OPS-4A-wiki.yaml", "state: ready", "state: review"))
    clone.branch("to-inbox", lambda: clone.edit("items/OPS-4A-wiki.yaml", "state: ready", "state: inbox"))
    clone.merge("to-review")
    said = clone.git("merge", "-m", "Merge to-inbox", "to-inbox", status=1)
    assert "CONFLICT (content): Merge conflict in items/OPS-4A-wiki.yaml" in said


class Defect(NamedTuple):
    make: Callable[[Clone], None]
    found: str
    """The finding as `opsflow check` prints it; its first line is the concise one."""
    items: int = 14
    """How many items the board then has."""


DEFECTS = {
    "misspelt key": Defect(
        misspell_a_key,
        """\
items/OPS-1A-edge.yaml:3:1: error: `asignees` is not a key of an item; did you mean `assignees`? [misshapen]
   3 | asignees:
     | ^^^^^^^^
     = Write `assignees`.
""",
    ),
    "unknown state": Defect(
        name_an_unknown_state,
        """\
items/OPS-1B-mail.yaml:2:1: error: the workflow has no state `raedy` [unknown-reference]
   2 | state: raedy
     | ^^^^^
     = Did you mean `ready`?
""",
    ),
    "impossible date": Defect(
        write_an_impossible_date,
        """\
items/OPS-1C-vpn.yaml:3:1: error: `due` is `2026-02-30`, which is not a date [misshapen]
   3 | due: 2026-02-30
     | ^^^
     = Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.
""",
    ),
    "dangling dependency": Defect(
        depend_on_nothing,
        """\
items/OPS-1D-disk.yaml:4:5: error: there is no item OPS-9XW1 [unknown-reference]
   4 |   - OPS-9XW1
     |     ^^^^^^^^
     = Correct the name, or remove the reference: no file of the board has this id.
""",
    ),
    "dependency cycle": Defect(
        close_a_cycle,
        """\
items/OPS-2A-switch.yaml:4:5: error: 3 items wait for one another: OPS-2A -> OPS-2C -> OPS-2B -> OPS-2A [dependency-cycle]
   4 |   - OPS-2C
     |     ^^^^^^
     = Remove the weakest of these dependencies, or split one of the items.
""",
    ),
    "duplicate id": Defect(
        add_an_id_twice,
        """\
items/OPS-3A-scanner.yaml:1:1: error: OPS-3A is also the id of items/OPS-3A-laptops.yaml [duplicate-id]
   1 | title: A scanner for goods in
     | ^
     = Give one of the two files another id.
""",
        items=15,
    ),
    "conflict markers": Defect(
        leave_a_merge_half_done,
        """\
items/OPS-4A-wiki.yaml:2:1: error: unresolved merge conflict, lines 2 to 6 [unreadable-file]
   2 | <<<<<<< HEAD
     | ^^^^^^^
     = Keep what is right of the two sides, and remove the marker lines.
""",
        items=13,
    ),
    "column over its limit": Defect(
        fill_a_column_twice,
        """\
opsflow.yaml:7:34: error: 4 items are in `doing`, and the limit is 3: OPS-5A, OPS-5B, OPS-5C and OPS-5D [wip-limit]
   7 |   - {state: doing, kind: active, wip: 3}
     |                                  ^^^
     = Finish an item or move one back, or let one say why: `allow: {wip-limit: {reason: ...}}`.
""",
    ),
}
"""In the order in which `check` lists them: by path and line."""


def first(block: str) -> str:
    return block.partition("\n")[0]


# -- one at a time ------------------------------------------------------------------------------


def test_the_board_is_good_before(clone: Clone) -> None:
    assert clone.opsflow("check") == (0, "14 items: no findings.\n", "")


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_one_finding_with_its_place_and_what_to_do(name: str, clone: Clone) -> None:
    defect = DEFECTS[name]
    defect.make(clone)
    count = f"{defect.items} items: 1 error.\n"
    assert clone.opsflow("check") == (1, f"{defect.found}\n{count}", "")
    assert clone.opsflow("check", "--format", "concise") == (1, f"{first(defect.found)}\n{count}", "")
    status, out, err = clone.opsflow("check", "--format", "json")
    report = json.loads(out)
    (row,) = report["findings"]
    line = "{path}:{line}:{column}: {severity}: {message} [{rule}]".format(**row)
    assert (status, err, report["gap"], line) == (1, "", "", first(defect.found))
    assert (row["hint"], row["waiver"]) == (defect.found.split("     = ")[1].strip(), None)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_that_is_committed_is_the_same_finding(name: str, clone: Clone) -> None:
    defect = DEFECTS[name]
    defect.make(clone)
    clone.git("add", "--all")
    if clone.git("status", "--porcelain"):
        clone.git("commit", "-q", "-m", "As it is")
    (clone.folder / "items/OPS-6A-login.yaml").unlink()
    status, out, _ = clone.opsflow("check", "--at", "HEAD", "--format", "concise")
    assert (status, out) == (1, f"{first(defect.found)}\n{defect.items} items: 1 error.\n")


# -- all at once --------------------------------------------------------------------------------


def make_all(clone: Clone) -> None:
    """Merges first: Git takes no further one while one is half done."""
    merges = {"duplicate id", "column over its limit"}
    for name in (*merges, "conflict markers", *(DEFECTS.keys() - merges - {"conflict markers"})):
        DEFECTS[name].make(clone)


def test_all_eight_at_once_are_eight_findings(clone: Clone) -> None:
    make_all(clone)
    text = "".join(f"{defect.found}\n" for defect in DEFECTS.values())
    lines = "".join(f"{first(defect.found)}\n" for defect in DEFECTS.values())
    assert clone.opsflow("check") == (1, f"{text}14 items: 8 errors.\n", "")
    assert clone.opsflow("check", "--format", "concise") == (1, f"{lines}14 items: 8 errors.\n", "")


def test_all_eight_at_once_hide_no_item(clone: Clone) -> None:
    """Two that cannot be on it are missing: a file that nobody can read, and the second of two ids."""
    make_all(clone)
    assert clone.cards() == {
        "inbox": ["OPS-1D", "OPS-2A", "OPS-2B", "OPS-2C", "OPS-3A", "OPS-6B"],
        "ready": ["OPS-1A", "OPS-1C"],
        "doing": ["OPS-5A", "OPS-5B", "OPS-5C", "OPS-5D"],
        "review": [],
        "done": ["OPS-6A"],
        "": ["OPS-1B"],
    }
    assert clone.opsflow("board").err == "1 file could not be read; `opsflow check` says why.\n"


@pytest.mark.parametrize("name", DEFECTS)
def test_mending_one_of_eight_leaves_seven(name: str, clone: Clone) -> None:
    make_all(clone)
    path = first(DEFECTS[name].found).partition(":")[0]
    text = {**FILES, "opsflow.yaml": BOARD.replace("wip: 3", "wip: 4")}.get(path)
    if text is None:
        (clone.folder / path).unlink()
    else:
        clone.write(path, text)
    lines = [first(defect.found) for other, defect in DEFECTS.items() if other != name]
    assert clone.opsflow("check", "--format", "concise").out.splitlines()[:-1] == lines


# -- in the example board -----------------------------------------------------------------------


def test_a_clone_of_the_example_board_shows_them_beside_what_it_has(tmp_path: Path) -> None:
    """Its own column over a limit came to be in the same way: two branches, merged cleanly."""
    made = demo.make(str(tmp_path / "demo"))
    stories.git(None, "clone", "-q", made.folder, str(tmp_path / "clone"))
    clone, now = Clone(tmp_path / "clone", tmp_path / "cache"), made.now.isoformat()
    before = clone.opsflow("check", "--format", "concise", now=now).out.splitlines()[:-1]
    assert [line.rpartition("[")[2] for line in before if " error: " in line] == ["wip-limit]"]

    def write(name: str, *lines: str) -> None:
        clone.write(f"items/OPS-{name}.yaml", item(f"Title of {name}", "inbox", *lines))

    write("Z0A6-conflict")
    clone.git("add", "--all")
    clone.git("commit", "-q", "-m", "A new item")
    clone.branch("one", lambda: write("Z0A5-one"))
    clone.branch("other", lambda: write("Z0A5-other"))
    clone.branch("soon", lambda: write("Z0A6-conflict", "due: 2027-01-15"))
    clone.branch("later", lambda: write("Z0A6-conflict", "due: 2027-06-15"))
    clone.merge("one", "other", "soon")
    clone.git("merge", "-m", "Merge later", "later", status=1)
    write("Z0A0-key", "assigned: [jonas]")
    clone.write("items/OPS-Z0A1-state.yaml", item("Title", "verifi"))
    write("Z0A2-date", "due: 2026-13-01")
    write("Z0A3-nothing", "depends_on: [OPS-Z0Z0]")
    write("Z0A4-ring", "depends_on: [OPS-Z0A4]")

    status, out, _ = clone.opsflow("check", "--format", "concise", now=now)
    after = out.splitlines()[:-1]
    assert status == 1
    assert [line for line in after if line in before] == before
    assert [line for line in after if line not in before] == [
        "items/OPS-Z0A0-key.yaml:3:1: error: `assigned` is not a key of an item; did you mean `assignees`? [misshapen]",
        "items/OPS-Z0A1-state.yaml:2:1: error: the workflow has no state `verifi` [unknown-reference]",
        "items/OPS-Z0A2-date.yaml:3:1: error: `due` is `2026-13-01`, which is not a date [misshapen]",
        "items/OPS-Z0A3-nothing.yaml:3:14: error: there is no item OPS-Z0Z0 [unknown-reference]",
        "items/OPS-Z0A4-ring.yaml:3:14: error: OPS-Z0A4 depends on itself [dependency-cycle]",
        "items/OPS-Z0A5-other.yaml:1:1: error: OPS-Z0A5 is also the id of items/OPS-Z0A5-one.yaml [duplicate-id]",
        "items/OPS-Z0A6-conflict.yaml:3:1: error: unresolved merge conflict, lines 3 to 7 [unreadable-file]",
    ]
