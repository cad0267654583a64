"""Visits: which item stood in which state, from when to when, as columns.

A board of ten years has a million visits, and an object for each would cost more than all measures
together. So they are columns: lists of equal length, one entry a visit, by item and then by time. All
measures are worked out from them, whether they come from a Git history (`of`) or from a table of events.

Moments are whole seconds since 1970, UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from opsflow.model import History, Span, Story, order_key

GONE = -1
"""Stands for a state while the file of an item is deleted."""
Moments = Sequence[float]
Ends = Sequence[float | None]
"""None has not come."""


class Held(NamedTuple):
    """The times in which a field of an item had a value, as columns; of one item they may overlap."""

    item: list[int]
    """Position among the items; never falls."""
    value: list[str]
    start: list[float]
    end: list[float | None]
    by: list[str]
    """For blocks: who or what had to move; else empty."""
    commit: Sequence[str] = ()
    """The commit that says so; empty where a history knows."""
    author: Sequence[str] = ()


def nothing() -> Held:
    """A field that never had a value."""
    return Held([], [], [], [], [])


class Paths(NamedTuple):
    """The ways that items took through the states. Many items take the same, so each way is there once."""

    ways: Sequence[tuple[int, ...]]
    """States one after another, by position among the names; GONE while, or since, the file was deleted."""
    way: Sequence[int]
    """For each item, which of the ways is its own."""
    moments: Sequence[list[float]]
    """For each item, when each step of its way began."""

    def groups(self, items: Iterable[int] | None = None) -> list[list[int]]:
        """For each way the items that took it, of those given; None: of all."""
        found: list[list[int]] = [[] for _ in self.ways]
        way = self.way
        for item in range(len(way)) if items is None else items:
            found[way[item]].append(item)
        return found


@dataclass(frozen=True, eq=False)
class Visits:
    """What items did, as columns; every item has at least one visit."""

    items: Sequence[str] = ()
    """Ids, in the order of `order_key`."""
    names: Sequence[str] = ()
    """The names of the states, each once, in any order."""
    first: Sequence[int] = (0,)
    """For each item, the position of its first visit; and one more, past the last visit of all."""
    state: Sequence[int] = ()
    """For each visit, the position of its state among the names."""
    entered: Moments = ()
    left: Ends = ()
    """None for a visit that goes on. Where it is before the next visit begins, the file was deleted then."""
    blocked: Held = field(default_factory=nothing)
    """Value: the reason."""
    assigned: Held = field(default_factory=nothing)
    """Value: a person."""
    types: Held = field(default_factory=nothing)
    classes: Held = field(default_factory=nothing)
    commit: Sequence[str] = ()
    """For each visit, the commit that says so; empty where a history knows."""
    author: Sequence[str] = ()
    """For each visit, who says so; empty where a history knows."""
    brought: frozenset[int] = frozenset()
    """The positions of items that a mass edit brought in: they stood in their first state before, and nobody
    knows since when."""
    dated: frozenset[int] = frozenset()
    """The positions of those that it brought in with the moment at which they came to their first state:
    what they were before that, nobody knows."""
    taken: frozenset[int] = frozenset()
    """The positions of items whose file a mass edit deleted: nothing happened to them then."""

    def __len__(self) -> int:
        return len(self.state)

    @cached_property
    def number(self) -> dict[str, int]:
        """The position of each item."""
        return {item: number for number, item in enumerate(self.items)}

    @cached_property
    def item(self) -> list[int]:
        """For each visit, the position of its item."""
        first = self.first
        return [item for item in range(len(self.items)) for _ in range(first[item], first[item + 1])]

    @cached_property
    def paths(self) -> Paths:
        """The same, by item: which way through the states each took, and when."""
        state, entered, left, first = self.state, list(self.entered), self.left, self.first
        known: dict[tuple[int, ...], int] = {}
        way: list[int] = []
        moments: list[list[float]] = []
        start = first[0]
        for end in first[1:]:
            steps, at = tuple(state[start:end]), entered[start:end]
            over = left[end - 1]
            if end - start > 1 and list(left[start : end - 1]) != at[1:]:
                steps, at = _with_gaps(steps, at, left[start:end])
            if over is not None:
                steps += (GONE,)
                at.append(over)
            way.append(known.setdefault(steps, len(known)))
            moments.append(at)
            start = end
        return Paths(list(known), way, moments)

    def said(self, item: str, at: float, states: Collection[str | None] = ()) -> tuple[str, str]:
        """The commit by which a table says that something happened to an item, and its author; or empty.

        Where the item came to several states at once, it is the first of those that are named.
        """
        number = self.number.get(item)
        if number is None:
            return "", ""
        visits = range(self.first[number], self.first[number + 1])
        places = [place for place in visits if self.entered[place] == at]
        place = min(places, key=lambda place: self.names[self.state[place]] not in states, default=None)
        if place is not None:
            return _at(self.commit, place), _at(self.author, place)
        for held in (self.blocked, self.assigned):
            rows = range(bisect_left(held.item, number), bisect_right(held.item, number))
            place = next((place for place in rows if held.start[place] == at), None)
            if place is not None:
                return _at(held.commit, place), _at(held.author, place)
        return "", ""

    def pick(self, chosen: Sequence[int]) -> Visits:
        """The visits of these items alone, given by position and in order; who said so is left out."""
        if len(chosen) == len(self.items):
            return self
        places = [(self.first[item], self.first[item + 1]) for item in chosen]
        first = [0]
        for start, end in places:
            first.append(first[-1] + end - start)
        new = dict(zip(chosen, range(len(chosen)), strict=True))

        def column(values: Sequence[Any]) -> list[Any]:
            return list(chain.from_iterable([values[start:end] for start, end in places]))

        return Visits(
            [self.items[item] for item in chosen],
            self.names,
            first,
            column(self.state),
            column(self.entered),
            column(self.left),
            blocked=_picked(self.blocked, new),
            assigned=_picked(self.assigned, new),
            types=_picked(self.types, new),
            classes=_picked(self.classes, new),
            brought=frozenset(new[item] for item in self.brought if item in new),
            dated=frozenset(new[item] for item in self.dated if item in new),
            taken=frozenset(new[item] for item in self.taken if item in new),
        )


def _at(column: Sequence[str], place: int) -> str:
    return column[place] if column else ""


def _with_gaps(steps: tuple[int, ...], at: list[float], left: Ends) -> tuple[tuple[int, ...], list[float]]:
    """A way on which the file was deleted for a while, told with these gaps."""
    told, moments = [steps[0]], [at[0]]
    for state, moment, before in zip(steps[1:], at[1:], left, strict=False):
        if before is not None and before < moment:
            told.append(GONE)
            moments.append(before)
        told.append(state)
        moments.append(moment)
    return tuple(told), moments


def _picked(held: Held, new: dict[int, int]) -> Held:
    places = [place for place, item in enumerate(held.item) if item in new]
    return Held(
        [new[held.item[place]] for place in places],
        [held.value[place] for place in places],
        [held.start[place] for place in places],
        [held.end[place] for place in places],
        [held.by[place] for place in places],
    )


def of(history: History) -> Visits:
    """The visits of a history, its items in the order of `order_key`."""
    stories = history.stories
    return of_stories(stories[item] for item in sorted(stories, key=order_key))


def of_stories(stories: Iterable[Story]) -> Visits:
    """The visits that these stories tell of; a story without a state is left out."""
    items: list[str] = []
    first = [0]
    names: dict[str, int] = {}
    state: list[int] = []
    entered: list[float] = []
    left: list[float | None] = []
    blocked, assigned, types, classes = nothing(), nothing(), nothing(), nothing()
    brought: list[int] = []
    dated: list[int] = []
    taken: list[int] = []
    for story in stories:
        if not story.states:
            continue
        number = len(items)
        items.append(story.item)
        if was_brought(story):
            brought.append(number)
        elif was_dated(story):
            dated.append(number)
        if was_taken(story):
            taken.append(number)
        for span in story.states:
            state.append(names.setdefault(span.value, len(names)))
            entered.append(seconds(span.start))
            left.append(None if span.end is None else seconds(span.end))
        first.append(len(state))
        _hold(blocked, number, story.blocked)
        _hold(assigned, number, story.assigned)
        _hold(types, number, story.types)
        _hold(classes, number, story.classes)
    return Visits(
        items,
        list(names),
        first,
        state,
        entered,
        left,
        blocked,
        assigned,
        types,
        classes,
        brought=frozenset(brought),
        dated=frozenset(dated),
        taken=frozenset(taken),
    )


def was_brought(story: Story) -> bool:
    """Whether a mass edit brought the item in; not where `entered:` says when it came to its first state."""
    first = story.states[0]
    return first.commit.ignored and first.start == first.commit.at


def was_dated(story: Story) -> bool:
    """Whether a mass edit brought the item in, and `entered:` says when it came to its first state."""
    first = story.states[0]
    return first.commit.ignored and first.start != first.commit.at


def was_taken(story: Story) -> bool:
    """Whether a mass edit deleted the item's file, and it did not come back."""
    return story.gone is not None and story.transitions[-1].commit.ignored


def _hold(held: Held, item: int, spans: Iterable[Span]) -> None:
    for span in spans:
        held.item.append(item)
        held.value.append(span.value)
        held.start.append(seconds(span.start))
        held.end.append(None if span.end is None else seconds(span.end))
        held.by.append(span.by)


def firsts(item: Sequence[int], items: int) -> list[int]:
    """The column `first` for a column of item positions that never falls."""
    return [bisect_left(item, number) for number in range(items + 1)]


def seconds(at: datetime) -> int:
    """A moment in whole seconds since 1970; what is over is cut off."""
    return int(at.timestamp() // 1)


def moment(at: float) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(at, UTC)
