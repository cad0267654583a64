"""Painted text in lines that fit the terminal. Nothing is left out: a word that is too long stays whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from opsflow.formats.paint import Paint
from opsflow.formats.visible import width

Part = tuple[str, str]
"""A text that is visible() already, and its style."""


def fold(parts: Iterable[Part], paint: Paint, columns_wide: int | None, indent: int = 0) -> Iterator[str]:
    """The parts, a space between them, as one line, or as several that are no wider than the terminal.

    All lines but the first are indented. `columns_wide` None: one line.
    """
    words = [(word, style) for text, style in parts for word in text.split(" ")]
    for place, line in enumerate(_lines(words, columns_wide, indent)):
        yield (" " * indent if place else "") + _painted(line, paint)


def folded(text: str, columns_wide: int | None, indent: int = 0) -> list[str]:
    """A text without colour, as `fold` has it."""
    return [*fold([(text, "")], lambda word, style: word, columns_wide, indent)]


def _lines(words: Iterable[Part], columns_wide: int | None, indent: int) -> Iterator[list[Part]]:
    line: list[Part] = []
    used, begun = 0, False
    for word, style in words:
        more = width(word) + bool(line)
        if begun and columns_wide is not None and used + more > columns_wide:
            yield _ended(line)
            line, used, more = [], indent, width(word)
        if line or word or not begun:  # spaces begin the first line alone
            line.append((word, style))
            used += more
        begun = begun or bool(word)
    yield _ended(line)


def _ended(line: list[Part]) -> list[Part]:
    while line and not line[-1][0]:
        line = line[:-1]
    return line


def _painted(line: list[Part], paint: Paint) -> str:
    return " ".join(
        paint(" ".join(word for word, _ in words), style)
        for style, words in groupby(line, key=lambda part: part[1])
    )
