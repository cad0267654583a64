"""Small files, read and written without harm: what lies in a stranger's `.git` may be anything.

(`tempfile` takes longer to import than Git to answer, so the folder of our own is made here as well.)
"""

from __future__ import annotations

import os

from opsflow.errors import OpsflowError


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


def write(path: str, data: bytes) -> None:
    """Put data in a file."""
    with open(path, "wb") as stream:
        stream.write(data)


def temporary_folder() -> str:
    """A folder of our own, empty."""
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
    """Remove a folder of our own with all in it; a process that was forked from its `owner` leaves it.

    It is only tidying up: where that cannot be done, the folder stays, and nobody is told.
    """
    if os.getpid() != owner:
        return
    try:
        for folder, folders, files in os.walk(path, topdown=False):
            for name in files:
                os.unlink(os.path.join(folder, name))
            for name in folders:
                os.rmdir(os.path.join(folder, name))
        if os.path.isdir(path):
            os.rmdir(path)
    except OSError:
        pass
