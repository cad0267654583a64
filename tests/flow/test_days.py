"""Days are days of the board's time zone, also when its clocks change."""

import random
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from opsflow.flow import days
from opsflow.flow.days import Clock, Count, Week, Window, Working
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
    assert [days.between(later, earlier, UTC, count) for count in Count] == [-2, -3, -3.0, 0, 0, 0]
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
    assert days.weeks(window, date(2026, 1, 7)) == (
        Week("2025-W52", date(2025, 12, 24), date(2025, 12, 28), True),
        Week("2026-W01", date(2025, 12, 29), date(2026, 1, 4), False),
        Week("2026-W02", date(2026, 1, 5), date(2026, 1, 8), True),
    )


def test_a_week_is_whole_once_its_last_day_is_over() -> None:
    saturday, sunday = date(2026, 2, 28), date(2026, 3, 1)
    window = Window(date(2026, 2, 16), sunday)
    assert [week.partial for week in days.weeks(window, saturday)] == [False, True]
    assert [week.partial for week in days.weeks(window, sunday)] == [False, False]


def test_counts_per_day_keep_empty_days_and_add_up_to_weeks() -> None:
    window = Window(date(2026, 1, 4), date(2026, 1, 7))
    moments = [at("2026-01-03 23:30"), at("2026-01-05 09:00"), at("2026-01-05 23:30"), at("2026-02-01 09:00")]
    counts = days.per_day(Clock(BERLIN).numbers([moment.timestamp() for moment in moments]), window)
    assert counts == (1, 1, 1, 0)
    assert days.per_week(counts, window, days.weeks(window, date(2026, 1, 7))) == (1, 2)


@pytest.mark.parametrize(
    "zone", [BERLIN, UTC, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Sao_Paulo")]
)
def test_a_clock_knows_the_day_of_any_moment(zone: tzinfo) -> None:
    chance = random.Random(str(zone))
    moments = [chance.randrange(0, 2_000_000_000) for _ in range(300)]
    clock = Clock(zone)
    expected = [days.day(datetime.fromtimestamp(moment, UTC), zone).toordinal() for moment in moments]
    assert clock.numbers(moments[:9]) + clock.numbers(moments[9:]) == expected
    assert [clock.number(moment) for moment in moments] == expected
    assert clock.numbers([]) == []
    for number in expected[:20]:
        begin = clock.begin(number)
        assert clock.numbers([begin - 1, begin]) == [number - 1, number]


def test_lengths_are_counted_as_between_counts_them() -> None:
    chance = random.Random(1)
    pairs = [sorted(chance.randrange(1_700_000_000, 1_800_000_000) for _ in "ab") for _ in range(200)]
    working = Working(range(5), [date(2026, 1, 1)])
    for count in Count:
        found = days.lengths([a for a, _ in pairs], [b for _, b in pairs], Clock(BERLIN), count, working)
        moments = [(datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)) for a, b in pairs]
        assert found == [days.between(a, b, BERLIN, count, working) for a, b in moments]


def test_working_days_are_those_of_the_week_without_days_off() -> None:
    working = Working(range(5), [date(2026, 1, 1), date(2026, 1, 3)])
    assert (working.off, date(2026, 1, 1) in working, date(2026, 1, 2) in working) == (
        [date(2026, 1, 1).toordinal()],
        False,
        True,
    )
    for first in range(date(2025, 12, 25).toordinal(), date(2026, 1, 8).toordinal()):
        for last in range(first - 2, date(2026, 1, 15).toordinal()):
            plain = sum(
                date.fromordinal(day).weekday() < 5 and date.fromordinal(day) != date(2026, 1, 1)
                for day in range(first, last + 1)
            )
            assert working.count(first, last) == plain
    assert Working([6]).count(date(2026, 1, 1).toordinal(), date(2026, 1, 31).toordinal()) == 4


def test_elapsed_working_days_leave_weekends_out_and_count_parts_of_the_others() -> None:
    """From Friday 18:00 to Monday 06:00 it is a quarter of a day each; a day of 23 hours is a day, too."""
    working = Working(range(5))
    friday, monday = at("2026-03-27 18:00"), at("2026-03-30 06:00")
    assert days.between(friday, monday, UTC, Count.WORKING_ELAPSED, working) == 0.5
    assert days.between(friday, monday, UTC, Count.WORKING_EXCLUSIVE, working) == 1
    assert days.between(friday, at("2026-03-28 12:00"), UTC, Count.WORKING_ELAPSED, working) == 0.25
    every = Working(range(7))
    night = at("2026-03-28 23:00"), at("2026-03-29 22:00")
    assert days.between(*night, BERLIN, Count.WORKING_ELAPSED, every) == 1
    holiday = Working(range(5), [date(2026, 3, 30)])
    assert days.between(friday, at("2026-03-31 12:00"), UTC, Count.WORKING_ELAPSED, holiday) == 0.75
