"""The graph: what is tied to what, WIP, cycles, order, the critical path."""

import subprocess
import sys

import networkx
import pytest

from opsflow import graph
from opsflow.model import (
    BOARD_FILE,
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
    Vendor,
)
from tests.varied import replace

STATES = (
    State("ready", Kind.BACKLOG),
    State("doing", Kind.ACTIVE),
    State("vendor", Kind.WAITING),
    State("done", Kind.DONE),
)
SPOT = Spot(BOARD_FILE, ("limits", 0, "max"))


def item(id: str, state: str = "ready", **fields: object) -> Item:
    values = {"type": "request", "class_": "standard", **fields}
    return Item(id, f"items/{id}.yaml", "Some work", state, **values)  # type: ignore[arg-type]


def board(*items: Item, **fields: object) -> Board:
    values = {
        "types": {"request": ItemType("request"), "incident": ItemType("incident", planned=False)},
        "classes": {
            "standard": ClassOfService("standard"),
            "expedite": ClassOfService("expedite", beyond_limits=True),
        },
        **fields,
    }
    return Board("Operations", "OPS", STATES, {each.id: each for each in items}, **values)  # type: ignore[arg-type]


def waiting(**depends_on: str) -> Board:
    """A board of items named for letters: `a="b c"` says that OPS-A waits for OPS-B and OPS-C."""
    names = sorted({*depends_on, *" ".join(depends_on.values()).split()})
    return board(
        *(
            item(f"OPS-{name.upper()}", depends_on=tuple(f"OPS-{other.upper()}" for other in others.split()))
            for name, others in ((name, depends_on.get(name, "")) for name in names)
        )
    )


def count(board: Board, **limit: object) -> dict[str, tuple[str, ...]]:
    groups = graph.count(graph.build(board), board, Limit("", SPOT, **limit))  # type: ignore[arg-type]
    return {group.name: group.items for group in groups}


# -- what is tied to what -----------------------------------------------------------------------


def test_every_tie_of_an_item_is_an_edge_with_its_meaning() -> None:
    given = board(
        item(
            "OPS-1",
            "doing",
            assignees=("maria",),
            depends_on=("OPS-2",),
            part_of="PRJ-7",
            services=("edge",),
            vendor="acme",
            blocked=Blocked("no answer", "vendor:acme"),
        ),
        item("OPS-2", part_of="OPS-1"),
    )
    assert sorted(graph.build(given).edges(keys=True)) == [
        (("item", "OPS-1"), ("class", "standard"), "of class"),
        (("item", "OPS-1"), ("item", "OPS-2"), "depends on"),
        (("item", "OPS-1"), ("person", "maria"), "assigned"),
        (("item", "OPS-1"), ("project", "PRJ-7"), "part of"),
        (("item", "OPS-1"), ("service", "edge"), "serves"),
        (("item", "OPS-1"), ("state", "doing"), "in"),
        (("item", "OPS-1"), ("type", "request"), "of type"),
        (("item", "OPS-1"), ("vendor", "acme"), "blocked by"),
        (("item", "OPS-1"), ("vendor", "acme"), "with vendor"),
        (("item", "OPS-2"), ("class", "standard"), "of class"),
        (("item", "OPS-2"), ("item", "OPS-1"), "part of"),
        (("item", "OPS-2"), ("state", "ready"), "in"),
        (("item", "OPS-2"), ("type", "request"), "of type"),
    ]


def test_people_services_and_projects_are_tied_to_teams_vendors_and_owners() -> None:
    given = board(
        people={"maria": Person("maria", "Maria", team="net"), "sam": Person("sam", "Sam", team="gone")},
        teams={"net": Team("net", "Network")},
        services={"edge": Service("edge", "Edge", owner="team:net", vendor="acme")},
        vendors={"acme": Vendor("acme", "Acme")},
        projects={"PRJ-7": Project("PRJ-7", "Move", owner="maria")},
    )
    assert sorted(graph.build(given).edges(keys=True)) == [
        (("person", "maria"), ("team", "net"), "member of"),
        (("project", "PRJ-7"), ("person", "maria"), "owned by"),
        (("service", "edge"), ("team", "net"), "owned by"),
        (("service", "edge"), ("vendor", "acme"), "supplied by"),
    ]


def test_unknown_names_lead_nowhere() -> None:
    given = board(
        item(
            "OPS-1",
            "nowhere",
            type="chore",
            class_="royal",
            assignees=("ghost",),
            depends_on=("OPS-9",),
            part_of="OPS-8",
            services=("ether",),
            vendor="nobody",
            blocked=Blocked("no answer", "item:OPS-9"),
        ),
        people={},
        services={},
        vendors={},
    )
    assert list(graph.build(given).edges) == []


def test_what_has_no_edge_is_still_a_node() -> None:
    given = board(people={"maria": Person("maria", "Maria")}, projects={"PRJ-7": Project("PRJ-7", "Move")})
    assert set(graph.build(given)) == {
        *(("state", state.name) for state in STATES),
        ("type", "request"),
        ("type", "incident"),
        ("class", "standard"),
        ("class", "expedite"),
        ("person", "maria"),
        ("project", "PRJ-7"),
    }


@pytest.mark.parametrize(
    ("projects", "part_of", "whole"),
    [
        (None, "OPS-1", ("item", "OPS-1")),
        (None, "PRJ-7", ("project", "PRJ-7")),
        (None, "OPS-9", None),
        (None, "", None),
        ({}, "PRJ-7", None),
        ({"PRJ-7": Project("PRJ-7", "Move")}, "PRJ-7", ("project", "PRJ-7")),
    ],
)
def test_a_whole_is_an_item_or_else_a_project(
    projects: dict[str, Project] | None, part_of: str, whole: graph.Node | None
) -> None:
    part = item("OPS-2", part_of=part_of)
    assert graph.whole_of(board(item("OPS-1"), part, projects=projects), part) == whole


def test_a_graph_cannot_be_changed() -> None:
    built = graph.build(waiting(a="b"))
    with pytest.raises(networkx.NetworkXError, match="Frozen"):
        built.add_edge(("item", "OPS-B"), ("item", "OPS-A"), "depends on")


def test_importing_the_module_does_not_import_networkx() -> None:
    code = "import sys, opsflow.graph; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- work in progress ---------------------------------------------------------------------------

BUSY = board(
    item("OPS-2", "doing", assignees=("maria", "sam"), services=("edge",)),
    item("OPS-10", "vendor", assignees=("maria",), type="incident", part_of="OPS-2"),
    item("OPS-3", "doing", assignees=("jo",), class_="expedite"),
    item("OPS-4", "ready", assignees=("maria",)),
    item("OPS-5", "done", assignees=("maria",)),
    people={
        "maria": Person("maria", "Maria", team="net"),
        "sam": Person("sam", "Sam", team="net"),
        "jo": Person("jo", "Jo", team="db"),
        "kim": Person("kim", "Kim", team="db"),
    },
    teams={"net": Team("net", "Network"), "db": Team("db", "Databases")},
)


@pytest.mark.parametrize(
    ("limit", "groups"),
    [
        ({}, {"": ("OPS-2", "OPS-10")}),
        ({"states": ("doing",)}, {"": ("OPS-2",)}),
        ({"states": ("ready", "done", "ready")}, {"": ("OPS-4", "OPS-5")}),
        ({"person": "maria"}, {"": ("OPS-2", "OPS-10")}),
        ({"person": "maria", "type": "request"}, {"": ("OPS-2",)}),
        ({"class_": "expedite"}, {"": ("OPS-3",)}),
        ({"class_": "standard"}, {"": ("OPS-2", "OPS-10")}),
        ({"per": "class"}, {"standard": ("OPS-2", "OPS-10"), "expedite": ("OPS-3",)}),
        ({"per": "person"}, {"maria": ("OPS-2", "OPS-10"), "sam": ("OPS-2",), "jo": (), "kim": ()}),
        ({"per": "team"}, {"net": ("OPS-2", "OPS-10"), "db": ()}),
        ({"team": "db", "class_": "expedite"}, {"": ("OPS-3",)}),
        ({"per": "type"}, {"request": ("OPS-2",), "incident": ("OPS-10",)}),
        ({"service": "edge"}, {"": ("OPS-2",)}),
        ({"per": "service"}, {"edge": ("OPS-2",)}),
    ],
)
def test_a_limit_counts_what_it_names(limit: dict[str, object], groups: dict[str, tuple[str, ...]]) -> None:
    assert count(BUSY, **limit) == groups


@pytest.mark.parametrize(
    "limit", [{"states": ("nowhere",)}, {"person": "ghost"}, {"type": "chore"}, {"per": "moon"}]
)
def test_a_limit_that_names_something_unknown_counts_nothing(limit: dict[str, object]) -> None:
    assert count(BUSY, **limit) == {}


def test_parts_of_parts_count_for_the_project() -> None:
    given = board(
        item("OPS-1", "doing", part_of="PRJ-7"),
        item("OPS-2", "doing", part_of="OPS-1"),
        item("OPS-3", "doing", part_of="OPS-3"),
    )
    assert count(given, project="PRJ-7") == {"": ("OPS-1", "OPS-2")}
    assert count(given, per="project") == {"PRJ-7": ("OPS-1", "OPS-2")}


# -- dependencies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "cycles"),
    [
        (waiting(a="b", b="c"), ()),
        (waiting(a="a"), (("OPS-A",),)),
        (waiting(a="b", b="a"), (("OPS-A", "OPS-B"),)),
        (waiting(c="a", a="b", b="c"), (("OPS-A", "OPS-B", "OPS-C"),)),
        (waiting(a="b", b="c", c="a d", d="c"), (("OPS-C", "OPS-D"),)),
        (waiting(b="c", c="b", a="b d", d="e", e="d"), (("OPS-B", "OPS-C"), ("OPS-D", "OPS-E"))),
        (waiting(a="b", b="c d", c="a", d="a"), (("OPS-A", "OPS-B", "OPS-C"),)),
        (waiting(a="b", b="a b"), (("OPS-B",),)),
    ],
)
def test_each_knot_has_one_cycle_its_shortest_from_its_smallest_id(
    given: Board, cycles: tuple[tuple[str, ...], ...]
) -> None:
    assert graph.cycles(graph.build(given)) == cycles


def test_items_that_all_wait_for_one_another_have_one_cycle() -> None:
    names = [f"OPS-{number}" for number in range(1, 121)]
    given = board(*(item(name, depends_on=tuple(n for n in names if n != name)) for name in names))
    assert graph.cycles(graph.build(given)) == (("OPS-1", "OPS-2"),)


def test_a_long_ring_is_found_without_looking_from_each_of_its_items() -> None:
    names = [f"OPS-{number}" for number in range(1, 5001)]
    given = board(
        *(item(name, depends_on=(after,)) for name, after in zip(names, (*names[1:], names[0]), strict=True))
    )
    assert graph.cycles(graph.build(given)) == (tuple(names),)


def test_items_can_be_parts_of_one_another_in_a_cycle_of_their_own() -> None:
    given = board(item("OPS-1", part_of="OPS-2"), item("OPS-2", part_of="OPS-1", depends_on=("OPS-1",)))
    built = graph.build(given)
    assert graph.cycles(built, graph.PART_OF) == (("OPS-1", "OPS-2"),)
    assert graph.cycles(built) == ()


def test_waits_leave_out_cycles_repetitions_and_what_is_not_there() -> None:
    given = waiting(a="b", b="a c", d="c c e")
    given = replace(given, items={name: each for name, each in given.items.items() if name != "OPS-E"})
    waits = [(one.id, other.id, at) for one, other, at in graph.waits(graph.build(given), given)]
    assert waits == [("OPS-B", "OPS-C", 1), ("OPS-D", "OPS-C", 0)]


def test_an_order_puts_dependencies_first_and_smaller_ids_before_larger() -> None:
    built = graph.build(waiting(a="c", b="", c="d", d=""))
    assert graph.order(built) == ("OPS-B", "OPS-D", "OPS-C", "OPS-A")


def test_in_an_order_the_items_of_a_cycle_stand_together() -> None:
    built = graph.build(waiting(a="e", b="c", c="b d", d="", e="c"))
    assert graph.order(built) == ("OPS-D", "OPS-B", "OPS-C", "OPS-E", "OPS-A")


def test_the_critical_path_is_the_chain_that_weighs_most() -> None:
    built = graph.build(waiting(a="b c", b="d", c="d", e=""))
    weights = {"OPS-A": 1.0, "OPS-B": 2.0, "OPS-C": 5.0, "OPS-D": 1.0, "OPS-E": 6.0}
    assert graph.critical_path(built, weights.__getitem__) == ("OPS-D", "OPS-C", "OPS-A")
    some = graph.between({"OPS-A": ["OPS-B"], "OPS-B": ["OPS-D"], "OPS-E": []})
    assert graph.critical_path(some, weights.__getitem__) == ("OPS-D", "OPS-B", "OPS-A")
    assert graph.critical_path(graph.between({}), weights.__getitem__) == ()


def test_chains_of_one_length_are_told_apart_by_id() -> None:
    built = graph.build(waiting(c="b a", d="b a"))
    assert graph.critical_path(built, lambda _: 1.0) == ("OPS-A", "OPS-C")


def test_the_critical_path_does_not_go_round_in_a_cycle() -> None:
    built = graph.build(waiting(a="b", b="a c", c=""))
    assert graph.critical_path(built, lambda _: 1.0) == ("OPS-C", "OPS-B")
