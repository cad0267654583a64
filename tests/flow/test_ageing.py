"""Ages of work in progress, against how old finished work was."""

from collections.abc import Sequence
from datetime import UTC, date

import pytest

from opsflow.flow import ageing, counts, days, percentiles, spans
from opsflow.flow.ageing import Pace
from opsflow.flow.days import Clock, Count, Window, Working
from tests import told

JANUARY = Window(date(2026, 1, 1), date(2026, 1, 31))


def paces(stories: dict[str, str]) -> tuple[Pace, ...]:
    board, clock = told.board(), Clock(UTC)
    found = spans.of(board, told.history(stories))
    finished = counts.finished(found, JANUARY, clock)
    times = [spans.cycle_time_days(found.of(item), UTC) or 0 for item in finished]

    def lengths(starts: Sequence[float], ends: Sequence[float]) -> list[float]:
        return days.lengths(starts, ends, clock, Count.INCLUSIVE, Working())

    return ageing.pace(board, found, finished, times, lengths, percentiles.percentile)


def test_pace_is_the_age_at_the_last_time_a_state_was_left() -> None:
    stories = {
        f"OPS-{n}": f"2026-01-05 09:00 doing, 2026-01-0{5 + n} 09:00 review, "
        f"2026-01-1{n} 09:00 doing, 2026-01-1{n} 12:00 review, 2026-01-2{n} 09:00 done"
        for n in range(5)
    }
    assert paces(stories) == (
        Pace("doing", (6, 7, 8, 9, 10), (8, None, None)),
        Pace("vendor", (), (None, None, None)),
        Pace("review", (16, 17, 18, 19, 20), (18, None, None)),
    )


def test_a_state_that_was_left_at_the_moment_of_the_start_sets_a_pace_of_its_own() -> None:
    """As where a table knows days alone: doing took no time of the first day."""
    stories = {
        f"OPS-{n}": "2026-01-05 00:00 doing, 2026-01-05 00:00 review, 2026-01-12 00:00 done" for n in range(5)
    }
    assert paces(stories)[0] == Pace("doing", (1,) * 5, (1, None, None))


def test_percentiles_never_fall_from_one_state_to_the_next() -> None:
    slow = {f"OPS-{n}": "2026-01-01 09:00 doing, 2026-01-20 09:00 done" for n in range(5)}
    quick = {f"OPS-{n}": "2026-01-01 09:00 vendor, 2026-01-02 09:00 done" for n in range(10, 16)}
    assert [pace.levels[0] for pace in paces(slow | quick)] == [20, 20, 20]


def test_unfinished_and_unstarted_work_sets_no_pace() -> None:
    found = paces(
        {"OPS-1": "2026-01-05 09:00 doing, 2026-01-07 09:00 review", "OPS-2": "2026-01-05 09:00 inbox"}
    )
    assert [pace.ages for pace in found] == [(), (), ()]


@pytest.mark.parametrize(
    ("age", "band", "share"),
    [(1, "b0", 0.0), (10, "b0", 0.45), (11, "b1", 0.5), (17, "b1", 0.8), (18, "b2", 0.85), (20, "b3", 0.95)],
)
def test_an_age_has_a_band_among_twenty_finished_items(age: int, band: str, share: float) -> None:
    times = tuple(range(1, 21))
    assert (ageing.band(age, times), ageing.older_than(age, times)) == (band, share)


def test_fewer_than_twenty_finished_items_give_no_band() -> None:
    times = tuple(range(1, 20))
    assert (ageing.band(5, times), ageing.older_than(5, times), ageing.band(None, (1,) * 20)) == (
        "",
        None,
        "",
    )


def test_total_age_adds_what_is_known() -> None:
    assert ageing.total([3, None, 4]) == 7
