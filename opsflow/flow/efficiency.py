"""Flow efficiency: how much of the time from start to finish was not spent standing still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opsflow.flow.blocked import Stretch, union
from opsflow.flow.days import DAY
from opsflow.flow.spans import NEVER, Spans
from opsflow.flow.visits import GONE
from opsflow.model import Board, Kind


@dataclass(frozen=True, slots=True)
class Efficiency:
    """The times of finished items, added up."""

    total_days: float
    """From started to finished, in days of 24 hours."""
    stood_days: float
    """Of it, waiting or blocked; what was both counts once."""
    n: int
    configured: bool
    """False where the workflow has no waiting state and nothing was ever blocked: nothing could stand."""
    each: Sequence[tuple[float, float]] = ()
    """The two times of each item, in seconds and in the order given."""

    @property
    def share(self) -> float | None:
        """None where it is not configured, or there is no time to speak of: never 1 for want of data."""
        return 1 - self.stood_days / self.total_days if self.configured and self.total_days else None


def of(board: Board, spans: Spans, finished: Sequence[int]) -> Efficiency:
    """The efficiency of the finished items at these positions as one; long ones weigh more than short."""
    waiting = {state.name for state in board.states if state.kind is Kind.WAITING}
    waits = [name in waiting for name in spans.visits.names]
    paths, held = spans.visits.paths, spans.blocked
    blocks: dict[int, list[Stretch]] = {}
    for item, begun, left in zip(held.item, held.start, held.end, strict=True):
        blocks.setdefault(item, []).append((begun, left))
    # Only what is active or waiting comes between start and finish of what stands still: every wait is whole
    # within, and ends with the next step.
    places = [
        [place for place, state in enumerate(way) if state != GONE and waits[state]] for way in paths.ways
    ]
    shapes = spans.shapes
    each: list[tuple[float, float]] = []
    for item in finished:
        way, moments = paths.way[item], paths.moments[item]
        shape = shapes[way]
        if shape.finished == NEVER:
            continue
        start, end, waited = moments[shape.started], moments[shape.finished], places[way]
        if item in blocks:
            stretches = [(moments[place], moments[place + 1]) for place in waited]
            stood = union([*stretches, *blocks[item]], start, end)
        else:
            stood = 0.0
            for place in waited:
                stood += moments[place + 1] - moments[place]
        each.append((end - start, stood))
    total, standing = sum([whole for whole, _ in each]), sum([still for _, still in each])
    ever = any(item in blocks for item in finished)
    return Efficiency(total / DAY, standing / DAY, len(each), bool(waiting) or ever, each)
