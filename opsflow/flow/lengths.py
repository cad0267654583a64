"""Lengths: how long an item may still take, from how long finished items took.

In working days with decimals, so that what stood over a weekend is not thought slow. An item is measured
against finished ones of its own type and class where there are enough, else of its type, else against all;
one in progress, against those of them that took longer than it is old.

What is finished is not the whole story: the slowest items are those that are still open. Where more of them
go on that are as old than were finished, the finished ones are the lucky ones, and nothing is said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import NamedTuple

from opsflow import words

ALIKE = 10
"""From so many finished items of its own kind on, an item is measured against these alone."""
FEWEST = 5
"""Fewer finished items than this say nothing about how long another will take."""

Kind = tuple[str, str]
"""A type and a class; empty is any."""


class Taken(NamedTuple):
    """An item that was finished, or one that is in progress."""

    type: str
    class_: str
    days: float
    """How long it took; how old it is."""


class Left(NamedTuple):
    """What an item may still take."""

    lengths: Sequence[float]
    """Sorted, each as likely; empty where nothing can be said."""
    reason: str = ""
    """Why not."""
    fresh: bool = False
    """It is older than finished items were, so it counts as if it were begun now."""


class Lengths:
    """What finished items took and how old those in progress are, by kind."""

    def __init__(self, finished: Iterable[Taken], open_: Iterable[Taken] = (), fewest: int = FEWEST) -> None:
        self._took = _by_kind(finished)
        self._ages = _by_kind(open_)
        self._fewest = max(fewest, 1)
        self.n = len(self._took.get(("", ""), ()))
        """How many were finished."""

    def _kind(self, type: str, class_: str) -> Kind:
        """What an item is measured against."""
        kinds = ((type, class_), (type, ""))
        return next((kind for kind in kinds if len(self._took.get(kind, ())) >= ALIKE), ("", ""))

    def new(self, type: str, class_: str) -> Left:
        """What an item of that kind takes from its start."""
        kind = self._kind(type, class_)
        return self._judged(kind, self._took.get(kind, ()), len(self._ages.get(kind, ())))

    def left(self, type: str, class_: str, age: float) -> Left:
        """What one in progress of that kind and age may still take.

        From those of its kind that took longer than it is old; where they are too few, from all that did;
        where these are too few as well, as if it were begun now.
        """
        for kind in dict.fromkeys((self._kind(type, class_), ("", ""))):
            took, ages = self._took.get(kind, ()), self._ages.get(kind, ())
            longer = [length - age for length in took[bisect_right(took, age) :]]
            if len(longer) >= self._fewest:
                return self._judged(kind, longer, len(ages) - bisect_right(ages, age))
        return self.new(type, class_)._replace(fresh=True)

    def _judged(self, kind: Kind, took: Sequence[float], going_on: int) -> Left:
        like = f"{kind[0]} item" if kind[0] else "item"
        if len(took) < self._fewest:
            needed = f"{self._fewest} {'is' if self._fewest == 1 else 'are'} needed"
            return Left((), f"{words.count(len(took), f'finished {like}')}, {needed}")
        if going_on > len(took):
            goes = words.count(going_on, like + " this old is open", like + "s this old are open")
            return Left((), f"{goes} and {len(took):,} were finished: too few to go by")
        return Left(took)


def _by_kind(taken: Iterable[Taken]) -> Mapping[Kind, list[float]]:
    kinds: dict[Kind, list[float]] = {}
    for each in taken:
        for kind in {(each.type, each.class_), (each.type, ""), ("", "")}:
            kinds.setdefault(kind, []).append(max(each.days, 0.0))
    for lengths in kinds.values():
        lengths.sort()
    return kinds


def within(lengths: Sequence[float], p: float) -> float:
    """The length that p per cent (0 to 100) of these, sorted and not empty, do not exceed: nearest rank."""
    return lengths[max(ceil(p * len(lengths) / 100) - 1, 0)]
