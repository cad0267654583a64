"""The guards between bytes and text: what is no text of ours never reaches a parser."""

from __future__ import annotations

import re

from opsflow.model import Fault, Judgement, Place
from opsflow.reading.characters import LIMIT, LOST, refused

_LONGEST_QUOTE = 60
_COUNTED = 16 << 20
"""Bytes that a message counts; of what is much larger, only a part is read."""
_LFS = b"version https://git-lfs.github.com/spec/"
_MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$|^={7}$", re.MULTILINE)
_ODD_SPACE = re.compile("[\xa0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]")
_NAMES = {"\x00": "NUL", "\x1b": "ESC", "\r": "a lone carriage return", "\ufeff": "a byte order mark"}


def fault(place: Place, message: str, hint: str = "") -> Fault:
    """An `unreadable-file`."""
    return Fault("unreadable-file", Judgement(place, message, hint))


def decode(path: str, data: bytes, limit: int = LIMIT) -> tuple[str | None, tuple[Fault, ...]]:
    """The text of a file, without a byte order mark; or None and why it is none."""
    wrong = _not_text(path, data, limit)
    if wrong:
        return None, (wrong,)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (_undecodable(path, data, error),)
    text = text.removeprefix("\ufeff")
    wrong = _refused_character(path, text)
    if wrong:
        return None, (wrong,)
    conflicts = _conflicts(path, text)
    return (None, conflicts) if conflicts else (text, ())


def cut(text: str) -> str:
    """A text as a message quotes it: one line, and not all of it if it is long."""
    line = " ".join(text.split("\n"))
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 3]}..."


def name_of(character: str) -> str:
    """How a message calls a character that must not be printed: `a no-break space (U+00A0)`."""
    code = f"U+{ord(character):04X}"
    if _ODD_SPACE.fullmatch(character):
        from unicodedata import name

        called = name(character).lower()
        return f"{'an' if called[0] in 'aeio' else 'a'} {called} ({code})"
    return f"{_NAMES[character]} ({code})" if character in _NAMES else code


def odd_space(text: str) -> str:
    """The first space in a text that is not the plain one, though it looks like it; empty if none."""
    match = _ODD_SPACE.search(text)
    return match[0] if match else ""


def _not_text(path: str, data: bytes, limit: int) -> Fault | None:
    top = Place(path)
    if data == LOST:
        return fault(top, LOST[1:-1].decode(), "Look with `git fsck`, or fetch it anew.")
    if len(data) > limit:
        size = str(len(data)) if len(data) <= _COUNTED else f"more than {_COUNTED}"
        message = f"the file has {size} bytes, and {limit} are the most"
        return fault(top, message, "Keep long text in a file of its own and link to it.")
    if data.startswith(_LFS):
        message = "the file is a Git LFS pointer, not its contents"
        return fault(top, message, "Keep the board's files out of Git LFS.")
    other = other_encoding(data)
    return fault(top, f"the file is {other}, not UTF-8", "Save it as UTF-8.") if other else None


def other_encoding(data: bytes) -> str:
    """The encoding that the mark at the beginning of a file names, if it is not UTF-8; else empty."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    return "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""


def _undecodable(path: str, data: bytes, error: UnicodeDecodeError) -> Fault:
    before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    message = f"byte {data[error.start]:#04x} is not UTF-8"
    return fault(Place(path, line, column), message, "Save the file as UTF-8.")


def _refused_character(path: str, text: str) -> Fault | None:
    match = refused(text)
    if not match:
        return None
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    name = name_of(match[0])
    message = f"{name if name.startswith(('a ', 'an ')) else f'the character {name}'} is not allowed"
    return fault(Place(path, line, column), message, "Remove it, or write what it stands for.")


def _conflicts(path: str, text: str) -> tuple[Fault, ...]:
    """One fault for each conflict, from its first marker to its last.

    A line of `=======` alone is no conflict: it underlines a heading in Markdown.
    """
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return ()
    plain = text.replace("\r\n", "\n")
    groups: list[list[int]] = []
    for marker in _MARKER.finditer(plain):
        if marker[0][0] == "<" or (not groups and marker[0][0] != "="):
            groups.append([])
        if groups:
            groups[-1].append(plain.count("\n", 0, marker.start()) + 1)
    return tuple(
        fault(
            Place(path, lines[0], 1, 7),
            f"unresolved merge conflict, {_span(lines[0], lines[-1])}",
            "Keep what is right of the two sides, and remove the marker lines.",
        )
        for lines in groups
    )


def _span(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"
