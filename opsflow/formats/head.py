"""What every view says about itself: the moment and the commit that it shows, and its definitions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from opsflow import zones
from opsflow.formats.visible import visible

if TYPE_CHECKING:
    from opsflow.formats.lines import Lines, Screen, View


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


def top(view: View, screen: Screen) -> Lines:
    """Title, question and moment of a report; why it has no measures, where it has none."""
    about = f" {visible(view['as_of']['board'])}, {as_of(view)}"
    yield from screen.lines((visible(view["title"]), "strong"), (about, "dim"))
    yield from screen.lines((visible(view["question"]), "dim"))
    yield ""
    if not view["as_of"]["measured"]:
        reason = visible(view["as_of"]["reason"])
        yield from screen.lines(("No measures:", "warn"), (reason, ""))
        yield ""


def end(view: View, screen: Screen, define: bool) -> Lines:
    """What the numbers mean, or else the names of what they are, where they are measured."""
    if define:
        yield from definitions(view, screen)
    elif view["as_of"]["measured"]:
        yield from _measured(view, screen)


def definitions(view: View, screen: Screen) -> Lines:
    """What the numbers mean, with their windows and n."""
    for row in view["definitions"]:
        text = f"{visible(row['name'])}{_over(row)}: {visible(row['sentence'])}"
        yield from screen.lines((text, ""), indent=2)


def _measured(view: View, screen: Screen) -> Lines:
    """The names of the definitions that were used, by their windows and n."""
    groups: dict[str, list[str]] = {}
    for row in view["definitions"]:
        groups.setdefault(_over(row), []).append(visible(row["name"]))
    parts = [", ".join(names) + over for over, names in groups.items()]
    if parts:
        text = f"Measured: {'; '.join(parts)}. --definitions tells what they mean."
        yield from screen._replace(columns_wide=screen.columns_wide or 100).lines((text, "dim"))


def _over(row: View) -> str:
    window = f"{row['window']['from_on']} to {row['window']['to_on']}" if row["window"] else ""
    n = f"n = {row['n']:,}" if row["n"] is not None else ""
    found = ", ".join(filter(None, (window, n)))
    return f" ({found})" if found else ""
