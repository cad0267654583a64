"""A date has passed, and the work is not finished.

Why: somebody was told that day, by `due` or by a `window` of maintenance. They should hear of a new one
before they ask.
Fix: finish the item, or agree on a new date and write it down.

Bad:

    today: 2026-03-20
    OPS-1: {state: ready, due: 2026-03-19}

Good:

    today: 2026-03-20
    OPS-1: {state: ready, due: 2026-03-20}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import OVER, Judgement, Kind, Severity, Spot
from opsflow.rules import number

SEVERITY = Severity.WARNING
_PROJECT = "Finish its open items, or agree on a new date and write it down."


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each open item, and for each project with open items; at the date."""
    meaning = facts.board.kinds
    begun: set[str] = set()
    for item in facts.board.items.values():
        if meaning.get(item.state, Kind.DONE) in OVER:
            continue
        begun.add(item.part_of)
        if item.due and item.due < facts.today:
            late = number((facts.today - item.due).days, "day")
            message = f"{item.id} was due on {item.due}, {late} ago, and is in `{item.state}`"
            yield Judgement(item.at("due"), message, subject=item.id)
        elif item.window and (ended := item.window.end.astimezone(facts.zone).date()) < facts.today:
            late = number((facts.today - ended).days, "day")
            message = f"the window of {item.id} ended on {ended}, {late} ago, and it is in `{item.state}`"
            yield Judgement(item.at("window"), message, subject=item.id)
    for project in (facts.board.projects or {}).values():
        if project.due and project.due < facts.today and project.key in begun:
            late = number((facts.today - project.due).days, "day")
            message = f"project {project.key} was due on {project.due}, {late} ago, and has open items"
            where = Spot(project.spot.path, (*project.spot.keys, "due"))
            yield Judgement(where, message, _PROJECT, subject=f"project {project.key}")
