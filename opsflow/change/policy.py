"""The board of one side of a change, judged by the rules of the other.

What a board says about how it is judged is taken over: rules and their options, limits, expectations,
which classes go beyond limits, what the states of both mean, and the type and class of items that name
none. Everything else is the board's own: its states, types, people and items. So a loosened limit lets
nothing through in the change that loosens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from opsflow.facts import Facts
from opsflow.model import (
    BOARD_FILE,
    IN_PROGRESS,
    Board,
    ClassOfService,
    Item,
    Keys,
    Limit,
    Spot,
    State,
    Tree,
)
from opsflow.reading import documents, items
from opsflow.rules._limits import counted

T = TypeVar("T")


def under(facts: Facts, by: Facts) -> Facts:
    """The same facts, judged by the rules of `by`; unchanged where one of the two has no usable board.

    Findings of limits stand at the board's own limit for the same items, so that a reader sees both.
    """
    own, other = facts.own, by.own
    if not (own.usable and other.usable) or facts.tree.get(BOARD_FILE) == by.tree.get(BOARD_FILE):
        return facts
    board = own._replace(
        states=tuple(_states(own, other)),
        # What the other gives to items without a type or class is known, should this board have dropped it.
        types={**own.types, **_missing(other.types, own.types)},
        classes={**_classes(own, other), **_missing(other.classes, own.classes)},
        items=_items(own, other, facts.tree),
        limits=tuple(_limits(own, other, _doubtful(by))),
        expectations=other.expectations,
        rules=other.rules,
    )
    return replace(facts, board=board, written=own)


def _states(own: Board, other: Board) -> Iterator[State]:
    """The board's states. One that both have means what the other says, and so does one in its place."""
    heirs = _heirs(other.states, own.states)
    gone = {heir: name for name, names in heirs.items() for heir in names}
    for state in own.states:
        known = other.state(gone.get(state.name, state.name))
        if known is None or (state.name in gone and _alike(known, state)):
            yield state
        else:
            yield state._replace(kind=known.kind)


def _classes(own: Board, other: Board) -> dict[str, ClassOfService]:
    """The board's classes of service; they go beyond limits only where the other board lets them."""
    free = {name for name, each in other.classes.items() if each.beyond_limits}
    return {name: each._replace(beyond_limits=name in free) for name, each in own.classes.items()}


def _missing(given: Mapping[str, T], known: Mapping[str, T]) -> dict[str, T]:
    return {name: each for name, each in given.items() if name not in known}


def _items(own: Board, other: Board, tree: Tree) -> Mapping[str, Item]:
    """The items; those that name no type or class have what the other board gives them."""
    mine, theirs = items.form(own), items.form(other)
    if (mine.type, mine.class_) == (theirs.type, theirs.class_):
        return own.items
    return {name: _defaulted(item, mine, theirs, tree) for name, item in own.items.items()}


def _defaulted(item: Item, mine: items.Form, theirs: items.Form, tree: Tree) -> Item:
    if item.source is not None or not (item.type == mine.type or item.class_ == mine.class_):
        return item
    written = documents.load(item.path, tree.get(item.path, b""))[0] or {}
    return item._replace(
        type=item.type if "type" in written else theirs.type,
        class_=item.class_ if "class" in written else theirs.class_,
    )


# -- limits -------------------------------------------------------------------------------------


def _limits(own: Board, other: Board, doubtful: Iterable[Keys]) -> Iterator[Limit]:
    """The other's limits, for the states of this board; not those of which a part could not be read."""
    heirs = _heirs(other.states, own.states)
    for limit in other.limits:
        if limit.spot.keys[:2] in doubtful:
            continue
        states = tuple(dict.fromkeys(heir for state in limit.states for heir in heirs.get(state, (state,))))
        moved = limit._replace(states=states or limit.states)
        yield moved._replace(spot=_spot(moved, own))


def _doubtful(facts: Facts) -> frozenset[Keys]:
    """The entries of `limits:` that reading could not accept as a whole."""
    places = (fault.judgement.where for fault in facts.faults if fault.rule == "misshapen")
    return frozenset(
        place.keys[:2] for place in places if isinstance(place, Spot) and place.keys[:1] == ("limits",)
    )


def _spot(limit: Limit, own: Board) -> Spot:
    """Where this board says what it allows for the same items; else where it could."""
    same = (each for each in own.limits if counted(each) == counted(limit))
    near = next((each for each in same if (each.max is None) == (limit.max is None)), None)
    if near:
        return near.spot
    names = [state.name for state in own.states]
    if limit.spot.keys[:1] == ("workflow",) and limit.states[0] in names:
        return Spot(BOARD_FILE, ("workflow", names.index(limit.states[0])))
    return Spot(BOARD_FILE, ("limits",))


def _heirs(before: tuple[State, ...], after: tuple[State, ...]) -> Mapping[str, tuple[str, ...]]:
    """The states that a state which is gone has become: the new ones that stand in its place.

    Its place is between the neighbours that are still there. Those that mean the same as it did go before
    others. A state that nothing follows has no heir.
    """
    old, new = [state.name for state in before], [state.name for state in after]
    heirs: dict[str, tuple[str, ...]] = {}
    for at, state in enumerate(before):
        if state.name in new:
            continue
        left = next((new.index(name) + 1 for name in reversed(old[:at]) if name in new), 0)
        right = next((new.index(name) for name in old[at + 1 :] if name in new), len(new))
        fresh = [other for other in after[left:right] if other.name not in old]
        alike = [other for other in fresh if _alike(state, other)]
        heirs[state.name] = tuple(other.name for other in alike or fresh)
    return heirs


def _alike(one: State, other: State) -> bool:
    """Whether two states mean the same to limits: both are work in progress, or of one kind."""
    return one.kind == other.kind or {one.kind, other.kind} <= IN_PROGRESS
