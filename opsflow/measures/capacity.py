"""How much time do people have, how much of it does unplanned work take, and how much planned work fits?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from opsflow import words
from opsflow.capacity import persondays
from opsflow.capacity.persondays import PersonDays
from opsflow.flow import forecast, outcomes
from opsflow.flow.days import Window
from opsflow.flow.forecast import Draws
from opsflow.flow.unplanned import Part
from opsflow.measures import Evidence, Fact, Table, View, _effort, _people, _sample
from opsflow.measures._course import Course
from opsflow.measures.query import Query
from opsflow.model import Person

TITLE = "Capacity"
DEFINITIONS = (
    "person-day",
    "person-days of items",
    "unplanned time",
    "left for planned work",
    "planned items that fit",
)
APPLIES = ("minimum",)
HORIZONS = (2, 4, 13)
"""How many weeks ahead is looked."""
LEVELS = (50, 85, 95)
FACTS = (
    Fact("person_days", "Person-days, the next 2 weeks", "days"),
    Fact("left_person_days", "Left for planned work", "days"),
    Fact("unplanned_share", "Taken by unplanned work so far", "share"),
    Fact("fit_p85", "Planned items that fit, 85% sure", "items"),
    Fact("n", "Planned items finished in the window", "items"),
)
TABLES = (
    Table(
        "rows",
        ("weeks", "to_on", "person_days", "unplanned_person_days", "left_person_days", "p50", "p85", "p95"),
        "Ahead: person-days, and planned items that fit, half of the time, 85% and 95% sure",
    ),
    Table("teams", ("team", "people", "person_days", "away_days", "other_days"), "The next 4 weeks, by team"),
    Table(
        "past",
        ("kind", "person_days", "share"),
        "What the days of the window went to; shares are of the days spent on items",
    ),
)


def view(query: Query) -> View:
    found = _Capacity(query)
    horizons = [found.horizon(weeks) for weeks in HORIZONS]
    first = horizons[0]
    reason = _people.nobody(query)
    return {
        "known_without_history": True,
        "title": _title(first, reason),
        "subtitle": "Working days, less days away, less what other work gets; today does not count.",
        "read": "Promise what fits with 85%, and keep what unplanned work takes free.",
        "n": found.days.sample.items if query.measured else None,
        "reason": reason,
        "reasons": found.reasons(first),
        "person_days": first["person_days"],
        "left_person_days": first["left_person_days"],
        "unplanned_share": found.share,
        "unplanned_by": found.shared_by,
        "fit_p50": first["p50"],
        "fit_p85": first["p85"],
        "fit_p95": first["p95"],
        "sample": found.days.view() if query.measured else None,
        "trials": forecast.TRIALS,
        "rows": horizons,
        "teams": found.teams(),
        "past": found.past(),
    }


def _title(first: View, reason: str) -> str:
    if reason:
        return "How much time there is, is not known"
    time = words.count(round(first["person_days"], 1), "person-day")
    if first["p85"] is not None:
        fits = words.count(first["p85"], "planned item fits", "planned items fit")
        return f"In two weeks, {fits}, 85% sure, in {time}"
    if first["left_person_days"] is not None:
        left = words.number(round(first["left_person_days"], 1))
        return f"In two weeks there are {time}, {left} of them for planned work"
    return f"In two weeks there are {time}"


class _Capacity:
    """What is known of the people's time, before and after today."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.course = Course(query)
        self.people = _people.of(query)

    # -- the past -----------------------------------------------------------------------------------

    @cached_property
    def days(self) -> _sample.Days:
        """Planned items finished on each working day of the window."""
        return _sample.days(self.query, self.course, planned=True)

    @cached_property
    def unplanned(self) -> tuple[float | None, str]:
        """The share of the work of the window that was unplanned, and by what it is measured."""
        if self.query.unmarked:
            return None, ""
        part, by = _effort.unplanned(self.query)
        return _people.exactly(part.share), by

    @property
    def share(self) -> float | None:
        return self.unplanned[0]

    @property
    def shared_by(self) -> str:
        return self.unplanned[1]

    def past(self) -> list[View]:
        """What the person-days of the window went to: unplanned and planned items, and none.

        Shares are of the days that went to items, as that of unplanned work is everywhere.
        """
        window = self.query.known
        if not self.people or not self.query.measured:
            return []
        every = _effort.of(self.query, window)
        held = _effort.by_item(self.query, window)
        whole = sum(held.values())
        unplanned = sum(days for item, days in held.items() if item in self.query.unplanned)
        rows = [
            ("unplanned items", unplanned, Part(unplanned, whole).share),
            ("planned items", whole - unplanned, Part(whole - unplanned, whole).share),
            ("no item", every.free, None),
        ]
        if self.query.narrowed:
            rows.insert(2, ("other items", max(every.total - whole, 0.0), None))
        return [
            {"kind": kind, "person_days": _people.exact(days), "share": _people.exactly(share)}
            for kind, days, share in rows
        ]

    # -- ahead --------------------------------------------------------------------------------------

    def horizon(self, weeks: int) -> View:
        ahead = _people.ahead(self.query, weeks)
        time = self.time(ahead) if self.people else None
        taken = self._taken(time)
        fits = self.fits.get(weeks)
        return {
            "weeks": weeks,
            "from_on": _people.on(ahead.first),
            "to_on": _people.on(ahead.last),
            "working_days": self.course.workdays.count(ahead.first, ahead.last),
            "person_days": _people.exact(time.available) if time else None,
            "away_days": _people.exact(self._away(ahead)) if time else None,
            "other_days": _people.exact(time.other) if time else None,
            "unplanned_person_days": _people.exactly(taken),
            "left_person_days": _people.exact(time.available - taken) if time and taken is not None else None,
            **{f"p{level}": outcomes.how_many(fits, level) if fits else None for level in LEVELS},
        }

    def time(self, ahead: Window) -> PersonDays:
        return persondays.total(self._of(each, ahead) for each in self.people)

    def _of(self, person: Person, ahead: Window) -> PersonDays:
        return persondays.of(person, self.course.workdays, ahead.first, ahead.last)

    def _taken(self, time: PersonDays | None) -> float | None:
        """The person-days that unplanned work takes, if it takes its share as it did."""
        if time is None or self.share is None:
            return None
        return time.available - persondays.left(time.available, self.share)

    def _away(self, ahead: Window) -> float:
        """Person-days that are not there because people are away."""
        return sum(self._of(person, ahead).away * person.capacity for person in self.people)

    @cached_property
    def fits(self) -> Mapping[int, Mapping[int, int]]:
        """For each horizon, how many of the trials finished each number of planned items."""
        if self.fit_silence:
            return {}
        draws = Draws(self.days.sample, forecast.seed("capacity", self.query.seed))
        equal = {weeks: self.like_past(_people.ahead(self.query, weeks)) for weeks in HORIZONS}
        found = forecast.how_many(draws, equal.values())
        return {weeks: found[days] for weeks, days in equal.items()}

    def like_past(self, ahead: Window) -> int:
        """To how many working days of the past a time ahead is equal: as many person-days, rounded down.

        Days on which half of the people are away are half days. Where no people are known, a day is a day.
        """
        days = self.course.workdays.count(ahead.first, ahead.last)
        if not self.people:
            return days
        past = self.time(self.query.complete).available / len(self.days.sample.counts)
        return int(self.time(ahead).available / past + 1e-9)

    @cached_property
    def fit_silence(self) -> str:
        """Why it cannot be said how many items fit; empty where it can."""
        if not self.query.measured:
            return self.query.silence
        guard = forecast.DELIVERY_DAYS if self.query.minimum is None else self.query.minimum
        silence = self.days.sample.silence(max(guard, 1))
        if silence:
            return f"planned items: {silence}"
        if self.people and not self.time(self.query.complete).available:
            return "nobody had any time in the window, as people.yaml has it"
        return ""

    def reasons(self, first: View) -> dict[str, str]:
        """Why there is no number, for each key figure that is none."""
        nobody = _people.nobody(self.query)
        unmeasured = self.query.silence or self.query.unmarked or "no work was in progress"
        found = {f"fit_p{level}": self.fit_silence for level in LEVELS}
        found["n"] = self.query.silence
        if self.share is None:
            found["unplanned_share"] = unmeasured
        if first["person_days"] is None:
            found["person_days"] = nobody
        if first["left_person_days"] is None:
            found["left_person_days"] = nobody or unmeasured
        return {key: why for key, why in found.items() if why}

    def teams(self) -> list[View]:
        ahead = _people.ahead(self.query, 4)
        found = []
        for key, people in _people.teams(self.query).items():
            each = [
                (person, persondays.of(person, self.course.workdays, ahead.first, ahead.last))
                for person in people
            ]
            found.append(
                {
                    "key": key,
                    "team": _people.team(self.query, key) or "no team",
                    "people": len(people),
                    "person_days": _people.exact(sum(time.available for _, time in each)),
                    "away_days": _people.exact(sum(time.away * person.capacity for person, time in each)),
                    "other_days": _people.exact(sum(time.other for _, time in each)),
                }
            )
        return found


def behind(query: Query) -> tuple[Evidence, ...]:
    """The items of the window that took time, when work on each began, and their person-days."""
    window, ids = query.known, query.visits.items
    held = _effort.by_item(query, window)
    begun: dict[int, float] = {}
    for item, start in zip(query.flow.item, query.flow.start, strict=True):
        begun.setdefault(item, start)
    what = {True: "planned, in progress", False: "unplanned, in progress"}
    return tuple(
        query.evidence(
            ids[item], what[query.planned(ids[item])], begun[item], _people.exact(held.get(item, 0.0))
        )
        for item in _effort.wip_days(query, window)
    )
