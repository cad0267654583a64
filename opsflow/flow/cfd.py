"""Cumulative flow: how many items have come at least as far as each state, by high-water mark.

Each item counts in every state up to the furthest that it ever reached, so no line ever falls and no
two lines cross (Vacanti). Going back changes no line; it opens a time of rework, listed beside the
diagram, which lasts until the item is back where it was. Discarded items leave: they count in every
line, and the band of the discarded lies below the done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import accumulate

from opsflow.flow.days import Window, day
from opsflow.flow.spans import ItemSpan
from opsflow.model import OVER, STARTED, Board, History, Kind, State, Story

Move = tuple[datetime, int]
"""When an item came into a column, and which: counted from 0; -1 is off the board and no move."""


@dataclass(frozen=True, slots=True)
class Cfd:
    """The lines of a window, one number a day."""

    window: Window
    states: tuple[State, ...]
    """In workflow order; the discarded come last, where any were."""
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


@dataclass(frozen=True, slots=True)
class Rework:
    """A fall back, until the item was again at least as far as before."""

    item: str
    before: str
    """The furthest state that it had reached."""
    after: str
    """The state that it fell back to first."""
    fell: datetime
    recovered: datetime | None
    """None: not yet."""


def reached(moves: Iterable[Move]) -> Iterator[Move]:
    """The moves that set a new high-water mark, in order."""
    mark = -1
    for at, column in moves:
        if column > mark:
            mark = column
            yield at, column


def corrections(moves: Iterable[Move]) -> Iterator[tuple[datetime, datetime | None, int, int]]:
    """Falls below the high-water mark: (fell, recovered or None, the mark, the column fallen to)."""
    mark, fell, lowest = -1, None, -1
    for at, column in moves:
        if 0 <= column < mark and fell is None:
            fell, lowest = at, column
        elif column >= mark:
            if fell is not None:
                yield fell, at, mark, lowest
            mark, fell = column, None
    if fell is not None:
        yield fell, None, mark, lowest


def lines(
    items: Iterable[Iterable[Move]], columns: int, window: Window, zone: tzinfo
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Cumulative counts per column and day, and what each column counted before the window.

    A jump counts in the columns passed over. One difference is noted for each new mark of an item, so
    the cost is linear in moves plus columns × days.
    """
    changes = [[0] * (len(window) + 1) for _ in range(columns)]
    before = [0] * columns
    for moves in items:
        mark = -1
        for at, column in reached(moves):
            position = (day(at, zone) - window.first).days
            for passed in range(mark + 1, column + 1):
                if position < 0:
                    before[passed] += 1
                elif position < len(window):
                    changes[passed][position] += 1
            mark = column
    counted = tuple(
        tuple(list(accumulate(row[:-1], initial=start))[1:])
        for row, start in zip(changes, before, strict=True)
    )
    return counted, tuple(before)


def of(board: Board, history: History, spans: Mapping[str, ItemSpan], window: Window, zone: tzinfo) -> Cfd:
    """The diagram of the states that work flows through: active, waiting and done, no backlog."""
    states = [state for state in board.states if state.kind in STARTED]
    columns = {state.name: column for column, state in enumerate(states)}
    dropped = next((state for state in board.states if state.kind is Kind.DISCARDED), None)
    moves = (_moves(history.stories[span.item], span, columns) for span in spans.values())
    counted, before = lines(moves, len(states) + 1, window, zone)
    if not any(counted[-1]):
        return Cfd(window, tuple(states), counted[:-1], before[:-1])
    last = dropped or State("discarded", Kind.DISCARDED, "Discarded")
    return Cfd(window, (*states, last), counted, before)


def rework(
    board: Board, history: History, spans: Mapping[str, ItemSpan], window: Window, zone: tzinfo
) -> tuple[Rework, ...]:
    """The falls back that began in the window or were not recovered before it, latest first."""
    states = [state for state in board.states if state.kind is not Kind.DISCARDED]
    columns = {state.name: column for column, state in enumerate(states)}
    found = []
    for story in history.stories.values():
        if story.item not in spans or not spans[story.item].moved_back:
            continue
        moves = [(span.start, columns.get(span.value, -1)) for span in story.states]
        for fell, recovered, mark, lowest in corrections(moves):
            touches = day(fell, zone) <= window.last and (
                recovered is None or day(recovered, zone) >= window.first
            )
            if touches:
                found.append(Rework(story.item, states[mark].name, states[lowest].name, fell, recovered))
    return tuple(sorted(found, key=lambda each: (each.fell, each.item), reverse=True))


def _moves(story: Story, span: ItemSpan, columns: Mapping[str, int]) -> Sequence[Move]:
    """An item's moves over the columns; being discarded for good is the column after the last.

    What was ever done keeps that mark, also where it was dropped later.
    """
    moves = [(state.start, columns.get(state.value, -1)) for state in story.states]
    if span.started is not None and span.first_finished is None and span.discarded is not None:
        moves.append((span.discarded, len(columns)))
    return moves
