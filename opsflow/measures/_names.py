"""How states, types, people and vendors look in a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsflow.model import Board


def sentence_case(name: str) -> str:
    """A key as people read it: "fixed-date" becomes "Fixed date"."""
    text = name.replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def state(board: Board, name: str) -> dict[str, Any]:
    """A state of the workflow, or one that it does not know."""
    known = board.state(name)
    if known is None:
        return {"state": name, "title": name, "kind": ""}
    return {"state": name, "title": known.title or sentence_case(name), "kind": known.kind.value}


def type_(board: Board, name: str) -> dict[str, Any]:
    """A type of work."""
    known = board.types.get(name)
    title = known.title if known and known.title else sentence_case(name)
    return {"key": name, "title": title, "planned": known is None or known.planned}


def class_(board: Board, name: str) -> dict[str, Any]:
    """A class of service."""
    known = board.classes.get(name)
    title = known.title if known and known.title else sentence_case(name)
    return {"key": name, "title": title, "beyond_limits": known is not None and known.beyond_limits}


def named(names: Mapping[str, Any] | None, key: str) -> dict[str, Any]:
    """A service, vendor or team: its key and its name."""
    known = (names or {}).get(key)
    return {"key": key, "name": known.name if known else key}


def mover(board: Board, by: str) -> str:
    """Who or what has to move, as people say it: "Maria Keller", "vendor ACME", "OPS-3"."""
    kind, colon, rest = by.partition(":")
    if colon and rest and kind == "vendor":
        return f"vendor {named(board.vendors, rest)['name']}"
    if colon and rest and kind == "team":
        return f"team {named(board.teams, rest)['name']}"
    if colon and rest and kind == "item":
        return rest
    return board.people[by].name if board.people and by in board.people else by
