"""Running git: one program with a clean environment, talked to through pipes, never for ever.

`posix_spawn` and `poll` instead of `subprocess`, which takes longer to import than git to answer.
"""

from __future__ import annotations

import os
import select
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812

from opsflow import resources
from opsflow.errors import OpsflowError
from opsflow.kept import stamp

if TYPE_CHECKING:
    from opsflow.history.repository import Repository

SILENCE = 600
"""Seconds for which a git may say nothing before it is taken for stuck."""
LARGEST = 17 << 20
"""Bytes of a blob that are handed on. It is more than any record may have, so a cut one is refused."""
LOST = "its object is missing or damaged in the repository"
"""Why a file of a commit has no contents."""
FEW = 8
"""So many blobs, and no more, are looked for among the loose objects before a git is started for them."""
NEEDED = (2, 34)
"""The oldest Git that knows all that is asked of it."""

Words = Sequence[str]
Listen = Callable[[bytes], Iterable[str]]
Answer = Callable[[str, bytes], None]


class Call:
    """One running git. `out` is where it prints, `into` where it reads (-1: nothing)."""

    def __init__(self, words: Words, env: Mapping[str, str], scratch: str, *, stdin: bool = False) -> None:
        self._errors = os.path.join(scratch, "errors")
        self._from = os.stat(self._errors).st_size if os.path.exists(self._errors) else 0
        self.into = -1
        self.out, theirs = os.pipe()
        actions: list[tuple[Any, ...]] = [(os.POSIX_SPAWN_DUP2, theirs, 1)]
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        actions.append((os.POSIX_SPAWN_OPEN, 2, self._errors, flags, 0o600))
        if stdin:
            source, self.into = os.pipe()
            os.set_blocking(self.into, False)
            actions.append((os.POSIX_SPAWN_DUP2, source, 0))
        else:
            actions.append((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0))
        self.status: int | None = None
        try:
            self.pid = os.posix_spawn(
                words[0], list(words), env, file_actions=actions, setsigdef=[signal.SIGPIPE]
            )
        except (OSError, ValueError) as error:
            os.close(self.out)
            self.close_into()
            raise OpsflowError(f"Git could not be started ({error}): check {words[0]}.") from None
        finally:
            os.close(theirs)
            if stdin:
                os.close(source)
        _widen(self.out)

    def everything(self) -> bytes:
        """All that it prints."""
        parts: list[bytes] = []
        poll = select.poll()
        poll.register(self.out, select.POLLIN)
        try:
            while True:
                if not poll.poll(SILENCE * 1000):
                    raise _stuck()
                part = os.read(self.out, 1 << 20)
                if not part:
                    return b"".join(parts)
                parts.append(part)
        except BaseException:
            self.kill()
            raise

    def close_into(self) -> None:
        """Tell it that nothing more comes."""
        if self.into >= 0:
            os.close(self.into)
            self.into = -1

    def wait(self) -> int:
        """Its exit status, once it has ended; minus the signal that ended it."""
        if self.status is None:
            self.close_into()
            os.close(self.out)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def said(self) -> str:
        """All that it said on its error stream."""
        return (read_file(self._errors, 1 << 20) or b"")[self._from :].decode("utf-8", "replace")

    def complaint(self) -> str:
        """The last thing that it said on its error stream, on one line; empty: nothing."""
        lines = [line.strip() for line in self.said().splitlines() if line.strip()]
        fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
        return (fatal or lines or [""])[-1].removeprefix("fatal: ").removeprefix("error: ")[:200]


class Talk:
    """The state of one `Repository.converse`."""

    def __init__(self, repository: Repository, answer: Answer) -> None:
        self.repository = repository
        self.answer = answer
        self.asked: deque[str] = deque()
        self.queue = bytearray()
        self.log: Call | None = None
        self.cat: Call | None = None
        self.cutter = Cutter(repository.digits)

    def want(self, ids: Iterable[str]) -> None:
        more = list(ids)
        self.asked += more
        self.queue += "".join([f"{blob}\n" for blob in more]).encode("ascii")

    def few(self) -> bool:
        """Whether so little is asked that it may lie there as loose objects, as new commits do."""
        return self.cat is None and len(self.asked) <= FEW

    def listen(self, words: Words, listen: Listen) -> None:
        self.log = self.repository.start(*words)
        while True:
            ready = self.ready(self.log.out)
            if self.log.out in ready:
                chunk = os.read(self.log.out, 1 << 20)
                if not chunk:
                    break
                self.want(listen(chunk))
            elif self.cat is not None and self.cat.out in ready:
                self.read()
            if not self.few():
                self.send()
        if self.log.wait():
            raise self.repository.damaged(self.log)

    def finish(self) -> None:
        if self.few():
            self.read_loose()
        while self.asked:
            self.send()
            if self.cat is None:
                continue
            if not self.queue:
                self.cat.close_into()  # makes it print what it holds back
            if self.cat.out in self.ready():
                self.read()

    def read_loose(self) -> None:
        """Answer without starting a git, which takes longer than a small file; if all can be had so."""
        found = [loose(self.repository.objects, blob) for blob in self.asked]
        if None not in found:
            self.asked.clear()
            self.queue.clear()
            for data in found:
                self.answer("", data or b"")

    def ready(self, *also: int) -> set[int]:
        poll = select.poll()
        for file in also:
            poll.register(file, select.POLLIN)
        if self.cat is not None:
            poll.register(self.cat.out, select.POLLIN)
            if self.queue and self.cat.into >= 0:
                poll.register(self.cat.into, select.POLLOUT)
        found = poll.poll(SILENCE * 1000)
        if not found:
            raise _stuck()
        return {file for file, _ in found}

    def send(self) -> None:
        if not self.queue:
            return
        if self.cat is None:
            self.cat = self.repository.start("cat-file", "--batch", "--buffer", stdin=True)
        try:
            while self.queue:
                del self.queue[: os.write(self.cat.into, self.queue[: 1 << 16])]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.queue.clear()  # it died: `read` sees its end and starts another

    def read(self) -> None:
        assert self.cat is not None
        chunk = os.read(self.cat.out, 1 << 20)
        for wrong, data in self.cutter.cut(chunk):
            self.asked.popleft()
            self.answer(wrong, data)
        if not chunk:
            if self.cat.wait() < 0:
                # Somebody ended it, which says nothing about the object that was next.
                raise self.repository.damaged(self.cat)
            self.cat = None
            if self.asked:
                # It dies at an object that is damaged: that is the first without an answer.
                self.cutter = Cutter(self.repository.digits)
                self.asked.popleft()
                self.answer(LOST, b"")
                rest = list(self.asked)
                self.asked.clear()
                self.queue.clear()
                self.want(rest)

    def stop(self) -> None:
        for call in (self.log, self.cat):
            if call is not None:
                call.kill()


class Cutter:
    """Cuts what `cat-file --batch` prints into answers: ("", bytes), or why there are none."""

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self.rest = b""
        self.skip = 0
        self.cut_short = b""

    def cut(self, chunk: bytes) -> Iterator[tuple[str, bytes]]:
        """The answers that are complete with this chunk."""
        if self.skip:
            if len(chunk) < self.skip:
                self.skip -= len(chunk)
                return
            chunk, self.skip = chunk[self.skip :], 0
            yield "", self.cut_short
        data = self.rest + chunk if self.rest else chunk
        here = 0
        while (line := data.find(b"\n", here)) >= 0:
            words = data[here:line].split(b" ")
            if len(words) != 3 or not words[2].isdigit():
                yield LOST, b""
                here = line + 1
                continue
            size = int(words[2])
            end = line + 1 + size
            if len(data) <= end:
                if size <= LARGEST or len(data) - line <= LARGEST:
                    break
                # Too large for a record: hand on enough for a reader to refuse it, and drop the rest.
                self.skip = end + 1 - len(data)
                self.cut_short = data[line + 1 : line + 1 + LARGEST]
                here = len(data)
                break
            if words[1] == b"blob":
                yield "", data[line + 1 : end]
            else:
                yield LOST, b""
            here = end + 1
        self.rest = data[here:]


def loose(objects: str, blob: str) -> bytes | None:
    """The bytes of a blob that lies in a file of its own; None where it does not, or Git has to judge it."""
    packed = read_file(os.path.join(objects, blob[:2], blob[2:]), LARGEST)
    if packed is None:
        return None
    unpack = decompressobj()
    try:
        head, _, data = unpack.decompress(packed, LARGEST).partition(b"\0")
    except ZlibError:
        return None
    return data if unpack.eof and head == b"blob %d" % len(data) else None


def environment() -> dict[str, str]:
    """The environment of every git: nothing of the user's but the way to programs."""
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if key in os.environ}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_PAGER": "cat",
        "LC_ALL": "C",
        "TZ": "UTC",
    }


_found: dict[str, str] = {}


def git_program() -> str:
    """The absolute path of git; relative entries of PATH are passed over. OpsflowError without one."""
    path = os.environ.get("PATH", os.defpath)
    if path not in _found:
        for folder in path.split(os.pathsep):
            file = os.path.join(folder, "git")
            if os.path.isabs(folder) and os.path.isfile(file) and os.access(file, os.X_OK):
                _found[path] = file
                break
        else:
            raise OpsflowError(f"Git is not installed: install Git {NEEDED[0]}.{NEEDED[1]} or newer.")
    return _found[path]


CHECKED: set[str] = set()
"""The gits that are new enough."""


def known() -> str:
    """What tells the git in use from any other, if it is known to be new enough; else empty."""
    return next(map(stamp, CHECKED), "")


def trust(mark: object) -> None:
    """Take git for new enough, if it is the one that `known` told before: asking it costs a process."""
    git = resources.program("git")
    if git and mark == stamp(git):
        CHECKED.add(git)


def check_version(git: str, scratch: str) -> None:
    """OpsflowError where this git is older than `NEEDED`: it would read the user's configuration."""
    if git in CHECKED:
        return
    call = Call([git, "version"], environment(), scratch)
    said = call.everything().decode("utf-8", "replace").strip()
    call.wait()
    numbers = said.removeprefix("git version ").split(".")
    parts = [int(part) for part in numbers[:2] if part.isdecimal()]
    if len(parts) < 2 or tuple(parts) < NEEDED:
        raise OpsflowError(
            f"{git} is too old ({said or 'no version'}): install Git {NEEDED[0]}.{NEEDED[1]} or newer."
        )
    CHECKED.add(git)


def _stuck() -> OpsflowError:
    return OpsflowError(f"Git said nothing for {SILENCE} seconds: try again, or look with `git fsck`.")


def _widen(pipe: int) -> None:
    """A wider pipe lets git run on while Python is busy; where it cannot be had, all works the same."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pipe, F_SETPIPE_SZ, 1 << 20)
    except (ImportError, OSError):
        pass


def temporary_folder() -> str:
    """A folder of our own. (`tempfile` takes longer to import than Git to answer.)"""
    place = os.environ.get("TMPDIR", "/tmp")
    for _ in range(20):
        path = os.path.join(os.path.abspath(place), f"opsflow-{os.urandom(8).hex()}")
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            continue
        except OSError as error:
            raise OpsflowError(f"No temporary folder in {place} ({error.strerror}): set TMPDIR.") from None
        return path
    raise OpsflowError(f"No temporary folder in {place}: set TMPDIR.")


def remove(path: str, owner: int) -> None:
    if os.getpid() != owner:
        return
    for folder, folders, files in os.walk(path, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            os.rmdir(os.path.join(folder, name))
    if os.path.isdir(path):
        os.rmdir(path)


def write(path: str, data: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(data)


def read_file(path: str, limit: int) -> bytes | None:
    """A regular file's bytes, at most `limit`; None where it is none, or cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        if os.fstat(file).st_mode & 0o170000 != 0o100000:
            return None
        parts: list[bytes] = []
        while limit > 0 and (part := os.read(file, min(limit, 1 << 20))):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts)
    except OSError:
        return None
    finally:
        os.close(file)
