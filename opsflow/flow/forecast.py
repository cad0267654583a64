"""Forecasts from throughput: how many items by a day, and when for so many (Monte Carlo).

A trial lives through the days to come. For each working day it draws one of the past, with replacement,
days without a delivery included, and finishes what was finished on that day. Nothing is assumed about how
work is spread; what is assumed is that the days to come are like those of the window.

Randomness has addresses: the draw of a trial on a day of a team depends on the seed, the team, the day and
the number of the trial, and on nothing else. So a question for more items, for a later day or for another
side of a change meets the same luck, and answers differ by what was asked and by nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress, islice, repeat
from math import inf
from operator import add, itemgetter
from random import Random
from typing import NamedTuple

from opsflow import words
from opsflow.flow.outcomes import SUREST, Passage

NOISE = 0.05
"""A share of the trials that moves by less is told as it is, and not as a change."""
TRIALS = 10_000
DELIVERY_DAYS = 5
"""No forecast from fewer days on which something was finished."""
HORIZON = 1_300
"""Working days, some five years: what takes longer is not forecast."""
BEYOND = "not within five years"
BLOCK = 500
"""Trials whose days are written out at a time: more would only take memory."""
LOOK = 10
"""Days after which it is looked whether all trials have come far enough."""


class Sample(NamedTuple):
    """What was finished on each working day of a window, in order; days without a delivery are 0."""

    counts: tuple[int, ...]

    @property
    def items(self) -> int:
        return sum(self.counts)

    @property
    def delivery_days(self) -> int:
        """Days on which something was finished."""
        return sum(count > 0 for count in self.counts)

    @property
    def mean(self) -> float:
        """Items finished in a working day; 0 without a day."""
        return self.items / len(self.counts) if self.counts else 0.0

    def silence(self, guard: int = DELIVERY_DAYS) -> str:
        """Why nothing can be forecast from it; empty where it can."""
        guard = max(guard, 1)
        if self.delivery_days >= guard:
            return ""
        needed = f"{words.count(guard, 'such day is', 'such days are')} needed"
        of = words.count(len(self.counts), "working day")
        return f"something was finished on {self.delivery_days:,} of {of}; {needed}"


def seed(*asked: object) -> str:
    """The seed of a question: the same for equal questions, on every machine, whenever it is asked."""
    from hashlib import blake2b

    return blake2b("\0".join(map(str, asked)).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def stream(seed: str, *address: object) -> Random:
    """The random numbers that live at an address."""
    return Random("\0".join((seed, *map(str, address))).encode("utf-8", "surrogateescape"))


def drawn(random: Random, counts: Sequence[int], amount: int) -> Sequence[int]:
    """So many of the counts, drawn with replacement, each as likely; more of them begin with the same ones.

    Where there are at most 256 of at most 255, as in a window of a year, a random byte is a draw: `translate`
    takes the whole of the trials at once, and drops the bytes that would make some counts likelier. It is ten
    times as fast.
    """
    if len(counts) > 256 or max(counts, default=256) > 255:
        return random.choices(counts, k=amount) if counts else [0] * amount
    each = 256 // len(counts)
    used = each * len(counts)
    table = bytes(counts[byte // each] if byte < used else 0 for byte in range(256))
    found = b""
    while len(found) < amount:
        more = (amount - len(found)) * 256 // used // 4 * 4 + 64
        found += random.randbytes(more).translate(table, delete=bytes(range(used, 256)))
    return found[:amount]


class Draws:
    """The days that trials draw for one team, each worked out when it is first asked for."""

    def __init__(self, sample: Sample, seed: str, trials: int = TRIALS, team: str = "") -> None:
        self.sample = sample
        self.seed = seed
        self.trials = trials
        self.team = team
        self._days: list[Sequence[int]] = []

    def day(self, number: int) -> Sequence[int]:
        """What each trial finishes on a working day; 1 is the first one after today."""
        while len(self._days) < number:
            at = len(self._days) + 1
            self._days.append(drawn(stream(self.seed, "day", self.team, at), self.sample.counts, self.trials))
        return self._days[number - 1]

    def totals(self, days: int) -> list[int]:
        """What each trial has finished by the end of so many working days."""
        found = [0] * self.trials
        for number in range(1, days + 1):
            found = list(map(add, found, self.day(number)))
        return found


def how_many(draws: Draws, horizons: Iterable[int]) -> Mapping[int, Counter[int]]:
    """For each number of working days, how many trials came to each number of items."""
    wanted = set(horizons)
    found: dict[int, Counter[int]] = {}
    totals = [0] * draws.trials
    for number in range(max(wanted, default=-1) + 1):
        if number:
            totals = list(map(add, totals, draws.day(number)))
        if number in wanted:
            found[number] = Counter(totals)
    return found


def when(
    draws: Draws, amounts: Iterable[int], until: int = 0, share: float = SUREST
) -> Mapping[int, Passage]:
    """For each number of items, when the trials had finished as many.

    Told up to the day on which that share of them had, at least up to day `until`, and no further than
    `HORIZON`.
    """
    enough = share * draws.trials
    found = {amount: [draws.trials if amount <= 0 else 0] for amount in amounts}
    open_ = [amount for amount in found if 0 < amount <= far(draws.sample)]
    totals = [0] * draws.trials
    number = 0
    while open_ and number < HORIZON:
        number += 1
        totals = list(map(add, totals, draws.day(number)))
        for amount in open_:
            found[amount].append(sum(map(amount.__le__, totals)))
        open_ = [amount for amount in open_ if number < until or found[amount][-1] < enough]
    return {amount: Passage(draws.trials, tuple(reached)) for amount, reached in found.items()}


def far(sample: Sample) -> float:
    """More items than this are finished within the horizon by hardly any trial, so none is asked."""
    return 1.5 * sample.mean * HORIZON


def turns(draws: Draws, places: Iterable[int]) -> Mapping[int, list[float]]:
    """For each place in a queue, the day on which each trial has finished as many items.

    The item there begins then, if one is begun for each that is finished. Infinite: not within the horizon.
    """
    wanted = sorted(set(places))
    reachable = [place for place in wanted if 0 < place <= far(draws.sample)]
    found = {place: [0.0 if place <= 0 else inf] * draws.trials for place in wanted}
    if reachable:
        found |= zip(reachable, _turns(draws, reachable), strict=True)
    return found


def _turns(draws: Draws, places: Sequence[int]) -> Iterable[list[float]]:
    """For each place, from 1 on and rising, the day on which each trial comes to it.

    A trial's days are written out once for each item that is finished on them; the place is then a position.
    """
    length = _days_to(draws, places[-1])
    days = [float(number) for number in range(1, length + 1)]
    paths = zip(*(draws.day(number) for number in range(1, length + 1)), strict=True)
    pick = itemgetter(*(place - 1 for place in places), 0)
    found: list[list[float]] = [[] for _ in places]
    while block := list(islice(paths, BLOCK)):
        each = (chain.from_iterable(map(repeat, compress(days, path), filter(None, path))) for path in block)
        rows = (pick(list(islice(chain(one, repeat(inf)), places[-1]))) for one in each)
        for column, more in zip(found, zip(*rows, strict=True), strict=False):
            column += more
    return found


def _days_to(draws: Draws, amount: int) -> int:
    """How many days it takes until all trials have finished so many items, rounded up; at most HORIZON."""
    length, totals = 0, [0] * draws.trials
    while length < HORIZON and (length % LOOK or min(totals) < amount):
        length += 1
        totals = list(map(add, totals, draws.day(length)))
    return length
