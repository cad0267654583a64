"""What measures of people share: who is here, what they are called, and how far ahead is looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from opsflow.errors import OpsflowError
from opsflow.flow.days import Window
from opsflow.measures import Option
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS, OVER, Item, Person

MOST_WEEKS = 104
YEAR_DAYS = 365
"""How far back it counts that somebody did a kind of work: twelve months."""


def of(query: Query) -> tuple[Person, ...]:
    """The people of the board, as people.yaml has them."""
    return tuple((query.facts.board.people or {}).values())


def nobody(query: Query) -> str:
    """Why nothing can be said about people; empty where it can."""
    people = query.facts.board.people
    if people is None:
        return "Who is here is not known: the board has no people.yaml with `people`."
    return "" if people else "people.yaml lists nobody."


def name(query: Query, key: str) -> str:
    """The name of a person."""
    people = query.facts.board.people or {}
    return people[key].name if key in people else key


def names(query: Query, keys: Iterable[str]) -> list[str]:
    return [name(query, key) for key in keys]


def team(query: Query, key: str) -> str:
    """The name of a team; empty for nobody's."""
    teams = query.facts.board.teams or {}
    return teams[key].name if key in teams else key


def teams(query: Query) -> dict[str, list[Person]]:
    """The people of each team, in the order of people.yaml; those of no team under the empty key, last."""
    found: dict[str, list[Person]] = {key: [] for key in query.facts.board.teams or {}}
    for person in of(query):
        found.setdefault(person.team, []).append(person)
    alone = found.pop("", [])
    return {key: people for key, people in found.items() if people} | ({"": alone} if alone else {})


def in_progress(query: Query, items: Iterable[Item]) -> Iterator[Item]:
    """Those of these items that are on the board and in progress."""
    board = query.facts.board
    working = {state.name for state in board.states if state.kind in IN_PROGRESS}
    return (item for item in items if item.state in working and item.id in board.items)


def open_items(query: Query, items: Iterable[Item]) -> Iterator[Item]:
    """Those of these items that are on the board and not over; unknown states count as open."""
    board = query.facts.board
    over = {state.name for state in board.states if state.kind in OVER}
    return (item for item in items if item.state not in over and item.id in board.items)


def whole(query: Query, option: Option, most: int) -> int:
    """The value of an option that is a whole number, at least 1; OpsflowError for any other."""
    written = query.option(option.name, option.default)
    if not written.isascii() or not written.isdecimal() or not 1 <= int(written) <= most:
        raise OpsflowError(f"{option.name} is {written!r}; write a whole number from 1 to {most}.")
    return int(written)


def ahead(query: Query, weeks: int) -> Window:
    """The next so many weeks. Today does not count: it is partly gone."""
    first = query.facts.today + timedelta(days=1)
    return Window(first, query.facts.today + timedelta(weeks=weeks))


def last_year(query: Query) -> Window:
    """The twelve months up to the end of the window, or what the history has of them."""
    last = min(query.window.last, query.facts.today)
    first = last - timedelta(days=YEAR_DAYS - 1)
    return Window(min(max(first, query.since or first), last), last)


def on(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def exact(value: float) -> float:
    """A number without the noise of adding up; a whole one where it is whole."""
    found = round(value, 6)
    return int(found) if found == int(found) else found


def exactly(value: float | None) -> float | None:
    return None if value is None else exact(value)
