"""Measures: a question about how work goes, and its answer as numbers with their definitions.

A measure is a module, named in FAMILIES. Its docstring is the question that it answers; it has

    TITLE           its name for people
    DEFINITIONS     the names, in flow/definitions.SENTENCES, of what its numbers mean
    APPLIES         which of CHOICES change its answer; the days and the items that are asked about always do
    OPTIONS         its own options, as tuple[Option, ...]; `query.option(name, default)` gives one
    FACTS           its key figures in order, as tuple[Fact, ...]: slices are compared by them
    TABLES          its lists for a terminal, as tuple[Table, ...]; CSV has the list "rows", which all have
    view(query)     its figure as plain JSON data: strings, numbers, lists, mappings and None, units in the
                    keys; always "title" (what it comes to, as a headline), "subtitle", "read" (what to do
                    about it), "n" (how many items it rests on) and "reason" (why there is no number, where
                    there is none: too little is never 0). A single fact that is None has its reason in
                    "reasons", by its key.
    behind(query)   the items and commits that the figure is made of, for whoever does not believe it

Pages, terminal, JSON and CSV all show the same figure. Measures do not know each other; what several need
is a pure function of flow/ or capacity/. The signatures that others call:

    measures.FAMILIES, measures.ALL
    measures.module(name) -> Measure            KeyError where there is none
    measures.question(name) -> str
    measures.columns(name) -> tuple[str, ...]   what the rows of a figure have, where there are none
    measures.figure(name, query) -> View        the figure alone, as pages take it: without a history, what
                                                they show beside the reason is for them to choose
    measures.view(name, query) -> View          with its head: measure, name, question, as_of, options,
                                                definitions (window, n), "slices" where `by` is set, and
                                                "marks" of DATED ones: the days on which policies changed
    measures.behind(name, query) -> tuple[Evidence, ...]
    measures.query.of(facts) -> Query           the last 90 days, all items; dataclasses.replace for others
    query.visits, query.spans                   columns of the items that are asked about (flow/visits, spans)
    query.finished, query.cycle_times           positions of what was finished in the window, and its days
    query.flow                                  times in progress as columns (item, start, end)
    query.window, .known, .start, .end, .now    days; what is known of them; moments in seconds
    query.until, query.stands(over)             the first second after the window; what stands at its end
    query.ended_on, query.complete              the last day that is over; the days that are over and known
    query.clock, query.working                  day numbers of moments; working days
    query.items, query.item(id)                 model.Item, also of what is gone
    query.percentile(values, p), query.percentiles(values, shown), query.enough(n, guard)
    query.slices(), query.option(name, default), query.asked(), query.seed, query.evidence(...)
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
    "flow": (
        "cycle-time",
        "lead-time",
        "throughput",
        "arrivals",
        "net-flow",
        "wip",
        "cfd",
        "ageing",
        "time-in-state",
        "flow-efficiency",
        "blocked",
        "expectations",
        "control-chart",
        "rework",
        "discarded",
        "littles-law",
    ),
    "unplanned": ("unplanned", "displacement"),
    "capacity": ("capacity", "load", "allocation", "away"),
    "skills": ("skills", "coverage"),
    "money": ("budget", "value", "order"),
    "forecast": ("forecast", "backtest", "simulate"),
    "upkeep": ("vendors", "maintenance"),
}
ALL = tuple(name for names in FAMILIES.values() for name in names)
"""The names of all measures, in the order of the manual."""
SIMULATED = FAMILIES["forecast"]
"""Measures that are not counted but lived through thousands of times: `report all` leaves them out."""

DATED = (
    "cycle-time",
    "lead-time",
    "throughput",
    "arrivals",
    "net-flow",
    "wip",
    "cfd",
    "flow-efficiency",
    "control-chart",
    "unplanned",
    "backtest",
)
"""Measures whose rows lie on days, so that a change of the policies may show in them: they have "marks"."""

CHOICES = ("count", "percentile-rule", "minimum", "between", "baseline", "backward", "by-state")
"""What somebody may choose beyond days and items, where a measure depends on it."""


class Option(NamedTuple):
    """A choice that one measure has for itself."""

    name: str
    default: str
    """As written; empty: none."""
    meaning: str
    """In a few words, for the manual."""
    values: tuple[str, ...] = ()
    """What it may be; empty: a whole number, or what the measure itself can read."""


class Fact(NamedTuple):
    """A key figure of a view, by its key."""

    key: str
    title: str
    """What it is, for people; the unit stands behind the number."""
    unit: str = ""
    """Such as "days"; "share" is of 1 and shown in per cent."""


class Table(NamedTuple):
    """A list of rows of a view, as a terminal and CSV show it."""

    key: str
    columns: tuple[str, ...]
    """Keys of the rows; empty: all of the first row."""
    title: str = ""
    """A heading above it; empty: none."""
    bar: str = ""
    """The column that a bar is drawn for."""
    most: int = 20
    """As many rows are shown on a terminal."""
    last: bool = False
    """Whether the last rows are shown where there are more, as for days and weeks."""


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
    """What the module of a measure has; APPLIES, OPTIONS, FACTS and TABLES may be left out."""

    TITLE: str
    DEFINITIONS: tuple[str, ...]

    def view(self, query: Query, /) -> View: ...

    def behind(self, query: Query, /) -> tuple[Evidence, ...]: ...


def module(name: str) -> Measure:
    """The measure of that name; KeyError where there is none."""
    if name not in ALL:
        raise KeyError(name)
    return cast(Measure, import_module(f"opsflow.measures.{name.replace('-', '_')}"))


def question(name: str) -> str:
    """The question that a measure answers."""
    return " ".join((module(name).__doc__ or "").strip().split("\n\n")[0].split())


def applies(name: str) -> tuple[str, ...]:
    """Which of CHOICES change the answer of a measure."""
    found: tuple[str, ...] = getattr(module(name), "APPLIES", ())
    return found


def options(name: str) -> tuple[Option, ...]:
    """The options of one measure alone."""
    found: tuple[Option, ...] = getattr(module(name), "OPTIONS", ())
    return found


def facts(name: str) -> tuple[Fact, ...]:
    """The key figures of a measure, in order."""
    found: tuple[Fact, ...] = getattr(module(name), "FACTS", ())
    return found


def tables(name: str) -> tuple[Table, ...]:
    """The lists of a measure, in order."""
    found: tuple[Table, ...] = getattr(module(name), "TABLES", ())
    return found


def columns(name: str) -> tuple[str, ...]:
    """The columns that the rows of a measure have, as far as they are the same on every board."""
    from opsflow.measures import _columns

    return _columns.ROWS[name]


def figure(name: str, query: Query) -> View:
    """The figure of one measure, without a head; where there is no history, it says so and why.

    Its lists still name what the board alone knows, such as vendors, and then its numbers mean nothing.
    """
    found = module(name).view(query)
    if query.silence and not found.get("known_without_history"):
        found["title"], found["subtitle"], found["reason"] = UNKNOWN, question(name), query.silence
    return found


UNKNOWN = "Not known without the history"
"""The headline of a figure that needs the history, where there is none."""
BEYOND = "Nothing is known of these days"
"""The same where there is one, and it says nothing of the days that are asked about."""


def view(name: str, query: Query) -> View:
    """The whole view of one measure: what was asked, what its words mean, the figure, and its slices."""
    from opsflow.measures import _head, _marks

    found = _told(name, query)
    return {
        **_head.of(name, module(name), query, found.get("n")),
        **found,
        **({"marks": _marks.view(query.facts, query.window)} if name in DATED else {}),
        "slices": [{"slice": slice_, **_told(name, each)} for slice_, each in query.slices()],
    }


def _told(name: str, query: Query) -> View:
    """The figure, without a number where there is no history of the days asked about: not known is not 0."""
    found = figure(name, query)
    if query.silence and not found.get("known_without_history"):
        return {**emptied(found), "subtitle": "", "reasons": {}}
    if not found["reason"] or found["reason"] != query.beyond:
        return found
    numbers: View = {**dict.fromkeys(fact.key for fact in facts(name)), "n": None}
    lists: View = {table.key: [] for table in tables(name)}
    return {**found, **numbers, **lists, "title": BEYOND, "reasons": {}}


def emptied(value: Any) -> Any:
    """The same shape without a number and without a row."""
    if isinstance(value, Mapping):
        return {key: emptied(each) for key, each in value.items()}
    if isinstance(value, list):
        return []
    return value if isinstance(value, (str, bool)) else None


def behind(name: str, query: Query) -> tuple[Evidence, ...]:
    """What the figure is made of, oldest first."""
    if not query.measured:
        return ()
    return tuple(sorted(module(name).behind(query), key=lambda each: each.at))
