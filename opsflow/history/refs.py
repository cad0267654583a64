"""HEAD and the refs of a repository, read as files; a reftable alone is asked of Git itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from opsflow.errors import OpsflowError
from opsflow.history.files import read_file
from opsflow.history.store import Store


class Refs:
    """The refs of a repository."""

    def __init__(self, store: Store, git_dir: str, common_dir: str, *, reftable: bool) -> None:
        self.store = store
        self.git_dir = git_dir
        self.common_dir = common_dir
        self.reftable = reftable
        self._packed = os.path.join(common_dir, "packed-refs")
        self._all: Mapping[str, str] | None = None
        self.branch, self.head = self._head()

    branch: str
    """The full name of the ref that HEAD names; empty where HEAD is detached."""
    head: str | None
    """The full id of the commit that HEAD is at; None before the first commit."""

    def _head(self) -> tuple[str, str | None]:
        if self.reftable:
            return self._reftable_head()
        path = os.path.join(self.git_dir, "HEAD")
        text = self._text_of_head(path).strip()
        for _ in range(5):
            if not text.startswith(b"ref:"):
                return "", self._id(text, path)
            name = os.fsdecode(text[4:].strip())
            if not _sound(name):
                raise _lost_head(path, "names no branch")
            loose = self._loose(name)
            if loose is None or not loose.startswith(b"ref:"):
                return name, self._packed_one(name) if loose is None else self._id(loose, self._path(name))
            text, path = loose.strip(), self._path(name)
        raise _lost_head(path, "leads in a circle")

    def _text_of_head(self, path: str) -> bytes:
        """What HEAD says; it may be a link to a branch, as Git made it once."""
        if os.path.islink(path) and (target := os.readlink(path)).startswith("refs/"):
            return b"ref: " + os.fsencode(target)
        text = read_file(path, 4096)
        if text is None:
            raise _lost_head(path, "cannot be read")
        return text

    def _id(self, text: bytes, path: str) -> str:
        """The id in a file. OpsflowError where there is none: a crash may have emptied it."""
        found = self.store.hex(text)
        if found is None and os.path.basename(path) == "HEAD":
            raise _lost_head(path, "names no branch and no commit")
        if found is None:
            raise OpsflowError(
                f"{path} holds no commit's id: put the last one of Git's log of the branch there "
                f"(`git reflog` reads {os.path.join(self.common_dir, 'logs')}), or fetch the branch anew."
            )
        return found

    def _loose(self, name: str) -> bytes | None:
        return read_file(self._path(name), 4096)

    def _path(self, name: str) -> str:
        own = name.startswith(("refs/bisect/", "refs/worktree/", "refs/rewritten/"))
        return os.path.join(self.git_dir if own else self.common_dir, name)

    def _packed_file(self) -> bytes:
        """The file packed-refs. OpsflowError where it is damaged: its branches would look like new ones."""
        text = read_file(self._packed, 1 << 28)
        if text is None:
            damaged = os.path.lexists(self._packed)
        else:
            damaged = bool(text) and (text[-1:] != b"\n" or b"\r" in text)
        if damaged:
            raise OpsflowError(
                f"{self._packed} is damaged: fetch the branches anew, or look with `git fsck`."
            )
        return text or b""

    def _packed_one(self, name: str) -> str | None:
        """One ref of a file that may have a hundred thousand."""
        before, found, _ = self._packed_file().partition(b" " + os.fsencode(name) + b"\n")
        return self._id(before[-self.store.digits :], self._packed) if found else None

    def packed(self) -> dict[str, str]:
        """The refs of the file packed-refs."""
        text = self._packed_file()
        found: dict[str, str] = {}
        for line in text.split(b"\n"):
            digits, _, name = line.partition(b" ")
            commit = self.store.hex(digits)
            if commit and _sound(ref := os.fsdecode(name.strip())):
                found[ref] = commit
        return found

    def all(self) -> Mapping[str, str]:
        """Every ref that names an object: full name to full id. Replace refs are left out."""
        if self._all is None:
            packed = {} if self.reftable else self.packed()
            found = self._reftable_refs() if self.reftable else packed | dict(self._loose_refs(packed))
            self._all = {
                name: commit for name, commit in sorted(found.items()) if not name.startswith("refs/replace/")
            }
        return self._all

    def _loose_refs(self, packed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        top = os.path.join(self.common_dir, "refs")
        for folder, folders, files in os.walk(top):
            folders.sort()
            for file in files:
                path = os.path.join(folder, file)
                name = os.path.relpath(path, self.common_dir).replace(os.sep, "/")
                text = read_file(path, 4096) or b""
                commit = self.store.hex(text)
                if text.startswith(b"ref:") and _sound(other := os.fsdecode(text[4:].strip())):
                    commit = self.store.hex(self._loose(other) or b"") or packed.get(other)
                if commit and _sound(name):
                    yield name, commit

    # A reftable is a binary format that only Git reads. `rev-parse` and `for-each-ref` look at refs and
    # start nothing; the settings that could change that are overruled all the same.

    def _reftable(self, *words: str) -> str:
        from opsflow.history.calls import Call, environment, git_program

        hard = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never"]
        options = [word for value in hard for word in ("-c", value)]
        env = environment() | {"GIT_DIR": self.git_dir}
        call = Call([git_program(), *options, *words], env, self.store.scratch())
        out = call.everything()
        if call.wait():
            where = f"The refs of {self.store.top} are a reftable"
            raise OpsflowError(f"{where} that this Git cannot read: install Git 2.45 or newer.")
        return out.decode("utf-8", "surrogateescape")

    def _reftable_head(self) -> tuple[str, str | None]:
        name = self._reftable("rev-parse", "--symbolic-full-name", "HEAD").strip()
        try:
            commit = self._reftable("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
        except OpsflowError:
            return name, None
        return "" if name == "HEAD" else name, self.store.hex(commit.encode())

    def _reftable_refs(self) -> dict[str, str]:
        lines = self._reftable("for-each-ref", "--format=%(objectname) %(refname)").splitlines()
        pairs = (line.partition(" ") for line in lines)
        return {name: commit for commit, _, name in pairs if _sound(name)}


def _sound(name: str) -> bool:
    """Whether a ref's name stays below refs/ and on one line."""
    return (
        name.startswith("refs/")
        and ".." not in name
        and not name.endswith((".lock", "/"))
        and not any(ord(char) <= 32 or ord(char) == 127 for char in name)
    )


def _lost_head(path: str, why: str) -> OpsflowError:
    return OpsflowError(
        f"{path} {why}: write `ref: refs/heads/main` into it, with the branch that you were on."
    )
