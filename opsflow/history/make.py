"""Making a repository, with GitPython: where it saves code and time does not matter."""

from __future__ import annotations

import os
from typing import Any

from opsflow.errors import OpsflowError


def create(folder: str) -> None:
    """A new repository with the branch `main`, whatever the user's own settings say."""
    _python_git(folder, "init", "--quiet", "--template=", "--initial-branch=main", "--object-format=sha1")


def fast_import(folder: str, stream: bytes, *, checkout: bool = True) -> None:
    """Feed a stream to `git fast-import` in a repository of our own, and check `main` out."""
    import tempfile

    with tempfile.TemporaryFile() as file:  # Git reads from a file descriptor, which bytes have not
        file.write(stream)
        file.seek(0)
        _python_git(folder, "fast-import", "--quiet", "--date-format=raw", stdin=file)
    if checkout:
        _python_git(folder, "reset", "--quiet", "--hard", "refs/heads/main")


def _python_git(folder: str, *words: str, stdin: Any = None) -> None:
    from opsflow.history.calls import environment, git_program

    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # without it, importing runs `git version`
    import git

    place = os.path.abspath(folder)
    where = [f"--git-dir={place}/.git", f"--work-tree={place}", "-c", "core.hooksPath=/dev/null"]
    # GitPython adds to the environment of the process, and inside a hook that names another repository.
    inherited = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_")}
    try:
        git.cmd.Git(place).execute([git_program(), *where, *words], istream=stdin, env=environment())
    except git.exc.GitCommandError as error:
        said = str(error.stderr).strip().removeprefix("stderr:").strip().strip("'")
        raise OpsflowError(f"Git could not {words[0]} in {folder}: {said or error.status}.") from None
    finally:
        os.environ.update(inherited)
