"""What `new` is told becomes the text of an item: from words and flags, or in the user's editor."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from opsflow.cli import edits, screen
from opsflow.cli.program import COULD_NOT_RUN
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.editing.work import Done
    from opsflow.facts import Facts


class Wish(NamedTuple):
    """What is said of a new item."""

    title: str
    given: tuple[str, ...]
    """Assignments: FIELD=VALUE."""


def wish(words: Sequence[str], title: str | None, flags: Mapping[str, object]) -> Wish:
    """The title and the assignments that words and flags make."""
    from opsflow.editing import fields

    given = [word for word in words if fields.is_assignment(word)]
    named = " ".join(word for word in words if word not in given)
    told = [fields.named(word) for word in given]
    if ("title" in told) + (title is not None) + bool(named) > 1:
        raise click.UsageError("Give the title once: as words, or with --title.")
    for flag, value in flags.items():
        name = flag.rstrip("_")
        if not value:
            continue
        if name in told or f"{name}s" in told:
            raise click.UsageError(f"Give {name} once: with --{name}, or as {name}=VALUE.")
        given.append(f"{name}={value}" if isinstance(value, str) else f"{name}s={_joined(value)}")
    return Wish((title if title is not None else named).strip(), tuple(given))


def _joined(value: object) -> str:
    """The values of a flag that may be given several times."""
    return ",".join(value) if isinstance(value, tuple) else ""


def text(facts: Facts, wish: Wish) -> bytes:
    """The text of the item that is wished for."""
    from opsflow.editing import fields, fresh

    given = [fields.parse(word, facts.board, facts.today, edits.full(facts)) for word in wish.given]
    return fresh.draft(facts, wish.title, given)


def in_editor(edit: edits.Edit, wish: Wish) -> int:
    """Make the item of what the user writes. What is refused can be edited again, and is never lost."""
    from opsflow.history.files import temporary_folder, write

    begun = text(edit.facts(), wish)
    begun = begun if wish.title else b"title:\n" + begun
    path = os.path.join(temporary_folder(), "item.yaml")
    write(path, begun)
    while True:
        why = _opened(path)
        written = _read(path)
        kept = f"What you wrote is in {path}."
        if written == begun or not written.strip():
            _remove(path)
            kept = "Nothing was written, for nothing was changed."
        if why:
            raise OpsflowError(f"{why} No item was made. {kept}")
        if not os.path.exists(path):
            screen.tell(kept)
            return 0
        status, over = _tried(edit, written)
        if over:
            _remove(path)
            return status
        if not screen.on_terminal() or not click.confirm("Edit it again?", default=True, err=True):
            screen.tell(kept)
            return status


def _opened(path: str) -> str:
    """Let the user write in a file, with their editor; returns why that failed, or nothing."""
    import shlex
    import shutil
    import subprocess

    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    editor = named or next(filter(shutil.which, ("sensible-editor", "vim", "nano")), "vi")
    try:
        status = subprocess.run([*shlex.split(editor), path], check=False).returncode
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return f"The editor `{editor}` cannot be run ({why}); name another in VISUAL or EDITOR."
    except KeyboardInterrupt:
        return f"The editor `{editor}` was stopped."
    if status == 0:
        return ""
    how = f"with status {status}" if status > 0 else f"by signal {-status}"
    return f"The editor `{editor}` ended {how}."


def _tried(edit: edits.Edit, written: bytes) -> tuple[int, bool]:
    """The status of making an item of a text, and whether it is made."""
    from opsflow.editing import fresh

    try:
        done = edit.done(lambda facts: fresh.plan(facts, written))
    except OpsflowError as error:
        screen.tell(f"opsflow: {error}")
        return COULD_NOT_RUN, False
    return show(done, edit), done.written


def show(done: Done, edit: edits.Edit) -> int:
    """Say what became of a new item; its path, seen from here, is all that goes to the standard output."""
    status = edits.show(done, edit, quiet=True)
    if done.written:
        (path,) = done.plan.files
        made = f" Committed as {done.commit[:10]}." if done.commit else ""
        screen.tell(done.plan.said[0].removesuffix(f" {path}") + made)
        screen.show(f"{os.path.relpath(os.path.join(done.plan.root, path))}\n")
    return status


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _remove(path: str) -> None:
    from opsflow.history.files import remove

    remove(os.path.dirname(path), os.getpid())
