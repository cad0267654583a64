"""New keys and entries of lists as lines of YAML: one entry a line, nothing quoted that need not be."""

from __future__ import annotations

from typing import NamedTuple

from opsflow.reading import scalars
from opsflow.reading.canonical import Value
from opsflow.reading.documents import load
from opsflow.reading.shapes import Shape
from opsflow.reading.written import Manner


class Hand(NamedTuple):
    """How to write: what the schema says about the value, and how far things are indented."""

    shape: Shape
    manner: Manner = Manner()

    def at(self, key: str | int) -> Hand:
        return self._replace(shape=self.shape.at(key))


def pair(key: str, value: Value, column: int, hand: Hand) -> list[str]:
    """The lines of a key and its value, without their ends, the key at a column. `hand` is the value's."""
    name = " " * column + scalars.key(key) + ":"
    first, below = after(value, column, hand)
    return [f"{name} {first}" if first else name, *below]


def after(value: Value, column: int, hand: Hand) -> tuple[str, list[str]]:
    """What stands behind the colon of a key at a column, and the lines below it."""
    if isinstance(value, str):
        return text(value, column + hand.manner.step, column, hand)
    if not value:
        return flow(value, hand), []
    if isinstance(value, list):
        return "", [line for one in value for line in entry(one, column + hand.manner.dash, hand.at(0))]
    return "", mapping(value, column + hand.manner.step, hand)


def mapping(value: dict[str, Value], column: int, hand: Hand) -> list[str]:
    """The lines of a mapping, its keys in the order of the schema."""
    return [line for key in hand.shape.ordered(value) for line in pair(key, value[key], column, hand.at(key))]


def entry(value: Value, column: int, hand: Hand, gap: str = " ") -> list[str]:
    """The lines of an entry of a list, its dash at a column."""
    dash = " " * column + "-"
    inner = column + 1 + len(gap)
    if isinstance(value, dict) and value:
        first, *rest = mapping(value, inner, hand)
        return [dash + gap + first.lstrip(" "), *rest]
    if isinstance(value, str):
        said, below = text(value, inner, column, hand)
    else:
        said, below = flow(value, hand), []
    return [dash + gap + said if said else dash, *below]


def text(value: str, column: int, base: int, hand: Hand) -> tuple[str, list[str]]:
    """A text behind a colon or a dash: on that line, or as a block below it, indented to a column.

    `base` is the column of the mapping or list that it stands in.
    """
    if "\n" in value:
        mark, lines = scalars.block(value, column, base)
        if reads_back(mark, lines, value, base):
            return mark, lines
    return word(value, hand), []


def reads_back(mark: str, lines: list[str], value: str, base: int) -> bool:
    """Whether a block text says what it should."""
    key = " " * base + "a: "
    return load("", "\n".join((key + mark, *lines, "")).encode())[0] == {"a": value}


def word(value: str, hand: Hand, style: str = "", in_flow: bool = False) -> str:
    """A text on one line."""
    if not style and hand.shape.is_text and scalars.is_guessed_at(value):
        style = '"'
    return next(scalars.inline(value, style, in_flow))


def flow(value: Value, hand: Hand, style: str = "") -> str:
    """A value in flow style, on one line; empty for a missing one."""
    if value is None:
        return ""
    if isinstance(value, str):
        return word(value, hand, style, in_flow=True)
    if isinstance(value, list):
        return "[" + ", ".join(flow(one, hand.at(0), style) for one in value) + "]"
    pairs = (flow_pair(key, value[key], hand.at(key)) for key in hand.shape.ordered(value))
    return "{" + ", ".join(pairs) + "}"


def flow_pair(key: str, value: Value, hand: Hand, style: str = "") -> str:
    """A key and its value within braces."""
    return f"{scalars.key(key)}: {flow(value, hand, style)}"
