"""Which items are open, and which are finished or discarded?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from opsflow import words
from opsflow.flow import days
from opsflow.model import OVER, Finding, Item, Kind, order_key
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Items"
NEVER = datetime.min.replace(tzinfo=UTC)


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    """Every item of the board, as its card; those that are over with the day on which they ended."""
    numbers = _numbers.of(facts)
    counted = _numbers.by_item(findings)
    rank = {name: place for place, name in enumerate(numbers.states)}
    open_ = sorted(numbers.open, key=lambda item: -rank.get(item.state, -1))
    over = [item for item in facts.board.items.values() if numbers.kind(item) in OVER]
    over.sort(key=lambda item: (_ended(numbers, item) or NEVER, order_key(item.id)), reverse=True)
    return {
        **shapes.head(
            numbers,
            "items",
            TITLE,
            (__doc__ or "").strip(),
            (("work item age", None, None), ("finished", None, None), ("discarded", None, None)),
        ),
        "open": {
            "sentence": f"{words.count(len(open_), 'open item')}, nearest to done first.",
            "rows": [shapes.card(numbers, item, counted) for item in open_],
        },
        "over": {
            "sentence": _over_words(numbers, over),
            "rows": [
                {**shapes.card(numbers, item, counted), "ended_on": _ended_on(numbers, item)} for item in over
            ],
        },
    }


def _over_words(numbers: Numbers, over: Sequence[Item]) -> str:
    """Such as "129 items finished and 6 discarded, latest first."."""
    dropped = sum(numbers.kind(item) is Kind.DISCARDED for item in over)
    more = f" and {words.number(dropped)} discarded" if dropped else ""
    return f"{words.count(len(over) - dropped, 'item')} finished{more}, latest first."


def _ended(numbers: Numbers, item: Item) -> datetime | None:
    span = numbers.facts.spans.get(item.id)
    return span.ended if span else None


def _ended_on(numbers: Numbers, item: Item) -> str | None:
    ended = _ended(numbers, item)
    return shapes.on(days.day(ended, numbers.facts.zone)) if ended else None
