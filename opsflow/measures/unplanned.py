"""How much of our time does unplanned work take, where does it come from, and what waits for it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from opsflow.flow import counts, days, unplanned
from opsflow.flow.days import DAY
from opsflow.flow.unplanned import Part
from opsflow.measures import Evidence, Fact, Option, Table, View, _effort, _names, _shift
from opsflow.measures.query import Query

TITLE = "Unplanned work"
DEFINITIONS = ("finished", "work in progress", "unplanned work", "displacement")
APPLIES = ("minimum", "backward")
OPTIONS = (
    Option(
        "period",
        "week",
        "what is planned for: work that came to be only in the period in which it was begun came unplanned",
        ("week", "month", "window"),
    ),
)
FACTS = (
    Fact("time_share", "Of the time", "share"),
    Fact("items_share", "Of finished items", "share"),
    Fact("arrival_share", "Of finished items, came after the plan", "share"),
    Fact("effort_share", "Of estimated effort", "share"),
    Fact("displaced_days", "Planned work stood still for expedite work", "days"),
    Fact("n", "Finished", "items"),
)
TABLES = (
    Table("rows", ("way", "share", "unplanned", "all", "unit", "reason"), "Ways to count it"),
    Table("types", ("type", "planned", "items", "wip_days", "share"), "By type"),
    Table("services", ("service", "items", "wip_days"), "Unplanned work by service"),
    Table(
        "weeks",
        ("week", "share", "unplanned_days", "all_days"),
        "Days of work in progress, by week",
        last=True,
    ),
)
ENOUGH = 5


def view(query: Query) -> View:
    finished, unasked = _finished(query), query.unplanned
    spent = unplanned.wip_days(query.flow, query.start, query.end)
    no_type = query.unmarked
    time, by = _effort.unplanned(query)
    parts: dict[str, tuple[Part, str, str]] = {
        **({"person-days": (time, "days", "")} if by == "person-days" else {}),
        "items": _items(query, finished, unasked),
        "wip-days": _wip_days(spent, unasked),
        "effort": _estimates(query, finished, unasked),
        "arrival": _items(query, finished, late(query, finished)),
    }
    for way in (way for way in parts if no_type and way != "arrival"):
        part, unit, reason = parts[way]
        parts[way] = part, unit, reason or no_type
    rows: list[View] = [
        {
            "way": way,
            "what": WAYS[way],
            "share": None if reason else part.share,
            "unplanned": part.part,
            "all": part.whole,
            "unit": unit,
            "reason": reason,
        }
        for way, (part, unit, reason) in parts.items()
    ]
    shift = _shift.of(query)
    shares = {row["way"]: row["share"] for row in rows}
    known = query.measured and not shift.reason
    of_time = "person-days" if by == "person-days" else "wip-days"
    why = next(row["reason"] for row in rows if row["way"] == of_time)
    return {
        "title": _title(
            shares[of_time], shares["items"], TIME[of_time], bool(no_type) and bool(spent or finished)
        ),
        "subtitle": "Work that came unasked, of all work done: by days, by items, by effort and by arrival.",
        "read": "Plan with what is left. Then take the service or type at the top, and make it come up less.",
        "n": len(finished),
        "reason": "" if spent or finished else query.nothing("No work was done in this time."),
        "reasons": {f"{row['way'].replace('-', '_')}_share": row["reason"] for row in rows if row["reason"]}
        | ({"time_share": why} if why else {})
        | ({"displaced_days": shift.reason} if shift.reason else {}),
        "called": {"time_share": f"Of {TIME[of_time]}"},
        "time_share": shares[of_time],
        "time_by": of_time,
        "items_share": shares["items"],
        "wip_days_share": shares["wip-days"],
        "effort_share": shares["effort"],
        "arrival_share": shares["arrival"],
        "displaced_days": shift.days if known else None,
        "displaced_people_days": shift.people_days if known else None,
        "expedite_days": shift.expedite.whole / DAY if known else None,
        "rows": rows,
        "types": _types(query, finished, spent),
        "services": _services(query, finished, spent, unasked),
        "weeks": _weeks(query, unasked),
    }


def _finished(query: Query) -> Sequence[int]:
    """The positions of what was finished in the window."""
    return counts.within(query.spans.finished, query.known, query.clock)


TIME: Mapping[str, str] = {
    "person-days": "the person-days spent on items",
    "wip-days": "the days of all work in progress",
}
"""What the time of work is measured by, in words: the second where nobody's days are known."""
WAYS: Mapping[str, str] = {
    "person-days": "person-days of items of types that nobody plans",
    "items": "finished items of types that nobody plans",
    "wip-days": "days in progress of items of such types",
    "effort": "estimated days of finished items of such types",
    "arrival": "finished items that came to be only in the period in which they were begun",
}


def _items(query: Query, finished: Sequence[int], unasked: Collection[int]) -> tuple[Part, str, str]:
    part = Part(sum(item in unasked for item in finished), len(finished))
    return part, "items", "" if query.enough(len(finished), ENOUGH) else query.few(len(finished), ENOUGH)


def _wip_days(spent: Mapping[int, float], unasked: Collection[int]) -> tuple[Part, str, str]:
    part = Part(sum(days for item, days in spent.items() if item in unasked), sum(spent.values()))
    return part, "days", "" if part.whole else "nothing was in progress"


def _estimates(query: Query, finished: Sequence[int], unasked: Collection[int]) -> tuple[Part, str, str]:
    """By estimates; where half of the items have none, they say nothing about the whole."""
    estimates = {item: query.item(query.visits.items[item]).estimate for item in finished}
    known = {item: each.total_seconds() / DAY for item, each in estimates.items() if each is not None}
    part = Part(sum(days for item, days in known.items() if item in unasked), sum(known.values()))
    if len(known) * 2 <= len(finished):
        return part, "days", f"{len(known):,} of {len(finished):,} finished items have an estimate"
    return part, "days", "" if query.enough(len(known), ENOUGH) else query.few(len(known), ENOUGH)


def late(query: Query, items: Sequence[int]) -> set[int]:
    """Of started items, those that came to be only in the period in which they were begun.

    What a mass edit brought in came to be before that, nobody knows when.
    """
    created, started = query.spans.created, query.spans.started
    items = [item for item in items if item not in query.spans.older]
    begin: Callable[[date], date] = _PERIODS[query.option("period", "week")]
    window = query.window.first
    if query.option("period", "week") == "window":
        first = query.clock.begin(window.toordinal())
        return {item for item in items if created[item] >= first}
    known: dict[int, float] = {}
    found = set()
    numbers = query.clock.numbers([started[item] or created[item] for item in items])
    for item, number in zip(items, numbers, strict=True):
        if number not in known:
            known[number] = query.clock.begin(begin(date.fromordinal(number)).toordinal())
        if created[item] >= known[number]:
            found.add(item)
    return found


_PERIODS: Mapping[str, Callable[[date], date]] = {
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "window": lambda day: day,
}


def _types(query: Query, finished: Sequence[int], spent: Mapping[int, float]) -> list[View]:
    types = query.types
    counted = Counter([types[item] for item in finished])
    lasted: dict[str, float] = {}
    for item, days_ in spent.items():
        lasted[types[item]] = lasted.get(types[item], 0.0) + days_
    total = sum(lasted.values())
    rows = [
        {
            "type": name,
            "title": _names.type_(query.facts.board, name)["title"],
            "planned": _names.type_(query.facts.board, name)["planned"],
            "items": counted.get(name, 0),
            "wip_days": lasted.get(name, 0.0),
            "share": lasted.get(name, 0.0) / total if total else None,
        }
        for name in {**counted, **lasted}
    ]
    return sorted(rows, key=lambda row: (-row["wip_days"], row["type"]))


def _services(
    query: Query, finished: Sequence[int], spent: Mapping[int, float], unasked: Collection[int]
) -> list[View]:
    """Unplanned work by what it was about; an item of several services counts in each."""
    over = set(finished)
    counted: dict[str, list[float]] = {}
    for item in sorted((over | set(spent)).intersection(unasked)):
        for service in query.item(query.visits.items[item]).services or ("",):
            row = counted.setdefault(service, [0, 0.0])
            row[0] += item in over
            row[1] += spent.get(item, 0.0)
    rows = [
        {
            "service": _names.named(query.facts.board.services, name)["name"] if name else "none",
            "key": name,
            "items": int(items),
            "wip_days": lasted,
        }
        for name, (items, lasted) in counted.items()
    ]
    return sorted(rows, key=lambda row: (-row["wip_days"], row["key"]))


def _weeks(query: Query, unasked: Collection[int]) -> list[View]:
    rows = []
    weeks = days.weeks(query.known, query.ended_on) if query.measured else ()
    begins = [query.clock.begin(week.first.toordinal()) for week in weeks]
    ends = [*begins, max(query.end, *begins)] if begins else []
    spent = unplanned.wip_days_in(query.flow, unasked, ends) if begins else []
    for week, part in zip(weeks, spent, strict=True):
        rows.append(
            {
                "week": week.name,
                "from_on": week.first.isoformat(),
                "share": None if query.unmarked else part.share,
                "unplanned_days": part.part,
                "all_days": part.whole,
                "partial": week.partial,
            }
        )
    return rows


def _title(time: float | None, items: float | None, whole: str, unmarked: bool) -> str:
    if unmarked:
        return "How much work is unplanned is not known: no type says `planned: false`"
    if time is None:
        return "No work was done"
    said = f"Unplanned work takes {time:.0%} of {whole}"
    return said if items is None else f"{said}; by count, it is {items:.0%} of what is finished"


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was unplanned by any of the ways, with its days in progress."""
    ids = query.visits.items
    spent = unplanned.wip_days(query.flow, query.start, query.end)
    over, started = query.spans.finished, query.spans.started
    finished = set(_finished(query))
    came = late(query, sorted(finished))
    chosen = sorted({item for item in {*spent, *finished} if item in query.unplanned or item in came})
    return tuple(
        query.evidence(
            ids[item],
            ("unplanned" if item in query.unplanned else "came after the plan")
            + (", finished" if item in finished else ", in progress since"),
            (over[item] if item in finished else started[item]) or 0.0,
            spent.get(item, 0.0),
        )
        for item in chosen
    )
