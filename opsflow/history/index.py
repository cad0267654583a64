"""What was already read of a line, kept in the user's cache folder and safe to delete.

One SQLite file for each repository, board folder and reader. It holds the commits in pages and each
file's versions in one row, with what the reader made of them, so that one more commit rewrites three
rows, and one item is found without reading the others. Every row carries a checksum over its key and
its text, and one row counts all others: what is damaged, cut off, foreign or half there is noticed,
and then dropped and read anew. A file is never migrated. The rules of reading are part of its name;
which commits count, and when, is decided by what reads it.

`tables` holds the rows, `change` writes them, `rows` says how they are written.

Writers take turns; one that finds the file moved on by another leaves it alone. A crash of the
machine may damage a file (writes are not synced, for speed): see above.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from sqlite3 import Error
from typing import TYPE_CHECKING, Any
from zlib import crc32

from opsflow import kept, resources
from opsflow.collection import paused
from opsflow.history import rows
from opsflow.history.change import Change
from opsflow.history.commits import Who, clock
from opsflow.history.line import Line, Progress, Reader, Row, grow
from opsflow.history.rows import BROKEN, Damaged, checked
from opsflow.history.tables import State, Tables, transaction, trusted
from opsflow.reading.tracked import Value

if TYPE_CHECKING:
    from opsflow.history.repository import Repository

VERSION = 3
"""Of the form of the file; a change of it needs a new number."""
KEPT = 2
"""Indexes of one board that are kept when its reader changes, newest first."""


def read(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    commit: str | None,
    *,
    cache: bool = True,
    progress: Progress | None = None,
) -> Line:
    """The whole line up to a commit (None: there is none yet).

    `own` are the board's files that are no records. The index is brought up to date only with HEAD's
    line, so that a look at the past or at another branch leaves it as it is.
    """
    if commit is None:
        return Line()
    with paused():
        return _read(repository, reader, own, commit, cache, progress)


def _read(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    commit: str,
    cache: bool,
    progress: Progress | None,
) -> Line:
    index = Index.of(repository, reader, own) if cache else None
    try:
        line = index.load() if index else Line()
    except Damaged as error:
        assert index is not None
        index = index.anew(error)
        line = Line()
    try:
        count = line.position(commit) + 1
        if count:
            if index and commit == repository.head and count < len(line):
                index.store(count, Line(count))
            line.cut(count)
            return line
        more = grow(repository, reader, own, commit, line, progress)
        if index and commit == repository.head and not more.lost:
            index.store(more.first, more)
        line.cut(more.first)
        line.join(more)
        return line
    finally:
        if index:
            index.close()


def current(
    repository: Repository, reader: Reader, own: Collection[str], progress: Progress | None = None
) -> Index | None:
    """The index, brought up to HEAD without being read as a whole; None where there can be none."""
    index = Index.of(repository, reader, own)
    if index is None or repository.head is None or index.head == repository.head:
        return index
    try:
        with paused():
            more = grow(repository, reader, own, repository.head, index, progress)
            if not more.lost and index.store(more.first, more):
                return index
    except Damaged as error:
        index.drop(error)
    except BaseException:
        index.close()
        raise
    index.close()
    return None


class Index:
    """One index file, and what it is asked. Where it is Damaged, it has to be dropped."""

    def __init__(self, path: str, place: str) -> None:
        self.path = path
        self.place = place
        self._tables: Tables | None = None
        self._pages: dict[int, Any] = {}
        """Pages that `commits` has read, until something is written."""

    @classmethod
    def of(cls, repository: Repository, reader: Reader, own: Collection[str]) -> Index | None:
        """The index of a board, new where there is none or a bad one; None where there can be none."""
        home = resources.cache_folder()
        if home is None:
            return None
        place = f"{os.path.realpath(repository.common_dir)}\n{repository.prefix}"
        rules = f"{VERSION} {reader.version} {sorted(own)}"
        # Two boards of one name would only take the file from each other: it says inside whose it is.
        name = "-".join(f"{crc32(os.fsencode(text)):08x}" for text in (place, rules))
        index = cls(os.path.join(home, "history", f"{name}.sqlite"), f"{place}\n{rules}")
        return index.opened()

    @classmethod
    def in_memory(cls, line: Line) -> Index:
        """An index of a line that is not kept."""
        index = cls(":memory:", "")
        index._tables = Tables(":memory:", "")
        index.store(0, line)
        return index

    # -- open and close

    def opened(self) -> Index | None:
        """This index, ready; None where it cannot be had."""
        try:
            kept.make(os.path.dirname(self.path))
            fresh = not os.path.exists(self.path)
            self._tables = Tables(self.path, self.place)
            if fresh:
                self._prune()
        except Damaged as error:
            return self.anew(error)
        except (Error, OSError) as error:
            return self.anew(Damaged(error)) if os.path.isfile(self.path) else None
        return self

    def anew(self, error: Damaged) -> Index | None:
        """An empty index in place of this one; None where there can be none."""
        if not self.drop(error):
            return None
        try:
            self._tables = Tables(self.path, self.place)
        except (Damaged, Error, OSError):
            return None
        return self

    def drop(self, error: Damaged) -> bool:
        """Let go of the file and remove it, unless another program is at it; whether it is gone."""
        self.close()
        if error.busy:
            return False
        try:
            for ending in ("", "-journal", "-wal", "-shm"):
                if os.path.lexists(self.path + ending):
                    os.unlink(self.path + ending)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Let go of the file."""
        if self._tables is not None:
            self._tables.close()
            self._tables = None

    def _prune(self) -> None:
        """Remove indexes that older readers left for this board. What another program removes is gone."""
        home, name = os.path.split(self.path)
        board = name.partition("-")[0]
        ages = []
        for other in os.listdir(home):
            if other.startswith(f"{board}-") and other.endswith(".sqlite"):
                with suppress(OSError):
                    ages.append((os.path.getmtime(os.path.join(home, other)), other))
        for _, other in sorted(ages, reverse=True)[KEPT:]:
            with suppress(OSError):
                os.unlink(os.path.join(home, other))

    @property
    def tables(self) -> Tables:
        assert self._tables is not None
        return self._tables

    @property
    def head(self) -> str:
        """The last commit that it knows; empty: it knows none."""
        return self.tables.state.head

    @property
    def count(self) -> int:
        """How many commits it knows."""
        return self.tables.state.commits

    # -- reading

    def load(self) -> Line:
        """All of it. Damaged where anything is missing or not as it was written."""
        with trusted(), transaction(self.tables.db, "DEFERRED"):
            self.tables.state = self.tables.read_state()
            return self._load(self.tables.state)

    def _load(self, state: State) -> Line:
        line, db = Line(), self.tables.db
        for number, text, total in db.execute("SELECT number, data, sum FROM page ORDER BY number"):
            if number * rows.PAGE != len(line):
                raise Damaged
            page = checked(f"page {number}", text, total)
            line.ids += page["ids"].split()
            line.stamps += page["stamps"]
            line.who |= rows.who(page)
        count = 0
        for path, text, total in db.execute("SELECT path, data, sum FROM file ORDER BY path"):
            versions = line.files[path] = rows.versions(rows.whole(f"file {path}", text, total))
            count += len(versions)
        items = db.execute("SELECT count(*) FROM item").fetchone()[0]
        if (len(line), len(line.stamps)) != (state.commits, state.commits):
            raise Damaged
        if (len(line.files), count, items) != (state.files, state.rows, state.items):
            raise Damaged
        if line.ids[-1:] != [state.head][: state.commits]:
            raise Damaged
        return line

    def position(self, id: str) -> int:
        """The position of a commit; -1: it is not on the line."""
        if id == self.head:
            return self.count - 1
        query = "SELECT number, data, sum FROM page WHERE data LIKE ?"  # a subject may name it, too
        with trusted():
            for number, text, total in self.tables.db.execute(query, (f"%{id}%",)):
                ids: list[str] = checked(f"page {number}", text, total)["ids"].split()
                if id in ids:
                    return int(number) * rows.PAGE + ids.index(id)
        return -1

    def value(self, path: str, blob: str) -> Value:
        """What a blob says that was in a file before; None: it was not."""
        found = self.tables.known(path) or ()
        return next((value for _, known, value in found if known == blob), None)

    def item(self, id: str) -> dict[str, list[Row]]:
        """The files that ever held an item; none where it never was there."""
        paths = self.tables.item(id)
        if paths is None:
            self._without(id)
        return {path: self.file(path) for path in paths or ()}

    def _without(self, id: str) -> None:
        """Make sure that an item is not there, and not merely lost."""
        with trusted():
            found = self.tables.db.execute("SELECT id, data, sum FROM item NOT INDEXED").fetchall()
            for known, text, total in found:
                checked(f"item {known}", text, total)
        if len(found) != self.tables.state.items or any(known == id for known, _, _ in found):
            raise Damaged

    def file(self, path: str) -> list[Row]:
        """The versions of a file. Damaged where there are none."""
        return self.tables.file(path)

    def newest(self, skip: int, limit: int) -> list[tuple[str, int]]:
        """Files by their last change, newest first: path and position."""
        state = self.tables.state
        if min(skip + limit, state.files) <= len(state.latest):
            return [*state.latest[skip : skip + limit]]
        return self.tables.newest(skip, limit, state.files, state.lasts)

    def commits(self, positions: Iterable[int]) -> dict[int, tuple[str, int, int, Who]]:
        """Commits by position: id, stamp, time as the clock of the line has it, author."""
        found: dict[int, tuple[str, int, int, Who]] = {}
        pages: dict[int, list[int]] = {}
        for n in positions:
            pages.setdefault(n // rows.PAGE, []).append(n)
        for number, wanted in pages.items():
            page = self._pages.get(number) or self.tables.page(number)
            self._pages[number] = page
            ids, who, times = page["ids"].split(), page["who"], clock(page["stamps"], page["before"])
            for n in wanted:
                at = n - number * rows.PAGE
                author, email, subject = who.get(str(n), ("", "", ""))
                found[n] = (ids[at], page["stamps"][at], times[at], (author, email, subject))
        return found

    # -- writing

    def store(self, keep: int, more: Line) -> bool:
        """Cut the line to `keep` commits and put more behind them; False: it was left as it is."""
        assert more.first == keep
        self._pages.clear()
        tables = self.tables
        before = tables.state
        try:
            with transaction(tables.db):
                tables.state = tables.read_state()
                if tables.state != before:
                    return False
                change = Change(tables)
                if keep < before.commits:
                    change.cut(keep)
                change.add(more)
                change.count(keep + len(more), more.ids[-1] if more.ids else "")
        except (Damaged, OSError, *BROKEN):
            return False
        return True
