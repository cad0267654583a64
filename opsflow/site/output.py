"""Pages -> a folder, whole or not at all.

A site is built in a fresh folder beside its place and swapped in at the end, in one step where the system
can, so a reader never sees half of one, and a build that fails or is killed leaves the old one. What did not
change is not written again: it is linked from the old folder into the fresh one. Nothing is removed but what
an earlier build wrote: a site carries a list of its own files, and a folder that holds anything else is
refused. What a killed build left beside the place goes away with the next one.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from opsflow.errors import OpsflowError
from opsflow.history.files import read_file
from opsflow.site.page import Page

MANIFEST = ".opsflow-site.json"
"""The list of a site's own files, in its root."""
BUILDING = ".opsflow-building"
"""Marks a folder that a build is filling, and is locked by that build as long as it lives."""
LARGEST = 64 << 20
"""In bytes; no list of files is longer, not even that of a million items."""


class Mark(NamedTuple):
    """What tells one state of a file in a site from another."""

    inode: int
    size: int
    changed: int
    """When it was written, in nanoseconds."""
    digest: str
    """Of its bytes."""
    key: str = ""
    """Of what the page depends on; empty where that is everything."""


Marks = Mapping[str, Mark]
"""Path to mark, of the files of a site."""


class Made(NamedTuple):
    """What a build wrote."""

    marks: Marks
    written: int
    """How many of the files are new or changed."""
    size: int
    """Of all files, in bytes."""


def check(out: str, root: str = "", known: Marks | None = None) -> str:
    """The absolute path of a place that may take the site; OpsflowError, with the reason, otherwise.

    `known` are the files of a place that was looked through already, and held nothing else.
    """
    place = os.path.abspath(out)
    board = os.path.realpath(root) if root else ""
    if board and (board == os.path.realpath(place) or board.startswith(os.path.realpath(place) + os.sep)):
        raise OpsflowError(f"{out} holds the board itself; name a folder of its own with --out.")
    for folder in (place, *_above(place, board)):
        if os.path.islink(folder):
            raise OpsflowError(
                f"{folder} is a link, and a site is not built through one; name another --out."
            )
    if os.path.lexists(place) and not os.path.isdir(place):
        raise OpsflowError(f"{out} is a file; name a folder with --out.")
    own: set[str] = set()
    for path, entry in () if known else _below(place):
        own = own or set(_own(place))
        if path not in own or entry.is_symlink():
            raise OpsflowError(
                f"{out} holds {path}, which no earlier build wrote; empty it, or name another --out."
            )
    return place


def _above(place: str, board: str) -> list[str]:
    """The folders over a place, as far as they lie in the board or in the current folder."""
    homes = [home for home in (board, os.path.abspath(os.curdir)) if home and place.startswith(home + os.sep)]
    if not homes:
        return []
    home = min(homes, key=len)
    return [str(folder) for folder in Path(place).parents if str(folder).startswith(home + os.sep)]


def _below(place: str, path: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file and link below a folder, with its path from there, in order."""
    try:
        with os.scandir(place) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, f"{path}{entry.name}/")
        else:
            yield path + entry.name, entry


def _own(place: str) -> list[str]:
    """The files that an earlier build lists as its own; none where the list cannot be read."""
    data = read_file(os.path.join(place, MANIFEST), LARGEST + 1)
    if data is None or len(data) > LARGEST:
        return []
    try:
        listed = json.loads(data)["files"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [path for path in listed if isinstance(path, str)] if isinstance(listed, list) else []


def standing(place: str, known: Marks) -> tuple[Marks, bool]:
    """Those of the known files that stand in a place as they were written; and whether all do, alone."""
    found: dict[str, Mark] = {}
    alone = True
    for path, entry in _below(place):
        mark = known.get(path)
        if mark is None or not entry.is_file(follow_symlinks=False):
            alone = False
            continue
        status = entry.stat(follow_symlinks=False)
        if (status.st_ino, status.st_size, status.st_mtime_ns) == mark[:3]:
            found[path] = mark
    return found, alone and len(found) == len(known) > 0


def digest(data: bytes) -> str:
    """What tells the bytes of one page from those of another."""
    return blake2b(data, digest_size=16).hexdigest()


class Site:
    """A site on its way: a fresh folder beside its place. Files may come from several processes."""

    def __init__(self, place: str, old: Marks) -> None:
        """`place` comes from `check`; `old` says which files there are as they were written."""
        self.place, self.old = place, old
        self.marks: dict[str, Mark] = {}
        self.written: set[str] = set()
        above = os.path.dirname(place)
        try:
            os.makedirs(above, exist_ok=True)
            clear(place)
            self.fresh, self.lock = _fresh(place)
        except OSError as error:
            raise OpsflowError(f"{above} cannot take a site: {error.strerror}; name another --out.") from None
        self.folders = {self.fresh}

    def put(self, page: Page, key: str = "") -> None:
        """One page. Where the old site has the same bytes, its file is taken."""
        found = digest(page.data)
        old = self.old.get(page.path)
        if old is not None and (old.size, old.digest) == (len(page.data), found) and self._link(page.path):
            self.marks[page.path] = old._replace(key=key)
            return
        target = self._target(page.path)
        _put(target, page.data)
        status = os.stat(target)
        self.marks[page.path] = Mark(status.st_ino, len(page.data), status.st_mtime_ns, found, key)
        self.written.add(page.path)

    def keep(self, path: str, key: str) -> bool:
        """Takes a page from the old site, where it depends on the same; False where it has to be made."""
        old = self.old.get(path)
        if not key or old is None or old.key != key or not self._link(path):
            return False
        self.marks[path] = old
        return True

    def _link(self, path: str) -> bool:
        source, target = os.path.join(self.place, path), self._target(path)
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:  # this file system has no links, or the file went away
            return False
        status = os.stat(target)
        if (status.st_ino, status.st_size, status.st_mtime_ns) == self.old[path][:3]:
            return True
        os.unlink(target)  # another build has put its own file there
        return False

    def _target(self, path: str) -> str:
        target = os.path.join(self.fresh, *path.split("/"))
        home = os.path.dirname(target)
        if home not in self.folders:
            os.makedirs(home, exist_ok=True)
            self.folders.add(home)
        return target

    def finish(self) -> Made:
        """Puts the site in its place."""
        size = sum(mark.size for mark in self.marks.values())
        written = len(self.written)
        listed = {"opsflow-site": 1, "files": sorted([*self.marks, MANIFEST])}
        self.put(Page(MANIFEST, (json.dumps(listed, indent=0) + "\n").encode()))
        os.unlink(os.path.join(self.fresh, BUILDING))
        _swap(self.fresh, self.place)
        os.close(self.lock)
        return Made(self.marks, written, size)

    def drop(self) -> None:
        """Leaves the old site as it is."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        os.close(self.lock)


def _fresh(place: str) -> tuple[str, int]:
    """A new folder beside a place, marked as one that is being filled; and the lock on its mark."""
    while True:
        fresh = _beside(place)
        try:
            lock = _locked(os.path.join(fresh, BUILDING))
            if lock is not None:
                os.chmod(fresh, 0o777 & ~_umask())
                return fresh, lock
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


def _beside(place: str) -> str:
    """A new, empty folder beside a place."""
    above, name = os.path.split(place)
    return tempfile.mkdtemp(prefix=f".{name}-", dir=above)


def _locked(path: str) -> int | None:
    """A new file, opened and locked; None where another build took it, or its folder, for a dead one's."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return None
    fcntl.flock(lock, fcntl.LOCK_EX)
    if os.fstat(lock).st_nlink:
        return lock
    os.close(lock)
    return None


def write(place: str, pages: Iterable[Page], old: Marks | None = None) -> Made:
    """Builds a site of these pages beside `place`, which `check` gave, and swaps it in."""
    with building(place, old or {}) as site:
        for page in pages:
            site.put(page)
        return site.finish()


class building:  # noqa: N801  (it is used as a function)
    """A site on its way, gone again where anything fails before it is finished."""

    def __init__(self, place: str, old: Marks) -> None:
        self.site = Site(place, old)

    def __enter__(self) -> Site:
        return self.site

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        self.site.drop()
        if isinstance(error, OSError):
            why = error.strerror or error
            raise OpsflowError(
                f"{self.site.place} cannot be written: {why}; the old site is as it was."
            ) from None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _put(target: str, data: bytes) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
    finally:
        os.close(handle)


def _swap(fresh: str, place: str) -> None:
    """Puts the fresh folder where the old one is; the old one is back where that fails."""
    if not os.path.isdir(place):
        os.rename(fresh, place)
        return
    if _exchange(fresh, place):
        _remove(fresh)
        return
    old = _beside(place)
    try:
        os.rename(place, old)
        os.rename(fresh, place)
    finally:
        if os.path.lexists(place):
            _remove(old)
        else:
            os.rename(old, place)


def _exchange(one: str, other: str) -> bool:
    """Two folders change places in one step; False where this system cannot do that."""
    import ctypes

    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return int(rename(here, os.fsencode(one), here, os.fsencode(other), exchange)) == 0


def _remove(site: str) -> None:
    """Removes a site's own files; whatever else came into the folder meanwhile stays, with its folders.

    No link is followed. The list of the files goes last, and stays where anything does: so the next build
    knows what this was.
    """
    own = {os.path.join(site, *path.split("/")) for path in _own(site)} - {os.path.join(site, MANIFEST)}
    for folder, below, files, here in os.fwalk(site, topdown=False):
        for name in files:
            if os.path.join(folder, name) in own:
                with suppress(OSError):
                    os.unlink(name, dir_fd=here)
        for name in below:
            with suppress(OSError):
                os.rmdir(name, dir_fd=here)
    with suppress(OSError):
        if os.listdir(site) == [MANIFEST]:
            os.unlink(os.path.join(site, MANIFEST))
        os.rmdir(site)


def clear(place: str) -> None:
    """Removes what ended builds of this user left beside a place; what a living one is filling stays."""
    above, name = os.path.split(place)
    left = re.compile(rf"\.{re.escape(name)}-[a-z0-9_]{{8}}")  # as `tempfile` names them
    with os.scandir(above) as listing:
        beside = [entry for entry in listing if left.fullmatch(entry.name)]
    for entry in beside:
        if entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.geteuid():
            _clear(entry.path)


def _clear(left: str) -> None:
    """Removes what a build left, unless it is alive."""
    try:
        mark = os.open(os.path.join(left, BUILDING), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        if os.path.isfile(os.path.join(left, MANIFEST)):
            _remove(left)  # an old site, swapped out by a build that was killed right then
        else:
            with suppress(OSError):  # it is empty, or nobody knows whose it is
                os.rmdir(left)
        return
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
    except OSError:  # that build is alive
        pass
    finally:
        os.close(mark)
