"""Where does one item stand: its state, age, needs and story?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opsflow import graph
from opsflow.errors import OpsflowError
from opsflow.flow import days, spans
from opsflow.model import Finding, Item, Kind, Span, Story, Transition
from opsflow.reports import View, _numbers, _ties
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Item"
DAY = timedelta(days=1)


def view(facts: Facts, findings: Sequence[Finding], id: str) -> View:
    numbers = _numbers.of(facts)
    item = facts.board.items.get(id)
    if item is None:
        raise OpsflowError(f"The board has no item {id}; `opsflow list` shows what it has.")
    own = [each for each in findings if each.item == id]
    story = numbers.story(id)
    bar = _bar(numbers, story) if story else []
    return {
        **shapes.head(
            numbers,
            "item",
            f"{id} {item.title}",
            (__doc__ or "").strip(),
            (
                ("work item age", None, None),
                ("cycle time", None, None),
                ("lead time", None, None),
                ("age band", numbers.window, len(numbers.cycle_times)),
                ("chance to miss", numbers.window, len(numbers.cycle_times)),
            ),
        ),
        "card": shapes.card(numbers, item, _numbers.by_item(own)),
        **_text(numbers, item),
        "allow": [_waiver(numbers, item, rule, own) for rule in item.allow],
        **_ties_of(numbers, item),
        "spans": _spans(numbers, id),
        "bar": bar,
        "bar_sentence": _bar_sentence(bar),
        "marks": shapes.percentile_rows(numbers.cycle_times),
        "blocks": [_block(numbers, span) for span in reversed(story.blocked)] if story else [],
        "story": _story(numbers, item, story) if story else [],
        "commits": [shapes.commit(version.commit) for version in reversed(story.versions)] if story else [],
        "expectation": shapes.chance(numbers, id),
        "findings": [shapes.finding(numbers, each) for each in own if each.waiver is None],
        "waived": [shapes.finding(numbers, each) for each in own if each.waiver is not None],
        "source": facts.tree.get(item.path, b"").decode("utf-8", "replace"),
        "path": item.path,
        "commands": [f"opsflow show {id}", f"opsflow log {id}"],
    }


def _text(numbers: Numbers, item: Item) -> View:
    """What the file says, beside what a card shows."""
    return {
        "description": item.description,
        "checklist_steps": [{"text": step.text, "done": step.done} for step in item.checklist],
        "estimate_days": round(item.estimate / DAY, 2) if item.estimate is not None else None,
        "value": item.value,
        "cost": item.cost,
        "cost_of_delay": item.cost_of_delay,
        "currency": numbers.facts.board.currency,
        "fields": [{"name": name, "value": _plain(value)} for name, value in item.fields.items()],
        "public_text": item.public,
    }


def _plain(value: Any) -> Any:
    """A value of a board's own field as JSON has it."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)


def _waiver(numbers: Numbers, item: Item, rule: str, own: Sequence[Finding]) -> View:
    used = any(each.rule == rule and each.waiver is not None for each in own)
    return shapes.waiver(numbers, item, item.allow[rule], used)


# -- what it is tied to -------------------------------------------------------------------------


def _ties_of(numbers: Numbers, item: Item) -> View:
    needs = tuple(dict.fromkeys(item.depends_on))
    needed_by = numbers.dependents.get(item.id, ())
    parts = numbers.parts.get(item.id, ())
    node = graph.whole_of(numbers.facts.board, item) if item.part_of else None
    whole = node[1] if node is not None and node[0] == "item" else ""
    ties = _ties.of(numbers)
    near = dict.fromkeys((item.id, *needs, *needed_by, *filter(None, (whole,)), *parts))
    edges = [_ties.edge(numbers, item.id, each, ties) for each in needs]
    edges += [_ties.edge(numbers, each, item.id, ties) for each in needed_by if each != item.id]
    edges += [_ties.edge(numbers, item.id, whole, ties, graph.PART_OF)] if whole else []
    edges += [_ties.edge(numbers, each, item.id, ties, graph.PART_OF) for each in parts if each != item.id]
    return {
        "needs": [shapes.ref(numbers, each) for each in needs],
        "needed_by": [shapes.ref(numbers, each) for each in needed_by],
        "part_of": shapes.ref(numbers, whole) if whole else None,
        "parts": [shapes.ref(numbers, each) for each in parts],
        "near": {
            "nodes": [{**_ties.node(numbers, each, ties), "self": each == item.id} for each in near],
            "edges": edges,
        },
    }


# -- its times ----------------------------------------------------------------------------------


def _spans(numbers: Numbers, id: str) -> View:
    facts = numbers.facts
    span = facts.spans.get(id)
    if span is None:
        moments = dict.fromkeys(("created_at", "started_at", "finished_at", "discarded_at"))
        times = dict.fromkeys(("cycle_time_days", "lead_time_days", "elapsed_days"))
        return {**moments, **times, "reopened": 0, "moved_back": 0}
    cycle, lead = spans.cycle_time_days(span, facts.zone), spans.lead_time_days(span, facts.zone)
    elapsed = spans.cycle_time_days(span, facts.zone, days.Count.ELAPSED)
    return {
        "created_at": shapes.moment(span.created),
        "started_at": shapes.moment(span.started),
        "finished_at": shapes.moment(span.finished),
        "discarded_at": shapes.moment(span.discarded),
        "cycle_time_days": None if cycle is None else int(cycle),
        "lead_time_days": None if lead is None else int(lead),
        "elapsed_days": None if elapsed is None else round(elapsed, 2),
        "reopened": span.reopened,
        "moved_back": span.moved_back,
    }


def _bar(numbers: Numbers, story: Story) -> list[View]:
    """The time of an item as pieces, one after another: states, cut where it was blocked."""
    facts = numbers.facts
    open_states = [span for span in story.states if not _is_over(numbers, span.value)]
    pieces: list[View] = []
    for span in open_states:
        end = span.end or facts.now
        for start, stop, blocked in _cut(span.start, max(end, span.start), story.blocked):
            to = None if stop == end and span.end is None else stop
            pieces.append(
                {
                    "state": shapes.state(numbers, span.value),
                    "blocked": blocked,
                    "from_on": shapes.on(days.day(start, facts.zone)),
                    "to_on": shapes.on(days.day(to, facts.zone)) if to else None,
                    "days": round((stop - start) / DAY, 1),
                    "band": "bad" if blocked else _band(numbers, span.value),
                }
            )
    return pieces


def _cut(start: datetime, end: datetime, blocks: Sequence[Span]) -> Iterator[tuple[datetime, datetime, bool]]:
    """[start, end) in pieces that are blocked wholly or not at all, in order."""
    edges = {start, end}
    for block in blocks:
        edges.update(at for at in (block.start, block.end) if at is not None and start < at < end)
    ordered = sorted(edges)
    merged: list[tuple[datetime, datetime, bool]] = []
    for begun, over in pairwise(ordered):
        blocked = any(block.start <= begun and (block.end is None or block.end > begun) for block in blocks)
        if merged and merged[-1][2] == blocked:
            begun = merged.pop()[0]
        merged.append((begun, over, blocked))
    yield from merged


def _is_over(numbers: Numbers, state: str) -> bool:
    known = numbers.states.get(state)
    return known is not None and known.kind in (Kind.DONE, Kind.DISCARDED)


def _band(numbers: Numbers, state: str) -> str:
    """f1 to f5 along the workflow: backlog first, then each later stage, the last ones sharing f5."""
    known = numbers.states.get(state)
    if known is None or known.kind is Kind.BACKLOG:
        return "f1"
    stages = [each.name for each in numbers.states.values() if each.kind is not Kind.BACKLOG]
    return f"f{min(stages.index(state) + 2, 5)}"


def _bar_sentence(bar: Sequence[View]) -> str:
    """Such as "Ready 6 days, In progress 17 days, 6 of them blocked."."""
    totals: dict[str, list[float]] = {}
    for piece in bar:
        sums = totals.setdefault(piece["state"]["title"], [0.0, 0.0])
        sums[0] += piece["days"]
        sums[1] += piece["days"] if piece["blocked"] else 0
    words = []
    for title, (total, blocked) in totals.items():
        more = f", {_length(blocked)} of it blocked" if blocked else ""
        words.append(f"{title} {_length(total)}{more}")
    return f"{'; '.join(words)}." if words else ""


def _length(length: float) -> str:
    whole = round(length)
    return "less than a day" if whole == 0 else shapes.count(whole, "day")


def _block(numbers: Numbers, span: Span) -> View:
    end = span.end or numbers.facts.now
    return {
        "reason": span.value,
        "by": span.by,
        "by_name": shapes.mover(numbers, span.by),
        "from_at": shapes.moment(span.start),
        "to_at": shapes.moment(span.end),
        "days": days.inclusive(span.start, end, numbers.facts.zone),
        "commit": shapes.commit(span.commit),
    }


# -- its story ----------------------------------------------------------------------------------


def _story(numbers: Numbers, item: Item, story: Story) -> list[View]:
    """The transitions, newest first."""
    before = (None, *story.transitions[:-1])
    rows = [_told(numbers, item, *pair) for pair in zip(before, story.transitions, strict=True)]
    return rows[::-1]


def _told(numbers: Numbers, item: Item, last: Transition | None, move: Transition) -> View:
    """One transition; `last` is the one before it."""
    stayed = last is not None and move.before is not None
    return {
        "at": shapes.moment(move.at),
        "from": shapes.state(numbers, move.before) if move.before is not None else None,
        "to": shapes.state(numbers, move.after) if move.after is not None else None,
        "words": _move_words(numbers, move),
        "days_in_from": days.inclusive(last.at, move.at, numbers.facts.zone) if last and stayed else None,
        "commit": shapes.commit(move.commit),
        "declared": move.after is not None and move.at == item.entered.get(move.after),
    }


def _move_words(numbers: Numbers, transition: Transition) -> str:
    before, after = transition.before, transition.after
    if after is None:
        return "archived" if before is not None and _is_done(numbers, before) else "deleted"
    title = shapes.state(numbers, after)["title"]
    return f"created in {title}" if before is None else f"{shapes.state(numbers, before)['title']} → {title}"


def _is_done(numbers: Numbers, state: str) -> bool:
    known = numbers.states.get(state)
    return known is not None and known.kind is Kind.DONE
