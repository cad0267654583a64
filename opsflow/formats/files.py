"""Reports in files, for a CI to pick up: written at once, and never over a file that is something else."""

from __future__ import annotations

import os
from contextlib import suppress

from opsflow.errors import OpsflowError

BEGINNINGS = {
    "json": ('{\n  "opsflow": ',),
    "gitlab": ("[]\n", '[\n  {\n    "description": '),
    "sarif": ('{\n  "$schema": "https://docs.oasis-open.org/sarif/',),
    "junit": ('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="opsflow" ',),
}
"""How a report of each format begins; so an earlier one is known, and may be replaced."""


def store(path: str, format: str, text: str) -> None:
    """Put a report in its place: a new file, or one that holds an earlier report of that format, or nothing.

    Whoever reads the file finds the old report or the new one, and never a part. OpsflowError where
    something else is there, or no file can be written.
    """
    _refuse(path, format)
    place = f"{path}.{os.getpid()}"
    try:
        with open(place, "x", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
        os.replace(place, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(place)
        if not isinstance(error, OSError):
            raise
        why = error.strerror or error
        raise OpsflowError(
            f"{path} cannot be written: {why}; name another file after `{format}=`."
        ) from error


def _refuse(path: str, format: str) -> None:
    if not os.path.lexists(path):
        return
    if os.path.islink(path) or not os.path.isfile(path):
        raise OpsflowError(f"{path} is not an ordinary file; name another one after `{format}=`.")
    longest = max(map(len, BEGINNINGS[format]))
    with open(path, "rb") as stream:
        begins = stream.read(longest)
    if begins and not begins.startswith(tuple(text.encode() for text in BEGINNINGS[format])):
        raise OpsflowError(
            f"{path} holds something else than a report of the format {format}, and is left as it is; "
            f"remove it, or name another file after `{format}=`."
        )
