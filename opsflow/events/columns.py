"""The columns of the event table: their names, what they mean, and under what names others have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from opsflow import words
from opsflow.errors import OpsflowError


class Column(NamedTuple):
    """A column of the table."""

    name: str
    meaning: str
    aliases: tuple[str, ...] = ()
    """Other names for it that are understood on reading, as `plain` has them."""


STATE, BLOCKED, ASSIGNED, TYPE, CLASS = "state", "blocked", "assigned", "type", "class"
FIELDS = (STATE, BLOCKED, ASSIGNED, TYPE, CLASS)
"""What a row can tell of."""

UNKNOWN = "?"
"""Stands for the state before an item's first row, or after its last, where a mass edit hides it."""
COLUMNS = (
    Column(
        "item",
        "The id of the item.",
        ("id", "key", "issue", "issuekey", "itemid", "workitem", "ticket", "card", "task", "caseid"),
    ),
    Column("title", "Its title, the last one known.", ("summary", "name")),
    Column("type", "Its type of work, the last one known.", ("issuetype", "workitemtype")),
    Column("class", "Its class of service, the last one known.", ("classofservice",)),
    Column(
        "field",
        "What the row tells of: `state`, `blocked`, `assigned`, `type` or `class`; empty is `state`.",
    ),
    Column(
        "value",
        "The state that was entered; or the reason of the block, the person, the type, the class. "
        "Empty: from then on there is none, and an item without a state is gone; `?`: a mass edit took it.",
        (
            "to",
            "tostate",
            "tostatus",
            "newstate",
            "newstatus",
            "state",
            "status",
            "stage",
            "column",
            "activity",
        ),
    ),
    Column(
        "from",
        "The state before; empty for the first one. The same as `value` in an item's first row: it stood "
        "there before, nobody knows since when; `?`: nobody knows what was before.",
        ("fromstate", "fromstatus", "oldstate", "oldstatus", "before", "previous"),
    ),
    Column(
        "entered",
        "When the value began to hold.",
        (
            *("at", "start", "since", "date", "time", "datetime", "timestamp", "when", "changed", "begin"),
            *("enteredat", "startedat", "changedat", "changedate", "startdate", "starttime"),
        ),
    ),
    Column(
        "left",
        "When it ended; empty: when the next one of the item begins, and that of the last one has not come.",
        ("end", "ended", "exited", "until", "leftat", "exitedat", "enddate", "endtime"),
    ),
    Column("commit", "The commit that says so; empty for what is not committed.", ("sha", "revision")),
    Column("author", "Who wrote that commit.", ("who", "changedby")),
    Column("by", "For blocks: who or what had to move.", ("blockedby", "cause")),
    Column("services", "The services that the item is about.", ("service",)),
    Column("project", "What the item is part of.", ("partof", "epic", "parent")),
    Column("labels", "Its labels.", ("label", "tags")),
    Column("estimate", "How long it was thought to take: `2d`, `12h` or `90m`."),
)
NAMES = tuple(column.name for column in COLUMNS)
REQUIRED = ("item", "value", "entered")
"""The columns without which a table says nothing; all others may be missing."""
STEP = ("value", "entered")
"""The columns of a step: what was entered, and when. A table may have a column for each state instead."""
TRAITS = ("title", "type", "class", "services", "project", "labels", "estimate")
"""The columns that are about the item, and not about the row."""
ALONE = frozenset(("item", *TRAITS))
"""The columns that a table with a column for each state may have besides."""
LISTS = frozenset(("services", "labels"))
"""The columns that may hold several names."""


def plain(name: str) -> str:
    """A column's name as it is compared: in small letters, without spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "", name).lower()


_KNOWN = {
    **{plain(alias): column.name for column in COLUMNS for alias in column.aliases},
    **{column.name: column.name for column in COLUMNS},
}


_RANK = {
    **{plain(alias): rank for column in COLUMNS for rank, alias in enumerate(column.aliases, 1)},
    **{column.name: 0 for column in COLUMNS},
}
"""Our own name comes before all others, and the first of these before the rest."""


class Header(NamedTuple):
    """What the columns of a file are to us."""

    places: dict[str, int]
    """Our names, with the position of each among the columns of the file."""
    ignored: tuple[str, ...]
    """The columns that mean nothing to us, as the file has them."""
    states: tuple[tuple[str, int], ...] = ()
    """The states that have a column of their own, which says when an item came there, with its position."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The required columns that the file does not have."""
        told = STEP if self.states else ()
        return tuple(name for name in REQUIRED if name not in self.places and name not in told)


def header(names: Sequence[str], states: Sequence[str] = ()) -> Header:
    """The columns of a file; where two could be the same one of ours, our own name wins, then by rank.

    Each of these states may have a column of its own, where no columns say what was entered when, or where
    two states or more have one.
    """
    known = [plain(name) for name in names]
    places: dict[str, int] = {}
    for _, place in sorted((_RANK[name], place) for place, name in enumerate(known) if name in _RANK):
        places.setdefault(_KNOWN[known[place]], place)
    own = tuple((state, known.index(plain(state))) for state in states if plain(state) in known)
    if len(own) == 1 and places.keys() >= set(STEP):
        own = ()
    if own:
        taken = {place for _, place in own}
        places = {name: place for name, place in places.items() if name in ALONE and place not in taken}
    used = {*places.values(), *(place for _, place in own)}
    ignored = (name for place, name in enumerate(names) if place not in used and name.strip())
    return Header(places, tuple(ignored), own)


def complete(found: Header, name: str) -> None:
    """OpsflowError where the file of that name lacks a column that every table has."""
    if found.missing:
        wanted = words.listed([f"`{each}`" for each in found.missing])
        has = f" It has {words.listed(found.ignored[:8])}." if found.ignored else ""
        raise OpsflowError(
            f"{name} has no column {wanted}; an event table has at least item, value and entered, or a "
            f"column for each state that --workflow names.{has}"
        )


def joined(names: Sequence[str]) -> str:
    """Several names as one text: `a; b`. A semicolon or a backslash in a name has a backslash before it."""
    return "; ".join(re.sub(r"[;\\]", r"\\\g<0>", name) for name in names)


def split(text: str) -> tuple[str, ...]:
    """The names that a text holds, as `joined` writes them."""
    if ";" not in text and "\\" not in text:
        return (text.strip(),) if text.strip() else ()
    found = re.findall(r"(?:\\.|[^;\\])+", text)
    return tuple(name for part in found if (name := re.sub(r"\\(.)", r"\1", part).strip()))
