"""Work in progress as degrees: what a limit counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from opsflow.graph.building import catalogs, is_free_or_known
from opsflow.graph.nodes import ASSIGNED, MEMBER_OF, OF_CLASS, OF_TYPE, PART_OF, SERVES, Node, heads
from opsflow.model import IN_PROGRESS, Board, Item, Limit, order_key

if TYPE_CHECKING:
    from opsflow.graph.nodes import Graph


class Group(NamedTuple):
    """What a limit counts in one place."""

    name: str
    """The person, team, type … that is counted; empty where the limit makes one count in all."""
    items: tuple[str, ...]
    """Ids in the order of the board."""


def count(graph: Graph, board: Board, limit: Limit) -> tuple[Group, ...]:
    """The items that a limit counts: one group in all, or one for each name that it is `per`.

    A count is the degree of a state, person, type … in the graph of those items. Names of the
    board's catalogs have a group even where it is empty; others follow, sorted. A class that may go
    beyond limits counts only where the limit names it or is per class. A limit that names something
    unknown counts nothing, so it has no group.
    """
    if not is_sound(board, limit):
        return ()
    nodes = [
        node for node in _in_states(graph, _states(board, limit)) if _is_selected(graph, board, limit, node)
    ]
    items = tuple(sorted((name for _, name in nodes), key=order_key))
    if not limit.per:
        return (Group("", items),)
    groups: dict[str, list[str]] = {}
    for item in items:
        for name in _names(graph, ("item", item), limit.per):
            groups.setdefault(name, []).append(item)
    known = tuple(catalogs(board)[limit.per] or ())
    others = sorted(groups.keys() - set(known))
    return tuple(Group(name, tuple(groups.get(name, ()))) for name in (*known, *others))


def may_count(
    graph: Graph, board: Board, limit: Limit, group: Group, item: Item, unclear: Collection[str]
) -> bool:
    """Whether a group of a limit would count an item if what is unclear in it were as the limit asks.

    `unclear` are kinds: "state", "type", "person" …
    """
    node = ("item", item.id)
    return (
        ("state" in unclear or item.state in _states(board, limit))
        and (not limit.per or limit.per in unclear or group.name in _names(graph, node, limit.per))
        and _is_selected(graph, board, limit, node, unclear)
    )


def is_sound(board: Board, limit: Limit) -> bool:
    """Whether the board knows every name that a limit gives."""
    states = {state.name for state in board.states}
    known = catalogs(board)
    return (
        states.issuperset(limit.states)
        and (not limit.per or limit.per in known)
        and all(is_free_or_known(known[kind], name) for kind, name in selectors(limit))
    )


def _states(board: Board, limit: Limit) -> tuple[str, ...]:
    return limit.states or tuple(state.name for state in board.states if state.kind in IN_PROGRESS)


def _in_states(graph: Graph, states: Iterable[str]) -> Iterator[Node]:
    for state in dict.fromkeys(states):
        yield from graph.predecessors(("state", state))


def selectors(limit: Limit) -> tuple[tuple[str, str], ...]:
    """What narrows a limit, as kind of node and name; its states aside."""
    pairs = (
        ("person", limit.person),
        ("team", limit.team),
        ("type", limit.type),
        ("class", limit.class_),
        ("service", limit.service),
        ("project", limit.project),
    )
    return tuple((kind, name) for kind, name in pairs if name)


def _is_selected(graph: Graph, board: Board, limit: Limit, item: Node, unclear: Collection[str] = ()) -> bool:
    if not all(kind in unclear or name in _names(graph, item, kind) for kind, name in selectors(limit)):
        return False
    if limit.class_ or limit.per == "class":
        return True
    return not any(board.classes[name].beyond_limits for name in _names(graph, item, "class"))


_MEANINGS = {
    "person": ASSIGNED,
    "type": OF_TYPE,
    "class": OF_CLASS,
    "service": SERVES,
}


def _names(graph: Graph, item: Node, kind: str) -> set[str]:
    """The people, teams, types … that an item belongs to."""
    if kind == "team":
        people = heads(graph, item, ASSIGNED)
        return {team for person in people for _, team in heads(graph, person, MEMBER_OF)}
    if kind == "project":
        return {name for what, name in _wholes(graph, item) if what == "project"}
    return {name for _, name in heads(graph, item, _MEANINGS[kind])}


def _wholes(graph: Graph, item: Node) -> list[Node]:
    """What an item is part of, that is part of … up to the top; or round once, should it be a ring."""
    wholes: dict[Node, None] = {}
    above = heads(graph, item, PART_OF)
    while above and above[0] not in wholes:
        wholes[above[0]] = None
        above = heads(graph, above[0], PART_OF)
    return list(wholes)
