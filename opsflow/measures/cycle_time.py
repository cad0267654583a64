"""How long does work take from start to finish?"""

from __future__ import annotations

from collections import Counter
from math import floor

from opsflow import words
from opsflow.flow import days
from opsflow.measures import Evidence, View
from opsflow.measures.query import Query

TITLE = "Cycle time"
DEFINITIONS = ("started", "finished", "cycle time", "percentile")
SHOWN = (50, 70, 85, 95)


def view(query: Query) -> View:
    finished = query.finished
    times = [query.cycle_time(span) or 0 for span in finished]
    p85 = query.percentile(times, 85)
    length = words.count(len(query.window), "day")
    return {
        "title": f"85% of work is done within {words.count(p85, 'day')}"
        if p85 is not None
        else "Too little is finished to say how long work takes",
        "subtitle": f"Each mark is one finished item. {words.count(len(finished), 'item')} in {length}.",
        "read": "Promise new work with the 85% line, not the average. Ask what happened above the 95% line.",
        "n": len(finished),
        "reason": query.silence or ("" if finished else "Nothing was finished in this time."),
        "percentiles": query.percentiles(times, SHOWN),
        "histogram": _histogram(times),
        "points": [
            {
                "id": span.item,
                "finished_on": days.day(span.finished, query.facts.zone).isoformat(),
                "days": time,
            }
            for span, time in zip(finished, times, strict=True)
            if span.finished is not None
        ],
    }


def _histogram(times: list[float]) -> list[View]:
    """How many items took each number of whole days, from 0 or 1 on without a gap."""
    counted = Counter(floor(time) for time in times)
    return [
        {"days": day, "items": counted[day]}
        for day in range(min(counted, default=0), max(counted, default=-1) + 1)
    ]


def behind(query: Query) -> tuple[Evidence, ...]:
    return tuple(
        query.evidence(span.item, "finished", span.finished, query.cycle_time(span))
        for span in query.finished
        if span.finished is not None
    )
