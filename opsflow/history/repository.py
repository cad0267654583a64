"""The one way to ask Git anything, so that nothing of the repository's ever runs.

A repository's own configuration can name programs that ordinary Git commands start (hooks, filters,
fsmonitor, text conversion, signature checks, pagers, remote helpers, includes). So Git is never let
near it: every command runs in a *scratch* bare repository of ours, empty but for a three-line config,
with `GIT_OBJECT_DIRECTORY` pointed at the objects of the repository that is read. Refs, HEAD, the
`.git` file of a worktree or submodule and the few settings that matter are read by us, as files. Only
a repository that keeps its refs in a reftable is asked itself, for the ids of its refs and no more.
Git reads alternates and packs as always; replace refs, grafts and the commit-graph, which can make a
history look different from what its commits say, are off. Nothing is ever written into a repository.

Commands are fixed plumbing, started with `posix_spawn`, streamed, with a limit on silence. GitPython,
the library of this door, takes 110 to 160 ms to import, cannot read SHA-256 repositories and starts
two processes a commit; so it serves where it saves code and time does not matter: making a repository
and feeding `git fast-import` (`create`, `fast_import`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from opsflow.errors import OpsflowError
from opsflow.history.calls import NEEDED as NEEDED
from opsflow.history.calls import SILENCE as SILENCE
from opsflow.history.calls import (
    Answer,
    Call,
    Listen,
    Talk,
    Words,
    check_version,
    environment,
    git_program,
    read_file,
    remove,
    temporary_folder,
    write,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from opsflow.model import Commit, Fault, Tree

FULL_FETCH = (
    "fetch the rest with `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0` at actions/checkout; "
    "GitLab CI: `GIT_DEPTH: 0`)."
)

# -- finding a repository -------------------------------------------------------------------------


def find(folder: str) -> Repository | None:
    """The repository that a folder is in, walking up as Git does; None: it is in none.

    A bare repository counts only where the folder itself is one and no `.git` is above it: one that
    lies in somebody's content is content.
    """
    start = os.path.realpath(folder)
    place = start
    while True:
        git_dir = _git_dir(os.path.join(place, ".git"))
        if git_dir is not None:
            inner = os.path.relpath(start, place)
            prefix = "" if inner == "." else inner.replace(os.sep, "/") + "/"
            return Repository(place, prefix, git_dir)
        parent = os.path.dirname(place)
        if parent == place:
            break
        place = parent
    return Repository(start, "", start, bare=True) if _is_git_dir(start) else None


def _git_dir(place: str) -> str | None:
    """The git folder that `.git` is, or names; None where it is neither."""
    if os.path.isdir(place):
        return place if _is_git_dir(place) else None
    text = read_file(place, 4096)
    if text is None or not text.startswith(b"gitdir:"):
        return None
    named = os.fsdecode(text.partition(b":")[2].strip())
    folder = os.path.normpath(os.path.join(os.path.dirname(place), named))
    return folder if named and "\0" not in named and _is_git_dir(folder) else None


def _is_git_dir(folder: str) -> bool:
    common = _common_dir(folder)
    return os.path.lexists(os.path.join(folder, "HEAD")) and os.path.isdir(os.path.join(common, "objects"))


def _common_dir(git_dir: str) -> str:
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


# -- the repository -------------------------------------------------------------------------------


class Repository:
    """A Git repository, for reading; `prefix` is the board's folder in it, "" or such as "ops/board/".

    `top` is the folder that holds `.git`; `core.worktree` counts for nothing. What is asked of it is
    read when it is asked first, so a Repository belongs to one command, not to a server's lifetime.
    """

    def __init__(self, top: str, prefix: str, git_dir: str, *, bare: bool = False) -> None:
        self.top = top
        self.prefix = prefix
        self.git_dir = git_dir
        self.bare = bare
        self.common_dir = _common_dir(git_dir)
        self.objects = os.path.join(self.common_dir, "objects")
        values = settings(read_file(os.path.join(self.common_dir, "config"), 1 << 20) or b"")
        last = dict(values)
        self.sha256 = last.get("extensions.objectformat", "").lower() == "sha256"
        self.partial = "extensions.partialclone" in last or any(
            key.startswith("remote.")
            and (key.endswith(".partialclonefilter") or (key.endswith(".promisor") and _true(value)))
            for key, value in values
        )
        """Objects were left out when it was cloned."""
        self.reftable = last.get("extensions.refstorage", "").lower() == "reftable"
        self.shallow = bool(read_file(os.path.join(self.common_dir, "shallow"), 1))
        """Commits were left out when it was cloned."""
        self._refs: dict[str, str] | None = None
        self._scratch = ""
        alternates = os.path.join(self.objects, "info", "alternates")
        if os.path.lexists(alternates) and not os.path.isfile(alternates):
            raise OpsflowError(f"{alternates} is no regular file, and Git would wait for it: remove it.")
        self.branch, self.head = self._head()

    branch: str
    """The full name of the ref that HEAD names; empty where HEAD is detached."""
    head: str | None
    """The full id of the commit that HEAD is at; None before the first commit."""

    @property
    def digits(self) -> int:
        """How many hex digits an id has."""
        return 64 if self.sha256 else 40

    def whole(self) -> None:
        """OpsflowError where the clone leaves out commits or files, and measures would be wrong."""
        if self.shallow:
            raise OpsflowError(f"The clone is shallow, so its history is cut short: {FULL_FETCH}")
        if self.partial:
            raise OpsflowError(
                "The clone is partial, so its history lacks files: clone it again without `--filter`."
            )

    # -- refs

    def _head(self) -> tuple[str, str | None]:
        if self.reftable:
            return self._reftable_head()
        text = read_file(os.path.join(self.git_dir, "HEAD"), 4096) or b""
        for _ in range(5):
            text = text.strip()
            if not text.startswith(b"ref:"):
                return "", self._hex(text)
            name = os.fsdecode(text[4:].strip())
            if not _sound(name):
                return "", None
            loose = self._loose(name)
            if loose is None or not loose.startswith(b"ref:"):
                return name, self._hex(loose or b"") or self._packed_one(name)
            text = loose
        return "", None

    def _loose(self, name: str) -> bytes | None:
        own = name.startswith(("refs/bisect/", "refs/worktree/", "refs/rewritten/"))
        return read_file(os.path.join(self.git_dir if own else self.common_dir, name), 4096)

    def _hex(self, text: bytes) -> str | None:
        digits = text.strip().decode("ascii", "replace").lower()
        return digits if is_id(digits, self.digits) else None

    def _packed_file(self) -> bytes:
        return read_file(os.path.join(self.common_dir, "packed-refs"), 1 << 28) or b""

    def _packed_one(self, name: str) -> str | None:
        """One ref of a file that may have a hundred thousand."""
        before, found, _ = self._packed_file().partition(b" " + os.fsencode(name) + b"\n")
        return self._hex(before[-self.digits :]) if found else None

    def packed(self) -> dict[str, str]:
        """The refs of the file packed-refs."""
        text = self._packed_file()
        found: dict[str, str] = {}
        for line in text.split(b"\n"):
            digits, _, name = line.partition(b" ")
            commit = self._hex(digits)
            if commit and _sound(ref := os.fsdecode(name.strip())):
                found[ref] = commit
        return found

    def refs(self) -> Mapping[str, str]:
        """Every ref that names an object: full name to full id. Replace refs are left out."""
        if self._refs is None:
            packed = {} if self.reftable else self.packed()
            found = self._reftable_refs() if self.reftable else packed | dict(self._loose_refs(packed))
            self._refs = {
                name: commit for name, commit in sorted(found.items()) if not name.startswith("refs/replace/")
            }
        return self._refs

    def _loose_refs(self, packed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        top = os.path.join(self.common_dir, "refs")
        for folder, folders, files in os.walk(top):
            folders.sort()
            for file in files:
                path = os.path.join(folder, file)
                name = os.path.relpath(path, self.common_dir).replace(os.sep, "/")
                text = read_file(path, 4096) or b""
                commit = self._hex(text)
                if text.startswith(b"ref:") and _sound(other := os.fsdecode(text[4:].strip())):
                    commit = self._hex(self._loose(other) or b"") or packed.get(other)
                if commit and _sound(name):
                    yield name, commit

    # A reftable is a binary format that only Git reads. `rev-parse` and `for-each-ref` look at refs and
    # start nothing; the settings that could change that are overruled all the same.

    def _reftable(self, *words: str) -> str:
        hard = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never"]
        options = [word for value in hard for word in ("-c", value)]
        env = environment() | {"GIT_DIR": self.git_dir}
        call = Call([git_program(), *options, *words], env, self.scratch())
        out = call.everything()
        if call.wait():
            raise OpsflowError(
                f"The refs of {self.top} are a reftable that this Git cannot read: install Git 2.45 or newer."
            )
        return out.decode("utf-8", "surrogateescape")

    def _reftable_head(self) -> tuple[str, str | None]:
        name = self._reftable("rev-parse", "--symbolic-full-name", "HEAD").strip()
        try:
            commit = self._reftable("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
        except OpsflowError:
            return name, None
        return "" if name == "HEAD" else name, self._hex(commit.encode())

    def _reftable_refs(self) -> dict[str, str]:
        lines = self._reftable("for-each-ref", "--format=%(objectname) %(refname)").splitlines()
        pairs = (line.partition(" ") for line in lines)
        return {name: commit for commit, _, name in pairs if _sound(name)}

    # -- revisions

    def revision(self, text: str, zone: tzinfo) -> str:
        """The full id of the commit that a person means: a revision, a date or a moment.

        A date is the end of that day in `zone`; a moment without an offset is in `zone`. A branch or
        tag of that very name comes first. OpsflowError where there is no such commit.
        """
        moment = self.moment(text, zone)
        return self.resolve(text) if moment is None else self.at(moment)

    def moment(self, text: str, zone: tzinfo) -> datetime | None:
        """The last moment that a date or moment names; None where it names a branch, a tag or a commit."""
        return None if any(ref in self.refs() for ref in _full_names(text)) else end_of(text, zone)

    def resolve(self, rev: str) -> str:
        """The full id of the commit that `main`, `v1`, `origin/main`, `4f2a91`, `HEAD~3` names.

        OpsflowError where it names none, or several.
        """
        if self.head is None and rev.upper().startswith("HEAD"):
            raise OpsflowError("The repository has no commit yet, so there is nothing to go back to.")
        if rev == "HEAD" and self.head:
            return self.head
        if not rev or not _is_text(rev) or any(ord(char) < 32 for char in rev):
            raise OpsflowError(f"{rev!r} is no revision: give a branch, a tag, a commit or a date.")
        self._lay_out_refs()
        call = self.start("rev-parse", "--verify", "--end-of-options", rev + "^{commit}")
        out = call.everything()
        if call.wait() or not (commit := self._hex(out)):
            if "ambiguous" in call.said():
                raise OpsflowError(f"{rev} is the beginning of several ids: give more of its digits.")
            if re.match(r"\d{4}-\d\d-\d\d", rev):
                raise OpsflowError(f"There is no such day as {rev}: write 2026-12-01, or 2026-12-01 14:00.")
            raise OpsflowError(
                f"The repository has no revision {rev}: give a branch, a tag, a commit or a date."
            )
        return commit

    def _lay_out_refs(self) -> None:
        """Put the refs into the scratch repository, so that Git's own rules for names apply."""
        lines = [f"{commit} {name}\n" for name, commit in self.refs().items()]
        head = f"ref: {self.branch}\n" if self.branch else f"{self.head}\n"
        if self.branch and self.head:
            lines = [line for line in lines if not line.endswith(f" {self.branch}\n")]
            lines.append(f"{self.head} {self.branch}\n")
        write(os.path.join(self.scratch(), "packed-refs"), os.fsencode("".join(lines)))
        write(os.path.join(self.scratch(), "HEAD"), os.fsencode(head))

    def at(self, moment: datetime) -> str:
        """The last commit of the first-parent line that was there at a moment; clocks are made to run on.

        OpsflowError where the line begins later.
        """
        if self.head is None:
            raise OpsflowError("The repository has no commit yet, so there is nothing to go back to.")
        self.whole()
        from opsflow.history.line import clock, stamp

        lines = self.ask("log", "--first-parent", "--format=%H %ct", self.head, "--").decode().splitlines()
        lines.reverse()
        times = clock([stamp(line.partition(" ")[2]) for line in lines])
        limit = moment.timestamp()
        found = [line[: self.digits] for line, time in zip(lines, times, strict=True) if time <= limit]
        if not found:
            raise OpsflowError(
                f"There was no commit yet at {moment:%Y-%m-%d %H:%M %Z}; the first one is {lines[0][:10]}."
            )
        return found[-1]

    def commit(self, id: str) -> Commit:
        """One commit. Its time is its own: the clock is mended only along a line."""
        from opsflow.history.line import FORMAT, stamp
        from opsflow.history.story import commit_of

        out = self.ask("log", "-1", "-z", f"--format={FORMAT}", "--no-walk", id, "--")
        _, _, stamped, author, email, subject = out.split(b"\0")[:6]
        words = [text.decode("utf-8", "replace") for text in (author, email, subject)]
        time = stamp(stamped.decode("ascii", "replace"))
        return commit_of(id, max(time, 0), time, (words[0], words[1], words[2]))

    # -- contents

    def tree(self, commit: str, patterns: Iterable[str]) -> CommitTree:
        """The files of a commit that patterns select, relative to the board's folder."""
        return CommitTree(self, commit, patterns)

    def entries(self, commit: str) -> Iterator[tuple[str, str, str]]:
        """Mode, blob and path of every file below the board's folder in a commit, sorted by path.

        Paths that are no UTF-8 have surrogates in them.
        """
        where = [self.prefix] if self.prefix else []
        out = self.ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *where)
        cut = len(os.fsencode(self.prefix))
        for entry in out.split(b"\0")[:-1]:
            about, _, path = entry.partition(b"\t")
            mode, _, blob = about.decode("ascii").split(" ")
            yield mode, blob, path[cut:].decode("utf-8", "surrogateescape")

    def differs(self, tree: Tree, paths: Iterable[str]) -> bool:
        """Whether a working folder differs from HEAD: in these paths, or by what HEAD has besides.

        Bytes are hashed here: no `git status`, which runs what the repository configures.
        """
        if self.head is None:
            return bool(tree)
        from opsflow.model import BOARD_FILE
        from opsflow.reading import board, globs

        reads = globs.matcher(board.patterns(tree.get(BOARD_FILE)))
        files = (entry for entry in self.entries(self.head) if entry[0][:3] == "100")
        known = {path: blob for _, blob, path in files if reads(path)}
        given = set(paths) | set(tree)
        unread = Unread(tree)
        missing = [path for path in known.keys() - given if not unread.why(path)]
        return bool(missing) or any(self.blob(tree[path]) != known.get(path) for path in given)

    def blob(self, data: bytes) -> str:
        """The id that Git gives these bytes as a file."""
        from hashlib import sha1, sha256

        return (sha256 if self.sha256 else sha1)(b"blob %d\0%b" % (len(data), data)).hexdigest()

    def contents(self, ids: Iterable[str]) -> list[bytes | None]:
        """The bytes of blobs, in the order asked; None for one that is missing, damaged or no file."""
        found: list[bytes | None] = []
        self.converse(None, None, lambda wrong, data: found.append(None if wrong else data), ids)
        return found

    # -- asking

    def scratch(self) -> str:
        """The folder of the empty repository that Git runs in; removed with this object."""
        if not self._scratch:
            from weakref import finalize

            self._scratch = temporary_folder()
            finalize(self, remove, self._scratch, os.getpid())
            config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tcommitGraph = false\n"
            if self.sha256:
                config += "[extensions]\n\tobjectFormat = sha256\n"
            os.mkdir(os.path.join(self._scratch, "refs"))
            write(os.path.join(self._scratch, "config"), config.encode())
            write(os.path.join(self._scratch, "HEAD"), b"ref: refs/heads/none\n")
        return self._scratch

    def start(self, *words: str, stdin: bool = False) -> Call:
        """Start a git command on the repository's objects."""
        git = git_program()
        here = self.scratch()
        env = environment() | {"GIT_DIR": here, "GIT_OBJECT_DIRECTORY": self.objects}
        if self.shallow:
            env["GIT_SHALLOW_FILE"] = os.path.join(self.common_dir, "shallow")
        call = Call([git, "-C", here, *words], env, here, stdin=stdin)
        try:
            check_version(git, here)  # beside it: an old one has done nothing but read by then
        except BaseException:
            call.kill()
            raise
        return call

    def ask(self, *words: str) -> bytes:
        """All that a git command prints. OpsflowError where it fails."""
        call = self.start(*words)
        out = call.everything()
        if call.wait():
            raise self.damaged(call)
        return out

    def damaged(self, call: Call) -> OpsflowError:
        """What to say where Git could not read the repository."""
        said = call.complaint()
        if "maximum allowed" in said or "not enough memory" in said.lower():
            return OpsflowError(f"Git gave up on {self.top}: {said}.")
        return OpsflowError(
            f"Git cannot read the repository {self.top} ({said or 'it was killed'}): look with `git fsck`."
        )

    def converse(
        self, words: Words | None, listen: Listen | None, answer: Answer, ids: Iterable[str] = ()
    ) -> None:
        """Run a git command, and beside it read the blobs that its output asks for.

        What the command prints goes to `listen` in chunks, which returns the ids of blobs to read;
        each answer comes in the order asked: ("", bytes), or why there are none. Two programs and this
        one work at once, and none waits for a full pipe. The command comes first: while it has
        something to say, no answer is read, so that it never has to wait.
        """
        talk = Talk(self, answer)
        try:
            talk.want(ids)
            if words is not None and listen is not None:
                talk.listen(words, listen)
            talk.finish()
        finally:
            talk.stop()


class CommitTree(Mapping[str, bytes]):
    """The files of a commit as a tree; bytes are read when one is asked for, many at once.

    `faults` names what is no regular file, as reading a folder does.
    """

    ahead = 2000
    """How many files are read at once."""

    def __init__(self, repository: Repository, commit: str, patterns: Iterable[str]) -> None:
        from opsflow.reading import globs

        reads = globs.matcher(tuple(patterns))
        self._repository = repository
        self._ids: dict[str, str] = {}
        self._odd: list[tuple[str, str]] = []
        self._kept: dict[str, bytes] = {}
        for mode, blob, path in repository.entries(commit):
            if not reads(path):
                continue
            if mode[:3] == "100" and _is_text(path):
                self._ids[path] = blob
            else:
                self._odd.append((path, mode))
        self._order = list(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, path: object) -> bool:
        return path in self._ids

    def __getitem__(self, path: str) -> bytes:
        if path not in self._kept:
            self._read(path)
        return self._kept[path]

    def _read(self, path: str) -> None:
        self._ids[path]  # a KeyError for what is not there
        first = self._order.index(path)
        wanted = [name for name in self._order[first : first + self.ahead] if name not in self._kept]
        found = self._repository.contents(self._ids[name] for name in wanted)
        for name, data in zip(wanted, found, strict=True):
            self._kept[name] = b"\0" if data is None else data  # unreadable, and reported as such

    @property
    def ids(self) -> Mapping[str, str]:
        """The blob of every path."""
        return self._ids

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Entries that patterns select and that are no regular files, or have no UTF-8 name."""
        from opsflow.model import Fault, Judgement, Place

        kinds = {"120000": "a link, which is not followed", "160000": "a submodule, which is not entered"}
        return tuple(
            Fault(
                "unreadable-file",
                Judgement(
                    Place(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")),
                    f"the entry is {kinds.get(mode, 'named in bytes that are no UTF-8')}",
                    "put a regular file with a plain name in its place",
                ),
            )
            for path, mode in self._odd
        )


class Unread:
    """What a working folder holds and could not be read, so that it does not count as deleted."""

    def __init__(self, tree: Tree) -> None:
        faults: tuple[Fault, ...] = getattr(tree, "faults", ())
        self._reasons = {fault.judgement.where.path: fault.judgement.message for fault in faults}

    def why(self, path: str) -> str:
        """Why a file, or a folder that it is in, was not read; empty: it is not there."""
        while path and path not in self._reasons:
            path = path.rpartition("/")[0]
        return self._reasons.get(path, "")


# -- small things ---------------------------------------------------------------------------------


def is_id(text: str, digits: int) -> bool:
    """Whether a text is a full id: that many hex digits in lower case."""
    return len(text) == digits and not text.strip("0123456789abcdef")


def end_of(text: str, zone: tzinfo) -> datetime | None:
    """The last moment that a date or moment names, as people write them; None: it is neither."""
    from datetime import datetime

    if len(text) < 10 or text[4] != "-" or text[7] != "-" or not text[:4].isdecimal():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _full_names(text: str) -> tuple[str, ...]:
    return (text, f"refs/{text}", f"refs/tags/{text}", f"refs/heads/{text}", f"refs/remotes/{text}")


def _sound(name: str) -> bool:
    """Whether a ref's name stays below refs/ and on one line."""
    return (
        name.startswith("refs/")
        and ".." not in name
        and not name.endswith((".lock", "/"))
        and not any(ord(char) <= 32 or ord(char) == 127 for char in name)
    )


def _true(value: str) -> bool:
    return value.lower() in ("true", "yes", "on", "1")


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


# -- making a repository --------------------------------------------------------------------------


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
