"""Outcomes: how the trials of a simulation are read.

A percentile is the outcome that ⌈trials × p⌉ of the trials keep. "When" is walked from the earliest day up:
85 % of the trials were through by this day. "How many" is walked from the largest number down: 85 % of the
trials came to at least so many. So a surer answer is a later day and a smaller number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil, inf

LEVELS = (50, 70, 85, 95)
"""The percentiles that are shown."""
SUREST = 0.95
"""No simulation of the past is surer of the future than this: a larger share is "more than 95 %"."""


def needed(trials: int, p: float) -> int:
    """How many of the trials the p-th percentile (0 to 100) takes; at least one."""
    return max(ceil(Fraction(str(p)) / 100 * trials), 1)


@dataclass(frozen=True, slots=True)
class Passage:
    """On which day the trials were through."""

    trials: int
    reached: tuple[int, ...]
    """Trials that were through by the end of day 0, 1, 2 …; those that never were are in none."""

    def day(self, p: float) -> int | None:
        """The first day by which p per cent of the trials were through; None where so many never were."""
        place = bisect_left(self.reached, needed(self.trials, p))
        return place if self.trials and place < len(self.reached) else None

    def share(self, day: int) -> float:
        """The share of the trials that were through by the end of that day."""
        if day < 0 or not self.trials or not self.reached:
            return 0.0
        return self.reached[min(day, len(self.reached) - 1)] / self.trials


def passage(outcomes: Mapping[int, int], trials: int | None = None) -> Passage:
    """From days and how many trials were through on each; without `trials`, there are no others."""
    last = max((day for day, count in outcomes.items() if count), default=-1)
    through = tuple(accumulate(outcomes.get(day, 0) for day in range(last + 1)))
    return Passage(sum(outcomes.values()) if trials is None else trials, through)


def of_ends(ends: Iterable[float]) -> Passage:
    """From when each trial ended, in days with decimals; infinite is never. A day begun is a day taken."""
    days = [ceil(end) if end < inf else -1 for end in ends]
    counted = Counter(days)
    counted.pop(-1, None)
    return passage(counted, len(days))


def joint(passages: Iterable[Passage]) -> Passage:
    """When all of several were through that know nothing of one another: their shares multiply.

    Two teams that are each through with 90 % by a day are both through with 81 %.
    """
    each = [one for one in passages if one.trials]
    trials = max((one.trials for one in each), default=0)
    last = max((len(one.reached) for one in each), default=0)
    through: list[int] = []
    for day in range(last):
        share = Fraction(1)
        for one in each:
            share *= Fraction(one.reached[min(day, len(one.reached) - 1)] if one.reached else 0, one.trials)
        through.append(int(share * trials))
    return Passage(trials, tuple(through))


def how_many(outcomes: Mapping[int, int], p: float) -> int | None:
    """The number that p per cent of the trials came to, or to more; None without trials."""
    wanted, counted = needed(sum(outcomes.values()), p), 0
    for outcome in sorted(outcomes, reverse=True):
        counted += outcomes[outcome]
        if counted >= wanted:
            return outcome
    return None


def at_least(outcomes: Mapping[int, int], n: int) -> float | None:
    """The share of the trials that came to n or more; None without trials."""
    trials = sum(outcomes.values())
    return sum(count for outcome, count in outcomes.items() if outcome >= n) / trials if trials else None


def predictability(outcomes: Mapping[int, int]) -> float | None:
    """What is nearly sure of what is as likely as not: the number at 95 % over that at 50 %.

    1 where every trial is the same, 0 where nothing at all is as likely as not. None without trials.
    """
    sure, even = how_many(outcomes, 95), how_many(outcomes, 50)
    if sure is None or even is None:
        return None
    return sure / even if even else 0.0
