"""An item is finished, and parts of it are not.

Why: a whole is finished when its parts are; until then its cycle time and every count of it are too good.
Fix: finish or discard the parts, take them out (`part_of`), or move the whole back.

Bad:

    OPS-1: {state: done}
    OPS-2: {state: ready, part_of: OPS-1}

Good:

    OPS-1: {state: done}
    OPS-2: {state: done, part_of: OPS-1}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.graph import PART_OF, knots
from opsflow.model import OVER, Judgement, Kind, Severity
from opsflow.rules import several

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each whole, at its state."""
    board, meaning = facts.board, facts.board.kinds
    rings = frozenset().union(*knots(facts.graph, PART_OF))
    parts: dict[str, list[str]] = {}
    for item in board.items.values():
        if item.part_of in board.items and meaning.get(item.state, Kind.DONE) not in OVER:
            parts.setdefault(item.part_of, []).append(item.id)
    for whole in (board.items[name] for name in parts if name not in rings):
        if meaning.get(whole.state) is Kind.DONE:
            names = several(parts[whole.id])
            part = "a part of it, is" if len(parts[whole.id]) == 1 else "parts of it, are"
            message = f"{whole.id} is in `{whole.state}`, but {names}, {part} not finished"
            yield Judgement(whole.at("state"), message, subject=whole.id, things=tuple(parts[whole.id]))
