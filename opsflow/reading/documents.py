"""A file of the board becomes plain data, and a key in it gets its place.

The reference reader is the definition; `canonical.recognise` answers faster where there is no doubt. With
OPSFLOW_SLOW=1 only the reference reader is used, which is imported where it is needed.
"""

from __future__ import annotations

import os
from functools import lru_cache

from opsflow.model import Fault, Keys, Place
from opsflow.reading.canonical import Value, recognise


def load(path: str, data: bytes) -> tuple[dict[str, Value] | None, tuple[Fault, ...]]:
    """The document of a file of the board, or None and why it cannot be read. Never raises."""
    if os.environ.get("OPSFLOW_SLOW") != "1":
        value = recognise(data)
        if value is not None:
            return value, ()
    from opsflow.reading import reference

    return reference.load(path, data)


def locate(data: bytes, keys: Keys, path: str) -> Place:
    """The place of a key, or of an element of a list; of its nearest ancestor where it is absent.

    A position in a block text is one of its lines. No keys: the first key of the document. A file
    that cannot be read is located at its top.
    """
    place = _at_once(data, keys, path)
    if place is not None:
        return place
    from opsflow.reading import reference

    return reference.locate(data, keys, path)


_recognised = lru_cache(maxsize=8)(recognise)
"""For places, of which one file may need thousands."""


def _at_once(data: bytes, keys: Keys, path: str) -> Place | None:
    """The same place, for what is asked most of a canonical document; None where the tree has to tell."""
    if len(keys) > 2 or os.environ.get("OPSFLOW_SLOW") == "1":
        return None
    value = _recognised(data)
    if value is None:
        return None
    key = keys[0] if keys and keys[0] in value else next(iter(value))
    text = f"\n{data.decode().replace(chr(13), '')}"
    line = text.count("\n", 0, text.index(f"\n{key}:")) + 1
    if len(keys) < 2 or key != keys[0]:
        return Place(path, line, 1, len(str(key)))
    items, position = value[str(key)], keys[1]
    if not isinstance(items, list) or not isinstance(position, int) or not 0 <= position < len(items):
        return None
    width = len(str(items[position]))
    whole = f"\n{key}: [{', '.join(map(str, items))}]\n"
    if text.startswith(whole, text.index(f"\n{key}:")):
        before = sum(len(str(item)) + 2 for item in items[:position])
        return Place(path, line, len(str(key)) + 4 + before, width)
    rows = text.split("\n")[line + 1 : line + 2 + position]
    if rows != [f"  - {item}" for item in items[: position + 1]]:
        return None
    return Place(path, line + 1 + position, 5, width)
