"""What every view says about itself: the moment and the commit that it shows, and its definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from opsflow import zones
from opsflow.formats.fold import fold, folded
from opsflow.formats.paint import Paint
from opsflow.formats.visible import visible

View = Mapping[str, Any]


def local(moment: str, view: View) -> str:
    """A moment of a view in the board's time zone, to the minute."""
    zone = zones.named(view["as_of"]["timezone"])
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def as_of(view: View) -> str:
    """`as of 2026-06-12 14:05, 3f2a91c with uncommitted changes`."""
    shown = view["as_of"]
    commit = f", {shown['commit']['short']}" if shown["commit"] else ""
    dirty = " with uncommitted changes" if shown["dirty"] else ""
    return f"as of {local(shown['now_at'], view)}{commit}{dirty}"


def top(view: View, paint: Paint, columns_wide: int | None = None) -> Iterator[str]:
    """Title, question and moment of a report; why it has no measures, where it has none."""
    about = f" {visible(view['as_of']['board'])}, {as_of(view)}"
    yield from fold([(visible(view["title"]), "strong"), (about, "dim")], paint, columns_wide)
    yield from fold([(visible(view["question"]), "dim")], paint, columns_wide)
    yield ""
    if not view["as_of"]["measured"]:
        reason = visible(view["as_of"]["reason"])
        yield from fold([("No measures:", "warn"), (reason, "")], paint, columns_wide)
        yield ""


def definitions(view: View, columns_wide: int | None = None) -> Iterator[str]:
    """What the numbers mean, with their windows and n."""
    for row in view["definitions"]:
        yield from folded(f"{visible(row['name'])}{_over(row)}: {visible(row['sentence'])}", columns_wide, 2)


def measured(view: View, columns_wide: int | None, paint: Paint) -> Iterator[str]:
    """The names of the definitions that were used, by their windows and n."""
    groups: dict[str, list[str]] = {}
    for row in view["definitions"]:
        groups.setdefault(_over(row), []).append(visible(row["name"]))
    parts = [", ".join(names) + over for over, names in groups.items()]
    if parts:
        text = f"Measured: {'; '.join(parts)}. --definitions tells what they mean."
        yield from fold([(text, "dim")], paint, columns_wide or 100)


def _over(row: View) -> str:
    window = f"{row['window']['from_on']} to {row['window']['to_on']}" if row["window"] else ""
    n = f"n = {row['n']:,}" if row["n"] is not None else ""
    found = ", ".join(filter(None, (window, n)))
    return f" ({found})" if found else ""
