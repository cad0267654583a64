"""Rows become a table. What is wrong in one is told, and the others count.

The rows may stand in any order. A visit of a state ends where the item's next one begins; where `left`
comes before that, the item was away in between. A row is left out where it names no item, has no moment
or an impossible one, or says again what another one said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo
from typing import Any, NamedTuple

from opsflow.collection import paused
from opsflow.errors import OpsflowError
from opsflow.events import columns, moments
from opsflow.events.columns import ASSIGNED, BLOCKED, CLASS, FIELDS, STATE, TYPE
from opsflow.events.table import Note, Table, Traits
from opsflow.flow.visits import Held, Visits
from opsflow.model import order_key
from opsflow.reading import values

SHOWN = 100
"""So many of the rows in which something is wrong are remembered."""
REMEMBERED = 10_000
"""So many moments are remembered as they are written."""
NO_MOMENT = "which is no date or moment"
AWAY = -1
"""In place of a state: the item is gone."""

Record = Sequence[Any]
"""The values of one row, in the order of `columns.NAMES`; empty or None where it has none."""


class Change(NamedTuple):
    """A value that something other than the state of an item had."""

    item: int
    value: str
    """Empty: from then on it has none."""
    entered: float
    left: float | None
    by: str
    commit: str
    author: str


class Gathering:
    """Rows on their way to a table, as columns."""

    def __init__(self, zone: tzinfo, now: float, dates: str = "", states: Sequence[str] = ()) -> None:
        self.zone = zone
        self.now = now
        self.dates = dates
        """One of `moments.DATES`, where somebody says how dates are written."""
        self.states = states
        """Those that may have a column of their own."""
        self.ends = False
        """Whether the file has a column `left`."""
        self.rows = self.left_out = self.later = self.wrong = 0
        self.notes: list[Note] = []
        self.numbers: dict[str, int] = {}
        """The items, in the order in which they come."""
        self.names: dict[str, int] = {}
        self.item: list[int] = []
        self.state: list[int] = []
        self.before: list[str] = []
        self.entered: list[float] = []
        self.left: list[float | None] = []
        self.commit: list[str] = []
        self.author: list[str] = []
        self.line: list[int] = []
        self.hidden: set[int] = set()
        """The places of the rows that say that a mass edit took the item."""
        self.taken: set[str] = set()
        """The items of which that was the last row."""
        self.changes: dict[str, list[Change]] = {name: [] for name in FIELDS[1:]}
        self.said: list[dict[int, Any]] = [{} for _ in columns.TRAITS]
        """For each trait what the last row about its state that says anything says about each item."""
        self.stateless: dict[int, int] = {}
        """The line of the first row about an item that is not about its state."""
        self.about: tuple[Any, ...] = ()
        """The item of the last row about a state, and what it says about it."""
        self.read: dict[str, float | None] = {}
        """Moments as they are written, and what they mean."""

    def take(self, line: int, record: Record) -> None:
        """One row more."""
        self.rows += 1
        key, title, kind, class_, field, value, before, entered, left, commit, author, by, *more = record
        item, name, field, left = text(key), text(value), text(field) or STATE, left if text(left) else None
        since, until = self._moment(entered), self._moment(left)
        bad_end = left is not None and (until is None or (since is not None and until < since))
        if not item or since is None or bad_end or field not in FIELDS:
            return self.leave(line, _why(item, field, entered, since, left, until))
        if since > self.now:
            self.later += 1
            if field == STATE and name and name != columns.UNKNOWN:
                self.names.setdefault(name, len(self.names))
            return None
        if until is not None and until > self.now:
            until = None
        number = self.numbers.setdefault(item, len(self.numbers))
        if field != STATE:
            change = Change(number, name, since, until, text(by), text(commit), text(author))
            self.changes[field].append(change)
            self.stateless.setdefault(number, line)
            return None
        if name == columns.UNKNOWN:
            self.hidden.add(len(self.item))
            name = ""
        self.item.append(number)
        self.state.append(self.names.setdefault(name, len(self.names)) if name else AWAY)
        self.before.append(text(before))
        self.entered.append(since)
        self.left.append(until)
        self.commit.append(text(commit))
        self.author.append(text(author))
        self.line.append(line)
        about = (number, title, kind, class_, *more)
        if about != self.about:  # most rows say of their item what the row before said
            self.about = about
            for said, given in zip(self.said, about[1:], strict=True):
                if given:
                    said[number] = given
        return None

    def _moment(self, value: Any) -> float | None:
        """The moment that a value means; that at which one row ends is often that of the next."""
        if not isinstance(value, str):
            return moments.read(value, self.zone, self.dates)
        if value not in self.read:
            if len(self.read) > REMEMBERED:
                self.read.clear()
            self.read[value] = moments.read(value.strip(), self.zone, self.dates)
        return self.read[value]

    def tell(self, line: int, said: str) -> None:
        """Something is wrong in a row."""
        self.wrong += 1
        if len(self.notes) < SHOWN:
            self.notes.append(Note(line, said))

    def leave(self, line: int, said: str) -> None:
        """A row that does not count, for something is wrong in it."""
        self.left_out += 1
        self.tell(line, f"{said}; the row is left out")

    # -- the table ----------------------------------------------------------------------------------

    def table(self, name: str, ignored: tuple[str, ...] = ()) -> Table:
        """The table of all rows; OpsflowError where the file, of that name, has not one that is good."""
        if self.rows and self.left_out == self.rows:
            line, said = self.notes[0]
            raise OpsflowError(f"No row of {name} can be used; of line {line}: {said.rpartition(';')[0]}.")
        with paused():
            return self._table(ignored)

    def _table(self, ignored: tuple[str, ...]) -> Table:
        there = set(self.item)
        for number, line in self.stateless.items():
            if number not in there:
                self.leave(line, "no row says in which state this item is")
        ids = sorted((item for item, number in self.numbers.items() if number in there), key=order_key)
        new = {self.numbers[item]: number for number, item in enumerate(ids)}
        first, kept, left = self._visits(self._order(new), ids)
        items = [item for item, start, end in zip(ids, first, first[1:], strict=False) if end > start]
        if len(items) < len(ids):
            # What only ever went away never was.
            new = {self.numbers[item]: number for number, item in enumerate(items)}
            first = sorted(set(first))
        state = [self.state[place] for place in kept]
        last = [left[end - 1] for end in first[1:]]
        begun = [self.entered[kept[start]] for start in first[:-1]]
        traits = self._traits(new)

        def held(field: str, usual: Sequence[str] = ()) -> Held:
            return hold(self.changes[field], new, usual, begun, last, several=field == ASSIGNED and self.ends)

        visits = Visits(
            items,
            list(self.names),
            first,
            bytes(state) if len(self.names) < 256 else state,
            [self.entered[place] for place in kept],
            left,
            blocked=held(BLOCKED),
            assigned=held(ASSIGNED),
            types=held(TYPE, traits.type),
            classes=held(CLASS, traits.class_),
            commit=[self.commit[place] for place in kept],
            author=[self.author[place] for place in kept],
            brought=self._brought(first, kept),
            dated=frozenset(
                number
                for number, start in enumerate(first[:-1])
                if self.before[kept[start]] == columns.UNKNOWN
            ),
            taken=frozenset(number for number, item in enumerate(items) if item in self.taken),
        )
        return Table(
            visits,
            traits,
            self.rows,
            self.left_out,
            self.later,
            self.wrong,
            tuple(sorted(self.notes)),
            ignored,
        )

    def _order(self, new: Mapping[int, int]) -> Sequence[int]:
        """The places of the rows about states, by item and then by time; of one moment, as in the file."""
        item, entered = [new[number] for number in self.item], self.entered
        self.item = item
        steps = zip(item, item[1:], entered, entered[1:], strict=False)
        if all(one < two or (one == two and early <= late) for one, two, early, late in steps):
            return range(len(item))
        # A file with the newest rows first has those of one moment in that order, too.
        last: dict[int, float] = {}
        rises = falls = False
        for number, at in zip(item, entered, strict=True):
            before = last.get(number, at)
            rises, falls = rises or at > before, falls or at < before
            last[number] = at
        places = range(len(item))
        told = places[::-1] if falls and not rises else places
        return sorted(sorted(told, key=entered.__getitem__), key=item.__getitem__)

    def _visits(
        self, order: Sequence[int], items: Sequence[str]
    ) -> tuple[list[int], list[int], list[float | None]]:
        """Where each item's visits begin, the places of their rows, and when they ended."""
        first, kept, left = [0], list[int](), list[float | None]()
        start, item = 0, self.item
        for number, name in enumerate(items):
            end = start
            while end < len(order) and item[order[end]] == number:
                end += 1
            for place, over in self._ended(self._once(order[start:end])):
                kept.append(place)
                left.append(over)
            first.append(len(kept))
            if order[end - 1] in self.hidden:
                self.taken.add(name)
            start = end
        return first, kept, left

    def _once(self, places: Sequence[int]) -> Sequence[int]:
        """The rows of one item without those that say again what another one said."""
        if len({self.entered[place] for place in places}) == len(places):
            return places
        found: dict[tuple[object, ...], int] = {}
        for place in places:
            said = (self.state[place], self.entered[place], self.left[place], self.before[place])
            if found.setdefault(said, place) != place:
                self.leave(self.line[place], f"it says again what line {self.line[found[said]]} says")
        return list(found.values())

    def _ended(self, places: Sequence[int]) -> Iterator[tuple[int, float | None]]:
        """The visits of one item, and when each ended."""
        for place, after in zip(places, (*places[1:], None), strict=True):
            over = self.left[place]
            if after is not None and (over is None or over > self.entered[after]):
                if over is not None and self.state[place] != AWAY:
                    until = moments.written(over)
                    begin = moments.written(self.entered[after])
                    self.tell(
                        self.line[place],
                        f"`left` is {until}, but the item's next row is of {begin}; it counts until then",
                    )
                over = self.entered[after]
            if self.state[place] != AWAY:
                yield place, over

    def _brought(self, first: Sequence[int], kept: Sequence[int]) -> frozenset[int]:
        """The items whose first row says that they stood there before."""
        names, before = list(self.names), self.before
        places = [kept[start] for start in first[:-1]]
        return frozenset(
            item for item, place in enumerate(places) if before[place] == names[self.state[place]]
        )

    def _traits(self, new: Mapping[int, int]) -> Traits:
        def column(name: str, said: Mapping[int, Any]) -> list[Any]:
            make: Callable[[Any], Any] = READ.get(name, text)
            return [make(said.get(old, "")) for old in new]

        return Traits(*map(column, columns.TRAITS, self.said))


def hold(
    changes: Iterable[Change],
    new: Mapping[int, int],
    usual: Sequence[str],
    begun: Sequence[float],
    last: Sequence[float | None],
    *,
    several: bool,
) -> Held:
    """What a field of the items was, from when to when.

    `new` are the positions of the items. An item of which no row tells has its `usual` value from its
    first visit (`begun`) to its `last`. `several` values may hold at once; else one ends where the next
    begins.
    """
    of_items: dict[int, list[Change]] = {}
    for change in changes:
        if change.item in new:
            of_items.setdefault(new[change.item], []).append(change)
    if not of_items:
        there = [number for number, value in enumerate(usual) if value]
        return Held(
            there,
            [usual[number] for number in there],
            [begun[number] for number in there],
            [last[number] for number in there],
            [""] * len(there),
        )
    found: list[tuple[int, Change, float | None]] = []
    for number in range(len(begun)) if usual else sorted(of_items):
        if number in of_items:
            mine = sorted(of_items[number], key=lambda change: change.entered)
            found += [(number, *pair) for pair in _lasting(list(dict.fromkeys(mine)), several)]
        elif usual[number]:
            plain = Change(number, usual[number], begun[number], None, "", "", "")
            found.append((number, plain, last[number]))
    return Held(
        [number for number, _, _ in found],
        [change.value for _, change, _ in found],
        [change.entered for _, change, _ in found],
        [end for _, _, end in found],
        [change.by for _, change, _ in found],
        [change.commit for _, change, _ in found],
        [change.author for _, change, _ in found],
    )


def _lasting(changes: Sequence[Change], several: bool) -> Iterator[tuple[Change, float | None]]:
    """The values of one item, in order of time, and when each ended."""
    found: list[tuple[Change, float | None]] = []
    until: float | None = None
    for change in reversed(changes):
        if change.value:
            found.append((change, until if change.left is None else change.left))
        if not (several and change.value):
            until = change.entered
    return reversed(found)


def names(value: Any) -> tuple[str, ...]:
    """Several names, from a list or from a text that has them all."""
    if isinstance(value, (list, tuple)):
        return tuple(name for each in value if (name := text(each)))
    return columns.split(text(value))


def _why(item: str, field: str, entered: Any, since: float | None, left: Any, until: float | None) -> str:
    """What is wrong in a row."""
    if not item:
        return "it names no item"
    if since is None:
        return f"`entered` is {shown(entered)}, {moments.unsure(entered) or NO_MOMENT}"
    if left is not None and until is None:
        return f"`left` is {shown(left)}, {moments.unsure(left) or NO_MOMENT}"
    if until is not None and until < since:
        return f"`left` ({shown(left)}) is before `entered` ({shown(entered)})"
    return f"`field` is {shown(field)}, which is none of {', '.join(FIELDS)}"


def text(value: Any) -> str:
    """A value as text, without space around it; empty where there is none."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else str(value)


def shown(value: Any) -> str:
    """A value as a sentence quotes it."""
    said = repr(value if isinstance(value, (str, int, float)) else text(value))
    return said if len(said) <= 60 else f"{said[:58]}…{said[0]}"


def length(value: Any) -> timedelta | None:
    """A length of time, as items have it; None where it is none."""
    return values.duration(text(value))


READ: Mapping[str, Callable[[Any], Any]] = {"services": names, "labels": names, "estimate": length}
"""What the columns about an item mean that are more than a text."""
