"""The reference reader: what a file of YAML says, and where, by the definition. The one door to ruamel.yaml.

Strict, small YAML on the events of ruamel's pure parser: plain data, with the place of each key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from opsflow.model import Fault, Keys, Place
from opsflow.reading.canonical import Value
from opsflow.reading.characters import refused
from opsflow.reading.text import cut, decode, fault, name_of, odd_space

if TYPE_CHECKING:
    from opsflow.reading.accidents import Trouble

DEPTH = 20
"""How deep a document may nest."""
NODES = 5000
"""How many keys and values a document may have."""
_MOST_FAULTS = 10
_LONGEST_KEY = 200


def load(path: str, data: bytes) -> tuple[dict[str, Value] | None, tuple[Fault, ...]]:
    """What a file says: one UTF-8 document, a mapping with plain keys, within the limits."""
    text, faults = decode(path, data)
    if text is None:
        return None, faults
    tree, faults = _read(path, text)
    if faults or tree is None:
        return None, faults
    value = plain(tree)
    return (value, ()) if isinstance(value, dict) else (None, (_not_a_mapping(path, tree),))


def outline(path: str, data: bytes) -> tuple[str, Node] | None:
    """The text of a file that can be read, without a byte order mark, and its tree; None for any other."""
    text, _ = decode(path, data)
    if text is None:
        return None
    node, faults = _read(path, text)
    return None if faults or node is None or node.kind != "mapping" else (text, node)


def plain(node: Node) -> Value:
    """What a node says, without where it stands."""
    if node.kind == "mapping":
        return {key: plain(child) for key, child in node.keys.items()}
    if node.kind == "list":
        return [plain(child) for child in node.items]
    return node.scalar


def locate(data: bytes, keys: Keys, path: str) -> Place:
    """The place of a key, as `documents.locate` has it."""
    text, _ = decode(path, data)
    tree = _tree(path, text) if text is not None else None
    if text is None or tree is None:
        return Place(path)
    lines = text.replace("\r\n", "\n").split("\n")
    first = next(iter(tree.keys.values()), tree)
    found = first.key_at or first.at
    for key in keys:
        child = tree.child(key)
        if child is None:
            found = _line_of(tree, key, lines) or found
            break
        tree = child
        found = tree.key_at or tree.at
    return _place(path, lines, found)


def _line_of(node: Node, key: str | int, lines: list[str]) -> _Range | None:
    """One line of a block text, without its indentation."""
    line, column = node.at.start
    if not isinstance(key, int) or lines[line][column : column + 1] not in ("|", ">"):
        return None
    number = line + 1 + key
    text = lines[number] if (number, 0) < node.at.end else ""
    body = text.strip()
    return _Range((number, text.index(body)), (number, len(text.rstrip()))) if body else None


@lru_cache(maxsize=8)
def _tree(path: str, text: str) -> Node | None:
    return _read(path, text)[0]


# -- the tree of a document ---------------------------------------------------------------------


_Point = tuple[int, int]
"""Line and column, both from 0."""


class _Range(NamedTuple):
    start: _Point
    end: _Point
    first: int = 0
    """The start as a position in the text, in characters."""
    last: int = 0
    """The end, likewise."""


@dataclass(slots=True)
class Node:
    """A value and where it stands. `scalar` is None for collections and for a missing value.

    Marks are taken from the reader as they are: a missing value and a block collection have no end of
    their own, theirs is where the next thing begins; a block text ends after the blank lines below it.
    """

    at: _Range
    scalar: str | None = None
    keys: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    kind: str = "scalar"
    """scalar, list or mapping."""
    key_at: _Range | None = None
    """Where its key stands, if it has one."""
    style: str = ""
    """How a scalar is written: `'`, `"`, `|`, `>`, or empty for plain; and whether a collection is `flow`."""

    def child(self, key: str | int) -> Node | None:
        if isinstance(key, int):
            return self.items[key] if 0 <= key < len(self.items) else None
        return self.keys.get(key)


def _place(path: str, lines: list[str], found: _Range) -> Place:
    line, column = found.start
    rest = len(lines[line]) - column if line < len(lines) else 0
    width = found.end[1] - column if found.end[0] == line else rest
    return Place(path, line + 1, column + 1, max(1, min(width, rest)))


def _read(path: str, text: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """The tree as far as it was understood, and all that is wrong with it."""
    composer = _Composer(path, text)
    try:
        tree = composer.document()
    except _StopError:
        return None, tuple(composer.faults)
    except Exception as error:
        # Whatever ruamel.yaml raises, an OverflowError included, is one fault of the file.
        from opsflow.reading import accidents

        return None, (accidents.explain(path, text, _trouble(error), _first_trouble),)
    return tree, tuple(composer.faults)


class _StopError(Exception):
    """The composer has seen enough."""


class _Composer:
    """Builds the tree of one document from events, and notes what is not allowed."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.events = events(text)
        self.nodes = 0
        self.faults: list[Fault] = []

    def document(self) -> Node | None:
        self._directives()
        next(self.events)
        start = next(self.events)
        if type(start).__name__ == "StreamEndEvent":
            self.faults.append(fault(Place(self.path), "the file is empty", "Write the keys that it needs."))
            return None
        tree = self._node(next(self.events), 0)
        next(self.events)
        after = next(self.events)
        if type(after).__name__ != "StreamEndEvent":
            self._refuse(
                _range(after),
                "a second document begins here",
                "Keep one document in a file: remove the `---`.",
            )
        if tree.kind != "mapping" and not self.faults:
            self.faults.append(_not_a_mapping(self.path, tree))
        return tree

    def _directives(self) -> None:
        for number, line in enumerate(self.lines):
            if line.startswith("%"):
                where = _Range((number, 0), (number, len(line)))
                self._refuse(where, "directives such as `%YAML` are not allowed", "Remove the line.")
            elif line and line[0] not in "# ":
                break
        if self.faults:
            raise _StopError

    def _refuse(self, where: _Range, message: str, hint: str) -> None:
        self.faults.append(fault(_place(self.path, self.lines, where), message, hint))
        if len(self.faults) >= _MOST_FAULTS:
            raise _StopError

    def _stop(self, where: _Range, message: str, hint: str) -> None:
        self._refuse(where, message, hint)
        raise _StopError

    def _node(self, event: Any, depth: int) -> Node:
        self.nodes += 1
        where = _range(event)
        if self.nodes > NODES:
            self._stop(where, f"the file has more than {NODES} keys and values", "Split it.")
        self._anchors_and_tags(event, where)
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent") and depth >= DEPTH:
            self._stop(where, f"the nesting is deeper than {DEPTH}", "Write it flatter.")
        if kind == "MappingStartEvent":
            return self._mapping(event, where, depth)
        if kind == "SequenceStartEvent":
            return self._list(event, where, depth)
        if kind != "ScalarEvent":
            return Node(where)
        return Node(where, self._scalar(event, where), style=event.style or "")

    def _anchors_and_tags(self, event: Any, where: _Range) -> None:
        name = type(event).__name__
        if name == "AliasEvent":
            message = f"`*{cut(event.anchor)}` is an alias, and aliases are not allowed"
            self._refuse(where, message, self._unmarked(where))
        elif event.anchor is not None:
            message = f"`&{cut(event.anchor)}` is an anchor, and anchors are not allowed"
            self._refuse(where, message, self._unmarked(where))
        elif event.ctag is not None:
            written = str(event.ctag).replace("tag:yaml.org,2002:", "!!", 1)
            message = f"`{cut(written)}` is a tag, and tags are not allowed"
            self._refuse(where, message, self._unmarked(where))

    def _unmarked(self, where: _Range) -> str:
        from opsflow.reading import accidents

        return accidents.without_mark(self.lines[where.start[0]], where.start[1])

    def _quoted(self, where: _Range) -> str:
        from opsflow.reading import accidents

        return accidents.quoted(self.lines[where.start[0]])

    def _scalar(self, event: Any, where: _Range) -> str | None:
        text: str = event.value
        if not text and event.style is None:
            return None
        bad = refused(text)
        if bad:
            self._refuse(where, f"an escape stands for {name_of(bad[0])}, which is not allowed", "Remove it.")
        if event.style is None and text[0] == "-" and odd_space(text[1:2]):
            self._refuse(where, _odd(text[1]), "Write a plain space.")
        return text

    def _list(self, began: Any, where: _Range, depth: int) -> Node:
        node = Node(where, kind="list", style="flow" if began.flow_style else "")
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                node.at = _until(where, _range(event))
                break
            node.items.append(self._node(event, depth + 1))
        return node

    def _mapping(self, began: Any, where: _Range, depth: int) -> Node:
        from unicodedata import normalize

        node = Node(where, kind="mapping", style="flow" if began.flow_style else "")
        seen: dict[str, _Range] = {}
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                node.at = _until(where, _range(event))
                break
            key, place = self._key(event, depth), _range(event)
            value = self._node(next(self.events), depth + 1)
            value.key_at = place
            same = normalize("NFC", key)
            if same in seen:
                lines = f"{seen[same].start[0] + 1} and {place.start[0] + 1}"
                self._refuse(place, f"`{cut(key)}` is given twice, on lines {lines}", "Keep one of the two.")
            else:
                seen[same] = place
                node.keys[key] = value
        return node

    def _key(self, event: Any, depth: int) -> str:
        node = self._node(event, depth + 1)
        if node.kind != "scalar":
            message = "a list or a mapping stands where a key belongs"
            self._refuse(node.at, message, self._quoted(node.at) or "Write one text as the key.")
        elif node.scalar is None or not node.scalar.strip():
            self._refuse(node.at, "a key is missing before the colon", "Write the key, or quote the text.")
        elif node.scalar == "<<" and event.style is None:
            self._refuse(
                node.at, "`<<` is a merge key, and merge keys are not allowed", "Write the keys out."
            )
        elif len(node.scalar) > _LONGEST_KEY or "\n" in node.scalar:
            self._refuse(node.at, "a key has several lines or is too long", "Keys are short plain words.")
        elif odd_space(node.scalar):
            self._refuse(node.at, _odd(odd_space(node.scalar)), "Write a plain space.")
        return node.scalar or ""


def _odd(space: str) -> str:
    return f"{name_of(space)} stands where YAML takes only plain spaces"


def _not_a_mapping(path: str, tree: Node) -> Fault:
    what = "a list" if tree.kind == "list" else "a text"
    place = Place(path, tree.at.start[0] + 1, tree.at.start[1] + 1)
    return fault(place, f"the file is {what}, not keys with values", "Write `key: value` lines.")


# -- ruamel.yaml --------------------------------------------------------------------------------


def events(text: str) -> Iterator[Any]:
    """ruamel's events of a text, pure, with a new object for each text so that nothing leaks between files.

    Raises whatever ruamel raises, and its ScannerError where brackets nest deeper than DEPTH: its
    scanner would need half a minute for 2,000 of them.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _scanner()
    parsed: Iterator[Any] = yaml.parse(text)
    return parsed


@cache
def _scanner() -> type:
    from ruamel.yaml.scanner import Scanner, ScannerError

    class Shallow(Scanner):
        def fetch_flow_collection_start(self, TokenClass: Any, to_push: Any) -> None:  # noqa: N803
            if self.flow_level >= DEPTH:
                raise ScannerError(None, None, f"the nesting is deeper than {DEPTH}", self.reader.get_mark())
            super().fetch_flow_collection_start(TokenClass, to_push)

    return Shallow


def _range(event: Any) -> _Range:
    start, end = event.start_mark, event.end_mark
    return _Range((start.line, start.column), (end.line, end.column), start.index, end.index)


def _until(began: _Range, ended: _Range) -> _Range:
    return _Range(began.start, ended.end, began.first, ended.last)


def _trouble(error: Exception) -> Trouble:
    """What a parser's exception says: where, what, and where the construct began."""
    from opsflow.reading.accidents import Trouble

    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    return Trouble(
        problem=str(getattr(error, "problem", None) or type(error).__name__),
        line=mark.line if mark else 0,
        column=mark.column if mark else 0,
        context=str(getattr(error, "context", None) or ""),
        began=(context.line, context.column) if context else None,
    )


def _first_trouble(text: str) -> Trouble | None:
    """Where the parser first fails on a text, or None: does a correction help?"""
    try:
        for _ in events(text):
            pass
    except Exception as error:
        return _trouble(error)
    return None
