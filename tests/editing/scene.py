"""A small board for tests of editing, and short ways to edit it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsflow.editing import standing, work
from opsflow.editing.plan import Plan
from opsflow.editing.work import Done, Wish
from opsflow.facts import Facts
from opsflow.model import Item

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONFIG = """board: Operations
key: OPS
workflow:
  - {state: inbox, kind: backlog}
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 2}
  - {state: review, kind: active, wip: 1, mode: block}
  - {state: done, kind: done}
  - {state: dropped, kind: discarded}
types: {request: {}, incident: {planned: false}}
fields:
  risk: {enum: [low, high]}
  hosts: {type: array, items: {type: string}}
"""
FILES = {
    "opsflow.yaml": CONFIG,
    "items/OPS-1-edge.yaml": "title: Renew edge certificates  # yearly\nstate: ready\nlabels: [a, b]\n",
    "items/OPS-2-mail.yaml": "title: Mail is down\nstate: doing\ntype: incident\nassignees: [ben]\n",
    "items/OPS-3-disk.yaml": "title: Replace the disk\nstate: inbox\ndepends_on:\n  - OPS-1\n",
    "items/OPS-4-old.yaml": "title: Old printer\nstate: done\n",
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder; returns it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but Git's, hidden ones included."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def facts(folder: Path) -> Facts:
    """The facts of the board in a folder."""
    return standing.now(str(folder), NOW)


def plan_of(folder: Path, files: Mapping[str, tuple[str | None, str | None]], **more: Any) -> Plan:
    """A plan of files with these texts before and after."""
    pairs = {path: (_bytes(before), _bytes(after)) for path, (before, after) in files.items()}
    return Plan(str(folder), pairs, "OPS-1: Edit", ("OPS-1 edited.",), **more)


def do(folder: Path, make: Callable[[Facts], Plan], **wish: Any) -> Done:
    """Carry an edit out."""
    return work.do(str(folder), NOW, make, Wish(**wish))


def item(known: Facts, id: str = "OPS-1") -> Item:
    """An item of a board."""
    return known.item(id)


def names(folder: Path) -> list[str]:
    """The paths of all files below a folder."""
    return sorted(tree(folder))


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def mode(path: Path) -> int:
    """The permissions of a file."""
    return os.stat(path).st_mode & 0o7777
