"""Throughput, arrivals, departures and work in progress, day by day."""

from datetime import UTC, date, timedelta

import pytest

from opsflow.flow import counts, spans
from opsflow.flow.counts import Little
from opsflow.flow.days import Window
from opsflow.flow.spans import ItemSpan
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


@pytest.fixture
def found() -> list[ItemSpan]:
    return list(spans.of(told.board(), told.history(STORIES)).values())


def test_throughput_counts_each_finished_item_once_on_its_last_finish(found: list[ItemSpan]) -> None:
    assert counts.throughput(found, WINDOW, UTC) == (0, 0, 2, 0, 1)
    assert [span.item for span in counts.finished(found, WINDOW, UTC)] == ["OPS-3", "OPS-1", "OPS-7"]


def test_arrivals_minus_departures_is_the_change_of_wip(found: list[ItemSpan]) -> None:
    assert counts.arrivals(found, WINDOW, UTC) == (3, 1, 2, 1, 0)
    assert counts.departures(found, WINDOW, UTC) == (0, 2, 2, 1, 1)
    assert counts.wip(found, WINDOW, UTC) == (4, 3, 3, 3, 2)


def test_wip_of_a_past_day_is_what_the_board_showed_then(found: list[ItemSpan]) -> None:
    assert told.wip_at(found, at("2026-01-06 12:00")) == 3
    assert told.wip_at(found, at("2026-01-07 09:00")) == 4


def test_dropped_items_are_listed_only_when_work_had_begun(found: list[ItemSpan]) -> None:
    assert [span.item for span in counts.discarded(found, WINDOW, UTC)] == ["OPS-4"]


def test_what_happens_at_midnight_belongs_to_the_day_of_the_zone() -> None:
    late = spans.of(told.board(), told.history({"OPS-1": "2026-01-05 09:00 doing, 2026-01-05 23:30 done"}))
    assert counts.throughput(late.values(), WINDOW, UTC) == (1, 0, 0, 0, 0)
    assert counts.throughput(late.values(), WINDOW, BERLIN) == (0, 1, 0, 0, 0)


def test_littles_law_holds_over_any_stretch(found: list[ItemSpan]) -> None:
    little = counts.little(found, at("2026-01-05 00:00"), at("2026-01-07 00:00"))
    assert little == Little(timedelta(days=2), timedelta(hours=48 + 38 + 24 + 15 + 24), present=5, departed=2)
    assert little.average_wip is not None
    assert little.arrivals_per_day is not None
    assert little.residence_days is not None
    assert little.average_wip == pytest.approx(little.arrivals_per_day * little.residence_days)


def test_a_stretch_of_no_length_has_no_rates() -> None:
    little = counts.little([], at("2026-01-05 00:00"), at("2026-01-05 00:00"))
    assert (little.average_wip, little.arrivals_per_day, little.residence_days) == (None, None, None)


def test_an_empty_history_counts_nothing() -> None:
    assert counts.wip([], WINDOW, UTC) == (0, 0, 0, 0, 0)
    assert counts.throughput([], WINDOW, UTC) == (0, 0, 0, 0, 0)
    assert counts.wip([], Window(date(2026, 1, 5), date(2026, 1, 4)), UTC) == ()
