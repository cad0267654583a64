"""What is in progress at the end of the days asked about, for the measures of single items."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS


class Aged(NamedTuple):
    """An item in progress at the end of the window."""

    position: int
    state: str
    started: float
    since: float
    """When it came to that state."""


def at_end(query: Query) -> list[Aged]:
    """What is in progress at the end of the window, in the order of ids."""
    visits, spans = query.visits, query.spans
    kinds = query.facts.board.kinds
    working = [kinds.get(name) in IN_PROGRESS for name in visits.names] + [False]
    paths, goes_on = visits.paths, query.goes_on
    ends = [working[way[-1]] for way in paths.ways]
    found = []
    for item, way in enumerate(paths.way):
        if goes_on:
            if not ends[way]:
                continue
            place = len(paths.moments[item]) - 1
        else:
            place = bisect_left(paths.moments[item], query.until) - 1
            if place < 0 or not working[paths.ways[way][place]]:
                continue
        moments = paths.moments[item]
        started = moments[spans.shapes[way].started]
        found.append(Aged(item, visits.names[paths.ways[way][place]], started, moments[place]))
    return found
