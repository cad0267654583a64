"""What is asked of a measure: over which days, of which items, counted how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsflow.flow import counts, days, percentiles, spans
from opsflow.flow.days import Count, Window
from opsflow.flow.spans import ItemSpan
from opsflow.model import Item, Story

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.measures import Evidence

WINDOW_DAYS = 90
"""The window where none is asked for."""
SLICES: Mapping[str, Callable[[Item], tuple[str, ...]]] = {
    "type": lambda item: (item.type,),
    "class": lambda item: (item.class_,),
    "service": lambda item: item.services,
    "project": lambda item: (item.part_of,),
    "person": lambda item: item.assignees,
    "label": lambda item: item.labels,
}
"""What numbers can be broken down by, and the values that an item has of it."""
OVERLAPPING = frozenset(("service", "person", "label"))
"""Slices of which an item may be in several, so that they do not add up to the whole."""
NONE = "none"
"""The slice of items that have no value."""


@dataclass(frozen=True)
class Query:
    """A question to the history, with every choice that its answer depends on."""

    facts: Facts
    window: Window
    count: Count = Count.INCLUSIVE
    """How days between two moments are counted."""
    rule: str = "nearest-rank"
    """A name of `percentiles.RULES`."""
    minimum: int | None = None
    """The least n for a percentile; None takes the guards of `percentiles.ENOUGH`."""
    where: str = ""
    """Which items, in the words of whoever asks; empty: all."""
    keeps: Callable[[Item], bool] | None = None
    """What `where` means."""
    by: str = ""
    """A key of SLICES; empty: in one piece."""

    @property
    def measured(self) -> bool:
        """Whether there is a history to measure."""
        return self.facts.history is not None

    @cached_property
    def since(self) -> date | None:
        """The day on which the history begins; None without one."""
        history = self.facts.history
        return days.day(history.commits[0].at, self.facts.zone) if history and history.commits else None

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item that is asked about, also those whose file is gone, in the order of the history."""
        known = (self.facts.ever(name) for name in (self.facts.spans or self.facts.board.items))
        return {item.id: item for item in known if self.keeps is None or self.keeps(item)}

    @cached_property
    def spans(self) -> Mapping[str, ItemSpan]:
        """The spans of the items that are asked about."""
        found = self.facts.spans
        return found if self.keeps is None else {name: found[name] for name in self.items if name in found}

    @cached_property
    def stories(self) -> Mapping[str, Story]:
        """The stories of the items that are asked about."""
        history = self.facts.history
        found = history.stories if history else {}
        return found if self.keeps is None else {name: found[name] for name in self.items if name in found}

    @cached_property
    def finished(self) -> tuple[ItemSpan, ...]:
        """What was finished in the window, first finished first."""
        return counts.finished(self.spans.values(), self.window, self.facts.zone)

    def cycle_time(self, span: ItemSpan) -> float | None:
        """The cycle time of a finished item, in days, counted as asked."""
        return spans.cycle_time_days(span, self.facts.zone, self.count)

    @property
    def silence(self) -> str:
        """Why nothing can be measured; empty where it can."""
        return "" if self.measured else self.facts.gap

    def percentile(self, values: Sequence[float], p: float) -> float | None:
        """The p-th percentile by the rule that is asked for; None where there are too few values."""
        return percentiles.percentile(values, p, self.minimum, self.rule)

    def percentiles(self, values: Sequence[float], shown: Iterable[float]) -> list[dict[str, Any]]:
        """A row for each percentile, with what is missing where there are too few values."""
        rows: list[dict[str, Any]] = []
        for p in shown:
            needed = percentiles.enough(p) if self.minimum is None else self.minimum
            found = self.percentile(values, p)
            reason = "" if found is not None else f"{len(values)} of {max(needed, 1)} needed"
            rows.append({"p": p, "days": found, "n": len(values), "reason": reason})
        return rows

    def evidence(self, item: str, what: str, at: datetime, value: float | None = None) -> Evidence:
        """What happened to an item, with the commit that says so."""
        from opsflow.measures import Evidence

        story = self.stories.get(item)
        said = [move.commit for move in story.transitions if move.at == at] if story else []
        return Evidence(item, what, at, value, said[-1] if said else None)

    def slices(self) -> Iterator[tuple[str, Query]]:
        """The same question to each slice, named; in the board's order, or sorted, `NONE` last."""
        if not self.by:
            return
        values = SLICES[self.by]
        found = {value for item in self.items.values() for value in values(item) or ("",)}
        for value in sorted(found - {""}) + ([""] if "" in found else []):
            yield value or NONE, self._slice(value)

    def _slice(self, value: str) -> Query:
        values, outer = SLICES[self.by], self.keeps

        def keeps(item: Item) -> bool:
            mine = values(item) or ("",)
            return value in mine and (outer is None or outer(item))

        return replace(self, by="", keeps=keeps)


def of(facts: Facts) -> Query:
    """The question as it is where nobody asks otherwise: the last 90 days, all items."""
    query = Query(facts, Window(facts.today, facts.today))
    since = None if query.since is None else min(query.since, facts.today)
    return replace(query, window=days.last(WINDOW_DAYS, facts.today, since))
