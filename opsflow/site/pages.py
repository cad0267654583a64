"""The main pages: for each, its view, its drawings and its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from opsflow import resources
from opsflow.site import charts, layout, look, plot
from opsflow.site.networks import Network
from opsflow.site.shop import TEAM, Page, Shop, View

FILES = ("style.css", "opsflow.js", "theme.js", "keys.js")
"""What every page needs beside itself."""
TEAM_FILES = ("find.js", "filters.js", "lanes.js", "past.js")
"""What some of the team's pages need, too."""

DRAWN = 400
"""Boxes in the dependency pictures, at most."""


def files(shop: Shop) -> Iterator[Page]:
    """What pages need beside themselves."""
    own = TEAM_FILES if shop.options.audience == TEAM else ()
    for name in (*FILES, *own):
        yield Page(name, resources.read("templates", name))
    accent = look.style(shop.facts.board.site.accent)
    if accent:
        yield Page("accent.css", accent.encode())
    if shop.logo:
        yield Page("logo.png", shop.logo.data)


# -- reports --------------------------------------------------------------------------------------


def flow(shop: Shop) -> Page:
    """Measures of flow, with their charts."""
    view, zone = shop.view("flow"), shop.facts.zone
    silent = [name for name in view["figures"] if view["as_of"]["measured"] and _silent(name, view[name])]
    view["figures"] = [name for name in view["figures"] if name not in silent]
    reasons = list(dict.fromkeys((view[name]["title"], view[name]["reason"]) for name in silent))
    makers: Mapping[str, Callable[[], plot.Chart]] = {
        "cycle_time": lambda: charts.scatter(view["cycle_time"], view["window"], zone, shop.address),
        "throughput": lambda: charts.throughput(view["throughput"]),
        "wip": lambda: charts.wip(view["wip"]),
        "cfd": lambda: charts.cumulative(view["cfd"]),
        "net_flow": lambda: charts.net_flow(view["net_flow"]),
    }
    drawings = {
        name: plot.draw(make()) if shop.draws and name in view["figures"] and not view[name]["reason"] else ""
        for name, make in makers.items()
    }
    return _report(shop, "flow", view, drawings=drawings, silent=len(silent), reasons=reasons)


def _silent(name: str, figure: View) -> bool:
    """Whether a figure has nothing to show."""
    return bool(figure["reason"]) or (name == "wip" and not any(day["wip"] for day in figure["days"]))


def ageing(shop: Shop) -> Page:
    """The age of what is in progress."""
    view = shop.view("ageing")
    drawn = shop.draws and not view["reason"] and bool(view["columns"]) and view["as_of"]["measured"]
    drawings = {"ageing": plot.draw(charts.ageing(view, shop.address)) if drawn else ""}
    figure = {
        "title": view["sentence"].removesuffix("."),
        "subtitle": view["subtitle"],
        "read": view["read"],
        "reason": view["as_of"]["reason"],
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
    shapes = [network.shape for network in networks]
    small = set(layout.within(shapes))
    placed = layout.place(shape for shape in shapes if shape in small)
    pictures = [
        network.drawn(placed[shape])
        for network, shape in zip(networks, shapes, strict=True)
        if shape in placed
    ]
    large = len(place) - sum(len(network.nodes) for network in networks if network.shape in small)
    return _report(shop, "dependencies", view, pictures=pictures, large=large)


def _report(shop: Shop, name: str, view: View, **more: Any) -> Page:
    path = f"{name}.html"
    kind = "page flow" if name == "flow" else "page"
    return Page(
        path,
        shop.render.page(path, path, {"view": view, **more}, title=view["title"], section=name, kind=kind),
    )
