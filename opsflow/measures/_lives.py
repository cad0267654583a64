"""What became of every item, and since when that was known: what a backtest looks back at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import date
from math import inf
from typing import NamedTuple

from opsflow.flow.backtest import Life, Past, Stay
from opsflow.flow.days import day
from opsflow.flow.visits import moment
from opsflow.measures._course import Course
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS, STARTED, Kind

DONE = frozenset((Kind.DONE,))
DROPPED = frozenset((Kind.DISCARDED,))


class Step(NamedTuple):
    """An item comes into a state; kind None is one that the workflow does not know."""

    kind: Kind | None
    day: int
    position: float
    known: int
    """The day from which on it is known."""


def past(query: Query, course: Course) -> Past:
    """The past of the items that are asked about, up to the last day of the window."""
    last = min(query.window.last, query.facts.today)
    return Past(
        [life for number, steps in _told(query, course) if (life := _life(query, number, steps))],
        (_first(query) or last).toordinal(),
        last.toordinal(),
        course.worked([query.end])[0],
        lambda number: course.day(number).works,
        lambda number: course.day(number + 1).before,
    )


def _first(query: Query) -> date | None:
    """The day from which on something is known."""
    entered = query.visits.entered
    return query.since or (day(moment(min(entered)), query.facts.zone) if entered else None)


def _life(query: Query, number: int, steps: Sequence[Step]) -> Life | None:
    """None for an item that was never begun, or that a mass edit brought in as finished."""
    begun = next((step for step in steps if step.kind in STARTED), None)
    if begun is None or number in query.spans.brought_done:
        return None
    timed = begun is not steps[0] or number not in query.spans.older
    item = query.item(query.visits.items[number])
    kinds = (IN_PROGRESS, DONE, DROPPED)
    working, finished, dropped = (tuple(_stays(steps, each)) for each in kinds)
    return Life(item.type, item.class_, begun.known, begun.position, working, finished, dropped, timed)


def _told(query: Query, course: Course) -> Iterator[tuple[int, list[Step]]]:
    """The states of each item, one after another; a deleted file is one, too.

    Where a history tells them, what is known is known since its commit; a table of events knows no better
    than when it happened.
    """
    found = query.visits
    kinds = query.facts.board.kinds
    known = [kinds.get(name) for name in found.names]
    left = [end if end is not None else start for start, end in zip(found.entered, found.left, strict=True)]
    entered_on, left_on = query.clock.numbers(found.entered), query.clock.numbers(left)
    entered_at, left_at = course.worked(found.entered), course.worked(left)
    for number, name in enumerate(found.items):
        places = range(found.first[number], found.first[number + 1])
        since = _commits(query, name, len(places))
        steps: list[Step] = []
        for place, visit in enumerate(places):
            kind = known[found.state[visit]]
            days = max(since[place], entered_on[visit]) if since else entered_on[visit]
            steps.append(Step(kind, entered_on[visit], entered_at[visit], days))
            end, last = found.left[visit], visit + 1 == places.stop
            if end is not None and (last or end < found.entered[visit + 1]):
                gone = Kind.DONE if kind is Kind.DONE else Kind.DISCARDED
                steps.append(Step(gone, left_on[visit], left_at[visit], left_on[visit]))
        yield number, steps


def _commits(query: Query, item: str, count: int) -> Sequence[int]:
    """The days of the commits that told the states of an item; empty where no history tells them."""
    story = query.facts.story(item)
    if story is None or len(story.states) != count:
        return ()
    return query.clock.numbers([span.commit.at.timestamp() for span in story.states])


def _stays(steps: Sequence[Step], kinds: Set[Kind]) -> Iterator[Stay]:
    """The unbroken times in states of these kinds."""
    begun: Step | None = None
    for step in steps:
        if step.kind in kinds:
            begun = begun or step
        elif begun is not None:
            yield Stay(begun.day, begun.position, begun.known, step.known)
            begun = None
    if begun is not None:
        yield Stay(begun.day, begun.position, begun.known, inf)
