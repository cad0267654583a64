"""A board becomes a graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from opsflow.graph.nodes import (
    ASSIGNED,
    BLOCKED_BY,
    DEPENDS_ON,
    IN,
    MEMBER_OF,
    OF_CLASS,
    OF_TYPE,
    OWNED_BY,
    PART_OF,
    SERVES,
    SUPPLIED_BY,
    WITH_VENDOR,
    Node,
)
from opsflow.model import Board, Item

if TYPE_CHECKING:
    import networkx

    from opsflow.graph.nodes import Graph


def build(board: Board) -> Graph:
    """The graph of a board: every item, state, person … is a node, also one without an edge."""
    import networkx

    graph: Graph = networkx.MultiDiGraph()
    graph.add_nodes_from(("item", name) for name in board.items)
    graph.add_nodes_from(("state", state.name) for state in board.states)
    for kind, names in catalogs(board).items():
        graph.add_nodes_from((kind, name) for name in names or ())
    fill(graph, _item_edges(board))
    fill(graph, _catalog_edges(board))
    networkx.freeze(graph)
    return graph


def between(waits: Mapping[str, Iterable[str]]) -> Graph:
    """The graph of items of which each waits for some others, and of nothing else."""
    import networkx

    graph: Graph = networkx.MultiDiGraph()
    fill(
        graph,
        ((("item", tail), ("item", head), DEPENDS_ON) for tail, heads in waits.items() for head in heads),
    )
    networkx.freeze(graph)
    return graph


def fill(graph: networkx.DiGraph[Any], edges: Iterable[tuple[Any, Any, str | None]]) -> None:
    """What `graph.add_edges_from` does, many times as fast. A meaning of None is for a graph without keys.

    It fills the dictionaries that NetworkX documents as a graph's structure: node to node to key to
    data. That is safe in a graph that nobody has looked at yet; a law compares the two ways.
    """
    nodes, successors, predecessors = graph._node, graph._succ, graph._pred  # type: ignore[attr-defined]
    shared: dict[str | None, dict[str, dict[str, object]]] = {None: {}}
    last = None
    for tail, head, meaning in edges:
        if tail is not last:
            if tail not in nodes:
                nodes[tail], successors[tail], predecessors[tail] = {}, {}, {}
            heads, last = successors[tail], tail
        if head not in nodes:
            nodes[head], successors[head], predecessors[head] = {}, {}, {}
        if meaning not in shared:
            shared[meaning] = {str(meaning): {}}
        keys = shared[meaning]
        if heads.setdefault(head, keys) is not keys:
            heads[head] = keys = {**heads[head], **keys}
        predecessors[head][tail] = keys


def _item_edges(board: Board) -> Iterator[tuple[Node, Node, str]]:
    """Written out without a call for each edge: a board has some eight of them an item."""
    items, people, services, vendors = board.items, board.people, board.services, board.vendors
    states = {state.name: ("state", state.name) for state in board.states}
    types = {name: ("type", name) for name in board.types}
    classes = {name: ("class", name) for name in board.classes}
    for name, item in items.items():
        node = ("item", name)
        if item.state in states:
            yield node, states[item.state], IN
        if item.type in types:
            yield node, types[item.type], OF_TYPE
        if item.class_ in classes:
            yield node, classes[item.class_], OF_CLASS
        for person in item.assignees:
            if people is None or person in people:
                yield node, ("person", person), ASSIGNED
        for other in item.depends_on:
            if other in items:
                yield node, ("item", other), DEPENDS_ON
        for service in item.services:
            if services is None or service in services:
                yield node, ("service", service), SERVES
        if item.vendor and (vendors is None or item.vendor in vendors):
            yield node, ("vendor", item.vendor), WITH_VENDOR
        if item.part_of and (whole := whole_of(board, item)):
            yield node, whole, PART_OF
        if item.blocked and (mover := named(board, item.blocked.by)):
            yield node, mover, BLOCKED_BY


def _catalog_edges(board: Board) -> Iterator[tuple[Node, Node, str]]:
    for person in (board.people or {}).values():
        if person.team and is_free_or_known(board.teams, person.team):
            yield ("person", person.key), ("team", person.team), MEMBER_OF
    for service in (board.services or {}).values():
        if owner := named(board, service.owner):
            yield ("service", service.key), owner, OWNED_BY
        if service.vendor and is_free_or_known(board.vendors, service.vendor):
            yield ("service", service.key), ("vendor", service.vendor), SUPPLIED_BY
    for project in (board.projects or {}).values():
        if owner := named(board, project.owner):
            yield ("project", project.key), owner, OWNED_BY


def catalogs(board: Board) -> dict[str, Collection[str] | None]:
    """The names that each kind of node may have, but items and states. None: any."""
    return {
        "type": board.types,
        "class": board.classes,
        "person": board.people,
        "team": board.teams,
        "service": board.services,
        "vendor": board.vendors,
        "project": board.projects,
    }


def is_free_or_known(names: Collection[str] | None, name: str) -> bool:
    return names is None or name in names


def whole_of(board: Board, item: Item) -> Node | None:
    """What an item is part of: another item, else a project. None: nothing, or nothing known.

    Where there is no catalog, every name is a project's, but one with the board's own key is an
    item's.
    """
    name = item.part_of
    if name in board.items:
        return ("item", name)
    if board.projects is None:
        return ("project", name) if name and not name.startswith(f"{board.key}-") else None
    return ("project", name) if name in board.projects else None


def named(board: Board, name: str) -> Node | None:
    """Whom a name such as `maria`, `team:net`, `vendor:acme` or `item:OPS-1` means.

    None where nobody known is meant: such a name is free text, or unknown.
    """
    kind, colon, rest = name.partition(":")
    if not colon:
        return ("person", name) if board.people is not None and name in board.people else None
    names = {"team": board.teams, "vendor": board.vendors, "item": board.items}
    return (kind, rest) if rest and kind in names and is_free_or_known(names[kind], rest) else None
