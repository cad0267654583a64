"""A board in a repository, and an editor that has it open."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import stories
from tests.server.client import Client

NOW = "2026-03-20T12:00Z"
BOARD = """\
board: Operations
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 1}
  - {state: done, kind: done}
rules: {stale: {after: 30d}}
"""
FILES = {
    "opsflow.yaml": BOARD,
    "people.yaml": "people:\n  maria: {name: Maria Keller}\n  ben: {name: Ben Adler}\n",
    "items/OPS-1-renew.yaml": "title: Renew 😀 certificates\nstate: doing\nassignees: [maria]\n",
    "items/OPS-2-order.yaml": "title: Order a line\nstate: ready\ndepends_on:\n  - OPS-1\n",
    "items/OPS-3-plan.yaml": "title: Plan\nstate: ready\ndescription: |\n  After OPS-1 and OPS-2.\n",
    "archive/OPS-4-old.yaml": "title: Old\nstate: done\n",
}


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """The folder of a board with one commit of 5 January."""
    return Path(stories.make(tmp_path / "board", [{"files": FILES}]))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Client]]:
    """Starts servers, and ends those that a test leaves running."""
    clients: list[Client] = []

    def begin() -> Client:
        environment = {"OPSFLOW_NOW": NOW, "OPSFLOW_CACHE_DIR": str(tmp_path / "cache")}
        clients.append(Client(environment=environment, cwd=tmp_path))
        return clients[-1]

    yield begin
    for client in clients:
        client.__exit__()


@pytest.fixture
def editor(start: Callable[[], Client], board: Path) -> Client:
    """An editor that has the board's folder open."""
    client = start()
    client.begin(board)
    return client
