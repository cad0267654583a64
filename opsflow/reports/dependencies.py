"""What waits for what, and what holds up the most?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsflow import words
from opsflow.model import IN_PROGRESS, Finding, Item, order_key
from opsflow.reports import View, _numbers, _ties
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers
from opsflow.reports._ties import Ties

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Dependencies"
MOST = 20
"""How many of those that hold up work are listed."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    ties = _ties.of(numbers)
    held = _holding(numbers, ties)
    return {
        **shapes.head(
            numbers,
            "dependencies",
            TITLE,
            (__doc__ or "").strip(),
            (("holds up", None, len(ties.items)), ("critical path", None, len(ties.critical))),
        ),
        "sentence": _sentence(ties, held),
        "subtitle": "Open items that wait for others or are waited for; an arrow leads to what is needed.",
        "read": "Finish first what many wait for. Being late on the critical path makes all of it late.",
        "nodes": [_ties.node(numbers, item, ties) for item in ties.items],
        "edges": [
            _ties.edge(numbers, item, needed, ties)
            for item in ties.items
            for needed in _ties.waits_for(numbers, item)
        ],
        "layers": _layers(ties),
        "cycles": [
            {"items": list(cycle), "sentence": " → ".join((*cycle, cycle[0]))} for cycle in ties.cycles
        ],
        "critical_path": {
            "items": [shapes.ref(numbers, item) for item in ties.critical],
            "length": len(ties.critical),
            "sentence": " → ".join(ties.critical),
        },
        "holds_up": held[:MOST],
        "ready": [shapes.ref(numbers, item.id) for item in _freed(numbers)],
        "waiting": _waiting(numbers),
        "dangling": _dangling(numbers),
        "reason": "" if ties.items else "No open item depends on another open item.",
    }


def _sentence(ties: Ties, held: Sequence[View]) -> str:
    if ties.cycles:
        cycles = words.count(len(ties.cycles), "group of items waits", "groups of items wait")
        return f"{cycles} for one another in a circle."
    if not held:
        return "No open item depends on another."
    first = held[0]
    return f"{first['id']} holds up {words.count(first['count'], 'other item')}."


def _layers(ties: Ties) -> list[list[str]]:
    depth = max((layer for layer in ties.layers.values() if layer is not None), default=-1)
    layers: list[list[str]] = [[] for _ in range(depth + 1)]
    for item in ties.items:
        layer = ties.layers[item]
        if layer is not None:
            layers[layer].append(item)
    return layers


def _holding(numbers: Numbers, ties: Ties) -> list[View]:
    rows = []
    for name in ties.items:
        item = numbers.facts.board.items[name]
        later = numbers.holds_up(name)
        if later:
            rows.append(
                {
                    "id": name,
                    "title": item.title,
                    "state": shapes.state(numbers, item.state),
                    "count": len(later),
                    "directly": sum(not numbers.over(each) for each in numbers.dependents.get(name, ())),
                    "assignees": [shapes.person(numbers, key) for key in item.assignees],
                    "blocked": item.blocked is not None,
                }
            )
    return sorted(rows, key=lambda row: (-row["count"], -row["directly"], order_key(row["id"])))


def _freed(numbers: Numbers) -> list[Item]:
    """Items not begun whose dependencies, of which there were some, are all finished."""
    return [
        item
        for item in numbers.open
        if item.depends_on
        and numbers.kind(item) not in IN_PROGRESS
        and all(numbers.done(needed) for needed in item.depends_on)
    ]


def _waiting(numbers: Numbers) -> list[View]:
    rows = []
    for item in numbers.open:
        needed = shapes.waits_for(numbers, item)
        if needed:
            rows.append(
                {
                    "id": item.id,
                    "title": item.title,
                    "state": shapes.state(numbers, item.state),
                    "waits_for": needed,
                }
            )
    return rows


def _dangling(numbers: Numbers) -> list[View]:
    board = numbers.facts.board
    return [
        {"id": item.id, "missing": needed}
        for item in board.items.values()
        for needed in dict.fromkeys(item.depends_on)
        if needed not in board.items and needed not in board.unread and numbers.story(needed) is None
    ]
