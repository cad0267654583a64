"""A measure on many days, for a terminal and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opsflow.formats import csv as sheets
from opsflow.formats import head
from opsflow.formats.fold import fold
from opsflow.formats.measures import figure, marks
from opsflow.formats.paint import Paint, plain
from opsflow.formats.table import Cell, Column
from opsflow.formats.table import render as table
from opsflow.formats.visible import visible

View = Mapping[str, Any]
Lines = Iterator[str]


def render(
    views: Sequence[View], *, paint: Paint = plain, columns_wide: int | None = None, define: bool = False
) -> str:
    """The series of some measures, one below the other; `define` says what their numbers mean."""
    parts = []
    for place, view in enumerate(views):
        lines = [*_view(view, paint, columns_wide, first=place == 0)]
        if place == len(views) - 1:  # they all have the same days, and so the same marks
            lines += marks(view["marks"], paint, columns_wide)
        if define:
            lines += ["", *head.definitions(view, columns_wide)]
        parts.append("\n".join(lines).rstrip() + "\n")
    return "\n".join(parts)


def _view(view: View, paint: Paint, wide: int | None, first: bool) -> Lines:
    if first:
        yield from head.top({**view, "title": view["name"]}, paint, wide)
    else:
        yield from fold([(visible(view["name"]), "strong"), (visible(view["question"]), "dim")], paint, wide)
    yield from fold([(visible(view["title"]), "strong")], paint, wide)
    yield from fold([(visible(view["subtitle"]), "dim")], paint, wide)
    yield ""
    yield from _rows(view, paint, wide)


def _rows(view: View, paint: Paint, wide: int | None) -> Lines:
    rows = view["rows"]
    if not rows:
        yield f"  {visible(view['reason'])}"
        return
    facts = [fact for fact in view["facts"] if any(row[fact["key"]] is not None for row in rows)]
    changed = any(row["changed"] for row in rows)
    said = [_said(row, facts) for row in rows]
    columns = [Column("day"), *(Column(_heading(fact), right=True) for fact in facts)]
    columns += [Column("changed")] * changed + [Column("", gives=True)] * any(said)
    cells: list[list[str | Cell]] = []
    for row, words in zip(rows, said, strict=True):
        found: list[str | Cell] = [row["day_on"]]
        found += [_figure(row[fact["key"]], fact["unit"]) for fact in facts]
        if changed:
            found.append(Cell(", ".join(map(str, row["changed"])), "dim"))
        cells.append([*found, Cell(words, "dim")] if any(said) else found)
    text = table(columns, cells, paint=paint, columns_wide=wide and wide - 2)
    yield from (f"  {line}" for line in text.splitlines())


def _said(row: View, facts: Sequence[Mapping[str, str]]) -> str:
    """Why there is no figure; of a single one, what it is the answer to."""
    if all(row[fact["key"]] is None for fact in facts):
        return str(row["reason"])
    return str(row["title"]) if len(facts) == 1 else ""


def _heading(fact: Mapping[str, str]) -> str:
    """A figure by its title; of several rates, which one it is."""
    rate = f" {fact['unit']}" if fact["unit"].startswith("a ") and " of " not in fact["title"] else ""
    return fact["title"][:1].lower() + fact["title"][1:] + rate


def _figure(value: Any, unit: str) -> str:
    return "-" if value is None else figure(value, unit if unit == "share" else "")


def csv(view: View) -> str:
    """The rows of a series; the words of what changed stand in the row after it."""
    keys = [fact["key"] for fact in view["facts"]]
    columns = [*dict.fromkeys(("day_on", "from_on", "commit", "rules", "changed", "n", *keys, "reason"))]
    said = {mark["n"]: "; ".join(mark["words"]) for mark in view["marks"]}
    rows = [{**row, "changed": "; ".join(said[n] for n in row["changed"])} for row in view["rows"]]
    return sheets.render(columns, ([row[key] for key in columns] for row in rows))
