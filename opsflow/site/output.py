"""Pages -> a folder, whole or not at all.

A site is built in a fresh folder beside its place and swapped in at the end, so a reader never sees half
of one, and a build that fails leaves the old one. Nothing is removed but what an earlier build wrote: a
site carries a list of its own files, and a folder that holds anything else is refused.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from opsflow.errors import OpsflowError
from opsflow.history.calls import read_file
from opsflow.site.shop import Page

MANIFEST = ".opsflow-site.json"
"""The list of a site's own files, in its root."""
LARGEST = 64 << 20
"""In bytes; no list of files is longer, not even that of a million items."""


def check(out: str, root: str = "") -> str:
    """The absolute path of a place that may take the site; OpsflowError, with the reason, otherwise."""
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
    foreign = _foreign(place) if os.path.isdir(place) else None
    if foreign:
        raise OpsflowError(
            f"{out} holds {foreign}, which no earlier build wrote; empty it, or name another --out."
        )
    return place


def _above(place: str, board: str) -> list[str]:
    """The folders over a place, as far as they lie in the board or in the current folder."""
    homes = [home for home in (board, os.path.abspath(os.curdir)) if home and place.startswith(home + os.sep)]
    if not homes:
        return []
    home = min(homes, key=len)
    return [str(folder) for folder in Path(place).parents if str(folder).startswith(home + os.sep)]


def _foreign(place: str) -> str | None:
    """A file that is not on the site's list, or a link; None where there is none."""
    own = set(_own(place))
    for folder, folders, files in os.walk(place):
        for name in sorted(files + [each for each in folders if os.path.islink(os.path.join(folder, each))]):
            path = os.path.relpath(os.path.join(folder, name), place).replace(os.sep, "/")
            if path not in own or os.path.islink(os.path.join(folder, name)):
                return path
    return None


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


def write(place: str, pages: Iterable[Page]) -> tuple[int, int]:
    """Builds the site beside `place`, which `check` gave, and swaps it in; how many files and bytes."""
    above = os.path.dirname(place)
    try:
        os.makedirs(above, exist_ok=True)
        fresh = tempfile.mkdtemp(prefix=f".{os.path.basename(place)}-", dir=above)
    except OSError as error:
        raise OpsflowError(f"{above} cannot take a site: {error.strerror}; name another --out.") from None
    try:
        os.chmod(fresh, 0o777 & ~_umask())
        made = _fill(fresh, pages)
        _swap(fresh, place)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise OpsflowError(
            f"{place} cannot be written: {error.strerror}; the old site is as it was."
        ) from None
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return made


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _fill(folder: str, pages: Iterable[Page]) -> tuple[int, int]:
    own, size = [], 0
    made = {folder}
    for path, data in pages:
        target = os.path.join(folder, *path.split("/"))
        home = os.path.dirname(target)
        if home not in made:
            os.makedirs(home)
            made.add(home)
        _put(target, data)
        own.append(path)
        size += len(data)
    listed = json.dumps({"opsflow-site": 1, "files": sorted([*own, MANIFEST])}, indent=0) + "\n"
    _put(os.path.join(folder, MANIFEST), listed.encode())
    return len(own), size


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
    old = tempfile.mkdtemp(prefix=f".{os.path.basename(place)}-old-", dir=os.path.dirname(place))
    aside = os.path.join(old, "site")
    os.rename(place, aside)
    try:
        os.rename(fresh, place)
    except OSError:
        os.rename(aside, place)
        os.rmdir(old)
        raise
    _remove(aside)
    if not os.path.lexists(aside):
        os.rmdir(old)


def _remove(site: str) -> None:
    """Removes a site's own files; whatever else came into the folder meanwhile stays, with its folders."""
    for path in _own(site):
        if ".." not in path.split("/"):
            try:
                os.unlink(os.path.join(site, *path.split("/")))
            except OSError:
                pass
    for folder, _, _ in os.walk(site, topdown=False):
        try:
            os.rmdir(folder)
        except OSError:
            pass
