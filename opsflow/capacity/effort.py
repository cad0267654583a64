"""Effort: what people's days went to, as far as assignments and states tell.

Nobody writes down hours. A person's day is shared evenly among the items that they held on it: assigned to
them, in an active state and not blocked at some time of the day. What they did beside the board is in no
item, and days on which they held nothing are in none either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple


class Holding(NamedTuple):
    """An item that somebody held on these days, given by number (`date.toordinal`), both included."""

    person: str
    item: int
    first: int
    last: int


class Effort(NamedTuple):
    """Person-days that went to items."""

    by_item: Mapping[int, float]
    by_person: Mapping[str, float]
    """The same person-days, by who gave them."""
    free: float
    """Person-days of people who held nothing."""

    @property
    def total(self) -> float:
        return sum(self.by_person.values())


def of(holdings: Iterable[Holding], days: Mapping[str, Mapping[int, float]]) -> Effort:
    """The effort of people of whom `days` has the person-days of each day, by number of the day.

    Days that it does not have are none: holidays, days away, days outside of the window. Holdings of
    people whom it does not have are left out.
    """
    held: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for person, item, first, last in holdings:
        if days.get(person):
            held.setdefault(person, {}).setdefault(item, []).append((first, last))
    by_item: dict[int, float] = {}
    by_person: dict[str, float] = dict.fromkeys(days, 0.0)
    for person, items in held.items():
        by_person[person] = _share_out(items, days[person], by_item)
    whole = sum(sum(given.values()) for given in days.values())
    return Effort(dict(sorted(by_item.items())), by_person, whole - sum(by_person.values()))


def _share_out(
    items: Mapping[int, Iterable[tuple[int, int]]], given: Mapping[int, float], by_item: dict[int, float]
) -> float:
    """Add one person's days to the items that they held; returns how much of them went to any.

    How many items were held is counted once for each day, and what a day gives each of them is summed up
    over the days: an item then gets a difference of two sums, however long it was held.
    """
    start, end = min(given), max(given)
    stretches = {item: _apart(each, start, end) for item, each in items.items()}
    changes = [0] * (end - start + 2)
    for each in stretches.values():
        for first, last in each:
            changes[first - start] += 1
            changes[last - start + 1] -= 1
    counts = list(accumulate(changes[:-1]))
    spent = [given.get(start + place, 0.0) for place in range(len(counts))]
    pairs = zip(spent, counts, strict=True)
    shares = list(accumulate((days / count if count else 0.0 for days, count in pairs), initial=0.0))
    for item, each in stretches.items():
        got = sum(shares[last - start + 1] - shares[first - start] for first, last in each)
        if got:
            by_item[item] = by_item.get(item, 0.0) + got
    return sum(days for days, count in zip(spent, counts, strict=True) if count)


def _apart(stretches: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Stretches of days within [start, end], those that share a day put together."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((max(first, start), min(last, end)) for first, last in stretches):
        if first > last:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
