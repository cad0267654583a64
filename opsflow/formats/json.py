"""Plain data as JSON: exact, and without a character that acts on a terminal."""

from __future__ import annotations

import json
from typing import Any


def render(data: Any) -> str:
    """Indented JSON in the order of the data, which is plain: a moment or a path in it is a TypeError.

    Letters of any language stay; control, invisible and reordering characters are written as escapes,
    which every JSON reader turns back.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return _escaped(text) + "\n"


def line(data: Any) -> str:
    """The same on a single line, for JSON Lines."""
    return _escaped(json.dumps(data, ensure_ascii=False, allow_nan=False)) + "\n"


def _escaped(text: str) -> str:
    if text.isascii() and "\x7f" not in text and "##" not in text:
        return text
    # "##[" would be a command in a CI log; inside a JSON string the second # can be an escape.
    text = text.replace("##", "#\\u0023")
    return "".join(
        letter if letter == "\n" or letter.isprintable() else _escape(ord(letter)) for letter in text
    )


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
