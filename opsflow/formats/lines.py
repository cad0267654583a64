"""Lines for a terminal: painted, in tables, as wide as the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from opsflow.formats import table
from opsflow.formats.fold import Part, fold
from opsflow.formats.paint import Paint
from opsflow.formats.table import Cell, Column
from opsflow.formats.visible import visible

View = Mapping[str, Any]
Lines = Iterator[str]
BAR = 40
"""How wide the longest bar is."""


class Screen(NamedTuple):
    """How it is shown: colours, and how wide a line may be (None: nothing is clipped)."""

    paint: Paint
    columns_wide: int | None

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str | Cell]],
        heading: str = "",
        below: str = "",
    ) -> Lines:
        """The lines of a table, indented, below its heading if it has one; none at all without rows."""
        if not rows:
            return
        if heading:
            yield from self.heading(heading, below)
        wide = self.columns_wide and self.columns_wide - 2
        text = table.render(columns, rows, paint=self.paint, columns_wide=wide)
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


def bar(value: float, most: float) -> str:
    """A bar beside a longest one of `most`: a block for each one, or so many as there is room for."""
    return "█" * round(value / most * BAR if most > BAR else value)
