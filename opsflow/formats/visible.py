"""Text from a board, made safe to show on a terminal and in a CI log.

A title may hold escape sequences, characters that reverse or hide what follows, or a line that a CI
runner takes for a command. Whoever prints text that somebody else wrote sends it through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MARKS = 4
"""How many combining marks one letter may carry; more would grow over the neighbouring lines."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = "\u200c\u200d"
_COMMAND = r"(?m)^[^\S\n]*:(?=:)|#(?=#[A-Za-z]*\[)"


def visible(text: str) -> str:
    """The text on one line, with every character that acts or hides shown as a sign or an escape.

    Control characters become their picture (ESC is ␛, a line break ␊), invisible and reordering
    ones their code (`\\u202e`). What people write in any language stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_signs(text))


def _signs(text: str) -> Iterable[str]:
    import unicodedata

    marks, before = 0, ""
    for letter in text:
        kind = "" if letter.isascii() else unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind and letter in _JOINERS and before and not before.isascii():
            yield letter
        elif marks <= MARKS:
            yield letter if _shown(letter, kind) else _sign(letter)
        before = letter


def _shown(letter: str, kind: str) -> bool:
    if not kind or kind == "Zs":
        return letter.isprintable() or kind == "Zs"
    selector = "\ufe00" <= letter <= "\ufe0d" or "\U000e0100" <= letter <= "\U000e01ef"
    nothing = ord(letter) & 0xFFFE == 0xFFFE or "\ufdd0" <= letter <= "\ufdef"  # no characters, says Unicode
    acts = kind in ("Cc", "Cf", "Cs", "Zl", "Zp") or letter in _INVISIBLE
    return not (acts or selector or nothing)


def _sign(letter: str) -> str:
    code = ord(letter)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte of a path that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def harmless(text: str) -> str:
    """The text with every CI command in it broken: `::error::` at the start of a line, `##[` anywhere.

    GitHub, Azure Pipelines and TeamCity act on such lines, whoever wrote them.
    """
    return re.sub(_COMMAND, r"\g<0> ", text)


def width(text: str) -> int:
    """How many columns a terminal gives it."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0
        if unicodedata.combining(letter) or letter in _JOINERS or "\ufe0e" <= letter <= "\ufe0f"
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def clip(text: str, columns: int) -> str:
    """As much of it as fits; an ellipsis says that something is missing."""
    if width(text) <= columns:
        return text
    kept = text[: max(columns - 1, 0)]
    while kept and width(kept) > columns - 1:
        kept = kept[:-1]
    return (kept.rstrip() + "…") if columns > 0 else ""


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text with spaces up to that many columns; on the left where `right` aligns it there."""
    space = " " * max(columns - width(text), 0)
    return space + text if right else text + space


def wrap(text: str, columns: int, lines: int) -> list[str]:
    """The text in at most so many lines of so many columns, broken at spaces; the last one is clipped."""
    found: list[str] = []
    rest = text.split()
    while rest and len(found) < lines - 1:
        line = rest.pop(0)
        while rest and width(line) + 1 + width(rest[0]) <= columns:
            line += " " + rest.pop(0)
        found.append(clip(line, columns))
    if rest:
        found.append(clip(" ".join(rest), columns))
    return found
