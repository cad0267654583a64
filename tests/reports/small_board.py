"""A small board with a history of two months, of which every report has something to say."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsflow.model import (
    Away,
    Blocked,
    Expectation,
    Finding,
    Item,
    Person,
    Place,
    Project,
    Service,
    Severity,
    Step,
    Story,
    Vendor,
    Waiver,
)
from tests import told

if TYPE_CHECKING:
    from opsflow.facts import Facts

NOW = "2026-03-04 12:00"
TODAY = date(2026, 3, 4)
WAIVER = Waiver("wip-limit", "P1 outage", "maria", date(2026, 3, 10))


def facts() -> "Facts":
    return told.facts(BOARD, told.history(STORIES), NOW)


def _finished() -> list[Story]:
    """24 items of 1 to 12 days, finished every second day from 2026-01-10 on."""
    stories = []
    for number in range(24):
        end = told.at("2026-01-10 15:00") + timedelta(days=2 * number)
        start = end - timedelta(days=number % 12, hours=3)
        created = start - timedelta(days=2)
        kind = "incident" if number % 4 == 0 else "request"
        stories.append(
            told.story(
                f"OPS-{100 + number}",
                f"{created.isoformat()} inbox, {start.isoformat()} doing, {end.isoformat()} done",
                type=kind,
            )
        )
    return stories


STORIES = [
    *_finished(),
    told.story(
        "OPS-1",
        "2026-02-01 09:00 inbox, 2026-02-10 09:00 doing",
        blocked="2026-02-20 09:00 maria, 2026-02-21 09:00 -, 2026-03-01 09:00 vendor:acme",
    ),
    told.story(
        "OPS-2",
        "2026-02-20 09:00 ready, 2026-02-27 09:00 doing, 2026-03-01 09:00 review, 2026-03-02 09:00 doing",
    ),
    told.story("OPS-3", "2026-03-03 09:00 doing", class_="expedite", type="incident"),
    told.story("OPS-4", "2026-02-24 09:00 inbox, 2026-02-25 09:00 ready"),
    told.story("OPS-5", "2026-02-26 09:00 ready", class_="fixed-date"),
    told.story("OPS-6", "2026-02-27 09:00 inbox"),
    told.story("OPS-7", "2026-02-01 09:00 doing, 2026-02-03 09:00 dropped"),
    told.story("OPS-8", "2026-02-01 09:00 doing, 2026-02-05 09:00 -"),
]

OLD = [
    told.item(story.item, story.states[-1].value, type=story.types[-1].value)
    for story in STORIES
    if story.item in {f"OPS-{100 + number}" for number in range(24)}
]
ITEMS: list[Item] = [
    *OLD[2:],
    told.item(
        "OPS-1",
        "doing",
        assignees=("maria",),
        blocked=Blocked("the CSR is not signed", "vendor:acme"),
        services=("proxy",),
        vendor="acme",
        part_of="NET",
        skills=("tls",),
        checklist=(Step("Order", True), Step("Install", False)),
        due=date(2026, 3, 1),
        allow={"wip-limit": WAIVER},
        description="Why and what.",
        estimate=timedelta(days=2),
    ),
    told.item("OPS-2", "doing", assignees=("maria", "ben"), due=date(2026, 3, 6)),
    told.item("OPS-3", "doing", class_="expedite", type="incident", assignees=("ben",)),
    told.item("OPS-4", "ready", depends_on=("OPS-1", "OPS-100")),
    told.item("OPS-5", "ready", class_="fixed-date", due=date(2026, 3, 20)),
    told.item("OPS-6", "inbox", depends_on=("OPS-4", "OPS-99"), part_of="OPS-4", public="Soon."),
    told.item("OPS-7", "dropped"),
    told.item("OPS-9", "limbo"),
]
BOARD = told.board(
    *ITEMS,
    timezone="Europe/Berlin",
    currency="EUR",
    limits=(
        told.limit("doing", 1, "doing"),
        told.limit("started work", 7, "doing", "review"),
        told.limit("for each person", 2, "doing", per="person"),
        told.limit("expedite", 1, class_="expedite"),
    ),
    expectations=(Expectation(2, 0.95, type="incident"), Expectation(8, 0.85)),
    people={
        "maria": Person("maria", "Maria Keller", skills=("tls",)),
        "ben": Person("ben", "Ben Ode", away=(Away(date(2026, 3, 2), date(2026, 3, 4)),)),
    },
    services={"proxy": Service("proxy", "Edge proxy")},
    vendors={"acme": Vendor("acme", "ACME CA")},
    projects={"NET": Project("NET", "Office network")},
)
OWN = Place("items/OPS-1.yaml", 5, 1, 3)
FULL = Place("opsflow.yaml", 9, 3)
FINDINGS = (
    Finding("overdue", Severity.WARNING, OWN, "OPS-1 is late.", "Hurry.", "OPS-1"),
    Finding("wip-limit", Severity.ERROR, FULL, "In progress holds 2, its limit is 1.", "Finish."),
    Finding("wip-limit", Severity.ERROR, OWN, "Maria holds 2.", "Finish.", "OPS-1", waiver=WAIVER),
)
