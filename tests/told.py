"""Tells small histories without Git: what an item's file said, and from when.

    told.history({
        "OPS-1": "2026-01-05 09:00 inbox, 2026-01-06 10:00 doing, 2026-01-08 17:00 done",
        "OPS-2": "2026-01-05 09:00 doing, 2026-01-07 12:00 -",        # - is a deleted file
    })

Moments are UTC. Every change is a commit of its own, by Maria.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opsflow.model import (
    Board,
    ClassOfService,
    Commit,
    History,
    Item,
    ItemType,
    Kind,
    Limit,
    Span,
    Spot,
    State,
    Story,
    Transition,
    Version,
    order_key,
)
from tests.varied import replace

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.flow.spans import ItemSpan

STATES = (
    State("inbox", Kind.BACKLOG),
    State("ready", Kind.BACKLOG),
    State("doing", Kind.ACTIVE, "In progress"),
    State("vendor", Kind.WAITING),
    State("review", Kind.ACTIVE),
    State("done", Kind.DONE),
    State("dropped", Kind.DISCARDED),
)
TYPES = {name: ItemType(name, planned=name != "incident") for name in ("request", "incident", "project")}
CLASSES = {
    "expedite": ClassOfService("expedite", beyond_limits=True),
    "fixed-date": ClassOfService("fixed-date"),
    "standard": ClassOfService("standard"),
    "intangible": ClassOfService("intangible"),
}
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A moment; UTC unless it says otherwise."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def commit(moment: datetime, subject: str = "") -> Commit:
    """A commit of that moment; its id is the time."""
    stamp = f"{int(moment.timestamp()):x}"
    return Commit(stamp.rjust(40, "0"), moment, "Maria Example", "maria@example.org", subject, moment)


def item(id: str, state: str = "inbox", **more: Any) -> Item:
    """An item of the standard class and the first type, unless told otherwise."""
    given = {"title": f"Title of {id}", "type": "request", "class_": "standard", **more}
    return Item(id=id, path=f"items/{id}.yaml", state=state, raw_state=state, **given)


def board(*items: Item, states: Sequence[State] = STATES, **more: Any) -> Board:
    """A board of these items."""
    ordered = {each.id: each for each in sorted(items, key=lambda each: order_key(each.id))}
    given = {"types": TYPES, "classes": CLASSES, **more}
    return Board(name="Operations", key="OPS", states=tuple(states), items=ordered, **given)


def limit(name: str, maximum: int | None, *states: str, **more: Any) -> Limit:
    """A limit of these states."""
    return Limit(name, Spot("opsflow.yaml"), max=maximum, states=states, **more)


def spans(text: str) -> tuple[tuple[Span, ...], datetime | None]:
    """ "MOMENT VALUE, MOMENT VALUE, MOMENT -" as spans, and when the last one ended without another."""
    found: list[Span] = []
    for part in text.split(","):
        when, _, value = part.strip().rpartition(" ")
        moment = at(when)
        if found and found[-1].end is None:
            found[-1] = replace(found[-1], end=moment)
        if value != "-":
            found.append(Span(value, moment, None, commit(moment)))
    return tuple(found), found[-1].end


def story(
    id: str,
    states: str,
    *,
    blocked: str = "",
    type: str = "",
    class_: str = "",
    brought: bool = False,
    brought_on: str = "",
    taken: bool = False,
) -> Story:
    """The story of one item; `blocked` tells its blocks as states are told, by whom they wait for.

    `brought`: its first commit is a mass edit that brought it in; `brought_on`: so it is, and is of that
    moment. `taken`: so is the one that deletes it.
    """
    told, gone = spans(states)
    if brought or brought_on:
        first = commit(at(brought_on)) if brought_on else told[0].commit
        told = (replace(told[0], commit=first._replace(ignored=True)), *told[1:])
    moves: list[Transition] = []
    before = None
    for span in told:
        previous = told[len(moves) - 1] if moves else None
        returned = previous is not None and previous.end != span.start
        moves.append(Transition(id, None if returned else before, span.value, span.start, span.commit))
        before = span.value
    if gone is not None:
        moves.append(Transition(id, before, None, gone, commit(gone)._replace(ignored=taken)))
    versions = tuple(Version(move.commit, f"items/{id}.yaml", "0" * 40) for move in moves)
    blocks = spans(blocked)[0] if blocked else ()
    first = told[0]
    return Story(
        id,
        f"Title of {id}",
        versions,
        tuple(moves),
        told,
        blocked=tuple(replace(block, by=block.value, value=f"waits for {block.value}") for block in blocks),
        types=(replace(first, value=type or "request", end=None),),
        classes=(replace(first, value=class_ or "standard", end=None),),
        gone=gone,
    )


def history(stories: Mapping[str, str] | Sequence[Story]) -> History:
    """A history of these stories."""
    told = [story(*pair) for pair in stories.items()] if isinstance(stories, Mapping) else list(stories)
    told.sort(key=lambda each: order_key(each.item))
    commits = {move.commit.id: move.commit for each in told for move in each.transitions}
    ordered = sorted(commits.values(), key=lambda each: each.at)
    return History(tuple(ordered), {each.item: each for each in told})


def wip_at(spans: Iterable[ItemSpan], at: datetime) -> int:
    """Items in progress at one moment: arrived by then and not departed by then."""
    return sum(start <= at and (end is None or at < end) for span in spans for start, end in span.flow)


def facts(board: Board, history: History | None = None, now: str = "2026-03-01 12:00", **more: Any) -> Facts:
    """The facts of a board at a moment."""
    from opsflow.facts import Facts

    last = history.commits[-1] if history and history.commits else None
    return Facts(board, (), {}, at(now), history, commit=last, **more)
