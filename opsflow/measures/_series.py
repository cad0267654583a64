"""A measure as it was on many days: its key figures, one row a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from opsflow import measures, words
from opsflow.errors import OpsflowError
from opsflow.flow.days import Window
from opsflow.measures import View, _head, _marks
from opsflow.measures.query import Query

RULES = {
    "then": "by the rules that the repository had then",
    "now": "by the rules of today",
}
"""Which rules the figures of a day rest on, in words."""
DAY = timedelta(days=1)


class Point(NamedTuple):
    """A day, and the question as it was asked then."""

    on: date
    query: Query | None
    """None where there was nothing to ask."""
    reason: str = ""
    """Why there was not."""
    rules: str = ""
    """Which rules count: the short id of the commit that last changed them by then, or "now"."""


def of(names: Sequence[str], points: Iterable[Point], present: Query, rules: str, every: str) -> list[View]:
    """The series of some measures; `present` is the question today, over the days that the series has.

    OpsflowError where a question is one on no day.
    """
    rows: dict[str, list[View]] = {name: [] for name in names}
    wrong: dict[str, list[OpsflowError]] = {name: [] for name in names}
    for point in points:
        for name in names:
            try:
                rows[name].append(_row(name, point))
            except OpsflowError as error:
                wrong[name].append(error)
                rows[name].append(_row(name, point._replace(query=None, reason=str(error))))
    for name in names:
        if wrong[name] and len(wrong[name]) == len(rows[name]):
            raise wrong[name][-1]
    return [_view(name, rows[name], present, rules, every) for name in names]


def _row(name: str, point: Point) -> View:
    """The key figures of one day."""
    keys = [fact.key for fact in measures.facts(name)]
    row: View = {
        "day_on": point.on.isoformat(),
        "from_on": None if point.query is None else point.query.window.first.isoformat(),
        "commit": "",
        "rules": point.rules,
        "changed": [],
    }
    if point.query is None:
        return {**row, "n": None, **dict.fromkeys(keys), "title": "", "reason": point.reason}
    found = measures.figure(name, point.query)
    silent = all(found.get(key) is None for key in keys if key != "n")
    reasons = [found["reason"], *(found.get("reasons", {}).values() if silent else ())]
    commit = point.query.facts.commit
    return {
        **row,
        "commit": commit.id[:7] if commit else "",
        "n": found["n"],
        **{key: found.get(key) for key in keys},
        "title": found["title"],
        "reason": next(filter(None, reasons), ""),
        "called": found.get("called", {}),
    }


def _view(name: str, rows: list[View], present: Query, rules: str, every: str) -> View:
    first = date.fromisoformat(rows[0]["day_on"]) if rows else present.window.last
    marks = _marks.view(present.facts, Window(first + DAY, present.window.last)) if rules == "then" else []
    _mark(rows, marks)
    facts = [fact._asdict() for fact in measures.facts(name)]
    called: dict[str, str] = {}
    for row in rows:
        called |= row.pop("called", {})
    for fact in facts:
        fact["title"] = called.get(fact["key"], fact["title"])
        unit = called.get(fact["unit"], fact["unit"])
        fact["unit"] = present.facts.board.currency if unit == "money" else unit
    return {
        **_head.of(name, measures.module(name), present, None),
        "title": _title(facts, rows),
        "subtitle": f"What was known on {words.count(len(rows), 'day')}, {RULES[rules]}.",
        "every": every,
        "rules": rules,
        "facts": facts,
        "reason": "" if rows else present.nothing("There is no such day."),
        "rows": rows,
        "marks": marks,
    }


def _mark(rows: Sequence[View], marks: Sequence[View]) -> None:
    """Put the number of each mark at the first row that is not before it."""
    places = iter(rows)
    row = next(places, None)
    for mark in marks:
        while row is not None and row["day_on"] < mark["day_on"]:
            row = next(places, None)
        if row is not None:
            row["changed"].append(mark["n"])


def _title(facts: Sequence[Mapping[str, str]], rows: Sequence[View]) -> str:
    """From where to where the first figure went that is known on two days."""
    for fact in facts:
        known = [row for row in rows if row[fact["key"]] is not None]
        if len(known) > 1:
            first, last = known[0], known[-1]
            was, is_ = (_said(row[fact["key"]], fact["unit"]) for row in (first, last))
            unit = "" if fact["unit"] in ("", "share") else f" ({fact['unit']})"
            return f"{fact['title']}{unit}: {was} → {is_}, {first['day_on']} to {last['day_on']}"
    return "Too little is known to tell how it went"


def _said(value: object, unit: str) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{100 * value:.0f}%" if unit == "share" else words.number(value)
