"""What a merge driver asks Git, and what Git is told of the driver.

The only place where a Git of ours sees the user's settings: it is the user's own Git that runs the driver.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from opsflow.history.calls import Call, environment, git_program
from opsflow.history.files import remove, temporary_folder

NAME = "opsflow"
"""The name of the driver, in .gitattributes as well as in the settings."""

_MOST_CONFLICTS = 127
"""Git's highest count of conflicts; more than that is an error."""


def merge_file(
    files: Sequence[str], labels: Sequence[str], size: int, base: bool
) -> tuple[bytes, int] | None:
    """Git's own merge of the lines of three files, and how many conflicts it has; None if it fails.

    Files and labels are those of ours, the base and theirs; `base` shows the base in conflicts.
    """
    named = [word for label in labels for word in ("-L", label)]
    style = ["--diff3"] if base else []
    words = ["merge-file", "-p", "-q", *style, f"--marker-size={size}", *named, "--", *files]
    out, status = _asked(words, environment())
    return (out, status) if 0 <= status <= _MOST_CONFLICTS else None


def shows_base() -> bool:
    """Whether the user wants to see in conflicts what both sides began with."""
    out, _ = _asked(["config", "--get", "merge.conflictStyle"], os.environ)
    return out.strip() in (b"diff3", b"zdiff3")


def setting(file: str, key: str) -> str | None:
    """What a file of settings says; None where it says nothing."""
    out, status = _asked(["config", "--file", file, "--get", key], environment())
    return out.decode("utf-8", "replace").removesuffix("\n") if status == 0 else None


def tell(file: str, key: str, value: str) -> bool:
    """Write a setting into a file of settings; whether that worked."""
    return _asked(["config", "--file", file, "--replace-all", key, value], environment())[1] == 0


def _asked(words: Sequence[str], env: Mapping[str, str]) -> tuple[bytes, int]:
    """What Git prints, and its status."""
    scratch = temporary_folder()
    try:
        call = Call([git_program(), *words], env, scratch)
        return call.everything(), call.wait()
    finally:
        remove(scratch, os.getpid())
