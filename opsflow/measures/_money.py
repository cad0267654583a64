"""How money is said, and whose project an item is."""

from __future__ import annotations

from collections.abc import Mapping

from opsflow import words
from opsflow.measures.query import Query
from opsflow.model import Board, Item


def said(query: Query, amount: float) -> str:
    """An amount in the board's currency, such as "12,000 EUR"."""
    currency = query.facts.board.currency
    return f"{words.number(round(amount))} {currency}".strip()


def projects(query: Query) -> Mapping[str, list[Item]]:
    """The items of each project that is known or named, those that are parts of its items included."""
    board = query.facts.board
    found: dict[str, list[Item]] = {key: [] for key in board.projects or {}}
    for item in query.items.values():
        if item.part_of:
            whole = project(board, item)
            if whole:
                found.setdefault(whole, []).append(item)
    return found


def project(board: Board, item: Item) -> str:
    """The project that an item is part of, directly or through other items; empty where it is of none."""
    seen = {item.id}
    whole = item.part_of
    while whole in board.items and whole not in seen:
        seen.add(whole)
        whole = board.items[whole].part_of
    known = board.projects is None or whole in board.projects
    return whole if whole and whole not in seen and known else ""
