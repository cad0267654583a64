"""Who carries how much, and who carries more than they can?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from opsflow import words
from opsflow.capacity import persondays
from opsflow.measures import Evidence, Fact, Table, View, _names, _people
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS, OVER, Item, Kind, Limit, Person

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Load"
DEFINITIONS = ("work in progress", "load", "overload", "person-day")
FACTS = (
    Fact("over_count", "Over their capacity", "people"),
    Fact("n", "In flow", "items"),
    Fact("per_person", "In flow, a person", "items"),
    Fact("unassigned", "In flow, nobody assigned", "items"),
)
TABLES = (
    Table("over", ("name", "sentence", "items"), "Over capacity", most=40),
    Table("teams", ("team", "people", "wip", "per_person", "person_days_a_week", "over"), "Teams"),
    Table(
        "rows",
        (
            "name",
            "team",
            "wip",
            "active",
            "waiting",
            "blocked",
            "limit_count",
            "limit",
            "mean_wip",
            "away_until_on",
        ),
        "People, in the order of people.yaml",
        most=60,
    ),
)
WEEK = timedelta(weeks=1)
UNKNOWN = "no people.yaml and no limit for people says how much they can carry"


class Overload(NamedTuple):
    """That somebody carries more than they can, and by what it is seen."""

    person: str
    kind: str
    """ "limit", "away" or "dates"."""
    sentence: str
    items: tuple[str, ...]
    extent: float
    """By how much; more is worse."""


def overloads(facts: Facts) -> tuple[Overload, ...]:
    """Who is over capacity on a board, in the order of people.yaml, and why. Needs no history.

    A person is over capacity who holds more than a limit for people allows, who is away while work in
    progress is theirs alone, or whose estimated work with dates does not fit into the days until then.
    """
    board = facts.board
    found = [*_over_limits(facts), *_while_away(facts), *_before_dates(facts)]
    place = {key: at for at, key in enumerate(board.people or ())}
    return tuple(sorted(found, key=lambda each: (place.get(each.person, len(place)), each.person)))


def _over_limits(facts: Facts) -> Iterator[Overload]:
    for limit, group, items in _counted(facts):
        if limit.max is not None and len(items) > limit.max:
            where = _where(facts, limit) or "progress"
            yield Overload(
                group,
                "limit",
                f"holds {len(items)} in {where}, the limit is {limit.max}",
                items,
                len(items) - limit.max,
            )


def _counted(facts: Facts) -> Iterator[tuple[Limit, str, tuple[str, ...]]]:
    """Each limit for people, each person that it counts, and their items."""
    limits = [limit for limit in facts.board.limits if limit.per == "person" or limit.person]
    if not limits:
        return
    from opsflow import graph

    for limit in limits:
        for group in graph.count(facts.graph, facts.board, limit):
            yield limit, group.name or limit.person, group.items


def _while_away(facts: Facts) -> Iterator[Overload]:
    """Those who are away, with work in progress that is theirs alone, or whose others are away too."""
    people = facts.board.people or {}
    gone = {person.key for person in people.values() if not _there(person, facts.today)}
    held: dict[str, list[str]] = {}
    for item in facts.board.items.values() if gone else ():
        if facts.board.kind(item) in IN_PROGRESS and item.assignees and gone.issuperset(item.assignees):
            for person in item.assignees:
                held.setdefault(person, []).append(item.id)
    for person, items in held.items():
        last = persondays.away_until(people[person], facts.today)
        some = words.count(len(items), "item")
        yield Overload(
            person, "away", f"is away until {last} with {some} in progress", tuple(items), len(items)
        )


def _there(person: Person, day: date) -> bool:
    return not any(away.start <= day <= away.end for away in person.away)


def _before_dates(facts: Facts) -> Iterator[Overload]:
    """Those whose estimated work does not fit before a date: the earliest such date of each.

    An estimate is shared by all to whom the item is assigned; work without one or without a date is not
    counted, so this says too little rather than too much.
    """
    board = facts.board
    dated: dict[str, list[tuple[date, float, str]]] = {}
    for item in board.items.values():
        if item.due and item.estimate and item.assignees and board.kind(item) not in OVER:
            share = item.estimate / timedelta(days=1) / len(item.assignees)
            for person in item.assignees:
                dated.setdefault(person, []).append((item.due, share, item.id))
    for each in (board.people or {}).values():
        found = _too_much(facts, each, sorted(dated.get(each.key, ())))
        if found:
            yield found


def _too_much(facts: Facts, person: Person, work: Sequence[tuple[date, float, str]]) -> Overload | None:
    needed = 0.0
    for position, (due, share, _) in enumerate(work):
        needed += share
        there = persondays.of(person, facts.workdays, facts.today + timedelta(days=1), due).available
        last_of_day = position + 1 == len(work) or work[position + 1][0] != due
        if due > facts.today and last_of_day and needed > there + 0.005:
            sentence = (
                f"has {words.count(round(needed, 1), 'day')} of estimated work until {due}, "
                f"and {words.count(round(there, 1), 'day')} for it"
            )
            items = tuple(item for _, _, item in work[: position + 1])
            return Overload(person.key, "dates", sentence, items, round(needed - there, 6))
    return None


# -- the figure ---------------------------------------------------------------------------------


def view(query: Query) -> View:
    held = _held(query)
    over = [
        each for each in overloads(query.facts) if not query.narrowed or set(each.items) & set(query.items)
    ]
    people = {each.person for each in over}
    progress = [*_people.in_progress(query, query.items.values())]
    rows, known = [*_rows(query, held, over)], _known(query.facts)
    counted = {row["limit_of"] for row in rows if row["limit"] is not None}
    unassigned = sum(not item.assignees for item in progress)
    return {
        "known_without_history": True,
        "title": _headline(query.facts, len(people), len(rows)),
        "subtitle": "An item with several people counts for each of them.",
        "read": "Finish or hand over what is over a limit before anything new is begun. "
        "These are loads to share, not performances to compare.",
        "n": len(progress),
        "reason": "" if rows else "No work in progress is assigned to anybody, and people.yaml lists nobody.",
        "reasons": ({} if rows else {"per_person": "nobody is known"})
        | ({} if known else {"over_count": UNKNOWN}),
        "called": {"limit_count": f"of them in {next(iter(counted)) or 'flow'}"} if len(counted) == 1 else {},
        "over_count": len(people) if known else None,
        "per_person": _people.exact(sum(row["wip"] for row in rows) / len(rows)) if rows else None,
        "unassigned": unassigned,
        "over": [
            {
                "person": each.person,
                "name": _people.name(query, each.person),
                "kind": each.kind,
                "sentence": each.sentence,
                "items": list(each.items),
            }
            for each in over
        ],
        "teams": [*_teams(query, held, people)],
        "rows": rows,
    }


def _headline(facts: Facts, over: int, people: int) -> str:
    if not people:
        return "Nobody is known who could carry work"
    if not _known(facts):
        return "How much people can carry is not known"
    if not over:
        return "Nobody carries more than they can"
    return f"{words.count(over, 'person carries', 'people carry')} more than they can"


def _known(facts: Facts) -> bool:
    """Whether anything says how much people can carry: people.yaml, or a limit for them."""
    limits = facts.board.limits
    return facts.board.people is not None or any(each.per == "person" or each.person for each in limits)


def _held(query: Query) -> Mapping[str, list[Item]]:
    """The items in progress of each person, who may have none."""
    found: dict[str, list[Item]] = {person.key: [] for person in _people.of(query)}
    for item in _people.in_progress(query, query.items.values()):
        for person in item.assignees:
            found.setdefault(person, []).append(item)
    return found


def _rows(query: Query, held: Mapping[str, list[Item]], over: Sequence[Overload]) -> Iterator[View]:
    people, board = query.facts.board.people or {}, query.facts.board
    means = _means(query) if query.measured else {}
    limits = _limits(query.facts)
    for key, items in held.items():
        person = people.get(key)
        kinds = [board.kind(item) for item in items]
        gone = persondays.away_until(person, query.facts.today) if person else None
        held_ = limits.get(key)
        yield {
            "person": key,
            "name": _people.name(query, key),
            "team": _people.team(query, person.team) if person else "",
            "capacity": person.capacity if person else None,
            "wip": len(items),
            "active": kinds.count(Kind.ACTIVE),
            "waiting": kinds.count(Kind.WAITING),
            "blocked": sum(item.blocked is not None for item in items),
            "limit_of": held_.of if held_ else "",
            "limit_count": held_.taken if held_ else None,
            "limit": held_.limit if held_ else None,
            "mean_wip": _people.exactly(means.get(key, 0.0)) if query.measured else None,
            "away_until_on": _people.on(gone),
            "over": [each.sentence for each in over if each.person == key],
            "items": [item.id for item in items],
        }


class _Held(NamedTuple):
    """What a limit for people counts of somebody."""

    taken: int
    limit: int
    of: str
    """The titles of the states that it counts; empty: all that is in progress."""


def _limits(facts: Facts) -> Mapping[str, _Held]:
    """The limit of each person that leaves the least room; of equals, the first in the file."""
    found: dict[str, _Held] = {}
    for limit, person, items in _counted(facts):
        if limit.max is not None:
            held = _Held(len(items), limit.max, _where(facts, limit))
            known = found.get(person)
            if known is None or held.limit - held.taken < known.limit - known.taken:
                found[person] = held
    return found


def _where(facts: Facts, limit: Limit) -> str:
    return words.listed([_names.state(facts.board, name)["title"] for name in limit.states])


def _means(query: Query) -> Mapping[str, float]:
    """How many items each person had in progress on average over the window."""
    first, last = query.start, query.end
    flow, held = query.flow, query.visits.assigned
    going: dict[int, list[tuple[float, float]]] = {}
    for item, start, end in zip(flow.item, flow.start, flow.end, strict=True):
        if start < last and (end is None or end > first):
            over = last if end is None or end > last else end
            going.setdefault(item, []).append((start if start > first else first, over))
    found: dict[str, float] = {}
    for item, person, start, end in zip(held.item, held.value, held.start, held.end, strict=True):
        for begun, over in going.get(item, ()):
            begun = start if start > begun else begun
            over = end if end is not None and end < over else over
            if over > begun:
                found[person] = found.get(person, 0.0) + over - begun
    length = last - first
    return {person: seconds / length for person, seconds in found.items()} if length else {}


def _teams(query: Query, held: Mapping[str, list[Item]], over: set[str]) -> Iterator[View]:
    first, last = query.facts.today + timedelta(days=1), query.facts.today + 2 * WEEK
    for key, people in _people.teams(query).items():
        items = {item.id for person in people for item in held.get(person.key, ())}
        time = persondays.total(persondays.of(each, query.facts.workdays, first, last) for each in people)
        yield {
            "key": key,
            "team": _people.team(query, key) or "no team",
            "people": len(people),
            "wip": len(items),
            "per_person": _people.exact(sum(len(held[each.key]) for each in people) / len(people)),
            "person_days_a_week": _people.exact(time.available / 2),
            "over": sum(each.key in over for each in people),
        }


def behind(query: Query) -> tuple[Evidence, ...]:
    """Every assignment of work in progress."""
    held, ids = query.visits.assigned, query.visits.items
    begun = {item.id for item in _people.in_progress(query, query.items.values())}
    return tuple(
        query.evidence(ids[item], f"assigned to {_people.name(query, person)}", start)
        for item, person, start, end in zip(held.item, held.value, held.start, held.end, strict=True)
        if end is None and ids[item] in begun
    )
