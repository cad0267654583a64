"""Displacement: planned work that stood still while expedite work was being done.

It stood still where it waited or was blocked, and where all of its people had expedite work in their
hands: nobody does two things at once. All times are seconds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from opsflow.flow.unplanned import Stretch, merged


class Stood(NamedTuple):
    """How long one item of planned work stood still while expedite work was being done."""

    item: int
    waiting: float
    """Waiting or blocked."""
    people: float
    """Not waiting and not blocked, but everybody on it had expedite work in their hands."""

    @property
    def whole(self) -> float:
        return self.waiting + self.people


class Covered:
    """Times in which something went on: how much of any stretch do they cover?"""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self.stretches = merged(stretches)
        self._starts = [start for start, _ in self.stretches]
        self._ends = [end for _, end in self.stretches]
        self._before = [0.0, *accumulate(end - start for start, end in self.stretches)]

    def __bool__(self) -> bool:
        return bool(self.stretches)

    @property
    def whole(self) -> float:
        """How long it went on in all."""
        return self._before[-1]

    def within(self, start: float, end: float) -> float:
        """How long of [start, end)."""
        first = bisect_right(self._starts, start)
        over = self._ends[first - 1] if first else start
        if end <= over:  # as most often, one that began before goes on
            return end - start
        last = bisect_right(self._starts, end, first)
        if first == last:  # none begins within
            return over - start if over > start else 0.0
        return self._until(end, last) - self._until(start, first)

    def _until(self, at: float, place: int) -> float:
        """How long it went on up to a moment, by when so many of the stretches had begun."""
        if not place:
            return 0.0
        over = self._ends[place - 1]
        return self._before[place - 1] + (at if at < over else over) - self._starts[place - 1]

    def parts(self, start: float, end: float) -> list[Stretch]:
        """The parts of [start, end) in which it went on, in order and apart."""
        place = max(bisect_right(self._starts, start) - 1, 0)
        found = []
        for begun, over in self.stretches[place:]:
            if begun >= end:
                break
            if over > start:
                found.append((max(begun, start), min(over, end)))
        return found


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """The stretches less the times that are taken, which are in order and apart."""
    found = []
    for start, end in stretches:
        for begun, over in taken:
            if over <= start or begun >= end:
                continue
            if begun > start:
                found.append((start, begun))
            start = max(start, over)
        if end > start:
            found.append((start, end))
    return found


def busy(
    active: Mapping[int, Sequence[Stretch]], assigned: Mapping[int, Mapping[str, Sequence[Stretch]]]
) -> dict[str, Covered]:
    """When each person had expedite work in their hands: it was active, and theirs."""
    found: dict[str, list[Stretch]] = {}
    for item, times in active.items():
        for person, having in assigned.get(item, {}).items():
            theirs = Covered(having)
            for start, end in times:
                found.setdefault(person, []).extend(theirs.parts(start, end))
    return {person: Covered(times) for person, times in found.items()}


def stood(
    item: int,
    active: Sequence[Stretch],
    waited: Sequence[Stretch],
    blocked: Sequence[Stretch],
    assigned: Mapping[str, Sequence[Stretch]],
    expedite: Covered,
    on: Mapping[str, Covered],
) -> Stood:
    """How long an item stood still while expedite work was being done.

    It was active, it waited, it was blocked meanwhile, and it was somebody's in these times; `on` says when
    people had expedite work in their hands.
    """
    moving = active
    if blocked:
        there = Covered([*active, *waited])
        waited = merged([*waited, *(part for each in blocked for part in there.parts(*each))])
        moving = without(active, merged(blocked))
    waiting = sum([expedite.within(*each) for each in waited])
    if not any(person in on for person in assigned):
        return Stood(item, waiting, 0.0)
    if len(assigned) > 1:
        return Stood(item, waiting, sum([_all_busy(start, end, assigned, on) for start, end in moving]))
    ((person, having),) = assigned.items()
    people = 0.0
    for start, end in moving:
        for begun, over in having:
            first, last = begun if begun > start else start, over if over < end else end
            if last > first:
                people += on[person].within(first, last)
    return Stood(item, waiting, people)


def _all_busy(
    start: float, end: float, assigned: Mapping[str, Sequence[Stretch]], on: Mapping[str, Covered]
) -> float:
    """How long of [start, end) somebody had the item, and everybody who had it was on expedite work."""
    theirs = {person: Covered(times).parts(start, end) for person, times in assigned.items()}
    edges = {start, end}
    for person, times in theirs.items():
        edges.update(at for each in times for at in each)
        edges.update(at for each in (on[person].parts(start, end) if person in on else ()) for at in each)
    total = 0.0
    for begun, over in pairwise(sorted(edges)):
        having = [name for name, times in theirs.items() if any(a <= begun and over <= b for a, b in times)]
        if having and all(name in on and on[name].within(begun, over) == over - begun for name in having):
            total += over - begun
    return total
