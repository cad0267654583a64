"""What three versions of one thing make together: a value, a matter of layout, an order of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from opsflow.reading.canonical import Value
from opsflow.reading.lines import Chunk

T = TypeVar("T")
Names = tuple[str, ...]
"""The way to a field."""
Found = tuple[Value, ...]
"""A value, or nothing: the key is gone."""


class Outcome(NamedTuple):
    """What became of a field, or of all of them."""

    chunks: list[Chunk]
    ours: Found
    """What it says once every clash is resolved for ours."""
    theirs: Found
    conflicts: tuple[str, ...] = ()


def agreed(base: T | None, ours: T, theirs: T) -> tuple[T, ...]:
    """What three versions make together; empty where both sides changed it, and not alike."""
    if ours == theirs or theirs == base:
        return (ours,)
    return (theirs,) if ours == base else ()


def preferred(base: T | None, ours: T, theirs: T) -> T:
    """What three versions make of a matter of layout, about which nobody is asked: ours in doubt."""
    return theirs if ours == base else ours


def order(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """All keys of both sides in one order: that of the side that changed it, ours if both or none did.

    What the other side added stands after what it follows there; of two additions at one place, ours
    is first.
    """
    common = {*base} & {*ours} & {*theirs}
    kept, mine, yours = ([key for key in keys if key in common] for keys in (base, ours, theirs))
    first, second = (theirs, ours) if mine == kept != yours else (ours, theirs)
    known, others = {*first}, {*second, *base}
    added: dict[str | None, list[str]] = {None: []}  # by what they follow
    place = added[None]
    for key in second:
        if key in known:
            place = added[key] = []
        else:
            place.append(key)
    out: list[str] = []
    waiting = added[None]
    for key in first:
        if key in others:
            out += waiting
            waiting = added.get(key, [])
        out.append(key)
    return out + waiting
