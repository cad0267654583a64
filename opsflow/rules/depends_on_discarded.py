"""An open item depends on one that was discarded and will never be finished.

Why: it can never start by its own rules, and nobody has said what happens now.
Fix: remove the dependency, name what replaces it, or discard this item, too.

Bad:

    OPS-1: {state: ready, depends_on: [OPS-2]}
    OPS-2: {state: dropped}

Good:

    OPS-1: {state: ready, depends_on: [OPS-3]}
    OPS-2: {state: dropped}
    OPS-3: {state: ready}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.graph import waits
from opsflow.model import OVER, Judgement, Kind, Severity

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each such dependency, in the list."""
    meaning = facts.board.kinds
    for item, other, position in waits(facts.graph, facts.board):
        if meaning.get(other.state) is Kind.DISCARDED and meaning.get(item.state, Kind.DONE) not in OVER:
            message = (
                f"{item.id} depends on {other.id}, which is in `{other.state}` and will never be finished"
            )
            yield Judgement(item.at("depends_on", position), message, subject=f"{item.id} {other.id}")
