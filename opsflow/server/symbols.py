"""What a file consists of, for the outline of an editor; and the ids in its prose, to be followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from opsflow.facts import Facts
from opsflow.model import Keys
from opsflow.server import names, schemas, tokens
from opsflow.server.names import Name
from opsflow.server.tokens import BLOCK, KEY, VALUE, Token

DEEPEST = 2
"""As many levels of keys an outline has."""


class Symbol(NamedTuple):
    """A key, or an entry of a list, with what is below it."""

    name: str
    detail: str
    start: int
    end: int
    below: tuple[Symbol, ...]


def outline(text: str) -> tuple[Symbol, ...]:
    """The keys of a document, and those of the mappings and lists below them."""
    return _level(tokens.read(text), ())


def _level(read: Sequence[Token], above: Keys) -> tuple[Symbol, ...]:
    depth = len(above)
    groups: dict[str | int, list[Token]] = {}
    for token in read:
        if len(token.keys) > depth:
            groups.setdefault(token.keys[depth], []).append(token)
    return tuple(_symbol(key, group, (*above, key)) for key, group in groups.items())


def _symbol(key: str | int, group: Sequence[Token], keys: Keys) -> Symbol:
    value = next((token for token in group if token.role == VALUE and token.keys == keys), None)
    first = next((token for token in group if token.role == VALUE), None)
    is_entry = isinstance(key, int)
    name = (first.text if first else str(key)) if is_entry else str(key)
    detail = value.text if value and not is_entry else ""
    inner = [token for token in group if len(token.keys) > len(keys)]
    below = _level(inner, keys) if len(keys) < DEEPEST and any(each.role == KEY for each in inner) else ()
    return Symbol(name or str(key), detail, group[0].start, max(token.end for token in group), below)


def links(facts: Facts, path: str, text: str) -> Iterator[Name]:
    """The ids of items in the long texts of a file."""
    if schemas.kind(facts.board, path):
        for token in tokens.read(text):
            if token.role == BLOCK:
                yield from names.ids_in(facts.board, token.text, token.start)
