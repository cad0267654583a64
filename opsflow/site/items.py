"""The page of each item: its story, its needs, what its file says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from opsflow.model import Finding
from opsflow.reports import item as item_report
from opsflow.site import layout, markdown, names, words
from opsflow.site.networks import Network
from opsflow.site.shop import Page, Shop, View


def pages(shop: Shop) -> Iterator[Page]:
    """A page for each item."""
    own: dict[str, list[Finding]] = {}
    for finding in shop.findings:
        own.setdefault(finding.item, []).append(finding)
    ids = list(shop.names)
    placed: dict[layout.Shape, layout.Picture] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        views = [item_report.view(shop.facts, own.get(key, ()), key) for key in some]
        networks = [Network.of(view["near"]["nodes"], view["near"]["edges"]) for view in views]
        shapes = [network.shape for network in networks if network.edges and len(network.nodes) <= 25]
        placed |= layout.place(shape for shape in shapes if shape not in placed)
        for key, view, network in zip(some, views, networks, strict=True):
            picture = placed.get(network.shape)
            yield _item(shop, key, view, network.drawn(picture) if picture else None)


def _item(shop: Shop, id: str, view: View, picture: View | None) -> Page:
    path = names.page(shop.names[id])
    text = view["description"]
    context = {
        "view": view,
        "body": markdown.render(text, lambda other: _link(shop, other)) if text.strip() else "",
        "bar": _bar(view),
        "timeline": _timeline(view),
        "facts": list(_facts(shop, view)),
        "picture": picture,
        "source": view["source"] if len(view["source"]) <= 20_000 else "",
    }
    return Page(path, shop.render.page("item.html", path, context, title=view["title"], section="board"))


def _bar(view: View) -> View:
    """The time of an item since its creation as pieces, in days, and how long finished work took.

    The marks of finished work count from where this item was started; there are none before that.
    """
    pieces = [
        {
            "days": piece["days"],
            "blocked": piece["blocked"],
            "title": "Blocked" if piece["blocked"] else piece["state"]["title"],
            "colour": "var(--bad-solid)" if piece["blocked"] else f"var(--{piece['band']})",
        }
        for piece in view["bar"]
    ]
    total, before = sum(piece["days"] for piece in pieces), view["bar_start_days"]
    marks = [
        {"p": row["p"], "days": row["days"], "at": before + row["days"], "bare": False, "tight": False}
        for row in view["marks"]["rows"]
        if row["days"] is not None and before is not None and row["days"] <= 4 * total + 14
    ]
    longest = max([total, *(mark["at"] for mark in marks), 1]) * 1.12
    for mark, next_ in pairwise(marks):
        room = (next_["at"] - mark["at"]) / longest
        mark["bare"], mark["tight"] = room < 0.075, room < 0.1  # a phone has room for fewer labels
    legend: dict[tuple[str, bool], View] = {}
    for piece in pieces:
        entry = legend.setdefault((piece["title"], piece["blocked"]), {**piece, "days": 0})
        entry["days"] += piece["days"]
    return {"max": round(longest, 1), "pieces": pieces, "marks": marks, "legend": list(legend.values())}


def _timeline(view: View) -> list[View]:
    """The commits of an item, newest first, each with the states that it entered there."""
    steps: dict[str, list[View]] = {}
    for step in view["story"]:
        steps.setdefault(step["commit"]["id"], []).append(step)
    shown = {commit["id"] for commit in view["commits"]}
    apart = [step["commit"] for step in view["story"] if step["commit"]["id"] not in shown]
    commits = (
        sorted([*view["commits"], *apart], key=lambda commit: commit["at"], reverse=True)
        if apart
        else view["commits"]
    )
    return [{**commit, "entered": steps.pop(commit["id"], [])} for commit in commits]


def _facts(shop: Shop, view: View) -> Iterator[tuple[str, str | Markup]]:
    """What an item's file says, in words."""
    card, times = view["card"], view["spans"]
    today, zone = shop.facts.today.isoformat(), shop.facts.zone
    rows: list[tuple[str, str | Markup | None]] = [
        ("Service", ", ".join(service["name"] for service in card["services"])),
        ("Class", card["class"]["title"]),
        ("Asked by", card["requester"]),
        ("Part of", _part_of(shop, card["part_of"])),
        ("Vendor", card["vendor"]["name"] if card["vendor"] else ""),
        ("Skills", ", ".join(card["skills"])),
        ("Labels", ", ".join(card["labels"])),
        ("Due", words.long_day(card["due_on"], today) if card["due_on"] else ""),
        ("Not before", words.long_day(card["start_after_on"], today) if card["start_after_on"] else ""),
        ("Window", words.stretch(**_ends(card["window"]), zone=zone, today=today) if card["window"] else ""),
        ("Created", _on(times["created_at"], shop)),
        ("Started", _on(times["started_at"], shop)),
        ("Finished", _on(times["finished_at"], shop)),
        ("Discarded", _on(times["discarded_at"], shop)),
        ("Cycle time", _days(times["cycle_time_days"])),
        ("Lead time", _days(times["lead_time_days"])),
        ("Rework", _rework(times)),
        ("Estimate", _days(view["estimate_days"])),
        ("Value", _money(view["value"], view["currency"])),
        ("Cost", _money(view["cost"], view["currency"])),
        ("Cost of delay", _money(view["cost_of_delay"], view["currency"], " a day")),
        *(
            (words.capital(field["name"].replace("_", " ")), _said(field["value"]))
            for field in view["fields"]
        ),
    ]
    return ((name, value) for name, value in rows if value)


def _ends(window: View) -> dict[str, str]:
    return {"start": window["start_at"], "end": window["end_at"]}


def _part_of(shop: Shop, whole: View | None) -> str | Markup:
    if whole is None:
        return ""
    to = _link(shop, whole["key"])
    return Markup('<a href="{}">{}</a>').format(to, whole["title"]) if to else str(whole["title"])


def _link(shop: Shop, id: str) -> str | None:
    """The page of an item, from the page of another; None where the board has no such item."""
    to = shop.address(id)
    return f"../{to}" if to else None


def _on(moment: str | None, shop: Shop) -> str:
    return words.moment(moment, shop.facts.zone, shop.facts.today.isoformat()) if moment else ""


def _days(days: float | None) -> str:
    return words.count(days, "day") if days is not None else ""


def _money(amount: float | None, currency: str, per: str = "") -> str:
    return f"{words.number(amount)} {currency}{per}".strip() if amount is not None else ""


def _rework(times: View) -> str:
    said = []
    if times["moved_back"]:
        said.append(f"moved back {words.count(times['moved_back'], 'time')}")
    if times["reopened"]:
        said.append(f"reopened {words.count(times['reopened'], 'time')}")
    return words.capital(words.listed(said))


def _said(value: Any) -> str:
    """A value of an own field, in words."""
    if value is None or isinstance(value, bool):
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_said(each)}" for key, each in value.items())
    return str(value)
