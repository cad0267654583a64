"""Expectations: whether finished work kept them, and how likely work in progress is to miss its own."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from opsflow.model import Expectation

ENOUGH = 5
"""Fewer finished items than this, that were once as old, give no chance."""


def applies(
    expectations: Sequence[Expectation], type: str, class_: str, services: Collection[str]
) -> Expectation | None:
    """The expectation of an item: of those that fit, the one that names most; of equals, the first."""
    fitting = [each for each in expectations if _fits(each, type, class_, services)]
    return max(fitting, key=_names, default=None)


def alike(expectations: Sequence[Expectation], one: Expectation) -> Expectation:
    """The first that is for the same items: with several shares, work is held against the first."""
    key = one.type, one.class_, one.service
    return next((each for each in expectations if (each.type, each.class_, each.service) == key), one)


def _fits(each: Expectation, type: str, class_: str, services: Collection[str]) -> bool:
    return (
        each.type in ("", type)
        and each.class_ in ("", class_)
        and (not each.service or each.service in services)
    )


def _names(each: Expectation) -> int:
    return bool(each.type) + bool(each.class_) + bool(each.service)


def sentence(each: Expectation) -> str:
    """Such as "95% of incident items are finished within 2 days"."""
    what = " ".join(part for part in (each.class_, each.type) if part)
    where = f" for {each.service}" if each.service else ""
    days = "1 day" if each.within == 1 else f"{each.within} days"
    return f"{percent(each.share)} of {what + ' ' if what else ''}items{where} are finished within {days}"


def percent(share: float) -> str:
    """A share as people write it, such as "85%" or "99.5%"."""
    return f"{round(share * 100, 1):g}%"


class Kept(NamedTuple):
    """How many finished items kept an expectation."""

    kept: int
    n: int

    @property
    def share(self) -> float | None:
        """None where nothing was finished."""
        return self.kept / self.n if self.n else None


def kept(each: Expectation, cycle_times: Iterable[float]) -> Kept:
    """Of finished items with these cycle times in days, those within the expectation."""
    times = tuple(cycle_times)
    return Kept(sum(time <= each.within for time in times), len(times))


class Chance(NamedTuple):
    """How likely it is that an item in progress takes longer than expected, given its age."""

    share: float | None
    """From finished items that took at least as long as this item is old; None: too few of them."""
    n: int
    """Of how many."""


def chance_to_miss(
    within: int, age: float, cycle_times: Iterable[float], minimum: int | None = None
) -> Chance:
    """The conditional chance: of finished items that were once this old, the share that took longer.

    An item finished today would have its age as its cycle time, so those of equal time count. An item
    older than the expectation has missed it, whatever others did. Without a minimum, ENOUGH are asked for.
    """
    return chance(within, age, sorted(cycle_times), minimum)


def chance(within: int, age: float, ordered: Sequence[float], minimum: int | None = None) -> Chance:
    """The same, of cycle times that are in order."""
    as_old = len(ordered) - bisect_left(ordered, age)
    if age > within:
        return Chance(1.0, as_old)
    if as_old < max(ENOUGH if minimum is None else minimum, 1):
        return Chance(None, as_old)
    return Chance((len(ordered) - bisect_right(ordered, within)) / as_old, as_old)
