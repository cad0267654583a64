"""What a parser could not read, said to a person: the cause in plain words, and the corrected line.

A correction is tried before it is offered: it is a hint only if the parser then gets further.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from opsflow.model import Fault, Place
from opsflow.reading.text import fault

_VALUE = re.compile(r"(?P<before>\s*(?:- +)*(?:[A-Za-z0-9_][\w.-]*: +|- +))(?P<value>\S.*?)\s*")
_NO_SPACE = re.compile(r"(\s*(?:- )?)([A-Za-z_][\w-]*):([^\s/].*)")
_STEP = re.compile(r"\s*- \[[ xX]\] ")
_LONGEST = 100
_TAB = "a tab is used for indentation, where YAML takes only spaces"
_NO_CORRECTION = ("nesting is deeper", "OverflowError", "ValueError", "unknown escape")


class Trouble(NamedTuple):
    """A parser's complaint; line and column from 0."""

    problem: str
    line: int
    column: int
    context: str = ""
    began: tuple[int, int] | None = None
    """Where the construct that failed begins."""


def explain(path: str, text: str, trouble: Trouble, first: Callable[[str], Trouble | None]) -> Fault:
    """The fault for a parser's complaint. `first` parses a text and returns its first trouble."""
    lines = text.replace("\r\n", "\n").split("\n")
    at, message, line = _correction(lines, trouble, first)
    if message:
        return fault(_value_place(path, lines, at), message, _hint(line))
    place = _where(path, lines, trouble)
    line = lines[place.line - 1]
    if "\t" in line[place.column - 1 : place.column]:
        return fault(place, _TAB, "Use spaces.")
    if "nesting is deeper" in trouble.problem:
        return fault(place, trouble.problem, "Write it flatter.")
    return fault(place, _plain_words(trouble), _general_hint(line))


def _correction(
    lines: list[str], trouble: Trouble, first: Callable[[str], Trouble | None]
) -> tuple[int, str, str]:
    """The line to correct, why, and how it would be right; empty texts if nothing helps."""
    if not any(problem in trouble.problem for problem in _NO_CORRECTION):
        for at, message, line in _corrections(lines, trouble):
            after = first("\n".join([*lines[:at], line, *lines[at + 1 :]]))
            if after is None or after.line > trouble.line:
                return at, message, line
    return 0, "", ""


def _where(path: str, lines: list[str], trouble: Trouble) -> Place:
    """The place of a complaint, never past the last line that says something."""
    line, column = trouble.line, trouble.column
    if "could not find expected ':'" in trouble.problem and trouble.began:
        line, column = trouble.began
    if "OverflowError" in trouble.problem:
        line, column = _wide_escape(lines)
    if line >= len(lines) or not lines[line].strip():
        line = max(0, _line_above(lines, line))
        column = len(lines[line])
    return Place(path, line + 1, min(column, max(0, len(lines[line]) - 1)) + 1)


def _wide_escape(lines: list[str]) -> tuple[int, int]:
    """Where a `\\U` stands for a number beyond Unicode; the parser does not say."""
    for at, line in enumerate(lines):
        for match in re.finditer(r"\\U([0-9A-Fa-f]{8})", line):
            if int(match[1], 16) > 0x10FFFF:
                return at, match.start()
    return 0, 0


def quoted(line: str) -> str:
    """A hint that shows the line with its value in quotes; empty where the line has no simple value."""
    match = _VALUE.fullmatch(line)
    return _hint(match["before"] + in_quotes(match["value"])) if match else ""


def in_quotes(value: str) -> str:
    """A text as a quoted scalar, in the quotes that need no escapes if there are such."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _hint(line: str) -> str:
    return f"Write: {line.strip()}" if len(line.strip()) <= _LONGEST else "Put the value in quotes."


def _corrections(lines: list[str], trouble: Trouble) -> Iterator[tuple[int, str, str]]:
    """Lines that could be the cause, each with its message and the line that would be right."""
    suspects = [trouble.line, trouble.began[0] if trouble.began else -1, _line_above(lines, trouble.line)]
    for at in dict.fromkeys(suspects):
        if 0 <= at < len(lines):
            for message, line in _corrected(lines[at], lines[at - 1] if at else "", trouble):
                yield at, message, line


def _line_above(lines: list[str], at: int) -> int:
    return next((i for i in range(min(at, len(lines)) - 1, -1, -1) if lines[i].strip()), -1)


def _corrected(line: str, above: str, trouble: Trouble) -> Iterator[tuple[str, str]]:
    if "\t" in line:
        yield from _without_tab(line)
    if _STEP.match(line):
        return
    match = _NO_SPACE.fullmatch(line)
    if match:
        yield "a space is missing after the colon", f"{match[1]}{match[2]}: {match[3]}"
    match = _VALUE.fullmatch(line)
    if match:
        yield from _with_quotes(match["before"], match["value"])


def _without_tab(line: str) -> Iterator[tuple[str, str]]:
    body = line.lstrip(" \t")
    indent = line[: len(line) - len(body)]
    if "\t" in indent:
        yield _TAB, indent.replace("\t", "  ") + body
    yield "a tab stands where YAML takes only spaces", line.replace("\t", " ")


def _with_quotes(before: str, value: str) -> Iterator[tuple[str, str]]:
    first = value[0]
    if first in "\"'" and value.count(first) == 1:
        yield f"the quote {first} is never closed", before + value + first
    if first in _CLOSING and value.count(first) > value.count(_CLOSING[first]):
        yield f"the {_BRACKETED[first]} is never closed", before + value + _CLOSING[first]
    if first in "\"'" and value[-1] == first and len(value) > 2:
        yield f"a {first} inside the quotes ends them", before + in_quotes(value[1:-1])
    yield _why_quotes(value), before + in_quotes(value)


_CLOSING = {"[": "]", "{": "}"}
_BRACKETED = {"[": "list", "{": "mapping"}
_READ_AS = {"*": "an alias", "&": "an anchor", "!": "a tag", "[": "a list", "{": "a mapping"}


def _why_quotes(value: str) -> str:
    first = value[0]
    if first in "@%":
        return f"an unquoted value cannot begin with `{first}`"
    if first == "`":
        return "an unquoted value cannot begin with a backtick"
    if first in _READ_AS:
        return f"a value that begins with `{first}` is read as {_READ_AS[first]}"
    if first in "\"'":
        return "something follows the closing quote"
    if ": " in value or value.endswith(":"):
        return "an unquoted value holds `: `, which begins a new value"
    return "the value cannot be read without quotes"


def _value_place(path: str, lines: list[str], at: int) -> Place:
    line = lines[at]
    match = _VALUE.fullmatch(line)
    column = len(match["before"]) if match else len(line) - len(line.lstrip())
    return Place(path, at + 1, column + 1, max(1, len(line.rstrip()) - column))


_WORDS = (
    ("could not find expected ':'", "this line is no `key: value`"),
    (
        "mapping values are not allowed",
        "a key stands where none can: look at the indentation and the line above",
    ),
    ("expected <block end>", "this does not fit the lines above: look at indentation, brackets and quotes"),
    ("unexpected end of stream", "a quote is never closed"),
    ("expected ',' or ']'", "a list in brackets is never closed, or a comma is missing"),
    ("expected ',' or '}'", "a mapping in braces is never closed, or a comma is missing"),
    (
        "sequence entries are not allowed",
        "a list entry `- ` stands where none can: begin it on a line of its own",
    ),
    ("cannot start any token", "an unquoted value cannot begin with this character"),
    ("unknown escape character", "this backslash sequence is not known: double it, or use single quotes"),
    ("OverflowError", "an escape stands for no character"),
)


def _plain_words(trouble: Trouble) -> str:
    return next((words for key, words in _WORDS if key in trouble.problem), "the YAML cannot be read here")


def _general_hint(line: str) -> str:
    if _STEP.match(line):
        return "Write `checklist: |`, and the steps as lines below it."
    return "Compare with the lines around it, or put the value in quotes."
