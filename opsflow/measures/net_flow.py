"""Does work in progress grow or shrink?"""

from __future__ import annotations

from opsflow.flow import counts, days
from opsflow.measures import Evidence, Fact, Table, View, _periods
from opsflow.measures.query import Query

TITLE = "Net flow"
DEFINITIONS = ("work in progress", "arrivals", "departures", "net flow")
APPLIES = ("backward", "by-state")
OPTIONS = (_periods.PERIOD, _periods.BEGINS)
FACTS = (
    Fact("arrivals", "Arrived", "items"),
    Fact("departures", "Left", "items"),
    Fact("net", "Net", "items"),
)
TABLES = (Table("rows", ("week", "arrivals", "departures", "net", "partial"), most=30, last=True),)


def view(query: Query) -> View:
    came = days.per_day(query.arrived, query.known)
    left = days.per_day(query.left, query.known)
    weeks = _periods.of(query)
    per_week = zip(
        weeks, days.per_week(came, query.known, weeks), days.per_week(left, query.known, weeks), strict=True
    )
    net = sum(came) - sum(left)
    if net == 0:
        title = "As much work is begun as leaves" if any(came) else "Nothing was begun, and nothing left"
    else:
        title = f"{abs(net)} more {'came in than left' if net > 0 else 'left than came in'}"
    return {
        "title": title,
        "subtitle": f"Arrivals in work in progress, and departures from it, per {_periods.word(query)}.",
        "called": _periods.called(query),
        "read": "Above zero, work in progress grows. Begin less until it shrinks.",
        "n": sum(came),
        "reason": "" if any((*came, *left)) else query.nothing("Nothing was begun or finished in this time."),
        "arrivals": sum(came) if query.measured else None,
        "departures": sum(left) if query.measured else None,
        "net": net if query.measured else None,
        "days": [
            {"day_on": day.isoformat(), "arrivals": a, "departures": d, "net": a - d}
            for day, a, d in zip(query.known.days(), came, left, strict=True)
            if query.measured
        ],
        "rows": [
            {**_periods.week(week), "arrivals": a, "departures": d, "net": a - d, "partial": week.partial}
            for week, a, d in per_week
        ],
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    items, flow = query.visits.items, query.flow
    came = counts.within(flow.start, query.known, query.clock)
    left = counts.within(flow.end, query.known, query.clock)
    return (
        *(
            query.evidence(items[flow.item[at]], "arrived", flow.start[at], 1)
            for at in came
            if at not in flow.brought
        ),
        *(query.evidence(items[flow.item[at]], "left", flow.end[at] or 0.0, -1) for at in left),
    )
