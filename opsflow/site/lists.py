"""Lists of items: all that is open, all that is closed; long ones on several pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsflow.model import Board, Kind
from opsflow.reports import items as items_report
from opsflow.site import filters, names, words
from opsflow.site.shop import Page, Shop, View

SHEET = 400
"""Rows on one page; more go on further pages."""


def pages(shop: Shop) -> Iterator[Page]:
    """All open items, and all that was finished or discarded; long ones on several pages."""
    view, today = items_report.view(shop.facts, shop.findings), shop.facts.today.isoformat()
    open_ = [_row(shop, card, _age(card)) for card in view["open"]["rows"]]
    over = [_row(shop, card, _ended(card, today)) for card in view["over"]["rows"]]
    tabs = [("Open", "items.html", len(open_)), ("Closed", "done.html", len(over))]
    yield from _sheets(
        shop,
        "items",
        open_,
        {
            "title": view["title"],
            "sentence": view["open"]["sentence"],
            "when": "Age",
            "usual": "",
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
            "title": "Closed",
            "sentence": view["over"]["sentence"],
            "when": "Ended",
            "usual": _usual(shop.facts.board),
            "tabs": tabs,
            "empty": "Nothing is finished yet",
            "hint": "Items appear here when they enter a done state.",
        },
    )


def _usual(board: Board) -> str:
    """The state that nearly all closed items have, which a row need not say."""
    done = [state.name for state in board.states if state.kind is Kind.DONE]
    return done[0] if len(done) == 1 else ""


def _sheets(shop: Shop, key: str, rows: Sequence[View], texts: View) -> Iterator[Page]:
    count = max(1, -(-len(rows) // SHEET))
    sheets = [f"{key}{'' if n == 0 else f'-{n + 1}'}.html" for n in range(count)]
    for n, path in enumerate(sheets):
        shown = rows[n * SHEET : (n + 1) * SHEET]
        listing = {**texts, "rows": shown, "sheets": sheets, "sheet": path, "tab": f"{key}.html"}
        context = {"list": listing, "choices": filters.mark(shown)}
        data = shop.render.page(
            "items.html", path, context, title=texts["title"], section="items", scripts=("filters",)
        )
        yield Page(path, data)


def _row(shop: Shop, card: View, when: str) -> View:
    """A card as a row; `when` is its last cell."""
    whole = card["part_of"]
    return {
        **card,
        "href": shop.address(card["id"]),
        "anchor": names.anchor(shop.names[card["id"]]),
        "who": ", ".join(person["name"] for person in card["assignees"]),
        "of": whole["key" if whole["kind"] == "item" else "title"] if whole else "",
        "about": ", ".join(service["name"] for service in card["services"]),
        "when": when,
    }


def _age(card: View) -> str:
    return "" if card["age"]["days"] is None else f"{words.number(card['age']['days'])} d"


def _ended(card: View, today: str) -> str:
    return words.short_day(card["ended_on"], today) if card["ended_on"] else ""
