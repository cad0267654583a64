"""Counts: what was finished, begun and in progress, day by day.

An arrival is an entry into work in progress, a departure is leaving it: finished, discarded, or
handed back to the backlog. So WIP at any moment is arrivals so far minus departures so far, and
equals the number of items that stood in an active or waiting state: one law, and no day's count is
changed by what happens later. Throughput is not departures: it counts finished items, each once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate

from opsflow.flow.days import Window, day, per_day
from opsflow.flow.spans import ItemSpan
from opsflow.model import order_key


def finished(spans: Iterable[ItemSpan], window: Window, zone: tzinfo) -> tuple[ItemSpan, ...]:
    """The items finished on the days of the window, first finished first."""
    chosen = [span for span in spans if span.finished is not None and day(span.finished, zone) in window]
    return tuple(sorted(chosen, key=lambda span: (span.finished or span.created, order_key(span.item))))


def discarded(spans: Iterable[ItemSpan], window: Window, zone: tzinfo) -> tuple[ItemSpan, ...]:
    """The items dropped on the days of the window after work on them had begun, first dropped first."""
    chosen = [
        span
        for span in spans
        if span.started is not None and span.discarded is not None and day(span.discarded, zone) in window
    ]
    return tuple(sorted(chosen, key=lambda span: (span.discarded or span.created, order_key(span.item))))


def throughput(spans: Iterable[ItemSpan], window: Window, zone: tzinfo) -> tuple[int, ...]:
    """Items finished on each day of the window, days without any included."""
    return per_day((span.finished for span in spans if span.finished is not None), window, zone)


def arrivals(spans: Iterable[ItemSpan], window: Window, zone: tzinfo) -> tuple[int, ...]:
    """Entries into work in progress on each day of the window."""
    return per_day((start for span in spans for start, _ in span.flow), window, zone)


def departures(spans: Iterable[ItemSpan], window: Window, zone: tzinfo) -> tuple[int, ...]:
    """Leavings from work in progress on each day of the window."""
    return per_day((end for span in spans for _, end in span.flow if end is not None), window, zone)


def wip(spans: Iterable[ItemSpan], window: Window, zone: tzinfo) -> tuple[int, ...]:
    """Items in progress at the end of each day of the window.

    Differences are noted per day and added up once, so the cost is linear in intervals and days.
    """
    changes = [0] * (len(window) + 1)
    for span in spans:
        for start, end in span.flow:
            _note(changes, (day(start, zone) - window.first).days, 1)
            if end is not None:
                _note(changes, (day(end, zone) - window.first).days, -1)
    return tuple(accumulate(changes[:-1]))


def _note(changes: list[int], position: int, change: int) -> None:
    """Adds a change on its day; what came before the window counts on its first day."""
    if position < len(changes) - 1:
        changes[max(position, 0)] += change


@dataclass(frozen=True, slots=True)
class Little:
    """Little's law over one stretch of time, [start, end): L = arrivals a day × residence, exactly.

    Residence is the time in progress within the stretch. The mean cycle time of what was finished
    comes near it only where work flows steadily, so the gap between the two is a sign of stability.
    """

    length: timedelta
    area: timedelta
    """The area under WIP, in item-time; equals the sum of all residence times."""
    present: int
    """Intervals of work that were going on in the stretch: the arrivals, with those there at its start."""
    departed: int
    """Of them, those that ended in it."""

    @property
    def average_wip(self) -> float | None:
        """L; None for a stretch of no length."""
        return self.area / self.length if self.length else None

    @property
    def arrivals_per_day(self) -> float | None:
        """Λ, counting as arrived what was there at the start."""
        return self.present / (self.length / timedelta(days=1)) if self.length else None

    @property
    def residence_days(self) -> float | None:
        """w, the mean residence time; None where nothing was in progress."""
        return self.area / timedelta(days=1) / self.present if self.present else None


def little(spans: Iterable[ItemSpan], start: datetime, end: datetime) -> Little:
    """Little's law (Little 1961; Stidham 1972) for the stretch [start, end)."""
    area, present, departed = timedelta(), 0, 0
    for span in spans:
        for begun, over in span.flow:
            if begun > end or (over is not None and over < start):
                continue
            residence = min(over or end, end) - max(begun, start)
            area += max(residence, timedelta())
            present += 1
            departed += over is not None and over <= end
    return Little(end - start, area, present, departed)
