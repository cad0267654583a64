"""Taking back the last edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsflow.editing import archiving, changes, fresh, undoing, work, writing
from opsflow.editing.plan import Plan
from opsflow.editing.work import Done, Wish
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from tests import stories
from tests.editing.scene import FILES, NOW, do, names, plan_of, tree

EDGE = "items/OPS-1-edge.yaml"
START = {name: text.encode() for name, text in FILES.items()}


def back(root: Path, **wish: Any) -> Done:
    return work.take_back(str(root), NOW, Wish(**wish))


def to(state: str) -> Any:
    def make(known: Facts) -> Plan:
        return changes.move(known, [known.item("OPS-1")], state)

    return make


def test_the_last_edits_are_taken_back_one_by_one(root: Path) -> None:
    do(root, to("inbox"))
    do(root, to("doing"))
    done = back(root)
    assert (done.plan.said, tree(root)[EDGE]) == (
        (f"`OPS-1: Move to doing` is taken back. {EDGE}",),
        START[EDGE].replace(b"ready", b"inbox"),
    )
    back(root)
    assert tree(root) == START
    with pytest.raises(OpsflowError, match="There is nothing to take back: no edit of this board is known"):
        back(root)


def test_a_new_item_goes_and_one_that_moved_comes_back(root: Path) -> None:
    do(root, lambda known: fresh.plan(known, b"title: x\nstate: inbox\n"))
    do(root, lambda known: archiving.plan(known, [known.item("OPS-4")]))
    back(root)
    assert "items/OPS-4-old.yaml" in names(root)
    back(root)
    assert tree(root) == START


def test_an_edit_whose_file_was_changed_since_is_not_taken_back(root: Path) -> None:
    do(root, to("doing"))
    (root / EDGE).write_text("title: Mine\nstate: ready\n")
    with pytest.raises(OpsflowError) as said:
        back(root)
    why = "`OPS-1: Move to doing` cannot be taken back: "
    assert str(said.value) == f"{why}{EDGE} was changed since. Undo it by hand."
    assert (root / EDGE).read_text() == "title: Mine\nstate: ready\n"
    (root / EDGE).unlink()
    with pytest.raises(OpsflowError) as said:
        back(root)
    assert str(said.value) == f"{why}{EDGE} is gone. Undo it by hand."


def test_an_edit_that_was_killed_before_it_wrote_is_passed_over(root: Path) -> None:
    do(root, to("doing"))
    undoing.remember(plan_of(root, {"items/OPS-2-mail.yaml": (FILES["items/OPS-2-mail.yaml"], "x: 1\n")}))
    assert back(root).plan.said == (f"`OPS-1: Move to doing` is taken back. {EDGE}",)
    assert tree(root) == START


def test_an_edit_that_could_not_be_written_is_forgotten(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    do(root, to("doing"))

    def fail(plan: Plan) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full, pytest.raises(OSError, match="No space left"):
        full.setattr(writing, "carry_out", fail)
        do(root, lambda known: changes.move(known, [known.item("OPS-3")], "ready"))
    (root / "items/OPS-3-disk.yaml").write_text("title: Theirs\nstate: inbox\n")
    assert undoing.last(str(root)).subject == "OPS-1: Move to doing"


def test_taking_back_is_refused_only_by_what_nothing_waives(root: Path) -> None:
    (root / EDGE).write_text("title: x\nstate: review\nassignees: [ben]\ndue: 2026-13-01\n")
    do(root, to("ready"))
    (root / "items/OPS-5.yaml").write_text("title: x\nstate: review\nassignees: [ben]\n")
    done = back(root)
    assert (done.written, [each.rule for each in done.verdict.refused] if done.verdict else []) == (
        False,
        ["wip-limit"],
    )
    (root / "items/OPS-5.yaml").unlink()
    assert back(root).written


def test_the_mistakes_of_before_come_back_with_it(root: Path) -> None:
    (root / EDGE).write_text("title: x\nstate: nowhere\n")
    do(root, to("ready"))
    done = back(root)
    assert (done.written, [each.rule for each in done.verdict.told] if done.verdict else []) == (
        True,
        ["unknown-reference"],
    )


def test_a_dry_run_takes_nothing_back(root: Path) -> None:
    do(root, to("doing"))
    before = tree(root)
    assert back(root, dry=True).plan.files == {EDGE: (before[EDGE], START[EDGE])}
    assert tree(root) == before


def test_without_a_cache_there_is_nothing_to_take_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_CACHE", "off")
    do(root, to("doing"))
    with pytest.raises(OpsflowError, match="OPSFLOW_CACHE=off keeps nothing"):
        back(root)


def test_a_damaged_record_is_none(root: Path) -> None:
    do(root, to("doing"))
    path = undoing._path(str(root))
    assert path is not None
    Path(path).write_text("damaged")
    with pytest.raises(OpsflowError, match="There is nothing to take back"):
        back(root)


def test_only_the_newest_edits_are_kept(root: Path) -> None:
    for number in range(undoing.MOST + 5):
        undoing.remember(plan_of(root, {EDGE: (str(number), str(number + 1))}))
    path = undoing._path(str(root))
    assert path is not None
    assert [each["files"][EDGE][0] for each in undoing._edits(path)] == [
        str(number) for number in range(5, undoing.MOST + 5)
    ]


def test_a_commit_stays_and_is_told(tmp_path: Path) -> None:
    root = Path(stories.make(tmp_path / "b", [{"files": FILES}]))
    commit = do(root, to("doing"), commit=True).commit
    done = back(root)
    assert done.told == (
        f"The commit {commit[:10]} stays in the history; commit this, too, so that both are told.",
    )
    assert (tree(root), stories.git(str(root), "status", "--short")) == (START, f" M {EDGE}")


def test_taking_back_can_be_a_commit_of_its_own(tmp_path: Path) -> None:
    root = Path(stories.make(tmp_path / "b", [{"files": FILES}]))
    do(root, to("doing"), commit=True)
    assert back(root, commit=True).commit
    assert (tree(root), stories.git(str(root), "status", "--short")) == (START, "")
    assert stories.git(str(root), "log", "--format=%s") == (
        'OPS-1: Take back "Move to doing"\nOPS-1: Move to doing\nStep 1'
    )
