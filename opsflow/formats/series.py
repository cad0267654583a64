"""A measure on many days, for a terminal and as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsflow.formats import csv as sheets
from opsflow.formats import head
from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.measures import column, marks
from opsflow.formats.paint import Paint, plain
from opsflow.formats.table import Cell, Column
from opsflow.formats.visible import visible


def render(
    views: Sequence[View], *, paint: Paint = plain, columns_wide: int | None = None, define: bool = False
) -> str:
    """The series of some measures, one below the other; `define` says what their numbers mean."""
    screen = Screen(paint, columns_wide)
    parts = []
    for place, view in enumerate(views):
        lines = [*_view(view, screen, first=place == 0)]
        if place == len(views) - 1:  # they all have the same days, and so the same marks
            lines += marks(view["marks"], screen)
        if define:
            lines += ["", *head.definitions(view, screen)]
        parts.append("\n".join(lines).rstrip() + "\n")
    return "\n".join(parts)


def _view(view: View, screen: Screen, first: bool) -> Lines:
    if first:
        yield from head.top({**view, "title": view["name"]}, screen)
    else:
        yield from screen.lines((visible(view["name"]), "strong"), (visible(view["question"]), "dim"))
    yield from screen.lines((visible(view["title"]), "strong"))
    yield from screen.lines((visible(view["subtitle"]), "dim"))
    yield ""
    yield from _rows(view, screen)


def _rows(view: View, screen: Screen) -> Lines:
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
    numbers = [column(fact["key"], [row[fact["key"]] for row in rows]) for fact in facts]
    for place, (row, words) in enumerate(zip(rows, said, strict=True)):
        found: list[str | Cell] = [row["day_on"]]
        found += [each[place] or "-" for each in numbers]
        if changed:
            found.append(Cell(", ".join(map(str, row["changed"])), "dim"))
        cells.append([*found, Cell(words, "dim")] if any(said) else found)
    yield from screen.table(columns, cells)


def _said(row: View, facts: Sequence[Mapping[str, str]]) -> str:
    """Why there is no figure; of a single one, what it is the answer to."""
    if all(row[fact["key"]] is None for fact in facts):
        return str(row["reason"])
    return str(row["title"]) if len(facts) == 1 else ""


def _heading(fact: Mapping[str, str]) -> str:
    """A figure by its title; of several rates, which one it is."""
    rate = f" {fact['unit']}" if fact["unit"].startswith("a ") and " of " not in fact["title"] else ""
    return fact["title"][:1].lower() + fact["title"][1:] + rate


def csv(view: View) -> str:
    """The rows of a series; the words of what changed stand in the row after it."""
    keys = [fact["key"] for fact in view["facts"]]
    columns = [*dict.fromkeys(("day_on", "from_on", "commit", "rules", "changed", "n", *keys, "reason"))]
    said = {mark["n"]: "; ".join(mark["words"]) for mark in view["marks"]}
    rows = [{**row, "changed": "; ".join(said[n] for n in row["changed"])} for row in view["rows"]]
    return sheets.render(columns, ([row[key] for key in columns] for row in rows))
