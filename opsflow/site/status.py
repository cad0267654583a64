"""What is IT working on, for everybody: problems now, planned maintenance, requests, what was delivered.

Everybody may read this page. It is made from the items that say something under `public`, and of those it
takes that text, the id, the moments, and whether it waits, goes on or is over: nothing else, no title, no
name, no reason. `told` is the one place that looks at an item.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from opsflow.model import OVER, Item, Kind, Story
from opsflow.site import names, words
from opsflow.site.shop import PUBLIC, Page, Shop, View

DELIVERED = timedelta(days=28)
"""How long something counts as delivered lately."""
MOST = 200
"""Rows of one list, at most."""
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


def told(shop: Shop) -> list[Told]:
    """The items that say something to everybody, in the order of their ids."""
    board, history = shop.facts.board, shop.facts.history
    stories = history.stories if history else {}
    found = []
    for item in board.items.values():
        kind = board.kind(item)
        if item.public.strip() and kind is not None and kind is not Kind.DISCARDED:
            type_ = board.types.get(item.type)
            planned = type_ is None or type_.planned
            found.append(_told(item, kind, planned, stories.get(item.id)))
    return found


def _told(item: Item, kind: Kind, planned: bool, story: Story | None) -> Told:
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
        since=story.states[0].start if story and story.states else None,
        delivered=story.states[-1].start if kind in OVER and story and story.states else None,
    )


def view(shop: Shop) -> View:
    """Latest problems first, next maintenance first, requests by id, latest news first."""
    facts, all_ = shop.facts, told(shop)
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
    return {
        "as_of_at": facts.now.isoformat(),
        "problems": [_problem(shop, each) for each in problems[:MOST]],
        "plans": [_plan(shop, each) for each in plans[:MOST]],
        "requests": [_request(shop, each) for each in requests[:MOST]],
        "news": [_news(shop, each) for each in news[:MOST]],
        "counts": {"requests": len(requests), "news": len(news)},
    }


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
    }


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


def _request(shop: Shop, each: Told) -> View:
    icon, said = ("stop", "Stopped for now") if each.stopped else WHERE[each.kind]
    return {**_row(shop, each), "icon": icon, "where": said}


def _news(shop: Shop, each: Told) -> View:
    assert each.delivered
    day = each.delivered.astimezone(shop.facts.zone).date().isoformat()
    return {**_row(shop, each), "on": day}


def _today(shop: Shop) -> str:
    return shop.facts.today.isoformat()


def page(shop: Shop) -> Page:
    """The status page."""
    data = shop.render.page(
        "status.html",
        "status.html",
        {"view": view(shop)},
        title="Status",
        section="status",
        kind="page status",
    )
    return Page("status.html", data)
