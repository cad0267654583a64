"""Writing an edit: one at a time on a board, all of it or nothing, and nobody's change overwritten.

The lock is on the board's folder itself: it leaves no file behind, and whoever opens the folder finds it,
whatever cache or name they go by. Every file gets its new bytes by a rename, so who reads it sees the old
or the new; an edit of several files is held together by its journal.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from time import monotonic, sleep

from opsflow.editing import journal, place
from opsflow.editing.journal import Journal
from opsflow.editing.place import Like
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError

PATIENCE = 60.0
"""Seconds to wait for another command that edits the board: for its commit, too, with its hooks."""
_PAUSE = 0.02
_NO_LOCK = "No lock can be had on {} ({}); put the board on another file system to edit it with opsflow."


class ChangedSince(OpsflowError):
    """A file is not as it was when it was read."""


@contextmanager
def alone(root: str, patience: float = PATIENCE) -> Iterator[None]:
    """While this lasts, no other opsflow edits the board. OpsflowError where the wait is too long."""
    held = _lock(root, patience)
    try:
        yield
    finally:
        os.close(held)


def _lock(root: str, patience: float) -> int:
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    end = monotonic() + patience
    while True:
        try:
            flock(held, LOCK_EX | LOCK_NB)
            return held
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
                os.close(held)
                raise OpsflowError(_NO_LOCK.format(root, error.strerror)) from None
        if monotonic() > end:
            os.close(held)
            raise OpsflowError(
                f"Another opsflow has been editing {root} for {patience:g} seconds; try again later."
            )
        sleep(_PAUSE)


def carry_out(plan: Plan) -> None:
    """Write all files of a plan, or none. To be called alone, after `journal.recover`.

    ChangedSince where a file is not as the plan found it: nothing is changed then.
    """
    if not plan.files:
        return
    likes = {path: _like(plan, path) for path in plan.files}
    made = tuple(dict.fromkeys(_missing(plan)))
    known = {path: like for path, like in likes.items() if like is not None}
    entry = Journal(journal.new_mark(), plan.files, known, made)
    several = len(plan.files) > 1
    try:
        with _about(journal.FILE):
            journal.begin(plan.root, entry, durable=several)
        _write(plan, entry, likes)
        with _about(journal.FILE):
            journal.end(plan.root, durable=several)
    except OSError as error:
        if not _taken_back(plan, error):
            return
        raise OpsflowError(
            f"{error.filename} cannot be written: {error.strerror}; nothing was changed. Mend that, then run "
            "the command again."
        ) from None
    except BaseException:
        journal.recover(plan.root)
        raise


def _taken_back(plan: Plan, error: OSError) -> bool:
    """Take back what was written before something failed; False where all of it was, and stays.

    OpsflowError where the machine does not let us: the journal stays, and whoever edits next does it.
    """
    try:
        journal.recover(plan.root)
        return not _is_whole(plan)
    except OSError as worse:
        with suppress(OSError):
            if _is_whole(plan):
                return False  # what lies beside the files goes away with the next edit
        raise OpsflowError(
            f"{error.filename} cannot be written: {error.strerror}; and what was written cannot be taken "
            f"back ({worse.strerror}). Mend that: the next command that edits the board does it first."
        ) from None


def _is_whole(plan: Plan) -> bool:
    return all(place.read(plan.root, path) == after for path, (_, after) in plan.files.items())


@contextmanager
def _about(path: str) -> Iterator[None]:
    """What fails meanwhile is told of that path, and not of a temporary one or a number."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = path, None
        raise


def _write(plan: Plan, entry: Journal, likes: Mapping[str, Like | None]) -> None:
    """First every new version beside its file, then the renames, so that a full disk changes nothing.

    What goes somewhere else is there before it is gone from here.
    """
    for path, (_, after) in plan.files.items():
        if after is not None:
            with _about(path):
                place.make_folders(plan.root, path)
                with place.folder(plan.root, path) as opened:
                    place.put(opened, journal.temporary(entry, path), after, likes[path])
    for path, (before, after) in sorted(plan.files.items(), key=lambda pair: pair[1][1] is None):
        with _about(path), place.folder(plan.root, path) as opened:
            name = place.names(path)[-1]
            if place.read_in(opened, name, path) != before:
                raise ChangedSince(_changed(path, before))
            _replace(opened, name, before, after, journal.temporary(entry, path), path)
            _settle(opened)


def _settle(opened: int) -> None:
    """Bring a folder's names to the disk. Some file systems cannot; the new bytes are there all the same,
    and whoever was told of a failure would take them for the old ones."""
    with suppress(OSError):
        os.fsync(opened)


def _replace(
    opened: int, name: str, before: bytes | None, after: bytes | None, draft: str, path: str
) -> None:
    if after is None:
        os.unlink(name, dir_fd=opened)
    elif before is not None:
        os.rename(draft, name, src_dir_fd=opened, dst_dir_fd=opened)
    else:
        _create(opened, draft, name, path)


def _create(opened: int, draft: str, name: str, path: str) -> None:
    """Put a new file in its place; unlike a rename, a link never replaces what has come there meanwhile."""
    try:
        os.link(draft, name, src_dir_fd=opened, dst_dir_fd=opened, follow_symlinks=False)
    except FileExistsError:
        raise ChangedSince(_changed(path, None)) from None
    except OSError:  # a file system without links
        os.rename(draft, name, src_dir_fd=opened, dst_dir_fd=opened)
        return
    os.unlink(draft, dir_fd=opened)


def _changed(path: str, before: bytes | None) -> str:
    what = "was changed by somebody else since it was read" if before is not None else "is there already"
    return f"{path} {what}; nothing was written. Look at it, then run the command again."


def _like(plan: Plan, path: str) -> Like | None:
    """The mode and owner that a file has, or that the file which moves there has; None for a new one."""
    found = _status(plan.root, path) or _status(plan.root, plan.moved.get(path, ""))
    if found is not None and not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise OpsflowError(f"{path} may not be written; change its mode (`chmod u+w`), then try again.")
    return place.like(found)


def _status(root: str, path: str) -> os.stat_result | None:
    if not path:
        return None
    try:
        with place.folder(root, path) as opened:
            return place.look(opened, place.names(path)[-1])
    except FileNotFoundError:
        return None


def _missing(plan: Plan) -> Iterator[str]:
    """The folders that the plan makes, each before those in it."""
    for path, (_, after) in plan.files.items():
        parts = place.names(path)[:-1] if after is not None else ()
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if _status(plan.root, folder) is None:
                yield folder
