"""Lines for a terminal: painted, in tables, as wide as the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from opsflow.formats import table
from opsflow.formats.fold import Part, fold
from opsflow.formats.paint import Paint
from opsflow.formats.table import Cell, Column
from opsflow.formats.visible import visible

View = Mapping[str, Any]
Lines = Iterator[str]
BAR = 40
"""How wide the longest bar is."""


class Screen:
    """How it is shown: colours, and how wide a line may be (None: nothing is clipped)."""

    def __init__(self, paint: Paint, columns_wide: int | None) -> None:
        self.paint = paint
        self.columns_wide = columns_wide

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]]) -> Lines:
        """The lines of a table, indented; none without rows."""
        cells = list(rows)
        wide = self.columns_wide and self.columns_wide - 2
        if cells:
            text = table.render(columns, cells, paint=self.paint, columns_wide=wide)
            yield from (f"  {line}" for line in text.splitlines())

    def lines(self, *parts: Part, indent: int = 0) -> Lines:
        """Parts with their styles, on as many lines as they take."""
        return fold(parts, self.paint, self.columns_wide, indent)

    def heading(self, text: str, below: str = "") -> Lines:
        yield ""
        yield from self.lines((visible(text), "strong"))
        if below:
            yield from self.lines((visible(below), "dim"))


def number(value: Any, unit: str = "") -> str:
    """A number as it is read; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,.1f}{unit}" if isinstance(value, float) else f"{value:,}{unit}"


def bar(value: int, most: int) -> str:
    return "█" * (round(value / most * BAR) if most > BAR else value)
