"""What stood still for expedite work: read off the columns, for the measures that tell it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from opsflow.flow import displacement
from opsflow.flow.days import DAY
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
    """Expedite is what may go beyond limits, by the class that an item had at the time."""
    kept = query.__dict__
    if "_shift" not in kept:
        kept["_shift"] = _of(query)
    found: Shift = kept["_shift"]
    return found


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
        if item in blocked:
            there = Covered([*active, *waiting])
            waiting = [*waiting, *(part for each in blocked[item] for part in there.parts(*each))]
        stood = displacement.stood(item, active, waiting, assigned.get(item, {}), anything, on)
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
    for item in sorted({*classes, *untold}):
        active = _visited(query, item, Kind.ACTIVE)
        if item in classes:
            while_expedite = Covered(classes[item])
            active = [part for each in active for part in while_expedite.parts(*each)]
        if active:
            found[item] = active
    return found


def _standing(
    query: Query, urgent: Collection[int], closely: Collection[int]
) -> list[tuple[int, list[Stretch], list[Stretch]]]:
    """Planned items that may have stood still, with the times in which they were active, and waited.

    Only those that are to be looked at closely have the first; others may only have waited.
    """
    kinds = {state.name: state.kind for state in query.facts.board.states}
    visits, unasked = query.visits, query.unplanned
    waits = [kinds.get(name) is Kind.WAITING for name in visits.names]
    found = []
    for way, group in zip(visits.paths.ways, visits.paths.groups(), strict=True):
        places = [place for place, state in enumerate(way) if state != GONE and waits[state]]
        for item in group:
            if item in unasked or item in urgent or not (places or item in closely):
                continue
            moments = visits.paths.moments[item]
            if moments[0] >= query.end:
                continue
            waiting = [
                stretch
                for place in places
                if (
                    stretch := _cut(
                        query, moments[place], moments[place + 1] if place + 1 < len(moments) else None
                    )
                )
            ]
            active = _visited(query, item, Kind.ACTIVE) if item in closely else []
            if waiting or active:
                found.append((item, active, waiting))
    return sorted(found)


def _visited(query: Query, item: int, kind: Kind) -> list[Stretch]:
    """When an item stood in states of that kind."""
    kinds = {state.name: state.kind for state in query.facts.board.states}
    visits = query.visits
    found = []
    for place in range(visits.first[item], visits.first[item + 1]):
        if kinds.get(visits.names[visits.state[place]]) is kind:
            stretch = _cut(query, visits.entered[place], visits.left[place])
            if stretch:
                found.append(stretch)
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
