"""A board whose folder is moved keeps its history, and is found where it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import facts
from opsflow.history import moved
from tests import stories
from tests.history import scene
from tests.history.scene import CONFIG, item, moves, opened, tell

A1, B2 = "items/OPS-A1.yaml", "items/web/OPS-B2.yaml"
BEFORE: Mapping[str, str] = {"opsflow.yaml": CONFIG, A1: item("inbox"), B2: item("ready")}
WHOLE = ["01-05 09:00 - > inbox", "01-05 10:00 inbox > doing", "01-05 12:00 doing > done"]


def below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}{path}": text for path, text in files.items()}


def shift(old: str, new: str, files: Mapping[str, str] = BEFORE) -> dict[str, str]:
    """What to move, so that a board comes from one folder into another."""
    return {f"{old}{path}": f"{new}{path}" for path in files}


def board(folder: Path, old: str, new: str, **more: object) -> str:
    """A board of four commits, which the third moves."""
    steps: list[stories.Step] = [
        {"files": below(old, BEFORE)},
        {"files": {f"{old}{A1}": item("doing")}},
        {"move": shift(old, new), **more},  # type: ignore[typeddict-item]
        {"files": {f"{new}{A1}": item("done")}},
    ]
    return stories.make(folder, steps)


@pytest.mark.parametrize(
    ("old", "new"), [("", "ops/board/"), ("ops/board/", ""), ("a/", "b/"), ("ops/", "ops/board/")]
)
def test_the_history_goes_on_where_the_board_was_before(old: str, new: str, tmp_path: Path) -> None:
    path = board(tmp_path / "repo", old, new)
    history = tell(f"{path}/{new}")
    assert moves(history) == WHOLE
    assert moves(history, "OPS-B2") == ["01-05 09:00 - > ready"]
    assert [version.path for version in history.stories["OPS-A1"].versions] == [A1] * 4
    assert [commit.subject for commit in history.commits] == ["Step 1", "Step 2", "Step 3", "Step 4"]


def test_a_move_that_changes_files_deletes_some_and_lands_by_a_merge_is_followed(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "repo",
        [
            {"files": {**BEFORE, "items/OPS-C3.yaml": item("ready")}},
            {
                "on": "topic",
                "start": "main",
                "move": shift("", "ops/"),
                "files": {
                    "ops/opsflow.yaml": CONFIG.replace("Test", "Other"),
                    f"ops/{A1}": item("doing"),
                    "items/OPS-C3.yaml": None,
                },
            },
            {"files": {"README.md": "text"}},
            {"merge": ["topic"]},
        ],
    )
    history = tell(f"{path}/ops")
    assert {id: moves(history, id) for id in history.stories} == {
        "OPS-A1": ["01-05 09:00 - > inbox", "01-05 12:00 inbox > doing"],
        "OPS-B2": ["01-05 09:00 - > ready"],
        "OPS-C3": ["01-05 09:00 - > ready", "01-05 12:00 ready > -"],
    }


def test_a_board_that_is_moved_there_and_back_is_followed_twice(tmp_path: Path) -> None:
    path = board(tmp_path / "repo", "a/", "b/")
    stories.add(path, [{"move": shift("b/", "a/")}, {"files": {f"a/{A1}": item("ready")}}])
    assert moves(tell(f"{path}/a")) == [*WHOLE, "01-05 14:00 done > ready"]
    repo = opened(f"{path}/a")
    assert repo.head
    line = stories.commits(path)
    assert [(line.index(move.commit), move.before) for move in moved.moves(repo.store, repo.head, "a/")] == [
        (4, "b/"),
        (2, "a/"),
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"a/opsflow.yaml": None, f"a/{A1}": None, "b/opsflow.yaml": f"{CONFIG}ids: random\n"},
        {"b/opsflow.yaml": CONFIG, f"b/{A1}": item("ready")},
        {"a/xopsflow.yaml": None, "b/opsflow.yaml": CONFIG},
    ],
    ids=["another board", "a copy", "a file of another name"],
)
def test_what_is_no_move_begins_a_history(files: Mapping[str, str | None], tmp_path: Path) -> None:
    first = {**below("a/", {**BEFORE, "xopsflow.yaml": CONFIG})}
    later = item("doing")
    path = stories.make(
        tmp_path / "repo", [{"files": first}, {"files": files}, {"files": {f"b/{A1}": later}}]
    )
    assert moves(tell(f"{path}/b"))[-1:] in (
        ["01-05 11:00 - > doing"],
        ["01-05 11:00 ready > doing"],
    )
    assert len(tell(f"{path}/b").stories) == 1
    assert "01-05 09:00" not in moves(tell(f"{path}/b"))[0]


def test_of_several_boards_that_move_at_once_each_finds_its_own(tmp_path: Path) -> None:
    one, two = {**BEFORE, A1: item("inbox")}, {**BEFORE, A1: item("vendor")}
    path = stories.make(
        tmp_path / "repo",
        [
            {"files": {**below("a/", one), **below("b/", two)}},
            {"move": {**shift("a/", "ops/a/"), **shift("b/", "ops/b/")}},
        ],
    )
    assert moves(tell(f"{path}/ops/a")) == ["01-05 09:00 - > inbox"]
    assert moves(tell(f"{path}/ops/b")) == ["01-05 09:00 - > vendor"]


def test_with_the_index_the_same_is_told_before_and_after_a_move(tmp_path: Path, cache: Path) -> None:
    path = board(tmp_path / "repo", "a/", "b/")
    steps: list[tuple[str, stories.Step]] = [
        ("b/", {"files": {f"b/{A1}": item("vendor")}}),
        ("a/", {"move": shift("b/", "a/")}),
        ("a/", {"files": {f"a/{B2}": item("doing")}}),
        ("b/", {"move": shift("a/", "b/")}),
    ]
    for folder, step in steps:
        stories.add(path, [step])
        plain = scene.everything(tell(f"{path}/{folder}"))
        assert scene.everything(tell(f"{path}/{folder}", cache=True)) == plain
        assert scene.everything(tell(f"{path}/{folder}", cache=True)) == plain
        for commit in stories.commits(path):
            past = tell(f"{path}/{folder}", commit=commit)
            assert scene.everything(tell(f"{path}/{folder}", commit=commit, cache=True)) == (
                scene.everything(past)
            )


def test_the_past_is_read_where_the_board_was_then(tmp_path: Path) -> None:
    path = board(tmp_path / "repo", "", "ops/board/")
    root, now = f"{path}/ops/board", datetime(2026, 3, 1, tzinfo=UTC)
    for rev, state in (("HEAD~3", "inbox"), ("HEAD~2", "doing"), ("HEAD~1", "doing"), ("HEAD", "done")):
        found = facts.gather(root, now=now, at=rev)
        assert (found.board.items["OPS-A1"].state, list(found.board.items)) == (state, ["OPS-A1", "OPS-B2"])
        assert found.history is not None
        assert moves(found.history) == [each for each in WHOLE if f"{found.now:%H:%M}" >= each[6:11]]
