"""The one way to ask Git anything, so that nothing of the repository's ever runs.

A repository's own configuration can name programs that ordinary Git commands start (hooks, filters,
fsmonitor, text conversion, signature checks, pagers, remote helpers, includes). So Git is never let
near it: every command runs in a *scratch* bare repository of ours, empty but for a three-line config,
with `GIT_OBJECT_DIRECTORY` pointed at the objects of the repository that is read. Refs, HEAD, the
`.git` file of a worktree or submodule and the few settings that matter are read by us, as files. Only
a repository that keeps its refs in a reftable is asked itself, for the ids of its refs and no more.
Git reads alternates and packs as always; replace refs, grafts and the commit-graph, which can make a
history look different from what its commits say, are off. Nothing is ever written into a repository.

`find` and `refs` read the files, `store` starts Git on the objects, `blobs` streams them, `trees` and
`revision` know commits by their files and by their names, `make` makes repositories.

Commands are fixed plumbing, started with `posix_spawn`, streamed, with a limit on silence. GitPython,
the library of this door, takes 110 to 160 ms to import, cannot read SHA-256 repositories and starts
two processes a commit; so it serves where it saves code and time does not matter: making a repository
and feeding `git fast-import` (`make`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsflow.errors import OpsflowError
from opsflow.history import find as finding
from opsflow.history.files import read_file
from opsflow.history.refs import Refs
from opsflow.history.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from opsflow.history.blobs import Answer, Listen, Words
    from opsflow.history.calls import Call
    from opsflow.history.trees import CommitTree, Entry
    from opsflow.model import Commit, Tree

FULL_FETCH = (
    "fetch the rest with `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0` at actions/checkout; "
    "GitLab CI: `GIT_DEPTH: 0`)."
)


def find(folder: str) -> Repository | None:
    """The repository that a folder is in, walking up as Git does; None: it is in none. See `find.look`."""
    found = finding.look(folder)
    return Repository(*found) if found else None


class Repository:
    """A Git repository, for reading; `prefix` is the board's folder in it, "" or such as "ops/board/".

    `top` is the folder that holds `.git`; `core.worktree` counts for nothing. What is asked of it is
    read when it is asked first, so a Repository belongs to one command, not to a server's lifetime.
    """

    def __init__(self, top: str, prefix: str, git_dir: str, bare: bool = False) -> None:
        self.top = top
        self.prefix = prefix
        self.git_dir = git_dir
        self.bare = bare
        self.common_dir = finding.common_dir(git_dir)
        values = finding.settings(read_file(os.path.join(self.common_dir, "config"), 1 << 20) or b"")
        last = dict(values)
        self.partial = finding.is_partial(values)
        """Objects were left out when it was cloned."""
        self.shallow = bool(read_file(os.path.join(self.common_dir, "shallow"), 1))
        """Commits were left out when it was cloned."""
        self.sparse = finding.is_sparse(
            [*values, *finding.settings(read_file(os.path.join(git_dir, "config.worktree"), 1 << 20) or b"")]
        )
        """Files may have been left out of the working folder, and are no less there."""
        sha256 = last.get("extensions.objectformat", "").lower() == "sha256"
        reftable = last.get("extensions.refstorage", "").lower() == "reftable"
        self.store = Store(top, self.common_dir, sha256=sha256, shallow=self.shallow)
        self._refs = Refs(self.store, git_dir, self.common_dir, reftable=reftable)
        self.branch, self.head = self._refs.branch, self._refs.head

    branch: str
    """The full name of the ref that HEAD names; empty where HEAD is detached."""
    head: str | None
    """The full id of the commit that HEAD is at; None before the first commit."""

    @property
    def digits(self) -> int:
        """How many hex digits an id has."""
        return self.store.digits

    def whole(self) -> None:
        """OpsflowError where the clone leaves out commits or files, and measures would be wrong."""
        if self.shallow:
            raise OpsflowError(f"The clone is shallow, so its history is cut short: {FULL_FETCH}")
        if self.partial:
            raise OpsflowError(
                "The clone is partial, so its history lacks files: clone it again without `--filter`."
            )

    def unfold(self, patterns: Iterable[str]) -> None:
        """OpsflowError where the working folder leaves out files that a board with these patterns reads."""
        index = os.path.join(self.git_dir, "index")
        if not self.sparse or not os.path.isfile(index):
            return
        from opsflow import words
        from opsflow.reading import globs

        reads = globs.matcher(tuple(patterns))
        out = self.store.ask("ls-files", "-t", "-z", "--", self.prefix or ".", index=index)
        cut = len(self.prefix)
        entries = (os.fsdecode(entry) for entry in out.split(b"\0"))
        missing = [path[2 + cut :] for path in entries if path[:1] == "S" and reads(path[2 + cut :])]
        if missing:
            files = words.count(len(missing), "file")
            raise OpsflowError(
                f"The checkout is sparse and leaves out {files} of the board, such as {missing[0]}: "
                "take all of them with `git sparse-checkout disable`, or add the board's folders."
            )

    # -- revisions

    def refs(self) -> Mapping[str, str]:
        """Every ref that names an object: full name to full id. Replace refs are left out."""
        return self._refs.all()

    def revision(self, text: str, zone: tzinfo) -> str:
        """The full id of the commit that a person means: a revision, a date or a moment.

        A date is the end of that day in `zone`; a moment without an offset is in `zone`. A branch or
        tag of that very name comes first. OpsflowError where there is no such commit.
        """
        moment = self.moment(text, zone)
        return self.resolve(text) if moment is None else self.at(moment)

    def moment(self, text: str, zone: tzinfo) -> datetime | None:
        """The last moment that a date or moment names; None where it names a branch, a tag or a commit."""
        from opsflow.history.revision import end_of, full_names

        return None if any(ref in self.refs() for ref in full_names(text)) else end_of(text, zone)

    def resolve(self, rev: str) -> str:
        """The full id of the commit that `main`, `v1`, `origin/main`, `4f2a91`, `HEAD~3` names.

        OpsflowError where it names none, or several.
        """
        from opsflow.history import revision

        return revision.resolve(self.store, self._refs, rev)

    def at(self, moment: datetime) -> str:
        """The last commit of the first-parent line that was there at a moment; clocks are made to run on.

        OpsflowError where the line begins later.
        """
        if self.head is None:
            raise OpsflowError("The repository has no commit yet, so there is nothing to go back to.")
        self.whole()
        from opsflow.history import revision

        return revision.at(self.store, self.head, moment)

    def commit(self, id: str) -> Commit:
        """One commit. Its time is its own: the clock is mended only along a line."""
        from opsflow.history.commits import FORMAT, commit_of, stamp

        out = self.ask("log", "-1", "-z", f"--format={FORMAT}", "--no-walk", id, "--")
        if not out:
            raise OpsflowError(f"{id} is no commit, but a ref of {self.top} says so: look with `git fsck`.")
        _, _, stamped, author, email, subject = out.split(b"\0")[:6]
        words = [text.decode("utf-8", "replace") for text in (author, email, subject)]
        time = stamp(stamped.decode("ascii", "replace"))
        return commit_of(id, max(time, 0), time, (words[0], words[1], words[2]))

    # -- contents

    def tree(self, commit: str, patterns: Iterable[str]) -> CommitTree:
        """The files of a commit that patterns select, relative to the board's folder."""
        from opsflow.history.trees import CommitTree

        return CommitTree(self.store, self.entries(commit), patterns)

    def place(self, commit: str) -> str:
        """The board's folder in a commit: `prefix`, or where it lay before it was moved there."""
        if self.head in (None, commit):
            return self.prefix
        from opsflow.history import moved

        return moved.prefix_at(self.store, self.head or "", self.prefix, commit)

    def entries(self, commit: str) -> list[Entry]:
        """Every file below the board's folder in a commit, sorted by path; see `trees.entries`.

        Where the board lay in another folder then, it is that one: see `moved`.
        """
        from opsflow.history import trees
        from opsflow.reading.folder import BOARD_FILE

        found = list(trees.entries(self.store, self.prefix, commit))
        if any(path == BOARD_FILE for _, _, path in found):
            return found
        prefix = self.place(commit)
        return found if prefix == self.prefix else list(trees.entries(self.store, prefix, commit))

    def differs(self, tree: Tree, paths: Iterable[str]) -> bool:
        """Whether a working folder differs from HEAD in what the board reads; see `trees.differs`."""
        if self.head is None:
            return bool(tree)
        from opsflow.history import trees

        return trees.differs(self.store, self.prefix, self.head, tree, paths)

    def blob(self, data: bytes) -> str:
        """The id that Git gives these bytes as a file."""
        return self.store.blob(data)

    def contents(self, ids: Iterable[str]) -> list[bytes | None]:
        """The bytes of blobs, in the order asked; None for one that is missing, damaged or no file."""
        from opsflow.history import blobs

        return blobs.contents(self.store, ids)

    # -- asking

    def scratch(self) -> str:
        """The folder of the empty repository that Git runs in; removed with this object."""
        return self.store.scratch()

    def start(self, *words: str, stdin: bool = False) -> Call:
        """Start a git command on the repository's objects."""
        return self.store.start(*words, stdin=stdin)

    def ask(self, *words: str) -> bytes:
        """All that a git command prints. OpsflowError where it fails."""
        return self.store.ask(*words)

    def converse(
        self, words: Words | None, listen: Listen | None, answer: Answer, ids: Iterable[str] = ()
    ) -> None:
        """Run a git command, and beside it read the blobs that its output asks for; see `blobs.converse`."""
        from opsflow.history import blobs

        blobs.converse(self.store, words, listen, answer, ids)
