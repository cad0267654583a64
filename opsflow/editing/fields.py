"""`FIELD=VALUE`: what a person writes of a field becomes an edit, by what the schema says of the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, NamedTuple

from opsflow.errors import OpsflowError
from opsflow.model import Board
from opsflow.reading import edits, shapes, values
from opsflow.reading.edits import Edit

_FORM = re.compile(
    r"(?P<keys>[A-Za-z_][A-Za-z0-9_-]*?(?:\.[^=]+?)?)(?P<sign>\+=|-=|=)(?P<text>.*)", re.DOTALL
)
FORM = "FIELD=VALUE, FIELD+=VALUE or FIELD-=VALUE"
CHECKLIST = "checklist"
ID_FIELDS = ("depends_on", "part_of")
"""Fields whose values are ids, which may be abbreviated."""

Full = Callable[[str], str]
"""The id that an abbreviation means; what means none, or several, as it is."""


class Assignment(NamedTuple):
    """What is said of one field."""

    keys: tuple[str, ...]
    sign: str
    """`=`, `+=` or `-=`."""
    texts: tuple[str, ...]
    """The entries of a list; of a single value, the one text. None: the field goes."""
    many: bool
    """Whether the field is a list."""

    @property
    def name(self) -> str:
        """What a person calls the field."""
        return ".".join(self.keys)


def is_assignment(text: str) -> bool:
    """Whether a word of the command line is one, and not the id of an item."""
    return _FORM.fullmatch(text) is not None


def named(text: str) -> str:
    """The field that an assignment names, as written."""
    found = _FORM.fullmatch(text)
    return found["keys"].partition(".")[0] if found else ""


def parse(text: str, board: Board, today: date, full: Full = lambda text: text) -> Assignment:
    """One assignment. OpsflowError for a field that items do not have, or that cannot be set so.

    A day may be `today`, `tomorrow` or a length of time from today.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise OpsflowError(f"{text!r} sets nothing; write {FORM}.")
    first, _, rest = found["keys"].partition(".")
    keys = (_field(first, board), *_inner(first, rest))
    part = _described(keys, board)
    kind = part.get("type")
    many = kind == "array"
    sign, value = found["sign"], found["text"]
    if not many and sign != "=":
        raise OpsflowError(f"{'.'.join(keys)} is no list; set it with `{'.'.join(keys)}={value}`.")
    if kind == "object" and value:
        known = ", ".join(f"{keys[-1]}.{name}" for name in part.get("properties", {})) or f"{keys[-1]}.NAME"
        raise OpsflowError(f"{'.'.join(keys)} has keys of its own; set one of them: {known}.")
    if many and value.strip()[:1] == "[" and value.strip()[-1:] == "]":
        bare = value.strip()[1:-1]
        raise OpsflowError(f"A list is written without brackets: {'.'.join(keys)}{sign}{bare}")
    texts = tuple(filter(None, map(str.strip, value.split(",")))) if many else (value,) if value else ()
    if many and sign != "=" and not texts:
        raise OpsflowError(f"{text!r} names nothing; write what is to be added or taken away.")
    if part.get("format") == "date":
        texts = tuple(str(values.day_from(each, today) or each) for each in texts)
    return Assignment(keys, sign, tuple(_ids(keys, texts, full)), many)


def edits_of(given: Assignment) -> tuple[Edit, ...]:
    """The edits that an assignment means."""
    if given.sign == "+=":
        return tuple(edits.Add(given.keys, text) for text in given.texts)
    if given.sign == "-=":
        return tuple(edits.Drop(given.keys, text) for text in given.texts)
    if not given.texts:
        return (edits.Remove(given.keys),)
    return (edits.Set(given.keys, [*dict.fromkeys(given.texts)] if given.many else _lines(given)),)


def _lines(given: Assignment) -> str:
    """A text as it is written: of steps, and of several lines, a block of whole lines."""
    (text,) = given.texts
    lines = given.keys == (CHECKLIST,) or "\n" in text
    return f"{text}\n" if lines and not text.endswith("\n") else text


def said(given: Iterable[Assignment]) -> str:
    """What assignments do, as a commit says it: "Set due to 2026-12-01, add audit to labels"."""
    text = ", ".join(dict.fromkeys(map(_said, given)))
    return text[:1].upper() + text[1:]


def done(given: Iterable[Assignment]) -> str:
    """The same as it is told afterwards: "due is set to 2026-12-01, audit is added to labels"."""
    return ", ".join(dict.fromkeys(map(_done, given)))


def _done(given: Assignment) -> str:
    value = _value(given)
    if given.sign != "=":
        verb = "are" if len({*given.texts}) > 1 else "is"
        how = "added to" if given.sign == "+=" else "taken from"
        return f"{value} {verb} {how} {given.name}"
    return f"{given.name} is set to {value}" if given.texts else f"{given.name} is removed"


def _value(given: Assignment) -> str:
    value = ", ".join(dict.fromkeys(" ".join(text.split()) for text in given.texts))
    return value if len(value) <= 60 else f"{value[:57].rstrip()}..."


def _said(given: Assignment) -> str:
    value = _value(given)
    if given.sign == "+=":
        return f"add {value} to {given.name}"
    if given.sign == "-=":
        return f"take {value} from {given.name}"
    return f"set {given.name} to {value}" if given.texts else f"remove {given.name}"


# -- what fields there are ----------------------------------------------------------------------


def names(board: Board) -> tuple[str, ...]:
    """The fields of an item, the board's own last."""
    return (*shapes.of("items/OPS-1.yaml").part["properties"], *board.fields)


def described(board: Board, keys: Sequence[str]) -> Mapping[str, Any]:
    """What the schema says of the value at these keys; empty where it describes none."""
    item = shapes.of("items/OPS-1.yaml")
    properties = {**item.part["properties"], **board.fields}
    return shapes.Shape(item.root, {"properties": properties}).under(tuple(keys)).part


def _field(name: str, board: Board) -> str:
    """The field that a name means: itself, or the list that it is the singular of."""
    known = names(board)
    for meant in (name, f"{name}s"):
        if meant in known:
            return meant
    near = get_close_matches(name, known, 1)
    hint = f" Did you mean {near[0]!r}?" if near else f" There are {', '.join(known)}."
    raise OpsflowError(f"There is no field {name!r}.{hint}")


def _inner(field: str, rest: str) -> tuple[str, ...]:
    """The keys below a field. Names of states and rules may have dots, where only one key can follow."""
    if not rest:
        return ()
    return (rest,) if field == "entered" else tuple(rest.split("."))


def _described(keys: tuple[str, ...], board: Board) -> Mapping[str, Any]:
    part = described(board, keys)
    if not part and len(keys) > 1 and described(board, keys[:1]).get("type") != "object":
        raise OpsflowError(f"{keys[0]} has no keys of its own; set it with `{keys[0]}=VALUE`.")
    if not part and len(keys) > 1:
        known = described(board, keys[:1]).get("properties", {})
        there = f" There are {', '.join(f'{keys[0]}.{name}' for name in known)}." if known else ""
        raise OpsflowError(f"There is no key {'.'.join(keys)!r}.{there}")
    return part


def _ids(keys: tuple[str, ...], texts: Iterable[str], full: Full) -> Iterable[str]:
    if keys[0] in ID_FIELDS:
        return map(full, texts)
    if keys == ("blocked", "by"):
        return (f"item:{full(text[5:])}" if text.startswith("item:") else text for text in texts)
    return texts
