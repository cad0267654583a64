"""List who moved what, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from opsflow.cli import complete, options, screen
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.model import Transition

COLUMNS = ("item", "from", "to", "at", "commit", "author")


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=complete.ids)
@click.option("--raw", is_flag=True, help="States as they stand in the source's records.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N only.")
@click.option("--since", metavar="DATE", help="Only from this day or moment on.")
@click.option("--reverse", is_flag=True, help="Oldest first.")
@options.reading("table", "jsonl", "csv")
def command(
    ask: options.Ask, ids: tuple[str, ...], raw: bool, limit: int | None, since: str | None, reverse: bool
) -> None:
    """List who moved what, and when, the newest first: of some items, or of the whole board.

    An item that comes to be has no `from`; one whose file is deleted, no `to`. The commit of
    what is not committed yet is empty.
    """
    facts = ask.facts()
    if facts.history is None:
        raise OpsflowError(f"There is no log: {facts.gap.rstrip('.')}.")
    moves = _moves(facts, ids, _moment(facts, since) if since else None)[:limit]
    rows = [_row(move, raw) for move in (_oldest_first(moves) if reverse else moves)]
    screen.show(_render(facts, rows, ask.format))


def _moves(facts: Facts, ids: tuple[str, ...], since: datetime | None) -> list[Transition]:
    """Newest first; what one moment changed, in the order of the items."""
    assert facts.history is not None
    stories = facts.history.stories
    chosen = {options.full_id(text, stories, facts) for text in ids}
    found = [
        move
        for item, story in stories.items()
        if not ids or item in chosen
        for move in reversed(story.transitions)
        if since is None or move.at >= since
    ]
    return sorted(found, key=lambda move: move.at, reverse=True)


def _oldest_first(moves: list[Transition]) -> list[Transition]:
    """The same the other way round, but what one moment changed still in the order of the items."""
    from opsflow.model import order_key

    moves.reverse()
    moves.sort(key=lambda move: (move.at, order_key(move.item)))
    return moves


def _row(move: Transition, raw: bool) -> dict[str, Any]:
    return {
        "item": move.item,
        "from": move.raw_before if raw else move.before,
        "to": move.raw_after if raw else move.after,
        "at": move.at,
        "commit": move.commit.id,
        "author": move.commit.author,
    }


def _moment(facts: Facts, text: str) -> datetime:
    from opsflow.reading import values

    day, moment = values.day(text), values.moment(text, facts.zone)
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=facts.zone)
    if moment is None:
        raise OpsflowError(f"--since {text} is no date; write 2026-11-21, or 2026-11-21 14:00.")
    return moment


def _render(facts: Facts, rows: list[dict[str, Any]], format: str) -> str:
    if format == "table":
        return _table(facts, rows)
    exact = [{**row, "at": row["at"].astimezone(UTC).isoformat()} for row in rows]
    if format == "jsonl":
        from opsflow.formats import json

        return "".join(json.line(row) for row in exact)
    from opsflow.formats import csv

    return csv.render(COLUMNS, ([row[name] for name in COLUMNS] for row in exact))


def _table(facts: Facts, rows: list[dict[str, Any]]) -> str:
    from opsflow.formats.table import Cell, Column, render

    if not rows:
        return ""
    cells = [
        (
            Cell(row["item"], "strong"),
            row["from"] or "",
            row["to"] or Cell("(deleted)", "dim"),
            f"{row['at'].astimezone(facts.zone):%Y-%m-%d %H:%M}",
            row["commit"][:7] or Cell("uncommitted", "warn"),
            row["author"],
        )
        for row in rows
    ]
    columns = [Column(name, gives=name == "author") for name in COLUMNS]
    return render(columns, cells, paint=screen.paint(), columns_wide=screen.columns())
