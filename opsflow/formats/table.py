"""Rows of text as a table without lines: columns are aligned, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from opsflow.formats.fold import fold, folded
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import clip, visible, width

GAP = "  "
NOTHING = ("", "-")
"""What a cell says where there is nothing to say."""
NARROWEST = 10
"""No column is made narrower than this to fit a terminal."""
NARROW = 60
"""On a terminal narrower than this a row that does not fit is not folded, but told cell by cell."""
READABLE = 24
"""As much of a column that gives is shown where rows take several lines."""
BLOCK = "█"
"""What bars are made of."""


class Column(NamedTuple):
    """A column of a table."""

    title: str
    right: bool = False
    """Numbers stand at the right."""
    gives: bool = False
    """The column that is clipped where a line is too long for the terminal."""


def columns(
    *titles: str, right: Collection[str] = (), gives: Collection[str] = ("title",)
) -> tuple[Column, ...]:
    """Columns by their titles; which of them are numbers, and which are clipped."""
    return tuple(Column(title, title in right, title in gives) for title in titles)


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

    Where it is too wide, columns in which no row says anything go first. Then titles take several lines,
    bars get shorter, and columns that give are clipped. Where that is not enough, every row takes several
    lines: only a word that is wider than the terminal stays so. On a narrow terminal these are `name: value`.
    """
    columns = [column._replace(title=visible(column.title)) for column in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    if columns_wide is not None and _total(_widths(columns, cells)) > columns_wide:
        told = [place for place in range(len(columns)) if _tells(cells, place)]
        columns, cells = [columns[place] for place in told], [[row[place] for place in told] for row in cells]
    groups = _groups(columns, cells, columns_wide)
    if cells and columns_wide is not None and columns_wide < NARROW and len(groups) > 1:
        return "".join(f"{line}\n" for row in cells for line in _named(columns, row, paint, columns_wide))
    blocks: list[list[list[str]]] = []
    for places in groups:
        most = columns_wide and columns_wide - len(GAP) * bool(blocks)
        shown = [[row[place] for place in places] for row in cells]
        blocks.append(_block([columns[place] for place in places], shown, paint, most))
    return "".join(
        f"{GAP if number else ''}{line}\n"
        for row in zip(*blocks, strict=True)
        for number, lines in enumerate(row)
        for line in lines
        if line or not number
    )


def _named(columns: Sequence[Column], row: Sequence[Cell], paint: Paint, most: int) -> Iterator[str]:
    """A row as its first cell, and a line for each other one that says something."""
    (column, first), *others = zip(columns, row, strict=True)
    number = [(f"{column.title}:", "dim")] if column.right else []
    yield from fold([*number, (first.text, first.style)], paint, most, len(GAP))
    for column, cell in others:
        if cell.text not in NOTHING and not set(cell.text) <= {BLOCK}:
            name = f"{GAP}{column.title}:" if column.title else " "
            yield from fold([(name, "dim"), (cell.text, cell.style)], paint, most, 2 * len(GAP))


def _groups(columns: Sequence[Column], cells: Sequence[Sequence[Cell]], most: int | None) -> list[list[int]]:
    """The places of the columns on each line of a row: all on one where there is room for them.

    A bar says once more what a number says, so it goes before a row takes several lines.
    """
    every = [*range(len(columns))]
    named = [place for place in every if not _is_bar(columns, cells, place)]
    if most is None:
        return [every]
    least = _least(columns, cells)
    for places in (every, named):
        if _total([least[place] for place in places]) <= most:
            return [places]
    widths = _widths(columns, cells)
    found: list[list[int]] = [[]]
    used = 0
    for place in named:
        wide = min(widths[place], READABLE) if columns[place].gives else least[place]
        if found[-1] and used + wide > most:
            found.append([])
            used = len(GAP)
        found[-1].append(place)
        used += wide + len(GAP)
    return found


def _block(
    columns: Sequence[Column], cells: Sequence[Sequence[Cell]], paint: Paint, most: int | None
) -> list[list[str]]:
    """The lines of the header, and those of each row."""
    widths = _widths(columns, cells)
    if most is not None:
        _fit(widths, _worded(columns, cells), most)
        _fit(widths, _least(columns, cells), most)
    titles = [folded(column.title, wide) for column, wide in zip(columns, widths, strict=True)]
    high = max(map(len, titles), default=0)
    header = zip(*([""] * (high - len(title)) + title for title in titles), strict=True)
    heading = [_line([Cell(text, "dim") for text in row], columns, widths, paint) for row in header]
    if most is not None and len(columns) == 1 and widths[0] > most and not columns[0].gives:
        return [heading, *([*fold([(cell.text, cell.style)], paint, most, 2)] for (cell,) in cells)]
    bars = {place for place in range(len(columns)) if _is_bar(columns, cells, place)}
    longest = _widths(columns, cells)
    shown = [
        [
            cell._replace(text=_shorter(cell.text, widths[place], longest[place])) if place in bars else cell
            for place, cell in enumerate(row)
        ]
        for row in cells
    ]
    return [heading, *([_line(row, columns, widths, paint)] for row in shown)]


def _is_bar(columns: Sequence[Column], cells: Sequence[Sequence[Cell]], place: int) -> bool:
    """Whether a column draws what another one says."""
    return not columns[place].title and all(set(row[place].text) <= {BLOCK} for row in cells)


def _shorter(bar: str, most: int, longest: int) -> str:
    """A bar of a column whose longest one gets so much room; what is something stays so."""
    return BLOCK * max(round(len(bar) * most / longest), 1) if bar and most < longest else bar


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


def _worded(columns: Sequence[Column], cells: Sequence[Sequence[Cell]]) -> list[int]:
    """The widths that columns need where their titles take several lines."""
    return [
        max([*map(width, column.title.split() or [""]), *(width(row[place].text) for row in cells)])
        for place, column in enumerate(columns)
    ]


def _least(columns: Sequence[Column], cells: Sequence[Sequence[Cell]]) -> list[int]:
    """The same, where those that give are clipped, and bars get shorter."""
    return [
        min(wide, NARROWEST) if column.gives or _is_bar(columns, cells, place) else wide
        for place, (column, wide) in enumerate(zip(columns, _worded(columns, cells), strict=True))
    ]


def _fit(widths: list[int], least: Sequence[int], most: int) -> None:
    """Take what is too much from the widest that have more than they need."""
    for _ in range(_total(widths) - most):
        giving = [place for place in range(len(widths)) if widths[place] > least[place]]
        if not giving:
            return
        widths[max(giving, key=lambda place: widths[place])] -= 1


def _line(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], paint: Paint) -> str:
    line = ""
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        text = clip(cell.text, widths[place])
        space = " " * (widths[place] - width(text))
        painted = paint(text, cell.style) if cell.style else text
        last = place == len(columns) - 1
        line += space + painted if column.right else painted + ("" if last else space)
        line += "" if last else GAP
    return line.rstrip()
