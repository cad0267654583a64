"""How the trials of a simulation are read."""

from math import inf

from opsflow.flow import outcomes
from opsflow.flow.outcomes import Passage


def test_when_is_the_first_day_by_which_enough_trials_were_through() -> None:
    passage = outcomes.passage({3: 1, 4: 2, 5: 3, 6: 2, 7: 1, 9: 1})
    assert passage == Passage(10, (0, 0, 0, 1, 3, 6, 8, 9, 9, 10))
    assert [passage.day(p) for p in (1, 10, 11, 50, 85, 90, 91, 100)] == [3, 3, 4, 5, 7, 7, 9, 9]
    assert [passage.share(day) for day in (-1, 0, 3, 5, 8, 100)] == [0.0, 0.0, 0.1, 0.6, 0.9, 1.0]


def test_trials_that_are_never_through_leave_the_surer_percentiles_unsaid() -> None:
    passage = outcomes.of_ends([0.0, 0.2, 1.0, 1.1, inf])
    assert passage == Passage(5, (1, 3, 4))
    assert [passage.day(p) for p in (20, 50, 80, 85)] == [0, 1, 2, None]
    assert passage.share(1000) == 0.8


def test_without_trials_nothing_is_said() -> None:
    empty = outcomes.of_ends([])
    assert (empty.day(50), empty.share(3), empty.trials) == (None, 0.0, 0)
    assert (outcomes.how_many({}, 85), outcomes.at_least({}, 3), outcomes.predictability({})) == (
        None,
        None,
        None,
    )


def test_how_many_is_walked_from_the_largest_number_down() -> None:
    found = {10: 50, 8: 35, 2: 15}
    assert [outcomes.how_many(found, p) for p in (50, 51, 85, 86, 95)] == [10, 8, 8, 2, 2]
    assert [outcomes.at_least(found, n) for n in (0, 2, 3, 10, 11)] == [1.0, 1.0, 0.85, 0.5, 0.0]
    assert outcomes.predictability(found) == 0.2


def test_a_percentile_takes_the_next_whole_trial_and_no_more() -> None:
    """0.07 · 100 is 7.000000000000001 as a float."""
    assert [outcomes.needed(100, p) for p in (7, 7.1, 50, 0.0001)] == [7, 8, 50, 1]


def test_teams_that_know_nothing_of_one_another_are_through_together_less_often() -> None:
    one = Passage(100, (0, 50, 90, 100))
    other = Passage(100, (0, 90))
    assert outcomes.joint([one, other]) == Passage(100, (0, 45, 81, 90))
    assert outcomes.joint([one, Passage(100, (100,))]) == Passage(100, (0, 50, 90, 100))
    assert outcomes.joint([]) == Passage(0, ())
