"""One item in opsflow's own format: a file becomes an Item, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any, NamedTuple

from opsflow.model import Blocked, Board, Fault, Item, Judgement, Place, Spot, Waiver, Window
from opsflow.reading import documents, schema, values

_NAME = re.compile(r"([A-Z][A-Z0-9]*-[0-9A-HJKMNP-TV-Z]+)(?:-[a-z0-9][a-z0-9-]*)?\.ya?ml")


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


Read = tuple[Item | None, tuple[Fault, ...]]


def form(board: Board) -> Form:
    """The form of a board's items."""
    class_ = "standard" if "standard" in board.classes else next(iter(board.classes), "")
    reader = schema.reader("item", board.fields)
    return Form(board.key, zone(board), next(iter(board.types), ""), class_, reader, frozenset(board.fields))


def zone(board: Board) -> tzinfo:
    """The board's time zone."""
    if board.timezone == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(board.timezone)


def id_of(path: str) -> str:
    """The id that a file's name begins with: `OPS-7K3Q` of `items/OPS-7K3Q-renew.yaml`; empty if none."""
    match = _NAME.fullmatch(path.rpartition("/")[2])
    return match[1] if match else ""


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
    faults = (*_other_id(path, name, typed, form), *faults)
    if "state" not in typed:
        return None, faults
    made = _item(path, name, typed, form)
    if made.window and made.window.end <= made.window.start:
        message = "`window` ends before it starts"
        wrong = Judgement(Spot(path, ("window", "end")), message, "Swap `start` and `end`.")
        return made, (*faults, Fault("misshapen", wrong))
    return made, faults


def _misnamed(path: str, form: Form) -> Fault:
    name = path.rpartition("/")[2]
    example = f"{form.key or 'OPS'}-7K3Q"
    better = _better_name(name)
    message = f"`{name}` is no name for an item: it begins with an id, such as {example}, and then a slug"
    hint = (
        f"Rename it to {better}."
        if better
        else f"Rename it to something like {example}-renew-certificates.yaml."
    )
    return Fault("misnamed-file", Judgement(Place(path), message, hint))


def _better_name(name: str) -> str:
    """The name with its id in capitals and its slug in small letters, if that makes it a good one."""
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9]*-[0-9A-Za-z]+)(.*)\.(ya?ml)", name, re.IGNORECASE | re.ASCII)
    if not match:
        return ""
    slug = re.sub(r"[^a-z0-9]+", "-", match[2].lower()).strip("-")
    better = f"{match[1].upper()}{'-' * bool(slug)}{slug}.{match[3].lower()}"
    return better if _NAME.fullmatch(better) else ""


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
