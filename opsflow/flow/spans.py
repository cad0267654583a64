"""Spans: when each item was created, started, finished or discarded.

Two points give every measure. *Started* is the first time in a state of kind active, waiting or
done. *Finished* is the last time that an item came to be done, of one that is done now. A file deleted
while its item was done is an archived item and stays finished; one deleted before is discarded.
Commits that are listed as mass edits make no moment known: what they bring in was there before, and
what they take away was not given up.
States that the workflow does not know count as nothing: an item in one is neither begun nor over.

What a way through the states comes to is worked out once for each way (`Shape`), and then read off for
every item that took it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from math import inf
from typing import NamedTuple

from opsflow.flow import blocked, visits
from opsflow.flow.blocked import Stretch
from opsflow.flow.days import Count, between, inclusive
from opsflow.flow.visits import GONE, Held, Visits, moment, seconds
from opsflow.model import OVER, Board, History, Kind, Span, Story

Interval = tuple[datetime, datetime | None]
"""[start, end); an end of None has not come."""
NEVER = -1
"""A place on no way."""


class ItemSpan(NamedTuple):
    """The moments of one item that measures are made of."""

    item: str
    created: datetime
    """When its first state was entered: its first commit, or what `entered:` says."""
    started: datetime | None = None
    """None: never. Going back to a backlog state later does not undo it."""
    finished: datetime | None = None
    """None: not done now, or nobody knows since when. Set for archived items."""
    discarded: datetime | None = None
    """When it was dropped or, unfinished, deleted; None where it was not, or came back, or nobody did it."""
    first_finished: datetime | None = None
    """The first entry into a done state; earlier than `finished` for what was reopened."""
    reopened: int = 0
    """How often it left a done state for an unfinished one."""
    moved_back: int = 0
    """How often it went to an earlier state of the workflow; discarding and returning are no such moves."""
    flow: tuple[Interval, ...] = ()
    """The times in which it was work in progress. An item that came to be done without being worked
    on has an interval of no length there: it arrived and departed at once."""
    older: bool = False
    """A mass edit brought it in: it was there, or begun, before its first moment, nobody knows since when."""
    brought_done: datetime | None = None
    """When a mass edit brought it in as finished, which it still is; nobody knows when it was finished."""
    let_go: datetime | None = None
    """When a mass edit brought it in as dropped, or deleted it unfinished: nobody gave it up then."""

    @property
    def timed(self) -> bool:
        """Whether it is known when it was started, if it was."""
        return not self.older or self.started != self.created

    @property
    def finished_by(self) -> datetime | None:
        """When it was finished at the latest; None: it is not done now."""
        return self.finished or self.brought_done

    @property
    def ended(self) -> datetime | None:
        """When it was finished or discarded; None while it is open, and where nobody knows."""
        return self.finished or self.discarded

    @property
    def departed(self) -> datetime | None:
        """When it was over at the latest, finished or not; None while it is open."""
        return self.finished_by or self.discarded or self.let_go

    @property
    def ongoing(self) -> bool:
        """Started, and neither finished nor discarded."""
        return self.started is not None and self.departed is None


class Shape(NamedTuple):
    """What a way through the states comes to; moments are places on the way, NEVER where there is none."""

    started: int
    finished: int
    discarded: int
    first_finished: int
    reopened: int
    moved_back: int
    flow: tuple[tuple[int, int], ...]
    """Where times in progress begin and end; an end of NEVER has not come."""
    was_done: bool = False
    """Dropped out of a done state: it was finished before."""


Column = Sequence[float | None]
"""A moment for each item, in seconds; None where there is none."""


@dataclass(frozen=True, eq=False)
class Spans(Mapping[str, ItemSpan]):
    """The spans of all items as columns; as a mapping, each item's own span by its id."""

    visits: Visits
    shapes: Sequence[Shape]
    """For each of the ways that the visits know, what it comes to."""
    ends: Sequence[bool]
    """For each state that the visits know, whether work is over in it; and one more, for a deleted file."""

    # -- columns, one entry an item -----------------------------------------------------------------

    @cached_property
    def shape(self) -> list[Shape]:
        """What each item's way comes to."""
        shapes = self.shapes
        return [shapes[way] for way in self.visits.paths.way]

    @cached_property
    def created(self) -> list[float]:
        return [moments[0] for moments in self.visits.paths.moments]

    @cached_property
    def started(self) -> Column:
        return self.column([shape.started for shape in self.shapes])

    @cached_property
    def finished(self) -> Column:
        """None, too, for what a mass edit brought in as finished: nobody knows when it was."""
        return self.without(self.finished_by, self.brought_done)

    @cached_property
    def finished_by(self) -> Column:
        """When each was finished at the latest: the same, and when it was brought in."""
        return self.column([shape.finished for shape in self.shapes])

    @cached_property
    def brought_done(self) -> frozenset[int]:
        """The positions of what a mass edit brought in as finished, and is so still."""
        way, shapes = self.visits.paths.way, self.shapes
        return frozenset(item for item in self.visits.brought if shapes[way[item]].finished == 0)

    @cached_property
    def discarded(self) -> Column:
        """None, too, for what a mass edit brought in as dropped, or deleted: nobody gave it up then."""
        return self.without(self.discarded_by, self.let_go)

    @cached_property
    def discarded_by(self) -> Column:
        """When each was discarded or taken away at the latest."""
        return self.column([shape.discarded for shape in self.shapes])

    @cached_property
    def let_go(self) -> frozenset[int]:
        """The positions of what a mass edit brought in as dropped, and of what it deleted unfinished."""
        way, shapes, taken = self.visits.paths.way, self.shapes, self.taken
        return taken | {item for item in self.visits.brought if shapes[way[item]].discarded == 0}

    @cached_property
    def taken(self) -> frozenset[int]:
        """The positions of what a mass edit deleted unfinished."""
        paths, shapes = self.visits.paths, self.shapes
        return frozenset(
            item
            for item in self.visits.taken
            if shapes[paths.way[item]].discarded == len(paths.moments[item]) - 1
        )

    @cached_property
    def older(self) -> frozenset[int]:
        """The positions of items that were there, or begun, before their first moment: nobody knows when.

        What a mass edit brought in; where `entered:` says when it came to its first state, only if that is
        a done one, for it was begun before.
        """
        way, shapes, found = self.visits.paths.way, self.shapes, self.visits
        return found.brought | {item for item in found.dated if shapes[way[item]].first_finished == 0}

    @cached_property
    def first_finished(self) -> Column:
        return self.column([shape.first_finished for shape in self.shapes])

    @cached_property
    def departed(self) -> Column:
        """When each was over at the latest, finished or not."""
        pairs = zip(self.finished_by, self.discarded_by, strict=True)
        return [over if over is not None else dropped for over, dropped in pairs]

    def column(self, places: Sequence[int]) -> list[float | None]:
        """For each item, the moment at a place on its way; `places` has one for each of the ways."""
        paths = self.visits.paths
        return [
            moments[place] if (place := places[way]) >= 0 else None
            for moments, way in zip(paths.moments, paths.way, strict=True)
        ]

    @staticmethod
    def without(column: Column, items: frozenset[int]) -> Column:
        """A column in which these positions have None."""
        if not items:
            return column
        return [None if item in items else at for item, at in enumerate(column)]

    def timed(self, items: Sequence[int], begun: Column) -> Sequence[int]:
        """Of these positions, those of items of which it is known when they began.

        Of an item that is older than its first moment, that moment is no beginning.
        """
        older, created = self.older, self.created
        if not older:
            return items
        return [item for item in items if item not in older or begun[item] != created[item]]

    @cached_property
    def flow(self) -> Flow:
        """The times in progress of all items."""
        item: list[int] = []
        start: list[float] = []
        end: list[float | None] = []
        paths, brought, older = self.visits.paths, self.visits.brought, self.older
        flows = [shape.flow for shape in self.shapes]
        there: list[int] = []
        for number, (way, moments) in enumerate(zip(paths.way, paths.moments, strict=True)):
            for begun, over in flows[way]:
                if begun == 0 and number in older:
                    if over == 0 and number in brought:
                        continue
                    there.append(len(item))
                item.append(number)
                start.append(moments[begun])
                end.append(moments[over] if over >= 0 else None)
        return Flow(item, start, end, frozenset(there))

    @cached_property
    def blocked(self) -> Held:
        """The blocks of all items, each at an end when its item was over, even if nobody took it out.

        One that is still there when its item is reopened begins anew.
        """
        return blocked.while_open(self.visits.blocked, self.closed)

    def closed(self, item: int) -> list[Stretch]:
        """When the item at that position was not there yet, or over: done, discarded or deleted. In order."""
        paths = self.visits.paths
        found: list[Stretch] = []
        since: float | None = -inf
        for state, at in zip(paths.ways[paths.way[item]], paths.moments[item], strict=True):
            if self.ends[state]:
                since = at if since is None else since
            elif since is not None:
                found.append((since, at))
                since = None
        return found if since is None else [*found, (since, None)]

    # -- one item -----------------------------------------------------------------------------------

    def __getitem__(self, item: str) -> ItemSpan:
        found = self._made.get(item)
        if found is None:
            found = self._made[item] = self.of(self.visits.number[item])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.visits.items)

    def __len__(self) -> int:
        return len(self.visits.items)

    def __contains__(self, item: object) -> bool:
        return item in self.visits.number

    @cached_property
    def _made(self) -> dict[str, ItemSpan]:
        return {}

    def of(self, number: int) -> ItemSpan:
        """The span of the item at that position."""
        moments = self.visits.paths.moments[number]
        shape = self.shapes[self.visits.paths.way[number]]

        def at(place: int, known: bool = True) -> datetime | None:
            return moment(moments[place]) if place != NEVER and known else None

        done, let_go = number in self.brought_done, number in self.let_go
        return ItemSpan(
            item=self.visits.items[number],
            created=moment(moments[0]),
            started=at(shape.started),
            finished=at(shape.finished, not done),
            discarded=at(shape.discarded, not let_go),
            first_finished=at(shape.first_finished),
            reopened=shape.reopened,
            moved_back=shape.moved_back,
            flow=tuple((moment(moments[begun]), at(over)) for begun, over in shape.flow),
            older=number in self.older,
            brought_done=at(shape.finished, done),
            let_go=at(shape.discarded, let_go),
        )


class Flow(NamedTuple):
    """Times in progress as columns; an item that left and came back has several."""

    item: Sequence[int]
    """Position among the items; never falls."""
    start: Sequence[float]
    end: Column
    brought: frozenset[int] = frozenset()
    """Which of the times, by place, only became known with a mass edit: no work arrived then."""

    @property
    def arrived(self) -> Sequence[float]:
        """When work arrived: the starts, but for what was brought in."""
        if not self.brought:
            return self.start
        return [at for place, at in enumerate(self.start) if place not in self.brought]


def of(board: Board, told: History | Visits) -> Spans:
    """The span of every item that ever was, by id and in the order of the history."""
    found = told if isinstance(told, Visits) else visits.of(told)
    kinds, ranks = meanings(board, found.names)
    ends = [kind in OVER for kind in kinds[:-1]] + [True]
    return Spans(found, [shape(way, kinds, ranks) for way in found.paths.ways], ends)


def one(board: Board, story: Story) -> ItemSpan:
    """The span of one story with at least one state."""
    return of(board, visits.of_stories([story])).of(0)


def blocks(board: Board, story: Story) -> tuple[Span, ...]:
    """The blocks of one story, oldest first, as `Spans.blocked` has them."""
    if not story.blocked or not story.states:
        return story.blocked
    closed, found = of(board, visits.of_stories([story])).closed(0), []
    for span in story.blocked:
        start, end = seconds(span.start), None if span.end is None else seconds(span.end)
        for first, last in blocked.apart(start, end, closed):
            span_ = span if first == start else span._replace(start=moment(first))
            found.append(span_ if last == end else span_._replace(end=None if last is None else moment(last)))
    return tuple(found)


def meanings(board: Board, names: Sequence[str]) -> tuple[list[Kind | None], list[int]]:
    """The kind and the rank in the workflow of each state; None and -1 for one that it does not know.

    The last entry is for GONE, and unknown as well.
    """
    known = {state.name: (state.kind, rank) for rank, state in enumerate(board.states)}
    found = [known.get(name, (None, -1)) for name in names]
    return [kind for kind, _ in found] + [None], [rank for _, rank in found] + [-1]


def shape(way: Sequence[int], kinds: Sequence[Kind | None], ranks: Sequence[int]) -> Shape:
    """What one way comes to.

    A deleted file means archived where its item was done, else discarded. An unknown state ends a time
    in progress and breaks a stay, but is no move from one state to another.
    """
    active, waiting, done, dropped = Kind.ACTIVE, Kind.WAITING, Kind.DONE, Kind.DISCARDED
    started = first_finished = begun = since = NEVER
    reopened = moved_back = 0
    flow: list[tuple[int, int]] = []
    before: Kind | None = None
    left: Kind | None = None
    known: Kind | None = None
    reached = -1
    for place, state in enumerate(way):
        if state == GONE:
            kind: Kind | None = done if before is done else dropped
            rank = -1
        else:
            kind, rank = kinds[state], ranks[state]
        if kind is not before:
            since, left = place, before
        if kind is active or kind is waiting:
            if begun == NEVER:
                begun = place
            if started == NEVER:
                started = place
        else:
            if begun != NEVER:
                flow.append((begun, place))
                begun = NEVER
            elif kind is done and before is not done:
                flow.append((place, place))
            if kind is done and first_finished == NEVER:
                first_finished = place
                if started == NEVER:
                    started = place
        if kind is not None:
            if known is done and kind is not done and kind is not dropped:
                reopened += 1
            if 0 <= rank < reached and kind is not dropped and known is not dropped:
                moved_back += 1
            known, reached = kind, rank
        before = kind
    if begun != NEVER:
        flow.append((begun, NEVER))
    return Shape(
        started,
        since if before is done else NEVER,
        since if before is dropped else NEVER,
        first_finished,
        reopened,
        moved_back,
        tuple(flow),
        before is dropped and left is done,
    )


# -- numbers of one item --------------------------------------------------------------------------


def cycle_time_days(span: ItemSpan, zone: tzinfo, count: Count = Count.INCLUSIVE) -> float | None:
    """Days from started to finished; None where one is not, or is not known. Whole, but for `elapsed`."""
    if span.started is None or span.finished is None or not span.timed:
        return None
    return between(span.started, span.finished, zone, count)


def lead_time_days(span: ItemSpan, zone: tzinfo, count: Count = Count.INCLUSIVE) -> float | None:
    """Days from created to finished; None where it is not, or nobody knows when it came."""
    if span.finished is None or span.older:
        return None
    return between(span.created, span.finished, zone, count)


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
