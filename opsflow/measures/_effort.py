"""What people's days of the window went to, as assignments and states tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from opsflow.capacity import effort, persondays
from opsflow.capacity.effort import Effort, Holding
from opsflow.flow.days import Window
from opsflow.flow.displacement import without
from opsflow.flow.unplanned import Part, Stretch, common, merged
from opsflow.measures import _people
from opsflow.measures.query import Query
from opsflow.model import Kind, Person


def of(query: Query, window: Window) -> Effort:
    """What the people's days of the window went to; of all items, whichever are asked about.

    A day that somebody shared between two items is half a day of the one, also where nobody asks about the
    other. Items are given by their positions among the visits of the facts.
    """
    known = query.facts.kept("_effort", dict[Window, Effort])
    if window not in known:
        every = replace(query, keeps=None, chosen=None, slice="", by="")
        days = {person.key: by_day(query, person, window) for person in _people.of(query)}
        known[window] = effort.of(_holdings(every, window) if any(days.values()) else (), days)
    return known[window]


def by_item(query: Query, window: Window) -> Mapping[int, float]:
    """The person-days that went to each of the items that are asked about, by position among their visits."""
    found = of(query, window).by_item
    if not query.narrowed:
        return found
    every = query.facts.visits or query.visits
    mine = query.visits.number
    return {mine[every.items[item]]: days for item, days in found.items() if every.items[item] in mine}


def by_day(query: Query, person: Person, window: Window) -> Mapping[int, float]:
    """The person-days of one person on each day of the window that is a working day of theirs."""
    calendar = persondays.own(person, query.facts.workdays)
    if not person.capacity:
        return {}
    return {day.toordinal(): person.capacity for day in calendar.days(window.first, window.last)}


def wip_days(query: Query, window: Window) -> Mapping[int, float]:
    """The days of 24 hours that each item was in progress in the window, by its position."""
    from opsflow.flow import unplanned

    return unplanned.wip_days(query.flow, *edges(query, window))


def unplanned(query: Query) -> tuple[Part, str]:
    """What of the work of the window was unplanned, and by what it is measured.

    By the person-days of items, where people held any; else by the days that items were in progress.
    """
    for by, amounts in (
        ("person-days", by_item(query, query.known)),
        ("WIP-days", wip_days(query, query.known)),
    ):
        whole = sum(amounts.values())
        if whole:
            return Part(sum(days for item, days in amounts.items() if item in query.unplanned), whole), by
    return Part(0.0, 0.0), ""


def edges(query: Query, window: Window) -> Stretch:
    """When a window begins and ends, in seconds; now, where it goes on."""
    start = query.clock.begin(window.first.toordinal())
    return start, max(min(query.clock.begin(window.last.toordinal() + 1), query.now), start)


def _holdings(query: Query, window: Window) -> Iterator[Holding]:
    """When each person had each item in an active state and not blocked."""
    start, end = edges(query, window)
    active = unblocked(query, Kind.ACTIVE, start, end)
    held = query.visits.assigned
    for item, begun, over, person in zip(held.item, held.start, held.end, held.value, strict=True):
        if item not in active:
            continue
        theirs = [(max(begun, start), end if over is None else min(over, end))]
        for first, last in common(active[item], theirs if theirs[0][0] < theirs[0][1] else []):
            numbers = query.clock.numbers([first, last])
            # What ends with the first moment of a day was not held on that day.
            ends_before = last == query.clock.begin(numbers[1]) and numbers[1] > numbers[0]
            yield Holding(person, item, numbers[0], numbers[1] - ends_before)


def unblocked(query: Query, kind: Kind, start: float, end: float) -> Mapping[int, list[Stretch]]:
    """For each item, the times of the stretch in which it was in a state of that kind and not blocked."""
    board, visits = query.facts.board, query.visits
    kinds = board.kinds
    active = [kinds.get(name) is kind for name in visits.names]
    stood: dict[int, list[Stretch]] = {}
    for item, state, begun, over in zip(visits.item, visits.state, visits.entered, visits.left, strict=True):
        if active[state] and begun < end and (over is None or over > start):
            stood.setdefault(item, []).append((max(begun, start), end if over is None else min(over, end)))
    blocks: dict[int, list[Stretch]] = {}
    blocked = visits.blocked
    for item, begun, over in zip(blocked.item, blocked.start, blocked.end, strict=True):
        if item in stood and begun < end and (over is None or over > start):
            blocks.setdefault(item, []).append((begun, end if over is None else over))
    return {
        item: without(merged(each), merged(blocks[item])) if item in blocks else merged(each)
        for item, each in stood.items()
    }
