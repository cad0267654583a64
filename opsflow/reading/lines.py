"""Merging three versions of some lines, as `diff3` does; and writing down what cannot be merged.

Lines are whatever can be compared: source lines, lines of a text, elements of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

Lines = tuple[str, ...]

_MOST_EDITS = 1000
"""Beyond so many added and removed lines, what differs counts as rewritten: to look on takes seconds."""


class Clash(NamedTuple):
    """What people have to resolve: the lines of the two sides, and those that both began with."""

    ours: Lines
    base: Lines
    theirs: Lines


Chunk = Lines | Clash


class Hunk(NamedTuple):
    """base[start:end] became side[left:right]; one of the two may be empty."""

    start: int
    end: int
    left: int
    right: int


Join = Callable[[Lines, Lines], "Lines | None"]
"""What becomes of lines that both sides put at one place; None: a clash."""


def merge(
    base: Lines, ours: Lines, theirs: Lines, *, apart: bool = False, join: Join | None = None
) -> list[Chunk]:
    """The lines with the changes of both sides, in order.

    Changes of lines that touch clash, as in Git; where the lines are `apart`, one saying nothing about
    the next, only changes of the same line do.
    """
    out: list[Chunk] = []
    at = 0
    for start, end, left, right in _groups(hunks(base, ours), hunks(base, theirs), apart):
        out.append(base[at:start])
        at = end
        if not left or not right:
            hunk = (left or right)[0]
            out.append((ours if left else theirs)[hunk.left : hunk.right])
            continue
        sides = _side(base, ours, left, start, end), _side(base, theirs, right, start, end)
        joined = join(*sides) if join and start == end and sides[0] != sides[1] else None
        out += [joined] if joined is not None else clash(base[start:end], *sides)
    out.append(base[at:])
    return [chunk for chunk in out if chunk]


def both(ours: Lines, theirs: Lines) -> Lines:
    """A Join that clashes never: what both sides put there, each line once."""
    return ours + tuple(line for line in theirs if line not in ours)


def merged(chunks: Iterable[Chunk]) -> Lines | None:
    """The lines, if nothing clashes."""
    out: list[str] = []
    for chunk in chunks:
        if isinstance(chunk, Clash):
            return None
        out += chunk
    return tuple(out)


def side(chunks: Iterable[Chunk], number: int) -> Lines:
    """The lines with every clash resolved for ours (0) or theirs (2)."""
    return tuple(line for chunk in chunks for line in (chunk[number] if isinstance(chunk, Clash) else chunk))


class Labels(NamedTuple):
    """What the markers of a conflict say; an empty label adds nothing."""

    ours: str = "ours"
    base: str = "base"
    theirs: str = "theirs"


class Markers(NamedTuple):
    """How a conflict is written: names of the sides, length of the marks, whether the base is shown."""

    labels: Labels = Labels()
    size: int = 7
    base: bool = False


def written(chunks: Iterable[Chunk], markers: Markers, newline: str = "") -> Iterator[str]:
    """The lines, each clash between the marks that Git writes; `newline` ends those marks."""
    labels, size, _ = markers
    for chunk in chunks:
        if not isinstance(chunk, Clash):
            yield from chunk
            continue
        yield _mark("<", size, labels.ours) + newline
        yield from chunk.ours
        if markers.base:
            yield _mark("|", size, labels.base) + newline
            yield from chunk.base
        yield "=" * size + newline
        yield from chunk.theirs
        yield _mark(">", size, labels.theirs) + newline


def _mark(sign: str, size: int, label: str) -> str:
    return f"{sign * size} {label}" if label else sign * size


# -- where two changes meet ---------------------------------------------------------------------

_Group = tuple[int, int, list[Hunk], list[Hunk]]
"""A range of the base, and the changes of both sides in it; where one has none, the other has one."""


def _groups(ours: Sequence[Hunk], theirs: Sequence[Hunk], apart: bool) -> Iterator[_Group]:
    waiting = sorted([(hunk, 0) for hunk in ours] + [(hunk, 1) for hunk in theirs])
    at = 0
    while at < len(waiting):
        first, number = waiting[at]
        sides: tuple[list[Hunk], list[Hunk]] = ([], [])
        sides[number].append(first)
        start, end = first.start, first.end
        at += 1
        while at < len(waiting) and _meet(start, end, waiting[at][0], apart):
            hunk, number = waiting[at]
            sides[number].append(hunk)
            end = max(end, hunk.end)
            at += 1
        yield start, end, *sides


def _meet(start: int, end: int, hunk: Hunk, apart: bool) -> bool:
    """Whether a change meets one before it, which covers base[start:end]."""
    if not apart:
        return hunk.start <= end
    return hunk.start < end or (start == end == hunk.start == hunk.end)


def _side(base: Lines, other: Lines, changes: Sequence[Hunk], start: int, end: int) -> Lines:
    """What one side made of base[start:end]."""
    out: Lines = ()
    for hunk in changes:
        out += base[start : hunk.start] + other[hunk.left : hunk.right]
        start = hunk.end
    return out + base[start:end]


def clash(base: Lines, ours: Lines, theirs: Lines) -> list[Chunk]:
    """A clash without the lines at its ends that both sides have alike; no clash if all are."""
    if ours == theirs:
        return [ours]
    before, after = ends(ours, theirs)
    first, last = ours[:before], ours[len(ours) - after :]
    start = before if base[:before] == first else 0
    end = after if len(base) - start >= after and base[len(base) - after :] == last else 0
    inner = Clash(
        ours[before : len(ours) - after], base[start : len(base) - end], theirs[before : len(theirs) - after]
    )
    return [first, inner, last]


def ends(one: Sequence[object], other: Sequence[object]) -> tuple[int, int]:
    """How many elements two sequences have alike at the beginning, and after those at the end."""
    most = min(len(one), len(other))
    before = 0
    while before < most and one[before] == other[before]:
        before += 1
    after = 0
    while after < most - before and one[-1 - after] == other[-1 - after]:
        after += 1
    return before, after


# -- differences --------------------------------------------------------------------------------


def hunks(base: Sequence[str], side: Sequence[str]) -> list[Hunk]:
    """The fewest changes that make one of the other, in order (Myers 1986)."""
    before, after = ends(base, side)
    pairs = _same(base[before : len(base) - after], side[before : len(side) - after])
    found: list[Hunk] = []
    x = y = before
    for i, j in [*((before + i, before + j) for i, j in pairs), (len(base) - after, len(side) - after)]:
        if i > x or j > y:
            found.append(Hunk(x, i, y, j))
        x, y = i + 1, j + 1
    return found


def _same(base: Sequence[str], side: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of a longest common subsequence; none where too much differs to look."""
    if not set(base) & set(side):
        return []
    most = min(len(base) + len(side), _MOST_EDITS)
    zero = most + 1
    furthest = [0] * (2 * most + 3)  # how far in the base each diagonal was followed
    trail: list[list[int]] = []
    for edits in range(most + 1):
        trail.append(furthest[zero - edits : zero + edits + 1])
        for line in range(-edits, edits + 1, 2):
            x = _step(trail[edits], edits, line)[0]
            y = x - line
            while x < len(base) and y < len(side) and base[x] == side[y]:
                x, y = x + 1, y + 1
            furthest[zero + line] = x
            if x == len(base) and y == len(side):
                return _walked_back(trail, x, y)
    return []


def _step(reached: Sequence[int], edits: int, line: int) -> tuple[int, int]:
    """Where a diagonal begins after one more edit, and the diagonal that it was reached from."""
    if not edits:
        return 0, 0
    left, right = reached[edits + line - 1], reached[min(edits + line + 1, 2 * edits)]
    if line == -edits or (line != edits and left < right):
        return right, line + 1
    return left + 1, line - 1


def _walked_back(trail: Sequence[Sequence[int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for edits in range(len(trail) - 1, -1, -1):
        line = x - y
        start, before = _step(trail[edits], edits, line)
        pairs += [(at, at - line) for at in range(x - 1, start - 1, -1)]
        x = start if before > line else start - 1
        y = x - before
    return pairs[::-1]
