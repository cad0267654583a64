"""What stood still for expedite work: read off the columns, for the measures that tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from opsflow.flow import displacement
from opsflow.flow.days import DAY, Window
from opsflow.flow.displacement import Covered, Stood
from opsflow.flow.unplanned import Stretch
from opsflow.flow.visits import GONE, Held
from opsflow.measures.query import Query
from opsflow.model import Kind

Times = dict[int, list[Stretch]]
"""For each item some of its times, those in the window alone."""


class Shift(NamedTuple):
    """What expedite work displaced in the window."""

    expedite: Covered
    """When expedite work was being done."""
    items: int
    """How many items of expedite work were."""
    stood: Sequence[Stood]
    """What stood still meanwhile."""
    reason: str
    """Why nothing can be said; empty where something can."""

    @property
    def days(self) -> float:
        return sum(each.whole for each in self.stood) / DAY

    @property
    def people_days(self) -> float:
        return sum(each.people for each in self.stood) / DAY


def of(query: Query) -> Shift:
    """What stood still of the items that are asked about, for expedite work of the whole board.

    Expedite is what may go beyond limits, by the class that an item had at the time. What displaces an item
    is seldom of the same project, type or person.
    """
    known = query.facts.kept("_shift", dict[tuple[Window, str], Shift])
    every = replace(query, keeps=None, chosen=None, slice="", by="") if query.narrowed else query
    asked = query.window, query.backward
    if asked not in known:
        known[asked] = _of(every)
    found = known[asked]
    if not query.narrowed:
        return found
    ids, mine = every.visits.items, query.visits.number
    stood = [each._replace(item=mine[ids[each.item]]) for each in found.stood if ids[each.item] in mine]
    return found._replace(stood=stood)


def _of(query: Query) -> Shift:
    beyond = {name for name, class_ in query.facts.board.classes.items() if class_.beyond_limits}
    if not beyond:
        return Shift(Covered(()), 0, (), "No class of service may go beyond limits, so nothing is expedite.")
    urgent = _expedite(query, beyond)
    anything = Covered(stretch for times in urgent.values() for stretch in times)
    if not anything:
        return Shift(anything, 0, (), "")
    assigned = _assigned(query)
    on = displacement.busy(urgent, assigned)
    blocked = _held(query, query.visits.blocked)
    theirs = {item for item, people in assigned.items() if any(person in on for person in people)}
    found = []
    for item, active, waiting in _standing(query, urgent, {*theirs, *blocked}):
        stood = displacement.stood(
            item, active, waiting, blocked.get(item, ()), assigned.get(item, {}), anything, on
        )
        if stood.whole:
            found.append(stood)
    return Shift(anything, len(urgent), found, "")


def _expedite(query: Query, beyond: Collection[str]) -> Times:
    """When items of expedite work were active; one whose class was never told counts by what it says now."""
    classes = _held(query, query.visits.classes, beyond)
    told = set(query.visits.classes.item)
    items = query.at(range(len(query.visits.items)))
    untold = [place for place, item in enumerate(items) if item.class_ in beyond and place not in told]
    found: Times = {}
    paths, works = query.visits.paths, _places(query, Kind.ACTIVE)
    for item in sorted({*classes, *untold}):
        active = _stretches(query, paths.moments[item], works[paths.way[item]])
        if item in classes:
            while_expedite = Covered(classes[item])
            active = [part for each in active for part in while_expedite.parts(*each)]
        if active:
            found[item] = active
    return found


def _standing(
    query: Query, urgent: Collection[int], closely: Collection[int]
) -> Iterator[tuple[int, list[Stretch], list[Stretch]]]:
    """Planned items that may have stood still, with the times in which they were active, and waited.

    Only those that are to be looked at closely have the first; others may only have waited.
    """
    paths, unasked = query.visits.paths, query.unplanned
    waits, works = _places(query, Kind.WAITING), _places(query, Kind.ACTIVE)
    for item, (way, moments) in enumerate(zip(paths.way, paths.moments, strict=True)):
        near = item in closely
        if not (waits[way] or near) or item in unasked or item in urgent:
            continue
        waiting = _stretches(query, moments, waits[way])
        active = _stretches(query, moments, works[way]) if near else []
        if waiting or active:
            yield item, active, waiting


def _places(query: Query, kind: Kind) -> list[list[int]]:
    """For each way, the places of its steps in states of that kind."""
    names = {state.name for state in query.facts.board.states if state.kind is kind}
    there = [name in names for name in query.visits.names]
    return [
        [place for place, state in enumerate(way) if state != GONE and there[state]]
        for way in query.visits.paths.ways
    ]


def _stretches(query: Query, moments: Sequence[float], places: Sequence[int]) -> list[Stretch]:
    """The parts in the window of the times that an item spent at these places of its way."""
    first, last, length = query.start, query.end, len(moments)
    found = []
    for place in places:
        start, end = moments[place], moments[place + 1] if place + 1 < length else last
        if start < first:
            start = first
        if end > last:
            end = last
        if end > start:
            found.append((start, end))
    return found


def _assigned(query: Query) -> dict[int, dict[str, list[Stretch]]]:
    """When each item was whose."""
    held = query.visits.assigned
    found: dict[int, dict[str, list[Stretch]]] = {}
    for item, person, start, end in zip(held.item, held.value, held.start, held.end, strict=True):
        stretch = _cut(query, start, end)
        if stretch:
            found.setdefault(item, {}).setdefault(person, []).append(stretch)
    return found


def _held(query: Query, held: Held, values: Collection[str] | None = None) -> Times:
    """When a field had one of these values; None: any."""
    found: Times = {}
    for item, value, start, end in zip(held.item, held.value, held.start, held.end, strict=True):
        stretch = _cut(query, start, end) if values is None or value in values else None
        if stretch:
            found.setdefault(item, []).append(stretch)
    return found


def _cut(query: Query, start: float, end: float | None) -> Stretch | None:
    """The part of a time that lies in the window; None: nothing."""
    first, last = query.start, query.end
    if start < first:
        start = first
    if end is None or end > last:
        end = last
    return (start, end) if end > start else None
