"""Laws of the graph, over boards drawn at random from a seed."""

import graphlib
import random
from collections.abc import Iterator
from itertools import pairwise

import networkx
import pytest

from opsflow import graph
from opsflow.graph import building
from opsflow.model import (
    BOARD_FILE,
    IN_PROGRESS,
    Blocked,
    Board,
    ClassOfService,
    Item,
    ItemType,
    Kind,
    Limit,
    Person,
    Project,
    Service,
    Spot,
    State,
    Team,
    order_key,
)

SEEDS = range(60)
STATES = (
    State("inbox", Kind.BACKLOG),
    State("doing", Kind.ACTIVE),
    State("vendor", Kind.WAITING),
    State("review", Kind.ACTIVE),
    State("done", Kind.DONE),
    State("dropped", Kind.DISCARDED),
)


def drawn(seed: int, backwards: float = 0.1) -> Board:
    """A board of up to 40 items, some names unknown; `backwards` of the dependencies may close a cycle."""
    draw = random.Random(seed)
    names = [f"OPS-{number}" for number in range(1, draw.randrange(2, 40))]
    people = {name: Person(name, name, draw.choice(("net", "db", "gone"))) for name in ("ann", "bo", "cy")}
    items = [_item(draw, names, position, backwards) for position in range(len(names))]
    draw.shuffle(items)
    return Board(
        "Operations",
        "OPS",
        STATES,
        {item.id: item for item in sorted(items, key=lambda item: order_key(item.id))},
        types={name: ItemType(name) for name in ("request", "incident")},
        classes={"standard": ClassOfService("standard"), "expedite": ClassOfService("expedite", True)},
        people=people if draw.random() < 0.7 else None,
        teams={name: Team(name, name) for name in ("net", "db")},
        services={name: Service(name, name, owner="ann") for name in ("edge", "mail")},
        projects={name: Project(name, name) for name in ("PRJ-1", "PRJ-2")},
    )


def _item(draw: random.Random, names: list[str], position: int, backwards: float) -> Item:
    earlier = names[: position + 1] if draw.random() < backwards else names[:position]
    pool = names if draw.random() < backwards else earlier
    return Item(
        names[position],
        f"items/{names[position]}.yaml",
        "Some work",
        draw.choice((*(state.name for state in STATES), "nowhere")),
        draw.choice(("request", "incident", "chore")),
        draw.choice(("standard", "standard", "expedite", "royal")),
        assignees=tuple(draw.sample(("ann", "bo", "cy", "ghost"), draw.randrange(3))),
        depends_on=tuple(draw.sample(pool, min(len(pool), draw.randrange(4)))),
        part_of=draw.choice(("", "", "PRJ-1", "PRJ-2", "PRJ-9", *names[:position])),
        services=tuple(draw.sample(("edge", "mail", "ether"), draw.randrange(3))),
        vendor=draw.choice(("", "acme")),
        blocked=draw.choice((None, Blocked("no answer", draw.choice(("ann", "vendor:acme", "item:OPS-1"))))),
    )


def limits(seed: int) -> Iterator[Limit]:
    draw = random.Random(seed)
    for _ in range(8):
        yield Limit(
            "",
            Spot(BOARD_FILE),
            states=tuple(draw.sample([state.name for state in STATES], draw.randrange(3))),
            per=draw.choice(("", "person", "team", "type", "class", "service", "project")),
            person=draw.choice(("", "", "", "ann")),
            team=draw.choice(("", "", "", "net")),
            type=draw.choice(("", "", "", "incident")),
            class_=draw.choice(("", "", "", "expedite")),
            service=draw.choice(("", "", "", "edge")),
            project=draw.choice(("", "", "", "PRJ-1")),
        )


def recount(board: Board, limit: Limit) -> dict[str, tuple[str, ...]]:
    """WIP counted from the items themselves, without a graph; groups that are not empty."""
    wip = {state.name for state in board.states if state.kind in IN_PROGRESS}
    groups: dict[str, list[str]] = {}
    for item in board.items.values():
        people = [name for name in item.assignees if board.people is None or name in board.people]
        whole, seen = item.part_of, {item.id}
        while whole in board.items and whole not in seen:
            seen.add(whole)
            whole = board.items[whole].part_of
        belongs = {
            "person": set(people),
            "team": {
                person.team
                for name in people
                if (person := (board.people or {}).get(name)) and person.team in (board.teams or {})
            },
            "type": {item.type} & board.types.keys(),
            "class": {item.class_} & board.classes.keys(),
            "service": set(item.services) & (board.services or {}).keys(),
            "project": {whole} & (board.projects or {}).keys(),
        }
        wanted = {
            "person": limit.person,
            "team": limit.team,
            "type": limit.type,
            "class": limit.class_,
            "service": limit.service,
            "project": limit.project,
        }
        beyond = item.class_ in board.classes and board.classes[item.class_].beyond_limits
        if (
            item.state in (limit.states or wip)
            and all(name in belongs[kind] for kind, name in wanted.items() if name)
            and (not beyond or limit.class_ or limit.per == "class")
        ):
            for name in belongs[limit.per] if limit.per else [""]:
                groups.setdefault(name, []).append(item.id)
    return {name: tuple(items) for name, items in groups.items()}


def waits(board: Board) -> dict[str, set[str]]:
    return {name: set(item.depends_on) & board.items.keys() for name, item in board.items.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_graph_is_what_networkx_itself_would_build(seed: int) -> None:
    board = drawn(seed)
    built = graph.build(board)
    plain: graph.Graph = networkx.MultiDiGraph()
    plain.add_nodes_from(built)
    plain.add_edges_from((*building._item_edges(board), *building._catalog_edges(board)))
    assert networkx.utils.graphs_equal(built, plain)
    assert {node: dict(heads) for node, heads in built.pred.items()} == {
        node: dict(heads) for node, heads in plain.pred.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_wip_by_the_graph_is_wip_counted_by_hand(seed: int) -> None:
    board = drawn(seed)
    built = graph.build(board)
    for limit in limits(seed):
        counted = {group.name: group.items for group in graph.count(built, board, limit) if group.items}
        assert counted == recount(board, limit)


@pytest.mark.parametrize("seed", SEEDS)
def test_cycles_are_found_where_graphlib_finds_one(seed: int) -> None:
    board = drawn(seed)
    cycles = graph.cycles(graph.build(board))
    try:
        tuple(graphlib.TopologicalSorter(waits(board)).static_order())
    except graphlib.CycleError:
        assert cycles
    else:
        assert cycles == ()
    for cycle in cycles:
        assert len(set(cycle)) == len(cycle)
        assert cycle[0] == min(cycle, key=order_key)
        assert all(
            after in waits(board)[name] for name, after in zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cycle_of_a_knot_is_shorter_than_the_one_found(seed: int) -> None:
    board = drawn(seed, backwards=0.4)
    built = graph.build(board)
    along: networkx.DiGraph[str] = networkx.DiGraph(
        [(name, on) for name, others in waits(board).items() for on in others]
    )
    for knot, cycle in zip(graph.knots(built), graph.cycles(built), strict=True):
        inside = along.subgraph(knot)
        shortest = min(1 + networkx.shortest_path_length(inside, head, tail) for tail, head in inside.edges)
        assert len(cycle) == shortest


@pytest.mark.parametrize("seed", SEEDS)
def test_an_order_respects_every_dependency_outside_of_knots(seed: int) -> None:
    board = drawn(seed)
    built = graph.build(board)
    rank = {name: position for position, name in enumerate(graph.order(built))}
    tied = graph.knot_of(built)
    assert sorted(rank, key=order_key) == list(board.items)
    for name, others in waits(board).items():
        assert all(rank[other] < rank[name] for other in others if other not in tied.get(name, ()))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_chain_weighs_more_than_the_critical_path(seed: int) -> None:
    board = drawn(seed, backwards=0)
    built = graph.build(board)
    draw = random.Random(seed)
    weight = {name: float(draw.randrange(9)) for name in board.items}
    path = graph.critical_path(built, weight.__getitem__)
    along: networkx.DiGraph[str] = networkx.DiGraph()
    along.add_nodes_from(["start", *board.items])
    along.add_edges_from(("start", name, {"weight": weight[name]}) for name in board.items)
    along.add_edges_from(
        (on, name, {"weight": weight[name]}) for name, others in waits(board).items() for on in others
    )
    assert sum(weight[name] for name in path) == networkx.dag_longest_path_length(along)
    assert all(before in waits(board)[name] for before, name in pairwise(path))
