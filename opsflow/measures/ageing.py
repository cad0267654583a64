"""Which work is getting old, and where?"""

from __future__ import annotations

from collections.abc import Sequence

from opsflow import words
from opsflow.flow import ageing, percentiles
from opsflow.flow.ageing import Pace
from opsflow.measures import Evidence, Fact, Table, View, _names, _standing
from opsflow.measures._standing import Aged
from opsflow.measures.query import Query
from opsflow.model import order_key

TITLE = "Work item age"
DEFINITIONS = ("started", "work item age", "pace percentile", "age band")
APPLIES = ("count", "percentile-rule", "minimum", "backward")
FACTS = (
    Fact("n", "In flow", "items"),
    Fact("total_age_days", "Total age", "days"),
    Fact("oldest_days", "Oldest", "days"),
    Fact("slow", "Slow for where they are", "items"),
)
TABLES = (
    Table(
        "rows",
        ("id", "age_days", "state", "in_state_days", "pace", "type", "title"),
        "In flow, oldest first",
    ),
    Table(
        "columns",
        ("title", "count", "n", "p50_days", "p70_days", "p85_days", "p95_days", "reason"),
        "How old finished work was when it left a column",
    ),
)
SHOWN = (50, 70, 85, 95)
"""The percentiles of each column."""
LEVELS = ageing.LEVELS
"""Those that an age is put in words by."""
SLOW = 85
"""Above this percentile of its column, an item is slow."""


def view(query: Query) -> View:
    there = _standing.at_end(query)
    paces = pace(query)
    by_state = {each.state: each for each in paces}
    ages = query.until_end([each.started for each in there])
    stood = query.until_end([each.since for each in there])
    times = sorted(query.done_times)
    whole = [query.percentile(times, p) for p in LEVELS]
    rows = [
        _row(query, each, age, here, steps(by_state[each.state]), whole, times)
        for each, age, here in zip(there, ages, stood, strict=True)
    ]
    rows.sort(key=lambda row: (-row["age_days"], order_key(row["id"])))
    place = LEVELS.index(SLOW)
    bounds = (whole[place], *(steps(each)[place] for each in paces))
    told = query.measured and (not rows or any(bound is not None for bound in bounds))
    count = {each.state: 0 for each in paces}
    for each in there:
        count[each.state] += 1
    return {
        "title": sentence(rows),
        "subtitle": "Age of each item in progress, and how old finished work was when it left that column."
        + _unknown(query, paces),
        "read": "Above the 85% step an item is likely to finish late. Help it along first.",
        "n": len(rows),
        "reason": "" if rows else query.nothing("Nothing is in progress."),
        "reasons": {} if told else {"slow": query.few_for(len(times), SLOW)},
        "total_age_days": ageing.total(row["age_days"] for row in rows) if query.measured else None,
        "oldest_days": rows[0]["age_days"] if rows else None,
        "slow": sum(row["slow"] for row in rows) if told else None,
        "columns": [_column(query, each, count[each.state]) for each in paces],
        "rows": rows,
    }


def _unknown(query: Query, paces: Sequence[Pace]) -> str:
    """Why columns lack steps: too little finished work was there."""
    few = [
        f"{_names.state(query.facts.board, each.state)['title']} ({len(each.ages)})"
        for each in paces
        if each.ages and steps(each)[-1] is None
    ]
    needed = percentiles.enough(LEVELS[-1]) if query.minimum is None else query.minimum
    return f" All steps take {needed} finished items; fewer left {words.listed(few)}." if few else ""


def pace(query: Query) -> tuple[Pace, ...]:
    """Pace percentiles by what was finished in the window."""
    return ageing.pace(
        query.facts.board,
        query.spans,
        query.done,
        query.done_times,
        query.between_moments,
        query.percentile,
        SHOWN,
    )


def steps(each: Pace) -> tuple[float | None, ...]:
    """The percentiles of a column that ages are put in words by."""
    found = dict(zip(SHOWN, each.levels, strict=True))
    return tuple(found[p] for p in LEVELS)


def _row(
    query: Query,
    each: Aged,
    age: float,
    here: float,
    levels: Sequence[float | None],
    whole: Sequence[float | None],
    times: Sequence[float],
) -> View:
    item = query.item(query.visits.items[each.position])
    older = ageing.older_than(age, times)
    return {
        "id": item.id,
        "title": item.title,
        "type": item.type,
        "class": item.class_,
        "assignees": list(item.assignees),
        "state": _names.state(query.facts.board, each.state),
        "started_on": query.on(each.started),
        "age_days": age,
        "in_state_days": here,
        "older_than_share": None if older is None else round(older, 4),
        "pace": words_of(age, levels, whole),
        "slow": _over(age, levels, whole) >= SLOW,
    }


def _column(query: Query, each: Pace, count: int) -> View:
    few = query.few_for(len(each.ages), SHOWN[-1])
    return {
        **_names.state(query.facts.board, each.state),
        "count": count,
        "n": len(each.ages),
        **{f"p{p}_days": level for p, level in zip(SHOWN, each.levels, strict=True)},
        "reason": "" if each.levels[-1] is not None else f"{SHOWN[-1]}% {few}",
    }


def words_of(age: float, levels: Sequence[float | None], whole: Sequence[float | None]) -> str:
    """Where an age lies among the percentiles of its column, such as "50% to 85%"; "" unknown.

    Where a percentile of the column is not known, that of `whole` cycle times tells of an age above it:
    work leaves a column no later than it is finished: "over 85% of all work". Else it is said what is
    known: "over 50%".
    """
    over = _over(age, levels, whole)
    above = [(p, level) for p, level in zip(LEVELS, levels, strict=True) if p > over]
    known = bool(above) and above[0][1] is not None
    if not over:
        return f"under {LEVELS[0]}%" if known else ""
    of = "" if levels[LEVELS.index(over)] is not None else " of all work"
    return f"{over}% to {above[0][0]}%" if known else f"over {over}%{of}"


def _over(age: float, levels: Sequence[float | None], whole: Sequence[float | None]) -> int:
    """The highest percentile that an age is known to be over; 0: none."""
    bounds = [other if level is None else level for level, other in zip(levels, whole, strict=True)]
    return max(
        (p for p, bound in zip(LEVELS, bounds, strict=True) if bound is not None and age > bound), default=0
    )


def sentence(rows: Sequence[View]) -> str:
    """What to look at first."""
    if not rows:
        return "Nothing is in progress"
    slow = sum(row["slow"] for row in rows)
    if slow:
        verb, pronoun = ("is", "it is") if slow == 1 else ("are", "they are")
        return f"{words.count(slow, 'item')} {verb} slow for where {pronoun}"
    if not any(row["pace"] for row in rows):
        return f"The oldest work is {rows[0]['id']}, {words.count(rows[0]['age_days'], 'day')} old"
    return "No item is slow for where it is"


def behind(query: Query) -> tuple[Evidence, ...]:
    there = _standing.at_end(query)
    ages = query.until_end([each.started for each in there])
    return tuple(
        query.evidence(query.visits.items[each.position], "started", each.started, age)
        for each, age in zip(there, ages, strict=True)
    )
