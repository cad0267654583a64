"""What measures of time from one moment to another share: how long each item took, and percentiles of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from math import floor

from opsflow import words
from opsflow.flow import counts, windows
from opsflow.flow.spans import Column
from opsflow.measures import Evidence, Fact, Option, Table, View
from opsflow.measures._whole import percentiles as shown
from opsflow.measures.query import Query

LEVELS = (50, 85, 95)
"""The percentiles that are key figures."""
PERCENTILES = Option("percentiles", "50,70,85,95", "which percentiles are listed")
BIN = Option("bin", "0", "how many days each bar of the histogram is wide; 0: as many as it takes")
FACTS = (
    Fact("p50_days", "50% within", "days"),
    Fact("p85_days", "85% within", "days"),
    Fact("p95_days", "95% within", "days"),
    Fact("mean_days", "Mean", "days"),
    Fact("n", "Finished", "items"),
)
TABLES = (
    Table("histogram", ("days", "to_days", "items"), "Items by days", bar="items", most=60),
    Table("slowest", ("id", "finished_on", "days", "working_days", "type", "title"), "The slowest"),
)
SLOWEST = 10
MOST_BARS = 60
"""A histogram has so many bars at most, unless somebody asks otherwise."""
WIDTHS = (1, 7, 30, 90, 365)


def of(query: Query, begun: Column) -> View:
    """The days from these moments on until each item was over, of what was over in the window."""
    chosen = query.timed(begun)
    times = query.done_times if begun is query.begun else query.lengths(begun, query.over, chosen)
    percentiles = query.percentiles(times, shown(query.option(PERCENTILES.name, PERCENTILES.default)))
    facts = query.percentiles(times, LEVELS)
    slowest = sorted(range(len(chosen)), key=lambda place: -times[place])[:SLOWEST]
    return {
        "subtitle": f"Each mark is one finished item. {words.count(len(chosen), 'item')} in "
        f"{words.count(len(query.window), 'day')}.",
        "n": len(chosen),
        "reason": "" if chosen else _nothing(query),
        "reasons": {f"p{row['p']}_days": row["reason"] for row in facts if row["reason"]},
        **{f"p{row['p']}_days": row["days"] for row in facts},
        "mean_days": sum(times) / len(times) if times else None,
        "at_once": sum([begun[item] == query.over[item] for item in chosen]),
        "between": _between(query),
        "percentiles": percentiles,
        "histogram": _histogram(query, times),
        "slowest": _rows(
            query, begun, [chosen[place] for place in slowest], [times[place] for place in slowest]
        ),
        "rows": _rows(query, begun, *in_order(query, chosen, times)) if query.listed else [],
    }


def _rows(query: Query, begun: Column, chosen: Sequence[int], times: Sequence[float]) -> list[View]:
    """The items, first finished first."""
    first = on(query.clock.numbers([begun[item] or 0.0 for item in chosen]))
    last = on(query.clock.numbers([query.over[item] or 0.0 for item in chosen]))
    working = query.working_days(begun, query.over, chosen)
    return [
        {
            "id": item.id,
            "title": item.title,
            "type": item.type,
            "class": item.class_,
            "begun_on": begin,
            "finished_on": end,
            "days": days,
            "working_days": worked,
        }
        for item, begin, end, days, worked in zip(query.at(chosen), first, last, times, working, strict=True)
    ]


def in_order(
    query: Query, items: Sequence[int], values: Sequence[float]
) -> tuple[Sequence[int], Sequence[float]]:
    """Finished items and what is known of each, first finished first."""
    known = dict(zip(items, values, strict=True))
    ordered = counts.in_order(items, query.over)
    return ordered, [known[item] for item in ordered]


def on(numbers: Sequence[int]) -> list[str]:
    """Days as text, by their numbers."""
    known = {number: date.fromordinal(number).isoformat() for number in set(numbers)}
    return list(map(known.__getitem__, numbers))


def _histogram(query: Query, times: Sequence[float]) -> list[View]:
    """How many items took so many whole days, from the least to the most without a gap."""
    low, high = floor(min(times, default=0)), floor(max(times, default=-1))
    asked = int(query.option(BIN.name, BIN.default))
    wide = asked or next(days for days in (*WIDTHS, high - low + 1) if high - low < MOST_BARS * days)
    counted = Counter(floor(time) // wide for time in times)
    return [
        {"days": max(bar * wide, low), "to_days": bar * wide + wide - 1, "items": counted[bar]}
        for bar in range(low // wide, high // wide + 1)
    ]


def _between(query: Query) -> View | None:
    if query.between is None:
        return None
    first, last = query.between
    return {"from": first, "to": last, "states": list(windows.states_between(query.facts.board, first, last))}


def few(found: View, otherwise: str) -> str:
    """The headline where there is no number."""
    return otherwise if found["n"] else "Nothing was finished"


def _nothing(query: Query) -> str:
    if counts.within(query.over, query.known, query.clock):
        return "What was finished in this time was begun before it came to this board, nobody knows when."
    if query.between and not windows.states_between(query.facts.board, *query.between):
        return f"{query.between[1]} does not come after {query.between[0]} in the workflow."
    return query.nothing("Nothing was finished in this time.")


def behind(query: Query, begun: Column) -> tuple[Evidence, ...]:
    """What was over in the window, and how long each took."""
    chosen = counts.in_order(query.timed(begun), query.over)
    times = query.lengths(begun, query.over, chosen)
    what = "finished" if query.between is None else f"came to {query.between[1]}"
    return tuple(
        query.evidence(query.visits.items[item], what, query.over[item] or 0.0, time)
        for item, time in zip(chosen, times, strict=True)
    )
