"""The page of each item: its story, its needs, what its file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from opsflow.model import OVER, Board, Finding
from opsflow.reports import item as item_report
from opsflow.site import charts, layout, markdown, names, roadmap, words
from opsflow.site.networks import Network
from opsflow.site.shop import Page, Shop, View

BATCH = 500
"""Pages that are made together: their pictures are laid out by one run of a program."""
OPEN = 20
"""Commits of an item that stand open; further ones are folded away."""
LONGEST = 200
"""Commits on a page, at most."""

_COMMIT = Markup('<svg class="i" aria-hidden="true"><use href="#i-commit"/></svg>')


def pages(shop: Shop, ids: Sequence[str] | None = None) -> Iterator[Page]:
    """A page for each item, or for some."""
    ids = list(shop.names) if ids is None else ids
    own = findings_of(shop)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        views = [item_report.view(shop.facts, own.get(key, ()), key) for key in some]
        networks = [Network.of(view["near"]["nodes"], view["near"]["edges"]) for view in views]
        shapes = [
            network.shape
            for network in networks
            if network.edges and len(network.nodes) <= 25 and layout.length(network.shape) <= layout.NEAR
        ]
        shop.placed.update(layout.place(shape for shape in shapes if shape not in shop.placed))
        for key, view, network in zip(some, views, networks, strict=True):
            picture = shop.placed.get(network.shape) if network.edges else None
            yield _item(shop, key, view, network.drawn(picture) if picture else None)


def findings_of(shop: Shop) -> Mapping[str, Sequence[Finding]]:
    """The findings of each item that has some."""
    own: dict[str, list[Finding]] = {}
    for finding in shop.findings:
        own.setdefault(finding.item, []).append(finding)
    return own


def _item(shop: Shop, id: str, view: View, picture: View | None) -> Page:
    path = names.page(shop.names[id])
    text = view["description"]
    over = view["card"]["state"]["kind"] in OVER
    context = {
        "view": view,
        "body": markdown.render(text, lambda other: _link(shop, other)) if text.strip() else "",
        "bar": _bar(view, _stages(shop.facts.board), over),
        **_timeline(view, shop),
        "facts": list(_facts(shop, view)),
        "whole": _whole_link(shop, view["card"]["part_of"]),
        "picture": picture,
        "source": view["source"] if len(view["source"]) <= 20_000 else "",
    }
    data = shop.render.page(
        "item.html", path, context, title=view["title"], section="board", asof=_as_of(shop, view, over)
    )
    return Page(path, data)


def _as_of(shop: Shop, view: View, over: bool) -> Markup:
    """Of when an item's page is: not of the site's last commit, but of its own, for it changes with that.

    The ages of an open item change with the days.
    """
    last = view["commits"][0] if view["commits"] else None
    made = Markup("")
    if last and last["id"]:
        made = Markup("<span>{}<span>As of commit <code>{}</code>, {}</span></span>").format(
            _COMMIT, last["short"], words.moment(last["at"], shop.facts.zone, "0")
        )
    if over and made:
        return made
    today = words.long_day(shop.facts.today.isoformat(), "0")
    return Markup("{}<span>{} {}</span>").format(made, "Ages of" if made else "As of", today)


def _stages(board: Board) -> Mapping[str, str]:
    """The colour of each state, as the cumulative flow has it."""
    open_ = [state.name for state in board.states if state.kind not in OVER]
    return dict(zip(open_, charts.stages(len(open_)), strict=True))


def _bar(view: View, stages: Mapping[str, str], over: bool = False) -> View:
    """The time of an item since its creation as pieces, in days, and how long finished work took.

    The marks of finished work count from where this item was started; there are none before that, nor once
    it is over: what is done is not compared anew with each day.
    """
    pieces = [
        {
            "days": piece["days"],
            "blocked": piece["blocked"],
            "title": "Blocked" if piece["blocked"] else piece["state"]["title"],
            "colour": "var(--bad-solid)"
            if piece["blocked"]
            else stages.get(piece["state"]["state"], "var(--f5)"),
        }
        for piece in view["bar"]
    ]
    total, before = sum(piece["days"] for piece in pieces), view["bar_start_days"]
    marks = [
        {"p": row["p"], "days": row["days"], "at": before + row["days"], "bare": False, "tight": False}
        for row in view["marks"]["rows"]
        if not over and row["days"] is not None and before is not None and row["days"] <= 4 * total + 14
    ]
    longest = max([total, *(mark["at"] for mark in marks), 1]) * 1.12
    for mark, next_ in pairwise(marks):
        room = (next_["at"] - mark["at"]) / longest
        mark["bare"], mark["tight"] = room < 0.075, room < 0.1  # a phone has room for fewer labels
    legend: dict[tuple[str, bool], View] = {}
    for piece in pieces:
        entry = legend.setdefault((piece["title"], piece["blocked"]), {**piece, "days": 0})
        entry["days"] += piece["days"]
    said = words.listed([f"{mark['p']}% within {words.number(mark['days'])} d" for mark in marks])
    return {
        "max": round(longest, 1),
        "pieces": pieces,
        "marks": marks,
        "marks_said": said,
        "legend": list(legend.values()),
    }


def _timeline(view: View, shop: Shop) -> View:
    """The commits of an item, newest first, each with the states that it entered there."""
    steps: dict[str, list[View]] = {}
    for step in view["story"]:
        steps.setdefault(step["commit"]["id"], []).append(step)
    commits = view["commits"]
    shown = {commit["id"] for commit in commits}
    apart = [step["commit"] for step in view["story"] if step["commit"]["id"] not in shown]
    if apart:
        commits = sorted([*commits, *apart], key=lambda commit: commit["at"], reverse=True)
    zone, today = shop.facts.zone, shop.facts.today.isoformat()
    return {
        "timeline": [
            {
                **commit,
                "said": words.moment(commit["at"], zone, today),
                "entered": steps.pop(commit["id"], ()),
                "folds": number == OPEN,
            }
            for number, commit in enumerate(commits[:LONGEST])
        ],
        "earlier": max(len(commits) - OPEN, 0),
    }


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
    to = _whole_link(shop, whole)
    return Markup('<a href="{}">{}</a>').format(to, whole["title"]) if to else str(whole["title"])


def _whole_link(shop: Shop, whole: View | None) -> str | None:
    """Where the larger outcome is told of that an item is part of: the page of an item, or the roadmap."""
    if whole is None:
        return None
    if whole["kind"] == "project":
        return f"../roadmap.html#{roadmap.anchor(whole['key'])}"
    return _link(shop, whole["key"])


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
