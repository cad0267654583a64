"""How long is work kept waiting by each vendor, do they keep their promise, and when do contracts end?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from math import inf
from typing import NamedTuple

from opsflow import words
from opsflow.flow import blocked
from opsflow.flow.days import DAY, day
from opsflow.flow.visits import moment
from opsflow.measures import Evidence, Fact, Table, View, _effort, _people
from opsflow.measures.query import Query
from opsflow.model import Kind, Vendor

TITLE = "Vendors"
DEFINITIONS = ("vendor waiting", "vendor promise")
FACTS = (
    Fact("waited_days", "Waited for vendors", "days"),
    Fact("waiting_now", "Waiting now", "items"),
    Fact("late_now", "Waiting now, past the promise", "items"),
    Fact("kept_share", "Promises kept", "share"),
    Fact("n", "Waits", "waits"),
)
TABLES = (
    Table(
        "rows",
        (
            "name",
            "waited_days",
            "in_waiting_days",
            "waits",
            "mean_days",
            "promised_days",
            "kept_share",
            "waiting_now",
            "contract_ends_on",
        ),
        most=40,
    ),
    Table(
        "waiting",
        ("id", "vendor", "since_on", "days", "promised_days", "reason", "title"),
        "Waiting now",
        most=40,
    ),
)
SOON = timedelta(days=90)
"""A contract that ends within so many days is one to act on."""


class Wait(NamedTuple):
    """A block that waited for a vendor, or several that followed one another at once."""

    item: int
    vendor: str
    start: float
    end: float | None
    reason: str


def view(query: Query) -> View:
    known = query.facts.board.vendors or {}
    waits, stood = _waits(query), _stood(query)
    names = list(dict.fromkeys([*known, *(wait.vendor for wait in waits), *stood]))
    rows = [
        _row(query, key, known.get(key), [wait for wait in waits if wait.vendor == key], stood.get(key, 0.0))
        for key in names
    ]
    rows.sort(key=lambda row: (-row["waited_days"], -row["in_waiting_days"], row["vendor"]))
    waiting = [*_waiting(query, waits, known)]
    ending = [row["name"] for row in rows if row["contract_soon"] and row["contract_days"] >= 0]
    ended = [row["name"] for row in rows if (row["contract_days"] or 0) < 0]
    judged, kept = sum(row["judged"] for row in rows), sum(row["kept"] for row in rows)
    return {
        "title": _title(rows, waiting),
        "subtitle": f"Time in which `blocked` named a vendor, in {words.count(len(query.known), 'day')}."
        + (f" Contracts that end soon: {words.listed(ending)}." if ending else "")
        + (f" Contracts that have ended: {words.listed(ended)}." if ended else ""),
        "read": "Take the longest waits and the share of kept promises to the next talk with the vendor.",
        "n": len(waits),
        "reason": "" if waits else query.nothing("No item was blocked by a vendor in this time."),
        "reasons": {} if judged else {"kept_share": "no wait for a vendor with `answer_within` has ended"},
        "waited_days": _people.exact(sum(row["waited_days"] for row in rows)),
        "waiting_now": len({row["id"] for row in waiting}),
        "late_now": len({row["id"] for row in waiting if row["late"]}),
        "kept_share": _people.exact(kept / judged) if judged else None,
        "rows": rows,
        "waiting": waiting,
    }


def _title(rows: Sequence[View], waiting: Sequence[View]) -> str:
    late = len({row["id"] for row in waiting if row["late"]})
    if late:
        return f"{words.count(late, 'item waits', 'items wait')} for a vendor for longer than was promised"
    if rows and rows[0]["waited_days"]:
        return (
            f"Most waiting is for {rows[0]['name']}: {words.count(round(rows[0]['waited_days'], 1), 'day')}"
        )
    return "Nothing waited for a vendor"


def _waits(query: Query) -> Sequence[Wait]:
    """The waits for vendors that stood in the window, oldest first.

    Blocks of one item by one vendor that touch are one wait: somebody only wrote another reason.
    """
    held = query.spans.blocked
    found: dict[tuple[int, str], list[Wait]] = {}
    for place in sorted(range(len(held.item)), key=held.start.__getitem__):
        if not held.by[place].startswith(blocked.VENDOR) or held.start[place] >= query.until:
            continue
        vendor, end = held.by[place].removeprefix(blocked.VENDOR), held.end[place]
        wait = Wait(held.item[place], vendor, held.start[place], end, held.value[place])
        known = found.setdefault((wait.item, vendor), [])
        if known and wait.start <= _end(known[-1]):
            before = known.pop()
            wait = wait._replace(start=before.start, end=max(before, wait, key=_end).end)
        known.append(wait)
    waits = [wait for each in found.values() for wait in each]
    return sorted((wait for wait in waits if _end(wait) > query.start), key=lambda wait: wait.start)


def _end(wait: Wait) -> float:
    return inf if wait.end is None else wait.end


def _stood(query: Query) -> Mapping[str, float]:
    """The days that items which name a vendor stood in waiting states, not blocked by anything."""
    ids = query.visits.items
    found: dict[str, float] = {}
    if not any(item.vendor for item in query.items.values()):
        return found
    for position, stretches in _effort.unblocked(query, Kind.WAITING, query.start, query.end).items():
        vendor = query.item(ids[position]).vendor
        if vendor:
            found[vendor] = found.get(vendor, 0.0) + sum(end - start for start, end in stretches) / DAY
    return found


def _row(query: Query, key: str, vendor: Vendor | None, waits: Sequence[Wait], stood: float) -> View:
    of_items: dict[int, list[tuple[float, float | None]]] = {}
    for wait in waits:
        of_items.setdefault(wait.item, []).append((wait.start, wait.end))
    seconds = sum(blocked.union(each, query.start, query.end) for each in of_items.values())
    lengths = [_length(query, wait) for wait in waits]
    promised = vendor.answer_within if vendor else None
    judged = [*_judged(query, waits, promised)]
    ends = vendor.contract_ends if vendor else None
    return {
        "vendor": key,
        "name": vendor.name if vendor else key,
        "waited_days": _people.exact(seconds / DAY),
        "in_waiting_days": _people.exact(stood),
        "items": len(of_items),
        "waits": len(waits),
        "mean_days": _people.exact(sum(lengths) / len(lengths)) if lengths else None,
        "longest_days": _people.exact(max(lengths)) if lengths else None,
        "promised_days": _people.exact(promised / timedelta(days=1)) if promised else None,
        "judged": len(judged),
        "kept": sum(judged),
        "kept_share": _people.exact(sum(judged) / len(judged)) if judged else None,
        "waiting_now": sum(query.stands(wait.end) for wait in waits),
        "contract_ends_on": _people.on(ends),
        "contract_days": (ends - query.facts.today).days if ends else None,
        "contract_soon": ends is not None and ends - query.facts.today <= SOON,
    }


def _length(query: Query, wait: Wait, since: float = 0.0) -> float:
    """How many days a wait lasted, or has lasted so far; of it, what is later than `since`."""
    return (min(_end(wait), query.end) - max(wait.start, since)) / DAY


def _judged(query: Query, waits: Sequence[Wait], promised: timedelta | None) -> Iterator[bool]:
    """Whether each promise was kept: of waits that ended, and of those that are late already."""
    for wait in waits if promised else ():
        late = _length(query, wait) > (promised or timedelta()) / timedelta(days=1)
        if late or not query.stands(wait.end):
            yield not late


def _waiting(query: Query, waits: Sequence[Wait], known: Mapping[str, Vendor]) -> Iterator[View]:
    """What still waits at the end of the window, oldest first; days are counted as a block's age is."""
    ids = query.visits.items
    for wait in waits:
        if not query.stands(wait.end):
            continue
        item, vendor = query.item(ids[wait.item]), known.get(wait.vendor)
        promised = vendor.answer_within / timedelta(days=1) if vendor and vendor.answer_within else None
        length = _length(query, wait)
        yield {
            "id": item.id,
            "title": item.title,
            "vendor": vendor.name if vendor else wait.vendor,
            "since_on": _people.on(day(moment(wait.start), query.facts.zone)),
            "days": query.until_end([wait.start])[0],
            "promised_days": _people.exactly(promised),
            "late": promised is not None and length > promised,
            "reason": wait.reason,
        }


def behind(query: Query) -> tuple[Evidence, ...]:
    """Every wait, and its days in the window."""
    ids = query.visits.items
    return tuple(
        query.evidence(
            ids[wait.item],
            f"blocked by vendor:{wait.vendor}",
            wait.start,
            _people.exact(_length(query, wait, query.start)),
        )
        for wait in _waits(query)
    )
