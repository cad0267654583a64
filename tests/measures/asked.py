"""The figures of measures about a short board, as tests compare them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from opsflow import measures
from opsflow.facts import Facts
from opsflow.measures import query
from opsflow.measures.query import Query
from tests.boards import facts_in


def asked(text: str | Facts, **options: str) -> Query:
    """The question that is asked where nobody asks otherwise, with options of the measure."""
    facts = facts_in(text) if isinstance(text, str) else text
    found = query.of(facts)
    return replace(found, options=options) if options else found


def figure(name: str, text: str | Facts, **options: str) -> dict[str, Any]:
    """The figure of one measure."""
    return measures.view(name, asked(text, **options))


def pick(rows: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    """Some columns of a list."""
    return [tuple(row[key] for key in keys) for row in rows]


def evidence(name: str, text: str | Facts, **options: str) -> list[tuple[str, str, float | None]]:
    """The item, what happened and the value of everything behind a measure."""
    return [(each.item, each.what, each.value) for each in measures.behind(name, asked(text, **options))]
