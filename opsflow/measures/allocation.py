"""What is work done on, by type, and what was it meant to be done on?"""

from __future__ import annotations

from collections.abc import Mapping

from opsflow import words
from opsflow.errors import OpsflowError
from opsflow.flow import counts
from opsflow.measures import Evidence, Fact, Option, Table, View, _effort, _names, _people
from opsflow.measures.query import Query

TITLE = "Allocation"
DEFINITIONS = ("allocation", "person-days of items", "work in progress", "finished")
BASES = ("person-days", "wip-days", "items")
OF = Option("of", "", "what is shared out; without it, person-days where people are known", BASES)
OPTIONS = (OF,)
FACTS = (
    Fact("largest_gap_points", "Furthest from its target", "points"),
    Fact("unplanned_share", "Unplanned", "share"),
    Fact("n", "Items worked on", "items"),
)
TABLES = (
    Table(
        "rows",
        ("title", "share", "target_share", "gap_points", "person_days", "wip_days", "items"),
        bar="share",
        most=40,
    ),
)
CLOSE = 5
"""Within so many points of its target, a share is as it should be."""


def view(query: Query) -> View:
    shown = query.known
    amounts = _amounts(query)
    basis = _basis(query, amounts)
    sums = {name: _by_type(query, each) for name, each in amounts.items()}
    rows = _rows(query, sums, basis)
    gaps = [row for row in rows if row["gap_points"] is not None]
    worst = max(gaps, key=lambda row: abs(row["gap_points"]), default=None)
    total = sum(sums[basis].values())
    unplanned = sum(each for name, each in sums[basis].items() if not _planned(query, name))
    return {
        "title": _title(worst, bool(total)),
        "subtitle": f"Shares of {_WORDS[basis]} in {words.count(len(shown), 'day')}, against `allocation`.",
        "read": "Where a share is short for weeks, reserve places for it with a limit, or change the target.",
        "n": len(amounts[basis]),
        "reason": "" if total else query.nothing(f"There are no {_WORDS[basis]} in this time."),
        "reasons": _reasons(query, worst, bool(total)),
        "basis": basis,
        "largest_gap_points": worst["gap_points"] if worst else None,
        "unplanned_share": _people.exact(unplanned / total) if total and not query.unmarked else None,
        "unassigned_share": _untold(query, amounts) if basis == "person-days" else None,
        "rows": rows,
    }


_WORDS = {
    "person-days": "person-days of items",
    "wip-days": "days of work in progress",
    "items": "finished items",
}


def _amounts(query: Query) -> dict[str, Mapping[int, float]]:
    """What is shared out by each basis: of each item, by its position."""
    chosen = counts.within(query.spans.finished, query.known, query.clock)
    return {
        "person-days": _effort.by_item(query, query.known),
        "wip-days": _effort.wip_days(query, query.known),
        "items": dict.fromkeys(chosen, 1.0),
    }


def _basis(query: Query, amounts: Mapping[str, Mapping[int, float]]) -> str:
    asked = query.option(OF.name, OF.default)
    if asked and asked not in BASES:
        raise OpsflowError(f"of is {asked!r}; write {', '.join(BASES[:-1])} or {BASES[-1]}.")
    return asked or ("person-days" if amounts["person-days"] else "wip-days")


def _by_type(query: Query, amounts: Mapping[int, float]) -> Mapping[str, float]:
    ids = query.visits.items
    found: dict[str, float] = {}
    for position, amount in amounts.items():
        name = query.item(ids[position]).type
        found[name] = found.get(name, 0.0) + amount
    return found


def _planned(query: Query, name: str) -> bool:
    known = query.facts.board.types.get(name)
    return known is None or known.planned


def _rows(query: Query, sums: Mapping[str, Mapping[str, float]], basis: str) -> list[View]:
    """Every type of the board, and types that items still name, in that order."""
    board = query.facts.board
    total = sum(sums[basis].values())
    people = board.people
    others = sorted({name for each in sums.values() for name in each} - set(board.types))
    rows = []
    for name in (*board.types, *others):
        share = sums[basis].get(name, 0.0) / total if total else None
        target = board.allocation[name] / 100 if name in board.allocation else None
        gap = None if share is None or target is None else round((share - target) * 100, 1)
        rows.append(
            {
                "type": name,
                "title": _names.type_(board, name)["title"],
                "planned": _planned(query, name),
                "share": _people.exactly(share),
                "target_share": _people.exactly(target),
                "gap_points": gap,
                "person_days": _people.exact(sums["person-days"].get(name, 0.0)) if people else None,
                "wip_days": _people.exact(sums["wip-days"].get(name, 0.0)),
                "items": int(sums["items"].get(name, 0)),
            }
        )
    return rows


def _title(worst: View | None, done: bool) -> str:
    if not done:
        return "Nothing was worked on in this time"
    if worst is None:
        return "No targets are set: `allocation` in opsflow.yaml says what work should be done on"
    if abs(worst["gap_points"]) < CLOSE:
        return "Every share of work is near its target"
    share, target = f"{worst['share']:.0%}", f"{worst['target_share']:.0%}"
    return f"{worst['title']} got {share} of the work; its target is {target}"


def _reasons(query: Query, worst: View | None, done: bool) -> dict[str, str]:
    found = {} if worst else {"largest_gap_points": "no target is set" if done else "nothing was done"}
    unknown = query.unmarked if done else "nothing was done"
    return {**found, "unplanned_share": unknown} if unknown else found


def _untold(query: Query, amounts: Mapping[str, Mapping[int, float]]) -> float | None:
    """The share of the days in progress that were of items which nobody held: of them nothing is told."""
    days, held = amounts["wip-days"], amounts["person-days"]
    total = sum(days.values())
    return _people.exact(sum(n for item, n in days.items() if item not in held) / total) if total else None


def behind(query: Query) -> tuple[Evidence, ...]:
    """Every item that adds to what is shared out, and how much: finished items, or time in progress."""
    amounts, ids = _amounts(query), query.visits.items
    basis = _basis(query, amounts)
    if basis == "items":
        over = query.spans.finished
        return tuple(query.evidence(ids[item], "finished", over[item] or 0.0, 1) for item in amounts[basis])
    begun: dict[int, float] = {}
    for item, start in zip(query.flow.item, query.flow.start, strict=True):
        begun.setdefault(item, start)
    return tuple(
        query.evidence(ids[item], "in progress", begun[item], _people.exact(amounts[basis].get(item, 0.0)))
        for item in amounts["wip-days"]
    )
