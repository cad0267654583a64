"""One percentile rule, and silence where there is too little to say."""

import pytest

from opsflow.flow import percentiles

TEN = list(range(1, 11))


@pytest.mark.parametrize(
    ("p", "least"), [(30, 5), (50, 5), (70, 10), (85, 10), (95, 20), (99, 100), (100, 20)]
)
def test_each_percentile_has_its_least_number(p: float, least: int) -> None:
    assert percentiles.enough(p) == least


@pytest.mark.parametrize(
    ("n", "expected"), [(0, (None, None, None)), (4, (None, None, None)), (5, (3, None, None))]
)
def test_too_few_values_have_no_percentile(n: int, expected: tuple[int | None, ...]) -> None:
    assert tuple(percentiles.days(TEN[:n], p) for p in (50, 85, 95)) == expected


def test_percentiles_are_shown_from_ten_and_twenty_on() -> None:
    assert [percentiles.days(TEN, p) for p in (50, 85, 95)] == [5, 9, None]
    assert [percentiles.days([*TEN, *TEN], p) for p in (50, 85, 95)] == [5, 9, 10]


def test_at_least_so_many_values_are_no_larger() -> None:
    values = [3, 8, 8, 13, 21, 21, 34, 2, 1, 1, 5]
    for p in range(1, 101):
        found = percentiles.percentile(values, p, minimum=1)
        assert found is not None
        assert sum(value <= found for value in values) * 100 >= p * len(values)
        assert sum(value < found for value in values) * 100 < p * len(values)


def test_ranks_are_exact_where_floats_are_not() -> None:
    assert percentiles.percentile(list(range(1, 101)), 7, minimum=1) == 7  # 0.07 * 100 is over 7 in floats
    assert percentiles.percentile(list(range(1, 1001)), 99.9, minimum=1) == 999


@pytest.mark.parametrize(("rule", "expected"), [("nearest-rank", 9), ("linear", 8.65), ("truncated-rank", 8)])
def test_rules_of_other_tools_are_there_by_name(rule: str, expected: float) -> None:
    assert percentiles.percentile(TEN, 85, minimum=1, rule=rule) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("type-1", [3.0, 15.0, 20.0, 40.0, 50.0, 50.0]),
        ("type-2", [3.0, 15.0, 27.5, 40.0, 50.0, 50.0]),
        ("type-3", [3.0, 3.0, 20.0, 35.0, 40.0, 50.0]),
        ("type-4", [3.0, 5.4, 20.0, 37.5, 44.0, 50.0]),
        ("type-5", [3.0, 11.4, 27.5, 40.0, 49.0, 50.0]),
        ("type-6", [3.0, 7.8, 27.5, 42.5, 50.0, 50.0]),
        ("type-7", [3.0, 15.0, 27.5, 38.75, 45.0, 50.0]),
        ("type-8", [3.0, 10.2, 27.5, 40.833333, 50.0, 50.0]),
        ("type-9", [3.0, 10.5, 27.5, 40.625, 50.0, 50.0]),
        ("lower", [3.0, 15.0, 20.0, 35.0, 40.0, 50.0]),
        ("higher", [3.0, 15.0, 35.0, 40.0, 50.0, 50.0]),
        ("midpoint", [3.0, 15.0, 27.5, 37.5, 45.0, 50.0]),
    ],
)
def test_all_types_of_hyndman_and_fan_are_there(rule: str, expected: list[float]) -> None:
    """As numpy has them: linear, weibull, hazen and so on."""
    found = [percentiles.percentile([15, 20, 35, 40, 50, 3], p, 1, rule) for p in (0, 20, 50, 75, 90, 100)]
    assert found == pytest.approx(expected, abs=1e-5)
