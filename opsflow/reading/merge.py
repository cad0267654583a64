"""Three versions of a file become one, field by field.

What the merged document says is decided on plain values; then source lines are looked for that say it,
with the comments and the layout of both sides. Nothing is believed of them before they are read again.
What cannot be proven so is a conflict, and people resolve it.

    a field that one side changed       is that side's, with its comments
    a list of texts                     is a set with an order: both sides' additions and removals count
    `allow`, `entered`                  each rule, each state for itself; so are people, teams, services
    a block text                        by lines, as Git; a `checklist` by steps
    anything else, `state` above all    is a conflict where both sides changed it, and not alike
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from opsflow.reading import blocks, fields, lines
from opsflow.reading.agreed import agreed, preferred
from opsflow.reading.blocks import Sheet
from opsflow.reading.lines import Chunk, Clash, Labels, Lines, Markers

__all__ = ["Labels", "Markers", "Merged", "by_fields", "by_lines", "merge"]

PLAIN = Markers()


class Merged(NamedTuple):
    """A merged file, and what people have to resolve in it; without that, the file is readable."""

    data: bytes
    conflicts: tuple[str, ...]
    """`state`, `allow.stale`, `comment above due`; an empty text where lines clash, and not fields."""


def merge(path: str, base: bytes, ours: bytes, theirs: bytes, markers: Markers = PLAIN) -> Merged:
    """The three versions as one; an empty base where both sides added the file.

    `path` tells an item from people.yaml, catalog.yaml and opsflow.yaml.
    """
    return by_fields(path, base, ours, theirs, markers) or by_lines(path, base, ours, theirs, markers)


def by_fields(path: str, base: bytes, ours: bytes, theirs: bytes, markers: Markers) -> Merged | None:
    """The same; None where a version is not in opsflow's own format, or its lines cannot be told apart."""
    mine, yours = _version(path, ours), _version(path, theirs)
    if mine is None or yours is None:
        return None
    old = _version(path, base) if base else _Version(Sheet(), mine.style)
    if old is None:
        return None
    found = fields.merge(path, old.sheet, mine.sheet, yours.sheet)
    for number, value in ((0, found.ours), (2, found.theirs)):
        proof = "".join(f"{line}\n" for line in lines.side(found.chunks, number))
        if (blocks.read(path, proof.encode()),) != value:
            return None
    style = _Style(*(preferred(*each) for each in zip(old.style, mine.style, yours.style, strict=True)))
    data = _bytes(found.chunks, style, markers)
    marked = lines.merged(found.chunks) is None
    if marked != bool(found.conflicts) or (not marked and blocks.read(path, data) is None):
        return None
    return Merged(data, found.conflicts)


def by_lines(path: str, base: bytes, ours: bytes, theirs: bytes, markers: Markers) -> Merged:
    """The three versions merged as any text; a conflict where that would break what both sides can read.

    What is no text stays as ours is, and is a conflict.
    """
    taken = agreed(base, ours, theirs)
    if taken:
        return Merged(taken[0], ())
    if any(b"\0" in data for data in (base, ours, theirs)):
        return Merged(ours, ("",))
    old, mine, yours = [_rows(data) for data in (base, ours, theirs)]
    chunks = lines.merge(old, mine, yours)
    whole = lines.merged(chunks)
    if whole is not None:
        data = "".join(whole).encode("latin-1")
        if sound(path, data, ours, theirs):
            return Merged(data, ())
        chunks = lines.clash(old, mine, yours)
    newline = "\r\n" if ours.count(b"\r\n") * 2 > ours.count(b"\n") else "\n"
    labels = (label.encode("utf-8", "replace").decode("latin-1") for label in markers.labels)
    ended = [_ended(chunk, newline) for chunk in chunks]
    text = "".join(lines.written(ended, markers._replace(labels=Labels(*labels)), newline))
    return Merged(text.encode("latin-1"), ("",) * sum(isinstance(chunk, Clash) for chunk in chunks))


def sound(path: str, data: bytes, ours: bytes, theirs: bytes) -> bool:
    """Whether a file without conflicts can be read, where both of its sides could."""
    sides = [blocks.read(path, version) for version in (ours, theirs)]
    return None in sides or blocks.read(path, data) is not None


# -- files --------------------------------------------------------------------------------------


class _Style(NamedTuple):
    """What is the same for all lines of a file."""

    crlf: bool
    bom: bool
    ended: bool
    """Whether the last line ends in a line break."""


class _Version(NamedTuple):
    sheet: Sheet
    style: _Style


_BOM = "\ufeff"


def _version(path: str, data: bytes) -> _Version | None:
    """A file taken apart; None where it is not opsflow's format, or has line breaks of both kinds."""
    if blocks.read(path, data) is None:
        return None
    text = data.decode()
    returns = text.count("\r\n")
    if returns not in (0, text.count("\n")):
        return None
    style = _Style(returns > 0, text.startswith(_BOM), text.endswith("\n"))
    text = text.removeprefix(_BOM).replace("\r\n", "\n").removesuffix("\n") + "\n"
    value = blocks.read(path, text.encode())
    sheet = value and blocks.document(tuple(text[:-1].split("\n")), value)
    return _Version(sheet, style) if sheet else None


def _bytes(chunks: Sequence[Chunk], style: _Style, markers: Markers) -> bytes:
    """The file. A byte order mark is a part of its first line, so that a mark of a clash begins its own."""
    first, *rest = (chunk for chunk in chunks if chunk)
    if style.bom:
        first = Clash(*map(_with_bom, first)) if isinstance(first, Clash) else _with_bom(first)
    text = "".join(f"{row}\n" for row in lines.written([first, *rest], markers))
    clashes = any(isinstance(chunk, Clash) for chunk in chunks)
    text = text if style.ended or clashes else text.removesuffix("\n")
    return (text.replace("\n", "\r\n") if style.crlf else text).encode()


def _with_bom(rows: Lines) -> Lines:
    return (_BOM + rows[0], *rows[1:]) if rows else rows


def _rows(data: bytes) -> Lines:
    """The lines of any bytes, each with its line break."""
    return tuple(re.findall("[^\n]*\n|[^\n]+", data.decode("latin-1")))


def _ended(chunk: Chunk, newline: str) -> Chunk:
    """A clash whose sides end in a line break, for a mark follows."""
    if not isinstance(chunk, Clash):
        return chunk
    return Clash(*(_with_end(side, newline) for side in chunk))


def _with_end(rows: Lines, newline: str) -> Lines:
    return (*rows[:-1], rows[-1] + newline) if rows and not rows[-1].endswith("\n") else rows
