"""Time in state: how long items stood in each state, visit by visit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from opsflow.flow.visits import GONE, Visits


class Stay(NamedTuple):
    """The visits to one state that touch a stretch of time, in seconds."""

    state: str
    over: Sequence[float]
    """How long the visits lasted that had ended by then."""
    ongoing: Sequence[float]
    """How long those have lasted so far that had not."""


def of(
    visits: Visits, start: float, end: float, until: float | None = None, *, clip: bool
) -> tuple[Stay, ...]:
    """The visits that were going on at any moment of [start, end), by state, in the order of the names.

    `clip` counts only what lies within, which tells what a time cost; whole visits tell where work waits.
    A visit that ends with the stretch or later is ongoing, and counts up to its end. What begins or ends
    before `until` does so in the stretch; None: before `end`.
    """
    until = end if until is None else until
    over: list[list[float]] = [[] for _ in visits.names]
    ongoing: list[list[float]] = [[] for _ in visits.names]
    paths = visits.paths
    steps = [
        [(over[state].append, place, place + 1) for place, state in enumerate(way[:-1]) if state != GONE]
        for way in paths.ways
    ]
    last = [None if way[-1] == GONE else ongoing[way[-1]].append for way in paths.ways]
    for way, moments in zip(paths.way, paths.moments, strict=True):
        since = moments[-1]
        if since <= start:
            note = last[way]
            if note:
                note(end - (start if clip else since))
        elif since < until and moments[0] >= start:
            for note, begun, left in steps[way]:
                note(moments[left] - moments[begun])
            note = last[way]
            if note:
                note(end - since)
        elif moments[0] < until:
            _across(paths.ways[way], moments, start, end, until, clip, over, ongoing)
    return tuple(map(Stay, visits.names, over, ongoing))


def _across(
    way: Sequence[int],
    moments: Sequence[float],
    start: float,
    end: float,
    until: float,
    clip: bool,
    over: Sequence[list[float]],
    ongoing: Sequence[list[float]],
) -> None:
    """Note the visits of an item that came before the stretch began, or goes on after its end."""
    for state, begun, left in zip_longest(way, moments, moments[1:]):
        if state == GONE or begun >= until or (left is not None and left <= start):
            continue
        since = start if clip and begun < start else begun
        if left is None or left >= until:
            ongoing[state].append(end - since)
        else:
            over[state].append(left - since)
