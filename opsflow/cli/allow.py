"""Let an item break a rule, for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, edits

if TYPE_CHECKING:
    from opsflow.editing.plan import Plan
    from opsflow.facts import Facts


@click.command(epilog="\b\nopsflow allow 7k3q overdue the customer agreed to wait --by maria --until 14d")
@click.argument("item", shell_complete=complete.ids)
@click.argument("rule", shell_complete=complete.waivable)
@click.argument("reason", nargs=-1, required=True)
@click.option("--by", metavar="WHO", default="", help="Who allowed it.", shell_complete=complete.people)
@click.option("--until", metavar="DAY", default="", help="The last day: 2026-11-30, or 14d from today.")
@edits.editing_as_is
def command(edit: edits.Edit, item: str, rule: str, reason: tuple[str, ...], by: str, until: str) -> int:
    """Let an item break a rule, for a reason, and best with an end.

    The waiver stands in the item, and every report lists it. After its last day the finding is back.
    """
    from opsflow.editing import changes

    def make(facts: Facts) -> Plan:
        end = edits.day(facts, until, ahead=True) if until else None
        return changes.allow(facts, edits.item(facts, item), rule, " ".join(reason), by, end)

    return edit.do(make)
