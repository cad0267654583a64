"""Event tables as tests write and look at them."""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from unittest import mock

from opsflow.events import reading
from opsflow.events.table import Table
from opsflow.flow.visits import Held, Visits

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def read(
    text: str | bytes, folder: Path, name: str = "events.csv", zone: tzinfo = UTC, now: datetime = NOW
) -> Table:
    """The table that a file with this content is."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return reading.read(os.fspath(path), zone, now)


def piped(data: bytes, now: datetime = NOW) -> Table:
    """The table that comes over the standard input."""
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))):  # type: ignore[arg-type]
        return reading.read("-", UTC, now)


def stays(found: Table | Visits) -> dict[str, list[tuple[str, str, str]]]:
    """For each item its states with their days, such as ("doing", "03-02", "03-04"); "" has not come."""
    visits = found.visits if isinstance(found, Table) else found
    return {
        item: [
            (visits.names[visits.state[at]], day(visits.entered[at]), day(visits.left[at]))
            for at in range(visits.first[number], visits.first[number + 1])
        ]
        for number, item in enumerate(visits.items)
    }


def held(found: Table, what: Held) -> list[tuple[str, str, str, str]]:
    """What a field held: the item, the value and its days."""
    return [
        (found.visits.items[item], value, day(start), day(end))
        for item, value, start, end in zip(what.item, what.value, what.start, what.end, strict=True)
    ]


def day(seconds: float | None) -> str:
    """The day of a moment in UTC, with the time where it is not midnight."""
    if seconds is None:
        return ""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%m-%d}" if seconds % 86400 == 0 else f"{at:%m-%d %H:%M}"


def said(found: Table) -> list[tuple[int, str]]:
    """What is wrong, by line."""
    return [(note.line, note.said) for note in found.notes]


def plain(found: Table) -> dict[str, Any]:
    """All that a table says, in a form that does not depend on the order of the states' names."""
    visits = found.visits
    return {
        "items": list(visits.items),
        "stays": [
            (visits.names[state], entered, left)
            for state, entered, left in zip(visits.state, visits.entered, visits.left, strict=True)
        ],
        "first": list(visits.first),
        "commit": list(visits.commit[:]),
        "author": list(visits.author[:]),
        "held": [
            [list(column) or [""] * len(each.item) for column in each]
            for each in (visits.blocked, visits.assigned, visits.types, visits.classes)
        ],
        "traits": [list(column) for column in found.traits],
        "rows": (found.rows, found.left_out, found.later),
        "known": found.items,
    }
