"""How a text is written as YAML: plain, in quotes, or as a block of lines.

Whether a form will do is asked of the reader, never guessed: `plain` is what it reads back as the same
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from opsflow.reading.documents import load

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_OTHERS_GUESS = re.compile(
    r"(?:~|null|true|false|yes|no|on|off)"
    r"|[-+]?(?:0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*)"
    r"|[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:e[-+]?[0-9]+)?|[-+]?\.inf|\.nan",
    re.IGNORECASE,
)
_WRAP = re.compile(r"(?<=\S) (?=\S)")
_WIDTH = 60
"""The least width that a text is wrapped to."""

HEADER = re.compile(r"([|>])([+-]?)([1-9]?)([+-]?)")
"""The mark of a block text: its sign, and its chomping before or after a number for the indentation."""


def inline(text: str, style: str = "", flow: bool = False) -> Iterator[str]:
    """Forms on one line, the best first: in the style that it had, then with as little as it takes."""
    if style != '"' and "\n" not in text:
        if style != "'" and plain(text, flow):
            yield text
        if style == "'" or not _needs_no_escape(text):
            yield single(text)
    yield double(text)


def plain(text: str, flow: bool = False) -> bool:
    """Whether the reader reads a text back as it is, without quotes."""
    if not text or "\n" in text or "\r" in text:
        return False
    if flow:
        said = f"a: [{text}, {text}\n ]\nb: {{c: {text}, d: {text}\n }}\n"
        return load("", said.encode())[0] == {"a": [text, text], "b": {"c": text, "d": text}}
    return load("", f"a: {text}\nb:\n  - {text}\n".encode())[0] == {"a": text, "b": [text]}


def single(text: str) -> str:
    """In single quotes; a text with line breaks is not the same then."""
    return "'" + text.replace("'", "''") + "'"


def double(text: str) -> str:
    """In double quotes, with escapes: this can say everything."""
    return f'"{escaped(text)}"'


def escaped(text: str, style: str = '"', but: str = "") -> str:
    """What stands between the quotes; `but` names characters that stay as they are."""
    if style == "'":
        return text.replace("'", "''")
    if style != '"':
        return text
    return "".join(char if char in but else _ESCAPES.get(char, char) for char in text)


def is_guessed_at(text: str) -> bool:
    """Whether other readers of YAML would take a plain text for a number, a yes or no, or nothing."""
    return bool(text) and _OTHERS_GUESS.fullmatch(text) is not None


def key(text: str) -> str:
    """A key, in quotes where it has to be."""
    said = f"block:\n  {text}: a\nflow: {{{text}: a}}\n"
    wanted = {"block": {text: "a"}, "flow": {text: "a"}}
    return text if load("", said.encode())[0] == wanted else double(text)


def _needs_no_escape(text: str) -> bool:
    return not any(char in _ESCAPES for char in text)


# -- texts of several lines ---------------------------------------------------------------------


def block(text: str, column: int, base: int) -> tuple[str, list[str]]:
    """A literal block text: its mark, and its lines, indented to a column.

    `base` is the column of the mapping or list that it stands in.
    """
    lines = lines_of(text)
    digit = str(column - base) if _begins_with_space(lines) else ""
    return f"|{digit}{chomp(text)}", [" " * column + line if line else "" for line in lines]


def lines_of(text: str) -> list[str]:
    """The lines of a text; the line break at its end begins no other."""
    return text.removesuffix("\n").split("\n")


def chomp(text: str) -> str:
    """How a block's mark says what becomes of the line breaks at its end."""
    if not text.endswith("\n"):
        return "-"
    return "+" if text.endswith("\n\n") or text == "\n" else ""


def _begins_with_space(lines: Sequence[str]) -> bool:
    for line in lines:
        if line:
            return line[0] in " \t"
    return False


def folded(lines: Sequence[str]) -> str:
    """What lines say that are read as one: a line break is a space, and each empty line a line break."""
    out: list[str] = []
    breaks = 0
    for number, line in enumerate(lines):
        if not line and number:
            breaks += 1
            continue
        out += ["\n" * breaks or " ", line] if number else [line]
        breaks = 0
    return "".join(out) + "\n" * breaks


def refolded(lines: Sequence[str], text: str) -> list[str] | None:
    """Lines that say a new text, and are the old ones at both ends as far as the two texts agree.

    None where the new text cannot be said so.
    """
    above, head = _agreeing(lines, text)
    rest = text[head:]
    below, tail = _agreeing([line[::-1] for line in reversed(lines[above:])], rest[::-1])
    middle = _wrapped(rest[: len(rest) - tail], max(_WIDTH, *(len(line) for line in lines)))
    found = [*lines[:above], *middle, *lines[len(lines) - below :]]
    return found if found and found[0] and found[-1] and folded(found) == text else None


def _agreeing(lines: Sequence[str], text: str) -> tuple[int, int]:
    """How many lines are said at the beginning of a text, and how far into it they go: up to whole words."""
    found, at, breaks = (0, 0), 0, 0
    for number, line in enumerate(lines):
        if not line and number:
            breaks += 1
            continue
        said = ("\n" * breaks or " ") * (number > 0) + line
        if not text.startswith(said, at):
            break
        at, breaks = at + len(said), 0
        if text[at : at + 1] in ("", " ", "\n"):
            found = number + 1, at
    return found


def _wrapped(text: str, width: int) -> list[str]:
    """The lines of a text between two others: an empty line for each line break."""
    text = text.removeprefix(" ").removesuffix(" ")
    if not text:
        return []
    out: list[str] = []
    for number, paragraph in enumerate(re.split(r"(\n+)", text)):
        if number % 2:
            out += [""] * len(paragraph)
        elif paragraph:
            out += _filled(paragraph, width)
    return out


def _filled(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in _WRAP.split(paragraph):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
