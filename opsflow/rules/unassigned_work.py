"""Work is in progress, and nobody is assigned.

Why: what is everybody's is nobody's; the item grows old, and no limit per person sees it.
Fix: assign somebody, or move the item back until somebody pulls it.

Bad:

    OPS-1: {state: doing}

Good:

    OPS-1: {state: doing, assignees: [maria]}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, Board, Item, Judgement, Severity
from opsflow.rules._doubts import Doubts

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    meaning, doubts = facts.board.kinds, Doubts(facts)
    for item in facts.board.items.values():
        if item.assignees or meaning.get(item.state) not in IN_PROGRESS:
            continue
        if _could_say(facts.board, item) and not doubts.is_misshapen(item, "assignees"):
            message = f"{item.id} is in `{item.state}`, and nobody is assigned"
            yield Judgement(item.at("state"), message, subject=item.id)


def _could_say(board: Board, item: Item) -> bool:
    """Whether its format has assignees: a foreign one may not."""
    return item.source is None or "assignees" in board.sources[item.source].get("fields", {})
