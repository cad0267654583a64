"""What an editor is asked to change: the parts of its texts that become others, and files that move."""

from __future__ import annotations

from typing import NamedTuple

from opsflow.reading.lines import ends

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
    start, left = ends(before, after)
    return Edit(path, start, len(before) - left, after[start : len(after) - left])
