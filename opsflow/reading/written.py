"""A file's text with the places that an edit has to know: where a value stands, and what around it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from opsflow.model import Keys
from opsflow.reading import layout
from opsflow.reading.canonical import Value
from opsflow.reading.reference import Node, outline, plain

BOM = b"\xef\xbb\xbf"
_COLON = re.compile(r"\s*:")


class File:
    """One text, and its tree. Positions are in characters; lines are numbered from 0."""

    def __init__(self, text: str, root: Node, mark: bytes = b"") -> None:
        self.text = text
        self.root = root
        self.mark = mark
        """The byte order mark, if there is one."""
        self.newline = layout.newline(text)

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.mark + self.text.encode()

    @cached_property
    def value(self) -> Value:
        """What it says."""
        return plain(self.root)

    @cached_property
    def lines(self) -> list[str]:
        """Without their line feeds, but with their carriage returns."""
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins, and the end of the text as one more."""
        found = [0]
        for line in self.lines:
            found.append(found[-1] + len(line) + 1)
        found[-1] = len(self.text)
        return found

    def line_at(self, position: int) -> int:
        """The number of the line that a position is in."""
        return self.text.count("\n", 0, position)

    def end_of_line(self, number: int) -> int:
        """Where a line's own text ends, before its line break."""
        return self.starts[number] + len(self.lines[number].removesuffix("\r"))

    def break_before(self, number: int) -> str:
        """The line break above a line; the usual one where there is none."""
        if not 0 < number < len(self.lines):
            return self.newline
        return "\r\n" if self.lines[number - 1].endswith("\r") else "\n"

    def find(self, keys: Keys) -> Found:
        """The value at keys that exist."""
        node, parent, flow, column = self.root, self.root, False, 0
        for key in keys:
            child = node.child(key)
            assert child is not None
            node, parent = child, node
            flow = flow or parent.style == "flow"
            column = column if flow else parent.at.start[1]
        return Found(node, parent, flow, column)

    def after_key(self, found: Found, key: str | int) -> int:
        """Where a value may begin: behind the colon of its key, or the dash of its entry.

        That is the start of the value in a list in flow style.
        """
        if found.node.key_at is not None:
            return self._after_colon(found.node.key_at.last)
        if isinstance(key, int) and not found.flow:
            return self.dash(found.parent, key) + 1
        return found.node.at.first

    def _after_colon(self, end: int) -> int:
        """Behind the colon of a key that ends there; the end itself where a key in braces has no colon."""
        colon = _COLON.match(self.text, end)
        return colon.end() if colon else end

    def dash(self, parent: Node, index: int) -> int:
        """Where the dash of an entry of a block list stands."""
        column = parent.at.start[1]
        for number in range(parent.items[index].at.start[0], -1, -1):
            line = self.lines[number]
            if line[column : column + 1] == "-" and not line[:column].strip(" -?:"):
                return self.starts[number] + column
        raise AssertionError("a list in block style has dashes")

    def start(self, node: Node) -> int:
        """Where an entry begins: its key, if it has one, else the value."""
        return node.key_at.first if node.key_at is not None else node.at.first

    def stop(self, node: Node, column: int) -> int:
        """Where a value ends, without what stands below it; `column` as for `layout.last_line`."""
        if node.style in ("|", ">"):
            return self.end_of_line(layout.last_line(self.lines, node, column))
        if node.scalar is not None or node.style == "flow":
            return node.at.last
        children = node.items or list(node.keys.values())
        if children:
            return self.stop(children[-1], node.at.start[1])
        return node.at.first if node.key_at is None else self._after_colon(node.key_at.last)

    def has_comment(self, start: int, end: int) -> bool:
        """Whether there is a comment between two positions."""
        rest, at = "", start
        for first, last in self._words:
            if first >= end:
                break
            if last > at:
                rest += self.text[at : max(at, first)]
                at = max(at, last)
        return "#" in rest + self.text[at : max(at, end)]

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        """Where scalars and keys stand, in the order of the text; of block texts, the lines."""
        found: list[tuple[int, int]] = []

        def walk(node: Node, column: int) -> None:
            if node.key_at is not None:
                found.append((node.key_at.first, node.key_at.last))
            if node.style in ("|", ">"):
                found.append((self.end_of_line(node.at.start[0]), self.stop(node, column)))
            elif node.scalar is not None:
                found.append((node.at.first, node.at.last))
            for child in node.items or node.keys.values():
                walk(child, node.at.start[1])

        walk(self.root, 0)
        return found

    @cached_property
    def manner(self) -> Manner:
        """How far this text indents what stands below a key; by what comes first, 2 where nothing does."""
        steps: list[int] = []
        dashes: list[int] = []

        def walk(node: Node) -> None:
            for child in node.items or node.keys.values():
                deeper = child.at.start[1] - node.at.start[1]
                if child.style == "flow" or child.kind == "scalar" or child.key_at is None:
                    pass
                elif child.kind == "list":
                    dashes.append(deeper)
                else:
                    steps.append(deeper)
                walk(child)

        if self.root.style != "flow":
            walk(self.root)
        return Manner(steps[0] if steps else 2, dashes[0] if dashes else 2)


class Manner(NamedTuple):
    """How far what stands below a key is indented: keys, and the dashes of a list."""

    step: int = 2
    dash: int = 2


class Found(NamedTuple):
    """A value in its surroundings."""

    node: Node
    parent: Node
    flow: bool
    """Whether it stands within brackets."""
    column: int
    """The column of the mapping or list in block style that it stands in."""


def read(path: str, data: bytes) -> File | None:
    """A file that can be read, without its byte order mark; None for any other."""
    found = outline(path, data)
    return File(*found, BOM if data.startswith(BOM) else b"") if found else None
