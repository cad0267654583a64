"""The past once more, by another policy."""

from math import inf

import pytest

from opsflow.flow import replay
from opsflow.flow.replay import Check, Habit, Job, Phase, Replayed, Rule, Stage, Work

DOING = frozenset(("doing",))
FREE = Habit([99] * 20, [frozenset()] * 20)
"""A team that begins whatever is ready."""


def job(name: str, *stages: tuple[str, float, float], ready: float = 0.0, **more: object) -> Job:
    """A finished item; `doing` is worked on, every other state is waited in."""
    placed = tuple(Stage(state, state == "doing", start, end) for state, start, end in stages)
    given = {
        "kind": "request",
        "beyond": False,
        "pulled": True,
        "counted": frozenset(((0, ""),)),
        "begun": stages[0][1] if stages else inf,
        "finished": stages[-1][2] if stages else None,
        "ended": bool(stages),
        **more,
    }
    return Job(item=name, ready=ready, stages=placed, **given)  # type: ignore[arg-type]


def once_more(
    jobs: list[Job], works: list[Work], most: int, people: float | None = None, past: Habit = FREE
) -> Replayed:
    days = len(past.levels)
    return replay.replay(jobs, works, [Rule(DOING, most)], past, None if people is None else [people] * days)


def needs(*amounts: float, goes_on: bool = False) -> Work:
    return Work(tuple(Phase("doing", True, amount) for amount in amounts), goes_on)


# -- what the past says -------------------------------------------------------------------------------


def test_people_share_the_day_among_more_items_than_they_are() -> None:
    assert replay.share(4, 0, 2.0) == (1.0, 0.5)
    assert replay.share(1, 0, 2.0) == (1.0, 1.0)
    assert replay.share(2, 1, 2.0) == (1.0, 0.5)
    assert replay.share(3, 4, 2.0) == (0.5, replay.LEAST_SHARE)
    assert replay.share(3, 4, None) == (1.0, 1.0)
    assert replay.share(0, 0, 0.0) == (1.0, 1.0)


def test_work_is_what_an_item_got_and_waiting_is_the_time_it_waited() -> None:
    """One person; B comes on day 1, so A gets half of that day."""
    jobs = [job("A", ("doing", 0, 2), ("vendor", 2, 5), ("doing", 5, 6)), job("B", ("doing", 1, 2))]
    assert replay.works(jobs, 6, [1.0] * 6) == [
        Work((Phase("doing", True, 1.5), Phase("vendor", False, 3), Phase("doing", True, 1.0)), False),
        Work((Phase("doing", True, 0.5),), False),
    ]


def test_what_was_never_begun_needs_what_others_of_its_kind_got() -> None:
    jobs = [job("A", ("doing", 0, 1)), job("B", ("doing", 0, 3)), job("C", ("doing", 0, 9)), job("D")]
    assert replay.works(jobs, 9, None)[3] == needs(3.0)
    assert replay.works([*jobs, job("E", kind="incident")], 9, None)[4].phases == ()


def test_the_past_in_numbers() -> None:
    jobs = [job("A", ("doing", 0, 1.5)), job("B", ("doing", 0, 4), finished=None), job("C", ("", 0, 2))]
    assert replay.happened(jobs, 5) == Replayed((1.5, 2), (2, 1, 1, 1, 0))


# -- once more ----------------------------------------------------------------------------------------


def test_the_same_policy_brings_the_same_past_out() -> None:
    jobs = [
        job("A", ("doing", 0, 3)),
        job("B", ("doing", 0.5, 2), ("vendor", 2, 6), ("doing", 6, 7.25)),
        job("C", ("doing", 4, 4.5)),
        job("D", ("doing", 6.5, 7.5)),
    ]
    rules = [Rule(DOING, 2)]
    for people in (None, [1.0] * 9, [2.0] * 9):
        works = replay.works(jobs, 9, people)
        again = replay.replay(jobs, works, rules, replay.habit(jobs, rules, 9), people)
        past = replay.happened(jobs, 9)
        assert again.throughput == past.throughput
        assert [check for check in replay.check(past, again) if not check.holds] == []


def test_a_tighter_limit_begins_later() -> None:
    jobs = [job(name, ("doing", 0, 2)) for name in "ABC"]
    works = [needs(2.0)] * 3
    assert once_more(jobs, works, 3) == Replayed((2.0, 2.0, 2.0), (3, 0, *[0] * 18))
    assert once_more(jobs, works, 1).wip[:7] == (1, 1, 1, 1, 1, 0, 0)


def test_with_people_for_one_a_limit_of_one_ends_each_sooner_and_all_at_the_same_time() -> None:
    jobs = [job(name, ("doing", 0, 3)) for name in "ABC"]
    works = [needs(1.0)] * 3
    together, apart = once_more(jobs, works, 3, 1.0), once_more(jobs, works, 1, 1.0)
    assert together.cycle_times == pytest.approx((3.0, 3.0, 3.0))
    assert apart.cycle_times == pytest.approx((1.0, 1.0, 1.0))
    assert (together.wip[:4], apart.wip[:4]) == ((3, 3, 0, 0), (1, 1, 0, 0))


def test_one_person_more_is_no_help_for_fewer_items_than_people() -> None:
    jobs, works = [job("A", ("doing", 0, 2))], [needs(2.0)]
    assert once_more(jobs, works, 9, 1.0) == once_more(jobs, works, 9, 5.0)


def test_a_team_keeps_as_much_going_as_it_kept() -> None:
    """B was begun on day 6, when A was over. Is A sooner over, so is B begun; but no sooner than it was ready."""
    jobs = [
        job("A", ("doing", 0, 6)),
        job("B", ("doing", 6, 8), ready=2.0),
        job("C", ("doing", 8, 9), ready=7.0),
    ]
    past = Habit([1] * 20, [frozenset()] * 20)
    again = once_more(jobs, [needs(1.0), needs(1.0), needs(1.0)], 9, past=past)
    assert again.wip[:9] == (0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert once_more(jobs, [needs(3.0), needs(3.0), needs(1.0)], 9, past=past).wip[:9] == (
        1,
        1,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
    )


def test_where_a_limit_was_full_it_was_the_limit_that_held_work_back() -> None:
    jobs = [job("A", ("doing", 0, 4)), job("B", ("doing", 4, 8))]
    held = replay.habit(jobs, [Rule(DOING, 1)], 9)
    assert (held.levels, held.full) == ([1] * 9, [{(0, "")}] * 9)
    wider = replay.replay(jobs, [needs(4.0)] * 2, [Rule(DOING, 2)], held, None)
    assert wider.wip[:5] == (2, 2, 2, 0, 0)
    unheld = replay.habit(jobs, [Rule(DOING, 5)], 9)
    assert replay.replay(jobs, [needs(4.0)] * 2, [Rule(DOING, 2)], unheld, None).wip[:5] == (1, 1, 1, 1, 1)


def test_what_nobody_plans_is_begun_when_it_came() -> None:
    jobs = [job("A", ("doing", 0, 4)), job("I", ("doing", 2, 3), pulled=False), job("B", ("doing", 4, 5))]
    past = Habit([1] * 20, [frozenset()] * 20)
    assert once_more(jobs, [needs(4.0), needs(1.5), needs(1.0)], 9, past=past).wip[:6] == (1, 1, 2, 1, 0, 0)


def test_an_item_stops_before_a_state_that_is_full_and_goes_on_when_there_is_room() -> None:
    review = frozenset(("review",))
    both = frozenset(((0, ""), (1, "")))
    jobs = [
        job("A", ("doing", 0, 1), ("review", 1, 4), counted=both),
        job("B", ("doing", 0, 2), ("review", 2, 3), counted=both),
    ]
    works = [
        Work((Phase("doing", True, 1.0), Phase("review", False, 3.0)), False),
        Work((Phase("doing", True, 2.0), Phase("review", False, 1.0)), False),
    ]
    again = replay.replay(jobs, works, [Rule(DOING, 2), Rule(review, 1)], FREE, None)
    assert again.cycle_times == pytest.approx((4.0, 5.0))


def test_two_that_stand_before_full_states_do_not_keep_each_other_going_for_ever() -> None:
    none = [Rule(DOING, 2), Rule(frozenset(("review",)), 0)]
    both = frozenset(((0, ""), (1, "")))
    jobs = [job(name, ("doing", 0, 1), ("review", 1, 2), counted=both) for name in "AB"]
    works = [Work((Phase("doing", True, 1.0), Phase("review", False, 1.0)), False)] * 2
    assert replay.replay(jobs, works, none, FREE, None) == Replayed((), (2,) * 20)


def test_what_is_still_open_does_not_end() -> None:
    jobs = [job("A", ("doing", 0, 2), ended=False, finished=None)]
    assert once_more(jobs, [needs(2.0, goes_on=True)], 9) == Replayed((), (1,) * 20)


def test_numbers_are_those_of_the_items_that_are_told() -> None:
    jobs = [job("A", ("doing", 0, 2)), job("B", ("doing", 0, 4))]
    told = replay.replay(jobs, [needs(2.0), needs(4.0)], [Rule(DOING, 9)], FREE, None, frozenset("B"))
    assert told == Replayed((4.0,), (1, 1, 1, *[0] * 17))


# -- whether it is to be trusted ----------------------------------------------------------------------


def test_a_past_that_does_not_come_out_again_is_told_by_its_numbers() -> None:
    past = Replayed((2.0,) * 10 + (10.0,) * 10, (5,) * 10)
    again = Replayed((2.0,) * 10 + (13.0,) * 7, (5,) * 10)
    assert list(replay.check(past, again)) == [
        Check("throughput", 20, 17, 2.0),
        Check("mean WIP", 5.0, 5.0, 1.0),
        Check("50% cycle time", 2.0, 2.0, 1.0),
        Check("85% cycle time", 10.0, 13.0, 2.0),
    ]
    assert [check.holds for check in replay.check(past, again)] == [False, True, True, False]
