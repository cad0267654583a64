"""A board with texts that are open instead of its files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from opsflow import facts as gathering
from opsflow import rules
from opsflow.server import desk
from opsflow.server.desk import Desk
from tests import stories

BOARD = "board: B\nkey: OPS\nworkflow: [{state: ready, kind: backlog}, {state: doing, kind: active, wip: 1}, {state: done, kind: done}]\n"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def item(state: str, more: str = "") -> str:
    return f"title: Some work\nstate: {state}\n{more}"


def made(folder: Path) -> str:
    """A board with two commits: one item is in progress since 5 January."""
    return stories.make(
        folder / "board",
        [
            {"files": {"opsflow.yaml": BOARD, "items/OPS-1.yaml": item("doing", "assignees: [maria]\n")}},
            {"files": {"items/OPS-2.yaml": item("ready")}},
        ],
    )


def told(root: str, **open_: str) -> Desk:
    found = Desk(root, lambda: NOW)
    found.judge({})
    found.told = desk.tell(root, NOW, lambda *_: None)
    return found


def said(board: Desk, open_: dict[str, str]) -> list[str]:
    known = board.judge({path: text.encode() for path, text in open_.items()})
    return sorted(f"{path} {each.rule}" for path, found in known.findings.items() for each in found)


def test_open_texts_are_judged_instead_of_the_files(tmp_path: Path) -> None:
    board = told(made(tmp_path))
    assert said(board, {}) == ["items/OPS-1.yaml stale"]
    assert said(board, {"items/OPS-2.yaml": item("doing")}) == [
        "items/OPS-1.yaml stale",
        "items/OPS-2.yaml unassigned-work",
        "opsflow.yaml wip-limit",
    ]
    assert said(board, {"items/OPS-3.yaml": "title: new\n"}) == [
        "items/OPS-1.yaml stale",
        "items/OPS-3.yaml misshapen",
    ]
    assert said(board, {"notes.txt": "state: doing\n"}) == ["items/OPS-1.yaml stale"]


def test_what_is_typed_is_what_happened_last(tmp_path: Path) -> None:
    """Somebody moves the stale item: it was touched now, and is over."""
    board = told(made(tmp_path))
    assert said(board, {"items/OPS-1.yaml": item("done")}) == []
    known = board.judge({"items/OPS-1.yaml": item("done").encode()})
    assert known.facts.history
    story = known.facts.history.stories["OPS-1"]
    assert [(move.before, move.after, move.commit.id == "") for move in story.transitions] == [
        (None, "doing", False),
        ("doing", "done", True),
    ]
    assert said(board, {}) == ["items/OPS-1.yaml stale"]


def test_it_finds_what_check_would_find_were_the_texts_saved(tmp_path: Path) -> None:
    root = made(tmp_path)
    board = told(root)
    texts = {
        "items/OPS-1.yaml": item("doing", "due: 2026-01-01\n"),
        "items/OPS-2.yaml": item("doing", "depends_on: [OPS-9]\n"),
        "people.yaml": "people: {ben: {name: Ben}}\n",
    }
    known = board.judge({path: text.encode() for path, text in texts.items()})
    for path, text in texts.items():
        (Path(root) / path).write_text(text)
    facts = gathering.gather(root, now=NOW)
    expected: dict[str, list[rules.Finding]] = {}
    for each in rules.judge(facts):
        expected.setdefault(each.place.path, []).append(each)
    assert known.findings == {path: tuple(found) for path, found in expected.items()}


def test_while_opsflow_yaml_is_being_typed_the_board_goes_on_with_the_last_good_one(tmp_path: Path) -> None:
    board = told(made(tmp_path))
    broken = f"{BOARD}limits: [{{states: [\n"
    assert said(board, {"opsflow.yaml": broken}) == [
        "items/OPS-1.yaml stale",
        "opsflow.yaml unreadable-file",
    ]
    assert (
        [state.name for state in board.known.facts.board.states] == ["ready", "doing", "done"]
        if board.known
        else False
    )
    assert board.known and board.known.facts.tree["opsflow.yaml"] == broken.encode()
    limited = f"{BOARD}limits: [{{states: [doing], max: 0}}]\n"
    assert said(board, {"opsflow.yaml": limited}) == ["items/OPS-1.yaml stale", "opsflow.yaml wip-limit"]


def test_the_history_is_read_again_when_the_branch_the_day_or_the_rules_are_others(tmp_path: Path) -> None:
    root = made(tmp_path)
    board = told(root)
    board.judge({})
    assert not board.is_behind()
    board.judge({"opsflow.yaml": BOARD.replace("key: OPS", "key: NET").encode()})
    assert not board.is_behind(), "while it is typed, the rules of the history stay"
    board.judge({})
    stories.add(root, [{"files": {"items/OPS-2.yaml": item("done")}}])
    assert board.is_behind()
    board.told = desk.tell(root, NOW, lambda *_: None)
    assert not board.is_behind()
    board.now = lambda: NOW + timedelta(days=1)
    board.judge({})
    assert board.is_behind()


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    board = told(made(tmp_path))
    first = board.judge({}).facts.board.items
    second = board.judge({"items/OPS-2.yaml": item("doing").encode()}).facts.board.items
    assert second["OPS-1"] is first["OPS-1"] and second["OPS-2"] is not first["OPS-2"]


def test_a_board_in_no_repository_is_judged_without_a_history(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "opsflow.yaml").write_text(BOARD)
    (tmp_path / "items" / "OPS-1.yaml").write_text(item("raedy"))
    board = told(str(tmp_path))
    assert said(board, {}) == ["items/OPS-1.yaml unknown-reference"]
    assert not board.is_behind()
