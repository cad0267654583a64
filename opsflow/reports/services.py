"""Which services and vendors need attention, who knows them, and what is planned for them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsflow import measures, words
from opsflow.model import IN_PROGRESS, Finding, Item, order_key
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Services"
OPEN = 12
"""As many open items of one service are listed."""
WAITS = (
    "waited_days",
    "in_waiting_days",
    "items",
    "waits",
    "mean_days",
    "longest_days",
    "judged",
    "kept",
    "waiting_now",
)
"""What the history alone tells of a vendor: without it, it is not 0, but not known."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    board = _Board(_numbers.of(facts))
    services = sorted((_service(board, key) for key in board.keys), key=_rank)
    vendors = [_vendor(board, row) for row in board.vendors["rows"]]
    windows = _windows(board.numbers)
    return {
        **_head(board),
        "window": shapes.window_view(board.numbers, board.numbers.window),
        "sentence": _sentence(services, vendors, board.numbers.measured),
        "reason": _reason(services, vendors, windows),
        "facts": [*_facts(board, services, vendors)],
        "services": services,
        "vendors": vendors,
        "vendors_title": board.vendors["title"],
        "waiting": board.vendors["waiting"],
        "windows": windows,
        "contracts": _contracts(vendors),
    }


def _head(board: _Board) -> View:
    numbers, window = board.numbers, board.numbers.window
    return shapes.head(
        numbers,
        "services",
        TITLE,
        (__doc__ or "").strip(),
        (
            ("unplanned work", window, len(numbers.query.finished)),
            ("maintenance", None, board.maintenance["n"]),
            ("did the work", None, board.coverage["n"]),
            ("bus factor", None, board.coverage["n"]),
            ("vendor waiting", window, board.vendors["n"]),
            ("vendor promise", window, None),
        ),
    )


@dataclass(frozen=True)
class _Board:
    """The services of a board, and the measures of them, each asked once."""

    numbers: Numbers

    @cached_property
    def open(self) -> Mapping[str, list[Item]]:
        """The open items of each service that one names."""
        found: dict[str, list[Item]] = {}
        for item in self.numbers.open:
            for key in dict.fromkeys(item.services):
                found.setdefault(key, []).append(item)
        return found

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The services of the catalog, and others that open or unplanned work names."""
        named = (*sorted(self.open), *sorted(self.unplanned))
        return tuple(dict.fromkeys((*(self.numbers.facts.board.services or {}), *named)))

    def figure(self, name: str) -> View:
        return measures.figure(name, self.numbers.query)

    @cached_property
    def vendors(self) -> View:
        return self.figure("vendors")

    @cached_property
    def maintenance(self) -> View:
        return self.figure("maintenance")

    @cached_property
    def coverage(self) -> View:
        return self.figure("coverage")

    @cached_property
    def unplanned(self) -> Mapping[str, View]:
        """Unplanned work in the window, by service."""
        rows = self.figure("unplanned")["services"] if self.numbers.measured else ()
        return {row["key"]: row for row in rows if row["key"]}

    @cached_property
    def maintained(self) -> Mapping[str, View]:
        """The maintenance of each service with a rule."""
        return {row["service"]: row for row in self.maintenance["rows"]} if self.numbers.measured else {}

    @cached_property
    def covered(self) -> Mapping[str, View]:
        """Who worked for each service."""
        rows = self.coverage["rows"] if self.numbers.measured else ()
        return {row["key"]: row for row in rows if row["kind"] == "service"}


# -- services -----------------------------------------------------------------------------------


def _service(board: _Board, key: str) -> View:
    numbers, known = board.numbers, (board.numbers.facts.board.services or {}).get(key)
    items = sorted(board.open.get(key, ()), key=lambda item: (numbers.planned(item.id), *_first(item)))
    incidents = [item for item in items if not numbers.planned(item.id)]
    unplanned, covered = board.unplanned.get(key), board.covered.get(key)
    row = {
        "key": key,
        "name": known.name if known else key,
        "known": known is not None or numbers.facts.board.services is None,
        "owner": shapes.mover(numbers, known.owner) if known and known.owner else "",
        "vendor": shapes.named(numbers.facts.board.vendors, known.vendor) if known and known.vendor else None,
        "open": len(items),
        "in_progress": sum(numbers.kind(item) in IN_PROGRESS for item in items),
        "blocked": sum(item.blocked is not None for item in items),
        "incidents": len(incidents),
        "items": [_item(numbers, item) for item in items[:OPEN]],
        "unplanned_items": unplanned["items"] if unplanned else 0 if numbers.measured else None,
        "unplanned_days": round(unplanned["wip_days"], 1) if unplanned else 0 if numbers.measured else None,
        "coverage": _picked(covered, "people", "bus_factor", "top_share", "done", "names"),
        "maintenance": _picked(
            board.maintained.get(key),
            *("every_days", "last_on", "last_item", "due_on", "overdue_days", "planned", "planned_on"),
        ),
    }
    return {**row, "attention": [*_attention(row)]}


def _picked(row: View | None, *keys: str) -> View | None:
    return None if row is None else {key: row[key] for key in keys}


def _first(item: Item) -> tuple[bool, Any]:
    """Blocked ones first."""
    return item.blocked is None, order_key(item.id)


def _item(numbers: Numbers, item: Item) -> View:
    return {
        **shapes.ref(numbers, item.id),
        "type": shapes.type_(numbers, item.type),
        "blocked": item.blocked is not None,
        "age_days": numbers.age(item.id),
    }


def _attention(row: View) -> Iterator[View]:
    """What somebody should look at, worst first."""
    if row["incidents"]:
        yield _look("incident", words.count(row["incidents"], "open incident"))
    upkeep = row["maintenance"]
    if upkeep and upkeep["overdue_days"]:
        planned = ", planned" if upkeep["planned"] else ", nothing planned"
        late = words.count(upkeep["overdue_days"], "day")
        yield _look("maintenance", f"maintenance {late} overdue{planned}")
    if row["blocked"]:
        yield _look("blocked", f"{words.count(row['blocked'], 'item')} blocked")
    cover = row["coverage"]
    if cover and cover["people"] == 1:
        yield _look("coverage", f"only {cover['names'][0]} worked on it")
    elif cover and cover["people"] == 0 and cover["done"]:
        yield _look("coverage", "nobody who is here worked on it")


def _look(kind: str, told: str) -> View:
    return {"kind": kind, "words": told}


def _rank(row: View) -> tuple[int, int, int, str]:
    """What needs attention first: incidents, then how much there is to look at, then open work."""
    return -row["incidents"], -len(row["attention"]), -row["open"], row["name"].casefold()


# -- vendors ------------------------------------------------------------------------------------


def _vendor(board: _Board, row: View) -> View:
    numbers, key = board.numbers, row["vendor"]
    services = [each.name for each in (numbers.facts.board.services or {}).values() if each.vendor == key]
    unknown = () if numbers.measured else WAITS
    return {
        **row,
        **dict.fromkeys(unknown),
        "services": services,
        "open": sum(item.vendor == key for item in numbers.open),
    }


def _contracts(vendors: Sequence[View]) -> list[View]:
    """The contracts whose end is known, the next one first."""
    known = [row for row in vendors if row["contract_ends_on"]]
    return [
        {
            "vendor": row["vendor"],
            "name": row["name"],
            "ends_on": row["contract_ends_on"],
            "days": row["contract_days"],
            "soon": row["contract_soon"],
            "services": row["services"],
        }
        for row in sorted(known, key=lambda row: (row["contract_ends_on"], row["name"]))
    ]


# -- windows ------------------------------------------------------------------------------------


def _windows(numbers: Numbers) -> list[View]:
    """The planned maintenance that is not over, the next one first."""
    facts = numbers.facts
    found = [item for item in numbers.open if item.window is not None and item.window.end >= facts.now]
    found.sort(key=lambda item: (item.window.start if item.window else facts.now, order_key(item.id)))
    return [
        {
            **shapes.ref(numbers, item.id),
            "start_at": shapes.moment(item.window.start),
            "end_at": shapes.moment(item.window.end),
            "now": item.window.start <= facts.now,
            "services": [shapes.named(facts.board.services, key)["name"] for key in item.services],
            "assignees": [shapes.person(numbers, key) for key in item.assignees],
            "public": bool(item.public),
        }
        for item in found
        if item.window is not None
    ]


# -- words --------------------------------------------------------------------------------------


def _reason(*found: Sequence[View]) -> str:
    if any(found):
        return ""
    return "No item names a service, and catalog.yaml lists none: `services` and `vendors` go there."


def _sentence(services: Sequence[View], vendors: Sequence[View], measured: bool) -> str:
    if not services:
        return (
            "No services are known" if not vendors else f"{words.count(len(vendors), 'vendor')}, no services"
        )
    of = words.count(len(services), "service")
    look = sum(bool(row["attention"]) for row in services)
    if not look:
        return f"None of {of} needs attention" if measured else f"None of {of} has an incident"
    incidents = sum(row["incidents"] > 0 for row in services)
    overdue = sum(each["kind"] == "maintenance" for row in services for each in row["attention"])
    said = [
        *([f"{incidents} {'has' if incidents == 1 else 'have'} an open incident"] if incidents else []),
        *([f"{overdue} {'has' if overdue == 1 else 'have'} overdue maintenance"] if overdue else []),
    ]
    more = f": {' and '.join(said)}" if said else ""
    return f"{look} of {of} {'needs' if look == 1 else 'need'} attention{more}"


def _facts(board: _Board, services: Sequence[View], vendors: Sequence[View]) -> Iterator[View]:
    numbers = board.numbers
    incidents = sum(not numbers.planned(item.id) for item in numbers.open if item.services)
    touched = sum(row["incidents"] > 0 for row in services)
    note = f"on {words.count(touched, 'service')}" if touched else ""
    yield shapes.fact("incidents", "Open incidents", incidents, _unit(incidents, "item"), note, incidents)
    yield _upkeep(board)
    yield _cover(board)
    yield _waited(board)
    soon = [row for row in vendors if row["contract_soon"]]
    ends = sum(row["contract_ends_on"] is not None for row in vendors)
    names = words.listed([row["name"] for row in soon[:3]])
    reason = "" if ends else "no vendor in catalog.yaml says `contract_ends`"
    value = len(soon) if ends else None
    yield shapes.fact("contracts", "Contracts to renew", value, "in 90 days", names, ends, reason)


def _upkeep(board: _Board) -> View:
    found, measured = board.maintenance, board.numbers.measured
    reason = board.numbers.query.silence or found["reason"]
    value = found["overdue"] if measured and not reason else None
    note = f"of {words.count(found['n'], 'service')} with a rule" if value is not None else ""
    unit = _unit(value or 0, "service")
    return shapes.fact("maintenance", "Maintenance overdue", value, unit, note, found["n"], reason)


def _cover(board: _Board) -> View:
    found, reason = board.coverage, board.numbers.query.silence or board.coverage["reason"]
    value = None if reason else found["single_services"]
    unit = _unit(value or 0, "service")
    return shapes.fact("coverage", "Rest on one person", value, unit, "", _counted(board, found), reason)


def _waited(board: _Board) -> View:
    found, reason = board.vendors, board.numbers.query.silence or board.vendors["reason"]
    value = None if reason or found["waited_days"] is None else round(found["waited_days"], 1)
    late = found["late_now"] if value is not None else 0
    note = f"{words.count(late, 'item')} now, past the promise" if late else ""
    return shapes.fact(
        "vendors",
        "Waited for vendors",
        value,
        "days",
        note,
        _counted(board, found),
        reason,
        False if late else None,
    )


def _counted(board: _Board, found: View) -> int | None:
    """How many items a figure rests on; None without a history to count them in."""
    n: int = found["n"]
    return n if board.numbers.measured else None


def _unit(count: int, one: str) -> str:
    return one if count == 1 else f"{one}s"
