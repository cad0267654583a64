"""A name leads nowhere: no such state, person, item, service, vendor, project, type, class or rule.

Why: a dependency on an item that is not there holds nothing up, and an item in an unknown state is in no
column and in no count. Names of people, services, vendors and projects are free on a board without
people.yaml or catalog.yaml; where the file is there, it is the list. A state that the mapping of other
people's records writes, or that more than five of them have, is one finding in opsflow.yaml.
Fix: correct the name, or add it to the file that lists such names.

Bad:

    OPS-1: {state: raedy}

Good:

    OPS-1: {state: ready}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from opsflow.facts import Facts
from opsflow.graph import catalogs, selectors, whole_of
from opsflow.model import BOARD_FILE, Board, Item, Judgement, Limit, Severity, Spot
from opsflow.rules import ALL, several

SEVERITY = Severity.ERROR
FEW = 5
"""As many records of a source can have the same slip; a name that more of them have is no slip of theirs."""
LISTED = 12
"""As many names a hint lists, where none is like the one that is written."""
MOST_COMPARED = 10_000
LONGEST_GUESSED = 60
"""Finding out what was meant takes time: so many pairs of names are compared, of so many characters each."""
WORDS = {
    "state": "the workflow has no state `{}`",
    "type": "the board has no type `{}`",
    "class": "the board has no class of service `{}`",
    "person": "people.yaml has no person `{}`",
    "team": "people.yaml has no team `{}`",
    "owner": "the owner `{}` is neither a person nor a team",
    "service": "catalog.yaml has no service `{}`",
    "vendor": "catalog.yaml has no vendor `{}`",
    "project": "catalog.yaml has no project `{}`",
    "item": "there is no item {}",
    "whole": "there is no item or project {}",
    "rule": "there is no rule `{}`",
}
REMOVE = {
    "owner": "Write a person, or `team:NAME`.",
    "item": "Correct the name, or remove the reference: no file of the board has this id.",
    "whole": "Correct the name, or remove the reference: no file of the board, and no project, has this id.",
    "rule": "Correct the name, or remove the entry: `opsflow explain` lists the rules.",
}
"""What to do about names that no file lists, where none is like the one that is written."""
LISTS = {"state": "workflow", "type": "types", "class": "classes"}
"""The section of opsflow.yaml that lists the names of a kind."""


class Unknown(NamedTuple):
    """A name that the board does not know."""

    where: Spot
    kind: str
    """A key of `WORDS`."""
    name: str
    records: int = 0
    """How many of a source's records have it, where it stands for all of them."""


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each name; nothing where reading has said that the list of names is misshapen."""
    said = {fault.judgement.where for fault in facts.faults}
    unlisted = {kind for kind, section in LISTS.items() if Spot(BOARD_FILE, (section,)) in said}
    hints = _hints(facts.own)
    for where, kind, name, records in _unknown(facts.own):
        if kind in unlisted or (kind in ("item", "whole") and _is_known(facts, kind, name)):
            continue
        message = WORDS[kind].format(name)
        if records:
            hint = f"Add it to `{LISTS[kind]}:`, or map it to a name that stands there."
            subject = f"{BOARD_FILE}: {message}"
            counted = f"{message}, and {records} records have it"
            yield Judgement(where, counted, hint, subject=subject, extent=records)
        else:
            yield Judgement(where, message, hints(kind, name))


def _is_known(facts: Facts, kind: str, id: str) -> bool:
    """Whether the history knows it: as finished, and its file was deleted since; or as still there.

    What is still there, and not on the board, stands in a file that could not be read, which is a
    finding of its own.
    """
    story = facts.story(id)
    if story is not None and story.gone is None:
        return True
    span = facts.span(id)
    return kind == "item" and span is not None and span.finished_by is not None


# -- where names stand --------------------------------------------------------------------------


def _unknown(board: Board) -> Iterator[Unknown]:
    yield from _in_items(board)
    for limit in board.limits:
        yield from _in_limit(board, limit)
    yield from _in_board(board)
    yield from _in_catalogs(board)


def _in_items(board: Board) -> Iterator[Unknown]:
    """Written out, since most boards have many items and no unknown name."""
    states = {state.name for state in board.states}
    mapped = _mapped(board, states) if board.sources else {}
    yield from mapped.values()
    for item in board.items.values():
        if item.state not in states and (item.source, "state", item.state) not in mapped:
            yield Unknown(item.at("state"), "state", item.state)
        if item.type not in board.types and (item.source, "type", item.type) not in mapped:
            yield Unknown(item.at("type"), "type", item.type)
        if item.class_ not in board.classes and (item.source, "class", item.class_) not in mapped:
            yield Unknown(item.at("class"), "class", item.class_)
        if board.people is not None:
            for position, person in enumerate(item.assignees):
                if person not in board.people:
                    yield Unknown(item.at("assignees", position), "person", person)
        for position, id_ in enumerate(item.depends_on):
            if id_ not in board.items and id_ not in board.unread:
                yield Unknown(item.at("depends_on", position), "item", id_)
        if board.services is not None:
            for position, service in enumerate(item.services):
                if service not in board.services:
                    yield Unknown(item.at("services", position), "service", service)
        if item.vendor and board.vendors is not None and item.vendor not in board.vendors:
            yield Unknown(item.at("vendor"), "vendor", item.vendor)
        if item.part_of and item.part_of not in board.unread and whole_of(board, item) is None:
            yield Unknown(item.at("part_of"), "whole", item.part_of)
        if item.blocked or item.entered or item.allow:
            yield from _in_details(board, item, states)


def _mapped(board: Board, states: Collection[str]) -> Mapping[tuple[int | None, str, str], Unknown]:
    """By source, kind and name, what is no slip of a record: what the mapping writes, what many have."""
    from opsflow.reading import mappings

    known: Mapping[str, Collection[str]] = {"state": states, "type": board.types, "class": board.classes}
    found: dict[tuple[int | None, str, str], Unknown] = {}
    for position, section in enumerate(board.sources):
        for kind, keys, name in mappings.written(section):
            if name not in known[kind]:
                where = Spot(BOARD_FILE, ("sources", position, *keys))
                found.setdefault((position, kind, name), Unknown(where, kind, name))
    foreign = [item for item in board.items.values() if item.source is not None]
    for kind, names in known.items():
        get = attrgetter("class_" if kind == "class" else kind)
        for (source, name), count in Counter((item.source, get(item)) for item in foreign).items():
            if count > FEW and name not in names and source is not None:
                where = Spot(BOARD_FILE, ("sources", source, "fields", kind))
                found.setdefault((source, kind, name), Unknown(where, kind, name, count))
    return found


def _in_details(board: Board, item: Item, states: Collection[str]) -> Iterator[Unknown]:
    if item.blocked:
        yield from _in_name(board, item.at("blocked", "by"), item.blocked.by)
    for state in item.entered if item.source is None else ():
        if state not in states and state != item.state:
            yield Unknown(item.at("entered", state), "state", state)
    for rule in item.allow:
        if rule not in ALL:
            yield Unknown(item.at("allow", rule), "rule", rule)


def _in_name(board: Board, where: Spot, written: str) -> Iterator[Unknown]:
    """A name such as `team:net`; without a kind, or with one that we do not know, it is free text."""
    kind, colon, name = written.partition(":")
    known = _known(board, kind) if kind in ("team", "vendor", "item") else None
    if colon and known is not None and name not in known and name not in board.unread:
        yield Unknown(where, kind, name)


def _in_limit(board: Board, limit: Limit) -> Iterator[Unknown]:
    path, keys = limit.spot.path, limit.spot.keys[:2]
    states = {state.name for state in board.states}
    for position, state in enumerate(limit.states):
        if state not in states:
            yield Unknown(Spot(path, (*keys, "states", position)), "state", state)
    for kind, name in selectors(limit):
        known = _known(board, kind)
        if known is not None and name not in known:
            yield Unknown(Spot(path, (*keys, kind)), kind, name)


def _in_board(board: Board) -> Iterator[Unknown]:
    for each in board.expectations:
        for kind, name in (("type", each.type), ("class", each.class_), ("service", each.service)):
            known = _known(board, kind)
            if name and known is not None and name not in known:
                yield Unknown(Spot(each.spot.path, (*each.spot.keys[:2], kind)), kind, name)
    for type_ in board.allocation:
        if type_ not in board.types:
            yield Unknown(Spot(BOARD_FILE, ("allocation", type_)), "type", type_)
    for rule in board.rules:
        if rule not in ALL:
            yield Unknown(Spot(BOARD_FILE, ("rules", rule)), "rule", rule)


def _in_catalogs(board: Board) -> Iterator[Unknown]:
    for person in (board.people or {}).values():
        if person.team and board.teams is not None and person.team not in board.teams:
            yield Unknown(_below(person.spot, "team"), "team", person.team)
    for service in (board.services or {}).values():
        yield from _in_owner(board, _below(service.spot, "owner"), service.owner)
        if service.vendor and board.vendors is not None and service.vendor not in board.vendors:
            yield Unknown(_below(service.spot, "vendor"), "vendor", service.vendor)
    for project in (board.projects or {}).values():
        yield from _in_owner(board, _below(project.spot, "owner"), project.owner)


def _in_owner(board: Board, where: Spot, owner: str) -> Iterator[Unknown]:
    """A person, or `team:NAME`: nobody else answers for what is the board's own."""
    kind, colon, _ = owner.partition(":")
    unknown = bool(owner) and board.people is not None and owner not in board.people
    if colon and kind == "team":
        yield from _in_name(board, where, owner)
    elif unknown or (colon and kind in ("vendor", "item")):
        yield Unknown(where, "owner" if colon else "person", owner)


def _below(spot: Spot, key: str) -> Spot:
    return Spot(spot.path, (*spot.keys, key))


# -- what was meant -----------------------------------------------------------------------------


def _known(board: Board, kind: str) -> Collection[str] | None:
    """The names of that kind; None where any name may stand."""
    known: Mapping[str, Collection[str] | None] = {
        **catalogs(board),
        "state": board.kinds,
        "item": board.items,
        "whole": (*board.items, *(board.projects or ())),
        "rule": ALL,
    }
    return known.get(kind)


def _hints(board: Board) -> Callable[[str, str], str]:
    """What to write for an unknown name: the one that is like it, else all there are, if they are few.

    Each is looked up once, since a renamed state can stand in every item; and where a stranger's file has
    thousands of names that are all unknown, the first of them are.
    """
    left = MOST_COMPARED
    renamed = {old: state.name for state in board.states for old in state.was}

    @cache
    def near() -> Mapping[str, str]:
        return _shortened((*board.items, *(board.projects or ())))

    @cache
    def names(kind: str) -> Collection[str]:
        return _known(board, kind) or ()

    def like(name: str, known: Collection[str]) -> str:
        nonlocal left
        left -= len(known)
        return _like(name, known) if left >= 0 else ""

    @cache
    def hint(kind: str, name: str) -> str:
        if kind == "state" and name in renamed:
            return f"It is called `{renamed[name]}` now."
        known = names(kind)
        meant = _like_id(name, near()) if kind in ("item", "whole") else like(name, known)
        if meant:
            return f"Did you mean `{meant}`?"
        if kind in REMOVE:
            return REMOVE[kind]
        if len(known) == 1:
            return f"The only one is {next(iter(known))}."
        return f"Known are {several(known, LISTED)}." if 0 < len(known) <= LISTED else ""

    return hint


def _like(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    short = [each for each in known if len(each) <= LONGEST_GUESSED]
    return next(iter(get_close_matches(name[:LONGEST_GUESSED], short, 1, 0.7)), "")


def _shortened(ids: Collection[str]) -> Mapping[str, str]:
    """Every id, and every id with one character left out, to the first id that gives it.

    Two names that differ in one character, or in the order of two, share such a form: the table finds
    them without comparing a name with ten thousand.
    """
    table: dict[str, str] = {}
    for id_ in ids:
        for form in _forms(id_):
            table.setdefault(form, id_)
    return table


def _forms(name: str) -> tuple[str, ...]:
    upper = name.upper()
    return (upper, *(upper[:cut] + upper[cut + 1 :] for cut in range(len(upper))))


def _like_id(name: str, table: Mapping[str, str]) -> str:
    """The id that differs in one character; never another number, which would be no likelier than any."""
    number = name.rpartition("-")[2]
    for form in _forms(name):
        meant = table.get(form, "")
        other = meant.rpartition("-")[2]
        if meant and not (number.isdecimal() and other.isdecimal() and number != other):
            return meant
    return ""
