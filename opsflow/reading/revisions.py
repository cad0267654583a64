"""The file that `ignore_revs:` names: one full commit id a line, `#` for comments, as `git blame` has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from opsflow.model import BOARD_FILE, Fault, Judgement, Place, Spot, Tree
from opsflow.reading.text import cut

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.IGNORECASE)
_SHORT = re.compile(r"[0-9a-f]{4,63}", re.IGNORECASE)
_MOST_FAULTS = 20


def read(data: bytes) -> frozenset[str]:
    """The ids that the file lists, in small letters. What is no full id is passed over."""
    return frozenset(text.lower() for _, _, text in _entries(data) if _ID.fullmatch(text))


def faults(path: str, tree: Tree, known: Iterable[Fault]) -> tuple[Fault, ...]:
    """What is wrong with the file; `known` is what is known to be wrong with the tree already."""
    if not path:
        return ()
    data = tree.get(path)
    if data is None:
        said = any(fault.judgement.where.path == path for fault in known)
        return () if said else (_absent(path),)
    bad = (entry for entry in _entries(data) if not _ID.fullmatch(entry[2]))
    return tuple(_no_id(path, *entry) for entry, _ in zip(bad, range(_MOST_FAULTS), strict=False))


def _entries(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of every entry."""
    for number, line in enumerate(data.decode("utf-8-sig", "replace").split("\n"), 1):
        written = line.partition("#")[0]
        text = written.strip()
        if text:
            yield number, len(written) - len(written.lstrip()) + 1, text


def _absent(path: str) -> Fault:
    message = f"`ignore_revs` names {cut(path)}, and there is no such file"
    hint = "Correct the path, or add the file; without it every commit counts."
    return Fault("unreadable-file", Judgement(Spot(BOARD_FILE, ("ignore_revs",)), message, hint))


def _no_id(path: str, line: int, column: int, text: str) -> Fault:
    message = f"`{cut(text)}` is no full id of a commit"
    hint = "Write one full id a line, and a comment after `#`."
    if _SHORT.fullmatch(text):
        hint = f"Write the id in full: `git rev-parse {text}` prints it."
    return Fault("misshapen", Judgement(Place(path, line, column, len(text)), message, hint))
