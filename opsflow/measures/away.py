"""Who is away when, how much time does that leave, and what is due while those who have it are away?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsflow import words
from opsflow.capacity import persondays
from opsflow.flow import days
from opsflow.flow.days import Window
from opsflow.measures import Evidence, Fact, Option, Table, View, _people
from opsflow.measures.query import Query
from opsflow.model import Away, Item, Person

TITLE = "Time off"
DEFINITIONS = ("working day", "person-day")
WEEKS = Option("weeks", "13", "how many weeks ahead")
OPTIONS = (WEEKS,)
FACTS = (
    Fact("away_today", "Away today", "people"),
    Fact("person_days", "Time ahead", "person-days"),
    Fact("away_person_days", "Away ahead", "person-days"),
    Fact("least_person_days", "Least in a week", "person-days"),
    Fact("conflicts_count", "Due while nobody is there", "items"),
    Fact("n", "People", "people"),
)
TABLES = (
    Table("conflicts", ("id", "what", "day_on", "people", "back_on", "title"), "Needs somebody else"),
    Table("rows", ("name", "team", "from_on", "to_on", "working_days", "back_on"), "Who is away", most=40),
    Table("weeks", ("week", "working_days", "person_days", "away"), "Weeks", bar="person_days", most=30),
)


def view(query: Query) -> View:
    people, length = _people.of(query), _people.whole(query, WEEKS, _people.MOST_WEEKS)
    window = _people.ahead(query, length)
    rows = [*_rows(query, window)]
    weeks = _weeks(query, window) if people else []
    conflicts = [*_conflicts(query, window)]
    today = [person for person in people if _away(person, query.facts.today)]
    whole = [week for week in weeks if not week["partial"] and week["working_days"]]
    least = min(whole, key=lambda week: (week["person_days"], week["from_on"]), default=None)
    return {
        "known_without_history": True,
        "title": "Who is away is not known"
        if query.facts.board.people is None
        else _title(rows, conflicts, length),
        "subtitle": f"The next {words.count(length, 'week')}, until {window.last.isoformat()}.",
        "read": "Move what is due then, or give it to somebody who is there. Promise less in thin weeks.",
        "n": len(people),
        "reason": _people.nobody(query),
        "reasons": _reasons(query, least is None),
        "ahead": {"from_on": _people.on(window.first), "to_on": _people.on(window.last)},
        "away_today": len(today) if people else None,
        "person_days": _people.exact(sum(week["person_days"] for week in weeks)) if people else None,
        "away_person_days": _people.exact(sum(week["away_person_days"] for week in weeks))
        if people
        else None,
        "least_person_days": least["person_days"] if least else None,
        "least_week": least["week"] if least else None,
        "conflicts_count": len(conflicts) if people else None,
        "conflicts": conflicts,
        "rows": rows,
        "weeks": weeks,
    }


def _reasons(query: Query, no_week: bool) -> dict[str, str]:
    if not _people.of(query):
        return dict.fromkeys((fact.key for fact in FACTS if fact.key != "n"), "nobody is known")
    return {"least_person_days": "no whole week"} if no_week else {}


def _title(rows: list[View], conflicts: list[View], length: int) -> str:
    if conflicts:
        some = words.count(len(conflicts), "item")
        return f"{some} {'needs' if len(conflicts) == 1 else 'need'} people who are away"
    away = {row["person"] for row in rows}
    time = f"in the next {words.count(length, 'week')}"
    if not away:
        return f"Nobody is away {time}"
    return f"{words.count(len(away), 'person is', 'people are')} away {time}"


def _away(person: Person, day: date) -> Away | None:
    """The time off that a day of a person is in."""
    return next((away for away in person.away if away.start <= day <= away.end), None)


def _rows(query: Query, window: Window) -> Iterator[View]:
    """Each time off that touches today or the weeks ahead, by its first day."""
    found = [
        (away, person)
        for person in _people.of(query)
        for away in person.away
        if away.start <= window.last and away.end >= query.facts.today
    ]
    for away, person in sorted(found, key=lambda pair: pair[0].start):
        yield {
            "person": person.key,
            "name": person.name,
            "team": _people.team(query, person.team),
            "from_on": _people.on(away.start),
            "to_on": _people.on(away.end),
            "working_days": query.facts.workdays.count(away.start, away.end),
            "back_on": _back(query, person, away.end),
            "now": away.start <= query.facts.today,
        }


def _back(query: Query, person: Person, last: date) -> str | None:
    """The first day on which the person works again; None where there is none."""
    back = persondays.own(person, query.facts.workdays).after(last, 1)
    return None if back == date.max else _people.on(back)


def _weeks(query: Query, window: Window) -> list[View]:
    people, calendar = _people.of(query), query.facts.workdays
    found = []
    for week in days.weeks(window, date.max):
        if week.partial and not calendar.count(week.first, week.last):
            continue  # the rest of a weekend
        each = [(person, persondays.of(person, calendar, week.first, week.last)) for person in people]
        found.append(
            {
                "week": week.name,
                "from_on": _people.on(week.first),
                "to_on": _people.on(week.last),
                "partial": week.partial,
                "working_days": calendar.count(week.first, week.last),
                "person_days": _people.exact(sum(time.available for _, time in each)),
                "away_person_days": _people.exact(sum(time.away * person.capacity for person, time in each)),
                "away": [person.name for person, time in each if time.away],
            }
        )
    return found


def _conflicts(query: Query, window: Window) -> Iterator[View]:
    """Open items that need somebody on a day on which all to whom they are assigned are away."""
    known = query.facts.board.people or {}
    if not any(person.away for person in known.values()):
        return
    begun = {item.id for item in _people.in_progress(query, query.items.values())}
    for item in _people.open_items(query, query.items.values()):
        people = [known[key] for key in item.assignees if key in known]
        if not people or len(people) < len(item.assignees):
            continue
        for what, day in _needed(query, item, item.id in begun):
            if not query.facts.today <= day <= window.last:
                continue
            stretches = [_away(person, day) for person in people]
            if all(stretches):
                backs = [_back(query, person, day) for person in people]
                yield {
                    "id": item.id,
                    "title": item.title,
                    "what": what,
                    "day_on": _people.on(day),
                    "people": [person.name for person in people],
                    "back_on": min((back for back in backs if back), default=None),
                }
                break


def _needed(query: Query, item: Item, begun: bool) -> Iterator[tuple[str, date]]:
    if begun:
        yield "in progress", query.facts.today
    if item.window is not None:
        yield "planned maintenance", days.day(item.window.start, query.facts.zone)
    if item.due is not None:
        yield "due", item.due


def behind(query: Query) -> tuple[Evidence, ...]:
    """The items in conflict, by when they were assigned."""
    length = _people.whole(query, WEEKS, _people.MOST_WEEKS)
    chosen = {row["id"] for row in _conflicts(query, _people.ahead(query, length))}
    held, ids = query.visits.assigned, query.visits.items
    return tuple(
        query.evidence(ids[item], f"assigned to {_people.name(query, person)}", start)
        for item, person, start, end in zip(held.item, held.value, held.start, held.end, strict=True)
        if end is None and ids[item] in chosen
    )
