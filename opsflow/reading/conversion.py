"""Which texts become numbers or booleans, as a schema says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from opsflow.reading import values

Schema = Mapping[str, Any]
Change = Callable[[Any], Any]
"""Makes a typed value of one whose scalars are texts. What does not fit stays as it is."""


def change(schema: Schema) -> Change:
    """The change for the values that a schema describes."""
    return _change(schema, schema, {}) or _same


def resolved(root: Schema, schema: Any) -> Any:
    """A schema with what it refers to; its own words come first."""
    if isinstance(schema, Mapping) and "$ref" in schema:
        return {**_definition(root, schema["$ref"]), **schema}
    return schema


def _change(schema: Any, root: Schema, known: dict[str, Change | None]) -> Change | None:
    """What makes typed values of texts by a schema; None where texts stay as they are."""
    if not isinstance(schema, Mapping):
        return None
    if "$ref" in schema:
        return _referred(schema["$ref"], root, known)
    if "anyOf" in schema:
        return _by_shape(schema["anyOf"], root, known)
    return _by_type(schema, root, known)


def _referred(ref: str, root: Schema, known: dict[str, Change | None]) -> Change | None:
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


def _by_shape(options: Iterable[Any], root: Schema, known: dict[str, Change | None]) -> Change | None:
    """For alternatives of different shapes: the value's own shape chooses."""
    changes: dict[type, Change] = {}
    for option in options:
        change = _change(option, root, known)
        shape = {"array": list, "object": dict}.get(str(option.get("type")), str)
        if change:
            changes.setdefault(shape, change)
    return (lambda value: changes.get(type(value), _same)(value)) if changes else None


def _same(value: Any) -> Any:
    return value


def _by_type(schema: Schema, root: Schema, known: dict[str, Change | None]) -> Change | None:
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
    others = (*schema.get("patternProperties", {}).values(), schema.get("additionalProperties"))
    rest = _change(others[0], root, known)
    listed = frozenset(schema.get("properties", {}))
    return (lambda value: _members(value, keys, rest, listed)) if keys or rest else None


def _each(value: Any, change: Change) -> Any:
    return [change(entry) for entry in value] if isinstance(value, list) else value


def _members(value: Any, keys: Mapping[str, Change], rest: Change | None, listed: frozenset[str]) -> Any:
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


_SCALARS: dict[Any, Change] = {"number": _number, "integer": _number, "boolean": _flag}
