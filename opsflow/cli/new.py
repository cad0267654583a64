"""Make a new item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, drafts, edits, screen

if TYPE_CHECKING:
    from opsflow.editing.plan import Plan
    from opsflow.facts import Facts

EPILOG = """\b
opsflow new Renew edge certificates --type security --due 2026-12-01
opsflow new Second line for Leipzig part_of=PRJ-7 labels=audit,network --commit
opsflow new --type incident --edit"""


@click.command(epilog=EPILOG)
@click.argument("words", nargs=-1, metavar="[TITLE | FIELD=VALUE]...", shell_complete=complete.assignments)
@click.option("--title", metavar="TEXT", help="The title, where the words are none.")
@click.option("--type", metavar="TYPE", help="The type of work.", shell_complete=complete.types)
@click.option("--state", metavar="STATE", help="Default: the first state.", shell_complete=complete.states)
@click.option("--class", "class_", metavar="CLASS", help="The class.", shell_complete=complete.classes)
@click.option("--assignee", multiple=True, metavar="WHO", help="Who.", shell_complete=complete.people)
@click.option("--due", metavar="DAY", help="The day on which it has to be finished, or 14d from today.")
@click.option(
    "--edit", "in_editor", is_flag=True, help="Write it in $EDITOR; so does no title on a terminal."
)
@edits.editing
def command(
    edit: edits.Edit, words: tuple[str, ...], title: str | None, in_editor: bool, **flags: str | None
) -> int:
    """Make a new item, and print the path of its file.

    It begins as the template of its type, .opsflow/templates/TYPE.yaml, where the board has one.
    """
    from opsflow.editing import fresh

    wish = drafts.wish(words, title, flags)
    if not wish.title and not in_editor and not screen.on_terminal():
        raise click.UsageError("Give the item a title, or write it in your editor with --edit.")
    if in_editor or not wish.title:
        return drafts.in_editor(edit, wish)

    def make(facts: Facts) -> Plan:
        return fresh.plan(facts, drafts.text(facts, wish))

    return drafts.show(edit.done(make), edit)
