"""Moves as a table, JSON Lines or CSV."""

# No `from __future__ import annotations`: a NamedTuple made of texts has them compiled, which takes 2 ms.

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from opsflow.formats.paint import Paint

if TYPE_CHECKING:
    from opsflow.history.log import Entry

COLUMNS = ("item", "from", "to", "at", "commit", "author")


class Move(NamedTuple):
    """One row. An item that comes to be has no `before`, one that is gone no `after`."""

    item: str
    before: str | None
    after: str | None
    at: datetime
    commit: str
    """Empty for what is not committed yet."""
    author: str


def of(entries: "Iterable[Entry]") -> list[Move]:
    """The rows of what an index tells."""
    return [Move(each.item, each.before, each.after, each.at, each.commit, each.author) for each in entries]


def oldest_first(moves: Sequence[Move]) -> list[Move]:
    """The same the other way round, but what one commit changed still in the order of the items."""
    runs = [list(run) for _, run in groupby(moves, lambda move: (move.at, move.commit))]
    return [move for run in reversed(runs) for move in run]


def render(moves: Sequence[Move], format: str, zone: tzinfo, paint: Paint, columns: int | None) -> str:
    """The moves, in the order given. `columns`: the width of the terminal, if there is one."""
    if format == "table":
        return _table(moves, zone, paint, columns)
    rows = [move._replace(at=move.at.astimezone(UTC).isoformat()) for move in moves]  # type: ignore[arg-type]
    if format == "jsonl":
        from opsflow.formats import json

        return json.lines(COLUMNS, rows)
    from opsflow.formats import csv

    return csv.render(COLUMNS, rows)


def _table(moves: Sequence[Move], zone: tzinfo, paint: Paint, columns: int | None) -> str:
    from opsflow.formats.table import Cell, Column, render

    if not moves:
        return ""
    cells = [
        (
            Cell(move.item, "strong"),
            move.before or "",
            move.after or Cell("(deleted)", "dim"),
            f"{move.at.astimezone(zone):%Y-%m-%d %H:%M}",
            move.commit[:7] or Cell("uncommitted", "warn"),
            move.author,
        )
        for move in moves
    ]
    names = [Column(name, gives=name == "author") for name in COLUMNS]
    return render(names, cells, paint=paint, columns_wide=columns)
