"""The moves of one item, or the newest of a board, without telling the history of the others.

With an index that knows the line but for a few commits this takes milliseconds, whatever the size of
the board; without one the line is read first. What is told is what `story.tell` tells.
"""

# No `from __future__ import annotations`: a NamedTuple made of texts has them compiled, which takes 2 ms.

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from opsflow.history import moves
from opsflow.history.index import Index, current, read
from opsflow.history.line import Progress, Reader, carried
from opsflow.history.rows import Damaged
from opsflow.order import order_key

if TYPE_CHECKING:
    from opsflow.history.repository import Repository


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


Known = tuple[int, Entry]
"""A move, with the position of its commit."""


def of_item(
    repository: "Repository",
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
    repository: "Repository",
    reader: Reader,
    own: Collection[str],
    count: int,
    *,
    ignored: Collection[str] = (),
    raw: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> list[Entry]:
    """The last `count` moves of the board up to HEAD, newest first.

    Those of one moment stand in the order of their commits, those of one commit in the order of the items.
    """

    def ask(index: Index) -> list[Entry]:
        found: dict[str, list[Known]] = {}
        at, some = 0, count
        while True:
            files = index.newest(at, some + 1)
            for path, _ in files[:some]:
                for item in carried(path, index.file(path)) - found.keys():
                    found[item] = _entries(index, item, ignored, raw)
            newest = _in_order(found)[:count]
            if len(files) <= some:
                return [entry for _, entry in newest]
            # `entered:` may put a move before its commit, but never after the last commit of its files;
            # and files that were not looked at yet have no later commit than the first of them.
            last = files[some][1]
            rest = index.commits([last])[last][2], last
            if len(newest) == count and (newest[-1][1].at.timestamp(), newest[-1][0]) > rest:
                return [entry for _, entry in newest]
            at, some = at + some, some * 2

    return _asked(repository, reader, own, cache, progress, ask) if count > 0 else []


def _in_order(moves: Mapping[str, Sequence[Known]]) -> list[Known]:
    """The moves of several items, each item's oldest first, as one list, newest first.

    Those of one moment stand in the order of their commits, those of one commit in the order of the items.
    """
    found = [known for item in sorted(moves, key=order_key) for known in reversed(moves[item])]
    return sorted(found, key=lambda known: (known[1].at, known[0]), reverse=True)


def _entries(index: Index, item: str, ignored: Collection[str], raw: bool) -> list[Known]:
    files = index.item(item)
    commits = index.commits({n for rows in files.values() for n, _, _ in rows})
    skipped = {n for n, known in commits.items() if known[0] in ignored} if ignored else set()
    known = {n: time for n, (_, _, time, _) in commits.items()}
    life = moves.of(item, files, skipped, known, raw=raw)
    times = moves.when(life.moves, known)
    found = []
    for move, seconds in zip(life.moves, times, strict=True):
        commit, _, _, who = commits[move.n]
        at = datetime.fromtimestamp(seconds, UTC)
        found.append((move.n, Entry(item, move.before, move.after, at, commit, *who)))
    return found


def _asked(
    repository: "Repository",
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
