"""The board as one NetworkX graph: WIP as degrees, an order of work, cycles, the critical path.

A node is a pair of what it is and its name: `("item", "OPS-7K3Q")`, `("state", "doing")`,
`("person", "maria")`; also "type", "class", "team", "service", "vendor" and "project". An edge
carries its meaning as its key: an edge A -> B keyed `DEPENDS_ON` says that A waits for B. Only what
is known becomes an edge: a name that a rule reports as unknown leads nowhere.

The graph is frozen, and edges of one meaning share their (empty) data. Importing this module is
cheap; NetworkX, a quarter of a second, is imported by the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsflow.graph.building import between, build, catalogs, named, whole_of
from opsflow.graph.counting import Group, count, is_sound, may_count, selectors
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
from opsflow.graph.waiting import (
    LOOKS,
    critical_path,
    cycles,
    deadlocks,
    knot_of,
    knots,
    order,
    waits,
)

if TYPE_CHECKING:
    from opsflow.graph.nodes import Graph

__all__ = [
    "ASSIGNED", "BLOCKED_BY", "DEPENDS_ON", "IN", "LOOKS", "MEMBER_OF", "OF_CLASS", "OF_TYPE", "OWNED_BY",
    "PART_OF", "SERVES", "SUPPLIED_BY", "WITH_VENDOR", "Graph", "Group", "Node", "between", "build",
    "catalogs", "count", "critical_path", "cycles", "deadlocks", "is_sound",
    "knot_of", "knots", "may_count", "named", "order", "selectors", "waits", "whole_of",
]  # fmt: skip
