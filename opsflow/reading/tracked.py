"""One version of one item, as the history remembers it, and what reading it depends on; see `track`."""

# No `from __future__ import annotations`: a NamedTuple made of texts has them compiled, which takes 2 ms.

from collections.abc import Sequence
from typing import Any, NamedTuple


class Rules(NamedTuple):
    """What reading versions depends on: the part of a board that says what its records are. Plain data."""

    sources: Sequence[Any]
    fields: Sequence[str]
    """The names of the board's own fields."""
    item_globs: Sequence[str]
    key: str
    timezone: str
    type: str
    """Of an item that names none."""
    class_: str
    renamed: Sequence[tuple[str, str]] = ()
    """Names that states had before, each with the name of today."""


class Tracked(NamedTuple):
    """One version of one item. Texts, tuples and None alone, so that JSON holds it."""

    id: str
    title: str
    state: str
    raw_state: str
    type: str
    class_: str
    assignees: tuple[str, ...]
    blocked: tuple[str, str] | None
    """The reason, and who or what has to move; empty where nobody is named."""
    entered: tuple[tuple[str, str], ...]
    """States and the moments that `entered:` gives for them, ISO 8601 in UTC."""


class Partly(NamedTuple):
    """What a file says of whose records some could not be read."""

    records: tuple[Tracked, ...]
    """Those that could."""
    lost: tuple[str, ...]
    """The ids of those that could not; "" for each of which not even that is known."""
    reason: str


Answer = tuple[Tracked, ...] | Partly | str
"""What a file of records says: its records, or why it cannot be read."""
Value = Answer | None
"""What a version of a file says. None: the file is gone, or it is one of the board's own, such as
opsflow.yaml, which is not a record."""


def records(value: Value) -> tuple[Tracked, ...]:
    """The records that could be read."""
    if value is None or isinstance(value, str):
        return ()
    return value.records if isinstance(value, Partly) else value


def lost(value: Value) -> tuple[str, ...]:
    """The ids of single records that could not be read; "" for each that is not known by its id."""
    return value.lost if isinstance(value, Partly) else ()


def reason(value: Value) -> str:
    """Why the file, or a part of it, could not be read; empty: it could."""
    return value if isinstance(value, str) else value.reason if isinstance(value, Partly) else ""


def revive(
    id: str,
    title: str,
    state: str,
    raw_state: str,
    type: str,
    class_: str,
    assignees: Sequence[str],
    blocked: Sequence[str] | None,
    entered: Sequence[Sequence[str]],
) -> Tracked:
    """A Tracked from what JSON made of one, which has lists for tuples."""
    return Tracked(
        id,
        title,
        state,
        raw_state,
        type,
        class_,
        tuple(assignees),
        (blocked[0], blocked[1]) if blocked else None,
        tuple([(name, moment) for name, moment in entered]),
    )
