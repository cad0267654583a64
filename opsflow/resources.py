"""The folders that ship beside the code, in a wheel as well as in a checkout; programs of the machine."""

from __future__ import annotations

import os


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


def program(name: str) -> str | None:
    """The absolute path of a program on the PATH, or None.

    Relative entries, such as `.`, are passed over: what lies in a checkout is never run.
    """
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        file = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(file) and os.access(file, os.X_OK):
            return file
    return None
