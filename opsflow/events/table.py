"""What was read from an event table: visits, and what the table says about its items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple, overload

from opsflow.collection import paused
from opsflow.flow.visits import Visits
from opsflow.model import Item


class Note(NamedTuple):
    """Something that is wrong in a row."""

    line: int
    """The line of the file, or the row of a Parquet file; the first one is 1."""
    said: str


class Later(Sequence[str]):
    """A column that is read only when somebody looks at it."""

    def __init__(self, length: int, read: Callable[[], Sequence[str]]) -> None:
        self._length = length
        self._read = read

    @cached_property
    def values(self) -> Sequence[str]:
        """The column."""
        return self._read()

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return self.values[place]


class Traits(NamedTuple):
    """What the table says about its items, one entry each."""

    title: Sequence[str]
    type: Sequence[str]
    class_: Sequence[str]
    services: Sequence[tuple[str, ...]]
    project: Sequence[str]
    labels: Sequence[tuple[str, ...]]
    estimate: Sequence[timedelta | None]


@dataclass(frozen=True, eq=False)
class Table:
    """What was read."""

    visits: Visits
    traits: Traits
    rows: int
    """How many rows the file has."""
    left_out: int = 0
    """How many of them are wrong and count for nothing."""
    later: int = 0
    """How many tell of what comes only after now; they do not count either."""
    wrong: int = 0
    """In how many of them something is wrong."""
    notes: tuple[Note, ...] = ()
    """What it is; the first ones."""
    ignored: tuple[str, ...] = ()
    """Columns that mean nothing to us."""

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The items, in the order of their ids, as the table says that they are now, or were last."""
        visits, traits = self.visits, self.traits
        names, state, left, first = visits.names, visits.state, visits.left, visits.first
        people: dict[int, list[str]] = {}
        held = visits.assigned
        for number, person, end in zip(held.item, held.value, held.end, strict=True):
            if end == left[first[number + 1] - 1]:
                people.setdefault(number, []).append(person)
        now = [names[state[end - 1]] for end in first[1:]]
        given: dict[str, Iterable[Any]] = {
            "id": visits.items,
            "state": now,
            "raw_state": now,
            "assignees": [tuple(people[number]) if number in people else () for number in range(len(now))],
            "part_of": traits.project,
            **{name: column for name, column in traits._asdict().items() if name != "project"},
        }
        # As columns, for a table may have very many items.
        every = Item("", "", "", "", "", "")._asdict()
        columns = [given[name] if name in given else repeat(usual) for name, usual in every.items()]
        with paused():
            return dict(zip(visits.items, map(Item._make, zip(*columns, strict=False)), strict=True))
