"""When something will probably be done, as everybody may be told: a range of days, or nothing.

The days are those of `opsflow forecast`: half of the trials are over by the first, 85 in 100 by the last.
Nothing is said of work that is not begun or is stopped, of what is older than finished work ever was, and
where too little was finished; and of no more than so many things, since each takes thousands of trials.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from opsflow import measures
from opsflow.measures import View, trials
from opsflow.measures import query as queries
from opsflow.measures.query import Query
from opsflow.measures.trials import Shares, Trials
from opsflow.site import words

if TYPE_CHECKING:
    from opsflow.facts import Facts

MOST = 40
"""Forecasts of one page."""
TRIED = 3000
"""Items that a board ever had, at most, for its forecasts to be tried on the past: each takes its time."""
ENOUGH = 10
"""Forecasts of the past that say how far others can be trusted."""


def held(query: Query) -> dict[str, View]:
    """How often the 85% day held in the past, of one item and of several together; only what is known.

    Those of `opsflow forecast --backtest`: none where there are too few, or very many to live through.
    """
    return query.facts.kept("_held", lambda: _held(query))


def _held(query: Query) -> dict[str, View]:
    history = query.facts.history
    if history is None or len(history.stories) > TRIED:
        return {}
    rows = {row["question"]: row for row in measures.figure("backtest", query)["rows"]}
    asked = {"item": rows["items in progress"], "several": rows["when for so many"]}
    return {
        key: {"share": row["held85_share"], "n": row["n85"]}
        for key, row in asked.items()
        if row["n85"] >= ENOUGH
    }


class Outlook:
    """What is likely, of one board at one moment."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.made = 0
        """Forecasts so far."""

    @cached_property
    def query(self) -> Query:
        """What is asked: the last 90 days, all items."""
        return queries.of(self.facts)

    def item(self, id: str) -> str:
        """When an item that is in progress is likely done; empty where nothing can be said."""
        row = self._asked(trials.item, id)
        return "" if row is None or row["remarks"] else self._range(row)

    def project(self, key: str) -> str:
        """When the last open item of a project is likely done; empty where nothing can be said."""
        row = self._asked(trials.project, key)
        return "" if row is None else self._range(row)

    def _asked(self, forecast: Callable[[Trials, str], tuple[View, Shares]], name: str) -> View | None:
        """The forecast of a thing; None where none may be made."""
        if self.facts.history is None or self.made >= MOST:
            return None
        self.made += 1
        return forecast(self._trials, name)[0]

    @cached_property
    def _trials(self) -> Trials:
        return trials.usual(self.query)

    def _range(self, row: View) -> str:
        if row["p50"] is None or row["p85"] is None:
            return ""
        return words.between(row["p50"], row["p85"], self.facts.today.isoformat())
