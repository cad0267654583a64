"""What a validator refuses, in words: one plain sentence, what to do, and how to go on without it.

The words come from the schema where it has some: `description` for what is missing, `examples`,
`patternErrorMessage` (which editors show as well) and `namesErrorMessage` (ours, for keys that are names).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from opsflow.model import Keys
from opsflow.reading import hints, values
from opsflow.reading.conversion import Schema, resolved
from opsflow.reading.text import cut, name_of, odd_space

KINDS = {"item": "an item", "board": "opsflow.yaml", "people": "people.yaml", "catalog": "catalog.yaml"}
"""The kinds of document, each with the words that a message has for it."""
_POSITION = re.compile(r"\+?[0-9]{1,18}")
_MOST_GUESSES = 20
_MOST_CHOICES = 500
_LONGEST_GUESS = 60
"""Finding out what was meant takes time: for so many values, among so many, of so many characters."""
_MOST_DIGITS = 18
"""Of a whole number; see `values.number`."""


class Judge(Protocol):
    """What knows a schema, and can ask a validator."""

    kind: str
    schema: Schema
    under: Keys

    def inside(self, part: Schema, under: Keys) -> Judge:
        """A judge of a value inside the document, by a part of the schema."""

    def wrongs(self, typed: Any) -> list[Wrong]:
        """All that is wrong with a value."""


def wrongs(judge: Judge, typed: Any, errors: Iterable[Any], holes: bool) -> list[Wrong]:
    """One for each place, of a validator's errors. With `holes`, empty entries of lists count as well."""
    found: dict[Keys, Wrong] = {}
    cases: dict[tuple[Keys, str], _Case] = {}
    for error in errors:
        case = _Case(judge, typed, error)
        cases.setdefault((case.keys, case.keyword), case)
    for number, case in enumerate(sorted(cases.values(), key=lambda case: _rank(case.keyword))):
        case.guesses = number < _MOST_GUESSES
        for wrong in _said(case, holes):
            found.setdefault(wrong.keys, wrong)
    meant = {wrong.instead for wrong in found.values() if wrong.instead}
    return [wrong for wrong in found.values() if wrong.keys not in meant]


class Wrong(NamedTuple):
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
    about: str = ""
    """The words of the message that stay while the rest of the file changes. Empty: all of them."""
    extent: float = 0.0
    """How far beyond the limit it is; more is worse."""

    @property
    def target(self) -> Keys:
        """What to leave out or to change; empty where nothing can be done."""
        return self.keys if self.owner is None else self.owner


def cure(document: Any, wrong: Wrong) -> None:
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

    def __init__(self, judge: Judge, document: Any, error: Any) -> None:
        self.judge = judge
        self.error = error
        self.keys = _keys(document, error.instance_path)
        self.value = _at(document, self.keys)
        route = list(error.evaluation_path)
        self.schema = _schema_at(judge.schema, route[:-1])
        self.keyword = str(route[-1])
        self.limit = _part(self.schema, self.keyword)
        self.guesses = True
        """Whether it is worth finding out what was meant."""

    @property
    def name(self) -> str:
        """How the message calls the value."""
        return _name((*self.judge.under, *self.keys))


def _rank(keyword: Any) -> int:
    """Of several complaints about one value, the first of these is the one to report."""
    order = ("type", "minLength", "format")
    return order.index(keyword) if keyword in order else len(order)


def _said(case: _Case, holes: bool) -> Iterator[Wrong]:
    if case.value is None and case.keys:
        if holes or not isinstance(case.keys[-1], int):
            yield Wrong(case.keys, f"{case.name} has no value", "Give it one, or remove it.")
        return
    if isinstance(case.value, str) and case.keys and (odd := _odd_edge(case.value)):
        where = "begins" if odd == case.value[0] else "ends"
        message = f"{case.name} {where} with {name_of(odd)}"
        yield Wrong(case.keys, message, "Remove it: nobody can see it.", case.value.strip() or None)
        return
    words = _WORDS.get(case.keyword)
    if words is None:
        yield Wrong(case.keys, f"{case.name} does not fit: {case.error.message}")
        return
    under = (*case.judge.under, *case.keys)
    for wrong in words(case):
        hint = wrong.hint or hints.allowed(case.schema, case.keyword, under, case.value)
        yield wrong._replace(hint=hint)


def _odd_edge(text: str) -> str:
    """The space of another kind that a line of text begins or ends with; empty if none."""
    return "" if "\n" in text else odd_space(text[:1]) or odd_space(text[-1:])


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
    return f"`{cut(str(value).lower() if isinstance(value, bool) else str(value).replace(chr(10), '⏎'))}`"


def _schema_at(root: Schema, route: Iterable[Any]) -> Any:
    """The part of a schema that a validator's path names, through references."""
    found: Any = root
    for step in route:
        if step == "$ref":
            found = resolved(root, found)
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


def _type(case: _Case) -> Iterator[Wrong]:
    kind = str(case.limit[0] if isinstance(case.limit, list) else case.limit)
    value = case.value
    if kind in _KINDS and not isinstance(value, dict | list):
        message = f"{case.name} is {_shown(value)}, not {_KINDS[kind]}"
        meant = _MEANT.get(str(value).lower()) if kind == "boolean" else None
        if isinstance(value, str) and len(value) > _MOST_DIGITS and value.isdecimal():
            message = f"{case.name} has {len(value)} digits, and {_MOST_DIGITS} are the most"
            yield Wrong(case.keys, message, "Write a smaller number, or its size: 2e9.")
            return
        yield Wrong(case.keys, message, _kind_hint(kind, meant), value=meant)
        return
    wrapped = [value] if kind == "array" and isinstance(value, str) else None
    has = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a text"
    wanted = _SHAPES.get(kind) or f"{_KINDS.get(kind, 'something else')} belongs"
    yield Wrong(case.keys, f"{case.name} is {has}, where {wanted}", _as_list(case, wrapped), value=wrapped)


_MEANT = {"yes": True, "on": True, "no": False, "off": False}


def _kind_hint(kind: str, meant: bool | None) -> str:
    if kind == "boolean":
        return "Write true or false." if meant is None else f"Write {str(meant).lower()}."
    return "Write plain digits, without units, separators or leading zeros."


def _as_list(case: _Case, wrapped: list[str] | None) -> str:
    key = str(case.keys[-1]) if case.keys and isinstance(case.keys[-1], str) else ""
    inner = resolved(case.judge.schema, case.schema.get("items", {})).get("type", "string")
    if not wrapped or not key or inner in ("array", "object"):
        return ""
    from opsflow.reading import accidents

    written = accidents.in_brackets(wrapped[0]) if len(wrapped[0]) < 60 else ""
    if not written or case.judge.inside(case.schema, case.keys).wrongs(accidents.entries(wrapped[0])):
        return "Write it as a list."
    return f"Write: {key}: {written}"


def _additional(case: _Case) -> Iterator[Wrong]:
    """One for each key that cannot be: a name that is none, or an unknown key and what was probably meant."""
    if "patternProperties" in case.schema:
        why = case.schema.get("namesErrorMessage", "it has another form")
        for key in case.error.kind.unexpected:
            yield Wrong((*case.keys, key), f"{_shown(key)} cannot be a name in {case.name}: {why}")
        return
    owner = _owner(case)
    known = case.schema.get("properties", {})
    free = [key for key in known if key not in case.value]
    for number, key in enumerate(case.error.kind.unexpected):
        likely = near(key, free) if number < _MOST_GUESSES else ""
        message, keys = f"{_shown(key)} is not a key of {owner}", (*case.keys, key)
        if likely:
            free.remove(likely)
            asked = f"{message}; did you mean `{likely}`?"
            yield Wrong(keys, asked, f"Write `{likely}`.", instead=(*case.keys, likely), about=message)
        else:
            yield Wrong(keys, message, _unknown_hint(case))


def _owner(case: _Case) -> str:
    """How a message calls what holds the keys: a part of a section by its whole way."""
    if not case.judge.under:
        return case.name if case.keys else KINDS[case.judge.kind]
    keys = (*case.judge.under, *case.keys)
    return f"`{''.join(f'[{key}]' if isinstance(key, int) else f'.{key}' for key in keys)[1:]}`"


def _unknown_hint(case: _Case) -> str:
    if case.judge.kind == "item" and not case.keys:
        return "Remove it, or describe it under `fields:` in opsflow.yaml."
    return f"Its keys are {', '.join(case.schema.get('properties', {}))}."


def near(word: str, choices: Iterable[str]) -> str:
    """The choice that a slip of the keyboard makes `word` of, or empty."""
    plain = {re.sub(r"[^a-z0-9]", "", choice.lower()): choice for choice in choices}
    bare = re.sub(r"[^a-z0-9]", "", word.lower())[:_LONGEST_GUESS]
    if bare in plain:
        return plain[bare]
    if len(plain) > _MOST_CHOICES:
        return ""
    found = difflib.get_close_matches(bare, plain, n=1, cutoff=0.7)
    if not found and 2 < len(bare) < 7:
        found = [word for word in plain if sorted(word) == sorted(bare)]
    return plain[found[0]] if found else ""


def _required(case: _Case) -> Iterator[Wrong]:
    """A missing key. A choice counts as its first option."""
    owner = f" in {case.name}" if case.keys else ""
    for key in case.limit:
        if key not in case.value:
            part = resolved(case.judge.schema, case.schema.get("properties", {}).get(key, {}))
            choice = part.get("enum", [None])[0]
            hint = hints.missing(key, part)
            keys = (*case.keys, key)
            gone = case.keys if choice is None else keys
            yield Wrong(keys, f"`{key}` is missing{owner}", hint, choice, owner=gone)


def _enum(case: _Case) -> Iterator[Wrong]:
    options = [str(option) for option in case.limit]
    likely = near(str(case.value), options) if case.guesses and isinstance(case.value, str) else ""
    asked = f"; did you mean `{likely}`?" if likely else ""
    about = f"{case.name} is {_shown(case.value)}"
    message = f"{about}, and can only be {hints.either(options)}{asked}"
    hint = f"Write `{likely}`." if likely else ""
    yield Wrong(case.keys, message, hint, value=likely or None, about=about)


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


def _format(case: _Case) -> Iterator[Wrong]:
    if case.limit in _FORMATS:
        yield _FORMATS[case.limit](case)
        return
    what, hint = _FORMAT_WORDS.get(str(case.limit), (f"a {case.limit}", ""))
    limit = values.beyond(str(case.limit), str(case.value))
    why = f"and {limit}" if limit else f"which is not {what}"
    yield Wrong(case.keys, f"{case.name} is {_shown(case.value)}, {why}", hint)


def _step(case: _Case) -> Wrong:
    """The first line of a checklist that is no step; the others stay."""
    lines = str(case.value).split("\n")
    at = values.steps(str(case.value))
    number = at if isinstance(at, int) else 0
    good = "\n".join(line for line in lines if not isinstance(values.steps(line), int)) or None
    message = f"{_shown(lines[number].strip())} in {case.name} is not a step"
    hint = "Write one step a line: `- [ ] open step` or `- [x] finished step`."
    return Wrong((*case.keys, number), message, hint, good, owner=case.keys)


def _whom(case: _Case) -> Wrong:
    """A name that begins with a form that there is not, or with one and names nobody."""
    form, _, name = str(case.value).partition(":")
    meant = near(form, values.WHOM)
    about = f"{case.name} is {_shown(case.value)}"
    if form in values.WHOM:
        message = f"{about}, which names no {form}"
        name = name.strip()
    else:
        message = f"{about}, and `{cut(form)}:` begins no name"
    known = hints.either([f"{each}:{'ID' if each == 'item' else 'KEY'}" for each in values.WHOM])
    hint = f"Write a person's key, {known}; in free text, put a space after the colon."
    if meant and name:
        return Wrong(case.keys, message, f"Write `{cut(f'{meant}:{name}')}`.", f"{meant}:{name}", about=about)
    return Wrong(case.keys, message, hint, about=about)


_FORMATS: dict[Any, Callable[[_Case], Wrong]] = {"checklist": _step, "whom": _whom}


def _pattern(case: _Case) -> Iterator[Wrong]:
    why = case.schema.get("patternErrorMessage") or f"it has to match {cut(str(case.limit))}"
    yield Wrong(case.keys, f"{case.name} is {_shown(case.value)}: {why}")


def _unique(case: _Case) -> Iterator[Wrong]:
    seen: set[str] = set()
    for at, entry in enumerate(case.value):
        same = repr(entry)
        if entry is not None and same in seen:
            message = f"{case.name} has {_shown(entry)} twice"
            yield Wrong((*case.keys, at), message, "Remove one of the two.")
        seen.add(same)


def _any_of(case: _Case) -> Iterator[Wrong]:
    """What is wrong by the alternative that has the value's shape."""
    kinds: dict[type, str] = {list: "array", dict: "object"}
    shape = kinds.get(type(case.value), "string")
    options = [resolved(case.judge.schema, option) for option in case.limit]
    option = next((option for option in options if option.get("type", "string") == shape), None)
    if option is None:
        yield Wrong(case.keys, f"{case.name} is {_shown(case.value)}, which cannot stand here")
        return
    for wrong in case.judge.inside(option, case.keys).wrongs(case.value):
        instead = (*case.keys, *wrong.instead) if wrong.instead else None
        owner = None if wrong.owner is None else (*case.keys, *wrong.owner)
        yield wrong._replace(keys=(*case.keys, *wrong.keys), instead=instead, owner=owner)


def _bound(words: str) -> Callable[[_Case], Iterator[Wrong]]:
    def say(case: _Case) -> Iterator[Wrong]:
        value = case.value
        if value == "":
            yield Wrong(case.keys, f"{case.name} is empty", "Give it a value, or remove the line.")
            return
        count = _shown(value) if isinstance(value, int | float) else _count(value)
        message, about = (
            f"{case.name} {words.format(value=shown, limit=hints.flow(case.limit))}" for shown in (count, "…")
        )
        yield Wrong(case.keys, message, about=about, extent=_beyond(value, case.limit))

    return say


def _beyond(value: Any, limit: Any) -> float:
    """How far a number or a length is from its limit; 0 where the two cannot be compared."""
    size = value if isinstance(value, int | float) else len(value)
    return abs(float(size) - float(limit)) if isinstance(limit, int | float) else 0.0


def _count(value: Any) -> str:
    what = "character" if isinstance(value, str) else "entry" if isinstance(value, list) else "key"
    plural = {"character": "characters", "entry": "entries", "key": "keys"}[what]
    return f"1 {what}" if len(value) == 1 else f"{len(value) or 'no'} {plural}"


_WORDS: dict[str, Callable[[_Case], Iterator[Wrong]]] = {
    "type": _type,
    "additionalProperties": _additional,
    "required": _required,
    "enum": _enum,
    "const": _bound("can only be {limit}"),
    "format": _format,
    "pattern": _pattern,
    "uniqueItems": _unique,
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
