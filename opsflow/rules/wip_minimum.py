"""Fewer items are somewhere than a limit of the board asks for.

Why: work that never gets a place starves: improvements and projects, while outages take the day.
Nothing is said while it may not be so: while the file of an item cannot be read, or an item that the limit
may be about names an unknown state, type, class, person, service or project. That is a finding of its own.
Fix: pull an item of that kind next.

Bad:

    limits: [{type: improvement, min: 1}]
    OPS-1: {state: ready, type: improvement}

Good:

    limits: [{type: improvement, min: 1}]
    OPS-1: {state: doing, assignees: [maria], type: improvement}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.graph import count
from opsflow.model import Judgement, Severity
from opsflow.rules._doubts import Doubts
from opsflow.rules._limits import at_number, label, limited, subject

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each limit that is not reached, or for each person, type … that does not reach it; at `min`."""
    doubts = Doubts(facts)
    for limit in facts.board.limits:
        if limit.min is None:
            continue
        for group in count(facts.graph, facts.board, limit):
            if len(group.items) < limit.min and not doubts.may_lack(limit, group):
                message = f"{limited(limit, group)}, and the minimum{label(limit)} is {limit.min}"
                short = limit.min - len(group.items)
                about = subject(limit, group)
                yield Judgement(at_number(limit, "min"), message, subject=about, extent=short)
