"""Process limits: what a steady process would still do, by XmR charts (Shewhart; Wheeler).

The limits are mean ± 2.66 × mean moving range of a baseline, and are held against all values. Signals
are the four rules of Western Electric unless other zones are asked for, by strict comparison: a value on
a line is not beyond it, and one on the mean ends a run. Only the values that make a signal, on its side,
carry it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

FACTOR = 2.66
"""Limits lie so many mean moving ranges from the mean: 3 ÷ 1.128."""
RANGE_FACTOR = 3.267
"""A moving range over so many mean moving ranges is itself a signal."""
SIGMA = 1.128
"""A mean moving range is so many standard deviations."""
MEDIAN_FACTOR = 3.145
"""Limits lie so many median moving ranges from the centre: 3 ÷ 0.954."""
MEDIAN_RANGE_FACTOR = 3.865
MEDIAN_SIGMA = 0.954
RULES = range(1, 8)
"""The numbers of all rules."""
ENOUGH = 6
"""Fewer values than this give no limits."""
RUN = 8
"""So many values in a row on one side of the mean are a signal."""


class Zone(NamedTuple):
    """Several values in a row of which many lie far on one side: a signal, though none is beyond a limit."""

    least: int
    """So many of them."""
    of: int
    """Of so many in a row."""
    sigmas: float
    """Beyond so many standard deviations from the mean."""


ZONES = (Zone(2, 3, 2), Zone(4, 5, 1))
"""Those of Western Electric. Wheeler has three of four that are nearer to a limit than to the mean: 1.5."""
ZONE_RULES = (2, 3, 6, 7)
"""Their numbers among the rules, in their order; there are no more of them at once."""


class Limits(NamedTuple):
    """The limits of a process."""

    mean: float
    """The centre: the mean of the baseline, or its median."""
    mean_range: float
    """The mean of its moving ranges, or their median."""
    n: int
    """How many values they rest on."""
    clamped: bool = False
    """Whether a lower limit below 0 was raised to 0: values that cannot be negative do not break it."""
    median_range: bool = False
    """Whether `mean_range` is the median of the moving ranges."""

    @property
    def factor(self) -> float:
        """In how many moving ranges from the centre the limits lie."""
        return MEDIAN_FACTOR if self.median_range else FACTOR

    @property
    def upper(self) -> float:
        return self.mean + self.factor * self.mean_range

    @property
    def lower(self) -> float:
        return 0.0 if self.clamped else self.mean - self.factor * self.mean_range

    @property
    def upper_range(self) -> float:
        return (MEDIAN_RANGE_FACTOR if self.median_range else RANGE_FACTOR) * self.mean_range

    @property
    def sigma(self) -> float:
        return self.mean_range / (MEDIAN_SIGMA if self.median_range else SIGMA)


class Point(NamedTuple):
    """A value, and what makes it a signal."""

    value: float
    moving_range: float | None
    """Its distance from the value before; None for the first."""
    run: int
    """How many values in a row, this one the last, lie above the mean; negative: below."""
    trend: int
    """How many values in a row, this one the last, each rose above the one before; negative: fell."""
    rules: tuple[int, ...]
    """1 beyond a limit; 2 and 3 in a zone: two of three beyond two standard deviations, four of five
    beyond one; 4 a long run on one side of the mean; 5 a long trend, where it is asked for; 6 and 7 in
    further zones that are asked for."""


def limits(
    baseline: Sequence[float],
    *,
    screen: bool = False,
    clamp: bool = False,
    median_centre: bool = False,
    median_range: bool = False,
) -> Limits | None:
    """The limits by a baseline, in the order in which the values came; None without two values.

    `screen` leaves moving ranges out that are themselves signals, and takes their mean anew; `clamp`
    raises a lower limit below 0 to 0, unless a value is below it. Medians of values and of moving ranges
    are for baselines with a few far values in them.
    """
    ranges = [abs(after - before) for before, after in pairwise(baseline)]
    if not ranges:
        return None
    middle = median if median_range else _mean
    mean_range = middle(ranges)
    if screen:
        most = (MEDIAN_RANGE_FACTOR if median_range else RANGE_FACTOR) * mean_range
        kept = [each for each in ranges if each < most]
        mean_range = middle(kept) if kept else 0.0
    centre = median(baseline) if median_centre else _mean(baseline)
    found = Limits(centre, mean_range, len(baseline), median_range=median_range)
    return found._replace(clamped=clamp and found.lower < 0 <= min(baseline))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def points(
    values: Sequence[float],
    found: Limits,
    *,
    run: int = RUN,
    trend: int = 0,
    zones: Sequence[Zone] = ZONES,
) -> list[Point]:
    """The values with their signals; `trend` is how many in a row are one, 0: it is none."""
    marks = [0] * len(values)
    _beyond(marks, 1, values, found, (found.upper, found.lower), 1, 1)
    for rule, (least, of, sigmas) in zip(ZONE_RULES, zones, strict=False):
        far = sigmas * found.sigma
        _beyond(marks, rule, values, found, (found.mean + far, found.mean - far), least, of)
    runs = list(_runs([(value > found.mean) - (value < found.mean) for value in values]))
    trends = list(_trends(values))
    _long(marks, 4, runs, run)
    if trend:
        _long(marks, 5, trends, trend)
    known = {mark: tuple(rule for rule in RULES if mark >> rule & 1) for mark in set(marks)}
    ranges = [None, *(abs(after - before) for before, after in pairwise(values))]
    return [
        Point(value, moved, row, going, known[mark])
        for value, moved, row, going, mark in zip(values, ranges, runs, trends, marks, strict=True)
    ]


def _beyond(
    marks: list[int],
    rule: int,
    values: Sequence[float],
    found: Limits,
    lines: tuple[float, float],
    least: int,
    of: int,
) -> None:
    """Mark the values above the one line, and those below the other, that make a signal together."""
    above, below = lines
    _several(marks, rule, [value > above for value in values], least, of)
    if not found.clamped:  # a lower limit that was raised to 0 and its zones are no limits
        _several(marks, rule, [value < below for value in values], least, of)


def _several(marks: list[int], rule: int, there: Sequence[bool], least: int, of: int) -> None:
    """Mark the values that are beyond, where at least so many of several in a row are."""
    upto = list(accumulate(there, initial=0))
    for first, (before, after) in enumerate(zip(upto, upto[of:], strict=False)):
        if after - before >= least:
            for place in range(first, first + of):
                if there[place]:
                    marks[place] |= 1 << rule


def _runs(sides: Sequence[int]) -> Iterator[int]:
    length = 0
    for side in sides:
        length = length + side if side and length * side > 0 else side
        yield length


def _trends(values: Sequence[float]) -> Iterator[int]:
    """A value that rises above the one before makes a trend of two."""
    length, before = 0, None
    for value in values:
        step = 0 if before is None else (value > before) - (value < before)
        length = 0 if not step else length + step if length * step > 0 else 2 * step
        yield length
        before = value


def _long(marks: list[int], rule: int, lengths: Sequence[int], long: int) -> None:
    """Mark every value of what has become so long in a row."""
    for place, length in enumerate(lengths):
        if abs(length) == long:
            for each in range(place - long + 1, place + 1):
                marks[each] |= 1 << rule
        elif abs(length) > long:
            marks[place] |= 1 << rule
