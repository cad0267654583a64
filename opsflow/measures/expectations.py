"""Do we keep what people may expect, and which work is about to break it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsflow import words
from opsflow.flow import expectation
from opsflow.measures import Evidence, Fact, Option, Table, View, _standing
from opsflow.measures._whole import whole
from opsflow.measures.query import Query
from opsflow.model import Expectation, order_key

TITLE = "Expectations"
DEFINITIONS = ("finished", "cycle time", "expectation", "chance to miss")
APPLIES = ("count", "minimum", "backward")
OPTIONS = (
    Option("within", "", "within how many days all work is expected, in place of what the board expects"),
    Option("share", "85", "of how much of it that is expected, in per cent"),
)
FACTS = (
    Fact("kept_share", "Within expectation", "share"),
    Fact("n", "Finished", "items"),
    Fact("at_risk", "More likely missed than kept", "items"),
    Fact("missed", "Missed already", "items"),
)
TABLES = (
    Table("rows", ("sentence", "kept_share", "kept", "n", "met", "reason")),
    Table(
        "open",
        ("id", "age_days", "within_days", "chance_to_miss_share", "n", "reason", "title"),
        "In flow",
    ),
)
LIKELY = 0.5
UNKNOWN = "opsflow.yaml has no `expectations:`, so nobody says how soon work should be finished."


def view(query: Query) -> View:
    every, times = _asked(query), _times(query)
    leads = [expectation.alike(every, each) for each in every]
    rows = [_row(query, each, times[lead]) for each, lead in zip(every, leads, strict=True)]
    open_ = _open(query, times)
    first = [row for row, each, lead in zip(rows, every, leads, strict=True) if each is lead]
    kept, n = sum(row["kept"] for row in first), sum(row["n"] for row in first)
    enough, known = query.enough(n, expectation.ENOUGH), query.measured and bool(rows)
    return {
        "title": _title(rows),
        "subtitle": "Share of finished items within the time that was promised.",
        "read": "Where an expectation is not kept, promise less or let less in.",
        "n": n if rows else None,
        "reason": query.beyond or ("" if rows else UNKNOWN),
        "reasons": {} if enough or not rows else {"kept_share": query.few(n, expectation.ENOUGH)},
        "kept": kept if known else None,
        "kept_share": kept / n if enough else None,
        "at_risk": sum((row["chance_to_miss_share"] or 0) > LIKELY for row in open_) if known else None,
        "missed": sum(row["age_days"] > row["within_days"] for row in open_) if known else None,
        "open": open_,
        "rows": rows,
    }


def _asked(query: Query) -> Sequence[Expectation]:
    """The expectations of the board, or the one that is asked for."""
    within = whole(query.option("within", ""), "days", 0, 36_500)
    share = whole(query.option("share", ""), "per cent", 85, 100)
    return (Expectation(within, share / 100),) if within else query.facts.board.expectations


def _times(query: Query) -> Mapping[Expectation, list[float]]:
    """The cycle times of what was finished in the window, by the expectation that fits each."""
    every = _asked(query)
    found: dict[Expectation, list[float]] = {each: [] for each in every}
    if found:
        known: dict[tuple[str, str, tuple[str, ...]], Expectation | None] = {}
        for item, time in zip(query.at(query.done), query.done_times, strict=True):
            kind = item.type, item.class_, item.services
            if kind not in known:
                known[kind] = expectation.applies(every, *kind)
            each = known[kind]
            if each is not None:
                found[each].append(time)
    return found


def _fitting(query: Query, id: str) -> Expectation | None:
    item = query.item(id)
    return expectation.applies(_asked(query), item.type, item.class_, item.services)


def _row(query: Query, each: Expectation, times: Sequence[float]) -> View:
    found = expectation.kept(each, times)
    enough = query.enough(found.n, expectation.ENOUGH)
    return {
        **_expected(each),
        "kept_share": found.share if enough else None,
        "kept": found.kept,
        "n": found.n,
        "reason": "" if enough else query.few(found.n, expectation.ENOUGH),
        "met": found.share >= each.share if enough and found.share is not None else None,
    }


def _expected(each: Expectation) -> View:
    """An expectation in words and numbers."""
    return {"sentence": expectation.sentence(each), "within_days": each.within, "share": each.share}


def _open(query: Query, times: Mapping[Expectation, Sequence[float]]) -> list[View]:
    """What is in progress at the end of the window, most likely to miss first."""
    rows: list[View] = []
    ordered = {each: sorted(of_each) for each, of_each in times.items()}
    if not times:
        return rows
    there = _standing.at_end(query)
    for aged, age in zip(there, query.until_end([aged.started for aged in there]), strict=True):
        item = query.visits.items[aged.position]
        each = _fitting(query, item)
        if each is None:
            continue
        found = expectation.chance(each.within, age, ordered[each], query.minimum)
        rows.append(
            {
                "id": item,
                "title": query.title(item),
                "age_days": age,
                **_expected(each),
                "chance_to_miss_share": found.share,
                "n": found.n,
                "reason": "" if found.share is not None else query.few(found.n, expectation.ENOUGH),
            }
        )
    return sorted(
        rows, key=lambda row: (-(row["chance_to_miss_share"] or 0), -row["age_days"], order_key(row["id"]))
    )


def _title(rows: Sequence[View]) -> str:
    missed = sum(row["met"] is False for row in rows)
    if not rows:
        return "The board has no expectations"
    if all(row["met"] is None for row in rows):
        return "Too little is finished to judge the expectations"
    if missed:
        return f"{words.count(missed, 'expectation')} {'is' if missed == 1 else 'are'} not kept"
    return "All expectations are kept"


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was finished and has an expectation."""
    found = []
    for item, time in zip(query.finished, query.cycle_times, strict=True):
        each = _fitting(query, query.visits.items[item])
        if each is not None:
            kept = "kept" if time <= each.within else "missed"
            what = f"finished, {kept} {words.count(each.within, 'day')}"
            found.append(query.evidence(query.visits.items[item], what, query.over[item] or 0.0, time))
    return tuple(found)
