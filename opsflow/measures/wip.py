"""How much is in progress at once?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from opsflow import words
from opsflow.flow import counts
from opsflow.flow.days import DAY
from opsflow.measures import Evidence, Fact, Option, Table, View, _periods
from opsflow.measures._whole import whole
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS

TITLE = "Work in progress"
DEFINITIONS = ("work in progress",)
APPLIES = ("backward", "by-state")
OPTIONS = (
    Option("share", "85", "the share of the time, in per cent, that the advised limit is enough for"),
    Option(
        "levels",
        "days",
        "what is counted: the ends of days, every moment, or all that was in progress at some time of a day",
        ("days", "moments", "touched"),
    ),
)
FACTS = (
    Fact("now", "In flow", "items"),
    Fact("mean", "Mean", "items"),
    Fact("most", "Most at a day's end", "items"),
    Fact("enough", "Enough for most of the time", "items"),
    Fact("limit", "The limit", "items"),
)
TABLES = (
    Table("levels", ("items", "days", "share"), "How long so many items were in progress", most=60),
    Table("rows", ("day_on", "wip"), "At the end of each day", bar="wip", most=31, last=True),
)
LOOK_BACK_DAYS = 42
"""How far back work in progress is compared: six weeks."""


def view(query: Query) -> View:
    series = _series(query)
    levels = _levels(query, series)
    total = sum(levels.values())
    now, limit = _now(query, series), _limit(query)
    share = whole(query.option("share", ""), "percent", 85, 100)
    enough = counts.level_of_share(levels, share / 100) if total else None
    touched = _touched(query)
    when = "some time" if touched else "the end"
    return {
        "title": title(now, () if touched else series),
        "subtitle": f"Items in progress at {when} of each day; today, so far.",
        "read": "More in progress means that each item takes longer. Finish before you begin.",
        "n": now,
        "reason": "" if series or not query.measured else query.nothing("Nothing is known of these days."),
        "reasons": {} if limit is not None else {"limit": "the board sets none"},
        "now": now,
        "mean": sum(level * days for level, days in levels.items()) / total if total else None,
        "most": max(series) if series else None,
        "enough": enough,
        "limit": limit,
        "advice": _advice(query, enough, limit, share),
        "levels": [{"items": level, "days": days, "share": days / total} for level, days in levels.items()],
        "rows": _periods.daily(query, "wip", series),
    }


def _touched(query: Query) -> bool:
    return query.option("levels", "days") == "touched"


def _series(query: Query) -> Sequence[int]:
    """For each day that is known how many items were in progress at its end, or at some time of it."""
    if not query.measured:
        return ()
    if not _touched(query):
        return counts.balance(query.came, query.left, query.known)
    ends = query.clock.numbers([query.now if end is None else end for end in query.flow.end])
    came, gone, item, until = [], [], -1, 0
    for each, first, last in zip(query.flow.item, query.came, ends, strict=True):
        if each == item:  # what left and came back on one day is there once
            first = max(first, until + 1)
        came.append(first)
        gone.append(last + 1)
        item, until = each, last
    return counts.balance(came, gone, query.known)


def _limit(query: Query) -> int | None:
    """What the board allows in progress in all, or in the state of a slice; None where it does not say."""
    states = (query.slice.removeprefix("state:"),) if query.slice.startswith("state:") else ()
    if query.slice and not states:
        return None
    limit = query.facts.board.limit_of(*states)
    return limit.max if limit else None


def _advice(query: Query, enough: int | None, limit: int | None, share: int) -> str:
    """What the past says about the limit; empty where it says nothing."""
    if enough is None or (query.slice and not query.slice.startswith("state:")):
        return ""
    if enough == 0:
        return f"{share}% of the time nothing is here: ask whether it is needed" if query.slice else ""
    if limit is None:
        return f"there is no limit; {enough} would have been enough {share}% of the time"
    if enough < limit:
        return f"lower the limit from {limit} to {enough}, which was enough {share}% of the time"
    return ""


def _levels(query: Query, series: Sequence[int]) -> Mapping[int, float]:
    """For how many days each number of items was in progress."""
    if query.option("levels", "days") == "moments":
        found = counts.levels(query.flow, query.start, query.end)
        return {level: seconds / DAY for level, seconds in found.items()}
    counted = Counter(series)
    return {level: counted[level] for level in sorted(counted)}


def _now(query: Query, series: Sequence[int]) -> int:
    """What stands there at the end of the window; without a history, what the board shows."""
    if query.measured:
        return len(_there(query)) if series else 0
    board = query.facts.board
    return sum(board.kind(item) in IN_PROGRESS for item in query.items.values() if item.id in board.items)


def _there(query: Query) -> list[int]:
    """The places of the times in progress that last beyond the window; up to now, what the files say."""
    if query.goes_on:
        return [place for place, over in enumerate(query.flow.end) if over is None]
    return counts.standing(query.flow, query.until)


def title(now: int, series: Sequence[int]) -> str:
    """How much is in progress, and how that compares with six weeks before."""
    said = f"{words.count(now, 'item')} {'is' if now == 1 else 'are'} in flow"
    said = said if now else "Nothing is in flow"
    then = series[-1 - LOOK_BACK_DAYS] if len(series) > LOOK_BACK_DAYS else None
    if then is None or now == then == 0:
        return said
    change = "as many as" if now == then else f"{abs(now - then)} {'more' if now > then else 'fewer'} than"
    return f"{said}, {change} six weeks ago"


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was in progress at the end of the window, since when."""
    items, flow = query.visits.items, query.flow
    return tuple(
        query.evidence(items[flow.item[at]], "in progress since", flow.start[at]) for at in _there(query)
    )
