"""Two files have the same id, so nobody can say which of them is meant.

Why: an id names one item for ever, in dependencies, in commits and in conversations.
Fix: give the newer file an id of its own, and correct what refers to it.

Bad:

    items/OPS-1-renew-certificates.yaml: {state: ready}
    items/OPS-1-replace-switch.yaml: {state: inbox}

Good:

    items/OPS-1-renew-certificates.yaml: {state: ready}
    items/OPS-2-replace-switch.yaml: {state: inbox}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import Judgement, Severity

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """What reading found."""
    return (fault.judgement for fault in facts.faults if fault.rule == "duplicate-id")
