"""Forecasts from throughput: days of the past, drawn with replacement."""

from collections import Counter
from math import inf

import pytest

from opsflow.flow import forecast
from opsflow.flow.forecast import Draws, Sample

STEADY = Sample((1,) * 10)
UNEVEN = Sample((2, 0, 0, 5, 1, 3, 2, 4, 0, 0, 1, 1, 2, 4, 0, 0, 0, 1, 0, 1, 2, 0))


def test_a_steady_past_has_one_future() -> None:
    draws = Draws(STEADY, "seed", 100)
    assert forecast.how_many(draws, [0, 7]) == {0: Counter({0: 100}), 7: Counter({7: 100})}
    found = forecast.when(draws, [0, 7])
    assert {amount: [passage.day(p) for p in (50, 95)] for amount, passage in found.items()} == {
        0: [0, 0],
        7: [7, 7],
    }


def test_the_days_of_the_past_are_drawn_equally_often() -> None:
    """Also where 256 bytes cannot be shared out among them evenly."""
    for length in (3, 22, 65, 200, 300):
        counted = Counter(Draws(Sample(tuple(range(length))), "seed", 40_000).day(1))
        assert sorted(counted) == list(range(length))
        expected = 40_000 / length
        assert (
            sum((n - expected) ** 2 / expected for n in counted.values()) < length + 5 * (2 * length) ** 0.5
        )


def test_a_draw_lives_at_its_address() -> None:
    """Whatever else is asked, in whatever order, and however many trials there are."""
    one, other = Draws(UNEVEN, "seed", 1000), Draws(UNEVEN, "seed", 1500)
    later = list(other.day(9))
    assert [list(one.day(number)) for number in (1, 9)] == [list(other.day(1))[:1000], later[:1000]]
    assert list(Draws(UNEVEN, "seed", 1000, "network").day(1)) != list(one.day(1))
    assert list(Draws(UNEVEN, "other", 1000).day(1)) != list(one.day(1))


def test_a_long_past_or_a_very_busy_day_is_drawn_by_the_same_rule() -> None:
    busy = Sample((1000, 0, 3))
    assert set(Draws(busy, "seed", 100).day(1)) == {1000, 0, 3}
    long = Sample(tuple(range(250)) + (7,) * 200)
    assert set(Draws(long, "seed", 20_000).day(1)) == set(range(250))


def test_a_place_in_the_queue_is_free_when_as_many_are_finished() -> None:
    draws = Draws(UNEVEN, "seed", 300)
    found = forecast.turns(draws, [-2, 0, 1, 3, 10])
    for trial in range(300):
        done, day, expected = 0, 0, dict[int, float]()
        while done < 10:
            day += 1
            done += draws.day(day)[trial]
            expected |= {place: float(day) for place in (1, 3, 10) if place <= done and place not in expected}
        assert {place: found[place][trial] for place in found} == {-2: 0.0, 0: 0.0, **expected}


def test_what_is_too_far_is_never_reached() -> None:
    rare = Sample((0,) * 59 + (1,))
    draws = Draws(rare, "seed", 50)
    far = int(forecast.far(rare)) + 1
    assert forecast.when(draws, [far])[far].day(50) is None
    assert set(forecast.turns(draws, [far])[far]) == {inf}
    near = forecast.turns(draws, [20])[20]
    assert any(day < inf for day in near)
    assert all(day == inf or day <= forecast.HORIZON for day in near)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((), "something was finished on 0 of 0 working days; 5 such days are needed"),
        ((0, 0, 3), "something was finished on 1 of 3 working days; 5 such days are needed"),
        ((1, 2, 0, 1, 1), "something was finished on 4 of 5 working days; 5 such days are needed"),
        ((1, 1, 1, 1, 1), ""),
    ],
)
def test_too_few_days_with_finished_work_are_no_past_to_draw_from(counts: tuple[int, ...], said: str) -> None:
    assert Sample(counts).silence() == said


def test_a_guard_can_be_another_but_never_none() -> None:
    assert Sample((0, 4)).silence(1) == ""
    assert Sample((0, 0)).silence(0) == "something was finished on 0 of 2 working days; 1 such day is needed"


def test_equal_questions_have_equal_seeds_and_others_do_not() -> None:
    assert forecast.seed("forecast", "OPS", "2026-01-01") == forecast.seed("forecast", "OPS", "2026-01-01")
    assert forecast.seed("forecast", "OPS", "2026-01-01") == "b734eae280802aa6"
    assert forecast.seed("a", "bc") != forecast.seed("ab", "c")
