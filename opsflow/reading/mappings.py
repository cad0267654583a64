"""The section `sources:` of opsflow.yaml: which foreign files are read, and where each field comes from."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from opsflow import words
from opsflow.model import BOARD_FILE, CATALOG_FILE, PEOPLE_FILE, Fault, Judgement, Keys, Spot
from opsflow.reading import globs, records, regex
from opsflow.reading.extracts import WAYS, Condition, Extract, Taken, as_id, fold, take
from opsflow.reading.records import Read, Record

TEXTS = ("title", "state", "type", "class", "requester", "part_of", "vendor", "public", "description")
LISTS = ("assignees", "depends_on", "services", "skills", "labels")
DATES = ("due", "start_after")
NUMBERS = ("value", "cost", "cost_of_delay")
FIELDS = (*TEXTS, *LISTS, *DATES, *NUMBERS, "estimate", "blocked", "blocked_by")
"""The fields that `fields:` can map, besides `entered` and the board's own."""

Extracts = tuple[Extract, ...]
_OURS = frozenset((BOARD_FILE, PEOPLE_FILE, CATALOG_FILE))


@dataclass(frozen=True)
class Source:
    """One entry of `sources:`, ready to be used."""

    position: int
    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    format: str
    """Empty: what the file's ending means."""
    version: str
    """Of YAML: "1.1" or "1.2"."""
    inside: str
    """Where a file holds its records: a dotted way, "*" for its top, or empty."""
    when: tuple[Condition, ...]
    """A record that does not meet them is none of the board's."""
    id: Extracts
    fields: Mapping[str, Extracts]
    entered: Mapping[str, Extracts]
    """By state."""
    wanted: Callable[[str], bool]

    def format_of(self, path: str) -> str:
        return self.format or records.guess(path)

    def read(self, path: str, data: bytes) -> Read:
        """The records of a file that the board wants."""
        known_by_path = not self.inside and all(each.way in ("path", "value") for each in self.id)
        found = records.read(data, self.format_of(path), self.version, self.inside, one=known_by_path)
        if not self.when:
            return found
        kept = tuple(record for record in found.records if all(each.holds(record) for each in self.when))
        return Read(kept, found.troubles)

    def id_of(self, record: Record, path: str) -> str:
        """Empty where the record has none."""
        taken = take(self.id, record, path)
        return as_id(taken.values[0]) if taken.values else ""

    def lost(self, read: Read, path: str, found: Collection[str]) -> list[str]:
        """The ids of the records that could not be read; "" for each whose id cannot be told.

        `found` are the ids of those that could: a guess that names one of them is none.
        """
        guesses = [self.id_of(Record((), each.known), path) if each.known else "" for each in read.troubles]
        return ["" if guess in found else guess for guess in guesses]

    def lacks(self, name: str, record: Record, path: str) -> str:
        """Why a record without an id or a state is no item."""
        if self.is_headless(name, record, path):
            return "the file has no front matter"
        sections = (f"`{each.name}`" for each in self.ways(name) if each.way == "section")
        named = words.listed([*dict.fromkeys(sections)])
        return f"the record has no {name}{f' (section {named})' if named else ''}"

    def is_headless(self, name: str, record: Record, path: str) -> bool:
        """Whether the file has no front matter, and its id or its state would stand there."""
        fields = any(each.way == "field" for each in self.ways(name))
        return fields and not record.value and not record.keys and self.format_of(path) == "markdown"

    def ways(self, name: str) -> Extracts:
        """Where `id` or a field comes from."""
        return self.id if name == "id" else self.fields.get(name, ())

    def text(self, name: str, record: Record, path: str) -> Taken:
        """A field that is one text."""
        return take(self.fields.get(name, ()), record, path)

    def texts(self, name: str, record: Record, path: str) -> Taken:
        """A field that is a list."""
        return take(self.fields.get(name, ()), record, path, many=True)


def patterns(source: Source) -> tuple[str, ...]:
    """The globs of the files that it reads."""
    return source.paths


def matches(source: Source, path: str) -> bool:
    """True where the file is one of the source's; the board's own files never are."""
    return path not in _OURS and source.wanted(path)


def find(sources: Iterable[Source], path: str) -> Source | None:
    """The first source that the file belongs to."""
    return next((source for source in sources if matches(source, path)), None)


NAMED = ("state", "type", "class")
"""The fields whose texts are names that opsflow.yaml lists."""


def written(value: Any) -> Iterator[tuple[str, Keys, str]]:
    """The states, types and classes that an entry of `sources:` itself writes: field, keys and name of each.

    What it only passes on from the records is not among them.
    """
    fields = value.get("fields") if isinstance(value, Mapping) else None
    if not isinstance(fields, Mapping):
        return
    for name in NAMED:
        spec = fields.get(name)
        ways = (
            [((at,), each) for at, each in enumerate(spec)]
            if isinstance(spec, list | tuple)
            else [((), spec)]
        )
        for at, way in ways:
            for keys, text in _constants(way) if isinstance(way, Mapping) else ():
                yield name, ("fields", name, *at, *keys), text
    entered = fields.get("entered")
    for state in entered if isinstance(entered, Mapping) else ():
        yield "state", ("fields", "entered", state), state


def _constants(spec: Mapping[str, Any]) -> Iterator[tuple[Keys, str]]:
    mapped = spec.get("map")
    found: list[tuple[Keys, Any]] = []
    if isinstance(mapped, Mapping):
        found += [(("map", key), to) for key, to in mapped.items()]
    if "other" in spec:
        found.append((("other",), spec["other"]))
    if "value" in spec and not found and not {"match", "split"} & spec.keys():
        found.append((("value",), spec["value"]))
    for keys, to in found:
        if isinstance(to, str | int | float) and to != "":
            yield keys, f"{_part(spec, 'prefix')}{_text(to)}{_part(spec, 'suffix')}"
    if _part(spec, "default"):
        yield ("default",), _part(spec, "default")


def _part(spec: Mapping[str, Any], key: str) -> str:
    found = spec.get(key)
    return _text(found) if isinstance(found, str | int | float) else ""


# -- the section of opsflow.yaml ----------------------------------------------------------------

Compiled = tuple[tuple[Source, ...], tuple[Fault, ...]]


def compile(value: Any, own: Collection[str] = ()) -> Compiled:  # noqa: A001
    """The sources of a board, and what is wrong with them that no JSON Schema can say.

    `value` is the section as it was read; `own` names the board's own fields. A source of a wrong
    shape is left out in silence: the schema has said so.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        return (), ()
    try:
        text = json.dumps(list(value))
    except (TypeError, ValueError, RecursionError):
        return (), ()
    return _compiled(text, tuple(own))


@lru_cache(maxsize=64)
def _compiled(text: str, own: tuple[str, ...]) -> Compiled:
    made: list[Source] = []
    faults: list[Fault] = []
    for position, value in enumerate(json.loads(text)):
        section = _Section(position, own, faults)
        try:
            made.append(section.source(value))
        except _ShapeError:
            continue
    return tuple(made), tuple(faults)


class _ShapeError(Exception):
    """The section has not the shape that the schema asks for."""


def _need(held: bool) -> None:
    if not held:
        raise _ShapeError


_LONGEST_WAY = 200
_MOST_GUESSES = 20


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    _need(isinstance(value, str | int | float))
    return str(value)


def _way(value: Any) -> str:
    """The dotted way to a field; not a long one, for each of its parts is looked for in every record."""
    text = _text(value)
    _need(len(text) <= _LONGEST_WAY)
    return text


def _several(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in value) if isinstance(value, list) else (_text(value),)


def _flag(value: Any) -> bool:
    return _text(value) == "true"


def _inside(value: Any) -> tuple[str, ...]:
    """Globs that stay inside the board."""
    found = _several(value)
    return tuple(glob for glob in found if glob and glob[0] != "/" and ".." not in glob.split("/"))


class _Section:
    """Reads one entry of `sources:`; faults are collected beside."""

    def __init__(self, position: int, own: tuple[str, ...], faults: list[Fault]) -> None:
        self.position = position
        self.own = own
        self.faults = faults

    def fault(self, keys: Keys, message: str, hint: str = "") -> None:
        spot = Spot(BOARD_FILE, ("sources", self.position, *keys))
        self.faults.append(Fault("misshapen", Judgement(spot, message, hint)))

    def source(self, value: Any) -> Source:
        _need(isinstance(value, dict))
        paths, exclude = _inside(value.get("paths", [])), _inside(value.get("exclude", []))
        fields = value.get("fields")
        _need(isinstance(fields, dict) and bool(paths))
        form = _text(value.get("format", ""))
        _need(form in ("", *records.FORMATS))
        entered = fields.get("entered", {})
        _need(isinstance(entered, dict))
        return Source(
            position=self.position,
            paths=paths,
            exclude=exclude,
            format=form,
            version="1.1" if _text(value.get("yaml", "1.2")) == "1.1" else "1.2",
            inside=_way(value.get("records", "")),
            when=self.conditions(value.get("when", {})),
            id=self.extracts(value.get("id"), ("id",), "id"),
            fields=self.fields(fields),
            entered={s: self.extracts(v, ("fields", "entered", s), s) for s, v in entered.items()},
            wanted=globs.matcher(paths, exclude),
        )

    def fields(self, value: dict[str, Any]) -> dict[str, Extracts]:
        known = (*FIELDS, "entered", *self.own)
        out: dict[str, Extracts] = {}
        for name, spec in value.items():
            if name == "entered":
                continue
            if name not in known:
                from difflib import get_close_matches

                close = get_close_matches(name, known, 1) if len(self.faults) < _MOST_GUESSES else []
                hint = f"Did you mean `{close[0]}`?" if close else "Describe it under `fields:` first."
                self.fault(("fields", name), f"an item has no field `{name}`", hint)
                continue
            out[name] = self.extracts(spec, ("fields", name), name)
        _need("state" in out)
        if "title" not in out:
            out["title"] = tuple(Extract("field", name) for name in ("title", "name", "summary"))
        return out

    def conditions(self, value: Any) -> tuple[Condition, ...]:
        _need(isinstance(value, dict))
        out = []
        for dotted, wanted in value.items():
            texts = _several("" if wanted is None else wanted)
            negated = all(text.startswith("!") for text in texts) and bool(texts)
            folded = tuple(fold(text[1:] if negated else text) for text in texts)
            out.append(Condition(dotted, folded, negated))
        return tuple(out)

    def extracts(self, value: Any, keys: Keys, name: str) -> Extracts:
        if isinstance(value, list):
            return tuple(self.extract(each, (*keys, at), name) for at, each in enumerate(value))
        return (self.extract(value, keys, name),)

    def extract(self, value: Any, keys: Keys, name: str) -> Extract:
        if not isinstance(value, dict):
            return Extract("field", _way(value), lines=name == "description")
        ways = [way for way in WAYS if way in value]
        _need(len(ways) <= 1)
        way = ways[0] if ways else "field"
        named = value.get(way, name)
        pattern = None
        others: tuple[str, ...] = ()
        if way in ("path", "text"):
            pattern = self.pattern(named, (*keys, way))
            named = ""
        elif way == "field":
            listed = tuple(_way(each) for each in (named if isinstance(named, list) else [named]))
            _need(bool(listed))
            named, others = listed[0], listed[1:]
        mapped = value.get("map", {})
        _need(isinstance(mapped, dict))
        pairs = [(fold(key), "" if to is None else _text(to)) for key, to in mapped.items()]
        return Extract(
            way=way,
            name=_text(named),
            others=others,
            join=_text(value.get("join", "/")),
            pattern=pattern,
            match=self.pattern(value["match"], (*keys, "match")) if "match" in value else None,
            split=_text(value["split"]) if "split" in value else None,
            map={key: to for key, to in pairs if "*" not in key},
            globs=tuple((key, to) for key, to in pairs if "*" in key),
            other=_text(value["other"]) if "other" in value else None,
            prefix=_text(value.get("prefix", "")),
            suffix=_text(value.get("suffix", "")),
            number=_flag(value.get("number", False)),
            first=_flag(value.get("first", False)),
            default=_text(value.get("default", "")),
            lines=name == "description",
            when=self.conditions(value.get("when", {})),
        )

    def pattern(self, value: Any, keys: Keys) -> regex.Pattern | None:
        found = regex.compiled(_text(value))
        if isinstance(found, str):
            self.fault(keys, found, "Simplify it; `field`, `split` and `map` often do without one.")
            return regex.NEVER
        return found
