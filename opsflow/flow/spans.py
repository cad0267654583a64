"""Spans: when each item was created, started, finished or discarded.

Two points give every measure. *Started* is the first time in a state of kind active, waiting or
done. *Finished* is the last entry into a done state, of an item that is done now. A file deleted
while its item was done is an archived item and stays finished; one deleted before is discarded.
States that the workflow does not know count as nothing: an item in one is neither begun nor over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import NamedTuple

from opsflow.flow.days import Count, between, inclusive
from opsflow.model import IN_PROGRESS, OVER, STARTED, Board, History, Kind, Span, Story

Interval = tuple[datetime, datetime | None]
"""[start, end); an end of None has not come."""


class ItemSpan(NamedTuple):
    """The moments of one item that measures are made of."""

    item: str
    created: datetime
    """When its first state was entered: its first commit, or what `entered:` says."""
    started: datetime | None = None
    """None: never. Going back to a backlog state later does not undo it."""
    finished: datetime | None = None
    """None: not done now. Set for archived items."""
    discarded: datetime | None = None
    """When it was dropped or, unfinished, deleted; None where it was not, or came back."""
    first_finished: datetime | None = None
    """The first entry into a done state; earlier than `finished` for what was reopened."""
    reopened: int = 0
    """How often it left a done state for an unfinished one."""
    moved_back: int = 0
    """How often it went to an earlier state of the workflow; discarding and returning are no such moves."""
    flow: tuple[Interval, ...] = ()
    """The times in which it was work in progress. An item that came to be done without being worked
    on has an interval of no length there: it arrived and departed at once."""

    @property
    def departed(self) -> datetime | None:
        """When it was over, finished or not; None while it is open."""
        return self.finished or self.discarded

    @property
    def ongoing(self) -> bool:
        """Started, and neither finished nor discarded."""
        return self.started is not None and self.departed is None


def of(board: Board, history: History) -> Mapping[str, ItemSpan]:
    """The span of every item that ever was, by id and in the order of the history."""
    ranks = {state.name: (rank, state.kind) for rank, state in enumerate(board.states)}
    return {story.item: one(story, ranks) for story in history.stories.values() if story.states}


def one(story: Story, ranks: Mapping[str, tuple[int, Kind]]) -> ItemSpan:
    """The span of one story with at least one state; `ranks` gives place and kind of each state."""
    phases = tuple(_phases(story, ranks))
    first_finished = next((phase.start for phase in phases if phase.kind is Kind.DONE), None)
    return ItemSpan(
        item=story.item,
        created=phases[0].start,
        started=next((phase.start for phase in phases if phase.kind in STARTED), None),
        finished=_last(phases, Kind.DONE),
        discarded=_last(phases, Kind.DISCARDED),
        first_finished=first_finished,
        reopened=_reopened(phases) if first_finished else 0,
        moved_back=_moved_back(phases),
        flow=tuple(_flow(phases)),
    )


def cycle_time_days(span: ItemSpan, zone: tzinfo, count: Count = Count.INCLUSIVE) -> float | None:
    """Days from started to finished; None for what is not finished. Whole, but for `elapsed`."""
    if span.started is None or span.finished is None:
        return None
    return between(span.started, span.finished, zone, count)


def lead_time_days(span: ItemSpan, zone: tzinfo, count: Count = Count.INCLUSIVE) -> float | None:
    """Days from created to finished; None for what is not finished."""
    return None if span.finished is None else between(span.created, span.finished, zone, count)


def age_days(span: ItemSpan, now: datetime, zone: tzinfo) -> int | None:
    """Work item age: inclusive days from started to now; None for what has not begun or is over.

    An item said to begin in the future is 1 day old.
    """
    return inclusive(span.started, now, zone) if span.started is not None and span.ongoing else None


def spent_days(span: ItemSpan, zone: tzinfo) -> int | None:
    """Inclusive days from started to discarded: what was lost; None for what was not begun or not dropped."""
    if span.started is None or span.discarded is None:
        return None
    return inclusive(span.started, span.discarded, zone)


# -- how it is found ----------------------------------------------------------------------------


class Phase(NamedTuple):
    """A time in one state, or after the file was deleted; a board's history has very many."""

    start: datetime
    kind: Kind | None
    """None: a state that the workflow does not know."""
    rank: int
    """Its position in the workflow; -1 unknown or deleted."""


def _phases(story: Story, ranks: Mapping[str, tuple[int, Kind]]) -> Iterator[Phase]:
    before: Span | None = None
    kind: Kind | None = None
    for state in story.states:
        if before is not None and before.end is not None and before.end < state.start:
            yield Phase(before.end, _gone(kind), -1)
        rank, kind = ranks.get(state.value, (-1, None))
        yield Phase(state.start, kind, rank)
        before = state
    end = story.gone or (before.end if before is not None else None)
    if end is not None:
        yield Phase(end, _gone(kind), -1)


def _gone(kind: Kind | None) -> Kind:
    """What a deleted file means: archived where it was done, else discarded."""
    return Kind.DONE if kind is Kind.DONE else Kind.DISCARDED


def _last(phases: tuple[Phase, ...], kind: Kind) -> datetime | None:
    """When the present unbroken time in states of that kind began; None where the item is not there now."""
    start = None
    for phase in reversed(phases):
        if phase.kind is not kind:
            break
        start = phase.start
    return start


def _known(phases: tuple[Phase, ...]) -> Iterator[tuple[Phase, Phase]]:
    """Pairs of one phase and the next, leaving out states that the workflow does not know."""
    known = [phase for phase in phases if phase.kind is not None]
    return pairwise(known)


def _reopened(phases: tuple[Phase, ...]) -> int:
    return sum(before.kind is Kind.DONE and after.kind not in OVER for before, after in _known(phases))


def _moved_back(phases: tuple[Phase, ...]) -> int:
    return sum(
        0 <= after.rank < before.rank and Kind.DISCARDED not in (before.kind, after.kind)
        for before, after in _known(phases)
    )


def _flow(phases: tuple[Phase, ...]) -> Iterator[Interval]:
    begun: datetime | None = None
    before: Kind | None = None
    for phase in phases:
        if phase.kind in IN_PROGRESS:
            begun = begun or phase.start
        elif begun is not None:
            yield begun, phase.start
            begun = None
        elif phase.kind is Kind.DONE and before is not Kind.DONE:
            yield phase.start, phase.start
        before = phase.kind
    if begun is not None:
        yield begun, None
