"""Days and weeks as rows."""

from __future__ import annotations

from collections.abc import Sequence

from opsflow.flow.days import Week
from opsflow.measures import View
from opsflow.measures.query import Query


def week(each: Week) -> View:
    """The part of a week that lies in the window."""
    return {"week": each.name, "from_on": each.first.isoformat(), "to_on": each.last.isoformat()}


def daily(query: Query, what: str, series: Sequence[float]) -> list[View]:
    """One number for each day of which something is known; nothing where there is no history to count in."""
    if not query.measured:
        return []
    return [{"day_on": day.isoformat(), what: n} for day, n in zip(query.known.days(), series, strict=True)]
