"""How a change moves dates: when each project that it touches is finished, before and after.

Both sides live through the same trials, so what moves is what the change does, and not luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from opsflow import words
from opsflow.flow.forecast import NOISE
from opsflow.measures import query
from opsflow.measures.trials import Shares, Trials, item, project
from opsflow.model import OVER, order_key
from opsflow.reports import View

if TYPE_CHECKING:
    from opsflow.facts import Facts

MOST = 3_000_000
"""Items times trials for one project: what a reader of a change waits for."""
SUBJECTS = 8
"""Of more projects and items with a date, only so many are told."""
NOTHING: View = {"rows": [], "more": 0, "reason": ""}
LEVELS = (50, 85)


class Answer(NamedTuple):
    """One side's forecast."""

    row: View
    shares: Shares


def between(old: Facts, new: Facts, changed: Iterable[str]) -> View:
    """The forecasts of the projects of these items, and of those of them that have a date of their own."""
    ids = [*changed]
    subjects = [*_projects(old, new, ids), *_dated(new, ids)]
    if not subjects:
        return {**NOTHING}
    if new.visits is None or old.visits is None:
        return {**NOTHING, "reason": new.gap if new.visits is None else old.gap}
    before = Trials(query.of(old), MOST)
    after = Trials(query.of(new), MOST, before)
    rows = [_row(before, after, subject, ids) for subject in subjects[:SUBJECTS]]
    return {
        "rows": [row for row in rows if row["words"]],
        "more": max(len(subjects) - SUBJECTS, 0),
        "reason": "; ".join(dict.fromkeys(row["reason"] for row in rows if not row["words"])),
    }


def _projects(old: Facts, new: Facts, ids: Sequence[str]) -> Iterator[str]:
    """The projects that these items are or were part of, directly or through other items; sorted."""
    found: set[str] = set()
    for items in (old.board.items, new.board.items):
        for whole in (items[each].part_of for each in ids if each in items):
            seen: set[str] = set()
            while whole in items and whole not in seen:
                seen.add(whole)
                whole = items[whole].part_of
            if whole not in items:
                found.add(whole)
    yield from sorted(found - {""}, key=order_key)


def _dated(new: Facts, ids: Iterable[str]) -> Iterator[str]:
    """The items that are open and have a date."""
    items = new.board.items
    for each in ids:
        if each in items and items[each].due is not None and new.board.kind(items[each]) not in OVER:
            yield each


def _row(before: Trials, after: Trials, subject: str, changed: Sequence[str]) -> View:
    was, is_ = _answer(before, subject), _answer(after, subject)
    days = _later(was.row["p85"], is_.row["p85"])
    told = _words(was.row, is_.row, days, after.query.facts.today)
    return {
        "kind": is_.row["kind"],
        "subject": subject,
        "title": is_.row["title"] or was.row["title"],
        "due_on": is_.row["by_on"],
        **{f"p{p}_before": was.row[f"p{p}"] for p in LEVELS},
        **{f"p{p}_after": is_.row[f"p{p}"] for p in LEVELS},
        "chance_before": was.row["chance"],
        "chance_after": is_.row["chance"],
        "later_days": days,
        "critical": _critical(after, subject, was.shares, is_.shares, changed),
        "reason": "" if told else _reason(subject, is_.row["reason"] or was.row["reason"]),
        "words": told,
    }


def _answer(trials: Trials, subject: str) -> Answer:
    board = trials.query.facts.board
    if subject in board.items and not trials.planner.within(subject):
        return Answer(*item(trials, subject))
    return Answer(*project(trials, subject))


def _later(before: str | None, after: str | None) -> int | None:
    """By how many days; below 0: earlier. None where one of them is not known."""
    if before is None or after is None:
        return None
    return (date.fromisoformat(after) - date.fromisoformat(before)).days


def _reason(subject: str, reason: str) -> str:
    """Why there is no forecast of something, which it names once."""
    return reason if subject in reason.replace(":", " ").split() else f"{subject}: {reason}"


def _words(was: View, is_: View, days: int | None, today: date) -> str:
    """Such as "85% by 2026-12-18 → 2026-12-25 (7 days later); 62% → 40% to keep 2026-12-20"."""
    if was["p85"] is None and is_["p85"] is None:
        return ""
    if is_["p85"] is None:
        over = "nothing of it is open any more" if is_["items"] == 0 else is_["reason"]
        return f"85% by {was['p85']} → {over}"
    if was["p85"] is None:
        return f"85% by {is_['p85']}{_kept(None, is_, today)}"
    moved = f"{words.count(abs(days or 0), 'day')} {'later' if (days or 0) > 0 else 'earlier'}"
    dates = f"{was['p85']} → {is_['p85']} ({moved})" if days else f"{is_['p85']}, as before"
    return f"85% by {dates}{_kept(was, is_, today)}"


def _kept(was: View | None, is_: View, today: date) -> str:
    """How likely it is to keep its date, and was where that differs; empty where the day has passed."""
    if not is_["chance"] or date.fromisoformat(is_["by_on"]) < today:
        return ""
    before = was["chance_share"] if was else None
    moved = before is not None and abs(is_["chance_share"] - before) >= NOISE
    chance = f"{was['chance']} → {is_['chance']}" if was and moved else is_["chance"]
    return f"; {chance} to keep {is_['by_on']}"


def _critical(trials: Trials, subject: str, was: Shares, is_: Shares, ids: Iterable[str]) -> list[View]:
    """The changed items on which the date hangs, or hung, those first on which it hangs most."""
    touched = [each for each in ids if each != subject and (was.get(each) or is_.get(each))]
    touched.sort(key=lambda each: (-is_.get(each, 0.0), order_key(each)))
    return [
        {
            "id": each,
            "title": trials.query.title(each),
            "share_before": round(was.get(each, 0.0), 4),
            "share_after": round(is_.get(each, 0.0), 4),
        }
        for each in touched
    ]
