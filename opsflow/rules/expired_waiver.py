"""The last day of a waiver has passed, so it no longer counts.

Why: an exception with an end is a promise to come back to it.
Fix: mend what it excused and remove it; or, with a reason, set a later day.

Bad:

    today: 2026-03-20
    OPS-1: {state: ready, allow: {overdue: {reason: the customer agreed, until: 2026-03-19}}}

Good:

    today: 2026-03-20
    OPS-1: {state: ready, allow: {overdue: {reason: the customer agreed, until: 2026-03-20}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import OVER, Judgement, Kind, Severity

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each such waiver of an open item, at its end."""
    meaning = facts.board.kinds
    for item in facts.board.items.values():
        if not item.allow or meaning.get(item.state, Kind.DONE) in OVER:
            continue
        for rule, waiver in item.allow.items():
            if waiver.until and waiver.until < facts.today:
                ended = f"the waiver of {rule} in {item.id} ended on {waiver.until}"
                message = f"{ended}: {waiver.reason.rstrip('.')}"
                yield Judgement(item.at("allow", rule, "until"), message, subject=f"{item.id} {rule}")
