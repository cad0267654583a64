"""An item jumped over a state in which work is done.

Why: a state that is left out was a promise: that somebody tests, or that somebody else looks. Its limit was
not asked either. Items may pass over states of kind backlog and waiting, for not everything has to wait; a
new item may begin anywhere, and an item may be discarded from anywhere. Where `entered:` in the item, or a
commit, says when it was in the state, it was not left out.
Fix: move the item back to where it stands. If it was in the state, say when (`entered: {review: 2026-03-02
15:00}`); if it may do without, say why (`allow: {skipped-state: {reason: ...}}`).
Options: `most` is how many states of kind active may be left out in one go (0); `waiting` set to true counts
those of kind waiting as well (false).

Bad:

    before:
        OPS-1: {state: doing, assignees: [maria]}
    OPS-1: {state: done, assignees: [maria]}

Good:

    before:
        OPS-1: {state: doing, assignees: [maria]}
    OPS-1: {state: done, assignees: [maria], entered: {review: 2026-03-02 09:00}}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import OVER, Item, Judgement, Kind, Severity, State
from opsflow.rules import settings, several
from opsflow.rules._changes import changed

SEVERITY = Severity.WARNING
NEEDS_BASE = True
OPTIONS = {"most": 0, "waiting": False}


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each item, at its state."""
    options = settings(facts.board, "skipped-state")
    kinds = {Kind.ACTIVE, Kind.WAITING} if options["waiting"] else {Kind.ACTIVE}
    for before, after in changed(facts):
        between = [state.name for state in _between(facts, before, after) if state.kind in kinds]
        skipped = [
            name for name in between if name not in _told(before, after) | _passed(facts, before, after)
        ]
        if len(skipped) > options["most"]:
            names = several(f"`{name}`" for name in skipped)
            message = f"{after.id} went from `{before.state}` to `{after.state}`, past {names}"
            yield Judgement(after.at("state"), message, subject=after.id)


def _between(facts: Facts, before: Item, after: Item) -> tuple[State, ...]:
    """The states on the way, by the workflow before the change if it knows both; none on the way back."""
    for board in (facts.base.board if facts.base else facts.board, facts.board):
        ranks = {state.name: rank for rank, state in enumerate(board.states)}
        if before.state in ranks and after.state in ranks:
            over = board.kind(before) in OVER or board.kind(after) is Kind.DISCARDED
            return () if over else board.states[ranks[before.state] + 1 : ranks[after.state]]
    return ()


def _told(before: Item, after: Item) -> set[str]:
    """The states that the item says it has entered, since it was changed."""
    return {state for state, moment in after.entered.items() if before.entered.get(state) != moment}


def _passed(facts: Facts, before: Item, after: Item) -> set[str]:
    """The states in which commits have shown the item since it was last where it was before the change."""
    story = facts.story(after.id)
    passed: set[str] = set()
    for move in reversed(story.transitions if story else ()):
        if move.after is None or move.after == before.state:
            break
        passed.add(move.after)
    return passed
