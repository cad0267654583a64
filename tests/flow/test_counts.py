"""Throughput, arrivals, departures and work in progress, day by day."""

from collections.abc import Iterable
from datetime import UTC, date

import pytest

from opsflow.flow import counts, spans
from opsflow.flow.counts import Little
from opsflow.flow.days import DAY, Clock, Window
from opsflow.flow.spans import Flow, Spans
from opsflow.flow.visits import Visits
from tests import told
from tests.told import BERLIN, at

STORIES = {
    "OPS-1": "2026-01-05 09:00 inbox, 2026-01-05 10:00 doing, 2026-01-07 17:00 done",
    "OPS-2": "2026-01-05 09:00 doing, 2026-01-06 09:00 ready, 2026-01-08 09:00 doing",
    "OPS-3": "2026-01-06 09:00 inbox, 2026-01-07 09:00 done",
    "OPS-4": "2026-01-06 09:00 doing, 2026-01-08 09:00 dropped",
    "OPS-5": "2026-01-06 09:00 inbox, 2026-01-08 09:00 -",
    "OPS-6": "2025-12-01 09:00 vendor",
    "OPS-7": "2026-01-05 09:00 doing, 2026-01-06 09:00 done, 2026-01-07 09:00 doing, 2026-01-09 09:00 done",
}
WINDOW = Window(date(2026, 1, 5), date(2026, 1, 9))
CLOCK = Clock(UTC)


def ids(found: Spans, items: Iterable[int]) -> list[str]:
    return [found.visits.items[item] for item in items]


@pytest.fixture
def found() -> Spans:
    return spans.of(told.board(), told.history(STORIES))


def test_throughput_counts_each_finished_item_once_on_its_last_finish(found: Spans) -> None:
    assert counts.throughput(found, WINDOW, CLOCK) == (0, 0, 2, 0, 1)
    assert ids(found, counts.finished(found, WINDOW, CLOCK)) == ["OPS-3", "OPS-1", "OPS-7"]


def test_arrivals_minus_departures_is_the_change_of_wip(found: Spans) -> None:
    assert counts.arrivals(found.flow, WINDOW, CLOCK) == (3, 1, 2, 1, 0)
    assert counts.departures(found.flow, WINDOW, CLOCK) == (0, 2, 2, 1, 1)
    assert counts.wip(found.flow, WINDOW, CLOCK) == (4, 3, 3, 3, 2)


def test_wip_of_a_past_day_is_what_the_board_showed_then(found: Spans) -> None:
    assert told.wip_at(found.values(), at("2026-01-06 12:00")) == 3
    assert told.wip_at(found.values(), at("2026-01-07 09:00")) == 4


def test_dropped_items_are_listed_only_when_work_had_begun(found: Spans) -> None:
    assert ids(found, counts.discarded(found, WINDOW, CLOCK)) == ["OPS-4"]


def test_what_happens_at_midnight_belongs_to_the_day_of_the_zone() -> None:
    late = spans.of(told.board(), told.history({"OPS-1": "2026-01-05 09:00 doing, 2026-01-05 23:30 done"}))
    assert counts.throughput(late, WINDOW, CLOCK) == (1, 0, 0, 0, 0)
    assert counts.throughput(late, WINDOW, Clock(BERLIN)) == (0, 1, 0, 0, 0)


def test_littles_law_holds_over_any_stretch(found: Spans) -> None:
    start, end = at("2026-01-05 00:00").timestamp(), at("2026-01-07 00:00").timestamp()
    little = counts.little(found.flow, start, end)
    assert little == Little(2, (48 + 38 + 24 + 15 + 24) / 24, present=5, departed=2)
    assert little.average_wip is not None
    assert little.arrivals_per_day is not None
    assert little.residence_days is not None
    assert little.average_wip == pytest.approx(little.arrivals_per_day * little.residence_days)


def test_what_happens_when_a_stretch_ends_is_not_in_it_unless_it_is_asked_for() -> None:
    flow = Flow((0, 1), (0.0, 2 * DAY), (2 * DAY, None))
    assert counts.little(flow, 0, 2 * DAY) == Little(2, 2, present=1, departed=0)
    assert counts.little(flow, 0, 2 * DAY, 2 * DAY + 1) == Little(2, 2, present=2, departed=1)
    assert [counts.standing(flow, at) for at in (0, DAY, 2 * DAY, 2 * DAY + 1)] == [[], [0], [0], [1]]


def test_a_stretch_of_no_length_has_no_rates() -> None:
    little = counts.little(Flow((), (), ()), 0, 0)
    assert (little.average_wip, little.arrivals_per_day, little.residence_days) == (None, None, None)


def test_an_empty_history_counts_nothing() -> None:
    nothing = spans.of(told.board(), Visits())
    assert counts.wip(nothing.flow, WINDOW, CLOCK) == (0, 0, 0, 0, 0)
    assert counts.throughput(nothing, WINDOW, CLOCK) == (0, 0, 0, 0, 0)
    assert counts.wip(nothing.flow, Window(date(2026, 1, 5), date(2026, 1, 4)), CLOCK) == ()


def test_levels_are_how_long_so_many_items_were_in_progress() -> None:
    flow = Flow((0, 1, 2), (0.0, 10.0, 40.0), (20.0, None, 40.0))
    found = counts.levels(flow, 5, 45)
    assert found == {1: 30.0, 2: 10.0}
    assert [counts.level_of_share(found, share) for share in (0.5, 0.75, 0.76, 1)] == [1, 1, 2, 2]
    assert counts.levels(Flow((), (), ()), 5, 45) == {0: 40.0}
    assert counts.level_of_share({}, 0.85) is None
