"""The first-parent line of a branch, as one `git log` and one stream of blobs tell it.

The line is what was known: a change on a branch counts at the merge that lands it, an octopus merge
is one commit, a second root stays outside. Everything is plain tuples and lists; positions count the
commits of the line from 0, the oldest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from opsflow.history.repository import Repository

FORMAT = "%x01%H%x00%P%x00%ct%x00%an%x00%ae%x00%s"
"""How `git log` writes a commit: six texts, each ended by a zero byte. Git itself turns what another
encoding is declared for into UTF-8, and joins a subject's lines."""
TEXTS = 6

LATEST = 4_102_444_800
"""The year 2100. A stamp beyond it, at 0 or below, or none, is a broken one and counts as missing."""

LINK, SUBMODULE = "it is a link", "it is a submodule"
"""Why an entry that is no regular file has no record in it."""
UNREAD = ("", False)
"""What a path is that the board does not read."""

Value = tuple[Any, ...] | str | None
"""What a blob says: the records in it (`track.Tracked`), or why it is unreadable. None: the file is
gone, or it is one of the board's own, such as opsflow.yaml, which is not a record."""
Row = tuple[int, str, Value]
"""What one commit left in a file: position of the commit, blob ("": deleted), value."""
Who = tuple[str, str, str]
"""Author, address, subject."""


class Record(NamedTuple):
    """What an index gives back of a `track.Tracked`: the same fields, without what reads them."""

    id: str
    title: str
    state: str
    raw_state: str
    type: str
    class_: str
    assignees: tuple[str, ...]
    blocked: tuple[str, str] | None
    entered: tuple[tuple[str, str], ...]


class Reader(Protocol):
    """What `reading.track` offers."""

    @property
    def version(self) -> str:
        """A text that differs where another reader would read something else."""

    def __call__(self, path: str, data: bytes, /) -> Sequence[Any] | str:
        """The records in a file, or why it cannot be read."""

    def matches(self, path: str, /) -> bool:
        """Whether a path is one of records at all."""


class Line:
    """Some commits of a first-parent line, one after another, and what they left in each file."""

    __slots__ = ("files", "first", "ids", "lost", "stamps", "who")

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

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, count: int) -> None:
        """Forget every commit at position `count` and beyond."""
        del self.ids[count:], self.stamps[count:]
        self.who = {n: who for n, who in self.who.items() if n < count}
        for path, rows in list(self.files.items()):
            if rows[-1][0] >= count:
                kept = [row for row in rows if row[0] < count]
                if kept:
                    self.files[path] = kept
                else:
                    del self.files[path]

    def join(self, more: Line) -> None:
        """Put the commits that follow behind those that are here."""
        assert more.first == len(self)
        self.ids += more.ids
        self.stamps += more.stamps
        self.who |= more.who
        for path, rows in more.files.items():
            self.files.setdefault(path, []).extend(rows)


def stamp(text: str) -> int:
    """A committer time in seconds; -1 for what cannot be one (see LATEST)."""
    if not text.isdecimal() or len(text) > 10:
        return -1
    seconds = int(text)
    return seconds if 0 < seconds < LATEST else -1


def clean(text: str) -> str:
    """A text whose bytes that are no UTF-8 became surrogates, with U+FFFD in their place."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text


def clock(stamps: Sequence[int], before: int = 0) -> list[int]:
    """When each commit was known, in seconds: its own time, but never before the commit it follows.

    A commit without a usable time takes its neighbour's: of the one before it, or, at the beginning
    of the line, of the first that has one (0 if none has).
    """
    latest = before or next((seconds for seconds in stamps if seconds >= 0), 0)
    times = []
    for seconds in stamps:
        if seconds > latest:
            latest = seconds
        times.append(latest)
    return times


def key(path: str) -> str:
    """The key that a file's name begins with: `OPS-7K3Q` of `items/x/OPS-7K3Q-renew.yaml`; or ""."""
    words = path.rpartition("/")[2].partition(".")[0].split("-", 2)
    return f"{words[0]}-{words[1]}" if len(words) > 1 else ""


def grow(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    head: str,
    tip: str,
    find: Callable[[str], int],
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Line:
    """The commits from a known line to `head`, as a Line that begins where it leaves the known one.

    `tip` is the last known commit, empty for none. `find` gives the position of a known commit, or -1.
    The known line has to be cut to the result's `first` before the two are joined: where a branch was
    rewritten or another one is asked for, that is where the two lines part.
    """
    scan = _Scan(repository, reader, own, progress)
    if tip:
        scan.run(head, f"^{tip}")
        if scan.ids and not scan.oldest_parent:
            return scan.line(0)
        fork = find(scan.oldest_parent if scan.ids else head)
        if fork >= 0:
            return scan.line(fork + 1)
        fork, shared = _fork(repository, head, find)
        scan = _Scan(repository, reader, own, progress)
        scan.run(head, *([f"^{shared}"] if shared else []))
        return scan.line(fork + 1)
    scan.run(head)
    return scan.line(0)


def _fork(repository: Repository, head: str, find: Callable[[str], int]) -> tuple[int, str]:
    """Where the line of `head` leaves the known one: the last common commit; (-1, ""): nowhere."""
    for commit in repository.ask("rev-list", "--first-parent", head, "--").decode("ascii").split():
        position = find(commit)
        if position >= 0:
            return position, commit
    return -1, ""


class _Scan:
    """One run of `git log`: newest commits first, blobs read beside it."""

    def __init__(
        self,
        repository: Repository,
        reader: Reader,
        own: Collection[str],
        progress: Callable[[str, int, int | None], None] | None,
    ) -> None:
        self.repository = repository
        self.reader = reader
        self.own = own
        self.progress = progress
        self.prefix = repository.prefix
        self.digits = repository.digits
        self.plain = True
        """All texts so far were UTF-8."""
        self.oldest_parent = ""
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
        words += [self.repository.prefix] if self.repository.prefix else []
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
                continue
            slot = slots.get((blob, path))
            if slot is None:
                slot = slots[blob, path] = len(self.values)
                if mode[:3] == "100":
                    self.values.append(None)
                    self._waiting.append((slot, path))
                    wanted.append(blob)
                else:
                    self.values.append(SUBMODULE if mode[:2] == "16" else LINK)
            rows.append((path, n, blob, slot))
        left = "\0".join(tokens[at:]).encode("utf-8", "surrogateescape")
        self._rest = (left + data[end:] if at < count else data[end + 1 :]) if end >= 0 else data
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
        read = wrong or self.reader(path, data)
        value = read if isinstance(read, str) else tuple(read)
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
    """The ids of the records that a file ever held, and of the one that an unreadable file's name gives."""
    values = {id(row[2]): row[2] for row in rows if row[2]}
    found = {record.id for value in values.values() if isinstance(value, tuple) for record in value}
    if any(isinstance(value, str) for value in values.values()):
        found.add(key(path))
    return found - {""}
