"""The days on which the policies of a board changed: what to hold a bend in a curve against.

Policies are the workflow and its limits, the kinds of work, what is expected, the rules, the calendar, and
who does the work with how much time: what the versions of opsflow.yaml and people.yaml on the line say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from opsflow.facts import Facts
from opsflow.flow import days
from opsflow.flow.days import Window
from opsflow.measures import View, _head, _policies
from opsflow.model import BOARD_FILE, NOTHING, PEOPLE_FILE, Commit
from opsflow.reading import board as boards

FILES = (BOARD_FILE, PEOPLE_FILE)
"""Where policies stand. The catalog only gives names."""
PARTS = frozenset("board workflow limits types classes expectations allocation rules calendar people".split())
"""The sections that are policies; of "board", the time zone is."""
Blobs = tuple[tuple[str, str], ...]
"""The board's own files as they stood: path and blob."""


class Mark(NamedTuple):
    """A commit that changed the policies."""

    on: date
    commit: Commit
    """Without an id where it is not made yet."""
    words: tuple[str, ...]
    """What changed, such as "limit Doing: at most 4 → 3"."""


def view(facts: Facts, window: Window) -> list[View]:
    """The changes in a window of days as plain data, numbered, oldest first."""
    return [
        {
            "n": n,
            "day_on": mark.on.isoformat(),
            "words": list(mark.words),
            "commit": _head.commit(mark.commit),
        }
        for n, mark in enumerate(of(facts, window), 1)
    ]


def of(facts: Facts, window: Window) -> list[Mark]:
    """The changes in a window of days, oldest first; none where there is no history to tell of them."""
    steps = [*_steps(facts, window)]
    read = _read(facts, dict.fromkeys(blobs for _, before, after in steps for blobs in (before, after)))
    found = []
    standing = read.get(steps[0][1]) if steps else None
    for commit, _, blobs in steps:
        after = read[blobs]
        if after is None:
            continue
        rows = _policies.changes(standing, after) if standing else []
        words = tuple(row["words"] for row in rows if row["part"] in PARTS)
        if words:
            found.append(Mark(days.day(commit.at, facts.zone), commit, words))
        standing = after
    return found


def _steps(facts: Facts, window: Window) -> Iterator[tuple[Commit, Blobs, Blobs]]:
    """The commits of the window that touched FILES, and what the board's own files were before and after."""
    standing: dict[str, str] = {}
    for commit, versions in groupby(facts.history.own if facts.history else (), lambda each: each.commit):
        before = tuple(sorted(standing.items()))
        touched = {version.path: version.blob for version in versions}
        standing |= touched
        if not touched.keys().isdisjoint(FILES) and days.day(commit.at, facts.zone) in window:
            yield commit, before, tuple(sorted(standing.items()))


def _read(facts: Facts, wanted: Iterable[Blobs]) -> Mapping[Blobs, Facts | None]:
    """The boards that these files make, as far as policies go; None where they make none."""
    known = facts.kept("_policies", dict[Blobs, Facts | None])
    new = [blobs for blobs in wanted if blobs not in known]
    ids = [*dict.fromkeys(blob for blobs in new for _, blob in blobs if blob)]
    found = facts.contents(ids) if facts.contents and ids else []
    data = dict(zip(ids, found, strict=False))
    for blobs in new:
        # What is not committed is in no blob of the repository, but in the folder.
        files = {path: data.get(blob) or facts.tree.get(path) for path, blob in blobs if blob}
        board, faults = boards.load({path: text for path, text in files.items() if text is not None})
        people = board.people and {
            key: person._replace(skills=(), away=(), emails=()) for key, person in board.people.items()
        }
        plain = board._replace(
            name="", key="", currency="", ids="", ignore_revs="", fields=NOTHING, people=people
        )
        known[blobs] = Facts(plain, faults, {}, facts.now) if board.usable else None
    return known
