"""What is to change, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from opsflow.model import NOTHING, Item

Files = Mapping[str, tuple[bytes | None, bytes | None]]
"""Paths, relative to the board's root, to the bytes before and after; None: there is no such file."""

NAMED = 3
"""So many ids are named in the first line of a commit's message."""


class Plan(NamedTuple):
    """An edit of one or several files. Without files it changes nothing, and `said` tells why."""

    root: str
    """The folder of the board, absolute."""
    files: Files
    subject: str
    """The first line of the commit: `OPS-7K3Q: Move to doing`."""
    said: tuple[str, ...]
    """What was done, one sentence for each item."""
    items: tuple[str, ...] = ()
    """The ids of the items that are edited: those that a waiver would be written into."""
    moved: Mapping[str, str] = NOTHING
    """New paths to old ones, of files that go somewhere else; both are in `files`."""
    kept: tuple[str, ...] = ()
    """The paths of items that are already as they are to be."""


class Edited(NamedTuple):
    """What is to become of one item."""

    item: Item
    before: bytes
    after: bytes
    said: str
    """What was done: "moved from ready to doing"; where nothing changes, why: "is in doing already"."""


def of(root: str, edited: Sequence[Edited], did: str) -> Plan:
    """The plan of edits of items, each in its own file; `did` is for the commit: "Move to doing"."""
    changed = [each for each in edited if each.after != each.before]
    return Plan(
        root,
        {each.item.path: (each.before, each.after) for each in changed},
        subject((each.item.id for each in changed), did),
        tuple(_sentence(each) for each in edited),
        tuple(each.item.id for each in changed),
        kept=tuple(each.item.path for each in edited if each.after == each.before),
    )


def subject(ids: Iterable[str], did: str) -> str:
    """The first line of a commit: `OPS-7K3Q: Move to doing`; of many items, the first are named."""
    names = list(ids)
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{rest}: {did}"


def _sentence(each: Edited) -> str:
    colon = ": " if each.said[:1] == ":" else " "
    return f"{each.item.id}{colon}{each.said.removeprefix(':').strip()}. {each.item.path}"
