"""Where pages lie: names of files and anchors that are safe whatever an id or a state says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

ITEMS = "item/"
"""The folder of the items' pages."""
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_KEY = re.compile(r"[A-Z][A-Z0-9]*-[0-9A-Za-z_-]+")


def files(ids: Iterable[str]) -> Mapping[str, str]:
    """Id to the name of its page, without folder and ending.

    Nearly always the id itself. An id that could mean something to a file system or an address, or
    that another one equals but for its letters' case, gets a name made from its hash instead.
    """
    named: dict[str, str] = {}
    taken: set[str] = set()
    for key in ids:
        plain = _SAFE.fullmatch(key) is not None and key.casefold() not in taken
        named[key] = name = key if plain else hashed(key)
        taken.add(name.casefold())
    return named


def page(name: str) -> str:
    """The page of an item from the site's root, by the name that `files` gave it."""
    return f"{ITEMS}{name}.html"


def hashed(text: str) -> str:
    """A name for a text, the same everywhere; what can be read of the text stands in front."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40]
    return f"{readable or 'x'}_{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def anchor(name: str) -> str:
    """The id of an item's element in a page. The site's own ids begin with a small letter, keys do not."""
    return name if _KEY.fullmatch(name) else f"item-{name}"


def column(state: str) -> str:
    """The id of a state's column in a page."""
    return f"col-{state if _SAFE.fullmatch(state) else hashed(state)}"
