"""A waiver was added or prolonged, and its reason says nothing.

Why: a waiver is an exception that somebody has to answer for later. "todo" answers nothing, and an end that
is moved again and again with the words of the first time is a rule that no longer holds. Nothing waives
this.
Fix: say in `reason` what is special here; where the end is later than before, why it took longer.

Bad:

    before:
        OPS-1: {state: ready}
    OPS-1: {state: ready, allow: {overdue: {reason: todo}}}

Good:

    before:
        OPS-1: {state: ready}
    OPS-1: {state: ready, allow: {overdue: {reason: the customer agreed to April}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsflow.facts import Facts
from opsflow.model import Item, Judgement, Severity, Waiver
from opsflow.rules._changes import is_said, items_before

SEVERITY = Severity.ERROR
NEEDS_BASE = True


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each such waiver, at its reason, or at its end where that was moved."""
    before = items_before(facts)
    if facts.base is None or not facts.base.board.usable:
        return
    for item in facts.board.items.values():
        known = before.get(item.id)
        for rule, waiver in item.allow.items() if known is not item else ():
            yield from _judge(item, rule, waiver, known.allow.get(rule) if known else None)


def _judge(item: Item, rule: str, waiver: Waiver, before: Waiver | None) -> Iterator[Judgement]:
    subject = f"{item.id} {rule}"
    is_new = before is None or _plain(before.reason) != _plain(waiver.reason)
    longer = before is not None and (waiver.until or date.max) > (before.until or date.max)
    if not is_said(waiver.reason, rule) and (is_new or longer):
        message = f"the waiver of {rule} in {item.id} gives `{waiver.reason}` as its reason, which is none"
        yield Judgement(item.at("allow", rule, "reason"), message, waivable=False, subject=subject)
    elif longer and before is not None and not is_new:
        end = f"on {waiver.until}" if waiver.until else "never"
        message = (
            f"the waiver of {rule} in {item.id} ends {end} instead of on {before.until}, with the same reason"
        )
        yield Judgement(item.at("allow", rule, "until"), message, waivable=False, subject=subject)


def _plain(reason: str) -> str:
    """A reason without what is no word of it: more dots are no new reason."""
    return "".join(letter for letter in reason.casefold() if letter.isalnum())
