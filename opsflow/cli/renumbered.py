"""What `renumber` says before it does anything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from opsflow.cli import edits, options, screen
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.editing.plan import Plan
    from opsflow.editing.renumbering import Reference, Renumbered
    from opsflow.facts import Facts


def path(facts: Facts, old: str) -> str:
    """The file that is meant. OpsflowError where an id is that of two."""
    from opsflow.reading.names import id_of

    found = options.path_of(facts, old)
    if found is None:
        wanted = old.upper()
        same = edits.twins(facts, wanted) or edits.twins(facts, f"{facts.board.key}-{wanted}")
        if len(same) > 1:
            raise OpsflowError(
                f"{id_of(same[0])} is the id of {' and '.join(same)}; name the file that is to get another: "
                f"`opsflow renumber {same[-1]}`."
            )
        found = same[0] if same else edits.item(facts, old).path
    if not id_of(found):
        raise OpsflowError(f"{found} has no id that could be changed; `opsflow check` says what to do.")
    return found


def show(facts: Facts, found: Renumbered) -> None:
    """Say what would be changed, and what is left for people to look at."""
    (target, source) = next(iter(found.plan.moved.items()))
    screen.tell(f"{source} becomes {target}")
    for each in found.changed:
        screen.tell(f"{_place(facts, each)} is changed to {found.new}")
    for each in found.unclear:
        screen.tell(f"{_place(facts, each)} may mean the other file, and is left; --all changes it")
    for place in found.mentions:
        screen.tell(f"{place.path}:{place.line} mentions it in a text, which is left")


def agree(yes: bool, command: str) -> None:
    """Ask, unless that was answered; where nobody can be, OpsflowError with the command that does it."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise OpsflowError(f"Nothing was changed; if the plan is right: {command}")
    if not click.confirm("Do that?", default=True, err=True):
        raise OpsflowError("Nothing was changed, for you said no.")


def again(facts: Facts, found: Renumbered, every: bool) -> Plan:
    """The plan that was shown. OpsflowError where the board was changed since, and it would be another."""
    from opsflow.editing import renumbering

    (source,) = found.plan.moved.values()
    new = renumbering.plan(facts, source, found.new, every=every).plan if source in facts.tree else None
    if new != found.plan:
        raise OpsflowError("The board was changed since the plan was made; run the command again.")
    return found.plan


def _place(facts: Facts, each: Reference) -> str:
    from opsflow.model import Spot

    place = facts.locate(Spot(each.path, each.keys))
    key = ".".join(part for part in each.keys if isinstance(part, str))
    return f"{place.path}:{place.line}: {key}"
