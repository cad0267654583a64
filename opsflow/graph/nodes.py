"""What nodes and edges are, and what is asked of them everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

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


def heads(graph: Graph, node: Node, meaning: str) -> list[Node]:
    """Where the edges of one meaning lead, from a node. The views of a graph would take most of the time."""
    edges = graph._adj[node]  # type: ignore[attr-defined]
    return [head for head, keys in edges.items() if meaning in keys]


def kept(graph: Graph, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once for a graph: a frozen graph cannot come to differ from it."""
    known: dict[str, T] = graph.graph.setdefault("kept", {})
    if name not in known:
        known[name] = make()
    return known[name]
