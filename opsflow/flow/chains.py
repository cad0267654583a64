"""Chains: when items are finished that wait for a place, for people and for one another (Monte Carlo).

A trial gives every open item a length, drawn from what finished items of its kind took; for one in
progress, from those that took longer than it is old. Time is counted in working days from now on.

An item begins when it has a place and all that it waits for is finished. Places are given in pull order, as
though nothing had to wait: one becomes free for each item that the board finishes, by the same draws of
past days as in `forecast`, and narrower limits, such as one a person, have places of their own. Who has to
wait longer keeps the place's worth of work and begins as soon as the last prerequisite is finished.

So what an item waits for never changes what others may do, and a further dependency makes no item earlier,
in any trial. Were the places of those who wait given to others, as on a real board, it could: that is
Graham's anomaly (1969), in which adding a constraint to a list of jobs ends them all sooner. Forecasts that
improve when a risk is written down are not believed, so the price is paid elsewhere: an item that waited
may begin when all places are taken, and what comes behind a chain is told a little late.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from math import floor, inf
from operator import add
from typing import NamedTuple

from opsflow.flow.forecast import Draws, stream, turns

Column = Sequence[float]
"""Working days from now, one for each trial."""


class Task(NamedTuple):
    """An open item."""

    item: str
    lengths: Sequence[float]
    """What it may still take, in working days, sorted; each is as likely."""
    needs: tuple[str, ...] = ()
    """What has to be finished before it goes on."""
    parts: tuple[str, ...] = ()
    """What has to be finished before it is."""
    begun: bool = False
    turn: int = 0
    """Of what is not begun: how many items have to be finished before it has a place; 0: it has one."""
    groups: tuple[str, ...] = ()
    """Narrower limits that count it once it is begun."""
    not_before: float = 0.0
    """The working day on which it may begin."""
    off: tuple[int, ...] = ()
    """Working days on which nobody is there who does it, sorted; 1 is the first after today."""


class Group(NamedTuple):
    """A limit that counts only some items."""

    most: int
    inside: tuple[str, ...]
    """The items in progress that it counts."""


class Run(NamedTuple):
    """When each item is finished, in each trial."""

    tasks: Mapping[str, Task]
    places: Mapping[str, Column]
    """When each has a place: it begins then, or when the last item that it needs is finished."""
    finishes: Mapping[str, Column]
    trials: int

    def ends(self, items: Iterable[str]) -> Column:
        """When the last of these is finished; now, where there is none."""
        columns = [self.finishes[item] for item in items]
        if not columns:
            return [0.0] * self.trials
        return columns[0] if len(columns) == 1 else list(map(max, *columns))

    def criticality(self, items: Sequence[str]) -> Mapping[str, float]:
        """For each item on which the end of these ever hung, the share of trials in which it did.

        The longest path is followed back from the item that is finished last: to what it waited for until
        it began, and so on. It ends at an item that waited for nothing, or for a place.
        """
        found: dict[str, float] = {}
        followed: dict[str, list[int]] = {item: [] for item in self.tasks}
        for item, trials in self._last(items).items():
            followed[item] += trials
        for item in reversed([*self.tasks]):  # tasks come after all that they wait for
            if trials := followed.pop(item):
                own = self._followed(item, trials, followed)
                if own:
                    found[item] = own / self.trials
        return found

    def _last(self, items: Sequence[str]) -> Mapping[str, Iterable[int]]:
        """For each of these, the trials in which it is finished last; of two at once, the first one is."""
        if len(items) <= 1:
            return {item: range(self.trials) for item in items}
        found: dict[str, list[int]] = {item: [] for item in items}
        columns = [self.finishes[item] for item in items]
        for trial, row in enumerate(zip(*columns, strict=True)):
            found[items[row.index(max(row))]].append(trial)
        return found

    def _followed(self, item: str, trials: list[int], followed: Mapping[str, list[int]]) -> int:
        """Follows the path from an item to what it waited for; in how many trials the item itself is on it.

        Where a part is finished last, the path goes on to the part, and the item took no time of its own.
        """
        task, end = self.tasks[item], self.finishes[item]
        for part in task.parts:
            ends = self.finishes[part]
            followed[part].extend(trial for trial in trials if ends[trial] == end[trial])
            trials = [trial for trial in trials if ends[trial] != end[trial]]
        needs = [(self.finishes[need], followed[need]) for need in task.needs]
        if needs:
            start = self.places[item]
            for trial in trials:
                ends, hangs = max(needs, key=lambda need: need[0][trial])
                if ends[trial] >= start[trial]:
                    hangs.append(trial)
        return len(trials)


def run(
    tasks: Mapping[str, Task],
    pulled: Iterable[str],
    groups: Mapping[str, Group],
    draws: Draws,
) -> Run:
    """Live through the trials. Tasks come after all that they need and all their parts.

    `pulled` are those that are not begun, in pull order; of a group, all that come before one that is asked
    for have to be among the tasks.
    """
    trials = draws.trials
    lengths = {
        item: stream(draws.seed, "item", item).choices(task.lengths, k=trials) for item, task in tasks.items()
    }
    places = _places(tasks, pulled, groups, draws, lengths)
    finishes: dict[str, Column] = {}
    for item, task in tasks.items():
        start = places[item]
        for need in task.needs:
            start = later(start, finishes[need])
        end = ahead(start, lengths[item], task.off)
        for part in task.parts:
            end = later(end, finishes[part])
        finishes[item] = array("d", end)
    return Run(tasks, places, finishes, trials)


def _places(
    tasks: Mapping[str, Task],
    pulled: Iterable[str],
    groups: Mapping[str, Group],
    draws: Draws,
    lengths: Mapping[str, Column],
) -> Mapping[str, Column]:
    """When each item has a place: now, where it is begun."""
    now: Column = [0.0] * draws.trials
    known = turns(draws, (task.turn for task in tasks.values() if task.turn > 0 and not task.begun))
    found: dict[str, Column] = {item: now for item, task in tasks.items() if task.begun}
    heaps = {name: _inside(group, tasks, lengths, draws.trials) for name, group in groups.items()}
    for item in pulled:
        task = tasks[item]
        start = known[task.turn] if task.turn > 0 else now
        if task.not_before > 0:
            start = [at if at > task.not_before else task.not_before for at in start]
        for name in task.groups:
            start = later(start, _free(heaps[name], groups[name].most))
        found[item] = start
        if task.groups:
            end = ahead(start, lengths[item], task.off)
            for name in task.groups:
                _enter(heaps[name], end, groups[name].most)
    return found


def _inside(
    group: Group, tasks: Mapping[str, Task], lengths: Mapping[str, Column], trials: int
) -> list[list[float]]:
    """For each trial, when those who are inside leave: of more than are allowed, the last ones to leave."""
    heaps: list[list[float]] = [[] for _ in range(trials)]
    for item in group.inside:
        _enter(heaps, ahead([0.0] * trials, lengths[item], tasks[item].off), group.most)
    return heaps


def _free(heaps: list[list[float]], most: int) -> Column:
    """When a place becomes free, in each trial; never, where nobody may enter."""
    if most < 1:
        return [inf] * len(heaps)
    return [heap[0] if len(heap) >= most else 0.0 for heap in heaps]


def _enter(heaps: list[list[float]], ends: Column, most: int) -> None:
    for heap, end in zip(heaps, ends, strict=True):
        if len(heap) < most:
            heapq.heappush(heap, end)
        elif most:
            heapq.heappushpop(heap, end)


def later(one: Column, other: Column) -> Column:
    """The later of two moments, in each trial."""
    return [a if a > b else b for a, b in zip(one, other, strict=True)]


def ahead(starts: Column, lengths: Column, off: Sequence[int] = ()) -> Column:
    """When work of these lengths is over that begins then, days on which nobody is there left out."""
    if not off:
        return list(map(add, starts, lengths))
    works = [True] * (off[-1] + 1)
    for number in off:
        works[number] = False
    there = list(accumulate(works[1:], initial=0))
    return list(map(partial(_over, works, there), starts, lengths))


def _over(works: Sequence[bool], there: Sequence[int], start: float, length: float) -> float:
    """`there` counts the days with somebody up to the end of each day, up to the last one without."""
    last = len(there) - 1
    if start >= last:
        return start + length
    day = floor(start)
    wanted = there[day] + (start - day) * works[day + 1] + length
    if wanted > there[last]:
        return last + wanted - there[last]
    day = bisect_left(there, wanted)
    return max(day - (there[day] - wanted), start)
