"""How much time do people have, how much of it does unplanned work take, and how much planned work fits?

The page of the measure of that name, with what it goes to (allocation), who carries how much (load), and
who is away when (away).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from opsflow import measures, words
from opsflow.capacity import persondays
from opsflow.measures.allocation import CLOSE
from opsflow.measures.unplanned import TIME
from opsflow.model import Finding, Limit, Person
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Capacity"
WEEKS = 4
"""How many weeks ahead each person's days are shown."""
SURE = 85
"""What may be promised: so much per cent of the trials held it."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    figures = {name: measures.figure(name, numbers.query) for name in ("capacity", "load", "away")}
    shared = measures.figure("allocation", numbers.query)
    return {
        **_head(numbers, figures["capacity"]["n"]),
        "window": shapes.window_view(numbers, numbers.window),
        "facts": [*_facts(numbers, figures)],
        "over": [_overload(numbers, each) for each in figures["load"]["over"]],
        "conflicts": _conflicts(figures["away"], figures["load"]),
        "fit": _fit(figures["capacity"]),
        "people": _people(numbers, figures["load"], figures["away"]),
        "teams": _teams(figures["load"], figures["capacity"]),
        "ahead": _ahead(figures["away"], figures["capacity"]),
        "allocation": {**shared, "rows": [_share(row) for row in shared["rows"]]},
    }


def _head(numbers: Numbers, n: int) -> View:
    window = numbers.window
    return shapes.head(
        numbers,
        "capacity",
        TITLE,
        measures.question("capacity"),
        (
            ("working day", None, None),
            ("person-day", None, None),
            ("person-days of items", window, None),
            ("unplanned time", window, None),
            ("left for planned work", window, None),
            ("planned items that fit", window, n),
            ("work in progress", None, None),
            ("load", None, None),
            ("overload", None, None),
            ("allocation", window, None),
        ),
    )


# -- key figures --------------------------------------------------------------------------------


def _facts(numbers: Numbers, figures: Mapping[str, View]) -> Iterator[View]:
    capacity, load, away = figures["capacity"], figures["load"], figures["away"]
    first, why, n = capacity["rows"][0], capacity["reasons"], capacity["n"]
    taken = capacity["unplanned_share"]
    days, left = first["person_days"], first["left_person_days"]
    yield shapes.fact(
        "person-days",
        "Person-days, next 2 weeks",
        _tenth(days),
        "days",
        ""
        if days is None
        else f"{_said(first['away_days'])} away, {_said(first['other_days'])} for other work",
        away["n"],
        why.get("person_days", ""),
    )
    yield shapes.fact(
        "left",
        "Left for planned work",
        _tenth(left),
        "days",
        "if unplanned work takes as much as before",
        n,
        why.get("left_person_days", ""),
    )
    yield shapes.fact(
        "unplanned",
        "Taken by unplanned work",
        None if taken is None else round(100 * taken),
        "%",
        f"of {TIME.get(capacity['unplanned_by'].lower(), '')} in {words.count(len(numbers.window), 'day')}",
        n,
        why.get("unplanned_share", ""),
    )
    yield shapes.fact(
        "fit",
        f"Fits in 2 weeks, {SURE}% sure",
        capacity["fit_p85"],
        "planned item" if capacity["fit_p85"] == 1 else "planned items",
        "" if capacity["fit_p50"] is None else f"{capacity['fit_p50']} half of the time",
        n,
        why.get("fit_p85", ""),
    )
    over, people = load["over_count"], len(load["rows"])
    known = numbers.facts.board.people or any(_of_people(limit) for limit, _ in numbers.limits)
    yield shapes.fact(
        "over",
        "Carry more than they can",
        over if known else None,
        "person" if over == 1 else "people",
        f"of {people}",
        people,
        "" if known else "neither people nor a limit for people are known",
    )
    gone = len({row["person"] for row in away["rows"]})
    yield shapes.fact(
        "away",
        "Away today",
        None if away["reason"] else away["away_today"],
        "person" if away["away_today"] == 1 else "people",
        f"{gone} in the next {words.count(_weeks(away['ahead']), 'week')}",
        away["n"],
        away["reason"],
    )


def _weeks(ahead: View) -> int:
    """How many weeks are looked ahead; the first and the last of the calendar may be there in part."""
    first, last = date.fromisoformat(ahead["from_on"]), date.fromisoformat(ahead["to_on"])
    return ((last - first).days + 1) // 7


def _said(days: float | None) -> str:
    return "" if days is None else words.number(round(days, 1))


def _tenth(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


# -- what fits, and when ------------------------------------------------------------------------


def _fit(figure: View) -> View:
    """What fits in the weeks ahead. It is known without people too: then a day is a day."""
    known = figure["fit_p85"] is not None
    title = figure["title"]
    if figure["reason"] and known:
        fits = words.count(figure["fit_p85"], "planned item fits", "planned items fit")
        title = f"In two weeks, {fits}, {SURE}% sure"
    return {
        "title": title,
        "subtitle": figure["subtitle"],
        "read": figure["read"],
        "reason": "" if known else figure["reason"],
        "silence": figure["reasons"].get("fit_p85", ""),
        "n": figure["n"],
        "people": not figure["reason"],
        "rows": figure["rows"],
        "past": figure["past"],
        "trials": figure["trials"],
    }


def _ahead(away: View, capacity: View) -> View:
    """The weeks ahead, with what unplanned work will take of each if it takes its share as it did."""
    share = capacity["unplanned_share"]
    weeks = [
        {
            **week,
            "left_person_days": None
            if share is None
            else round(persondays.left(week["person_days"], share), 6),
        }
        for week in away["weeks"]
    ]
    return {
        "title": away["title"],
        "subtitle": "Person-days of each week; unplanned work takes some, if it takes as much as before.",
        "read": away["read"],
        "reason": away["reason"],
        "n": away["n"],
        "rows": away["rows"],
        "weeks": weeks,
    }


# -- people -------------------------------------------------------------------------------------


class _Held(NamedTuple):
    """What a limit for people counts of somebody."""

    taken: int
    max: int
    where: str

    @property
    def room(self) -> int:
        return self.max - self.taken


def _people(numbers: Numbers, load: View, away: View) -> View:
    """Everybody, in the order of people.yaml: what they hold, and when they are there."""
    limits = _limits(numbers, [row["person"] for row in load["rows"]])
    known = numbers.facts.board.people or {}
    weeks = away["weeks"][:WEEKS]
    return {
        "title": load["title"],
        "subtitle": load["subtitle"],
        "read": load["read"],
        "reason": load["reason"],
        "n": load["n"],
        "per_person": load["per_person"],
        "unassigned": load["unassigned"],
        "weeks": [{key: week[key] for key in ("from_on", "to_on", "person_days")} for week in weeks],
        "rows": [
            {
                **shapes.person(numbers, row["person"]),
                **{key: row[key] for key in ("team", "wip", "mean_wip", "away_until_on", "over")},
                "limit": _limit(limits.get(row["person"])),
                "items": [_item(numbers, key) for key in row["items"]],
                "weeks": [_days(numbers, known.get(row["person"]), week) for week in weeks],
            }
            for row in load["rows"]
        ],
    }


def _limits(numbers: Numbers, people: Sequence[str]) -> Mapping[str, _Held]:
    """The limit of each person that leaves the least room; of equals, the first in the file."""
    found: dict[str, _Held] = {}
    for limit, groups in numbers.limits:
        if limit.max is None or not _of_people(limit):
            continue
        counts = {group.name or limit.person: len(group.items) for group in groups}
        titles = [str(shapes.state(numbers, name)["title"]) for name in limit.states]
        for person in people if groups and limit.per else counts:
            held = _Held(counts.get(person, 0), limit.max, words.listed(titles))
            if person not in found or held.room < found[person].room:
                found[person] = held
    return found


def _of_people(limit: Limit) -> bool:
    return limit.per == "person" or bool(limit.person)


def _limit(held: _Held | None) -> View | None:
    return (
        None
        if held is None
        else {"count": held.taken, "max": held.max, "where": held.where, "room": held.room}
    )


def _item(numbers: Numbers, id: str) -> View:
    item = numbers.facts.board.items.get(id)
    return {
        "id": id,
        "title": numbers.title_of(id),
        "blocked": item is not None and numbers.block(item) is not None,
    }


def _days(numbers: Numbers, person: Person | None, week: View) -> View | None:
    """A person's days of one week; None for whom people.yaml does not have."""
    if person is None:
        return None
    first, last = date.fromisoformat(week["from_on"]), date.fromisoformat(week["to_on"])
    found = persondays.of(person, numbers.facts.workdays, first, last)
    return {
        "person_days": round(found.available, 6),
        "working_days": found.working,
        "away_days": found.away,
    }


def _overload(numbers: Numbers, each: View) -> View:
    return {
        **{key: each[key] for key in ("person", "name", "kind", "sentence")},
        "items": [_item(numbers, key) for key in each["items"]],
    }


def _conflicts(away: View, load: View) -> list[View]:
    """What needs people who are away, but for what is told of whoever is over capacity."""
    told = {item for each in load["over"] if each["kind"] == "away" for item in each["items"]}
    return [row for row in away["conflicts"] if row["id"] not in told]


def _teams(load: View, capacity: View) -> list[View]:
    """Each team: what it holds, and what time it has in the next four weeks."""
    time = {row["key"]: row for row in capacity["teams"]}
    return [
        {
            **row,
            **{key: time[row["key"]][key] for key in ("person_days", "away_days", "other_days")},
        }
        for row in load["teams"]
    ]


def _share(row: View) -> View:
    return {**row, "off": row["gap_points"] is not None and abs(row["gap_points"]) >= CLOSE}
