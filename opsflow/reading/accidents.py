"""What a parser could not read, said to a person: the cause in plain words, and the corrected line.

A correction is tried before it is offered: it is a hint only if the parser then gets further, and the schema
takes what the line then says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from opsflow.model import Fault, Place
from opsflow.reading import expected
from opsflow.reading.text import cut, fault, name_of, odd_space

_VALUE = re.compile(r"(?P<before>\s*(?:- +)*(?:[A-Za-z0-9_][\w.-]*: +|- +))(?P<value>\S.*)")
_NO_SPACE = re.compile(r"(\s*(?:- )?)([A-Za-z_][\w-]*):([^\s/].*)")
_STEP = re.compile(r"\s*- \[[ xX]\] ")
_LONGEST = 100
_MOST_ABOVE = 8
"""So many lines above a complaint can be its cause."""
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
    if "ValueError" in trouble.problem and _wide_escape(lines):
        trouble = trouble._replace(problem="OverflowError")
    found = _correction(path, lines, trouble, first)
    if found:
        at, better, hint = found
        return fault(_cause(path, lines[at], at, better), better.message, hint)
    place = _where(path, lines, trouble)
    line = lines[place.line - 1]
    if "\t" in line[place.column - 1 : place.column]:
        return fault(place, _TAB, "Use spaces.")
    if "nesting is deeper" in trouble.problem:
        return fault(place, trouble.problem, "Write it flatter.")
    return fault(place, _plain_words(trouble), _general_hint(line))


class _Better(NamedTuple):
    """A line as it would be right."""

    message: str
    line: str
    column: int = -1
    """From 0, where in the line as it is the cause stands; -1: at its value."""
    width: int = 1


def _correction(
    path: str, lines: list[str], trouble: Trouble, first: Callable[[str], Trouble | None]
) -> tuple[int, _Better, str] | None:
    """The number of the line to correct, from 0, how it can be read, and what to write; None: nothing helps.

    Where the schema takes none of the lines that can be read, it says what belongs there.
    """
    second = None
    if not any(problem in trouble.problem for problem in _NO_CORRECTION):
        for at, better in _corrections(lines, trouble):
            changed = [*lines[:at], better.line, *lines[at + 1 :]]
            after = first("\n".join(changed))
            if after is None or after.line > trouble.line:
                why = _refusal(path, changed, at, first)
                if why is None:
                    return at, better, _hint(better.line)
                said = better.message if better.message != _QUOTES else _plain_words(trouble)
                second = second or (at, better._replace(message=said), why or _general_hint(lines[at]))
    return second


def _refusal(path: str, lines: list[str], at: int, first: Callable[[str], Trouble | None]) -> str | None:
    """What the schema would have where it refuses what a line belongs to; None: it takes it."""
    from opsflow.model import OWN_FILES
    from opsflow.reading import reference, schema, shapes
    from opsflow.reading.names import id_of

    begins = [place for place, line in enumerate(lines) if _TOP.match(line)]
    start = max((place for place in begins if place <= at), default=None)
    if start is None or not (id_of(path) or path in OWN_FILES):
        return None
    text = "\n".join(lines[start : min((place for place in begins if place > at), default=len(lines))])
    value = reference.load(path, text.encode("utf-8", "replace"))[0] if first(text) is None else None
    key = next(iter(value or ()), "")
    if not value or key not in shapes.of(path).part.get("properties", {}):
        return None
    faults = schema.check(shapes.kind(path), path, value)
    hints = (
        each.judgement.hint for each in faults if getattr(each.judgement.where, "keys", ())[:1] == (key,)
    )
    return next(hints, None)


def _where(path: str, lines: list[str], trouble: Trouble) -> Place:
    """The place of a complaint, never past the last line that says something."""
    line, column = trouble.line, trouble.column
    if "could not find expected ':'" in trouble.problem and trouble.began:
        line, column = trouble.began
    if "OverflowError" in trouble.problem:
        line, column = _wide_escape(lines) or (0, 0)
    if line >= len(lines) or not lines[line].strip():
        line = max(0, _line_above(lines, line))
        column = len(lines[line])
    return Place(path, line + 1, min(column, max(0, len(lines[line]) - 1)) + 1)


def _wide_escape(lines: list[str]) -> tuple[int, int] | None:
    """Where a `\\U` stands for a number beyond Unicode; the parser does not say. None: nowhere."""
    for at, line in enumerate(lines):
        for match in re.finditer(r"\\U([0-9A-Fa-f]{8})", line):
            if int(match[1], 16) > 0x10FFFF:
                return at, match.start()
    return None


def quoted(line: str) -> str:
    """A hint that shows the line with its value in quotes; empty where the line has no simple value."""
    match = _VALUE.fullmatch(line.rstrip())
    line = _as_text(match["before"], in_quotes(match["value"])) if match else ""
    return _hint(line) if line else ""


def without_mark(line: str, column: int) -> str:
    """A hint for an anchor, an alias or a tag, which stands at `column`, from 0.

    In front of words it is meant as text, which needs quotes; in front of a list or a mapping it never is.
    """
    match = _VALUE.fullmatch(line.rstrip())
    mark, _, rest = line[column:].partition(" ")
    mark = mark.rstrip(",]}")
    if not match or match.start("value") != column or rest.lstrip()[:1] in _CLOSING:
        return "Write out what it stands for." if mark.startswith("*") else f"Remove `{cut(mark)}`."
    if mark.startswith("!!") or (mark.startswith("&") and len(rest.split()) < 2):
        return f"Remove `{cut(mark)}`; if it is text, put the value in quotes."
    line = _as_text(match["before"], in_quotes(match["value"]))
    return _hint(line) if line else "Write out what it stands for."


def in_quotes(value: str) -> str:
    """A text as a quoted scalar, in the quotes that need no escapes if there are such."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def in_brackets(value: str) -> str:
    """A text that is meant as a list of texts, as a list on one line; empty where it has no entries."""
    found = [entry if _SAFE.fullmatch(entry) else in_quotes(entry) for entry in entries(value)]
    return f"[{', '.join(found)}]" if found else ""


def entries(value: str) -> list[str]:
    """The entries of a text that is meant as a list of texts on one line."""
    bare = "" if "\n" in value else _without_brackets(value)
    parts = re.split(r"(?:^|\s)- +" if bare.startswith("- ") else ",", bare)
    return [entry for entry in map(_without_brackets, parts) if entry]


def _without_brackets(value: str) -> str:
    """A text without the brackets around it, or the one that is left of them."""
    bare = value.strip()
    inner = bare.removeprefix("[").removesuffix("]")
    return bare if "[" in inner or "]" in inner else inner.strip()


def _as_text(before: str, scalar: str) -> str:
    """The line with a text as the value, in a list where the key wants one; empty where it wants no text."""
    shapes = _shapes(before)
    if not shapes or expected.TEXT in shapes:
        return before + scalar
    return f"{before}[{scalar}]" if expected.TEXTS in shapes else ""


def _shapes(before: str) -> frozenset[str]:
    """What may stand after a line's beginning, by its key; empty where nobody knows."""
    match = _LAST_KEY.search(before)
    return expected.shapes().get(match[1], frozenset()) if match else frozenset()


def _hint(line: str) -> str:
    line = line.strip()
    if len(line) <= _LONGEST:
        return f"Write: {line}"
    return "Put the value in quotes." if line[-1] in "\"'" else f"Write: {line[:_LONGEST]}..."


def _corrections(lines: list[str], trouble: Trouble) -> Iterator[tuple[int, _Better]]:
    """Lines that could be the cause, by number, each with how it would be right."""
    end = min(trouble.line + 1, len(lines))
    for at in range(end - 1, max(end - 1 - _MOST_ABOVE, -1), -1):
        for better in (*_with_plain_space(lines[at]), *_with_colon(lines[at])):
            yield at, better
    suspects = [trouble.line, trouble.began[0] if trouble.began else -1, _line_above(lines, trouble.line)]
    for at in dict.fromkeys(suspects):
        if 0 <= at < len(lines):
            for better in _corrected(lines[at]):
                yield at, better


def _with_plain_space(line: str) -> Iterator[_Better]:
    """For spaces of another kind in front of a key, or between it and its value."""
    match = _HEAD.match(line)
    odd = odd_space(match[0]) if match else ""
    if match and odd:
        message = f"{name_of(odd)} stands where YAML takes only plain spaces"
        head = "".join(" " if odd_space(character) else character for character in match[0])
        yield _Better(message, head + line[match.end() :], line.index(odd))


def _with_colon(line: str) -> Iterator[_Better]:
    match = _NO_COLON.fullmatch(line.rstrip())
    if match and match[2] in expected.shapes():
        message = f"a colon is missing after `{match[2]}`"
        value = f" {match[3]}" if match[3] else ""
        yield _Better(message, f"{match[1]}{match[2]}:{value}", len(match[1]), len(match[2]))


def _line_above(lines: list[str], at: int) -> int:
    return next((i for i in range(min(at, len(lines)) - 1, -1, -1) if lines[i].strip()), -1)


def _corrected(line: str) -> Iterator[_Better]:
    if "\t" in line:
        yield from _without_tab(line)
    if _STEP.match(line):
        return
    match = _NO_SPACE.fullmatch(line)
    if match:
        yield _Better("a space is missing after the colon", f"{match[1]}{match[2]}: {match[3]}")
    match = _VALUE.fullmatch(line.rstrip())
    if match:
        yield from _with_quotes(match["before"], match["value"])


def _without_tab(line: str) -> Iterator[_Better]:
    body = line.lstrip(" \t")
    indent = line[: len(line) - len(body)]
    if "\t" in indent:
        yield _Better(_TAB, indent.replace("\t", "  ") + body)
    message = "a tab stands where YAML takes only spaces"
    yield _Better(message, line.replace("\t", " "), line.index("\t"))


def _with_quotes(before: str, value: str) -> Iterator[_Better]:
    first = value[0]
    if first in "\"'" and value.count(first) == 1 and _as_text(before, value):
        message = f"the quote {first} is never closed"
        if expected.TEXTS in _shapes(before) and value[1:2] == "[" and in_brackets(value[1:]):
            yield _Better(message, before + in_brackets(value[1:]))
        yield _Better(message, _as_text(before, value + first))
    if first in _CLOSING and value.count(first) > value.count(_CLOSING[first]):
        yield _Better(f"the {_BRACKETED[first]} is never closed", before + value + _CLOSING[first])
    if first in _CLOSING:
        yield from _with_inner_quotes(before, value)
    shapes = _shapes(before)
    if expected.TEXT not in shapes:
        yield from _on_the_line(before, value, shapes)
    if not _as_text(before, value):
        return
    if first in "\"'" and value[-1] == first and len(value) > 2:
        yield _Better(f"a {first} inside the quotes ends them", _as_text(before, in_quotes(value[1:-1])))
    if not _PAIRS.match(value):
        yield _Better(_why_quotes(value), _as_text(before, in_quotes(value)))


def _on_the_line(before: str, value: str, shapes: frozenset[str]) -> Iterator[_Better]:
    """For a list or a mapping that begins on its key's line as it would below: in brackets, in braces."""
    if expected.TEXTS in shapes and value.startswith("- ") and in_brackets(value):
        yield _Better("a list on the line of its key is written in brackets", before + in_brackets(value))
    if expected.TEXTS in shapes and re.search(r"(?:\[|,)\s*,", value) and in_brackets(value):
        yield _Better("an entry of the list is missing before a comma", before + in_brackets(value))
    pairs = _pairs(value)
    if expected.MAPPING in shapes and pairs and _PAIR.match(value):
        inner = (
            f"{key}: {text if _SAFE.fullmatch(text) or _is_closed(text) else in_quotes(text)}"
            for key, text in pairs
        )
        message = "a mapping on the line of its key is written in braces"
        yield _Better(message, f"{before}{{{', '.join(inner)}}}")


def _pairs(value: str) -> list[tuple[str, str]]:
    """The keys and values of a mapping without its braces; those inside of brackets belong to a value."""
    keys = [match for match in _PAIR.finditer(value) if not _is_open(value[: match.start()])]
    ends = [*(match.start() for match in keys[1:]), len(value)] if keys else []
    return [(match[1], value[match.end() : end].strip()) for match, end in zip(keys, ends, strict=True)]


def _is_open(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in _CLOSING.items())


def _is_closed(text: str) -> bool:
    """Whether a text is a list or a mapping on one line."""
    return text[:1] in _CLOSING and text[-1:] == _CLOSING[text[0]] and not _is_open(text)


def _with_inner_quotes(before: str, value: str) -> Iterator[_Better]:
    """For a mapping or a list on one line: with quotes round those values inside that need them."""
    spans = list(_inner_pairs(value) if value[0] == "{" else _inner_entries(value))
    doubtful = [(start, end) for start, end in spans if _DOUBTFUL.search(value[start:end])]
    if not doubtful:
        return
    line = value
    for start, end in reversed(doubtful):
        line = line[:start] + in_quotes(line[start:end]) + line[end:]
    missing = value.count(value[0]) - value.count(_CLOSING[value[0]])
    start, end = doubtful[0]
    message = _why_quotes(value[start:end])
    yield _Better(message, before + line + _CLOSING[value[0]] * missing, len(before) + start, end - start)


def _inner_pairs(value: str) -> Iterator[tuple[int, int]]:
    """Where the plain values of a mapping's keys stand: up to the next key, or to the closing brace."""
    keys = list(_INNER_KEY.finditer(value))
    ends = [*(match.start() for match in keys[1:]), len(value.rstrip("} "))]
    for match, end in zip(keys, ends, strict=False):
        text = value[match.end() : end].rstrip(", ")
        if text and text[0] not in "\"'[{":
            yield match.end(), match.end() + len(text)


def _inner_entries(value: str) -> Iterator[tuple[int, int]]:
    """Where the plain entries of a list stand, if it ends with the line and nothing is nested in it."""
    if value[-1] == "]" and not _CLOSING_OR_QUOTE.search(value[1:-1]):
        for match in re.finditer(r"[^,\s][^,]*", value[1:-1]):
            yield match.start() + 1, match.start() + 1 + len(match[0].rstrip())


_TOP = re.compile(r"[A-Za-z_]")
"""What a key at the top of a document begins with."""
_HEAD = re.compile(r"\s*(?:-\s+)?(?:[A-Za-z_][\w.-]*:\s*|(?<=\s)(?=\S))")
_NO_COLON = re.compile(r"( *(?:- +)*)([A-Za-z_][\w-]*)(?: +(\S.*))?")
_LAST_KEY = re.compile(r"([A-Za-z0-9_][\w.-]*): +$")
_SAFE = re.compile(r"[A-Za-z0-9_](?:[^,\[\]{}:#'\"\\]|:(?=\S))*")
"""A text that needs no quotes inside brackets, whoever reads it."""
_QUOTES = "the value cannot be read without quotes"
_PAIR = re.compile(r"(?:^|, +)([A-Za-z_][\w-]*): +")
_PAIRS = re.compile(r"\{\s*[A-Za-z_][\w-]*:(?:\s|$)")
_INNER_KEY = re.compile(r"(?<=[{,])\s*[A-Za-z_][\w-]*: +")
_DOUBTFUL = re.compile(r": |:$|\s#|^[@%`&*!|>#?]")
_CLOSING_OR_QUOTE = re.compile(r"[\[\]{}\"']")
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
    if " #" in value or first == "#":
        return "an unquoted value ends where a ` #` begins a comment"
    return _QUOTES


def _cause(path: str, line: str, at: int, better: _Better) -> Place:
    if better.column >= 0:
        return Place(path, at + 1, better.column + 1, better.width)
    match = _VALUE.fullmatch(line.rstrip())
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
    match = _VALUE.match(line)
    shapes = _shapes(match["before"]) if match else frozenset()
    if not shapes or expected.TEXT in shapes:
        return "Compare with the lines around it, or put the value in quotes."
    if expected.TEXTS in shapes:
        return "Write the list in brackets, or its entries below it, each behind `- `."
    return "Write what belongs to it on lines of their own below it, each two spaces further in."
