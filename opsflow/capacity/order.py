"""The order of work by cost of delay divided by duration (CD3, Reinertsen 2009), and what it gains.

Each piece of work has a weight: what a day of waiting costs, divided by the days that it still takes. A
prerequisite inherits the weights of all that waits for it, each once, directly or through others; so what
is worth nothing itself, but holds up what is, comes first (Magennis, WSJF with prerequisites).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Work(NamedTuple):
    """Something that can be done, or a goal that is reached once all that it waits for is done."""

    id: str
    duration_days: float
    """What it still takes; 0 for a goal, which takes nothing itself."""
    cost_of_delay: float = 0
    """Of each day until it is done."""
    waits_for: tuple[str, ...] = ()
    """Those of the others that have to be done first."""
    weighed_days: float | None = None
    """What its cost is divided by, where that is not its own duration: a goal's is that of its parts."""


class Weight(NamedTuple):
    """Why a piece of work stands where it stands."""

    own: float
    """Cost of delay a day, divided by days."""
    inherited: float
    """The sum of the own weights of what waits for it."""
    own_cost: float
    """Cost of a day's delay, its own."""
    inherited_cost: float
    """Cost of a day's delay of what waits for it."""
    holds_up: tuple[str, ...]
    """What waits for it, directly or through others, in the order of the works."""

    @property
    def all(self) -> float:
        return self.own + self.inherited


def weights(works: Sequence[Work]) -> Mapping[str, Weight]:
    """The weight of each piece of work. In a ring of them, each inherits from all others."""
    place = {work.id: number for number, work in enumerate(works)}
    own = [_own(work) for work in works]
    found = {}
    for number, mask in enumerate(_held_up(works, place)):
        held = [other for other in _bits(mask) if other != number]
        work = works[number]
        found[work.id] = Weight(
            own[number],
            sum(own[other] for other in held),
            work.cost_of_delay,
            sum(works[other].cost_of_delay for other in held),
            tuple(works[other].id for other in held),
        )
    return found


def _own(work: Work) -> float:
    days = work.duration_days if work.weighed_days is None else work.weighed_days
    return work.cost_of_delay / days if days > 0 else 0.0


def _held_up(works: Sequence[Work], place: Mapping[str, int]) -> list[int]:
    """For each piece of work, what waits for it, as a set of bits; linear where nothing waits in a ring."""
    heads: list[list[int]] = [[] for _ in works]
    for number, work in enumerate(works):
        for needed in dict.fromkeys(work.waits_for):
            if needed in place:
                heads[place[needed]].append(number)
    held = [0] * len(works)
    ordered, ringed = _sorted(works, place, lambda number: number)
    for number in reversed(ordered):
        for other in heads[number]:
            held[number] |= held[other] | 1 << other
    changed = bool(ringed)
    while changed:
        changed = False
        for number in (*ringed, *reversed(ordered)):
            before = held[number]
            for other in heads[number]:
                held[number] |= held[other] | 1 << other
            changed = changed or held[number] != before
    return held


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def order(works: Sequence[Work]) -> tuple[str, ...]:
    """Highest weight first, but nothing before what it waits for; of equals, the first of the works.

    What waits in a ring, or for one, can never be done: it comes last, by weight.
    """
    weighed = weights(works)
    return following(works, lambda work: -weighed[work.id].all)


def following(works: Sequence[Work], rank: Callable[[Work], float]) -> tuple[str, ...]:
    """The lowest rank first, but nothing before what it waits for; of equals, the first of the works."""
    place = {work.id: number for number, work in enumerate(works)}
    ordered, ringed = _sorted(works, place, lambda number: rank(works[number]))
    last = sorted(ringed, key=lambda number: (rank(works[number]), number))
    return tuple(works[number].id for number in (*ordered, *last))


def _sorted(
    works: Sequence[Work], place: Mapping[str, int], rank: Callable[[int], float]
) -> tuple[list[int], list[int]]:
    """Numbers of the works in an order that respects what waits for what, and those that no order has."""
    waits = [{place[each] for each in work.waits_for if each in place} for work in works]
    heads: list[list[int]] = [[] for _ in works]
    for number, needed in enumerate(waits):
        for other in needed:
            heads[other].append(number)
    open_ = [len(needed) for needed in waits]
    free = [(rank(number), number) for number, count in enumerate(open_) if not count]
    heapify(free)
    ordered = []
    while free:
        _, number = heappop(free)
        ordered.append(number)
        for other in heads[number]:
            open_[other] -= 1
            if not open_[other]:
                heappush(free, (rank(other), other))
    return ordered, [number for number, count in enumerate(open_) if count]


# -- what an order comes to ---------------------------------------------------------------------


def schedule(
    ordered: Sequence[str],
    works: Mapping[str, Work],
    lanes: int = 1,
    days: Mapping[str, float] | None = None,
) -> Mapping[str, float]:
    """After how many days each is done, when so many at a time are done in this order.

    Whatever is first in the order and waits for nothing any more is begun as soon as a lane is free; a
    goal is reached with the last of what it waits for. `days` are other durations than the works' own.
    What waits in a ring is never done and has no entry.
    """
    position = {name: at for at, name in enumerate(ordered)}
    waits = {name: {each for each in works[name].waits_for if each in position} for name in ordered}
    heads: dict[str, list[str]] = {name: [] for name in ordered}
    for name, needed in waits.items():
        for other in needed:
            heads[other].append(name)
    ready = [position[name] for name in ordered if not waits[name]]
    heapify(ready)
    running: list[tuple[float, int]] = []
    done: dict[str, float] = {}
    now = 0.0
    while ready or running:
        while ready and (len(running) < lanes or not works[ordered[ready[0]]].duration_days):
            at = heappop(ready)
            name = ordered[at]
            length = works[name].duration_days if days is None else days.get(name, 0.0)
            heappush(running, (now + length, at))
        now, at = heappop(running)
        done[ordered[at]] = now
        for other in heads[ordered[at]]:
            waits[other].discard(ordered[at])
            if not waits[other]:
                heappush(ready, position[other])
    return done


def delay_cost(done: Mapping[str, float], works: Mapping[str, Work]) -> float:
    """What waiting costs until each is done."""
    return sum(works[name].cost_of_delay * day for name, day in done.items())


def delivered(done: Mapping[str, float], works: Mapping[str, Work], until: float) -> float:
    """What is earned by then, where each piece of work earns its cost of delay from when it is done."""
    return sum(works[name].cost_of_delay * max(until - day, 0) for name, day in done.items())
