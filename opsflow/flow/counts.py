"""Counts: what was finished, begun and in progress, day by day.

An arrival is an entry into work in progress, a departure is leaving it: finished, discarded, or
handed back to the backlog. So WIP at any moment is arrivals so far minus departures so far, and
equals the number of items that stood in an active or waiting state: one law, and no day's count is
changed by what happens later. Throughput is not departures: it counts finished items, each once.

What a mass edit brings in was begun, or finished, nobody knows when. It is in progress from then on
without having arrived, and what it brings in as finished is in no throughput.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import cast

from opsflow.flow.days import DAY, Clock, Window, per_day
from opsflow.flow.spans import NEVER, Column, Flow, Spans


def within(column: Column, window: Window, clock: Clock) -> Sequence[int]:
    """The positions at which a column has a moment on a day of the window, in order of position."""
    first, end = clock.begin(window.numbers.start), clock.begin(window.numbers.stop)

    def found() -> list[int]:
        return [place for place, at in enumerate(column) if at is not None and first <= at < end]

    return clock.once("within", column, window, found)


def finished(spans: Spans, window: Window, clock: Clock) -> Sequence[int]:
    """The positions of the items finished on the days of the window, first finished first."""
    over = spans.finished
    return clock.once("in order", over, window, lambda: in_order(within(over, window, clock), over))


def discarded(spans: Spans, window: Window, clock: Clock) -> list[int]:
    """The positions of those dropped on the days of the window after work on them had begun, in order.

    What was finished and is dropped afterwards gave nothing up.
    """
    given_up = [shape.started != NEVER and not shape.was_done for shape in spans.shapes]
    way = spans.visits.paths.way
    chosen = [item for item in within(spans.discarded, window, clock) if given_up[way[item]]]
    return in_order(chosen, spans.discarded)


def in_order(chosen: Sequence[int], column: Column) -> list[int]:
    """Positions, given in order, by their moments; of equal moments by position, the order of ids."""
    return sorted(chosen, key=cast("Sequence[float]", column).__getitem__)


def throughput(spans: Spans, window: Window, clock: Clock) -> tuple[int, ...]:
    """Items finished on each day of the window, days without any included."""
    return per_day(clock.numbers(known(spans.finished)), window)


def arrivals(flow: Flow, window: Window, clock: Clock) -> tuple[int, ...]:
    """Moves into work in progress on each day of the window."""
    return per_day(clock.numbers(flow.arrived), window)


def departures(flow: Flow, window: Window, clock: Clock) -> tuple[int, ...]:
    """Moves out of work in progress on each day of the window."""
    return per_day(clock.numbers(known(flow.end)), window)


def wip(flow: Flow, window: Window, clock: Clock) -> tuple[int, ...]:
    """Items in progress at the end of each day of the window."""
    return balance(clock.numbers(flow.start), clock.numbers(known(flow.end)), window)


def balance(came_on: Iterable[int], left_on: Iterable[int], window: Window) -> tuple[int, ...]:
    """What is there at the end of each day, by the numbers of the days on which it came and left."""
    if not len(window):
        return ()
    came, left = Counter(came_on), Counter(left_on)
    first = window.numbers.start
    before = sum(n for day, n in came.items() if day < first) - sum(
        n for day, n in left.items() if day < first
    )
    changes = [came[day] - left[day] for day in window.numbers]
    return tuple(accumulate(changes, initial=before))[1:]


def known(column: Column) -> list[float]:
    """The moments of a column that have come."""
    return [at for at in column if at is not None]


def levels(flow: Flow, start: float, end: float) -> Mapping[int, float]:
    """For how many seconds of [start, end) each number of items was in progress, lowest number first.

    Only numbers that were there for some time.
    """
    if end <= start:
        return {}
    first, last = int(start), int(end)
    # A coming is an odd number and a leaving an even one, so that one list of numbers sorts both.
    came = [
        2 * int(begun if begun > first else first) + 1
        for begun, over in zip(flow.start, flow.end, strict=True)
        if begun < last and (over is None or over > first)
    ]
    left = [
        2 * int(over)
        for begun, over in zip(flow.start, flow.end, strict=True)
        if over is not None and first < over < last and begun < last
    ]
    changes = sorted(came + left)
    moments = [first, *[change >> 1 for change in changes], last]
    level = accumulate([1 if change & 1 else -1 for change in changes], initial=0)
    found: dict[int, float] = {}
    for items, lasted in zip(level, map(sub, moments[1:], moments), strict=False):
        if lasted:
            found[items] = found.get(items, 0) + lasted
    return {items: found[items] for items in sorted(found)}


def level_of_share(found: Mapping[int, float], share: float) -> int | None:
    """The least number of items that was enough for that share of the time; None where there was no time."""
    total, reached = sum(found.values()), 0.0
    for level, seconds in found.items():
        reached += seconds
        if reached >= share * total:
            return level
    return None


@dataclass(frozen=True, slots=True)
class Little:
    """Little's law over one stretch of time, [start, end): L = arrivals a day × residence, exactly.

    Residence is the time in progress within the stretch. The mean cycle time of what was finished
    comes near it only where work flows steadily, so the gap between the two is a sign of stability.
    """

    length_days: float
    area_days: float
    """The area under WIP, in days of items; equals the sum of all residence times."""
    present: int
    """Intervals of work that were going on in the stretch: the arrivals, with those there at its start."""
    departed: int
    """Of them, those that ended in it."""

    @property
    def average_wip(self) -> float | None:
        """L; None for a stretch of no length."""
        return self.area_days / self.length_days if self.length_days else None

    @property
    def arrivals_per_day(self) -> float | None:
        """Λ, counting as arrived what was there at the start."""
        return self.present / self.length_days if self.length_days else None

    @property
    def departures_per_day(self) -> float | None:
        """Θ, the rate at which work left."""
        return self.departed / self.length_days if self.length_days else None

    @property
    def residence_days(self) -> float | None:
        """w, the mean residence time; None where nothing was in progress."""
        return self.area_days / self.present if self.present else None


def little(flow: Flow, start: float, end: float, until: float | None = None) -> Little:
    """Little's law (Little 1961; Stidham 1972) for the stretch [start, end).

    What comes or leaves before `until` does so in it; None: before `end`.
    """
    until = end if until is None else until
    pairs = list(zip(flow.start, flow.end, strict=True))
    begins = [
        begun if begun > start else start
        for begun, over in pairs
        if begun < until and (over is None or over >= start)
    ]
    over_in = [over for begun, over in pairs if over is not None and start <= over < until and begun < until]
    # What did not end in the stretch was there until its end.
    area = sum(over_in) + (len(begins) - len(over_in)) * end - sum(begins)
    return Little((end - start) / DAY, area / DAY, len(begins), len(over_in))


def standing(flow: Flow, at: float) -> list[int]:
    """The places of what was in progress at a moment, before what happens in it."""
    return [
        place
        for place, (begun, over) in enumerate(zip(flow.start, flow.end, strict=True))
        if begun < at and (over is None or over >= at)
    ]
