"""The folders that ship beside the code, in a wheel as well as in a checkout; what the machine has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_nothing_is_kept = False


def folder(name: str) -> str:
    """The absolute path of a folder that ships with opsflow: "schema", "templates" or "examples/board".

    A wheel carries it inside the package (`opsflow/_data/`); an editable install and a bare
    checkout have it beside the package, where hatchling's force-include does not reach.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    beside = os.path.join(os.path.dirname(package), *name.split("/"))
    for place in (os.path.join(package, "_data", *name.split("/")), beside):
        if os.path.isdir(place):
            return place
    raise FileNotFoundError(f"opsflow was installed without its folder {name}/")


def read(name: str, file: str) -> bytes:
    """The bytes of one shipped file, such as `read("schema", "item.schema.json")`."""
    with open(os.path.join(folder(name), file), "rb") as stream:
        return stream.read()


def cache_folder() -> str | None:
    """The folder for what can be read anew; None where nothing is to be kept, or there is no such place.

    That is OPSFLOW_CACHE_DIR, or `opsflow` in the user's cache folder. OPSFLOW_CACHE=off, and no other
    value, switches all keeping off.
    """
    if _nothing_is_kept or os.environ.get("OPSFLOW_CACHE") == "off":
        return None
    named = os.environ.get("OPSFLOW_CACHE_DIR")
    if named:
        return os.path.abspath(named)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "opsflow") if os.path.isabs(base) else None


@contextmanager
def keeping(wanted: bool) -> Iterator[None]:
    """Within, nothing is kept unless that is wanted: there is no folder for it."""
    global _nothing_is_kept
    before, _nothing_is_kept = _nothing_is_kept, _nothing_is_kept or not wanted
    try:
        yield
    finally:
        _nothing_is_kept = before


def program(name: str) -> str | None:
    """The absolute path of a program on the PATH, or None.

    Relative entries, such as `.`, are passed over: what lies in a checkout is never run.
    """
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        file = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(file) and os.access(file, os.X_OK):
            return file
    return None
