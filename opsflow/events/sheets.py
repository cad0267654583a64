"""Tables to write, of events and of measures: their columns, what these hold, and the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from opsflow.events import columns, moments
from opsflow.events.rows import Row

TEXT, MOMENT, DAY, WHOLE, NUMBER, FLAG, NAMES = "text", "moment", "day", "whole", "number", "flag", "names"
"""What a column may hold: moments and days are texts in ISO 8601, names a list of texts."""
CHUNK = 50_000
"""So many rows are on their way at once."""


class Sheet(NamedTuple):
    """A table to write. Its rows can be had once."""

    name: str
    columns: Sequence[str]
    kinds: Sequence[str]
    rows: Iterable[Sequence[Any]]
    """None: there is no value."""


def events(rows: Iterable[Row]) -> Sheet:
    """The event table."""
    own = {"entered": MOMENT, "left": MOMENT, "services": NAMES, "labels": NAMES}
    return Sheet("events", columns.NAMES, [own.get(name, TEXT) for name in columns.NAMES], map(_plain, rows))


def _plain(row: Row) -> Sequence[Any]:
    """A row with its moments as text; what is empty is None."""
    found: list[Any] = [value or None for value in row]
    found[_ENTERED] = moments.written(row.entered)
    found[_LEFT] = moments.written(row.left) or None
    found[_ESTIMATE] = moments.length(row.estimate) or None
    return found


_ENTERED, _LEFT, _ESTIMATE = map(columns.NAMES.index, ("entered", "left", "estimate"))


def sheet(name: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Sheet:
    """A table of any kind; a column whose name ends in `_on` holds days, in `_at` moments."""
    kinds = [_kind(each, {type(row[place]) for row in rows}) for place, each in enumerate(names)]
    return Sheet(name, names, kinds, rows)


def _kind(name: str, types: set[type]) -> str:
    known = types - {type(None)}
    if known & {list, tuple}:
        return NAMES
    if known and known <= {int, float}:
        return WHOLE if known == {int} else NUMBER
    if known == {bool}:
        return FLAG
    return {"_on": DAY, "_at": MOMENT}.get(name[-3:], TEXT)


def chunks(sheet: Sheet) -> Iterator[list[Sequence[Any]]]:
    """The rows, so many at once that few enough are on their way."""
    left = iter(sheet.rows)
    while found := list(islice(left, CHUNK)):
        yield found
