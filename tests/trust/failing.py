"""A machine that fails: the n-th thing that a command asks of the disk goes wrong, or all from there on.

It stands between a command and the system: opening, writing, syncing, renaming, linking, making and removing,
wherever the path lies in the folders that are watched. What libraries in C do, and what other programs do, it
does not reach.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

CODES = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS)
CALLS = (
    "open", "write", "fsync", "rename", "replace", "link", "unlink", "mkdir", "rmdir", "chmod", "fchmod", "utime",
    "symlink", "truncate", "ftruncate",
)  # fmt: skip
INTERRUPT = 0
"""In place of a code: somebody presses Ctrl-C right then."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Disk:
    """Counts what is asked of it, and fails."""

    def __init__(self, folder: Path, number: int, code: int, lasting: bool) -> None:
        self.folder, self.number, self.code, self.lasting = str(folder), number, code, lasting
        self.calls = 0
        self.met: list[str] = []
        """What failed."""

    def ask(self, what: str, path: Any = None) -> None:
        """One more call; OSError where it is its turn. What makes room goes well on a full disk."""
        if self.code == errno.ENOSPC and what in ("unlink", "rmdir", "chmod", "fchmod", "utime"):
            return
        self.calls += 1
        if self.calls == self.number or (self.lasting and self.calls > self.number):
            self.met.append(f"{what} {path}")
            name = path if isinstance(path, str | bytes) else None
            if self.code == INTERRUPT:
                raise KeyboardInterrupt
            raise OSError(self.code, os.strerror(self.code), name)

    def watches(self, path: Any, folder: int | None) -> bool:
        """Whether a path lies in what is watched."""
        try:
            if isinstance(path, int):
                full = os.readlink(f"/proc/self/fd/{path}")
            else:
                text = os.fsdecode(path)
                above = os.readlink(f"/proc/self/fd/{folder}") if folder is not None else os.getcwd()
                full = os.path.join(above, text)
        except (OSError, TypeError):
            return False
        return full.startswith(self.folder)


@contextmanager
def failing(folder: Path, number: int, code: int, *, lasting: bool = False) -> Iterator[Disk]:
    """Within, the n-th change that is asked of files below a folder fails with a code of `errno`."""
    disk = Disk(folder, number, code, lasting)

    def between(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            harmless = name == "open" and not (words[1] if len(words) > 1 else 0) & WRITING
            where = more.get("dir_fd", more.get("src_dir_fd"))
            if words and not harmless and disk.watches(words[0], where):
                disk.ask(name, words[0])
            return real(*words, **more)

        return call

    class Raw(io.FileIO):
        def write(self, data: Any) -> int | None:  # type: ignore[override]
            if disk.watches(self.fileno(), None):
                disk.ask("write", self.name)
            return super().write(data)

    opened = builtins.open

    def open_(file: Any, mode: str = "r", buffering: int = -1, *words: Any, **more: Any) -> Any:
        if not set(mode) & set("wxa+") or not disk.watches(file, None):
            return opened(file, mode, buffering, *words, **more)
        if not isinstance(file, int):
            disk.ask("open", file)
        raw = Raw(file, mode.replace("b", "").replace("t", ""))
        kind = io.BufferedRandom if "+" in mode else io.BufferedWriter
        stream = kind(raw)  # type: ignore[arg-type]
        return stream if "b" in mode else io.TextIOWrapper(stream, *words, **more)

    with (
        mock.patch.multiple(os, **{name: between(name, getattr(os, name)) for name in CALLS}),
        mock.patch.object(builtins, "open", open_),
        mock.patch.object(io, "open", open_),
    ):
        yield disk
