"""The clone does not hold the whole history, so no date, age or rate is known.

Why: measures come from commits. A clone cut short, or with objects that Git cannot read, dates things
wrongly, so nothing is measured in it, and rules that need the history are not judged.
Fix: fetch the rest with `git fetch --unshallow`; in CI, ask for the full depth (`fetch-depth: 0`).

Bad:

    history: only the last commit is here
    OPS-1: {state: ready}

Good:

    2026-03-02 OPS-1: {state: ready}
    today: 2026-03-04
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import PLAIN_GAPS, Facts
from opsflow.model import BOARD_FILE, Judgement, Severity, Spot

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Judgement]:
    """One, where there is a repository with commits and its history cannot be told."""
    if facts.history is None and facts.gap and facts.gap not in PLAIN_GAPS:
        # What to do comes last; before it there may be Git's own words, which may hold a colon.
        what, _, how = facts.gap.partition(": ")
        if how and not what.startswith("the clone"):
            what, _, how = facts.gap.rpartition(": ")
        yield Judgement(Spot(BOARD_FILE), what, how[:1].upper() + how[1:], subject="history")
