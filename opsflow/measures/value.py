"""What is finished work worth, for what it cost?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from opsflow import words
from opsflow.capacity import money
from opsflow.capacity.money import Summed
from opsflow.flow import counts
from opsflow.measures import Evidence, Fact, Table, View, _money, _names, _people
from opsflow.measures.query import Query
from opsflow.model import Item

TITLE = "Value and cost"
DEFINITIONS = ("value for cost", "cost of an item", "finished")
APPLIES = ("minimum",)
FACTS = (
    Fact("value", "Value", "money"),
    Fact("cost", "Cost", "money"),
    Fact("value_per_cost", "Value for cost", ""),
    Fact("both_value", "Value of what says both", "money"),
    Fact("both_cost", "Cost of what says both", "money"),
    Fact("cost_per_item", "Cost of an item", "money"),
    Fact("discarded_cost", "Cost of what was dropped", "money"),
    Fact("n", "Finished", "items"),
)
TABLES = (
    Table(
        "types",
        ("title", "items", "value", "cost", "both_measured", "both_value", "both_cost", "value_per_cost"),
        "By type",
        most=40,
    ),
    Table(
        "rows",
        ("id", "finished_on", "value", "cost", "value_per_cost", "title"),
        "Finished, the costliest first",
    ),
)
ENOUGH = 5
"""Fewer items that say both, value and cost, give no quotient."""


def view(query: Query) -> View:
    ids, over = query.visits.items, query.spans.finished
    chosen = counts.finished(query.spans, query.known, query.clock)
    items = [query.item(ids[position]) for position in chosen]
    value, cost = money.add(item.value for item in items), money.add(item.cost for item in items)
    dropped = [query.item(ids[at]) for at in counts.discarded(query.spans, query.known, query.clock)]
    lost = money.add(item.cost for item in dropped)
    both = _both(query, items)
    rows = [
        {
            "id": item.id,
            "title": item.title,
            "type": item.type,
            "finished_on": _people.on(date.fromordinal(query.clock.number(over[position] or 0.0))),
            "value": item.value,
            "cost": item.cost,
            "value_per_cost": _people.exactly(money.ratio(item.value, item.cost)),
        }
        for item, position in zip(items, chosen, strict=True)
        if item.value is not None or item.cost is not None
    ]
    return {
        "title": _title(query, items, cost, both),
        "subtitle": f"{words.count(len(items), 'item')} finished in {words.count(len(query.known), 'day')}; "
        f"{value.measured} say what they are worth, {cost.measured} what they cost.",
        "read": "What has no value written down is not worthless: it is not measured. Ask whoever wanted it.",
        "n": len(items),
        "reason": query.beyond or _reason(items, value, cost),
        "reasons": _reasons(query, value, cost, both, lost),
        "currency": query.facts.board.currency,
        "value": _people.exactly(value.total),
        "value_measured": value.measured,
        "value_unmeasured": value.unmeasured,
        "cost": _people.exactly(cost.total),
        "cost_measured": cost.measured,
        "cost_unmeasured": cost.unmeasured,
        **both.view,
        "cost_per_item": _people.exactly(cost.mean),
        "discarded_cost": _people.exactly(lost.total),
        "discarded_items": len(dropped),
        "types": _types(query, items),
        "rows": sorted(rows, key=lambda row: -(row["cost"] or 0)),
    }


class _Both(NamedTuple):
    """Of the items that say both, value and cost: what nobody valued cannot be set against what it cost."""

    items: int
    value: float | None
    cost: float | None
    ratio: float | None
    """None where too few say both, or they cost nothing."""

    @property
    def view(self) -> View:
        return {
            "value_per_cost": _people.exactly(self.ratio),
            "both_measured": self.items,
            "both_value": _people.exactly(self.value),
            "both_cost": _people.exactly(self.cost),
        }


def _both(query: Query, items: Sequence[Item]) -> _Both:
    found = [item for item in items if item.value is not None and item.cost is not None]
    value, cost = money.add(item.value for item in found).total, money.add(item.cost for item in found).total
    ratio = money.ratio(value, cost) if query.enough(len(found), ENOUGH) else None
    return _Both(len(found), value, cost, ratio)


def _types(query: Query, items: Sequence[Item]) -> list[View]:
    found = []
    of_type: dict[str, list[Item]] = {name: [] for name in query.facts.board.types}
    for item in items:
        of_type.setdefault(item.type, []).append(item)
    for name, mine in of_type.items():
        value, cost = money.add(item.value for item in mine), money.add(item.cost for item in mine)
        if mine:
            found.append(
                {
                    "type": name,
                    "title": _names.type_(query.facts.board, name)["title"],
                    "items": len(mine),
                    "value": _people.exactly(value.total),
                    "cost": _people.exactly(cost.total),
                    **_both(query, mine).view,
                    "cost_per_item": _people.exactly(cost.mean),
                    "value_unmeasured": value.unmeasured,
                    "cost_unmeasured": cost.unmeasured,
                }
            )
    return found


def _title(query: Query, items: Sequence[Item], cost: Summed, both: _Both) -> str:
    if not items:
        return "Nothing was finished in this time"
    if both.ratio is not None and both.value is not None and both.cost is not None:
        return (
            f"Each {query.facts.board.currency or 'unit'} spent brought {both.ratio:,.1f}: "
            f"{words.count(both.items, 'item')} cost {_money.said(query, both.cost)} and brought "
            f"{_money.said(query, both.value)}"
        )
    if cost.mean is not None:
        return f"A finished item costs {_money.said(query, cost.mean)} on average; " + (
            "too few say what they are worth, too" if both.items else "what it is worth is not known"
        )
    return "What finished work is worth or cost is not written down"


def _reason(items: Sequence[Item], value: Summed, cost: Summed) -> str:
    if not items:
        return "Nothing was finished in this time."
    if value.total is None and cost.total is None:
        return "No item that was finished in this time says its `value` or `cost`."
    return ""


def _reasons(query: Query, value: Summed, cost: Summed, both: _Both, lost: Summed) -> dict[str, str]:
    """What is not known, and why; not known is not 0."""
    found = {}
    if value.total is None:
        found["value"] = "not measured"
    if cost.total is None:
        found["cost"] = found["cost_per_item"] = "not measured"
    if not query.enough(both.items, ENOUGH):
        found["value_per_cost"] = f"items that say both: {query.too_few(both.items, ENOUGH)}"
    elif both.ratio is None:
        found["value_per_cost"] = "what they cost is 0"
    if lost.total is None:
        found["discarded_cost"] = "not measured" if lost.unmeasured else "nothing was dropped"
    return found


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was finished, and what it is worth."""
    ids, over = query.visits.items, query.spans.finished
    return tuple(
        query.evidence(ids[at], "finished", over[at] or 0.0, query.item(ids[at]).value)
        for at in counts.finished(query.spans, query.known, query.clock)
    )
