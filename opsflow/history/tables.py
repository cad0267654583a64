"""The tables of an index: rows that are read only as they were written, and counts of what there is."""

# No `from __future__ import annotations`: a NamedTuple made of texts has them compiled, which takes 2 ms.

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json import dumps
from sqlite3 import Connection, connect
from typing import Any, NamedTuple

from opsflow.history import rows
from opsflow.history.line import Row
from opsflow.history.rows import BROKEN, Damaged, checked, sum_of

WAIT = 3.0
"""Seconds to wait for another writer before going on without the index."""

TABLES = """
    CREATE TABLE state (one INTEGER PRIMARY KEY, data TEXT, sum INTEGER);
    CREATE TABLE page (number INTEGER PRIMARY KEY, data TEXT, sum INTEGER);
    CREATE TABLE file (path TEXT PRIMARY KEY, last INTEGER, data TEXT, sum INTEGER);
    CREATE INDEX newest ON file (last, path);
    CREATE TABLE item (id TEXT PRIMARY KEY, data TEXT, sum INTEGER);
"""


LATEST = 32
"""So many files are kept at hand, so that nobody has to count all others."""


class State(NamedTuple):
    """What an index says of itself."""

    place: str
    """Whose it is: the repository, the board's folder in it, and the rules of reading."""
    head: str = ""
    """The last commit that it knows; empty: it knows none."""
    commits: int = 0
    """How many it knows."""
    files: int = 0
    rows: int = 0
    """The versions of all files."""
    items: int = 0
    lasts: int = 0
    """The sum of the positions at which files last changed."""
    latest: Sequence[tuple[str, int]] = ()
    """The files that changed last, newest first, with these positions: LATEST of them, or all."""


@contextmanager
def trusted() -> Iterator[None]:
    """What goes wrong in it is Damaged: the file may hold anything."""
    try:
        yield
    except BROKEN as error:
        raise Damaged(error) from error


@contextmanager
def transaction(db: Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All of what is written in it, or nothing."""
    db.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


class Tables:
    """One SQLite file, open. Damaged where it is not this index's, or a row is not as it was written."""

    def __init__(self, path: str, place: str) -> None:
        self.place = place
        self.db = connect(path, timeout=WAIT, isolation_level=None)
        try:
            with trusted():
                self.db.execute("PRAGMA trusted_schema=OFF")
                self.db.execute("PRAGMA synchronous=OFF")
                if not self._is_made():
                    self._make()
            self.state = self.read_state()
        except BaseException:
            self.db.close()
            raise

    state: State
    """As it was when it was read last."""

    def _is_made(self) -> bool:
        return bool(self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone())

    def _make(self) -> None:
        with transaction(self.db):
            if not self._is_made():  # else another program was faster
                for statement in TABLES.split(";")[:-1]:
                    self.db.execute(statement)
                self.write_state(State(self.place))

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    # -- rows

    def read_state(self) -> State:
        """What the index says of itself now."""
        with trusted():
            data = self.one("SELECT data, sum FROM state WHERE one = 1", (), "state")
            latest = [(str(path), int(last)) for path, last in data.pop("latest")]
            state = State(**data, latest=latest)
        if state.place != self.place:
            raise Damaged
        return state

    def write_state(self, state: State) -> None:
        """Say what there is now."""
        data = dumps(state._asdict())
        self.db.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (data, sum_of("state", data)))
        self.state = state

    def one(self, query: str, words: tuple[Any, ...], key: str) -> Any:
        """The value of one row, or None."""
        with trusted():
            row = self.db.execute(query, words).fetchone()
            return None if row is None else checked(key, *row)

    def page(self, number: int) -> dict[str, Any]:
        """The commits of one page."""
        page = self.one("SELECT data, sum FROM page WHERE number = ?", (number,), f"page {number}")
        if not isinstance(page, dict):
            raise Damaged
        return page

    def file(self, path: str) -> list[Row]:
        """The versions of a file. Damaged where there are none."""
        found = self.known(path)
        if found is None:
            raise Damaged
        return found

    def known(self, path: str) -> list[Row] | None:
        """The versions of a file; None where it is not known."""
        with trusted():
            row = self.db.execute("SELECT data, sum FROM file WHERE path = ?", (path,)).fetchone()
            return None if row is None else rows.versions(rows.whole(f"file {path}", *row))

    def newest(self, skip: int, limit: int, count: int, lasts: int) -> list[tuple[str, int]]:
        """Files by their last change, newest first; Damaged where there are not `count`, or not these."""
        query = "SELECT path, last FROM file ORDER BY last DESC, path DESC LIMIT ? OFFSET ?"
        counted = "SELECT count(*), sum(last) FROM file INDEXED BY newest"
        with trusted():
            there, total = self.db.execute(counted).fetchone()
            found: list[tuple[str, int]] = self.db.execute(query, (limit, skip)).fetchall()
        if (there, total or 0) != (count, lasts):
            raise Damaged
        return found

    def item(self, id: str) -> list[str] | None:
        """The files that ever held an item; None where it is not known."""
        found: list[str] | None = self.one("SELECT data, sum FROM item WHERE id = ?", (id,), f"item {id}")
        return found
