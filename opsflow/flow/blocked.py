"""Blocked time: what stood still, for how long, and because of what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsflow.flow.days import DAY
from opsflow.flow.visits import Held

VENDOR = "vendor:"
"""How a cause that is a vendor begins."""
Stretch = tuple[float, float | None]
"""[start, end) in seconds; an end of None has not come."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of blocked time in a stretch of time."""

    cause: str
    """Who or what had to move, as written; the reason where nobody is named."""
    days: float
    """The days of 24 hours that items stood for it, each item's own overlaps counted once."""
    times: int
    """How many blocks."""
    now: int
    """How many of them still stand at the end of the stretch."""

    @property
    def mean_days(self) -> float:
        """How long one block stood, on average."""
        return self.days / self.times if self.times else 0.0


def while_open(blocked: Held, closed: Callable[[int], Sequence[Stretch]]) -> Held:
    """The blocks while their items were open; `closed` tells when an item was not, by its position."""
    found = Held([], [], [], [], [])
    times: Sequence[Stretch] = ()
    for place, item in enumerate(blocked.item):
        if not place or item != blocked.item[place - 1]:
            times = closed(item)
        for start, end in apart(blocked.start[place], blocked.end[place], times):
            found.item.append(item)
            found.value.append(blocked.value[place])
            found.start.append(start)
            found.end.append(end)
            found.by.append(blocked.by[place])
    return found


def apart(start: float, end: float | None, others: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of [start, end) beside others, which are in order and apart."""
    at = start
    for begun, until in others:
        if until is not None and until <= at:
            continue
        if end is not None and begun >= end:
            break
        if begun > at:
            yield at, begun
        if until is None:
            return
        at = until
    if at == start or end is None or at < end:
        yield at, end


def causes(blocked: Held, start: float, end: float, until: float | None = None) -> tuple[Cause, ...]:
    """The causes of blocked time in [start, end), most time first.

    What stands at `until` stands still at the end; None: what stands at `end`.
    """
    names = [by or reason for by, reason in zip(blocked.by, blocked.value, strict=True)]
    return cluster(blocked, names, start, end, until)


def cluster(
    blocked: Held, names: Sequence[str], start: float, end: float, until: float | None = None
) -> tuple[Cause, ...]:
    """The same by other names, one for each block; a block with an empty name is left out."""
    until = end if until is None else until
    stretches: dict[str, dict[int, list[Stretch]]] = {}
    for place in touching(blocked, start, until):
        if names[place]:
            of_items = stretches.setdefault(names[place], {})
            of_items.setdefault(blocked.item[place], []).append((blocked.start[place], blocked.end[place]))
    found = [_cause(name, of_items, start, end, until) for name, of_items in stretches.items()]
    return tuple(sorted(found, key=lambda each: (-each.days, each.cause)))


def _cause(
    name: str, of_items: Mapping[int, Sequence[Stretch]], start: float, end: float, until: float
) -> Cause:
    seconds = sum(union(each, start, end) for each in of_items.values())
    over = [last for each in of_items.values() for _, last in each]
    standing = sum(last is None or last >= until for last in over)
    return Cause(name, seconds / DAY, len(over), standing)


def touching(blocked: Held, start: float, end: float) -> list[int]:
    """The places of the blocks that stood at any moment of [start, end), in order."""
    return [
        place
        for place, (begun, over) in enumerate(zip(blocked.start, blocked.end, strict=True))
        if begun < end and (over is None or over > start)
    ]


def union(stretches: Iterable[Stretch], start: float, end: float) -> float:
    """The seconds within [start, end) in which at least one of the stretches went on."""
    total, reached = 0.0, start
    for begun, over in sorted(stretches, key=lambda each: each[0]):
        begun = begun if begun > reached else reached
        over = end if over is None or over > end else over
        if over > begun:
            total += over - begun
            reached = over
    return total
