"""Say that an item cannot go on, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, edits

if TYPE_CHECKING:
    from opsflow.editing.plan import Plan
    from opsflow.facts import Facts


@click.command(epilog="\b\nopsflow block 7k3q waiting for the CSR to be signed --by vendor:acme-ca")
@click.argument("item", shell_complete=complete.ids)
@click.argument("reason", nargs=-1, required=True)
@click.option(
    "--by",
    metavar="WHO",
    default="",
    help="Who or what has to move: a person, team:KEY, vendor:KEY, item:ID, or free text.",
    shell_complete=complete.whom,
)
@edits.editing
def command(edit: edits.Edit, item: str, reason: tuple[str, ...], by: str) -> int:
    """Say that an item cannot go on, and why; and who or what has to move. `unblock` ends it."""
    from opsflow.editing import changes

    def make(facts: Facts) -> Plan:
        who = f"item:{edits.full(facts)(by[5:])}" if by.startswith("item:") else by
        return changes.block(facts, edits.item(facts, item), " ".join(reason), who)

    return edit.do(make)
