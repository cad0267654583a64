"""What history remembers of one version of a record.

A version counts where its file can be read and its state is a text; anything else is a gap, and the
item keeps its last good state. What stands here is all that the measures need, and it is plain enough
for a cache.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from opsflow.model import Board
from opsflow.reading import documents, globs, items, mappings, sources, values
from opsflow.reading.extracts import take
from opsflow.reading.mappings import Source
from opsflow.reading.records import Record


class Tracked(NamedTuple):
    """One version of one item. Texts, tuples and None alone, so that JSON holds it."""

    id: str
    title: str
    state: str
    raw_state: str
    type: str
    class_: str
    assignees: tuple[str, ...]
    blocked: tuple[str, str] | None
    """The reason, and who or what has to move; empty where nobody is named."""
    entered: tuple[tuple[str, str], ...]
    """States and the moments that `entered:` gives for them, ISO 8601 in UTC."""


def revive(row: Sequence[Any]) -> Tracked:
    """A Tracked from what JSON made of it."""
    *texts, assignees, blocked, entered = row
    return Tracked._make(
        (
            *texts,
            tuple(assignees),
            tuple(blocked) if blocked else None,
            tuple((state, at) for state, at in entered),
        )
    )


Answer = list[Tracked] | str
"""The items of one file, or why it cannot be read."""


class Reader:
    """Reads versions of one board's records, native and foreign alike, as the board's files say today."""

    def __init__(self, board: Board) -> None:
        self.sources, _ = mappings.compile(board.sources, tuple(board.fields))
        self.item_globs = board.item_globs
        self.type = next(iter(board.types), "")
        self.class_ = "standard" if "standard" in board.classes else next(iter(board.classes), "")
        self.zone = items.zone(board)
        self._native = globs.matcher(board.item_globs)
        self._board = board
        self._known: dict[str, str | Source | None] = {}
        self.version = self._version(board)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The globs of all records."""
        return (*self.item_globs, *(glob for source in self.sources for glob in source.paths))

    def matches(self, path: str) -> bool:
        """True where the path can hold a record."""
        return self._of(path) is not None

    def __call__(self, path: str, data: bytes) -> Answer:
        of = self._of(path)
        if of is None:
            return "not one of the board's records"
        return self._native_item(of, path, data) if isinstance(of, str) else self._foreign(of, path, data)

    def _of(self, path: str) -> str | Source | None:
        """The id of a native item, the source of a foreign record, or None."""
        try:
            return self._known[path]
        except KeyError:
            found: str | Source | None = sources.find(self.sources, path)
            if found is None and self._native(path):
                found = items.id_of(path) or None
            self._known[path] = found
            return found

    def _native_item(self, id: str, path: str, data: bytes) -> Answer:
        value, faults = documents.load(path, data)
        if value is None:
            return faults[0].judgement.message if faults else "the file cannot be read"
        state = value.get("state")
        if not isinstance(state, str) or not state:
            mended, _ = items.read(path, data, items.form(self._board))
            if mended is None:
                return "the record has no state"
            state = mended.state
        title, kind, class_ = value.get("title"), value.get("type"), value.get("class")
        assignees, blocked, entered = value.get("assignees"), value.get("blocked"), value.get("entered")
        return [
            Tracked(
                id,
                title if isinstance(title, str) else id,
                state,
                state,
                kind if isinstance(kind, str) else self.type,
                class_ if isinstance(class_, str) else self.class_,
                tuple(each for each in assignees if isinstance(each, str))
                if isinstance(assignees, list)
                else (),
                _blocked(blocked) if blocked else None,
                self._entered(entered) if isinstance(entered, dict) else (),
            )
        ]

    def _entered(self, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        pairs = ((state, values.moment(at, self.zone)) for state, at in value.items() if isinstance(at, str))
        return tuple((state, at.isoformat()) for state, at in pairs if at)

    def _foreign(self, source: Source, path: str, data: bytes) -> Answer:
        read = source.read(path, data)
        if not read.records and read.troubles:
            return read.troubles[0].reason
        found: dict[str, Tracked] = {}
        reason = ""
        for record in read.records:
            tracked = self._record(source, path, record)
            if isinstance(tracked, str):
                reason = reason or tracked
            else:
                found.setdefault(tracked.id, tracked)
        return list(found.values()) if found or not reason else reason

    def _record(self, source: Source, path: str, record: Record) -> Tracked | str:
        key, state = source.id_of(record, path), source.text("state", record, path)
        if not key or not state.values:
            return source.lacks("state" if key else "id", record, path)

        def one(name: str) -> str:
            found = source.text(name, record, path).values if name in source.fields else ()
            return found[0] if found else ""

        blocked = one("blocked")
        entered = []
        for name, extracts in source.entered.items():
            taken = take(extracts, record, path).values
            at = sources.moment(taken[0], self.zone) if taken else None
            if at:
                entered.append((name, at.isoformat()))
        return Tracked(
            key,
            one("title")[: sources.MAX_TITLE] or key,
            state.values[0],
            state.raw,
            one("type") or self.type,
            one("class") or self.class_,
            source.texts("assignees", record, path).values if "assignees" in source.fields else (),
            (blocked, one("blocked_by")) if blocked else None,
            tuple(entered),
        )

    def _version(self, board: Board) -> str:
        mapping = [
            list(board.sources),
            list(board.item_globs),
            board.key,
            board.timezone,
            self.type,
            self.class_,
        ]
        text = json.dumps([mapping, _code()], default=str)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def reader(board: Board) -> Reader:
    """The reader of a board's records; its `items` are not looked at."""
    return Reader(board)


def _blocked(value: Any) -> tuple[str, str] | None:
    reason = value.get("reason") if isinstance(value, dict) else None
    by = value.get("by") if isinstance(value, dict) else None
    return (reason, by if isinstance(by, str) else "") if isinstance(reason, str) else None


@cache
def _code() -> str:
    """What a version of this reader is known by: its code, so that no cache outlives a change of it."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
