"""Percentiles: one rule everywhere, and silence where there is too little to say.

The rule is nearest rank: the smallest value that at least p per cent of the values do not exceed, so
that "85 % took 9 days or less" is true of the very items that were counted. Other tools use other
rules; they are here under their names, for reproducing their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from opsflow import words

ENOUGH = {50: 5, 85: 10, 95: 20}
"""From how many values on a percentile is shown. Others take the next larger one's number."""


def enough(p: float) -> int:
    """The least number of values for which the p-th percentile says something."""
    for known, minimum in ENOUGH.items():
        if p <= known:
            return minimum
    return ceil(100 / (100 - p)) if p < 100 else ENOUGH[95]


def too_few(n: int, needed: int, what: str = "finished item") -> str:
    """Why there is no percentile, such as "known from 10 finished items on; there are 7"."""
    there = "there is 1" if n == 1 else f"there are {n:,}" if n else "there is none"
    return f"known from {words.count(needed, what)} on; {there}"


def percentile(
    values: Sequence[float], p: float, minimum: int | None = None, rule: str = "nearest-rank"
) -> float | None:
    """The p-th percentile (0 to 100) of values in any order; None with fewer than `minimum` of them.

    Without a minimum, `enough(p)` is asked for. No values have no percentile, whatever the minimum.
    """
    if not values or len(values) < (enough(p) if minimum is None else minimum):
        return None
    return RULES[rule](sorted(values), Fraction(str(p)) / 100)


def days(values: Sequence[float], p: float, minimum: int | None = None) -> int | None:
    """The p-th percentile by nearest rank, of whole days."""
    found = percentile(values, p, minimum)
    return None if found is None else int(found)


def _nearest_rank(values: Sequence[float], p: Fraction) -> float:
    return values[max(ceil(p * len(values)) - 1, 0)]


def _truncated_rank(values: Sequence[float], p: Fraction) -> float:
    """Called nearest rank by some, but below it unless p of n is a whole number."""
    return values[min(max(floor(p * len(values)) - 1, 0), len(values) - 1)]


def _linear(values: Sequence[float], p: Fraction) -> float:
    """Between the two nearest ranks, as spreadsheets have it (type 7)."""
    position = p * (len(values) - 1)
    low = floor(position)
    high = min(low + 1, len(values) - 1)
    return float(values[low] + (values[high] - values[low]) * (position - low))


def _lower(values: Sequence[float], p: Fraction) -> float:
    """The lower of the two values that `linear` draws its line between."""
    return values[floor(p * (len(values) - 1))]


def _higher(values: Sequence[float], p: Fraction) -> float:
    """The higher of these two values."""
    return values[ceil(p * (len(values) - 1))]


def _midpoint(values: Sequence[float], p: Fraction) -> float:
    """Halfway between these two values."""
    return (_lower(values, p) + _higher(values, p)) / 2


def _averaged(values: Sequence[float], p: Fraction) -> float:
    """Nearest rank; the mean of two values where p of n falls between them."""
    rank = p * len(values)
    if rank.denominator != 1 or not 0 < rank < len(values):
        return _nearest_rank(values, p)
    return (values[int(rank) - 1] + values[int(rank)]) / 2


def _nearest_even(values: Sequence[float], p: Fraction) -> float:
    """The value whose place is nearest to p of n; of two, the one at an even place."""
    return values[min(max(round(p * len(values)), 1), len(values)) - 1]


def _between(shift: Callable[[Fraction], Fraction]) -> Callable[[Sequence[float], Fraction], float]:
    """On a line between the values around place p · n + shift(p), counted from 1."""

    def rule(values: Sequence[float], p: Fraction) -> float:
        place = min(max(p * len(values) + shift(p), Fraction(1)), Fraction(len(values)))
        low = floor(place)
        high = min(low + 1, len(values))
        return float(values[low - 1] + (values[high - 1] - values[low - 1]) * (place - low))

    return rule


RULES: Mapping[str, Callable[[Sequence[float], Fraction], float]] = {
    "nearest-rank": _nearest_rank,
    "linear": _linear,
    "truncated-rank": _truncated_rank,
    "lower": _lower,
    "higher": _higher,
    "midpoint": _midpoint,
    "type-1": _nearest_rank,
    "type-2": _averaged,
    "type-3": _nearest_even,
    "type-4": _between(lambda _: Fraction(0)),
    "type-5": _between(lambda _: Fraction(1, 2)),
    "type-6": _between(lambda p: p),
    "type-7": _linear,
    "type-8": _between(lambda p: (p + 1) / 3),
    "type-9": _between(lambda p: p / 4 + Fraction(3, 8)),
}
"""By their names; `type-N` are those of Hyndman and Fan."""
