"""What became of every item, and since when that was known: what a backtest looks back at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from math import inf
from typing import NamedTuple

from opsflow.flow.backtest import Life, Past, Stay
from opsflow.measures._course import Course
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS, STARTED, Kind


class Step(NamedTuple):
    """An item comes into a state; kind None is one that the workflow does not know."""

    kind: Kind | None
    at: float
    known: float


def past(query: Query, course: Course) -> Past:
    """The past of the items that are asked about."""
    facts = query.facts
    return Past(
        [life for number in range(len(query.visits.items)) if (life := _life(query, course, number))],
        (query.since or facts.today).toordinal(),
        facts.today.toordinal(),
        course.worked([query.now])[0],
        lambda day: course.day(day)[1],
        lambda day: course.day(day + 1)[0],
    )


def _life(query: Query, course: Course, number: int) -> Life | None:
    """None for an item that was never begun."""
    steps = list(_steps(query, number))
    begun = next((step for step in steps if step.kind in STARTED), None)
    if begun is None:
        return None
    item = query.item(query.visits.items[number])
    return Life(
        item.type,
        item.class_,
        query.clock.number(begun.known),
        course.worked([begun.at])[0],
        tuple(_stays(query, course, steps, IN_PROGRESS)),
        tuple(_stays(query, course, steps, frozenset((Kind.DONE,)))),
        tuple(_stays(query, course, steps, frozenset((Kind.DISCARDED,)))),
    )


def _steps(query: Query, number: int) -> Iterator[Step]:
    """The states of an item, one after another; a deleted file is one, too.

    Where a history tells them, what is known is known since its commit; a table of events knows no better
    than when it happened.
    """
    found, kinds = query.visits, {state.name: state.kind for state in query.facts.board.states}
    places = range(found.first[number], found.first[number + 1])
    story = query.stories.get(found.items[number])
    since = [span.commit.at.timestamp() for span in story.states] if story else []
    before: Kind | None = None
    for place, visit in enumerate(places):
        kind = kinds.get(found.names[found.state[visit]])
        entered, left = found.entered[visit], found.left[visit]
        known = since[place] if len(since) == len(places) else entered
        yield Step(kind, entered, max(known, entered))
        following = found.entered[visit + 1] if visit + 1 < places.stop else None
        before = kind
        if left is not None and (following is None or left < following):
            yield Step(Kind.DONE if before is Kind.DONE else Kind.DISCARDED, left, left)


def _stays(query: Query, course: Course, steps: Sequence[Step], kinds: Set[Kind]) -> Iterator[Stay]:
    """The unbroken times in states of these kinds."""
    begun: Step | None = None
    for step in steps:
        if step.kind in kinds:
            begun = begun or step
        elif begun is not None:
            yield _stay(query, course, begun, query.clock.number(step.known))
            begun = None
    if begun is not None:
        yield _stay(query, course, begun, inf)


def _stay(query: Query, course: Course, step: Step, until: float) -> Stay:
    day, known = query.clock.numbers([step.at, step.known])
    return Stay(day, course.worked([step.at])[0], known, until)
