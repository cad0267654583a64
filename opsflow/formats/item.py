"""One item for a terminal. The data is the view of the report `item`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsflow.formats.head import local
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import pad, visible, width

View = Mapping[str, Any]


def render(view: View, *, paint: Paint = plain) -> str:
    """The item: what it is, what holds it, what happened to it, what is wrong with it."""
    parts = [
        [*_top(view, paint)],
        [*_facts(view, paint)],
        [*_text(view)],
        [*_checklist(view, paint)],
        [*_story(view, paint)],
        [*_findings(view, paint)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _top(view: View, paint: Paint) -> Iterator[str]:
    card = view["card"]
    yield f"{paint(visible(card['id']), 'strong')}  {paint(visible(card['title']), 'strong')}"
    days = card["in_state_days"]
    words = [visible(card["state"]["title"]) + (f" for {_days(days)}" if days is not None else "")]
    if card["age"]["days"] is not None:
        words.append(f"age {_days(card['age']['days'])}")
    if card["age"]["words"]:
        words.append(visible(card["age"]["words"]))
    if card["finished_on"]:
        words.append(f"finished {card['finished_on']}")
    if card["cycle_time_days"] is not None:
        words.append(f"cycle time {_days(card['cycle_time_days'])}")
    yield ", ".join(words)


def _days(days: int) -> str:
    return f"{days:,} day{'' if days == 1 else 's'}"


def _facts(view: View, paint: Paint) -> Iterator[str]:
    for name, value, style in _pairs(view):
        if value:
            yield f"  {paint(pad(name, 15), 'dim')}{paint(value, style)}"


def _pairs(view: View) -> Iterator[tuple[str, str, str]]:
    card, blocked = view["card"], view["card"]["blocked"]
    if blocked:
        days = f" for {_days(blocked['days'])}" if blocked["days"] is not None else ""
        by = f" ({visible(blocked['by_name'])})" if blocked["by_name"] else ""
        yield "blocked", f"{visible(blocked['reason'])}{by}{days}", "bad"
    yield "due", _due(card), "bad" if card["late"] else ""
    yield "type", visible(card["type"]["title"]), ""
    yield "class", visible(card["class"]["title"]), ""
    yield "people", ", ".join(visible(person["name"]) for person in card["assignees"]), ""
    yield "asked by", visible(card["requester"]), ""
    yield "not before", card["start_after_on"] or "", ""
    if card["part_of"]:
        yield "part of", f"{visible(card['part_of']['key'])} {visible(card['part_of']['title'])}", ""
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
        return f"{card['due_on']}, {_days(-card['due_in_days'])} late"
    return card["due_on"] or ""


def _links(view: View) -> Iterator[tuple[str, str, str]]:
    for name, key in (("needs", "needs"), ("needed by", "needed_by"), ("parts", "parts")):
        for place, other in enumerate(view[key]):
            state = visible(other["state"]["title"]) if other["known"] else "there is no such item"
            style = "" if other["known"] and (other["over"] or key != "needs") else "warn"
            yield "" if place else name, f"{visible(other['id'])} {visible(other['title'])} ({state})", style


def _text(view: View) -> Iterator[str]:
    for line in view["description"].rstrip().splitlines():
        yield visible(line.replace("\t", "    "))


def _checklist(view: View, paint: Paint) -> Iterator[str]:
    for step in view["checklist_steps"]:
        text = visible(step["text"])
        yield f"  [x] {paint(text, 'dim')}" if step["done"] else f"  [ ] {text}"


def _story(view: View, paint: Paint) -> Iterator[str]:
    if view["story"]:
        yield paint("Story", "strong")
    words = [visible(row["words"]) for row in view["story"]]
    wide = max(map(width, words), default=0)
    for row, text in zip(view["story"], words, strict=True):
        commit = row["commit"]
        end = f"{visible(commit['author'])}  {commit['short']}" if commit["id"] else "not committed yet"
        yield f"  {local(row['at'], view)}  {pad(text, wide)}  {paint(end, 'dim')}"
    if not view["as_of"]["measured"]:
        yield paint(f"No story: {visible(view['as_of']['reason'])}", "dim")


def _findings(view: View, paint: Paint) -> Iterator[str]:
    for row in view["findings"]:
        severity, rule = paint(f"{row['severity']}:", row["severity"]), paint(f"[{row['rule']}]", "dim")
        yield f"{severity} {visible(row['message'])} {rule}"
