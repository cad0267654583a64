"""The site that stands already: whether a build would make the same again. Nothing heavy is imported here."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from opsflow.site import kept, output


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build made."""

    out: str
    """The site's folder, absolute."""
    index: str
    """The page to open."""
    files: int
    written: int
    """How many of them are new or changed."""
    size: int
    """In bytes."""
    seconds: float
    missing: tuple[str, ...]
    """What was left out, and what to do about it; a sentence each."""


def unchanged(place: str, root: str, known: kept.Known, started: float) -> Summary | None:
    """What the build said that made the site in a place; None where not all of it stands as it was."""
    if not output.standing(place, known.marks)[1]:
        return None
    output.check(place, root, known.marks)
    with suppress(OSError):  # what an earlier build could not remove hurts nobody
        output.clear(place)
    said = known.said
    return Summary(
        place, f"{place}/index.html", said["files"], 0, said["size"], since(started), tuple(said["missing"])
    )


def since(started: float) -> float:
    """Seconds since a moment of the clock that never runs back."""
    return round(time.monotonic() - started, 2)
