"""The merge driver, run by real merges and rebases, and its installation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow import __main__
from opsflow.cli import driver
from opsflow.reading import merge
from tests.cli.conftest import Run

ITEM = "items/OPS-7K3Q-edge.yaml"
BASE = """\
title: Renew edge certificates
state: ready
assignees:
  - maria
due: 2026-12-01
description: |
  The old chain ends in December.
"""
BOARD = (
    "board: Ops\nkey: OPS\nworkflow:\n  - {state: ready, kind: backlog}\n  - {state: doing, kind: active}\n"
)
OURS = BASE.replace("ready", "doing").replace("  - maria", "  - maria\n  - ben")
THEIRS = BASE.replace("2026-12-01", "2026-12-15").replace("  - maria", "  - maria\n  - ann  # on call")
BOTH = OURS.replace("2026-12-01", "2026-12-15").replace("  - ben", "  - ben\n  - ann  # on call")


class Clone(NamedTuple):
    """A repository of somebody, and Git as that person runs it."""

    root: Path

    def git(self, *words: str, status: int = 0) -> str:
        """What Git prints, on both streams; it has to end so."""
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode())

    def read(self, path: str = ITEM) -> str:
        return (self.root / path).read_bytes().decode()

    def commit(self, branch: str, files: dict[str, str], start: str = "main") -> None:
        """A commit on a branch that begins at another."""
        self.git("checkout", "--quiet", "-B", branch, start)
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", f"{branch}: work")

    def fork(self, base: str | None, ours: str, theirs: str, path: str = ITEM) -> None:
        """Two branches that both changed a file; `ours` is checked out."""
        if base is not None:
            self.commit("main", {path: base})
        self.commit("theirs", {path: theirs})
        self.commit("ours", {path: ours})


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Git without anybody's settings, and opsflow as the program that runs these tests."""
    for name in list(os.environ):
        if name.startswith("GIT"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Maria")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "maria@example.org")
    monkeypatch.setattr(sys, "argv", [__main__.__file__])


@pytest.fixture
def bare(tmp_path: Path) -> Clone:
    """A repository with a board, and nothing installed."""
    clone = Clone(tmp_path / "clone")
    clone.root.mkdir()
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.write("opsflow.yaml", BOARD)
    clone.write("README", "a board\n")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "board")
    return clone


@pytest.fixture
def clone(bare: Clone, opsflow: Run) -> Clone:
    """The same with the driver."""
    assert opsflow("-C", bare.root, "merge-driver", "--install").status == 0
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "attributes")
    return bare


def program(clone: Clone, command: str) -> None:
    """Put another program in the place of opsflow."""
    line = clone.git("config", "merge.opsflow.driver").strip()
    start = line.index(" merge-driver ")
    clone.git("config", "merge.opsflow.driver", command + line[start:])


# -- merges -------------------------------------------------------------------------------------


def test_a_merge_takes_the_fields_of_both_sides(clone: Clone, opsflow: Run) -> None:
    clone.fork(BASE, OURS, THEIRS)
    clone.git("merge", "theirs")
    assert clone.read() == BOTH
    assert clone.git("status", "--short") == ""
    assert opsflow("-C", clone.root, "check").status == 0


def test_without_the_driver_git_merges_by_lines(clone: Clone) -> None:
    clone.git("config", "--remove-section", "merge.opsflow")
    clone.fork(BASE, OURS, THEIRS)
    assert f"Merge conflict in {ITEM}" in clone.git("merge", "theirs", status=1)
    assert (
        "<<<<<<< HEAD\n  - ben\ndue: 2026-12-01\n=======\n  - ann  # on call\ndue: 2026-12-15\n>>>>>>> theirs\n"
    ) in clone.read()


def test_a_rebase_and_a_cherry_pick_merge_by_fields_too(clone: Clone) -> None:
    clone.fork(BASE, OURS, THEIRS)
    clone.git("rebase", "--quiet", "theirs")
    assert clone.read() == BOTH.replace("  - ben\n  - ann  # on call\n", "  - ann  # on call\n  - ben\n")
    clone.git("reset", "--quiet", "--hard", "ORIG_HEAD")
    clone.git("cherry-pick", "theirs")
    assert clone.read() == BOTH


def test_two_states_are_a_conflict_that_people_resolve(clone: Clone, opsflow: Run) -> None:
    clone.fork(BASE, OURS, THEIRS.replace("ready", "dropped"))
    said = clone.git("merge", "theirs", status=1)
    assert f"{ITEM}: changed on both sides: state\n" in said
    marked = "<<<<<<< ours\nstate: doing\n=======\nstate: dropped\n>>>>>>> theirs\n"
    assert clone.read() == BOTH.replace("state: doing\n", marked)
    assert clone.git("status", "--short") == f"UU {ITEM}\n"
    assert "unresolved merge conflict, lines 2 to 6" in opsflow("-C", clone.root, "check").out
    clone.write(ITEM, BOTH)
    clone.git("commit", "--quiet", "--all", "--message", "merged")
    assert opsflow("-C", clone.root, "check").status == 0


def test_two_states_stop_a_rebase(clone: Clone) -> None:
    clone.fork(BASE, OURS, THEIRS.replace("ready", "dropped"))
    assert f"{ITEM}: changed on both sides: state\n" in clone.git("rebase", "theirs", status=1)
    assert "<<<<<<< ours\nstate: dropped\n=======\nstate: doing\n>>>>>>> theirs\n" in clone.read()


def test_an_item_that_both_sides_added_merges_where_they_agree(clone: Clone) -> None:
    clone.fork(
        None, BASE + "type: security\n", BASE.replace("2026-12-01", "2026-12-02") + "class: standard\n"
    )
    clone.git("merge", "theirs", status=1)
    assert clone.read() == BASE.replace(
        "due: 2026-12-01\n", "<<<<<<< ours\ndue: 2026-12-01\n=======\ndue: 2026-12-02\n>>>>>>> theirs\n"
    ) + ("type: security\nclass: standard\n")


def test_a_moved_file_merges_by_fields(clone: Clone) -> None:
    clone.commit("main", {ITEM: BASE})
    clone.commit("theirs", {ITEM: THEIRS})
    clone.git("checkout", "--quiet", "-b", "ours", "main")
    (clone.root / "archive").mkdir()
    clone.git("mv", ITEM, "archive/OPS-7K3Q.yaml")
    clone.write("archive/OPS-7K3Q.yaml", OURS)
    clone.git("commit", "--quiet", "--all", "--message", "archived")
    clone.git("merge", "theirs")
    assert clone.read("archive/OPS-7K3Q.yaml") == BOTH


def test_merges_that_cross_each_other_merge(clone: Clone) -> None:
    clone.fork(BASE, OURS, THEIRS)
    clone.git("checkout", "--quiet", "-b", "one", "ours")
    clone.git("merge", "--quiet", "theirs")
    clone.git("checkout", "--quiet", "-b", "two", "theirs")
    clone.git("merge", "--quiet", "ours")
    clone.commit("two", {ITEM: clone.read().replace("Renew", "Replace")}, "two")
    clone.commit("one", {ITEM: clone.read().replace("Replace", "Renew").replace("doing", "review")}, "one")
    clone.git("merge", "two")
    assert clone.read().startswith("title: Replace edge certificates\nstate: review\n")


def test_a_board_in_a_subfolder_has_its_own_attributes(bare: Clone, opsflow: Run) -> None:
    bare.write(
        "ops/opsflow.yaml", BOARD.replace("workflow", "items: ['open work/*.yaml', done/**]\nworkflow")
    )
    bare.git("rm", "--quiet", "opsflow.yaml")
    out = opsflow("-C", bare.root / "ops", "merge-driver", "--install").out
    assert out.startswith(f"{bare.root}/ops/.gitattributes: added 7 lines\n")
    assert bare.read("ops/.gitattributes").splitlines()[1:] == [
        "/opsflow.yaml merge=opsflow",
        "/people.yaml merge=opsflow",
        "/catalog.yaml merge=opsflow",
        '"/open work/*.yaml" merge=opsflow',
        "/done/**/*.yaml merge=opsflow",
        "/done/**/*.yml merge=opsflow",
    ]
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "moved")
    for path in ("ops/open work/OPS-1.yaml", "ops/done/2026/OPS-1.yml"):
        bare.fork(BASE, OURS, THEIRS, path)
        bare.git("merge", "theirs")
        assert bare.read(path) == BOTH
        bare.git("checkout", "--quiet", "-B", "main", "ours")


def test_people_and_the_board_merge_by_fields(clone: Clone) -> None:
    people = "people:\n  maria: {name: Maria}\n"
    clone.fork(people, f"{people}  ben: {{name: Ben}}\n", f"{people}  ann: {{name: Ann}}\n", "people.yaml")
    clone.git("merge", "theirs")
    assert clone.read("people.yaml") == f"{people}  ben: {{name: Ben}}\n  ann: {{name: Ann}}\n"


# -- where opsflow cannot go on -----------------------------------------------------------------


def by_git(base: str, ours: str, theirs: str, folder: Path) -> str:
    """The lines as Git merges them."""
    for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    words = ["git", "merge-file", "-p", "-q", "ours", "base", "theirs"]
    return subprocess.run(words, cwd=folder, capture_output=True, check=False).stdout.decode()


BROKEN = (
    "opsflow-that-is-not-there",
    "sh -c 'exit 1'",
    "sh -c 'exit 255'",
    "sh -c 'kill -9 $$'",
    f"{sys.executable} -c 'import opsflow_that_is_not_there'",
)


@pytest.mark.parametrize("command", BROKEN)
def test_where_the_program_is_gone_git_merges_by_lines(command: str, clone: Clone, tmp_path: Path) -> None:
    program(clone, command)
    clone.fork(BASE, OURS, THEIRS)
    clone.git("merge", "theirs", status=1)
    assert clone.read() == by_git(BASE, OURS, THEIRS, tmp_path)
    assert ">>>>>>> theirs" in clone.read()


def test_where_the_program_is_gone_a_clean_merge_of_lines_is_clean(clone: Clone) -> None:
    program(clone, BROKEN[0])
    clone.fork(BASE, BASE.replace("Renew", "Replace"), BASE.replace("December.", "March."))
    clone.git("merge", "theirs")
    assert clone.read() == BASE.replace("Renew", "Replace").replace("December.", "March.")


@pytest.mark.parametrize("text", ["- no\n- item\n", "title: a\ntitle: b\n\n\n", "no text \0\n"])
def test_what_is_no_item_merges_as_without_the_driver(text: str, clone: Clone) -> None:
    clone.fork(f"{text}\nx\n", f"{text}\no\n", f"{text}\nt\n")
    clone.git("merge", "theirs", status=1)
    found = clone.read()
    clone.git("merge", "--abort")
    clone.git("config", "--remove-section", "merge.opsflow")
    clone.git("merge", "theirs", status=1)
    assert found == clone.read().replace("<<<<<<< HEAD", "<<<<<<< ours")


def test_a_fault_of_ours_leaves_the_merge_of_lines(
    tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*versions: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(merge, "by_fields", fails)
    expected = by_git(BASE, OURS, THEIRS, tmp_path)
    ran = opsflow("merge-driver", tmp_path / "base", tmp_path / "ours", tmp_path / "theirs", "7", ITEM)
    assert ran == (
        1,
        "",
        f"opsflow: {ITEM} is merged by lines, for opsflow failed: RecursionError: too deep\n",
    )
    assert (tmp_path / "ours").read_text() == expected


def test_without_git_lines_are_merged_all_the_same(
    tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_git("a\nb\n", "a\nc\n", "a\nd\n", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    words = [tmp_path / name for name in ("base", "ours", "theirs")]
    assert opsflow("merge-driver", *words, "8", ITEM) == (1, "", "")
    assert (tmp_path / "ours").read_text() == "a\n<<<<<<<< ours\nc\n========\nd\n>>>>>>>> theirs\n"


def test_files_that_cannot_be_read_or_written_are_no_conflict(tmp_path: Path, opsflow: Run) -> None:
    by_git(BASE, OURS, THEIRS, tmp_path)
    words = [tmp_path / "gone", tmp_path / "ours", tmp_path / "theirs", "7", ITEM]
    status, out, err = opsflow("merge-driver", *words)
    assert (status, out) == (driver.FAILED, "")
    assert err == f"opsflow: {ITEM} could not be merged: {tmp_path}/gone: No such file or directory.\n"
    assert (tmp_path / "ours").read_text() == OURS


# -- what Git asks for --------------------------------------------------------------------------


def test_what_would_never_end_is_not_read(tmp_path: Path, opsflow: Run) -> None:
    ours, pipe = tmp_path / "ours", tmp_path / "pipe"
    ours.write_text(OURS)
    os.mkfifo(pipe)
    for other in ("/dev/zero", str(pipe)):
        done = opsflow("merge-driver", other, ours, ours, "7", "items/OPS-1.yaml")
        assert (done.status, done.out) == (255, "")
        assert done.err == f"opsflow: items/OPS-1.yaml could not be merged: {other} is no regular file.\n"
    assert ours.read_text() == OURS


def test_labels_and_length_of_marks_are_those_that_git_names(tmp_path: Path, opsflow: Run) -> None:
    by_git(BASE, OURS, THEIRS.replace("ready", "done"), tmp_path)
    words = [tmp_path / name for name in ("base", "ours", "theirs")]
    ran = opsflow("merge-driver", *words, "9", ITEM, "merged\ncommon", "HEAD", "topic/\udcff")
    assert ran == (1, "", f"{ITEM}: changed on both sides: state\n")
    marked = "<<<<<<<<< HEAD\nstate: doing\n=========\nstate: done\n>>>>>>>>> topic/?\n"
    assert (tmp_path / "ours").read_text() == BOTH.replace("state: doing\n", marked)


@pytest.mark.parametrize("style", ["diff3", "zdiff3"])
def test_the_base_is_shown_to_those_who_want_to_see_it(style: str, clone: Clone) -> None:
    clone.git("config", "merge.conflictStyle", style)
    clone.fork(BASE, OURS, THEIRS.replace("ready", "done"))
    clone.git("merge", "theirs", status=1)
    marked = "<<<<<<< ours\nstate: doing\n||||||| base\nstate: ready\n=======\nstate: done\n>>>>>>> theirs\n"
    assert clone.read() == BOTH.replace("state: doing\n", marked)


def test_the_mode_of_the_file_stays_and_nothing_lies_beside_it(tmp_path: Path, opsflow: Run) -> None:
    by_git(BASE, OURS, THEIRS, tmp_path)
    (tmp_path / "ours").chmod(0o640)
    before = sorted(tmp_path.iterdir())
    words = [tmp_path / name for name in ("base", "ours", "theirs")]
    assert opsflow("-C", tmp_path, "merge-driver", *words) == (0, "", "")
    assert (tmp_path / "ours").read_text() == BOTH
    assert (tmp_path / "ours").stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == before


def test_a_clean_merge_imports_neither_the_command_line_nor_the_reference_reader(tmp_path: Path) -> None:
    by_git(BASE, OURS, THEIRS, tmp_path)
    code = (
        "import sys; from opsflow.cli import run; "
        "status = run(['merge-driver', 'base', 'ours', 'theirs', '7', 'x.yaml']); "
        "print(status, {'click', 'ruamel', 'opsflow.model', 'subprocess'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("0 set()\n", "")


# -- installing ---------------------------------------------------------------------------------


def test_it_is_installed_once(bare: Clone, opsflow: Run) -> None:
    bare.write(".gitattributes", "* text=auto\n/items/** whitespace=-trailing-space")
    settings = bare.root / ".git/config"
    ran = opsflow("-C", bare.root / "README/..", "merge-driver", "--install")
    line = bare.git("config", "merge.opsflow.driver").strip()
    assert line.startswith(f"{sys.executable} -P -m opsflow merge-driver %O %A %B %L %P %S %X %Y || ")
    assert ran == (
        0,
        f"{bare.root}/.gitattributes: added 8 lines\n"
        f"{settings}: merge.opsflow.name = field by field\n"
        f"{settings}: merge.opsflow.driver = {line}\n",
        "",
    )
    text = bare.read(".gitattributes")
    assert text.startswith("* text=auto\n/items/** whitespace=-trailing-space\n# Merged field by field in ")
    assert text.endswith(
        "\n/items/**/*.yml merge=opsflow\n/archive/**/*.yaml merge=opsflow\n/archive/**/*.yml merge=opsflow\n"
    )
    again = opsflow("-C", bare.root, "merge-driver", "--install").out
    assert again == (
        f"{bare.root}/.gitattributes: has all lines\n"
        f"{settings}: has merge.opsflow.name\n{settings}: has merge.opsflow.driver\n"
    )
    assert bare.read(".gitattributes") == text


def test_it_is_installed_in_the_settings_that_all_worktrees_share(
    clone: Clone, opsflow: Run, tmp_path: Path
) -> None:
    clone.git("worktree", "add", "--quiet", str(tmp_path / "other"))
    out = opsflow("-C", tmp_path / "other", "merge-driver", "--install").out
    assert f"{clone.root}/.git/config: has merge.opsflow.driver\n" in out


def test_init_makes_a_repository_that_is_there_already_merge_by_fields(tmp_path: Path, opsflow: Run) -> None:
    made = Clone(tmp_path / "made")
    made.root.mkdir()
    made.git("init", "--quiet", "--initial-branch", "main")
    (made.root / ".gitattributes").write_text("*.png binary\n")
    opsflow("init", made.root, "--git")
    assert made.read(".gitattributes").startswith("*.png binary\n# Merged field by field")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "board")
    made.fork(BASE, OURS, THEIRS)
    made.git("merge", "theirs")
    assert made.read() == BOTH


def test_the_demo_merges_by_fields_and_says_so_in_no_file_of_its_own(tmp_path: Path, opsflow: Run) -> None:
    opsflow("demo", tmp_path / "demo")
    made = Clone(tmp_path / "demo")
    assert made.git("status", "--short") == ""
    made.fork(BASE, OURS, THEIRS)
    made.git("merge", "theirs")
    assert made.read() == BOTH


def test_init_makes_a_repository_that_merges_by_fields(tmp_path: Path, opsflow: Run) -> None:
    made = Clone(tmp_path / "made")
    assert "  .gitattributes\n" in opsflow("init", made.root, "--git").out
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "board")
    made.fork(BASE, OURS, THEIRS)
    made.git("merge", "theirs")
    assert made.read() == BOTH


def test_what_is_in_the_way_is_named(bare: Clone, opsflow: Run, tmp_path: Path) -> None:
    (bare.root / ".gitattributes").symlink_to("README")
    assert opsflow("-C", bare.root, "merge-driver", "--install") == (
        2,
        "",
        f"opsflow: {bare.root}/.gitattributes is not an ordinary file, so Git does not read it; "
        "replace it by one.\n",
    )
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "opsflow.yaml").write_text(BOARD)
    assert opsflow("-C", alone, "merge-driver", "--install") == (
        2,
        "",
        f"opsflow: {alone} is in no Git repository; make one with `git init`, then install again.\n",
    )
    assert sorted(alone.iterdir()) == [alone / "opsflow.yaml"]


@pytest.mark.parametrize("words", [[], ["a", "b"], ["--install", "a", "b", "c"], [*"abcdefghi"]])
def test_other_arguments_are_refused(words: list[str], opsflow: Run) -> None:
    status, out, err = opsflow("merge-driver", *words)
    assert (status, out) == (2, "")
    assert err.startswith("opsflow: Name three files, as Git does, or write --install.\n")


@pytest.mark.parametrize(
    ("size", "length"),
    [("0", 7), ("3", 7), ("12", 12), ("900", 200), ("9" * 5000, 7), ("%L", 7), ("\u0663", 7)],
)
def test_nobody_makes_the_marks_too_short_or_too_long(
    size: str, length: int, tmp_path: Path, opsflow: Run
) -> None:
    by_git(BASE, OURS, THEIRS.replace("ready", "done"), tmp_path)
    assert (
        opsflow("merge-driver", *(tmp_path / name for name in ("base", "ours", "theirs")), size).status == 1
    )
    marks = [line.split()[0] for line in (tmp_path / "ours").read_text().splitlines() if line[0] in "<=>"]
    assert marks == ["<" * length, "=" * length, ">" * length]


def test_a_conflict_with_marks_of_any_length_is_marked_once(clone: Clone) -> None:
    (clone.root / ".git/info/attributes").write_text("*.yaml conflict-marker-size=40000\n")
    clone.fork(BASE, OURS, THEIRS.replace("ready", "done"))
    clone.git("merge", "theirs", status=1)
    text = (clone.root / ITEM).read_text()
    assert (text.count("\n<"), text.count("\n="), text.count("\n>")) == (1, 1, 1)


def test_want_of_memory_is_said(tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    by_git(BASE, OURS, THEIRS, tmp_path)

    def full(*words: object) -> None:
        raise MemoryError

    monkeypatch.setattr(driver, "_merged", full)
    done = opsflow("merge-driver", *(tmp_path / name for name in ("base", "ours", "theirs")), "7", ITEM)
    assert done == (255, "", f"opsflow: {ITEM} could not be merged: there is not enough memory.\n")
