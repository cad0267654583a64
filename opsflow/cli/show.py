"""Show one item with its story."""

from __future__ import annotations

import click

from opsflow.cli import complete, options, screen


@click.command()
@click.argument("id", shell_complete=complete.ids)
@options.reading("text", "json")
def command(ask: options.Ask, id: str) -> None:
    """Show one item with its story.

    ID may be abbreviated where that is unambiguous: 7k3q or 7k for OPS-7K3Q.
    """
    from opsflow import rules
    from opsflow.reports import item

    facts = ask.facts()
    view = item.view(facts, rules.judge(facts), options.full_id(id, facts.board.items, facts))
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(view))
    else:
        from opsflow.formats import item as text

        screen.show(text.render(view, paint=screen.paint()))
