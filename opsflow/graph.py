"""The board as one NetworkX graph: WIP as degrees, an order of work, cycles, the critical path.

A node is a pair of what it is and its name: `("item", "OPS-7K3Q")`, `("state", "doing")`,
`("person", "maria")`; also "type", "class", "team", "service", "vendor" and "project". An edge
carries its meaning as its key: an edge A -> B keyed `DEPENDS_ON` says that A waits for B. Only what
is known becomes an edge: a name that a rule reports as unknown leads nowhere.

The graph is frozen, and edges of one meaning share their (empty) data. Importing this module is
cheap; NetworkX, a quarter of a second, is imported by the first call.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from opsflow.model import IN_PROGRESS, Board, Item, Limit, order_key

if TYPE_CHECKING:
    import networkx

    Graph: TypeAlias = "networkx.MultiDiGraph[Node]"

T = TypeVar("T")

Node = tuple[str, str]
"""What it is, and its name."""

IN = "in"
OF_TYPE = "of type"
OF_CLASS = "of class"
ASSIGNED = "assigned"
DEPENDS_ON = "depends on"
PART_OF = "part of"
SERVES = "serves"
WITH_VENDOR = "with vendor"
BLOCKED_BY = "blocked by"
MEMBER_OF = "member of"
OWNED_BY = "owned by"
SUPPLIED_BY = "supplied by"

LOOKS = 200_000
"""Edges followed in search of a knot's shortest cycle before the shortest found so far is taken."""


class Group(NamedTuple):
    """What a limit counts in one place."""

    name: str
    """The person, team, type … that is counted; empty where the limit makes one count in all."""
    items: tuple[str, ...]
    """Ids in the order of the board."""


# -- building -----------------------------------------------------------------------------------


def build(board: Board) -> Graph:
    """The graph of a board: every item, state, person … is a node, also one without an edge."""
    import networkx

    graph: Graph = networkx.MultiDiGraph()
    graph.add_nodes_from(("item", name) for name in board.items)
    graph.add_nodes_from(("state", state.name) for state in board.states)
    for kind, names in _catalogs(board).items():
        graph.add_nodes_from((kind, name) for name in names or ())
    _add(graph, _item_edges(board))
    _add(graph, _catalog_edges(board))
    networkx.freeze(graph)
    return graph


def _add(graph: networkx.DiGraph[Any], edges: Iterable[tuple[Any, Any, str | None]]) -> None:
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
        if person.team and _free_or_known(board.teams, person.team):
            yield ("person", person.key), ("team", person.team), MEMBER_OF
    for service in (board.services or {}).values():
        if owner := named(board, service.owner):
            yield ("service", service.key), owner, OWNED_BY
        if service.vendor and _free_or_known(board.vendors, service.vendor):
            yield ("service", service.key), ("vendor", service.vendor), SUPPLIED_BY
    for project in (board.projects or {}).values():
        if owner := named(board, project.owner):
            yield ("project", project.key), owner, OWNED_BY


def _catalogs(board: Board) -> dict[str, Collection[str] | None]:
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


def _free_or_known(names: Collection[str] | None, name: str) -> bool:
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
    return (kind, rest) if rest and kind in names and _free_or_known(names[kind], rest) else None


# -- work in progress ---------------------------------------------------------------------------


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
    known = tuple(_catalogs(board)[limit.per] or ())
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
    catalogs = _catalogs(board)
    return (
        states.issuperset(limit.states)
        and (not limit.per or limit.per in catalogs)
        and all(_free_or_known(catalogs[kind], name) for kind, name in selectors(limit))
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
        people = _heads(graph, item, ASSIGNED)
        return {team for person in people for _, team in _heads(graph, person, MEMBER_OF)}
    if kind == "project":
        return {name for what, name in _wholes(graph, item) if what == "project"}
    return {name for _, name in _heads(graph, item, _MEANINGS[kind])}


def _heads(graph: Graph, node: Node, meaning: str) -> list[Node]:
    """Where the edges of one meaning lead, from a node."""
    return [head for head, keys in graph.adj[node].items() if meaning in keys]


def _wholes(graph: Graph, item: Node) -> list[Node]:
    """What an item is part of, that is part of … up to the top; or round once, should it be a ring."""
    wholes: dict[Node, None] = {}
    heads = _heads(graph, item, PART_OF)
    while heads and heads[0] not in wholes:
        wholes[heads[0]] = None
        heads = _heads(graph, heads[0], PART_OF)
    return list(wholes)


# -- dependencies -------------------------------------------------------------------------------


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

    return _kept(graph, f"knots {meaning}", find)


def knot_of(graph: Graph) -> Mapping[str, frozenset[str]]:
    """The knot that each item is tied in; items that are in none are not there."""
    return _kept(graph, "knot of", lambda: {name: knot for knot in knots(graph) for name in knot})


def cycles(graph: Graph, meaning: str = DEPENDS_ON) -> tuple[tuple[str, ...], ...]:
    """One cycle for each knot, the shortest, starting with its smallest id: A waits for B, B for C, C for A.

    Never all cycles: ten items that all wait for one another have a million. In a knot so large
    that finding the shortest takes more than `LOOKS` looks, it is the shortest found by then.
    """
    along = _along(graph, meaning)
    return tuple(_cycle(along, knot) for knot in knots(graph, meaning))


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
            for position, name in enumerate(item.depends_on)
            if name in items and name not in tied.get(item.id, ()) and name not in item.depends_on[:position]
        )

    return _kept(graph, "waits", find)


def waits_for(graph: Graph, id: str) -> tuple[str, ...]:
    """Everything that has to finish before this item can, directly or not; sorted by id."""
    import networkx

    along = _along(graph, DEPENDS_ON)
    return tuple(sorted(networkx.descendants(along, id), key=order_key)) if id in along else ()


def holds_up(graph: Graph, id: str) -> tuple[str, ...]:
    """Everything that waits for this item, directly or not; sorted by id."""
    import networkx

    along = _along(graph, DEPENDS_ON)
    return tuple(sorted(networkx.ancestors(along, id), key=order_key)) if id in along else ()


def order(graph: Graph) -> tuple[str, ...]:
    """All items, each after everything that it waits for; by id where the order is free.

    Items of a knot stand together, sorted by id: among them there is no order.
    """
    import networkx

    tied = knot_of(graph)
    first = {name: min(tied[name], key=order_key) if name in tied else name for _, name in _items(graph)}
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


def critical_path(
    graph: Graph, weight: Callable[[str], float], among: Collection[str] | None = None
) -> tuple[str, ...]:
    """The chain of dependencies with the largest sum of weights, what must finish first first.

    `weight` tells how long an item takes, in any unit, at least 0. `among` narrows the items that
    count, and chains do not pass through others. Waits inside a knot are left out. Of chains of the
    same length, the one that ends with the smallest id. Empty where there is no item.
    """
    along, tied = _along(graph, DEPENDS_ON), knot_of(graph)
    length: dict[str, float] = {}
    before: dict[str, str] = {}
    for name in order(graph):
        if among is not None and name not in among:
            continue
        heads = [
            head for head in along.adj.get(name, ()) if head in length and head not in tied.get(name, ())
        ]
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


def components(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Items that dependencies connect, two or more together, in whatever direction; all sorted by id."""
    import networkx

    parts = networkx.weakly_connected_components(_along(graph, DEPENDS_ON))
    groups = [tuple(sorted(part, key=order_key)) for part in parts if len(part) > 1]
    return tuple(sorted(groups, key=lambda group: order_key(group[0])))


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
        _add(along, edges)
        return along

    return _kept(graph, f"along {meaning}", narrow)


def _kept(graph: Graph, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once for a graph: a frozen graph cannot come to differ from it."""
    kept: dict[str, T] = graph.graph.setdefault("kept", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]
