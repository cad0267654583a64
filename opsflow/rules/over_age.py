"""Work in progress is older than the board expects any such work to become.

Why: an expectation is what others are told ("85% within 10 days"). Once an item is past it, its age
says nothing about when it will be finished, so somebody has to look.
Fix: find out what it waits for, and finish it before anything new is pulled; or split it.

Bad:

    expectations: [{within: 10d, share: 0.85}]
    2026-03-02 OPS-1: {state: doing, assignees: [maria]}
    today: 2026-03-12

Good:

    expectations: [{within: 10d, share: 0.85}]
    2026-03-02 OPS-1: {state: doing, assignees: [maria]}
    today: 2026-03-11
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.flow.expectation import applies, sentence
from opsflow.flow.spans import age_days
from opsflow.model import IN_PROGRESS, Judgement, Severity
from opsflow.rules import number

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    board, meaning = facts.board, facts.board.kinds
    if not board.expectations:
        return
    for item in board.items.values():
        if meaning.get(item.state) not in IN_PROGRESS or not (span := facts.span(item.id)):
            continue
        expectation = applies(board.expectations, item.type, item.class_, item.services)
        age = age_days(span, facts.now, facts.zone)
        if expectation and age is not None and age > expectation.within:
            message = f"{item.id} is {number(age, 'day')} old, and {sentence(expectation)}"
            yield Judgement(item.at("state"), message, subject=item.id)
