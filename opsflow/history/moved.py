"""Where a board lay before its folder was moved, so that its history goes on.

A commit that adds the board's opsflow.yaml, and deletes one in another folder, moved the board: if that
was the same file, or at least half of the files that were deleted below its folder came to be, by the same
names, below the board's. Files keep their paths from the board's root, so for the items nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from opsflow.history.store import Store
from opsflow.reading.folder import BOARD_FILE


class Move(NamedTuple):
    """A move of a board to the folder where it was then."""

    commit: str
    parent: str
    before: str
    """The folder where it was before, as `Repository.prefix`."""


def origin(store: Store, parent: str, commit: str, prefix: str) -> str | None:
    """Where a commit took the board from that lies at `prefix` since; None: it did not move it there."""
    gone: dict[str, str] = {}
    came: dict[str, str] = {}
    for old, new, path in _changes(store, parent, commit):
        if not new.strip("0"):
            gone[path] = old
        elif not old.strip("0") and path.startswith(prefix):
            came[path[len(prefix) :]] = new
    found = []
    for path, blob in gone.items():
        folder = path.removesuffix(BOARD_FILE)
        if folder == path or (folder and folder[-1] != "/"):
            continue
        below = [each[len(folder) :] for each in gone if each.startswith(folder) and each != path]
        named = sum(each in came for each in below)
        exact = sum(came.get(each) == gone[folder + each] for each in below)
        same = came.get(BOARD_FILE) == blob
        if same or 0 < len(below) <= 2 * named:
            found.append((exact, named, same, folder))
    return max(found)[-1] if found else None


def _changes(store: Store, parent: str, commit: str) -> Iterator[tuple[str, str, str]]:
    """Blob before, blob after and path of every file that differs; zeros for none."""
    words = ["diff-tree", "-r", "-z", "--no-abbrev", "--no-renames", parent, commit]
    parts = store.ask(*words).decode("utf-8", "surrogateescape").split("\0")
    for about, path in zip(parts[::2], parts[1::2], strict=False):
        _, _, old, new, _ = about.split(" ")
        yield old, new, path


def moves(store: Store, head: str, prefix: str) -> Iterator[Move]:
    """How the board of HEAD came to `prefix`, the newest move first."""
    start = head
    while True:
        words = ["log", "--first-parent", "--diff-merges=first-parent", "--diff-filter=A", "--raw"]
        words += ["--no-renames", "-z", "--format=%x01%H %P", start, "--", prefix + BOARD_FILE]
        found = store.ask(*words).decode("utf-8", "surrogateescape").split("\1")[1:]
        for commit, _, parents in (each.partition("\0")[0].partition(" ") for each in found):
            parent = parents.partition(" ")[0]
            before = origin(store, parent, commit, prefix) if parent else None
            if before is not None:
                yield Move(commit, parent, before)
                start, prefix = parent, before
                break
        else:
            return


def prefix_at(store: Store, head: str, prefix: str, commit: str) -> str:
    """Where the board that lies at `prefix` in HEAD was in a commit; `prefix` where that cannot be told."""
    if _is_at(store, commit, prefix) or not _is_at(store, head, prefix):
        return prefix
    for move in moves(store, head, prefix):
        if not store.ask("rev-list", "--max-count=1", move.commit, f"^{commit}", "--"):
            break
        prefix = move.before
    return prefix


def _is_at(store: Store, commit: str, prefix: str) -> bool:
    return bool(store.ask("ls-tree", "-z", "--full-tree", commit, "--", prefix + BOARD_FILE))
