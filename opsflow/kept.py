"""Small files of the cache folder: JSON with a checksum. What is damaged, cut off or foreign is not there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from json import dumps, loads
from typing import Any
from zlib import crc32


def load(path: str) -> Mapping[str, Any]:
    """What a file holds; nothing where it is not there, or not as it was written."""
    try:
        with open(path, encoding="ascii") as stream:
            total, _, text = stream.read().partition("\n")
        held = loads(text) if total == _sum(text) else {}
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def store(path: str, data: Mapping[str, Any]) -> None:
    """Put data in a file's place at once. Where that fails, nothing happens."""
    text = dumps(data)
    place = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(place, "w", encoding="ascii") as stream:
            stream.write(f"{_sum(text)}\n{text}")
        os.replace(place, path)
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
