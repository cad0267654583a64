"""What the states of a table mean, where no board says it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from opsflow import words
from opsflow.errors import OpsflowError
from opsflow.events.columns import plain
from opsflow.events.table import Table
from opsflow.flow.visits import GONE, Visits
from opsflow.model import Kind, State

KINDS = {kind.value: kind for kind in Kind}
TELLING = {
    Kind.BACKLOG: ("backlog", "todo", "inbox", "new"),
    Kind.WAITING: ("waiting", "blocked", "onhold", "hold", "pending", "paused"),
    Kind.DONE: (
        *("done", "closed", "complete", "completed", "finished", "final", "resolved", "released"),
        *("delivered", "implemented", "fixed", "merged", "shipped"),
    ),
    Kind.DISCARDED: ("discarded", "dropped", "cancelled", "canceled", "withdrawn", "rejected", "abandoned"),
}
"""Names that say what a state means, as `plain` has them."""


def parsed(text: str) -> tuple[State, ...]:
    """The workflow that `Backlog:backlog,Build:active,Done:done` says.

    A state without a kind gets the one of `meant`. A comma in a name has a backslash before it.
    OpsflowError where it says no workflow.
    """
    names: list[str] = []
    said: dict[str, Kind] = {}
    for part in re.split(r"(?<!\\),", text):
        name, colon, kind = part.strip().replace("\\,", ",").rpartition(":")
        name, kind = (name.strip(), kind.strip()) if colon else (kind.strip(), "")
        if not name or name in names:
            why = f"names the state {name!r} twice" if name else "has a state without a name"
            raise OpsflowError(f"--workflow {text!r} {why}; write {EXAMPLE}.")
        if kind and kind not in KINDS:
            raise OpsflowError(
                f"--workflow says that {name!r} is {kind!r}, and the kinds are {words.listed(list(KINDS))}; "
                f"write {EXAMPLE}."
            )
        names.append(name)
        if kind:
            said[name] = KINDS[kind]
    kinds = meant(names)
    return tuple(State(name, said.get(name, kind)) for name, kind in zip(names, kinds, strict=True))


def spelt(table: Table, states: Sequence[State]) -> Table:
    """The table with states as the workflow writes them: capitals, spaces and hyphens do not count."""
    exact = {state.name for state in states}
    alike: dict[str, list[str]] = {}
    for name in exact:
        alike.setdefault(plain(name), []).append(name)
    found = table.visits
    meant = [
        name if name in exact or len(known := alike.get(plain(name), [])) != 1 else known[0]
        for name in found.names
    ]
    if meant == list(found.names):
        return table
    places = {name: place for place, name in enumerate(dict.fromkeys(meant))}
    number = [places[name] for name in meant]
    state = [number[each] for each in found.state]
    coded = bytes(state) if isinstance(found.state, bytes) else state
    return replace(table, visits=replace(found, names=list(places), state=coded))


EXAMPLE = "Backlog:backlog,Build:active,Done:done"


def written(states: Iterable[State]) -> str:
    """A workflow as `parsed` reads it."""
    return ",".join(f"{state.name}:{state.kind}".replace(",", "\\,") for state in states)


def meant(names: Sequence[str]) -> list[Kind]:
    """The kinds of states in order: by their names where these say it, else by their places.

    Of the others the first is the backlog and the last is done, where no name says that; what is in
    between is active, and so is one that is alone.
    """
    told = {plain(name): kind for kind, telling in TELLING.items() for name in telling}
    found = [told.get(plain(name)) for name in names]
    rest = [place for place, kind in enumerate(found) if kind is None]
    if Kind.DONE not in found and rest:
        found[rest.pop()] = Kind.DONE
    if Kind.BACKLOG not in found and len(rest) > 1:
        found[rest[0]] = Kind.BACKLOG
    return [kind or Kind.ACTIVE for kind in found]


def guessed(visits: Visits) -> tuple[State, ...]:
    """A workflow of the states that were visited, in the order in which most items came to them first."""
    order = _order(visits)
    return tuple(map(State, order, meant(order)))


def _order(visits: Visits) -> list[str]:
    """Before others is a state that more items came to first; last are those where none was yet."""
    ahead: Counter[tuple[int, int]] = Counter()
    times = Counter(visits.paths.way)
    for number, way in enumerate(visits.paths.ways):
        came = dict.fromkeys(state for state in way if state != GONE)
        for pair in combinations(came, 2):
            ahead[pair] += times[number]
    first: dict[int, float] = {}
    for state, entered in zip(visits.state, visits.entered, strict=True):
        if state not in first or entered < first[state]:
            first[state] = entered
    won = {
        one: sum(
            (ahead[one, other] > ahead[other, one]) - (ahead[one, other] < ahead[other, one])
            for other in first
        )
        for one in first
    }
    names = visits.names
    known = sorted(first, key=lambda state: (-won[state], first[state], names[state]))
    return [*(names[state] for state in known), *sorted(set(names) - {names[state] for state in known})]
