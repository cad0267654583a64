"""The source lines of a document, cut into blocks: one for each key of a mapping or element of a list.

Cutting looks at indentation alone and so is quick; whoever puts lines together again proves by reading
them that they say what they should.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from opsflow.reading.canonical import Value, recognise
from opsflow.reading.lines import Lines


class Block(NamedTuple):
    """The lines of one key or element: blank lines and comments above it, then its own."""

    key: str
    lead: Lines
    body: Lines
    value: Value


class Sheet(NamedTuple):
    """All blocks of a collection in order; comments before them that are nobody's, and those after."""

    head: Lines = ()
    blocks: tuple[Block, ...] = ()
    tail: Lines = ()


class Parts(NamedTuple):
    """A collection as the value of a key: its blocks, and what stands around them."""

    sheet: Sheet
    flow: bool
    """Whether it stands in brackets on one line: then each block is what stands between two commas."""
    column: int
    """At which its blocks begin; 0 in flow style."""
    before: str
    """The line of the key, in flow style up to the opening bracket."""
    after: str = ""
    """In flow style, the closing bracket and what follows."""


def read(path: str, data: bytes) -> dict[str, Value] | None:
    """What a file says; None where it cannot be read. The reference reader is imported where it is needed."""
    value = None if os.environ.get("OPSFLOW_SLOW") == "1" else recognise(data)
    if value is None:
        from opsflow.reading import reference

        value = reference.load(path, data)[0]
    return value


def document(lines: Lines, value: dict[str, Value]) -> Sheet | None:
    """The blocks of a whole file; None where its keys do not begin lines of their own."""
    start = _opening(lines)
    sheet = split(lines[start:], 0, value)
    if sheet is None:
        return None
    first, *rest = sheet.blocks
    blank = max((at + 1 for at, line in enumerate(first.lead) if not line.strip()), default=0)
    head = lines[:start] + first.lead[:blank]
    return Sheet(head, (first._replace(lead=first.lead[blank:]), *rest), sheet.tail)


def split(lines: Lines, column: int, value: dict[str, Value] | list[Value]) -> Sheet | None:
    """The blocks of a collection whose keys, or dashes, all stand at one column; None if they do not."""
    cut = _cut(lines, column, isinstance(value, list))
    pairs = [*value.items()] if isinstance(value, dict) else [(str(entry), entry) for entry in value]
    if cut is None or len(cut[0]) != len(pairs) or not pairs:
        return None
    found, tail = cut
    blocks = [Block(key, lead, body, entry) for (key, entry), (lead, body) in zip(pairs, found, strict=True)]
    return Sheet((), tuple(blocks), tail)


def parts(block: Block) -> Parts | None:
    """A collection taken apart, if it is written in a way that can be."""
    value = block.value
    if not isinstance(value, dict | list):
        return None
    line = scalar(block.body[0])
    if line is None:
        return None
    if not line.value and len(block.body) > 1:
        return _in_lines(block, value)
    if len(block.body) > 1 or line.value[:1] != ("{" if isinstance(value, dict) else "["):
        return None
    found = _pieces(line.value)
    if found is None or len(found) != len(value):
        return None
    entries = [*value.items()] if isinstance(value, dict) else [(str(entry), entry) for entry in value]
    blocks = [Block(key, (), (piece,), entry) for piece, (key, entry) in zip(found, entries, strict=True)]
    pad = " " if line.value[1] == " " and found else ""
    before, after = line.before + line.value[0] + pad, line.value[-1] + line.after
    return Parts(Sheet((), tuple(blocks)), True, 0, before, after)


def _in_lines(block: Block, value: dict[str, Value] | list[Value]) -> Parts | None:
    lines = block.body[1:]
    column = next((indent(line) for line in lines if line.strip() and line.lstrip()[0] != "#"), 0)
    sheet = split(lines, column, value)
    return sheet and Parts(sheet, False, column, block.body[0])


class Scalar(NamedTuple):
    """One line `key: value # comment`: the source of the value, and what stands around it."""

    before: str
    value: str
    after: str


def scalar(line: str, *, keyed: bool = True) -> Scalar | None:
    """The parts of a line; None where the value does not end on it. Without a key there may be a dash."""
    start = (_KEY if keyed else _DASH).match(line)
    if start is None:
        return None
    value = line[start.end() :].lstrip(" ")
    if value[:1] in ("", "#"):
        return Scalar(start[0], "", line[start.end() :])
    before = line[: len(line) - len(value)]
    end = _end(value)
    if end is None or not _AFTER.fullmatch(value, end):
        return None
    return Scalar(before, value[:end], value[end:])


def indent(line: str) -> int:
    """The number of spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))


def shifted(lines: Lines, by: int) -> Lines:
    """The lines with so many more spaces before them, or fewer; blank ones stay as they are."""
    if by < 0:
        return tuple(line[min(-by, indent(line)) :] for line in lines)
    return tuple(" " * by + line if line.strip() else line for line in lines)


_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
_KEY = re.compile(rf"\s*(?:(?:{_QUOTED})\s*|[^\s\"'#].*?):(?=\s|$)")
_DASH = re.compile(r"\s*(?:-(?=\s|$))?")
_AFTER = re.compile(r"\s*|\s+#.*")
_WHOLE = re.compile(_QUOTED)
_COMMENT = re.compile(r"\s#")
_KEEPS = re.compile(r"[|>][0-9]?\+[0-9]?")


def _opening(lines: Lines) -> int:
    """The number of lines that open a file: up to `---`, and a line for editors."""
    for at, line in enumerate(lines):
        if line.startswith("---"):
            return at + 1
        if line.strip() and line[0] != "#":
            break
    return 1 if lines and re.match(r"#\s*(?:yaml-language-server:|vim?:|-\*-)", lines[0]) else 0


_Cut = tuple[list[tuple[Lines, Lines]], Lines]


def _cut(lines: Lines, column: int, dashes: bool) -> _Cut | None:
    """The leads and bodies, and what follows the last of them."""
    found: list[tuple[Lines, list[str]]] = []
    waiting: list[str] = []
    for line in lines:
        text, at = line.lstrip(" "), indent(line)
        if not text.rstrip() or (text[0] == "#" and (at <= column or not found)):
            waiting.append(line)
        elif at > column or (not dashes and text.startswith("- ") and found):
            if not found:
                return None
            found[-1][1].extend((*waiting, line))
            waiting = []
        elif at < column or (dashes and text[:2].rstrip() != "-"):
            return None
        else:
            found.append((tuple(_keeping(found, waiting)), [line]))
            waiting = []
    waiting = _keeping(found, waiting)
    return [(lead, tuple(body)) for lead, body in found], tuple(waiting)


def _keeping(found: list[tuple[Lines, list[str]]], waiting: list[str]) -> list[str]:
    """Give a block text that keeps the blank lines at its end those; returns the other lines."""
    header = scalar(found[-1][1][0]) if found and "+" in found[-1][1][0] else None
    if header is None or not _KEEPS.fullmatch(header.value):
        return waiting
    end = next((at for at, line in enumerate(waiting) if line.strip()), len(waiting))
    found[-1][1].extend(waiting[:end])
    return waiting[end:]


def _end(rest: str) -> int | None:
    """Where a value ends that begins a text: at its closing quote or bracket, or before a comment."""
    if rest[:1] in ("'", '"'):
        match = _WHOLE.match(rest)
        return match.end() if match else None
    if rest[:1] in ("[", "{"):
        return next((at + 1 for at, mark in _marks(rest) if mark == "end"), None)
    comment = _COMMENT.search(rest)
    return len((rest[: comment.start()] if comment else rest).rstrip())


def _pieces(text: str) -> list[str] | None:
    """What stands between the commas of a collection in brackets, spaces included; None if unsure."""
    start, out = 1, []
    for at, mark in _marks(text):
        if mark == "doubt":
            return None
        out.append(text[start:at])
        start = at + 1
    if len(out) == 1 and not out[0].strip():
        return []
    return out if start == len(text) and all(piece.strip() for piece in out) else None


def _marks(text: str) -> Iterator[tuple[int, str]]:
    """Each comma of the outermost brackets, then the bracket that closes them: "end"."""
    depth, at, fresh = 0, 0, True
    while at < len(text):
        sign = text[at]
        if sign in "'\"" and fresh:
            match = _WHOLE.match(text, at)
            if match is None:
                return
            at, fresh = match.end(), False
            continue
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if not depth:
                yield at, "end"
                return
        elif sign == "," and depth == 1:
            yield at, "comma"
        elif sign == "#" and text[at - 1] in " \t":
            yield at, "doubt"
        fresh = sign in "[{," or (sign == ":" and text[at + 1 : at + 2] == " ") or (fresh and sign == " ")
        at += 1
