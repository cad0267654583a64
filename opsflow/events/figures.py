"""The view of a measure as tables: its key figures, and each of its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opsflow import measures
from opsflow.events.sheets import Sheet, sheet

View = Mapping[str, Any]
ROWS = "rows"
"""The list that every measure has."""
FIGURES = ("measure", "slice", "figure", "title", "value", "unit", "n", "reason", "from_on", "to_on")
"""The columns of the table of key figures: one row a figure."""


def sheets(view: View) -> list[Sheet]:
    """The tables of one measure's view: key figures first, under its name; then its lists, `name.list`.

    Its rows are there even where there are none, and its other lists where they have any.

    Where the view has slices, a column `slice` comes first in the lists, empty for the whole.
    """
    name = view["measure"]
    parts = [("", view), *((part["slice"], part) for part in view["slices"])]
    figures = [row for slice_, part in parts for row in _figures(name, slice_, part, view["window"])]
    lists = {ROWS} | {key for _, part in parts for key, value in part.items() if _is_table(key, value)}
    ordered = [key for key in view if key in lists] + sorted(lists - set(view))
    return [sheet(name, FIGURES, figures), *(_listed(name, key, parts) for key in ordered)]


def names(view: View) -> list[str]:
    """The names of the tables of one measure's view."""
    return [each.name for each in sheets(view)]


def _is_table(key: str, value: object) -> bool:
    head = ("definitions", "slices")
    return key not in head and isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _figures(name: str, slice_: str, part: View, window: View) -> Iterator[Sequence[Any]]:
    days = window["from_on"], window["to_on"]
    for fact in measures.facts(name):
        value = part.get(fact.key)
        reason = part.get("reasons", {}).get(fact.key) or (part["reason"] if value is None else "")
        yield name, slice_, fact.key, fact.title, value, fact.unit, part.get("n"), reason, *days


def _listed(measure: str, key: str, parts: Sequence[tuple[str, View]]) -> Sheet:
    name = f"{measure}.{key}"
    rows = [(slice_, row) for slice_, part in parts for row in part.get(key) or ()]
    columns = list(dict.fromkeys(column for _, row in rows for column in row))
    columns = columns or [*measures.columns(measure)]
    if len(parts) == 1:
        return sheet(name, columns, [[_cell(row.get(column)) for column in columns] for _, row in rows])
    cells = [[slice_, *(_cell(row.get(column)) for column in columns)] for slice_, row in rows]
    return sheet(name, ["slice", *columns], cells)


def _cell(value: Any) -> Any:
    """A value as a cell: of a mapping, such as a state, its first value."""
    if isinstance(value, Mapping):
        return _cell(next(iter(value.values()), None))
    if isinstance(value, (list, tuple)):
        return [str(_cell(each)) for each in value]
    return value
