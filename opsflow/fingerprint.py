"""What tells opsflow and the libraries that it reads with from any other, so that nothing kept outlives them.

`stamps` is quick and looks at sizes and times: for what is made again in a moment. `digest` reads
everything and is the same wherever the same code lies: for what takes long to make and may be carried
from one machine to another. Both look at all of opsflow, or at some of its rooms.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache

from opsflow import __version__, kept, resources

READERS = ("ruamel", "jsonschema_rs", "tzdata")
"""The libraries that decide what a file says."""


@cache
def stamps(*rooms: str) -> tuple[str, ...]:
    """The version, and the state of the files that opsflow and its libraries consist of."""
    places = [place for place in sys.path if place.endswith("-packages")]
    files = map(kept.stamp, (*_files(rooms), *places))
    return (f"{__version__} {sys.version}", *files)


@cache
def digest(*rooms: str) -> str:
    """A text that differs where the code, the schemas, Python or a library that reads is another."""
    from hashlib import blake2b

    found = blake2b(digest_size=16)
    for text in (__version__, sys.version, *sorted(_libraries())):
        found.update(text.encode() + b"\0")
    for path in _files(rooms):
        with open(path, "rb") as stream:
            found.update(os.path.basename(path).encode() + b"\0" + stream.read() + b"\0")
    return found.hexdigest()


def _files(rooms: tuple[str, ...]) -> Iterator[str]:
    """The modules of these rooms, or of all, and the schemas; in an order that stays."""
    package = os.path.dirname(os.path.abspath(__file__))
    for place in [os.path.join(package, room) for room in rooms] or [package]:
        yield from _below(place, ".py")
    yield from _below(resources.folder("schema"), ".json")


def _below(place: str, ending: str) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.endswith(ending):
                yield entry.path
            elif entry.is_dir() and not entry.name.startswith(("_", ".")):
                yield from _below(entry.path, ending)


def _libraries() -> Iterator[str]:
    """The names and versions of the libraries that read, as their installer wrote them down."""
    for place in sys.path:
        if place.endswith("-packages") and os.path.isdir(place):
            for name in os.listdir(place):
                if name.startswith(READERS) and name.endswith(".dist-info"):
                    yield name
