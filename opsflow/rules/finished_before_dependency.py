"""An item is finished, and what it depends on is not.

Why: either the work is not really done, or the dependency is none. Every order of work and every
forecast built on it is wrong.
Fix: finish the dependency, or remove it.

Bad:

    OPS-1: {state: done, depends_on: [OPS-2]}
    OPS-2: {state: ready}

Good:

    OPS-1: {state: done, depends_on: [OPS-2]}
    OPS-2: {state: done}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import Judgement, Kind, Severity
from opsflow.rules._waits import hasty

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    return hasty(facts, {Kind.DONE})
