"""Measures: a question about how work goes, and its answer as numbers with their definitions.

A measure is a module. Its docstring is the question that it answers, TITLE its name for people,
DEFINITIONS the names of what its numbers mean. `view` gives its figure as plain JSON data: strings,
numbers, lists, mappings and None, units in the keys, `n` how many items it rests on, `title` what it
comes to in a few words, and `reason` why there is no number where there is none: too little is never
0. `behind` gives the items and commits that the figure is made of, for whoever does not believe it.

Pages, terminal, JSON and CSV all show the same figure. Measures do not know each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

from opsflow.measures.query import Query
from opsflow.model import Commit

View = dict[str, Any]
"""Plain JSON data."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "flow": ("cycle-time",),
}
ALL = tuple(name for names in FAMILIES.values() for name in names)
"""The names of all measures, in the order of the manual."""


class Evidence(NamedTuple):
    """One thing that a number is made of: an item, what happened to it, and the commit that says so."""

    item: str
    what: str
    """Such as "finished", in the words of the definitions."""
    at: datetime
    value: float | None = None
    """What it adds to the number, in the unit of the measure; None: it counts as 1."""
    commit: Commit | None = None
    """None where no commit says it: a block that still stands, a day that is not over."""


class Measure(Protocol):
    """What the module of a measure has."""

    TITLE: str
    DEFINITIONS: tuple[str, ...]

    def view(self, query: Query, /) -> View: ...

    def behind(self, query: Query, /) -> tuple[Evidence, ...]: ...


def load(name: str) -> Measure:
    """The measure of that name; KeyError where there is none."""
    if name not in ALL:
        raise KeyError(name)
    return cast(Measure, import_module(f"opsflow.measures.{name.replace('-', '_')}"))


def question(name: str) -> str:
    """The question that a measure answers."""
    return " ".join((load(name).__doc__ or "").strip().split("\n\n")[0].split())


def figure(name: str, query: Query) -> View:
    """The figure of one measure, without a head; nothing but the reason where there is no history."""
    measure = load(name)
    return {"measure": name, **measure.view(query)}
