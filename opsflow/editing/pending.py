"""An edit that stands in the folder and in no commit: asked for again with `--commit`, it changes no file.

A hook may have refused its commit, or it was made without one. The same edit is then made of what the last
commit has; where that gives what stands in the folder, byte for byte, it is this edit that is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from opsflow.editing import committing, judging
from opsflow.editing.plan import Files, Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import BOARD_FILE, OWN_FILES
from opsflow.reading import board as boards


class Pending(NamedTuple):
    """The board as if the edits since the last commit were not made, and the edit that is asked for."""

    facts: Facts
    plan: Plan
    """It is written already."""


def find(facts: Facts, made: Plan, make: Callable[[Facts], Plan]) -> Pending | None:
    """The edit that is written and not committed; None where the last commit has it.

    `made` is the plan of the facts, which changes no file. OpsflowError where an item that it names was
    changed otherwise, too: that is not committed unasked.
    """
    changed = _changed(facts)
    if not changed:
        return None
    before = judging.changed(facts, {path: (now, then) for path, (then, now) in changed.items()})
    try:
        plan = make(before)
    except (OpsflowError, KeyError):  # the last commit has not the item
        _refuse(made, changed)
        return None
    if not plan.files:
        return None
    files = {}
    for path, (then, wanted) in plan.files.items():
        now = facts.tree.get(path)
        if not _is_same(wanted, now):
            _refuse(made, changed)
            return None
        files[path] = (then, now)
    return Pending(before, plan._replace(files=files))


def _refuse(made: Plan, changed: Files) -> None:
    """OpsflowError where the plan names a file that was changed since the last commit."""
    named = [path for path in made.kept if path in changed]
    if named:
        raise OpsflowError(
            f"Nothing was edited, and nothing committed: {', '.join(named)} has other changes, too, that no "
            "commit has. Look at them with `git diff`, and commit them with `git add` and `git commit`."
        )


def _changed(facts: Facts) -> Files:
    """The files of items that are not as the last commit has them: what it has, and what is there now."""
    repo = committing.ready(facts.root)
    if repo.head is None:
        then: Mapping[str, bytes] = {}
        blobs: Mapping[str, str] = {}
    else:
        held = repo.tree(repo.head, boards.patterns(facts.tree.get(BOARD_FILE)))
        then, blobs = held, held.ids
    found = {}
    for path in sorted({*then, *facts.tree}):
        now = facts.tree.get(path)
        if path not in OWN_FILES and (now is None or not committing.is_held(repo, now, blobs.get(path))):
            found[path] = (then[path] if path in blobs else None, now)
    return found


def _is_same(wanted: bytes | None, now: bytes | None) -> bool:
    """Git may keep line feeds where the folder has CRLF."""
    return wanted == now or (wanted is not None and now is not None and wanted == now.replace(b"\r\n", b"\n"))
