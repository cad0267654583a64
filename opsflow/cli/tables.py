"""A table of events in place of a board's history: what is asked of it, and what is told about it."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from opsflow.cli import options, screen
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.events.table import Table
    from opsflow.facts import Facts
    from opsflow.model import Board

DATES = ("dmy", "mdy", "seconds", "milliseconds")
"""As `events.moments.DATES` has them, which is not read until there is a table."""
SHOWN = 10
"""So many of the wrong rows are shown."""


class Given(NamedTuple):
    """The table, and what it does not say itself; empty where nobody said it."""

    events: str = ""
    workflow: str = ""
    unplanned: str = ""
    now: str = ""
    dates: str = ""

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return any(self)

    def given(self) -> list[str]:
        """What was said, as it is written: "--events" and so on."""
        return [f"--{name}" for name, value in self._asdict().items() if value]


def table(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `--events` and what belongs to it, as one argument `given`."""

    @functools.wraps(function)
    def call(**rest: Any) -> Any:
        given = Given(**{name: rest.pop(name) or "" for name in Given._fields})
        return function(given=given, **rest)

    for option in reversed(_options()):
        option(call)
    return call


def _options() -> list[Callable[..., Any]]:
    option = functools.partial(click.option, cls=options.Option, section="Another tool's table")
    return [
        option("--events", metavar="FILE", help="A table of events in place of Git; - is standard input."),
        option("--workflow", metavar="STATES", help="Its states: Backlog:backlog,Build:active,Done:done."),
        option("--unplanned", metavar="TYPE,...", help="Its types of unplanned work."),
        option("--now", metavar="MOMENT", help="What counts as now; later rows do not."),
        option(
            "--dates",
            type=click.Choice(DATES),
            help="What 03/04/2026 means, or numbers count since 1970.",
        ),
    ]


def facts(ask: options.Ask, given: Given, timezone: str) -> Facts:
    """The facts of the board, or those that a table tells.

    In the folder of a board, its opsflow.yaml says what a table does not; `timezone` comes before it.
    """
    if not given.events:
        _refuse(given)
        return ask.facts()
    if ask.at is not None:
        raise OpsflowError("--at is for Git; of a table of events, --now says what counts as now.")
    from opsflow.events import board, reading, workflow

    own = _board(ask.board)
    zone = _zone(timezone or (own.timezone if own else "UTC"))
    now = _now(given.now, zone)
    states = workflow.parsed(given.workflow) if given.workflow else ()
    known = states or (own.states if own else ())
    names = [state.name for state in known]
    found = workflow.spelt(reading.read(given.events, zone, now, given.dates, names), known)
    _fits(own, given, found)
    named = "events" if given.events == reading.STDIN else os.path.basename(given.events).partition(".")[0]
    made = board.facts(
        found,
        now,
        name=named,
        board=own,
        states=states,
        unplanned=[part.strip() for part in given.unplanned.split(",") if part.strip()],
    )
    made = replace(made, dated=bool(given.now))
    _mention(given, found, made, guessed=not states and own is None and bool(found.visits.names))
    return made


def _refuse(given: Given) -> None:
    for name, value in given._asdict().items():
        if value:
            raise OpsflowError(f"--{name} belongs to a table of events; name it with --events FILE.")


def _board(asked: str | None) -> Board | None:
    """The board whose opsflow.yaml counts, without its items; None where there is none."""
    from opsflow.model import OWN_FILES
    from opsflow.reading import board, folder

    root = options.root(asked) if asked is not None else folder.find_root(os.getcwd())
    if root is None:
        return None
    from opsflow.facts import Facts

    tree = folder.read(root, OWN_FILES)
    found, faults = board.load(tree, tree.faults)
    return options.usable(Facts(found, faults, tree, options.now(), root=root)).board


def _zone(name: str) -> tzinfo:
    from opsflow import zones

    if not zones.known(name):
        raise OpsflowError(f"--timezone {name!r} is no time zone; write one such as Europe/Berlin.")
    return zones.named(name)


def now(text: str, timezone: str) -> datetime:
    """The moment that counts as now, where somebody says it; else the clock's."""
    return _now(text, _zone(timezone))


def _now(text: str, zone: tzinfo) -> datetime:
    """The moment that counts as now; of a day it is the end."""
    if not text:
        return options.now()
    from opsflow.events import moments
    from opsflow.flow import days, visits
    from opsflow.reading import values

    day = values.day(text)
    if day is not None:
        return days.midnight(day + timedelta(days=1), zone) - timedelta(seconds=1)
    seconds = moments.read(text, zone)
    if seconds is None:
        raise OpsflowError(f"--now {text!r} is no moment; write 2026-11-21, or 2026-11-21T14:00Z.")
    return visits.moment(seconds)


def _mention(given: Given, found: Table, made: Facts, *, guessed: bool) -> None:
    """Say what is missing from the answer, and what nobody said: a row that does not count, the workflow."""
    from opsflow import words
    from opsflow.events import workflow

    for note in found.notes[:SHOWN]:
        screen.tell(f"{given.events}:{note.line}: {note.said}.")
    if found.wrong > SHOWN:
        screen.tell(f"{given.events}: and {words.count(found.wrong - SHOWN, 'row')} more.")
    if found.left_out:
        screen.tell(f"{found.left_out:,} of {words.count(found.rows, 'row')} left out.")
    if found.later:
        screen.tell(f"{words.count(found.later, 'row')} left out: later than {made.now.isoformat()}.")
    if found.ignored:
        more = len(found.ignored) - SHOWN
        named = ", ".join(found.ignored[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        screen.tell(f"These columns say nothing to opsflow: {named}.")
    if guessed:
        meant = workflow.written(made.board.states)
        screen.tell(f"Nobody says what the states mean; it is taken as --workflow '{meant}'.")


def _fits(own: Board | None, given: Given, found: Table) -> None:
    """OpsflowError where workflow and table have nothing to do with each other; told, where little."""
    from opsflow import words
    from opsflow.events import workflow

    states = workflow.parsed(given.workflow) if given.workflow else own.states if own else ()
    known = {state.name for state in states}
    strange = [name for name in found.visits.names if name not in known]
    if not states or not strange:
        return
    listed = words.listed(strange[:8]) + (" and others" if len(strange) > 8 else "")
    if len(strange) == len(found.visits.names):
        where = "--workflow" if given.workflow else "The board's opsflow.yaml"
        raise OpsflowError(
            f"{where} knows none of the states of {given.events}, which are {listed}; say with "
            f"--workflow what they mean, such as {workflow.EXAMPLE}."
        )
    screen.tell(f"The workflow does not know {listed}: what is there is not in progress, and not over.")
