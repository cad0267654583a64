"""A change in Markdown, to be posted under a pull request. The data is the view of the report `change`.

Whatever an item says goes through `inert`, so nothing of it is live. What is posted has an end: GitHub
refuses comments of more than 65,536 characters, so long sections are folded, and cut with a count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from opsflow import words
from opsflow.formats import change
from opsflow.formats.inert import code, sentence, text

View = Mapping[str, Any]

LARGEST = 60_000
"""Bytes of all that is rendered."""
MOST = 200
"""Rows of a section."""
FIRST = 10
"""Every section gets so many rows before any gets more. Longer ones are folded; more items are grouped."""
LONGEST = 300
"""Columns of what is said of one item, finding or policy."""
TITLE = 100
"""Columns of an item's title."""
ITEMS = "| Item | Change |\n| --- | --- |\n"
LIMITS = "| Limit | Before | After | Allowed |\n| --- | --: | --: | --- |\n"


class Section(NamedTuple):
    """A heading with a list or a table."""

    title: str
    """Words of opsflow's own; empty: without a heading."""
    rows: Sequence[str]
    """As many of them as may be shown, one line each."""
    total: int
    """Of how many."""
    head: str = ""
    """The header of the table that the rows make; empty: they are a list."""
    urgent: bool = False
    """Shown unfolded, however long."""


def render(view: View) -> str:
    """The summary, and below it what somebody who judges the change has to see, that first."""
    top = f"{_mark(view)}**{text(view['summary'], 2 * LONGEST)}**"
    end = [*_unmeasured(view), f"<sub>{text(change.sides(view), LONGEST)}</sub>"]
    sections = [section for section in _sections(view) if section.total]
    frame = [top, *(_block(section, 0) for section in sections), *end]
    shown = _fit(sections, LARGEST - _size("\n\n".join(frame)))
    blocks = [_block(section, rows) for section, rows in zip(sections, shown, strict=True)]
    return "\n\n".join([top, *blocks, *end]) + "\n"


def _mark(view: View) -> str:
    """A comment that nobody sees: by it, the one that was posted before is found again."""
    key = view["as_of"]["key"]
    return f"<!-- opsflow diff {key} -->\n" if re.fullmatch(r"[A-Z][A-Z0-9]*", key) else ""


def _unmeasured(view: View) -> list[str]:
    said = (change.unmeasured(view), change.unforecast(view))
    return [f"<sub>{text(each, LONGEST)}</sub>" for each in said if each]


# -- sections ---------------------------------------------------------------------------------------


def _sections(view: View) -> Iterator[Section]:
    found = view["findings"]
    yield _list("Not known", view["unread"], _said, urgent=True)
    for kind in ("made", "worse", "waived"):
        yield _list(change.FINDINGS[kind][0], found[kind], _finding, urgent=True)
    yield _limits(view)
    yield from _items(view)
    yield _list("People over capacity", change.people(view), _said)
    yield _list("Forecasts", view["forecast"]["rows"], _forecast)
    yield _list("At risk", change.at_risk(view), _risk)
    yield _list("Policies", view["policies"], _said)
    yield _list(change.FINDINGS["mended"][0], found["mended"], _finding)


def _list(title: str, found: Sequence[View], row: Callable[[View], str], *, urgent: bool = False) -> Section:
    rows = [f"- {row(each)}" for each in found[:MOST]]
    return Section(_counted(title, len(found)), rows, len(found), urgent=urgent)


def _counted(title: str, count: int) -> str:
    return f"{title} ({words.number(count)})"


def _said(row: View) -> str:
    return text(row["words"], LONGEST)


def _finding(row: View) -> str:
    rule = f"{code(row['rule'])} in {code(row['path'])}, line {row['line']}"
    waiver = row["waiver"]
    why = f"; waived: {text(waiver['reason'], LONGEST)}" if waiver else ""
    return f"{row['severity']}: {sentence(row['message'], LONGEST)} ({rule}{why})"


def _forecast(row: View) -> str:
    return text(change.forecast(row), LONGEST)


def _risk(row: View) -> str:
    return f"{_item(row)}: {text(change.danger(row))}"


def _item(row: View) -> str:
    return f"{code(row['id'])} {text(row['title'], TITLE)}"


def _items(view: View) -> Iterator[Section]:
    """The items in one table while they are few, else in one for each group."""
    groups = view["groups"]
    if view["items"]["changed"] <= FIRST:
        groups = [{"title": "", "items": [row for group in groups for row in group["items"]]}]
    for group in groups:
        items = group["items"]
        rows = [f"| {_item(row)} | {text('; '.join(row['words']), LONGEST)} |" for row in items[:MOST]]
        yield Section(group["title"] and _counted(group["title"], len(items)), rows, len(items), ITEMS)


def _limits(view: View) -> Section:
    rows = [_limit(text(row["subject"], TITLE), row) for row in view["limits"][:MOST]]
    if view["wip"]["before"] != view["wip"]["after"]:
        rows.append(f"| All | {view['wip']['before']} | {view['wip']['after']} | |")
    return Section("Work in progress", rows, max(len(rows), len(view["limits"])), LIMITS)


def _limit(subject: str, row: View) -> str:
    bounds = [f"at most {row['max']}"] if row["max"] is not None else []
    bounds += [f"at least {row['min']}"] if row["min"] is not None else []
    if row["max_before"] != row["max"] and row["max_before"] is not None:
        bounds.append(f"was {row['max_before']}")
    after = f"**{row['after']}**" if row["broken"] else f"{row['after']}"
    return f"| {subject} | {row['before']} | {after} | {', '.join(bounds)} |"


# -- what fits --------------------------------------------------------------------------------------


def _fit(sections: Sequence[Section], room: int) -> list[int]:
    """How many rows of each section fit: ten of each first, then more of those that come first."""
    shown = [0] * len(sections)
    for most in (FIRST, MOST):
        for at, section in enumerate(sections):
            for row in section.rows[shown[at] : most]:
                room -= _size(row) + 1 + (0 if shown[at] else _size(section.head))
                if room < 0:
                    return shown
                shown[at] += 1
    return shown


def _block(section: Section, rows: int) -> str:
    """A section with its first rows, and the number of those that are missing."""
    body = "\n".join(section.rows[:rows])
    missing = section.total - rows
    if rows:
        body = section.head + body
    more = f"{words.number(missing)} more; `opsflow diff --format json` has them all." if missing else ""
    body = "\n\n".join(filter(None, (body, more)))
    if not section.title:
        return body
    if section.total <= FIRST or section.urgent:
        return f"**{section.title}**\n\n{body}"
    return f"<details>\n<summary>{section.title}</summary>\n\n{body}\n\n</details>"


def _size(said: str) -> int:
    return len(said.encode())
