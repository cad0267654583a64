"""Unplanned work: how much of the work came unasked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from opsflow.flow.days import DAY
from opsflow.flow.spans import Flow


@dataclass(frozen=True, slots=True)
class Part:
    """Of a whole, the part that was unplanned; in items, or days."""

    part: float
    whole: float

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.part / self.whole if self.whole else None


def wip_days(flow: Flow, start: float, end: float) -> dict[int, float]:
    """For each item that was in progress in [start, end), the days of 24 hours that it was."""
    found: dict[int, float] = {}
    for item, begun, over in zip(flow.item, flow.start, flow.end, strict=True):
        begun = begun if begun > start else start
        over = end if over is None or over > end else over
        if over > begun:
            found[item] = found.get(item, 0.0) + (over - begun) / DAY
    return found


def wip_days_in(flow: Flow, chosen: Collection[int], edges: Sequence[float]) -> list[Part]:
    """The days in progress of some items, of those of all, in each stretch between edges, which rise."""
    everything = zip(flow.start, flow.end, strict=True)
    mine = [
        (begun, over)
        for item, begun, over in zip(flow.item, flow.start, flow.end, strict=True)
        if item in chosen
    ]
    pairs = zip(_areas(mine, edges), _areas(everything, edges), strict=True)
    return [Part(part / DAY, whole / DAY) for part, whole in pairs]


def _areas(intervals: Iterable[tuple[float, float | None]], edges: Sequence[float]) -> list[float]:
    """The time in each stretch between edges that intervals went on, added up.

    Up to any moment it is that moment, less the beginning, of all that began before, less the same of all
    that ended before. So it is enough to know how many begin and end in each stretch, and when in sum.
    """
    count, moments = [0] * (len(edges) + 1), [0.0] * (len(edges) + 1)
    for begun, over in intervals:
        place = bisect_right(edges, begun)
        count[place] += 1
        moments[place] += begun
        if over is not None:
            place = bisect_right(edges, over)
            count[place] -= 1
            moments[place] -= over
    found, there, summed = [], 0, 0.0
    for place, edge in enumerate(edges):
        there += count[place]
        summed += moments[place]
        found.append(there * edge - summed)
    return [after - before for before, after in pairwise(found)]


Stretch = tuple[float, float]
"""[start, end) in seconds."""


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The times in which at least one of the stretches went on, in order and apart."""
    found: list[Stretch] = []
    for begun, over in sorted(stretches):
        if found and begun <= found[-1][1]:
            found[-1] = (found[-1][0], max(over, found[-1][1]))
        elif over > begun:
            found.append((begun, over))
    return found


def common(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """The times in both, where each is in order and apart."""
    found: list[Stretch] = []
    mine, yours = 0, 0
    while mine < len(one) and yours < len(other):
        begun = max(one[mine][0], other[yours][0])
        over = min(one[mine][1], other[yours][1])
        if over > begun:
            found.append((begun, over))
        if one[mine][1] <= other[yours][1]:
            mine += 1
        else:
            yours += 1
    return found
