"""How much is finished, day by day and week by week?"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from opsflow import words
from opsflow.flow import counts, days
from opsflow.measures import Evidence, Fact, Table, View, _periods
from opsflow.measures.query import Query

TITLE = "Throughput"
DEFINITIONS = ("finished", "throughput")
APPLIES = ("backward",)
FACTS = (
    Fact("n", "Finished", "items"),
    Fact("mean_week", "Mean of full weeks", "a week"),
    Fact("median_week", "Median of full weeks", "a week"),
    Fact("mean_day", "Mean", "a day"),
)
TABLES = (
    Table("rows", ("week", "count", "planned", "unplanned", "partial"), bar="count", most=30, last=True),
)


def view(query: Query) -> View:
    daily = counts.throughput(query.spans, query.known, query.clock)
    weeks = days.weeks(query.known, query.facts.today) if query.measured else ()
    total = days.per_week(daily, query.known, weeks)
    unplanned = days.per_week(_unplanned(query), query.known, weeks)
    rows = [
        {**_periods.week(each), "count": n, "planned": n - other, "unplanned": other, "partial": each.partial}
        for each, n, other in zip(weeks, total, unplanned, strict=True)
    ]
    full = [n for each, n in zip(weeks, total, strict=True) if not each.partial]
    n = sum(daily)
    return {
        "title": _title(n, full),
        "subtitle": f"Items finished per week, Monday to Sunday, over {words.count(len(full), 'full week')}.",
        "read": "Plan with what was finished, week by week, not with the best week. "
        "Pale weeks are not complete.",
        "n": n,
        "reason": "" if n else query.nothing("Nothing was finished in this time."),
        "reasons": {} if full else dict.fromkeys(("mean_week", "median_week"), "no full week yet"),
        "mean_week": round(sum(full) / len(full), 1) if full else None,
        "median_week": float(median(full)) if full else None,
        "mean_day": n / len(query.known) if n else None,
        "days": _periods.daily(query, "count", daily),
        "rows": rows,
    }


def _unplanned(query: Query) -> tuple[int, ...]:
    """Of what was finished each day, what was of types that nobody plans."""
    over, unasked = query.spans.finished, query.unplanned
    chosen = [item for item in counts.within(over, query.known, query.clock) if item in unasked]
    return days.per_day(query.clock.numbers([over[item] or 0.0 for item in chosen]), query.known)


def _title(n: int, full: Sequence[int]) -> str:
    """What the middle half of the full weeks has, or more of them."""
    if len(full) < 2 or n == 0:
        return f"{words.count(n, 'item')} finished so far"
    ordered = sorted(full)
    low, high = ordered[len(ordered) // 4], ordered[-(len(ordered) // 4) - 1]
    amount = words.count(high, "item") if low == high else f"{low} to {high} items"
    return f"In most weeks, {amount} {'is' if low == high == 1 else 'are'} finished"


def behind(query: Query) -> tuple[Evidence, ...]:
    over = query.spans.finished
    chosen = counts.finished(query.spans, query.window, query.clock)
    return tuple(query.evidence(query.visits.items[item], "finished", over[item] or 0.0) for item in chosen)
