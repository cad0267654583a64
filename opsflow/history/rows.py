"""The rows of an index as texts: what stands in them, and the sums that tell whether it still does."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps, loads
from sqlite3 import Error, OperationalError
from typing import Any
from zlib import crc32

from opsflow.history.commits import Who
from opsflow.history.line import Row
from opsflow.reading.tracked import Partly, Value, revive

PAGE = 64
"""Commits in one row."""


class Damaged(Exception):
    """The index cannot be trusted; or, where it is `busy`, another program has it for too long."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(str(error or "a row is missing, or not as it was written"))
        self.busy = isinstance(error, OperationalError) and "locked" in str(error)


BROKEN = (Error, TypeError, ValueError, KeyError, IndexError, AttributeError)
"""What using an index may raise that is not as it was written."""


def page(before: int) -> dict[str, Any]:
    """An empty page; `before` is the time of the commit before it."""
    return {"ids": "", "stamps": [], "who": {}, "before": before}


def sum_of(key: str, text: str) -> int:
    """The checksum of a row."""
    return crc32(text.encode("utf-8", "surrogatepass"), crc32(key.encode("utf-8", "surrogatepass")))


def whole(key: str, text: Any, total: Any) -> str:
    """A row's text, as it was written."""
    if not isinstance(text, str) or sum_of(key, text) != total:
        raise Damaged
    return text


def checked(key: str, text: Any, total: Any) -> Any:
    """A row's value."""
    return loads(whole(key, text, total))


def who(page: Mapping[str, Any]) -> dict[int, Who]:
    """Who made the commits of a page, by position."""
    return {int(n): (author, email, subject) for n, (author, email, subject) in page["who"].items()}


def as_text(rows: list[Row]) -> str:
    """A file's versions as two lines: the values, each once, and by position, blob and value the rest."""
    values: list[Value] = []
    numbers: dict[int, int] = {}
    written = []
    for n, blob, value in rows:
        number = -1
        if value is not None:
            number = numbers.setdefault(id(value), len(values))
            if number == len(values):
                values.append(value)
        written.append(f"{n} {blob or '-'} {number}")
    return f"{dumps(values)}\n{' '.join(written)}"


def versions(text: str) -> list[Row]:
    """A file's versions, from their text."""
    first, _, second = text.partition("\n")
    values: list[Value] = [
        _revived(value)
        if isinstance(value, str) or (value and isinstance(value[-1], str))
        else tuple([revive(*record) for record in value])
        for value in loads(first)
    ]
    values.append(None)  # -1
    words = second.split(" ")
    return [
        (int(n), "" if blob == "-" else blob, values[int(number)])
        for n, blob, number in zip(words[::3], words[1::3], words[2::3], strict=True)
    ]


def _revived(value: Any) -> Value:
    """What is no list of records: why a file cannot be read, or a Partly."""
    if isinstance(value, str):
        return value
    records, lost, reason = value
    return Partly(tuple([revive(*record) for record in records]), tuple(lost), reason)
