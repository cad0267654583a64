"""An item has been blocked for long.

Why: a block is somebody's turn to act. After a week it is time to ask again, or to find a way round.
Fix: ask who has to move, name them in `by:`, or unblock the item by another way.
Options: `after` is how long a block may stand (7d). Days are counted as ages are, the first one included.

Bad:

    2026-03-02 OPS-1: {state: doing, assignees: [maria], blocked: {reason: no answer to our ticket}}
    today: 2026-03-09

Good:

    2026-03-02 OPS-1: {state: doing, assignees: [maria], blocked: {reason: no answer to our ticket}}
    2026-03-08 OPS-1: {state: doing, assignees: [maria], blocked: {reason: the part is on its way}}
    today: 2026-03-09
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from opsflow.facts import Facts
from opsflow.flow import days
from opsflow.model import OVER, Judgement, Kind, Severity
from opsflow.rules import length, number, settings

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True
OPTIONS = {"after": timedelta(days=7)}


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each open item, at its block."""
    meaning, after = facts.board.kinds, settings(facts.board, "stale-block")["after"]
    for item in facts.board.items.values():
        if not item.blocked or meaning.get(item.state, Kind.DONE) in OVER:
            continue
        starts = [span.start for span in facts.blocks(item.id) if span.end is None]
        if starts and _stood(facts, max(starts), after) > after:
            by, reason = item.blocked.by, item.blocked.reason.rstrip(".")
            count = number(days.inclusive(max(starts), facts.now, facts.zone), "day")
            who = f" by {by}" if by else ""
            message = f"{item.id} has been blocked{who} for {count}, over {length(after)}: {reason}"
            yield Judgement(item.at("blocked"), message, subject=item.id)


def _stood(facts: Facts, start: datetime, after: timedelta) -> timedelta:
    """How long a block has stood: days of the calendar where `after` is in whole days, as pages show it."""
    if after % days.ONE:
        return facts.now - start
    return days.inclusive(start, facts.now, facts.zone) * days.ONE
