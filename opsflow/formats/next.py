"""What to pull next, for a terminal. The data is the view of the report `next`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

View = Mapping[str, Any]

SHOWN = 5
"""How many items are shown of what can be pulled, and of what cannot yet."""


def render(view: View, *, paint: Paint = plain, everything: bool = False) -> str:
    """The sentence, what can be pulled in order and why, and what cannot yet and why."""
    most = None if everything else SHOWN
    rows, rest = list(_rows(view, most, paint)), list(_not_yet(view, most, paint))
    lines = [paint(visible(view["sentence"]), "strong"), *([""] if rows else []), *rows, *rest]
    return "\n".join(lines).rstrip() + "\n"


def _rows(view: View, most: int | None, paint: Paint) -> Iterator[str]:
    for row in view["rows"][:most]:
        yield f"{row['rank']:>3}  {paint(visible(row['id']), 'strong')}  {visible(row['title'])}"
        if row["why"]:
            yield f"     {paint(visible('; '.join(row['why'])), 'dim')}"
    yield from _more(len(view["rows"]), most, paint)


def _not_yet(view: View, most: int | None, paint: Paint) -> Iterator[str]:
    if view["not_yet"]:
        yield ""
        yield paint("Not yet", "strong")
    for row in view["not_yet"][:most]:
        yield f"     {visible(row['id'])}  {visible(row['title'])}"
        yield f"     {paint(visible('; '.join(row['why'])), 'dim')}"
    yield from _more(len(view["not_yet"]), most, paint)


def _more(count: int, most: int | None, paint: Paint) -> Iterator[str]:
    if most is not None and count > most:
        yield paint(f"     {count - most:,} more; --all shows them", "dim")
