"""Files that get their bytes at once: who reads one finds the old ones or the new, and never a part."""

from __future__ import annotations

import errno
import os
from contextlib import suppress


def replace(path: str, data: bytes) -> None:
    """Put bytes in a file's place, with the mode that it has. OSError with that path where it cannot be; then
    the file is as it was, and nothing lies beside it."""
    _put(path, data, new=False)


def create(path: str, data: bytes) -> None:
    """Make a new file of these bytes. FileExistsError where something is there."""
    _put(path, data, new=True)


def _put(path: str, data: bytes, *, new: bool) -> None:
    beside = f"{path}.{os.getpid()}"
    try:
        if new and os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
        with open(beside, "wb") as stream:
            stream.write(data)
        if not new and os.path.lexists(path):
            os.chmod(beside, os.stat(path).st_mode & 0o777)
        os.replace(beside, path)
    except BaseException as error:
        if isinstance(error, OSError):
            error.filename, error.filename2 = path, None
        with suppress(OSError):
            os.unlink(beside)
        raise
