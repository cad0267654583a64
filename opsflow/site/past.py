"""The board's past, for the slider: where each item stood at the end of each week, and at each recent commit.

It shows what was known, as time travel does: an item stands where the commits up to that moment put it,
whatever `entered:` said later. The columns are those of today's workflow; a state that it no longer has is a
column of its own. As on the board, what is over goes away after some days. What happened is told as steps
from one stop of the slider to the next, so a half year of a team is a few ten kilobytes; where it is more
than a file may have, the oldest stops are left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from opsflow.flow import days
from opsflow.measures._names import sentence_case
from opsflow.model import OVER, Commit, Story
from opsflow.reports.board import RECENT_DAYS
from opsflow.site import find, names
from opsflow.site.shop import Page, Shop

if TYPE_CHECKING:
    from opsflow.facts import Facts

NEAR = timedelta(days=28)
"""For so long back, every commit is a stop; before that, every week is one."""
COMMITS = 250
"""Commits that are stops, at most."""
LARGEST = 390_000
"""Bytes of what is told, at most, but for a few around it."""
LONGEST = 200
"""Letters of a title."""
AWAY = -1
"""In place of a state: not on the board."""


class Stop(NamedTuple):
    """A moment of the slider: what was known with a commit."""

    commit: int
    """Its place among the history's commits."""
    day: date
    clock: str
    """"14:05" for a commit, "" for the end of a week."""
    end: datetime
    """What is over is counted from then."""


class Past(NamedTuple):
    """The stops, oldest first, without now; and the items, each with its steps."""

    stops: tuple[Stop, ...]
    states: tuple[str, ...]
    """Names of states; the workflow's first."""
    items: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    """Ids, with the stops at which something changed, and the state from there on."""
    cut: bool
    """Whether older stops were left out."""


def told(facts: Facts, largest: int = LARGEST) -> Past | None:
    """The past of a board; None where no history is known, or nothing in it lies before now."""
    if facts.history is None:
        return None
    commits = facts.history.commits
    stops = list(_stops(commits, facts))
    states = {state.name: n for n, state in enumerate(facts.board.states)}
    over = {state.name for state in facts.board.states if state.kind in OVER}
    place = {commit.id: n for n, commit in enumerate(commits)}
    at = [stop.commit for stop in stops]
    items = []
    for key, story in facts.history.stories.items():
        steps = tuple(_steps(story, stops, at, place, states, over, commits))
        if steps:
            items.append((key, steps, _weight(story, steps)))
    first = _first(items, len(stops), largest)
    if first >= len(stops):
        return None
    kept = ((key, tuple(_from(steps, first))) for key, steps, _ in items)
    known = tuple((key, steps) for key, steps in kept if steps)
    return Past(tuple(stops[first:]), tuple(states), known, first > 0)


def page(shop: Shop, past: Past) -> Page:
    """What the slider's script loads."""
    known = {state.name: state for state in shop.facts.board.states}
    titles = [(known[name].title if name in known else "") or sentence_case(name) for name in past.states]
    commits = shop.facts.history.commits if shop.facts.history else ()
    about = {
        "stops": [[stop.day.isoformat(), stop.clock, commits[stop.commit].id[:7]] for stop in past.stops],
        "columns": [
            [title, int(name in known and known[name].kind in OVER)]
            for name, title in zip(past.states, titles, strict=True)
        ],
    }
    return find.script("past-data", ",".join([find.written(about), *_rows(shop, past)]))


def _rows(shop: Shop, past: Past) -> Iterator[str]:
    """Id, title, page or nothing, and the steps: how many stops on, to which state."""
    stories = shop.facts.history.stories if shop.facts.history else {}
    items = shop.facts.board.items
    for key, steps in past.items:
        flat, last = [], 0
        for stop, state in steps:
            flat += [stop - last, state]
            last = stop
        title = items[key].title if key in items else stories[key].title
        address = names.page(shop.names[key]) if key in shop.names else ""
        yield find.written([key, title[:LONGEST], "" if address == names.page(key) else address or 0, flat])


def _stops(commits: Sequence[Commit], facts: Facts) -> Iterator[Stop]:
    """The ends of weeks, then commits; the last commit is now, and no stop."""
    zone = facts.zone
    moments = [commit.at for commit in commits]
    recent = max(bisect_left(moments, facts.now - NEAR), len(commits) - 1 - COMMITS)
    if recent > 0:
        day = days.day(moments[0], zone)
        day += timedelta(days=6 - day.weekday())
        last = days.day(moments[min(recent, len(commits) - 1)], zone)
        while day < last:
            end = datetime.combine(day + timedelta(days=1), time(), zone)
            yield Stop(bisect_left(moments, end) - 1, day, "", end)
            day += timedelta(days=7)
    for n in range(recent, len(commits) - 1):
        local = moments[n].astimezone(zone)
        if moments[n] != moments[n + 1]:  # of several commits at one moment, the last one is what was known
            yield Stop(n, local.date(), f"{local:%H:%M}", moments[n])


def _steps(
    story: Story,
    stops: Sequence[Stop],
    at: Sequence[int],
    place: dict[str, int],
    states: dict[str, int],
    over: set[str],
    commits: Sequence[Commit],
) -> Iterator[tuple[int, int]]:
    """Where an item stands from which stop on, oldest first; nothing where no stop shows it."""
    changes: list[tuple[int, int]] = []
    moves = [(place[move.commit.id], move.after) for move in story.transitions]
    if any(one[0] > other[0] for one, other in pairwise(moves)):  # `entered:` puts them into another order
        moves.sort(key=itemgetter(0))
    for k, (commit, after) in enumerate(moves):
        start = bisect_left(at, commit)
        end = bisect_left(at, moves[k + 1][0]) if k + 1 < len(moves) else len(stops)
        if start >= end:
            continue
        changes.append((start, AWAY if after is None else states.setdefault(after, len(states))))
        if after in over:
            gone = commits[commit].at + timedelta(days=RECENT_DAYS)
            leaves = bisect_right(stops, gone, lo=start, hi=end, key=lambda stop: stop.end)
            if leaves < end:
                changes.append((leaves, AWAY))
    last = AWAY
    for k, (stop, state) in enumerate(changes):
        if k + 1 < len(changes) and changes[k + 1][0] == stop:
            continue
        if state != last:
            yield stop, state
            last = state


def _weight(story: Story, steps: Sequence[tuple[int, int]]) -> int:
    """About how many bytes an item takes."""
    return len(find.written([story.item, story.title[:LONGEST]]).encode()) + 12 + 6 * len(steps)


def _first(items: Sequence[tuple[str, Sequence[tuple[int, int]], int]], stops: int, largest: int) -> int:
    """The first stop from which on everything fits: an item counts where a stop from there on shows it."""
    ends = [0] * (stops + 1)
    for _, steps, weight in items:
        gone = steps[-1][1] == AWAY
        ends[steps[-1][0] - 1 if gone else stops] += weight
    size, first = ends[stops], stops
    while first > 0 and size + ends[first - 1] + 40 * (stops - first + 1) <= largest:
        first -= 1
        size += ends[first]
    return first


def _from(steps: Sequence[tuple[int, int]], first: int) -> Iterator[tuple[int, int]]:
    """The steps from a stop on, counted from there."""
    before = [state for stop, state in steps if stop <= first]
    if before and before[-1] != AWAY:
        yield 0, before[-1]
    yield from ((stop - first, state) for stop, state in steps if stop > first)
