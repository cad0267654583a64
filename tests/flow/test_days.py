"""Days are days of the board's time zone, also when its clocks change."""

from datetime import UTC, date, datetime

import pytest

from opsflow.flow import days
from opsflow.flow.days import Count, Week, Window
from tests.told import BERLIN, at


@pytest.mark.parametrize(
    ("start", "end", "berlin", "utc"),
    [
        ("2026-07-24 08:00", "2026-07-27 23:30", 5, 4),  # 01:30 on the 28th in Berlin
        ("2026-01-05 22:59", "2026-01-05 23:00", 2, 1),  # midnight in Berlin
        ("2026-03-28 12:00", "2026-03-29 12:00", 2, 2),  # a day of 23 hours
        ("2026-10-25 00:30", "2026-10-25 01:30", 1, 1),  # the hour that comes twice
        ("2026-10-24 22:00", "2026-10-25 22:59", 1, 2),  # a day of 25 hours, midnight to midnight
    ],
)
def test_days_are_counted_in_the_zone(start: str, end: str, berlin: int, utc: int) -> None:
    assert days.inclusive(at(start), at(end), BERLIN) == berlin
    assert days.inclusive(at(start), at(end), UTC) == utc


def test_between_may_be_negative_and_inclusive_never_is() -> None:
    later, earlier = at("2026-01-08 09:00"), at("2026-01-05 09:00")
    assert [days.between(later, earlier, UTC, count) for count in Count] == [-2, -3, -3.0]
    assert days.inclusive(later, earlier, UTC) == 1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_own_midnight(day: date, expected: datetime) -> None:
    assert days.midnight(day, BERLIN) == expected


def test_a_window_ends_today_and_is_cut_where_nothing_is_known() -> None:
    today = date(2026, 3, 1)
    assert days.last(90, today) == Window(date(2025, 12, 2), today)
    assert len(days.last(90, today)) == 90
    assert days.last(90, today, since=date(2026, 2, 20)) == Window(date(2026, 2, 20), today)
    assert days.last(7, today).before() == Window(date(2026, 2, 16), date(2026, 2, 22))


def test_an_empty_window_has_no_days() -> None:
    window = Window(date(2026, 3, 2), date(2026, 3, 1))
    assert (len(window), window.days(), date(2026, 3, 1) in window) == (0, (), False)


def test_weeks_are_iso_weeks_and_incomplete_ones_say_so() -> None:
    window = Window(date(2025, 12, 24), date(2026, 1, 8))
    assert days.weeks(window, date(2026, 1, 8)) == (
        Week("2025-W52", date(2025, 12, 24), date(2025, 12, 28), True),
        Week("2026-W01", date(2025, 12, 29), date(2026, 1, 4), False),
        Week("2026-W02", date(2026, 1, 5), date(2026, 1, 8), True),
    )


def test_a_week_that_ends_today_is_not_over() -> None:
    sunday = date(2026, 3, 1)
    assert [week.partial for week in days.weeks(Window(date(2026, 2, 16), sunday), sunday)] == [False, True]


def test_counts_per_day_keep_empty_days_and_add_up_to_weeks() -> None:
    window = Window(date(2026, 1, 4), date(2026, 1, 7))
    moments = [at("2026-01-03 23:30"), at("2026-01-05 09:00"), at("2026-01-05 23:30"), at("2026-02-01 09:00")]
    counts = days.per_day(moments, window, BERLIN)
    assert counts == (1, 1, 1, 0)
    assert days.per_week(counts, window, days.weeks(window, date(2026, 1, 7))) == (1, 2)
