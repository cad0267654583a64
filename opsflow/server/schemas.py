"""What may stand where in a file of the board, by schema/*.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from opsflow.model import BOARD_FILE, CATALOG_FILE, PEOPLE_FILE, Board, Keys
from opsflow.reading import globs, schema

Part = Mapping[str, Any]
KINDS = {BOARD_FILE: "board", PEOPLE_FILE: "people", CATALOG_FILE: "catalog"}
NOTHING: Part = {}


def kind(board: Board, path: str) -> str:
    """What a file of a board is: board, people, catalog or item; empty where it is none of ours."""
    if path in KINDS:
        return KINDS[path]
    if not path.endswith((".yaml", ".yml")) or not globs.matcher(board.item_globs)(path):
        return ""
    return "" if _is_foreign(board, path) else "item"


def _is_foreign(board: Board, path: str) -> bool:
    if not board.sources:
        return False
    from opsflow.reading import sources

    compiled, _ = sources.compile(board.sources, board.fields)
    return sources.find(compiled, path) is not None


@lru_cache(maxsize=4)
def _whole(kind: str) -> dict[str, Any]:
    return schema.document(kind)


def whole(kind: str, board: Board) -> Part:
    """The schema of a kind of file; of items with the board's own fields."""
    found = _whole(kind)
    return {**found, "properties": {**found["properties"], **board.fields}} if kind == "item" else found


def part(kind: str, board: Board, keys: Keys) -> Part:
    """What the schema says of a value; empty where it says nothing."""
    root = whole(kind, board)
    found = [root]
    for key in keys:
        found = [inner for each in found for inner in _step(root, each, key)]
    return _described(root, found[0]) if found else NOTHING


def _choices(root: Part, given: Part) -> list[Part]:
    """The part itself and what it refers to, or each of what it leaves the choice between."""
    found = [given]
    name = given.get("$ref", "").rpartition("/")[2]
    if name:
        found += _choices(root, root.get("$defs", {}).get(name, NOTHING))
    for each in (*given.get("anyOf", ()), *given.get("oneOf", ())):
        found += _choices(root, each)
    return found


def _step(root: Part, given: Part, key: str | int) -> list[Part]:
    found: list[Any] = []
    for each in _choices(root, given):
        if isinstance(key, int):
            found.append(each.get("items"))
        elif key in each.get("properties", NOTHING):
            found.append(each["properties"][key])
        else:
            patterns = each.get("patternProperties", NOTHING)
            found += [inner for pattern, inner in patterns.items() if re.search(pattern, key)]
            found.append(each.get("additionalProperties", NOTHING))
    return [inner for inner in found if isinstance(inner, dict) and inner]


def _described(root: Part, given: Part) -> Part:
    """The part with all that it refers to: its own words first, and the values of all choices."""
    choices = _choices(root, given)
    merged: dict[str, Any] = {}
    values: list[Any] = []
    for each in choices:
        merged = {**each, **merged}
        merged["properties"] = {**each.get("properties", {}), **merged.get("properties", {})}
        values += [each["const"]] if "const" in each else each.get("enum", [])
        values += [True, False] if each.get("type") == "boolean" else []
    plain = (value for value in values if isinstance(value, str | int | float))
    return {**merged, "enum": list(dict.fromkeys(plain))}


def is_list(given: Part) -> bool:
    """Whether a list may stand there."""
    return given.get("type") == "array" or "items" in given


def is_mapping(given: Part) -> bool:
    """Whether keys with values may stand there."""
    return given.get("type") == "object" or bool(given.get("properties"))
