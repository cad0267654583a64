"""An item needs a skill that nobody has who could use it.

Why: such work waits for a person who is not there; better to know it before it begins.
Fix: assign somebody who has the skill as well, plan to learn it, or write it down in people.yaml.

Bad:

    people: {maria: {name: Maria, skills: [tls]}, sam: {name: Sam}}
    OPS-1: {state: ready, assignees: [sam], skills: [tls]}

Good:

    people: {maria: {name: Maria, skills: [tls]}, sam: {name: Sam}}
    OPS-1: {state: ready, assignees: [sam, maria], skills: [tls]}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import OVER, Item, Judgement, Kind, Severity
from opsflow.rules import several

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each skill of each open item: of its assignees if it has any, else of anybody."""
    meaning = facts.board.kinds
    holders: dict[str, list[str]] = {}
    for person in (facts.board.people or {}).values():
        for skill in person.skills:
            holders.setdefault(skill, []).append(person.key)
    for item in facts.board.items.values():
        if item.skills and facts.board.people is not None and meaning.get(item.state, Kind.DONE) not in OVER:
            yield from _judge(facts, item, holders)


def _judge(facts: Facts, item: Item, holders: dict[str, list[str]]) -> Iterator[Judgement]:
    people = facts.board.people or {}
    assigned = [name for name in item.assignees if name in people]
    if item.assignees and not assigned:
        return
    for position, skill in enumerate(item.skills):
        able = holders.get(skill, [])
        where = item.at("skills", position)
        if not able:
            message = f"{item.id} needs the skill `{skill}`, which nobody in people.yaml has"
            yield Judgement(where, message, subject=f"{item.id} {skill}")
        elif assigned and not set(assigned) & set(able):
            verb = "has" if len(assigned) == 1 else "have"
            message = f"{item.id} needs the skill `{skill}`, which {several(assigned)} {verb} not"
            hint = f"Assign somebody who has it as well: {several(able)}."
            yield Judgement(where, message, hint, subject=f"{item.id} {skill}")
