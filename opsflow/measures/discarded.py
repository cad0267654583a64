"""What was begun and given up?"""

from __future__ import annotations

from opsflow import words
from opsflow.flow import counts
from opsflow.measures import Evidence, Fact, Table, View, _times
from opsflow.measures.query import Query

TITLE = "Discarded"
DEFINITIONS = ("started", "discarded")
APPLIES = ("count", "backward")
FACTS = (Fact("n", "Dropped", "items"), Fact("days_spent", "Days spent on them", "days"))
TABLES = (Table("rows", ("id", "discarded_on", "days_spent", "from", "title")),)


def view(query: Query) -> View:
    chosen = counts.discarded(query.spans, query.known, query.clock)[::-1]
    spent = query.lengths(query.spans.started, query.spans.discarded, chosen)
    dropped = query.clock.numbers([query.spans.discarded[item] or 0.0 for item in chosen])
    rows = [
        {
            "id": query.visits.items[item],
            "title": query.title(query.visits.items[item]),
            "type": query.item(query.visits.items[item]).type,
            "discarded_on": on,
            "from": _from(query, item),
            "days_spent": days,
        }
        for item, days, on in zip(chosen, spent, _times.on(dropped), strict=True)
    ]
    total = sum(spent)
    return {
        "title": f"{words.count(len(rows), 'item')} dropped after {words.count(total, 'day')} in progress"
        if rows
        else "Nothing that was begun has been dropped",
        "subtitle": "Items dropped or deleted after work on them had begun.",
        "read": "Ask early whether something is still wanted.",
        "n": len(rows),
        "reason": "" if rows else query.nothing("Nothing was dropped in this time."),
        "days_spent": total if query.measured else None,
        "rows": rows,
    }


def _from(query: Query, item: int) -> str:
    """The state in which it stood before."""
    paths = query.visits.paths
    before = query.spans.shape[item].discarded - 1
    return query.visits.names[paths.ways[paths.way[item]][before]]


def behind(query: Query) -> tuple[Evidence, ...]:
    chosen = counts.discarded(query.spans, query.known, query.clock)
    spent = query.lengths(query.spans.started, query.spans.discarded, chosen)
    return tuple(
        query.evidence(query.visits.items[item], "discarded", query.spans.discarded[item] or 0.0, days)
        for item, days in zip(chosen, spent, strict=True)
    )
