"""Show the board: columns, limits, ages."""

from __future__ import annotations

import click

from opsflow.cli import options, screen


@click.command()
@options.reading("text", "json")
def command(ask: options.Ask) -> None:
    """Show the board: columns, limits, ages.

    On a terminal, columns stand side by side as far as they fit. Into a pipe goes one item a line.
    """
    facts, view = options.view(ask, "board")
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(view))
    else:
        from opsflow.formats import board

        screen.show(board.render(view, paint=screen.paint(), columns_wide=screen.columns()))
    options.mention_unread(facts)
