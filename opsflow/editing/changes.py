"""The edits of every day: what is to become of items, as a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from opsflow.editing import fields, plan
from opsflow.editing.fields import Assignment
from opsflow.editing.plan import Edited, Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import Item
from opsflow.reading import edits
from opsflow.reading.edits import Edit


def move(facts: Facts, items: Sequence[Item], state: str) -> Plan:
    """Items into a state, by its name or its title. OpsflowError where the workflow does not know it."""
    known = [each.name for each in facts.board.states]
    state = state if state in known else facts.board.titles.get(state.casefold(), state)
    if state not in known:
        from difflib import get_close_matches

        near = get_close_matches(state, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}."
        raise OpsflowError(f"The workflow has no state {state!r}; {hint}")

    def said(item: Item) -> str:
        return f"moved from {item.state} to {state}" if item.state != state else f"is in {state} already"

    return _each(facts, items, [edits.Set(("state",), state)], said, f"Move to {state}")


def assign(facts: Facts, items: Sequence[Item], given: Sequence[Assignment]) -> Plan:
    """Items with other values in some fields."""
    wanted = [edit for each in given for edit in fields.edits_of(each)]
    return _each(facts, items, wanted, lambda _: f": {fields.done(given)}", fields.said(given))


def block(facts: Facts, item: Item, reason: str, by: str = "") -> Plan:
    """An item that cannot go on, why, and who has to move."""
    value = {"reason": reason, **({"by": by} if by else {})}
    who = f" by {by}" if by else ""
    old = item.blocked
    whom = f" by {old.by}" if old and old.by else ""
    was = f"; it was blocked{whom} until now: {old.reason.rstrip('.')}" if old else ""
    return _each(
        facts,
        [item],
        [edits.Set(("blocked",), dict(value))],
        lambda _: f"is blocked{who}: {reason.rstrip('.')}{was}",
        f"Block{who} ({reason})",
    )


def unblock(facts: Facts, items: Sequence[Item]) -> Plan:
    """Items that can go on."""

    def said(item: Item) -> str:
        return "is not blocked any more" if item.blocked else "is not blocked"

    return _each(facts, items, [edits.Remove(("blocked",))], said, "Unblock")


def allow(facts: Facts, item: Item, rule: str, reason: str, by: str = "", until: date | None = None) -> Plan:
    """An item with a waiver of a rule. OpsflowError where no item can waive it."""
    waivable(rule)
    if until and until < facts.today:
        raise OpsflowError(f"{until} is over already, and so would the waiver be; name today or a later day.")
    value = {"reason": reason, **({"by": by} if by else {}), **({"until": str(until)} if until else {})}
    end = f" until {until}" if until else ""
    return _each(
        facts,
        [item],
        [edits.Set(("allow", rule), dict(value))],
        lambda _: f"may break {rule}{end}: {reason.rstrip('.')}",
        f"Allow {rule}{end} ({reason})",
    )


def waivable(rule: str) -> None:
    """OpsflowError where there is no such rule, or none that an item can waive."""
    from opsflow.rules import ALL, NEVER_WAIVED

    if rule not in ALL:
        from difflib import get_close_matches

        near = get_close_matches(rule, ALL, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise OpsflowError(f"There is no rule {rule!r}.{hint} `opsflow explain` lists them.")
    if rule in NEVER_WAIVED:
        raise OpsflowError(f"Nothing waives {rule}; `opsflow explain {rule}` says how to mend what it finds.")


def _each(
    facts: Facts, items: Sequence[Item], wanted: Sequence[Edit], said: Callable[[Item], str], did: str
) -> Plan:
    edited = []
    for item in items:
        before = facts.tree[item.path]
        after = edits.apply(item.path, before, wanted)
        unchanged = after == before and not said(item).endswith(("already", "not blocked"))
        edited.append(Edited(item, before, after, "is so already" if unchanged else said(item)))
    return plan.of(facts.root, edited, did)
