"""What the cache folder knows of a site that was built: which file is what, and what all of it came from.

It only saves work. Without it, or where a file is not as it was written, the page is made again; the site's
bytes are the same either way.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from opsflow import kept, resources
from opsflow.model import NOTHING
from opsflow.site.output import Mark, Marks


class Known(NamedTuple):
    """What is known of the site in a place."""

    inputs: str = ""
    """A text that differs where the site would be another; empty: not known."""
    read: Mapping[str, Any] = NOTHING
    """How the board was read that it was made from: what its inputs are told with."""
    said: Mapping[str, Any] = NOTHING
    """What the build said that made it."""
    marks: Marks = NOTHING


def load(place: str) -> Known:
    """What is known of the site in a place."""
    path = _path(place)
    held = kept.load(path) if path else {}
    if held.get("place") != place:
        return Known()
    return Known(
        held["inputs"],
        held["read"],
        held["said"],
        {path: Mark(*mark) for path, mark in held["marks"].items()},
    )


def store(place: str, known: Known) -> None:
    """Keep it. Where that fails, nothing happens."""
    path = _path(place)
    if path is None:
        return
    data = {
        "place": place,
        "inputs": known.inputs,
        "read": dict(known.read),
        "said": dict(known.said),
        "marks": known.marks,
    }
    if kept.store(path, data):
        kept.prune(os.path.dirname(path), "site")


def forget(place: str) -> None:
    """The site in this place will not be built again."""
    try:
        os.unlink(_path(place) or "")
    except OSError:
        return


def _path(place: str) -> str | None:
    home = resources.cache_folder()
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
    return os.path.join(home, f"site-{name}.json") if home else None
