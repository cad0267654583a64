"""A change from the commit where it began to the working folder, or to another commit."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from opsflow import facts as facing
from opsflow.change import renamed
from opsflow.change.policy import under
from opsflow.errors import OpsflowError
from opsflow.facts import NOT_ASKED, Facts
from opsflow.history import merging, repository
from opsflow.model import BOARD_FILE, OWN_FILES, Board, Commit, Tree
from opsflow.reading import board as boards
from opsflow.reading.characters import LOST
from opsflow.reading.memory import Memory

if TYPE_CHECKING:
    from opsflow.facts import Progress
    from opsflow.history.repository import Repository
    from opsflow.history.trees import CommitTree
    from opsflow.reading.folder import Folder

RULES_FROM = ("base", "head")
"""Whose rules judge a change: both sides are judged by the same."""


def of(
    root: str,
    base: str,
    *,
    now: datetime,
    at: str | None = None,
    rules_from: str = "base",
    history: bool = True,
    base_history: bool = True,
    tree: Folder | None = None,
    cache: bool = True,
    exact: bool = False,
    progress: Progress | None = None,
) -> Facts:
    """The facts of the board in the folder `root`, or `at` a revision, and of the one before the change.

    `base` is a revision or a date; the change begins where HEAD and it parted, see `merging.base`, or with
    `exact` at `base` itself. A board that did not exist there was an empty one. OpsflowError where there is
    no such revision, where the two never parted, or where the clone lacks what has to be known; the message
    says what to fetch.
    """
    repo = repository.find(root)
    if repo is None:
        raise OpsflowError(f"--base {base} needs a Git repository, and {root} is in none.")
    memory = Memory()
    head = facing.gather(
        root, now=now, at=at, history=history, tree=tree, cache=cache, memory=memory, progress=progress
    )
    tip = head.commit.id if head.commit else repo.head
    if tip is None:
        raise OpsflowError(f"--base {base} needs a commit, and the repository has none yet.")
    commit = named(repo, base, head.zone)
    commit = commit if exact else merging.base(repo, commit, tip, base)
    before = earlier(
        repo, commit, head, memory=memory, history=history and base_history, cache=cache, progress=progress
    )
    return beside(before, head, rules_from)


def remembered(root: str, facts: Facts, *, cache: bool = True, progress: Progress | None = None) -> Facts:
    """The same facts, whose base has its history where `of` was told to leave that out."""
    base, repo = facts.base, repository.find(root)
    if base is None or base.commit is None or not base.tree:
        return facts
    board = renamed.remembering(base.board, facts.own)
    told, gap = facing.tell(repo, board, base.commit.id, None, base.now, True, cache, progress)
    return replace(facts, base=replace(base, history=told, gap=gap))


def beside(before: Facts, after: Facts, rules_from: str) -> Facts:
    """The facts after a change with those before it, both judged by the rules of one of the two."""
    held = under(after, before)
    if rules_from == "head":
        return replace(after, base=under(before, after), ruled=held.board if held.written else None)
    return replace(held, base=before)


def named(repo: Repository, rev: str, zone: tzinfo) -> str:
    """The commit that a revision or date names; OpsflowError says what to fetch where it may be missing."""
    try:
        return repo.revision(rev, zone)
    except OpsflowError as error:
        raise OpsflowError(_missing(repo, rev) or str(error)) from None


def _missing(repo: Repository, rev: str) -> str:
    """What to do about a revision that is not there; empty: nothing is known of it."""
    remotes = sorted(name[13:] for name in repo.refs() if name.startswith("refs/remotes/"))
    remote = next((name for name in remotes if name.partition("/")[2] == rev), "")
    if remote:
        return f"There is no branch {rev} in this clone; the one that was fetched is called {remote}."
    if repo.shallow:
        return f"There is no {rev} in this clone, which is cut short: {repository.FULL_FETCH}"
    host, slash, branch = rev.partition("/")
    if slash and any(name.startswith(f"{host}/") for name in remotes):
        return f"There is no {rev} in this clone: fetch it with `git fetch {host} {branch}`."
    return ""


# -- the board before ---------------------------------------------------------------------------


def earlier(
    repo: Repository,
    commit: str,
    head: Facts,
    *,
    memory: Memory,
    history: bool,
    cache: bool,
    progress: Progress | None,
) -> Facts:
    """The facts of a board as it was at a commit, seen at the moment of `head`, its states as they are called
    there.
    """
    found = repo.tree(commit, boards.patterns(head.tree.get(BOARD_FILE)))
    files = _read(repo, found, head.tree)
    config = files.get(BOARD_FILE)
    tree = files
    if config is None and _is_lent(repo, head):
        tree = ChainMap({path: head.tree[path] for path in OWN_FILES if path in head.tree}, dict(files))
    elif config is None:
        nothing = Board(name="", key="", states=(), items={})
        return Facts(nothing, (), {}, head.now, None, NOT_ASKED, repo.commit(commit))
    elif boards.patterns(config) != boards.patterns(head.tree.get(BOARD_FILE)):
        found = repo.tree(commit, boards.patterns(config))
        tree = files = _read(repo, found, head.tree)
    board, faults = boards.load(tree, found.faults, memory)
    board = renamed.called(board, head.own)
    remembering = renamed.remembering(board, head.own)
    told, gap = facing.tell(repo, remembering, commit, None, head.now, history, cache, progress)
    known = head.history.commits if head.history else ()
    same: Commit | None = next((each for each in known if each.id == commit and each.stamped), None)
    return Facts(
        board, faults, tree, head.now, told, gap, same or repo.commit(commit), lent=tree is not files
    )


def _is_lent(repo: Repository, head: Facts) -> bool:
    """Whether the repository is one of other people's files, which never had an opsflow.yaml."""
    if head.lent or repo.head is None or BOARD_FILE not in head.tree:
        return head.lent
    return BOARD_FILE not in repo.tree(repo.head, (BOARD_FILE,))


def _read(repo: Repository, files: CommitTree, now: Tree) -> Tree:
    """The files of a commit; Git is asked only for those that are others in a tree at hand."""
    ids: Mapping[str, str] = getattr(now, "ids", {})
    same = {
        path
        for path, blob in files.ids.items()
        if path in now and (ids[path] if ids else repo.blob(now[path])) == blob
    }
    other = [path for path in files if path not in same]
    read = repo.contents(files.ids[path] for path in other)
    if repo.partial and None in read:
        raise OpsflowError(
            "The clone is partial, so files of the earlier board are missing: clone it again without "
            "`--filter`."
        )
    found = {path: LOST if data is None else data for path, data in zip(other, read, strict=True)}
    return {path: now[path] if path in same else found[path] for path in files}
