"""The moves of one item, or the newest of a board, without telling the history of the others.

With an index that knows the line but for a few commits this takes milliseconds, whatever the size of
the board; without one the line is read first. What is told is what `story.tell` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from opsflow.history import moves
from opsflow.history.index import Damaged, Index, current, read
from opsflow.history.line import Reader, carried
from opsflow.order import order_key

if TYPE_CHECKING:
    from opsflow.history.repository import Repository
    from opsflow.history.story import Progress


class Entry(NamedTuple):
    """One move, as `model.Transition` has it."""

    item: str
    before: str | None
    after: str | None
    at: datetime
    commit: str
    author: str
    email: str
    subject: str


def of_item(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    item: str,
    *,
    ignored: Collection[str] = (),
    raw: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> list[Entry]:
    """The moves of one item up to HEAD, oldest first; none where it never was there.

    `ignored`: the commits of `ignore_revs`. `raw`: the states, and so the moves, as the source has them.
    """

    def ask(index: Index) -> list[Entry]:
        return [entry for _, entry in _entries(index, item, ignored, raw)]

    return _asked(repository, reader, own, cache, progress, ask)


def newest(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    count: int,
    *,
    ignored: Collection[str] = (),
    raw: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> list[Entry]:
    """The last `count` moves of the board up to HEAD, newest first; see `in_order`."""

    def ask(index: Index) -> list[Entry]:
        found: dict[str, list[Entry]] = {}
        at, some = 0, count
        while True:
            files = index.newest(at, some + 1)
            for path, _ in files[:some]:
                for item in carried(path, index.file(path)) - found.keys():
                    found[item] = [entry for _, entry in _entries(index, item, ignored, raw)]
            newest = in_order(found)[:count]
            if len(files) <= some:
                return newest
            # `entered:` may put a move before its commit, but never after the last commit of its files;
            # and files that were not looked at yet have no later commit than the first of them.
            rest = index.commits([files[some][1]])[files[some][1]][2]
            if len(newest) == count and newest[-1].at.timestamp() > rest:
                return newest
            at, some = at + some, some * 2

    return _asked(repository, reader, own, cache, progress, ask) if count > 0 else []


def in_order(moves: Mapping[str, Sequence[Entry]]) -> list[Entry]:
    """The moves of several items, each item's oldest first, as one list, newest first.

    What one moment changed stands in the order of the items.
    """
    found = [entry for item in sorted(moves, key=order_key) for entry in reversed(moves[item])]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entries(index: Index, item: str, ignored: Collection[str], raw: bool) -> list[tuple[int, Entry]]:
    files = index.item(item)
    commits = index.commits({n for rows in files.values() for n, _, _ in rows})
    skipped = {n for n, known in commits.items() if known[0] in ignored} if ignored else set()
    life = moves.of(item, files, skipped, raw=raw)
    times = moves.when(life.moves, {n: time for n, (_, _, time, _) in commits.items()})
    found = []
    for move, seconds in zip(life.moves, times, strict=True):
        commit, _, _, who = commits[move.n]
        at = datetime.fromtimestamp(seconds, UTC)
        found.append((move.n, Entry(item, move.before, move.after, at, commit, *who)))
    return found


def _asked(
    repository: Repository,
    reader: Reader,
    own: Collection[str],
    cache: bool,
    progress: Progress | None,
    ask: Callable[[Index], list[Entry]],
) -> list[Entry]:
    repository.whole()
    if repository.head is None:
        return []
    index = current(repository, reader, own, progress) if cache else None
    if index is not None:
        try:
            return ask(index)
        except Damaged as error:
            index.drop(error)
        finally:
            index.close()
    index = Index.in_memory(read(repository, reader, own, repository.head, cache=cache, progress=progress))
    try:
        return ask(index)
    finally:
        index.close()
