"""Merge files field by field, for Git."""

from __future__ import annotations

import os

import click

from opsflow import replacing
from opsflow.cli import driver, options, screen
from opsflow.errors import OpsflowError

ATTRIBUTES = ".gitattributes"
_WHY = "# Merged field by field in clones where `opsflow merge-driver --install` was run, by lines in others."
_PLACES = "%O %A %B %L %P %S %X %Y"


@click.command()
@click.argument("files", nargs=-1, metavar="[%O %A %B [%L %P %S %X %Y]]", type=click.Path())
@click.option("--install", "wanted", is_flag=True, help="Tell Git to merge the files of this board so.")
@options.board_option
def command(files: tuple[str, ...], wanted: bool, board: str | None) -> int:
    """Merge files field by field, for Git.

    Git runs it for each file that both sides of a merge, a rebase or a cherry-pick changed: with the
    version that both began with, ours and theirs, of which the second is overwritten with the result.
    Ends with 1 if there are conflicts. What it does is in docs/merging.md.

    With --install, it writes .gitattributes beside opsflow.yaml, and the driver into the settings of
    this clone. Others have to install it in theirs; without it Git merges by lines.
    """
    if wanted == bool(files) or (files and not 3 <= len(files) <= 8):
        raise click.UsageError("Name three files, as Git does, or write --install.")
    if files:
        return driver.run(files)
    for text in install(options.root(board)):
        screen.show(f"{text}\n")
    return 0


def install(root: str, *, private: bool = False) -> list[str]:
    """Tell the repository that a board lies in to merge its files by fields; returns what was written.

    `private`: no file of the board says so, only this clone. OpsflowError where it lies in none, or
    something is in the way.
    """
    from opsflow.cli.program import called
    from opsflow.history import driver as git
    from opsflow.history import repository

    found = repository.find(root)
    if found is None:
        raise OpsflowError(f"{root} is in no Git repository; make one with `git init`, then install again.")
    file = os.path.join(root, ATTRIBUTES)
    if private:
        file = os.path.join(found.common_dir, "info", "attributes")
        os.makedirs(os.path.dirname(file), exist_ok=True)
    added = _add(file, _attributes(root))
    said = [f"{file}: added {added} lines" if added else f"{file}: has all lines"]
    settings = os.path.join(found.common_dir, "config")
    for key, value in (("name", "field by field"), ("driver", line(called(None)))):
        name = f"merge.{git.NAME}.{key}"
        if git.setting(settings, name) == value:
            said.append(f"{settings}: has {name}")
        elif git.tell(settings, name, value):
            said.append(f"{settings}: {name} = {value}")
        else:
            raise OpsflowError(f"Git could not write {settings}; look whether you may write it.")
    return said


def line(program: str) -> str:
    """What Git runs: this program, and Git's own merge where that is not to be had or fails."""
    return (
        f"{program} merge-driver {_PLACES}"
        " || { grep -q '^<<<<<<<' %A && exit 1;"
        " git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B || exit 1; }"
    )


def _attributes(root: str) -> list[str]:
    """The lines of .gitattributes that a board needs."""
    from opsflow.model import BOARD_FILE, OWN_FILES
    from opsflow.reading import config, folder

    board = config.read(folder.read(root, (BOARD_FILE,)).get(BOARD_FILE)).board
    globs = [glob for pattern in board.item_globs for glob in _files(pattern)]
    return [_WHY, *(f"{_quoted(f'/{glob}')} merge=opsflow" for glob in (*OWN_FILES, *globs))]


def _files(pattern: str) -> tuple[str, ...]:
    if pattern == "**" or pattern.endswith("/**"):
        return f"{pattern}/*.yaml", f"{pattern}/*.yml"
    return (pattern,)


def _quoted(pattern: str) -> str:
    """A pattern as .gitattributes has it, where a space would end it."""
    if not any(sign in pattern for sign in ' "\\\t'):
        return pattern
    return '"' + pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def _add(file: str, wanted: list[str]) -> int:
    """Add those lines to a file that it lacks; returns how many. What is there stays as it is."""
    if os.path.islink(file) or (os.path.lexists(file) and not os.path.isfile(file)):
        raise OpsflowError(f"{file} is not an ordinary file, so Git does not read it; replace it by one.")
    text = ""
    if os.path.exists(file):
        with open(file, encoding="utf-8", errors="surrogateescape", newline="") as stream:
            text = stream.read()
    there = {line.rstrip("\r") for line in text.split("\n")}
    missing = [line for line in wanted if line not in there]
    if missing:
        end = "\n" if text and not text.endswith("\n") else ""
        whole = text + end + "".join(f"{line}\n" for line in missing)
        replacing.replace(file, whole.encode("utf-8", "surrogateescape"))
    return len(missing)
