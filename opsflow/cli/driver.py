"""What Git runs for each file that both sides of a merge changed.

It is run once a file, so it imports little; and it never leaves a file half merged: where opsflow cannot
go on, the lines are merged as Git itself would.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from opsflow import replacing
from opsflow.errors import OpsflowError
from opsflow.reading import merge
from opsflow.reading.merge import Labels, Markers, Merged

CONFLICT = 1
FAILED = 255
"""Git takes a status over 128 for a driver that could not run, and stops."""
_MARK = 7
LONGEST = 200
"""Longer marks serve nobody, and a stranger's branch can ask for any."""


def run(words: Sequence[str]) -> int:
    """Merge into the second file, as Git asks a driver to; returns 0, or CONFLICT.

    The words are `%O %A %B %L %P %S %X %Y` of gitattributes(5), of which three have to be there.
    """
    from opsflow.formats.visible import visible

    words = [*words, *[""] * (8 - len(words))]
    files, size, path = words[:3], words[3], words[4] or words[1]
    shown = visible(path)
    try:
        markers = Markers(_labels(words[5:8]), _length(size))
        merged = _merged(path, files, markers)
        _replace(files[1], merged.data)
    except (OSError, OpsflowError, MemoryError) as error:
        _tell(f"opsflow: {shown} could not be merged: {_why(error)}")
        return FAILED
    named = ", ".join(dict.fromkeys(name for name in merged.conflicts if name))
    if named:
        _tell(f"{shown}: changed on both sides: {named}")
    return CONFLICT if merged.conflicts else 0


def _length(size: str) -> int:
    """How long the marks of a conflict are: never shorter than usual, by which they are found again."""
    known = size.isdecimal() and size.isascii() and len(size) < 4
    return max(_MARK, min(int(size), LONGEST)) if known else _MARK


def _why(error: OSError | OpsflowError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return str(error)


def _labels(given: Sequence[str]) -> Labels:
    """The names of the versions. A Git that does not know a placeholder passes it on as it stands."""
    base, ours, theirs = ("" if label.startswith("%") else _line(label) for label in given)
    heads = [name for key, name in os.environ.items() if key.startswith("GITHEAD_")]
    return Labels(ours or "ours", base or "base", theirs or (heads[0] if len(heads) == 1 else "theirs"))


def _line(label: str) -> str:
    """A label on one line, of letters that can be written."""
    return " ".join(label.encode("utf-8", "replace").decode().split())


def _merged(path: str, files: Sequence[str], markers: Markers) -> Merged:
    base, ours, theirs = (_read(file) for file in files)
    try:
        merged = merge.by_fields(path, base, ours, theirs, markers)
        if merged and merged.conflicts and _shows_base():
            merged = merge.by_fields(path, base, ours, theirs, markers._replace(base=True))
    except Exception as error:
        _tell(f"opsflow: {path} is merged by lines, for opsflow failed: {type(error).__name__}: {error}")
        merged = None
    return merged or _by_lines(path, files, markers)


def _by_lines(path: str, files: Sequence[str], markers: Markers) -> Merged:
    """As without opsflow."""
    from opsflow.history import driver

    base, ours, theirs = (_read(file) for file in files)
    labels = markers.labels
    names = labels.ours, labels.base, labels.theirs
    try:
        found = driver.merge_file((files[1], files[0], files[2]), names, markers.size, _shows_base())
    except OpsflowError:
        found = None
    if found and (found[1] or merge.sound(path, found[0], ours, theirs)):
        return Merged(found[0], ("",) * found[1])
    return merge.by_lines(path, base, ours, theirs, markers)


def _shows_base() -> bool:
    from opsflow.history import driver

    try:
        return driver.shows_base()
    except OpsflowError:
        return False


def _read(file: str) -> bytes:
    if not stat.S_ISREG(os.stat(file).st_mode) and not os.path.isdir(file):  # of a folder, `open` says it
        raise OpsflowError(f"{file} is no regular file.")
    with open(file, "rb") as stream:
        return stream.read()


def _replace(file: str, data: bytes) -> None:
    """Put the result where ours was, at once: whoever kills us finds the one or the other."""
    replacing.replace(file, data)


def _tell(text: str) -> None:
    from opsflow.cli import screen

    screen.keep_writable()
    screen.tell(text)
