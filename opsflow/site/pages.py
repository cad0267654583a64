"""The main pages: for each, its view, its drawings and its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from opsflow import resources
from opsflow.model import OVER, Kind
from opsflow.site import charts, layout, look, names, plot
from opsflow.site.networks import Network
from opsflow.site.shop import Page, Shop, View

FILES = ("style.css", "opsflow.js", "theme.js")
"""What every page needs beside itself."""

FOLDED = 100
"""Cards of a column that are folded away; the rest stands in the lists only."""
CARDS = 450
"""Cards on the board page, at most; columns share them fairly. With style and scripts that is 350 kB."""
DRAWN = 400
"""Boxes in the dependency pictures, at most."""


def files(shop: Shop) -> Iterator[Page]:
    """What pages need beside themselves."""
    for name in FILES:
        yield Page(name, resources.read("templates", name))
    accent = look.style(shop.facts.board.site.accent)
    if accent:
        yield Page("accent.css", accent.encode())
    if shop.logo:
        yield Page("logo.png", shop.logo.data)


# -- the board ------------------------------------------------------------------------------------


def board(shop: Shop) -> Page:
    """The board: what stands in each state now."""
    view = shop.view("board")
    view["columns"] = [
        column
        for column in view["columns"]
        if column["kind"] != Kind.DISCARDED or column["total"] > column["hidden"]
    ]
    people = {person["key"]: n for n, person in enumerate(view["people"])}
    for column in view["columns"]:
        column["anchor"] = names.column(column["state"])
        column["now"] = column["total"] - column["hidden"] if column["kind"] in OVER else column["count"]
        for cards in column["cells"].values():
            for card in cards:
                _prepare(shop, card, people)
    for card in view["unknown"]:
        _prepare(shop, card, people)
    _window(view["columns"])
    data = shop.render.page(
        "board.html",
        "board.html",
        {"view": view},
        title=view["title"],
        section="board",
        kind="boardpage",
        style=_filters(len(people)),
    )
    return Page("board.html", data)


def _prepare(shop: Shop, card: View, people: Mapping[str, int]) -> None:
    card["href"] = shop.address(card["id"])
    card["anchor"] = names.anchor(shop.names[card["id"]])
    card["who"] = " ".join(
        str(people[person["key"]]) for person in card["assignees"] if person["key"] in people
    )


def _window(columns: Sequence[View]) -> None:
    """Chooses the cards that stand open, those that are folded away, and those left to the lists."""
    urgent = [len(column["cells"]["expedite"]) for column in columns]
    most_urgent = _fair(urgent, CARDS // 2)
    lengths = [len(column["cells"]["standard"]) for column in columns]
    most = _fair(lengths, CARDS - sum(min(length, most_urgent) for length in urgent))
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


def _filters(people: int) -> Markup:
    """One rule per person: filters that work without scripts. Nothing in it comes from a board."""
    rules = (
        f"body:has(:is(#who-{n}:checked,#who option[value='{n}']:checked)) .card:not([data-who~='{n}'])"
        for n in range(people)
    )
    return Markup(",\n".join(rules) + "{display:none}") if people else Markup("")


# -- reports --------------------------------------------------------------------------------------


def flow(shop: Shop) -> Page:
    """Measures of flow, with their charts."""
    view, zone = shop.view("flow"), shop.facts.zone
    makers: Mapping[str, Callable[[], plot.Chart]] = {
        "cycle_time": lambda: charts.scatter(view["cycle_time"], view["window"], zone, shop.address),
        "throughput": lambda: charts.throughput(view["throughput"]),
        "wip": lambda: charts.wip(view["wip"]),
        "cfd": lambda: charts.cumulative(view["cfd"]),
        "net_flow": lambda: charts.net_flow(view["net_flow"]),
    }
    drawings = {
        name: plot.draw(make()) if shop.draws and not view[name]["reason"] else ""
        for name, make in makers.items()
    }
    return _report(shop, "flow", view, drawings=drawings)


def ageing(shop: Shop) -> Page:
    """The age of what is in progress."""
    view = shop.view("ageing")
    drawn = shop.draws and not view["reason"] and bool(view["columns"])
    drawings = {"ageing": plot.draw(charts.ageing(view, shop.address)) if drawn else ""}
    figure = {
        "title": view["sentence"],
        "subtitle": view["subtitle"],
        "read": view["read"],
        "reason": "",
    }
    slow = [item for item in view["items"] if item["slow"]]
    return _report(shop, "ageing", view, drawings=drawings, of=figure, slow=slow)


def dependencies(shop: Shop) -> Page:
    """What waits for what, as one picture per group of items that hang together."""
    view = shop.view("dependencies")
    place = {node["id"]: n for n, node in enumerate(view["nodes"])}
    lines = [(place[edge["to"]], place[edge["from"]]) for edge in view["edges"]]
    groups, drawn = [], 0
    for group in layout.components(len(place), lines):
        drawn += len(group)
        if drawn <= DRAWN:
            groups.append([view["nodes"][n] for n in group])
    networks = [Network.of(nodes, view["edges"]) for nodes in groups]
    placed = layout.place(network.shape for network in networks)
    pictures = [network.drawn(placed[network.shape]) for network in networks if network.shape in placed]
    return _report(shop, "dependencies", view, pictures=pictures)


def findings(shop: Shop) -> Page:
    """What the rules found, and what the team agreed on."""
    return _report(shop, "findings", shop.view("findings"))


def _report(shop: Shop, name: str, view: View, **more: Any) -> Page:
    path = f"{name}.html"
    kind = "page flow" if name == "flow" else "page"
    return Page(
        path,
        shop.render.page(path, path, {"view": view, **more}, title=view["title"], section=name, kind=kind),
    )
