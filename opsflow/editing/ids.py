"""Ids without a server: random keys that nobody has, or the next number.

A key is drawn from Crockford's base 32 with at least one figure, so that no id is a word. It is as short
as the birthday bound lets it be: as long as n ids drawn blindly from all keys of that length would more
likely than not all differ. Nobody draws blindly, for all that this clone knows of is looked at; so two
clones that have not met since take the same key far more rarely than that.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from opsflow.editing import standing
from opsflow.facts import Facts
from opsflow.model import Board
from opsflow.reading import board as boards
from opsflow.reading import globs

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
FIGURES = 10
SHORTEST = 4


def random(taken: Collection[str], key: str) -> str:
    """A new id that nobody has: `OPS-7K3Q`."""
    length = length_for(len(taken))
    while True:
        text = key_of(length)
        if f"{key}-{text}" not in taken:
            return f"{key}-{text}"


def key_of(length: int = SHORTEST) -> str:
    """A random key of so many digits, at least one of them a figure."""
    while True:
        text = "".join(secrets.choice(DIGITS) for _ in range(length))
        if not text.isalpha():
            return text


def length_for(count: int) -> int:
    """How long a key is among so many ids."""
    length = SHORTEST
    while count * count > keys_of_length(length):
        length += 1
    return length


def keys_of_length(length: int) -> int:
    """How many keys have so many digits and at least one figure."""
    return int(len(DIGITS) ** length - (len(DIGITS) - FIGURES) ** length)


def next_number(taken: Collection[str], key: str) -> str:
    """The id after the highest number: `OPS-17` after `OPS-16`; `OPS-1` where there is none."""
    numbers = [int(rest) for id_ in taken if (rest := id_.removeprefix(f"{key}-")).isdecimal()]
    return f"{key}-{max(numbers, default=0) + 1}"


def new(facts: Facts) -> str:
    """An id for a new item of the board, as its `ids:` says."""
    if facts.board.ids == "sequential":
        return next_number(taken(standing.with_history(facts)), facts.board.key)
    return random(taken(facts), facts.board.key)


def taken(facts: Facts) -> frozenset[str]:
    """Every id of the board that is known: in the folder, at every ref, staged, and in the history it has."""
    names = {*facts.tree, *(fault.judgement.where.path for fault in facts.faults)}
    if facts.root:
        from opsflow.history import names as known
        from opsflow.history import repository

        repo = repository.find(facts.root)
        if repo is not None:
            names |= known.everywhere(repo, folders(facts.board))
    gone = facts.history.stories if facts.history else ()
    return frozenset({*filter(None, map(boards.id_of, names)), *facts.board.items, *gone})


def folder(board: Board) -> str:
    """The folder where new items go: that of the first pattern."""
    return "/".join(globs.literal(board.item_globs[0]))


def folders(board: Board) -> tuple[str, ...]:
    """The folders that hold the board's items, as far as their patterns name them; outermost only."""
    found = sorted({"/".join(globs.literal(glob)) for glob in board.item_globs})
    return tuple(
        folder
        for at, folder in enumerate(found)
        if not any(not above or folder.startswith(f"{above}/") for above in found[:at])
    )
