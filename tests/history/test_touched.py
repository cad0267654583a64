"""Which commits touched the board last, and what: without a story being made."""

from __future__ import annotations

from pathlib import Path

from opsflow.history import story
from opsflow.model import History
from tests import stories, told
from tests.history.scene import BROKEN, CONFIG, item, tell

A1, B2, A1_MOVED = "items/OPS-A1.yaml", "items/OPS-B2.yaml", "archive/OPS-A1.yaml"
STEPS = [
    {"files": {"opsflow.yaml": CONFIG}, "message": "Begin"},
    {"files": {A1: item("inbox"), B2: item("inbox")}, "message": "Two"},
    {"files": {A1: item("doing")}, "message": "Start"},
    {"files": {"people.yaml": "people: {maria: {name: Maria}}\n", B2: item("ready")}, "message": "Both"},
    {"files": {A1: None, A1_MOVED: item("done")}, "message": "Archive"},
    {"files": {"README.md": "not the board's"}, "message": "Read me"},
    {"files": {B2: None}, "message": "Drop"},
    {"files": {"items/OPS-C3.yaml": BROKEN}, "message": "Broken"},
]


def said(history: History, most: int) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(each.commit.subject, each.items, each.files) for each in story.touched(history, most)]


def test_each_commit_names_the_items_whose_files_it_left_otherwise_and_other_files(tmp_path: Path) -> None:
    history = tell(stories.make(tmp_path / "board", STEPS))
    assert said(history, 100) == [
        ("Broken", (), ("items/OPS-C3.yaml",)),
        ("Drop", ("OPS-B2",), ()),
        ("Archive", ("OPS-A1",), ()),
        ("Both", ("OPS-B2",), ("people.yaml",)),
        ("Start", ("OPS-A1",), ()),
        ("Two", ("OPS-A1", "OPS-B2"), ()),
        ("Begin", (), ("opsflow.yaml",)),
    ]


def test_so_many_files_are_told_of_and_a_commit_is_never_cut(tmp_path: Path) -> None:
    history = tell(stories.make(tmp_path / "board", STEPS))
    assert [subject for subject, _, _ in said(history, 3)] == ["Broken", "Drop", "Archive"]
    assert said(history, 8)[-1] == ("Two", ("OPS-A1", "OPS-B2"), ())
    assert said(history, 0) == []


def test_no_story_is_made_for_it(tmp_path: Path) -> None:
    history = tell(stories.make(tmp_path / "board", STEPS))
    list(story.touched(history, 100))
    assert isinstance(history.stories, story.Stories)
    assert history.stories._told == {}


def test_a_history_that_is_told_otherwise_says_the_same_of_its_items() -> None:
    history = told.history(
        {"OPS-2": "2026-01-05 09:00 inbox, 2026-01-07 09:00 done", "OPS-1": "2026-01-05 09:00 inbox"}
    )
    assert [(f"{each.commit.at:%d}", each.items, each.files) for each in story.touched(history, 100)] == [
        ("07", ("OPS-2",), ()),
        ("05", ("OPS-1", "OPS-2"), ()),
    ]
    assert [each.items for each in story.touched(history, 1)] == [("OPS-2",)]
