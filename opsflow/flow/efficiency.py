"""Flow efficiency: how much of the time from start to finish was not spent standing still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from opsflow.flow.blocked import union
from opsflow.flow.spans import ItemSpan
from opsflow.model import Board, Kind, Story


@dataclass(frozen=True, slots=True)
class Efficiency:
    """The times of finished items, added up."""

    total: timedelta
    """From started to finished."""
    stood: timedelta
    """Of it, waiting or blocked; what was both counts once."""
    n: int
    configured: bool
    """False where the workflow has no waiting state and nothing was ever blocked: nothing could stand."""

    @property
    def share(self) -> float | None:
        """None where it is not configured, or there is no time to speak of: never 1 for want of data."""
        return 1 - self.stood / self.total if self.configured and self.total else None


def of(board: Board, stories: Mapping[str, Story], finished: Iterable[ItemSpan]) -> Efficiency:
    """The efficiency of these finished items as one; long ones weigh more than short ones."""
    waiting = {state.name for state in board.states if state.kind is Kind.WAITING}
    total, stood, n = timedelta(), timedelta(), 0
    ever_blocked = False
    for span in finished:
        if span.started is None or span.finished is None:
            continue
        story = stories[span.item]
        still = [state for state in story.states if state.value in waiting]
        stood += union([*still, *story.blocked], span.started, span.finished)
        total += span.finished - span.started
        n += 1
        ever_blocked = ever_blocked or bool(story.blocked)
    return Efficiency(total, stood, n, bool(waiting) or ever_blocked)
