"""The last edits of a board, and taking back the last one.

They are kept in the user's cache folder, newest last: what one user did is no other's to take back, and
nothing about them belongs among the board's files. Without the cache there is nothing to take back, and
Git has what was committed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from opsflow import kept, resources
from opsflow.editing import place
from opsflow.editing.plan import Files, Plan
from opsflow.errors import OpsflowError

MOST = 20
"""How many edits are kept."""
LARGEST = 16 << 20
"""Bytes of files that are kept in all."""
_NOTHING = "There is nothing to take back: no edit of this board is known. `git log` tells of commits."


class Last(NamedTuple):
    """An edit that can be taken back."""

    files: Files
    subject: str
    items: tuple[str, ...]
    moved: Mapping[str, str]
    commit: str
    """The commit that it was made with; empty: none."""


def remember(plan: Plan) -> None:
    """Keep what takes a plan back; before it is written, so that no written edit is ever unknown."""
    path = _path(plan.root)
    if path is not None:
        edits = _edits(path)
        files = {name: [_text(before), _text(after)] for name, (before, after) in plan.files.items()}
        edits.append(
            {"files": files, "subject": plan.subject, "items": list(plan.items), "moved": dict(plan.moved)}
        )
        _keep(path, edits)


def committed(plan: Plan, commit: str) -> None:
    """Note the commit that the last edit was made with, where that is this one."""
    path = _path(plan.root)
    if path is not None and (edits := _edits(path)) and edits[-1].get("subject") == plan.subject:
        edits[-1]["commit"] = commit
        _keep(path, edits)


def forget(root: str) -> None:
    """The last edit was taken back, or was never written."""
    path = _path(root)
    if path is not None:
        _keep(path, _edits(path)[:-1])


def last(root: str) -> Last:
    """The last edit of the board that was written. OpsflowError where there is none."""
    path = _path(root)
    if path is None:
        raise OpsflowError("There is nothing to take back: OPSFLOW_CACHE=off keeps nothing.")
    edits = _edits(path)
    while edits:
        found = _read(edits[-1])
        if found is not None and any(
            place.read(root, name) != before for name, (before, _) in found.files.items()
        ):
            return found
        edits.pop()  # its command was killed before it wrote anything, or somebody took it back by hand
        _keep(path, edits)
    raise OpsflowError(_NOTHING)


def plan(root: str) -> tuple[Plan, Last]:
    """What takes the last edit back. OpsflowError where a file was changed since."""
    found = last(root)
    for path, (_, after) in found.files.items():
        now = place.read(root, path)
        if now != after:
            what = "is there again" if after is None else "is gone" if now is None else "was changed since"
            raise OpsflowError(f"`{found.subject}` cannot be taken back: {path} {what}. Undo it by hand.")
    files = {path: (after, before) for path, (before, after) in found.files.items()}
    moved = {old: new for new, old in found.moved.items()}
    return Plan(root, files, _subject(found), (_said(found),), found.items, moved), found


def _subject(found: Last) -> str:
    """`OPS-7K3Q: Take back "Move to doing"`."""
    ids, _, did = found.subject.partition(": ")
    return f'{ids}: Take back "{did}"'


def _said(found: Last) -> str:
    paths = [path for path, (before, _) in found.files.items() if before is not None] or [*found.files]
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"`{found.subject}` is taken back. {paths[0]}{more}"


# -- keeping ------------------------------------------------------------------------------------


def _path(root: str) -> str | None:
    home = resources.cache_folder()
    name = sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:24]
    return os.path.join(home, f"edits-{name}.json") if home else None


def _edits(path: str) -> list[dict[str, Any]]:
    held = kept.load(path).get("edits", ())
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _keep(path: str, edits: list[dict[str, Any]]) -> None:
    """Store the newest edits, as many as are not too many and not too large."""
    chosen: list[dict[str, Any]] = []
    room = LARGEST
    for each in reversed(edits[-MOST:]):
        room -= sum(len(text or "") for pair in each["files"].values() for text in pair)
        if room < 0:
            break
        chosen.insert(0, each)
    kept.store(path, {"edits": chosen})


def _read(each: Mapping[str, Any]) -> Last | None:
    try:
        files = {path: (_bytes(before), _bytes(after)) for path, (before, after) in each["files"].items()}
        return Last(files, each["subject"], tuple(each["items"]), each["moved"], each.get("commit", ""))
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _text(data: bytes | None) -> str | None:
    """Bytes as JSON holds them: one character each."""
    return None if data is None else data.decode("latin-1")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")
