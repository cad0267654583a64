"""How long does work take from start to finish?"""

from __future__ import annotations

from opsflow import words
from opsflow.measures import Evidence, View, _times
from opsflow.measures.query import Query

TITLE = "Cycle time"
DEFINITIONS = ("started", "finished", "cycle time", "percentile")
APPLIES = ("count", "percentile-rule", "minimum", "between", "backward")
OPTIONS = (_times.PERCENTILES, _times.BIN)
FACTS = _times.FACTS
TABLES = _times.TABLES


def view(query: Query) -> View:
    found = _times.of(query, query.begun)
    p85 = found["p85_days"]
    return {
        "title": f"85% of work is done within {words.count(p85, 'day')}"
        if p85 is not None
        else _times.few(found, "Too little is finished to say how long work takes"),
        "read": "Promise new work with the 85% line, not with the average. "
        "Ask what happened above the 95% line.",
        **found,
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    return _times.behind(query, query.begun)
