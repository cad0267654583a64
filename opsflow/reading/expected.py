"""What may stand below a key, wherever the key stands in a board's files, as the schemas have it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from opsflow import resources

KINDS = ("item", "board", "people", "catalog")
TEXT, TEXTS, LIST, MAPPING = "text", "texts", "list", "mapping"
"""A text, number or day; a list of such; a list of anything else; keys with values."""


@cache
def shapes() -> Mapping[str, frozenset[str]]:
    """All keys of the files of a board, and what may stand below each, in one place or another."""
    found: dict[str, frozenset[str]] = {}
    for kind in KINDS:
        root = json.loads(resources.read("schema", f"{kind}.schema.json"))
        parts = [root]
        while parts:
            part = parts.pop()
            if isinstance(part, dict):
                for key, value in part.get("properties", {}).items():
                    found[key] = found.get(key, frozenset()) | _shapes(root, value)
                parts += part.values()
            elif isinstance(part, list):
                parts += part
    return found


def _shapes(root: Mapping[str, Any], part: Any) -> frozenset[str]:
    if not isinstance(part, dict):
        return frozenset((TEXT,))
    part = {**root.get("$defs", {}).get(part.get("$ref", "").rpartition("/")[2], {}), **part}
    choices = (*part.get("anyOf", ()), *part.get("oneOf", ()))
    if choices:
        return frozenset[str]().union(*(_shapes(root, choice) for choice in choices))
    if "items" in part or part.get("type") == "array":
        plain = _shapes(root, part.get("items")) == {TEXT}
        return frozenset((TEXTS if plain else LIST,))
    return frozenset((MAPPING if "properties" in part or part.get("type") == "object" else TEXT,))
