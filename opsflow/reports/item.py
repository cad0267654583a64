"""Where does one item stand: its state, age, needs and story?"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from opsflow import graph, words
from opsflow.errors import OpsflowError
from opsflow.flow import days, spans
from opsflow.model import IN_PROGRESS, OVER, Finding, Item, Kind, Span, Story, Transition
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
    commits = _commits(story) if story else {}
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
        "gone": None,
        **_text(numbers, item),
        "allow": [_waiver(numbers, item, rule, own) for rule in item.allow],
        **_ties_of(numbers, item),
        "spans": _spans(numbers, id),
        "bar": bar,
        "bar_sentence": _bar_sentence(bar),
        "bar_start_days": _before_start(numbers, id, bar),
        "marks": shapes.once(numbers, "marks", "", lambda: shapes.cycle_percentiles(numbers)),
        "blocks": [_block(numbers, span) for span in reversed(facts.blocks(id))],
        "story": _story(numbers, story, item.entered, commits) if story else [],
        "commits": _committed(numbers, story, commits) if story else [],
        "expectation": _expectation(numbers, id),
        "findings": [shapes.finding(numbers, each) for each in own if each.waiver is None],
        "waived": [shapes.finding(numbers, each) for each in own if each.waiver is not None],
        "source": facts.tree.get(item.path, b"").decode("utf-8", "replace"),
        "path": item.path,
        "commands": [*_commands(numbers, item)],
    }


def _commands(numbers: Numbers, item: Item) -> Iterator[str]:
    """What changes the item next, as a person types it; nothing for a record of another tool."""
    if item.source is not None:
        return
    name, states = shlex.quote(item.id), numbers.facts.board.states
    kind = numbers.facts.board.kind(item)
    if kind in OVER:
        yield f"opsflow archive {name} --commit"
        return
    place = next((n for n, state in enumerate(states) if state.name == item.state), -1)
    beside = (Kind.WAITING, Kind.DISCARDED)  # where work goes only if it must
    next_ = next((each for each in states[place + 1 :] if each.kind not in beside), None)
    if item.blocked is not None:
        yield f"opsflow unblock {name} --commit"
    elif next_ is not None:
        yield f"opsflow move {name} {shlex.quote(next_.name)} --commit"
    if not item.assignees:
        yield f"opsflow set {name} assignees=WHO --commit"
    if item.blocked is None and kind in IN_PROGRESS:
        yield f"opsflow block {name} WHY --by WHO --commit"


def compared(facts: Facts) -> tuple[tuple[int, ...], ...]:
    """What the view of an open item takes from items that it is not tied to: how long finished work took."""
    numbers = _numbers.of(facts)
    return (numbers.cycle_times, *numbers.times_by_expectation.values())


def gone(facts: Facts, id: str) -> View:
    """An item that the board does not have any more: what the history knows of it."""
    numbers = _numbers.of(facts)
    story = numbers.story(id)
    if story is None:
        raise OpsflowError(f"The history has no item {id}; `opsflow log` shows what it has.")
    last = story.transitions[-1] if story.transitions else None
    at = story.gone or (last.at if last else None)
    definitions = (("cycle time", None, None), ("lead time", None, None))
    commits = _commits(story)
    return {
        **shapes.head(numbers, "item", f"{id} {story.title}", (__doc__ or "").strip(), definitions),
        "card": None,
        "gone": {
            "id": id,
            "title": story.title,
            "state": shapes.state(numbers, story.states[-1].value) if story.states else None,
            "words": _move_words(numbers, last) if last and last.after is None else "deleted",
            "gone_on": shapes.on(days.day(at, facts.zone)) if at else None,
        },
        "spans": _spans(numbers, id),
        "blocks": [_block(numbers, span) for span in reversed(facts.blocks(id))],
        "story": _story(numbers, story, {}, commits),
        "commits": _committed(numbers, story, commits),
        "path": next((version.path for version in reversed(story.versions) if version.blob), ""),
        "commands": [f"opsflow log {id}"],
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


def _expectation(numbers: Numbers, id: str) -> View | None:
    """The expectation that fits an item: how likely it is to miss it, or whether it was kept."""
    expected = shapes.chance(numbers, id)
    span = numbers.facts.spans.get(id)
    took = spans.cycle_time_days(span, numbers.facts.zone) if span else None
    if expected is None or took is None:
        return expected
    kept = "kept" if took <= expected["within_days"] else "missed"
    return {**expected, "reason": f"{kept}: took {words.count(int(took), 'day')}"}


def _bar(numbers: Numbers, story: Story) -> list[View]:
    """The days of an item as pieces, one after another: states, cut where it was blocked.

    Each day of the calendar counts once: for the state that it ended in, over aside, and as blocked
    where a block touches it. So the days since the start add up to the age, less those in which it was over.
    """
    blocks = [_days(numbers, block) for block in numbers.facts.blocks(story.item)]
    pieces: list[View] = []
    for span, first, last in _stays(numbers, story):
        for begun, over, blocked in _cut(first, last, blocks):
            pieces.append(
                {
                    "state": shapes.state(numbers, span.value),
                    "blocked": blocked,
                    "from_on": shapes.on(begun),
                    "to_on": None if over == last and span.end is None else shapes.on(over),
                    "days": (over - begun).days + 1,
                }
            )
    return pieces


def _stays(numbers: Numbers, story: Story) -> Iterator[tuple[Span, date, date]]:
    """Each stay in a state in which an item is open, with its first and last day; the last may lie before."""
    open_states = [span for span in story.states if not _is_over(numbers, span.value)]
    for span, later in zip_longest(open_states, open_states[1:]):
        first, last = _days(numbers, span)
        if later is not None:
            last = min(last, days.day(later.start, numbers.facts.zone) - days.ONE)
        yield span, first, last


def _days(numbers: Numbers, span: Span) -> tuple[date, date]:
    """The first and the last day that a span touches; the last is today where it still holds."""
    zone = numbers.facts.zone
    first = days.day(span.start, zone)
    return first, max(days.day(span.end or numbers.facts.now, zone), first)


def _cut(first: date, last: date, blocks: Sequence[tuple[date, date]]) -> Iterator[tuple[date, date, bool]]:
    """The days from first to last, both included, in pieces that are blocked wholly or not at all."""
    edges = {first, last + days.ONE}
    for start, end in blocks:
        edges.update(day for day in (start, end + days.ONE) if first < day <= last)
    merged: list[tuple[date, date, bool]] = []
    for begun, after in pairwise(sorted(edges)):
        blocked = any(start <= begun <= end for start, end in blocks)
        if merged and merged[-1][2] == blocked:
            begun = merged.pop()[0]
        merged.append((begun, after - days.ONE, blocked))
    yield from merged


def _is_over(numbers: Numbers, state: str) -> bool:
    known = numbers.states.get(state)
    return known is not None and known.kind in (Kind.DONE, Kind.DISCARDED)


def _before_start(numbers: Numbers, id: str, bar: Sequence[View]) -> int | None:
    """How many days of the bar are before the item was started; None where it was not."""
    span = numbers.facts.spans.get(id)
    if span is None or span.started is None:
        return None
    started = days.day(span.started, numbers.facts.zone)
    total = 0
    for piece in bar:
        length: int = piece["days"]
        total += min(max((started - date.fromisoformat(piece["from_on"])).days, 0), length)
    return total


def _bar_sentence(bar: Sequence[View]) -> str:
    """Such as "Ready 6 days, In progress 17 days, 6 of them blocked."."""
    totals: dict[str, list[int]] = {}
    for piece in bar:
        sums = totals.setdefault(piece["state"]["title"], [0, 0])
        sums[0] += piece["days"]
        sums[1] += piece["days"] if piece["blocked"] else 0
    said = []
    for title, (total, blocked) in totals.items():
        part = "all" if blocked == total else words.count(blocked, "day")
        more = f", {part} of it blocked" if blocked else ""
        said.append(f"{title} {words.count(total, 'day')}{more}")
    return f"{'; '.join(said)}." if said else ""


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


def _commits(story: Story) -> Mapping[str, View]:
    """Its commits by id."""
    known = {version.commit.id: version.commit for version in story.versions}
    known |= {move.commit.id: move.commit for move in story.transitions}
    return {commit.id: shapes.commit(commit) for commit in known.values()}


def _committed(numbers: Numbers, story: Story, commits: Mapping[str, View]) -> list[View]:
    """Its commits, newest first; `changes` are those that the history knows beside the transitions."""
    found: dict[str, list[View]] = {}
    for commit, told, text in _changes(numbers, story):
        found.setdefault(commit, []).append({"words": told, "text": text})
    ids = [version.commit.id for version in reversed(story.versions)]
    return [{**commits[each], "changes": found.get(each, [])} for each in ids]


def _changes(numbers: Numbers, story: Story) -> Iterator[tuple[str, str, str]]:
    """The commit of each change, the change in words, and the text that it quotes."""
    at = {version.commit.at: version.commit.id for version in story.versions if version.blob}
    for block in story.blocked:
        by = shapes.mover(numbers, block.by)
        yield block.commit.id, f"blocked by {by}" if by else "blocked", block.value
        if block.end in at:
            yield at[block.end], "no longer blocked", ""
    for span in story.assigned:
        name = shapes.person(numbers, span.value)["name"]
        yield span.commit.id, f"assigned to {name}", ""
        if span.end in at:
            yield at[span.end], f"no longer assigned to {name}", ""
    for field, spans_, titled in (
        ("type", story.types, shapes.type_),
        ("class", story.classes, shapes.class_),
    ):
        for was, is_ in pairwise(spans_):
            if was.value != is_.value:  # as where an item came back
                before, after = (titled(numbers, span.value)["title"] for span in (was, is_))
                yield is_.commit.id, f"{field} {before} → {after}", ""


def _story(
    numbers: Numbers, story: Story, entered: Mapping[str, datetime], commits: Mapping[str, View]
) -> list[View]:
    """The transitions, newest first; `entered` as the item says it now."""
    before = (None, *story.transitions[:-1])
    stayed = {
        (span.start, span.value): max((last - first).days + 1, 0)
        for span, first, last in _stays(numbers, story)
    }
    rows = [
        _told(numbers, entered, stayed, last, move, commits[move.commit.id])
        for last, move in zip(before, story.transitions, strict=True)
    ]
    return rows[::-1]


def _told(
    numbers: Numbers,
    entered: Mapping[str, datetime],
    stayed: Mapping[tuple[datetime, str], int],
    last: Transition | None,
    move: Transition,
    commit: View,
) -> View:
    """One transition; `last` is the one before it, and `stayed` has the days of each stay as the bar does."""
    since = (last.at, move.before) if last is not None and move.before is not None else None
    return {
        "at": shapes.moment(move.at),
        "from": shapes.state(numbers, move.before) if move.before is not None else None,
        "to": shapes.state(numbers, move.after) if move.after is not None else None,
        "words": _move_words(numbers, move),
        "days_in_from": stayed.get(since) if since else None,
        "commit": commit,
        "declared": move.after is not None and move.at == entered.get(move.after),
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
