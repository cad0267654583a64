"""Merging block texts: a description by lines, a checklist by steps."""

from __future__ import annotations

import re
from typing import NamedTuple

from opsflow.reading import blocks, lines
from opsflow.reading.agreed import Found, Names, Outcome, agreed, preferred
from opsflow.reading.blocks import Block
from opsflow.reading.lines import Chunk, Clash, Lines


class _Literal(NamedTuple):
    """A block text: `key: |`, the spaces before its lines, and the lines."""

    header: str
    indent: int
    rows: Lines


def merge(base: Block | None, ours: Block, theirs: Block, steps: bool, names: Names) -> Outcome | None:
    """A block text by lines; None where a version is written in another way."""
    old = _cut(base) if base else None
    mine, yours = _cut(ours), _cut(theirs)
    if mine is None or yours is None or (base and old is None):
        return None
    header = agreed(old and old.header, mine.header, yours.header)
    if not header:
        return None
    merged = lines.merge(
        old.rows if old else (), mine.rows, yours.rows, apart=steps, join=_steps if steps else None
    )
    values = [_said(header[0], lines.side(merged, number)) for number in (0, 2)]
    if not values[0] or not values[1]:
        return None
    column = preferred(old and old.indent, mine.indent, yours.indent)
    chunks = [_indented(chunk, column) for chunk in merged]
    clashes = any(isinstance(chunk, Clash) for chunk in merged)
    return Outcome([header, *chunks], values[0], values[1], (".".join(names),) * clashes)


def _cut(block: Block) -> _Literal | None:
    line = blocks.scalar(block.body[0])
    body = block.body[1:]
    if line is None or line.value not in ("|", "|-") or not body:
        return None
    column = next((blocks.indent(row) for row in body if row.strip()), 0)
    rows = tuple(row[column:] for row in body)
    return _Literal(block.body[0], column, rows) if _said(block.body[0], rows) == (block.value,) else None


def _said(header: str, rows: Lines) -> Found:
    """The value of a block text; nothing where its first line would be taken for its indentation."""
    first = next((row for row in rows if row.strip()), " ")
    if first[0] == " " or (rows[0] != first and any(rows[: rows.index(first)])):
        return ()
    line = blocks.scalar(header)
    text = "\n".join(rows).rstrip("\n")
    return (text if line and line.value == "|-" else f"{text}\n",)


def _indented(chunk: Chunk, column: int) -> Chunk:
    if isinstance(chunk, Clash):
        return Clash(*(blocks.shifted(side, column) for side in chunk))
    return blocks.shifted(chunk, column)


def _steps(ours: Lines, theirs: Lines) -> Lines | None:
    """Both sides' new steps, each once; None where they differ on whether one is done."""
    names = {_BOX.sub("", row): row for row in ours}
    if any(names.get(_BOX.sub("", row), row) != row for row in theirs):
        return None
    return lines.both(ours, theirs)


_BOX = re.compile(r"^- \[[ xX]\] ")
