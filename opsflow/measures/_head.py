"""What every view begins with: what was asked, as of when, and what its words mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from opsflow.flow import definitions
from opsflow.flow.days import Window
from opsflow.model import Commit

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.measures import Measure, View
    from opsflow.measures.query import Query

Definition = tuple[str, Window | None, int | None]
"""A name of `definitions`, the window it is used over, and of how many; None does not apply."""


def of(name: str, measure: Measure, query: Query, n: int | None) -> View:
    """The head of the view of a measure, which rests on n items."""
    asked = query.asked()
    return {
        "measure": name,
        "name": measure.TITLE,
        "question": " ".join((measure.__doc__ or "").strip().split("\n\n")[0].split()),
        "as_of": as_of(query.facts),
        "window": window(query.window, query.since),
        "options": asked,
        "definitions": [
            {
                "name": each,
                "sentence": definitions.sentence(each, str(query.count or ""), query.rule),
                "window": window(query.window, query.since),
                "n": n if query.measured else None,
            }
            for each in measure.DEFINITIONS
        ],
    }


def as_of(facts: Facts) -> dict[str, Any]:
    """Which board, at which moment and commit, and whether there is a history to measure."""
    measured = facts.visits is not None
    return {
        "board": facts.board.name,
        "key": facts.board.key,
        "timezone": facts.board.timezone,
        "now_at": moment(facts.now),
        "today_on": on(facts.today),
        "commit": commit(facts.commit) if facts.commit else None,
        "dirty": facts.dirty,
        "measured": measured,
        "reason": "" if measured else facts.gap,
    }


def defined(used: Iterable[Definition], since: date | None) -> list[dict[str, Any]]:
    """Definitions with the sentences that they have where nobody asks otherwise."""
    return [
        {
            "name": name,
            "sentence": definitions.SENTENCES[name],
            "window": window(over, since) if over is not None else None,
            "n": n,
        }
        for name, over, n in used
    ]


def window(over: Window, since: date | None) -> dict[str, Any]:
    """A window of days, and whether the history begins only within it."""
    cut = since is not None and over.first == since
    return {
        "from_on": on(over.first),
        "to_on": on(over.last),
        "days": len(over),
        "note": f"history begins on {on(since)}" if cut else "",
    }


def commit(each: Commit) -> dict[str, Any]:
    """A commit; an empty id is the working folder."""
    return {
        "id": each.id,
        "short": each.id[:7],
        "at": moment(each.at),
        "author": each.author,
        "subject": each.subject,
    }


def moment(at: datetime | None) -> str | None:
    """A moment as text, in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat()


def on(day: date | None) -> str | None:
    """A day as text."""
    return None if day is None else day.isoformat()
