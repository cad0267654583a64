"""What happened to one item, worked out from the files that ever held it, as plain tuples.

- Identity is the id. An item is there while some file holds it; where several do, the first path
  counts, as on the board. So a rename or a move of the file is a version and nothing else, and a file
  that comes back continues its story.
- An unreadable file keeps what it said last. A file that is moved and unreadable at once is followed
  by the key in its name.
- A move is a change of the state, as mapped. What an *ignored* commit (a mass edit) changed is taken
  as `git blame --ignore-rev` takes it: as if it had stood there since the change before. So the last
  move then leads to the new state, and there is none of the ignored commit's own; a move that comes to
  nothing by it is dropped. What such a commit adds or takes away begins or ends with it all the same:
  an item that it creates or deletes, a block, an assignee.
- `entered:` moves an entry into a state to the moment that it names: the entry made by the commit that
  first says so, else the last one before it, else the next. A moment later than that commit is not
  believed. Moves before it, back to the item's coming to be, can then not be later than it: see `when`.
- Where the commit that creates an item says when it came to the state in which it stands, and to others
  before, it went through them before it was written down: each is a move of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from opsflow.history.line import Row, key
from opsflow.reading.tracked import Partly, Tracked, Value, lost, records

Event = tuple[int, str, str, Tracked | None, bool]
"""Position of the commit, path, blob ("": gone), the record (None: gone), whether it was readable."""


class Move:
    """One coming to be, change of state, or going; `entered` is the text of `entered:`, if it counts."""

    __slots__ = ("after", "before", "entered", "life", "n", "raw_after", "raw_before", "said")

    def __init__(
        self,
        n: int,
        before: str | None,
        after: str | None,
        raw_before: str | None,
        raw_after: str | None,
        life: int,
    ) -> None:
        self.n = n
        self.before = before
        self.after = after
        self.raw_before = raw_before
        self.raw_after = raw_after
        self.life = life
        self.entered = ""
        self.said = -1
        """The position of the commit that says so."""


class Held:
    """A value that held from one commit to another (None: it still holds)."""

    __slots__ = ("by", "end", "n", "value")

    def __init__(self, value: str, n: int, by: str = "") -> None:
        self.value = value
        self.n = n
        self.end: int | None = None
        self.by = by


class Life:
    """All that happened to one item. Positions are those of the line."""

    __slots__ = ("assigned", "blocked", "classes", "held", "moves", "title", "types", "versions")

    def __init__(self) -> None:
        self.title = ""
        self.versions: list[tuple[int, str, str]] = []
        self.moves: list[Move] = []
        self.blocked: list[Held] = []
        self.assigned: list[Held] = []
        self.classes: list[Held] = []
        self.types: list[Held] = []
        self.held: tuple[object, ...] | None = None
        """What its last version said of all these but the moves; the spans are as that left them."""


Times = Mapping[int, float] | Sequence[float]
"""When each commit was known, in seconds, by its position on the line."""


def of(
    id: str,
    files: Mapping[str, Sequence[Row]],
    ignored: Collection[int],
    times: Times,
    *,
    raw: bool = False,
) -> Life:
    """The life of an item. `files`: those that ever held it. `raw`: states as they stand in the source."""
    life = Life()
    state: str | None = None
    written: str | None = None
    lives = 0
    seen: dict[str, str] = {}
    fresh: dict[str, tuple[str, int]] = {}
    for n, path, blob, record, readable in events(id, files):
        life.versions.append((n, path, blob))
        if record is not None and not readable:
            continue
        mass = n in ignored
        after = None if record is None else record.raw_state if raw else record.state
        stands = None if record is None else record.raw_state
        if after != state:
            if mass and state is not None and after is not None:
                _reword(life.moves, after, stands)
            else:
                lives += state is None
                if not life.moves and record is not None:
                    for name in _passed(record, after, times[n]):
                        life.moves.append(Move(n, state, name, written, name, lives))
                        state = written = name
                life.moves.append(Move(n, state, after, written, stands, lives))
        state, written = after, stands
        _spans(life, n, record, mass)
        if record is None:
            continue
        life.title = record.title
        for name, moment in record.entered:
            if seen.get(name) != moment:
                seen[name] = moment
                fresh[name] = (moment, n)
        if fresh:
            _enter(life.moves, fresh, lives)
    return life


def _passed(record: Tracked, after: str | None, known: float) -> list[str]:
    """The states that a new item went through before the one in which it stands, first first.

    None where it does not say when it came to that one: any other may then lie ahead. `known` is the time of
    the commit that creates it; what is later is not believed.
    """
    if len(record.entered) < 2:
        return []
    moments = {name: seconds(moment) for name, moment in record.entered}
    own = moments.pop(after or "", known + 1)
    return sorted((name for name, at in moments.items() if at <= own <= known), key=moments.__getitem__)


def _reword(moves: list[Move], after: str, stands: str | None) -> None:
    """Take what an ignored commit left as what the last move led to."""
    last = moves[-1]
    last.after, last.raw_after = after, stands
    if last.before == after and len(moves) > 1:
        moves.pop()


def _enter(moves: list[Move], fresh: dict[str, tuple[str, int]], life: int) -> None:
    """Put what `entered:` newly says on the last entry into that state, or keep it for the next."""
    for name in list(fresh):
        move = next((move for move in reversed(moves) if move.after == name and move.life == life), None)
        if move is not None:
            move.entered, move.said = fresh.pop(name)


def _spans(life: Life, n: int, record: Tracked | None, mass: bool) -> None:
    held = record and (record.blocked, record.assignees, record.class_, record.type)
    if held == life.held:
        return
    life.held = held
    blocked = record.blocked if record is not None else None
    _follow(life.blocked, n, [] if blocked is None else [(blocked[0], blocked[1])], mass)
    _follow(life.assigned, n, [] if record is None else [(name, "") for name in record.assignees], mass)
    _follow(life.classes, n, [] if record is None else [(record.class_, "")], mass)
    _follow(life.types, n, [] if record is None else [(record.type, "")], mass)


def _follow(spans: list[Held], n: int, values: list[tuple[str, str]], mass: bool) -> None:
    """Begin the spans of values that are new, end those of values that are gone."""
    running = [span for span in spans if span.end is None]
    if [(span.value, span.by) for span in running] == values:
        return
    gone = [span for span in running if (span.value, span.by) not in values]
    here = {(span.value, span.by) for span in running}
    new = [value for value in dict.fromkeys(values) if value not in here]
    if mass:
        for span, (value, by) in zip(gone, new, strict=False):
            span.value, span.by = value, by
        gone, new = gone[len(new) :], new[min(len(gone), len(new)) :]
    for span in gone:
        span.end = n
    spans += [Held(value, n, by) for value, by in new]


def events(id: str, files: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
    """What each commit did to an item, oldest first."""
    if len(files) == 1:
        ((path, rows),) = files.items()
        if all(_alone(id, value) for _, _, value in rows):
            yield from _plain(path, rows)
            return
    holding: dict[str, Tracked] = {}
    doubts = Doubts(id)
    for n, changes in _commits(files):
        before = _present(holding)
        last = before[1] if before else None
        left = ""
        touched: dict[str, tuple[str, bool]] = {}
        unclear: list[tuple[str, str]] = []
        for path, blob, value in changes:
            record = _find(id, value)
            plain = record is not None and not isinstance(value, Partly) and not doubts.nameless
            doubtful = not plain and doubts.doubtful(path, value, record is not None)
            if record is not None:
                holding[path] = record
                touched[path] = (blob, True)
            elif doubtful and path in holding:
                touched[path] = (blob, False)
            elif doubtful and (key(path) == id or id in lost(value)):
                unclear.append((path, blob))
            elif holding.pop(path, None) is not None:
                left = path
        if left and last and not holding:
            for path, blob in unclear:
                holding[path] = last
                touched[path] = (blob, False)
        now = _present(holding)
        if now is None:
            if left:
                yield n, left, "", None, True
        elif now[0] in touched:
            blob, readable = touched[now[0]]
            yield n, now[0], blob, now[1], readable
        elif before is None or now[0] != before[0]:
            blob = _blob(files[now[0]], n)
            yield n, now[0], blob, now[1], True


def _alone(id: str, value: Value) -> bool:
    """Whether a version of a file is this item and nothing else, or the file's end."""
    return value is None or (type(value) is tuple and len(value) == 1 and value[0].id == id)


def _plain(path: str, rows: Iterable[Row]) -> Iterator[Event]:
    """The same of an item that always was alone in one file."""
    there = False
    for n, blob, value in rows:
        record = records(value)[0] if value else None
        if record is not None or there:
            yield n, path, blob if record is not None else "", record, True
        there = record is not None


class Doubts:
    """Whether an item that a version of a file does not show may be there all the same.

    In a file that cannot be read, every item may be. In one of which some records cannot, an item may
    be that is named among them, or that vanished when there came to be more of those without a name;
    and it may for as long as these do not become fewer again.
    """

    def __init__(self, id: str) -> None:
        self.id = id
        self.nameless: dict[str, int] = {}
        """By path, how many records of its last version had no name."""
        self.since: dict[str, int] = {}
        """By path, how many there were when the item vanished among them."""

    def doubtful(self, path: str, value: Value, shown: bool) -> bool:
        """Of the next version of a file."""
        if isinstance(value, str):
            return True
        before = self.nameless.pop(path, 0)
        now = lost(value).count("")
        if now:
            self.nameless[path] = now
        if shown:
            self.since.pop(path, None)
        elif now > before:
            self.since.setdefault(path, now)
        return self.id in lost(value) or now >= self.since.get(path, now + 1)


def _commits(files: Mapping[str, Sequence[Row]]) -> Iterator[tuple[int, list[tuple[str, str, Value]]]]:
    """The changes of several files by commit; in a commit, by path."""
    if len(files) == 1:
        ((path, rows),) = files.items()
        for n, blob, value in rows:
            yield n, [(path, blob, value)]
        return
    found: dict[int, list[tuple[str, str, Value]]] = {}
    for path in sorted(files):
        for n, blob, value in files[path]:
            found.setdefault(n, []).append((path, blob, value))
    for n in sorted(found):
        yield n, found[n]


def _present(holding: Mapping[str, Tracked]) -> tuple[str, Tracked] | None:
    if not holding:
        return None
    path = min(holding)
    return path, holding[path]


def _find(id: str, value: Value) -> Tracked | None:
    for record in records(value):
        if record.id == id:
            return record
    return None


def _blob(rows: Iterable[Row], n: int) -> str:
    """The blob of a file at a commit that did not touch it."""
    return [blob for at, blob, _ in rows if at <= n][-1]


def when(moves: Sequence[Move], times: Times) -> list[float]:
    """The moment of each move in seconds, never running backwards.

    A moment that `entered:` names holds, within what the commits around it allow: not later than the
    commit that says so or than the next move's commit. What it contradicts gives way: a move before it,
    in the same life of the item, whose own moment is only its commit's, happened no later than it.
    """
    own = [float(times[move.n]) for move in moves]
    found = list(own)
    fixed = [False] * len(moves)
    for at, move in enumerate(moves):
        if move.entered:
            named = seconds(move.entered)
            if named <= times[move.said]:
                found[at] = min(named, own[at + 1]) if at + 1 < len(moves) else named
                fixed[at] = True
    for at in range(len(moves) - 2, -1, -1):
        if found[at] > found[at + 1] and not fixed[at] and moves[at].life == moves[at + 1].life:
            found[at] = found[at + 1]
    for at in range(1, len(moves)):
        found[at] = max(found[at], found[at - 1])
    return found


def seconds(moment: str) -> float:
    """An ISO moment with its offset, in seconds since 1970."""
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()
