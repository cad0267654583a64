"""The lines of a file: which of them belong to which key.

A key owns the lines of its value, the comments that stand deeper than itself below it, and the comments
directly above it. Comments between blank lines are nobody's, and neither is an editor's line
(`# yaml-language-server: ...`) at the top.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from opsflow.reading.reference import Node

_FOR_EDITORS = re.compile(r"#\s*(?:yaml-language-server:|vim?:|-\*-)")
_HEADER = re.compile(r"[|>][+-]?([1-9]?)[+-]?")


def newline(text: str) -> str:
    """The line break that most lines of a text end in; a line feed where there is none."""
    return "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"


class Extent(NamedTuple):
    """The whole lines of one key, by number from 0; `end` is exclusive.

    The comments directly above begin at `lead`, the key's own line at `start`; where there are no such
    comments, the two are the same.
    """

    lead: int
    start: int
    end: int


def in_lines(text: str, node: Node) -> bool:
    """Whether each key of a mapping begins a line of its own, at one column."""
    lines = text.split("\n")
    return (
        node.kind == "mapping"
        and node.style != "flow"
        and all(
            child.key_at is not None
            and child.key_at.start[1] == node.at.start[1]
            and not lines[child.key_at.start[0]][: node.at.start[1]].strip(" ")
            for child in node.keys.values()
        )
    )


def lines_of(text: str, node: Node) -> list[Extent]:
    """The lines of each key of a mapping that is `in_lines`."""
    lines = text.split("\n")
    column = node.at.start[1]
    starts = [child.key_at.start[0] for child in node.keys.values() if child.key_at]
    found: list[Extent] = []
    before = 0
    for child, start, after in zip(node.keys.values(), starts, [*starts[1:], len(lines)], strict=True):
        lead = _lead(lines, start, before, first=not found)
        before = below(lines, last_line(lines, child, column) + 1, after, column)
        found.append(Extent(lead, start, before))
    return found


def below(lines: Sequence[str], number: int, limit: int, column: int) -> int:
    """The end of the comments from a line on that stand deeper than a column."""
    end = number
    for later in range(number, limit):
        body = lines[later].strip()
        if body and not (body[0] == "#" and _indent(lines[later]) > column):
            break
        if body:
            end = later + 1
    return end


def last_line(lines: Sequence[str], node: Node, column: int) -> int:
    """The number of the last line of a value; `column` is the one of the collection that it stands in."""
    if node.style in ("|", ">"):
        return _last_of_block(lines, node, column)
    if node.style == "flow" or node.scalar is not None:
        return node.at.end[0]
    children = node.items or list(node.keys.values())
    if children:
        return last_line(lines, children[-1], node.at.start[1])
    # Nothing stands there, and the reader's mark may be that of the next key.
    return node.key_at.end[0] if node.key_at else node.at.start[0]


def _last_of_block(lines: Sequence[str], node: Node, column: int) -> int:
    """Of a block text; blank lines at its end are its own only if it keeps them."""
    first, end = node.at.start[0], node.at.end[0] + (1 if node.at.end[1] else 0)
    header = _HEADER.match(lines[first], node.at.start[1])
    if header and "+" in header[0]:
        return max(first, end - 1)
    body = lines[first + 1 : end]
    if header and header[1]:
        indent = column + int(header[1])
    else:
        indent = min((_indent(line) for line in body if line.strip()), default=0)
    inside = [number for number, line in enumerate(body) if line.strip() or _indent(line) > indent > 0]
    return first + 1 + inside[-1] if inside else first


def _lead(lines: Sequence[str], start: int, before: int, first: bool) -> int:
    lead = start
    while lead > before and lines[lead - 1].lstrip(" ").startswith("#"):
        if first and _FOR_EDITORS.match(lines[lead - 1].strip()):
            break
        lead -= 1
    return lead


def _indent(line: str) -> int:
    return len(line.rstrip("\r")) - len(line.rstrip("\r").lstrip(" "))
