"""Say that blocked items can go on."""

from __future__ import annotations

import click

from opsflow.cli import complete, edits


@click.command(epilog="\b\nopsflow unblock 7k3q --commit")
@click.argument("items", nargs=-1, required=True, metavar="ITEM...", shell_complete=complete.ids)
@edits.editing
def command(edit: edits.Edit, items: tuple[str, ...]) -> int:
    """Say that blocked items can go on. How long they were blocked is in the commits."""
    from opsflow.editing import changes

    return edit.do(lambda facts: changes.unblock(facts, edits.items(facts, items)))
