"""A table becomes the facts of a board, at a moment."""

from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.events import board
from opsflow.events.table import Table
from opsflow.model import ItemType, Kind, State
from tests import told
from tests.events.tables import NOW, read


@pytest.fixture
def table(tmp_path: Path) -> Table:
    rows = "X-1,incident,doing,2026-03-01\nX-1,incident,done,2026-03-03\nX-2,,done,2026-03-02\n"
    return read("item,type,state,at\n" + rows, tmp_path)


def test_without_a_board_the_table_says_what_there_is(table: Table) -> None:
    found = board.facts(table, NOW, name="sprint")
    assert found.board.states == (State("doing", Kind.ACTIVE), State("done", Kind.DONE))
    assert (found.board.name, found.board.key, found.board.types) == (
        "sprint",
        "X",
        {"incident": ItemType("incident")},
    )
    assert (found.history, found.visits, found.now, [*found.board.items]) == (
        None,
        table.visits,
        NOW,
        ["X-1", "X-2"],
    )
    span = found.spans["X-1"]
    assert (span.started, span.finished) == (told.at("2026-03-01"), told.at("2026-03-03"))


def test_a_board_says_what_the_table_does_not(table: Table) -> None:
    own = told.board(told.item("OPS-9"), timezone="Europe/Berlin")
    found = board.facts(table, NOW, name="x", board=own, unplanned=["request"])
    assert (found.board.states, found.board.timezone, [*found.board.items]) == (
        told.STATES,
        "Europe/Berlin",
        ["X-1", "X-2"],
    )
    assert [name for name, each in found.board.types.items() if not each.planned] == ["request", "incident"]


def test_a_workflow_and_a_zone_come_before_the_board(table: Table) -> None:
    states = (State("doing", Kind.WAITING), State("done", Kind.ACTIVE))
    found = board.facts(table, NOW, name="x", board=told.board(), states=states, timezone="Asia/Tokyo")
    assert (found.board.states, found.board.timezone) == (states, "Asia/Tokyo")


def test_a_type_of_unplanned_work_has_to_be_there(table: Table) -> None:
    with pytest.raises(OpsflowError, match="--unplanned 'alert' is no type of the table, which has incident"):
        board.facts(table, NOW, name="x", unplanned=["alert"])
