"""Files of a board, opened folder by folder, so that no link is followed and nothing outside is reached."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from opsflow.errors import OpsflowError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def names(path: str) -> tuple[str, ...]:
    """The names of a path below the board; OpsflowError for one that leads elsewhere, or to Git's own."""
    parts = tuple(path.split("/"))
    if any(part in ("", ".", "..") or part.lower() == ".git" or "\0" in part for part in parts):
        raise OpsflowError(f"{path!r} is no path that opsflow writes to; name a file below the board.")
    return parts


@contextmanager
def folder(root: str, path: str) -> Iterator[int]:
    """The folder that a file of the board is in, opened. FileNotFoundError where it is not there."""
    opened = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names(path)[:-1]:
            inner = _inside(opened, name, path)
            os.close(opened)
            opened = inner
        yield opened
    finally:
        os.close(opened)


def _inside(opened: int, name: str, path: str) -> int:
    try:
        inner = os.open(name, _FOLDER, dir_fd=opened)
    except FileNotFoundError:
        raise
    except OSError as error:
        linked = error.errno in (errno.ELOOP, errno.ENOTDIR)
        why = "leads through a link or a file" if linked else f"cannot be reached ({error.strerror})"
        raise OpsflowError(f"{path} {why}, and is left alone; put a plain folder in its place.") from None
    if _has(inner, ".git"):
        os.close(inner)
        raise OpsflowError(f"{path} is in a repository of its own, which the board does not read.")
    return inner


def _has(opened: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=opened)
    except OSError:
        return False
    return True


def make_folders(root: str, path: str) -> list[str]:
    """Make the folders that a file needs; returns those that were not there, outermost first."""
    parts = names(path)[:-1]
    made = []
    for depth in range(1, len(parts) + 1):
        place = "/".join(parts[:depth])
        with folder(root, place) as opened:
            try:
                os.mkdir(parts[depth - 1], dir_fd=opened)
            except FileExistsError:
                continue
            made.append(place)
    return made


def read(root: str, path: str) -> bytes | None:
    """The bytes of a file; None where it is not there. OpsflowError for what is no regular file."""
    try:
        with folder(root, path) as opened:
            return read_in(opened, names(path)[-1], path)
    except FileNotFoundError:
        return None


def read_in(opened: int, name: str, path: str) -> bytes | None:
    """The same, of a name in an open folder."""
    status = look(opened, name)
    if status is None:
        return None
    if not stat.S_ISREG(status.st_mode):
        kind = "a link" if stat.S_ISLNK(status.st_mode) else "no regular file"
        raise OpsflowError(f"{path} is {kind}, and is left alone; put a regular file in its place.")
    file = os.open(name, _FILE, dir_fd=opened)
    with open(file, "rb") as stream:
        return stream.read()


def look(opened: int, name: str) -> os.stat_result | None:
    """What a name in an open folder is, links not followed; None where it is not there."""
    try:
        return os.lstat(name, dir_fd=opened)
    except FileNotFoundError:
        return None


class Like(NamedTuple):
    """Who owns a file and may do what with it."""

    mode: int
    user: int
    group: int


def like(status: os.stat_result | None) -> Like | None:
    """What a new version of a file keeps of it."""
    return None if status is None else Like(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def put(opened: int, name: str, data: bytes, like: Like | None = None) -> None:
    """Write a new file, down to the disk; with the mode and the owner of another where one is given."""
    file = os.open(name, _NEW, 0o666, dir_fd=opened)
    with open(file, "wb") as stream:
        if like is not None:
            _make_like(file, like)
        stream.write(data)
        stream.flush()
        os.fsync(file)


def _make_like(file: int, like: Like) -> None:
    own = os.fstat(file)
    if (own.st_uid, own.st_gid) != (like.user, like.group):
        try:
            os.fchown(file, like.user, like.group)
        except PermissionError:
            pass  # who may not give files away keeps them
    os.fchmod(file, like.mode)
