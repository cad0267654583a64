"""What the shell offers after TAB: ids, states, names. It never says anything else, and never fails."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from opsflow.cli import options

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from opsflow.model import Board


def ids(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids that begin so, with their titles."""
    board = _board(context)
    found = board.items.values() if board else ()
    return [
        _offer(item.id, help=item.title)
        for item in found
        if item.id.casefold().startswith(incomplete.casefold())
    ]


def filters(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`state:`, `type:`, `assignee:` and so on, then the names that the board has for them."""
    key, colon, begun = incomplete.partition(":")
    board = _board(context)
    names = _names(board) if board else {}
    if not colon:
        return [_offer(f"{name}:") for name in names if name.startswith(key)]
    return [_offer(f"{key}:{name}") for name in names.get(key, ()) if name.startswith(begun)]


def rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the rules."""
    from opsflow.rules import ALL

    return [_offer(name) for name in ALL if name.startswith(incomplete)]


def reports(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the reports."""
    from opsflow.reports import ALL

    return [_offer(name) for name in ALL if name.startswith(incomplete)]


def people(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The people of the board."""
    board = _board(context)
    names = _names(board)["assignee"] if board else []
    return [_offer(name) for name in names if name.startswith(incomplete)]


def _offer(word: str, help: str = "") -> CompletionItem:
    from click.shell_completion import CompletionItem

    return CompletionItem(word, help=help or None)


def _names(board: Board) -> dict[str, list[str]]:
    items = board.items.values()
    return {
        "state": [state.name for state in board.states],
        "type": [*board.types],
        "class": [*board.classes],
        "assignee": sorted({*(board.people or ()), *(name for item in items for name in item.assignees)}),
        "label": sorted({name for item in items for name in item.labels}),
        "service": sorted({*(board.services or ()), *(name for item in items for name in item.services)}),
        "vendor": sorted({*(board.vendors or ()), *(item.vendor for item in items if item.vendor)}),
    }


def _board(context: click.Context) -> Board | None:
    with contextlib.suppress(Exception):
        from opsflow import facts
        from opsflow.reading import board

        given = context.params.get("board") or context.find_root().params.get("board")
        return board.load(facts.working(options.root(given)))[0]
    return None
