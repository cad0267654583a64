"""Places in a text as editors count them: lines end in LF, CRLF or CR, columns in units of an encoding.

Everywhere else in opsflow a line ends in LF and a column is a character. What both agree on is the
position in the text, in characters from 0, so that is what this room reckons in.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from opsflow.model import Place

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
_END = re.compile(r"\r\n|\n|\r")


class Text:
    """A text without a byte order mark, and the ways between positions and places in it."""

    def __init__(self, text: str, encoding: str = UTF16) -> None:
        self.text = text.removeprefix("\ufeff")
        self.encoding = encoding
        ends = [match.span() for match in _END.finditer(self.text)]
        self._starts = [0, *(end for _, end in ends)]
        self._ends = [*(start for start, _ in ends), len(self.text)]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, both from 0, of a position."""
        at = min(max(at, 0), len(self.text))
        line = bisect_right(self._starts, at) - 1
        return line, self._units(self.text[self._starts[line] : at])

    def at(self, line: int, column: int) -> int:
        """The position of a line and column; of the end of the line, or the text, where they are beyond."""
        if line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[max(line, 0)], self._ends[max(line, 0)]
        if self.text[start:end].isascii() or self.encoding == UTF32:
            return min(start + max(column, 0), end)
        units = 0
        for at in range(start, end):
            if units >= column:
                return at
            units += self._units(self.text[at])
        return end

    def span(self, place: Place) -> tuple[int, int]:
        """The first position of a place of ours and the one behind it; never past the end of its line."""
        start = 0
        for _ in range(place.line - 1):
            following = self.text.find("\n", start)
            if following < 0:
                break
            start = following + 1
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        first = min(start + place.column - 1, end)
        return first, min(first + place.width, end)

    def _units(self, part: str) -> int:
        if self.encoding == UTF32 or part.isascii():
            return len(part)
        if self.encoding == UTF8:
            return len(part.encode("utf-8", "surrogatepass"))
        return len(part) + sum(letter > "\uffff" for letter in part)
