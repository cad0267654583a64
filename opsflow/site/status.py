"""What is IT working on, for everybody: services, problems, maintenance, requests, what was delivered.

Everybody may read this page. It is made from the items that say something under `public`, and of those it
takes that text, the id, the moments, when it is likely done, which services it is about, and whether it
waits, goes on or is over: nothing else, no title, no name, no reason. `told` is the one place that looks at
an item. Services and projects are told by what `public` says of them in catalog.yaml, and are not there
without it. What a private item does to a service is not told; a project tells which share of it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from opsflow import measures
from opsflow.flow.spans import ItemSpan
from opsflow.measures import _money
from opsflow.measures import query as queries
from opsflow.model import OVER, Item, Kind, Project, Service
from opsflow.site import names, words
from opsflow.site.outlook import Outlook, held
from opsflow.site.shop import PUBLIC, Page, Shop, View

DELIVERED = timedelta(days=28)
"""How long something counts as delivered lately."""
MOST = 200
"""Rows of one list, at most."""
PAST = 30
"""Days of which it is shown whether a service had a problem."""
WHERE = {
    Kind.BACKLOG: ("a0", "Asked for, not yet planned"),
    Kind.ACTIVE: ("part", "In progress"),
    Kind.WAITING: ("clock", "Waiting for somebody else"),
}


class Told(NamedTuple):
    """What everybody may know of an item."""

    id: str
    head: str
    text: str
    kind: Kind
    planned: bool
    """False: it came unasked, as incidents do."""
    stopped: bool
    start: datetime | None
    end: datetime | None
    """The window of planned maintenance."""
    since: datetime | None
    delivered: datetime | None
    dated: bool
    """Whether it has a date of its own: then no other is told."""
    services: tuple[str, ...]
    """Keys of those that say something to everybody."""


def told(shop: Shop) -> list[Told]:
    """The items that say something to everybody, in the order of their ids."""
    board, spans = shop.facts.board, shop.facts.spans
    found = []
    for item in board.items.values():
        kind = board.kind(item)
        if item.public.strip() and kind is not None and kind is not Kind.DISCARDED:
            type_ = board.types.get(item.type)
            planned = type_ is None or type_.planned
            services = tuple(key for key in item.services if _said(board.services, key))
            found.append(_told(item, kind, planned, services, spans.get(item.id)))
    return found


def _said(catalog: Mapping[str, Service | Project] | None, key: str) -> tuple[str, ...]:
    """What is public of a service or a project, as its name and more; empty where nothing is."""
    known = (catalog or {}).get(key)
    if known is None or not known.public.strip():
        return ()
    head, _, text = known.public.strip().partition("\n")
    return head.strip(), text.strip()


def _told(item: Item, kind: Kind, planned: bool, services: tuple[str, ...], span: ItemSpan | None) -> Told:
    head, _, text = item.public.strip().partition("\n")
    window = item.window
    return Told(
        id=item.id,
        head=head.strip(),
        text=text.strip(),
        kind=kind,
        planned=planned,
        stopped=item.blocked is not None,
        start=window.start if window else None,
        end=window.end if window else None,
        since=span.created if span else None,
        delivered=span.finished if span and kind in OVER else None,
        dated=item.due is not None or window is not None,
        services=services,
    )


def view(shop: Shop) -> View:
    """Latest problems first, next maintenance first, requests by id, latest news first."""
    facts, all_, outlook = shop.facts, told(shop), Outlook(shop.facts)
    open_ = [each for each in all_ if each.kind not in OVER]
    problems = sorted((each for each in open_ if not each.planned), key=_since, reverse=True)
    plans = sorted(
        (each for each in open_ if each.planned and each.end and each.end >= facts.now),
        key=lambda each: (each.start or facts.now, each.id),
    )
    shown = {each.id for each in (*problems, *plans)}
    requests = [each for each in open_ if each.id not in shown]
    news = [each for each in all_ if each.delivered and each.delivered >= facts.now - DELIVERED]
    news.sort(key=lambda each: (each.delivered or facts.now, each.id), reverse=True)
    works, services, past = [*_works(shop, outlook)], [*_services(shop, all_, problems, plans)], _past(shop)
    return {
        "as_of_at": facts.now.isoformat(),
        "announced": bool(all_ or works or services),
        "unsaid": _unsaid(shop),
        "problems": [_problem(shop, each) for each in problems[:MOST]],
        "plans": [_plan(shop, each) for each in plans[:MOST]],
        "works": works,
        "requests": [_request(shop, each, outlook) for each in requests[:MOST]],
        "news": [_news(shop, each) for each in news[:MOST]],
        "services": sorted(services, key=lambda row: ("problem", "maintenance", "good").index(row["state"])),
        "days_from_on": past[0].isoformat() if past else None,
        "counts": {"requests": len(requests), "news": len(news)},
        "measured": facts.history is not None,
    }


def _unsaid(shop: Shop) -> str:
    """How many open items that came unasked say nothing to everybody: for the team alone to know."""
    board = shop.facts.board
    silent = 0
    for item in board.items.values():
        type_, kind = board.types.get(item.type), board.kind(item)
        came = type_ is not None and not type_.planned and kind is not None and kind not in OVER
        silent += came and not item.public.strip()
    if not silent or shop.options.audience == PUBLIC:
        return ""
    return words.count(silent, "open item that came unplanned is", "open items that came unplanned are")


def _since(each: Told) -> tuple[float, str]:
    return (each.since.timestamp() if each.since else 0.0, each.id)


def _row(shop: Shop, each: Told) -> View:
    """An item has a page of its own on the team's site only."""
    name = shop.names.get(each.id)
    return {
        "id": each.id,
        "anchor": names.anchor(name or names.files([each.id])[each.id]),
        "href": shop.address(each.id) if shop.options.audience != PUBLIC else None,
        "head": each.head,
        "text": each.text,
        "services": [service(shop, key) for key in each.services],
    }


def service(shop: Shop, key: str) -> str:
    """The name of a service that says something to everybody."""
    return _said(shop.facts.board.services, key)[0]


def _problem(shop: Shop, each: Told) -> View:
    since = words.moment(each.since.isoformat(), shop.facts.zone, _today(shop)) if each.since else ""
    return {**_row(shop, each), "since": since, "begun": each.kind is not Kind.BACKLOG}


def _plan(shop: Shop, each: Told) -> View:
    assert each.start and each.end
    zone = shop.facts.zone
    start = each.start.astimezone(zone)
    return {
        **_row(shop, each),
        "weekday": words.DAYS[start.weekday()],
        "day": start.day,
        "month": words.MONTHS[start.month - 1][:3],
        "stretch": words.stretch(each.start.isoformat(), each.end.isoformat(), zone, _today(shop)),
        "now": each.start <= shop.facts.now,
    }


def _request(shop: Shop, each: Told, outlook: Outlook) -> View:
    icon, said = ("stop", "Stopped for now") if each.stopped else WHERE[each.kind]
    silent = each.stopped or each.dated or each.kind is Kind.BACKLOG
    likely = "" if silent else outlook.item(each.id)
    return {**_row(shop, each), "icon": icon, "where": said, "likely": likely, "dated": each.dated}


def _news(shop: Shop, each: Told) -> View:
    assert each.delivered
    day = each.delivered.astimezone(shop.facts.zone).date().isoformat()
    return {**_row(shop, each), "on": day}


def _works(shop: Shop, outlook: Outlook) -> Iterator[View]:
    """The larger outcomes that are worked on, in the order of catalog.yaml."""
    projects = shop.facts.board.projects or {}
    if not any(_said(projects, key) for key in projects):
        return
    known = {row["project"]: row for row in measures.figure("budget", outlook.query)["rows"]}
    items, spans = _money.projects(outlook.query), shop.facts.spans
    for key in projects:
        said, row = _said(projects, key), known.get(key)
        if said and row and row["finished"] < row["items"]:
            begun = row["finished"] > 0 or any(
                (span := spans.get(item.id)) and span.started for item in items[key]
            )
            yield {
                "head": said[0],
                "text": said[1],
                "begun": begun,
                "done_share": row["finished_share"],
                "likely": outlook.project(key) if begun else "",
            }


def _services(
    shop: Shop, all_: Sequence[Told], problems: Sequence[Told], plans: Sequence[Told]
) -> Iterator[View]:
    """The services that say something to everybody, in the order of catalog.yaml, and how they are now."""
    services, now = shop.facts.board.services or {}, shop.facts.now
    days = _past(shop)
    for key in services:
        said = _said(services, key)
        if not said:
            continue
        wrong = next((each for each in problems if key in each.services), None)
        mine = [each for each in plans if key in each.services]
        under_way = next((each for each in mine if each.start and each.start <= now), None)
        told_now, state = wrong or under_way, "problem" if wrong else "maintenance" if under_way else "good"
        next_ = next((each for each in mine if each.start and each.start > now), None)
        bad = _bad(shop, [each for each in all_ if not each.planned and key in each.services])
        yield {
            "name": said[0],
            "text": said[1],
            "state": state,
            "anchor": _row(shop, told_now)["anchor"] if told_now else None,
            "next_on": next_.start.astimezone(shop.facts.zone).date().isoformat()
            if next_ and next_.start
            else None,
            "days": [day in bad for day in days],
            "bad_days": sum(day in bad for day in days),
        }


def _past(shop: Shop) -> list[date]:
    """The last days, today included; only those that the history knows."""
    today, history = shop.facts.today, shop.facts.history
    if history is None or not history.commits:
        return []
    since = history.commits[0].at.astimezone(shop.facts.zone).date()
    return [day for day in (today - timedelta(days=n) for n in range(PAST - 1, -1, -1)) if day >= since]


def _bad(shop: Shop, problems: Sequence[Told]) -> set[date]:
    """The days of the past on which one of these problems was there."""
    found: set[date] = set()
    zone, first = shop.facts.zone, shop.facts.today - timedelta(days=PAST)
    for each in problems:
        if each.since:
            start = max(each.since.astimezone(zone).date(), first)
            end = (each.delivered or shop.facts.now).astimezone(zone).date()
            found |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return found


def _today(shop: Shop) -> str:
    return shop.facts.today.isoformat()


def page(shop: Shop) -> Page:
    """The status page."""
    shown = view(shop)
    likely = any(row["likely"] for row in (*shown["works"], *shown["requests"]))
    before = held(queries.of(shop.facts)).get("item") if likely else None
    data = shop.render.page(
        "status.html",
        "status.html",
        {"view": shown, "held": before},
        title="Status",
        section="status",
        kind="page status",
    )
    return Page("status.html", data)
