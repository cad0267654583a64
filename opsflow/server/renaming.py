"""Another id for an item: its file's name, and every place that names it."""

from __future__ import annotations

import re
from typing import NamedTuple

from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import Item
from opsflow.reading import documents
from opsflow.reading.canonical import Value
from opsflow.reading.names import id_of
from opsflow.server import names, schemas, tokens
from opsflow.server.changes import Change, Edit


class Renamed(NamedTuple):
    """What can be renamed at a place."""

    id: str
    start: int
    end: int


def at(facts: Facts, path: str, text: str, position: int) -> Renamed | None:
    """The id at a position, or the item whose title is there; None where there is neither."""
    read = tokens.read(text)
    name = names.at(facts.board, path, text, read, position)
    if name is not None:
        return Renamed(name.name, name.start, name.end) if name.kind == names.ITEM else None
    token = tokens.near(read, position)
    item = names.own_item(facts.board, path, token)
    return Renamed(item.id, token.start, token.end) if item and token else None


def rename(facts: Facts, id: str, new: str) -> Change:
    """Give an item another id. Raises OpsflowError where that is none, or somebody has it.

    Every mention in the board's own files goes with it, those in descriptions and comments as well: an
    id means nothing else.
    """
    item = facts.board.items.get(id)
    if item is None:
        raise OpsflowError(f"There is no item {id} on the board: only ids of items can be renamed.")
    if new == id:
        return Change()
    _refuse(facts, item, new)
    edits: list[Edit] = []
    for path, data in facts.tree.items():
        if id.encode() in data and schemas.kind(facts.board, path):
            edits += _mentions(path, data, id, new)
    folder, slash, name = item.path.rpartition("/")
    return Change(tuple(edits), ((item.path, f"{folder}{slash}{new}{name.removeprefix(id)}"),))


def _refuse(facts: Facts, item: Item, new: str) -> None:
    from opsflow.editing import ids

    key = facts.board.key
    if not new.startswith(f"{key}-") or id_of(f"{new}.yaml") != new:
        raise OpsflowError(
            f"{new or 'Nothing'} is no id of this board: write {key}- and digits or capital letters "
            "without I, L, O and U."
        )
    if item.source is not None or id_of(item.path) != item.id:
        raise OpsflowError(f"{item.id} comes from a record of another format: change its id there.")
    if new in facts.board.items or new in facts.board.unread:
        raise OpsflowError(f"{new} is the id of another item: choose one that is free.")
    if new in ids.taken(facts):
        raise OpsflowError(
            f"{new} was the id of an item, or is one on another branch: choose one that is free."
        )


def _mentions(path: str, data: bytes, id: str, new: str) -> list[Edit]:
    """An edit for each mention in a file, after a look at what the file then says."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    mention = re.compile(rf"(?<![\w-]){re.escape(id)}(?!\w)")
    before, _ = documents.load(path, data)
    after, _ = documents.load(path, mention.sub(new, text).encode("utf-8", "replace"))
    if before is not None and after != _replaced(before, mention, new):
        raise OpsflowError(
            f"{path} cannot be changed so that it is read as meant: correct {id} there by hand."
        )
    return [Edit(path, match.start(), match.end(), new) for match in mention.finditer(text)]


def _replaced(value: Value, mention: re.Pattern[str], new: str) -> Value:
    if isinstance(value, dict):
        return {key: _replaced(part, mention, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, mention, new) for part in value]
    return mention.sub(new, value) if isinstance(value, str) else value
