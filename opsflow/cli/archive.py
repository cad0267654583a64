"""Move finished items to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, edits

if TYPE_CHECKING:
    from opsflow.editing.plan import Plan
    from opsflow.facts import Facts


@click.command(epilog="\b\nopsflow archive --finished-before 90d --commit")
@click.argument("items", nargs=-1, metavar="[ITEM]...", shell_complete=complete.finished)
@click.option(
    "--finished-before",
    "before",
    metavar="DAY",
    default="",
    help="Only what was over by then: a date, or 90d ago.",
)
@edits.editing_as_is
def command(edit: edits.Edit, items: tuple[str, ...], before: str) -> int:
    """Move finished items to the archive, and discarded ones: those named, or all of them.

    Their history goes with their ids, and what depends on them finds them.
    """
    from opsflow.editing import archiving

    def make(facts: Facts) -> Plan:
        chosen = edits.items(facts, items)
        day = edits.day(facts, before, ahead=False) if before else None
        if day or not items:
            over = archiving.over(facts, day)
            chosen = [each for each in over if not items or each in chosen]
        return archiving.plan(facts, chosen, day)

    return edit.do(make)
