"""Measures for a terminal and as CSV: what the answer comes to, its key figures, then its lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opsflow import measures, words
from opsflow.formats import csv as sheets
from opsflow.formats import head
from opsflow.formats.lines import Lines, Screen, View, bar
from opsflow.formats.paint import Paint, plain
from opsflow.formats.table import Cell, Column
from opsflow.formats.visible import pad, visible, width
from opsflow.measures import Fact, Table

MOST_SLICES = 40
VALUE = 18
"""So many columns a key figure needs beside its title, for both to stand in columns."""
SINGULAR = {
    "days": "day",
    "items": "item",
    "people": "person",
    "person-days": "person-day",
    "projects": "project",
    "services": "service",
    "skills": "skill",
    "times": "time",
    "values": "value",
    "visits": "visit",
    "waits": "wait",
}
"""Units of one."""
INDICES = ("spi", "cpi", "tcpi")
"""Columns of quotients that are near 1, so that two decimals say something."""


def render(
    views: Sequence[View], *, paint: Paint = plain, columns_wide: int | None = None, define: bool = False
) -> str:
    """The views of some measures, one below the other; `define` says what their numbers mean."""
    screen = Screen(paint, columns_wide)
    parts = []
    for place, view in enumerate(views):
        lines = [*_view(view, screen, define, first=place == 0, alone=len(views) == 1)]
        parts.append("\n".join(lines).rstrip() + "\n")
    return "\n".join(parts)


def _view(view: View, screen: Screen, define: bool, first: bool, alone: bool) -> Lines:
    if first:
        yield from head.top({**view, "title": view["name"]}, screen)
    else:
        yield from screen.lines((visible(view["name"]), "strong"), (f" {visible(view['question'])}", "dim"))
    yield from screen.lines((visible(view["title"]), "strong"))
    yield from screen.lines((visible(view["subtitle"]), "dim"))
    if view["reason"] and (view["as_of"]["measured"] or not first):
        yield from screen.lines((f"  {visible(view['reason'])}", ""), indent=2)
    yield from _facts(view, measures.facts(view["measure"]), screen)
    yield from _slices(view, screen)
    for each in measures.tables(view["measure"]):
        yield from _table(view, each, screen)
    if alone:
        yield from marks(view.get("marks") or (), screen)
    yield ""
    yield from head.end(view, screen, define)


def marks(found: Sequence[View], screen: Screen) -> Lines:
    """The changes of the policies, numbered as charts have them."""
    if not found:
        return
    yield ""
    yield screen.paint("What changed in the rules", "strong")
    for mark in found:
        short = mark["commit"]["short"] or "not committed"
        said = "; ".join(visible(text) for text in mark["words"])
        yield from screen.lines((f"  {mark['n']}  {mark['day_on']}  {short}  {said}", ""), indent=5)


# -- key figures ------------------------------------------------------------------------------------


def _facts(view: View, facts: Sequence[Fact], screen: Screen) -> Lines:
    """A line for each key figure that is known, or of which it is known why it is not."""
    shown = [
        fact for fact in facts if view.get(fact.key) is not None or view.get("reasons", {}).get(fact.key)
    ]
    called = view.get("called", {})
    room = max((width(visible(called.get(fact.key, fact.title))) for fact in shown), default=0)
    if screen.columns_wide is not None and room + VALUE > screen.columns_wide:
        room = 0
    if shown:
        yield ""
    for fact in shown:
        title = pad(visible(called.get(fact.key, fact.title)), room)
        if view.get(fact.key) is None:
            said = visible(view["reasons"][fact.key]), "dim"
        else:
            said = figure(view[fact.key], unit_of(fact, view)), "strong"
        yield from screen.lines((f"  {title}  ", ""), said, indent=room + 4)


def unit_of(fact: Fact, view: View) -> str:
    """The unit behind a key figure; of money, the board's currency."""
    if fact.unit == "money":
        return str(view.get("currency", ""))
    return str(view.get("called", {}).get(fact.unit, fact.unit))


def figure(value: Any, unit: str = "") -> str:
    """A number with its unit as people read it; a share in per cent."""
    if unit == "share":
        return f"{value:.1%}".replace(".0%", "%")
    text = _number(value) if _is_number(value) else visible(str(value))
    return f"{text} {SINGULAR.get(unit, unit) if value == 1 else unit}".rstrip()


def _number(value: float) -> str:
    """A number with one decimal; one below 1 with two digits that say something."""
    return f"{value:.2g}" if 0 < abs(value) < 1 else words.number(value)


def _slices(view: View, screen: Screen) -> Lines:
    """The slices beside one another, by their key figures."""
    slices = view.get("slices") or ()
    if not slices:
        return
    facts = measures.facts(view["measure"])
    by = view["options"]["by"]
    columns = [Column(by, gives=True), *(Column(fact.title.lower(), right=True) for fact in facts)]
    told = slices[:MOST_SLICES]
    numbers = [column(fact.key, [each.get(fact.key) for each in told]) for fact in facts]
    rows: list[list[str | Cell]] = [
        [Cell(each["slice"], "strong"), *(cells[place] or "-" for cells in numbers)]
        for place, each in enumerate(told)
    ]
    yield ""
    yield from screen.table(columns, rows)
    if len(slices) > MOST_SLICES:
        yield screen.paint(f"  and {len(slices) - MOST_SLICES:,} more", "dim")
    if by in ("service", "person", "label"):
        text = f"  An item may be of several, so they do not add up: each {by} has all of its own."
        yield from screen.lines((text, "dim"), indent=2)


# -- lists ------------------------------------------------------------------------------------------


def _table(view: View, shown: Table, screen: Screen) -> Lines:
    rows = view.get(shown.key) or ()
    if not rows:
        return
    picked = rows[-shown.most :] if shown.last else rows[: shown.most]
    keys = shown.columns or tuple(key for key, value in rows[0].items() if not isinstance(value, list))
    picked = [{**row, "reason": ""} if row.get("reason") == view["reason"] else row for row in picked]
    keys = tuple(key for key in keys if any(row.get(key) not in (None, "", []) for row in picked))
    yield ""
    if shown.title:
        yield from screen.lines((visible(shown.title), "strong"))
    columns = [
        Column(
            _heading(view.get("called", {}).get(key, key)),
            right=all(_is_number(row.get(key)) for row in picked),
            gives=_gives(key),
        )
        for key in keys
    ]
    columns_of = {key: column(key, [row.get(key) for row in picked]) for key in keys}
    cells: list[list[str | Cell]] = [[columns_of[key][place] for key in keys] for place in range(len(picked))]
    if shown.bar:
        most = max(row[shown.bar] or 0 for row in picked)
        columns.append(Column(""))
        for row, line in zip(picked, cells, strict=True):
            line.append(bar(row[shown.bar] or 0, most))
    yield from screen.table(columns, cells)
    if len(rows) > len(picked):
        yield screen.paint(
            f"  {'the last' if shown.last else 'the first'} {len(picked):,}; json has all", "dim"
        )


def _gives(key: str) -> bool:
    return key in ("title", "reason", "sentence", "what", "name", "names", "people", "away", "sign")


def _heading(key: str) -> str:
    """`in_state_days` becomes "in state days"."""
    words = key.removesuffix("_on").removesuffix("_share").split("_")
    return (
        " ".join("WIP" if word == "wip" else word for word in words)
        .replace("p50", "50%")
        .replace("p70", "70%")
        .replace("p85", "85%")
        .replace("p95", "95%")
    )


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def column(key: str, values: Sequence[Any]) -> list[str | Cell]:
    """The cells of a column; where one of its measured numbers has decimals, all have, as many of them."""
    share = key == "share" or key.endswith("_share")
    measured = [value * (100 if share else 1) for value in values if isinstance(value, float)]
    digits = 2 if not share and all(abs(value) < 1 for value in measured) else 1
    if key in INDICES or all(round(value, digits) % 1 == 0 for value in measured):
        return [_cell(key, value) for value in values]
    return [
        _decimal(value, digits, share) if isinstance(value, float) else _cell(key, value) for value in values
    ]


def _decimal(value: float, digits: int, share: bool) -> str:
    """A number with so many decimals; what would round to 0 and is not 0 says so."""
    shown, unit, least = (value * 100, "%", 10**-digits) if share else (value, "", 10**-digits)
    return f"<{least:g}{unit}" if 0 < shown < least / 2 else f"{shown:,.{digits}f}{unit}"


def _cell(key: str, value: Any) -> str | Cell:
    if isinstance(value, Mapping):
        return str(value.get("title") or value.get("name") or "")
    if isinstance(value, list):
        return ", ".join(str(_cell(key, each)) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, (int, float)) and key in INDICES:
        return f"{value:.2f}"
    if isinstance(value, (int, float)):
        return figure(value, "share" if key == "share" or key.endswith("_share") else "")
    return Cell(str(value), "strong") if key == "id" else str(value)


# -- CSV --------------------------------------------------------------------------------------------


def csv(view: View) -> str:
    """The rows of a measure, those of each slice below one another; what is nested is left to JSON.

    Without a row, the header stands alone.
    """
    slices = view.get("slices") or ()
    rows = [{**row} for row in view["rows"]]
    if slices:
        rows = [{"slice": each["slice"], **row} for each in slices for row in each["rows"]]
    flat = [{key: _flat(value) for key, value in row.items()} for row in rows]
    keys = list(dict.fromkeys(key for row in flat for key in row))
    keys = keys or [*(["slice"] if view["options"]["by"] else []), *measures.columns(view["measure"])]
    return sheets.render(keys, ([row.get(key) for key in keys] for row in flat))


def _flat(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get("state") or value.get("key") or value.get("id") or value.get("title") or ""
    if isinstance(value, list):
        return "; ".join(str(_flat(each)) for each in value)  # as an exported table has them
    return value
