"""In which state does work spend its time?"""

from __future__ import annotations

from opsflow.flow import stays
from opsflow.flow.days import DAY
from opsflow.flow.stays import Stay
from opsflow.measures import Evidence, Fact, Option, Table, View, _names
from opsflow.measures.query import Query
from opsflow.model import OVER, Kind

TITLE = "Time in state"
DEFINITIONS = ("time in state", "percentile")
APPLIES = ("percentile-rule", "minimum", "backward")
OPTIONS = (
    Option(
        "clip",
        "no",
        "whether only the time within the days asked about counts, or whole visits",
        ("yes", "no"),
    ),
)
FACTS = (
    Fact("n", "Visits", "visits"),
    Fact("total_days", "In all", "days"),
    Fact("waiting_share", "Waiting, of the time in progress", "share"),
)
TABLES = (
    Table(
        "rows",
        (
            "title",
            "kind",
            "visits",
            "total_days",
            "share",
            "completed_days",
            "ongoing_days",
            "mean_days",
            "p50_days",
            "p85_days",
        ),
    ),
)


def view(query: Query) -> View:
    clip = query.option("clip", "no") == "yes"
    board = query.facts.board
    kinds = board.kinds
    told = stays.of(query.visits, query.start, query.end, query.until, clip=clip)
    by_name = {each.state: each for each in told}
    names = [*kinds, *(name for name in by_name if name not in kinds)]
    found = [by_name.get(name, Stay(name, (), ())) for name in names if kinds.get(name) not in OVER]
    total = sum(sum(each.over) + sum(each.ongoing) for each in found)
    rows = [_row(query, each, total) for each in found if each.state in kinds or each.over or each.ongoing]
    n = sum(row["visits"] for row in rows)
    most = max(rows, key=lambda row: row["total_days"], default=None)
    waiting = sum(row["total_days"] for row in rows if row["kind"] == "waiting")
    begun = sum(row["total_days"] for row in rows if row["kind"] in ("active", "waiting"))
    silence = "" if Kind.WAITING in kinds.values() else "no state is of kind waiting"
    silence = silence or ("" if begun else "nothing was in progress")
    return {
        "title": f"{most['title']} holds work the longest: {most['share']:.0%} of all time"
        if n and most and most["share"] is not None
        else "No time has been spent in any state",
        "subtitle": "Visits to each state that touch these days, "
        + ("cut where the days begin and end." if clip else "each in its whole length."),
        "read": "The longest of the waiting states is where to ask whom you wait for.",
        "n": n,
        "reason": "" if n else query.nothing("No item stood in any state in this time."),
        "reasons": {"waiting_share": silence} if silence else {},
        "clipped": clip,
        "total_days": total / DAY if query.measured else None,
        "waiting_share": None if silence else waiting / begun,
        "rows": rows,
    }


def _row(query: Query, each: Stay, total: float) -> View:
    over, ongoing = sum(each.over), sum(each.ongoing)
    visits = len(each.over) + len(each.ongoing)
    lengths = sorted(each.over)
    p50, p85 = (query.percentile(lengths, p) for p in (50, 85))
    return {
        **_names.state(query.facts.board, each.state),
        "visits": visits,
        "total_days": (over + ongoing) / DAY,
        "share": (over + ongoing) / total if total else None,
        "completed": len(each.over),
        "completed_days": over / DAY,
        "ongoing": len(each.ongoing),
        "ongoing_days": ongoing / DAY,
        "mean_days": over / len(each.over) / DAY if each.over else None,
        "p50_days": None if p50 is None else p50 / DAY,
        "p85_days": None if p85 is None else p85 / DAY,
        "reason": "" if p85 is not None else query.few_for(len(lengths), 85, "visit"),
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    """The visits, with the days of each that the figure counts."""
    visits, clip = query.visits, query.option("clip", "no") == "yes"
    kinds = query.facts.board.kinds
    found = []
    for place, (state, begun, left) in enumerate(zip(visits.state, visits.entered, visits.left, strict=True)):
        name = visits.names[state]
        if begun < query.until and (left is None or left > query.start) and kinds.get(name) not in OVER:
            first = max(begun, query.start) if clip else begun
            last = query.end if left is None else min(left, query.end)
            days = (last - first) / DAY
            found.append(query.evidence(visits.items[visits.item[place]], f"came to {name}", begun, days))
    return tuple(found)
