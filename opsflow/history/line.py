"""The first-parent line of a branch, as one `git log` and one stream of blobs tell it.

The line is what was known: a change on a branch counts at the merge that lands it, an octopus merge
is one commit, a second root stays outside. Everything is plain tuples and lists; positions count the
commits of the line from 0, the oldest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Protocol

from opsflow.history.calls import endless
from opsflow.history.commits import FORMAT, TEXTS, Who, clean, stamp
from opsflow.reading.folder import BOARD_FILE
from opsflow.reading.tracked import Partly, Value, records

if TYPE_CHECKING:
    from opsflow.history.repository import Repository

LINK, SUBMODULE = "it is a link", "it is a submodule"
"""Why an entry that is no regular file has no record in it."""
UNREAD = ("", False)
"""What a path is that the board does not read."""
MOST_PATHS = 2_000_000
"""Paths of one history."""

Row = tuple[int, str, Value]
"""What one commit left in a file: position of the commit, blob ("": deleted), value."""
Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how many (None: unknown)."""


class Reader(Protocol):
    """What `reading.track` offers."""

    @property
    def version(self) -> str:
        """A text that differs where another reader would read something else."""

    def __call__(self, path: str, data: bytes, /) -> Value:
        """The records in a file, or why it cannot be read."""

    def matches(self, path: str, /) -> bool:
        """Whether a path is one of records at all."""


class Known(Protocol):
    """What is known of a line already."""

    @property
    def head(self) -> str:
        """The last commit; empty for none."""

    def position(self, id: str, /) -> int:
        """The position of a commit; -1: it is not on the line."""

    def value(self, path: str, blob: str, /) -> Value:
        """What a blob says that was in a file before; None: it was not."""


class Line:
    """Some commits of a first-parent line, one after another, and what they left in each file."""

    __slots__ = ("_places", "files", "first", "ids", "lost", "stamps", "who")

    def __init__(self, first: int = 0) -> None:
        self.first = first
        """The position of its first commit."""
        self.lost = False
        """An object was missing: that may pass, so it is nothing to be kept."""
        self.ids: list[str] = []
        self.stamps: list[int] = []
        """Committer times in seconds, as they stand in the commits; -1 where there is none."""
        self.who: dict[int, Who] = {}
        """By position, for the commits that touch the board and the last one."""
        self.files: dict[str, list[Row]] = {}
        """By path, relative to the board's folder; oldest first."""
        self._places: dict[str, int] = {}

    @property
    def head(self) -> str:
        """The last commit; empty for none."""
        return self.ids[-1] if self.ids else ""

    def position(self, id: str) -> int:
        """The position of a commit; -1: it is not here."""
        if len(self._places) != len(self.ids):
            self._places = {known: n for n, known in enumerate(self.ids, self.first)}
        return self._places.get(id, -1)

    def value(self, path: str, blob: str) -> Value:
        """What a blob says that was in a file before; None: it was not."""
        return next((value for _, known, value in self.files.get(path, ()) if known == blob), None)

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, count: int) -> None:
        """Forget every commit at position `count` and beyond."""
        del self.ids[count:], self.stamps[count:]
        self._places = {}
        self.who = {n: who for n, who in self.who.items() if n < count}
        for path, rows in list(self.files.items()):
            if rows[-1][0] >= count:
                kept = [row for row in rows if row[0] < count]
                if kept:
                    self.files[path] = kept
                else:
                    del self.files[path]

    def begin(self, count: int, before: Line) -> None:
        """Put what another line of the same commits says of the first `count` in the place of what is here.

        A file that only the other one has is gone with the commit that follows.
        """
        assert before.ids == self.ids[:count]
        self.lost = self.lost or before.lost
        self.who = before.who | {n: who for n, who in self.who.items() if n >= count}
        files = before.files
        for path, rows in files.items():
            if rows[-1][1] and not any(row[0] == count for row in self.files.get(path, ())):
                rows.append((count, "", None))
        for path, rows in self.files.items():
            kept = [row for row in rows if row[0] >= count]
            if kept:
                files.setdefault(path, []).extend(kept)
        self.files = files

    def join(self, more: Line) -> None:
        """Put the commits that follow behind those that are here."""
        assert more.first == len(self)
        self._places = {}
        self.ids += more.ids
        self.stamps += more.stamps
        self.who |= more.who
        for path, rows in more.files.items():
            self.files.setdefault(path, []).extend(rows)


def key(path: str) -> str:
    """The key that a file's name begins with: `OPS-7K3Q` of `items/x/OPS-7K3Q-renew.yaml`; or ""."""
    words = path.rpartition("/")[2].partition(".")[0].split("-", 2)
    return f"{words[0]}-{words[1]}" if len(words) > 1 else ""


def grow(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    head: str,
    known: Known,
    progress: Progress | None = None,
) -> Line:
    """The commits from a known line to `head`, as a Line that begins where it leaves the known one.

    The known line has to be cut to the result's `first` before the two are joined: where a branch was
    rewritten or another one is asked for, that is where the two lines part. Where the board was moved from
    another folder, what came before is read there: see `moved`.
    """
    read, prefix = _Reading(repository, reader, own, known, progress), repository.place(head)
    if not known.head:
        return read.whole(head, prefix)
    scan = read.scan(prefix, head, f"^{known.head}")
    if scan.ids and not scan.oldest_parent:
        return read.whole(head, prefix)
    fork = known.position(scan.oldest_parent if scan.ids else head)
    if fork < 0:
        fork, shared = _fork(repository, head, known)
        scan = read.scan(prefix, head, *([f"^{shared}"] if shared else []))
    if read.move(scan):
        return read.whole(head, prefix)
    return scan.line(fork + 1)


class _Reading:
    """How a line is read, whatever part of it."""

    def __init__(
        self,
        repository: Repository,
        reader: Reader,
        own: Collection[str],
        known: Known,
        progress: Progress | None,
    ) -> None:
        self.repository = repository
        self.reader = reader
        self.own = own
        self.known = known
        self.progress = progress

    def scan(self, prefix: str, head: str, *without: str) -> _Scan:
        """The commits from `head` back to what is excluded, and what they left below a folder."""
        value = self.known.value if self.known.head else None
        scan = _Scan(self.repository, prefix, self.reader, self.own, value, self.progress)
        scan.run(head, *without)
        return scan

    def whole(self, head: str, prefix: str) -> Line:
        """The line of `head` from its first commit, for the board that lies at `prefix` there."""
        scan = self.scan(prefix, head)
        line = scan.line(0)
        found = self.move(scan)
        if found:
            position, before = found
            line.begin(position, self.whole(line.ids[position - 1], before))
        return line

    def move(self, scan: _Scan) -> tuple[int, str] | None:
        """The last commit that moved the board here, counted from the oldest scanned; and from where."""
        for n in scan.begun:
            from opsflow.history import moved

            parent = scan.ids[n + 1] if n + 1 < len(scan.ids) else scan.oldest_parent
            before = moved.origin(self.repository.store, parent, scan.ids[n], scan.prefix) if parent else None
            if before is not None:
                return len(scan.ids) - 1 - n, before
        return None


def _fork(repository: Repository, head: str, known: Known) -> tuple[int, str]:
    """Where the line of `head` leaves the known one: the last common commit; (-1, ""): nowhere."""
    for commit in repository.ask("rev-list", "--first-parent", head, "--").decode("ascii").split():
        position = known.position(commit)
        if position >= 0:
            return position, commit
    return -1, ""


class _Scan:
    """One run of `git log`: newest commits first, blobs read beside it."""

    def __init__(
        self,
        repository: Repository,
        prefix: str,
        reader: Reader,
        own: Collection[str],
        known: Callable[[str, str], Value] | None,
        progress: Progress | None,
    ) -> None:
        self.repository = repository
        self.reader = reader
        self.own = own
        self.known = known
        """What a file's blob says, if it was read before; see `Known.value`."""
        self.progress = progress
        self.prefix = prefix
        """The board's folder."""
        self.digits = repository.digits
        self.plain = True
        """All texts so far were UTF-8."""
        self.oldest_parent = ""
        self.begun: list[int] = []
        """The commits that added opsflow.yaml, counted from the newest."""
        self.ids: list[str] = []
        self.stamps: list[int] = []
        self.who: dict[int, Who] = {}
        self.rows: list[tuple[str, int, str, int]] = []
        """Path, commits from the newest, blob, slot in `values`."""
        self.values: list[Value] = [None]
        """By slot; slot 0 is for files that are no records."""
        self._slots: dict[tuple[str, str], int] = {}
        self._waiting: list[tuple[int, str]] = []
        self.lost = False
        self._answered = 0
        self._same: dict[Value, Value] = {}
        self._paths: dict[str, tuple[str, bool]] = {}
        self._names: dict[str, str] = {}
        self._header: list[str] = []
        self._rest = b""

    def run(self, head: str, *without: str) -> None:
        """Read from `head` back to what `without` excludes."""
        words = ["log", "--first-parent", "--diff-merges=first-parent", "--sparse", "--ignore-missing"]
        words += ["--raw", "--no-abbrev", "--no-renames", "-z", f"--format={FORMAT}", head, *without, "--"]
        words += [self.prefix] if self.prefix else []
        self.repository.converse(words, self.listen, self.answer)
        self.oldest_parent = self._header[1][: self.digits] if self._header else ""

    def listen(self, chunk: bytes) -> list[str]:
        """Take what git log printed; the ids of blobs that have not been read yet.

        A commit is its texts, the first with a mark before it; after it, by twos, come the lines of the
        raw diff, `:100644 100644 <old> <new> M`, and their paths. This loop is what a cold history waits
        for beside Git itself, so it calls as little as it can.
        """
        data = self._rest + chunk
        end = data.rfind(b"\0")
        tokens = self.texts(data[: max(end, 0)])
        ids, stamps, rows, slots, paths = self.ids, self.stamps, self.rows, self._slots, self._paths
        mode_at, new = slice(8, 14), slice(16 + self.digits, 16 + 2 * self.digits)
        wanted: list[str] = []
        at, count, n = 0, len(tokens), len(ids) - 1
        while at < count:
            token = tokens[at]
            if token[:1] == "\1":
                if at + TEXTS > count:
                    break
                ids.append(token[1:])
                stamps.append(stamp(tokens[at + 2]))
                n += 1
                self._header = tokens[at : at + TEXTS]
                if not n:
                    self.credit(n)
                at += TEXTS
                continue
            if at + 2 > count:
                break
            where = tokens[at + 1]
            at += 2
            known = paths.get(where)
            if known is None:
                known = paths[where] = self.path(where)
            if known is UNREAD:
                continue
            if n not in self.who:
                self.credit(n)
            path, is_record = known
            if token[0] == "\n":
                token = token[1:]
            mode = token[mode_at]
            if mode == "000000":
                rows.append((path, n, "", 0))
                continue
            blob = token[new]
            if not is_record:
                rows.append((path, n, blob, 0))
                if path == BOARD_FILE and token[1:7] == "000000":
                    self.begun.append(n)
                continue
            regular = mode[:3] == "100"
            said = (blob, path) if regular else (mode, path)
            slot = slots.get(said)
            if slot is None:
                slot = slots[said] = len(self.values)
                if regular:
                    value = self.known(path, blob) if self.known else None
                    if value in (LINK, SUBMODULE):  # what it was then, with the same bytes
                        value = None
                    self.values.append(value)
                    if value is None:
                        self._waiting.append((slot, path))
                        wanted.append(blob)
                else:
                    self.values.append(SUBMODULE if mode[:2] == "16" else LINK)
            rows.append((path, n, blob, slot))
        left = "\0".join(tokens[at:]).encode("utf-8", "surrogateescape")
        self._rest = (left + data[end:] if at < count else data[end + 1 :]) if end >= 0 else data
        if len(paths) > MOST_PATHS:
            raise endless()
        if self.progress is not None:
            self.progress("history", len(ids), None)
        return wanted

    def texts(self, data: bytes) -> list[str]:
        """What stands between zero bytes; bytes that are no UTF-8 become surrogates."""
        if not data:
            return []
        try:
            return data.decode("utf-8").split("\0")
        except UnicodeDecodeError:
            self.plain = False
            return data.decode("utf-8", "surrogateescape").split("\0")

    def credit(self, n: int) -> None:
        """Note who made the present commit."""
        _, _, _, author, email, subject = self._header
        if not self.plain:
            author, email, subject = clean(author), clean(email), clean(subject)
        name = self._names.setdefault
        self.who[n] = (name(author, author), name(email, email), subject)

    def path(self, where: str) -> tuple[str, bool]:
        """A path below the board's folder, and whether it is one of records; or UNREAD."""
        path = where[len(self.prefix) :]
        if not where.startswith(self.prefix) or clean(path) != path:
            return UNREAD
        if path in self.own:
            return path, False
        return (path, True) if self.reader.matches(path) else UNREAD

    def answer(self, wrong: str, data: bytes) -> None:
        """Read the next blob that was asked for."""
        slot, path = self._waiting[self._answered]
        self._answered += 1
        self.lost = self.lost or bool(wrong)  # an object that cannot be had
        value = wrong or self.reader(path, data)
        self.values[slot] = self._same.setdefault(value, value)

    def line(self, first: int) -> Line:
        """What was read, oldest first."""
        line = Line(first)
        line.lost = self.lost
        last = first + len(self.ids) - 1
        line.ids = self.ids[::-1]
        line.stamps = self.stamps[::-1]
        line.who = {last - n: who for n, who in reversed(self.who.items())}
        files, values = line.files, self.values
        for path, n, blob, slot in reversed(self.rows):
            row = (last - n, blob, values[slot])
            if path in files:
                files[path].append(row)
            else:
                files[path] = [row]
        return line


def carried(path: str, rows: Iterable[Row]) -> set[str]:
    """The ids of the records that a file ever held, or may have held where it could not be read."""
    values = [*{id(row[2]): row[2] for row in rows if row[2]}.values()]
    found = {record.id for value in values for record in records(value)}
    for value in values:
        if isinstance(value, str):
            found.add(key(path))
        elif isinstance(value, Partly):
            found.update(value.lost)
    return found - {""}
