"""What `tell` tells: one small history for each sentence."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.flow import spans as flow_spans
from opsflow.history import story
from opsflow.model import Commit, Gap, History, Span, Story, Transition, Version
from opsflow.reading import board as boards
from opsflow.reading import folder
from tests import stories
from tests.history import scene
from tests.history.scene import BROKEN, CONFIG, IGNORING, NOW, item, moves, spans, states, tell

A1 = "items/OPS-A1.yaml"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def test_a_whole_history_holds_commits_versions_transitions_and_spans(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "board",
        [
            {"files": {"opsflow.yaml": CONFIG}, "message": "Begin"},
            {
                "at": "2026-01-06 09:00",
                "author": "Sam <sam@example.org>",
                "message": "Ask\n\nfor it",
                "files": {A1: item("inbox")},
            },
            {"at": "2026-01-07 09:00", "files": {"README.md": "not the board's"}},
            {"at": "2026-01-08 09:00", "files": {A1: item("doing", "Two", assignees="[maria]")}},
            {"at": "2026-01-09 09:00", "files": {A1: None}},
        ],
    )
    ids = stories.commits(path)
    maria = ("Maria Example", "maria@example.org")
    begin = Commit(ids[0], moment("01-05 09:00"), *maria, "Begin", moment("01-05 09:00"))
    ask = Commit(
        ids[1], moment("01-06 09:00"), "Sam", "sam@example.org", "Ask", stamped=moment("01-06 09:00")
    )
    move = Commit(ids[3], moment("01-08 09:00"), *maria, "Step 4", moment("01-08 09:00"))
    drop = Commit(ids[4], moment("01-09 09:00"), *maria, "Step 5", moment("01-09 09:00"))
    blobs = [stories.git(path, "rev-parse", f"{id}:{A1}") for id in (ids[1], ids[3])]
    expected = History(
        commits=(begin, ask, move, drop),
        stories={
            "OPS-A1": Story(
                "OPS-A1",
                "Two",
                versions=(Version(ask, A1, blobs[0]), Version(move, A1, blobs[1]), Version(drop, A1, "")),
                transitions=(
                    Transition("OPS-A1", None, "inbox", ask.at, ask, None, "inbox"),
                    Transition("OPS-A1", "inbox", "doing", move.at, move, "inbox", "doing"),
                    Transition("OPS-A1", "doing", None, drop.at, drop, "doing", None),
                ),
                states=(Span("inbox", ask.at, move.at, ask), Span("doing", move.at, drop.at, move)),
                assigned=(Span("maria", move.at, drop.at, move),),
                classes=(Span("standard", ask.at, drop.at, ask),),
                types=(Span("task", ask.at, drop.at, ask),),
                gone=drop.at,
            )
        },
    )
    assert scene.everything(tell(path)) == scene.everything(expected)


def test_the_last_commit_is_there_even_if_it_does_not_touch_the_board(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: item("inbox")}}, {"files": {"x": "y"}}])
    assert [commit.id for commit in tell(path).commits] == stories.commits(path)


def test_a_rename_and_a_move_of_the_file_are_versions_and_nothing_else(tmp_path: Path) -> None:
    renamed, archived = "items/OPS-A1-one.yaml", "archive/2026/OPS-A1-one.yaml"
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("doing")}},
            {"move": {A1: renamed}},
            {"move": {renamed: archived}, "files": {archived: item("done")}},
        ],
    )
    history = tell(path)
    assert moves(history) == ["01-05 09:00 - > doing", "01-05 11:00 doing > done"]
    assert [version.path for version in history.stories["OPS-A1"].versions] == [A1, renamed, archived]
    assert history.stories["OPS-A1"].gone is None


def test_two_items_may_swap_their_files(tmp_path: Path) -> None:
    one, two = "items/x/OPS-A1.yaml", "items/y/OPS-B1.yaml"
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {one: item("inbox"), two: item("doing")}},
            {"move": {one: "items/y/OPS-A1.yaml", two: "items/x/OPS-B1.yaml"}},
        ],
    )
    assert moves(tell(path)) == ["01-05 09:00 - > inbox"]
    assert moves(tell(path), "OPS-B1") == ["01-05 09:00 - > doing"]


def test_an_item_that_comes_back_has_a_second_life_in_the_same_story(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("doing", type="incident")}},
            {"files": {A1: None}},
            {"at": "2026-01-07 09:00", "files": {"archive/OPS-A1.yaml": item("doing")}},
        ],
    )
    history = tell(path)
    assert moves(history) == ["01-05 09:00 - > doing", "01-05 10:00 doing > -", "01-07 09:00 - > doing"]
    assert states(history) == ["01-05 09:00 .. 01-05 10:00 doing", "01-07 09:00 ..  doing"]
    assert spans(history.stories["OPS-A1"].types) == [
        "01-05 09:00 .. 01-05 10:00 incident",
        "01-07 09:00 ..  task",
    ]
    assert history.stories["OPS-A1"].gone is None


def test_of_two_files_with_one_id_the_first_path_counts_as_on_the_board(tmp_path: Path) -> None:
    copy = "items/copy/OPS-A1.yaml"
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {copy: item("inbox")}},
            {"files": {A1: item("doing")}},
            {"files": {copy: item("ready")}},
            {"files": {A1: None}},
            {"files": {copy: None}},
        ],
    )
    history = tell(path)
    assert moves(history) == [
        "01-05 09:00 - > inbox",
        "01-05 10:00 inbox > doing",
        "01-05 12:00 doing > ready",
        "01-05 13:00 ready > -",
    ]
    assert [
        (version.path, scene.at(version.commit.at)) for version in history.stories["OPS-A1"].versions
    ] == [
        (copy, "01-05 09:00"),
        (A1, "01-05 10:00"),
        (copy, "01-05 12:00"),
        (copy, "01-05 13:00"),
    ]


def test_a_merge_counts_where_it_lands_and_an_octopus_is_one_commit(tmp_path: Path) -> None:
    b1, c1 = "items/OPS-B1.yaml", "items/OPS-C1.yaml"
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("inbox"), b1: item("inbox"), c1: item("inbox")}},
            {"on": "one", "start": "main", "files": {A1: item("doing")}},
            {"on": "one", "files": {A1: item("done")}},
            {"on": "two", "start": "main", "files": {b1: item("doing")}},
            {"on": "three", "start": "main", "files": {c1: item("ready")}},
            {"at": "2026-01-09 09:00", "merge": ["one", "two", "three"], "message": "Merge three"},
        ],
    )
    history = tell(path)
    assert [commit.subject for commit in history.commits] == ["Step 1", "Merge three"]
    assert moves(history) == ["01-05 09:00 - > inbox", "01-09 09:00 inbox > done"]
    assert moves(history, "OPS-B1") == ["01-05 09:00 - > inbox", "01-09 09:00 inbox > doing"]
    assert moves(history, "OPS-C1") == ["01-05 09:00 - > inbox", "01-09 09:00 inbox > ready"]


def test_a_second_root_stays_outside_the_line(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("inbox")}},
            {"on": "import", "files": {"items/OPS-B1.yaml": item("inbox")}},
            {"on": "import", "files": {"items/OPS-B1.yaml": item("done")}},
            {"merge": ["import"]},
        ],
    )
    assert moves(tell(path), "OPS-B1") == ["01-05 12:00 - > done"]


def test_clocks_that_run_backwards_are_made_to_run_on(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [
            {"at": "2026-01-05 09:00", "files": {A1: item("inbox")}},
            {"at": "2026-01-04 09:00", "files": {A1: item("doing")}},
            {"at": "2026-01-04 12:00", "files": {"note.txt": "x"}},
            {"at": "2026-01-05 10:00", "files": {A1: item("done")}},
        ],
    )
    history = tell(path)
    assert states(history) == [
        "01-05 09:00 .. 01-05 09:00 inbox",
        "01-05 09:00 .. 01-05 10:00 doing",
        "01-05 10:00 ..  done",
    ]
    assert [scene.at(commit.stamped) for commit in history.commits] == [
        "01-05 09:00",
        "01-04 09:00",
        "01-05 10:00",
    ]


def test_entered_moves_the_entry_into_its_state(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("inbox")}},
            {"at": "2026-01-08 09:00", "files": {A1: item("doing", entered="{doing: 2026-01-07 08:00}")}},
            {"at": "2026-01-09 09:00", "files": {A1: item("done", entered="{doing: 2026-01-07 08:00}")}},
        ],
    )
    history = tell(path)
    assert states(history) == [
        "01-05 09:00 .. 01-07 08:00 inbox",
        "01-07 08:00 .. 01-09 09:00 doing",
        "01-09 09:00 ..  done",
    ]
    assert scene.at(history.stories["OPS-A1"].transitions[1].commit.at) == "01-08 09:00"


ENTERED = {
    "said later": (
        [item("inbox"), item("doing"), item("done", entered="{doing: 2026-01-05 09:30}")],
        ["01-05 09:00 - > inbox", "01-05 09:30 inbox > doing", "01-05 11:00 doing > done"],
    ),
    "said before": (
        [item("inbox", entered="{doing: 2026-01-05 08:00}"), item("doing")],
        ["01-05 08:00 - > inbox", "01-05 08:00 inbox > doing"],
    ),
    "corrected": (
        [
            item("doing", entered="{doing: 2026-01-05 08:00}"),
            item("doing", entered="{doing: 2026-01-05 07:00}"),
        ],
        ["01-05 07:00 - > doing"],
    ),
    "taken away again, it still holds": (
        [item("doing", entered="{doing: 2026-01-05 08:00}"), item("doing")],
        ["01-05 08:00 - > doing"],
    ),
    "still there at the next entry, it is the first one's": (
        [
            item("doing", entered="{doing: 2026-01-05 08:00}"),
            item("ready", entered="{doing: 2026-01-05 08:00}"),
            item("doing", entered="{doing: 2026-01-05 08:00}"),
        ],
        ["01-05 08:00 - > doing", "01-05 10:00 doing > ready", "01-05 11:00 ready > doing"],
    ),
    "not believed where it lies after the commit that says so": (
        [item("doing", entered="{doing: 2026-01-05 09:30}"), item("done")],
        ["01-05 09:00 - > doing", "01-05 10:00 doing > done"],
    ),
    "never after the next move": (
        [item("doing"), item("done"), item("done", entered="{doing: 2026-01-05 10:30}")],
        ["01-05 10:00 - > doing", "01-05 10:00 doing > done"],
    ),
    "before the item came to be": (
        [item("inbox"), item("doing", entered="{doing: 2026-01-02 08:00}")],
        ["01-02 08:00 - > inbox", "01-02 08:00 inbox > doing"],
    ),
    "of two that contradict each other the earlier state's holds": (
        [
            item("inbox"),
            item("doing", entered="{doing: 2026-01-05 09:40}"),
            item("done", entered="{doing: 2026-01-05 09:40, done: 2026-01-05 09:20}"),
        ],
        ["01-05 09:00 - > inbox", "01-05 09:40 inbox > doing", "01-05 09:40 doing > done"],
    ),
    "of a new item each of the states that it went through before it was written down": (
        [
            item(
                "done", entered="{done: 2026-01-04 12:00, ready: 2026-01-02 08:00, doing: 2026-01-03 08:00}"
            ),
            item("done", entered="{done: 2026-01-04 12:00, doing: 2026-01-03 10:00}"),
        ],
        ["01-02 08:00 - > ready", "01-03 10:00 ready > doing", "01-04 12:00 doing > done"],
    ),
    "of a new item not the states that lie ahead of where it stands, nor any where it does not say since when": (
        [
            item("ready", entered="{ready: 2026-01-02 08:00, doing: 2026-01-03 08:00}"),
            item("doing", entered="{ready: 2026-01-02 08:00, doing: 2026-01-03 08:00}"),
        ],
        ["01-02 08:00 - > ready", "01-03 08:00 ready > doing"],
    ),
    "of a new item no state where the one in which it stands is not believed": (
        [item("done", entered="{doing: 2026-01-02 08:00, done: 2026-01-09 08:00}")],
        ["01-05 09:00 - > done"],
    ),
    "no moment": (
        [item("doing", entered="{doing: soon}")],
        ["01-05 09:00 - > doing"],
    ),
}


@pytest.mark.parametrize("name", ENTERED)
def test_entered_is(name: str, tmp_path: Path) -> None:
    versions, expected = ENTERED[name]
    path = stories.make(tmp_path / "b", [{"files": {A1: text}} for text in versions])
    assert moves(tell(path)) == expected


def test_entered_does_not_reach_into_an_earlier_life(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("doing")}},
            {"files": {A1: None}},
            {"files": {A1: item("doing", entered="{doing: 2026-01-05 08:00}")}},
        ],
    )
    assert moves(tell(path)) == ["01-05 09:00 - > doing", "01-05 10:00 doing > -", "01-05 10:00 - > doing"]


def test_blocks_assignees_classes_and_types_are_spans(tmp_path: Path) -> None:
    blocked = {"blocked": "{reason: waits for parts, by: vendor:acme}"}
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("inbox")}},
            {"files": {A1: item("doing", assignees="[maria, sam]", **blocked)}},
            {
                "files": {
                    A1: item("doing", assignees="[sam, maria, kim]", blocked="{reason: waits for parts}")
                }
            },
            {"files": {A1: item("doing", assignees="[kim]", type="incident", **{"class": "expedite"})}},
            {"files": {A1: item("done", assignees="[kim]", type="incident", **{"class": "expedite"})}},
        ],
    )
    story = tell(path).stories["OPS-A1"]
    assert spans(story.blocked) == [
        "01-05 10:00 .. 01-05 11:00 waits for parts [vendor:acme]",
        "01-05 11:00 .. 01-05 12:00 waits for parts",
    ]
    assert spans(story.assigned) == [
        "01-05 10:00 .. 01-05 12:00 maria",
        "01-05 10:00 .. 01-05 12:00 sam",
        "01-05 11:00 ..  kim",
    ]
    assert spans(story.classes) == ["01-05 09:00 .. 01-05 12:00 standard", "01-05 12:00 ..  expedite"]
    assert spans(story.types) == ["01-05 09:00 .. 01-05 12:00 task", "01-05 12:00 ..  incident"]


def test_class_type_and_people_reach_back_to_where_entered_puts_the_beginning(tmp_path: Path) -> None:
    text = item("doing", entered="{doing: 2026-01-02 08:00}", assignees="[maria]")
    story = tell(stories.make(tmp_path / "b", [{"files": {A1: text}}])).stories["OPS-A1"]
    assert (spans(story.classes), spans(story.types), spans(story.assigned)) == (
        ["01-02 08:00 ..  standard"],
        ["01-02 08:00 ..  task"],
        ["01-02 08:00 ..  maria"],
    )


def test_an_unreadable_version_keeps_the_last_good_state_and_is_listed(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [
            {"files": {A1: item("inbox", assignees="[sam]")}},
            {"files": {A1: BROKEN}},
            {"files": {A1: item("done", assignees="[sam]")}},
        ],
    )
    history = tell(path)
    assert moves(history) == ["01-05 09:00 - > inbox", "01-05 11:00 inbox > done"]
    assert spans(history.stories["OPS-A1"].assigned) == ["01-05 09:00 ..  sam"]
    assert [version.commit.subject for version in history.stories["OPS-A1"].versions] == [
        "Step 1",
        "Step 2",
        "Step 3",
    ]
    (gap,) = history.gaps
    assert gap == Gap(A1, history.commits[1], gap.reason)
    assert gap.reason


def test_a_file_that_is_moved_and_broken_at_once_is_followed_by_its_name(tmp_path: Path) -> None:
    moved = "archive/OPS-A1-one.yaml"
    path = stories.make(
        tmp_path / "b",
        [{"files": {A1: item("doing")}}, {"move": {A1: moved}, "files": {moved: BROKEN}}],
    )
    history = tell(path)
    assert moves(history) == ["01-05 09:00 - > doing"]
    assert [gap.path for gap in history.gaps] == [moved]


def test_a_file_that_never_could_be_read_has_a_gap_and_no_story(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: BROKEN}}, {"files": {A1: None}}])
    history = tell(path)
    assert (dict(history.stories), [gap.path for gap in history.gaps]) == ({}, [A1])


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (stories.Odd("120000", b"/etc/passwd"), "it is a link"),
        (stories.Odd("160000", b"1" * 40), "it is a submodule"),
    ],
)
def test_a_file_that_becomes_something_else_is_a_gap(odd: stories.Odd, reason: str, tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "b",
        [{"files": {A1: item("doing")}}, {"files": {A1: odd}}, {"files": {A1: item("done")}}],
        checkout=False,
    )
    history = tell(path)
    assert history.gaps == (Gap(A1, history.commits[1], reason),)
    assert moves(history) == ["01-05 09:00 - > doing", "01-05 11:00 doing > done"]


# -- mass edits


def mass(tmp_path: Path, *versions: str | None, ignored: int = 1) -> History:
    """The story of OPS-A1 through these versions, of which one is a mass edit."""
    path = stories.make(tmp_path / "b", [{"files": {A1: text}} for text in versions])
    listed = f"# renamed states\n{stories.commits(path)[ignored]}  # all of them\n\n"
    stories.add(path, [{"files": {"mass-edits.txt": listed}}])
    return tell(path, IGNORING)


def test_a_mass_edit_of_states_is_no_move(tmp_path: Path) -> None:
    history = mass(tmp_path, item("inbox"), item("work"), item("doing"), item("done"), ignored=2)
    assert moves(history) == [
        "01-05 09:00 - > inbox",
        "01-05 10:00 inbox > doing",
        "01-05 12:00 doing > done",
    ]
    assert [commit.ignored for commit in history.commits] == [False, False, True, False, False]


def test_a_mass_edit_of_a_new_item_changes_what_it_came_to_be_as(tmp_path: Path) -> None:
    assert moves(mass(tmp_path, item("new"), item("inbox"))) == ["01-05 09:00 - > inbox"]


def test_a_move_that_a_mass_edit_takes_back_is_none(tmp_path: Path) -> None:
    history = mass(tmp_path, item("inbox"), item("doing"), item("inbox"), item("done"), ignored=2)
    assert moves(history) == ["01-05 09:00 - > inbox", "01-05 12:00 inbox > done"]


def test_a_mass_edit_rewords_spans_and_begins_and_ends_others(tmp_path: Path) -> None:
    history = mass(
        tmp_path,
        item("doing", type="job", assignees="[mk, sam]"),
        item("doing", type="task", assignees="[sam, maria]", blocked="{reason: parts}"),
        item("doing", type="task", assignees="[sam, maria]", blocked="{reason: parts}"),
    )
    story = history.stories["OPS-A1"]
    assert spans(story.types) == ["01-05 09:00 ..  task"]
    assert spans(story.assigned) == ["01-05 09:00 ..  maria", "01-05 09:00 ..  sam"]
    assert spans(story.blocked) == ["01-05 10:00 ..  parts"]


def test_what_a_mass_edit_creates_and_deletes_comes_and_goes_with_it(tmp_path: Path) -> None:
    history = mass(tmp_path, item("doing"), None)
    assert moves(history) == ["01-05 09:00 - > doing", "01-05 10:00 doing > -"]
    other = mass(tmp_path / "x", item("done"), item("done"), ignored=0)
    assert moves(other) == ["01-05 09:00 - > done"]
    assert other.stories["OPS-A1"].transitions[0].commit.ignored


def test_an_import_may_say_when_things_really_were_and_what_it_takes_away_was_not_dropped(
    tmp_path: Path,
) -> None:
    """A1 says all of its past, B1 only when it was finished, C1 nothing; D1 is deleted while in progress."""
    both, end = "{done: 2026-01-04 12:00, doing: 2026-01-02 08:00}", "{done: 2026-01-04 12:00}"
    b1, c1, d1 = (A1.replace("A1", name) for name in ("B1", "C1", "D1"))
    path = stories.make(
        tmp_path / "b",
        [
            {"at": "2026-01-01 09:00", "files": {"opsflow.yaml": IGNORING, d1: item("doing")}},
            {
                "at": "2026-01-05 09:00",
                "files": {
                    A1: item("done", entered=both),
                    b1: item("done", entered=end),
                    c1: item("done"),
                    d1: None,
                },
            },
        ],
    )
    edit = stories.commits(path)[1]
    stories.add(path, [{"files": {"mass-edits.txt": f"{edit}\n"}}])
    stories.git(path, "reset", "--hard", "-q")
    found = flow_spans.of(scene.board(IGNORING), tell(path, IGNORING))
    assert {
        name: (scene.at(each.started), scene.at(each.finished), each.timed, scene.at(each.discarded))
        for name, each in found.items()
    } == {
        "OPS-A1": ("01-02 08:00", "01-04 12:00", True, ""),
        "OPS-B1": ("01-04 12:00", "01-04 12:00", False, ""),
        "OPS-C1": ("01-05 09:00", "", False, ""),
        "OPS-D1": ("01-01 09:00", "", True, ""),
    }
    assert [name for name, each in found.items() if each.departed is None] == []


def test_the_list_of_mass_edits_is_the_one_of_what_is_looked_at(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: item("inbox")}}, {"files": {A1: item("doing")}}])
    edit = stories.commits(path)[1]
    working = scene.tree({A1: item("doing"), "mass-edits.txt": edit})
    assert moves(tell(path, IGNORING, working=working)) == ["01-05 09:00 - > doing"]
    stories.add(path, [{"files": {"mass-edits.txt": edit}}])
    assert moves(tell(path, IGNORING)) == ["01-05 09:00 - > doing"]
    assert moves(tell(path, IGNORING, commit=edit)) == ["01-05 09:00 - > inbox", "01-05 10:00 inbox > doing"]


# -- the working folder and the past


def test_the_working_folder_is_one_more_commit_at_now(tmp_path: Path) -> None:
    files = {A1: item("inbox"), "items/OPS-B1.yaml": item("doing"), "opsflow.yaml": CONFIG}
    path = stories.make(tmp_path / "b", [{"files": files}])
    working = scene.tree({A1: item("doing"), "items/OPS-C1.yaml": item("inbox"), "opsflow.yaml": CONFIG})
    history = tell(path, working=working)
    assert history.commits[1:] == (Commit("", NOW, ""),)
    assert moves(history) == ["01-05 09:00 - > inbox", "03-01 12:00 inbox > doing"]
    assert moves(history, "OPS-B1") == ["01-05 09:00 - > doing", "03-01 12:00 doing > -"]
    assert moves(history, "OPS-C1") == ["03-01 12:00 - > inbox"]
    version = history.stories["OPS-A1"].versions[-1]
    assert version == Version(history.commits[1], A1, scene.opened(path).blob(working[A1]))


def test_a_working_folder_as_committed_adds_nothing(tmp_path: Path) -> None:
    files = {A1: item("inbox"), "opsflow.yaml": CONFIG}
    path = stories.make(tmp_path / "b", [{"files": files}])
    assert scene.everything(tell(path, working=scene.tree(files))) == scene.everything(tell(path))


def test_a_changed_rule_makes_the_working_folder_a_commit_without_moves(tmp_path: Path) -> None:
    files = {A1: item("inbox"), "opsflow.yaml": CONFIG}
    path = stories.make(tmp_path / "b", [{"files": files}])
    history = tell(path, working=scene.tree(files | {"opsflow.yaml": CONFIG + "# changed\n"}))
    assert [commit.id for commit in history.commits] == [*stories.commits(path), ""]
    assert moves(history) == ["01-05 09:00 - > inbox"]


def test_what_a_working_folder_holds_but_nobody_can_read_is_not_deleted(tmp_path: Path) -> None:
    b1, c1, d1 = "items/OPS-B1.yaml", "items/OPS-C1.yaml", "items/OPS-D1.yaml"
    files = {"opsflow.yaml": CONFIG, A1: item("doing"), b1: item("ready"), c1: item("inbox")}
    link = stories.Odd("120000", b"nowhere")
    path = stories.make(tmp_path / "b", [{"files": {**files, d1: link, "items/OPS-E1.yaml": BROKEN}}])
    Path(path, A1).unlink()
    Path(path, A1).symlink_to("/etc/passwd")
    Path(path, b1).write_bytes(b"x" * (2 << 20))
    Path(path, c1).unlink()
    working = folder.read(path, boards.patterns(CONFIG.encode()))
    history = tell(path, working=working)
    assert moves(history) == ["01-05 09:00 - > doing"]
    assert moves(history, "OPS-B1") == ["01-05 09:00 - > ready"]
    assert moves(history, "OPS-C1") == ["01-05 09:00 - > inbox", "03-01 12:00 inbox > -"]
    assert [(gap.path, gap.commit.id == "") for gap in history.gaps] == [
        (d1, False),
        ("items/OPS-E1.yaml", False),
        (A1, True),
        (b1, True),
    ]
    Path(path, A1).unlink()
    for name in (A1, b1, c1):
        Path(path, name).write_text(files[name])
    working = folder.read(path, boards.patterns(CONFIG.encode()))
    assert scene.everything(tell(path, working=working)) == scene.everything(tell(path))
    assert scene.opened(path).differs(working, tuple(working)) is False


def test_now_is_never_before_the_last_commit(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"at": "2026-04-01 09:00", "files": {A1: item("inbox")}}])
    history = tell(path, working=scene.tree({A1: item("doing")}))
    assert moves(history) == ["04-01 09:00 - > inbox", "04-01 09:00 inbox > doing"]


def test_a_repository_without_a_commit_has_only_its_working_folder(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [], checkout=False)
    history = tell(path, working=scene.tree({A1: item("inbox")}))
    assert (history.commits, moves(history)) == ((Commit("", NOW, ""),), ["03-01 12:00 - > inbox"])
    assert tell(path) == History((), {})


def test_the_history_up_to_a_commit_is_what_was_told_then(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: item("inbox")}}])
    told = [tell(path)]
    for state in ("ready", "doing", "done"):
        stories.add(path, [{"files": {A1: item(state)}}])
        told.append(tell(path))
    for commit, then in zip(stories.commits(path), told, strict=True):
        for cache in (False, True):
            now = tell(path, commit=commit, cache=cache)
            assert scene.everything(now) == scene.everything(then)


def test_a_board_in_a_folder_sees_only_its_own_folder(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "repo",
        [
            {"files": {f"ops/board/{A1}": item("inbox"), A1: item("ready")}},
            {"files": {A1: item("doing")}},
            {"files": {f"ops/boardroom/{A1}": item("doing")}},
            {"files": {f"ops/board/{A1}": item("done")}},
            {"files": {"x": "y"}},
        ],
    )
    history = tell(f"{path}/ops/board")
    assert moves(history) == ["01-05 09:00 - > inbox", "01-05 12:00 inbox > done"]
    assert [commit.subject for commit in history.commits] == ["Step 1", "Step 4", "Step 5"]
    assert history.stories["OPS-A1"].versions[0].path == A1


def test_a_folder_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 [x] *")
    path = stories.make(tmp_path / "repo", [{"files": {f"{name}/{A1}": item("inbox")}}])
    assert moves(tell(f"{path}/{name}")) == ["01-05 09:00 - > inbox"]


def test_stories_come_in_the_order_of_their_keys(tmp_path: Path) -> None:
    names = ["OPS-10", "OPS-9", "OPS-A1", "OPS-100"]
    path = stories.make(tmp_path / "b", [{"files": {f"items/{name}.yaml": item("inbox") for name in names}}])
    assert list(tell(path).stories) == ["OPS-9", "OPS-10", "OPS-100", "OPS-A1"]


# -- other people's files

SOURCE = """board: Foreign
key: OPS
workflow: [{state: inbox, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]
sources:
  - paths: work.jsonl
    id: {field: n, prefix: W-}
    fields:
      title: name
      state: {field: status, map: {open: inbox, accepted: inbox, wip: doing, closed: done}}
"""


def test_several_records_in_a_file_have_each_a_story_with_its_raw_states(tmp_path: Path) -> None:
    def row(n: int, status: str) -> str:
        return f'{{"n": {n}, "name": "N{n}", "status": "{status}"}}\n'

    path = stories.make(
        tmp_path / "b",
        [
            {"files": {"work.jsonl": row(1, "open") + row(2, "wip")}},
            {"files": {"work.jsonl": row(1, "accepted") + row(2, "wip")}},
            {"files": {"work.jsonl": row(3, "wip") + row(1, "wip")}},
        ],
    )
    history = tell(path, SOURCE)
    assert {id: moves(history, id) for id in history.stories} == {
        "W-1": ["01-05 09:00 - > inbox", "01-05 11:00 inbox > doing"],
        "W-2": ["01-05 09:00 - > doing", "01-05 11:00 doing > -"],
        "W-3": ["01-05 11:00 - > doing"],
    }
    last = history.stories["W-1"].transitions[1]
    assert (last.before, last.after, last.raw_before, last.raw_after) == ("inbox", "doing", "accepted", "wip")


BROKEN_LINES = {
    "a line whose id is known": (
        ["1 open; 2 wip", '1 wip; {"n": 2, "status": "wi', "1 wip; 2 closed"],
        ["01-05 09:00 - > doing", "01-05 11:00 doing > done"],
        1,
    ),
    "a line that says nothing": (
        ["1 open; 2 wip", "1 wip; <<<<<<< HEAD", "1 wip; 2 closed"],
        ["01-05 09:00 - > doing", "01-05 11:00 doing > done"],
        1,
    ),
    "a line that stays broken": (
        ["1 open; 2 wip", "1 wip; <<<<<<< HEAD", "1 closed; <<<<<<< HEAD", "1 closed"],
        ["01-05 09:00 - > doing", "01-05 12:00 doing > -"],
        2,
    ),
    "a line that was broken before": (
        ["<<<<<<< HEAD; 2 wip", "<<<<<<< HEAD; 1 wip"],
        ["01-05 09:00 - > doing", "01-05 10:00 doing > -"],
        2,
    ),
    "one more broken line": (
        ["<<<<<<< HEAD; 2 wip", "<<<<<<< HEAD; >>>>>>> topic", "<<<<<<< HEAD; 2 closed"],
        ["01-05 09:00 - > doing", "01-05 11:00 doing > done"],
        3,
    ),
    "a whole file between": (
        ["1 open; 2 wip", "1 open", "1 open; 2 closed"],
        ["01-05 09:00 - > doing", "01-05 10:00 doing > -", "01-05 11:00 - > done"],
        0,
    ),
    "a record without a state": (
        ["1 open; 2 wip", '1 wip; {"n": 2}', "1 wip; 2 closed"],
        ["01-05 09:00 - > doing", "01-05 11:00 doing > done"],
        1,
    ),
    "a deletion beside a line whose id is known": (
        ["1 open; 2 wip; 3 wip", '{"n": 1, "status": "wi; 3 wip', "1 open; 3 wip"],
        ["01-05 09:00 - > doing", "01-05 10:00 doing > -"],
        1,
    ),
}


@pytest.mark.parametrize("case", BROKEN_LINES)
def test_a_record_that_one_commit_broke_keeps_its_last_good_state(case: str, tmp_path: Path) -> None:
    def line(text: str) -> str:
        n, _, status = text.partition(" ")
        return f'{{"n": {n}, "status": "{status}"}}\n' if n.isdecimal() else f"{text}\n"

    commits, expected, gaps = BROKEN_LINES[case]
    steps: list[stories.Step] = [
        {"files": {"work.jsonl": "".join(map(line, text.split("; ")))}} for text in commits
    ]
    history = tell(stories.make(tmp_path / "b", steps), SOURCE)
    assert moves(history, "W-2") == expected
    assert len(history.gaps) == gaps
    assert {gap.path for gap in history.gaps} <= {"work.jsonl"}


def test_a_record_that_goes_to_another_file_and_breaks_there_is_followed_by_its_id(tmp_path: Path) -> None:
    config = SOURCE.replace("work.jsonl", '"*.jsonl"')
    steps: list[stories.Step] = [
        {"files": {"a.jsonl": '{"n": 1, "status": "wip"}\n', "b.jsonl": '{"n": 2, "status": "wip"}\n'}},
        {"files": {"a.jsonl": None, "b.jsonl": '{"n": 2, "status": "wip"}\n{"n": 1, "status": "clo\n'}},
        {"files": {"b.jsonl": '{"n": 2, "status": "wip"}\n{"n": 1, "status": "closed"}\n'}},
    ]
    history = tell(stories.make(tmp_path / "b", steps), config)
    assert moves(history, "W-1") == ["01-05 09:00 - > doing", "01-05 11:00 doing > done"]


# -- clones that cannot tell it


def test_a_shallow_clone_is_refused_with_the_way_to_mend_it(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: item("inbox")}}, {"files": {A1: item("doing")}}])
    clone = str(tmp_path / "clone")
    stories.git(None, "clone", "-q", "--depth=1", f"file://{path}", clone)
    with pytest.raises(OpsflowError) as caught:
        tell(clone)
    assert str(caught.value) == (
        "The clone is shallow, so its history is cut short: fetch the rest with `git fetch --unshallow` "
        "(GitHub Actions: `fetch-depth: 0` at actions/checkout; GitLab CI: `GIT_DEPTH: 0`)."
    )
    stories.git(clone, "fetch", "-q", "--unshallow")
    assert scene.everything(tell(clone)) == scene.everything(tell(path))


def test_a_partial_clone_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: item("inbox")}}, {"files": {A1: item("doing")}}])
    stories.git(path, "config", "uploadpack.allowFilter", "true")
    clone = str(tmp_path / "clone")
    stories.git(None, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{path}", clone)
    before = sorted(Path(clone, ".git/objects").rglob("*"))
    with pytest.raises(OpsflowError) as caught:
        tell(clone)
    assert str(caught.value) == (
        "The clone is partial, so its history lacks files: clone it again without `--filter`."
    )
    assert sorted(Path(clone, ".git/objects").rglob("*")) == before


def test_progress_is_told(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": {A1: item("inbox")}}])
    said: list[tuple[str, int, int | None]] = []
    story.tell(
        scene.opened(path), scene.board(), now=NOW, cache=False, progress=lambda *words: said.append(words)
    )
    assert said[-1] == ("history", 1, None)
