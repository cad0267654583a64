"""One commit of the files that an edit changed, made by the user's own Git.

Hooks, identity and signing apply, as after `git commit`: it is the user's own repository, and the command
asked for a commit. What else is staged or changed stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from opsflow.editing import place
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError
from opsflow.history import repository
from opsflow.history.calls import Call, git_program
from opsflow.history.repository import Repository

UNDER_WAY = {
    "MERGE_HEAD": ("a merge", "git merge"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick"),
    "REVERT_HEAD": ("a revert", "git revert"),
    "rebase-merge": ("a rebase", "git rebase"),
    "rebase-apply": ("a rebase", "git rebase"),
}
"""What Git keeps while something is under way, what it is, and the command that goes on with it."""
_ELSEWHERE = (
    "GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_PREFIX GIT_NAMESPACE"
).split()
"""What a Git that runs us, such as one of its hooks, says of another repository."""


def ready(root: str) -> Repository:
    """The repository that the board is in. OpsflowError where no commit can be made in it now."""
    found = repository.find(root)
    if found is None or found.bare:
        raise OpsflowError(
            f"--commit needs a Git repository, and {root} is in none; make one with `git init`."
        )
    for name, (what, command) in UNDER_WAY.items():
        if os.path.lexists(os.path.join(found.git_dir, name)):
            raise OpsflowError(
                f"{what[:1].upper()}{what[1:]} is under way, and a commit would become a part of it; finish "
                f"it with `{command} --continue` or `--abort`, or leave out --commit."
            )
    return found


class Made(NamedTuple):
    """What became of a commit."""

    id: str
    """Empty where none was made."""
    told: tuple[str, ...] = ()
    refused: bool = False
    """Git or a hook made none, though there was something to commit."""


def commit(plan: Plan) -> Made:
    """Commit the files of a plan that is written. Where Git or a hook refuses, they stay as they are."""
    repo = ready(plan.root)
    known, held = _known(repo, plan), _held(repo, plan)
    now = {path: place.read(plan.root, path) for path in plan.files}
    if all((None if data is None else repo.blob(data)) == held.get(path) for path, data in now.items()):
        return Made("", ("Nothing is to be committed: the last commit has the same.",))
    paths = [path for path in plan.files if path in known or now[path] is not None]
    new = _full(repo, [path for path in paths if path not in known])
    made = None
    try:
        status, said = _run(repo, "add", "--intent-to-add", "--", *new) if new else (0, "")
        if status == 0:
            words = ("commit", "--quiet", "--only", "-m", plan.subject, "--")
            status, said = _run(repo, *words, *_full(repo, paths))
        made = repository.find(plan.root)
    finally:
        if new and (made is None or made.head == repo.head):
            _run(repo, "rm", "--quiet", "--cached", "--force", "--ignore-unmatch", "--", *new)
    if made is None or not made.head or made.head == repo.head:
        return Made("", _refused(said), refused=True)
    return Made(made.head, _beside(repo, plan, held))


def _refused(said: str) -> tuple[str, ...]:
    lines = [line for line in said.splitlines() if line.strip()]
    why = "" if lines else " and did not say why"
    return (*lines, f"Git made no commit{why}; the edit stays in the folder, not committed.")


def _held(repo: Repository, plan: Plan) -> Mapping[str, str]:
    """The blobs that the last commit has of the plan's files; none for those that it has not."""
    if repo.head is None:
        return {}
    return {path: blob for _, blob, path in repo.entries(repo.head) if path in plan.files}


def _beside(repo: Repository, plan: Plan, held: Mapping[str, str]) -> tuple[str, ...]:
    """Names the files whose other changes went into the commit with the edit."""
    other = [
        path
        for path, (before, _) in plan.files.items()
        if before is not None and path in held and not is_held(repo, before, held[path])
    ]
    return (f"The commit has what else was changed in {', '.join(other)}.",) if other else ()


def is_held(repo: Repository, data: bytes, blob: str | None) -> bool:
    """Whether a blob has these bytes. Git may keep line feeds where the folder has CRLF."""
    return blob in (repo.blob(data), repo.blob(data.replace(b"\r\n", b"\n")))


def _known(repo: Repository, plan: Plan) -> frozenset[str]:
    """The paths of the plan that are in the index."""
    full = {f"{repo.prefix}{path}": path for path in plan.files}
    call = _start(repo, "ls-files", "-z", "--full-name", "--", *full)
    out = call.everything().decode("utf-8", "surrogateescape")
    if call.wait():
        raise OpsflowError(f"Git cannot read its index in {repo.top} ({call.complaint()}); try `git status`.")
    return frozenset(full[name] for name in out.split("\0") if name in full)


def _full(repo: Repository, paths: Sequence[str]) -> list[str]:
    return [f"{repo.prefix}{path}" for path in paths]


def _run(repo: Repository, *words: str) -> tuple[int, str]:
    """The exit status, and all that Git and its hooks said."""
    call = _start(repo, *words)
    out = call.everything().decode("utf-8", "replace")
    status = call.wait()
    return status, out + call.said()


def _start(repo: Repository, *words: str) -> Call:
    env = {key: value for key, value in os.environ.items() if key not in _ELSEWHERE}
    env["GIT_LITERAL_PATHSPECS"] = "1"
    return Call([git_program(), "-C", repo.top, *words], env, repo.scratch())
