"""Where does work queue, and does the flow widen?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from opsflow import words
from opsflow.flow import cfd
from opsflow.flow.days import Window
from opsflow.measures import Evidence, Fact, Option, Table, View, _names, _rework
from opsflow.measures.query import Query
from opsflow.model import OVER, Kind

TITLE = "Cumulative flow"
DEFINITIONS = ("cumulative flow", "rework", "discarded")
APPLIES = ("backward",)
MOST = 100
"""As many moves back are listed beside the diagram, the latest; the measure `rework` lists all."""
OPTIONS = (
    Option("backlog", "no", "whether the states of the backlog are drawn, too", ("yes", "no")),
    Option(
        "items", "no", "whether it is listed when each item came at least as far as each state", ("yes", "no")
    ),
)
FACTS = (
    Fact("n", "Ever begun", "items"),
    Fact("widened", "Widest growth", "items"),
    Fact("falls", "Moves back", "times"),
)
TABLES = (
    Table("standing", (), "Items in each state at the end of each day", last=True, most=15),
    Table("rework", ("id", "fell_on", "from", "to", "recovered_on", "days", "title"), "Moves back"),
    Table("items", (), "Items, by the day on which each came at least as far"),
)


def view(query: Query) -> View:
    backlog = query.option("backlog", "no") == "yes"
    found = cfd.of(query.facts.board, query.spans, query.known, query.clock, backlog=backlog)
    if not query.measured:
        found = replace(
            found, states=(), lines=(), before=(), window=Window(query.window.last, query.window.first)
        )
    falls = _rework.found(query)
    names = [state.name for state in found.states]
    bands = dict(zip(names, found.bands, strict=True))
    over = [place for place, state in enumerate(found.states) if state.kind in OVER]
    n = found.lines[0][-1] if found.lines and found.lines[0] else 0
    name, widened = _widest(found)
    moved = any(line and line[-1] > first for line, first in zip(found.lines, found.before, strict=True))
    title = "No band has widened: work flows evenly" if moved else "Nothing came any further"
    if widened >= 2:
        title = (
            f"{_names.state(query.facts.board, name)['title']} has grown by {words.count(widened, 'item')}"
        )
    days = [day.isoformat() for day in found.window.days()]
    return {
        "title": title if n else "Nothing has been begun yet",
        "subtitle": f"Cumulative flow over {words.count(len(query.known), 'day')}. "
        "The height of a band is the items there; what is over counts from the first of these days.",
        "read": "Even bands mean steady flow. A band that widens is where work queues.",
        "n": n,
        "reason": "" if n else query.nothing("Nothing has been begun yet."),
        "widened": widened if query.measured else None,
        "states": [_state(query, state.name, state.title) for state in found.states],
        "days": days,
        "lines": {name: list(line) for name, line in zip(names, found.lines, strict=True)},
        "bands": {name: list(band) for name, band in bands.items()},
        "before": dict(zip(names, found.before, strict=True)),
        "base": found.before[over[0]] if over else 0,
        "falls": len(falls.item),
        "rework": _rework.rows(query, falls, _rework.lasted(query, falls), _rework.latest(falls, MOST)),
        "items": _items(query, backlog) if query.option("items", "no") == "yes" else [],
        "standing": _daily(days, bands),
        "rows": _daily(days, dict(zip(names, found.lines, strict=True))),
    }


def _daily(days: Sequence[str], columns: Mapping[str, Sequence[int]]) -> list[View]:
    """A row for each day; none without columns."""
    if not columns:
        return []
    rows = zip(days, *columns.values(), strict=True)
    return [{"day_on": day, **dict(zip(columns, counts, strict=True))} for day, *counts in rows]


def _items(query: Query, backlog: bool) -> list[View]:
    """The items that came to a state by the end of the window; None where it has not come so far."""
    names, reached = cfd.reached(query.facts.board, query.spans, backlog=backlog)
    return [
        {
            "id": query.visits.items[item],
            **{
                name: query.on(moments[place])
                if place < len(moments) and moments[place] < query.until
                else None
                for place, name in enumerate(names)
            },
        }
        for item, moments in enumerate(reached)
        if moments and moments[0] < query.until
    ]


def _widest(found: cfd.Cfd) -> tuple[str, int]:
    """The state whose band has widened most since the window began, and by how much."""
    grown = [
        (band[-1] - band[0], state.name)
        for state, band in zip(found.states, found.bands, strict=True)
        if band and state.kind not in OVER
    ]
    most = max((growth for growth, _ in grown), default=0)
    return next((name for growth, name in grown if growth == most), ""), most


def _state(query: Query, name: str, title: str) -> View:
    """A state of the diagram; the discarded have one even where the workflow has none."""
    if query.facts.board.state(name):
        return _names.state(query.facts.board, name)
    return {"state": name, "title": title, "kind": Kind.DISCARDED.value}


def behind(query: Query) -> tuple[Evidence, ...]:
    """Every entry into a state in the window."""
    visits = query.visits
    return tuple(
        query.evidence(visits.items[visits.item[place]], f"came to {visits.names[visits.state[place]]}", at)
        for place, at in enumerate(visits.entered)
        if query.start <= at < query.until
    )
