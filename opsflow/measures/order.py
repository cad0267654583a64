"""In which order should open work be done, and what would that gain over today's order?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from statistics import median
from typing import NamedTuple

from opsflow import words
from opsflow.capacity import order as cd3
from opsflow.capacity.order import Weight, Work
from opsflow.flow import counts
from opsflow.flow.forecast import stream
from opsflow.flow.lengths import FEWEST, Left, Lengths, within
from opsflow.measures import Evidence, Fact, Table, View, _money, _people, _sample
from opsflow.measures._course import Course
from opsflow.measures._plan import Planner
from opsflow.measures.query import Query
from opsflow.model import Item, order_key

TITLE = "Order of work"
DEFINITIONS = ("order of work", "remaining days", "gain of an order", "pull order")
APPLIES = ("minimum",)
FACTS = (
    Fact("gain", "Gain over today's order, half of the time", "money"),
    Fact("gain_p85", "Gain over today's order, 85% sure", "money"),
    Fact("cost_per_day", "Cost of a day's delay of all of it", "money"),
    Fact("n", "Items with a cost of delay, own or inherited", "items"),
)
TABLES = (
    Table(
        "rows",
        ("place", "id", "weight", "own", "inherited", "remaining_days", "today_place", "title"),
        "Items",
        most=30,
    ),
    Table(
        "projects",
        ("project", "weight", "cost_of_delay_per_day", "remaining_days", "items", "title"),
        "Projects",
        most=40,
    ),
    Table("unknown", ("id", "reason", "title"), "Left out", most=20),
)
TRIALS = 200
EFFORT = 40_000
"""Items times trials: with many items, fewer trials are made."""
SHORTEST = 0.5
"""No item that is not finished is taken to need less, in working days."""
PROJECT = "project:"
"""How the name of a project begins that stands in an order beside items."""


class Length(NamedTuple):
    """How many working days an open item may still take."""

    days: float
    """As likely as not."""
    chances: Sequence[float]
    """What it may take, each as likely."""
    known_by: str
    """ "estimate" or "items like it"."""


def view(query: Query) -> View:
    plan = _Plan(query)
    weights = cd3.weights(plan.works)
    ordered = [name for name in cd3.order(plan.works) if name in plan.lengths]
    rows = _rows(plan, weights, ordered)
    gains, reason = _gains(plan, ordered) if rows else ([], "")
    projects = [*_projects(plan)]
    costs = [work.cost_of_delay for work in plan.works if work.cost_of_delay]
    told = reason or ("" if gains else "there is nothing to order")
    return {
        "title": _title(query, rows, gains),
        "subtitle": "Cost of delay divided by remaining working days; what holds others up inherits theirs.",
        "read": "Pull from the top. Where the order surprises, check the costs of delay first.",
        "n": len(rows),
        "reason": "" if rows else _nothing(plan),
        "reasons": {} if gains else {"gain": told, "gain_p85": told},
        "currency": query.facts.board.currency,
        "cost_per_day": _people.exact(sum(costs)) if costs else None,
        "gain": _people.exact(median(gains)) if gains else None,
        "gain_p15": _people.exact(_sure(gains, 0.15)) if gains else None,
        "gain_p85": _people.exact(_sure(gains, 0.85)) if gains else None,
        "trials": len(gains),
        "lanes": plan.lanes,
        "estimate_ratio": _people.exact(plan.ratio) if rows else None,
        "estimate_ratio_n": len(plan.ratios) if rows else 0,
        "without_cost": sum(not weights[name].all for name in ordered),
        "rows": rows,
        "projects": projects,
        "unknown": [
            {"id": name, "title": query.title(name), "reason": why} for name, why in plan.unknown.items()
        ],
    }


def _nothing(plan: _Plan) -> str:
    if plan.unknown:
        return "How long open work takes is not known: no estimates, and too little is finished."
    return "No open item, and no project with open items, has a `cost_of_delay`."


def _title(query: Query, rows: Sequence[View], gains: Sequence[float]) -> str:
    if not rows:
        return "Nothing says what waiting costs"
    first = f"{rows[0]['id']} first"
    gain = median(gains) if gains else 0.0
    if not gains:
        return f"{first}, by cost of delay and what it holds up"
    if abs(gain) < 1:
        return f"{first}; today's order costs no more delay"
    money = _money.said(query, abs(gain))
    return (
        f"{first}: this order saves about {money} of delay"
        if gain > 0
        else f"{first} by weight, but today's order costs {money} less delay"
    )


def _sure(gains: Sequence[float], share: float) -> float:
    """What at least this share of the trials gained."""
    ordered = sorted(gains, reverse=True)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _costs(query: Query) -> bool:
    """Whether waiting costs anything anywhere: without that there is nothing to order."""
    projects = (query.facts.board.projects or {}).values()
    return any(each.cost_of_delay for each in projects) or any(
        item.cost_of_delay for item in query.items.values()
    )


class _Plan:
    """The open work, what waits for what, and how long each may still take."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.planner = Planner(query, Course(query))
        self._new: dict[tuple[str, str], Length | str] = {}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The open items that are asked about, by id; none where waiting costs nothing."""
        if not _costs(self.query):
            return {}
        opened = [item for item in self.query.items.values() if self.planner.open(item.id)]
        return {item.id: item for item in sorted(opened, key=lambda item: order_key(item.id))}

    @cached_property
    def _known(self) -> Mapping[str, Length | str]:
        return {item.id: self._length(item) for item in self.items.values()}

    @cached_property
    def lengths(self) -> Mapping[str, Length]:
        """How long items may still take, where that is known."""
        return {name: found for name, found in self._known.items() if isinstance(found, Length)}

    @cached_property
    def unknown(self) -> Mapping[str, str]:
        """The others, and why it is not."""
        return {name: found for name, found in self._known.items() if isinstance(found, str)}

    @cached_property
    def ratios(self) -> Sequence[float]:
        """Working days that went by for each estimated day of finished items, sorted."""
        return _ratios(self.query, self.planner.course)

    @property
    def ratio(self) -> float:
        """What an estimate is multiplied by; 1 where too few finished items had one."""
        return within(self._believed, 50)

    @property
    def _believed(self) -> Sequence[float]:
        return self.ratios if self.query.enough(len(self.ratios), FEWEST) else (1.0,)

    @cached_property
    def _alike(self) -> Lengths:
        return _sample.lengths(self.query, self.planner.course)

    @cached_property
    def lanes(self) -> int:
        """How many items are done at a time: as many as are in progress."""
        return max(sum(self.planner.begun(name) for name in self.items), 1)

    def _length(self, item: Item) -> Length | str:
        """How long an item may still take, or why that is not known."""
        begun = self.planner.begun(item.id)
        age = self._age(item.id) if begun else 0.0
        if item.estimate is not None:
            estimated = item.estimate / timedelta(days=1)
            found = _left([estimated * ratio for ratio in self._believed], age)
            return Length(within(found, 50), found, "estimate")
        if not begun:
            kind = item.type, item.class_
            if kind not in self._new:
                self._new[kind] = _like(self._alike.new(*kind))
            return self._new[kind]
        return _like(self._alike.left(item.type, item.class_, age))

    def _age(self, id: str) -> float:
        """Working days since an item was started."""
        span = self.query.facts.spans.get(id)
        if span is None or span.started is None:
            return 0.0
        now = self.query.now
        begun, over = self.planner.course.worked([min(span.started.timestamp(), now), now])
        return over - begun

    @cached_property
    def goals(self) -> Mapping[str, tuple[str, ...]]:
        """The projects that cost something each day until all their open items are finished."""
        found = {}
        for key, project in (self.query.facts.board.projects or {}).items():
            parts = tuple(name for name in self.planner.within(key) if name in self.lengths)
            if project.cost_of_delay and parts:
                found[key] = parts
        return found

    def _unsaid(self, key: str, parts: Sequence[str]) -> float:
        """What a project costs each day beyond what its open items say themselves: nothing counts twice."""
        whole = (self.query.facts.board.projects or {})[key].cost_of_delay or 0.0
        return max(whole - sum(self.items[name].cost_of_delay or 0.0 for name in parts), 0.0)

    @cached_property
    def works(self) -> Sequence[Work]:
        return [*self._works()]

    def _works(self) -> Iterator[Work]:
        """Every item whose length is known, and every goal, in the order of today."""
        for name in self.today():
            item = self.items[name]
            # A whole cannot be finished before its parts, so their delay is its delay.
            waits = dict.fromkeys((*self.planner.needs(name), *self.planner.parts.get(name, ())))
            yield Work(name, self.lengths[name].days, item.cost_of_delay or 0.0, tuple(waits))
        for key, parts in self.goals.items():
            yield Work(
                PROJECT + key,
                0.0,
                self._unsaid(key, parts),
                parts,
                weighed_days=sum(self.lengths[name].days for name in parts),
            )

    def today(self) -> list[str]:
        """The order in which work would be done today: what is in progress, then in pull order."""
        if not self.lengths:
            return []
        begun = [name for name in self.items if self.planner.begun(name)]
        return [name for name in (*begun, *self.planner.queue) if name in self.lengths]


def _ratios(query: Query, course: Course) -> list[float]:
    spans, ids = query.spans, query.visits.items
    finished = spans.timed(counts.finished(spans, query.known, query.clock), spans.started)
    chosen = [place for place in finished if query.item(ids[place]).estimate]
    begun = course.worked([spans.started[place] or 0.0 for place in chosen])
    over = course.worked([spans.finished[place] or 0.0 for place in chosen])
    return sorted(
        (end - start) / ((query.item(ids[place]).estimate or timedelta(1)) / timedelta(days=1))
        for place, start, end in zip(chosen, begun, over, strict=True)
        if end > start  # what was recorded only when it was over tells nothing
    )


def _like(left: Left) -> Length | str:
    if left.reason:
        return f"no estimate, and {left.reason}"
    likely = [max(each, SHORTEST) for each in left.lengths]
    return Length(within(likely, 50), likely, "items like it")


def _left(lengths: Sequence[float], age: float) -> list[float]:
    """What is left of these lengths for an item of that age, sorted.

    As in forecasts: an item that has outlasted what is known counts as if it were begun now.
    """
    longer = [length - age for length in lengths if length > age]
    enough = min(FEWEST, len(lengths))
    return sorted(max(each, SHORTEST) for each in (longer if len(longer) >= enough else lengths))


def _rows(plan: _Plan, weights: Mapping[str, Weight], ordered: Sequence[str]) -> list[View]:
    """What has a weight, heaviest first where nothing has to wait."""
    places = {name: place for place, name in enumerate(plan.today(), 1)}
    found: list[View] = []
    for name in ordered:
        weight, item = weights[name], plan.items[name]
        if weight.all:
            found.append(
                {
                    "place": len(found) + 1,
                    "id": name,
                    "title": item.title,
                    "state": item.state,
                    "weight": _people.exact(weight.all),
                    "own": _people.exact(weight.own),
                    "inherited": _people.exact(weight.inherited),
                    "cost_of_delay_per_day": _people.exact(weight.own_cost),
                    "inherited_cost_per_day": _people.exact(weight.inherited_cost),
                    "remaining_days": _people.exact(plan.lengths[name].days),
                    "remaining_by": plan.lengths[name].known_by,
                    "holds_up": _named(weight.holds_up),
                    "today_place": places[name],
                }
            )
    return found


def _named(works: Sequence[str]) -> list[str]:
    return sorted((each.removeprefix(PROJECT) for each in works), key=order_key)


def _projects(plan: _Plan) -> Iterator[View]:
    """The projects with open items and a cost of delay, each as one piece of work, heaviest first."""
    known = plan.query.facts.board.projects or {}
    days = {key: sum(plan.lengths[name].days for name in parts) for key, parts in plan.goals.items()}
    weights = {key: (known[key].cost_of_delay or 0.0) / days[key] for key in days}
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        yield {
            "project": key,
            "title": known[key].title,
            "weight": _people.exact(weights[key]),
            "cost_of_delay_per_day": known[key].cost_of_delay,
            "remaining_days": _people.exact(days[key]),
            "items": len(plan.goals[key]),
        }


def _gains(plan: _Plan, ordered: Sequence[str]) -> tuple[list[float], str]:
    """What delay costs in today's order less what it costs in this one, in each of the trials.

    What is in progress is done first in both. Each item takes as long in both, drawn from what items like
    it took. What does not wait in a ring is done so many at a time as are in progress today.
    """
    if plan.unknown:
        some = words.count(len(plan.unknown), "open item")
        return [], f"how long {some} will take is not known"
    goals = [work.id for work in plan.works if work.id.startswith(PROJECT)]
    today = [*plan.today(), *goals]
    begun = [name for name in today if plan.planner.begun(name)]
    wanted = [*begun, *(name for name in ordered if not plan.planner.begun(name)), *goals]
    works = {work.id: work for work in plan.works}
    trials = max(min(TRIALS, EFFORT // max(len(works), 1)), 20)
    draws = {
        name: stream(plan.query.seed, "order", name).choices(length.chances, k=trials)
        for name, length in plan.lengths.items()
    }
    found = []
    for trial in range(trials):
        days = {name: draw[trial] for name, draw in draws.items()}
        cost = [
            cd3.delay_cost(cd3.schedule(each, works, plan.lanes, days), works) for each in (today, wanted)
        ]
        found.append(cost[0] - cost[1])
    return found, ""


def behind(query: Query) -> tuple[Evidence, ...]:
    """The items of the order, since when each is on the board, and its weight."""
    created, number = query.spans.created, query.visits.number
    return tuple(
        query.evidence(row["id"], "created", created[number[row["id"]]], row["weight"])
        for row in view(query)["rows"]
        if row["id"] in number
    )
