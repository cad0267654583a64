"""Small files of the cache folder: JSON with a checksum. What is damaged, cut off or foreign is not there."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from json import dumps, loads
from typing import Any
from zlib import crc32

AGE = 90 * 24 * 3600
"""Seconds after which what is kept for a board that nobody looks at is removed."""


def load(path: str) -> Mapping[str, Any]:
    """What a file holds; nothing where it is not there, or not as it was written."""
    try:
        with open(path, encoding="ascii") as stream:
            total, _, text = stream.read().partition("\n")
        held = loads(text) if total == _sum(text) else {}
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def store(path: str, data: Mapping[str, Any]) -> bool:
    """Put data in a file's place at once; whether the file is new there. Where it fails, nothing happens."""
    text = dumps(data)
    place = f"{path}.{os.urandom(6).hex()}"
    try:
        make(os.path.dirname(path))
        fresh = not os.path.exists(path)
        with open(place, "x", encoding="ascii") as stream:
            stream.write(f"{_sum(text)}\n{text}")
        os.replace(place, path)
    except OSError:
        _remove(place)
        return False
    except BaseException:
        _remove(place)
        raise
    return fresh


def make(folder: str) -> None:
    """Make a folder of the cache. Where it lies in somebody's repository, Git does not see it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    try:
        with open(os.path.join(folder, ".gitignore"), "x", encoding="ascii") as stream:
            stream.write("*\n")
    except FileExistsError:
        return


def prune(folder: str, kind: str) -> None:
    """Remove the files of that kind, `check-…`, that nobody has written for a while."""
    oldest = time.time() - AGE
    try:
        with os.scandir(folder) as entries:
            old = [
                entry.path
                for entry in entries
                if entry.name.startswith(f"{kind}-") and _is_old(entry, oldest)
            ]
    except OSError:
        return
    for path in old:
        _remove(path)


def _is_old(entry: os.DirEntry[str], oldest: float) -> bool:
    try:
        return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < oldest
    except OSError:
        return False


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def stamp(path: str) -> str:
    """A text that differs once a file of opsflow's own was changed."""
    try:
        status = os.stat(path)
    except OSError:
        return path
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _sum(text: str) -> str:
    return f"{crc32(text.encode('ascii')):08x}"
