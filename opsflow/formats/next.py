"""What to pull next, for a terminal. The data is the view of the report `next`."""

from __future__ import annotations

from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

SHOWN = 5
"""How many items are shown of what can be pulled, and of what cannot yet."""


def render(
    view: View, *, paint: Paint = plain, everything: bool = False, columns_wide: int | None = None
) -> str:
    """The sentence, what can be pulled in order and why, and what cannot yet and why."""
    screen, most = Screen(paint, columns_wide), None if everything else SHOWN
    first = screen.lines((visible(view["sentence"]), "strong"))
    rows, rest = [*_rows(view, most, screen)], [*_not_yet(view, most, screen)]
    return "\n".join([*first, *([""] if rows else []), *rows, *rest]).rstrip() + "\n"


def _rows(view: View, most: int | None, screen: Screen) -> Lines:
    for row in view["rows"][:most]:
        name, title = (visible(row["id"]), "strong"), (f" {visible(row['title'])}", "")
        yield from screen.lines((f"{row['rank']:>3} ", ""), name, title, indent=5)
        yield from _why(row, screen)
    yield from _more(len(view["rows"]), most, screen)


def _not_yet(view: View, most: int | None, screen: Screen) -> Lines:
    if view["not_yet"]:
        yield ""
        yield screen.paint("Not yet", "strong")
    for row in view["not_yet"][:most]:
        yield from screen.lines((f"     {visible(row['id'])}  {visible(row['title'])}", ""), indent=5)
        yield from _why(row, screen)
    yield from _more(len(view["not_yet"]), most, screen)


def _why(row: View, screen: Screen) -> Lines:
    if row["why"]:
        yield from screen.lines((" " * 4, ""), (visible("; ".join(row["why"])), "dim"), indent=5)


def _more(count: int, most: int | None, screen: Screen) -> Lines:
    if most is not None and count > most:
        yield screen.paint(f"     {count - most:,} more; --all shows them", "dim")
