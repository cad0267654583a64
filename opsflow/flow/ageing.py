"""Ageing: how old work in progress is, beside how old finished work was when it left each state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsflow.flow.percentiles import days as percentile_days
from opsflow.flow.spans import NEVER, Spans
from opsflow.flow.visits import GONE
from opsflow.model import IN_PROGRESS, Board

LEVELS = (50, 85, 95)
ENOUGH = 20
"""Fewer finished items than this give no band to an age."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How old finished work was when it left one state for the last time."""

    state: str
    ages: tuple[float, ...]
    """Days since the start, sorted; one for each finished item that was there."""
    levels: tuple[float | None, ...]
    """Their percentiles, never lower than those of the state before; None: too few."""


Lengths = Callable[[Sequence[float], Sequence[float]], Sequence[float]]
"""Days from each start to its end, however they are counted."""
Percentile = Callable[[Sequence[float], float], float | None]
"""The p-th percentile of some values; None where there are too few."""


def pace(
    board: Board,
    spans: Spans,
    finished: Sequence[int],
    cycle_times: Sequence[float],
    lengths: Lengths,
    percentile: Percentile,
    shown: Sequence[float] = LEVELS,
) -> tuple[Pace, ...]:
    """Pace percentiles for each active and waiting state, in workflow order.

    Of the finished items at these positions, with these cycle times in days. Work that leaves the last
    of the states is finished, so its percentiles are those of cycle times.
    """
    states = [state.name for state in board.states if state.kind in IN_PROGRESS]
    ages = exit_ages(spans, finished, lengths)
    if states:
        ages[states[-1]] = cycle_times
    found: list[Pace] = []
    highest = [0.0] * len(shown)
    for state in states:
        mine = sorted(ages.get(state, ()))
        levels = [percentile(mine, p) for p in shown]
        highest = [max(level or 0.0, before) for level, before in zip(levels, highest, strict=True)]
        seen = tuple(None if level is None else high for level, high in zip(levels, highest, strict=True))
        found.append(Pace(state, tuple(mine), seen))
    return tuple(found)


def exit_ages(spans: Spans, items: Sequence[int], lengths: Lengths) -> dict[str, Sequence[float]]:
    """For each state, how many days old these items were when they left it for the last time.

    An item counts where it left the state after it had started.
    """
    visits = spans.visits
    paths = visits.paths
    left: list[list[float]] = [[] for _ in visits.names]
    since: list[list[float]] = [[] for _ in visits.names]
    exits = [
        [
            (since[state].append, left[state].append, place)
            for state, place in _exits(way)
            if place > shape.started
        ]
        if shape.started != NEVER
        else []
        for way, shape in zip(paths.ways, spans.shapes, strict=True)
    ]
    started = spans.started
    for item in items:
        begun, moments = started[item], paths.moments[item]
        for note_since, note_left, place in exits[paths.way[item]]:
            note_since(begun or 0.0)
            note_left(moments[place])
    return {
        name: lengths(since[state], left[state]) for state, name in enumerate(visits.names) if left[state]
    }


def _exits(way: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Each state of a way that was left, and the place of the step that left it for the last time."""
    last = {state: place for place, state in enumerate(way)}
    return tuple(
        (state, place + 1) for state, place in last.items() if state != GONE and place + 1 < len(way)
    )


def older_than(age: float, cycle_times: Sequence[float]) -> float | None:
    """The share of sorted cycle times that are shorter than this age; None with fewer than ENOUGH."""
    return bisect_left(cycle_times, age) / len(cycle_times) if len(cycle_times) >= ENOUGH else None


def band(age: float | None, cycle_times: Sequence[float]) -> str:
    """b0 up to the 50 % of finished work, b1 up to 85 %, b2 up to 95 %, b3 above; "" unknown."""
    if age is None or len(cycle_times) < ENOUGH:
        return ""
    passed = sum(age > (percentile_days(cycle_times, p) or 0) for p in LEVELS)
    return f"b{passed}"


WORDS: Mapping[str, str] = {
    "": "",
    "b0": "younger than half of finished work",
    "b1": "older than half of finished work",
    "b2": "older than 85% of finished work",
    "b3": "older than 95% of finished work",
}


def total(ages: Iterable[float | None]) -> float:
    """Total work item age: the sum of the ages of all work in progress."""
    return sum(age for age in ages if age is not None)
