"""The latest changes, as pages and feeds tell them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opsflow import demo, reports
from opsflow.facts import gather
from opsflow.model import History, Kind, Person, State
from opsflow.reports import _edits, _numbers, activity
from tests import told
from tests.varied import replace

if TYPE_CHECKING:
    from pathlib import Path

    from opsflow.facts import Facts


def facts() -> Facts:
    history = told.history({"OPS-1": "2026-01-05 09:00 inbox, 2026-01-06 10:00 doing, 2026-01-08 17:00 done"})
    return told.facts(told.board(told.item("OPS-1", "done", title="Renew")), history, "2026-01-09 12:00")


def said(entries: list[dict[str, Any]]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The day of each entry, and of each of its items what happened."""
    return [
        (
            each["on"],
            [
                (row["id"], [f"{change['kind']}: {change['words']}" for change in row["changes"]])
                for row in each["items"]
            ],
        )
        for each in entries
    ]


def test_every_commit_is_an_entry_that_says_what_happened_newest_first() -> None:
    assert said(activity.entries(facts())) == [
        ("2026-01-08", [("OPS-1", ["finished: In progress → Done after 3 days"])]),
        ("2026-01-06", [("OPS-1", ["moved: Inbox → In progress"])]),
        ("2026-01-05", [("OPS-1", ["created: new in Inbox"])]),
    ]


def test_an_entry_names_its_commit_and_the_title_of_each_item() -> None:
    first = activity.entries(facts())[0]
    assert (first["commit"]["author"], first["at"]) == ("Maria Example", "2026-01-08T17:00:00+00:00")
    assert first["items"][0] == {
        "id": "OPS-1",
        "title": "Renew",
        "known": True,
        "project": "",
        "changes": [{"kind": "finished", "words": "In progress → Done after 3 days"}],
    }
    assert (first["more"], first["files"]) == (0, [])


def test_blocks_people_and_kinds_of_work_are_told() -> None:
    story = told.story(
        "OPS-1",
        "2026-01-05 09:00 inbox, 2026-01-06 09:00 doing, 2026-01-07 09:00 review",
        blocked="2026-01-06 09:00 vendor:acme, 2026-01-07 09:00 -",
    )
    story = replace(story, assigned=(replace(story.blocked[0], value="maria", end=None),))
    board = told.board(told.item("OPS-1", "doing"), people={"maria": Person("maria", "Maria Keller")})
    entries = activity.entries(told.facts(board, told.history([story]), "2026-01-09 12:00"))
    assert said(entries)[0] == (
        "2026-01-07",
        [("OPS-1", ["moved: In progress → Review", "unblocked: no longer blocked, after 2 days"])],
    )
    (moved, blocked, given) = said(entries)[1][1][0][1]
    assert moved == "moved: Inbox → In progress"
    assert blocked == "blocked: blocked: waits for vendor:acme (vendor acme)"
    assert given == "reassigned: assigned to Maria Keller"


def test_going_back_dropping_and_reopening_have_words_of_their_own() -> None:
    history = told.history(
        {
            "OPS-1": "2026-01-05 09:00 review, 2026-01-06 09:00 doing, 2026-01-07 09:00 dropped, 2026-01-08 09:00 doing"
        }
    )
    board = told.board(told.item("OPS-1", "doing"))
    entries = activity.entries(told.facts(board, history, "2026-01-09 12:00"))
    assert [row["changes"][0]["kind"] for each in entries for row in each["items"]] == [
        "reopened",
        "dropped",
        "back",
        "created",
    ]


def test_a_move_to_or_from_a_state_that_the_workflow_no_longer_has_is_never_back() -> None:
    history = told.history(
        {"OPS-1": "2026-01-05 09:00 doing, 2026-01-06 09:00 limbo, 2026-01-07 09:00 ready"},
    )
    entries = activity.entries(
        told.facts(told.board(told.item("OPS-1", "ready")), history, "2026-01-09 12:00")
    )
    assert said(entries)[:2] == [
        ("2026-01-07", [("OPS-1", ["moved: limbo → Ready"])]),
        ("2026-01-06", [("OPS-1", ["moved: In progress → limbo"])]),
    ]


def test_between_two_workflows_the_later_one_says_what_is_back() -> None:
    inbox, ready, doing = (State(name, Kind.BACKLOG) for name in ("inbox", "ready", "doing"))
    old, new = (
        _numbers.of(told.facts(told.board(states=states))) for states in ((inbox, doing), (inbox, ready))
    )
    assert [
        _edits.move(before, after, old, new)
        for before, after in (("ready", "inbox"), ("inbox", "ready"), ("doing", "inbox"), ("inbox", "doing"))
    ] == ["back", "moved", "moved", "moved"]


def test_a_file_that_is_gone_is_archived_or_deleted_unfinished() -> None:
    history = told.history(
        {
            "OPS-1": "2026-01-05 09:00 done, 2026-01-07 09:00 -",
            "OPS-2": "2026-01-05 10:00 doing, 2026-01-06 09:00 -",
        }
    )
    entries = activity.entries(told.facts(told.board(), history, "2026-01-09 12:00"))
    assert said(entries)[:2] == [
        ("2026-01-07", [("OPS-1", ["archived: archived"])]),
        ("2026-01-06", [("OPS-2", ["deleted: deleted unfinished"])]),
    ]


def test_feeds_choose_among_the_items_and_how_far_back() -> None:
    history = told.history({"OPS-1": "2026-01-05 09:00 inbox", "OPS-2": "2026-01-06 09:00 inbox"})
    board = told.board(told.item("OPS-1", "inbox", part_of="NET"), told.item("OPS-2", "inbox"))
    known = told.facts(board, history, "2026-01-09 12:00")
    of_net = activity.entries(known, keep=lambda row: row["project"] == "NET")
    assert [each["on"] for each in of_net] == ["2026-01-05"]
    assert [each["on"] for each in activity.entries(known, 1)] == ["2026-01-06"]


def test_a_commit_of_many_items_tells_of_some_and_counts_the_rest() -> None:
    commit = told.history({"OPS-1": "2026-01-05 09:00 inbox"}).commits[0]
    stories = {
        f"OPS-{number}": _at(told.story(f"OPS-{number}", "2026-01-05 09:00 inbox"), commit)
        for number in range(1, 31)
    }
    board = told.board(*(told.item(name, "inbox") for name in stories))
    (entry,) = activity.entries(told.facts(board, History((commit,), stories), "2026-01-09 12:00"))
    assert ([row["id"] for row in entry["items"]], entry["more"]) == (
        [f"OPS-{number}" for number in range(1, 21)],
        10,
    )


def _at(story: Any, commit: Any) -> Any:
    """The story, all of it by one commit."""
    return replace(
        story,
        versions=tuple(replace(each, commit=commit) for each in story.versions),
        transitions=tuple(replace(each, commit=commit) for each in story.transitions),
        states=tuple(replace(each, commit=commit) for each in story.states),
    )


def test_without_a_history_the_page_says_why() -> None:
    known = told.facts(told.board(told.item("OPS-1", "inbox")))
    view = reports.view("activity", known, ())
    assert (view["entries"], view["reason"], view["sentence"]) == ([], known.gap, "")


def test_the_headline_counts_the_last_seven_days() -> None:
    known = facts()
    assert reports.view("activity", known, ())["sentence"] == (
        "3 changes in the last seven days: 1 new and 1 finished."
    )
    later = replace(known, now=known.now + timedelta(days=20))
    assert reports.view("activity", later, ())["sentence"] == (
        "Nothing changed in the last seven days; the last change was on 2026-01-08."
    )


def test_the_example_tells_each_commit_once_and_its_own_files_too(tmp_path: Path) -> None:
    folder = str(tmp_path / "board")
    demo.make(folder)
    known = gather(folder, now=demo.read().now, cache=False)
    view = reports.view("activity", known, ())
    assert known.history is not None
    ids = [each["commit"]["id"] for each in view["entries"]]
    assert len(set(ids)) == len(ids) > 500
    assert ids == [commit.id for commit in reversed(known.history.commits) if commit.id in set(ids)]
    assert all(each["items"] or each["files"] for each in view["entries"])
    assert {"people.yaml", "opsflow.yaml"} <= {path for each in view["entries"] for path in each["files"]}
    kinds = {change["kind"] for each in view["entries"] for row in each["items"] for change in row["changes"]}
    assert kinds <= set(activity.KINDS)
    assert {"created", "moved", "finished", "blocked", "unblocked", "reassigned", "edited"} <= kinds
    assert view["older"] is False
    told = {change["words"] for each in view["entries"] for row in each["items"] for change in row["changes"]}
    assert {"1 of 3 steps done", "description edited", "dependencies edited"} <= told


def test_an_edit_that_git_cannot_show_is_only_an_edit() -> None:
    history = told.history({"OPS-1": "2026-01-05 09:00 inbox"})
    story = history.stories["OPS-1"]
    first = replace(story.versions[0], blob="1" * 40)
    later = told.commit(first.commit.at + timedelta(days=1))
    second = replace(first, commit=later, blob="2" * 40)
    known = told.facts(
        told.board(told.item("OPS-1", "inbox")),
        History((*history.commits, later), {"OPS-1": replace(story, versions=(first, second))}),
        "2026-01-09 12:00",
    )
    for contents in (None, lambda ids: [None for _ in ids], lambda ids: [b"- a list\n" for _ in ids]):
        entries = activity.entries(replace(known, contents=contents))
        assert said(entries)[0] == ("2026-01-06", [("OPS-1", ["edited: edited"])])
    texts = {first.blob: b"title: Renew\ncost: 5\n", second.blob: b"title: Renew\ncost: 7\n"}
    entries = activity.entries(replace(known, contents=lambda ids: [texts[each] for each in ids]))
    assert said(entries)[0] == ("2026-01-06", [("OPS-1", ["edited: cost 5 → 7"])])


def test_an_unknown_state_is_called_by_its_name() -> None:
    history = told.history({"OPS-1": "2026-01-05 09:00 inbox, 2026-01-06 09:00 limbo"})
    board = replace(told.board(told.item("OPS-1", "limbo")), states=(State("inbox", Kind.BACKLOG),))
    entries = activity.entries(told.facts(board, history, "2026-01-09 12:00"))
    assert said(entries)[0][1] == [("OPS-1", ["moved: Inbox → limbo"])]
