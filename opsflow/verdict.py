"""What `check` found, kept for as long as it would find the same again.

An unchanged board need not be judged twice. What was found is kept under a key made of everything
that it depends on: opsflow's code and libraries, the bytes of every file that the board reads and
what was odd about its folder, the commit at which its history ends, what was asked, and a time in
which no rule changes its mind. Where one of these cannot be told, nothing is kept. What is kept is
data, never code; a file that is damaged, or of another version, holds nothing.

Nothing heavy is imported here: this is all that runs where nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from opsflow import __version__, resources
from opsflow.history import repository
from opsflow.reading import folder

Report = dict[str, Any]
"""Plain JSON data; see formats.findings."""

MOST = 8
"""How many reports of one board are kept: for several sets of options, and for going back and forth."""


class Line(NamedTuple):
    """What the history depends on: where the board lies in a repository, and what is checked out."""

    prefix: str = ""
    head: str | None = None
    """None: no commit, or no repository."""
    whole: str = "no repository"
    """What was left out when it was cloned."""


class Notes(NamedTuple):
    """What is kept about one board: a file in the cache folder, and what it holds."""

    path: str
    root: str
    asked: str
    held: Mapping[str, Any]


def notes(root: str, asked: str, cache: str) -> Notes:
    """What the folder `cache` keeps about the board in the folder `root`; `asked` names the options."""
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
    path = os.path.join(cache, f"check-{name}.json")
    return Notes(path, root, asked, _held(path))


def recall(notes: Notes, now: float) -> Report | None:
    """What was found when everything was as it is now; None where that is not known. `now`: seconds, UTC."""
    patterns = notes.held.get("patterns")
    if not patterns:
        return None
    files = folder.read(notes.root, patterns)
    kept = notes.held["reports"].get(key(notes, files, patterns, line(notes.root)))
    report: Report | None = kept["report"] if kept and kept["from"] <= now < kept["until"] else None
    return report


def keep(notes: Notes, key: str, patterns: Sequence[str], report: Report, since: float, until: float) -> None:
    """Keep what was found, good from `since` until just before `until`. Where that fails, nothing happens."""
    others = {name: kept for name, kept in notes.held.get("reports", {}).items() if name != key}
    newest = list(others.items())[1 - MOST :]
    kept = {"from": since, "until": until, "report": report}
    text = json.dumps({"patterns": list(patterns), "reports": {**dict(newest), key: kept}})
    place = f"{notes.path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(notes.path), mode=0o700, exist_ok=True)
        with open(place, "w", encoding="ascii") as stream:
            stream.write(f"{_sum(text)}\n{text}")
        os.replace(place, notes.path)
    except OSError:
        return


def key(notes: Notes, files: folder.Folder, patterns: Sequence[str], line: Line) -> str:
    """A text that differs where anything differs that a report depends on, but for the time."""
    found = hashlib.sha256()
    for part in (*_code(), notes.asked, *patterns, *map(str, line), *map(repr, files.faults)):
        found.update(part.encode("utf-8", "surrogateescape") + b"\0")
    for path in sorted(files):
        data = files[path]
        found.update(b"%b\0%d\0" % (path.encode("utf-8", "surrogateescape"), len(data)))
        found.update(data)
    return found.hexdigest()


def line(root: str) -> Line:
    """The line of the board in the folder `root`, as it is now."""
    repo = repository.find(root)
    return Line(repo.prefix, repo.head, f"{repo.shallow} {repo.partial}") if repo else Line()


def cache_folder() -> str:
    """The folder for what can be read anew: OPSFLOW_CACHE_DIR, or the user's cache folder."""
    given = os.environ.get("OPSFLOW_CACHE_DIR")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.abspath(given or os.path.join(base, "opsflow"))


def _code() -> Iterator[str]:
    """The version, and the state of the files that opsflow and its libraries consist of."""
    yield f"{__version__} {sys.version}"
    yield from _files(os.path.dirname(os.path.abspath(__file__)), (".py",))
    yield from _files(resources.folder("schema"), (".json",))
    for place in sys.path:
        if place.endswith("-packages"):
            yield _stamp(place)


def _files(place: str, endings: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.endswith(endings):
                yield _stamp(entry.path)
            elif entry.is_dir() and not entry.name.startswith(("_", ".")):
                yield from _files(entry.path, endings)


def _stamp(path: str) -> str:
    try:
        status = os.stat(path)
    except OSError:
        return path
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _held(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="ascii") as stream:
            total, _, text = stream.read().partition("\n")
        held: Mapping[str, Any] = json.loads(text) if total == _sum(text) else {}
    except (OSError, ValueError):
        return {}
    return held


def _sum(text: str) -> str:
    return hashlib.sha256(f"{__version__}\n{text}".encode("ascii")).hexdigest()
