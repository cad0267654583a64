"""Who did which work, as the history tells: those to whom an item was assigned when it was finished.

That is whoever the commit names that tells of the finish, for `entered:` may put it before anybody was
assigned. Where it names nobody, it is who had it last before; and where nobody ever had, who made that
commit, if people.yaml knows the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from opsflow.flow import counts
from opsflow.flow.days import Window
from opsflow.flow.visits import seconds
from opsflow.measures.query import Query
from opsflow.model import Commit, Item, Kind


class Done(NamedTuple):
    """A finished item, and who did it."""

    item: Item
    at: float
    people: tuple[str, ...]
    """Keys; empty where nobody is known."""


def of(query: Query, window: Window, wanted: Callable[[Item], bool]) -> tuple[Done, ...]:
    """What was finished in that time, of the items that are wanted, first finished first."""
    ids, over = query.visits.items, query.spans.finished
    if not any(map(wanted, query.items.values())):
        return ()
    finished = [place for place in counts.within(over, window, query.clock) if wanted(query.item(ids[place]))]
    chosen = counts.in_order(finished, over)
    assigned = _assigned(query, set(chosen))
    authors = _authors(query)
    found = []
    for position in chosen:
        at = over[position] or 0.0
        commit = _commit(query, ids[position], at)
        told = seconds(commit.at) if commit else at
        people = _at(assigned.get(position, []), told) or _author(commit, authors)
        found.append(Done(query.item(ids[position]), at, people))
    return tuple(found)


Spell = tuple[float, float | None, str]
"""From when until when somebody had an item."""


def _assigned(query: Query, chosen: set[int]) -> Mapping[int, list[Spell]]:
    held = query.visits.assigned
    found: dict[int, list[Spell]] = {}
    for item, start, end, person in zip(held.item, held.start, held.end, held.value, strict=True):
        if item in chosen:
            found.setdefault(item, []).append((start, end, person))
    return found


def _at(spells: list[Spell], at: float) -> tuple[str, ...]:
    """Who had it from that moment on, or else who had it last before."""
    begun = [spell for spell in spells if spell[0] <= at]
    standing = [person for _, end, person in begun if end is None or end > at]
    if standing or not begun:
        return tuple(dict.fromkeys(standing))
    last = max(end or at for _, end, _ in begun)
    return tuple(dict.fromkeys(person for _, end, person in begun if end == last))


def _authors(query: Query) -> Mapping[str, str]:
    """People by the addresses of their commits."""
    people = query.facts.board.people or {}
    return {email.lower(): person.key for person in people.values() for email in person.emails}


def _author(commit: Commit | None, authors: Mapping[str, str]) -> tuple[str, ...]:
    known = authors.get(commit.email.lower()) if commit else None
    return (known,) if known else ()


def _commit(query: Query, id: str, at: float) -> Commit | None:
    """The commit that tells that an item was finished at that moment; None where no history tells it."""
    story, kinds = query.facts.story(id), query.facts.board.kinds
    told = [
        move.commit
        for move in (story.transitions if story else ())
        if seconds(move.at) == at and move.after and kinds.get(move.after) is Kind.DONE
    ]
    return told[-1] if told else None
