"""Other people's YAML -> plain data, read tolerantly and in bounded time.

Scalars keep their source text, so an impossible date or an odd number is the text that its author
wrote. What real repositories hold is accepted: aliases, merge keys, tags, several documents, a key given
twice (the last one counts), tabs where libyaml takes them.

`_plain` recognises the plain form that most files have and gives exactly what the reference reader,
over the events of documents.py, gives for it; OPSFLOW_SLOW=1 leaves it out.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from opsflow.model import Keys

MAX_YAML = 256 << 10
"""The longest text that is read; the reference reader takes some seconds for so much."""
MAX_DEPTH = 64
MAX_NODES = 300_000
"""The most values in one document, aliases counted as often as they stand."""


class Trouble(NamedTuple):
    """Why a file, or a part of it, cannot be read."""

    reason: str
    line: int = 1
    column: int = 1
    keys: Keys = ()
    """Of a record that is wrong: where it stands, instead of line and column."""
    absent: bool = False
    """True where a file has nothing at the way to its records."""
    known: Mapping[str, str] | None = None
    """Fields of the record that stand there in spite of it: good enough to tell whose record it is."""
    hint: str = ""
    """What to do; empty: to correct what is named."""


class Unreadable(Exception):
    """Never leaves the reading of records: it ends there as a Trouble."""

    def __init__(self, reason: str, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(reason)
        self.trouble = Trouble(reason, line, column, hint=hint)


_OCTAL = re.compile(r"[-+]?0[0-7_]+", re.ASCII)
_TRUE = re.compile(r"y|yes|on|true", re.IGNORECASE)
_FALSE = re.compile(r"n|no|off|false", re.IGNORECASE)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


def _resolved(version: str) -> Callable[[str], str | None]:
    """What a plain scalar is: its text, or None for null.

    YAML 1.1 reads `0752` as octal, and `yes` and `on` as true; 1.2 reads both as they stand.
    """

    def of_1_1(text: str) -> str | None:
        if text in _NULLS:
            return None
        if _OCTAL.fullmatch(text):
            return str(int(text.replace("_", ""), 8))
        if len(text) > 5:
            return text
        return "true" if _TRUE.fullmatch(text) else "false" if _FALSE.fullmatch(text) else text

    return of_1_1 if version == "1.1" else lambda text: None if text in _NULLS else text


class Document(NamedTuple):
    value: Any
    repeated: tuple[str, ...]
    nodes: int = 0
    """How many values it has, aliases counted as often as they stand; 0 where it has no alias."""


_START = re.compile(r"^(?=---(?:[ \t\n]|\Z))", re.MULTILINE)
_HEAD = re.compile(r"(?:[#%].*\n|[ \t]*\n)*")


class Part(NamedTuple):
    """One document's lines."""

    text: str
    above: int
    """How many lines stand before it."""


def parts(text: str) -> list[Part]:
    """The documents of a text, cut at their `---`, so that a broken one hides no other.

    Within a document no line can begin so, not even one of a block or of a quoted text. What stands
    above the first document, comments and directives, belongs to it.
    """
    out: list[Part] = []
    held, above = "", 0
    for piece in _START.split(text):
        held += piece
        if not _HEAD.fullmatch(held):
            out.append(Part(held, above))
            above += held.count("\n")
            held = ""
    return out or [Part(held, 0)]


def load(text: str, version: str = "1.2") -> Document:
    """A text of one or more documents: the first mapping, or what stands there instead; or Unreadable."""
    if len(text) > MAX_YAML:
        raise Unreadable(f"the YAML is larger than {MAX_YAML >> 10} KiB")
    if not os.environ.get("OPSFLOW_SLOW"):
        value = _plain(text, version)
        if value is not None:
            return Document(value, ())
    return _reference(text, version)


def _reference(text: str, version: str) -> Document:
    """The first mapping of the text's documents, by the reference reader."""
    try:
        return _Builder(text, version).document()
    except Unreadable as error:
        if "\t" not in text:
            raise
        try:
            return _Builder(text.replace("\t", " "), version).document()
        except Unreadable:
            raise error from None


class _Builder:
    """Builds plain data from the events of one text."""

    def __init__(self, text: str, version: str) -> None:
        self.events = events(text)
        self.resolved = _resolved(version)
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.repeated: list[str] = []

    def document(self) -> Document:
        found: Any = None
        for event in self.events:
            if event[0] in ("Scalar", "SequenceStart", "MappingStart", "Alias"):
                value = self.node(event, 0)
                found = value if found is None else found
                if isinstance(value, dict):
                    found = value
                    next(self.events, None)
                    break
        return Document(found, tuple(self.repeated), self.nodes if self.anchors else 0)

    def node(self, event: Event, depth: int) -> Any:
        kind, raw, line, column = event
        before = self.nodes
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise Unreadable("the file is nested too deeply", line, column)
        if kind == "Alias":
            value, size = self.anchors.get(raw.anchor, (None, -1))
            if size < 0:
                why = "stands inside what it stands for" if size < -1 else "stands for nothing"
                raise Unreadable(f"the alias *{raw.anchor} {why}", line, column)
            self.nodes += size
        elif kind == "Scalar":
            value = self.resolved(raw.value) if raw.implicit[0] and raw.style is None else raw.value
        else:
            if raw.anchor is not None:
                self.anchors[raw.anchor] = (None, -2)
            value = self.sequence(depth) if kind == "SequenceStart" else self.mapping(depth)
        if self.nodes > MAX_NODES:
            raise Unreadable(f"the file has more than {MAX_NODES} values", line, column)
        if kind != "Alias" and raw.anchor is not None:
            self.anchors[raw.anchor] = (value, self.nodes - before)
        return value

    def sequence(self, depth: int) -> list[Any]:
        out = []
        for event in self.events:
            if event[0] == "SequenceEnd":
                break
            out.append(self.node(event, depth + 1))
        return out

    def mapping(self, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        merged: list[Any] = []
        for event in self.events:
            if event[0] == "MappingEnd":
                break
            key = event[1].value if event[0] == "Scalar" else self.node(event, depth + 1)
            value = self.node(next(self.events, event), depth + 1)
            if key == "<<" and event[0] == "Scalar" and event[1].style is None:
                merged.extend(value if isinstance(value, list) else [value])
                continue
            name = key if isinstance(key, str) else "" if key is None else json.dumps(key)
            if name in out:
                self.repeated.append(name)
            out[name] = value
        for each in merged:
            if isinstance(each, dict):
                self.nodes += len(each)
                out = {**each, **out}
        return out


class Event(NamedTuple):
    kind: str
    raw: Any
    line: int
    column: int


def events(text: str) -> Iterator[Event]:
    """The parser's events. Any exception of the parser becomes an Unreadable with a place."""
    from opsflow.reading import reference

    try:
        for event in reference.events(text):
            mark = event.start_mark
            yield Event(type(event).__name__[:-5], event, mark.line + 1, mark.column + 1)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("the file is nested too deeply") from None
    except Exception as error:  # the parser raises bare ValueError, OverflowError and AssertionError too
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        reason = " ".join(problem.split())[:200] or type(error).__name__
        line, column = _mark(error, text)
        raise Unreadable(f"not YAML: {reason}", line, column) from None


def _mark(error: Exception, text: str) -> tuple[int, int]:
    """Line and column of a parser's complaint; of one about the text's end, where the construct began.

    Where that is not known it is the last character that says something.
    """
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    if marks[0] is None:
        return 1, 1
    for mark in marks:
        if mark is not None and text[mark.index :].strip():
            return mark.line + 1, mark.column + 1
    said = text.rstrip()
    return said.count("\n") + 1, max(1, len(said) - said.rfind("\n") - 1)


# The plain form: block mappings and sequences of scalars that stand on one line each.

_NOT_PLAIN = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd]")
_LINE = re.compile(r"^( *)([^ #\n].*)$", re.MULTILINE)
_KEY = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_./-]{0,99}(?: [A-Za-z0-9_./-]{1,40}){0,9}):(?: +(.*))?")
_FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/.(+$<=^~;)\\")
_DOUBLE = re.compile(r'"([^"\\]*)" *(?:(?<= )#.*)?')
_SINGLE = re.compile(r"'((?:[^']|'')*)' *(?:(?<= )#.*)?")
_FLOW = re.compile(r"\[([^\[\]{}#]*)\] *(?:(?<= )#.*)?")
_FLOW_ITEM = re.compile(r""" *(?:"([^"\\]*)"|'([^']*)'|([A-Za-z0-9_/.(+$^;][^,"':]*?)) *(?:,|$)""")


class _NotPlain(Exception):
    """The text is not in the plain form; the reference reader decides."""


def _plain(text: str, version: str) -> dict[str, Any] | None:
    """What `_reference` gives, for a mapping in the plain form; None for everything else."""
    if _NOT_PLAIN.search(text):
        return None
    lines = [(len(spaces), rest) for spaces, rest in _LINE.findall(text)]
    if lines and lines[0] == (0, "---"):
        del lines[0]
    if not lines or lines[0][0]:
        return None
    try:
        value, end = _plain_mapping(lines, 0, 0, _resolved(version), 0)
    except _NotPlain:
        return None
    return value if end == len(lines) else None


_Lines = list[tuple[int, str]]
_Resolve = Callable[[str], str | None]


def _plain_mapping(
    lines: _Lines, at: int, indent: int, resolved: _Resolve, depth: int
) -> tuple[dict[str, Any], int]:
    out: dict[str, Any] = {}
    count = len(lines)
    while at < count:
        here, line = lines[at]
        if here != indent:
            if here > indent:
                raise _NotPlain
            break
        match = _KEY.fullmatch(line)
        if match is None or match[1] in out:
            raise _NotPlain
        key, rest = match.groups()
        at += 1
        if rest and rest[0] != "#":
            out[key] = _plain_value(rest, resolved)
            continue
        value: Any = None
        if at < count and (lines[at][0] > indent or (lines[at][0] == indent and lines[at][1][:2] == "- ")):
            below, first = lines[at]
            if depth > 20:
                raise _NotPlain
            inner = _plain_sequence if first[:2] == "- " else _plain_mapping
            value, at = inner(lines, at, below, resolved, depth + 1)
        out[key] = value
    return out, at


def _plain_sequence(
    lines: _Lines, at: int, indent: int, resolved: _Resolve, depth: int
) -> tuple[list[Any], int]:
    out: list[Any] = []
    count = len(lines)
    while at < count:
        here, line = lines[at]
        if here != indent or line[:2] != "- ":
            if here > indent:
                raise _NotPlain
            break
        rest = line[2:].lstrip(" ")
        if _KEY.fullmatch(rest):
            below = indent + len(line) - len(rest)
            lines[at] = (below, rest)
            value, at = _plain_mapping(lines, at, below, resolved, depth + 1)
            out.append(value)
        else:
            out.append(_plain_value(rest, resolved))
            at += 1
    return out, at


def _plain_value(text: str, resolved: _Resolve) -> Any:
    """A scalar or a flow sequence of scalars, with the comment after it left out."""
    first = text[:1]
    if first in _FIRST and first:
        comment = text.find(" #")
        text = (text if comment < 0 else text[:comment]).rstrip(" ")
        if ": " in text or text[-1] == ":":
            raise _NotPlain
        return resolved(text)
    if first == '"' and (match := _DOUBLE.fullmatch(text)):
        return match[1]
    if first == "'" and (match := _SINGLE.fullmatch(text)):
        return match[1].replace("''", "'")
    if first == "[" and (match := _FLOW.fullmatch(text)):
        return _plain_flow(match[1], resolved)
    raise _NotPlain


def _plain_flow(text: str, resolved: _Resolve) -> list[Any]:
    out: list[Any] = []
    at, end = 0, len(text.rstrip(" "))
    while at < end:
        match = _FLOW_ITEM.match(text, at, end)
        if match is None:
            raise _NotPlain
        double, single, plain = match.groups()
        out.append(resolved(plain) if plain is not None else double if double is not None else single)
        at = match.end()
    if text[:end].endswith(","):
        raise _NotPlain
    return out
