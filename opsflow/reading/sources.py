"""Other people's records -> items, as opsflow.yaml maps them.

Nothing here raises on data: what cannot be mapped is a fault with a place, and the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple, TypeVar

from opsflow.model import BOARD_FILE, Blocked, Fault, Item, Judgement, Keys, Place, Severity, Spot
from opsflow.reading import records, values
from opsflow.reading.extracts import Extract, Taken, as_id, cleaned_lines, take
from opsflow.reading.loose import Trouble
from opsflow.reading.mappings import (
    Source,
    compile,  # noqa: A004
    find,
    matches,
    patterns,
)
from opsflow.reading.records import Record
from opsflow.reading.regex import NEVER

__all__ = ["Items", "Source", "compile", "find", "items", "locate", "matches", "patterns", "together"]

_T = TypeVar("_T")

MAX_TITLE = 500
MAX_DESCRIPTION = 64 << 10
"""So many characters of a title and of a description are kept."""
_LISTED = 12
"""So many fields of a record a hint names."""


class Lack(NamedTuple):
    """A record without an id or a state, and so no item. All records of a source tell whose mistake it is."""

    name: str
    """What it lacks: `id` or `state`."""
    fault: Fault
    there: bool
    """Whether the field is there, and says nothing of use."""
    names: tuple[str, ...]
    """The first fields of the record."""


class Items(NamedTuple):
    """What one file gave."""

    items: tuple[Item, ...]
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]
    """Ids, known from the path, of records that could not be read."""
    absent: tuple[Trouble, ...] = ()
    """For a file without anything at the source's way to its records; that is no fault yet."""
    lacks: tuple[Lack, ...] = ()
    """For each record that lacks what makes it an item; no faults yet either."""
    records: int = 0
    """How many there are."""


def locate(sources: Iterable[Source], path: str, data: bytes, keys: Keys) -> Place | None:
    """The place of a key in a foreign file; None where no source reads it."""
    from opsflow.reading import places

    source = find(sources, path)
    return places.locate(data, source.format_of(path), keys, path) if source else None


def items(
    source: Source,
    path: str,
    data: bytes,
    *,
    type: str,
    class_: str,
    zone: tzinfo,
    own: Mapping[str, Any] | None = None,
) -> Items:
    """The items of one file. `type` and `class_` are the board's defaults, `own` its own fields' schemas.

    Of an id that stands twice in the file the first record is kept.
    """
    read = source.read(path, data)
    faults = [_unreadable(path, trouble) for trouble in read.troubles if not trouble.absent]
    found: dict[str, Item] = {}
    unread: list[str] = []
    lacks: list[Lack] = []
    if not read.records and read.troubles:
        unread.append(source.id_of(Record((), {}), path))
    for record in read.records:
        made = _Making(source, path, record, zone)
        item = made.item(type, class_, own or {})
        faults += made.faults
        lacks += made.lacks
        if item is None:
            unread.append(source.id_of(record, path))
        elif item.id in found:
            message = f"`{item.id}` is the id of an earlier record of this file too"
            faults.append(
                Fault("duplicate-id", Judgement(item.at("id"), message, "Give one of them another id."))
            )
        else:
            found[item.id] = item
    unread += source.lost(read, path, found)
    return Items(
        tuple(found.values()),
        tuple(faults),
        tuple(each for each in unread if each and each not in found),
        tuple(trouble for trouble in read.troubles if trouble.absent),
        tuple(lacks),
        len(read.records),
    )


def _unreadable(path: str, trouble: Trouble) -> Fault:
    where = Spot(path, trouble.keys) if trouble.keys else Place(path, trouble.line, trouble.column)
    hint = trouble.hint or "Correct it there, or leave the file out by `exclude` under `sources:`."
    return Fault("unreadable-file", Judgement(where, trouble.reason, hint))


def together(source: Source, read: Sequence[tuple[str, Items]]) -> list[Fault]:
    """The faults that only all files of a source can tell: whose mistake it is that something is missing.

    What no file has, or no record, is the mapping's: one fault, in opsflow.yaml. What some have the others
    lack. A mapping that was refused has been reported, and the records are not to blame.
    """
    out = _absences(source, [path for path, file in read if file.absent], len(read))
    count = sum(file.records for _, file in read)
    for name in ("id", "state"):
        lacks = [lack for _, file in read for lack in file.lacks if lack.name == name]
        refused = any(NEVER in (each.pattern, each.match) for each in source.ways(name))
        if lacks and not refused:
            mapped = len(lacks) == count and (count > 1 or not lacks[0].there)
            out += [_nowhere(source, lacks)] if mapped else [lack.fault for lack in lacks]
        count -= len(lacks)
    return out


def _absences(source: Source, paths: Sequence[str], read: int) -> list[Fault]:
    """For the files, of `read` in all, without anything at the way to the records."""
    message = f"there is nothing at `{source.inside}`"
    if len(paths) < read:
        return [Fault("unreadable-file", Judgement(Place(path), message)) for path in paths]
    if not paths:
        return []
    others = f" and {read - 1} more" if read > 1 else ""
    spot = Spot(BOARD_FILE, ("sources", source.position, "records"))
    hint = (
        "Write the keys down to the list or mapping that holds the records, with dots; `*` is the whole file."
    )
    about = f"{BOARD_FILE}: {message}"
    return [Fault("misshapen", Judgement(spot, f"{message} in {paths[0]}{others}", hint, subject=about))]


def _nowhere(source: Source, lacks: Sequence[Lack]) -> Fault:
    """Where the mapping finds no id, or no state, in any of the records."""
    name, fault, _, names = lacks[0]
    more = f", nor in {len(lacks) - 1} more" if len(lacks) > 1 else ""
    about = f"`{name}` is found nowhere"
    keys = ("id",) if name == "id" else ("fields", name)
    judgement = Judgement(
        Spot(BOARD_FILE, ("sources", source.position, *keys)),
        f"{about}: not in the record of {fault.judgement.where.path}{more}",
        _meant(source.ways(name), names),
        subject=f"{BOARD_FILE}: {about} in {', '.join(source.paths)}",
        extent=len(lacks),
    )
    return Fault("misshapen", judgement)


def _meant(extracts: Sequence[Extract], names: Sequence[str]) -> str:
    """What to write in place of a way that leads nowhere in a record with these fields."""
    from difflib import get_close_matches

    for extract in extracts:
        close = get_close_matches(extract.name, names, 1) if extract.way == "field" else []
        if close and close[0] != extract.name:
            return f"Did you mean `{close[0]}`?"
    if any(extract.way == "section" for extract in extracts):
        return "Name another heading, or take it from the file's `path` or its `text`."
    if not names:
        return "The record has no fields: take it from the file's `path` or its `text`."
    return f"Name another field, or take it from the `path`. The record has {', '.join(names[:_LISTED])}."


class _Making:
    """Makes one item; what is wrong with the record is collected beside."""

    def __init__(self, source: Source, path: str, record: Record, zone: tzinfo) -> None:
        self.source = source
        self.path = path
        self.record = record
        self.zone = zone
        self.faults: list[Fault] = []
        self.lacks: list[Lack] = []
        self.spots: dict[str, Keys] = {"": record.keys} if record.keys else {}

    def item(self, type: str, class_: str, own: Mapping[str, Any]) -> Item | None:
        """None where the record has no id or no state."""
        for name in self.record.repeated:
            message = f"the key `{name}` stands twice, and the last one counts"
            self.fault((name,), message, "Remove one of them.", Severity.NOTE)
        key = self.noted("id", take(self.source.id, self.record, self.path))
        state = self.noted("state", self.source.text("state", self.record, self.path))
        id_ = as_id(key.values[0]) if key.values else ""
        if not id_ or not state.values:
            self.lacking(*(("state", state) if id_ else ("id", key)))
            return None
        return Item(
            id=id_,
            path=self.path,
            title=(self.one("title") or id_)[:MAX_TITLE],
            state=state.values[0],
            type=self.one("type") or type,
            class_=self.one("class") or class_,
            requester=self.one("requester"),
            part_of=self.one("part_of"),
            vendor=self.one("vendor"),
            public=self.one("public"),
            assignees=self.many("assignees"),
            depends_on=tuple(filter(None, map(as_id, self.many("depends_on")))),
            services=self.many("services"),
            skills=self.many("skills"),
            labels=self.many("labels"),
            due=self.day("due"),
            start_after=self.day("start_after"),
            value=self.number("value"),
            cost=self.number("cost"),
            cost_of_delay=self.number("cost_of_delay"),
            estimate=self.duration("estimate"),
            blocked=self.blocked(),
            entered=self.entered(),
            description=self.description(),
            fields={name: value for name in own if (value := self.own(name, own[name])) is not None},
            raw_state=state.raw,
            source=self.source.position,
            spots=self.spots,
        )

    def fault(self, keys: Keys, message: str, hint: str, severity: Severity | None = None) -> None:
        spot = Spot(self.path, (*self.record.keys, *keys))
        self.faults.append(Fault("misshapen", Judgement(spot, message, hint, severity)))

    def lacking(self, name: str, taken: Taken) -> None:
        message = self.source.lacks(name, self.record, self.path)
        hint = f"Give it one, or correct `{name}` under `sources:` of opsflow.yaml."
        if self.source.is_headless(name, self.record, self.path):
            hint = "Give the file what the others have, or leave it out by `exclude` under `sources:`."
        judgement = Judgement(Spot(self.path, (*self.record.keys, *taken.keys)), message, hint)
        names = tuple(str(key)[:40] for key in self.record.value)[:_LISTED]
        self.lacks.append(Lack(name, Fault("misshapen", judgement), bool(taken.keys), names))

    def noted(self, name: str, taken: Taken) -> Taken:
        """Remembers where a field stands."""
        if taken.keys != (name,) and (taken.keys or taken.values):
            self.spots[name] = (*self.record.keys, *taken.keys)
        return taken

    def taken(self, name: str) -> Taken:
        return self.noted(name, self.source.text(name, self.record, self.path))

    def one(self, name: str) -> str:
        taken = self.taken(name)
        return taken.values[0] if taken.values else ""

    def many(self, name: str) -> tuple[str, ...]:
        return self.noted(name, self.source.texts(name, self.record, self.path)).values

    def blocked(self) -> Blocked | None:
        reason = self.one("blocked")
        return Blocked(reason, self.one("blocked_by")) if reason else None

    def description(self) -> str:
        if "description" not in self.source.fields:
            text = records.text_of(self.record) if self.record.body else ""
        else:
            text = self.one("description")
        return cleaned_lines(text.strip("\n")[:MAX_DESCRIPTION])

    def day(self, name: str) -> date | None:
        return self.converted(name, "date", _day)

    def number(self, name: str) -> float | None:
        return self.converted(name, "number", _number)

    def duration(self, name: str) -> timedelta | None:
        return self.converted(name, "length of time", _duration)

    def converted(self, name: str, what: str, convert: Callable[[str], _T | None]) -> _T | None:
        """A field that is more than text; where it is not what it should be, the item goes without."""
        taken = self.taken(name)
        if not taken.values:
            return None
        found = convert(taken.values[0])
        if found is None:
            message = f"{name}: `{taken.values[0][:80]}` is no {what}, so the item has none"
            self.fault(taken.keys, message, "Correct it, or map the field with a `match`.", Severity.WARNING)
        return found

    def entered(self) -> dict[str, datetime]:
        out = {}
        for state, extracts in self.source.entered.items():
            taken = take(extracts, self.record, self.path)
            at = moment(taken.values[0], self.zone) if taken.values else None
            if at:
                out[state] = at
                self.spots.setdefault("entered", (*self.record.keys, *taken.keys))
        return out

    def own(self, name: str, schema: Any) -> Any:
        kind = schema.get("type") if isinstance(schema, Mapping) else None
        if kind == "array":
            return list(self.many(name)) or None
        if kind in ("number", "integer"):
            return self.converted(name, "number", _number)
        if kind == "boolean":
            return self.converted(name, "true or false", values.flag)
        return self.one(name) or None


# -- texts that mean more -----------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d])", re.ASCII)


def _day(text: str) -> date | None:
    """A date as people write it: `2024-2-1` and what begins with a date, too."""
    match = _DAY.match(text)
    return values.day(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}") if match else None


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A moment in UTC: ISO 8601, seconds or milliseconds since 1970, or the start of a day in `zone`."""
    if text.isdecimal() and text.isascii() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    found = values.moment(text, zone)
    if found:
        return found
    day = _day(text) if len(text) <= 10 else None
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) if day else None


_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([ ,_])\d{3}(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
"""Whole groups of thousands; a comma anywhere else may be somebody's decimal point, and is not guessed at."""


def _number(text: str) -> float | None:
    grouped = _GROUPED.fullmatch(text)
    return values.number(text.replace(grouped[1], "") if grouped else text)


def _duration(text: str) -> timedelta | None:
    return values.duration(text.replace(" ", ""))
