"""An item that was over is open again, and nothing says why.

Why: a finished item was counted, and somebody was told. That it comes back is worth a sentence: it is how
failure demand is seen. A line that is new in its `description` is such a sentence.
Fix: add a line to the description that says why it is open again, or a waiver with the reason (`allow:
{reopened-without-reason: {reason: ...}}`). If it is new work, make a new item.

Bad:

    before:
        OPS-1: {state: done}
    OPS-1: {state: ready}

Good:

    before:
        OPS-1: {state: done}
    OPS-1: {state: ready, description: The new certificate was for the wrong host.}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import OVER, Item, Judgement, Severity
from opsflow.rules._changes import changed, is_said

SEVERITY = Severity.WARNING
NEEDS_BASE = True


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    meaning = {**facts.board.kinds, **(facts.base.board.kinds if facts.base else {})}
    for before, after in changed(facts):
        if meaning.get(before.state) not in OVER or meaning.get(after.state, meaning[before.state]) in OVER:
            continue
        if not _says_why(before, after):
            message = f"{after.id} was in `{before.state}` and is in `{after.state}` again"
            yield Judgement(after.at("state"), message, subject=after.id)


def _says_why(before: Item, after: Item) -> bool:
    """Whether the description has a line that it had not."""
    old = {line.strip() for line in before.description.splitlines()}
    return any(line.strip() not in old and is_said(line) for line in after.description.splitlines())
