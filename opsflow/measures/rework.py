"""How often does work go back, and for how long?"""

from __future__ import annotations

from opsflow import words
from opsflow.measures import Evidence, Fact, Table, View, _names, _rework
from opsflow.measures.query import Query

TITLE = "Rework"
DEFINITIONS = ("rework", "finished")
APPLIES = ("count",)
FACTS = (
    Fact("n", "Moves back", "times"),
    Fact("items", "Items that fell back", "items"),
    Fact("days", "Days until recovered, so far", "days"),
    Fact("open", "Not recovered", "times"),
    Fact("reopened", "Finished work reopened", "times"),
)
TABLES = (
    Table("causes", ("from", "to", "times", "days"), "From where to where"),
    Table("rows", ("id", "fell_on", "from", "to", "recovered_on", "days", "title"), "The latest"),
)
MOST = 21
"""As many are listed where not all are wanted."""


def view(query: Query) -> View:
    board = query.facts.board
    found = _rework.found(query)
    spent = _rework.lasted(query, found)
    times, days = [0] * len(found.pairs), [0.0] * len(found.pairs)
    for pair, each in zip(found.pair, spent, strict=True):
        times[pair] += 1
        days[pair] += each
    causes = [
        {
            "from": _names.state(board, before),
            "to": _names.state(board, after),
            "times": times[pair],
            "days": days[pair],
        }
        for pair, (before, after) in enumerate(found.pairs)
        if times[pair]
    ]
    n, total = len(found.item), sum(spent)
    places = _rework.latest(found, None if query.listed else MOST)
    return {
        "title": _title(n, found.recovered.count(None), total),
        "subtitle": "Moves back to an earlier state, until the item was again as far as before: "
        "those that touch these days.",
        "read": "Look at the pair of states that comes up most: what was missing when work went on?",
        "n": n,
        "reason": "" if n else query.nothing("Nothing went back in this time."),
        "items": len(set(found.item)) if query.measured else None,
        "days": total if query.measured else None,
        "open": found.recovered.count(None) if query.measured else None,
        "reopened": sum(found.reopened) if query.measured else None,
        "causes": sorted(
            causes, key=lambda row: (-row["times"], -row["days"], row["from"]["state"], row["to"]["state"])
        ),
        "rows": _rework.rows(query, found, spent, places),
    }


def _title(n: int, open_: int, days: float) -> str:
    if not n:
        return "No work went back"
    said = f"Work went back {words.count(n, 'time')}"
    if not open_:
        return f"{said} and took {words.count(days, 'day')} to recover"
    return f"{said} and has not recovered" if open_ == n else f"{said}, and {open_:,} did not recover yet"


def behind(query: Query) -> tuple[Evidence, ...]:
    found = _rework.found(query)
    ids, after = query.visits.items, [name for _, name in found.pairs]
    columns = zip(found.item, found.pair, found.fell, _rework.lasted(query, found), strict=True)
    return tuple(
        query.evidence(ids[item], f"fell back to {after[pair]}", fell, days)
        for item, pair, fell, days in columns
    )
