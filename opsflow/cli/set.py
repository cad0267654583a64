"""Set fields of items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, edits

if TYPE_CHECKING:
    from opsflow.editing.plan import Plan
    from opsflow.facts import Facts

EPILOG = """A list takes FIELD=A,B or FIELD+=A and FIELD-=A; FIELD= removes the field.

\b
opsflow set 7k3q due=2026-12-01 assignees=maria,ben
opsflow set OPS-12 OPS-14 labels+=audit-2026 labels-=later
opsflow set 7k3q blocked.by=vendor:acme-ca cost="""


@click.command("set", epilog=EPILOG)
@click.argument(
    "words",
    nargs=-1,
    required=True,
    metavar="ITEM... FIELD=VALUE...",
    shell_complete=complete.items_and_fields,
)
@edits.editing
def command(edit: edits.Edit, words: tuple[str, ...]) -> int:
    """Set fields of items: any field, the board's own and the parts of a field with dots.

    Only the bytes of the value change. What the rules find wrong with it is refused.
    """
    from opsflow.editing import changes, fields

    given = [word for word in words if fields.is_assignment(word)]
    named = [word for word in words if word not in given]
    if not named or not given:
        raise click.UsageError(f"Name items, and what is to be set: {fields.FORM}.")

    def make(facts: Facts) -> Plan:
        wanted = [fields.parse(word, facts.board, facts.today, edits.full(facts)) for word in given]
        return changes.assign(facts, edits.items(facts, named), wanted)

    return edit.do(make)
