"""What should be begun next, and why?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsflow import words
from opsflow.errors import OpsflowError
from opsflow.model import Finding, Person
from opsflow.reports import View, _numbers, _pull
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Next"


def view(facts: Facts, findings: Sequence[Finding], person: str = "") -> View:
    """What to begin, in order; with `person`, what this person may take up."""
    numbers = _numbers.of(facts)
    counted = _numbers.by_item(findings)
    who = _person(facts, person) if person else None
    limits = _pull.full(numbers, who)
    ready, held = _pull.order(numbers, limits, who)
    rows = [
        {
            "rank": rank,
            "id": each.item.id,
            "title": each.item.title,
            "class": shapes.class_(numbers, each.item.class_),
            "type": shapes.type_(numbers, each.item.type),
            "due_on": shapes.on(each.item.due),
            "due_in_days": (each.item.due - facts.today).days if each.item.due else None,
            "skills": list(each.item.skills),
            "why": list(each.why),
            "card": {**shapes.card(numbers, each.item, counted), "pull_rank": rank if rank <= 3 else None},
        }
        for rank, each in enumerate(ready, 1)
    ]
    return {
        **shapes.head(
            numbers, "next", TITLE, (__doc__ or "").strip(), (("pull order", None, len(ready) + len(held)),)
        ),
        "person": shapes.person(numbers, person) if person else None,
        "sentence": _sentence(numbers, rows, len(held), limits),
        "full": [_pull.full_view(numbers, each) for each in limits],
        "rows": rows,
        "not_yet": [{"id": each.item.id, "title": each.item.title, "why": list(each.why)} for each in held],
    }


def _person(facts: Facts, key: str) -> Person:
    """The person of that key; free names, where there is no people.yaml, have no skills to go by."""
    people = facts.board.people
    if people is None:
        skills = {skill for item in facts.board.items.values() for skill in item.skills}
        return Person(key, key, skills=tuple(sorted(skills)))
    if key not in people:
        raise OpsflowError(f"people.yaml has no {key}; it has {', '.join(people) or 'nobody'}.")
    return people[key]


def _sentence(numbers: Numbers, rows: Sequence[View], held: int, limits: Sequence[_pull.Full]) -> str:
    if rows:
        first = rows[0]
        why = f" ({', '.join(first['why'])})" if first["why"] else ""
        return f"Pull {first['id']} next: {first['title']}{why}."
    if limits:
        full = dict.fromkeys(_pull.full_sentence(numbers, each) for each in limits)
        return f"Nothing to pull: {'; '.join(full)}."
    if held:
        return f"Nothing to pull: {words.count(held, 'item')} {'is' if held == 1 else 'are'} not ready."
    return "Nothing to pull: no item is ready."
