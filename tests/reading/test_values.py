"""What texts mean where more than a text is wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsflow.model import Step
from opsflow.reading import values

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_are_days_of_the_calendar_between_1900_and_2999() -> None:
    texts = [
        "2026-12-01",
        "2024-02-29",
        "2026-02-29",
        "2026-13-01",
        "20261201",
        "2026-1-2",
        "1899-12-31",
        "0000-01-01",
    ]
    assert [values.day(text) for text in texts] == [date(2026, 12, 1), date(2024, 2, 29), *[None] * 6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-28 22:00", datetime(2026, 11, 28, 21, 0, tzinfo=UTC)),
        ("2026-07-28T22:00:30", datetime(2026, 7, 28, 20, 0, 30, tzinfo=UTC)),
        ("2026-11-28T22:00Z", datetime(2026, 11, 28, 22, 0, tzinfo=UTC)),
        ("2026-11-28 22:00:00.5 +05:30", datetime(2026, 11, 28, 16, 30, tzinfo=UTC)),
        ("2026-11-28 22:00-0800", datetime(2026, 11, 29, 6, 0, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-03-29 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-11-28", None),
        ("2026-11-28 24:00", None),
        ("2026-11-28 22:00 +99:99", None),
        ("2026-11-28 22:00+25:75", None),
        ("0001-01-01 00:00", None),
        ("9999-12-31 23:59", None),
        ("yesterday", None),
    ],
)
def test_moments_are_in_the_zone_unless_they_say_otherwise(text: str, expected: datetime | None) -> None:
    assert values.moment(text, BERLIN) == expected


def test_lengths_of_time_have_one_unit() -> None:
    texts = ["3w", "2d", "12h", "90m", "0.5d", "0d", "2", "d", "2 d", "2s", "1d12h", "-1d", "9999999d"]
    expected = [
        timedelta(weeks=3),
        timedelta(days=2),
        timedelta(hours=12),
        timedelta(minutes=90),
        timedelta(hours=12),
    ]
    assert [values.duration(text) for text in texts] == [*expected, *[None] * 8]


def test_numbers_are_plain_and_finite() -> None:
    texts = [
        "8000",
        "-1.5",
        "2e3",
        "0",
        "012",
        "1_000",
        "0x1F",
        ".nan",
        "-.inf",
        "1e400",
        "1" * 5000,
        "",
        "٣",
    ]
    assert [values.number(text) for text in texts] == [8000, -1.5, 2000.0, 0, *[None] * 9]


def test_only_true_and_false_are_true_and_false() -> None:
    assert [values.flag(text) for text in ("true", "false", "yes", "True", "1")] == [
        True,
        False,
        None,
        None,
        None,
    ]


def test_steps_are_lines_with_boxes() -> None:
    assert values.steps("- [ ] order\n\n- [x] pay  \n- [X] file\n") == (
        Step("order", False),
        Step("pay", True),
        Step("file", True),
    )
    assert [values.steps(text) for text in ("", "- [ ] a\n* b\n", "- [ ]\n", "- [y] a\n")] == [(), 1, 0, 0]


def test_a_length_of_time_is_at_most_a_hundred_years() -> None:
    assert values.duration("36525d") == timedelta(days=36_525)
    assert [values.duration(text) for text in ("36525.1d", "999999w")] == [None, None]
    said = "a length of time is 100 years at most"
    assert [values.beyond("timespan", text) for text in ("36526d", "999999w", "9999999d")] == [said] * 3
    assert [values.beyond("timespan", text) for text in ("36525d", "0d", "2 d", "x")] == [""] * 4
