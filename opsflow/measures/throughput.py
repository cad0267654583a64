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
OPTIONS = (_periods.PERIOD, _periods.BEGINS)
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
    weeks = _periods.of(query)
    total = days.per_week(daily, query.known, weeks)
    unplanned = days.per_week(_unplanned(query), query.known, weeks)
    rows = [
        {**_periods.week(each), "count": n, "planned": n - other, "unplanned": other, "partial": each.partial}
        for each, n, other in zip(weeks, total, unplanned, strict=True)
    ]
    full = [n for each, n in zip(weeks, total, strict=True) if not each.partial]
    n = sum(daily)
    return {
        "title": _title(n, full, _periods.words_of(query), query.facts.today in query.known),
        "subtitle": _subtitle(query, len(full)),
        "called": _periods.called(query),
        "read": "Plan with what was finished, week by week, not with the best week. "
        "Pale weeks are not complete.",
        "n": n,
        "reason": "" if n else query.nothing("Nothing was finished in this time."),
        "reasons": {}
        if full
        else dict.fromkeys(("mean_week", "median_week"), f"no full {_periods.word(query)} yet"),
        "mean_week": sum(full) / len(full) if full else None,
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


def _subtitle(query: Query, full: int) -> str:
    one, begins = _periods.word(query), query.option("begins", "monday").title()
    ends = ", Monday to Sunday," if begins == "Monday" else f", beginning on {begins},"
    some = words.count(full, f"full {one}", f"full {_periods.words_of(query)}")
    return f"Items finished per {one}{ends if one == 'week' else ''} over {some}."


def _title(n: int, full: Sequence[int], periods: str, goes_on: bool) -> str:
    """What the middle half of the full periods has, or more of them."""
    if n == 0:
        return "Nothing was finished"
    if len(full) < 2:
        return f"{words.count(n, 'item')} finished{' so far' if goes_on else ''}"
    on = "on" if periods == "days" else "in"
    ordered = sorted(full)
    low, high = ordered[len(ordered) // 4], ordered[-(len(ordered) // 4) - 1]
    if high == 0:
        return f"{words.count(n, 'item')} finished, and nothing {on} most {periods}"
    least = f"{low} to " if 0 < low < high else "at most " if low < high else ""
    verb = "is" if high == 1 and low in (0, 1) else "are"
    return f"{on.title()} most {periods}, {least}{words.count(high, 'item')} {verb} finished"


def behind(query: Query) -> tuple[Evidence, ...]:
    over = query.spans.finished
    chosen = counts.finished(query.spans, query.known, query.clock)
    return tuple(query.evidence(query.visits.items[item], "finished", over[item] or 0.0) for item in chosen)
