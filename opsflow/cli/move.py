"""Move items to another state."""

from __future__ import annotations

import click

from opsflow.cli import complete, edits


@click.command(epilog="\b\nopsflow move 7k3q doing\nopsflow move OPS-12 OPS-14 done --commit")
@click.argument(
    "words", nargs=-1, required=True, metavar="ITEM... STATE", shell_complete=complete.items_and_state
)
@edits.editing
def command(edit: edits.Edit, words: tuple[str, ...]) -> int:
    """Move items to another state.

    ITEM is an id, its beginning where that is clear, or the path of a file. A move that would break
    a limit or another rule is refused; --allow says why it may be all the same.
    """
    from opsflow.editing import changes

    *items, state = words
    if not items:
        raise click.UsageError("Name the items, and then the state to move them to.")
    return edit.do(lambda facts: changes.move(facts, edits.items(facts, items), state))
