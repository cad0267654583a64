"""A history that goes on with what the working folder says is the one that would be told anew."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsflow.history import repository, story
from opsflow.model import History
from opsflow.reading import board as boards
from opsflow.reading import track
from tests import stories

BOARD = "board: B\nkey: OPS\nworkflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]\n"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
Tree = dict[str, bytes]


def text(chance: random.Random) -> bytes:
    if chance.random() < 0.15:
        return b"state: [\n"
    state = chance.choice(("ready", "doing", "done"))
    who = chance.choice(("", "assignees: [maria]\n", "assignees: [ben, maria]\n"))
    block = chance.choice(("", "", "blocked: {reason: no answer}\n"))
    return f"title: Work {chance.randrange(9)}\nstate: {state}\n{who}{block}".encode()


def edited(tree: Tree, chance: random.Random) -> Tree:
    """The folder after somebody wrote, moved and deleted some files."""
    tree = dict(tree)
    for _ in range(chance.randrange(4)):
        name = f"OPS-{chance.randrange(1, 7)}"
        path = chance.choice((f"items/{name}.yaml", f"items/{name}-slug.yaml", f"archive/{name}.yaml"))
        if path in tree and chance.random() < 0.4:
            other = tree.pop(path)
            if chance.random() < 0.5:
                tree[path.replace("items/", "archive/")] = other
        else:
            tree[path] = text(chance)
    return tree


def plain(history: History) -> object:
    return history.commits, dict(history.stories), history.gaps


@pytest.mark.parametrize("seed", range(12))
def test_going_on_tells_what_telling_anew_tells(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    tree: Tree = {"opsflow.yaml": BOARD.encode()}
    steps: list[stories.Step] = [{"files": {"opsflow.yaml": BOARD}}]
    for _ in range(8):
        after = edited(tree, chance)
        gone = {path: None for path in tree if path not in after}
        steps.append(
            {"files": {**{path: data for path, data in after.items() if tree.get(path) != data}, **gone}}
        )
        tree = after
    root = stories.make(tmp_path / "board", steps)
    board = boards.load(tree)[0]
    reader = track.reader(board)

    def anew(folder: Tree, now: datetime) -> History:
        found = repository.find(root)
        assert found
        return story.tell(found, board, working=folder, now=now, cache=False)

    repo = repository.find(root)
    assert repo
    began = edited(tree, chance)
    told = anew(began, NOW)
    for hour in range(1, 6):
        after = edited(began, chance)
        now = NOW + timedelta(hours=hour)
        _ = dict(told.stories) if chance.random() < 0.5 else None
        changed = {path: after.get(path) for path in {**began, **after} if began.get(path) != after.get(path)}
        found = story.go_on(told, changed, reader, repo, now)
        if changed:
            assert plain(found) == plain(anew(after, now))
        else:
            assert found is told
