"""A file of the board cannot be read, so nothing that it says counts.

Why: conflict markers, bad YAML, another encoding or a link instead of a file would otherwise be
guessed at, and each tool would guess something else.
Fix: correct the line that is named; conflict markers mean that a merge is not finished.

Bad:

    items/OPS-1.yaml:
        title: Renew edge certificates
        <<<<<<< HEAD
        state: ready
        =======
        state: inbox
        >>>>>>> certificates

Good:

    items/OPS-1.yaml:
        title: Renew edge certificates
        state: ready
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import Judgement, Severity
from opsflow.rules import whose

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """What reading found."""
    for fault in facts.faults:
        if fault.rule == "unreadable-file":
            yield fault.judgement._replace(subject=whose(fault.judgement.where))
