"""Items wait for one another, so none of them can start.

Why: an order of work exists only where dependencies form no cycle; nor can an item be a part of itself. A
whole is finished after its parts, so no open part can wait for the end of its whole either.
Fix: remove the weakest of these dependencies, or split one of the items.

Bad:

    OPS-1: {state: ready, depends_on: [OPS-2]}
    OPS-2: {state: ready, depends_on: [OPS-1]}

Good:

    OPS-1: {state: ready, depends_on: [OPS-2]}
    OPS-2: {state: ready}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from opsflow.facts import Facts
from opsflow.graph import DEPENDS_ON, PART_OF, cycles, deadlocks, knots
from opsflow.model import OVER, Judgement, Kind, Severity, order_key
from opsflow.rules import number

SEVERITY = Severity.ERROR
SHOWN = 8
"""Items of a cycle that the message names."""


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each knot of items, where its shortest cycle begins."""
    for knot, cycle in _found(facts, DEPENDS_ON):
        item, following = facts.item(cycle[0]), cycle[1 % len(cycle)]
        where = item.at("depends_on", item.depends_on.index(following))
        message = _said(len(knot), cycle, "depends on itself", "wait for one another")
        waits = sum(other in knot for name in knot for other in facts.item(name).depends_on)
        hint = "" if len(cycle) > 1 else f"Remove {cycle[0]} from its own `depends_on`."
        yield Judgement(where, message, hint, subject=DEPENDS_ON, extent=waits, things=knot)
    for knot, cycle in _found(facts, PART_OF):
        where = facts.item(cycle[0]).at("part_of")
        message = _said(len(knot), cycle, "is a part of itself", "are parts of one another")
        hint = "Remove `part_of` from one of these items."
        if len(cycle) == 1:
            hint = "Remove its `part_of`, or name the item or project that it is a part of."
        yield Judgement(where, message, hint, subject=PART_OF, things=knot)
    yield from _with_parts(facts)


def _with_parts(facts: Facts) -> Iterator[Judgement]:
    """One for each knot of open items in which some wait for a whole, and the whole for its parts."""
    meaning = facts.board.kinds
    items = facts.board.items.values()
    open_ = {item.id for item in items if meaning.get(item.state, Kind.DONE) not in OVER}
    for knot, cycle in deadlocks(facts.graph, open_):
        pairs = zip(map(facts.item, cycle), (*cycle[1:], cycle[0]), strict=True)
        item, following = next((item, other) for item, other in pairs if other in item.depends_on)
        message = _said(len(knot), cycle, "", "wait for one another, a whole for its parts")
        waits = sum(other in knot for name in knot for other in facts.item(name).depends_on)
        yield Judgement(
            item.at("depends_on", item.depends_on.index(following)),
            message,
            "Remove the dependency, or take the part out of its whole (`part_of`).",
            subject=f"{DEPENDS_ON}, {PART_OF}",
            extent=waits,
            things=tuple(sorted(knot, key=order_key)),
        )


def _found(facts: Facts, meaning: str) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The items of each knot, in order, and its shortest cycle."""
    ordered = (tuple(sorted(knot, key=order_key)) for knot in knots(facts.graph, meaning))
    return zip(ordered, cycles(facts.graph, meaning), strict=True)


def _said(knot: int, cycle: tuple[str, ...], alone: str, together: str) -> str:
    if len(cycle) == 1:
        return f"{cycle[0]} {alone}"
    more = ", for instance" if knot > len(cycle) else ""
    named = (*cycle[: SHOWN - 1], f"{len(cycle) - SHOWN + 1} more") if len(cycle) > SHOWN else cycle
    return f"{number(knot, 'item')} {together}{more}: {' -> '.join((*named, cycle[0]))}"
