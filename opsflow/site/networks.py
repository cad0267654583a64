"""Dependency pictures: what the boxes and lines of a layout mean, and how they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsflow.site import layout, words

View = dict[str, Any]
PORTRAIT, LANDSCAPE = (680, 950), (1030, 590)
"""Room on a sheet of A4, in px."""
UPRIGHT, READABLE = 0.7, 0.55
"""How small the type of a picture may become before it has a sheet across, and before it is not printed."""


@dataclass(frozen=True)
class Network:
    """Items and what ties them, about to be laid out."""

    nodes: Sequence[View]
    edges: Mapping[tuple[int, int], View]
    """(before, after) to the edge: what has to finish first stands left."""

    @property
    def shape(self) -> layout.Shape:
        """All that the layout needs to know."""
        return layout.Shape(len(self.nodes), tuple(sorted(self.edges)))

    @classmethod
    def of(cls, nodes: Sequence[View], edges: Sequence[View]) -> Network:
        """The nodes, and the edges between them."""
        place = {node["id"]: n for n, node in enumerate(nodes)}
        inner: dict[tuple[int, int], View] = {}
        for edge in edges:
            if edge["from"] in place and edge["to"] in place:
                pair = (place[edge["to"]], place[edge["from"]])
                if edge["kind"] == "part of":
                    pair = pair[::-1]
                inner.setdefault(pair, edge)
        return cls(nodes, inner)

    def drawn(self, picture: layout.Picture) -> View:
        """What the template draws."""
        return {
            "width": picture.width,
            "height": picture.height,
            "paper": _paper(picture),
            "lines": [
                {
                    "path": line.path,
                    "head": line.head,
                    "class": _line_class(self.edges[line.before, line.after]),
                }
                for line in picture.lines
            ],
            "nodes": [
                {
                    **node,
                    "x": x,
                    "y": y,
                    "class": _node_class(node),
                    "word": _node_word(node),
                    "lines": words.wrapped(node["title"] or ("" if node["known"] else "no such item"), 26, 3),
                }
                for node, (x, y) in zip(self.nodes, picture.boxes, strict=True)
            ],
        }


def _paper(picture: layout.Picture) -> str:
    """How a picture is printed: as it is, `broad` on a sheet across, or not at all, too `large`."""
    upright, across = (
        min(1.0, wide / picture.width, high / picture.height) for wide, high in (PORTRAIT, LANDSCAPE)
    )
    if upright >= min(UPRIGHT, across):
        return "" if upright >= READABLE else "large"
    return "broad" if across >= READABLE else "large"


def _node_class(node: View) -> str:
    kind = node["state"]["kind"]
    classes = [f" k-{kind}" if kind else " k-unknown"]
    classes += [" is-blocked"] * bool(node["blocked"])
    classes += [" is-crit"] * bool(node["critical"])
    classes += [" is-self"] * bool(node.get("self"))
    return "".join(classes)


def _node_word(node: View) -> str:
    return "Blocked" if node["blocked"] else words.wrapped(node["state"]["title"], 13, 1)[0]


def _line_class(edge: View) -> str:
    if edge["in_cycle"]:
        return " is-cycle"
    if edge["critical"]:
        return " is-crit"
    return " is-part" if edge["kind"] == "part of" else " is-done" if edge["done"] else ""
