"""Backtest: forecasts as they would have been made on many days of the past, against what came.

What a forecast of a past day may know is what was known by the end of it: an item counts as finished from the
commit on that said so, and not any more once it was reopened. What came is what is known now.

Days are numbers, as in `flow.days`; positions are working days with decimals, from some fixed day on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil, inf
from typing import NamedTuple

from opsflow.flow import forecast, outcomes
from opsflow.flow.forecast import Draws, Sample
from opsflow.flow.lengths import Lengths, Taken, within

LEVELS = (50, 85, 95)
TRIALS = 2_000
"""For one past day; with many days, more trials would not tell more."""
AHEAD = (14, 28)
"""Calendar days for which it is forecast how many items are finished."""
MOST_DAYS = 200
"""Of a longer past, days further apart are taken."""


class Stay(NamedTuple):
    """A time in which an item was in progress, or finished, or discarded."""

    day: int
    """The day on which it began."""
    position: float
    known: int
    """The day from which on that was known."""
    until: float
    """The day on which it was known not to be so any more; infinite: it still is."""


class Life(NamedTuple):
    """What became of one item."""

    type: str
    class_: str
    begun: float
    """The day from which on it was known to be started; infinite: it never was."""
    position: float
    """When it was started."""
    working: tuple[Stay, ...]
    """The times in which it was in progress."""
    finished: tuple[Stay, ...]
    dropped: tuple[Stay, ...]
    timed: bool = True
    """Whether it is known when it was started; not of what a mass edit brought in."""

    def at(self, day: int) -> Stay | None:
        """The time of being finished that was known at the end of that day."""
        return next((stay for stay in self.finished if stay.known <= day < stay.until), None)

    def going_on(self, day: int) -> bool:
        """Whether it was known at the end of that day to be in progress."""
        return any(stay.known <= day < stay.until for stay in self.working)

    def open(self, day: int) -> bool:
        """The same, or to be put back after it was started: it is as old, and not finished."""
        over = any(stay.known <= day < stay.until for stay in (*self.finished, *self.dropped))
        return self.begun <= day and not over


class Tried(NamedTuple):
    """One forecast of the past: what was said at each of LEVELS, what came, and whether it held.

    `held` has None where it cannot be told yet: the day that was said is still to come.
    """

    day: int
    kind: str
    """"how-many", "when" or "item"."""
    ahead: int
    """Calendar days for "how-many", items for "when"; 0 for an item."""
    said: tuple[int | None, ...]
    """Items, or working days from then on."""
    came: int | None
    """The same; None: it has not come."""
    held: tuple[bool | None, ...]


class Past(NamedTuple):
    """What there is to look back at."""

    lives: Sequence[Life]
    first: int
    """The day on which the history begins."""
    today: int
    now: float
    """The position of now."""
    works: Callable[[int], bool]
    """Whether a day is a working day."""
    until: Callable[[int], int]
    """How many working days there are up to the end of a day, from the day that positions count from."""


def days(past: Past, every: int = 7) -> Sequence[int]:
    """The days that are looked back at, oldest first: once a week, or less often in a long past."""
    last = past.today - min(AHEAD) - 1
    count = max(last - past.first - min(AHEAD), 0) // every + 1
    step = every * max(ceil(count / MOST_DAYS), 1)
    return range(last, past.first + min(AHEAD) - 1, -step)[::-1]


def run(
    past: Past, seed: str, window: int, trials: int = TRIALS, guard: int = forecast.DELIVERY_DAYS
) -> Iterator[Tried]:
    """The forecasts of every day that is looked back at; none of a day that had too little to go by."""
    came = sorted(
        (stay.day, stay.position) for life in past.lives for stay in life.finished if stay.until == inf
    )
    for day in days(past):
        known = [(life, stay) for life in past.lives if (stay := life.at(day)) is not None]
        first = max(day - window + 1, past.first)
        recent = [(life, stay) for life, stay in known if first <= stay.day <= day]
        sample = _sample(past, first, day, [stay.day for _, stay in recent])
        if not sample.silence(guard):
            yield from _amounts(past, day, Draws(sample, forecast.seed(seed, day), trials), came)
        taken = [
            Taken(life.type, life.class_, stay.position - life.position)
            for life, stay in recent
            if life.timed
        ]
        yield from _items(past, day, taken)


def _sample(past: Past, first: int, last: int, finished: Iterable[int]) -> Sample:
    counts = {number: 0 for number in range(first, last + 1) if past.works(number)}
    for number in finished:
        if number in counts:
            counts[number] += 1
    return Sample(tuple(counts.values()))


def _amounts(past: Past, day: int, draws: Draws, came: Sequence[tuple[int, float]]) -> Iterator[Tried]:
    """How many items in so many days; and when for as many as were likely in the longest of these."""
    begin = past.until(day)
    horizons = {ahead: past.until(day + ahead) - begin for ahead in AHEAD}
    found = forecast.how_many(draws, horizons.values())
    after = bisect_right(came, (day, inf))
    for ahead, length in horizons.items():
        said = tuple(outcomes.how_many(found[length], p) or 0 for p in LEVELS)
        if day + ahead < past.today:
            there = bisect_left(came, (day + ahead + 1, -inf)) - after
            yield Tried(day, "how-many", ahead, said, there, tuple(there >= n for n in said))
    amount = max(outcomes.how_many(found[horizons[AHEAD[-1]]], 50) or 0, 1)
    passage = forecast.when(draws, [amount])[amount]
    ends = [position for _, position in came[after : after + amount]]
    end = max(ends) - begin if len(ends) == amount else None
    yield _dated(past, day, "when", amount, [passage.day(p) for p in LEVELS], end)


def _items(past: Past, day: int, taken: Sequence[Taken]) -> Iterator[Tried]:
    """When each item is finished that was in progress; not those that were dropped, for they never end."""
    begin = past.until(day)
    open_ = [life for life in past.lives if life.open(day)]
    lengths = Lengths(taken, [Taken(life.type, life.class_, begin - life.position) for life in open_])
    for life in open_:
        if not life.going_on(day) or any(stay.until == inf for stay in life.dropped):
            continue
        left = lengths.left(life.type, life.class_, begin - life.position).lengths
        if left:
            end = next((stay.position - begin for stay in life.finished if stay.until == inf), None)
            yield _dated(past, day, "item", 0, [ceil(within(left, p)) for p in LEVELS], end)


def _dated(
    past: Past, day: int, kind: str, ahead: int, said: Sequence[int | None], end: float | None
) -> Tried:
    """A forecast of a day. It is judged where that day is over, whether or not what it says has come."""
    begin = past.until(day)
    came = None if end is None else max(ceil(end), 0)
    held = tuple(None if n is None or begin + n > past.now else came is not None and came <= n for n in said)
    return Tried(day, kind, ahead, tuple(said), came, held)


class Score(NamedTuple):
    """How often what was said with a certainty held."""

    p: int
    held: int
    n: int

    @property
    def share(self) -> float | None:
        """None where nothing can be told yet."""
        return self.held / self.n if self.n else None


def scores(tried: Iterable[Tried]) -> tuple[Score, ...]:
    """For each of LEVELS, how often it held."""
    rows = [each.held for each in tried]
    found = []
    for place, p in enumerate(LEVELS):
        judged = [row[place] for row in rows if row[place] is not None]
        found.append(Score(p, sum(map(bool, judged)), len(judged)))
    return tuple(found)
