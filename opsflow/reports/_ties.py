"""Ties: the open items that dependencies connect, and how they look as nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from opsflow import graph
from opsflow.flow import pull
from opsflow.model import Item, order_key
from opsflow.reports import View
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers


@dataclass(frozen=True, slots=True)
class Ties:
    """Open items that wait for open items, or that open items wait for, and the order in them."""

    items: tuple[str, ...]
    """Sorted by id."""
    layers: Mapping[str, int | None]
    """How many steps come before an item: 0 waits for nothing. None: it is in a cycle."""
    critical: tuple[str, ...]
    """The longest chain, first to do first; empty where nothing waits."""
    cycles: tuple[tuple[str, ...], ...]
    """The shortest cycle of each knot: the first waits for the second, the last for the first."""

    def critical_edge(self, tail: str, head: str) -> bool:
        """Whether `tail`, which waits for `head`, comes right after it on the critical path."""
        return (head, tail) in zip(self.critical, self.critical[1:], strict=False)


def of(numbers: Numbers) -> Ties:
    """The ties of the board; found once for the same facts."""
    return numbers.facts.kept("_ties", lambda: _find(numbers))


def _find(numbers: Numbers) -> Ties:
    waits = {item.id: waits_for(numbers, item.id) for item in numbers.open if item.depends_on}
    tied = {tail for tail, heads in waits.items() if heads}
    tied.update(head for heads in waits.values() for head in heads)
    if not tied:
        return Ties((), {}, (), ())
    known = graph.between(waits)  # what is over waits for nothing, so it ties nobody
    knots = graph.knot_of(known)
    layers: dict[str, int | None] = {}
    for item in graph.order(known):
        before = (layers.get(head) for head in waits.get(item, ()))
        steps = max((layer for layer in before if layer is not None), default=-1) + 1
        layers[item] = None if item in knots else steps
    critical = graph.critical_path(known, lambda _: 1)
    return Ties(
        items=tuple(sorted(tied, key=order_key)),
        layers=layers,
        critical=critical if len(critical) > 1 else (),
        cycles=graph.cycles(known),
    )


def waits_for(numbers: Numbers, id: str) -> tuple[str, ...]:
    """What an item of the board waits for."""
    return pull.waits_for(numbers.facts.board, numbers.facts.board.items[id])


def node(numbers: Numbers, id: str, ties: Ties) -> View:
    """An item as a node of a drawing; one that is not on the board has little to show."""
    item = numbers.facts.board.items.get(id)
    shown = shapes.ref(numbers, id)
    return {
        "id": id,
        "title": shown["title"],
        "state": shown["state"],
        "type": shapes.type_(numbers, numbers.type_of(id)),
        "class": shapes.class_(numbers, numbers.class_of(id)),
        "assignees": [shapes.person(numbers, key) for key in item.assignees] if item else [],
        "blocked": item is not None and numbers.block(item) is not None,
        "known": shown["known"],
        "over": shown["over"],
        "layer": ties.layers.get(id),
        "critical": id in ties.critical,
        "in_cycle": any(id in cycle for cycle in ties.cycles),
        "holds_up": len(numbers.holds_up(id)),
        "due_on": shapes.on(item.due) if item else None,
    }


def edge(numbers: Numbers, tail: str, head: str, ties: Ties, kind: str = graph.DEPENDS_ON) -> View:
    """An edge of a drawing: `tail` waits for `head`, or is part of it."""
    waits = kind == graph.DEPENDS_ON
    in_cycle = any(tail in cycle and head in cycle for cycle in ties.cycles)
    return {
        "from": tail,
        "to": head,
        "kind": kind,
        "critical": waits and ties.critical_edge(tail, head),
        "in_cycle": waits and in_cycle,
        "done": numbers.over(head),
    }


def among(numbers: Numbers, items: Sequence[Item], opened: Sequence[Item], most: int) -> View:
    """What the open ones of some items wait for: what was finished, where it is among them, and open work
    elsewhere.

    Items without any tie are not drawn. Where more than `most` are tied, what is finished is left out; where
    that is too much as well, all of it.
    """
    ties = of(numbers)
    tied: list[str] = []
    for inside in ({item.id for item in items}, {item.id for item in opened}):
        edges = _edges(numbers, opened, inside, ties)
        tied = sorted({end for each in edges for end in (each["from"], each["to"])}, key=order_key)
        if len(tied) <= most:
            return {"nodes": [node(numbers, each, ties) for each in tied], "edges": edges, "undrawn": 0}
    return {"nodes": [], "edges": [], "undrawn": len(tied)}


def _edges(numbers: Numbers, items: Sequence[Item], inside: Set[str], ties: Ties) -> list[View]:
    """The ties of these items to what is inside, and to open work elsewhere."""
    board = numbers.facts.board
    return [
        edge(numbers, item.id, needed, ties)
        for item in items
        for needed in dict.fromkeys(item.depends_on)
        if needed in inside or (needed in board.items and not numbers.over(needed))
    ]
