"""One item in opsflow's own format: a file becomes an Item, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, NamedTuple

from opsflow import zones
from opsflow.model import (
    Blocked,
    Board,
    Fault,
    Item,
    Judgement,
    Keys,
    Place,
    Severity,
    Spot,
    Waiver,
    Window,
)
from opsflow.reading import documents, schema, values
from opsflow.reading.names import NAME, id_of
from opsflow.reading.text import cut


class Form(NamedTuple):
    """What a board says about the form of its items."""

    key: str
    """What ids begin with; empty takes any."""
    zone: tzinfo
    type: str
    """Of an item that names none."""
    class_: str
    reader: schema.Reader
    own: frozenset[str]
    """The names of the board's own fields."""
    lines: frozenset[str]
    """The keys whose value is one line of free text."""


Read = tuple[Item | None, tuple[Fault, ...]]


def form(board: Board) -> Form:
    """The form of a board's items."""
    class_ = "standard" if "standard" in board.classes else next(iter(board.classes), "")
    reader = schema.reader("item", board.fields)
    own = frozenset(board.fields)
    lines = {name for name, field in board.fields.items() if _is_line(field)} | {"title", "reason"}
    kind = next(iter(board.types), "")
    return Form(board.key, zone(board), kind, class_, reader, own, frozenset(lines))


def _is_line(field: Mapping[str, Any]) -> bool:
    return field.get("type") == "string" and field.keys().isdisjoint(("enum", "const", "format", "pattern"))


def zone(board: Board) -> tzinfo:
    """The board's time zone."""
    return zones.named(board.timezone)


def read(path: str, data: bytes, form: Form) -> Read:
    """The item of a file. It is None where the file cannot be read, has no id in its name, or no state.

    A misspelt key counts as what it was meant to be, and a bad value is left out, so that an item
    with a fault still stands where it stands.
    """
    name = id_of(path)
    if not name:
        return None, (_misnamed(path, form),)
    value, faults = documents.load(path, data)
    if value is None:
        return None, faults
    typed, faults = form.reader(path, value)
    if b" #" in data:
        faults = _with_comments(path, data, value, faults, form.lines)
    faults = (*_other_id(path, name, typed, form), *faults)
    if "state" not in typed:
        return None, faults
    made = _item(path, name, typed, form)
    if made.window and made.window.end <= made.window.start:
        return made, (*faults, _backwards(path, made.window))
    return made, faults


_CUT = re.compile(
    r"^ *(?P<key>[A-Za-z_][\w-]*): +(?:(?P<text>[^\s\"'#\[{|>&*!][^\n]*?) +)?(?P<rest>#\w[^\n]*?) *\r?$",
    re.MULTILINE,
)


def _with_comments(
    path: str, data: bytes, value: Mapping[str, Any], faults: tuple[Fault, ...], lines: frozenset[str]
) -> tuple[Fault, ...]:
    """The faults, and what is said of texts like `Fix #3`, of which YAML takes the end for a comment."""
    from opsflow.reading import accidents

    found = list(faults)
    text = data.decode().removeprefix("\ufeff")
    for match in _CUT.finditer(text):
        key, before, rest = match["key"], match["text"], match["rest"]
        keys = _standing(value, key, before) if key in lines else None
        if keys is None:
            continue
        hint = f"Write: {key}: {accidents.in_quotes(f'{before} {rest}' if before else rest)}"
        if before:
            line = text.count("\n", 0, match.start()) + 1
            place = Place(path, line, match.start("rest") - match.start() + 1, len(rest))
            message = f"`{key}` ends before `{cut(rest)}`, which is a comment in YAML"
            hint = f"{hint}; if it is a comment, put a space after the `#`."
            found.append(Fault("misshapen", Judgement(place, message, hint, Severity.WARNING)))
        for at, fault in enumerate(faults):
            if not before and fault.judgement.where == Spot(path, keys):
                found[at] = fault._replace(judgement=fault.judgement._replace(hint=hint))
    return tuple(found)


def _standing(value: Mapping[str, Any], key: str, text: str | None) -> Keys | None:
    """Where in a document a key has that text; None where it has not, as inside of a long text."""
    for name, part in value.items():
        if name == key and part == text:
            return (name,)
        found = _standing(part, key, text) if isinstance(part, dict) else None
        if found is not None:
            return (name, *found)
    return None


def _backwards(path: str, window: Window) -> Fault:
    message, hint = "`window` ends before it starts", "Swap `start` and `end`."
    if window.end == window.start:
        message, hint = "`window` ends when it starts", "Write a later `end`."
    return Fault("misshapen", Judgement(Spot(path, ("window", "end")), message, hint))


def _misnamed(path: str, form: Form) -> Fault:
    name = path.rpartition("/")[2]
    example = f"{form.key or 'OPS'}-7K3Q"
    better = _better_name(name)
    why = _why_misnamed(name, form) or f"it begins with an id, such as {example}, and then a slug"
    message = f"`{name}` is no name for an item: {why}"
    hint = (
        f"Rename it to {better}."
        if better
        else f"Rename it to something like {example}-renew-certificates.yaml."
    )
    return Fault("misnamed-file", Judgement(Place(path), message, hint))


def _why_misnamed(name: str, form: Form) -> str:
    """What is wrong with a name that begins with something like an id; empty where it does not."""
    match = _LIKE_A_NAME.fullmatch(name)
    if not match or (form.key and match["prefix"].upper() != form.key):
        return ""
    found = []
    if match["id"] != match["id"].upper() or match["prefix"] != match["prefix"].upper():
        found.append("the id is written in capital letters")
    bad = " and ".join(f"`{letter}`" for letter in dict.fromkeys(re.findall("[ILOU]", match["id"].upper())))
    if bad:
        found.append(
            f"{bad} {'are' if ' and ' in bad else 'is'} not used in ids "
            "(they use digits and capital letters without I, L, O and U)"
        )
    slug = match["slug"]
    if slug != slug.lower():
        found.append("the slug is written in small letters")
    if slug and not re.fullmatch(r"-[a-z0-9][a-z0-9-]*", slug.lower()):
        found.append("the slug is a hyphen, and then the letters a to z, digits and hyphens")
    if match["ending"] != match["ending"].lower():
        found.append("the ending is written in small letters")
    return "; ".join(found)


_LIKE_A_NAME = re.compile(
    r"(?P<prefix>[A-Za-z][A-Za-z0-9]*)-(?P<id>[A-Za-z0-9]+)(?P<slug>.*)\.(?P<ending>[Yy][Aa]?[Mm][Ll])"
)


def is_like(path: str) -> bool:
    """Whether a file's name is that of an item but for letter case."""
    return bool(_better_name(path.rpartition("/")[2]))


def _better_name(name: str) -> str:
    """The name with its id in capitals and its slug in small letters, if that makes it a good one."""
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9]*-[0-9A-Za-z]+)(.*)\.(ya?ml)", name, re.IGNORECASE | re.ASCII)
    if not match:
        return ""
    slug = re.sub(r"[^a-z0-9]+", "-", match[2].lower()).strip("-")
    better = f"{match[1].upper()}{'-' * bool(slug)}{slug}.{match[3].lower()}"
    return better if NAME.fullmatch(better) else ""


def _other_id(path: str, id: str, typed: Mapping[str, Any], form: Form) -> tuple[Fault, ...]:
    """Faults for a name and an `id:` that do not fit the board, or each other."""
    if form.key and not id.startswith(f"{form.key}-"):
        message = f"the id {id} does not begin with the board's key {form.key}"
        return (
            Fault("misnamed-file", Judgement(Place(path), message, f"Rename the file to {form.key}-….yaml.")),
        )
    inside = typed.get("id", id)
    if inside == id:
        return ()
    message = f"`id` is {inside}, and the file's name says {id}"
    return (
        Fault(
            "misnamed-file", Judgement(Spot(path, ("id",)), message, "Remove the line, or rename the file.")
        ),
    )


def _item(path: str, id: str, typed: Mapping[str, Any], form: Form) -> Item:
    """An item of typed values that the schema has accepted."""
    fields: dict[str, Any] = {"type": form.type, "class_": form.class_, "title": id}
    own: dict[str, Any] = {}
    for key, value in typed.items():
        make = _MAKE.get(key)
        if make:
            fields[key] = make(value, form.zone)
        elif key in form.own:
            own[key] = value
        else:
            fields[_NAMES.get(key, key)] = value
    fields["id"] = id
    return Item(path=path, raw_state=fields["state"], fields=own, **fields)


def _texts(value: list[str | None], zone: tzinfo) -> tuple[str, ...]:
    return tuple(text for text in value if text is not None)


def _blocked(value: Mapping[str, str], zone: tzinfo) -> Blocked:
    return Blocked(value["reason"], value.get("by", ""))


def _window(value: Mapping[str, str], zone: tzinfo) -> Window | None:
    start, end = values.moment(value["start"], zone), values.moment(value["end"], zone)
    return Window(start, end) if start and end else None


def _entered(value: Mapping[str, str], zone: tzinfo) -> dict[str, Any]:
    return {state: values.moment(text, zone) for state, text in value.items()}


def _allow(value: Mapping[str, Mapping[str, str]], zone: tzinfo) -> dict[str, Waiver]:
    return {
        rule: Waiver(rule, of["reason"], of.get("by", ""), values.day(of["until"]) if "until" in of else None)
        for rule, of in value.items()
    }


def _day(value: str, zone: tzinfo) -> Any:
    return values.day(value)


def _number(value: float, zone: tzinfo) -> float:
    return float(value)


def _steps(value: str, zone: tzinfo) -> Any:
    return values.steps(value)


def _duration(value: str, zone: tzinfo) -> Any:
    return values.duration(value)


_NAMES = {"class": "class_"}
_MAKE: dict[str, Callable[[Any, tzinfo], Any]] = {
    "assignees": _texts,
    "depends_on": _texts,
    "services": _texts,
    "skills": _texts,
    "labels": _texts,
    "due": _day,
    "start_after": _day,
    "estimate": _duration,
    "value": _number,
    "cost": _number,
    "cost_of_delay": _number,
    "blocked": _blocked,
    "window": _window,
    "entered": _entered,
    "allow": _allow,
    "checklist": _steps,
}
