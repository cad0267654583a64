"""Rows of text as a table without lines: columns are aligned, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import clip, visible, width

GAP = "  "
NOTHING = ("", "-")
"""What a cell says where there is nothing to say."""
NARROWEST = 10
"""No column is made narrower than this to fit a terminal."""


class Column(NamedTuple):
    """A column of a table."""

    title: str
    right: bool = False
    """Numbers stand at the right."""
    gives: bool = False
    """The column that is clipped where a line is too long for the terminal."""


class Cell(NamedTuple):
    """A text with a style, such as `Cell("over", "bad")`."""

    text: str
    style: str = ""


def render(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | Cell]],
    *,
    paint: Paint = plain,
    columns_wide: int | None = None,
) -> str:
    """The table with its header, every line ended. `columns_wide` None: nothing is clipped.

    Where it is too wide, columns in which no row says anything go first.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    widths = _widths(columns, cells)
    if columns_wide is not None and _total(widths) > columns_wide:
        told = [place for place in range(len(columns)) if _tells(cells, place)]
        columns, cells = [columns[place] for place in told], [[row[place] for place in told] for row in cells]
        widths = [widths[place] for place in told]
    _fit(widths, columns, columns_wide)
    header = [Cell(column.title, "dim") for column in columns]
    return "".join(_line(row, columns, widths, paint) for row in [header, *cells])


def _cell(value: str | Cell) -> Cell:
    text, style = value if isinstance(value, Cell) else (value, "")
    return Cell(visible(text), style)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[Cell]]) -> list[int]:
    return [
        max([width(column.title), *(width(row[place].text) for row in cells)])
        for place, column in enumerate(columns)
    ]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _tells(cells: Sequence[Sequence[Cell]], place: int) -> bool:
    """Whether a row says something in that column; the first column always does."""
    return not place or not cells or any(row[place].text not in NOTHING for row in cells)


def _fit(widths: list[int], columns: Sequence[Column], most: int | None) -> None:
    """Take what is too much from the columns that give, the widest first."""
    giving = [place for place, column in enumerate(columns) if column.gives]
    over = 0 if most is None else _total(widths) - most
    for _ in range(over if giving else 0):
        widest = max(giving, key=lambda place: widths[place])
        widths[widest] = max(widths[widest] - 1, NARROWEST)


def _line(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], paint: Paint) -> str:
    line = ""
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        text = clip(cell.text, widths[place])
        space = " " * (widths[place] - width(text))
        painted = paint(text, cell.style) if cell.style else text
        last = place == len(columns) - 1
        line += space + painted if column.right else painted + ("" if last else space)
        line += "" if last else GAP
    return line.rstrip() + "\n"
