"""The board: what stands in each state now, as many cards of it as a page holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from opsflow import resources
from opsflow.model import OVER, Kind
from opsflow.site import filters, names, past
from opsflow.site.shop import Page, Shop, View

FOLDED = 100
"""Cards of a column that are folded away; the rest stands in the lists only."""
CARDS = 360
"""Cards on the page, at most; columns share them fairly."""
LARGEST = 350_000
"""Bytes of the page with its style and scripts, at most. Where cards say much, they are fewer."""
SCRIPTS = ("filters", "lanes", "past")


def pages(shop: Shop) -> Iterator[Page]:
    """What is blocked, over its limit, to finish, to pull; and the past that its slider shows."""
    known = past.told(shop.facts)
    yield page(shop, known)
    if known:
        yield past.page(shop, known)


def page(shop: Shop, known: past.Past | None = None) -> Page:
    """The board's page; `known` is its past."""
    view = shop.view("board")
    view["columns"] = [
        column
        for column in view["columns"]
        if column["kind"] != Kind.DISCARDED or column["total"] > column["hidden"]
    ]
    for column in view["columns"]:
        column["anchor"] = names.column(column["state"])
        column["now"] = column["total"] - column["hidden"] if column["kind"] in OVER else column["count"]
        column["rest"] = f"{_list(column)}?{urlencode({'state': column['state']})}"
        for cards in column["cells"].values():
            _place(shop, cards)
    _place(shop, view["unknown"])
    view["urgent"] = _urgent(view)
    most, room = CARDS, LARGEST - _beside()
    while len(data := _drawn(shop, view, known, most)) > room and most > 40:
        most = min(most - 20, most * room // len(data))
    return Page("board.html", data)


def _urgent(view: View) -> View | None:
    """The lane of what goes before all other work, where there is such work.

    Where there is none, what was finished of it stands among the rest.
    """
    if any(column["cells"]["expedite"] for column in view["columns"] if column["kind"] not in OVER):
        lane: View = view["lanes"][0]
        return lane
    for column in view["columns"]:
        cells = column["cells"]
        every = [*cells["expedite"], *cells["standard"]]
        column["cells"] = {
            "expedite": [],
            "standard": sorted(every, key=lambda card: card["finished_on"] or "", reverse=True)
            if cells["expedite"]
            else every,
        }
    return None


def _beside() -> int:
    """Bytes of what the page loads at once."""
    scripts = (f"{name}.js" for name in ("theme", "opsflow", "keys", *SCRIPTS))
    return sum(len(resources.read("templates", name)) for name in ("style.css", *scripts))


def _place(shop: Shop, cards: Sequence[View]) -> None:
    for card in cards:
        card["href"] = shop.address(card["id"])
        card["anchor"] = names.anchor(shop.names[card["id"]])


def _drawn(shop: Shop, view: View, known: past.Past | None, most: int) -> bytes:
    """The page with so many cards, at most."""
    _window(view["columns"], most)
    shown = [card for column in view["columns"] for card in _shown(column)]
    people = [(person["key"], person["name"]) for person in view["people"]]
    return shop.render.page(
        "board.html",
        "board.html",
        {"view": view, "choices": filters.mark(shown, people), "past": _slider(known)},
        title=view["title"],
        section="board",
        kind="boardpage",
        style=_people(len(people)),
        scripts=SCRIPTS,
    )


def _slider(known: past.Past | None) -> View | None:
    if known is None:
        return None
    return {
        "stops": len(known.stops),
        "from_on": known.stops[0].day.isoformat(),
        "cut": known.cut,
    }


def _shown(column: View) -> Sequence[View]:
    return (*column["shown"]["expedite"], *column["shown"]["standard"], *column["folded"])


def _list(column: View) -> str:
    return "done.html" if column["kind"] in OVER else "items.html"


def _window(columns: Sequence[View], most_cards: int) -> None:
    """Chooses the cards that stand open, those that are folded away, and those left to the lists."""
    urgent = [len(column["cells"]["expedite"]) for column in columns]
    most_urgent = _fair(urgent, most_cards // 2)
    lengths = [len(column["cells"]["standard"]) for column in columns]
    most = _fair(lengths, most_cards - sum(min(length, most_urgent) for length in urgent))
    for column, length in zip(columns, lengths, strict=True):
        first = column["cells"]["expedite"][:most_urgent]
        cards = column["cells"]["standard"][: min(most, length)]
        open_ = 8 if column["quiet"] else 25
        open_ = len(cards) if len(cards) <= open_ + 2 else open_
        column["shown"] = {"expedite": first, "standard": cards[:open_]}
        column["folded"] = cards[open_ : open_ + FOLDED]
        left = length - len(column["shown"]["standard"]) - len(column["folded"])
        column["beyond"] = left + column["hidden"] + len(column["cells"]["expedite"]) - len(first)


def _fair(lengths: Sequence[int], most: int) -> int:
    """The largest cap that keeps the sum of the lengths, each cut at it, within `most`."""
    cap = max(lengths, default=0)
    while sum(min(length, cap) for length in lengths) > most:
        cap -= max(1, cap // 50)
    return cap


def _people(count: int) -> Markup:
    """One rule per person: filters that work without scripts. Nothing in it comes from a board."""
    if not count or count > 12:
        return Markup("")
    off = ":root:not(.js) body"
    rules = ",".join(f"{off}:has(#who-{n}:checked) .card[data-f~=p{n}]" for n in range(count))
    return Markup(f"{off}:has([data-person]:checked) .card{{display:none}}{rules}{{display:grid}}")
