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
from opsflow.rules import open_dependencies, several

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    for item, others in open_dependencies(facts, {Kind.DONE}):
        verb = "is" if len(others) == 1 else "are"
        waits = f"{several(others)}, which it depends on, {verb} not finished"
        message = f"{item.id} is in `{item.state}`, but {waits}"
        yield Judgement(item.at("state"), message, subject=item.id, things=tuple(others))
