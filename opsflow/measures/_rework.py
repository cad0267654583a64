"""Moves back, for the measures that list them."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from opsflow.flow import cfd
from opsflow.flow.cfd import Rework
from opsflow.measures import View, _names, _times
from opsflow.measures.query import Query


def found(query: Query) -> Rework:
    """The falls back that stood in the window."""
    kept = query.__dict__
    if "_rework" not in kept:
        kept["_rework"] = cfd.rework(query.facts.board, query.spans, query.start, query.until)
    falls: Rework = kept["_rework"]
    return falls


def lasted(query: Query, falls: Rework) -> list[float]:
    """How many days each took to recover; what has not recovered counts to the end of the window."""
    kept = query.__dict__
    if "_lasted" not in kept:
        over = [query.close if each is None else each for each in falls.recovered]
        spent = query.between_moments(falls.fell, over)
        kept["_lasted"] = [days if days > 0 else 0 for days in spent]
    lasted: list[float] = kept["_lasted"]
    return lasted


def latest(falls: Rework, most: int | None = None) -> list[int]:
    """The places of the falls, the latest first; None: of all of them."""
    pairs = zip(falls.fell, range(len(falls.fell)), strict=True)
    chosen = sorted(pairs, reverse=True) if most is None else nlargest(most, pairs)
    return [place for _, place in chosen]


def rows(query: Query, falls: Rework, spent: Sequence[float], places: Sequence[int]) -> list[View]:
    """The falls at these places, with the days that they lasted, for people."""
    board, ids = query.facts.board, query.visits.items
    names = [[_names.state(board, name) for name in pair] for pair in falls.pairs]
    fell = _times.on(query.clock.numbers([falls.fell[place] for place in places]))
    over = [falls.recovered[place] for place in places]
    recovered = _times.on(query.clock.numbers([query.now if at is None else at for at in over]))
    return [
        {
            "id": ids[falls.item[place]],
            "title": query.title(ids[falls.item[place]]),
            "from": names[falls.pair[place]][0],
            "to": names[falls.pair[place]][1],
            "fell_on": fell[row],
            "recovered_on": None if over[row] is None else recovered[row],
            "days": spent[place],
        }
        for row, place in enumerate(places)
    ]
