"""A table of events becomes facts: a board of the items that it tells of, at the moment that is now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from opsflow.errors import OpsflowError
from opsflow.events import workflow
from opsflow.events.table import Table
from opsflow.facts import Facts
from opsflow.model import Board, ClassOfService, ItemType, State

EXPEDITE = "expedite"
"""The class of what goes before everything else, where no board says it."""


def facts(
    table: Table,
    now: datetime,
    *,
    name: str,
    board: Board | None = None,
    states: tuple[State, ...] = (),
    timezone: str = "",
    unplanned: Iterable[str] = (),
) -> Facts:
    """The facts that a table tells.

    `board` says what its states, types and days mean, and without one they are what the table makes
    likely: see `workflow.guessed`. `states`, `timezone` and types of `unplanned` work come before the
    board's. OpsflowError where a type of unplanned work is none of the table's.
    """
    own = board or _board(table, name)
    types = dict(own.types)
    for each in unplanned:
        if each not in types:
            known = ", ".join(types) or "no types"
            raise OpsflowError(f"--unplanned {each!r} is no type of the table, which has {known}.")
        types[each] = types[each]._replace(planned=False)
    found = own._replace(
        items=table.items,
        states=states or own.states or workflow.guessed(table.visits),
        timezone=timezone or own.timezone,
        types=types,
    )
    return Facts(found, (), {}, now, gap="a table of events is no history", table=table.visits)


def _board(table: Table, name: str) -> Board:
    """A board of which nobody says more than the table does."""
    first = next(iter(table.visits.items), "")
    types = sorted({each for each in (*table.traits.type, *table.visits.types.value) if each})
    classes = sorted({each for each in (*table.traits.class_, *table.visits.classes.value) if each})
    return Board(
        name=name,
        key=first.rpartition("-")[0],
        states=(),
        items={},
        types={each: ItemType(each) for each in types},
        classes={each: ClassOfService(each, beyond_limits=each == EXPEDITE) for each in classes},
    )
