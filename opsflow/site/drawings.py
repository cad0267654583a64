"""A Vega-Lite specification -> its drawing, drawn once. Door: vl_convert.

The library takes a second to begin, longer than most boards take to build. What it drew is kept in the cache
folder, under the specification and the version of the library; the bytes are the same either way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from importlib import metadata
from typing import Any

from opsflow import kept, resources

MOST = 200
"""Drawings that are kept; a board has some twenty."""


def of(spec: Mapping[str, Any]) -> str:
    """The drawing as SVG, as the library writes it."""
    home = resources.cache_folder()
    if home is None:
        return _draw(spec)
    asked = json.dumps([metadata.version("vl-convert-python"), spec])
    name = blake2b(asked.encode(), digest_size=16).hexdigest()
    path = os.path.join(home, f"chart-{name}.json")
    held = kept.load(path)
    if held.get("name") == name and isinstance(held.get("svg"), str):
        return str(held["svg"])
    drawing = _draw(spec)
    if kept.store(path, {"name": name, "svg": drawing}):
        _prune(home)
    return drawing


def _draw(spec: Mapping[str, Any]) -> str:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(dict(spec))
    return drawn


def _prune(home: str) -> None:
    """Removes the oldest drawings beyond the most that are kept."""
    try:
        with os.scandir(home) as listing:
            found = [entry for entry in listing if entry.name.startswith("chart-")]
        if len(found) > MOST + MOST // 4:
            found.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
            for entry in found[:-MOST]:
                os.unlink(entry.path)
    except OSError:  # somebody else prunes as well
        return
