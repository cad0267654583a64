"""Show one item with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsflow.cli import complete, options, screen
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.facts import Facts


@click.command()
@click.argument("id", metavar="ITEM", shell_complete=complete.ids)
@options.reading("text", "json")
def command(ask: options.Ask, id: str) -> None:
    """Show one item with its history.

    ITEM is an id, its beginning where that is clear (7k3q or 7k for OPS-7K3Q), or the path of its file.
    Of an item whose file is deleted, the history tells.
    """
    facts = ask.facts()
    view = _view(facts, id)
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(view))
    else:
        from opsflow.formats import item as text

        screen.show(text.render(view, paint=screen.paint(), columns_wide=screen.columns()))


def _view(facts: Facts, text: str) -> dict[str, Any]:
    from opsflow import rules
    from opsflow.order import order_key
    from opsflow.reports import item

    board, stories = facts.board, facts.history.stories if facts.history else {}
    there = {*board.items, *board.unread}
    found = options.full_id(
        text, sorted(there, key=order_key), facts, [*filter(lambda key: key not in there, stories)]
    )
    if found in board.items:
        return item.view(facts, rules.judge(facts), found)
    if found in board.unread:
        raise OpsflowError(_unread(facts, found))
    return item.gone(facts, found)


def _unread(facts: Facts, id: str) -> str:
    """Where an item is that cannot be read, and why."""
    from opsflow.reading.names import id_of

    story = facts.story(id)
    paths = {version.path for version in story.versions} if story else set()
    for fault in facts.faults:
        where = fault.judgement.where
        if id_of(where.path) == id or where.path in paths:
            place = facts.locate(where)
            why = fault.judgement.message.rstrip(".")
            return f"{id} cannot be read: {place.path}:{place.line}: {why}. `opsflow check` says what to do."
    return f"{id} cannot be read; `opsflow check` says why."
