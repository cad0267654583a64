"""The files of a commit as a tree, and whether a working folder differs from them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from opsflow.history import blobs
from opsflow.history.store import Store

if TYPE_CHECKING:
    from opsflow.model import Fault, Tree


Entry = tuple[str, str, str]
"""Mode, blob and path."""


def entries(store: Store, prefix: str, commit: str) -> Iterator[Entry]:
    """Mode, blob and path of every file below the board's folder in a commit, sorted by path.

    Paths that are no UTF-8 have surrogates in them.
    """
    where = [prefix] if prefix else []
    out = store.ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *where)
    cut = len(os.fsencode(prefix))
    for entry in out.split(b"\0")[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, blob = about.decode("ascii").split(" ")
        yield mode, blob, path[cut:].decode("utf-8", "surrogateescape")


def differs(store: Store, prefix: str, commit: str, tree: Tree, paths: Iterable[str]) -> bool:
    """Whether a working folder differs from a commit: in these paths, or by what that has besides.

    Bytes are hashed here: no `git status`, which runs what the repository configures.
    """
    from opsflow.model import BOARD_FILE
    from opsflow.reading import board, globs

    reads = globs.matcher(board.patterns(tree.get(BOARD_FILE)))
    files = (entry for entry in entries(store, prefix, commit) if entry[0][:3] == "100")
    known = {path: blob for _, blob, path in files if reads(path)}
    given = set(paths) | set(tree)
    unread = Unread(tree)
    others: Collection[str] = getattr(tree, "others", ())
    missing = [path for path in known.keys() - given if path in others or not unread.why(path)]
    return bool(missing) or any(store.blob(tree[path]) != known.get(path) for path in given)


class CommitTree(Mapping[str, bytes]):
    """The files of a commit as a tree; bytes are read when one is asked for, many at once.

    `faults` names what is no regular file, as reading a folder does.
    """

    ahead = 2000
    """How many files are read at once."""

    def __init__(
        self,
        store: Store,
        entries: Iterable[Entry],
        patterns: Iterable[str],
        known: Mapping[str, bytes] | None = None,
    ) -> None:
        from opsflow.reading import globs

        reads = globs.matcher(tuple(patterns))
        self._store = store
        self._ids: dict[str, str] = {}
        self._odd: list[tuple[str, str]] = []
        self._bytes: dict[str, bytes] = dict(known or {})
        """By blob; `known` has what was read before."""
        for mode, blob, path in entries:
            if not reads(path):
                continue
            if mode[:3] == "100" and is_text(path):
                self._ids[path] = blob
            else:
                self._odd.append((path, mode))
        self._order = list(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, path: object) -> bool:
        return path in self._ids

    def __getitem__(self, path: str) -> bytes:
        blob = self._ids[path]
        if blob not in self._bytes:
            self._read(path)
        return self._bytes[blob]

    def _read(self, path: str) -> None:
        from opsflow.reading.characters import LOST

        first = self._order.index(path)
        ahead = dict.fromkeys(self._ids[name] for name in self._order[first : first + self.ahead])
        wanted = [blob for blob in ahead if blob not in self._bytes]
        for blob, data in zip(wanted, blobs.contents(self._store, wanted), strict=True):
            self._bytes[blob] = LOST if data is None else data

    @property
    def ids(self) -> Mapping[str, str]:
        """The blob of every path."""
        return self._ids

    @property
    def known(self) -> Mapping[str, bytes]:
        """What was read of the files, by blob: another tree need not read it again."""
        current = dict.fromkeys(self._ids.values())
        return {blob: self._bytes[blob] for blob in current if blob in self._bytes}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Entries that patterns select and that are no regular files, or have no UTF-8 name."""
        from opsflow.model import Fault, Judgement, Place

        kinds = {"120000": "a link, which is not followed", "160000": "a submodule, which is not entered"}
        return tuple(
            Fault(
                "unreadable-file",
                Judgement(
                    Place(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")),
                    f"the entry is {kinds.get(mode, 'named in bytes that are no UTF-8')}",
                    "put a regular file with a plain name in its place",
                ),
            )
            for path, mode in self._odd
        )


class Unread:
    """What a working folder holds and could not be read, so that it does not count as deleted."""

    def __init__(self, tree: Tree) -> None:
        faults: tuple[Fault, ...] = getattr(tree, "faults", ())
        self._reasons = {fault.judgement.where.path: fault.judgement.message for fault in faults}

    def why(self, path: str) -> str:
        """Why a file, or a folder that it is in, was not read; empty: it is not there."""
        while path and path not in self._reasons:
            path = path.rpartition("/")[0]
        return self._reasons.get(path, "")


def is_text(path: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
