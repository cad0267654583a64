"""The objects of a repository, asked by a git that runs in a scratch repository of ours."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from opsflow.errors import OpsflowError
from opsflow.history.files import remove, temporary_folder, write

if TYPE_CHECKING:
    from opsflow.history.calls import Call


class Store:
    """What Git can be asked about objects; `folder` holds them, `shallow` names the commits it ends at."""

    def __init__(self, top: str, common_dir: str, *, sha256: bool, shallow: bool) -> None:
        self.top = top
        self.folder = os.path.join(common_dir, "objects")
        self.sha256 = sha256
        self.digits = 64 if sha256 else 40
        """How many hex digits an id has."""
        self._shallow = os.path.join(common_dir, "shallow") if shallow else ""
        self._scratch = ""
        self._end: Callable[[], None] | None = None
        alternates = os.path.join(self.folder, "info", "alternates")
        if os.path.lexists(alternates) and not os.path.isfile(alternates):
            raise OpsflowError(f"{alternates} is no regular file, and Git would wait for it: remove it.")

    def scratch(self) -> str:
        """The folder of the empty repository that Git runs in; removed with this object."""
        if not self._scratch:
            self._scratch = temporary_folder()
            self._end = partial(remove, self._scratch, os.getpid())
            atexit.register(self._end)
            config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tcommitGraph = false\n"
            if self.sha256:
                config += "[extensions]\n\tobjectFormat = sha256\n"
            os.mkdir(os.path.join(self._scratch, "refs"))
            write(os.path.join(self._scratch, "config"), config.encode())
            write(os.path.join(self._scratch, "HEAD"), b"ref: refs/heads/none\n")
        return self._scratch

    def __del__(self) -> None:
        # `weakref.finalize` says the same, and takes half a millisecond to import.
        end = getattr(self, "_end", None)
        if end is not None and not sys.is_finalizing():
            atexit.unregister(end)
            end()

    def start(self, *words: str, stdin: bool = False, index: str = "") -> Call:
        """Start a git command on the repository's objects, and on an index."""
        from opsflow.history.calls import Call, check_version, environment, git_program

        git = git_program()
        here = self.scratch()
        env = environment() | {"GIT_DIR": here, "GIT_OBJECT_DIRECTORY": self.folder}
        if self._shallow:
            env["GIT_SHALLOW_FILE"] = self._shallow
        if index:
            env["GIT_INDEX_FILE"] = index
        call = Call([git, "-C", here, *words], env, here, stdin=stdin)
        try:
            check_version(git, here)  # beside it: an old one has done nothing but read by then
        except BaseException:
            call.kill()
            raise
        return call

    def ask(self, *words: str, index: str = "") -> bytes:
        """All that a git command prints. OpsflowError where it fails."""
        call = self.start(*words, index=index)
        out = call.everything()
        if call.wait():
            raise self.damaged(call)
        return out

    def damaged(self, call: Call) -> OpsflowError:
        """What to say where Git could not read the repository."""
        said = call.complaint()
        if "maximum allowed" in said or "not enough memory" in said.lower():
            return OpsflowError(f"Git gave up on {self.top} ({said}): try again with more memory.")
        return OpsflowError(
            f"Git cannot read the repository {self.top} ({said or 'it was killed'}): look with `git fsck`."
        )

    def blob(self, data: bytes) -> str:
        """The id that Git gives these bytes as a file."""
        from hashlib import sha1, sha256

        return (sha256 if self.sha256 else sha1)(b"blob %d\0%b" % (len(data), data)).hexdigest()

    def hex(self, text: bytes) -> str | None:
        """The id that a text is, in small letters; None where it is none."""
        digits = text.strip().decode("ascii", "replace").lower()
        return digits if is_id(digits, self.digits) else None


def is_id(text: str, digits: int) -> bool:
    """Whether a text is a full id: that many hex digits in lower case."""
    return len(text) == digits and not text.strip("0123456789abcdef")
