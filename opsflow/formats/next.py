"""What to pull next, for a terminal. The data is the view of the report `next`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsflow.formats.fold import fold, folded
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

View = Mapping[str, Any]

SHOWN = 5
"""How many items are shown of what can be pulled, and of what cannot yet."""


def render(
    view: View, *, paint: Paint = plain, everything: bool = False, columns_wide: int | None = None
) -> str:
    """The sentence, what can be pulled in order and why, and what cannot yet and why."""
    most = None if everything else SHOWN
    first = fold([(visible(view["sentence"]), "strong")], paint, columns_wide)
    rows, rest = list(_rows(view, most, paint, columns_wide)), list(_not_yet(view, most, paint, columns_wide))
    return "\n".join([*first, *([""] if rows else []), *rows, *rest]).rstrip() + "\n"


def _rows(view: View, most: int | None, paint: Paint, columns_wide: int | None) -> Iterator[str]:
    for row in view["rows"][:most]:
        name = (visible(row["id"]), "strong")
        parts = [(f"{row['rank']:>3} ", ""), name, (f" {visible(row['title'])}", "")]
        yield from fold(parts, paint, columns_wide, 5)
        yield from _why(row, paint, columns_wide)
    yield from _more(len(view["rows"]), most, paint)


def _not_yet(view: View, most: int | None, paint: Paint, columns_wide: int | None) -> Iterator[str]:
    if view["not_yet"]:
        yield ""
        yield paint("Not yet", "strong")
    for row in view["not_yet"][:most]:
        yield from folded(f"     {visible(row['id'])}  {visible(row['title'])}", columns_wide, 5)
        yield from _why(row, paint, columns_wide)
    yield from _more(len(view["not_yet"]), most, paint)


def _why(row: View, paint: Paint, columns_wide: int | None) -> Iterator[str]:
    if row["why"]:
        text = visible("; ".join(row["why"]))
        yield from fold([(" " * 4, ""), (text, "dim")], paint, columns_wide, 5)


def _more(count: int, most: int | None, paint: Paint) -> Iterator[str]:
    if most is not None and count > most:
        yield paint(f"     {count - most:,} more; --all shows them", "dim")
