"""Pulling: which item to begin next, and why.

Of what is ready, the first by class of service, then by the risk of missing a date, then by cost of
delay, then by how long it has waited. What is not ready is said to be so, with every reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from opsflow import words
from opsflow.model import IN_PROGRESS, OVER, Board, Item, Kind, Person, State, order_key

AT_RISK = timedelta(days=14)
"""How near a date counts as a risk where finished work does not tell."""


@dataclass(frozen=True, slots=True)
class Pull:
    """An item that may be begun, and what speaks for it, weightiest first."""

    item: Item
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotYet:
    """An item that may not be begun, and all that holds it back."""

    item: Item
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the order of pulling depends on, beside the board."""

    today: date
    created: Mapping[str, date]
    """The days on which items came to be; empty without a history."""
    likely_days: int | None = None
    """How many days 85 % of work takes: a date nearer than that is at risk. None: not known."""


def source(board: Board) -> State | None:
    """The state that work is pulled from: the last backlog state."""
    return next((state for state in reversed(board.states) if state.kind is Kind.BACKLOG), None)


def target(board: Board) -> State | None:
    """The state that work is pulled into: the first active or waiting one after the last backlog state."""
    origin = source(board)
    position = board.states.index(origin) if origin is not None else -1
    later = (state for state in board.states[position + 1 :] if state.kind in IN_PROGRESS)
    return next(later, None)


def waits_for(board: Board, item: Item) -> tuple[str, ...]:
    """The items that an open item has to wait for: those it depends on that are on the board and open.

    Each once, in the order written. Finished is what is done or was archived, its file deleted. What was
    discarded, or never was, is not waited for, since it will never be finished; rules tell of both
    (`depends-on-discarded`, `unknown-reference`). An item that is over itself waits for nothing.
    """
    if board.kind(item) in OVER:
        return ()
    needed = (each for each in dict.fromkeys(item.depends_on) if each in board.items)
    return tuple(each for each in needed if board.kind(board.items[each]) not in OVER)


def order(
    board: Board,
    known: Known,
    full: Callable[[Item], Iterable[str]],
    person: Person | None = None,
) -> tuple[tuple[Pull, ...], tuple[NotYet, ...]]:
    """What may be begun, in order, and what not yet, in the same order.

    `full` gives a sentence for every limit that would be broken by beginning an item. With a person,
    only what this person may take up: theirs or nobody's, and within their skills.
    """
    origin = source(board)
    standing = [item for item in board.items.values() if origin is not None and item.state == origin.name]
    ready: list[Pull] = []
    held: list[NotYet] = []
    for item in sorted(standing, key=lambda item: key(board, known, item)):
        against = (*_against(board, known, item), *full(item), *_not_for(person, item))
        if against:
            held.append(NotYet(item, against))
        else:
            ready.append(Pull(item, tuple(_reasons(board, known, item))))
    return tuple(ready), tuple(held)


def key(board: Board, known: Known, item: Item) -> tuple[object, ...]:
    """Where an item stands in the order of pulling: the least comes first."""
    classes = list(board.classes)
    expedite = item.class_ in board.classes and board.classes[item.class_].beyond_limits
    rank = classes.index(item.class_) if item.class_ in board.classes else len(classes)
    risk = _at_risk(known, item)
    return (
        not expedite,
        rank,
        not risk,
        item.due if risk and item.due else date.max,
        -(item.cost_of_delay or 0),
        known.created.get(item.id, date.max),
        item.due or date.max,
        order_key(item.id),
    )


def _at_risk(known: Known, item: Item) -> bool:
    near = AT_RISK if known.likely_days is None else timedelta(days=known.likely_days)
    return item.due is not None and item.due - known.today < near


def _against(board: Board, known: Known, item: Item) -> Iterable[str]:
    if item.blocked is not None:
        yield f"blocked: {item.blocked.reason}"
    needed = tuple(waits_for(board, item))
    if needed:
        yield f"waits for {', '.join(needed)}"
    if item.start_after is not None and item.start_after > known.today:
        yield f"not before {item.start_after.isoformat()}"


def _not_for(person: Person | None, item: Item) -> Iterable[str]:
    if person is None:
        return
    if item.assignees and person.key not in item.assignees:
        yield f"is given to {', '.join(item.assignees)}"
    missing = [skill for skill in item.skills if skill not in person.skills]
    if missing:
        yield f"needs {', '.join(missing)}, which {person.name} does not have"


def _reasons(board: Board, known: Known, item: Item) -> Iterable[str]:
    classes = list(board.classes)
    standard = "standard" if "standard" in board.classes else (classes[-1] if classes else "")
    if item.class_ in classes and item.class_ != standard:
        class_ = board.classes[item.class_]
        title = (class_.title or class_.name.replace("-", " ")).lower()
        yield f"{title}, may go beyond limits" if class_.beyond_limits else title
    if item.due is not None:
        yield due_words(item.due, known.today)
    if item.cost_of_delay:
        money = f" {board.currency}" if board.currency else ""
        yield f"each day of delay costs {item.cost_of_delay:g}{money}"
    if item.id in known.created:
        waited = (known.today - known.created[item.id]).days + 1  # counted as ages are
        if waited > 1:
            yield f"has waited {words.count(waited, 'day')}"


def due_words(due: date, today: date) -> str:
    """Such as "due in 4 days", "due today" or "3 days late"."""
    days = (due - today).days
    if days < 0:
        return f"{words.count(-days, 'day')} late"
    if days == 0:
        return "due today"
    return "due tomorrow" if days == 1 else f"due in {days} days"
