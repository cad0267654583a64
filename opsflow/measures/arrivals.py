"""How much work is begun, day by day and week by week?"""

from __future__ import annotations

from opsflow import words
from opsflow.flow import counts, days
from opsflow.measures import Evidence, Fact, Table, View, _periods
from opsflow.measures.query import Query

TITLE = "Arrivals"
DEFINITIONS = ("work in progress", "arrivals")
APPLIES = ("backward", "by-state")
OPTIONS = (_periods.PERIOD, _periods.BEGINS)
FACTS = (Fact("n", "Arrived", "items"), Fact("mean_week", "Mean of full weeks", "a week"))
TABLES = (Table("rows", ("week", "arrivals", "partial"), bar="arrivals", most=30, last=True),)


def view(query: Query) -> View:
    daily = days.per_day(query.arrived, query.known)
    weeks = _periods.of(query)
    total = days.per_week(daily, query.known, weeks)
    full = [n for week, n in zip(weeks, total, strict=True) if not week.partial]
    n, one = sum(daily), _periods.word(query)
    return {
        "title": f"{words.count(n, 'item')} arrived in work in progress" if n else "Nothing was begun",
        "subtitle": f"Moves into work in progress per {one}, over "
        f"{words.count(len(full), f'full {one}', f'full {_periods.words_of(query)}')}.",
        "called": _periods.called(query),
        "read": "Hold it against throughput: what arrives faster than it is finished, queues.",
        "n": n,
        "reason": "" if n else query.nothing("Nothing was begun in this time."),
        "reasons": {} if full else {"mean_week": f"no full {one} yet"},
        "mean_week": sum(full) / len(full) if full else None,
        "days": _periods.daily(query, "arrivals", daily),
        "rows": [
            {**_periods.week(week), "arrivals": came, "partial": week.partial}
            for week, came in zip(weeks, total, strict=True)
        ],
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    items, flow = query.visits.items, query.flow
    within = counts.within(flow.start, query.known, query.clock)
    chosen = [at for at in within if at not in flow.brought]
    return tuple(query.evidence(items[flow.item[at]], "arrived", flow.start[at]) for at in chosen)
