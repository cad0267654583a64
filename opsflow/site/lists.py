"""Lists of items: all that is open, all that was delivered; long ones on several pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from opsflow.model import OVER, Item, Kind
from opsflow.site import names, words
from opsflow.site.shop import Page, Shop, View

SHEET = 400
"""Rows on one page; more go on further pages."""


def pages(shop: Shop) -> Iterator[Page]:
    """All open items, and all that was delivered or discarded; long ones on several pages."""
    board = shop.facts.board
    open_ = [item for item in board.items.values() if board.kind(item) not in OVER]
    over = [item for item in board.items.values() if board.kind(item) in OVER]
    order = {state.name: n for n, state in enumerate(board.states)}
    open_.sort(key=lambda item: -order.get(item.state, -1))
    over.sort(key=lambda item: _ended(shop, item), reverse=True)
    tabs = [("Open", "items.html", len(open_)), ("Delivered", "done.html", len(over))]
    yield from _sheets(
        shop,
        "items",
        open_,
        {
            "title": "Items",
            "sentence": f"{words.count(len(open_), 'open item')}, nearest to done first.",
            "when": "Age",
            "tabs": tabs,
            "empty": "Nothing is open",
            "hint": "New work appears here as soon as its file is in the board.",
        },
    )
    yield from _sheets(
        shop,
        "done",
        over,
        {
            "title": "Delivered",
            "sentence": f"{words.count(len(over), 'item')} finished or discarded, latest first.",
            "when": "Ended",
            "tabs": tabs,
            "empty": "Nothing is finished yet",
            "hint": "Items appear here when they enter a done state.",
        },
    )


def _ended(shop: Shop, item: Item) -> tuple[datetime, str]:
    span = shop.facts.spans.get(item.id)
    ended = (span.finished or span.discarded) if span else None
    return (ended or datetime.min.replace(tzinfo=shop.facts.zone), item.id)


def _sheets(shop: Shop, key: str, items: Sequence[Item], texts: View) -> Iterator[Page]:
    count = max(1, -(-len(items) // SHEET))
    sheets = [f"{key}{'' if n == 0 else f'-{n + 1}'}.html" for n in range(count)]
    for n, path in enumerate(sheets):
        rows = [_row(shop, item) for item in items[n * SHEET : (n + 1) * SHEET]]
        listing = {**texts, "rows": rows, "sheets": sheets, "sheet": path, "tab": f"{key}.html"}
        yield Page(
            path,
            shop.render.page("items.html", path, {"list": listing}, title=texts["title"], section="items"),
        )


def _row(shop: Shop, item: Item) -> View:
    board = shop.facts.board
    state, kind = board.state(item.state), board.types.get(item.type)
    class_ = board.classes.get(item.class_)
    people, services = board.people or {}, board.services or {}
    whole = (board.projects or {}).get(item.part_of)
    parts = [whole.title if whole else item.part_of]
    parts += [services[key].name if key in services else key for key in item.services]
    return {
        "id": item.id,
        "title": item.title,
        "href": shop.address(item.id),
        "anchor": names.anchor(shop.names[item.id]),
        "type": item.type,
        "type_title": (kind.title if kind else "") or words.capital(item.type),
        "state": (state.title or words.capital(state.name)) if state else item.state,
        "class_": (class_.title if class_ else "") or words.capital(item.class_.replace("-", " ")),
        "who": ", ".join(people[key].name if key in people else key for key in item.assignees),
        "of": ", ".join(filter(None, parts)),
        "when": _when(shop, item, state.kind if state else None),
    }


def _when(shop: Shop, item: Item, kind: Kind | None) -> str:
    span = shop.facts.spans.get(item.id)
    if span is None:
        return ""
    if kind in OVER:
        ended = span.finished or span.discarded
        return words.short_day(_day(shop, ended).isoformat(), shop.facts.today.isoformat()) if ended else ""
    return f"{(shop.facts.today - _day(shop, span.started)).days + 1} d" if span.started else ""


def _day(shop: Shop, moment: datetime) -> date:
    return moment.astimezone(shop.facts.zone).date()
