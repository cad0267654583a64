"""An item is deleted that is not finished.

Why: who deletes a file decides alone and in silence that work will not be done, and whoever asked for it
sees nothing. For an item that was begun this is an error, for one in the backlog a warning, unless the
board gives the rule a severity of its own. Finished and discarded items may be deleted.
Fix: bring the file back, and move the item to a state of kind discarded; it may be deleted afterwards.
An item that got another id and nothing else is not deleted.

Bad:

    before:
        OPS-1: {state: doing, assignees: [maria]}
        OPS-2: {state: ready}
    OPS-2: {state: ready}

Good:

    before:
        OPS-1: {state: doing, assignees: [maria]}
        OPS-2: {state: ready}
    OPS-1: {state: dropped, assignees: [maria]}
    OPS-2: {state: ready}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, OVER, Item, Judgement, Place, Severity
from opsflow.reading import other_ids
from opsflow.rules._changes import items_before

SEVERITY = Severity.ERROR
NEEDS_BASE = True


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at the file that it had."""
    before = items_before(facts)
    if facts.base is None or not before:
        return
    meaning = facts.base.board.kinds
    renumbered = frozenset(other_ids.between(before, facts.board.items).values())
    setting = facts.board.rules.get("unfinished-item-deleted")
    own = setting.severity if setting else None
    for item in before.values():
        if item.id in facts.board.items or item.id in renumbered or meaning.get(item.state) in OVER:
            continue
        if _is_there(facts, item):
            continue
        milder = None if own or meaning.get(item.state) in IN_PROGRESS else Severity.WARNING
        message = f"{item.id} ({item.title}) is deleted, and was in `{item.state}`"
        yield Judgement(Place(item.path), message, severity=milder, waivable=False, subject=item.id)


def _is_there(facts: Facts, item: Item) -> bool:
    """Whether its file is there, but cannot be read or has a bad name."""
    if item.id in facts.board.unread or (item.source is None and item.path in facts.tree):
        return True
    data = facts.base.tree.get(item.path) if facts.base else None
    misnamed = (fault.judgement.where.path for fault in facts.faults if fault.rule == "misnamed-file")
    return any(facts.tree.get(path) == data for path in misnamed)
