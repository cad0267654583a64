"""What Git says of a commit, and when it counts: a leaf that the rest of the room stands on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsflow.model import Commit

FORMAT = "%x01%H%x00%P%x00%ct%x00%an%x00%ae%x00%s"
"""How `git log` writes a commit: six texts, each ended by a zero byte. Git itself turns what another
encoding is declared for into UTF-8, and joins a subject's lines."""
TEXTS = 6

LATEST = 4_102_444_800
"""The year 2100. A stamp beyond it, at 0 or below, or none, is a broken one and counts as missing."""

Who = tuple[str, str, str]
"""Author, address, subject."""


def stamp(text: str) -> int:
    """A committer time in seconds; -1 for what cannot be one (see LATEST)."""
    if not text.isdecimal() or len(text) > 10:
        return -1
    seconds = int(text)
    return seconds if 0 < seconds < LATEST else -1


def clean(text: str) -> str:
    """A text whose bytes that are no UTF-8 became surrogates, with U+FFFD in their place."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text


def clock(stamps: Sequence[int], before: int = 0) -> list[int]:
    """When each commit was known, in seconds: its own time, but never before the commit it follows.

    A commit without a usable time takes its neighbour's: of the one before it, or, at the beginning
    of the line, of the first that has one (0 if none has).
    """
    latest = before or next((seconds for seconds in stamps if seconds >= 0), 0)
    times = []
    for seconds in stamps:
        if seconds > latest:
            latest = seconds
        times.append(latest)
    return times


def commit_of(id: str, time: float, stamp: int, who: Who, ignored: bool = False) -> Commit:
    """A commit of the model. `time` is the line's, `stamp` its own (-1: none that can be read)."""
    from opsflow.model import Commit

    at = moment(time)
    stamped = None if stamp < 0 else at if stamp == time else moment(stamp)
    author, email, subject = who
    return Commit(id, at, author, email, subject, stamped, ignored)


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as an aware moment."""
    return datetime.fromtimestamp(seconds, UTC)
