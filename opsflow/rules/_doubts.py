"""What a board leaves open, because reading could not accept it. Rules on what is missing ask here.

That a file is unreadable or a name unknown is one finding. What would follow from it alone (nobody is
assigned, nothing is in progress) may be untrue, and is no second one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from opsflow.facts import Facts
from opsflow.graph import Group, may_count, whole_of
from opsflow.model import OWN_FILES, PEOPLE_FILE, Board, Item, Keys, Limit, Spot

KINDS: Mapping[str, tuple[str, ...]] = {
    "state": ("state",),
    "type": ("type",),
    "class": ("class",),
    "assignees": ("person", "team"),
    "services": ("service",),
    "part_of": ("project",),
}
"""The keys of an item that limits look at, and what limits call them."""


class Doubts:
    """What is open on one board. Nothing is looked for before it is asked."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def is_misshapen(self, item: Item, key: str) -> bool:
        """Whether the value of a key of an item, or a part of it, could not be accepted."""
        where = item.at(key).keys
        return any(keys[: len(where)] == where for keys in self._faults.get(item.path, ()))

    def is_open(self, limit: Limit) -> bool:
        """Whether a part of an entry of `limits:` could not be accepted: who knows what it would count."""
        if self.facts.written:
            return False  # the limits are of another file, of which such entries were left out
        entry = limit.spot.keys[:2]
        return entry[:1] == ("limits",) and any(
            keys[:2] == entry for keys in self._faults.get(limit.spot.path, ())
        )

    def may_lack(self, limit: Limit, group: Group) -> bool:
        """Whether a limit may count more items than it does, once all mistakes are mended."""
        if self.is_open(limit) or self._hides_items:
            return True
        if "team" in (limit.per, limit.team and "team") and self._faults.get(PEOPLE_FILE):
            return True
        facts, counted = self.facts, frozenset(group.items)
        return any(
            item.id not in counted and may_count(facts.graph, facts.board, limit, group, item, kinds)
            for item, kinds in self._unclear
        )

    def may_exceed(self, limit: Limit, group: Group) -> int:
        """How many items of a group a limit may count by mistake alone.

        An item with a bad class counts as one that may not go beyond limits, one with a misshapen
        type as one of the first type.
        """
        if self.is_open(limit):
            return len(group.items)
        kinds = {"class", *(["type"] if limit.type or limit.per == "type" else [])}
        counted = frozenset(group.items)
        return sum(item.id in counted and not kinds.isdisjoint(found) for item, found in self._unclear)

    @cached_property
    def _faults(self) -> Mapping[str, list[Keys]]:
        """Where values stand that could not be accepted, by path."""
        found: dict[str, list[Keys]] = {}
        for fault in self.facts.faults:
            where = fault.judgement.where
            if fault.rule == "misshapen" or where.path == PEOPLE_FILE:
                found.setdefault(where.path, []).append(where.keys if isinstance(where, Spot) else ())
        return found

    @cached_property
    def _hides_items(self) -> bool:
        """Whether a file is there that may hold an item, and none was read."""
        board = self.facts.board
        if board.unread:
            return True
        known = {*OWN_FILES, board.ignore_revs, *(item.path for item in board.items.values())}
        return any(
            fault.rule == "duplicate-id"
            or (
                fault.rule in ("unreadable-file", "misnamed-file") and fault.judgement.where.path not in known
            )
            for fault in self.facts.faults
        )

    @cached_property
    def _unclear(self) -> tuple[tuple[Item, frozenset[str]], ...]:
        """Items whose state, type, person … is misshapen or unknown, with those kinds."""
        pairs = ((item, frozenset(self._kinds(item))) for item in self.facts.board.items.values())
        return tuple((item, kinds) for item, kinds in pairs if kinds)

    def _kinds(self, item: Item) -> Iterator[str]:
        setting = self.facts.board.rules.get("unknown-reference")
        if not (setting and setting.off):
            yield from _unknown(self.facts.board, item)
        for key in KINDS if item.path in self._faults else ():
            if self.is_misshapen(item, key):
                yield from KINDS[key]


def _unknown(board: Board, item: Item) -> Iterator[str]:
    """The kinds of names in an item that the board does not know."""
    if board.state(item.state) is None:
        yield "state"
    if item.type not in board.types:
        yield "type"
    if item.class_ not in board.classes:
        yield "class"
    if board.people is not None and not board.people.keys() >= set(item.assignees):
        yield from KINDS["assignees"]
    if board.services is not None and not board.services.keys() >= set(item.services):
        yield "service"
    if item.part_of and whole_of(board, item) is None:
        yield "project"
