"""What programs read of the site: news as Atom, days as calendars, numbers as OpenMetrics, JSON and CSV.

Everybody gets the news and the maintenance of the status page, made from the same `public` texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import NamedTuple

from opsflow.events import rows, sheets, writing
from opsflow.formats import atom, ical, openmetrics
from opsflow.formats.atom import Entry, Feed
from opsflow.formats.ical import Event
from opsflow.formats.openmetrics import Gauge
from opsflow.measures import _money
from opsflow.model import OVER, Kind
from opsflow.reports import activity
from opsflow.site import names, roadmap, status, words
from opsflow.site.shop import PUBLIC, Page, Shop, View

MOST = 100
"""Entries of one feed."""


class File(NamedTuple):
    """A file that programs read."""

    path: str
    says: str
    make: Callable[[Shop], str]
    judged: bool = False
    """Whether it says what the rules found."""


class Group(NamedTuple):
    """Files of one kind."""

    key: str
    title: str
    type: str
    """Their media type."""
    files: Sequence[File]


ATOM, CALENDAR = "application/atom+xml", "text/calendar"
STATUS = File(
    "status.atom", "What everybody may know: problems, planned work, what is done", lambda s: _status(s)
)
MAINTENANCE = File(
    "maintenance.ics", "Planned maintenance", lambda s: _calendar(s, "Maintenance", _windows(s))
)


def groups(shop: Shop) -> tuple[Group, ...]:
    """All of the team's files."""
    facts = shop.facts
    news = [File("activity.atom", "What changed on the board", lambda s: _activity(s)), STATUS]
    for key, each in (facts.board.projects or {}).items():
        title = each.title or key
        news.append(
            File(f"{roadmap.anchor(key)}.atom", f"What changed in {title}", partial(_activity, key=key))
        )
    days = [MAINTENANCE, File("due.ics", "Dates of open items and of projects", _due)]
    if facts.board.site.away:
        days.append(File("away.ics", "Who is away when", _days_away))
    board = cache(lambda: shop.view("board"))
    data = [
        File("board.json", "The board, as its page shows it", lambda _: _board(board()), judged=True),
        File(
            "metrics.txt",
            "Numbers of now, in OpenMetrics text, for scraping",
            lambda s: _metrics(s, board()),
            judged=True,
        ),
    ]
    if facts.visits is not None:
        data.append(
            File("events.csv", "Every time that an item was in a state: the table of events", _events)
        )
    return (
        Group("news", "News, as Atom", ATOM, news),
        Group("days", "Calendars, as iCalendar", CALENDAR, days),
        Group("numbers", "Numbers", "", data),
    )


def unjudged(shop: Shop) -> Iterator[Page]:
    """The files that say nothing of what the rules found."""
    if shop.options.audience == PUBLIC:
        yield from _made(shop, (STATUS, MAINTENANCE))
    else:
        yield from _made(shop, (file for file in _files(groups(shop)) if not file.judged))


def pages(shop: Shop) -> Iterator[Page]:
    """The other files, and the page that links all of them."""
    listed = groups(shop)
    yield from _made(shop, (file for file in _files(listed) if file.judged))
    data = shop.render.page(
        "data.html", "data.html", {"groups": listed}, title="Data and feeds", section="data"
    )
    yield Page("data.html", data)


def _files(listed: Iterable[Group]) -> Iterator[File]:
    return (file for group in listed for file in group.files)


def _made(shop: Shop, files: Iterable[File]) -> Iterator[Page]:
    return (Page(file.path, file.make(shop).encode()) for file in files)


def _board(view: View) -> str:
    return json.dumps(view, ensure_ascii=False) + "\n"  # an indent takes the slow encoder


def _events(shop: Shop) -> str:
    return "".join(writing.text(sheets.events(rows.of(shop.facts)), writing.CSV))


def _metrics(shop: Shop, board: View) -> str:
    return openmetrics.render([*_gauges(shop, board, shop.view("flow"))])


def _due(shop: Shop) -> str:
    return _calendar(shop, "Dates", _dates(shop))


def _days_away(shop: Shop) -> str:
    return _calendar(shop, "Days away", _away(shop))


def _title(shop: Shop) -> str:
    return shop.facts.board.site.title or shop.facts.board.name


def _name(shop: Shop, *parts: str) -> str:
    """What tells an entry from those of all boards: a board is known by its first commit, if there is one."""
    history = shop.facts.history
    first = history.commits[0].id if history and history.commits else shop.facts.board.name
    return atom.name(first, shop.facts.board.key, *parts)


def _href(shop: Shop, path: str | None) -> str:
    return f"{shop.options.base_url}{path}" if path else ""


# -- news -----------------------------------------------------------------------------------------


def _feed(shop: Shop, path: str, title: str, page: str, entries: Iterable[Entry]) -> str:
    return atom.render(
        Feed(
            id=_name(shop, shop.options.audience, path),
            title=title,
            author=_title(shop),
            at=shop.facts.now,
            entries=[*entries],
            page=_href(shop, page),
            own=_href(shop, path) if shop.options.base_url else "",
        )
    )


def _activity(shop: Shop, key: str = "") -> str:
    """What happened to items lately, of a project or of all."""
    if not key:
        told = activity.entries(shop.facts, MOST)
        return _feed(shop, "activity.atom", _title(shop), "activity.html", _entries(shop, told))
    mine = {
        item.id for item in shop.facts.board.items.values() if _money.project(shop.facts.board, item) == key
    }
    told = activity.entries(shop.facts, keep=lambda row: row["id"] in mine)
    known = (shop.facts.board.projects or {}).get(key)
    title = f"{(known and known.title) or key} – {_title(shop)}"
    anchor = roadmap.anchor(key)
    return _feed(shop, f"{anchor}.atom", title, f"roadmap.html#{anchor}", _entries(shop, told))


def _entries(shop: Shop, told: Iterable[View]) -> Iterator[Entry]:
    found = ((each, row) for each in told for row in each["items"])
    for _, (each, row) in zip(range(MOST), found, strict=False):
        said = [change["words"] for change in row["changes"]]
        yield Entry(
            id=_name(shop, each["commit"]["id"], row["id"]),
            title=f"{row['id']} {row['title']}: {said[0]}",
            at=datetime.fromisoformat(each["at"]),
            text="\n".join([*said, "", f"{each['commit']['subject']} ({each['commit']['short']})"]),
            author=each["commit"]["author"],
            href=_href(shop, shop.address(row["id"])),
        )


def _status(shop: Shop) -> str:
    """What everybody may know: problems, what was planned, what was delivered."""
    entries: list[tuple[datetime, Entry]] = []
    for each in status.told(shop):
        if each.since and not each.planned and each.kind not in OVER:
            entries.append((each.since, _said(shop, each, "Problem", each.since)))
        if each.since and each.planned and each.start and each.end and each.end >= shop.facts.now:
            entries.append((each.since, _said(shop, each, "Planned", each.since)))
        if each.delivered:
            entries.append((each.delivered, _said(shop, each, "Done", each.delivered)))
    entries.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    return _feed(shop, "status.atom", _title(shop), "status.html", [entry for _, entry in entries[:MOST]])


def _said(shop: Shop, each: status.Told, kind: str, at: datetime) -> Entry:
    window = ""
    if kind == "Planned" and each.start and each.end:
        today = shop.facts.today.isoformat()
        window = words.stretch(each.start.isoformat(), each.end.isoformat(), shop.facts.zone, today)
    return Entry(
        id=_name(shop, PUBLIC, kind, each.id, at.isoformat()),
        title=f"{kind}: {each.head}",
        at=at,
        text="\n".join(line for line in (window, each.head, each.text, _about(shop, each)) if line),
        href=_href(shop, _place(each)),
    )


def _place(each: status.Told) -> str:
    """Where the status page tells of an item."""
    return f"status.html#{names.anchor(names.files([each.id])[each.id])}"


def _about(shop: Shop, each: status.Told) -> str:
    """The services that it is about, as everybody knows them."""
    return ", ".join(status.service(shop, key) for key in each.services)


# -- days -----------------------------------------------------------------------------------------


def _calendar(shop: Shop, title: str, events: Iterable[Event]) -> str:
    return ical.render(f"{_title(shop)}: {title}", shop.facts.now, sorted(events, key=_begin))


def _begin(event: Event) -> str:
    """Events in the order of their days; a day comes before its hours."""
    start = event.start.astimezone(UTC) if isinstance(event.start, datetime) else event.start
    return start.isoformat()


def _windows(shop: Shop) -> Iterator[Event]:
    """Planned maintenance, past ones too: of all items for the team, of public texts for everybody."""
    if shop.options.audience == PUBLIC:
        for each in status.told(shop):
            if each.start and each.end:
                name = _name(shop, PUBLIC, "window", each.id)
                said = "\n".join(line for line in (each.text, _about(shop, each)) if line)
                url = _web(shop, _place(each))
                yield Event(name, each.head, each.start, each.end, said, url)
        return
    board = shop.facts.board
    for item in board.items.values():
        if item.window and board.kind(item) is not Kind.DISCARDED:
            url = _web(shop, shop.address(item.id))
            yield Event(
                _name(shop, "window", item.id),
                f"{item.title} ({item.id})",
                item.window.start,
                item.window.end,
                item.public.strip(),
                url,
            )


def _dates(shop: Shop) -> Iterator[Event]:
    """The dates of open items, and of projects."""
    board = shop.facts.board
    for item in board.items.values():
        if item.due and board.kind(item) not in OVER:
            url = _web(shop, shop.address(item.id))
            yield Event(
                _name(shop, "due", item.id), f"Due: {item.title} ({item.id})", item.due, item.due, url=url
            )
    for key, each in (board.projects or {}).items():
        if each.due:
            title = f"Due: {each.title or key}"
            yield Event(_name(shop, "due", "project", key), title, each.due, each.due)


def _away(shop: Shop) -> Iterator[Event]:
    for key, person in (shop.facts.board.people or {}).items():
        for each in person.away:
            name = _name(shop, "away", key, each.start.isoformat())
            yield Event(name, f"{person.name or key} is away", each.start, each.end)


def _web(shop: Shop, path: str | None) -> str:
    """An address on the web; a calendar has no other."""
    return _href(shop, path) if shop.options.base_url else ""


# -- numbers --------------------------------------------------------------------------------------


def _gauges(shop: Shop, board: View, flow: View) -> Iterator[Gauge]:
    """The board's numbers now, as its pages have them."""
    columns = board["columns"]
    window = f"in the last {flow['window']['days']} days" if flow["window"] else "in the window"
    yield Gauge(
        "opsflow_items",
        "Open items, by state.",
        [
            ({"state": each["state"], "kind": each["kind"]}, each["total"])
            for each in columns
            if not _over(each)
        ],
    )
    yield Gauge(
        "opsflow_limit_items",
        "The WIP limit of a state.",
        [
            ({"state": each["state"]}, each["limit"]["max"])
            for each in columns
            if each["limit"] and each["limit"]["max"] is not None
        ],
        "items",
    )
    yield Gauge(
        "opsflow_limited_items",
        "Items that the WIP limit of a state counts.",
        [({"state": each["state"]}, each["count"]) for each in columns if each["limit"]],
        "items",
    )
    pulse = board["pulse"]
    yield Gauge(
        "opsflow_in_progress_items",
        "Items in flow: in an active or waiting state.",
        [({}, pulse["in_flow"])],
        "items",
    )
    yield Gauge("opsflow_blocked_items", "Blocked items.", [({}, pulse["blocked"])], "items")
    throughput = flow["throughput"]
    finished = None if throughput["reason"] else throughput["n"]
    yield Gauge("opsflow_finished_items", f"Items finished {window}.", [({}, finished)], "items")
    rows_ = flow["cycle_time"]["percentiles"]["rows"]
    yield Gauge(
        "opsflow_cycle_time_days",
        f"So many per cent of the items finished {window} took at most so many days.",
        [({"percentile": str(each["p"])}, each["days"]) for each in rows_],
        "days",
    )
    counted = {"error": 0, "warning": 0, "note": 0}
    for finding in shop.findings:
        if finding.waiver is None:
            counted[finding.severity.value] += 1
    yield Gauge(
        "opsflow_findings",
        "Findings that nothing waives.",
        [({"severity": level}, number) for level, number in counted.items()],
    )
    yield Gauge(
        "opsflow_as_of_timestamp_seconds",
        "The moment that the numbers hold for.",
        [({}, int(shop.facts.now.timestamp()))],
        "seconds",
    )


def _over(column: View) -> bool:
    return column["kind"] in {kind.value for kind in OVER}
