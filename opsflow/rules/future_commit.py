"""A commit is dated after now.

Why: the clock of the machine that made it was wrong. What was known then counts as known only when that
time comes, and every age and rate around it is wrong.
Fix: set that clock; if the commit is not yet shared, make it anew (`git commit --amend --reset-author`).
Options: `after` is how far ahead a clock may be (1h).

Bad:

    2026-03-02 OPS-1: {state: ready}
    2027-03-02 OPS-2: {state: ready}
    today: 2026-03-04

Good:

    2026-03-02 OPS-1: {state: ready}
    2026-03-03 OPS-2: {state: ready}
    today: 2026-03-04
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from opsflow.facts import Facts
from opsflow.model import BOARD_FILE, Commit, Judgement, Severity, Spot
from opsflow.rules import settings

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True
OPTIONS = {"after": timedelta(hours=1)}


def check(facts: Facts) -> Iterator[Judgement]:
    """One for all such commits, naming the first; in an item that it wrote, or at the board's name."""
    after = settings(facts.board, "future-commit")["after"]
    commits = facts.history.commits if facts.history else ()
    if not commits or commits[-1].at - facts.now <= after:
        return
    ahead = [(commit, stamp) for commit in commits if (stamp := commit.stamped) and stamp - facts.now > after]
    if ahead:
        commit, stamp = ahead[0]
        count = len(ahead) - 1
        others = f", and so {'is another' if count == 1 else f'are {count} others'}" if count else ""
        when = stamp.astimezone(facts.zone).strftime("%Y-%m-%d %H:%M")
        message = f"commit {commit.id[:10]} is dated {when}, after now{others}"
        yield Judgement(_where(facts, commit), message, subject="commits", extent=len(ahead))


def _where(facts: Facts, commit: Commit) -> Spot:
    for item in facts.board.items.values():
        story = facts.story(item.id)
        if story and any(version.commit.id == commit.id for version in story.versions):
            return item.at()
    return Spot(BOARD_FILE)
