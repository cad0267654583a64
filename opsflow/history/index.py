"""What was already read of a line, kept in the user's cache folder and safe to delete.

One SQLite file for each repository, board folder and reader. It holds the commits in pages and each
file's versions in one row, with what the reader made of them, so that one more commit rewrites three
rows, and one item is found without reading the others. Every row carries a checksum over its key and
its text, and one row counts all others: what is damaged, cut off, foreign or half there is noticed,
and then dropped and read anew. A file is never migrated. The rules of reading are part of its name;
which commits count, and when, is decided by what reads it.

Writers take turns; one that finds the file moved on by another leaves it alone. A crash of the
machine may damage a file (writes are not synced, for speed): see above.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Iterable, Mapping
from json import dumps, loads
from sqlite3 import Connection, Error, OperationalError, connect
from typing import TYPE_CHECKING, Any
from zlib import crc32

from opsflow import resources
from opsflow.history.line import Line, Reader, Record, Row, Value, Who, carried, clock, grow

if TYPE_CHECKING:
    from opsflow.history.repository import Repository
    from opsflow.history.story import Progress

VERSION = 2
"""Of the form of the file; a change of it needs a new number."""
PAGE = 64
"""Commits in one row."""
WAIT = 3.0
"""Seconds to wait for another writer before going on without the index."""
KEPT = 2
"""Indexes of one board that are kept when its reader changes, newest first."""

TABLES = """
    CREATE TABLE state (one INTEGER PRIMARY KEY, data TEXT, sum INTEGER);
    CREATE TABLE page (number INTEGER PRIMARY KEY, data TEXT, sum INTEGER);
    CREATE TABLE file (path TEXT PRIMARY KEY, last INTEGER, data TEXT, sum INTEGER);
    CREATE INDEX newest ON file (last);
    CREATE TABLE item (id TEXT PRIMARY KEY, data TEXT, sum INTEGER);
"""


class Damaged(Exception):
    """The index cannot be trusted; or, where it is `busy`, another program has it for too long."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(str(error or "a row is missing, or not as it was written"))
        self.busy = isinstance(error, OperationalError) and "locked" in str(error)


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
    with Uncollected():
        return _read(repository, reader, own, commit, cache, progress)


class Uncollected:
    """No garbage collection meanwhile: what is read is kept, and looking it through takes a fifth longer."""

    def __enter__(self) -> None:
        self.was = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self.was:
            gc.enable()


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
        positions = {known: n for n, known in enumerate(line.ids)}
        if commit in positions:
            count = positions[commit] + 1
            if index and commit == repository.head and count < len(line):
                index.store(count, Line(count))
            line.cut(count)
            return line
        tip = line.ids[-1] if line.ids else ""
        more = grow(repository, reader, own, commit, tip, lambda known: positions.get(known, -1), progress)
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
        with Uncollected():
            head, tip = repository.head, index.head
            more = grow(repository, reader, own, head, tip, index.position, progress)
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
    """One index file, open. `head` is the last commit that it knows, `count` how many it knows."""

    def __init__(self, path: str, place: str) -> None:
        self.path = path
        self.place = place
        self.head = ""
        self.count = 0
        self.files = 0
        self.rows = 0
        self.items = 0
        self.lasts = 0
        self._db: Connection | None = None
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
        index._db = connect(":memory:", isolation_level=None)
        index._make()
        index.store(0, line)
        return index

    # -- open and close

    def opened(self) -> Index | None:
        """This index, ready; None where it cannot be had."""
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            fresh = not os.path.exists(self.path)
            self._connect()
            if fresh:
                self._prune()
        except Damaged as error:
            return self.anew(error)
        except (Error, OSError) as error:
            return self.anew(Damaged(error)) if os.path.isfile(self.path) else None
        return self

    def _connect(self) -> None:
        self._db = connect(self.path, timeout=WAIT, isolation_level=None)
        self._db.execute("PRAGMA synchronous=OFF")
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
            self._make()
        self._state()

    def anew(self, error: Damaged) -> Index | None:
        """An empty index in place of this one; None where there can be none."""
        if not self.drop(error):
            return None
        index = Index(self.path, self.place)
        try:
            index._connect()
        except (Damaged, Error, OSError):
            index.close()
            return None
        return index

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
        if self._db is not None:
            self._db.close()
            self._db = None

    def _make(self) -> None:
        with _Transaction(self.db):
            if not self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
                for statement in TABLES.split(";")[:-1]:
                    self.db.execute(statement)
                self._count("", 0, 0, 0, 0, 0)

    def _prune(self) -> None:
        """Remove indexes that older readers left for this board."""
        home, name = os.path.split(self.path)
        board = name.partition("-")[0]
        same = [os.path.join(home, other) for other in os.listdir(home) if other.startswith(f"{board}-")]
        old = sorted((path for path in same if path.endswith(".sqlite")), key=os.path.getmtime, reverse=True)
        for path in old[KEPT:]:
            os.unlink(path)

    @property
    def db(self) -> Connection:
        assert self._db is not None
        return self._db

    # -- state

    def _state(self) -> None:
        state = self._one("SELECT data, sum FROM state WHERE one = 1", (), "state")
        if state is None or state["place"] != self.place:
            raise Damaged
        self.head, self.count = state["head"], state["count"]
        self.files, self.rows, self.items = state["files"], state["rows"], state["items"]
        self.lasts = state["lasts"]

    def _count(self, head: str, count: int, files: int, rows: int, items: int, lasts: int) -> None:
        state = {"place": self.place, "head": head, "count": count}
        data = dumps(state | {"files": files, "rows": rows, "items": items, "lasts": lasts})
        self.db.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (data, _sum("state", data)))

    def _one(self, query: str, words: tuple[Any, ...], key: str) -> Any:
        """One row's data, or None; Damaged where it is not as it was written."""
        try:
            row = self.db.execute(query, words).fetchone()
            return None if row is None else _checked(key, *row)
        except Error as error:
            raise Damaged(error) from error

    # -- reading

    def load(self) -> Line:
        """All of it. Damaged where anything is missing or not as it was written."""
        try:
            self.db.execute("BEGIN")
            try:
                self._state()
                return self._load()
            finally:
                self.db.execute("ROLLBACK")
        except (Error, TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise Damaged(error) from error

    def _load(self) -> Line:
        line = Line()
        for number, text, total in self.db.execute("SELECT number, data, sum FROM page ORDER BY number"):
            if number * PAGE != len(line):
                raise Damaged
            page = _checked(f"page {number}", text, total)
            line.ids += page["ids"].split()
            line.stamps += page["stamps"]
            line.who |= _who(page)
        rows = 0
        for path, text, total in self.db.execute("SELECT path, data, sum FROM file ORDER BY path"):
            versions = line.files[path] = _versions(_whole(f"file {path}", text, total))
            rows += len(versions)
        items = self.db.execute("SELECT count(*) FROM item").fetchone()[0]
        whole = (len(line) == len(line.stamps) == self.count, len(line.files) == self.files)
        if not all(whole) or rows != self.rows or items != self.items:
            raise Damaged
        if self.count and line.ids[-1] != self.head:
            raise Damaged
        return line

    def position(self, id: str) -> int:
        """The position of a commit; -1: it is not on the line."""
        if id == self.head:
            return self.count - 1
        try:
            found = self.db.execute("SELECT number FROM page WHERE data LIKE ?", (f"%{id}%",)).fetchone()
            if found is None:
                return -1
            number = int(found[0])
            page = self._one("SELECT data, sum FROM page WHERE number = ?", (number,), f"page {number}")
            ids: list[str] = page["ids"].split()
            return number * PAGE + ids.index(id)
        except (Error, TypeError, ValueError, KeyError) as error:
            raise Damaged(error) from error

    def item(self, id: str) -> dict[str, list[Row]]:
        """The files that ever held an item; none where it never was there."""
        paths = self._one("SELECT data, sum FROM item WHERE id = ?", (id,), f"item {id}")
        if paths is None:
            self._without(id)
        return {path: self.file(path) for path in paths or ()}

    def _without(self, id: str) -> None:
        """Make sure that an item is not there, and not merely lost."""
        try:
            rows = self.db.execute("SELECT id, data, sum FROM item NOT INDEXED").fetchall()
        except Error as error:
            raise Damaged(error) from error
        for known, text, total in rows:
            _checked(f"item {known}", text, total)
        if len(rows) != self.items or any(known == id for known, _, _ in rows):
            raise Damaged

    def file(self, path: str) -> list[Row]:
        """The versions of a file. Damaged where there are none."""
        try:
            row = self.db.execute("SELECT data, sum FROM file WHERE path = ?", (path,)).fetchone()
            if row is None:
                raise Damaged
            return _versions(_whole(f"file {path}", *row))
        except (Error, TypeError, ValueError, IndexError) as error:
            raise Damaged(error) from error

    def newest(self, skip: int, limit: int) -> list[tuple[str, int]]:
        """Files by their last change, newest first: path and position."""
        query = "SELECT path, last FROM file ORDER BY last DESC LIMIT ? OFFSET ?"
        try:
            count, total = self.db.execute(
                "SELECT count(*), sum(last) FROM file INDEXED BY newest"
            ).fetchone()
            found: list[tuple[str, int]] = self.db.execute(query, (limit, skip)).fetchall()
        except Error as error:
            raise Damaged(error) from error
        if (count, total or 0) != (self.files, self.lasts):
            raise Damaged
        return found

    def commits(self, positions: Iterable[int]) -> dict[int, tuple[str, int, int, Who]]:
        """Commits by position: id, stamp, time as the clock of the line has it, author."""
        found: dict[int, tuple[str, int, int, Who]] = {}
        pages: dict[int, list[int]] = {}
        for n in positions:
            pages.setdefault(n // PAGE, []).append(n)
        for number, wanted in pages.items():
            page = self._pages.get(number) or self._one(
                "SELECT data, sum FROM page WHERE number = ?", (number,), f"page {number}"
            )
            if page is None:
                raise Damaged
            self._pages[number] = page
            ids, who, times = page["ids"].split(), page["who"], clock(page["stamps"], page["before"])
            for n in wanted:
                at = n - number * PAGE
                author, email, subject = who.get(str(n), ("", "", ""))
                found[n] = (ids[at], page["stamps"][at], times[at], (author, email, subject))
        return found

    # -- writing

    def store(self, keep: int, more: Line) -> bool:
        """Cut the line to `keep` commits and put more behind them; False: it was left as it is."""
        assert more.first == keep
        self._pages.clear()
        head, count = self.head, self.count
        try:
            with _Transaction(self.db):
                self._state()
                if (self.head, self.count) != (head, count):
                    return False
                change = _Change(self)
                if keep < count:
                    change.cut(keep)
                change.add(more)
                change.count(keep + len(more), more.ids[-1] if more.ids else "")
                self._state()
        except (Error, Damaged, OSError, TypeError, ValueError, KeyError, IndexError, AttributeError):
            return False
        return True


class _Transaction:
    """All of what is written in it, or nothing."""

    def __init__(self, db: Connection) -> None:
        self.db = db

    def __enter__(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK" if kind else "COMMIT")


class _Change:
    """One change of an index, inside a transaction."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.db = index.db
        self.files, self.rows, self.items = index.files, index.rows, index.items
        self.lasts = index.lasts
        self.page = _page(0)

    def cut(self, keep: int) -> None:
        """Forget the commits from position `keep` on."""
        number, left = divmod(keep, PAGE)
        if left:
            page = self.read_page(number)
            page["ids"] = " ".join(page["ids"].split()[:left])
            page["stamps"] = page["stamps"][:left]
            page["who"] = {n: who for n, who in page["who"].items() if int(n) < keep}
            self.write_page(number, page)
        self.db.execute("DELETE FROM page WHERE number >= ?", (number + bool(left),))
        query = "SELECT path FROM file WHERE last >= ?"
        for (path,) in self.db.execute(query, (keep,)).fetchall():
            rows = self.index.file(path)
            self.write_file(path, rows, [row for row in rows if row[0] < keep])

    def add(self, more: Line) -> None:
        """Put the commits of a line, and its versions, behind what is there."""
        self.add_commits(more)
        empty = not self.files
        pairs: dict[str, set[str]] = {}
        texts = []
        for path, rows in more.files.items():
            if not empty and self.db.execute("SELECT 1 FROM file WHERE path = ?", (path,)).fetchone():
                before = self.index.file(path)
                self.write_file(path, before, before + rows)
                continue
            self.files += 1
            self.rows += len(rows)
            self.lasts += rows[-1][0]
            text = _text(rows)
            texts.append((path, rows[-1][0], text, _sum(f"file {path}", text)))
            for item in carried(path, rows):
                pairs.setdefault(item, set()).add(path)
        self.db.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", texts)
        if self.items:
            for item, paths in pairs.items():
                self.carry(item, paths, set())
        else:
            self.items = len(pairs)
            held = [(item, dumps(sorted(paths))) for item, paths in pairs.items()]
            carriers = [(item, text, _sum(f"item {item}", text)) for item, text in held]
            self.db.executemany("INSERT INTO item VALUES (?, ?, ?)", carriers)

    def add_commits(self, more: Line) -> None:
        before = 0
        if more.first:
            last = self.read_page((more.first - 1) // PAGE)
            before = max(clock(last["stamps"], last["before"]))
            if more.first % PAGE:
                self.page = last
        at = more.first
        while at < more.first + len(more):
            number = at // PAGE
            end = min((number + 1) * PAGE, more.first + len(more))
            here = slice(at - more.first, end - more.first)
            page = self.page if at % PAGE else _page(before)
            page["ids"] = f"{page['ids']} {' '.join(more.ids[here])}".strip()
            page["stamps"] += more.stamps[here]
            page["who"] |= {str(n): more.who[n] for n in range(at, end) if n in more.who}
            self.write_page(number, page)
            before = max(clock(page["stamps"], before))
            at = end

    def read_page(self, number: int) -> dict[str, Any]:
        query = "SELECT data, sum FROM page WHERE number = ?"
        page = self.index._one(query, (number,), f"page {number}")
        if not isinstance(page, dict):
            raise Damaged
        return page

    def write_page(self, number: int, page: Mapping[str, Any]) -> None:
        text = dumps(page, separators=(",", ":"))
        row = (number, text, _sum(f"page {number}", text))
        self.db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", row)

    def write_file(self, path: str, before: list[Row], after: list[Row]) -> None:
        """Replace a file's versions; none are left: forget it."""
        self.rows += len(after) - len(before)
        self.lasts -= before[-1][0]
        if after:
            self.lasts += after[-1][0]
            text = _text(after)
            row = (path, after[-1][0], text, _sum(f"file {path}", text))
            self.db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", row)
        else:
            self.files -= 1
            self.db.execute("DELETE FROM file WHERE path = ?", (path,))
        old, new = carried(path, before), carried(path, after)
        for item in new - old:
            self.carry(item, {path}, set())
        for item in old - new:
            self.carry(item, set(), {path})

    def carry(self, id: str, paths: set[str], gone: set[str]) -> None:
        """Note which more files hold an item, and which do not any longer."""
        query = "SELECT data, sum FROM item WHERE id = ?"
        known = self.index._one(query, (id,), f"item {id}") if self.items else None
        after = sorted(({*known} if known else set()) - gone | paths)
        self.items += bool(after) - bool(known)
        if after:
            text = dumps(after)
            row = (id, text, _sum(f"item {id}", text))
            self.db.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?)", row)
        elif known:
            self.db.execute("DELETE FROM item WHERE id = ?", (id,))

    def count(self, count: int, head: str) -> None:
        """Write down how much there is now."""
        if count and not head:
            head = self.read_page((count - 1) // PAGE)["ids"].split()[-1]
        self.index._count(head, count, self.files, self.rows, self.items, self.lasts)


def _page(before: int) -> dict[str, Any]:
    """An empty page; `before` is the time of the commit before it."""
    return {"ids": "", "stamps": [], "who": {}, "before": before}


def _sum(key: str, text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"), crc32(key.encode("utf-8", "surrogatepass")))


def _whole(key: str, text: Any, total: Any) -> str:
    """A row's text, as it was written."""
    if not isinstance(text, str) or _sum(key, text) != total:
        raise Damaged
    return text


def _checked(key: str, text: Any, total: Any) -> Any:
    """A row's value."""
    return loads(_whole(key, text, total))


def _who(page: Mapping[str, Any]) -> dict[int, Who]:
    return {int(n): (author, email, subject) for n, (author, email, subject) in page["who"].items()}


def _text(rows: list[Row]) -> str:
    """A file's versions as two lines: the values, each once, and by position, blob and value the rest."""
    values: list[Value] = []
    numbers: dict[int, int] = {}
    written = []
    for n, blob, value in rows:
        number = -1
        if value is not None:
            number = numbers.setdefault(id(value), len(values))
            if number == len(values):
                values.append(value)
        written.append(f"{n} {blob or '-'} {number}")
    return f"{dumps(values)}\n{' '.join(written)}"


def _versions(text: str) -> list[Row]:
    first, _, second = text.partition("\n")
    values: list[Value] = [
        value if isinstance(value, str) else tuple([_record(*record) for record in value])
        for value in loads(first)
    ]
    values.append(None)  # -1
    words = second.split(" ")
    return [
        (int(n), "" if blob == "-" else blob, values[int(number)])
        for n, blob, number in zip(words[::3], words[1::3], words[2::3], strict=True)
    ]


def _record(
    id: str,
    title: str,
    state: str,
    raw_state: str,
    type: str,
    class_: str,
    assignees: list[str],
    blocked: list[str] | None,
    entered: list[list[str]],
) -> Record:
    """A record, with tuples where JSON has lists."""
    return Record(
        id,
        title,
        state,
        raw_state,
        type,
        class_,
        tuple(assignees),
        (blocked[0], blocked[1]) if blocked else None,
        tuple([(name, moment) for name, moment in entered]),
    )
