"""What is blocked, over its limit, to finish, to pull?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from opsflow import graph, words
from opsflow.flow import counts, days, pull
from opsflow.flow.days import Window
from opsflow.model import IN_PROGRESS, OVER, Finding, Item, Kind, Limit, State, order_key
from opsflow.reports import View, _numbers, _pull
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Board"
ROWS = 3
"""How many rows a cell of the summary shows."""
RECENT_DAYS = 14
"""Finished items stay on the board for so long."""
PAST_DAYS = 28
"""How far the slider goes back."""
SOON_DAYS = 7
"""A date so near makes an item one to finish first."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    counted = _numbers.by_item(findings)
    columns = [_column(numbers, state, counted) for state in facts.board.states]
    pulls, next_up = _pull_next(numbers)
    _rank(columns, pulls)
    unknown = [item for item in facts.board.items.values() if item.state not in numbers.states]
    return {
        **_head(numbers),
        "pulse": _pulse(numbers, columns),
        "today": {
            "over_limit": _over_limit(numbers),
            "unblock": _unblock(numbers),
            "finish_first": _finish_first(numbers),
            "pull_next": next_up,
        },
        "percentiles": shapes.cycle_percentiles(numbers),
        "lanes": _lanes(numbers),
        "columns": columns,
        "unknown": [shapes.card(numbers, item, counted) for item in unknown],
        "groups": _groups(numbers),
        "people": _people(numbers),
        "past": _past(numbers, columns),
    }


def _head(numbers: Numbers) -> View:
    n = len(numbers.cycle_times)
    return shapes.head(
        numbers,
        "board",
        TITLE,
        (__doc__ or "").strip(),
        (
            ("work in progress", None, len(numbers.in_progress)),
            ("work item age", None, None),
            ("age band", numbers.window, n),
            ("WIP limit", None, len(numbers.facts.board.limits)),
            ("blocked time", None, None),
            ("pull order", None, None),
        ),
    )


def _pulse(numbers: Numbers, columns: Sequence[View]) -> View:
    measured = numbers.facts.history is not None
    recent = numbers.last(RECENT_DAYS)
    finished = counts.finished(numbers.facts.spans, recent, numbers.query.clock)
    return {
        "in_flow": len(numbers.in_progress),
        "blocked": sum(item.blocked is not None for item in numbers.open),
        "columns_over": sum(bool(column["limit"] and column["limit"]["over"]) for column in columns),
        "expedite": sum(numbers.expedite(item) for item in numbers.in_progress),
        "open": len(numbers.open),
        "finished_14_days": len(finished) if measured else None,
    }


# -- columns ------------------------------------------------------------------------------------


def _column(numbers: Numbers, state: State, counted: Mapping[str, Mapping[str, int]]) -> View:
    items = numbers.in_state[state.name]
    shown = _recent(numbers, items) if state.kind in OVER else _ordered(numbers, state, items)
    limit, inside = numbers.own_limits.get(state.name, (None, ()))
    n = len(inside) if limit else len(items)
    cards = [shapes.card(numbers, item, counted) for item in shown]
    return {
        **shapes.state(numbers, state.name),
        "policy": state.policy,
        "quiet": _quiet(numbers, state),
        "count": n,
        "total": len(items),
        "limit": _limit(limit, n) if limit else None,
        "words": _words(numbers, state, limit, inside if limit else ()),
        "cells": {
            "expedite": [card for card in cards if card["expedite"]],
            "standard": [card for card in cards if not card["expedite"]],
        },
        "hidden": len(items) - len(shown),
    }


def _ordered(numbers: Numbers, state: State, items: Sequence[Item]) -> Sequence[Item]:
    """Work in progress oldest first; what is pulled from next in the order of pulling; else by class."""
    origin = pull.source(numbers.facts.board)
    if origin is not None and state.name == origin.name:
        ready, held = _pull.order(numbers, ())
        return [*(each.item for each in ready), *(each.item for each in held)]
    if state.kind in IN_PROGRESS:
        return sorted(items, key=lambda item: (-(numbers.age(item.id) or 0), order_key(item.id)))
    return items


def _recent(numbers: Numbers, items: Sequence[Item]) -> Sequence[Item]:
    """What came to be over in the last days, latest first; everything where no history tells."""
    if numbers.facts.history is None:
        return items
    recent, spans = numbers.last(RECENT_DAYS), numbers.facts.spans
    ended = [(spans[item.id].ended, item) for item in items if item.id in spans]
    shown = [(at, item) for at, item in ended if at is not None and _day(numbers, at) in recent]
    return [item for _, item in sorted(shown, key=lambda pair: (pair[0], pair[1].id), reverse=True)]


def _quiet(numbers: Numbers, state: State) -> bool:
    """Outside of the flow: before work is agreed on, and after it is over."""
    if state.kind in OVER:
        return True
    backlog = [each for each in numbers.facts.board.states if each.kind is Kind.BACKLOG]
    if state not in backlog:
        return False
    return state != backlog[-1] or (len(backlog) == 1 and state.name not in numbers.own_limits)


def _limit(limit: Limit, n: int) -> View:
    return {
        "max": limit.max,
        "min": limit.min,
        "mode": limit.mode.value,
        "room": None if limit.max is None else max(limit.max - n, 0),
        "over": shapes.over_by(limit, n),
    }


def _words(numbers: Numbers, state: State, limit: Limit | None, inside: Sequence[str]) -> str:
    """What stands below a column's count: what else is there, and what its limit says of the count."""
    if state.kind in OVER:
        return f"in {RECENT_DAYS} days" if numbers.facts.history else ""
    if limit is None:
        return "options" if _quiet(numbers, state) else "no limit"
    others = [item for item in numbers.in_state[state.name] if item.id not in inside]
    classes = {item.class_ for item in others}
    what = shapes.class_(numbers, classes.pop())["title"].lower() if len(classes) == 1 else "beyond limits"
    also = f"+{len(others)} {what}, " if others else ""
    return also + _room(limit, len(inside))


def _room(limit: Limit, n: int) -> str:
    if limit.max is not None and n > limit.max:
        return f"{n - limit.max} over the limit"
    if limit.min is not None and n < limit.min:
        return f"{limit.min - n} under the minimum"
    if limit.max is None:
        return "no limit"
    return f"room for {limit.max - n}" if n < limit.max else "full"


def _lanes(numbers: Numbers) -> list[View]:
    board = numbers.facts.board
    beyond = [class_ for class_ in board.classes.values() if class_.beyond_limits]
    fast = sum(numbers.expedite(item) for item in numbers.in_progress)
    lanes = [
        {
            "key": "standard",
            "title": "All other work",
            "count": len(numbers.in_progress) - fast,
            "max": None,
            "over": 0,
        }
    ]
    if beyond:
        title = words.listed([class_.title or shapes.sentence_case(class_.name) for class_ in beyond])
        limit = next(
            (each for each, _ in numbers.limits if each.class_ in {class_.name for class_ in beyond}), None
        )
        most = limit.max if limit is not None and len(beyond) == 1 else None
        over = max(fast - most, 0) if most is not None else 0
        lanes.insert(0, {"key": "expedite", "title": title, "count": fast, "max": most, "over": over})
    return lanes


def _is_column(numbers: Numbers, limit: Limit) -> bool:
    """Whether a limit is the one that its column shows."""
    return any(limit is own for own, _ in numbers.own_limits.values())


def _groups(numbers: Numbers) -> list[View]:
    """Every limit that is not a column's own, and each of its counts."""
    return [
        {
            "name": shapes.limit_subject(numbers, limit, group.name),
            "states": list(limit.states),
            "count": len(group.items),
            "max": limit.max,
            "min": limit.min,
            "over": shapes.over_by(limit, len(group.items)),
            "mode": limit.mode.value,
            "sentence": shapes.limit_sentence(numbers, limit, len(group.items), group.name),
        }
        for limit, groups in numbers.limits
        if not _is_column(numbers, limit)
        for group in groups
    ]


# -- today --------------------------------------------------------------------------------------


def _cell(rows: Sequence[View], **more: object) -> View:
    return {**more, "rows": list(rows[:ROWS]), "more": max(len(rows) - ROWS, 0)}


def _over_limit(numbers: Numbers) -> View:
    """Every limit that is broken, the columns' own first; `sentences` has all of them, a line each."""
    rows: list[View] = []
    for limit, groups in numbers.limits:
        for group in groups:
            n = len(group.items)
            if limit.max is None or n <= limit.max:
                continue
            spare = "one" if n - limit.max == 1 else str(n - limit.max)
            sentence = shapes.limit_sentence(numbers, limit, n, group.name)
            rows.append(
                {
                    "name": shapes.limit_subject(numbers, limit, group.name),
                    "state": limit.states[0] if limit.is_own else "",
                    "count": n,
                    "max": limit.max,
                    "over": n - limit.max,
                    "mode": limit.mode.value,
                    "sentence": f"{sentence} Finish or hand back {spare} before pulling.",
                    "since_on": _over_since(numbers, limit, group),
                }
            )
    rows.sort(key=lambda row: (not row["state"], -row["over"], row["name"]))
    return _cell(rows, sentences=list(dict.fromkeys(row["sentence"] for row in rows)))


def _over_since(numbers: Numbers, limit: Limit, group: graph.Group) -> str | None:
    """The day on which the item that broke the limit came in, where the count has only grown since."""
    entered = [numbers.state_since(item) for item in group.items]
    moments = sorted(span.start for span in entered if span is not None)
    if limit.max is None or len(moments) < len(group.items) or not limit.is_own:
        return None
    return shapes.on(_day(numbers, moments[limit.max]))


def _unblock(numbers: Numbers) -> View:
    rows = []
    for item in numbers.open:
        block = shapes.blocked(numbers, item)
        if block is not None:
            rows.append(
                {
                    "id": item.id,
                    "title": item.title,
                    "reason": block["reason"],
                    "by_name": block["by_name"],
                    "days": block["days"],
                    "holds_up": len(numbers.holds_up(item.id)),
                }
            )
    return _cell(sorted(rows, key=lambda row: (-(row["days"] or 0), -row["holds_up"], order_key(row["id"]))))


def _finish_first(numbers: Numbers) -> View:
    ranked = []
    for item in numbers.in_progress:
        age = shapes.age(numbers, item.id)
        left = (item.due - numbers.facts.today).days if item.due else None
        urgency = _urgency(left, age["band"])
        if item.blocked is None and urgency is not None:
            due = item.due if left is not None and left <= SOON_DAYS else None
            why = pull.due_words(due, numbers.facts.today) if due else age["words"]
            row = {
                "id": item.id,
                "title": item.title,
                "age": age,
                "due_on": shapes.on(item.due),
                "due_in_days": left,
                "why": why,
            }
            ranked.append((urgency, -(age["days"] or 0), order_key(item.id), row))
    return _cell([row for *_, row in sorted(ranked, key=lambda each: each[:3])])


def _urgency(left: int | None, band: str) -> int | None:
    """0 late, 1 very old, 2 due soon, 3 old; None: no hurry."""
    if left is not None and left < 0:
        return 0
    if band == "b3":
        return 1
    if left is not None and left <= SOON_DAYS:
        return 2
    return 3 if band == "b2" else None


def _pull_next(numbers: Numbers) -> tuple[list[str], View]:
    """The ids to mark, and the cell; where limits stop all that is ready, it says which."""
    limits = _pull.full(numbers)
    ready, _ = _pull.order(numbers, limits)
    sentence = ""
    if not ready:
        ready, _ = _pull.order(numbers, ())
        wanted = {each.item.id for each in ready}
        stopping = [each for each in limits if each.stops >= wanted] or limits
        names = list(
            dict.fromkeys(shapes.limit_subject(numbers, each.limit, each.group) for each in stopping)
        )
        if ready:
            sentence = f"Nothing yet: {words.listed(names)} {'is' if len(names) == 1 else 'are'} full."
    rows = [{"id": each.item.id, "title": each.item.title, "why": list(each.why)} for each in ready]
    return [each.item.id for each in ready[:ROWS]], _cell(rows, sentence=sentence)


def _rank(columns: Sequence[View], pulls: Sequence[str]) -> None:
    """Marks the cards to pull next."""
    for column in columns:
        for card in (*column["cells"]["expedite"], *column["cells"]["standard"]):
            if card["id"] in pulls:
                card["pull_rank"] = pulls.index(card["id"]) + 1


# -- people and the past ------------------------------------------------------------------------


def _people(numbers: Numbers) -> list[View]:
    today = numbers.facts.today
    people = numbers.facts.board.people or {}
    open_items: dict[str, list[Item]] = {key: [] for key in people}
    for item in numbers.open:
        for key in item.assignees:
            open_items.setdefault(key, []).append(item)
    found = [
        {
            **shapes.person(numbers, key),
            "wip": sum(numbers.kind(item) in IN_PROGRESS for item in items),
            "blocked": sum(item.blocked is not None for item in items),
            "away": key in people and any(away.start <= today <= away.end for away in people[key].away),
        }
        for key, items in open_items.items()
    ]
    return sorted(found, key=lambda person: (person["name"], person["key"]))


def _past(numbers: Numbers, columns: Sequence[View]) -> View:
    """Where the cards of the board stood on each of the last days; day PAST_DAYS is today."""
    today = numbers.facts.today
    window = Window(today - timedelta(days=PAST_DAYS), today)
    cards = [card["id"] for column in columns for cell in column["cells"].values() for card in cell]
    moves: dict[str, list[list[int | str]]] = {}
    for story in filter(None, map(numbers.story, cards)):
        moves[story.item] = _moves(numbers, window, [(span.start, span.value) for span in story.states])
    return {"days": PAST_DAYS, "today_on": shapes.on(today), "items": moves}


def _moves(
    numbers: Numbers, window: Window, entered: Sequence[tuple[datetime, str]]
) -> list[list[int | str]]:
    found: list[list[int | str]] = []
    for at, state in entered:
        offset = (_day(numbers, at) - window.first).days
        if found and (found[-1][0] == offset or offset <= 0):
            found.pop()
        found.append([offset, state])
    return found


def _day(numbers: Numbers, at: datetime) -> date:
    return days.day(at, numbers.facts.zone)
