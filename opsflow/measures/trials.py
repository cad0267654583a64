"""One question's trials, and the answers that are read off them: a row for each date or number.

What is asked of the same trials meets the same luck, and so does what is asked of the other side of a change:
answers differ by what was asked, and by what is on the board.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from opsflow import words
from opsflow.flow import forecast, outcomes
from opsflow.flow.chains import Run, run
from opsflow.flow.forecast import Draws, Sample
from opsflow.flow.outcomes import LEVELS, SUREST, Passage
from opsflow.measures import View, _plan, _sample
from opsflow.measures._course import Course
from opsflow.measures._whole import percentiles, whole
from opsflow.measures.query import Query
from opsflow.model import order_key

MOST_TRIALS = 1_000_000
MOST = 20_000_000
"""Items times trials along a plan; more would take minutes."""
PAGE = 1_000_000
"""The same for one answer of a page, which is not waited for as long."""
CRITICAL = 10
"""As many items of the longest paths are listed."""


class Trials:
    """One question's trials. `most` is how many items times trials are lived through for one answer.

    `other` are the trials of the same question to another board: what is the same there is not lived through
    once more.
    """

    def __init__(self, query: Query, most: int = MOST, other: Trials | None = None) -> None:
        self.query = query
        self.most = most
        self._other = other
        self._lived: list[tuple[_plan.Plan, Sample, Run]] = []
        self.course = Course(query)
        self.number = whole(query.option("trials", ""), "trials", forecast.TRIALS, MOST_TRIALS)
        self.seed = query.option("seed", "") or self._seed()
        self.levels = percentiles(query.option("percentiles", ""), 1, SUREST * 100)
        """Percentiles that are asked for beside the usual ones."""

    def _seed(self) -> str:
        """The question without its amounts and days: for more items, or a surer day, the luck is the same."""
        facts, query = self.query.facts, self.query
        whole = query.chosen is None
        return forecast.seed(
            "forecast", facts.board.key, facts.today, query.where, "" if whole else query.slice
        )

    @cached_property
    def days(self) -> _sample.Days:
        """What any day may bring."""
        given = self.query.option("sample", "")
        return _sample.given(given) if given else _sample.days(self.query, self.course)

    @cached_property
    def planned(self) -> _sample.Days:
        """What any day may bring of planned work: each such item that is finished frees a place."""
        if self.query.option("sample", ""):
            return self.days
        return _sample.days(self.query, self.course, planned=True)

    @cached_property
    def draws(self) -> Draws:
        return Draws(self.days.sample, self.seed, self.number)

    @cached_property
    def places(self) -> Draws:
        """When places become free; never, where too little is known of that."""
        silent = self.silence(self.planned.sample)
        return Draws(Sample(()) if silent else self.planned.sample, self.seed, self.number)

    def silence(self, sample: Sample) -> str:
        """Why nothing can be forecast from a sample; empty where it can."""
        guard = forecast.DELIVERY_DAYS if self.query.minimum is None else self.query.minimum
        return sample.silence(guard)

    def live(self, plan: _plan.Plan) -> Run:
        """What comes of a plan."""
        sample = self.places.sample
        for known in filter(None, (self, self._other)):
            for other, days, lived in known._lived:
                if (other, days, known.seed, known.number) == (plan, sample, self.seed, self.number):
                    return lived
        lived = run(plan.tasks, plan.pulled, plan.groups, self.places)
        self._lived.append((plan, sample, lived))
        return lived

    @cached_property
    def planner(self) -> _plan.Planner:
        return _plan.Planner(self.query, self.course)


def usual(query: Query) -> Trials:
    """The trials of these facts where nobody asks for others: pages share what was lived through."""
    return query.facts.kept("_trials", lambda: Trials(query, PAGE))


# -- answers ----------------------------------------------------------------------------------------


def row(kind: str, subject: str, question: str) -> View:
    """An answer without its numbers. Every row has the same keys, whatever it answers."""
    return {
        "kind": kind,
        "subject": subject,
        "title": "",
        "question": question,
        **{f"p{p}": None for p in LEVELS},
        **{f"p{p}_working_days": None for p in LEVELS},
        "asked": [],
        "by_on": None,
        "chance_share": None,
        "chance": "",
        "items": None,
        "begun": None,
        "predictability_share": None,
        "reason": "",
        "remarks": [],
        "critical": [],
    }


def dated(trials: Trials, found: View, passage: Passage, by: date | None) -> View:
    """The same row with the days on which its percentiles land, and how likely it is by a day."""
    every = (*LEVELS, *trials.levels)
    days = {p: day if (day := passage.day(p)) is None or day <= forecast.HORIZON else None for p in every}
    landed = {p: trials.course.lands(day) for p, day in days.items()}
    on = {p: None if day in (None, date.max) else str(day) for p, day in landed.items()}
    beyond = [p for p in LEVELS if days[p] is None]
    more = {"reason": f"{words.listed([f'{p}%' for p in beyond])}: {forecast.BEYOND}"} if beyond else {}
    share = None if by is None else passage.share(trials.course.until(by))
    return {
        **found,
        **{f"p{p}": on[p] for p in LEVELS},
        **{f"p{p}_working_days": days[p] for p in LEVELS},
        "asked": [{"p": p, "value": on[p], "working_days": days[p]} for p in trials.levels],
        **chance(by, share),
        **more,
    }


def chance(by: date | None, share: float | None) -> View:
    """How likely something is by a day: never surer than the past can make anybody."""
    if by is None or share is None:
        return {"by_on": by.isoformat() if by else None}
    return {
        "by_on": by.isoformat(),
        "chance_share": round(min(share, SUREST), 4),
        "chance": percent(share),
    }


def percent(share: float) -> str:
    """A chance as it is shown: in whole per cent, and ">95%" at most."""
    return f">{SUREST:.0%}" if share > SUREST else f"{share:.0%}"


# -- items and projects -------------------------------------------------------------------------------

Shares = Mapping[str, float]
"""For items on which a date ever hung, the share of trials in which it did."""


def item(trials: Trials, id: str, by: date | None = None) -> tuple[View, Shares]:
    """When an item is finished; without a day, how likely by its own date."""
    found = trials.query.facts.board.items[id]
    answer = {**row("item", id, f"when {id}"), "title": found.title}
    if not trials.planner.open(id):
        return {**answer, "reason": f"{id} is over"}, {}
    return _along(trials, {**answer, **_counts(trials, [id])}, [id], by or found.due)


def project(trials: Trials, name: str, by: date | None = None) -> tuple[View, Shares]:
    """When the last open item of a project is finished, or of an item with parts, and what decides that."""
    title, due = _named(trials, name)
    answer = {**row("project", name, f"when {name}"), "title": title}
    within = trials.planner.within(name)
    whole = (name,) if trials.planner.open(name) else ()
    if not within and not whole:
        return {**answer, "items": 0, "reason": f"nothing of {name} is open"}, {}
    return _along(trials, {**answer, **_counts(trials, within)}, (*within, *whole), by or due)


def _named(trials: Trials, name: str) -> tuple[str, date | None]:
    """The title and the date of a project, or of an item with parts."""
    board = trials.query.facts.board
    if name in board.items:
        return board.items[name].title, board.items[name].due
    known = (board.projects or {}).get(name)
    return (known.title, known.due) if known else ("", None)


def _counts(trials: Trials, items: Sequence[str]) -> View:
    return {"items": len(items), "begun": sum(map(trials.planner.begun, items))}


def every_project(trials: Trials) -> list[str]:
    """The projects of which something is open: those of the catalog first, in its order."""
    board = trials.query.facts.board
    names = dict.fromkeys((*(board.projects or {}), *sorted(trials.planner.parts, key=order_key)))
    return [name for name in names if name not in board.items and trials.planner.within(name)]


def _along(trials: Trials, answer: View, items: Sequence[str], by: date | None) -> tuple[View, Shares]:
    """When the last of these items is finished, along what they wait for."""
    plan = trials.planner.plan(items)
    answer |= {**chance(by, None), "remarks": list(plan.remarks)}
    silence = next(iter(plan.silent.values()), "") or _silence(trials, plan)
    if silence:
        return {**answer, "reason": silence}, {}
    lived = trials.live(plan)
    shares = lived.criticality(items)
    found = dated(trials, answer, outcomes.of_ends(lived.ends(items)), by)
    return {**found, "critical": _critical(trials.query, shares)}, shares


def _silence(trials: Trials, plan: _plan.Plan) -> str:
    """Why nothing is said of a plan, though all its items are known."""
    if len(plan.tasks) * trials.number > trials.most:
        many = f"{len(plan.tasks):,} items in {trials.number:,} trials are too many"
        return f"{many}; `--trials` asks for fewer"
    few = trials.silence(trials.planned.sample)
    return f"of planned work, {few}" if few and any(plan.tasks[item].turn for item in plan.pulled) else ""


def _critical(query: Query, shares: Shares) -> list[View]:
    """The items on which a date hangs most, those first."""
    first = sorted(shares, key=lambda item: (-shares[item], order_key(item)))[:CRITICAL]
    return [{"id": item, "title": query.title(item), "share": round(shares[item], 4)} for item in first]
