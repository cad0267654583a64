"""Burn, run-out, earned value; and that what was not measured is never 0."""

from datetime import date

from opsflow.capacity import money
from opsflow.capacity.money import Earned, Summed

TODAY = date(2026, 3, 10)


def test_what_is_not_measured_is_counted_apart() -> None:
    assert money.add([1200, None, 0]) == Summed(1200, 2, 1)
    assert money.add([1200, None, 0]).mean == 600
    assert money.add([None]) == Summed(None, 0, 1)
    assert money.add([]).mean is None


def test_a_quotient_needs_both_parts() -> None:
    assert [money.ratio(1, 4), money.ratio(None, 4), money.ratio(1, None), money.ratio(1, 0)] == [
        0.25,
        None,
        None,
        None,
    ]


def test_a_budget_runs_out_when_what_is_left_is_burnt() -> None:
    burn = money.burn_per_day(1000, date(2026, 3, 1), TODAY)
    assert burn == 100
    assert money.runs_out(2000, 1000, burn, TODAY) == date(2026, 3, 20)
    assert money.runs_out(2001, 1000, burn, TODAY) == date(2026, 3, 21)
    assert money.runs_out(1000, 1000, burn, TODAY) == TODAY
    assert money.runs_out(2000, 0, 0, TODAY) is None
    assert money.runs_out(2000, 0, None, TODAY) is None
    assert money.runs_out(1e12, 1, 1e-6, TODAY) is None
    assert money.burn_per_day(1000, date(2026, 3, 11), TODAY) is None
    assert money.burn_per_day(None, TODAY, TODAY) is None


def test_earned_value_without_its_inputs_says_nothing() -> None:
    found = money.earned(1000, 10, None, 4, None)
    assert (found.earned, found.planned, found.spent) == (400, None, None)
    assert found.schedule_variance is found.cost_variance is found.schedule_index is None
    assert found.cost_index is found.estimate_at_completion is found.to_complete is None


def test_no_money_is_left_to_use_well() -> None:
    assert Earned(100, 50, 50, 100).to_complete is None
    assert Earned(100, 50, 0, 10).estimate_at_completion is None
