"""Documents against schema/*.json: typed values and what is wrong with them. The one door to jsonschema_rs.

The schemas are the only source: which text becomes a number or a boolean, what is allowed, and what a
message says. A value gets its type from its source text, so quotes never change it. What is wrong is
reported once and left out; the rest of the document stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from opsflow import resources, zones
from opsflow.model import Fault, Judgement, Keys, Spot
from opsflow.reading import conversion, values
from opsflow.reading.conversion import Schema
from opsflow.reading.names import id_of
from opsflow.reading.text import cut

if TYPE_CHECKING:
    from opsflow.model import Board
    from opsflow.reading.complaints import Wrong

_MOST_ROUNDS = 50
_MOST_FAULTS = 20
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


def document(kind: str) -> dict[str, Any]:
    """A schema as it is read by. `sources:` of a board has a schema of its own, and is any value here."""
    schema: dict[str, Any] = json.loads(resources.read("schema", f"{kind}.schema.json"))
    if kind == "board":
        schema["properties"]["sources"] = {}
    return schema


def for_editors(board: Board) -> dict[str, Any]:
    """The schema of a board's items: with its own fields, and with its states, types and classes alone."""
    schema = document("item")
    properties = schema["properties"]
    moment = properties["entered"]["patternProperties"].popitem()[1]
    names = {
        "state": [state.name for state in board.states],
        "type": list(board.types),
        "class": list(board.classes),
    }
    for key, known in names.items():
        properties[key] = {"description": properties[key]["description"], "enum": known}
    del properties["entered"]["patternProperties"], properties["entered"]["examples"]
    properties["entered"]["properties"] = dict.fromkeys(names["state"], moment)
    schema["properties"] = {**properties, **board.fields}
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
        """item, board, people or catalog."""
        self.schema = schema
        self.under = under
        """Where the document stands in its file."""
        self._typed = conversion.change(schema)
        self._validator = _validator(schema)

    def __call__(self, path: str, value: Any) -> tuple[Any, tuple[Fault, ...]]:
        """See `read`."""
        typed = self._typed(value)
        if self._validator.is_valid(typed):
            return typed, ()
        return self._mended(path, json.loads(json.dumps(value)))

    def meant(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The document as it is written, but with its misspelt keys as they were meant to be."""
        from opsflow.reading import complaints

        copy: dict[str, Any] = json.loads(json.dumps(value))
        for _ in range(_MOST_ROUNDS):
            slips = [wrong for wrong in self.wrongs(self._typed(copy)) if wrong.instead]
            if not slips:
                break
            for wrong in slips:
                complaints.cure(copy, wrong)
        return copy

    def _mended(self, path: str, value: Any) -> tuple[Any, tuple[Fault, ...]]:
        """The slow way: report what is wrong, leave it out, and look again at the rest."""
        from opsflow.reading import complaints

        found = self.wrongs(self._typed(value), holes=True)[:_MOST_FAULTS]
        faults = tuple(self._fault(path, wrong) for wrong in found)
        for _ in range(_MOST_ROUNDS):
            typed = self._typed(value)
            cures = [wrong for wrong in self.wrongs(typed) if wrong.target]
            if not cures:
                return typed, faults
            for wrong in cures:
                complaints.cure(value, wrong)
        return type(value)(), faults

    def _fault(self, path: str, wrong: Wrong) -> Fault:
        subject = f"{id_of(path) or path}: {wrong.about}" if wrong.about else ""
        where = Spot(path, (*self.under, *wrong.keys))
        judgement = Judgement(where, wrong.message, wrong.hint, subject=subject, extent=wrong.extent)
        return Fault("misshapen", judgement)

    def wrongs(self, typed: Any, holes: bool = False) -> list[Wrong]:
        """One for each place. With `holes`, empty entries of lists count as well."""
        from opsflow.reading import complaints

        return complaints.wrongs(self, typed, self._validator.iter_errors(typed), holes)

    def inside(self, part: Schema, under: Keys) -> Reader:
        """The reader of a value inside the document, by a part of the schema."""
        return Reader(self.kind, {**part, "$defs": self.schema.get("$defs", {})}, (*self.under, *under))


# -- validation ---------------------------------------------------------------------------------


_FORMATS: dict[str, Callable[[str], bool]] = {
    "date": lambda text: values.day(text) is not None,
    "moment": lambda text: values.moment(text, UTC) is not None,
    "timespan": lambda text: values.duration(text) is not None,
    "checklist": lambda text: not isinstance(values.steps(text), int),
    "whom": values.is_whom,
    "time-zone": lambda text: zones.known(text),
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
