"""One item for a terminal. The data is the view of the report `item`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsflow.formats.head import local
from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import pad, visible, width
from opsflow.words import count

MARGIN = 17
"""How wide the names of the facts stand."""


def render(view: View, *, paint: Paint = plain, columns_wide: int | None = None) -> str:
    """The item: what it is, what holds it, what happened to it, what is wrong with it."""
    screen = Screen(paint, columns_wide)
    if view["gone"]:
        parts = [[*_gone(view, screen)], [*_story(view, screen)]]
    else:
        parts = [
            [*_top(view, screen)],
            [*_facts(view, screen)],
            [*_text(view, screen)],
            [*_checklist(view, screen)],
            [*_story(view, screen)],
            [*_findings(view, screen)],
        ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _top(view: View, screen: Screen) -> Lines:
    card = view["card"]
    yield from screen.lines((f"{visible(card['id'])}  {visible(card['title'])}", "strong"))
    days = card["in_state_days"]
    words = [visible(card["state"]["title"]) + (f" for {count(days, 'day')}" if days is not None else "")]
    if card["age"]["days"] is not None:
        words.append(f"age {count(card['age']['days'], 'day')}")
    if card["age"]["words"]:
        words.append(visible(card["age"]["words"]))
    if card["finished_on"]:
        words.append(f"finished {card['finished_on']}")
    if card["cycle_time_days"] is not None:
        words.append(f"cycle time {count(card['cycle_time_days'], 'day')}")
    yield from screen.lines((", ".join(words), ""))


def _gone(view: View, screen: Screen) -> Lines:
    """An item that is not on the board any more."""
    item = view["gone"]
    yield from screen.lines((f"{visible(item['id'])}  {visible(item['title'])}", "strong"))
    on = f" on {item['gone_on']}" if item["gone_on"] else ""
    words = [f"{item['words'][:1].upper()}{item['words'][1:]}{on}: its file is no longer there"]
    if item["state"]:
        words.append(f"it was {visible(item['state']['title'])}")
    if view["spans"]["cycle_time_days"] is not None:
        words.append(f"cycle time {count(view['spans']['cycle_time_days'], 'day')}")
    yield from screen.lines((", ".join(words), ""))
    yield ""
    yield from _fact("file", visible(view["path"]), "", screen)


def _facts(view: View, screen: Screen) -> Lines:
    for name, value, style in _pairs(view):
        if value:
            yield from _fact(name, value, style, screen)


def _fact(name: str, value: str, style: str, screen: Screen) -> Lines:
    yield from screen.lines(("  " + pad(name, MARGIN - 3), "dim"), (value, style), indent=MARGIN)


def _pairs(view: View) -> Iterator[tuple[str, str, str]]:
    card, blocked = view["card"], view["card"]["blocked"]
    if blocked:
        days = f" for {count(blocked['days'], 'day')}" if blocked["days"] is not None else ""
        by = f" ({visible(blocked['by_name'])})" if blocked["by_name"] else ""
        yield "blocked", f"{visible(blocked['reason'])}{by}{days}", "bad"
    yield "due", _due(card), "bad" if card["late"] else ""
    yield "type", visible(card["type"]["title"]), ""
    yield "class", visible(card["class"]["title"]), ""
    yield "people", ", ".join(visible(person["name"]) for person in card["assignees"]), ""
    yield "asked by", visible(card["requester"]), ""
    yield "not before", card["start_after_on"] or "", ""
    if card["part_of"]:
        whole = card["part_of"]
        title = whole["title"] if whole["title"] != whole["key"] else ""
        yield "part of", f"{visible(whole['key'])} {visible(title)}".rstrip(), ""
    yield "services", ", ".join(visible(service["name"]) for service in card["services"]), ""
    yield "vendor", visible(card["vendor"]["name"]) if card["vendor"] else "", ""
    yield "skills", visible(", ".join(card["skills"])), ""
    yield "labels", visible(", ".join(card["labels"])), ""
    yield "estimate", "" if view["estimate_days"] is None else f"{view['estimate_days']:g} days", ""
    for name in ("value", "cost", "cost_of_delay"):
        money = view[name]
        per = " a day" if name == "cost_of_delay" else ""
        yield (
            name.replace("_", " "),
            "" if money is None else f"{money:,.10g} {view['currency']}".rstrip() + per,
            "",
        )
    if card["window"]:
        yield (
            "window",
            f"{local(card['window']['start_at'], view)} to {local(card['window']['end_at'], view)}",
            "",
        )
    for field in view["fields"]:
        yield visible(field["name"]), visible(str(field["value"])), ""
    yield from _links(view)
    yield "public", visible(view["public_text"]), ""
    for waiver in view["allow"]:
        until = f" until {waiver['until_on']}" if waiver["until_on"] else ""
        yield (
            "allows",
            f"{waiver['rule']}{until}: {visible(waiver['reason'])}",
            "warn" if waiver["expired"] else "",
        )
    yield "file", visible(view["path"]), ""


def _due(card: View) -> str:
    if card["late"] and card["due_in_days"] is not None:
        return f"{card['due_on']}, {count(-card['due_in_days'], 'day')} late"
    return card["due_on"] or ""


def _links(view: View) -> Iterator[tuple[str, str, str]]:
    for name, key in (("needs", "needs"), ("needed by", "needed_by"), ("parts", "parts")):
        for place, other in enumerate(view[key]):
            state = visible(other["state"]["title"]) if other["known"] else "there is no such item"
            style = "" if other["known"] and (other["over"] or key != "needs") else "warn"
            yield "" if place else name, f"{visible(other['id'])} {visible(other['title'])} ({state})", style


def _text(view: View, screen: Screen) -> Lines:
    for line in view["description"].rstrip().splitlines():
        text = visible(line.replace("\t", "    "))
        mark = re.match(r" *(?:(?:[-*+]|\d+[.)]) +)?", text)
        yield from screen.lines((text, ""), indent=len(mark[0]) if mark else 0)


def _checklist(view: View, screen: Screen) -> Lines:
    for step in view["checklist_steps"]:
        mark, style = ("  [x]", "dim") if step["done"] else ("  [ ]", "")
        yield from screen.lines((mark, ""), (visible(step["text"]), style), indent=6)


def _story(view: View, screen: Screen) -> Lines:
    rows = sorted(_happened(view), key=lambda row: row[0], reverse=True)
    if rows:
        yield screen.paint("History", "strong")
    wide = max((width(said) for _, said, _, _ in rows), default=0)
    for at, said, text, commit in rows:
        end = f" {visible(commit['author'])}  {commit['short']}" if commit["id"] else " not committed yet"
        more = ((f" {visible(text)}", ""),) if text else ()
        yield from screen.lines(
            (f"  {local(at, view)}  {pad(said, wide)}", ""), (end, "dim"), *more, indent=20
        )
    if not view["as_of"]["measured"]:
        yield from screen.lines((f"No story: {visible(view['as_of']['reason'])}", "dim"))


def _happened(view: View) -> Iterator[tuple[str, str, str, View]]:
    """What happened to it: when, in words, the text that they quote, and the commit."""
    for row in view["story"]:
        yield row["at"], visible(row["words"]), "", row["commit"]
    for commit in view["commits"]:
        for change in commit["changes"]:
            yield commit["at"], visible(change["words"]), change["text"], commit


def _findings(view: View, screen: Screen) -> Lines:
    for row in view["findings"]:
        severity, rule = (f"{row['severity']}:", row["severity"]), (f"[{row['rule']}]", "dim")
        yield from screen.lines(severity, (visible(row["message"]), ""), rule, indent=4)
