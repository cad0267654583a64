"""A folder as a tree: the files that a board reads, in memory, and what is odd about the folder.

An untrusted checkout may hold anything. Links are never followed, only regular files are opened, and
never blockingly; a folder with a `.git` of its own is another repository and is not entered. Hidden
folders are read only where a pattern names them.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from opsflow.reading import globs

if TYPE_CHECKING:  # the model takes longer to import than a small folder to read: see `_fault`
    from opsflow.model import Fault

BOARD_FILE = "opsflow.yaml"

LIMITS = {".yaml": 1 << 20, ".yml": 1 << 20, ".md": 1 << 20}
"""The most bytes of a file by its ending. (What is the board's own may have less: see text.LIMIT.)"""
LIMIT = 64 << 20
"""The most bytes of any other file."""
DEPTH = 60
"""How deep folders may nest."""

_REPOSITORY = "this is a repository of its own, and is not read"
_HINT = "Put a regular file in its place, or leave it out of the board's patterns."
_FILE = "Put a file in its place, or give the folder another name."
_RENAME = "Give it a name in UTF-8; plain letters and digits are safest."

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_OPEN_FOLDER = _OPEN | os.O_DIRECTORY


class Folder(Mapping[str, bytes]):
    """Paths to bytes, in the order of the paths; and faults, for what could not be read."""

    __slots__ = ("_files", "faults", "others")

    def __init__(
        self, files: Mapping[str, bytes], faults: Sequence[Fault] = (), others: Collection[str] = ()
    ) -> None:
        self._files = dict(sorted(files.items()))
        self.faults = tuple(sorted(faults, key=lambda fault: fault.judgement.where))
        self.others = frozenset(others)
        """Wanted paths at which there is a link, or something else that is no regular file."""

    def __getitem__(self, path: str) -> bytes:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: object) -> bool:
        return path in self._files


def find_root(start: str) -> str | None:
    """The nearest folder, from `start` upwards, that holds opsflow.yaml; None if there is none."""
    folder = os.path.abspath(start)
    while not os.path.lexists(os.path.join(folder, BOARD_FILE)):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def read(root: str, patterns: Sequence[str]) -> Folder:
    """The files below `root` that match one of the patterns."""
    reading = _Reading(globs.matcher(patterns))
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        return Folder({}, [_fault(root, _why(error))])
    try:
        for start, depth in _starts(patterns).items():
            reading.start(top, start, depth)
    finally:
        os.close(top)
    return Folder(reading.files, reading.faults, reading.others)


def _starts(patterns: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The folders where walks begin, as names from the root, each with how deep the walk goes."""
    starts: dict[tuple[str, ...], int] = {}
    for pattern in patterns:
        start = globs.literal(pattern)
        names = pattern.split("/")
        depth = DEPTH if "**" in names else len(names) - len(start) - 1
        starts[start] = max(depth, starts.get(start, 0))
    return {start: depth for start, depth in sorted(starts.items()) if not _covered(start, starts)}


def _covered(start: tuple[str, ...], starts: Mapping[tuple[str, ...], int]) -> bool:
    """Whether another walk goes through this start anyway, and everywhere below."""
    for n in range(len(start)):
        visible = not any(name.startswith(".") for name in start[n:])
        if visible and starts.get(start[:n], -1) == DEPTH:
            return True
    return False


class _Reading:
    """What one reading has found so far."""

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self.wanted = wanted
        self.files: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.others: list[str] = []

    def start(self, top: int, names: tuple[str, ...], depth: int) -> None:
        """Opens the folder where a walk begins, name by name, so that no link is followed on the way."""
        if not {"", ".", ".."}.isdisjoint(names):
            return
        folder = os.dup(top)
        for number, name in enumerate(names):
            path = "/".join(names[: number + 1])
            if name.lower() == ".git":
                os.close(folder)
                self.odd(path, "this is Git's own folder, and is never read")
                return
            try:
                inner = os.open(name, _OPEN_FOLDER, dir_fd=folder)
            except OSError as error:
                if error.errno != errno.ENOENT:
                    self.odd(path, _why_no_folder(name, folder, error), hint=_hint(error))
                return
            finally:
                os.close(folder)
            folder = inner
            if _is_repository(folder):
                os.close(folder)
                self.odd(path, _REPOSITORY, aside=True)
                return
        self.walk(folder, "/".join(names), depth)

    def walk(self, folder: int, path: str, depth: int) -> None:
        """Reads what is wanted of an open folder, and of the folders in it; closes it."""
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
            if path and any(entry.name == ".git" for entry in entries):
                self.odd(path, _REPOSITORY, aside=True)
                return
            for entry in entries:
                self.entry(folder, entry, f"{path}/{entry.name}" if path else entry.name, depth)
        except OSError as error:
            self.odd(path, _why(error), hint=_hint(error))
        finally:
            os.close(folder)

    def entry(self, folder: int, entry: os.DirEntry[str], path: str, depth: int) -> None:
        """One name in a folder."""
        if entry.is_file(follow_symlinks=False):
            if self.wanted(path) and entry.name.lower() != ".git":
                self.file(folder, entry.name, path)
        elif entry.is_dir(follow_symlinks=False):
            if entry.name.endswith((".yaml", ".yml")) and self.wanted(path):
                self.odd(path, "this is a folder, and a file belongs here", hint=_FILE)
            if not entry.name.startswith("."):
                self.inner(folder, entry.name, path, depth)
        elif self.wanted(path):
            self.others.append(path)
            kind = "a link" if entry.is_symlink() else "no regular file"
            self.odd(path, f"this is {kind}, and only regular files are read")
        elif entry.is_symlink() and not entry.name.startswith(".") and depth > 0:
            self.odd(path, "this is a link, and links to folders are not followed", aside=True)

    def inner(self, folder: int, name: str, path: str, depth: int) -> None:
        """A folder in a folder."""
        if depth <= 0:
            if path.count("/") >= DEPTH:
                self.odd(path, f"folders nest deeper than {DEPTH}")
            return
        if not _is_text(name):
            self.odd(path, "the folder's name is not UTF-8", hint=_RENAME)
            return
        try:
            inner = os.open(name, _OPEN_FOLDER, dir_fd=folder)
        except OSError as error:
            self.odd(path, _why(error), hint=_hint(error))
            return
        self.walk(inner, path, depth - 1)

    def file(self, folder: int, name: str, path: str) -> None:
        """A regular file. It may have been replaced since it was listed, so opening it stays careful."""
        if not _is_text(name):
            self.odd(path, "the file's name is not UTF-8", hint=_RENAME)
            return
        try:
            opened = os.open(name, _OPEN, dir_fd=folder)
            try:
                self.files[path] = _contents(opened, LIMITS.get(os.path.splitext(name)[1], LIMIT))
            finally:
                os.close(opened)
        except OSError as error:
            self.odd(path, _why(error), hint=_hint(error))

    def odd(self, path: str, message: str, aside: bool = False, hint: str = _HINT) -> None:
        """Notes what was not read. `aside`: it is an error only where items could be."""
        note = aside and not self.wanted(f"{path}/OPS-0.yaml")
        self.faults.append(_fault(os.fsencode(path).decode("utf-8", "backslashreplace"), message, hint, note))


def _fault(path: str, message: str, hint: str = "", note: bool = False) -> Fault:
    from opsflow.model import Fault, Judgement, Place, Severity

    severity = Severity.NOTE if note else None
    return Fault("unreadable-file", Judgement(Place(path), message, hint, severity))


def _hint(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "Give the user who runs opsflow the right to read it."
    return _HINT


def _contents(opened: int, limit: int) -> bytes:
    """All bytes of an open file; an OSError says why not."""
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    data = os.read(opened, min(status.st_size, limit) + 1)
    if len(data) == status.st_size <= limit:
        return data
    # It grew meanwhile, or it came in parts, as it may from another machine: so it is read to its end.
    parts = [data]
    size = len(data)
    while size <= limit and (more := os.read(opened, min(1 << 20, limit + 1 - size))):
        parts.append(more)
        size += len(more)
    if size > limit:
        raise OSError(errno.EFBIG, f"it has {max(size, status.st_size)} bytes, and {limit} are the most")
    return b"".join(parts)


def _is_repository(folder: int) -> bool:
    try:
        os.lstat(".git", dir_fd=folder)
    except OSError:
        return False
    return True


def _is_text(name: str) -> bool:
    """Whether a name is UTF-8: Python holds other bytes as surrogates, which are no text."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def _why(error: OSError) -> str:
    words = error.strerror or "input or output error"
    return f"this cannot be read: {words[0].lower()}{words[1:]}"


def _why_no_folder(name: str, folder: int, error: OSError) -> str:
    try:
        is_link = stat.S_ISLNK(os.lstat(name, dir_fd=folder).st_mode)
    except OSError:
        is_link = False
    return "this is a link, and links to folders are not followed" if is_link else _why(error)
