"""Days in progress, and the part of them that nobody planned."""

import random

import pytest

from opsflow.flow import unplanned
from opsflow.flow.spans import Flow
from opsflow.flow.unplanned import Part

DAY = 86400


def test_the_days_in_progress_are_those_within() -> None:
    flow = Flow((0, 1, 1, 2), (0, 2 * DAY, 8 * DAY, 20 * DAY), (3 * DAY, 4 * DAY, None, None))
    assert unplanned.wip_days(flow, DAY, 10 * DAY) == {0: 2, 1: 2 + 2}


def test_they_add_up_over_any_edges() -> None:
    chance = random.Random(3)
    starts = [chance.randrange(100) for _ in range(50)]
    ends = [start + chance.randrange(40) if chance.random() < 0.8 else None for start in starts]
    flow = Flow(tuple(range(50)), tuple(starts), tuple(ends))
    chosen = frozenset(range(0, 50, 3))
    edges = [5, 17, 40, 41, 90]
    found = unplanned.wip_days_in(flow, chosen, edges)
    for part, first, last in zip(found, edges, edges[1:], strict=False):
        spent = unplanned.wip_days(flow, first, last)
        assert part.whole == pytest.approx(sum(spent.values()))
        assert part.part == pytest.approx(sum(days for item, days in spent.items() if item in chosen))


def test_a_share_of_nothing_is_not_known() -> None:
    assert (Part(1, 4).share, Part(0, 0).share) == (0.25, None)
