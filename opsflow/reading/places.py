"""Where a key of a foreign record stands in its file: for what is reported, not for reading.

A file of many records may have a finding in each. So what a search has seen of the file is kept until the
next file is asked for, and all places together cost about as much as reading the file once more.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from opsflow.model import Keys, Place
from opsflow.reading import loose
from opsflow.reading.loose import MAX_YAML, Event, Unreadable, events
from opsflow.reading.records import MAX_BYTES, MAX_HEAD, decoded, front_matter


def locate(data: bytes, format: str, keys: Keys, path: str) -> Place:
    """The place of a key or of a list's element; of its nearest ancestor where it is not there.

    Slow: the file is read again. Never raises; the top of the file where nothing better is known.
    """
    if len(data) > MAX_BYTES:
        return Place(path)
    try:
        if format == "yaml":
            return _in_documents(_text(data), keys, path)
        if format == "json":
            return _in_json(_text(data), keys, path, 1)
        if format == "jsonl" and keys and isinstance(keys[0], int):
            return _in_json(decoded(_lines(data)[keys[0]]), keys[1:], path, keys[0] + 1)
        if format in ("csv", "tsv") and keys and isinstance(keys[0], int):
            return Place(path, keys[0] + 1)
        if format == "markdown" and (matter := front_matter(data)) and not matter.toml:
            return _in_yaml(decoded(matter.head), keys, path, 1)
        return _by_name(data[:MAX_HEAD].decode(errors="replace"), keys, path)
    except (Unreadable, RecursionError, IndexError, ValueError, TypeError):
        return Place(path)


_text = lru_cache(maxsize=1)(decoded)
_parts = lru_cache(maxsize=1)(loose.parts)


@lru_cache(maxsize=1)
def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def _by_name(text: str, keys: Keys, path: str) -> Place:
    """The line that begins with the last key that is a name: enough for headers and TOML."""
    for key in reversed(keys):
        match = re.search(rf"^[ \t*:]*({re.escape(str(key))})\**[ \t]*[:=]", text, re.MULTILINE)
        if match and isinstance(key, str):
            line = text.count("\n", 0, match.start(1)) + 1
            return Place(path, line, match.start(1) - text.rfind("\n", 0, match.start(1)), len(key))
    return Place(path)


def _in_documents(text: str, keys: Keys, path: str) -> Place:
    """Of several documents the first key is the position of the one that is meant."""
    parts = _parts(text)
    if len(parts) == 1 or not keys or not isinstance(keys[0], int):
        return _in_yaml(text, keys, path, 0)
    part = parts[keys[0]]
    return _in_yaml(part.text, keys[1:], path, part.above)


def _in_yaml(text: str, keys: Keys, path: str, above: int) -> Place:
    """`above`: how many lines of the file stand before the text."""
    place = Place(path, 1 + above)
    if len(text) > MAX_YAML:
        return place
    inner = _tree(text)
    for key in keys:
        found = inner.get(key)
        if found is None:
            break
        place, inner = Place(path, found.line + above, found.column, found.width), found.inner
    return place


class _Seen(NamedTuple):
    """Where a key or an element of a YAML text stands, and what stands in it."""

    line: int
    column: int
    width: int
    inner: _Tree


_Tree = dict[str | int, _Seen]


@lru_cache(maxsize=4)
def _tree(text: str) -> _Tree:
    """What stands in a text, as far as it can be read; tabs are spaces where that helps."""
    for candidate in (text, text.replace("\t", " ")):
        walk = _Walk(candidate)
        if walk.is_whole():
            break
    return walk.tree


class _Walk:
    """Goes through the events of a YAML text. Of a key that stands twice the last one counts."""

    def __init__(self, text: str) -> None:
        self.events = events(text)
        self.tree: _Tree = {}

    def is_whole(self) -> bool:
        """False where the text cannot be read to its end."""
        try:
            for event in self.events:
                if event.kind in ("MappingStart", "SequenceStart"):
                    self.through(event, self.tree)
                    return True
        except Unreadable:
            return False
        return True

    def through(self, top: Event, tree: _Tree) -> None:
        """One collection, into a tree."""
        sequence = top.kind == "SequenceStart"
        for position, event in enumerate(self.events):
            if event.kind in ("SequenceEnd", "MappingEnd"):
                return
            name: str | int = position if sequence else getattr(event.raw, "value", "")
            value = event if sequence else self.value_of(event)
            end = event.raw.end_mark
            width = end.column + 1 - event.column if end.line + 1 == event.line else 1
            tree[name] = _Seen(event.line, event.column, max(width, 1), {})
            if value.kind in ("SequenceStart", "MappingStart"):
                self.through(value, tree[name].inner)

    def value_of(self, key: Event) -> Event:
        if key.kind in ("SequenceStart", "MappingStart"):
            self.through(key, {})
        return next(self.events, key)


_JSON_SPACE = re.compile(r"[ \t\r\n]*")


def _in_json(text: str, keys: Keys, path: str, line: int) -> Place:
    """Walks a JSON text without recursion, along the keys. `line`: the number of its first line."""
    found = at = _spaces(text, 0)
    width = 1
    for key in keys:
        member = _members(text, at).get(key)
        if member is None:
            break
        found, width, at = member
    breaks = _breaks(text)
    above = bisect_left(breaks, found)
    column = found - (breaks[above - 1] if above else -1)
    return Place(path, line + above, column, width)


@lru_cache(maxsize=1)
def _breaks(text: str) -> list[int]:
    """Where the lines of a text end."""
    return [match.start() for match in re.finditer("\n", text)]


@lru_cache(maxsize=8)
def _members(text: str, at: int) -> dict[str | int, tuple[int, int, int]]:
    """The keys or elements of the collection at a position: where each begins, its width, and its value.

    Nothing where no collection stands there.
    """
    found: dict[str | int, tuple[int, int, int]] = {}
    if text[at : at + 1] not in ("[", "{"):
        return found
    sequence = text[at] == "["
    at = _spaces(text, at + 1)
    while at < len(text) and text[at] not in "]}":
        start = at
        if sequence:
            found[len(found)] = start, 1, start
        else:
            end = _past(text, start)
            at = _spaces(text, _spaces(text, end) + 1)
            found.setdefault(json.loads(text[start:end], strict=False), (start, end - start, at))
        at = _spaces(text, _past(text, at))
        at = _spaces(text, at + 1) if text[at : at + 1] == "," else at
    return found


def _spaces(text: str, at: int) -> int:
    match = _JSON_SPACE.match(text, at)
    return match.end() if match else at


def _past(text: str, at: int) -> int:
    """The position after the value that begins at `at`."""
    depth = 0
    for token in _JSON_BRACKETS.finditer(text, at):
        bracket = token[0]
        if bracket in "[{":
            depth += 1
        elif bracket in "]}":
            depth -= 1
        if depth <= 0:
            return token.end()
    raise Unreadable("not JSON")


_JSON_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s,:\[\]{}"]+', re.DOTALL)
