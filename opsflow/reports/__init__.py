"""Reports: facts in, a view out.

A report is a module. Its docstring is the question that it answers, TITLE its name for people, and
`view` gives plain JSON data: strings, numbers, lists, mappings and None, units in the keys, `None`
where there is too little to say, with the reason beside it. The same view feeds page, terminal and
JSON. Reports know the findings that they are given, not the rules; and they do not know each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from opsflow.model import Finding

if TYPE_CHECKING:
    from opsflow.facts import Facts

View = dict[str, Any]
"""Plain JSON data."""

ALL = (
    "board",
    "flow",
    "ageing",
    "capacity",
    "skills",
    "roadmap",
    "dependencies",
    "services",
    "rules",
    "activity",
    "next",
)
"""Names of the reports about a whole board, in the order of pages.

`item` is about one item. `items` lists them all for the site; on a terminal, `opsflow list` does.
"""


class Report(Protocol):
    """What the module of a report has."""

    TITLE: str

    def view(self, facts: Facts, findings: Sequence[Finding], /) -> View: ...


def load(name: str) -> Report:
    """The report of that name; KeyError where there is none."""
    if name not in ALL:
        raise KeyError(name)
    return cast(Report, import_module(f"opsflow.reports.{name}"))


def question(name: str) -> str:
    """The question that a report answers."""
    return " ".join((load(name).__doc__ or "").strip().split("\n\n")[0].split())


def view(name: str, facts: Facts, findings: Sequence[Finding]) -> View:
    """The view of one report."""
    return load(name).view(facts, findings)
