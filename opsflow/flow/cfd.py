"""Cumulative flow: how many items have come at least as far as each state, by high-water mark.

Each item counts in every state up to the furthest that it ever reached, so no line ever falls and no
two lines cross (Vacanti). Going back changes no line; it opens a time of rework, listed beside the
diagram, which lasts until the item is back where it was. Discarded items leave: they count in every
line, and the band of the discarded lies below the done. So do those that a mass edit deletes unfinished,
which nobody gave up: they have a band of their own at the bottom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from opsflow.flow.days import Clock, Window
from opsflow.flow.spans import NEVER, Spans
from opsflow.flow.visits import GONE
from opsflow.model import OVER, STARTED, Board, Kind, State

TAKEN = State("taken-off", Kind.DISCARDED, "Taken off the board")
"""What a mass edit deleted before it was finished."""
OFF = -1
"""The column of a state that is not drawn: entering it is no move."""


@dataclass(frozen=True, slots=True)
class Cfd:
    """The lines of a window, one number a day."""

    window: Window
    states: tuple[State, ...]
    """In workflow order; the discarded come last, where any were, and then TAKEN."""
    lines: tuple[tuple[int, ...], ...]
    """For each state: items that had come at least as far by the end of each day. Never falls, and
    is never below the next state's line."""
    before: tuple[int, ...]
    """The same for the evening before the window."""

    @property
    def bands(self) -> tuple[tuple[int, ...], ...]:
        """For each state, the items between its line and the next: what stands there by high-water mark.

        The bands of done and discarded begin at 0 with the window.
        """
        lines = (*self.lines, (0,) * len(self.window))
        before = (*self.before, 0)
        return tuple(
            tuple(
                upper - lower - (before[column] - before[column + 1] if state.kind in OVER else 0)
                for upper, lower in zip(lines[column], lines[column + 1], strict=True)
            )
            for column, state in enumerate(self.states)
        )


class Rework(NamedTuple):
    """Moves back, until the item was again at least as far as before, as columns."""

    item: list[int]
    """Positions; never fall."""
    fell: list[float]
    recovered: list[float | None]
    """None: not yet."""
    pair: list[int]
    """Which of the pairs."""
    pairs: Sequence[tuple[str, str]]
    """The furthest state that was reached, and the state that was fallen back to first."""
    reopened: list[bool]
    """Whether the item was done and fell back to where it was not."""


class Fall(NamedTuple):
    """A fall below the high-water mark, by places on the way and columns."""

    fell: int
    recovered: int
    """NEVER: not yet."""
    mark: int
    column: int
    """The column fallen to first."""


def marks(columns: Sequence[int]) -> tuple[int, ...]:
    """For each column up to the furthest, the place on the way where it was reached, or passed over."""
    found: list[int] = []
    for place, column in enumerate(columns):
        if column >= len(found):
            found += [place] * (column + 1 - len(found))
    return tuple(found)


def falls(columns: Sequence[int]) -> tuple[Fall, ...]:
    """Where the way fell back below its high-water mark, in order."""
    found: list[Fall] = []
    mark, fell, lowest = OFF, NEVER, OFF
    for place, column in enumerate(columns):
        if 0 <= column < mark and fell == NEVER:
            fell, lowest = place, column
        elif column >= mark:
            if fell != NEVER:
                found.append(Fall(fell, place, mark, lowest))
            mark, fell = column, NEVER
    if fell != NEVER:
        found.append(Fall(fell, NEVER, mark, lowest))
    return tuple(found)


def of(board: Board, spans: Spans, window: Window, clock: Clock, *, backlog: bool = False) -> Cfd:
    """The diagram of the states that work flows through: active, waiting and done; or `backlog`, too."""
    kinds = STARTED | {Kind.BACKLOG} if backlog else STARTED
    states = [state for state in board.states if state.kind in kinds]
    dropped = next((state for state in board.states if state.kind is Kind.DISCARDED), None)
    columns = _columns(spans, states)
    reached: list[list[float]] = [[] for _ in range(len(states) + 2)]
    paths = spans.visits.paths
    places = [marks([columns[state] for state in way]) for way in paths.ways]
    left = [
        shape.discarded if shape.started != NEVER and shape.first_finished == NEVER else NEVER
        for shape in spans.shapes
    ]
    notes = [
        [(line.append, place) for line, place in zip(reached, mine, strict=False)]
        + [(line.append, gone) for line in (reached[len(mine) : -1] if gone != NEVER else ())]
        for mine, gone in zip(places, left, strict=True)
    ]
    # Item by item, and not way by way: a computer reads what lies side by side much faster.
    for way, moments in zip(paths.way, paths.moments, strict=True):
        for note, place in notes[way]:
            note(moments[place])
    for item in sorted(spans.taken):
        if left[paths.way[item]] != NEVER:
            reached[-1].append(paths.moments[item][left[paths.way[item]]])
    counted = [_line(line, window, clock) for line in reached]
    taken, gone = counted.pop(), counted.pop()
    if any(gone[0]) and gone != taken:
        states.append(dropped or State("discarded", Kind.DISCARDED, "Discarded"))
        counted.append(gone)
    if any(taken[0]):
        states.append(TAKEN)
        counted.append(taken)
    return Cfd(
        window, tuple(states), tuple(line for line, _ in counted), tuple(before for _, before in counted)
    )


def reached(
    board: Board, spans: Spans, *, backlog: bool = False
) -> tuple[tuple[str, ...], list[tuple[float, ...]]]:
    """The states that are drawn, and for each item when it first came at least as far as each of them.

    As many moments as states that it reached, or passed over.
    """
    kinds = STARTED | {Kind.BACKLOG} if backlog else STARTED
    states = [state for state in board.states if state.kind in kinds]
    columns, paths = _columns(spans, states), spans.visits.paths
    places = [marks([columns[state] for state in way]) for way in paths.ways]
    found = [
        tuple(moments[place] for place in places[way])
        for way, moments in zip(paths.way, paths.moments, strict=True)
    ]
    return tuple(state.name for state in states), found


def _line(reached: Sequence[float], window: Window, clock: Clock) -> tuple[tuple[int, ...], int]:
    """How many of the moments had come by the end of each day, and before the first."""
    days = Counter(clock.numbers(reached))
    first = window.numbers.start
    before = sum(n for day, n in days.items() if day < first)
    return tuple(accumulate((days[day] for day in window.numbers), initial=before))[1:], before


def _columns(spans: Spans, states: Sequence[State]) -> list[int]:
    """For each state that visits know the column; and one more, for GONE."""
    known = {state.name: column for column, state in enumerate(states)}
    return [*(known.get(name, OFF) for name in spans.visits.names), OFF]


def rework(board: Board, spans: Spans, start: float, end: float) -> Rework:
    """The falls back that stood at any moment of [start, end), as they stood at its end."""
    states = [state for state in board.states if state.kind is not Kind.DISCARDED]
    columns = _columns(spans, states)
    paths = spans.visits.paths
    pairs: dict[tuple[str, str], int] = {}
    done = [state.kind is Kind.DONE for state in states]
    away = frozenset(state for state in range(GONE, len(columns) - 1) if columns[state] == OFF)
    back: list[list[tuple[int, int, int, int]]] = []
    for steps, shape in zip(paths.ways, spans.shapes, strict=True):
        way = [columns[state] for state in steps]
        mine: list[tuple[int, int, int, int]] = []
        # What was away may come back lower than it was, and that is no move back.
        for each in falls(way) if shape.moved_back or not away.isdisjoint(steps) else ():
            pair = pairs.setdefault((states[each.mark].name, states[each.column].name), len(pairs))
            lasted = range(each.fell, len(way) if each.recovered == NEVER else each.recovered)
            undone = (place for place in lasted if way[place] != OFF and not done[way[place]])
            mine.append((each.fell, each.recovered, pair, next(undone, NEVER) if done[each.mark] else NEVER))
        back.append(mine)
    found = Rework([], [], [], [], list(pairs), [])
    for item, (kind, moments) in enumerate(zip(paths.way, paths.moments, strict=True)):
        for fell, recovered, pair, undone_at in back[kind]:
            begun = moments[fell]
            over = None if recovered == NEVER else moments[recovered]
            if begun < end and (over is None or over >= start):
                found.item.append(item)
                found.fell.append(begun)
                found.recovered.append(over if over is not None and over < end else None)
                found.pair.append(pair)
                found.reopened.append(undone_at != NEVER and moments[undone_at] < end)
    return found
