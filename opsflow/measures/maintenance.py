"""Which services are due for maintenance, which are overdue, and what is planned for them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from opsflow import words
from opsflow.flow import counts
from opsflow.flow.days import Window
from opsflow.measures import Evidence, Fact, Table, View, _people
from opsflow.measures.query import Query
from opsflow.model import Item, Service

TITLE = "Maintenance"
DEFINITIONS = ("maintenance",)
FACTS = (
    Fact("overdue", "Overdue", "services"),
    Fact("unplanned", "Overdue, and nothing is planned", "services"),
    Fact("never", "Never maintained", "services"),
    Fact("n", "Services with a rule", "services"),
)
TABLES = (
    Table(
        "rows", ("name", "every_days", "last_on", "days_ago", "due_on", "overdue_days", "planned"), most=60
    ),
)
TYPE = "maintenance"
"""The type of item that counts; any type does on a board that has none of this name."""


def view(query: Query) -> View:
    services = {
        key: each for key, each in (query.facts.board.services or {}).items() if each.maintenance_every
    }
    last = _last(query, services)
    rows = [_row(query, service, last.get(key)) for key, service in services.items()]
    rows.sort(key=lambda row: (row["due_on"], row["service"]))
    overdue = [row for row in rows if row["overdue_days"] > 0]
    return {
        "title": _title(rows, overdue),
        "subtitle": "A service never maintained counts from the day on which the history begins.",
        "read": "Plan what is overdue and has nothing planned: what is put off comes back as an outage.",
        "n": len(rows),
        "reason": "" if rows else "No service in catalog.yaml says `maintenance: {every: …}`.",
        "reasons": {},
        "overdue": len(overdue),
        "unplanned": sum(not row["planned"] for row in overdue),
        "never": sum(row["last_on"] is None for row in rows),
        "without_rule": len(query.facts.board.services or {}) - len(rows),
        "rows": rows,
    }


def _title(rows: list[View], overdue: list[View]) -> str:
    if not rows:
        return "No service has to be maintained at a set pace"
    some = words.count(len(rows), "service")
    if not overdue:
        return f"{some} with a rule, and none is overdue for maintenance"
    return f"{len(overdue)} of {some} {'is' if len(overdue) == 1 else 'are'} overdue for maintenance"


def _counts(query: Query, item: Item) -> bool:
    return TYPE not in query.facts.board.types or item.type == TYPE


def _finished(query: Query) -> Iterator[tuple[Item, float]]:
    """Maintenance that was finished by the end of the window."""
    ids, over = query.visits.items, query.spans.finished_by
    for position in counts.within(over, Window(date(1970, 1, 2), query.window.last), query.clock):
        item = query.item(ids[position])
        if item.services and _counts(query, item):
            yield item, over[position] or 0.0


def _last(query: Query, services: Mapping[str, Service]) -> Mapping[str, tuple[float, Item]]:
    """When each service was maintained last, and by which item."""
    found: dict[str, tuple[float, Item]] = {}
    for item, at in _finished(query):
        for key in item.services:
            if key in services and (key not in found or at > found[key][0]):
                found[key] = (at, item)
    return found


def _row(query: Query, service: Service, last: tuple[float, Item] | None) -> View:
    today = min(query.window.last, query.facts.today)
    every = (service.maintenance_every or timedelta()) / timedelta(days=1)
    on = date.fromordinal(query.clock.number(last[0])) if last else None
    due = (on or query.since or today) + timedelta(days=every)
    serving = (item for item in query.items.values() if service.key in item.services and _counts(query, item))
    planned = [*_people.open_items(query, serving)]
    return {
        "service": service.key,
        "name": service.name,
        "every_days": _people.exact(every),
        "last_on": _people.on(on),
        "last_item": last[1].id if last else None,
        "days_ago": (today - on).days if on else None,
        "due_on": _people.on(due),
        "overdue_days": max((today - due).days, 0),
        "planned": [item.id for item in planned],
        "planned_on": _people.on(min((item.due for item in planned if item.due), default=None)),
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    """Every finished maintenance."""
    return tuple(query.evidence(item.id, "finished", at) for item, at in _finished(query))
