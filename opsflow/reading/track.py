"""What history remembers of one version of a record.

A version counts where its file can be read and its state is a text; anything else is a gap, and the
item keeps its last good state. What stands here is all that the measures need, and it is plain enough
for a cache.

An item in canonical form is read here without the model, the schemas and the readers of anything
else; those are imported where they are needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsflow import fingerprint, zones
from opsflow.reading import globs
from opsflow.reading.names import id_of
from opsflow.reading.tracked import Answer, Partly, Rules, Tracked

if TYPE_CHECKING:
    from opsflow.model import Board
    from opsflow.reading.items import Form
    from opsflow.reading.mappings import Source


_WANTED = frozenset(("state", "title", "type", "class", "assignees", "blocked", "entered"))
"""The keys that a version is made of."""

KEYS = frozenset(
    "id title state type class assignees requester due start_after depends_on part_of services vendor "
    "skills labels estimate value cost cost_of_delay blocked window public entered allow checklist "
    "description".split()
)
"""The keys of an item, as its schema has them: a version with another one has a misspelt key."""


def rules(board: Board) -> Rules:
    """The rules of a board."""
    class_ = "standard" if "standard" in board.classes else next(iter(board.classes), "")
    kind = next(iter(board.types), "")
    names = (tuple(board.fields), board.item_globs)
    renamed = tuple((old, state.name) for state in board.states for old in state.was)
    return Rules(board.sources, *names, board.key, board.timezone, kind, class_, renamed)


class Reader:
    """Reads versions of one board's records, native and foreign alike, as the board's files say today.

    `board` gives the whole board, for a record that says nothing plain; `version`, where it is known
    from before, saves working it out.
    """

    def __init__(self, rules: Rules, board: Callable[[], Board], version: str = "") -> None:
        self.rules = rules
        self._board = board
        self._version = version
        self._native = globs.matcher(rules.item_globs)
        self._slow = os.environ.get("OPSFLOW_SLOW") == "1"
        self._known: dict[str, str | Source | None] = {}
        self._keys = KEYS.union(rules.fields)
        self._today: Mapping[str, str] = dict(rules.renamed)

    @property
    def version(self) -> str:
        """A text that differs where another reader would read something else."""
        self._version = self._version or _version(self.rules)
        return self._version

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources, ready to be used."""
        if not self.rules.sources:
            return ()
        from opsflow.reading import mappings

        return mappings.compile(tuple(self.rules.sources), tuple(self.rules.fields))[0]

    @property
    def patterns(self) -> tuple[str, ...]:
        """The globs of all records."""
        return (*self.rules.item_globs, *(glob for source in self.sources for glob in source.paths))

    def matches(self, path: str) -> bool:
        """True where the path can hold a record."""
        return self._of(path) is not None

    def __call__(self, path: str, data: bytes) -> Answer:
        answer = self._read(path, data)
        if not self._today or isinstance(answer, str):
            return answer
        if isinstance(answer, Partly):
            return answer._replace(records=tuple(map(self._named, answer.records)))
        return tuple(map(self._named, answer))

    def _named(self, record: Tracked) -> Tracked:
        """The record, in the names that states have today."""
        entered = tuple((self._today.get(state, state), at) for state, at in record.entered)
        return record._replace(state=self._today.get(record.state, record.state), entered=entered)

    def _read(self, path: str, data: bytes) -> Answer:
        of = self._of(path)
        if of is None:
            return "not one of the board's records"
        if isinstance(of, str):
            return self._item(of, path, data)
        from opsflow.reading import foreign

        return foreign.versions(self.rules, zones.named(self.rules.timezone), of, path, data)

    def _of(self, path: str) -> str | Source | None:
        """The id of a native item, the source of a foreign record, or None."""
        try:
            return self._known[path]
        except KeyError:
            found: str | Source | None = self._source(path)
            if found is None and self._native(path):
                found = id_of(path) or None
            self._known[path] = found
            return found

    def _source(self, path: str) -> Source | None:
        if not self.sources:
            return None
        from opsflow.reading import mappings

        return mappings.find(self.sources, path)

    @cached_property
    def _recognise(self) -> Callable[[bytes], Mapping[str, Any] | None]:
        """Imported when the first item is read: making its expressions takes a millisecond."""
        from opsflow.reading.canonical import Recogniser

        return Recogniser(_WANTED)

    def _item(self, id: str, path: str, data: bytes) -> Answer:
        value = None if self._slow else self._recognise(data)
        if value is None:
            from opsflow.reading import reference

            value, faults = reference.load(path, data)
            if value is None:
                return faults[0].judgement.message if faults else "the file cannot be read"
        get = value.get
        state = get("state")
        title, kind, class_, assignees = get("title"), get("type"), get("class"), get("assignees")
        if not state or not isinstance(state, str) or state != state.strip() or isinstance(assignees, str):
            return self._meant(path, data)
        if not self._keys.issuperset(value):
            return self._meant(path, data)
        blocked, entered = get("blocked"), get("entered")
        return (
            Tracked(
                id,
                title if isinstance(title, str) else id,
                state,
                state,
                kind if isinstance(kind, str) else self.rules.type,
                class_ if isinstance(class_, str) else self.rules.class_,
                tuple([each for each in assignees if isinstance(each, str)])
                if isinstance(assignees, list)
                else (),
                _blocked(blocked) if blocked else None,
                self._entered(entered) if isinstance(entered, dict) else (),
            ),
        )

    def _meant(self, path: str, data: bytes) -> Answer:
        """A version with a slip in it, read as the board reads it, which takes ten times as long."""
        from opsflow.reading import items

        item, _ = items.read(path, data, self._form)
        if item is None:
            return "the record has no state"
        return (
            Tracked(
                item.id,
                item.title,
                item.state,
                item.state,
                item.type,
                item.class_,
                item.assignees,
                (item.blocked.reason, item.blocked.by) if item.blocked else None,
                tuple((state, at.isoformat()) for state, at in item.entered.items()),
            ),
        )

    @cached_property
    def _form(self) -> Form:
        from opsflow.reading import items

        return items.form(self._board())

    def _entered(self, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        from opsflow.reading import values

        zone = zones.named(self.rules.timezone)
        pairs = ((state, values.moment(at, zone)) for state, at in value.items() if isinstance(at, str))
        return tuple((state, at.isoformat()) for state, at in pairs if at)


def reader(board: Board) -> Reader:
    """The reader of a board's records; its `items` are not looked at."""
    return Reader(rules(board), lambda: board)


def _blocked(value: Any) -> tuple[str, str] | None:
    reason = value.get("reason") if isinstance(value, dict) else None
    by = value.get("by") if isinstance(value, dict) else None
    return (reason, by if isinstance(by, str) else "") if isinstance(reason, str) else None


def _version(rules: Rules) -> str:
    from hashlib import blake2b
    from json import dumps

    found = blake2b(dumps([rules, fingerprint.digest("reading", "history")], default=str).encode())
    if zone := zones.file(rules.timezone):
        with open(zone, "rb") as stream:
            found.update(stream.read())
    return found.hexdigest()[:32]
