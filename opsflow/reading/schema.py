"""Documents against schema/*.json: typed values and what is wrong with them. The one door to jsonschema_rs.

The schemas are the only source: which text becomes a number or a boolean, what is allowed, and what a
message says. A value gets its type from its source text, so quotes never change it. What is wrong is
reported once and left out; the rest of the document stays.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from functools import cache, lru_cache
from typing import Any, NamedTuple

from opsflow import resources
from opsflow.model import Fault, Judgement, Keys, Spot
from opsflow.reading import values
from opsflow.reading.text import cut

Schema = Mapping[str, Any]
_Change = Callable[[Any], Any]

KINDS = {"item": "an item", "board": "opsflow.yaml", "people": "people.yaml", "catalog": "catalog.yaml"}
"""The kinds of document, each with the words that a message has for it."""
_MOST_ROUNDS = 50
_POSITION = re.compile(r"\+?[0-9]{1,18}")
_PLAIN_PATH = re.compile(r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\\\x00]*[^\\/\x00]")


def read(
    kind: str, path: str, value: Mapping[str, Any], own_fields: Mapping[str, Schema] | None = None
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The document with typed values and without its bad parts, and a `misshapen` for each of those.

    A list keeps its length: a bad element is None. A key with a likely slip counts as what it was
    meant to be.
    """
    return reader(kind, own_fields)(path, value)


def check(
    kind: str, path: str, value: Mapping[str, Any], own_fields: Mapping[str, Schema] | None = None
) -> tuple[Fault, ...]:
    """Only what is wrong with a document."""
    return read(kind, path, value, own_fields)[1]


def reader(kind: str, own_fields: Mapping[str, Schema] | None = None) -> Reader:
    """The reader of one kind of document, compiled once; `own_fields` extend an item's keys."""
    return _reader(kind, json.dumps(own_fields, sort_keys=True) if own_fields else "")


@lru_cache(maxsize=16)
def _reader(kind: str, own_fields: str) -> Reader:
    schema = document(kind)
    if own_fields:
        schema["properties"] = {**json.loads(own_fields), **schema["properties"]}
    return Reader(kind, schema)


@cache
def sources_reader() -> Reader:
    """The reader of the section `sources:` of opsflow.yaml."""
    return Reader("board", document("sources"), ("sources",))


def change_for(schema: Schema) -> Callable[[Any], Any]:
    """What makes a typed value of a text by a schema."""
    return _change(schema, schema, {}) or _same


def document(kind: str) -> dict[str, Any]:
    """A schema as it is read by. `sources:` of a board has a schema of its own, and is any value here."""
    schema: dict[str, Any] = json.loads(resources.read("schema", f"{kind}.schema.json"))
    if kind == "board":
        schema["properties"]["sources"] = {}
    return schema


def bad_field(field: Schema) -> str:
    """Why the JSON Schema of an own field cannot be used, or empty."""
    try:
        _validator(field)
    except ValueError as error:
        return cut(str(error).split("\n", 1)[0])
    return ""


class Reader:
    """Types and validates documents of one kind."""

    def __init__(self, kind: str, schema: Schema, under: Keys = ()) -> None:
        self.kind = kind
        self.schema = schema
        self.under = under
        """Where the document stands in its file."""
        self._typed = _change(schema, schema, {}) or _same
        self._validator = _validator(schema)

    def __call__(self, path: str, value: Any) -> tuple[Any, tuple[Fault, ...]]:
        """See `read`."""
        typed = self._typed(value)
        if self._validator.is_valid(typed):
            return typed, ()
        return self._mended(path, json.loads(json.dumps(value)))

    def meant(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The document as it is written, but with its misspelt keys as they were meant to be."""
        copy: dict[str, Any] = json.loads(json.dumps(value))
        for _ in range(_MOST_ROUNDS):
            slips = [wrong for wrong in self.wrongs(self._typed(copy)) if wrong.instead]
            if not slips:
                break
            for wrong in slips:
                _cure(copy, wrong)
        return copy

    def _mended(self, path: str, value: Any) -> tuple[Any, tuple[Fault, ...]]:
        """The slow way: report what is wrong, leave it out, and look again at the rest."""
        faults = [
            Fault("misshapen", Judgement(Spot(path, (*self.under, *wrong.keys)), wrong.message, wrong.hint))
            for wrong in self.wrongs(self._typed(value), holes=True)
        ]
        for _ in range(_MOST_ROUNDS):
            typed = self._typed(value)
            cures = [wrong for wrong in self.wrongs(typed) if wrong.target]
            if not cures:
                return typed, tuple(faults)
            for wrong in cures:
                _cure(value, wrong)
        return type(value)(), tuple(faults)

    def wrongs(self, typed: Any, holes: bool = False) -> list[_Wrong]:
        """One for each place. With `holes`, empty entries of lists count as well."""
        found: dict[Keys, _Wrong] = {}
        errors = sorted(self._validator.iter_errors(typed), key=lambda error: _rank(error.schema_path[-1]))
        for error in errors:
            for wrong in _wrong(_Case(self, typed, error), holes):
                found.setdefault(wrong.keys, wrong)
        meant = {wrong.instead for wrong in found.values() if wrong.instead}
        return [wrong for wrong in found.values() if wrong.keys not in meant]


# -- types from source text ---------------------------------------------------------------------


def _change(schema: Any, root: Schema, known: dict[str, _Change | None]) -> _Change | None:
    """What makes typed values of texts by a schema; None where texts stay as they are."""
    if not isinstance(schema, Mapping):
        return None
    if "$ref" in schema:
        return _referred(schema["$ref"], root, known)
    if "anyOf" in schema:
        return _by_shape(schema["anyOf"], root, known)
    return _by_type(schema, root, known)


def _referred(ref: str, root: Schema, known: dict[str, _Change | None]) -> _Change | None:
    """The change for a definition. A definition that refers to itself is looked up when it is used."""
    if ref in known:
        return lambda value: change(value) if (change := known[ref]) else value
    known[ref] = None
    known[ref] = _change(_definition(root, ref), root, known)
    return known[ref]


def _definition(root: Schema, ref: str) -> Any:
    found: Any = root
    for name in ref.removeprefix("#/").split("/"):
        found = found.get(name, {})
    return found


def _by_shape(options: Iterable[Any], root: Schema, known: dict[str, _Change | None]) -> _Change | None:
    """For alternatives of different shapes: the value's own shape chooses."""
    changes: dict[type, _Change] = {}
    for option in options:
        change = _change(option, root, known)
        shape = {"array": list, "object": dict}.get(str(option.get("type")), str)
        if change:
            changes.setdefault(shape, change)
    return (lambda value: changes.get(type(value), _same)(value)) if changes else None


def _same(value: Any) -> Any:
    return value


def _by_type(schema: Schema, root: Schema, known: dict[str, _Change | None]) -> _Change | None:
    kind = schema.get("type")
    if isinstance(kind, list):
        return None  # of several types a text is one
    if kind in _SCALARS:
        return _SCALARS[kind]
    if kind == "array":
        change = _change(schema.get("items"), root, known)
        return (lambda value: _each(value, change)) if change else None
    if kind != "object":
        return None
    keys = {
        key: change
        for key, part in schema.get("properties", {}).items()
        if (change := _change(part, root, known))
    }
    rest = _change(schema.get("additionalProperties"), root, known)
    listed = frozenset(schema.get("properties", {}))
    return (lambda value: _members(value, keys, rest, listed)) if keys or rest else None


def _each(value: Any, change: _Change) -> Any:
    return [change(entry) for entry in value] if isinstance(value, list) else value


def _members(value: Any, keys: Mapping[str, _Change], rest: _Change | None, listed: frozenset[str]) -> Any:
    if not isinstance(value, dict):
        return value
    out = dict(value)
    for key, change in keys.items():
        if key in out:
            out[key] = change(out[key])
    if rest:
        for key in out.keys() - listed:
            out[key] = rest(out[key])
    return out


def _number(value: Any) -> Any:
    number = values.number(value) if isinstance(value, str) else None
    return value if number is None else number


def _flag(value: Any) -> Any:
    flag = values.flag(value) if isinstance(value, str) else None
    return value if flag is None else flag


_SCALARS: dict[Any, _Change] = {"number": _number, "integer": _number, "boolean": _flag}


# -- validation ---------------------------------------------------------------------------------


@cache
def zone_exists(name: str) -> bool:
    """Whether a time zone of that IANA name is known here."""
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


_FORMATS: dict[str, Callable[[str], bool]] = {
    "date": lambda text: values.day(text) is not None,
    "moment": lambda text: values.moment(text, UTC) is not None,
    "timespan": lambda text: values.duration(text) is not None,
    "checklist": lambda text: not isinstance(values.steps(text), int),
    "time-zone": lambda text: zone_exists(text),
    "inner-path": lambda text: _PLAIN_PATH.fullmatch(text) is not None,
}


def _validator(schema: Schema) -> Any:
    """A compiled schema. Its patterns run in linear time, and it never looks for another document."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        formats=_FORMATS,
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        retriever=_nothing_outside,
    )


def _nothing_outside(uri: str) -> Any:
    raise ValueError(f"{uri} is not part of opsflow")


# -- what is wrong, in words --------------------------------------------------------------------


class _Wrong(NamedTuple):
    """One thing that is wrong: where, what to say, and how to go on without it."""

    keys: Keys
    message: str
    hint: str = ""
    value: Any = None
    """What counts in its place; None leaves it out."""
    instead: Keys | None = None
    """Where the value belongs, if it stands under a misspelt key."""
    owner: Keys | None = None
    """What is left out or changed, if that is not what stands at `keys`. Empty: nothing can be done."""

    @property
    def target(self) -> Keys:
        """What to leave out or to change; empty where nothing can be done."""
        return self.keys if self.owner is None else self.owner


def _cure(document: Any, wrong: _Wrong) -> None:
    """Changes the document so that this is no longer wrong. A bad entry of a list leaves a hole."""
    parent, key = _at(document, wrong.target[:-1]), wrong.target[-1]
    if isinstance(parent, list) and isinstance(key, int) and key < len(parent):
        parent[key] = wrong.value
    elif isinstance(parent, dict):
        old = parent.pop(key, None)
        if wrong.instead:
            parent[wrong.instead[-1]] = old
        elif wrong.value is not None:
            parent[key] = wrong.value


def _keys(document: Any, path: Iterable[str | int]) -> Keys:
    """A validator's path as keys. It has numbers for positions in lists, and for keys that look like them."""
    keys: list[str | int] = []
    for key in path:
        if isinstance(document, dict) and key not in document:
            key = next(
                (name for name in document if _POSITION.fullmatch(name) and int(name) == key), str(key)
            )
        keys.append(key)
        document = _at(document, (key,))
    return tuple(keys)


def _at(document: Any, keys: Keys) -> Any:
    for key in keys:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return None
    return document


class _Case:
    """All that a message may need."""

    def __init__(self, reader: Reader, document: Any, error: Any) -> None:
        self.reader = reader
        self.document = document
        self.error = error
        self.keys = _keys(document, error.instance_path)
        self.value = _at(document, self.keys)
        route = list(error.evaluation_path)
        if "propertyNames" in route:
            route = route[: route.index("propertyNames") + 1]
        self.schema = _schema_at(reader.schema, route[:-1])
        self.keyword = str(route[-1])
        self.limit = _part(self.schema, self.keyword)

    @property
    def name(self) -> str:
        """How the message calls the value."""
        return _name((*self.reader.under, *self.keys))


def _rank(keyword: Any) -> int:
    """Of several complaints about one value, the first of these is the one to report."""
    order = ("type", "minLength", "format")
    return order.index(keyword) if keyword in order else len(order)


def _wrong(case: _Case, holes: bool) -> Iterator[_Wrong]:
    if case.value is None and case.keys:
        if holes or not isinstance(case.keys[-1], int):
            yield _Wrong(case.keys, f"{case.name} has no value", "Give it one, or remove it.")
        return
    words = _WORDS.get(case.keyword)
    if words is None:
        yield _Wrong(case.keys, f"{case.name} does not fit: {case.error.message}")
    else:
        yield from words(case)


def _part(schema: Any, key: str) -> Any:
    return schema.get(key) if isinstance(schema, Mapping) else None


def _name(keys: Keys) -> str:
    """How a message calls a value: by its key, or as an entry of the list that holds it."""
    if not keys:
        return "the file"
    if isinstance(keys[-1], int):
        return f"entry {keys[-1] + 1} of {_name(keys[:-1])}"
    return f"`{cut(keys[-1])}`"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a mapping"
    return f"`{cut(str(value).lower() if isinstance(value, bool) else str(value))}`"


def _schema_at(root: Schema, route: Iterable[Any]) -> Any:
    """The part of a schema that a validator's path names, through references."""
    found: Any = root
    for step in route:
        if step == "$ref":
            found = _resolved(root, found)
        elif isinstance(found, list):
            found = found[int(step)]
        else:
            found = found.get(step, {}) if isinstance(found, Mapping) else {}
    return found


_SHAPES = {
    "array": "a list belongs",
    "object": "keys with values belong",
    "string": "a text belongs",
}
_KINDS = {"number": "a number", "integer": "a whole number", "boolean": "true or false"}


def _type(case: _Case) -> Iterator[_Wrong]:
    kind = str(case.limit[0] if isinstance(case.limit, list) else case.limit)
    value = case.value
    if kind in _KINDS and not isinstance(value, dict | list):
        message = f"{case.name} is {_shown(value)}, not {_KINDS[kind]}"
        meant = _MEANT.get(str(value).lower()) if kind == "boolean" else None
        yield _Wrong(case.keys, message, _kind_hint(kind, meant), value=meant)
        return
    wrapped = [value] if kind == "array" and isinstance(value, str) else None
    has = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a text"
    wanted = _SHAPES.get(kind) or f"{_KINDS.get(kind, 'something else')} belongs"
    yield _Wrong(case.keys, f"{case.name} is {has}, where {wanted}", _example(case, wrapped), value=wrapped)


_MEANT = {"yes": True, "on": True, "no": False, "off": False}


def _kind_hint(kind: str, meant: bool | None) -> str:
    if kind == "boolean":
        return "Write true or false." if meant is None else f"Write {str(meant).lower()}."
    return "Write plain digits, without units, separators or leading zeros."


def _example(case: _Case, wrapped: list[str] | None) -> str:
    key = str(case.keys[-1]) if case.keys and isinstance(case.keys[-1], str) else ""
    if wrapped and key:
        return f"Write: {key}: [{wrapped[0]}]" if len(wrapped[0]) < 60 else "Write it as a list."
    examples = case.schema.get("examples") if isinstance(case.schema, Mapping) else None
    if not examples or not key:
        return ""
    return f"For example: {key}: {_flow(examples[0])}"


def _flow(value: Any) -> str:
    """A small value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _additional(case: _Case) -> Iterator[_Wrong]:
    """One for each unknown key, with the key that was probably meant."""
    owner = KINDS[case.reader.kind] if not case.keys else _name(case.keys)
    known = case.schema.get("properties", {})
    free = [key for key in known if key not in case.value]
    for key in (key for key in case.value if key not in known):
        likely = near(key, free)
        if likely:
            free.remove(likely)
            message = f"{_shown(key)} is not a key of {owner}; did you mean `{likely}`?"
            yield _Wrong((*case.keys, key), message, f"Write `{likely}`.", instead=(*case.keys, likely))
        else:
            yield _Wrong((*case.keys, key), f"{_shown(key)} is not a key of {owner}", _unknown_hint(case))


def _unknown_hint(case: _Case) -> str:
    if case.reader.kind == "item" and not case.keys:
        return "Remove it, or describe it under `fields:` in opsflow.yaml."
    return f"Its keys are {', '.join(case.schema.get('properties', {}))}."


def near(word: str, choices: Iterable[str]) -> str:
    """The choice that a slip of the keyboard makes `word` of, or empty."""
    plain = {re.sub(r"[^a-z0-9]", "", choice.lower()): choice for choice in choices}
    bare = re.sub(r"[^a-z0-9]", "", word.lower())
    if bare in plain:
        return plain[bare]
    found = difflib.get_close_matches(bare, plain, n=1, cutoff=0.7)
    return plain[found[0]] if found else ""


def _required(case: _Case) -> Iterator[_Wrong]:
    """A missing key. A choice counts as its first option."""
    owner = f" in {case.name}" if case.keys else ""
    for key in case.limit:
        if key not in case.value:
            part = _resolved(case.reader.schema, case.schema.get("properties", {}).get(key, {}))
            choice = part.get("enum", [None])[0]
            hint = part.get("description", "")
            keys = (*case.keys, key)
            gone = case.keys if choice is None else keys
            yield _Wrong(keys, f"`{key}` is missing{owner}", hint, choice, owner=gone)


def _resolved(root: Schema, schema: Any) -> Any:
    """A schema with what it refers to; its own words come first."""
    if isinstance(schema, Mapping) and "$ref" in schema:
        return {**_definition(root, schema["$ref"]), **schema}
    return schema


def _enum(case: _Case) -> Iterator[_Wrong]:
    options = [str(option) for option in case.limit]
    likely = near(str(case.value), options) if isinstance(case.value, str) else ""
    asked = f"; did you mean `{likely}`?" if likely else ""
    message = f"{case.name} is {_shown(case.value)}, and can only be {_or(options)}{asked}"
    yield _Wrong(case.keys, message, f"Write `{likely}`." if likely else "", value=likely or None)


def _or(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


_FORMAT_WORDS = {
    "date": ("a date", "Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01."),
    "moment": ("a moment", "Write YYYY-MM-DD HH:MM, such as 2026-11-28 22:00."),
    "timespan": ("a length of time", "Write weeks, days, hours or minutes, such as 3w, 2d, 12h or 90m."),
    "time-zone": ("a time zone", "Write an IANA name, such as Europe/Berlin."),
    "inner-path": (
        "a path inside the board",
        "Write it from the board's root, with slashes and without `..`.",
    ),
}


def _format(case: _Case) -> Iterator[_Wrong]:
    if case.limit == "checklist":
        yield _step(case)
        return
    what, hint = _FORMAT_WORDS.get(str(case.limit), (f"a {case.limit}", ""))
    yield _Wrong(case.keys, f"{case.name} is {_shown(case.value)}, which is not {what}", hint)


def _step(case: _Case) -> _Wrong:
    """The first line of a checklist that is no step; the others stay."""
    lines = str(case.value).split("\n")
    at = values.steps(str(case.value))
    number = at if isinstance(at, int) else 0
    good = "\n".join(line for line in lines if not isinstance(values.steps(line), int)) or None
    message = f"{_shown(lines[number].strip())} in {case.name} is not a step"
    hint = "Write one step a line: `- [ ] open step` or `- [x] finished step`."
    return _Wrong((*case.keys, number), message, hint, good, owner=case.keys)


def _pattern(case: _Case) -> Iterator[_Wrong]:
    why = case.schema.get("patternErrorMessage") or f"it has to match {cut(str(case.limit))}"
    yield _Wrong(case.keys, f"{case.name} is {_shown(case.value)}: {why}")


def _unique(case: _Case) -> Iterator[_Wrong]:
    for at, entry in enumerate(case.value):
        if entry is not None and entry in case.value[:at]:
            name = _name(case.keys)
            yield _Wrong((*case.keys, at), f"{name} has {_shown(entry)} twice", "Remove one of the two.")


def _names(case: _Case) -> Iterator[_Wrong]:
    """Keys that cannot be names; the validator says only that there are some."""
    rule = _resolved(case.reader.schema, case.schema["propertyNames"])
    validator = _validator(rule)
    for key in case.value:
        if not validator.is_valid(key):
            why = rule.get("patternErrorMessage", "it is too long")
            yield _Wrong((*case.keys, key), f"{_shown(key)} cannot be a name in {case.name}: {why}")


def _any_of(case: _Case) -> Iterator[_Wrong]:
    """What is wrong by the alternative that has the value's shape."""
    root = case.reader.schema
    shape = (
        "array" if isinstance(case.value, list) else "object" if isinstance(case.value, dict) else "string"
    )
    options = [_resolved(root, option) for option in case.limit]
    option = next((option for option in options if option.get("type", "string") == shape), None)
    if option is None:
        yield _Wrong(case.keys, f"{case.name} is {_shown(case.value)}, which cannot stand here")
        return
    inner = Reader(case.reader.kind, {**option, "$defs": root.get("$defs", {})}, case.keys)
    for wrong in inner.wrongs(case.value):
        instead = (*case.keys, *wrong.instead) if wrong.instead else None
        owner = None if wrong.owner is None else (*case.keys, *wrong.owner)
        yield wrong._replace(keys=(*case.keys, *wrong.keys), instead=instead, owner=owner)


def _bound(words: str) -> Callable[[_Case], Iterator[_Wrong]]:
    def say(case: _Case) -> Iterator[_Wrong]:
        value = case.value
        if value == "":
            yield _Wrong(case.keys, f"{case.name} is empty", "Give it a value, or remove the line.")
            return
        count = _shown(value) if isinstance(value, int | float) else _count(value)
        yield _Wrong(case.keys, f"{case.name} {words.format(value=count, limit=_flow(case.limit))}")

    return say


def _count(value: Any) -> str:
    what = "character" if isinstance(value, str) else "entry" if isinstance(value, list) else "key"
    plural = {"character": "characters", "entry": "entries", "key": "keys"}[what]
    return f"1 {what}" if len(value) == 1 else f"{len(value) or 'no'} {plural}"


_WORDS: dict[str, Callable[[_Case], Iterator[_Wrong]]] = {
    "type": _type,
    "additionalProperties": _additional,
    "required": _required,
    "enum": _enum,
    "const": _bound("can only be {limit}"),
    "format": _format,
    "pattern": _pattern,
    "uniqueItems": _unique,
    "propertyNames": _names,
    "anyOf": _any_of,
    "minimum": _bound("is {value}, and {limit} is the least"),
    "maximum": _bound("is {value}, and {limit} is the most"),
    "exclusiveMinimum": _bound("is {value}, and has to be more than {limit}"),
    "exclusiveMaximum": _bound("is {value}, and has to be less than {limit}"),
    "multipleOf": _bound("is {value}, and has to be a multiple of {limit}"),
    "minLength": _bound("has {value}, and {limit} is the least"),
    "maxLength": _bound("has {value}, and {limit} is the most"),
    "minItems": _bound("has {value}, and {limit} is the least"),
    "maxItems": _bound("has {value}, and {limit} is the most"),
    "minProperties": _bound("has {value}, and {limit} is the least"),
    "maxProperties": _bound("has {value}, and {limit} is the most"),
}
