"""Work is in progress, and no commit has touched it for long.

Why: either it stands still, or the board no longer says what is going on.
Fix: say what happens now: move it, block it with a reason, or move it back.
Options: `after` is how long an item may go untouched (14d). Blocked items are left to stale-block.

Bad:

    2026-03-02 OPS-1: {state: doing, assignees: [maria]}
    today: 2026-03-17

Good:

    2026-03-02 OPS-1: {state: doing, assignees: [maria]}
    2026-03-16 OPS-1: {state: review, assignees: [maria]}
    today: 2026-03-17
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, Item, Judgement, Severity
from opsflow.rules import ago, length, number, settings

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True
OPTIONS = {"after": timedelta(days=14)}


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    meaning, after = facts.board.kinds, settings(facts.board, "stale")["after"]
    for item in facts.board.items.values():
        if item.blocked or meaning.get(item.state) not in IN_PROGRESS:
            continue
        untouched = ago(facts, _touched(facts, item), after)
        if untouched > after:
            days = number(untouched.days, "day")
            message = f"{item.id} is in `{item.state}` and was last touched {days} ago, over {length(after)}"
            yield Judgement(item.at("state"), message, subject=item.id)


def _touched(facts: Facts, item: Item) -> datetime:
    """When a commit last changed it, mass edits aside; now where none has."""
    story = facts.story(item.id)
    commits = [version.commit for version in story.versions] if story else []
    return max((commit.at for commit in commits if not commit.ignored), default=facts.now)
