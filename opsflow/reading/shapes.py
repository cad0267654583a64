"""What the schemas say about the keys of a document: their order, and which values are texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from opsflow import resources
from opsflow.model import BOARD_FILE, CATALOG_FILE, PEOPLE_FILE, Keys

_KINDS = {BOARD_FILE: "board", PEOPLE_FILE: "people", CATALOG_FILE: "catalog"}
_LAST = ("checklist", "description")
"""The long texts of an item; the board's own fields come before them."""


class Shape(NamedTuple):
    """A part of a schema; what it does not know has the empty shape."""

    root: Mapping[str, Any]
    part: Mapping[str, Any]

    def at(self, key: str | int) -> Shape:
        """The shape of what stands under a key or in a list."""
        if isinstance(key, int):
            return self._of(self.part.get("items"))
        named = self.part.get("properties", {}).get(key)
        if named is not None:
            return self._of(named)
        for pattern, part in self.part.get("patternProperties", {}).items():
            if re.search(pattern, key):
                return self._of(part)
        return self._of(self.part.get("additionalProperties"))

    def under(self, keys: Keys) -> Shape:
        """The same, for a way of several keys."""
        shape = self
        for key in keys:
            shape = shape.at(key)
        return shape

    def rank(self, key: str) -> float:
        """Where a key belongs: as the schema has it; unknown ones last, but before an item's long texts."""
        known = list(self.part.get("properties", ()))
        if key in known:
            return known.index(key)
        last = [known.index(name) for name in _LAST if name in known]
        return min(last) - 0.5 if last else len(known)

    def ordered(self, keys: Iterable[str]) -> list[str]:
        """Keys in the order of the schema, unknown ones as they come."""
        return sorted(keys, key=self.rank)

    @property
    def is_text(self) -> bool:
        """Whether only a text may stand there."""
        return self.part.get("type") == "string"

    def _of(self, part: Any) -> Shape:
        while isinstance(part, Mapping) and "$ref" in part:
            part = self.root.get("$defs", {}).get(str(part["$ref"]).rpartition("/")[2])
        return Shape(self.root, part if isinstance(part, Mapping) else {})


def of(path: str) -> Shape:
    """The shape of a file of the board, by its name: one of the board's own files, or an item."""
    return _shape(kind(path))


def kind(path: str) -> str:
    """The schema of a file of the board, by its name."""
    return _KINDS.get(path.rpartition("/")[2], "item")


@cache
def _shape(kind: str) -> Shape:
    schema = json.loads(resources.read("schema", f"{kind}.schema.json"))
    return Shape(schema, schema)
