"""An item is due earlier than something that it depends on.

Why: the earlier date cannot be kept, even if everything goes as planned.
Fix: bring the dependency's date forward, or tell whoever waits for the item the later one.

Bad:

    OPS-1: {state: ready, due: 2026-03-10, depends_on: [OPS-2]}
    OPS-2: {state: ready, due: 2026-03-20}

Good:

    OPS-1: {state: ready, due: 2026-03-20, depends_on: [OPS-2]}
    OPS-2: {state: ready, due: 2026-03-20}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsflow.facts import Facts
from opsflow.graph import waits
from opsflow.model import OVER, Item, Judgement, Kind, Severity

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, naming the latest of its dependencies."""
    meaning = facts.board.kinds
    latest: dict[str, tuple[date, Item]] = {}
    early: dict[str, int] = {}
    for item, other, _ in waits(facts.graph, facts.board):
        if not item.due or not other.due or item.due >= other.due:
            continue
        if {meaning.get(item.state, Kind.DONE), meaning.get(other.state, Kind.DONE)} & OVER:
            continue
        if item.id not in latest or other.due > latest[item.id][0]:
            latest[item.id], early[item.id] = (other.due, other), (other.due - item.due).days
    for id_, (due, other) in latest.items():
        item = facts.item(id_)
        message = f"{item.id} is due on {item.due}, but {other.id}, which it depends on, is due on {due}"
        yield Judgement(item.at("due"), message, subject=item.id, extent=early[id_])
