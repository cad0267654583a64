"""What a number is made of, as plain data, for a terminal and as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opsflow import measures, words
from opsflow.formats import csv as sheets
from opsflow.formats import head
from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.measures import figure, unit_of
from opsflow.formats.paint import Paint, plain
from opsflow.formats.table import Cell, columns
from opsflow.formats.table import render as table
from opsflow.formats.visible import visible
from opsflow.measures import Evidence
from opsflow.measures.query import Query

MOST = 200
"""As many lines are shown on a terminal."""
COLUMNS = ("item", "title", "what", "at", "value", "commit", "author", "subject")


def report(name: str, query: Query) -> dict[str, Any]:
    """The figure of a measure without its lists, its options, and everything behind it, oldest first."""
    view = measures.view(name, query)
    kept = {key: value for key, value in view.items() if not isinstance(value, (list, dict))}
    return {
        "measure": name,
        "name": view["name"],
        "question": view["question"],
        "as_of": view["as_of"],
        "window": view["window"],
        "options": view["options"],
        "choices": [
            {
                "name": option.name,
                "default": option.default,
                "values": list(option.values),
                "meaning": option.meaning,
            }
            for option in measures.options(name)
        ],
        "definitions": view["definitions"],
        "figure": {key: value for key, value in kept.items() if key not in ("measure", "name", "question")},
        "evidence": [_row(query, each) for each in measures.behind(name, query)],
    }


def _row(query: Query, each: Evidence) -> dict[str, Any]:
    commit = each.commit
    return {
        "item": each.item,
        "title": query.title(each.item) if each.item else "",
        "what": each.what,
        "at": each.at.isoformat(),
        "on": query.on(each.at.timestamp()),
        "value": each.value,
        "commit": commit.id if commit else None,
        "author": commit.author if commit else None,
        "subject": commit.subject if commit else None,
    }


def render(found: View, *, paint: Paint = plain, columns_wide: int | None = None) -> str:
    """All of it for a terminal; of very much the latest."""
    return "\n".join(_lines(found, Screen(paint, columns_wide))).rstrip() + "\n"


def _lines(found: View, screen: Screen) -> Lines:
    yield from head.top({**found, "title": found["name"]}, screen)
    yield from head.definitions(found, screen)
    for choice in found["choices"]:
        values = f" ({words.listed(choice['values'])})" if choice["values"] else ""
        text = f"--option {choice['name']}={choice['default']}: {choice['meaning']}{values}"
        yield from screen.lines((visible(text), ""), indent=2)
    yield ""
    yield from screen.lines((visible(found["figure"]["title"]), "strong"))
    if found["figure"]["reason"]:
        yield from screen.lines((visible(found["figure"]["reason"]), ""))
    # Without a history a count of 0 would be no answer.
    told = measures.facts(found["measure"]) if found["as_of"]["measured"] else ()
    for fact in told:
        if found["figure"].get(fact.key) is None:
            continue
        text = figure(found["figure"][fact.key], unit_of(fact, found["figure"]))
        yield from screen.lines((f"  {visible(fact.title)}: ", ""), (text, "strong"), indent=4)
    rows = found["evidence"]
    if rows:
        yield ""
        yield from table(
            columns("item", "what", "on", "value", "commit", "by", "title", right=("value",)),
            [
                (
                    Cell(row["item"], "strong"),
                    row["what"],
                    row["on"],
                    "" if row["value"] is None else figure(row["value"]),
                    "uncommitted" if row["commit"] == "" else (row["commit"] or "")[:10],
                    row["author"] or "",
                    row["title"],
                )
                for row in rows[-MOST:]
            ],
            paint=screen.paint,
            columns_wide=screen.columns_wide,
        ).splitlines()
    if len(rows) > MOST:
        yield screen.paint(f"The latest {MOST} of {len(rows):,}; --format json and csv have all.", "dim")


def csv(found: Mapping[str, Any]) -> str:
    """What is behind the figure, a line each."""
    rows: Sequence[Mapping[str, Any]] = found["evidence"]
    return sheets.render(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
