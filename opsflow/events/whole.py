"""Event tables in Parquet by whole columns: DuckDB counts, orders and sorts, and no row is looked at.

It is for tables in which nothing is wrong, and gives what `gathering` would give, in a tenth of the time.
Where something needs a look, or a word to whoever asked, it steps back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, NamedTuple

from opsflow.events.columns import ASSIGNED, BLOCKED, CLASS, FIELDS, LISTS, STATE, TRAITS, TYPE, UNKNOWN
from opsflow.events.duck import ROW, Source, quoted
from opsflow.events.gathering import READ, Change, hold, text
from opsflow.events.table import Later, Table, Traits
from opsflow.flow.visits import Held, Visits
from opsflow.model import order_key
from opsflow.reading.values import FIRST_YEAR, LAST_YEAR

MOST_STATES = 255
"""As many as fit into a byte."""
SECOND = 1e6
"""DuckDB counts in microseconds."""
OPEN = -(2**62)
"""Stands for an end that has not come; no moment that counts is so early."""
YEARS = tuple(int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * SECOND) for year in (FIRST_YEAR, LAST_YEAR))
"""Moments between these are sure to be in years that count; others are looked at."""


class Counted(NamedTuple):
    """What a look at all rows at once tells."""

    states: Sequence[str]
    others: frozenset[str]
    """The other fields that there are rows about."""
    rows: int
    later: int


def read(source: Source, zone: tzinfo, now: datetime) -> Table | None:
    """The table by whole columns; None where something in it needs a look at each row."""
    until = int(now.timestamp() * SECOND)
    exact = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP") if zone is UTC else ("TIMESTAMP WITH TIME ZONE",)
    if any(source.type(name) not in exact for name in ("entered", "left") if source.has(name)):
        return None
    counted = _counted(source, until)
    if counted is None:
        return None
    for order in ("", f"item, entered, {ROW}"):
        stays = _Stays(source, counted.states, until, order)
        if stays.clean:
            return _table(source, counted, stays)
    return None


def _counted(source: Source, until: int) -> Counted | None:
    """What the rows are about.

    None where something is wrong in one, or one says that an item is gone, or came nobody knows whence.
    """
    item, since, over = source.raw("item"), source.micros("entered"), source.micros("left")
    within = f"between {YEARS[0]} and {YEARS[1]}"
    bad = (
        f"{item} is null or {item}::varchar = '' or {since} is null or {over} < {since} "
        f"or {since} not {within} or {over} not {within}"
    )
    if source.has("from"):
        bad = f"{bad} or trim({source.text('from')}) = '{UNKNOWN}'"
    value = f"case when {source.field} = '{STATE}' then {source.text('value')} end"
    found = source.base.execute(
        f"select {source.field}, {value}, count(*), count(*) filter (where {bad}), "
        f"count(*) filter (where {since} > {until}) from {source.table} group by all"
    ).fetchall()
    states = sorted(value for field, value, *_ in found if field == STATE)
    fine = (
        all(not wrong and field in FIELDS for field, _, _, wrong, _ in found)
        and all(name and name == name.strip() and name != UNKNOWN for name in states)
        and 0 < len(states) <= MOST_STATES
    )
    if not fine:
        return None
    others = frozenset(field for field, *_ in found) - {STATE}
    return Counted(states, others, sum(row[2] for row in found), sum(row[4] for row in found))


def _trait(source: Source, name: str) -> str:
    """A column that is about the item: a list of texts, or a text."""
    is_list = name in LISTS and source.type(name).endswith("[]")
    return source.raw(name) if is_list else f"{source.raw(name)}::varchar"


class _Stays:
    """The rows about states that count, as arrays, in one order."""

    def __init__(self, source: Source, states: Sequence[str], until: int, order: str) -> None:
        import numpy

        self.source = source
        self.about = f"{source.micros('entered')} <= {until} and {source.field} = '{STATE}'"
        self.until = until
        self.order = order
        coded = " ".join(f"when {quoted(name)} then {number}" for number, name in enumerate(states))
        given = [name for name in TRAITS if source.has(name)]
        same = f"trim({source.text('from')}) = {source.text('value')}" if source.has("from") else "false"
        asked = [
            f"{source.raw('item')}::varchar as item",
            f"{same} as same",
            f"(case {source.text('value')} {coded} end)::utinyint as state",
            f"{source.micros('entered')} as entered",
            f"coalesce({source.micros('left')}, {OPEN}) as over",
            *(f"{_trait(source, name)} as t_{name}" for name in given),
            ROW,
        ]
        rows = f"select {', '.join(asked)} from {source.table} where {self.about}"
        over = f"over ({f'order by {order}' if order else ''})"
        found = source.base.execute(
            "select begins, case when begins then item end as id, state, entered, over, "
            "begins and same as brought"
            + "".join(f", case when ends then t_{name} end as t_{name}" for name in given)
            + f" from (select *, lag(item) {over} is distinct from item as begins, "
            f"lead(item) {over} is distinct from item as ends from ({rows}))"
            + (f" order by {order}" if order else "")
        ).fetchnumpy()
        self.damaged = bool(numpy.ma.is_masked(found["state"]))
        """Whether a row is in none of the states that were counted: the file contradicts itself."""
        begins = found["begins"].astype(bool)
        self.state, self.entered, self.over = found["state"], found["entered"], found["over"]
        self.begin = numpy.flatnonzero(begins)
        self.end = numpy.append(self.begin[1:], len(begins))
        self.inner = ~begins[1:]
        self.items: list[str] = found["id"][self.begin].tolist()
        self.brought = found["brought"][self.begin].astype(bool)
        """Whether each item stood in its first state before."""
        self.said = {name: found[f"t_{name}"][self.end - 1] for name in given}
        """What the last row of each item says about it."""
        self.moved: Any = None
        """Where each row was before the items were put in order; None: where it is."""

    @property
    def clean(self) -> bool:
        """Whether the rows are by item and by time, none lasts into the next, and none is there twice."""
        inner, entered = self.inner, self.entered
        tied = inner & (entered[1:] == entered[:-1])
        return not (
            self.damaged
            or len(set(self.items)) < len(self.items)
            or any(item != item.strip() for item in self.items)
            or (inner & (entered[1:] < entered[:-1])).any()
            or (inner & (self.over[:-1] > entered[1:])).any()
            or (tied & (self.state[1:] == self.state[:-1])).any()
            or (tied[1:] & tied[:-1]).any()
            # In which order rows of one moment stand is for a look at each of them to tell.
            or (self.order and tied.any())
        )

    def sort(self) -> None:
        """Put the items into the order of their ids."""
        import numpy

        keys = list(map(order_key, self.items))
        ordered = sorted(range(len(keys)), key=keys.__getitem__)
        if ordered == list(range(len(keys))):
            return
        items = numpy.array(ordered)
        lengths = (self.end - self.begin)[items]
        end = numpy.cumsum(lengths)
        self.moved = numpy.repeat(self.begin[items] - (end - lengths), lengths) + numpy.arange(end[-1])
        self.state, self.entered, self.over = (
            each[self.moved] for each in (self.state, self.entered, self.over)
        )
        self.begin, self.end = end - lengths, end
        self.items = [self.items[place] for place in ordered]
        self.said = {name: said[items] for name, said in self.said.items()}
        self.brought = self.brought[items]

    def column(self, name: str) -> list[str]:
        """One more of our columns, as text and in the same order."""
        source = self.source
        rows = (
            f"select {source.raw('item')}::varchar as item, {source.micros('entered')} as entered, {ROW}, "
            f"{source.text(name)} as said from {source.table} where {self.about}"
        )
        order = f" order by {self.order}" if self.order else ""
        found = source.base.execute(f"select said from ({rows}){order}").fetchnumpy()["said"]
        said: list[str] = (found if self.moved is None else found[self.moved]).tolist()
        return said


def _table(source: Source, counted: Counted, stays: _Stays) -> Table | None:
    stays.sort()
    number = {item: place for place, item in enumerate(stays.items)}
    entered = (stays.entered / SECOND).tolist()
    left, last = _left(stays)
    begun = [entered[place] for place in stays.begin.tolist()]
    traits = _traits(stays)
    usual: dict[str, Sequence[str]] = {TYPE: traits.type, CLASS: traits.class_}
    fields: dict[str, Held] = {}
    for field in FIELDS[1:]:
        several = field == ASSIGNED and source.has("left")
        changes: list[Change] = []
        if field in counted.others:
            rows = _Others(source, field, stays.until)
            numbers = [number.get(item, -1) for item in rows.item]
            if -1 in numbers:
                return None
            found = None if field in usual else rows.held(numbers, several=several)
            if found is not None:
                fields[field] = found
                continue
            changes = rows.changes(numbers)
        same = dict(enumerate(range(len(number))))
        fields[field] = hold(changes, same, usual.get(field, ()), begun, last, several=several)

    def later(name: str) -> Sequence[str]:
        return Later(len(entered), partial(stays.column, name)) if source.has(name) else ()

    visits = Visits(
        stays.items,
        counted.states,
        [*stays.begin.tolist(), len(entered)],
        stays.state.tobytes(),
        entered,
        left,
        blocked=fields[BLOCKED],
        assigned=fields[ASSIGNED],
        types=fields[TYPE],
        classes=fields[CLASS],
        commit=later("commit"),
        author=later("author"),
        brought=frozenset(stays.brought.nonzero()[0].tolist()),
    )
    return Table(visits, traits, counted.rows, later=counted.later, ignored=source.header.ignored)


def _left(stays: _Stays) -> tuple[list[float | None], list[float | None]]:
    """When the visits ended, and when the last one of each item did."""
    over = stays.over
    goes_on = (over == OPEN) | (over > stays.until)
    inner = goes_on[:-1].copy()
    inner[stays.end[:-1] - 1] = False
    over[:-1][inner] = stays.entered[1:][inner]
    left: list[float | None] = (over / SECOND).tolist()
    ends = (stays.end - 1).tolist()
    for place, open_ in zip(ends, goes_on[stays.end - 1].tolist(), strict=True):
        if open_:
            left[place] = None
    return left, [left[place] for place in ends]


def _traits(stays: _Stays) -> Traits:
    """What the table says about its items: the last row that says something."""
    found: list[Sequence[Any]] = []
    for name in TRAITS:
        make: Callable[[Any], Any] = READ.get(name, text)
        if name not in stays.said:
            found.append([make("")] * len(stays.items))
            continue
        given = stays.said[name].tolist()
        if make is text:
            said: list[Any] = [each.strip() if each else "" for each in given]
        else:  # a list of texts comes as an array of its own
            said = [make(each.tolist() if hasattr(each, "tolist") else each) for each in given]
        found.append(said if all(said) else _filled(stays, name, said, make))
    return Traits(*found)


def _filled(stays: _Stays, name: str, said: list[Any], make: Callable[[Any], Any]) -> list[Any]:
    """The same, where the last row of an item says nothing, but another one may."""
    source = stays.source
    item, raw = f"{source.raw('item')}::varchar", _trait(source, name)
    known = source.base.execute(
        f"select {item}, arg_max({raw}, {ROW}) from {source.table} "
        f"where {stays.about} and coalesce({raw}::varchar, '') not in ('', '[]') group by 1"
    ).fetchall()
    last = {item: make(value) for item, value in known}
    return [each or last.get(item, each) for item, each in zip(stays.items, said, strict=True)]


class _Others:
    """The rows about one field that is not the state, as columns in the order of the file."""

    def __init__(self, source: Source, field: str, until: int) -> None:
        self.source = source
        self.until = until
        self.about = f"{source.micros('entered')} <= {until} and {source.field} = '{field}'"
        asked = [
            source.text("item"),
            source.text("value"),
            source.micros("entered"),
            f"coalesce({source.micros('left')}, {OPEN})",
            source.text("by"),
        ]
        named = ", ".join(f"{each} as c{place}" for place, each in enumerate(asked))
        found = source.base.execute(
            f"select {named} from {source.table} where {self.about} order by {ROW}"
        ).fetchnumpy()
        item, value, self.entered, self.over, by = found.values()
        self.item: list[str] = item.tolist()
        self.value: list[str] = list(map(str.strip, value.tolist()))
        self.by: list[str] = list(map(str.strip, by.tolist()))
        self.open = (self.over == OPEN) | (self.over > until)

    def column(self, name: str) -> list[str]:
        """One more of our columns, as text."""
        found = self.source.base.execute(
            f"select {self.source.text(name)} as said from {self.source.table} "
            f"where {self.about} order by {ROW}"
        ).fetchnumpy()
        said: list[str] = found["said"].tolist()
        return said

    def held(self, numbers: Sequence[int], *, several: bool) -> Held | None:
        """The rows as they are; None where they are not by item and by time, or one ends another."""
        import numpy

        number = numpy.array(numbers)
        same = number[1:] == number[:-1]
        if (
            not all(self.value)
            or (number[1:] < number[:-1]).any()
            or (same & (self.entered[1:] <= self.entered[:-1])).any()
            or (not several and (same & self.open[:-1]).any())
        ):
            return None
        end: list[float | None] = (self.over / SECOND).tolist()
        for place in numpy.flatnonzero(self.open).tolist():
            end[place] = None
        size, has = len(numbers), self.source.has
        commit, author = (
            Later(size, partial(self.column, name)) if has(name) else () for name in ("commit", "author")
        )
        start = (self.entered / SECOND).tolist()
        return Held([*numbers], self.value, start, end, self.by, commit, author)

    def changes(self, numbers: Sequence[int]) -> list[Change]:
        """The rows one by one."""
        start = (self.entered / SECOND).tolist()
        end = [
            None if open_ else over
            for open_, over in zip(self.open.tolist(), (self.over / SECOND).tolist(), strict=True)
        ]
        said = (self.column(name) for name in ("commit", "author"))
        return list(map(Change, numbers, self.value, start, end, self.by, *said))
