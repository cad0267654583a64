"""The rows of the event table: what a history, or another table, tells of its items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from opsflow.events.columns import ASSIGNED, BLOCKED, CLASS, STATE, TYPE, UNKNOWN
from opsflow.facts import Facts
from opsflow.flow.visits import Held, Visits, was_brought, was_dated, was_taken
from opsflow.model import Item, Span, Story


class Row(NamedTuple):
    """One row, in the order of `columns.NAMES`. Moments are seconds since 1970, UTC."""

    item: str
    title: str
    type: str
    class_: str
    field: str
    value: str
    before: str
    entered: float
    left: float | None
    """None: it has not ended."""
    commit: str
    author: str
    by: str
    services: tuple[str, ...]
    project: str
    labels: tuple[str, ...]
    estimate: timedelta | None


class Told(NamedTuple):
    """Something that held, and who says so."""

    value: str
    start: float
    end: float | None
    commit: str
    author: str
    by: str


class Mass(NamedTuple):
    """What mass edits did to an item, as `Visits` has it."""

    brought: bool
    dated: bool
    taken: bool


def of(facts: Facts) -> Iterator[Row]:
    """All rows: by item, in the order of the ids; of each its states in order of time, then the rest.

    Types and classes have rows only where an item had more than the one that its rows name. Nothing
    where there is neither a history nor a table.
    """
    if facts.history is not None:
        for name, story in facts.history.stories.items():
            if story.states:
                mass = Mass(was_brought(story), was_dated(story), was_taken(story))
                yield from _rows(facts.ever(name), mass, *_of_story(story))
    elif facts.table is not None:
        table, held = facts.table, _Held(facts.table)
        for number, name in enumerate(table.items):
            mass = Mass(number in table.brought, number in table.dated, number in table.taken)
            yield from _rows(facts.ever(name), mass, *held.of(number))


Fields = tuple[Sequence[Told], Sequence[Told], Sequence[Told], Sequence[Told], Sequence[Told]]
"""What held of one item: its states, blocks, people, types and classes."""


def _rows(
    item: Item,
    mass: Mass,
    states: Sequence[Told],
    blocked: Sequence[Told],
    assigned: Sequence[Told],
    types: Sequence[Told],
    classes: Sequence[Told],
) -> Iterator[Row]:
    def row(field: str, told: Told, before: str = "") -> Row:
        return Row(
            item.id,
            item.title,
            item.type,
            item.class_,
            field,
            told.value,
            before,
            told.start,
            told.end,
            told.commit,
            told.author,
            told.by,
            item.services,
            item.part_of,
            item.labels,
            item.estimate,
        )

    before = states[0].value if mass.brought else UNKNOWN if mass.dated else ""
    for told in states:
        yield row(STATE, told, before)
        before = told.value
    gone = states[-1].end
    if mass.taken and gone is not None:
        yield row(STATE, Told(UNKNOWN, gone, None, "", "", ""), before)
    life = states[0].start, states[-1].end
    for field, several, usual in (
        (BLOCKED, blocked, None),
        (ASSIGNED, assigned, None),
        (TYPE, types, item.type),
        (CLASS, classes, item.class_),
    ):
        if usual is None or [(told.value, told.start, told.end) for told in several] != [(usual, *life)]:
            yield from (row(field, told) for told in several)


def _of_story(story: Story) -> Fields:
    def told(spans: Sequence[Span]) -> list[Told]:
        return [
            Told(
                span.value,
                span.start.timestamp(),
                None if span.end is None else span.end.timestamp(),
                span.commit.id,
                span.commit.author,
                span.by,
            )
            for span in spans
        ]

    return (
        told(story.states),
        told(story.blocked),
        told(story.assigned),
        told(story.types),
        told(story.classes),
    )


class _Held:
    """The fields of a table's items."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        self.others = [
            self._by_item(held) for held in (visits.blocked, visits.assigned, visits.types, visits.classes)
        ]

    def of(self, number: int) -> Fields:
        """What held of the item at that position."""
        blocked, assigned, types, classes = (others.get(number, ()) for others in self.others)
        return self._states(number), blocked, assigned, types, classes

    def _states(self, number: int) -> list[Told]:
        found = self.visits
        commit, author = found.commit, found.author
        return [
            Told(
                found.names[found.state[place]],
                found.entered[place],
                found.left[place],
                commit[place] if commit else "",
                author[place] if author else "",
                "",
            )
            for place in range(found.first[number], found.first[number + 1])
        ]

    @staticmethod
    def _by_item(held: Held) -> dict[int, list[Told]]:
        found: dict[int, list[Told]] = {}
        nobody = [""] * len(held.item)
        said = zip(held.commit or nobody, held.author or nobody, strict=True)
        rows = zip(held.item, held.value, held.start, held.end, held.by, said, strict=True)
        for item, value, start, end, by, (commit, author) in rows:
            found.setdefault(item, []).append(Told(value, start, end, commit, author, by))
        return found
