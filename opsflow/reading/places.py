"""Where a key of a foreign record stands in its file: for what is reported, not for reading."""

from __future__ import annotations

import json
import re

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
            return _in_documents(decoded(data), keys, path)
        if format == "json":
            return _in_json(decoded(data), 0, keys, path, 1)
        if format == "jsonl" and keys and isinstance(keys[0], int):
            line = data.split(b"\n")[keys[0]]
            return _in_json(decoded(line), 0, keys[1:], path, keys[0] + 1)
        if format in ("csv", "tsv") and keys and isinstance(keys[0], int):
            return Place(path, keys[0] + 1)
        if format == "markdown" and (matter := front_matter(data)) and not matter.toml:
            return _in_yaml(decoded(matter.head), keys, path, 1)
        return _by_name(data[:MAX_HEAD].decode(errors="replace"), keys, path)
    except (Unreadable, RecursionError, IndexError, ValueError):
        return Place(path)


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
    parts = loose.parts(text)
    if len(parts) == 1 or not keys or not isinstance(keys[0], int):
        return _in_yaml(text, keys, path, 0)
    part = parts[keys[0]]
    return _in_yaml(part.text, keys[1:], path, part.above)


def _in_yaml(text: str, keys: Keys, path: str, above: int) -> Place:
    """`above`: how many lines of the file stand before the text."""
    if len(text) > MAX_YAML:
        return Place(path, 1 + above)
    for candidate in (text, text.replace("\t", " ")):
        walk = _Walk(candidate, path, above)
        if walk.to(keys):
            return walk.place
    return walk.place


class _Walk:
    """Follows keys through the events of a YAML text; `place` is the nearest that was found so far."""

    def __init__(self, text: str, path: str, above: int) -> None:
        self.events = events(text)
        self.place = Place(path, 1 + above)
        self.above = above

    def to(self, keys: Keys) -> bool:
        """False where the text cannot be read to its end."""
        try:
            for event in self.events:
                if event.kind in ("MappingStart", "SequenceStart"):
                    self.through(event, keys)
                    return True
        except Unreadable:
            return False
        return True

    def through(self, top: Event, keys: Keys) -> None:
        """One collection. Of a key that stands twice the last one counts, as in reading."""
        sequence = top.kind == "SequenceStart"
        for position, event in enumerate(self.events):
            if event.kind in ("SequenceEnd", "MappingEnd"):
                return
            name: str | int = position if sequence else getattr(event.raw, "value", "")
            value = event if sequence else self.value_of(event)
            found = bool(keys) and keys[0] == name and isinstance(keys[0], int) == sequence
            if found:
                end = event.raw.end_mark
                width = end.column + 1 - event.column if end.line + 1 == event.line else 1
                self.place = Place(self.place.path, event.line + self.above, event.column, max(width, 1))
            if value.kind in ("SequenceStart", "MappingStart"):
                self.through(value, keys[1:] if found else ())

    def value_of(self, key: Event) -> Event:
        if key.kind in ("SequenceStart", "MappingStart"):
            self.through(key, ())
        return next(self.events, key)


_JSON_SPACE = re.compile(r"[ \t\r\n]*")


def _in_json(text: str, at: int, keys: Keys, path: str, line: int) -> Place:
    """Walks a JSON text without recursion, along the keys. `line`: the number of its first line."""
    found = at = _spaces(text, at)
    width = 1
    while keys and at < len(text) and text[at] in "[{":
        sequence = text[at] == "["
        at = _spaces(text, at + 1)
        position, hit = 0, False
        while at < len(text) and text[at] not in "]}":
            start = at
            name: str | int = position
            if not sequence:
                end = _past(text, at)
                name = json.loads(text[start:end], strict=False)
                at = _spaces(text, _spaces(text, end) + 1)
            if name == keys[0] and isinstance(keys[0], int) == sequence:
                hit = True
                found, width = start, (1 if sequence else end - start)
                break
            at = _spaces(text, _past(text, at))
            at = _spaces(text, at + 1) if text[at : at + 1] == "," else at
            position += 1
        if not hit:
            break
        keys = keys[1:]
    column = found - (text.rfind("\n", 0, found) + 1) + 1
    return Place(path, line + text.count("\n", 0, found), column, width)


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
