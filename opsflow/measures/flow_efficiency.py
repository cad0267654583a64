"""How much of the time from start to finish was not spent standing still?"""

from __future__ import annotations

from collections.abc import Sequence

from opsflow.flow import efficiency
from opsflow.flow.days import DAY
from opsflow.flow.efficiency import Efficiency
from opsflow.measures import Evidence, Fact, Table, View
from opsflow.measures.query import Query

TITLE = "Flow efficiency"
DEFINITIONS = ("started", "finished", "blocked time", "flow efficiency")
APPLIES = ("percentile-rule", "minimum", "backward")
FACTS = (
    Fact("share", "Flow efficiency", "share"),
    Fact("p50_share", "Of half of the items, at most", "share"),
    Fact("total_days", "From start to finish", "days"),
    Fact("stood_days", "Waiting or blocked", "days"),
    Fact("n", "Finished", "items"),
)
TABLES = (
    Table("stillest", ("id", "share", "total_days", "stood_days", "title"), "What stood still the longest"),
)
ENOUGH = 5
MOST = 10
"""As many of those that stood still the longest are listed."""


def view(query: Query) -> View:
    found = efficiency.of(query.facts.board, query.spans, query.done)
    why = _why(query, found)
    shares = [1 - stood / total for total, stood in found.each if total]
    stood = [place for place in range(found.n) if found.each[place][1]]
    stillest = sorted(stood, key=lambda place: -found.each[place][1])[:MOST]
    share = None if why else found.share
    median = query.percentile(shares, 50) if share is not None else None
    return {
        "title": f"Work moves {share:.0%} of the time that it takes"
        if share is not None
        else _unknown(found),
        "subtitle": "Time not waiting or blocked, of all time from start to finish.",
        "read": "Most of the rest is waiting for somebody. "
        "Ask for whom, before you ask anybody to work faster.",
        "n": found.n,
        "reason": why,
        "reasons": {} if median is not None or why else {"p50_share": query.few_for(len(shares), 50)},
        "configured": found.configured,
        "share": share,
        "p50_share": median,
        "total_days": found.total_days if query.measured else None,
        "stood_days": found.stood_days if query.measured else None,
        "stillest": _rows(query, found, stillest),
        "rows": _rows(query, found, _in_order(query)) if query.listed else [],
    }


def _unknown(found: Efficiency) -> str:
    if not found.configured:
        return "Standing still is not recorded: no state is waiting, and nothing was blocked"
    if not found.n:
        return "Nothing was finished"
    return "Too little is known to say how much of the time work stands still"


def _in_order(query: Query) -> list[int]:
    """The places of what was finished, first finished first."""
    place = {item: number for number, item in enumerate(query.done)}
    return [place[item] for item in query.finished]


def _rows(query: Query, found: Efficiency, places: Sequence[int]) -> list[View]:
    """The items at these places among those that were finished."""
    items = query.at([query.done[place] for place in places])
    return [
        {
            "id": item.id,
            "title": item.title,
            "total_days": total / DAY,
            "stood_days": stood / DAY,
            "share": 1 - stood / total if total and found.configured else None,
        }
        for item, (total, stood) in zip(items, [found.each[place] for place in places], strict=True)
    ]


def _why(query: Query, found: Efficiency) -> str:
    """Why there is no number."""
    if not found.configured:
        return query.nothing("not configured: no state is of kind waiting, and nothing was blocked")
    if not query.enough(found.n, ENOUGH):
        return query.nothing(query.few(found.n, ENOUGH))
    return "" if found.share is not None else "no time between start and finish"


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was finished, with the days that each stood waiting or blocked."""
    found = efficiency.of(query.facts.board, query.spans, query.finished)
    return tuple(
        query.evidence(query.visits.items[item], "finished", query.over[item] or 0.0, stood / DAY)
        for item, (_, stood) in zip(query.finished, found.each, strict=True)
    )
