"""What the rules say that find work which does not wait for what it depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from opsflow.facts import Facts
from opsflow.graph import waits
from opsflow.model import OVER, Judgement, Kind
from opsflow.rules import several


def hasty(facts: Facts, states: Collection[Kind]) -> Iterator[Judgement]:
    """One for each item in a state of these kinds that depends on what is not over, at its state.

    Only on what it names itself, in the board's order. Left out is what another rule has said already:
    unknown states, and dependencies within a cycle.
    """
    meaning = facts.board.kinds
    waiting: dict[str, list[str]] = {}
    for item, other, _ in waits(facts.graph, facts.board):
        if meaning.get(item.state) in states and meaning.get(other.state, Kind.DONE) not in OVER:
            waiting.setdefault(item.id, []).append(other.id)
    for name, others in waiting.items():
        item, verb = facts.item(name), "is" if len(others) == 1 else "are"
        waited = f"{several(others)}, which it depends on, {verb} not finished"
        message = f"{item.id} is in `{item.state}`, but {waited}"
        yield Judgement(item.at("state"), message, subject=item.id, things=tuple(others))
