"""The open work of a board as tasks: what waits for what, who has a place, and how long each may take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from opsflow import graph, words
from opsflow.flow import counts, forecast, percentiles, pull
from opsflow.flow.chains import Group, Task
from opsflow.flow.lengths import Left, Lengths
from opsflow.measures import _sample
from opsflow.measures._course import Course
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS, OVER, Item, Kind, Limit, order_key

USUAL = 0.85
"""What a board works on at once is what was enough for this share of the time."""
SHOWN = 8
"""Items that the reason for a ring names."""
Ordered = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""For each item, what it waits for and its parts."""


class Plan(NamedTuple):
    """Tasks in an order in which each comes after what it waits for, and what could not be planned."""

    tasks: Mapping[str, Task]
    pulled: Sequence[str]
    groups: Mapping[str, Group]
    silent: Mapping[str, str]
    """Open items of which nothing can be said, with the reason."""
    remarks: Sequence[str]
    """What was assumed, in words."""


class Planner:
    """What is asked of a board's open work, worked out once."""

    def __init__(self, query: Query, course: Course) -> None:
        self.query = query
        self.course = course
        self.board = query.facts.board
        kinds = self.board.kinds
        self.kinds = {item.id: kinds.get(item.state) for item in self.board.items.values()}

    def open(self, id: str) -> bool:
        """Whether an item is on the board and neither finished nor discarded."""
        return id in self.kinds and self.kinds[id] not in OVER

    def begun(self, id: str) -> bool:
        """Whether work on an item goes on."""
        return self.kinds.get(id) in IN_PROGRESS

    @cached_property
    def lengths(self) -> Lengths:
        return _sample.lengths(self.query, self.course)

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """For each item or project, the open items that are part of it."""
        found: dict[str, list[str]] = {}
        for item in self.board.items.values():
            if item.part_of and self.open(item.id):
                found.setdefault(item.part_of, []).append(item.id)
        return {whole: tuple(items) for whole, items in found.items()}

    def within(self, whole: str) -> tuple[str, ...]:
        """The open items of a project, those that are parts of its items included, sorted."""
        found: dict[str, None] = {}
        waiting = [whole]
        while waiting:
            for part in self.parts.get(waiting.pop(), ()):
                if part not in found and part != whole:
                    found[part] = None
                    waiting.append(part)
        return tuple(sorted(found, key=order_key))

    def needs(self, id: str) -> tuple[str, ...]:
        """The open items that an item waits for."""
        item = self.board.items[id]
        return tuple(each for each in dict.fromkeys(item.depends_on) if self.open(each))

    # -- places -------------------------------------------------------------------------------------

    @cached_property
    def queue(self) -> Mapping[str, int]:
        """Every open item that is not begun, in pull order, with its place in it, from 1 on.

        Who may go beyond limits waits for no place, and takes none.
        """
        known = pull.Known(
            today=self.query.facts.today,
            created={name: date.fromordinal(number) for name, number in self._created()},
            likely_days=percentiles.days(self.query.cycle_times, 85),
        )
        states = {state.name: place for place, state in enumerate(self.board.states)}
        waiting = [
            item
            for item in self.board.items.values()
            if self.open(item.id) and self.kinds[item.id] not in IN_PROGRESS
        ]
        waiting.sort(key=lambda item: (-states.get(item.state, -1), *pull.key(self.board, known, item)))
        found: dict[str, int] = {}
        place = 0
        for item in waiting:
            place += not self.beyond(item)
            found[item.id] = 0 if self.beyond(item) else place
        return found

    def _created(self) -> Iterator[tuple[str, int]]:
        spans = self.query.facts.spans
        return zip(spans.visits.items, self.query.clock.numbers(spans.created), strict=True)

    def beyond(self, item: Item) -> bool:
        """Whether an item is of a class that may go beyond limits."""
        class_ = self.board.classes.get(item.class_)
        return class_ is not None and class_.beyond_limits

    @cached_property
    def room(self) -> int:
        """How many items may be begun at once; below 0, how many have to be finished before.

        What the limits leave, but no more than what the board usually works on at once: a limit that is
        never reached says nothing of how much is done.
        """
        return min([self._usual - self._working, *(most - count for most, count in self._counted())])

    @cached_property
    def _working(self) -> int:
        return sum(map(self.begun, self.board.items))

    @cached_property
    def _usual(self) -> int:
        """As many items in progress as were enough for most of the window; as there are, without one."""
        flow = self.query.facts.spans.flow
        found = counts.level_of_share(counts.levels(flow, self.query.start, self.query.end), USUAL)
        return self._working if found is None else found

    def _counted(self) -> Iterator[tuple[int, int]]:
        """The limits that count all that is begun: how many they allow, and how many they count."""
        for limit in self._entered:
            if limit.is_plain and limit.max is not None:
                yield from (
                    (limit.max, len(group.items))
                    for group in graph.count(self.query.facts.graph, self.board, limit)
                )

    @cached_property
    def _entered(self) -> tuple[Limit, ...]:
        """The limits that count one item more when one is begun."""
        origin, goal = pull.source(self.board), pull.target(self.board)
        if goal is None:
            return ()
        found = []
        for limit in self.board.limits:
            states = limit.states or tuple(s.name for s in self.board.states if s.kind in IN_PROGRESS)
            if (
                limit.max is not None
                and goal.name in states
                and (origin is None or origin.name not in states)
            ):
                found.append(limit)
        return tuple(found)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Group, frozenset[str]]]:
        """The places of limits that count some items only, and who of those not begun needs one there."""
        backlog = tuple(state.name for state in self.board.states if state.kind is Kind.BACKLOG)
        found = {}
        for number, limit in enumerate(self._entered):
            if limit.is_plain:
                continue
            assert limit.max is not None
            asked = self.query.facts.graph, self.board
            inside = {group.name: group.items for group in graph.count(*asked, limit)}
            for group in graph.count(*asked, limit._replace(states=backlog)):
                if group.items:
                    within = tuple(each for each in inside.get(group.name, ()) if self.open(each))
                    name = f"{number} {group.name}"
                    found[name] = Group(limit.max, within), frozenset(group.items)
        return found

    # -- the plan -----------------------------------------------------------------------------------

    def plan(self, targets: Iterable[str]) -> Plan:
        """All that decides when these open items are finished."""
        wanted = self._reach(targets)
        order, tied = self._sorted(wanted)
        mates, names = self._mates(order)
        remarks: dict[str, None] = {}
        tasks = {item: self._task(item, order, names, remarks) for item in (*mates, *order)}
        unknown = {
            item: f"{item}: {self._left(self.board.items[item]).reason}"
            for item, task in tasks.items()
            if not task.lengths
        }
        return Plan(
            tasks,
            [item for item in self.queue if item in tasks],
            {name: self.groups[name][0] for name in sorted(names)},
            {**tied, **unknown},
            [*remarks, *self._discarded(order)],
        )

    def _reach(self, targets: Iterable[str]) -> set[str]:
        """These items and all open ones that they wait for or consist of."""
        found: set[str] = set()
        waiting = [item for item in targets if self.open(item)]
        while waiting:
            item = waiting.pop()
            if item not in found:
                found.add(item)
                waiting += (*self.needs(item), *self.parts.get(item, ()))
        return found

    def _sorted(self, wanted: set[str]) -> tuple[Ordered, Mapping[str, str]]:
        """Each item after what it waits for and its parts; and those for which there is no order, and why."""
        loose = self.query.facts.board.rules.get("dependency-cycle")
        ties: Mapping[str, frozenset[str]] = {}
        if loose is not None and loose.off:
            ties = graph.knot_of(graph.between({item: self.needs(item) for item in wanted}))
        before = {
            item: (
                tuple(need for need in self.needs(item) if need not in ties.get(item, ())),
                self.parts.get(item, ()),
            )
            for item in sorted(wanted, key=order_key)
        }
        left = {item: len(set(needs) | set(parts)) for item, (needs, parts) in before.items()}
        after: dict[str, list[str]] = {}
        for item, (needs, parts) in before.items():
            for each in dict.fromkeys((*needs, *parts)):
                after.setdefault(each, []).append(item)
        free = [item for item, count in left.items() if not count]
        order = {}
        while free:
            item = free.pop()
            order[item] = before[item]
            for other in after.get(item, ()):
                left[other] -= 1
                if not left[other]:
                    free.append(other)
        tied = [item for item in before if item not in order]
        return order, _rings(tied, before)

    def _mates(self, order: Collection[str]) -> tuple[dict[str, None], set[str]]:
        """Who else stands in the groups of these items: those inside, and those before them in pull order.

        Who comes before may stand in other groups as well, which then count, too.
        """
        places = {item: place for place, item in enumerate(self.queue)}
        last: dict[str, int] = {}
        mates: dict[str, None] = {}
        asked = list(order)
        while asked:
            item = asked.pop()
            for name, (group, waiting) in self.groups.items():
                if item not in waiting or places[item] <= last.get(name, -1):
                    continue
                before = [each for each in waiting if last.get(name, -1) < places[each] < places[item]]
                mates |= dict.fromkeys((*group.inside, *before))
                asked += before
                last[name] = places[item]
        return dict.fromkeys(sorted(mates.keys() - set(order), key=order_key)), set(last)

    def _task(
        self,
        id: str,
        order: Ordered,
        names: Iterable[str],
        remarks: dict[str, None],
    ) -> Task:
        item = self.board.items[id]
        needs, parts = order.get(id, ((), ()))
        off = self.course.off(item, forecast.HORIZON)
        left = self._left(item)
        if left.fresh and id in order:
            old = words.count(round(self._age(id), 1), "working day")
            remarks[f"{id} is {old} old, older than finished work was; it counts as begun today"] = None
        if self.begun(id):
            return Task(id, left.lengths, needs, parts, begun=True, off=off)
        place = self.queue[id]
        return Task(
            id,
            left.lengths,
            needs,
            parts,
            turn=max(place - self.room, 0) if place else 0,
            groups=tuple(name for name in sorted(names) if id in self.groups[name][1]),
            not_before=self.course.begins(item.start_after),
            off=off,
        )

    def _left(self, item: Item) -> Left:
        """What an open item may still take."""
        if self.begun(item.id):
            return self.lengths.left(item.type, item.class_, self._age(item.id))
        return self.lengths.new(item.type, item.class_)

    def _age(self, id: str) -> float:
        """Working days since an item was started."""
        spans = self.query.facts.spans
        started = spans.started[spans.visits.number[id]] if id in spans else None
        if started is None:
            return 0.0
        begun, now = self.course.worked([min(started, self.query.now), self.query.now])
        return now - begun

    def _discarded(self, order: Iterable[str]) -> Iterator[str]:
        """What is not waited for, though it is written down."""
        for item in order:
            for need in dict.fromkeys(self.board.items[item].depends_on):
                if self.kinds.get(need) is Kind.DISCARDED:
                    yield f"{item} depends on {need}, which is discarded; it is not waited for"


def _rings(tied: Sequence[str], before: Ordered) -> Mapping[str, str]:
    """Why there is no order for these items: each waits in a ring, or for one.

    From each, its first prerequisite that is tied as well is followed; no way is followed twice.
    """
    inside = set(tied)
    then = {
        item: next(each for each in (*before[item][0], *before[item][1]) if each in inside) for item in tied
    }
    entry: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for item in tied:
        way: dict[str, None] = {}
        at = item
        while at not in entry and at not in way:
            way[at] = None
            at = then[at]
        if at in way:
            ring = [*way][[*way].index(at) :]
            entry.update((each, each) for each in ring)
            sizes.update(dict.fromkeys(ring, len(ring)))
        first = entry[at]
        for each in way:
            entry.setdefault(each, first)
    return {item: _said(entry[item], sizes[entry[item]], then) for item in tied}


def _said(first: str, size: int, then: Mapping[str, str]) -> str:
    if size == 1:
        return f"{first} waits for itself"
    ring = [first]
    while len(ring) < (size if size <= SHOWN else SHOWN - 1):
        ring.append(then[ring[-1]])
    more = [f"{size - len(ring):,} more"] * (size > len(ring))
    return f"{size:,} items wait for one another: {' -> '.join([*ring, *more, first])}"
