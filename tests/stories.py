"""Builds small Git repositories from steps, with the same hashes on every machine.

    path = stories.make(tmp_path / "board", [
        {"files": {"opsflow.yaml": BOARD, "items/OPS-A1.yaml": "title: One\nstate: inbox\n"}},
        {"at": "2026-01-06 09:00", "files": {"items/OPS-A1.yaml": "title: One\nstate: doing\n"}},
        {"move": {"items/OPS-A1.yaml": "archive/OPS-A1.yaml"}},
        {"files": {"archive/OPS-A1.yaml": None}},                       # None deletes
        {"on": "topic", "start": "main", "files": {...}},               # a commit on another branch
        {"on": "main", "merge": ["topic"]},                             # takes what the branch changed
    ])

Every step is one commit; everything in it has a default. The first is made on 2026-01-05 at 09:00 UTC,
each further one an hour after the one before, by Maria, on `main`. The steps go through
`git fast-import`, no configuration of the machine is read, and `main` is checked out at the end.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypedDict

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MARIA = "Maria Example <maria@example.org>"


class Odd(NamedTuple):
    """A tree entry that is not an ordinary file: mode 120000 is a link, 160000 a submodule."""

    mode: str
    data: bytes


class Step(TypedDict, total=False):
    """One commit."""

    at: str | datetime
    """Committer time: "2026-01-06 09:00", UTC without an offset. Default: one hour after the step before."""
    authored: str | datetime
    """Author time; default: the committer time."""
    author: str | bytes
    """`Name <address>`; also the committer."""
    message: str | bytes
    """Default: `Step N`, counted from 1."""
    files: Mapping[str, str | bytes | Odd | None]
    """Path to text; None deletes."""
    move: Mapping[str, str]
    """Old path to new path; happens before `files`."""
    on: str
    """The branch; default `main`."""
    start: str
    """The branch that a new branch starts from; default: it has no parent."""
    merge: Sequence[str]
    """Branches to merge: what they changed since they started (or were last merged), then `files`."""
    tag: str
    """A light tag to put on the commit."""


Files = dict[str, bytes | Odd]


def make(
    folder: str | os.PathLike[str],
    steps: Iterable[Step],
    *,
    checkout: bool = True,
    object_format: str = "sha1",
    bare: bool = False,
) -> str:
    """Make a repository in a new folder, with one commit a step; returns its path."""
    path = os.fspath(folder)
    kind = ["--bare"] if bare else []
    git(None, "init", "-q", "-b", "main", "--template=", f"--object-format={object_format}", *kind, path)
    add(path, steps)
    if checkout and not bare:
        git(path, "reset", "-q", "--hard")
    return path


def add(path: str, steps: Iterable[Step], since: datetime | None = None) -> None:
    """Add commits to a repository on top of what its branches hold; the working folder is left alone.

    `since` is the time before the first step's; default: the newest commit of all branches.
    """
    steps = list(steps)
    stream = _Stream(path, since).write(steps)
    git(path, "fast-import", "--quiet", "--force", "--date-format=raw-permissive", stdin=stream)


def git(path: str | None, *arguments: str, stdin: bytes = b"") -> str:
    """What a git command prints, without the last newline; no configuration of the machine is read."""
    where = [] if path is None else ["-C", path]
    done = subprocess.run(["git", *where, *arguments], input=stdin, capture_output=True, env=environment())
    if done.returncode:
        raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")


def environment() -> dict[str, str]:
    """The environment in which tests run git: nothing of the user's, names and dates fixed."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") and key not in ("COLUMNS", "LINES")
    }
    stamp = f"{int(START.timestamp())} +0000"
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Maria Example",
        "GIT_AUTHOR_EMAIL": "maria@example.org",
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_NAME": "Maria Example",
        "GIT_COMMITTER_EMAIL": "maria@example.org",
        "GIT_COMMITTER_DATE": stamp,
        "LC_ALL": "C",
    }


def commits(path: str, rev: str = "HEAD") -> list[str]:
    """The full ids of the first-parent line, oldest first."""
    return git(path, "rev-list", "--first-parent", "--reverse", rev, "--").split()


class _Stream:
    """Writes a fast-import stream, knowing what every branch holds."""

    def __init__(self, path: str, since: datetime | None) -> None:
        self.parts: list[bytes] = []
        self.heads: dict[str, Files] = {}
        self.known: dict[tuple[str, str], Files] = {}
        self.old: set[str] = set()
        self.last = since
        self.count = 0
        newest = 0
        refs = git(path, "for-each-ref", "--format=%(refname:short) %(committerdate:unix)", "refs/heads")
        for line in refs.splitlines():
            name, _, stamp = line.rpartition(" ")
            self.heads[name] = _tree(path, f"refs/heads/{name}")
            self.old.add(name)
            newest = max(newest, int(stamp))
            self.count = max(self.count, len(commits(path, f"refs/heads/{name}")))
        for one in self.old:
            for other in self.old - {one}:
                self.known[one, other] = _common(path, one, other)
        if since is None and newest:
            self.last = datetime.fromtimestamp(newest, UTC)

    def write(self, steps: Sequence[Step]) -> bytes:
        for step in steps:
            self.step(step)
        return b"".join(self.parts)

    def step(self, step: Step) -> None:
        self.count += 1
        branch = step.get("on", "main")
        at = _moment(step["at"]) if "at" in step else self.last + timedelta(hours=1) if self.last else START
        self.last = at
        author = _bytes(step.get("author", MARIA))
        authored = _moment(step["authored"]) if "authored" in step else at
        message = _bytes(step.get("message", f"Step {self.count}"))
        put = self.parts.append
        put(b"commit refs/heads/%b\n" % branch.encode())
        put(b"author %b %d +0000\n" % (author, authored.timestamp()))
        put(b"committer %b %d +0000\n" % (author, at.timestamp()))
        put(b"data %d\n%b\n" % (len(message), message))
        before = self.parents(branch, step)
        after = self.changed(branch, step, dict(before))
        for name in sorted(before.keys() - after.keys()):
            put(b"D %b\n" % _quoted(name))
        for name in sorted(after):
            if before.get(name) != after[name]:
                put(_entry(name, after[name]))
        put(b"\n")
        self.heads[branch] = after
        if "tag" in step:
            put(b"reset refs/tags/%b\nfrom refs/heads/%b\n\n" % (step["tag"].encode(), branch.encode()))

    def parents(self, branch: str, step: Step) -> Files:
        """Write the parents; returns the files of the first."""
        first = branch if branch in self.heads else step.get("start")
        if first is not None and (first != branch or branch in self.old):
            self.parts.append(b"from %b\n" % self.name(first))
        self.old.discard(branch)
        if first is not None and first != branch:
            self.started(branch, first)
        self.parts += [b"merge %b\n" % self.name(other) for other in step.get("merge", ())]
        return self.heads[first] if first is not None else {}

    def name(self, branch: str) -> bytes:
        """A branch as fast-import takes it: one that it has not written itself needs the `^0`."""
        return b"refs/heads/%b%b" % (branch.encode(), b"^0" if branch in self.old else b"")

    def started(self, branch: str, first: str) -> None:
        """Remember what a new branch and the older ones have in common, for a later merge."""
        for (one, other), files in list(self.known.items()):
            if first in (one, other):
                self.known[branch if one == first else one, branch if other == first else other] = files
        self.known[branch, first] = self.known[first, branch] = self.heads[first]

    def changed(self, branch: str, step: Step, files: Files) -> Files:
        for other in step.get("merge", ()):
            theirs, base = self.heads[other], self.known.get((other, branch), {})
            for name in base.keys() | theirs.keys():
                if base.get(name) != theirs.get(name):
                    files.pop(name, None)
                    if name in theirs:
                        files[name] = theirs[name]
            self.known[other, branch] = self.known[branch, other] = theirs
        moved = {new: files.pop(old) for old, new in step.get("move", {}).items()}
        files |= moved
        for name, data in step.get("files", {}).items():
            if data is None:
                del files[name]
            else:
                files[name] = data if isinstance(data, Odd) else _bytes(data)
        return files


def _common(path: str, one: str, other: str) -> Files:
    """The files of the commit at which two branches parted; none where they have nothing in common."""
    command = ["git", "-C", path, "merge-base", f"refs/heads/{one}", f"refs/heads/{other}"]
    base = subprocess.run(command, capture_output=True, text=True, env=environment()).stdout.strip()
    return _tree(path, base) if base else {}


def _tree(path: str, rev: str) -> Files:
    """The files of a commit, so that further steps can build on them."""
    files: Files = {}
    for entry in git(path, "ls-tree", "-rz", rev).split("\0")[:-1]:
        meta, _, name = entry.partition("\t")
        mode, kind, blob = meta.split()
        data = _blob(path, blob) if kind == "blob" else blob.encode()
        files[name] = data if mode == "100644" else Odd(mode, data)
    return files


def _blob(path: str, blob: str) -> bytes:
    command = ["git", "-C", path, "cat-file", "blob", blob]
    return subprocess.run(command, capture_output=True, check=True, env=environment()).stdout


def _entry(name: str, data: bytes | Odd) -> bytes:
    mode, text = (data.mode, data.data) if isinstance(data, Odd) else ("100644", data)
    if mode == "160000":
        return b"M 160000 %b %b\n" % (text, _quoted(name))
    return b"M %b inline %b\ndata %d\n%b\n" % (mode.encode(), _quoted(name), len(text), text)


def _quoted(name: str) -> bytes:
    """A path as fast-import reads it: quoted as in C, octal where it is not plain ASCII."""
    body = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}"
        for byte in name.encode(errors="surrogateescape")
    )
    return f'"{body}"'.encode()


def _moment(value: str | datetime) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
