"""Every writing command, on a machine that fails at each thing that is asked of its disk, one after the other.

After each failure every file holds its old bytes or its new ones; one sentence says what went wrong, with the
status 2; and the same command, once the machine is well, does all of its work and leaves nothing beside it.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow import demo
from opsflow.editing import ids
from opsflow.errors import OpsflowError
from opsflow.site import build
from tests import stories
from tests.cli.conftest import Run, opsflow, surroundings
from tests.trust.failing import CODES, INTERRUPT, failing
from tests.trust.rows import BOARD, GOOD

__all__ = ["opsflow", "surroundings"]

TURNS = int(os.environ.get("OPSFLOW_FAULT_TURNS", "1"))
"""How many of the kinds of failure are tried at each call: 8 are all, and the tests of every day take one."""
KINDS = [(code, lasting) for code in CODES for lasting in (False, True)]
OUR = "title: One\nstate: ready\nlabels:\n  - a\n  - b\n"
FILES = {
    "opsflow.yaml": BOARD.replace("wip: 2", "wip: 9"),
    "items/OPS-0-good.yaml": GOOD,
    "items/OPS-1.yaml": OUR,
    "items/OPS-2-two.yaml": "title: Two\nstate: done\nblocked: {reason: why}\n",
    "items/OPS-3.yaml": "title: Three\nstate: doing\nblocked: {reason: why}\ndepends_on: [OPS-1]\n",
    "O": OUR,
    "A": OUR.replace("One", "Ours"),
    "B": OUR.replace("ready", "done"),
    "report.json": '{\n  "opsflow": "of an earlier run"}\n',
}
Files = dict[str, bytes]


class Case(NamedTuple):
    """A command, and what it may have left at its end besides its files."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    """Commands that go before, on a sound machine."""
    ok: int = 0
    """Its status where nothing fails."""
    repository: bool = False
    fresh: bool = False
    """It makes a folder of its own, which nothing else is in."""
    refused: int = 2
    """Its status where something fails."""


CASES = {
    "new": Case(("new", "Work")),
    "move": Case(("move", "OPS-0", "OPS-1", "doing")),
    "set": Case(("set", "OPS-1", "due=2026-02-01", "labels+=c")),
    "block": Case(("block", "OPS-1", "no parts")),
    "unblock": Case(("unblock", "OPS-3")),
    "allow": Case(("allow", "OPS-3", "stale", "because", "--until", "2026-02-01")),
    "archive": Case(("archive", "OPS-2")),
    "renumber": Case(("renumber", "items/OPS-1.yaml", "OPS-9", "--yes")),
    "undo": Case(("undo",), (("move", "OPS-0", "OPS-1", "doing"),)),
    "commit": Case(("move", "OPS-0", "OPS-1", "doing", "--commit"), repository=True),
    "merge-driver": Case(("merge-driver", "O", "A", "B", "7", "items/OPS-1.yaml"), refused=255),
    "merge-driver --install": Case(("merge-driver", "--install"), repository=True),
    "schema": Case(("schema", "--write", ".opsflow")),
    "check --write": Case(("check", "--write", "json=report.json", "--write", "junit=report.xml")),
    "export": Case(("export", "--out", "events.csv"), repository=True),
    "build": Case(("build", "--out", "site")),
    "build again": Case(("build", "--out", "site"), (("build", "--out", "site"), ("move", "OPS-0", "doing"))),
    "init": Case(("init", ".", "--name", "Team", "--key", "OPS"), fresh=True),
}


class Place:
    """A folder with a board, again and again as it was."""

    def __init__(self, top: Path, run: Run, case: Case) -> None:
        self.top, self.run, self.case = top, run, case
        self.root, self.kept = top / "board", top / "kept"

    def make(self) -> None:
        """The board as it is before the command."""
        self.root.mkdir()
        for name, text in FILES.items() if not self.case.fresh else ():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if self.case.repository:
            stories.git(None, "init", "-q", "-b", "main", "--template=", str(self.root))
            stories.git(str(self.root), "add", ".")
            stories.git(str(self.root), "commit", "-qm", "First")
        for words in self.case.before:
            assert self.said(words)[0] == 0
        shutil.copytree(self.root, self.kept / "board", symlinks=True)
        shutil.copytree(os.environ["OPSFLOW_CACHE_DIR"], self.kept / "cache")

    def again(self) -> None:
        """The same once more, the cache included."""
        for name, folder in (("board", self.root), ("cache", Path(os.environ["OPSFLOW_CACHE_DIR"]))):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self.kept / name, folder, symlinks=True)
        os.chdir(self.root)

    def said(self, words: tuple[str, ...]) -> tuple[int, str, str]:
        os.chdir(self.root)
        try:
            done = self.run(*words)
        except KeyboardInterrupt:  # the merge driver leaves it to `opsflow.__main__`
            return 130, "", "Stopped."
        return done.status, done.out, done.err

    def files(self) -> Files:
        """Every file but Git's own, with its bytes; folders too, with none."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if ".git" not in path.parts and not name.endswith(".opsflow-site.json"):
                found[name] = path.read_bytes() if path.is_file() else b"a folder"
        return found


def sound(old: Files, new: Files, now: Files) -> list[str]:
    """What is neither as it was nor as it should be."""
    return [
        name for name in sorted({*old, *new, *now}) if now.get(name) not in (old.get(name), new.get(name))
    ]


def prepared(case: Case, folder: Path, run: Run, patch: pytest.MonkeyPatch) -> tuple[Place, Files, Files]:
    """A place for a command, and its files before and after it."""
    patch.chdir(folder)
    patch.setenv("OPSFLOW_CACHE_DIR", str(folder / "cache"))
    (folder / "cache").mkdir()
    patch.setattr(ids, "key_of", lambda length=4: "7K3Q")
    patch.setattr(build, "_helpers", lambda: 0)  # calls of another process are not counted here
    for key, value in stories.environment().items():
        if key.startswith("GIT_"):
            patch.setenv(key, value)
    place = Place(folder, run, case)
    place.make()
    old = place.files()
    assert place.said(case.words)[0] == case.ok
    return place, old, place.files()


@pytest.mark.parametrize("name", CASES)
def test_a_command_whose_disk_fails_leaves_old_or_new_and_says_so(
    name: str, tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, old, new = prepared(CASES[name], tmp_path, opsflow, monkeypatch)
    case = place.case
    assert old != new or name == "check --write"
    turn = met = 0
    for number in range(1, 3000):
        if TURNS == 1 and case.words[0] == "build" and number > 12 and number % 40:
            continue  # one page is written as another; all of them with OPSFLOW_FAULT_TURNS=8
        before = met
        for _ in range(TURNS):
            code, lasting = KINDS[turn % len(KINDS)]
            turn += 1
            place.again()
            with failing(tmp_path, number, code, lasting=lasting) as disk:
                status, _, err = place.said(case.words)
            told = f"{name}: call {number}, {os.strerror(code)}, {lasting=}: {disk.met[:2]} -> {status} {err}"
            met += bool(disk.met)
            _judged(place, case, (old, new), told, status, err, bool(disk.met), os.strerror(code))
        if met == before:
            break
    assert met >= 3, "hardly anything could fail"


def _judged(
    place: Place,
    case: Case,
    states: tuple[Files, Files],
    told: str,
    status: int,
    err: str,
    met: bool,
    why: str,
) -> None:
    old, new = states
    now = place.files()
    assert status in ({case.ok, case.refused} if met else {case.ok}), told
    assert "Traceback" not in err, told
    wrong = sound(old, new, now)
    if "lasting=True" in told:  # where nothing can be removed either, the draft of one file stays beside it
        drafts = [each for each in wrong if re.search(r"\.[0-9]+$", each)]
        assert len(drafts) <= 2, told
        wrong = [each for each in wrong if each not in drafts]
        for draft in drafts:
            (place.root / draft).unlink()
    assert [each for each in wrong if ".opsflow-" not in each and not each.startswith(".site-")] == [], (
        told,
        wrong,
    )
    if status == case.refused:
        assert why.lower() in err.lower(), told
        assert len([line for line in err.splitlines() if line.startswith("opsflow: ")]) == 1, told
        assert re.search(r"opsflow: [/\w.-]*\w[/\w.-]*[ :]", err), told
        again = place.said(case.words)
        half = case.fresh and "has a board" in again[2]  # what was made could not be removed
        assert again[0] == case.ok or (half and "lasting=True" in told), (told, again)
        if half:
            return
    elif wrong:
        builds = case.words[0] == "build"
        assert builds or "lasting=True" in told, (told, wrong)
        # What could not be removed goes away with the next command; this edit changes nothing.
        place.said(case.words if builds else ("move", "OPS-3", "doing"))
    now = place.files()
    if status == case.ok and case.words[0] not in ("undo",):
        assert now == new, (told, sound(new, new, now))


@pytest.mark.parametrize("name", CASES)
def test_a_command_that_is_stopped_leaves_old_or_new_with_status_130(
    name: str, tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, old, new = prepared(CASES[name], tmp_path, opsflow, monkeypatch)
    case = place.case
    for number in range(1, 3000):
        if case.words[0] == "build" and number > 8 and number % 60:
            continue
        place.again()
        with failing(tmp_path, number, INTERRUPT) as disk:
            status, _, err = place.said(case.words)
        told = f"{name}: call {number}: {disk.met} -> {status} {err}"
        if not disk.met:
            assert status == case.ok, told
            break
        assert (status, err.splitlines()[-1]) == (130, "Stopped."), told
        wrong = sound(old, new, place.files())
        left = [each for each in wrong if ".opsflow-" not in each and not each.startswith(".site-")]
        assert left == [], told
        again = place.said(("move", "OPS-3", "doing"))  # changes nothing, and mends what was cut short
        if place.files() != new or case.words[0] == "build":
            again = place.said(case.words)
            assert again[0] == case.ok, (told, again)
        assert place.files() == new, (told, again)
    assert number > 3


def test_an_example_board_is_whole_or_not_there(tmp_path: Path) -> None:
    home, place = tmp_path / "home", tmp_path / "home/demo"
    met = 0
    for number in range(1, 40):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        code = CODES[number % len(CODES)]
        with failing(home, number, code) as disk:
            try:
                made = demo.make(str(place))
            except OpsflowError as error:
                assert os.strerror(code) in str(error) and str(place) in str(error)
                assert sorted(home.iterdir()) == [], disk.met
                met += 1
                continue
        assert demo.make(str(place)) == made
        left = [path.name for path in home.iterdir() if path.name != "demo"]
        assert left == [] or disk.met[0].startswith("rmdir"), disk.met  # an empty folder that stays
        if not disk.met:
            break
    assert met >= 3 and not disk.met
