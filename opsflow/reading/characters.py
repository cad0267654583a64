"""Which characters a file of the board may have, and how many bytes.

It stands apart from `text`, and imports nothing of opsflow, for `opsflow log`: one new version of one
item is read there, in the time that importing the model would take.
"""

from __future__ import annotations

import re
from functools import cache

LIMIT = 65536
"""The most bytes that one file of the board may have."""

LOST = b"\0its object is missing or damaged in the repository\0"
"""In place of a file of a commit that Git cannot give; with a NUL, so that nothing takes it for text."""

_PLAIN_ASCII = re.compile(r"[\t\n -~]*")
_PLAIN_BYTES = bytes((9, 10, *range(32, 127)))
_ALLOWED = "\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17)
)


def is_plain(data: bytes) -> bool:
    """Whether these are letters of ASCII, spaces, tabs and line feeds alone, and so beyond doubt."""
    return not data.translate(None, _PLAIN_BYTES)


def refused(text: str) -> re.Match[str] | None:
    """The first character that a reviewer cannot see, or that some tools take for a line break.

    Those are controls but tab and line feed, U+2028, U+2029, a byte order mark, surrogates,
    non-characters, and a carriage return that no line feed follows.
    """
    if _PLAIN_ASCII.fullmatch(text) or ("\r" not in text and _clean().fullmatch(text)):
        return None
    return re.search(f"[^{_ALLOWED}]|\r(?!\n)", text)


@cache
def _clean() -> re.Pattern[str]:
    """Compiled when first needed: so large a set of characters takes milliseconds."""
    return re.compile(f"[{_ALLOWED}]*")
