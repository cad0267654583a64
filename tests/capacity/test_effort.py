"""What people's days went to."""

from random import Random

import pytest

from opsflow.capacity import effort
from opsflow.capacity.effort import Effort, Holding

WEEK = dict.fromkeys(range(1, 6), 1.0)


def test_a_day_is_shared_evenly_among_what_somebody_held() -> None:
    found = effort.of(
        [
            Holding("maria", 0, 1, 4),
            Holding("maria", 1, 3, 3),
            Holding("maria", 1, 3, 3),
            Holding("ben", 1, 3, 9),
        ],
        {"maria": WEEK, "ben": dict.fromkeys(range(1, 6), 0.5)},
    )
    assert found == Effort(
        pytest.approx({0: 3.5, 1: 0.5 + 1.5}), {"maria": 4.0, "ben": 1.5}, pytest.approx(2.0)
    )
    assert found.total == 5.5


def test_days_off_and_people_who_are_not_known_give_nothing() -> None:
    found = effort.of([Holding("maria", 0, 6, 9), Holding("gone", 1, 1, 5)], {"maria": WEEK, "ida": {}})
    assert found == Effort({}, {"maria": 0.0, "ida": 0.0}, 5.0)


def test_nobody_and_nothing() -> None:
    assert effort.of([], {}) == Effort({}, {}, 0)


def test_an_item_that_is_put_down_and_taken_up_on_one_day_counts_once_on_it() -> None:
    found = effort.of(
        [Holding("maria", 0, 1, 2), Holding("maria", 0, 2, 3), Holding("maria", 1, 2, 2)], {"maria": WEEK}
    )
    assert found.by_item == pytest.approx({0: 2.5, 1: 0.5})
    assert found.free == 2


def test_what_people_gave_is_what_items_got() -> None:
    draw = Random(3)
    for _ in range(30):
        days = {
            person: {day: draw.random() for day in range(1, 60) if draw.random() < 0.7} for person in "abc"
        }
        holdings = [
            Holding(draw.choice("abcd"), draw.randrange(9), first, first + draw.randrange(20))
            for first in (draw.randrange(-10, 70) for _ in range(40))
        ]
        found = effort.of(holdings, days)
        assert sum(found.by_item.values()) == pytest.approx(found.total)
        assert found.total + found.free == pytest.approx(sum(sum(each.values()) for each in days.values()))
        assert found.free >= -1e-9
