"""Which work is getting old, and where?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opsflow import words
from opsflow.flow import ageing, days, percentiles
from opsflow.flow.ageing import Pace
from opsflow.model import Finding, Item, Kind, order_key
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Ageing"
OLDEST = 20
"""How many items of the backlog are listed."""
SLOW = 2
"""Over so many percentiles of its column, which is over the 85%, an item is slow."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    paces = {each.state: each for each in _paces(numbers)}
    ordered = sorted(numbers.in_progress, key=lambda item: (-(numbers.age(item.id) or 0), order_key(item.id)))
    items = [_row(numbers, item, paces) for item in ordered]
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
        "subtitle": "Age of each item in progress, and how old finished work was when it left that column.",
        "read": "Above the 85% step an item is likely to finish late. Help it along first.",
        "percentiles": shapes.percentile_rows(numbers.cycle_times),
        "columns": [_column(numbers, pace) for pace in paces.values()],
        "items": items,
        "backlog": _backlog(numbers)[:OLDEST],
        "backlog_count": len(_backlog(numbers)),
        "total_age_days": ageing.total(row["age"]["days"] for row in items),
        "reason": "" if items else "Nothing is in progress.",
    }


def _paces(numbers: Numbers) -> tuple[Pace, ...]:
    facts = numbers.facts
    if facts.history is None:
        kinds = (Kind.ACTIVE, Kind.WAITING)
        return tuple(
            Pace(state.name, (), (None,) * len(ageing.LEVELS))
            for state in facts.board.states
            if state.kind in kinds
        )
    times = numbers.times_of(numbers.finished)
    return ageing.pace(facts.board, facts.history, numbers.finished, times, facts.zone)


def _column(numbers: Numbers, pace: Pace) -> View:
    p50, p85, p95 = pace.levels
    return {
        **shapes.state(numbers, pace.state),
        "count": len(numbers.in_state[pace.state]),
        "n": len(pace.ages),
        "p50_days": p50,
        "p85_days": p85,
        "p95_days": p95,
        "reason": "" if p95 is not None else shapes.too_few(len(pace.ages), 95),
    }


def _row(numbers: Numbers, item: Item, paces: Mapping[str, Pace]) -> View:
    age = shapes.age(numbers, item.id)
    levels = paces[item.state].levels
    whole = [percentiles.days(numbers.cycle_times, p) for p in ageing.LEVELS]
    old = age["days"]
    return {
        "id": item.id,
        "title": item.title,
        "state": shapes.state(numbers, item.state),
        "type": shapes.type_(numbers, item.type),
        "class": shapes.class_(numbers, item.class_),
        "assignees": [shapes.person(numbers, key) for key in item.assignees],
        "age": age,
        "in_state_days": numbers.days_since(numbers.state_since(item.id)),
        "blocked": shapes.blocked(numbers, item.id, item.blocked),
        "pace": _pace(old, levels, whole),
        "slow": old is not None and _passed(old, levels, whole) >= SLOW,
        "due_on": shapes.on(item.due),
        "late": item.due is not None and item.due < numbers.facts.today,
        "expectation": shapes.chance(numbers, item.id),
    }


def _pace(age: int | None, levels: Sequence[int | None], whole: Sequence[int | None]) -> str:
    """Where an age lies among the percentiles of its column, such as "50% to 85%"; "" unknown.

    Where a percentile of the column is not known, that of `whole` cycle times tells of an age above it:
    work leaves a column no later than it is finished. Else it is said what is known: "over 50%".
    """
    if age is None:
        return ""
    passed = _passed(age, levels, whole)
    unknown = passed < len(levels) and levels[passed] is None
    if passed == 0:
        return "" if unknown else f"under {ageing.LEVELS[0]}%"
    if passed == len(levels) or unknown:
        return f"over {ageing.LEVELS[passed - 1]}%"
    return f"{ageing.LEVELS[passed - 1]}% to {ageing.LEVELS[passed]}%"


def _passed(age: int, levels: Sequence[int | None], whole: Sequence[int | None]) -> int:
    """How many of the percentiles an age is known to be over."""
    bounds = [other if level is None else level for level, other in zip(levels, whole, strict=True)]
    over = [number for number, bound in enumerate(bounds, 1) if bound is not None and age > bound]
    return max(over, default=0)


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
