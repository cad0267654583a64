"""Where two lines of commits parted, and what Git's own merge makes of them.

A merge is made in memory, as far as the repository can tell: Git runs in a scratch repository whose
objects are new, with those of the repository as alternates. So new trees and commits lie in a temporary
folder, nothing is written where they came from, and no driver, filter or hook that it names is known.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from opsflow.errors import OpsflowError
from opsflow.history.files import write
from opsflow.history.repository import FULL_FETCH, Repository
from opsflow.history.revision import full_names
from opsflow.history.store import Store

NEEDED = (2, 38)
"""The first Git that merges without a working folder."""
_HOSTED = re.compile(r"refs/(?:remotes/)?(?:pull|pull-requests|merge-requests)/\d+/merge")
"""The refs in which hosts keep what a pull request would become; nobody can push them."""


# -- where they parted --------------------------------------------------------------------------


def base(repo: Repository, commit: str, head: str, name: str = "") -> str:
    """The commit that a change up to `head` is compared with, where it is to land on `commit`.

    It is where the two parted. Of several such commits (the two were merged with one another crosswise),
    it is the newest on the first-parent line of `commit`, for that is what was known there; without one
    on it, the newest. Where HEAD is the merge that a host made of a pull request, in a ref of its own,
    the first parent of it is what the change lands on, however old the commit is that was named.
    OpsflowError where they have no commit in common, or the clone does not reach back so far.
    """
    first = _landed_on(repo, head)
    if first and bases(repo, commit, first) == (commit,):
        return first
    found = bases(repo, commit, head)
    if not found:
        raise _parted_nowhere(repo, name or commit[:10])
    if len(found) == 1:
        return found[0]
    line = repo.ask("rev-list", "--first-parent", commit, "--").decode("ascii").split()
    known = [each for each in line if each in found]
    return known[0] if known else _newest(repo, found)


def bases(repo: Repository, one: str, other: str) -> tuple[str, ...]:
    """The best common ancestors of two commits; none where they have nothing in common."""
    if one == other:
        return (one,)
    call = repo.start("merge-base", "--all", one, other)
    found = call.everything().decode("ascii", "replace").split()
    if call.wait() not in (0, 1):
        raise repo.store.damaged(call)
    return tuple(sorted(found))


def tip(repo: Repository, rev: str) -> str:
    """The commit of a branch, or of HEAD; empty for what Git has to look at: tags, ids and expressions."""
    if rev == "HEAD":
        return repo.head or ""
    refs = repo.refs()
    name = next((name for name in full_names(rev) if name in refs), "")
    return refs[name] if name.startswith(("refs/heads/", "refs/remotes/")) else ""


def is_hosted(repo: Repository, head: str) -> bool:
    """Whether a commit is the merge of a pull request that its host made, as its own ref says."""
    return any(commit == head and _HOSTED.fullmatch(name) for name, commit in repo.refs().items())


def _landed_on(repo: Repository, head: str) -> str:
    """The first parent of a host's merge; empty for any other commit.

    That it is a host's has to be certain: anybody could end a branch with a merge of nothing, and only
    that merge would then be judged.
    """
    if not is_hosted(repo, head):
        return ""
    _, *parents = repo.ask("rev-list", "--parents", "-n", "1", head, "--").decode("ascii").split()
    return parents[0] if len(parents) == 2 else ""


def _newest(repo: Repository, commits: Iterable[str]) -> str:
    lines = repo.ask("log", "--no-walk=sorted", "--format=%H", *commits, "--").decode("ascii").split()
    return lines[0]


def _parted_nowhere(repo: Repository, name: str) -> OpsflowError:
    if repo.shallow:
        return OpsflowError(
            f"The clone is cut short before the commit that HEAD and {name} share: {FULL_FETCH}"
        )
    return OpsflowError(f"HEAD and {name} have no commit in common; name a branch that it came from.")


# -- merging ------------------------------------------------------------------------------------


class Side(NamedTuple):
    """One version of a file in a merge."""

    mode: str
    blob: str


class Conflict(NamedTuple):
    """What Git could not merge, and left to people."""

    path: str
    """From the top of the repository."""
    kind: str
    """In Git's words, such as "contents" or "modify/delete"."""


class Merge(NamedTuple):
    """What Git's merge of two commits makes; files that are in conflict have conflict markers in it."""

    tree: str
    conflicts: tuple[Conflict, ...]
    both: tuple[str, ...]
    """The paths of files that both sides changed, and whose texts were merged."""
    sides: Mapping[str, Mapping[int, Side]]
    """Of each path in conflict, what it was before (1), here (2) and there (3)."""


def drafted(repo: Repository) -> Repository:
    """The same repository, in which new objects are made beside it. OpsflowError where Git is too old."""
    draft = Repository(repo.top, repo.prefix, repo.git_dir, repo.bare)
    draft.store = Draft(repo)
    said = draft.ask("version").decode("utf-8", "replace").strip()
    numbers = re.match(r"git version (\d+)\.(\d+)", said)
    if numbers is None or tuple(map(int, numbers.groups())) < NEEDED:
        wanted = ".".join(map(str, NEEDED))
        raise OpsflowError(f"Merging in memory needs Git {wanted} or newer, and this is {said}: install one.")
    return draft


class Draft(Store):
    """A store whose own folder is new, with a repository's objects beside it."""

    def __init__(self, repo: Repository) -> None:
        super().__init__(repo.top, repo.common_dir, sha256=repo.digits == 64, shallow=repo.shallow)
        if "\n" in self.folder:
            raise OpsflowError(
                f"{self.folder!r} has a line break in its name, which Git cannot take: move it."
            )
        objects = os.path.join(self.scratch(), "objects")
        os.makedirs(os.path.join(objects, "info"))
        write(os.path.join(objects, "info", "alternates"), os.fsencode(_quoted(self.folder)) + b"\n")
        self.folder = objects

    def add(self, data: bytes, kind: str = "blob") -> str:
        """A new object of these bytes; its id."""
        place = os.path.join(self.scratch(), "new")
        write(place, data)
        return self.ask("hash-object", "-w", "--no-filters", "-t", kind, "--", place).decode("ascii").strip()


def _quoted(path: str) -> str:
    """A path as a file of alternates has it: one that begins like a comment or a quotation is quoted."""
    if path[:1] not in ('"', "#"):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Unrelated(Exception):
    """Two commits have no history in common, and there is nothing to merge by."""


def merge(draft: Repository, ours: str, theirs: str) -> Merge:
    """What Git makes of two commits. Unrelated where they have no history in common."""
    call = draft.start("merge-tree", "--write-tree", "--messages", "-z", ours, theirs)
    out = call.everything().decode("utf-8", "surrogateescape")
    status = call.wait()
    if "unrelated histories" in call.said():
        raise Unrelated
    if status not in (0, 1):
        raise draft.store.damaged(call)
    tree, _, rest = out.partition("\0")
    sides: dict[str, dict[int, Side]] = {}
    files, _, notes = rest.partition("\0\0") if status else ("", "", rest.removeprefix("\0"))
    for entry in files.split("\0") if files else ():
        about, _, path = entry.partition("\t")
        mode, blob, stage = about.split(" ")
        sides.setdefault(path, {})[int(stage)] = Side(mode, blob)
    conflicts: dict[str, str] = {}
    both: dict[str, None] = {}
    for kind, paths in _notes(notes):
        if kind.startswith("CONFLICT"):
            conflicts |= {path: kind[10:-1] or "contents" for path in paths[:1] if path not in conflicts}
        elif kind == "Auto-merging":
            both |= dict.fromkeys(paths)
    conflicts |= {path: "contents" for path in sides if path not in conflicts}
    found = tuple(Conflict(path, conflicts[path]) for path in sorted(conflicts))
    return Merge(tree, found, tuple(both), sides)


def _notes(text: str) -> Iterator[tuple[str, list[str]]]:
    """The kinds of what a merge had to say, each with the paths that it is about."""
    words = iter(text.split("\0"))
    for count in words:
        if not count.isdecimal():
            return
        paths = [next(words, "") for _ in range(int(count))]
        yield next(words, "").strip(), paths
        next(words, "")


def commit(draft: Repository, tree: str, parents: Iterable[str], message: str, seconds: int) -> str:
    """A new commit, by nobody in particular; its id."""
    store = draft.store
    assert isinstance(store, Draft)
    stamp = f"opsflow <opsflow> {seconds} +0000"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {stamp}", f"committer {stamp}", "", message, ""]
    return store.add("\n".join(lines).encode("utf-8", "replace"), "commit")


def replaced(draft: Repository, tree: str, files: Mapping[str, bytes]) -> str:
    """A tree with other contents in some of its files; paths are from the top of the repository."""
    if not files:
        return tree
    store = draft.store
    assert isinstance(store, Draft)
    draft.ask("read-tree", tree)
    for path, data in files.items():
        draft.ask("update-index", "--add", "--cacheinfo", "100644", store.add(data), path)
    return draft.ask("write-tree").decode("ascii").strip()


def driven(draft: Repository, tree: str, paths: Iterable[str], driver: str) -> frozenset[str]:
    """Those of some paths for which the .gitattributes of a tree name that merge driver."""
    wanted = list(paths)
    if not wanted:
        return frozenset()
    draft.ask("read-tree", tree)
    found: set[str] = set()
    for start in range(0, len(wanted), 200):
        out = draft.ask("check-attr", "--cached", "-z", "merge", "--", *wanted[start : start + 200])
        words = out.decode("utf-8", "surrogateescape").split("\0")
        found |= {path for path, value in zip(words[0::3], words[2::3], strict=False) if value == driver}
    return frozenset(found)


def versions(draft: Repository, path: str, commits: Iterable[str]) -> list[str]:
    """The blob of a file in each of some commits; empty where it is not there, or no regular file."""
    found = []
    for each in commits:
        out = draft.ask("ls-tree", "-z", "--full-tree", each, "--", path).decode("utf-8", "surrogateescape")
        mode, _, blob = out.partition("\t")[0].split(" ") if out else ("", "", "")
        found.append(blob if mode[:3] == "100" else "")
    return found
