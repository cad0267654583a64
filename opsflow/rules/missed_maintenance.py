"""A service has gone without maintenance for longer than it should.

Why: maintenance that is put off comes back as an outage.
Fix: plan an item of type maintenance that names the service, and finish it.

Bad:

    services: {edge-proxy: {name: Edge proxy, maintenance: {every: 90d}}}
    2026-01-05 OPS-1: {state: done, type: maintenance, services: [edge-proxy]}
    today: 2026-04-06

Good:

    services: {edge-proxy: {name: Edge proxy, maintenance: {every: 90d}}}
    2026-01-05 OPS-1: {state: done, type: maintenance, services: [edge-proxy]}
    2026-04-01 OPS-2: {state: done, type: maintenance, services: [edge-proxy]}
    today: 2026-04-06
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import datetime, timedelta

from opsflow.facts import Facts
from opsflow.model import Judgement, Kind, Severity, Spot
from opsflow.rules import ago, length, number

SEVERITY = Severity.WARNING
NEEDS_HISTORY = True
TYPE = "maintenance"
"""The type of item that counts; any type does on a board that has none of this name."""


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each service, at its `every`. One never maintained counts from the board's first commit."""
    if facts.history is None or not facts.history.commits:
        return
    services = {key: each for key, each in (facts.board.services or {}).items() if each.maintenance_every}
    finished = _finished(facts, services.keys())
    for service in services.values():
        every, last = service.maintenance_every or timedelta(), finished.get(service.key)
        since = ago(facts, last or facts.history.commits[0].at, every)
        if since > every:
            when = f"was last maintained {number(since.days, 'day')} ago" if last else "was never maintained"
            message = f"{service.name} {when}, and should be every {length(every)}"
            where = Spot(service.spot.path, (*service.spot.keys, "maintenance", "every"))
            yield Judgement(where, message, subject=service.key)


def _finished(facts: Facts, services: Set[str]) -> Mapping[str, datetime]:
    """When the last maintenance of each of these services was finished."""
    meaning = facts.board.kinds
    any_type = TYPE not in facts.board.types
    latest: dict[str, datetime] = {}
    for item in facts.board.items.values():
        served = services & set(item.services)
        if not served or meaning.get(item.state) is not Kind.DONE or not (any_type or item.type == TYPE):
            continue
        if (span := facts.span(item.id)) and (over := span.finished_by):
            latest |= {key: max(latest.get(key, over), over) for key in served}
    return latest
