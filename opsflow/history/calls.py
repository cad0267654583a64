"""Running git: one program with a clean environment, talked to through pipes, never for ever.

`posix_spawn` and `poll` instead of `subprocess`, which takes longer to import than git to answer.
"""

from __future__ import annotations

import os
import select
from collections.abc import Mapping, Sequence
from typing import Any

from opsflow import resources
from opsflow.errors import OpsflowError
from opsflow.history.files import read_file
from opsflow.kept import stamp

SILENCE = 120
"""Seconds for which a git may say nothing before it is taken for stuck."""
MOST = 1 << 28
"""Bytes of one answer that are kept: a list of two million files. See `endless`."""
PAUSE = 3
"""Seconds after which it is looked whether there is something that a git would wait for."""
PIPE = 1 << 16
"""Bytes that a pipe holds unless it is made wider."""
SIGPIPE = 13
"""As everywhere. (The module `signal` takes half a millisecond to import, a tenth of what git takes.)"""
NEEDED = (2, 34)
"""The oldest Git that knows all that is asked of it."""


class Call:
    """One running git. `out` is where it prints, `into` where it reads (-1: nothing)."""

    def __init__(
        self, words: Sequence[str], env: Mapping[str, str], scratch: str, *, stdin: bool = False
    ) -> None:
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
        self._objects = env.get("GIT_OBJECT_DIRECTORY", "")
        try:
            self.pid = os.posix_spawn(words[0], list(words), env, file_actions=actions, setsigdef=[SIGPIPE])
        except (OSError, ValueError) as error:
            os.close(self.out)
            self.close_into()
            raise OpsflowError(f"Git could not be started ({error}): check {words[0]}.") from None
        finally:
            os.close(theirs)
            if stdin:
                os.close(source)
        self._read = 0

    def read(self) -> bytes:
        """What it has printed since, once there is something; nothing: it has ended."""
        chunk = os.read(self.out, 1 << 20)
        before, self._read = self._read, self._read + len(chunk)
        if before < PIPE <= self._read:
            _widen(self.out)
        return chunk

    def everything(self) -> bytes:
        """All that it prints."""
        parts: list[bytes] = []
        left = MOST
        poll = select.poll()
        poll.register(self.out, select.POLLIN)
        try:
            while True:
                wait(poll, self._objects)
                part = self.read()
                if not part:
                    return b"".join(parts)
                parts.append(part)
                left -= len(part)
                if left < 0:
                    raise endless()
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
            from signal import SIGKILL

            os.kill(self.pid, SIGKILL)
            self.wait()

    def said(self) -> str:
        """All that it said on its error stream."""
        return (read_file(self._errors, 1 << 20) or b"")[self._from :].decode("utf-8", "replace")

    def complaint(self) -> str:
        """The last thing that it said on its error stream, on one line; empty: nothing."""
        lines = [line.strip() for line in self.said().splitlines() if line.strip()]
        fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
        return (fatal or lines or [""])[-1].removeprefix("fatal: ").removeprefix("error: ")[:200]


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


def git_program() -> str:
    """The absolute path of git. OpsflowError without one."""
    found = resources.program("git")
    if found is None:
        raise OpsflowError(f"Git is not installed: install Git {NEEDED[0]}.{NEEDED[1]} or newer.")
    return found


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


def endless() -> OpsflowError:
    """What to say of a commit whose list of files does not end.

    A few small objects are enough for that: a folder that holds one folder twice, which does the same.
    """
    return OpsflowError(
        "A commit has millions of files, as one has where a folder holds the same folder many times over: "
        "look with `git ls-tree`, and judge it without that commit."
    )


def wait(poll: select.poll, objects: str) -> list[tuple[int, int]]:
    """The files of a poll that have something to say. OpsflowError where git, on these objects, is stuck.

    It waits for ever where a pipe lies in an object's place, which no pull does, but an unpacked folder can.
    """
    found = poll.poll(min(PAUSE, SILENCE) * 1000)
    if not found:
        for folder, _, files in os.walk(objects):
            for path in (os.path.join(folder, name) for name in files):
                if os.path.exists(path) and not os.path.isfile(path):
                    raise OpsflowError(f"{path} is no regular file, and Git would wait for it: remove it.")
        found = poll.poll(max(SILENCE - PAUSE, 0) * 1000)
    if not found:
        raise OpsflowError(f"Git said nothing for {SILENCE} seconds: try again, or look with `git fsck`.")
    return found


def _widen(pipe: int) -> None:
    """A wider pipe lets git run on while Python is busy; where it cannot be had, all works the same."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pipe, F_SETPIPE_SZ, 1 << 20)
    except (ImportError, OSError):
        pass
