"""The past of a board as jobs, limits and people: what a replay lives through once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import inf
from typing import NamedTuple

from opsflow import graph
from opsflow.capacity import persondays
from opsflow.flow import pull
from opsflow.flow.days import Window
from opsflow.flow.replay import Job, Key, Rule, Stage
from opsflow.measures._course import ONE, Course
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS, Board, Item, Kind, Limit


class Scene(NamedTuple):
    """What is replayed, and by which policy."""

    window: Window
    days: int
    """Working days of the window that are over."""
    jobs: Sequence[Job]
    rules: Sequence[Rule]
    """Those of the board's limits that set a maximum, in order."""
    limits: Sequence[Limit]
    """The same limits as the board has them."""
    people: Sequence[float] | None
    """Person-days of each day; None where it is not known who is there."""


def scene(query: Query, course: Course) -> Scene:
    """The window up to the last day that is over."""
    board = query.facts.board
    window = query.complete
    dates = tuple(course.workdays.days(window.first, window.last))
    limits = tuple(limit for limit in board.limits if limit.max is not None)
    working = frozenset(state.name for state in board.states if state.kind in IN_PROGRESS)
    rules = [Rule(frozenset(limit.states) or working, limit.max or 0) for limit in limits]
    jobs = list(_jobs(query, course, window, len(dates), limits))
    return Scene(window, len(dates), jobs, rules, limits, _people(query, course, window, dates))


def _people(query: Query, course: Course, window: Window, dates: Sequence[date]) -> Sequence[float] | None:
    """The people of people.yaml on each day; without it, as many as ever had an item in the window."""
    people = query.facts.board.people
    if people:
        found = persondays.by_day(people.values(), course.workdays, window.first, window.last)
        return [found[day] for day in dates]
    held, first, end = query.visits.assigned, query.clock.begin(window.first.toordinal()), query.end
    names = {
        name
        for name, start, over in zip(held.value, held.start, held.end, strict=True)
        if start < end and (over is None or over > first)
    }
    return [float(len(names))] * len(dates) if names else None


def _jobs(query: Query, course: Course, window: Window, days: int, limits: Sequence[Limit]) -> Iterator[Job]:
    board, found, spans = query.facts.board, query.visits, query.spans
    kinds = board.kinds
    begin = query.clock.begin(window.first.toordinal())
    end = query.clock.begin((window.last + ONE).toordinal())
    (zero,) = course.worked([begin])
    blocks: dict[int, list[tuple[float, float]]] = {}
    for number, start, over in zip(found.blocked.item, found.blocked.start, found.blocked.end, strict=True):
        blocks.setdefault(number, []).append((start, end if over is None else over))
    for number, name in enumerate(found.items):
        started, departed = spans.started[number], spans.departed[number]
        if number in spans.brought_done:
            continue
        if started is None:
            yield from _unbegun(query, course, name, zero, limits)
            continue
        if started >= end or (departed is not None and departed < begin):
            continue
        over = departed is not None and departed < end
        finished = spans.finished[number]
        places = range(found.first[number], found.first[number + 1])
        visits = [
            (found.names[found.state[place]], found.entered[place], found.left[place] or end)
            for place in places
            if found.entered[place] < end
        ]
        last = departed if over and departed is not None else end
        stages = list(_stages(visits, kinds, max(started, begin), last, blocks.get(number, ())))
        item = query.item(name)
        ready, at = course.worked([_ready(visits, kinds, spans.created[number]), started])
        ends = course.worked([finished]) if over and finished is not None else [None]
        yield Job(
            name,
            item.type,
            beyond(board, item),
            query.planned(name) and not beyond(board, item),
            frozenset(_keys(board, limits, item)),
            ready - zero,
            at - zero,
            tuple(_placed(course, stages, zero, days)),
            None if ends[0] is None else ends[0] - zero,
            over,
        )


def _unbegun(query: Query, course: Course, id: str, zero: float, limits: Sequence[Limit]) -> Iterator[Job]:
    """An item that stands ready and was never begun: it could have been, had there been time."""
    board, source = query.facts.board, pull.source(query.facts.board)
    item, found = query.item(id), query.visits
    visit = found.first[found.number[id] + 1] - 1
    if source is None or found.left[visit] is not None or found.names[found.state[visit]] != source.name:
        return
    (ready,) = course.worked([found.entered[visit]])
    free = beyond(board, item)
    keys = frozenset(_keys(board, limits, item))
    yield Job(id, item.type, free, query.planned(id) and not free, keys, ready - zero, inf, (), None, False)


def _ready(visits: Sequence[tuple[str, float, float]], kinds: Mapping[str, Kind], created: float) -> float:
    """When an item came to the last backlog state before it was begun; when it was created, without one."""
    found = created
    for state, entered, _ in visits:
        if kinds.get(state) is not Kind.BACKLOG:
            break
        found = entered
    return found


Slot = tuple[str, bool, float, float]


def _stages(
    visits: Sequence[tuple[str, float, float]],
    kinds: Mapping[str, Kind],
    begin: float,
    end: float,
    blocks: Sequence[tuple[float, float]],
) -> Iterator[Slot]:
    """The states from the start on, cut where a block begins or ends, without gaps."""
    at = begin
    for state, entered, left in visits:
        start, over = max(entered, begin), min(left, end)
        if over <= start and not (over == start == end):
            continue
        if start > at:
            yield "", False, at, start  # its file was deleted for a while
        kind = kinds.get(state)
        if kind not in IN_PROGRESS:
            yield "", False, start, over
        else:
            edges = sorted({start, over, *(edge for pair in blocks for edge in pair if start < edge < over)})
            for one, two in pairwise(edges):
                blocked = any(first <= one and two <= last for first, last in blocks)
                yield state, kind is Kind.ACTIVE and not blocked, one, two
        at = over


def _placed(course: Course, slots: Sequence[Slot], zero: float, days: int) -> Iterator[Stage]:
    starts = course.worked([start for _, _, start, _ in slots])
    ends = course.worked([end for _, _, _, end in slots])
    for (state, works, _, _), start, end in zip(slots, starts, ends, strict=True):
        yield Stage(state, works, max(start - zero, 0.0), min(max(end - zero, 0.0), float(days)))


def beyond(board: Board, item: Item) -> bool:
    """Whether an item is of a class that may go beyond limits."""
    class_ = board.classes.get(item.class_)
    return class_ is not None and class_.beyond_limits


def _keys(board: Board, limits: Sequence[Limit], item: Item) -> Iterator[Key]:
    """The limits that count an item, as `graph.count` has it, of what is on the board no more as well."""
    names = {
        "person": set(item.assignees),
        "team": {board.people[name].team for name in item.assignees if name in (board.people or {})}
        if board.people
        else set(),
        "type": {item.type},
        "class": {item.class_},
        "service": set(item.services),
        "project": {item.part_of},
    }
    for number, limit in enumerate(limits):
        chosen = graph.selectors(limit)
        if any(name not in names[kind] for kind, name in chosen):
            continue
        if beyond(board, item) and not limit.class_ and limit.per != "class":
            continue
        if not limit.per:
            yield number, ""
        else:
            yield from ((number, name) for name in sorted(names[limit.per]) if name)
