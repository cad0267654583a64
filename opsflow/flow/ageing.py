"""Ageing: how old work in progress is, beside how old finished work was when it left each state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from opsflow.flow.days import inclusive
from opsflow.flow.percentiles import days as percentile_days
from opsflow.flow.spans import ItemSpan
from opsflow.model import IN_PROGRESS, Board, History, Story

LEVELS = (50, 85, 95)
ENOUGH = 20
"""Fewer finished items than this give no band to an age."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How old finished work was when it left one state for the last time."""

    state: str
    ages: tuple[int, ...]
    """Inclusive days since the start, sorted; one for each finished item that was there."""
    levels: tuple[int | None, ...]
    """Their percentiles at LEVELS, never lower than those of the state before; None: too few."""


def pace(
    board: Board, history: History, finished: Sequence[ItemSpan], cycle_times: Sequence[int], zone: tzinfo
) -> tuple[Pace, ...]:
    """Pace percentiles for each active and waiting state, in workflow order.

    Work that leaves the last of them is finished, so its percentiles are those of cycle times.
    """
    states = [state.name for state in board.states if state.kind in IN_PROGRESS]
    ages: dict[str, list[int]] = {state: [] for state in states}
    for span in finished:
        for state, age in exits(history.stories[span.item], span, zone).items():
            if state in ages:
                ages[state].append(age)
    if states:
        ages[states[-1]] = list(cycle_times)
    found: list[Pace] = []
    highest = [0] * len(LEVELS)
    for state in states:
        levels = [percentile_days(ages[state], p) for p in LEVELS]
        highest = [max(level or 0, before) for level, before in zip(levels, highest, strict=True)]
        shown = tuple(None if level is None else high for level, high in zip(levels, highest, strict=True))
        found.append(Pace(state, tuple(sorted(ages[state])), shown))
    return tuple(found)


def exits(story: Story, span: ItemSpan, zone: tzinfo) -> Mapping[str, int]:
    """For each state of a started item, its age in days when it left that state for the last time."""
    if span.started is None:
        return {}
    return {
        state.value: inclusive(span.started, state.end, zone)
        for state in story.states
        if state.end is not None and state.end > span.started
    }


def older_than(age: int, cycle_times: Sequence[int]) -> float | None:
    """The share of sorted cycle times that are shorter than this age; None with fewer than ENOUGH."""
    return bisect_left(cycle_times, age) / len(cycle_times) if len(cycle_times) >= ENOUGH else None


def band(age: int | None, cycle_times: Sequence[int]) -> str:
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


def total(ages: Iterable[int | None]) -> int:
    """Total work item age: the sum of the ages of all work in progress."""
    return sum(age for age in ages if age is not None)
