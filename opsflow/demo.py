"""The example board, with the half year of commits that led to it.

`examples/board/history.txt` holds every commit as text that reads like a log with its diffs; its head
describes the form. Replaying it through `git fast-import` gives the same commits, with the same
hashes, on every machine, and ends in the files that lie beside it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from opsflow import resources
from opsflow.errors import OpsflowError
from opsflow.history import repository
from opsflow.history.make import create, fast_import

EXAMPLE = "examples/board"
HISTORY = "history.txt"
MARK = os.path.join(".git", "opsflow-demo")
"""Names what `make` made, so that it never takes away what somebody changed since."""
BUILT = "site"
"""The folder for the site; the example's .gitignore names it, and it can be built again."""
BUILDS = "build"
"""What `opsflow build` writes into; the clone ignores it, as no commit of the example does."""

Files = dict[str, bytes]


class Demo(NamedTuple):
    """The example board in a folder of its own."""

    folder: str
    head: str
    """The hash of the last commit."""
    commits: int
    now: datetime
    """The moment that the example takes for now: that of its last commit, as its site has it."""


class Edit(NamedTuple):
    """What one commit does to one file. `was` differs from `path` where the file moves."""

    verb: str
    path: str
    was: str = ""
    lines: tuple[str, ...] = ()


class Step(NamedTuple):
    """One commit."""

    at: datetime
    who: str
    message: str
    edits: tuple[Edit, ...]
    branch: str = ""
    """Empty is main."""
    merge: str = ""
    """The branch that it merges into main."""


class Script(NamedTuple):
    """A history file, parsed."""

    head: str
    now: datetime
    people: Mapping[str, str]
    """Key to `Name <address>`."""
    steps: tuple[Step, ...]
    """Oldest first."""


class Replay(NamedTuple):
    """What `git fast-import` needs, and the files that its last commit on main has."""

    stream: bytes
    files: Files


# -- making it ----------------------------------------------------------------------------------


def make(folder: str) -> Demo:
    """Put the example board with its history into `folder`, which is created.

    A folder that holds it already, unchanged, is left alone; one that an other version of opsflow
    made is replaced. OpsflowError where anything else is in it: nothing of anybody's is lost.
    """
    script = read()
    demo = Demo(folder, script.head, len(script.steps), script.now)
    if os.path.lexists(folder) and (not os.path.isdir(folder) or os.path.islink(folder)):
        raise OpsflowError(f"{folder} is no folder: name another place for the example board.")
    if os.path.isdir(folder) and os.listdir(folder):
        made = _made_here(folder)
        if made is None:
            raise OpsflowError(f"{folder} is not empty: name another folder for the example board.")
        if changed := _changed(folder, made):
            raise OpsflowError(
                f"{folder} holds an example board in which {changed} changed since it was made: "
                "remove the folder, or name another one."
            )
        if made.head == script.head:
            return demo
    _put(folder, script)
    return demo


def _put(folder: str, script: Script) -> None:
    """Build it beside its place, and then move it there; `.git`, with the mark in it, comes last."""
    place = os.path.abspath(folder)
    exists = os.path.isdir(place)  # and may be a mount, or the folder that somebody's shell is in: it stays
    try:
        os.makedirs(place if exists else os.path.dirname(place), exist_ok=True)
        scratch = tempfile.mkdtemp(prefix=".opsflow-demo-", dir=place if exists else os.path.dirname(place))
        try:
            board = os.path.join(scratch, "board")
            os.mkdir(board)
            replayed = replay(script)
            create(board)
            fast_import(board, replayed.stream)
            made = repository.find(board)
            if made is None or made.head != script.head:
                raise RuntimeError(f"the replay ends in {made and made.head}, {HISTORY} says {script.head}")
            _ignore(board)
            _write_mark(board, script.head, replayed.files)
            if exists:
                os.mkdir(os.path.join(scratch, "old"))
                _move(place, os.path.join(scratch, "old"), but=os.path.basename(scratch))
                _move(board, place)
            else:
                os.rename(board, place)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        why = error.strerror or error
        raise OpsflowError(f"The example board cannot be put into {folder}: {why}.") from None


def _move(source: str, target: str, but: str = "") -> None:
    for name in sorted(os.listdir(source), key=lambda name: name == ".git"):
        if name != but:
            os.rename(os.path.join(source, name), os.path.join(target, name))


class _Made(NamedTuple):
    head: str
    sums: Mapping[str, str]
    """Path to SHA-1 of the file's bytes."""


def _ignore(board: str) -> None:
    """Have Git ignore what `opsflow build` writes."""
    os.makedirs(os.path.join(board, ".git", "info"), exist_ok=True)
    with open(os.path.join(board, ".git", "info", "exclude"), "a", encoding="utf-8") as stream:
        stream.write(f"/{BUILDS}/\n")


def _write_mark(board: str, head: str, files: Files) -> None:
    rows = [head] + [f"{hashlib.sha1(data).hexdigest()} {path}" for path, data in sorted(files.items())]
    with open(os.path.join(board, MARK), "w", encoding="utf-8") as stream:
        stream.write("\n".join(rows) + "\n")


def _made_here(folder: str) -> _Made | None:
    try:
        with open(os.path.join(folder, MARK), encoding="utf-8") as stream:
            head, *rows = stream.read().splitlines()
    except (OSError, ValueError):
        return None
    return _Made(head, {path: digest for digest, _, path in (row.partition(" ") for row in rows)})


def _changed(folder: str, made: _Made) -> str:
    """What is not as `make` left it: a file, or the commits; empty where all is."""
    sums = dict(_sums(folder))
    for path in sorted(sums.keys() | made.sums.keys()):
        if sums.get(path) != made.sums.get(path):
            return path
    known = repository.find(folder)
    untouched = known is not None and known.head == made.head and set(known.refs().values()) == {made.head}
    return "" if untouched else "its history"


def _sums(folder: str) -> Iterator[tuple[str, str]]:
    for here, folders, names in os.walk(folder):
        if here == folder:
            folders[:] = [name for name in folders if name not in (".git", BUILT, BUILDS)]
        for name in names:
            path = os.path.join(here, name)
            if os.path.islink(path) or not os.path.isfile(path):
                yield os.path.relpath(path, folder).replace(os.sep, "/"), "no file"
                continue
            with open(path, "rb") as stream:
                data = stream.read()
            yield os.path.relpath(path, folder).replace(os.sep, "/"), hashlib.sha1(data).hexdigest()


# -- reading the history file -------------------------------------------------------------------


def read() -> Script:
    """The history that ships with opsflow."""
    return parse(resources.read(EXAMPLE, HISTORY).decode("utf-8"))


def parse(text: str) -> Script:
    """A history file as data. ValueError, with the number of the line, where it has an other form."""
    head = ""
    now: datetime | None = None
    people: dict[str, str] = {}
    steps: list[Step] = []
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        word, _, rest = line.partition(" ")
        if not line and block:
            steps.append(_step(block, number - len(block)))
            block = []
        elif block or line[:1].isdigit():
            block.append(line)
        elif word == "head":
            head = rest
        elif word == "now":
            now = _moment(rest)
        elif word == "person":
            key, _, people_line = rest.partition(" ")
            people[key] = people_line
        elif line and not line.startswith("#"):
            raise ValueError(f"line {number}: {line!r} is no part of a history")
    if now is None:
        raise ValueError("the history does not say when it is now")
    return Script(head, now, people, tuple(steps))


def _step(block: Sequence[str], number: int) -> Step:
    """One commit: its first line, its message (indented), its edits."""
    day, time, offset, who, *more = block[0].split()
    message = 1
    while message < len(block) and block[message].startswith("    "):
        message += 1
    words = [line[4:] for line in block[1:message]]
    text = "\n".join("" if word == "." else word for word in words)
    match more:
        case []:
            branch = merge = ""
        case ["on", branch]:
            merge = ""
        case ["merge", merge]:
            branch = ""
        case _:
            raise ValueError(f"line {number}: {block[0]!r} is neither a commit nor a merge")
    edits = tuple(_edits(block[message:], number + message))
    return Step(_moment(f"{day} {time} {offset}"), who, text, edits, branch, merge)


def _edits(lines: Sequence[str], number: int) -> Iterator[Edit]:
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and lines[end][:1] in "+- .":
            end += 1
        match lines[start].split():
            case ["new" | "edit" | "delete" as verb, path]:
                yield Edit(verb, path, path, tuple(lines[start + 1 : end]))
            case ["rename", was, path]:
                yield Edit("rename", path, was)
            case _:
                raise ValueError(f"line {number + start}: {lines[start]!r} is no edit")
        start = end


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M %z")


# -- replaying it -------------------------------------------------------------------------------


def replay(script: Script) -> Replay:
    """The commits as a stream for `git fast-import`. ValueError where an edit does not fit."""
    trees: dict[str, Files] = {"": {}}
    origins: dict[str, Files] = {}
    marks: dict[str, int] = {}
    out: list[bytes] = []
    for mark, step in enumerate(script.steps, 1):
        fresh = step.branch not in trees
        if fresh:
            trees[step.branch] = dict(trees[""])
            origins[step.branch] = dict(trees[""])
        before = trees[step.branch]
        try:
            after = _merge(before, origins[step.merge], trees[step.merge]) if step.merge else dict(before)
            for edit in step.edits:
                _apply(after, edit)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{step.at:%Y-%m-%d %H:%M} {step.who}: {error}") from None
        trees[step.branch] = after
        parents = [marks.get("" if fresh else step.branch), marks[step.merge] if step.merge else None]
        marks[step.branch] = mark
        out += _commit(script, step, mark, parents, before, after)
    out.append(b"reset refs/heads/main\nfrom :%d\n" % marks[""])
    return Replay(b"".join(out), trees[""])


def _commit(
    script: Script, step: Step, mark: int, parents: Sequence[int | None], before: Files, after: Files
) -> Iterator[bytes]:
    """One commit of the stream. All are made on main, each with its parents, so no branch is left over."""
    moment = f"{int(step.at.timestamp())} {step.at:%z}"
    message = (step.message + "\n").encode()
    yield f"commit refs/heads/main\nmark :{mark}\ncommitter {script.people[step.who]} {moment}\n".encode()
    yield b"data %d\n%s" % (len(message), message)
    for word, parent in zip((b"from", b"merge"), parents, strict=True):
        if parent is not None:
            yield b"%s :%d\n" % (word, parent)
    for path in sorted(before.keys() - after.keys()):
        yield f"D {path}\n".encode()
    for path, data in sorted(after.items()):
        if before.get(path) != data:
            yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    yield b"\n"


def _merge(ours: Files, origin: Files, theirs: Files) -> Files:
    """What the branch changed, put on main. ValueError where both changed a file."""
    merged = dict(ours)
    for path in sorted(origin.keys() | theirs.keys()):
        if origin.get(path) == theirs.get(path):
            continue
        if ours.get(path) != origin.get(path):
            raise ValueError(f"{path} changed on both sides")
        if path in theirs:
            merged[path] = theirs[path]
        else:
            del merged[path]
    return merged


def _apply(files: Files, edit: Edit) -> None:
    if edit.verb == "new":
        if edit.path in files:
            raise ValueError(f"{edit.path} is there already")
        files[edit.path] = _bytes(line[1:] for line in edit.lines)
    elif edit.verb == "edit":
        files[edit.path] = _bytes(_patched(files[edit.path].decode().splitlines(), edit))
    else:
        data = files.pop(edit.was)
        if edit.verb == "rename":
            files[edit.path] = data


def _patched(text: list[str], edit: Edit) -> list[str]:
    """The lines after the edit: each place is found by the lines that stay or go, which stand once."""
    for place in _places(edit.lines):
        old = [line[1:] for line in place if line[0] in " -"]
        new = [line[1:] for line in place if line[0] in " +"]
        found = [at for at in range(len(text) - len(old) + 1) if text[at : at + len(old)] == old]
        if not old or len(found) != 1:
            raise ValueError(f"{edit.path}: {old} stands there {len(found)} times")
        text = text[: found[0]] + new + text[found[0] + len(old) :]
    return text


def _places(lines: Iterable[str]) -> list[list[str]]:
    places: list[list[str]] = [[]]
    for line in lines:
        if line == "..":
            places.append([])
        else:
            places[-1].append(line)
    return places


def _bytes(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
