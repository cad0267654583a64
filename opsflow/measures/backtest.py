"""How often did the board's own forecasts hold?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from opsflow import words
from opsflow.flow import backtest, forecast
from opsflow.flow.backtest import AHEAD, LEVELS, Score, Tried
from opsflow.measures import Evidence, Fact, Option, Table, View
from opsflow.measures._course import Course
from opsflow.measures._lives import past
from opsflow.measures._whole import whole
from opsflow.measures.query import Query

TITLE = "Backtest"
DEFINITIONS = ("finished", "throughput", "how many by a date", "when for so many", "backtest")
APPLIES = ("minimum",)
OPTIONS = (
    Option("trials", str(backtest.TRIALS), "how many trials for each past day"),
    Option("seed", "", "another seed, for other trials"),
)
FACTS = (Fact("held85_share", f"85% held, items in {AHEAD[-1]} days", "share"), Fact("n", "Past days"))
TABLES = (
    Table("rows", ("question", "n", "held50", "held85", "held95", "reason")),
    Table(
        "days",
        ("as_on", "p50", "p85", "p95", "came", "held85"),
        f"Items in {AHEAD[-1]} days",
        most=12,
        last=True,
    ),
)
FEW = 10
"""A share of fewer forecasts says little."""


def view(query: Query) -> View:
    facts = query.facts
    course = Course(query)
    looked = past(query, course)
    guard = forecast.DELIVERY_DAYS if query.minimum is None else query.minimum
    seed = query.option("seed", "") or forecast.seed(
        "backtest", facts.board.key, facts.today, query.where, query.slice
    )
    trials = whole(query.option("trials", ""), "trials", backtest.TRIALS, 1_000_000)
    days = backtest.days(looked) if query.measured else ()
    tried = list(backtest.run(looked, seed, len(query.window), trials, guard)) if query.measured else []
    rows = [
        *(_row(f"how many in {ahead} days", _of(tried, "how-many", ahead)) for ahead in AHEAD),
        _row("when for so many", _of(tried, "when")),
        _row("items in progress", _of(tried, "item")),
    ]
    held = rows[len(AHEAD) - 1]
    n = len({each.day for each in tried})
    return {
        "title": _title(rows),
        "subtitle": f"Forecasts of {words.count(n, 'past day')}, each from the "
        f"{words.count(len(query.window), 'day')} before it, against what came. Days near one another share "
        "their past, so they are not independent.",
        "read": "A forecast is good where the 85% held about as often as that. Far more often: it promises "
        "too late. Far less: the days before say little about those that follow.",
        "n": n,
        "reason": "" if tried else _nothing(query, len(days)),
        "seed": seed,
        "trials": trials,
        "days_without": len(days) - n,
        "held85_share": held["held85_share"],
        "reasons": {"held85_share": held["reason"] or "too early to tell"}
        if tried and held["held85_share"] is None
        else {},
        "rows": rows,
        "days": [_day(each) for each in _of(tried, "how-many", AHEAD[-1])],
    }


def _of(tried: Iterable[Tried], kind: str, ahead: int = 0) -> list[Tried]:
    return [each for each in tried if each.kind == kind and (not ahead or each.ahead == ahead)]


def _row(question: str, tried: Sequence[Tried]) -> View:
    scores = backtest.scores(tried)
    return {
        "question": question,
        "n": len(tried),
        **{f"held{score.p}": _told(score) for score in scores},
        **{
            f"held{score.p}_share": None if score.share is None else round(score.share, 4) for score in scores
        },
        **{f"held{score.p}_items": score.held for score in scores},
        **{f"n{score.p}": score.n for score in scores},
        "reason": "" if any(score.n for score in scores) else "no forecast could be made",
    }


def _told(score: Score) -> str:
    """Such as "84% (42 of 50)"."""
    return "" if score.share is None else f"{score.share:.0%} ({score.held:,} of {score.n:,})"


def _day(each: Tried) -> View:
    return {
        "as_on": date.fromordinal(each.day).isoformat(),
        **{f"p{p}": said for p, said in zip(LEVELS, each.said, strict=True)},
        "came": each.came,
        **{f"held{p}": held for p, held in zip(LEVELS, each.held, strict=True)},
    }


def _title(rows: Sequence[View]) -> str:
    """How often the 85% held: from the question that they held least for to the one they held most for."""
    told = [row for row in rows if row["n85"]]
    judged = sorted(
        [row for row in told if row["n85"] >= FEW] or told, key=lambda row: float(row["held85_share"])
    )
    if not judged:
        return "There is no past to try the forecasts on"
    worst, least, most = judged[0], *(f"{judged[place]['held85_share']:.0%}" for place in (0, -1))
    few = "" if worst["n85"] >= FEW else ", which are few"
    if least == most:
        return f"The 85% held in {least} of past forecasts{few}"
    return f"The 85% held in {least} to {most} of past forecasts, least for {worst['question']}{few}"


def _nothing(query: Query, days: int) -> str:
    if query.silence:
        return query.silence
    if not days:
        return f"the history is shorter than {words.count(2 * AHEAD[0] + 1, 'day')}"
    return f"on none of {words.count(days, 'past day')} was there enough to forecast from"


def behind(query: Query) -> tuple[Evidence, ...]:
    """The finished items that the forecasts of the past drew from, and are held against."""
    over, ids = query.spans.finished, query.visits.items
    return tuple(query.evidence(ids[item], "finished", at) for item, at in enumerate(over) if at is not None)
