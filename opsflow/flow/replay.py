"""Replay: the past once more, by another policy.

What is taken from the past: when each item could have been begun, the states that it went through, and how
much work and how much waiting it took in each. What is worked out anew: when it is begun, how fast it goes,
and when it is finished.

The people are one pool. On a day with work for more items than there are people, each item gets its share of
the day, at most a whole person; items beyond limits are served first. So an item's *work* is the sum of its
shares while somebody could work on it, and its *waiting* is the time in states of waiting, or blocked. With
fewer items at once, each is worked on more and is finished sooner, by the same people; with fewer items than
people, somebody has nothing to do. This is what a WIP limit trades.

Planned work is begun, in the order of the past, as soon as it is ready and there is less in progress than
on that day of the past: a team keeps as much going as it kept. Where a limit was full on that day, it was
the limit that held work back, so as much is begun as the limits allow now. Work that nobody plans, and what
is beyond limits, is begun when it was begun. A state is entered when every limit that counts an item there
has room.

Time is counted in working days from the beginning of the window on, with decimals.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import ceil, floor, inf
from typing import NamedTuple

LEAST_SHARE = 0.1
"""However many items there are, each gets so much of a day: nobody's work stands still for good."""
PRECISE = 1e-9

Key = tuple[int, str]
"""A limit, by position, and the person, type … that it counts for; empty where it makes one count in all."""


class Stage(NamedTuple):
    """A time in one state."""

    state: str
    """Empty: not in progress, such as back in the backlog."""
    works: bool
    """Whether work can be done in it; else it is waited for."""
    start: float
    end: float


class Phase(NamedTuple):
    """What an item needs in one state: person-days of work, or days of waiting."""

    state: str
    works: bool
    amount: float


class Job(NamedTuple):
    """An item that was in progress in the window."""

    item: str
    kind: str
    """What it is exchanged with, where durations are drawn anew: its type."""
    beyond: bool
    """It may go beyond limits that do not name its class, and is served first."""
    pulled: bool
    """It waits until there is time for it; else it is begun when it came."""
    counted: frozenset[Key]
    """The limits that count it, whatever state it is in."""
    ready: float
    """When it could have been begun; below 0: before the window."""
    begun: float
    """Infinite: it was ready, and never begun."""
    stages: tuple[Stage, ...]
    """Within the window, without gaps; none of what was never begun."""
    finished: float | None
    """None: it is still open, or was dropped."""
    ended: bool
    """Finished or dropped."""


class Rule(NamedTuple):
    """A limit: how many items there may be in these states."""

    states: frozenset[str]
    most: int


class Work(NamedTuple):
    """A job as it is replayed."""

    phases: tuple[Phase, ...]
    goes_on: bool
    """It never ends: what it still needs is not known."""


class Replayed(NamedTuple):
    """What came of it."""

    cycle_times: tuple[float, ...]
    """In working days, of the items finished in the window, sorted."""
    wip: tuple[int, ...]
    """Items in progress at the end of each day."""

    @property
    def throughput(self) -> int:
        return len(self.cycle_times)

    @property
    def mean_wip(self) -> float:
        return sum(self.wip) / len(self.wip) if self.wip else 0.0


# -- what the past says -------------------------------------------------------------------------------


def happened(jobs: Iterable[Job], days: int) -> Replayed:
    """The past itself, in the same numbers."""
    times: list[float] = []
    wip = [0] * days
    for job in jobs:
        if job.finished is not None:
            times.append(job.finished - job.begun)
        for stage in job.stages:
            if stage.state:
                for day in range(max(floor(stage.start), 0), days):
                    if stage.start < day + 1 <= stage.end:
                        wip[day] += 1
    return Replayed(tuple(sorted(times)), tuple(wip))


def shares(jobs: Sequence[Job], days: int, people: Sequence[float] | None) -> Sequence[tuple[float, float]]:
    """For each day, how much of it an item got that is beyond limits, and how much any other."""
    loads = [[0.0, 0.0] for _ in range(days)]
    for job in jobs:
        for day, weight in _present(job.stages, days).items():
            loads[day][job.beyond] += weight
    return [share(usual, first, people[day] if people else None) for day, (usual, first) in enumerate(loads)]


def share(usual: float, first: float, people: float | None) -> tuple[float, float]:
    """How much of a day an item gets: one that is served first, and any other."""
    if people is None:
        return 1.0, 1.0
    most = min(1.0, max(people / first, LEAST_SHARE)) if first else 1.0
    rest = max(people - first * most, 0.0)
    return most, min(1.0, max(rest / usual, LEAST_SHARE)) if usual else 1.0


def _present(stages: Iterable[Stage], days: int) -> Mapping[int, float]:
    """For each day on which an item was worked on, how much of the day was left when that began."""
    found: dict[int, float] = {}
    for stage in stages:
        if stage.works and stage.end > stage.start:
            for day in range(max(floor(stage.start), 0), min(floor(stage.end - PRECISE), days - 1) + 1):
                found[day] = max(found.get(day, 0.0), 1 - max(stage.start - day, 0.0))
    return found


def works(jobs: Sequence[Job], days: int, people: Sequence[float] | None) -> Sequence[Work]:
    """What every job needs: what it got in the past; of what was never begun, what others of its kind got.

    Of these the one in the middle, by all that it needed; without any, it needs nothing and is not begun.
    """
    speeds = shares(jobs, days, people)
    found = [work(job, days, speeds) for job in jobs]
    kinds: dict[str, list[Work]] = {}
    for job, mine in zip(jobs, found, strict=True):
        if whole(job):
            kinds.setdefault(job.kind, []).append(mine)
    for others in kinds.values():
        others.sort(key=lambda other: sum(phase.amount for phase in other.phases))
    return [
        mine if job.begun < inf or job.kind not in kinds else kinds[job.kind][len(kinds[job.kind]) // 2]
        for job, mine in zip(jobs, found, strict=True)
    ]


def whole(job: Job) -> bool:
    """Whether a job was begun and finished in the window, so that all that it needed is known."""
    return job.begun >= 0 and job.finished is not None and bool(job.stages)


def work(job: Job, days: int, speeds: Sequence[tuple[float, float]]) -> Work:
    """What a job needs, by what it got."""
    phases = []
    for stage in job.stages:
        amount = stage.end - stage.start
        if stage.works:
            last = min(floor(stage.end), days - 1)
            amount = sum(
                (min(stage.end, day + 1) - max(stage.start, day)) * speeds[day][not job.beyond]
                for day in range(max(floor(stage.start), 0), last + 1)
            )
        phases.append(Phase(stage.state, stage.works, max(amount, 0.0)))
    return Work(tuple(phases), not job.ended)


class Habit(NamedTuple):
    """How much a team kept going in the past."""

    levels: Sequence[int]
    """For each day, the items in progress at its beginning or end, whichever is more."""
    full: Sequence[frozenset[Key]]
    """For each day, the limits that were full at its beginning or end."""


def habit(jobs: Sequence[Job], rules: Sequence[Rule], days: int) -> Habit:
    """How much was kept going, with these limits."""
    wip = happened((job for job in jobs if not job.beyond), days).wip
    counts = _counts(jobs, rules, days)
    full = [
        frozenset(key for key, row in counts.items() if row[day] >= rules[key[0]].most) for day in range(days)
    ]
    return Habit(
        [max(wip[max(day - 1, 0) : day + 1]) for day in range(days)],
        [full[max(day - 1, 0)] | full[day] for day in range(days)],
    )


def _counts(jobs: Sequence[Job], rules: Sequence[Rule], days: int) -> Mapping[Key, Sequence[int]]:
    """What each limit counted at the end of each day."""
    found: dict[Key, list[int]] = {}
    for job in jobs:
        for key in job.counted:
            row = found.setdefault(key, [0] * days)
            for stage in job.stages:
                if stage.state in rules[key[0]].states:
                    for day in range(max(floor(stage.start), 0), days):
                        if stage.start < day + 1 <= stage.end:
                            row[day] += 1
    return found


# -- once more ----------------------------------------------------------------------------------------


class _Under(NamedTuple):
    """A job under way."""

    job: Job
    work: Work
    at: list[float]
    """Its phase, what is left of it, when today it goes on, and when today it last changed its state."""

    @property
    def phase(self) -> Phase:
        return self.work.phases[int(self.at[0])]


class _Board:
    """Who is in progress, and what the limits count."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.counts: dict[Key, int] = {}
        self.freed: dict[Key, list[float]] = {}
        """When today places of full limits became free that nobody has taken yet: nobody can sooner."""

    def room(self, job: Job, state: str, before: str = "") -> bool:
        """Whether an item may come into a state, from another one."""
        return all(
            self.counts.get(key, 0) < self.rules[key[0]].most for key in self._entered(job, state, before)
        )

    def _entered(self, job: Job, state: str, before: str) -> Iterator[Key]:
        for key in job.counted:
            states = self.rules[key[0]].states
            if state in states and before not in states:
                yield key

    def move(self, job: Job, before: str, state: str, at: float) -> float:
        """Move an item at a time of the day; when that is, where it takes a place that becomes free today."""
        for key in self._entered(job, state, before):
            self.counts[key] = self.counts.get(key, 0) + 1
            if self.freed.get(key):
                at = max(at, self.freed[key].pop(0))
        for key in self._entered(job, before, state):
            if self.counts[key] >= self.rules[key[0]].most:
                insort(self.freed.setdefault(key, []), at)
            self.counts[key] -= 1
        return at


def replay(
    jobs: Sequence[Job],
    works: Sequence[Work],
    rules: Sequence[Rule],
    past: Habit,
    people: Sequence[float] | None,
    told: Collection[str] | None = None,
) -> Replayed:
    """Live through the window once more. What had begun before it is under way at its start.

    The numbers are those of the items that are `told`; None: of all.
    """

    def counts(job: Job) -> bool:
        return told is None or job.item in told

    board = _Board(rules)
    under: list[_Under] = []
    waiting: list[tuple[Job, Work]] = []
    pairs = [pair for pair in zip(jobs, works, strict=True) if pair[1].phases]
    pairs.sort(key=_first)
    to_come = sorted((pair for pair in pairs if pair[0].begun >= 0), key=lambda pair: -_want(pair[0]))
    for job, work_ in pairs:
        if job.begun < 0:
            board.move(job, "", work_.phases[0].state, 0.0)
            under.append(_Under(job, work_, [0, work_.phases[0].amount, 0.0, 0.0]))
    times: list[float] = []
    wip: list[int] = []
    begun = {job.item: job.begun for job, _ in pairs}
    for day in range(len(past.levels)):
        board.freed.clear()
        while to_come and _want(to_come[-1][0]) < day + 1:
            insort(waiting, to_come.pop(), key=_first)
        for each in under:
            each.at[2] = 0.0
        waiting = _admit(board, waiting, under, begun, past, day, 0.0)
        speeds = _speeds(under, people[day] if people else None)
        moving: Sequence[_Under] = list(under)
        while moving:
            freed: list[float] = []
            for each in moving:
                before = each.phase.state
                if _go(board, each, speeds):
                    under.remove(each)
                    freed.append(each.at[2])
                    if counts(each.job) and (each.job.finished is not None or not each.job.ended):
                        times.append(day + each.at[2] - begun[each.job.item])
                elif each.phase.state != before:
                    freed.append(each.at[3])
            # What became free is taken the same day: by those who stand before a full state, then by new.
            moving = [each for each in under if each.at[1] <= PRECISE and each.at[2] < 1] if freed else []
            known = len(under)
            if freed:
                waiting = _admit(board, waiting, under, begun, past, day, min(freed))
            moving += under[known:]
        wip.append(sum(bool(each.phase.state) and counts(each.job) for each in under))
    return Replayed(tuple(sorted(times)), tuple(wip))


def _first(pair: tuple[Job, Work]) -> tuple[bool, float, str]:
    """The order in which items are begun: that of the past, what is beyond limits first."""
    return not pair[0].beyond, pair[0].begun, pair[0].item


def _want(job: Job) -> float:
    """From when on an item may be begun."""
    return job.ready if job.pulled else job.begun


def _admit(
    board: _Board,
    waiting: Sequence[tuple[Job, Work]],
    under: list[_Under],
    begun: dict[str, float],
    past: Habit,
    day: int,
    since: float,
) -> list[tuple[Job, Work]]:
    """Begin what may be begun on a day, from some time of it on; the rest goes on waiting."""
    left = []
    going = sum(bool(each.phase.state) and not each.job.beyond for each in under)
    for job, work_ in waiting:
        first, want = work_.phases[0], _want(job)
        there_is_time = (
            not job.pulled or going < past.levels[day] or not job.counted.isdisjoint(past.full[day])
        )
        if there_is_time and board.room(job, first.state):
            at = board.move(job, "", first.state, max(want - day, since, 0.0))
            begun[job.item] = day + at
            under.append(_Under(job, work_, [0, first.amount, at, at]))
            going += not job.beyond
        else:
            left.append((job, work_))
    return left


def _speeds(under: Iterable[_Under], people: float | None) -> tuple[float, float]:
    loads = [0.0, 0.0]
    for each in under:
        at = each.at[2] if each.phase.works else _next_work(each)
        if at is not None and at < 1:
            loads[each.job.beyond] += 1 - at
    return share(loads[0], loads[1], people)


def _next_work(each: _Under) -> float | None:
    """When today an item that waits is worked on again; None: not today."""
    at = each.at[2] + each.at[1]
    for phase in each.work.phases[int(each.at[0]) + 1 :]:
        if at >= 1 or phase.works:
            return at
        at += phase.amount
    return None


def _go(board: _Board, each: _Under, speeds: tuple[float, float]) -> bool:
    """Let a job go on for the rest of a day; whether it ended. It stops before a state that is full."""
    speed = speeds[not each.job.beyond]
    while True:
        phase = each.phase
        pace = speed if phase.works else 1.0
        needed = each.at[1] / pace
        if needed > 1 - each.at[2] + PRECISE:
            each.at[1] -= (1 - each.at[2]) * pace
            each.at[2] = 1.0
            return False
        place = int(each.at[0]) + 1
        if place == len(each.work.phases):
            each.at[2] = min(each.at[2] + needed, 1.0)
            each.at[1] = 0.0
            if each.work.goes_on:
                each.at[1], each.at[2] = inf, 1.0
                return False
            board.move(each.job, phase.state, "", each.at[2])
            return True
        following = each.work.phases[place]
        if following.state != phase.state and not board.room(each.job, following.state, phase.state):
            each.at[2] = min(each.at[2] + needed, 1.0)
            each.at[1] = 0.0
            return False
        at = board.move(each.job, phase.state, following.state, min(each.at[2] + needed, 1.0))
        each.at[:] = [place, following.amount, at, at if following.state != phase.state else each.at[3]]


# -- whether it is to be trusted ----------------------------------------------------------------------


class Check(NamedTuple):
    """One number of the past, and of the replay by the same policy."""

    name: str
    past: float
    again: float
    band: float
    """How far they may be apart."""

    @property
    def holds(self) -> bool:
        return abs(self.past - self.again) <= self.band + PRECISE


def check(past: Replayed, again: Replayed) -> Iterator[Check]:
    """The numbers that have to come out again before anything is said of another policy.

    Throughput within a tenth, work in progress and cycle times within a fifth; but never closer than one item
    or one day.
    """
    yield Check("throughput", past.throughput, again.throughput, max(0.1 * past.throughput, 1.0))
    yield Check("mean WIP", past.mean_wip, again.mean_wip, max(0.2 * past.mean_wip, 1.0))
    for p in (50, 85):
        one, other = level(past.cycle_times, p), level(again.cycle_times, p)
        if one is not None:
            yield Check(f"{p}% cycle time", one, inf if other is None else other, max(0.2 * one, 1.0))


def level(values: Sequence[float], p: float) -> float | None:
    """The p-th percentile of sorted values by nearest rank; None without any."""
    return values[max(ceil(p * len(values) / 100) - 1, 0)] if values else None
