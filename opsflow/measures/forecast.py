"""What will be finished by when, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from opsflow import words
from opsflow.errors import OpsflowError
from opsflow.flow import counts, forecast, outcomes
from opsflow.flow.outcomes import LEVELS
from opsflow.measures import Evidence, Fact, Option, Table, View, _joint
from opsflow.measures._course import Course
from opsflow.measures._whole import day, whole
from opsflow.measures.query import Query
from opsflow.measures.trials import Trials, chance, dated, every_project, item, project, row

TITLE = "Forecast"
DEFINITIONS = ("finished", "throughput", "how many by a date", "when for so many", "when for a project")
APPLIES = ("minimum",)
OPTIONS = (
    Option("of", "", "an item or a project; of all projects without"),
    Option("items", "", "when so many items are finished"),
    Option("by", "", "how many by a day, and how likely the rest is by then"),
    Option("teams", "", "items of each team, such as network=20,platform=15; or `all`"),
    Option("sample", "", "items finished on each of some past working days, such as 2,0,1,0,3"),
    Option("percentiles", "", "further percentiles, listed below, such as 10,30,90"),
    Option("trials", str(forecast.TRIALS), "how many trials"),
    Option("seed", "", "another seed, for other trials"),
)
FACTS = (Fact("p85", "85% sure"),)
"""Of the first answer."""
TABLES = (
    Table("rows", ("question", "p50", "p70", "p85", "p95", "by_on", "chance", "title", "reason"), most=30),
    Table("percentiles", ("question", "p", "value", "working_days"), "Further percentiles", most=60),
    Table("critical", ("id", "share", "title"), "What decides the date"),
    Table("remarks", ("remark",), "What was assumed"),
)
AHEAD_DAYS = (14, 28, 91)
"""How far ahead it is told how much will be finished: two weeks, four, and a quarter."""


def view(query: Query) -> View:
    trials = Trials(query)
    by = day(query.option("by", ""))
    rows: list[View] = []
    of = query.option("of", "")
    items = whole(query.option("items", ""), "items", 0, 10_000_000)
    teams = query.option("teams", "")
    sample = query.option("sample", "")
    if sample and (of or teams):
        raise OpsflowError(
            "A sample tells of a number of items or of a day, but not of an item, a project or a team."
        )
    if teams:
        rows.append(_joint.joint(trials, teams, of, by))
    elif of:
        rows.append(_one(trials, of, by))
    elif items:
        rows.append(_when(trials, items, by))
    else:
        rows += _how_many(trials, by)
        rows += (
            [] if sample or query.slice else [project(trials, name, by)[0] for name in every_project(trials)]
        )
    silent = len(rows) == 1 or all(row["reason"] for row in rows)
    reason = rows[0]["reason"] if silent else ""
    return {
        "known_without_history": bool(sample),
        **_told(trials, rows),
        "n": trials.days.sample.items,
        "reason": reason,
        "seed": trials.seed,
        "trials": trials.number,
        "sample": trials.days.view(),
        "remarks": [
            {"remark": text} for text in dict.fromkeys(text for row in rows for text in row["remarks"])
        ],
        "p85": rows[0]["p85"],
        "reasons": {} if silent or rows[0]["p85"] is not None else {"p85": rows[0]["reason"]},
        "percentiles": [{"question": row["question"], **each} for row in rows for each in row.pop("asked")],
        "rows": rows,
        "critical": rows[0]["critical"] if len(rows) == 1 else [],
    }


# -- how many, and when for so many -------------------------------------------------------------------


def _how_many(trials: Trials, by: date | None) -> Iterator[View]:
    """How many items by a day; without one, in two weeks, four and a quarter."""
    today = trials.course.today
    if by is not None and by <= today:
        raise OpsflowError(
            f"{by.isoformat()} is not after {today.isoformat()}, so nothing is left to forecast."
        )
    wanted = [by] if by else [today + timedelta(days=days) for days in AHEAD_DAYS]
    horizons = {end: trials.course.until(end) for end in wanted}
    silence = trials.silence(trials.days.sample)
    near = [days for days in horizons.values() if days <= forecast.HORIZON]
    found = {} if silence else forecast.how_many(trials.draws, near)
    for end, days in horizons.items():
        on = end.isoformat()
        answer = row("how-many", on, f"how many by {on}")
        counted = found.get(days)
        if counted is None:
            yield {**answer, "reason": silence or f"{on} is {forecast.BEYOND}"}
            continue
        yield {
            **answer,
            **{f"p{p}": outcomes.how_many(counted, p) for p in LEVELS},
            **{f"p{p}_working_days": days for p in LEVELS},
            "asked": [
                {"p": p, "value": outcomes.how_many(counted, p), "working_days": days} for p in trials.levels
            ],
            "predictability_share": outcomes.predictability(counted),
        }


def _when(trials: Trials, items: int, by: date | None) -> View:
    answer = {**row("when", str(items), f"when {words.count(items, 'item')}"), "items": items}
    silence = trials.silence(trials.days.sample)
    if silence:
        return {**answer, "reason": silence, **chance(by, None)}
    until = 0 if by is None else min(trials.course.until(by), forecast.HORIZON)
    return dated(trials, answer, forecast.when(trials.draws, [items], until)[items], by)


# -- items and projects -------------------------------------------------------------------------------


def _one(trials: Trials, name: str, by: date | None) -> View:
    """An item or a project by its name."""
    board = trials.query.facts.board
    if name in board.items and not trials.planner.within(name):
        return item(trials, name, by)[0]
    if name in board.items or name in (board.projects or {}) or trials.planner.within(name):
        return project(trials, name, by)[0]
    raise OpsflowError(f"There is no item and no project {name!r} to forecast.")


# -- words --------------------------------------------------------------------------------------------


def _told(trials: Trials, rows: Sequence[View]) -> View:
    sample = trials.days.sample
    made = any(row["p85"] is not None for row in rows)
    days = words.count(len(sample.counts), "working day")
    return {
        "title": _title(trials, rows),
        "subtitle": f"{words.count(trials.number, 'trial')} over {days} with "
        f"{words.count(sample.items, 'item')} finished on {sample.delivery_days:,} of them, seed "
        f"{trials.seed}. New work is not in it."
        if made
        else "",
        "read": "Promise the 85% date, not the 50% one, and tell how sure it is. Ask again when the board "
        "has moved.",
    }


def _title(trials: Trials, rows: Sequence[View]) -> str:
    said = [row for row in rows if row["p85"] is not None]
    if not said:
        return "No forecast can be made"
    first = said[0]
    if first["kind"] == "how-many":
        return f"85% sure: at least {words.count(first['p85'], 'item')} by {first['subject']}"
    return f"85% sure: {first['question'].removeprefix('when ')} by {first['p85']}"


def behind(query: Query) -> tuple[Evidence, ...]:
    """The items that were finished on the days of the sample."""
    over, ids = query.spans.finished, query.visits.items
    course = Course(query)
    chosen: Iterable[int] = counts.finished(query.spans, query.complete, query.clock)
    return tuple(
        query.evidence(ids[item], "finished", over[item] or 0.0)
        for item in chosen
        if course.workdays.works(date.fromordinal(query.clock.number(over[item] or 0.0)))
    )
