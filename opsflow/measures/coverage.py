"""On how few people does each service and skill rest, and what stops when one of them is away?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsflow import words
from opsflow.capacity import persondays, skills
from opsflow.measures import Evidence, Fact, Table, View, _doers, _people
from opsflow.measures._doers import Done
from opsflow.measures.query import Query
from opsflow.model import Item, Person

TITLE = "Coverage"
DEFINITIONS = ("did the work", "bus factor")
FACTS = (
    Fact("single_services", "Services that rest on one person", "services"),
    Fact("uncovered_services", "Services that nobody here worked on", "services"),
    Fact("single_skills", "Skills that one person used", "skills"),
    Fact("n", "Finished in twelve months, for a service or with a skill", "items"),
)
TABLES = (
    Table(
        "rows",
        ("kind", "name", "people", "bus_factor", "top_share", "done", "names"),
        "Who did the work",
        most=60,
    ),
    Table(
        "stops",
        ("name", "services", "skills", "items", "away_from_on", "away_to_on"),
        "What stops without them",
        most=40,
    ),
)


def view(query: Query) -> View:
    window = _people.last_year(query)
    done = _doers.of(query, window, _names_something)
    rows = [*_services(query, done), *_skills(query, done)]
    services = [row for row in rows if row["kind"] == "service"]
    single = [row for row in services if row["people"] == 1]
    none = [row for row in services if row["people"] == 0]
    return {
        "title": _title(services, single, none),
        "subtitle": f"Who had an item when it was finished, since {window.first.isoformat()}. "
        "Those who left do not count.",
        "read": "Let the next item of a service that rests on one person be done by two.",
        "n": len(done),
        "reason": ""
        if done
        else "Nothing that names a service or skill was finished in these twelve months.",
        "reasons": {},
        "since_on": _people.on(window.first),
        "single_services": len(single),
        "uncovered_services": len(none),
        "single_skills": sum(row["people"] == 1 for row in rows if row["kind"] == "skill"),
        "unattributed": sum(not each.people for each in done),
        "rows": rows,
        "stops": [*_stops(query, rows)],
    }


def _names_something(item: Item) -> bool:
    return bool(item.services or item.skills)


def _title(services: Sequence[View], single: Sequence[View], none: Sequence[View]) -> str:
    if not services:
        return "No finished work names a service"
    if single:
        rest = "rests" if len(single) == 1 else "rest"
        return f"{len(single)} of {words.count(len(services), 'service')} {rest} on one person"
    if none:
        return f"On {words.count(len(none), 'service')}, nobody who is here has worked"
    return "Every service has been worked on by two people or more"


def _services(query: Query, done: Sequence[Done]) -> Iterator[View]:
    """The services of the catalog, and others that finished work names, fewest people first."""
    known = query.facts.board.services
    of_service: dict[str, list[Done]] = {key: [] for key in known or ()}
    for each in done:
        for key in dict.fromkeys(each.item.services):
            of_service.setdefault(key, []).append(each)
    rows = []
    for key, mine in of_service.items():
        service = (known or {}).get(key)
        title = service.name if service else key
        rows.append(_row(query, "service", key, title, mine))
    yield from _sorted(rows)


def _skills(query: Query, done: Sequence[Done]) -> Iterator[View]:
    """The skills that finished work asked for, fewest people first."""
    names = dict.fromkeys(skill for each in done for skill in each.item.skills)
    rows = [
        _row(query, "skill", name, name, [each for each in done if name in each.item.skills])
        for name in names
    ]
    yield from _sorted(rows)


def _sorted(rows: Sequence[View]) -> list[View]:
    return sorted(rows, key=lambda row: (row["people"], row["bus_factor"], -row["done"], row["key"]))


def _row(query: Query, kind: str, key: str, title: str, done: Sequence[Done]) -> View:
    here = query.facts.board.people
    did = [[person for person in each.people if here is None or person in here] for each in done]
    shares = skills.shares([people for people in did if people])
    return {
        "kind": kind,
        "key": key,
        "name": title,
        "done": len(done),
        "people": len(shares),
        "bus_factor": skills.bus_factor(did),
        "top_share": _people.exactly(next(iter(shares.values()), None)),
        "names": sorted(_people.names(query, shares)),
        "keys": sorted(shares),
    }


def _stops(query: Query, rows: Sequence[View]) -> Iterator[View]:
    """What only one person did or has, for each who is here, in the order of people.yaml."""
    for person in _people.of(query):
        mine = [row for row in rows if row["keys"] == [person.key]]
        away = persondays.next_away(person, query.facts.today)
        found = {
            "person": person.key,
            "name": person.name,
            "services": [row["name"] for row in mine if row["kind"] == "service"],
            "skills": [row["key"] for row in mine if row["kind"] == "skill"],
            "items": _alone(query, person),
            "away_from_on": _people.on(away.start) if away else None,
            "away_to_on": _people.on(away.end) if away else None,
        }
        if found["services"] or found["skills"] or found["items"]:
            yield found


def _alone(query: Query, person: Person) -> list[str]:
    """The work in progress that is theirs alone."""
    theirs = (item for item in query.items.values() if item.assignees == (person.key,))
    return [item.id for item in _people.in_progress(query, theirs)]


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was finished, and by whom."""
    return tuple(
        query.evidence(each.item.id, _said(query, each), each.at)
        for each in _doers.of(query, _people.last_year(query), _names_something)
    )


def _said(query: Query, each: Done) -> str:
    return "finished by " + (words.listed(_people.names(query, each.people)) or "nobody known")
