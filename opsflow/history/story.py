"""Versions to stories: the History of a board.

The definitions stand where they are worked out: the line and its clock in `line`, what happened to an
item in `moves`. A story is made when it is asked for: a report over ten thousand items makes them all,
the page of one item makes one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nlargest
from typing import TYPE_CHECKING, NamedTuple

from opsflow.collection import paused
from opsflow.history import index, moves
from opsflow.history.commits import clock, commit_of, moment
from opsflow.history.line import LINK, SUBMODULE, Line, Progress, Row, carried
from opsflow.history.trees import Unread
from opsflow.model import (
    OWN_FILES,
    Board,
    Commit,
    Gap,
    History,
    Span,
    Story,
    Transition,
    Tree,
    Version,
    order_key,
)
from opsflow.reading import tracked

if TYPE_CHECKING:
    from opsflow.history.commits import Who
    from opsflow.history.line import Reader
    from opsflow.history.repository import Repository
    from opsflow.reading.tracked import Value


def tell(
    repository: Repository,
    board: Board,
    *,
    commit: str | None = None,
    working: Tree | None = None,
    now: datetime,
    cache: bool = True,
    progress: Progress | None = None,
) -> History:
    """The history of a board up to a commit (None: HEAD), read by the rules of `board`.

    `working` is the board's folder as it lies there: what differs in it from the commit is one more
    Commit, without an id, at `now`. OpsflowError where the clone is shallow or partial, or Git cannot
    read the repository.
    """
    from opsflow.reading import track

    repository.whole()
    reader = track.reader(board)
    own = own_files(board)
    commit = commit or repository.head
    line = index.read(repository, reader, own, commit, cache=cache, progress=progress)
    listed = ignored_revisions(repository, board, commit, working)
    extra = _uncommitted(repository, reader, own, line, working) if working is not None else {}
    with paused():
        return _history(repository, line, extra, listed, now)


def go_on(
    history: History,
    changed: Mapping[str, bytes | None],
    reader: Reader,
    repository: Repository,
    now: datetime,
) -> History:
    """The same history, with what the working folder now says of some files that are records; None: gone.

    For a program that looks at a board again and again: it costs what changed, not what happened.
    """
    rows: dict[str, tuple[str, Value]] = {}
    for path, data in changed.items():
        if reader.matches(path):
            value = None if data is None else reader(path, data)
            rows[path] = ("" if data is None else repository.blob(data), value)
    if not rows or not isinstance(history.stories, Stories):
        return history
    commits = history.commits
    if commits and not commits[-1].id:
        commits = commits[:-1]
    commit = Commit("", max(now, commits[-1].at) if commits else now, "")
    stories = history.stories.going_on(rows, commit)
    working = sorted(stories.uncommitted())
    found = (Gap(path, commit, said) for path, value in working if (said := tracked.reason(value)))
    gaps = (*(gap for gap in history.gaps if gap.commit.id), *found)
    return History((*commits, commit) if working else commits, stories, gaps, history.own)


def own_files(board: Board) -> tuple[str, ...]:
    """The files of a board that are no records."""
    return (*OWN_FILES, board.ignore_revs) if board.ignore_revs else OWN_FILES


def ignored_revisions(
    repository: Repository, board: Board, commit: str | None, working: Tree | None
) -> frozenset[str]:
    """The commits that the board's `ignore_revs` file lists, one full id a line, `#` for comments.

    It is read where the board is: in the working folder, or in the commit.
    """
    from opsflow.reading import revisions

    path = board.ignore_revs
    if not path:
        return frozenset()
    if working is not None:
        data = working.get(path, b"")
    else:
        data = repository.tree(commit, (path,)).get(path, b"") if commit else b""
    return revisions.read(data)


def _uncommitted(
    repository: Repository, reader: Reader, own: Sequence[str], line: Line, working: Tree
) -> dict[str, list[Row]]:
    """What a working folder changes, as rows of the commit that would follow."""
    n = len(line)
    found: dict[str, list[Row]] = {}
    for path, data in working.items():
        is_record = path not in own
        if is_record and not reader.matches(path):
            continue
        blob = repository.blob(data)
        rows = line.files.get(path)
        if rows and rows[-1][1] == blob:
            continue
        found[path] = [(n, blob, reader(path, data) if is_record else None)]
    unread = Unread(working)
    for path, rows in line.files.items():
        _, blob, value = rows[-1]
        if not blob or path in working or value in (LINK, SUBMODULE):
            continue
        reason = unread.why(path)
        if not reason:
            found[path] = [(n, "", None)]
        elif not isinstance(value, str) and path not in own:
            found[path] = [(n, blob, reason)]
    return found


def _history(
    repository: Repository,
    line: Line,
    extra: Mapping[str, list[Row]],
    listed: frozenset[str],
    now: datetime,
) -> History:
    files = dict(line.files)
    for path, rows in extra.items():
        files[path] = files.get(path, []) + rows
    times: list[float] = list(clock(line.stamps))
    touched = {n for rows in line.files.values() for n, _, _ in rows}
    if line.ids:
        last = len(line) - 1
        touched.add(last)
        if last not in line.who:
            line.who[last] = _who(repository, line.ids[last])
    ignored = {n for n, known in enumerate(line.ids) if known in listed} if listed else set()
    commits = {
        n: commit_of(line.ids[n], times[n], line.stamps[n], line.who[n], n in ignored)
        for n in sorted(touched)
    }
    if extra:
        times.append(max([now.timestamp(), *times[-1:]]))
        commits[len(line)] = Commit("", moment(times[-1]), "")
    stories = Stories(files, commits, times, ignored)
    return History(tuple(commits.values()), stories, _gaps(files, commits), own_versions(files, commits))


def own_versions(files: Mapping[str, Sequence[Row]], commits: Mapping[int, Commit]) -> tuple[Version, ...]:
    """The versions of the board's own files, oldest first."""
    found = sorted((n, path, blob) for path in OWN_FILES for n, blob, _ in files.get(path, ()))
    return tuple(Version(commits[n], path, blob) for n, path, blob in found)


def _who(repository: Repository, id: str) -> Who:
    commit = repository.commit(id)
    return commit.author, commit.email, commit.subject


def _gaps(files: Mapping[str, list[Row]], commits: Mapping[int, Commit]) -> tuple[Gap, ...]:
    found = [
        (n, path, said)
        for path, rows in files.items()
        for n, _, value in rows
        if (said := tracked.reason(value))
    ]
    return tuple(Gap(path, commits[n], said) for n, path, said in sorted(found))


class Stories(Mapping[str, Story]):
    """Stories by id, in the order of `order_key`; each is made when it is asked for, once."""

    def __init__(
        self,
        files: Mapping[str, list[Row]],
        commits: Mapping[int, Commit],
        times: Sequence[float],
        ignored: set[int],
    ) -> None:
        self._files = files
        self._commits = commits
        self._times = times
        self._ignored = ignored
        self._told: dict[str, Story] = {}
        holders: dict[str, list[str]] = {}
        for path, rows in files.items():
            for item in carried(path, rows):
                holders.setdefault(item, []).append(path)
        self._paths = {
            item: holders[item]
            for item in sorted(holders, key=order_key)
            if self._is_told(item, holders[item])
        }

    def _is_told(self, id: str, paths: Sequence[str]) -> bool:
        """Whether a file could be read as this item once; a name alone makes no story."""
        return any(
            any(record.id == id for record in tracked.records(value))
            for path in paths
            for _, _, value in self._files[path]
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, id: object) -> bool:
        return id in self._paths

    def __getitem__(self, id: str) -> Story:
        story = self._told.get(id)
        if story is None:
            files = {path: self._files[path] for path in self._paths[id]}
            story = self._told[id] = _story(
                id, moves.of(id, files, self._ignored, self._times), self._commits, self._times
            )
        return story

    def __repr__(self) -> str:
        return f"Stories({dict(self)!r})"

    def uncommitted(self) -> Iterator[tuple[str, Value]]:
        """The files that the working folder changes, and what it says of them."""
        last = max(self._commits, default=-1)
        if last >= 0 and not self._commits[last].id:
            for path, rows in self._files.items():
                if rows and rows[-1][0] == last:
                    yield path, rows[-1][2]

    def touched(self, most: int) -> Iterator[Touched]:
        """The last commits, as `touched` gives them: no story is made for it."""
        newest = nlargest(most, (n for rows in self._files.values() for n, _, _ in rows))
        if not newest:
            return
        begin = newest[-1]
        found: dict[int, tuple[list[str], list[str]]] = {}
        for path, rows in self._files.items():
            for place in range(len(rows) - 1, -1, -1):
                n = rows[place][0]
                if n < begin:
                    break
                held = [item for item in carried(path, rows[max(place - 1, 0) : place + 1]) if item in self]
                items, others = found.setdefault(n, ([], []))
                items.extend(held) if held else others.append(path)
        for n in sorted(found, reverse=True):
            items, others = found[n]
            yield Touched(
                self._commits[n], tuple(sorted(dict.fromkeys(items), key=order_key)), tuple(sorted(others))
            )

    def grown(
        self,
        files: Mapping[str, list[Row]],
        holders: Mapping[str, Sequence[str]],
        affected: Collection[str],
        commits: Mapping[int, Commit],
        times: Sequence[float],
    ) -> Stories:
        """What these files tell, where only what they tell of the affected items differs from these stories.

        `holders` are the paths that ever held each item.
        """
        other = Stories({}, commits, times, self._ignored)
        other._files = files
        other._paths = {
            item: list(holders[item])
            for item in sorted(holders, key=order_key)
            if (other._is_told(item, holders[item]) if item in affected else item in self._paths)
        }
        other._told = {item: story for item, story in self._told.items() if item not in affected}
        return other

    def going_on(self, rows: Mapping[str, tuple[str, Value]], commit: Commit) -> Stories:
        """The same stories, with what the working folder, as `commit`, now says of some files.

        `rows` are their blobs ("": gone) and records, by path. What was known of these files as changed by
        the working folder before counts no more. Only the items that they hold, or held, are told anew.
        """
        last = max(self._commits, default=-1)
        n = last if last >= 0 and not self._commits[last].id else len(self._times)
        files, paths = dict(self._files), dict(self._paths)
        affected: set[str] = set()
        for path, (blob, value) in rows.items():
            before = files.get(path, [])
            committed = [row for row in before if row[0] != n]
            same = blob == (committed[-1][1] if committed else "")
            files[path] = committed if same else [*committed, (n, blob, value)]
            affected |= carried(path, before) | carried(path, files[path])
        other = Stories(
            {}, {**self._commits, n: commit}, [*self._times[:n], commit.at.timestamp()], self._ignored
        )
        other._files = files
        for item in affected:
            kept = [path for path in paths.get(item, ()) if path not in rows]
            paths[item] = kept + [path for path in rows if item in carried(path, files[path])]
        order = paths if len(paths) == len(self._paths) else sorted(paths, key=order_key)
        other._paths = {
            item: paths[item] for item in order if item not in affected or other._is_told(item, paths[item])
        }
        other._told = {
            item: story
            for item, story in self._told.items()
            if item not in affected and story.versions[-1].commit.id
        }
        return other


class Touched(NamedTuple):
    """A commit and what it touched."""

    commit: Commit
    items: tuple[str, ...]
    """The items whose files it left otherwise than they were, in the order of ids."""
    files: tuple[str, ...]
    """Other files that the board reads: its own, and records that could never be read."""


def touched(history: History, most: int) -> Iterator[Touched]:
    """The last commits that touched the board, newest first, until together they left so many files.

    What a history keeps in another way than `tell` does is looked up story by story.
    """
    if isinstance(history.stories, Stories):
        yield from history.stories.touched(most)
        return
    order = {commit: n for n, commit in enumerate(history.commits)}
    found: dict[int, list[str]] = {}
    for item, story in history.stories.items():
        for version in dict.fromkeys(version.commit for version in story.versions):
            found.setdefault(order.get(version, -1), []).append(item)
    left = most
    for n in sorted((n for n in found if n >= 0), reverse=True):
        if left <= 0:
            return
        left -= len(found[n])
        yield Touched(history.commits[n], tuple(sorted(found[n], key=order_key)), ())


def _story(id: str, life: moves.Life, commits: Mapping[int, Commit], times: Sequence[float]) -> Story:
    at = [moment(seconds) for seconds in moves.when(life.moves, times)]
    transitions = tuple(
        Transition(id, move.before, move.after, time, commits[move.n], move.raw_before, move.raw_after)
        for move, time in zip(life.moves, at, strict=True)
    )
    born = {move.n: time for move, time in zip(life.moves, at, strict=True) if move.before is None}
    ends = (*at[1:], None)
    states = tuple(
        Span(step.after, step.at, end, step.commit)
        for step, end in zip(transitions, ends, strict=True)
        if step.after is not None
    )

    def spans(held: Sequence[moves.Held], begin: Mapping[int, datetime]) -> tuple[Span, ...]:
        return tuple(
            Span(
                span.value,
                begin.get(span.n, commits[span.n].at),
                None if span.end is None else commits[span.end].at,
                commits[span.n],
                span.by,
            )
            for span in held
        )

    return Story(
        id,
        life.title,
        tuple(Version(commits[n], path, blob) for n, path, blob in life.versions),
        transitions,
        states,
        spans(life.blocked, {}),
        spans(life.assigned, born),
        spans(life.classes, born),
        spans(life.types, born),
        transitions[-1].at if transitions and transitions[-1].after is None else None,
    )
