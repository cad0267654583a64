"""Process limits and their signals."""

import pytest

from opsflow.flow import xmr
from opsflow.flow.xmr import Limits

FIVE = Limits(mean=5, mean_range=1.128, n=10)
"""One standard deviation is 1, and the limits are 2 and 8, nearly."""


def signals(values: list[float], limits: Limits = FIVE, **more: int) -> list[tuple[int, ...]]:
    return [point.rules for point in xmr.points(values, limits, **more)]


def test_limits_are_the_mean_and_so_many_mean_moving_ranges() -> None:
    found = xmr.limits([1, 3, 2, 6])
    assert found is not None
    assert (found.mean, found.mean_range, found.n) == (3, 7 / 3, 4)
    assert (found.upper, found.lower) == (3 + 2.66 * 7 / 3, 3 - 2.66 * 7 / 3)
    assert found.upper_range == pytest.approx(3.267 * 7 / 3)
    assert found.sigma == pytest.approx(7 / 3 / 1.128)


def test_one_value_has_no_limits() -> None:
    assert (xmr.limits([]), xmr.limits([4])) == (None, None)


def test_a_lower_limit_below_nothing_is_none() -> None:
    found = xmr.limits([1, 9, 1, 9], clamp=True)
    assert found is not None
    assert (found.lower, found.clamped) == (0, True)
    assert signals([-50, -50, -50, -50, -50], found) == [()] * 5
    assert signals([1, 1, 1, 1, 1, 1, 1, 1], found) == [(4,)] * 8


def test_a_range_that_is_a_signal_itself_may_be_left_out() -> None:
    values = [5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 40, 41]
    plain, screened = xmr.limits(values), xmr.limits(values, screen=True)
    assert plain is not None and screened is not None
    assert (plain.mean_range, screened.mean_range) == (46 / 12, 1)


def test_a_value_beyond_a_limit_is_a_signal_and_one_on_it_is_none() -> None:
    assert signals([FIVE.upper, 5, 5, FIVE.upper + 0.01]) == [(), (), (), (1,)]
    assert signals([FIVE.lower, 5, 5, FIVE.lower - 0.01]) == [(), (), (), (1,)]


def test_two_of_three_beyond_two_deviations_on_one_side_are_signals() -> None:
    assert signals([7.5, 5, 7.5]) == [(2,), (), (2,)]
    assert signals([7.5, 5, 5, 7.5]) == [(), (), (), ()]
    assert signals([7.5, 5, 2.5]) == [(), (), ()]


def test_four_of_five_beyond_one_deviation_on_one_side_are_signals() -> None:
    assert signals([6.5, 6.5, 5, 6.5, 6.5]) == [(3,), (3,), (), (3,), (3,)]
    assert signals([3.5, 3.5, 5, 3.5, 6.5]) == [()] * 5


def test_a_run_on_one_side_is_a_signal_and_the_mean_ends_it() -> None:
    assert signals([5.5] * 8) == [(4,)] * 8
    assert signals([5.5] * 7) == [()] * 7
    assert signals([5.5] * 4 + [5] + [5.5] * 4) == [()] * 9
    assert signals([4.5] * 7, run=7) == [(4,)] * 7


def test_a_trend_is_a_signal_only_where_it_is_asked_for() -> None:
    rising = [4.7, 4.8, 4.9, 5.1, 5.2, 5.3, 5.4]
    assert signals(rising) == [()] * 7
    assert signals(rising, trend=7) == [(5,)] * 7
    assert signals(rising[::-1], trend=7) == [(5,)] * 7


def test_each_point_says_how_long_its_run_and_its_trend_are() -> None:
    points = xmr.points([6, 7, 5, 4, 3, 3], FIVE)
    assert [(point.run, point.trend, point.moving_range) for point in points] == [
        (1, 0, None),
        (2, 2, 1),
        (0, -2, 2),
        (-1, -3, 1),
        (-2, -4, 1),
        (-3, 0, 0),
    ]
