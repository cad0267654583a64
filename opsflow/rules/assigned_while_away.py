"""Everybody who is assigned to an item is away while it needs them.

Why: work in progress stands still for that time, and planned maintenance finds nobody there.
Fix: hand the item over to somebody who is there, or move it back or to another day.

Bad:

    today: 2026-03-04
    people: {maria: {name: Maria, away: [{start: 2026-03-02, end: 2026-03-06}]}}
    OPS-1: {state: doing, assignees: [maria]}

Good:

    today: 2026-03-04
    people: {maria: {name: Maria, away: [{start: 2026-03-02, end: 2026-03-06}]}, sam: {name: Sam}}
    OPS-1: {state: doing, assignees: [maria, sam]}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, OVER, Item, Judgement, Kind, Person, Severity
from opsflow.rules import several

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item: in progress today, or with a planned window on a day of theirs."""
    meaning, people = facts.board.kinds, facts.board.people or {}
    if not any(person.away for person in people.values()):
        return
    for item in facts.board.items.values():
        kind = meaning.get(item.state)
        assigned = [people[name] for name in item.assignees if name in people]
        if kind is None or kind in OVER or not assigned or len(assigned) < len(item.assignees):
            continue
        yield from _judge(facts, item, kind, assigned)


def _judge(facts: Facts, item: Item, kind: Kind, assigned: list[Person]) -> Iterator[Judgement]:
    who = several([person.name for person in assigned])
    verb = "is" if len(assigned) == 1 else "are"
    if kind in IN_PROGRESS and (back := _away(assigned, facts.today)):
        message = f"{item.id} is in `{item.state}`, but {who} {verb} away until {back}"
        yield Judgement(item.at("assignees"), message, subject=item.id, things=item.assignees)
        return
    day = item.window and item.window.start.astimezone(facts.zone).date()
    if day and day >= facts.today and (back := _away(assigned, day)):
        message = f"the window of {item.id} begins on {day}, but {who} {verb} away until {back}"
        subject = f"{item.id} window"
        yield Judgement(item.at("window"), message, subject=subject, things=item.assignees)


def _away(assigned: list[Person], day: date) -> date | None:
    """The last day before the first of them is there again; None if one of them is there that day."""
    ends = [
        max((away.end for away in person.away if away.start <= day <= away.end), default=None)
        for person in assigned
    ]
    known = [end for end in ends if end]
    return min(known) if len(known) == len(ends) else None
