"""What an editor is asked to change: the parts of its texts that become others, and files that move."""

from __future__ import annotations

from typing import NamedTuple

BOM = b"\xef\xbb\xbf"


class Edit(NamedTuple):
    """A part of a text, by positions in characters, and what stands there afterwards."""

    path: str
    start: int
    end: int
    text: str


class Change(NamedTuple):
    """Edits, each within the text as it is now; then files that get another path."""

    edits: tuple[Edit, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()


def between(path: str, old: bytes, new: bytes) -> Edit:
    """The smallest edit that makes one text of another."""
    before, after = (data.removeprefix(BOM).decode("utf-8", "replace") for data in (old, new))
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    left = 0
    while left < shorter - start and before[-1 - left] == after[-1 - left]:
        left += 1
    return Edit(path, start, len(before) - left, after[start : len(after) - left])
