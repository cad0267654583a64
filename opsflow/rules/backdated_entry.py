"""An item says that it entered a state at a time that the commits make unlikely.

Why: `entered:` overrides the time of the commit, and so every measure. It is there for what was recorded
a little late, such as an outage at night.
Fix: correct the moment. Where it is right, waive the rule in the item with the reason.
Options: `after` is how long before its commit an entry may be (30d).

Bad:

    2026-03-02 OPS-1: {state: ready}
    2026-03-04 OPS-1: {state: doing, assignees: [maria], entered: {doing: 2026-01-04 09:00}}
    today: 2026-03-04

Good:

    2026-03-02 OPS-1: {state: ready}
    2026-03-04 OPS-1: {state: doing, assignees: [maria], entered: {doing: 2026-03-04 09:00}}
    today: 2026-03-04
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from opsflow.facts import Facts
from opsflow.model import Item, Judgement, Severity
from opsflow.rules import length, settings

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True
OPTIONS = {"after": timedelta(days=30)}


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each entry that its commits do not bear out; at the entry."""
    meaning = facts.board.kinds
    for item in facts.board.items.values():
        for state, moment in item.entered.items():
            if state in meaning and (doubt := _doubt(facts, item, state, moment)):
                when = moment.astimezone(facts.zone).strftime("%Y-%m-%d %H:%M")
                message = f"{item.id} says that it entered `{state}` on {when}, {doubt}"
                yield Judgement(item.at("entered", state), message, subject=f"{item.id} {state}")


def _doubt(facts: Facts, item: Item, state: str, moment: datetime) -> str:
    """What speaks against an entry; empty: nothing. The history takes none that is later than its commit."""
    story = facts.story(item.id)
    moves = [move for move in story.transitions if move.after == state] if story else []
    taken = [move for move in moves if move.at == moment]
    if not taken and moment > (moves[-1].commit.at if moves else facts.now):
        return "later than the commit that says so"
    after = settings(facts.board, "backdated-entry")["after"]
    if moves and (taken or moves)[-1].commit.at - moment > after:
        return f"more than {length(after)} before the commit that shows it"
    return ""
