"""What stood still while expedite work was being done?"""

from __future__ import annotations

from opsflow import words
from opsflow.flow.days import DAY
from opsflow.measures import Evidence, Fact, Table, View, _shift
from opsflow.measures.query import Query

TITLE = "Displacement"
DEFINITIONS = ("displacement", "work in progress", "blocked time")
FACTS = (
    Fact("displaced_days", "Planned work stood still", "days"),
    Fact("people_days", "Of it, for its people were on expedite work", "days"),
    Fact("waiting_days", "Of it, waiting or blocked meanwhile", "days"),
    Fact("expedite_days", "Expedite work was being done", "days"),
    Fact("expedite_items", "Expedite", "items"),
    Fact("n", "Items that stood still", "items"),
)
TABLES = (
    Table("projects", ("project", "days", "items"), "By project"),
    Table(
        "rows", ("id", "days", "people_days", "waiting_days", "type", "title"), "What stood still the longest"
    ),
)
MOST = 20
"""As many are listed where not all are wanted."""


def view(query: Query) -> View:
    found = _shift.of(query)
    rows: list[View] = []
    projects: dict[str, list[float]] = {}
    stood = sorted(found.stood, key=lambda each: -each.whole)
    for place, (each, item) in enumerate(zip(stood, query.at([each.item for each in stood]), strict=True)):
        projects.setdefault(item.part_of, []).append(each.whole / DAY)
        if not query.listed and place > MOST:
            continue
        rows.append(
            {
                "id": item.id,
                "title": item.title,
                "type": item.type,
                "project": item.part_of,
                "days": each.whole / DAY,
                "people_days": each.people / DAY,
                "waiting_days": each.waiting / DAY,
            }
        )
    known = query.measured and not found.reason
    return {
        "title": f"Planned work stood still {words.count(round(found.days, 1), 'day')} beside expedite work"
        if stood
        else "No planned work stood still beside expedite work",
        "subtitle": "Days in which planned work waited, was blocked or had nobody, for expedite work.",
        "read": "This is what expedite work costs beside its own hours. Ask what would make it less urgent.",
        "n": len(stood),
        "reason": found.reason
        or ("" if stood else query.nothing("Nothing stood still for expedite work in this time.")),
        "displaced_days": found.days if known else None,
        "people_days": found.people_days if known else None,
        "waiting_days": found.days - found.people_days if known else None,
        "expedite_days": found.expedite.whole / DAY if known else None,
        "expedite_items": found.items if known else None,
        "projects": [
            {"project": name or "none", "days": sum(projects[name]), "items": len(projects[name])}
            for name in sorted(projects, key=lambda name: (-sum(projects[name]), name))
        ],
        "rows": rows,
    }


def behind(query: Query) -> tuple[Evidence, ...]:
    """What stood still, since it was begun or since the window was."""
    started = query.spans.started
    return tuple(
        query.evidence(
            query.visits.items[each.item], "stood still, begun", started[each.item] or 0.0, each.whole / DAY
        )
        for each in _shift.of(query).stood
    )
