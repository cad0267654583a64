"""What may be pulled next, as board and next both say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsflow import graph
from opsflow.flow import days, percentiles, pull
from opsflow.flow.pull import NotYet, Pull
from opsflow.flow.spans import ItemSpan
from opsflow.model import IN_PROGRESS, Limit, Person
from opsflow.reports import View
from opsflow.reports._numbers import Numbers
from opsflow.reports._shapes import limit_subject


@dataclass(frozen=True, slots=True)
class Full:
    """A limit that leaves no room to begin an item, and the items that it stops."""

    limit: Limit
    group: str
    n: int
    stops: frozenset[str]


def full(numbers: Numbers, person: Person | None = None) -> tuple[Full, ...]:
    """The limits that beginning some ready item would break.

    An item that is pulled counts anew in each limit that counts the state pulled into but not the one
    pulled from. Which ready items a limit would count is the limit's own question, asked of the state
    that they stand in.
    """
    board = numbers.facts.board
    origin, goal = pull.source(board), pull.target(board)
    if origin is None or goal is None:
        return ()
    found = []
    for limit, groups in numbers.limits:
        counted = limit.states or tuple(
            name for name, each in numbers.states.items() if each.kind in IN_PROGRESS
        )
        if limit.max is None or goal.name not in counted or origin.name in counted:
            continue
        for group in groups:
            if len(group.items) >= limit.max:
                stops = _would_count(numbers, limit, group.name, origin.name, person)
                if stops:
                    found.append(Full(limit, group.name, len(group.items), stops))
    return tuple(found)


def _would_count(
    numbers: Numbers, limit: Limit, group: str, origin: str, person: Person | None
) -> frozenset[str]:
    """The items of a state that a limit (or one of its groups) would count, were they moved."""
    taken = person is not None and person.key in (group if limit.per == "person" else "", limit.person)
    asked = limit._replace(states=(origin,), person="" if taken else limit.person)
    if taken and limit.per == "person":
        asked = asked._replace(per="")
        group = ""
    found = graph.count(numbers.facts.graph, numbers.facts.board, asked)
    return frozenset(item for each in found if each.name == group for item in each.items)


def full_sentence(numbers: Numbers, each: Full) -> str:
    """Such as "In progress is full (7 of 7)"."""
    return f"{limit_subject(numbers, each.limit, each.group)} is full ({each.n} of {each.limit.max})"


def full_view(numbers: Numbers, each: Full) -> View:
    """A limit that stops pulling."""
    own = each.limit.states[0] if len(each.limit.states) == 1 and not each.group else ""
    return {
        "state": own,
        "title": limit_subject(numbers, each.limit, each.group),
        "count": each.n,
        "max": each.limit.max,
    }


def order(
    numbers: Numbers, limits: tuple[Full, ...], person: Person | None = None
) -> tuple[tuple[Pull, ...], tuple[NotYet, ...]]:
    """What may be pulled, in order, and what not yet; `limits` as `full` gives them, or none."""
    facts = numbers.facts
    reasons: dict[str, list[str]] = {}
    for each in limits:
        for item in each.stops:
            reasons.setdefault(item, []).append(full_sentence(numbers, each))
    known = pull.Known(
        today=facts.today,
        created={span.item: days.day(span.created, facts.zone) for span in _waiting(numbers)},
        likely_days=percentiles.days(numbers.cycle_times, 85),
    )
    return pull.order(facts.board, known, lambda item: reasons.get(item.id, ()), person)


def _waiting(numbers: Numbers) -> Iterator[ItemSpan]:
    """The spans of what stands where work is pulled from: no others are asked for."""
    origin = pull.source(numbers.facts.board)
    for item in numbers.in_state.get(origin.name, ()) if origin is not None else ():
        span = numbers.facts.spans.get(item.id)
        if span is not None:
            yield span
