"""Where the repository of a folder is, and what its settings say; read as files, by our own rules."""

from __future__ import annotations

import os
from collections.abc import Sequence

from opsflow.errors import OpsflowError
from opsflow.history.files import read_file

Found = tuple[str, str, str, bool]
"""A repository that a folder is in: the folder that holds `.git`, or is the repository where that is
bare; the folder asked for, below it, "" or such as "ops/board/"; the git folder; whether it is bare."""


def look(folder: str) -> Found | None:
    """The repository that a folder is in, walking up as Git does; None: it is in none.

    A bare repository counts only where the folder itself is one and no `.git` is above it: one that
    lies in somebody's content is content. OpsflowError where a `.git` file names no repository: what is
    above it is another's, as to Git.
    """
    start = os.path.realpath(folder)
    place = start
    while True:
        git_dir = _git_dir(os.path.join(place, ".git"))
        if git_dir is not None:
            inner = os.path.relpath(start, place)
            prefix = "" if inner == "." else inner.replace(os.sep, "/") + "/"
            return place, prefix, git_dir, False
        parent = os.path.dirname(place)
        if parent == place:
            break
        place = parent
    return (start, "", start, True) if _is_git_dir(start) else None


def _git_dir(place: str) -> str | None:
    """The git folder that `.git` is, or names; None where it is neither."""
    if os.path.isdir(place):
        return place if _is_git_dir(place) else None
    text = read_file(place, 4096)
    if text is None:
        return None
    named = os.fsdecode(text.removeprefix(b"gitdir:").strip()) if text.startswith(b"gitdir:") else ""
    folder = os.path.normpath(os.path.join(os.path.dirname(place), named))
    if named and "\0" not in named and _is_git_dir(folder):
        return folder
    what = f"names {folder}, which is no repository" if named and "\0" not in named else "names no repository"
    raise OpsflowError(f"{place} {what}: remove that file, or clone what it belongs to again.")


def _is_git_dir(folder: str) -> bool:
    common = common_dir(folder)
    return os.path.lexists(os.path.join(folder, "HEAD")) and os.path.isdir(os.path.join(common, "objects"))


def common_dir(git_dir: str) -> str:
    """The folder that holds objects and refs: a worktree's `commondir` names it."""
    text = read_file(os.path.join(git_dir, "commondir"), 4096)
    if not text or b"\0" in text:
        return git_dir
    return os.path.normpath(os.path.join(git_dir, os.fsdecode(text.strip())))


def settings(text: bytes) -> list[tuple[str, str]]:
    """The values of a git config file: `("remote.origin.promisor", "true")`, sections in lower case.

    Includes are not followed; what cannot be understood is skipped.
    """
    found: list[tuple[str, str]] = []
    section = ""
    lines = text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\\\n", "").split("\n")
    for line in lines:
        line = line.strip()
        if line.startswith("["):
            head, closed, line = line[1:].partition("]")
            if not closed:
                continue
            name, _, inner = head.partition(" ")
            section = name.strip().lower() + ("." + inner.strip().strip('"') if inner else "")
            line = line.strip()
        if not line or line[0] in "#;":
            continue
        key, given, value = line.partition("=")
        value = value.split(" #")[0].split(" ;")[0].strip().strip('"') if given else "true"
        found.append((f"{section}.{key.strip().lower()}", value))
    return found


def is_partial(values: Sequence[tuple[str, str]]) -> bool:
    """Whether the settings are those of a clone that leaves objects out."""
    return any(
        key == "extensions.partialclone"
        or (key.startswith("remote.") and key.endswith(".partialclonefilter"))
        or (key.startswith("remote.") and key.endswith(".promisor") and _is_true(value))
        for key, value in values
    )


def is_sparse(values: Sequence[tuple[str, str]]) -> bool:
    """Whether the settings are those of a working folder that leaves files out."""
    return _is_true(dict(values).get("core.sparsecheckout", ""))


def _is_true(value: str) -> bool:
    return value.lower() in ("true", "yes", "on", "1")
