"""Shapes that views share: how an item, a person, a state or a number looks as plain data."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from opsflow import graph, words
from opsflow.flow import ageing, days, expectation, percentiles, pull, spans, visits
from opsflow.flow.days import Window
from opsflow.measures import _head, _limits, _names
from opsflow.measures._head import Definition as Definition
from opsflow.model import Expectation, Finding, Item, Kind, Limit, Waiver
from opsflow.reports import View
from opsflow.reports._numbers import Numbers

T = TypeVar("T")


def once(numbers: Numbers, kind: str, key: Hashable, make: Callable[[], T]) -> T:
    """What looks the same wherever it is shown, made once: views share it, and nobody changes it."""
    known = numbers.shown[kind]
    if key not in known:
        known[key] = make()
    found: T = known[key]
    return found


# -- words --------------------------------------------------------------------------------------


sentence_case = _names.sentence_case
moment = _head.moment
on = _head.on


def second(at: float | None) -> str | None:
    """A moment in seconds since 1970 as text, in UTC."""
    return None if at is None else moment(visits.moment(at))


# -- the head of a view -------------------------------------------------------------------------


def head(numbers: Numbers, report: str, title: str, question: str, definitions: Iterable[Definition]) -> View:
    """What every view begins with: what it answers, as of when, and what its words mean."""
    counted = numbers.measured
    definitions = tuple((name, over, n if counted else None) for name, over, n in definitions)
    return {
        "report": report,
        "title": title,
        "question": question,
        "as_of": once(numbers, "as of", "", lambda: _head.as_of(numbers.facts)),
        "definitions": once(
            numbers, "definitions", definitions, lambda: _head.defined(definitions, numbers.since)
        ),
    }


def window_view(numbers: Numbers, window: Window) -> View:
    """A window of days."""
    return _head.window(window, numbers.since)


commit = _head.commit


# -- names --------------------------------------------------------------------------------------


def person(numbers: Numbers, key: str) -> View:
    """A person; without people.yaml, the key is the name."""
    return once(numbers, "person", key, lambda: _person(numbers, key))


def _person(numbers: Numbers, key: str) -> View:
    people = numbers.facts.board.people
    known = people.get(key) if people is not None else None
    name = known.name if known else key
    parts = [part for part in name.replace("-", " ").replace(".", " ").split() if part[0].isalnum()]
    letters = parts[0][0] + parts[-1][0] if len(parts) > 1 else name[:2]
    return {
        "key": key,
        "name": name,
        "initials": letters.upper(),
        "known": people is None or known is not None,
    }


named = _names.named


def mover(numbers: Numbers, by: str) -> str:
    """Who or what has to move, as people say it."""
    return _names.mover(numbers.facts.board, by)


def state(numbers: Numbers, name: str) -> View:
    """A state of the workflow, or one that it does not know."""
    return once(numbers, "state", name, lambda: _names.state(numbers.facts.board, name))


def type_(numbers: Numbers, name: str) -> View:
    """A type of work."""
    return once(numbers, "type", name, lambda: _names.type_(numbers.facts.board, name))


def class_(numbers: Numbers, name: str) -> View:
    """A class of service."""
    return once(numbers, "class", name, lambda: _names.class_(numbers.facts.board, name))


def ref(numbers: Numbers, id: str) -> View:
    """A pointer to an item, on the board, archived, or missing."""
    item = numbers.facts.board.items.get(id)
    if item is not None:
        name, title, path = item.state, item.title, item.path
    else:
        story = numbers.story(id)
        name = story.states[-1].value if story and story.states else ""
        title, path = numbers.title_of(id), ""
    return {
        "id": id,
        "title": title,
        "state": state(numbers, name),
        "over": numbers.over(id),
        "known": item is not None or bool(title) or id in numbers.facts.board.unread,
        "path": path,
    }


def whole(numbers: Numbers, item: Item) -> View | None:
    """What an item is part of: another item or a project."""
    if not item.part_of:
        return None
    node = graph.whole_of(numbers.facts.board, item)
    if node is not None and node[0] == "item":
        return {"key": item.part_of, "title": numbers.title_of(item.part_of), "kind": "item"}
    known = (numbers.facts.board.projects or {}).get(item.part_of)
    return {"key": item.part_of, "title": known.title if known else item.part_of, "kind": "project"}


# -- items --------------------------------------------------------------------------------------


def blocked(numbers: Numbers, item: Item) -> View | None:
    """Why an item cannot go on, and since when; None for one that can, or is over."""
    block = numbers.block(item)
    if block is None:
        return None
    since = numbers.blocked_since(item.id)
    return {
        "reason": block.reason,
        "by": block.by,
        "by_name": mover(numbers, block.by),
        "since_on": on(days.day(since.start, numbers.facts.zone)) if since else None,
        "days": numbers.days_since(since),
    }


def age(numbers: Numbers, id: str) -> View:
    """How old an item is, and how that compares with finished work."""
    old = numbers.age(id)
    return once(numbers, "age", old, lambda: _age(numbers, old))


def _age(numbers: Numbers, old: int | None) -> View:
    times = numbers.cycle_times
    band = ageing.band(old, times)
    return {
        "days": old,
        "band": band,
        "words": ageing.WORDS[band],
        "older_than_share": None if old is None else share(ageing.older_than(old, times)),
    }


def card(numbers: Numbers, item: Item, findings: Mapping[str, Mapping[str, int]]) -> View:
    """An item as a card of the board; `findings` counts those of each item by severity."""
    facts = numbers.facts
    span = facts.spans.get(item.id)
    over = numbers.kind(item) in (Kind.DONE, Kind.DISCARDED)
    cycle = spans.cycle_time_days(span, facts.zone) if span else None
    return {
        "id": item.id,
        "title": item.title,
        "path": item.path,
        "state": state(numbers, item.state),
        "type": type_(numbers, item.type),
        "class": class_(numbers, item.class_),
        "expedite": numbers.expedite(item),
        "assignees": [person(numbers, key) for key in item.assignees],
        "requester": item.requester,
        "due_on": on(item.due),
        "due_in_days": (item.due - facts.today).days if item.due else None,
        "late": item.due is not None and item.due < facts.today and not over,
        "start_after_on": on(item.start_after),
        "blocked": blocked(numbers, item),
        "age": age(numbers, item.id),
        "in_state_days": numbers.days_since(numbers.state_since(item.id)),
        "created_days": days.inclusive(span.created, facts.now, facts.zone) if span else None,
        "services": [named(facts.board.services, key) for key in item.services],
        "vendor": named(facts.board.vendors, item.vendor) if item.vendor else None,
        "part_of": whole(numbers, item),
        "labels": list(item.labels),
        "skills": list(item.skills),
        "checklist": _checklist(item),
        "waits_for": waits_for(numbers, item),
        "window": _window(item),
        "finished_on": on(days.day(span.finished, facts.zone)) if span and span.finished else None,
        "cycle_time_days": None if cycle is None else int(cycle),
        "pull_rank": None,
        "public": bool(item.public),
        "findings": dict(findings.get(item.id, {"error": 0, "warning": 0, "note": 0})),
    }


def waits_for(numbers: Numbers, item: Item) -> list[View]:
    """The open items that an item waits for."""
    return [ref(numbers, each) for each in pull.waits_for(numbers.facts.board, item)]


def _checklist(item: Item) -> View | None:
    if not item.checklist:
        return None
    return {"done": sum(step.done for step in item.checklist), "total": len(item.checklist)}


def _window(item: Item) -> View | None:
    if item.window is None:
        return None
    return {"start_at": moment(item.window.start), "end_at": moment(item.window.end)}


# -- numbers ------------------------------------------------------------------------------------


def percentile_rows(times: Sequence[int]) -> View:
    """The percentiles of whole days that are shown everywhere, and from how many values."""
    rows = []
    for p in ageing.LEVELS:
        found = percentiles.days(times, p)
        rows.append({"p": p, "days": found, "reason": "" if found is not None else too_few(len(times), p)})
    return {"n": len(times), "rows": rows}


def cycle_percentiles(numbers: Numbers) -> View:
    """Those of the cycle times of the window; without a history, why there are none."""
    found = percentile_rows(numbers.cycle_times)
    if numbers.measured:
        return found
    return {"n": None, "rows": [{**row, "reason": numbers.query.silence} for row in found["rows"]]}


def percentiles_of(figure: Mapping[str, Any] | None) -> View:
    """Those that are shown everywhere, of a figure that lists percentiles; None: of nothing."""
    if figure is None:
        return percentile_rows(())
    rows = {row["p"]: row for row in figure["percentiles"]}
    return {
        "n": figure["n"],
        "rows": [{key: rows[p][key] for key in ("p", "days", "reason")} for p in ageing.LEVELS],
    }


def share(found: float | None) -> float | None:
    """A share of 0 to 1, to four decimals."""
    return None if found is None else round(found, 4)


def fact(
    key: str,
    title: str,
    value: float | None,
    unit: str,
    note: str,
    n: int | None,
    reason: str = "",
    better: bool | None = None,
) -> View:
    """A key figure; `reason` where there is no number, `better` where the note is good or bad news."""
    return {
        "key": key,
        "title": title,
        "value": value,
        "unit": unit,
        "note": note,
        "better": better,
        "reason": reason,
        "n": n,
    }


def too_few(n: int, p: float) -> str:
    """Why a percentile is not shown."""
    return percentiles.too_few(n, percentiles.enough(p))


def chance(numbers: Numbers, id: str) -> View | None:
    """The expectation that fits an item in progress, and how likely it is to miss it."""
    each = numbers.expectation(id)
    if each is None:
        return None
    old = numbers.age(id)
    found = (
        None
        if old is None
        else expectation.chance_to_miss(each.within, old, numbers.times_by_expectation[each])
    )
    if found is None:
        reason = "not in progress" if numbers.measured else "not known without the history"
    elif found.share is None:
        reason = (
            f"too few to tell: {words.count(found.n, 'finished item')} took this long, "
            f"{expectation.ENOUGH} are needed"
        )
    else:
        reason = ""
    return {
        **expected(each),
        "chance_to_miss_share": share(found.share) if found else None,
        "missed": old is not None and old > each.within,
        "n": (found.n if found else 0) if numbers.measured else None,
        "reason": reason,
    }


def expected(each: Expectation) -> View:
    """An expectation in words and numbers."""
    return {"sentence": expectation.sentence(each), "within_days": each.within, "share": each.share}


# -- limits -------------------------------------------------------------------------------------


def limit_subject(numbers: Numbers, limit: Limit, group: str = "") -> str:
    """What a limit speaks of: its own name, a column by its title, or a person and so on by name."""
    return _limits.subject(numbers.facts.board, limit, group)


def limit_sentence(numbers: Numbers, limit: Limit, n: int, group: str = "") -> str:
    """What a limit allows and what is there, such as "In progress holds 8, its limit is 7."."""
    subject = limit_subject(numbers, limit, group)
    if limit.max is not None and n > limit.max:
        return f"{subject} holds {n}, its limit is {limit.max}."
    if limit.min is not None and n < limit.min:
        return f"{subject} holds {n}, its minimum is {limit.min}."
    return f"{subject} holds {n} of {limit.max}." if limit.max is not None else f"{subject} holds {n}."


def over_by(limit: Limit, n: int) -> int:
    """By how many a count is over a limit; 0 within it."""
    return max(n - limit.max, 0) if limit.max is not None else 0


def policy(numbers: Numbers, limit: Limit) -> str:
    """A limit as a policy in words, such as "At most 2 items for each person in Doing."."""
    return _limits.policy(numbers.facts.board, limit)


# -- findings -----------------------------------------------------------------------------------


def finding(numbers: Numbers, each: Finding) -> View:
    """A finding."""
    return {
        "rule": each.rule,
        "severity": each.severity.value,
        "path": each.place.path,
        "line": each.place.line,
        "column": each.place.column,
        "width": each.place.width,
        "message": each.message,
        "hint": each.hint,
        "item": each.item,
        "item_title": numbers.title_of(each.item) if each.item else "",
    }


def waiver(numbers: Numbers, item: Item, each: Waiver, used: bool) -> View:
    """An exception that an item grants itself; `used` where it covers a finding now."""
    today = numbers.facts.today
    return {
        "item": item.id,
        "item_title": item.title,
        "path": item.path,
        "rule": each.rule,
        "reason": each.reason,
        "by": each.by,
        "by_name": mover(numbers, each.by),
        "until_on": on(each.until),
        "ends_in_days": (each.until - today).days if each.until else None,
        "expired": each.until is not None and each.until < today,
        "used": used,
    }
