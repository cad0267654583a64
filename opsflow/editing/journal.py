"""The journal of an edit: what it changes, so that one that was cut short can be taken back.

It is the file `.opsflow-edit` in the board's folder, and is there only while an edit is written: from
before the first file is touched until after the last. Who takes the lock and finds one knows that its
writer was killed. It lies beside the files, and not in the cache, because deleting the cache must never
leave half of an edit behind.

A journal may also have come with somebody's checkout. So it can name files of items alone, below the
board, and what it can do to them is what any commit could have done: it gives nobody a file, and none a
mode that this user would not.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from json import dumps, loads
from typing import NamedTuple
from zlib import crc32

from opsflow.editing import place
from opsflow.editing.place import Like
from opsflow.editing.plan import Files
from opsflow.errors import OpsflowError
from opsflow.reading.names import NAME

FILE = ".opsflow-edit"
_MAGIC = b"opsflow edit 1 "
_LARGEST = 1 << 28


class Journal(NamedTuple):
    """What one edit is about to do."""

    mark: str
    """What the names of its temporary files begin with."""
    files: Files
    likes: Mapping[str, Like]
    """The modes and owners of the files that are there before."""
    made: tuple[str, ...] = ()
    """Folders that it makes, outermost first."""


def temporary(journal: Journal, path: str) -> str:
    """The name of a file's next version while it is written, in the same folder."""
    return f"{journal.mark}-{[*journal.files].index(path)}"


def new_mark() -> str:
    """A name that no other edit has."""
    return f".opsflow-{os.urandom(6).hex()}"


def begin(root: str, journal: Journal, *, durable: bool) -> None:
    """Write the journal; `durable` down to the disk, for an edit of several files."""
    files = {path: [_text(before), _text(after)] for path, (before, after) in journal.files.items()}
    body = dumps(
        {"mark": journal.mark, "files": files, "likes": journal.likes, "made": journal.made}
    ).encode()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(os.path.join(root, FILE), flags, 0o666)
    with open(file, "wb") as stream:
        stream.write(b"%b%08x\n%b" % (_MAGIC, crc32(body), body))
        stream.flush()
        if durable:
            os.fsync(file)
    if durable:
        sync(root)


def end(root: str, *, durable: bool = False) -> None:
    """Remove the journal: the edit is whole."""
    os.unlink(os.path.join(root, FILE))
    if durable:
        sync(root)


def read(root: str) -> Journal | None:
    """The journal of an edit that was cut short; None where there is none.

    One that was itself cut short is removed: its edit had not begun. OpsflowError for a file of that name
    that is none of opsflow's.
    """
    path = os.path.join(root, FILE)
    if not os.path.lexists(path):
        return None
    plain = os.path.isfile(path) and not os.path.islink(path)
    data = _bytes_of(path) if plain else b""
    found = _parsed(data)
    if found is None:
        if not plain or data[: len(_MAGIC)] != _MAGIC[: len(data)]:
            raise OpsflowError(f"{path} is no journal of opsflow's; move it away, then try again.")
        os.unlink(path)
    return found


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(_LARGEST)


def _parsed(data: bytes) -> Journal | None:
    head, _, body = data.partition(b"\n")
    if head != b"%b%08x" % (_MAGIC, crc32(body)):
        return None
    try:
        held = loads(body)
        files = {path: (_bytes(before), _bytes(after)) for path, (before, after) in held["files"].items()}
        likes = {
            path: Like(int(mode), int(user), int(group))
            for path, (mode, user, group) in held["likes"].items()
        }
        made = tuple(map(str, held["made"]))
        for folder in made:
            place.names(folder)
        journal = Journal(str(held["mark"]), files, likes, made)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, OpsflowError):
        return None
    plain = journal.mark.startswith(".opsflow-") and journal.mark[9:].isalnum()
    return journal if plain and all(map(_is_item, files)) else None


def _is_item(path: str) -> bool:
    """Whether a path is that of a file below the board that an item could be in."""
    try:
        return NAME.fullmatch(place.names(path)[-1]) is not None
    except OpsflowError:
        return False


def _text(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text, validate=True)


# -- taking back --------------------------------------------------------------------------------


def recover(root: str) -> tuple[str, ...]:
    """Take back an edit that was cut short; returns what to tell of it, nothing where there was none.

    An edit whose files are all written is whole, and stays. Else each file that the edit wrote gets its
    old bytes back; one that somebody has changed since is left as it is, and told.
    """
    journal = read(root)
    if journal is None:
        return ()
    now = {path: place.read(root, path) for path in journal.files}
    whole = all(now[path] == after for path, (_, after) in journal.files.items())
    told = () if whole else tuple(_take_back(root, journal, now))
    _clean(root, journal, keep_folders=whole)
    end(root)
    return told


def _take_back(root: str, journal: Journal, now: Mapping[str, bytes | None]) -> Iterator[str]:
    """Deleted files come back first, so that nothing is ever missing; then the others, then new ones go."""
    done = False
    for path, (before, after) in sorted(
        journal.files.items(), key=lambda pair: (pair[1][1] is not None, pair[1][0] is None)
    ):
        if now[path] == before:
            continue
        if now[path] != after:
            yield f"{path} was changed since an edit was cut short, and is left as it is; look at it."
            continue
        _restore(root, path, before, journal)
        done = True
    if done:
        yield "An edit that was cut short was taken back."


def _restore(root: str, path: str, before: bytes | None, journal: Journal) -> None:
    name = place.names(path)[-1]
    if before is not None:
        place.make_folders(root, path)
    with place.folder(root, path) as opened:
        if before is None:
            os.unlink(name, dir_fd=opened)
        else:
            draft = temporary(journal, path)
            _unlink(opened, draft)
            now = place.like(place.look(opened, name))  # which an edit keeps
            place.put(opened, draft, before, now)
            if now is None and path in journal.likes:
                mode = os.stat(draft, dir_fd=opened).st_mode
                os.chmod(draft, mode & journal.likes[path].mode & 0o777, dir_fd=opened)
            os.rename(draft, name, src_dir_fd=opened, dst_dir_fd=opened)
        os.fsync(opened)


def _clean(root: str, journal: Journal, *, keep_folders: bool) -> None:
    """Remove the temporary files, and the folders made for nothing."""
    for path in journal.files:
        try:
            with place.folder(root, path) as opened:
                _unlink(opened, temporary(journal, path))
        except FileNotFoundError:
            continue
    for made in () if keep_folders else reversed(journal.made):
        try:
            with place.folder(root, made) as opened:
                os.rmdir(place.names(made)[-1], dir_fd=opened)
        except OSError:
            continue


def _unlink(opened: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=opened)
    except FileNotFoundError:
        pass


def sync(folder: str) -> None:
    """Bring a folder's list of names to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
