"""The SVG of a chart library -> a small drawing for the middle of a page.

Nothing passes that is not listed here: elements, attributes and links are built anew, so a drawing can
hold nothing but shapes, words and addresses of the site's own pages. Colours and type are left to the
page's stylesheet, by the names of the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from xml.etree import ElementTree

from markupsafe import Markup

from opsflow.site.environment import TURNING

ADDRESS = "https://opsflow.invalid/"
"""Stands before the site's own addresses while a drawing is made: chart libraries resolve relative ones."""

_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = {"path", "line", "rect", "text", "tspan", "circle"}
_KEPT = ("transform", "d", "x", "y", "x1", "x2", "y1", "y2", "dy", "cx", "cy", "r", "width", "height")
_PAINT = (
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-opacity",
    "text-anchor",
)
"""Inherited in SVG, so equal values of all children can stand once, on their parent."""
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_CIRCLE = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")
_MOVE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_MARK = re.compile(r"\b([a-z]+)_\d+_marks\b")


@dataclass
class Piece:
    """An element to be written; a text child stands as a string."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Piece | str] = field(default_factory=list)


def rewrite(drawing: str, *, classes: str, ids: str, title: str, description: str, defs: str = "") -> Markup:
    """The drawing for a page; `ids` begins the ids in it and must be the only one on its page.

    A group of marks named `lead` shows the first word of each text in bold, `tail` the last one. The
    library's `aria-label` of a mark becomes its title, which browsers show.
    """
    root = ElementTree.fromstring(drawing)
    pieces = [piece for child in root for piece in _pieces(child, "")]
    for piece in pieces:
        _hoist(piece)
    drawn = "".join(map(_written, pieces)).translate(TURNING)
    _, _, width, height = root.attrib["viewBox"].split()
    return Markup(
        f'<svg class="chart {classes}" viewBox="0 0 {_short(width)} {_short(height)}" role="group" '
        f'aria-labelledby="{ids}-t {ids}-d"><title id="{ids}-t">{escape(title)}</title>'
        f'<desc id="{ids}-d">{escape(description)}</desc>{defs}{drawn}</svg>'
    )


def _pieces(node: ElementTree.Element, mark: str) -> Iterator[Piece]:
    tag = node.tag.removeprefix(_SPACE)
    if tag == "a":
        yield from _linked(node, mark)
    elif tag == "g":
        yield from _group(node, mark)
    elif tag in _SHAPES and not _empty(node):
        yield _shape(tag, node, mark)


def _linked(node: ElementTree.Element, mark: str) -> Iterator[Piece]:
    inside: list[Piece | str] = [piece for child in node for piece in _pieces(child, mark)]
    address = node.attrib.get(_LINK, "")
    if address.startswith(ADDRESS) and address != ADDRESS:
        yield Piece("a", {"href": address.removeprefix(ADDRESS), "tabindex": "-1"}, inside)
    else:
        yield from (piece for piece in inside if isinstance(piece, Piece))


def _group(node: ElementTree.Element, mark: str) -> Iterator[Piece]:
    names = node.attrib.get("class", "")
    found = _MARK.search(names)
    attributes = {}
    if found:
        mark = attributes["class"] = found[1]
    elif "role-axis-grid" in names:
        attributes["class"] = "gl"
    if names.startswith("mark-group role-axis"):
        attributes["aria-hidden"] = "true"
    if node.attrib.get("transform", "translate(0,0)") not in ("translate(0,0)", "translate(0.5,0.5)"):
        attributes["transform"] = _rounded(node.attrib["transform"])
    inside: list[Piece | str] = [piece for child in node for piece in _pieces(child, mark)]
    if not inside:
        return
    if attributes:
        yield Piece("g", attributes, inside)
    else:
        yield from (piece for piece in inside if isinstance(piece, Piece))


def _empty(node: ElementTree.Element) -> bool:
    names = node.attrib.get("class", "")
    return names in ("background", "foreground") or node.attrib.get("display") == "none"


def _shape(tag: str, node: ElementTree.Element, mark: str) -> Piece:
    attributes = {name: _rounded(node.attrib[name]) for name in _KEPT if name in node.attrib}
    paint = ("text-anchor",) if tag == "text" else _PAINT
    attributes |= {name: node.attrib[name] for name in paint if name in node.attrib}
    opacity = node.attrib.get("opacity", "1")
    if opacity != "1" and tag != "text":
        attributes["opacity"] = opacity
    if tag == "path":
        attributes.setdefault("fill", "none")
    if attributes.get("text-anchor") == "start":
        del attributes["text-anchor"]
    piece = Piece(tag, attributes)
    if tag == "text" and not len(node):
        piece.children = _words(node.text or "", mark)
    else:
        piece.children = [_shape("tspan", child, "") for child in node if child.tag == f"{_SPACE}tspan"]
        if tag == "tspan":
            piece.children = [node.text or ""]
    _simplify(piece)
    if label := node.attrib.get("aria-label"):
        piece.children.append(Piece("title", {}, [label]))
    return piece


def _words(text: str, mark: str) -> list[Piece | str]:
    first, space, rest = text.rpartition(" ") if mark == "tail" else text.partition(" ")
    if mark == "tail":
        return [first + space, Piece("tspan", {"class": "st"}, [rest])]
    if mark == "lead":
        return [Piece("tspan", {"class": "st"}, [first]), space + rest]
    return [text]


def _simplify(piece: Piece) -> None:
    """A moved circle, line or text says where it is, and nothing else."""
    attributes = piece.attributes
    move = _MOVE.fullmatch(attributes.get("transform", ""))
    if move is None:
        return
    circle = _CIRCLE.fullmatch(attributes.get("d", ""))
    x, y = move[1], move[2]
    if circle:
        piece.tag = "circle"
        del attributes["transform"], attributes["d"]
        piece.attributes = {"cx": x, "cy": y, "r": circle[1], **attributes}
    elif piece.tag == "text":
        del attributes["transform"]
        piece.attributes = {"x": x, "y": y, **attributes}
        for child in piece.children:
            if isinstance(child, Piece) and "x" in child.attributes:
                child.attributes["x"] = x


def _hoist(piece: Piece) -> None:
    """Moves paint that all children share up to their parent."""
    inner = [child for child in piece.children if isinstance(child, Piece) and child.tag != "title"]
    for child in inner:
        _hoist(child)
    if piece.tag not in ("g", "a") or not inner:
        return
    for name in _PAINT:
        values = {child.attributes.get(name) for child in inner}
        if len(values) == 1 and name not in piece.attributes and (value := values.pop()) is not None:
            piece.attributes[name] = value
            for child in inner:
                del child.attributes[name]


def _written(piece: Piece | str) -> str:
    if isinstance(piece, str):
        return escape(piece, quote=False)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in piece.attributes.items())
    if not piece.children:
        return f"<{piece.tag}{attributes}/>"
    return f"<{piece.tag}{attributes}>{''.join(map(_written, piece.children))}</{piece.tag}>"


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda match: _short(match[0]), text)


def _short(number: str) -> str:
    rounded = f"{float(number):.1f}".removesuffix(".0")
    return "0" if rounded == "-0" else rounded
