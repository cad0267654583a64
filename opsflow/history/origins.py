"""Where something came from: the commit that brought a file, or a text in a file, up to HEAD."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsflow.history.repository import Repository


def of_file(repository: Repository, path: str) -> str:
    """The first commit that has the board's file, on whatever branch; empty: none has."""
    return _first(repository, "--diff-filter=A", path)


def of_text(repository: Repository, path: str, text: str) -> str:
    """The first commit after which the board's file holds a text; empty where no commit has what it says."""
    return _first(repository, f"-S{text}", path)


def _first(repository: Repository, question: str, path: str) -> str:
    if repository.head is None:
        return ""
    where = f"{repository.prefix}{path}"
    out = repository.ask("log", "--no-renames", "--format=%H", question, repository.head, "--", where)
    return (out.decode("ascii").split() or [""])[-1]


def is_within(repository: Repository, commit: str, later: str) -> bool:
    """Whether a commit is the later one, or comes before it."""
    call = repository.start("merge-base", "--is-ancestor", commit, later)
    call.everything()
    return call.wait() == 0
