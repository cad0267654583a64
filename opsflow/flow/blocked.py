"""Blocked time: what stood still, for how long, and because of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from opsflow.model import Span, Story

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of blocked time in a stretch of time."""

    cause: str
    """Who or what had to move, as written; the reason where nobody is named."""
    elapsed: timedelta
    """The time that items stood for it, each item's own overlaps counted once."""
    times: int
    """How many blocks."""
    now: int
    """How many of them still stand at the end of the stretch."""


def causes(stories: Iterable[Story], start: datetime, end: datetime) -> tuple[Cause, ...]:
    """The causes of blocked time in [start, end), most time first."""
    elapsed: dict[str, timedelta] = {}
    times: dict[str, int] = {}
    now: dict[str, int] = {}
    for story in stories:
        for cause, spans in _by_cause(story.blocked).items():
            touching = [span for span in spans if span.start < end and (span.end is None or span.end > start)]
            if not touching:
                continue
            elapsed[cause] = elapsed.get(cause, timedelta()) + union(touching, start, end)
            times[cause] = times.get(cause, 0) + len(touching)
            now[cause] = now.get(cause, 0) + sum(span.end is None or span.end > end for span in touching)
    found = [Cause(cause, elapsed[cause], times[cause], now[cause]) for cause in elapsed]
    return tuple(sorted(found, key=lambda each: (-each.elapsed, each.cause)))


def _by_cause(spans: Iterable[Span]) -> Mapping[str, list[Span]]:
    groups: dict[str, list[Span]] = {}
    for span in spans:
        groups.setdefault(span.by or span.value, []).append(span)
    return groups


def union(spans: Iterable[Span], start: datetime, end: datetime) -> timedelta:
    """The time within [start, end) in which at least one of the spans stood."""
    total, reached = timedelta(), start
    for span in sorted(spans, key=lambda span: span.start):
        begun, over = max(span.start, reached), min(span.end or end, end)
        if over > begun:
            total += over - begun
            reached = over
    return total
