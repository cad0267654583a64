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
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from opsflow import __version__, fingerprint, kept
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

    @property
    def is_whole(self) -> bool:
        """Nothing was left out."""
        return "True" not in self.whole


class Notes(NamedTuple):
    """What is kept about one board: a file in the cache folder, and what it holds."""

    path: str
    root: str
    asked: str
    held: Mapping[str, Any]


def notes(root: str, asked: str, home: str) -> Notes:
    """What the folder `home` keeps about the board in the folder `root`; `asked` names the options."""
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
    path = os.path.join(home, f"check-{name}.json")
    held = kept.load(path)
    return Notes(path, root, asked, held if held.get("version") == __version__ else {})


def files(notes: Notes) -> folder.Folder | None:
    """What the board read last time, as it is now; None where that is not known."""
    patterns = notes.held.get("patterns")
    return folder.read(notes.root, patterns) if patterns else None


def recall(notes: Notes, files: folder.Folder, now: float) -> Report | None:
    """What was found when everything was as it is now; None where that is not known. `now`: seconds, UTC."""
    found = notes.held["reports"].get(key(notes, files, notes.held["patterns"], line(notes.root)))
    report: Report | None = found["report"] if found and found["from"] <= now < found["until"] else None
    return report


def keep(notes: Notes, key: str, patterns: Sequence[str], report: Report, since: float, until: float) -> None:
    """Keep what was found, good from `since` until just before `until`. Where that fails, nothing happens."""
    from opsflow.history import calls

    others = {name: other for name, other in notes.held.get("reports", {}).items() if name != key}
    newest = list(others.items())[1 - MOST :]
    found = {"from": since, "until": until, "report": report}
    data = {
        "version": __version__,
        "git": calls.known(),
        "patterns": list(patterns),
        "reports": {**dict(newest), key: found},
    }
    if kept.store(notes.path, data):
        kept.prune(os.path.dirname(notes.path), "check")


def key(notes: Notes, files: folder.Folder, patterns: Sequence[str], line: Line) -> str:
    """A text that differs where anything differs that a report depends on, but for the time."""
    found = hashlib.sha256()
    for part in (*fingerprint.stamps(), notes.asked, *patterns, *map(str, line), *map(repr, files.faults)):
        found.update(part.encode("utf-8", "surrogateescape") + b"\0")
    for path in sorted(files):
        data = files[path]
        found.update(b"%b\0%d\0" % (path.encode("utf-8", "surrogateescape"), len(data)))
        found.update(data)
    return found.hexdigest()


def stamp() -> str:
    """A text that differs where opsflow or one of its libraries is another."""
    return hashlib.sha256("\0".join(fingerprint.stamps()).encode("utf-8", "surrogateescape")).hexdigest()


def line(root: str) -> Line:
    """The line of the board in the folder `root`, as it is now."""
    repo = repository.find(root)
    return Line(repo.prefix, repo.head, f"{repo.shallow} {repo.partial}") if repo else Line()
