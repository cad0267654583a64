"""Give an item another id."""

from __future__ import annotations

import shlex

import click

from opsflow.cli import complete, edits, renumbered


@click.command(
    epilog="\b\nopsflow renumber items/OPS-17-new-switch.yaml\nopsflow renumber OPS-17 OPS-23 --yes"
)
@click.argument("old", metavar="ITEM | FILE", shell_complete=complete.twins)
@click.argument("new", metavar="[NEW]", default="")
@click.option("--all", "every", is_flag=True, help="Change references, too, that may mean the other file.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@edits.editing_as_is
def command(edit: edits.Edit, old: str, new: str, every: bool, yes: bool) -> int:
    """Give an item another id: NEW, or one that nobody has. The plan is shown first.

    After a merge two files may have one id: name the file that is to change. What names the item
    (depends_on, part_of, blocked.by) is changed with it; texts that mention it are told.
    """
    from opsflow.editing import renumbering

    facts = edit.facts()
    first = renumbering.plan(facts, renumbered.path(facts, old), new, every=every)
    if edit.dry_run:
        return edit.do(lambda _: first.plan)
    renumbered.show(facts, first)
    more = " --all" if every else ""
    renumbered.agree(yes, f"{edit.called('renumber')} {shlex.quote(old)} {first.new}{more} --yes")
    return edit.do(lambda facts: renumbered.again(facts, first, every))
