"""Work began before what it depends on was finished.

Why: such work soon waits, and takes a place under the WIP limit while it does.
Fix: finish the dependency first and move the item back until then; or remove the dependency, if the work
can go on without it.

Bad:

    OPS-1: {state: doing, assignees: [maria], depends_on: [OPS-2]}
    OPS-2: {state: ready}

Good:

    OPS-1: {state: ready, depends_on: [OPS-2]}
    OPS-2: {state: ready}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, Judgement, Severity
from opsflow.rules._waits import hasty

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    return hasty(facts, IN_PROGRESS)
