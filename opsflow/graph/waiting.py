"""Dependencies: what waits for what, in which order work can be done, and where it cannot."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from opsflow.graph.building import fill
from opsflow.graph.nodes import DEPENDS_ON, PART_OF, Node, kept
from opsflow.model import Board, Item, order_key

if TYPE_CHECKING:
    import networkx

    from opsflow.graph.nodes import Graph

LOOKS = 200_000
"""Edges followed in search of a knot's shortest cycle before the shortest found so far is taken."""


def knots(graph: Graph, meaning: str = DEPENDS_ON) -> tuple[frozenset[str], ...]:
    """Sets of items each of which waits for every other, or one that waits for itself.

    They are the strongly connected parts of the graph; ordered by their smallest id.
    """
    import networkx

    def find() -> tuple[frozenset[str], ...]:
        along = _along(graph, meaning)
        parts = networkx.strongly_connected_components(along)
        tied = [frozenset(part) for part in parts if len(part) > 1 or along.has_edge(*part, *part)]
        return tuple(sorted(tied, key=lambda knot: min(map(order_key, knot))))

    return kept(graph, f"knots {meaning}", find)


def knot_of(graph: Graph) -> Mapping[str, frozenset[str]]:
    """The knot that each item is tied in; items that are in none are not there."""
    return kept(graph, "knot of", lambda: {name: knot for knot in knots(graph) for name in knot})


def cycles(graph: Graph, meaning: str = DEPENDS_ON) -> tuple[tuple[str, ...], ...]:
    """One cycle for each knot, the shortest, starting with its smallest id: A waits for B, B for C, C for A.

    Never all cycles: ten items that all wait for one another have a million. In a knot so large
    that finding the shortest takes more than `LOOKS` looks, it is the shortest found by then.
    """
    along = _along(graph, meaning)
    return tuple(_cycle(along, knot) for knot in knots(graph, meaning))


def deadlocks(graph: Graph, among: Collection[str]) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Knots that dependencies and parts tie together, each with its shortest cycle; by their smallest id.

    An item waits for what it depends on, and a whole for its parts. Only items of `among` count, and knots
    that hold one of dependencies alone, or of parts alone, are left out.
    """
    import networkx

    parts = [(head, tail) for tail, head in _along(graph, PART_OF).edges if tail in among and head in among]
    if not parts:
        return ()
    along: networkx.DiGraph[str] = networkx.DiGraph(parts)
    along.add_edges_from(
        edge for edge in _along(graph, DEPENDS_ON).edges if edge[0] in among and edge[1] in among
    )
    tied = frozenset[str]().union(*knots(graph), *knots(graph, PART_OF))
    found = map(frozenset, networkx.strongly_connected_components(along))
    mixed = [knot for knot in found if len(knot) > 1 and tied.isdisjoint(knot)]
    ordered = sorted(mixed, key=lambda knot: min(map(order_key, knot)))
    return tuple((knot, _cycle(along, knot)) for knot in ordered)


def _cycle(along: networkx.DiGraph[str], knot: frozenset[str]) -> tuple[str, ...]:
    ids = sorted(knot, key=order_key)
    rank = {name: number for number, name in enumerate(ids)}
    heads = {
        name: sorted((head for head in along.successors(name) if head in knot), key=rank.__getitem__)
        for name in ids
    }
    best: tuple[str, ...] = ()
    looks = 0
    for start in ids:
        found, looked = _round_trip(heads, start, len(best))
        best = found or best
        looks += looked
        if len(best) == 1 or looks > LOOKS:
            break
    smallest = best.index(min(best, key=rank.__getitem__))
    return best[smallest:] + best[:smallest]


def _round_trip(heads: Mapping[str, list[str]], start: str, below: int) -> tuple[tuple[str, ...], int]:
    """The shortest way from `start` back to it, if it has fewer than `below` items (0: of any length).

    Empty where there is none. With it, how many edges were followed. Breadth first.
    """
    ways: dict[str, str] = {}
    lengths = {start: 1}
    queue = deque((start,))
    looks = 0
    while queue:
        tail = queue.popleft()
        if below and lengths[tail] >= below:
            break
        for head in heads[tail]:
            looks += 1
            if head == start:
                return _way(ways, start, tail), looks
            if head not in lengths:
                lengths[head] = lengths[tail] + 1
                ways[head] = tail
                queue.append(head)
    return (), looks


def _way(ways: Mapping[str, str], start: str, end: str) -> tuple[str, ...]:
    way = [end]
    while way[-1] != start:
        way.append(ways[way[-1]])
    return tuple(reversed(way))


def waits(graph: Graph, board: Board) -> tuple[tuple[Item, Item, int], ...]:
    """Every item with an item that it depends on, and its position in `depends_on`; in the board's order.

    Without those inside a knot: what follows from a cycle is no news of its own.
    """

    def find() -> tuple[tuple[Item, Item, int], ...]:
        tied, items = knot_of(graph), board.items
        return tuple(
            (item, items[name], position)
            for item in items.values()
            for name, position in _positions(item.depends_on)
            if name in items and name not in tied.get(item.id, ())
        )

    return kept(graph, "waits", find)


def _positions(names: Sequence[str]) -> Iterable[tuple[str, int]]:
    """Each name with the first position that it has."""
    found: dict[str, int] = {}
    for position, name in enumerate(names):
        found.setdefault(name, position)
    return found.items()


def order(graph: Graph) -> tuple[str, ...]:
    """All items, each after everything that it waits for; by id where the order is free.

    Items of a knot stand together, sorted by id: among them there is no order.
    """
    return kept(graph, "order", lambda: _order(graph))


def _order(graph: Graph) -> tuple[str, ...]:
    import networkx

    tied = knot_of(graph)
    first = {name: name for _, name in _items(graph)}
    for knot in knots(graph):
        first.update(dict.fromkeys(knot, min(knot, key=order_key)))
    work: networkx.DiGraph[str] = networkx.DiGraph()
    work.add_nodes_from(first.values())
    work.add_edges_from(
        (first[head], first[tail])
        for tail, head in _along(graph, DEPENDS_ON).edges
        if first[tail] != first[head]
    )
    ordered: list[str] = []
    for name in networkx.lexicographical_topological_sort(work, key=order_key):
        ordered += sorted(tied[name], key=order_key) if name in tied else (name,)
    return tuple(ordered)


def critical_path(graph: Graph, weight: Callable[[str], float]) -> tuple[str, ...]:
    """The chain of dependencies with the largest sum of weights, what must finish first first.

    `weight` tells how long an item takes, in any unit, at least 0. Waits inside a knot are left out. Of
    chains of the same length, the one that ends with the smallest id. Empty where there is no item.
    """
    along, tied = _along(graph, DEPENDS_ON), knot_of(graph)
    length: dict[str, float] = {}
    before: dict[str, str] = {}
    for name in order(graph):
        heads = [head for head in along.adj.get(name, ()) if head not in tied.get(name, ())]
        longest = min(heads, key=lambda head: (-length[head], order_key(head)), default=None)
        length[name] = weight(name) + (length[longest] if longest is not None else 0)
        if longest is not None:
            before[name] = longest
    end = min(length, key=lambda name: (-length[name], order_key(name)), default=None)
    path: list[str] = []
    while end is not None:
        path.append(end)
        end = before.get(end)
    return tuple(reversed(path))


def _items(graph: Graph) -> Iterator[Node]:
    return (node for node in graph if node[0] == "item")


def _along(graph: Graph, meaning: str) -> networkx.DiGraph[str]:
    """The edges of one meaning between items, by id, and the items that have one."""
    import networkx

    def narrow() -> networkx.DiGraph[str]:
        along: networkx.DiGraph[str] = networkx.DiGraph()
        edges = (
            (tail, head, None)
            for (what, tail), heads in graph.adjacency()
            if what == "item"
            for (kind, head), keys in heads.items()
            if meaning in keys and kind == "item"
        )
        fill(along, edges)
        return along

    return kept(graph, f"along {meaning}", narrow)
