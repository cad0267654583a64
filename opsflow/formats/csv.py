"""Rows as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from opsflow.formats.visible import visible

ACTING = "=+-@|%\uff1d\uff0b\uff0d\uff20"
"""What makes a spreadsheet take a text for a formula or a command, where it stands first."""

_SIGNS = frozenset(ACTING)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z:._+-]*")
"""What is its own cell beyond doubt: ids, names, days and moments."""
_NEEDS_QUOTES = re.compile(r'[",;\t\n]|^\s|\s$')


def render(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and the rows; lines end in a line feed, None is an empty cell.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP ASVS
    1.2.10); numbers stay numbers. Who needs the exact text takes JSON.
    """
    return "".join(",".join(map(cell, row)) + "\n" for row in (columns, *rows))


def cell(value: object) -> str:
    """A value as one cell, in quotes where another separator than the comma could split it."""
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    text = "\n".join(visible(line) for line in text.splitlines())
    if acts(text.lstrip("'")):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def acts(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula or a command."""
    return text.strip()[:1] in _SIGNS and not _NUMBER.fullmatch(text)


def unguarded(text: str) -> str:
    """What a cell said before it got an apostrophe in front."""
    return text[1:] if text[:1] == "'" and acts(text.lstrip("'")) else text
