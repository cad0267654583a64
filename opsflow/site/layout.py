"""Where the boxes and lines of a dependency picture go.

Graphviz lays out, and nothing else: it is told only boxes of one size and which is left of which, and its
answer is read as numbers. What the boxes say never leaves the page's template, so no text of an item can
become part of a graph's language. The program is graphviz-pure, of the extra `opsflow[site]`, or `dot` on
the PATH; without either, pages keep their tables.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from opsflow import kept, resources

BOX = (200, 73)
"""Width and height of an item's box, in px."""
MARGIN = 8
LOW = 0.35
"""A picture whose first boxes stand lower than this part of its height is turned upside down."""
LONGEST = 4_000
"""The length of all the pictures of one page together: its lines, each counted once for each column that it
crosses. What a layout takes grows with that: a graph of 25 items that all wait for one another has 5,200, and
takes four seconds."""
NEAR = 500
"""The same, of the picture on an item's page."""
_INCH = 72
SECONDS = 20
"""For one run of the program."""


class Line(NamedTuple):
    """An edge as an SVG path, from the box that comes first to the one that waits for it."""

    before: int
    after: int
    path: str
    head: str
    """The arrow's head, at the box that waits."""


class Picture(NamedTuple):
    """A graph laid out, in px from the upper left corner."""

    width: float
    height: float
    boxes: tuple[tuple[float, float], ...]
    """The upper left corner of each box."""
    lines: tuple[Line, ...]


class Shape(NamedTuple):
    """A graph without words: boxes 0 to `boxes` - 1, and pairs (before, after)."""

    boxes: int
    lines: tuple[tuple[int, int], ...]


def program() -> str | None:
    """The program that lays out, or None where the machine has none."""
    beside = os.path.join(os.path.dirname(sys.executable), "graphviz-pure")
    if os.access(beside, os.X_OK):
        return beside
    return resources.program("graphviz-pure") or resources.program("dot")


def stamp() -> str:
    """A text that differs where the program is another; empty where there is none."""
    found = program()
    return f"{found} {kept.stamp(found)}" if found else ""


def place(shapes: Iterable[Shape]) -> dict[Shape, Picture]:
    """Each shape laid out from left to right, all by one run of the program; empty where none can be.

    Equal shapes are laid out once, which makes ten thousand small pictures cheap.
    """
    unlike = list(dict.fromkeys(shapes))
    engine = program()
    if not unlike or engine is None:
        return {}
    try:
        ran = subprocess.run(
            [engine, "-Kdot", "-Tplain"],
            input="".join(map(dot, unlike)).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    *drawn, rest = ran.stdout.decode("ascii", "replace").split("stop\n")
    if rest or len(drawn) != len(unlike):  # then nobody knows which answer is whose
        return {}
    return {shape: _picture(shape, text) for shape, text in zip(unlike, drawn, strict=True)}


def within(shapes: Iterable[Shape], longest: int = LONGEST) -> Iterator[Shape]:
    """The shapes that can be laid out in a few seconds; of others, too many lines are too long."""
    room = longest
    for shape in dict.fromkeys(shapes):
        taken = length(shape, room)
        if taken <= room:
            room -= taken
            yield shape


def length(shape: Shape, most: int = LONGEST) -> int:
    """The lines of a shape, each counted once for each column that it crosses; `most` + 1 for more lines.

    A box stands right of all that it waits for. In a circle, the box that was given first comes first.
    """
    if len(shape.lines) > most:
        return most + 1
    behind: list[list[int]] = [[] for _ in range(shape.boxes)]
    waits = [0] * shape.boxes
    for before, after in shape.lines:
        behind[before].append(after)
        waits[after] += 1
    column = [0] * shape.boxes
    placed = [False] * shape.boxes
    for first in (*(box for box in range(shape.boxes) if not waits[box]), *range(shape.boxes)):
        free = [first]
        while free:
            box = free.pop()
            if placed[box]:
                continue
            placed[box] = True
            for after in behind[box]:
                if not placed[after]:
                    column[after] = max(column[after], column[box] + 1)
                    waits[after] -= 1
                    if not waits[after]:
                        free.append(after)
    return sum(abs(column[after] - column[before]) for before, after in shape.lines)


def dot(shape: Shape) -> str:
    """The shape in Graphviz's language."""
    width, height = (round(length / _INCH, 4) for length in BOX)
    boxes = "".join(f" n{n};" for n in range(shape.boxes))
    lines = "".join(f" n{before}->n{after};" for before, after in shape.lines)
    return (
        f'digraph g{{rankdir=LR;nodesep=0.22;ranksep=0.55;node[shape=box,fixedsize=true,label="",'
        f"width={width},height={height}];edge[arrowsize=0.6,tailport=e,headport=w];{boxes}{lines}}}\n"
    )


def _picture(shape: Shape, text: str) -> Picture:
    rows = [line.split(" ") for line in text.splitlines()]
    _, _, across, down = rows[0]
    high = float(down) * _INCH
    point = _point if _begins_above(rows, float(down)) else _turned
    boxes = [(0.0, 0.0)] * shape.boxes
    lines = []
    for row in rows[1:]:
        if row[0] == "node":
            x, y = point(row[2], row[3], high)
            boxes[int(row[1][1:])] = (round(x - BOX[0] / 2, 1), round(y - BOX[1] / 2, 1))
        elif row[0] == "edge":
            count = int(row[3])
            points = [point(row[n], row[n + 1], high) for n in range(4, 4 + 2 * count, 2)]
            lines.append(Line(int(row[1][1:]), int(row[2][1:]), _path(points), _head(*points[-2:])))
    return Picture(
        round(float(across) * _INCH + 2 * MARGIN, 1),
        round(high + 2 * MARGIN, 1),
        tuple(boxes),
        tuple(sorted(lines)),
    )


def _begins_above(rows: Sequence[Sequence[str]], down: float) -> bool:
    """Whether what comes first does not stand far down: there a large picture would seem to be empty."""
    boxes = [(float(row[2]), float(row[3])) for row in rows if row[0] == "node"]
    left = min((x for x, _ in boxes), default=0.0)
    first = [y for x, y in boxes if x == left]
    return not first or sum(first) / len(first) > LOW * down


def _turned(x: str, y: str, high: float) -> tuple[float, float]:
    """The picture upside down."""
    return round(float(x) * _INCH + MARGIN, 1), round(float(y) * _INCH + MARGIN, 1)


def _point(x: str, y: str, high: float) -> tuple[float, float]:
    """Graphviz counts inches from the lower left corner."""
    return round(float(x) * _INCH + MARGIN, 1), round(high - float(y) * _INCH + MARGIN, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    first, *rest = (f"{x:g} {y:g}" for x, y in points)
    return f"M{first}C{' '.join(rest)}"


def _head(from_: tuple[float, float], to: tuple[float, float]) -> str:
    """A triangle that goes on from the end of a line."""
    across, down = to[0] - from_[0], to[1] - from_[1]
    length = (across**2 + down**2) ** 0.5 or 1.0
    across, down = across / length, down / length
    corners = [
        (to[0] - 3.5 * down, to[1] + 3.5 * across),
        (to[0] + 7 * across, to[1] + 7 * down),
        (to[0] + 3.5 * down, to[1] - 3.5 * across),
    ]
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in corners)}z"


def components(boxes: int, lines: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The boxes that hang together, largest group first, each in order."""
    group = list(range(boxes))

    def root(box: int) -> int:
        while group[box] != box:
            group[box] = group[group[box]]
            box = group[box]
        return box

    for before, after in lines:
        low, high = sorted((root(before), root(after)))
        group[high] = low
    members: dict[int, list[int]] = {}
    for box in range(boxes):
        members.setdefault(root(box), []).append(box)
    return sorted(members.values(), key=lambda found: (-len(found), found))
