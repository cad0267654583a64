"""A table of events as it would have been read on days of the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from opsflow.facts import Facts
from opsflow.flow import days as counting
from opsflow.flow import visits as columns
from opsflow.flow.visits import Held, Visits
from opsflow.model import Item
from opsflow.past import Day

SECOND = timedelta(seconds=1)


def days(facts: Facts, wanted: Iterable[date]) -> Iterator[Day]:
    """Some days of what a table tells, by the rules of now."""
    for on in wanted:
        end = counting.midnight(on + timedelta(days=1), facts.zone) - SECOND
        yield Day(on, until(facts, min(end, facts.now)))


def until(facts: Facts, now: datetime) -> Facts:
    """The same facts at an earlier moment: rows that tell of later do not count.

    Of an item, the state, type, class and people are those of then, and all else is what the table says
    last.
    """
    assert facts.table is not None
    found = cut(facts.table, columns.seconds(now))
    return replace(facts, board=facts.board._replace(items=_items(facts, found)), now=now, table=found)


def cut(visits: Visits, at: float) -> Visits:
    """What had happened by a moment."""
    first, entered = visits.first, visits.entered
    chosen = [item for item in range(len(visits.items)) if entered[first[item]] <= at]
    picked = visits.pick(chosen)
    numbers = range(len(chosen))
    kept = [
        [place for place in range(picked.first[item], picked.first[item + 1]) if picked.entered[place] <= at]
        for item in numbers
    ]
    places = [place for each in kept for place in each]
    begins = [0]
    for each in kept:
        begins.append(begins[-1] + len(each))
    old = [first[chosen[item]] - picked.first[item] for item in picked.item] if visits.commit else []

    def column(values: Sequence[Any]) -> list[Any]:
        return [values[place + old[place]] for place in places] if values else []

    return replace(
        picked,
        first=begins,
        state=[picked.state[place] for place in places],
        entered=[picked.entered[place] for place in places],
        left=[_past(picked.left[place], at) for place in places],
        blocked=_held(picked.blocked, at),
        assigned=_held(picked.assigned, at),
        types=_held(picked.types, at),
        classes=_held(picked.classes, at),
        commit=column(visits.commit),
        author=column(visits.author),
    )


def _past(moment: float | None, at: float) -> float | None:
    return None if moment is None or moment > at else moment


def _held(held: Held, at: float) -> Held:
    places = [place for place, start in enumerate(held.start) if start <= at]
    return Held(
        [held.item[place] for place in places],
        [held.value[place] for place in places],
        [held.start[place] for place in places],
        [_past(held.end[place], at) for place in places],
        [held.by[place] for place in places],
    )


def _items(facts: Facts, visits: Visits) -> Mapping[str, Item]:
    """The items as they were then."""
    types, classes, people = (_last(held) for held in (visits.types, visits.classes, visits.assigned))
    found = {}
    for number, name in enumerate(visits.items):
        item = facts.board.items[name]
        state = visits.names[visits.state[visits.first[number + 1] - 1]]
        found[name] = item._replace(
            state=state,
            raw_state=state,
            type=next(iter(types.get(number, ())), item.type),
            class_=next(iter(classes.get(number, ())), item.class_),
            assignees=tuple(people.get(number, ())),
        )
    return found


def _last(held: Held) -> dict[int, list[str]]:
    """What each item had of a field, where it still has it."""
    found: dict[int, list[str]] = {}
    for item, value, end in zip(held.item, held.value, held.end, strict=True):
        if end is None:
            found.setdefault(item, []).append(value)
    return found
