"""What changed on the board lately, and who changed it?

An entry is a commit of the board's line: what was known with it. `entries` are plain data, for pages and for
feeds: {"commit", "at", "on", "items": [{"id", "title", "known", "project", "changes": [{"kind", "words"}]}],
"more", "files"}, newest first. `kind` is a word of `KINDS`; `files` are others than those of items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from opsflow import words
from opsflow.flow import days, spans
from opsflow.history import story as stories
from opsflow.history.story import Touched
from opsflow.model import OVER, Commit, Finding, Span, Story, Transition
from opsflow.reports import View, _edits, _numbers, _texts
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Activity"
KINDS = (
    "created",
    "moved",
    "back",
    "finished",
    "dropped",
    "reopened",
    "archived",
    "deleted",
    "blocked",
    "unblocked",
    "reassigned",
    "reclassed",
    "filed",
    "edited",
)
"""What can happen to an item."""
MOST = 1500
"""As many changed files are told of, at most."""
ITEMS = 20
"""As many items of one commit are told of; the others are counted."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    told = entries(facts)
    return {
        **shapes.head(
            numbers,
            "activity",
            TITLE,
            (__doc__ or "").strip().split("\n\n")[0],
            (("finished", None, None), ("cycle time", None, None), ("blocked time", None, None)),
        ),
        "sentence": _sentence(numbers, told),
        "entries": told,
        "older": bool(told and facts.history and told[-1]["commit"]["id"] != facts.history.commits[0].id),
        "reason": _reason(facts, told),
    }


def entries(facts: Facts, most: int = MOST, keep: Callable[[View], bool] | None = None) -> list[View]:
    """What happened, newest first, until so many changed files are told of; nothing without a history.

    `keep` chooses among the items of an entry by their rows; entries of which none is left are left out.
    The rows are shared by all who ask: they are to be read and not changed.
    """
    told = _until(facts.kept("_activity", lambda: _all(facts)), most)
    if keep is None:
        return list(told)
    chosen = ({**each, "items": [row for row in each["items"] if keep(row)], "files": []} for each in told)
    return [each for each in chosen if each["items"]]


def _all(facts: Facts) -> list[View]:
    if facts.history is None:
        return []
    numbers = _numbers.of(facts)
    told = [_entry(numbers, each) for each in stories.touched(facts.history, MOST)]
    _look_into(facts, [row for each in told for row in each["items"]])
    return told


def _look_into(facts: Facts, rows: Sequence[View]) -> None:
    """Says what was edited, where the commits' stories do not tell it and Git has both versions."""
    pairs = [(row, row.pop("blobs")) for row in rows]
    asked = [(row, pair) for row, pair in pairs if pair and row["changes"][0]["kind"] == "edited"]
    if not asked or facts.contents is None:
        return
    blobs = list(dict.fromkeys(blob for _, pair in asked for blob in pair))
    held = dict(zip(blobs, facts.contents(blobs), strict=True))
    renamed = {old: state.name for state in facts.board.states for old in state.was}
    for row, (was, is_) in asked:
        before, after = held[was], held[is_]
        if before is not None and after is not None and (said := _texts.edits(before, after, renamed)):
            row["changes"] = [_change("edited", each) for each in said]


def _until(told: Sequence[View], most: int) -> Iterator[View]:
    left = most
    for each in told:
        if left <= 0:
            return
        yield each
        left -= len(each["items"]) + each["more"] + len(each["files"])


def _sentence(numbers: Numbers, told: Sequence[View]) -> str:
    """What happened in the last seven days."""
    if not told:
        return ""
    since = shapes.on(numbers.facts.today - 6 * days.ONE)
    lately = [each for each in told if each["on"] >= since]
    if not lately:
        return f"Nothing changed in the last seven days; the last change was on {told[0]['on']}."
    kinds = [change["kind"] for each in lately for row in each["items"] for change in row["changes"]]
    counted = {"created": "new", "finished": "finished", "blocked": "blocked", "reopened": "reopened"}
    said = [f"{kinds.count(kind)} {name}" for kind, name in counted.items() if kind in kinds]
    changes = words.count(len(lately), "change")
    return f"{changes} in the last seven days{': ' if said else ''}{words.listed(said)}."


def _reason(facts: Facts, told: Sequence[View]) -> str:
    if facts.history is None:
        return facts.gap
    return "" if told else "nothing is committed yet"


# -- entries ------------------------------------------------------------------------------------


def _entry(numbers: Numbers, touched: Touched) -> View:
    commit, facts = touched.commit, numbers.facts
    return {
        "commit": shapes.commit(commit),
        "at": shapes.moment(commit.at),
        "on": shapes.on(days.day(commit.at, facts.zone)),
        "items": [_item(numbers, item, commit) for item in touched.items[:ITEMS]],
        "more": max(len(touched.items) - ITEMS, 0),
        "files": list(touched.files[:ITEMS]),
    }


def _item(numbers: Numbers, id: str, commit: Commit) -> View:
    item, story = numbers.facts.board.items.get(id), numbers.story(id)
    changes = [*_changes(numbers, story, commit)] if story else []
    return {
        "id": id,
        "title": numbers.title_of(id),
        "known": item is not None,
        "project": item.part_of if item else "",
        "changes": changes or [_change("edited", "edited")],
        "blobs": _blobs(story, commit) if story else None,
    }


def _blobs(story: Story, commit: Commit) -> tuple[str, str] | None:
    """The file before a commit and after it; None where it was not there."""
    for was, is_ in pairwise(story.versions):
        if is_.commit == commit and was.blob and is_.blob:
            return was.blob, is_.blob
    return None


def _changes(numbers: Numbers, story: Story, commit: Commit) -> Iterator[View]:
    """What a commit did to an item, as far as its story tells: what weighs most first."""
    moves = [move for move in story.transitions if move.commit == commit]
    for move in moves:
        yield _moved(numbers, story, move)
    if any(move.after is None for move in moves):
        return  # all that it had ends with it
    yield from _blocks(numbers, story, commit)
    yield from _people(numbers, story, commit)
    if not any(move.before is None for move in moves):
        yield from _kinds(numbers, story, commit)
    yield from _path(story, commit)


def _moved(numbers: Numbers, story: Story, move: Transition) -> View:
    before, after = move.before, move.after
    when = _when(numbers, move)
    if before is None and after is not None:
        return _change("created", f"new in {_state(numbers, after)}{when}")
    if before is not None and after is None:
        over = numbers.kinds.get(before) in OVER
        return _change("archived", "archived") if over else _change("deleted", "deleted unfinished")
    kind = _edits.move(before or "", after or "", numbers, numbers)
    told = f"{_state(numbers, before or '')} → {_state(numbers, after or '')}"
    if kind == "finished":
        span = numbers.facts.spans.get(story.item)
        if span is not None and span.finished == move.at:
            took = spans.cycle_time_days(span, numbers.facts.zone)
            told += f" after {words.count(int(took), 'day')}" if took is not None else ""
    return _change(kind, f"{told}{when}")


def _when(numbers: Numbers, move: Transition) -> str:
    """The day on which it happened, where the item says another than the commit's."""
    happened, known = (days.day(at, numbers.facts.zone) for at in (move.at, move.commit.at))
    return "" if happened == known else f", on {happened}"


def _state(numbers: Numbers, name: str) -> str:
    return str(shapes.state(numbers, name)["title"])


def _blocks(numbers: Numbers, story: Story, commit: Commit) -> Iterator[View]:
    begun = [span for span in story.blocked if span.commit == commit]
    ended = [span for span in story.blocked if _ends(span, commit)]
    for span in begun:
        by = f" ({shapes.mover(numbers, span.by)})" if span.by else ""
        verb = "now blocked" if ended else "blocked"
        yield _change("blocked", f"{verb}: {span.value}{by}")
    if ended and not begun:
        length = sum(days.inclusive(span.start, commit.at, numbers.facts.zone) for span in ended)
        yield _change("unblocked", f"no longer blocked, after {words.count(length, 'day')}")


def _people(numbers: Numbers, story: Story, commit: Commit) -> Iterator[View]:
    come = [span.value for span in story.assigned if span.commit == commit]
    gone = [span.value for span in story.assigned if _ends(span, commit) and span.value not in come]
    names = ([str(shapes.person(numbers, key)["name"]) for key in keys] for keys in (come, gone))
    if told := _edits.assigned(*names):
        yield _change("reassigned", told)


def _kinds(numbers: Numbers, story: Story, commit: Commit) -> Iterator[View]:
    """Another type or class than before."""
    for name, held in (("type", story.types), ("class", story.classes)):
        shape = shapes.type_ if name == "type" else shapes.class_
        for was, is_ in pairwise(held):
            if is_.commit == commit and was.value != is_.value:
                titles = [str(shape(numbers, span.value)["title"]) for span in (was, is_)]
                yield _change("reclassed", f"{name} {titles[0]} → {titles[1]}")


def _path(story: Story, commit: Commit) -> Iterator[View]:
    for was, is_ in pairwise(story.versions):
        if is_.commit == commit and was.blob and is_.blob and was.path != is_.path:
            yield _change(*_edits.filed(was.path, is_.path))


def _ends(span: Span, commit: Commit) -> bool:
    """Whether a commit ended a span; commits of one moment are told from another by who began it."""
    end: datetime | None = span.end
    return end == commit.at and span.commit != commit


def _change(kind: str, told: str) -> View:
    return {"kind": kind, "words": told}
