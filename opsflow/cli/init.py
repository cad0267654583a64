"""Make a board in a folder."""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress

import click

from opsflow import replacing
from opsflow.cli import screen
from opsflow.errors import OpsflowError

SCHEMAS = ".opsflow"
"""Where the schemas go, for editors."""


@click.command()
@click.argument("folder", default=".", type=click.Path())
@click.option("--name", metavar="TEXT", help="What the board is called; default: the folder's name.")
@click.option("--key", metavar="KEY", help="What ids begin with; default: made of the name.")
@click.option("--git", is_flag=True, help="Make the folder a Git repository, too.")
def command(folder: str, name: str | None, key: str | None, git: bool) -> None:
    """Make a board in a folder: in FOLDER, or in this one.

    Nothing that is there is changed: a folder that has a board is refused, other files stay.
    """
    from opsflow.editing import ids

    top = os.path.abspath(folder)
    title = name or os.path.basename(top).replace("-", " ").replace("_", " ").strip().capitalize() or "Board"
    prefix = _key(key, title)
    if os.path.lexists(os.path.join(top, "opsflow.yaml")):
        raise OpsflowError(f"{top} has a board; look at it with `opsflow -C {shlex.quote(folder)} board`.")
    _readable(title, prefix)
    _outside(top, prefix)
    os.makedirs(top, exist_ok=True)
    first = f"items/{prefix}-{ids.key_of()}-look-around.yaml"
    written: list[str] = []
    try:
        for path, text in {**_files(title, prefix), first: _ITEM}.items():
            written += [path] if _write(os.path.join(top, path), text) else []
        written += _schemas(top)
    except BaseException:  # half of a board would be in the way of the next try
        for path in written:
            with suppress(OSError):
                os.unlink(os.path.join(top, path))
        raise
    if git:
        written += _repository(top)
    screen.show(_said(folder, title, written))


def _readable(title: str, key: str) -> None:
    """OpsflowError where a board of that name could not be read, whether it was given or is the folder's."""
    from opsflow.formats.visible import clip, visible
    from opsflow.model import BOARD_FILE
    from opsflow.reading import board

    text = _files(title, key)[BOARD_FILE]
    if board.load({BOARD_FILE: text.encode("utf-8", "surrogateescape")})[1]:
        shown = visible(clip(title, 60))
        raise OpsflowError(
            f"'{shown}' is no name for a board; write one line of 1 to 200 visible characters, with --name."
        )


def _outside(top: str, key: str) -> None:
    """OpsflowError where another board would read the files of this one."""
    from opsflow.model import BOARD_FILE
    from opsflow.reading import board, folder, globs

    outer = folder.find_root(os.path.realpath(top))
    if outer is None:
        return
    inner = os.path.relpath(os.path.realpath(top), outer).replace(os.sep, "/")
    config = folder.read(outer, (BOARD_FILE,)).get(BOARD_FILE)
    reads = globs.matcher(board.patterns(config))
    if any(reads(f"{inner}/{path}") for path in (BOARD_FILE, f"items/{key}-1.yaml")):
        raise OpsflowError(
            f"{top} is among the items of the board in {outer}, which would read the new board's files as "
            "its own; choose a folder outside."
        )


def _key(given: str | None, title: str) -> str:
    if given is not None:
        if not re.fullmatch("[A-Z][A-Z0-9]{0,19}", given):
            raise OpsflowError(
                f"--key {given} is no key; write 1 to 20 capital letters and digits, such as OPS."
            )
        return given
    words = re.findall("[A-Za-z0-9]+", title)
    letters = words[0][:3] if len(words) == 1 else "".join(word[0] for word in words[:4])
    key = letters.upper() if words else ""
    return key if re.fullmatch("[A-Z][A-Z0-9]+", key) else "OPS"


def _write(path: str, text: str) -> bool:
    """Write a new file, and its folders; False where something is there, which stays."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        replacing.create(path, text.encode())
    except FileExistsError:
        return False
    return True


def _schemas(top: str) -> list[str]:
    from opsflow.cli.schema import KINDS, write_all

    folder = os.path.join(top, SCHEMAS)
    missing = [kind for kind in KINDS if not os.path.lexists(os.path.join(folder, f"{kind}.schema.json"))]
    if missing:
        write_all(folder, top, missing)
    return [f"{SCHEMAS}/{kind}.schema.json" for kind in missing]


def _repository(top: str) -> list[str]:
    """Make a repository that merges the board's files by fields; returns what was written for it.

    One that is there already is told to merge them so.
    """
    from opsflow.cli import merge_driver
    from opsflow.history import make, repository

    if repository.find(top) is None:
        make.create(top)
    else:
        screen.tell(
            f"{top} is in a Git repository already; no other was made, and this one merges by fields."
        )
    merge_driver.install(top)
    return [merge_driver.ATTRIBUTES]


def _said(folder: str, title: str, written: list[str]) -> str:
    from opsflow.cli.program import called
    from opsflow.formats.visible import visible
    from opsflow.history import find

    program = visible(called(folder))
    names = [path for path in written if not path.startswith(f"{SCHEMAS}/")]
    go = "" if folder == "." else f"  cd {visible(shlex.quote(folder))}\n"
    begin = "" if find.look(os.path.abspath(folder)) else "git init && "
    return (
        f"Made the board {visible(title)!r}.\n\n"
        + "".join(f"  {visible(path)}\n" for path in names)
        + (f"  {SCHEMAS}/  what editors need\n" if len(names) < len(written) else "")
        + "\nDates and ages come out of commits: nothing is measured before the first. Now try:\n\n"
        + f"{go}  {begin}git add -A && git commit -m 'Make the board'\n  {program} board\n  {program} check\n"
    )


def _quoted(text: str) -> str:
    """A text as a YAML value: bare where that is safe, else in double quotes."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]*[A-Za-z0-9]", text) and text.lower() not in _NO_TEXT:
        return text
    from opsflow.formats.json import line

    return line(text).strip()


_NO_TEXT = {"yes", "no", "on", "off", "true", "false", "null", "none"}

_ITEM = """\
# yaml-language-server: $schema=../.opsflow/item.schema.json
title: Look around on the new board
state: ready
type: improvement
description: |
  One file is one work item, and it says only what is true now. To start this one, change its
  `state` to `doing`, and commit. Dates and ages come out of the commits.
"""

_BOARD = """\
# yaml-language-server: $schema=.opsflow/board.schema.json
board: {name}
key: {key}
timezone: UTC                                  # such as Europe/Berlin: a day is a day there

workflow:                                      # in order; `kind` says what a state means
  - {{state: inbox, kind: backlog}}
  - {{state: ready, kind: backlog, wip: 12}}
  - {{state: doing, kind: active, wip: 5}}
  - {{state: waiting, kind: waiting, wip: 6}}
  - {{state: review, kind: active, wip: 3}}
  - {{state: done, kind: done}}
  - {{state: dropped, kind: discarded}}

types:
  request: {{}}                                  # the first is the default
  incident: {{planned: false}}
  security: {{}}
  maintenance: {{}}
  project: {{}}
  improvement: {{}}

limits:
  - {{name: expedite, class: expedite, max: 1, mode: block}}
  - {{name: work in progress of a person, per: person, states: [doing, review], max: 3, mode: warn}}

expectations:
  - {{type: incident, within: 2d, share: 0.95}}
  - {{within: 10d, share: 0.85}}
"""

_README = """\
# {name}

The work of the team: one file in `items/` is one work item. A change to the board is a commit.

    opsflow board        the board
    opsflow check        what is wrong on it
    opsflow next         what to pull next
    opsflow build        the site
"""

_EDITOR = """\
{
  "yaml.schemas": {
    "./.opsflow/item.schema.json": ["items/**/*.yaml", "archive/**/*.yaml"],
    "./.opsflow/board.schema.json": "opsflow.yaml",
    "./.opsflow/people.schema.json": "people.yaml",
    "./.opsflow/catalog.schema.json": "catalog.yaml"
  }
}
"""


def _files(title: str, key: str) -> dict[str, str]:
    return {
        "opsflow.yaml": _BOARD.format(name=_quoted(title), key=key),
        "README.md": _README.format(name=title),
        ".gitignore": "/build/\n.opsflow-*\n",
        ".vscode/settings.json": _EDITOR,
    }
