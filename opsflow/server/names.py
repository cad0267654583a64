"""Names in the files of a board: of what kind each is, where it is given and where it is used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from opsflow.facts import Facts
from opsflow.model import BOARD_FILE, CATALOG_FILE, PEOPLE_FILE, Board, Item, Keys, Spot
from opsflow.server import schemas, tokens
from opsflow.server.places import Text
from opsflow.server.tokens import BLOCK, KEY, VALUE, Token

ITEM, STATE, TYPE, CLASS, PERSON, TEAM = "item", "state", "type", "class", "person", "team"
SERVICE, VENDOR, PROJECT, RULE, SKILL, LABEL = "service", "vendor", "project", "rule", "skill", "label"
WHOLE, MOVER, OWNER = "whole", "mover", "owner"
"""An item or a project; a person, `team:NAME`, `vendor:NAME`, `item:ID` or free text; a person or a team."""

ANY = None
_Keys = tuple[str | None, ...]
"""The way to a value; ANY stands for every name or position."""
_Way = tuple[str, _Keys]
"""The kind of file, and the way in it."""
_VALUES: Mapping[_Way, str] = {
    ("item", ("id",)): ITEM,
    ("item", ("state",)): STATE,
    ("item", ("type",)): TYPE,
    ("item", ("class",)): CLASS,
    ("item", ("assignees", ANY)): PERSON,
    ("item", ("requester",)): PERSON,
    ("item", ("depends_on", ANY)): ITEM,
    ("item", ("part_of",)): WHOLE,
    ("item", ("services", ANY)): SERVICE,
    ("item", ("vendor",)): VENDOR,
    ("item", ("skills", ANY)): SKILL,
    ("item", ("labels", ANY)): LABEL,
    ("item", ("blocked", "by")): MOVER,
    ("item", ("allow", ANY, "by")): PERSON,
    ("board", ("workflow", ANY, "state")): STATE,
    ("board", ("limits", ANY, "states", ANY)): STATE,
    **{
        ("board", (section, ANY, kind)): kind
        for section in ("limits", "expectations")
        for kind in (PERSON, TEAM, TYPE, CLASS, SERVICE, PROJECT)
    },
    ("people", ("people", ANY, "team")): TEAM,
    ("people", ("people", ANY, "skills", ANY)): SKILL,
    ("catalog", ("services", ANY, "owner")): OWNER,
    ("catalog", ("services", ANY, "vendor")): VENDOR,
    ("catalog", ("projects", ANY, "owner")): OWNER,
}
_KEYS: Mapping[_Way, str] = {
    ("item", ("entered", ANY)): STATE,
    ("item", ("allow", ANY)): RULE,
    ("board", ("types", ANY)): TYPE,
    ("board", ("classes", ANY)): CLASS,
    ("board", ("rules", ANY)): RULE,
    ("board", ("allocation", ANY)): TYPE,
    ("people", ("people", ANY)): PERSON,
    ("people", ("teams", ANY)): TEAM,
    ("catalog", ("services", ANY)): SERVICE,
    ("catalog", ("vendors", ANY)): VENDOR,
    ("catalog", ("projects", ANY)): PROJECT,
}

_GIVEN: Mapping[str, tuple[str, str, _Keys]] = {
    STATE: (BOARD_FILE, VALUE, ("workflow", ANY, "state")),
    TYPE: (BOARD_FILE, KEY, ("types", ANY)),
    CLASS: (BOARD_FILE, KEY, ("classes", ANY)),
    PERSON: (PEOPLE_FILE, KEY, ("people", ANY)),
    TEAM: (PEOPLE_FILE, KEY, ("teams", ANY)),
    SERVICE: (CATALOG_FILE, KEY, ("services", ANY)),
    VENDOR: (CATALOG_FILE, KEY, ("vendors", ANY)),
    PROJECT: (CATALOG_FILE, KEY, ("projects", ANY)),
}
"""Where names of a kind are given: the file, and the keys or values in it."""


class Name(NamedTuple):
    """A name that stands in a file."""

    kind: str
    """Never WHOLE, MOVER or OWNER: what is meant is known."""
    name: str
    start: int
    end: int
    """Positions in characters, without quotes and without a prefix such as `item:`."""


def kind_of(file: str, keys: Keys, role: str) -> str:
    """What kind of name belongs there; empty where none does."""
    table = _KEYS if role == KEY else _VALUES
    for (of, way), kind in table.items():
        if of == file and _fits(way, keys):
            return kind
    return ""


def _fits(way: _Keys, keys: Keys) -> bool:
    return len(way) == len(keys) and all(
        part is ANY or part == key for part, key in zip(way, keys, strict=True)
    )


def name_of(board: Board, path: str, token: Token) -> Name | None:
    """The name that a token is; None where it is none, or free text."""
    if token.role == BLOCK or not token.text:
        return None
    kind = kind_of(schemas.kind(board, path), token.keys, token.role)
    return _meant(board, kind, token) if kind else None


def _meant(board: Board, kind: str, token: Token) -> Name | None:
    text, start, end = token.text, token.start, token.end
    quoted = end - start == len(text) + 2
    start, end = (start + 1, end - 1) if quoted else (start, end)
    if kind in (MOVER, OWNER):
        prefix, colon, rest = text.partition(":")
        if colon and prefix in ((TEAM, VENDOR, ITEM) if kind == MOVER else (TEAM,)):
            return Name(prefix, rest, end - len(rest), end) if rest else None
        return Name(PERSON, text, start, end) if text in (board.people or ()) else None
    if kind == WHOLE:
        is_item = text in board.items or text in board.unread or text.startswith(f"{board.key}-")
        kind = PROJECT if text in (board.projects or ()) or not is_item else ITEM
    return Name(kind, text, start, end)


def ids_in(board: Board, text: str, start: int = 0) -> Iterator[Name]:
    """The ids of items in a text of words, such as a description."""
    for match in re.finditer(r"(?<![\w-])[A-Za-z][\w]*-[0-9A-Za-z]+(?![\w])", text):
        if match[0] in board.items:
            yield Name(ITEM, match[0], start + match.start(), start + match.end())


def at(board: Board, path: str, text: str, read: Collection[Token], position: int) -> Name | None:
    """The name at a position, ids in prose and comments included."""
    for token in read:
        if token.start <= position <= token.end and token.role != BLOCK:
            found = name_of(board, path, token)
            if found and found.start <= position <= found.end:
                return found
    line = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    near = ids_in(board, text[line : len(text) if end < 0 else end], line)
    return next((name for name in near if name.start <= position <= name.end), None)


def own_item(board: Board, path: str, token: Token | None) -> Item | None:
    """The item that a file is, where the token is its title or the key of that."""
    if token is None or token.keys != ("title",):
        return None
    return next((item for item in board.items.values() if item.path == path), None)


class Use(NamedTuple):
    """A name where it stands: the path of the file, and positions in its text in characters."""

    path: str
    start: int
    end: int


def text_of(facts: Facts, path: str) -> str:
    """The text of a file, as far as it is one, without a byte order mark."""
    return facts.tree.get(path, b"").decode("utf-8", "replace").removeprefix("\ufeff")


def given(facts: Facts, name: Name) -> Use | None:
    """Where a name is given: the file of an item, the entry of a person; None where it is a free one."""
    if name.kind == ITEM:
        item = facts.board.items.get(name.name)
        return _at_spot(facts, item.at("title")) if item else None
    place = _GIVEN.get(name.kind)
    if place is None or place[0] not in facts.tree:
        return None
    path, role, way = place
    for token in tokens.read(text_of(facts, path)):
        if token.role == role and token.text == name.name and _fits(way, token.keys):
            return Use(path, token.start, token.end)
    return None


def _at_spot(facts: Facts, where: Spot) -> Use:
    place = facts.locate(where)
    return Use(where.path, *Text(text_of(facts, where.path)).span(place))


def uses(facts: Facts, name: Name) -> Iterator[Use]:
    """Every place at which the files of the board have the name, in the order of the paths."""
    wanted = name.name.encode("utf-8", "surrogatepass")
    items = {item.path: item for item in facts.board.items.values()}
    foreign = any(item.source is not None for item in items.values())
    for path, data in facts.tree.items():
        if wanted in data and (path not in items or _may_use(items[path], name)):
            for token in tokens.read(text_of(facts, path)):
                found = name_of(facts.board, path, token)
                if found and found[:2] == name[:2]:
                    yield Use(path, found.start, found.end)
    if foreign:
        yield from _foreign(facts, name)


def _may_use(item: Item, name: Name) -> bool:
    """Whether an item in our own format names it; a state such as "doing" is a word of many others."""
    if item.source is not None:
        return False
    if name.kind == STATE:
        return item.state == name.name or name.name in item.entered
    if name.kind == TYPE:
        return item.type == name.name
    return item.class_ == name.name if name.kind == CLASS else True


def _foreign(facts: Facts, name: Name) -> Iterator[Use]:
    """Of other people's records: where the field stands that names it."""
    for item in facts.board.items.values():
        if item.source is None:
            continue
        for key, kind, values in (
            ("state", STATE, (item.state,)),
            ("type", TYPE, (item.type,)),
            ("assignees", PERSON, item.assignees),
            ("depends_on", ITEM, item.depends_on),
            ("services", SERVICE, item.services),
            ("vendor", VENDOR, (item.vendor,)),
            ("part_of", name.kind if name.kind in (ITEM, PROJECT) else "", (item.part_of,)),
        ):
            if kind == name.kind and name.name in values:
                yield _at_spot(facts, item.at(key))
