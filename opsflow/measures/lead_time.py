"""How long does somebody wait, from asking to getting?"""

from __future__ import annotations

from opsflow import words
from opsflow.measures import Evidence, View, _times
from opsflow.measures.query import Query

TITLE = "Lead time"
DEFINITIONS = ("finished", "lead time", "percentile")
APPLIES = ("count", "percentile-rule", "minimum", "backward")
OPTIONS = (_times.PERCENTILES, _times.BIN)
FACTS = _times.FACTS
TABLES = _times.TABLES


def view(query: Query) -> View:
    found = _times.of(query, query.spans.created)
    p85 = found["p85_days"]
    return {
        "title": f"85% of what was asked for is there within {words.count(p85, 'day')}"
        if p85 is not None
        else _times.few(found, "Too little is finished to say how long people wait"),
        "read": "This is what requesters feel. Far above cycle time, most of it is waiting before the start.",
        **found,
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    return _times.behind(query, query.spans.created)
