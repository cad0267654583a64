"""The days on which policies changed: which, in which words, and where they show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opsflow import facts as facing
from opsflow import measures, reports
from opsflow.facts import Facts
from opsflow.flow.days import Window
from opsflow.formats import views
from opsflow.measures import _marks, query
from tests import stories, told

NOW = datetime(2026, 3, 20, 15, tzinfo=UTC)
ALL = Window(date(2026, 1, 1), date(2026, 12, 31))
BOARD = """\
board: Test
key: OPS
timezone: Europe/Berlin
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 4}
  - {state: done, kind: done}
types: {request: {}, incident: {planned: false}}
"""
PEOPLE = "people: {maria: {name: Maria Keller}, ben: {name: Ben Roth}}\n"


def at(path: str) -> Facts:
    """The facts of the board at a path."""
    return facing.gather(path, now=NOW, cache=False)


def marks(*versions: dict[str, str | bytes | stories.Odd | None], folder: Path) -> list[tuple[str, ...]]:
    """The words of each mark on a board whose files were so, a day after another from 2 March on."""
    steps: list[stories.Step] = [
        {"at": datetime(2026, 3, 2 + n, 9, tzinfo=UTC), "files": files} for n, files in enumerate(versions)
    ]
    facts = at(stories.make(folder / "board", steps))
    return [(f"{mark.on:%d}", *mark.words) for mark in _marks.of(facts, ALL)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wip: 4", "wip: 3", ["limit Doing: at most 4 → 3"]),
        (
            "types:",
            "limits: [{per: person, states: [doing], max: 2}]\ntypes:",
            ["new limit: At most 2 items for each person in Doing"],
        ),
        (", wip: 4", "", ["no limit any more: At most 4 items in Doing"]),
        ("ready, kind", "queue, kind", ["new state queue, backlog", "no state ready any more"]),
        ("doing, kind: active", "doing, kind: waiting", ["state doing: active → waiting"]),
        ("incident:", "outage:", ["new type outage", "no type incident any more"]),
        ("Europe/Berlin", "UTC", ["time zone: Europe/Berlin → UTC"]),
        ("types:", "calendar: {week: [mon, tue]}\ntypes:", ["the working days change"]),
        ("types:", "rules: {stale: {after: 5d}}\ntypes:", ["rule stale: the default → after 5 days"]),
        (
            "types:",
            "expectations: [{within: 9d, share: 0.85}]\ntypes:",
            ["now expected: 85% of items are finished within 9 days"],
        ),
        ("types:", "allocation: {incident: 30}\ntypes:", ["share of incident: none → 30%"]),
        ("board: Test", "board: Another name", []),
        ("types:", "# a comment\ntypes:", []),
        ("types:", "fields: {rack: {type: string}}\ntypes:", []),
    ],
)
def test_a_change_of_a_policy_is_told_and_nothing_else(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    found = marks({"opsflow.yaml": BOARD}, {"opsflow.yaml": BOARD.replace(old, new)}, folder=tmp_path)
    assert found == ([("03", *words)] if words else [])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("ben:", "kim: {name: Kim Oh}, ben:", ["new person kim (Kim Oh)"]),
        (", ben: {name: Ben Roth}", "", ["no person ben (Ben Roth) any more"]),
        ("Ben Roth", "Ben Roth, capacity: 0.5", ["person ben: capacity 1 → 0.5"]),
        ("Ben Roth", "Ben Roth, away: [{from: 2026-04-01, to: 2026-04-05}]", []),
        ("Ben Roth", "Ben Roth, skills: [linux]", []),
    ],
)
def test_people_who_come_and_go_change_the_policies_and_days_away_do_not(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    first: dict[str, str | bytes | stories.Odd | None] = {"opsflow.yaml": BOARD, "people.yaml": PEOPLE}
    found = marks(first, {"people.yaml": PEOPLE.replace(old, new)}, folder=tmp_path)
    assert found == ([("03", *words)] if words else [])


def test_the_first_version_is_no_change_and_a_broken_one_is_passed_over(tmp_path: Path) -> None:
    found = marks(
        {"README.md": "nothing yet"},
        {"opsflow.yaml": BOARD},
        {"opsflow.yaml": "board: ["},
        {"catalog.yaml": "services: {web: {name: Web}}\n"},
        {"opsflow.yaml": BOARD.replace("wip: 4", "wip: 2")},
        {"opsflow.yaml": None},
        {"opsflow.yaml": BOARD},
        folder=tmp_path,
    )
    assert found == [("06", "limit Doing: at most 4 → 2"), ("08", "limit Doing: at most 2 → 4")]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A board whose limit fell twice."""
    steps: list[stories.Step] = [
        {
            "at": "2026-01-12 09:00",
            "files": {"opsflow.yaml": BOARD, "items/OPS-1.yaml": "title: One\nstate: doing\n"},
        },
        {"at": "2026-02-02 23:30", "files": {"opsflow.yaml": BOARD.replace("wip: 4", "wip: 3")}},
        {"at": "2026-03-04 09:00", "files": {"opsflow.yaml": BOARD.replace("wip: 4", "wip: 2")}},
    ]
    return stories.make(tmp_path / "board", steps)


def test_only_the_days_that_are_asked_for_are_told_numbered_with_their_commits(path: str) -> None:
    ids = stories.commits(path)
    found = _marks.view(at(path), ALL)
    assert [(row["n"], row["day_on"], row["words"], row["commit"]["id"]) for row in found] == [
        (1, "2026-02-03", ["limit Doing: at most 4 → 3"], ids[1]),
        (2, "2026-03-04", ["limit Doing: at most 3 → 2"], ids[2]),
    ]
    later = _marks.view(at(path), Window(date(2026, 2, 4), date(2026, 3, 4)))
    assert [(row["n"], row["words"]) for row in later] == [(1, ["limit Doing: at most 3 → 2"])]
    assert _marks.view(at(path), Window(date(2026, 3, 5), date(2026, 3, 9))) == []
    assert _marks.view(facing.gather(path, now=NOW, at="2026-02-20", cache=False), ALL) == found[:1]


def test_what_is_not_committed_yet_is_told_too(path: str) -> None:
    Path(path, "opsflow.yaml").write_text(BOARD.replace("wip: 4", "wip: 1"), encoding="utf-8")
    last = _marks.of(at(path), ALL)[-1]
    assert (last.on, last.commit.id, last.words) == (NOW.date(), "", ("limit Doing: at most 2 → 1",))


def test_a_board_that_was_moved_to_another_folder_keeps_its_changes(tmp_path: Path) -> None:
    moved = {f"ops/{name}": name for name in ("opsflow.yaml", "items/OPS-1.yaml")}
    steps: list[stories.Step] = [
        {
            "at": "2026-01-12 09:00",
            "files": {"opsflow.yaml": BOARD, "items/OPS-1.yaml": "title: One\nstate: doing\n"},
        },
        {"at": "2026-02-02 09:00", "files": {"opsflow.yaml": BOARD.replace("wip: 4", "wip: 3")}},
        {"at": "2026-02-03 09:00", "move": {name: path for path, name in moved.items()}},
    ]
    path = stories.make(tmp_path / "board", steps)
    found = _marks.of(facing.gather(f"{path}/ops", now=NOW, cache=False), ALL)
    assert [(mark.on, mark.words) for mark in found] == [(date(2026, 2, 2), ("limit Doing: at most 4 → 3",))]


def test_measures_on_an_axis_of_days_have_the_marks_of_their_window(path: str) -> None:
    facts = at(path)
    asked = query.of(facts)
    for name in measures.ALL:
        assert ("marks" in measures.view(name, asked)) == (name in measures.DATED), name
    assert [row["day_on"] for row in measures.view("wip", asked)["marks"]] == ["2026-02-03", "2026-03-04"]
    assert measures.view("wip", query.of(told.facts(told.board())))["marks"] == []


def test_the_flow_report_numbers_marks_once_for_all_of_its_charts(path: str) -> None:
    facts = facing.gather(path, now=datetime(2026, 5, 25, 12, tzinfo=UTC), cache=False)
    view = reports.view("flow", facts, ())
    assert [row["n"] for row in view["marks"]] == [1, 2]
    dated = {
        name: [row["n"] for row in view[name]["marks"]] for name in view["figures"] if "marks" in view[name]
    }
    assert dated == {"cycle_time": [2], "throughput": [2], "wip": [2], "cfd": [1, 2], "net_flow": [2]}
    assert "What changed in the rules\n  1  2026-02-03" in views.render("flow", view)
