"""Words: dates, numbers and names as the pages say them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from opsflow.site import words

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_name_their_year_only_where_it_is_another_one() -> None:
    assert words.short_day("2026-06-12") == "12 Jun"
    assert words.short_day("2025-06-12", "2026-01-01") == "12 Jun 2025"
    assert words.long_day("2026-06-12", "2026-01-01") == "Fri 12 June"
    assert words.long_day("2027-01-01", "2026-01-01") == "Fri 1 January 2027"


def test_moments_are_said_on_the_boards_clock() -> None:
    assert words.moment("2026-06-12T22:30:00+00:00", BERLIN, "2026-06-12") == "Sat 13 June, 00:30"
    assert words.short_moment("2026-06-12T22:30:00+00:00", BERLIN) == "Sat 13 Jun 00:30"


def test_a_window_says_its_day_once() -> None:
    start, late, next_day = (
        "2026-11-28T21:00:00+00:00",
        "2026-11-28T22:30:00+00:00",
        "2026-11-29T01:00:00+00:00",
    )
    assert words.stretch(start, late, BERLIN) == "Sat 28 November, 22:00 to 23:30"
    assert words.stretch(start, next_day, BERLIN) == "Sat 28 November, 22:00 to Sun 29 November, 02:00"


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.001, "<1%"), (0.854, "85%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_a_share_never_says_nothing_or_all_where_it_is_neither(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_a_title_is_broken_at_spaces_and_cut_only_at_its_end() -> None:
    assert words.wrapped("Replace the core switches in Graz", 20, 2) == [
        "Replace the core",
        "switches in Graz",
    ]
    assert words.wrapped("Replace the core switches in Graz now", 12, 2) == ["Replace the", "core switch…"]
    assert words.wrapped("Telekommunikationsanlage", 10, 3) == ["Telekommun", "ikationsan", "lage"]
    assert words.wrapped("", 10, 2) == [""]


def test_wide_characters_take_two_columns() -> None:
    assert words.width("核心交换机") == 10
    assert words.wrapped("核心交换机更换", 8, 2) == ["核心交换", "机更换"]


def test_what_no_page_can_hold_becomes_a_space() -> None:
    assert words.plain("a\x00b\x1bc\x85d\ud800e") == "a b c d e"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-26", "2026-12-07", "26 Nov to 7 Dec"),
        ("2026-11-26", "2027-01-07", "26 Nov to 7 Jan 2027"),
        ("2027-01-07", "2027-02-07", "7 Jan to 7 Feb 2027"),
        ("2026-11-26", "2026-11-26", "by 26 Nov"),
        ("2027-01-07", "2027-01-07", "by 7 Jan 2027"),
    ],
)
def test_a_range_of_days_says_a_year_once_and_only_where_it_is_another(
    first: str, last: str, said: str
) -> None:
    assert words.between(first, last, "2026-11-20") == said


def test_the_name_of_a_file_stays_as_it_is() -> None:
    assert words.capital("people.yaml lists nobody.") == "people.yaml lists nobody."
    assert words.capital("nobody is known") == "Nobody is known"
