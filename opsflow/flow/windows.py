"""Other ways to read an item's way: named windows between two states, and erasing what was taken back."""

from __future__ import annotations

from collections.abc import Sequence

from opsflow.flow.spans import NEVER, Column, Spans, meanings
from opsflow.flow.visits import Visits
from opsflow.model import Board, Kind


def between(board: Board, spans: Spans, first: str, last: str) -> tuple[Column, Column]:
    """When each item was first at or past one state, and when it last came to or past the other.

    Both None for an item that has no such window: it never got to one of them, is no longer past the
    last one, or was past both at once; and for all where the last state comes no later. States that the
    workflow does not know, and those of kind discarded, are no place on the way; what was dropped has no
    window to a done state.
    """
    kinds, ranks = meanings(board, spans.visits.names)
    ranks = [-1 if kind is Kind.DISCARDED else rank for kind, rank in zip(kinds, ranks, strict=True)]
    order = {state.name: rank for rank, state in enumerate(board.states)}
    done = next(state.kind for state in board.states if state.name == last) is Kind.DONE
    forward = order[first] < order[last]
    places = [
        (NEVER, NEVER)
        if not forward or (done and shape.finished == NEVER)
        else _window([ranks[state] for state in way], order[first], order[last])
        for way, shape in zip(spans.visits.paths.ways, spans.shapes, strict=True)
    ]
    return spans.column([begun for begun, _ in places]), spans.column([over for _, over in places])


def _window(ranks: Sequence[int], first: int, last: int) -> tuple[int, int]:
    """The places where a window begins and ends; NEVER twice where the way has none."""
    begun = over = NEVER
    before = -1
    for place, rank in enumerate(ranks):
        if rank < 0:
            continue
        if begun == NEVER and rank >= first:
            begun = place
        if before < last <= rank:
            over = place
        before = rank
    return (begun, over) if 0 <= begun < over and before >= last else (NEVER, NEVER)


def states_between(board: Board, first: str, last: str) -> tuple[str, ...]:
    """The states from the first up to, and without, the last; none where the last comes no later."""
    names = [state.name for state in board.states]
    return tuple(names[names.index(first) : names.index(last)])


def erased(board: Board, found: Visits) -> Visits:
    """The visits as if each move back had taken back all later states: their entries never were.

    The state moved back to keeps its first entry, so the time since counts as its own.
    """
    kinds, ranks = meanings(board, found.names)
    first = [0]
    state: list[int] = []
    entered: list[float] = []
    left: list[float | None] = []
    for item in range(len(found.items)):
        start, end = found.first[item], found.first[item + 1]
        kept: list[int] = []
        for place in range(start, end):
            mine = found.state[place]
            if kinds[mine] is not Kind.DISCARDED and ranks[mine] >= 0:
                while kept and ranks[found.state[kept[-1]]] > ranks[mine]:
                    kept.pop()
                if kept and found.state[kept[-1]] == mine:
                    continue
            kept.append(place)
        moments = [found.entered[place] for place in kept]
        state += [found.state[place] for place in kept]
        entered += moments
        left += [*moments[1:], found.left[end - 1]]
        first.append(len(state))
    return Visits(
        found.items,
        found.names,
        first,
        state,
        entered,
        left,
        found.blocked,
        found.assigned,
        found.types,
        found.classes,
        brought=found.brought,
        dated=found.dated,
        taken=found.taken,
    )
