"""Plain data as JSON: exact, and without a character that acts on a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any


def render(data: Any) -> str:
    """Indented JSON in the order of the data, which is plain: a moment or a path in it is a TypeError.

    Letters of any language stay; control, invisible and reordering characters are written as escapes,
    which every JSON reader turns back.
    """
    return _escaped(_indented(data, "\n")) + "\n"


def _indented(value: Any, pad: str) -> str:
    """The same as `json.dumps` with an indent of 2, which leaves the fast encoder; `pad` begins each line."""
    if not isinstance(value, (dict, list, tuple)) or not value:
        return _encoder(", ").encode(value)
    inner = f"{pad}  "
    values = value.values() if isinstance(value, dict) else value
    if not any(isinstance(each, (dict, list, tuple)) and each for each in values):
        text = _encoder(f",{inner}").encode(value)
        return f"{text[0]}{inner}{text[1:-1]}{pad}{text[-1]}"
    if isinstance(value, dict):
        parts = [f"{_encoder(', ').encode(key)}: {_indented(each, inner)}" for key, each in value.items()]
        return f"{{{inner}{f',{inner}'.join(parts)}{pad}}}"
    parts = [_indented(each, inner) for each in value]
    return f"[{inner}{f',{inner}'.join(parts)}{pad}]"


@cache
def _encoder(separator: str) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(separator, ": "))


def line(data: Any) -> str:
    """The same on a single line, for JSON Lines."""
    return _escaped(json.dumps(data, ensure_ascii=False, allow_nan=False)) + "\n"


def lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A line for each row, with its values under the names of their columns."""
    return "".join(line(dict(zip(columns, row, strict=True))) for row in rows)


def _escaped(text: str) -> str:
    # "##[" would be a command in a CI log; inside a JSON string the second # can be an escape.
    if "##" in text:
        text = text.replace("##", "#\\u0023")
    if text.isascii() and "\x7f" not in text:
        return text
    return _UNUSUAL.sub(lambda found: found[0] if found[0].isprintable() else _escape(ord(found[0])), text)


_UNUSUAL = re.compile(r"[^\n -~]")
"""What may not be printable."""


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
