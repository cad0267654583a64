"""An item has been blocked for long.

Why: a block is somebody's turn to act. After a week it is time to ask again, or to find a way round.
Fix: ask who has to move, name them in `by:`, or unblock the item by another way.
Options: `after` is how long a block may stand (7d).

Bad:

    2026-03-02 OPS-1: {state: doing, assignees: [maria], blocked: {reason: no answer to our ticket}}
    today: 2026-03-10

Good:

    2026-03-02 OPS-1: {state: doing, assignees: [maria], blocked: {reason: no answer to our ticket}}
    2026-03-08 OPS-1: {state: doing, assignees: [maria], blocked: {reason: the part is on its way}}
    today: 2026-03-10
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from opsflow.facts import Facts
from opsflow.model import OVER, Judgement, Kind, Severity
from opsflow.rules import ago, kinds, length, number, settings, story_of

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True
OPTIONS = {"after": timedelta(days=7)}


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each open item, at its block."""
    meaning, after = kinds(facts.board), settings(facts.board, "stale-block")["after"]
    for item in facts.board.items.values():
        if not item.blocked or meaning.get(item.state, Kind.DONE) in OVER:
            continue
        story = story_of(facts, item.id)
        starts = [span.start for span in story.blocked if span.end is None] if story else []
        stood = ago(facts, max(starts, default=facts.now), after)
        if stood > after:
            by, reason = item.blocked.by, item.blocked.reason.rstrip(".")
            days = f"{number(stood.days, 'day')}, over {length(after)}"
            message = f"{item.id} has been blocked{f' by {by}' if by else ''} for {days}: {reason}"
            yield Judgement(item.at("blocked"), message)
