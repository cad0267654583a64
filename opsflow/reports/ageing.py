"""Which work is getting old, and where?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opsflow import measures, words
from opsflow.flow import ageing, days
from opsflow.model import Finding, Item, Kind, order_key
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Ageing"
OLDEST = 20
"""How many items of the backlog are listed."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    figure = measures.figure("ageing", numbers.query)
    aged = {row["id"]: row for row in figure["rows"]}
    ordered = sorted(numbers.in_progress, key=lambda item: (-(numbers.age(item.id) or 0), order_key(item.id)))
    items = [_row(numbers, item, aged) for item in ordered]
    n = len(numbers.cycle_times)
    return {
        **shapes.head(
            numbers,
            "ageing",
            TITLE,
            (__doc__ or "").strip(),
            (
                ("work item age", None, len(items)),
                ("pace percentile", numbers.window, n),
                ("age band", numbers.window, n),
                ("chance to miss", numbers.window, n),
            ),
        ),
        "window": shapes.window_view(numbers, numbers.window),
        "sentence": _sentence(items, bool(facts.history)),
        "subtitle": figure["subtitle"],
        "read": figure["read"],
        "percentiles": shapes.cycle_percentiles(numbers),
        "columns": [_column(numbers, column) for column in figure["columns"]],
        "items": items,
        "backlog": _backlog(numbers)[:OLDEST],
        "backlog_count": len(_backlog(numbers)),
        "total_age_days": ageing.total(row["age"]["days"] for row in items) if numbers.measured else None,
        "reason": "" if items else "Nothing is in progress.",
    }


def _column(numbers: Numbers, column: View) -> View:
    known = {"count": len(numbers.in_state[column["state"]])}
    unknown = {} if numbers.measured else {"n": None, "reason": numbers.query.silence}
    return {**column, **known, **unknown}


def _row(numbers: Numbers, item: Item, aged: Mapping[str, View]) -> View:
    known = aged.get(item.id, {"pace": "", "slow": False})
    return {
        "id": item.id,
        "title": item.title,
        "state": shapes.state(numbers, item.state),
        "type": shapes.type_(numbers, item.type),
        "class": shapes.class_(numbers, item.class_),
        "assignees": [shapes.person(numbers, key) for key in item.assignees],
        "age": shapes.age(numbers, item.id),
        "in_state_days": numbers.days_since(numbers.state_since(item.id)),
        "blocked": shapes.blocked(numbers, item),
        "pace": known["pace"],
        "slow": known["slow"],
        "due_on": shapes.on(item.due),
        "late": item.due is not None and item.due < numbers.facts.today,
        "expectation": shapes.chance(numbers, item.id),
    }


def _sentence(items: Sequence[View], measured: bool) -> str:
    if not items:
        return "Nothing is in progress."
    if not measured or items[0]["age"]["days"] is None:
        return f"{words.count(len(items), 'item')} in progress, of unknown age."
    slow = sum(row["slow"] for row in items)
    if slow:
        verb, pronoun = ("is", "it is") if slow == 1 else ("are", "they are")
        return f"{words.count(slow, 'item')} {verb} slow for where {pronoun}."
    if not any(row["pace"] for row in items):
        oldest = items[0]
        return f"The oldest work is {oldest['id']}, {words.count(oldest['age']['days'], 'day')} old."
    return "No item is slow for where it is."


def _backlog(numbers: Numbers) -> list[View]:
    facts = numbers.facts
    waiting = [item for item in numbers.open if numbers.kind(item) is Kind.BACKLOG]
    rows = [
        {
            "id": item.id,
            "title": item.title,
            "state": shapes.state(numbers, item.state),
            "created_days": days.inclusive(span.created, facts.now, facts.zone) if span else None,
            "class": shapes.class_(numbers, item.class_),
            "type": shapes.type_(numbers, item.type),
        }
        for item in waiting
        for span in (facts.spans.get(item.id),)
    ]
    return sorted(rows, key=lambda row: (-(row["created_days"] or 0), order_key(row["id"])))
