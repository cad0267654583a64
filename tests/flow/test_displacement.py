"""What stood still while expedite work was being done."""

import random

from opsflow.flow import displacement
from opsflow.flow.displacement import Covered, Stood
from opsflow.flow.unplanned import Stretch


def minutes(stretches: list[Stretch]) -> set[int]:
    return {minute for start, end in stretches for minute in range(int(start), int(end))}


def test_what_is_covered_of_a_stretch_is_what_counting_says() -> None:
    chance = random.Random(1)
    for _ in range(200):
        times = [(start, start + chance.randrange(9)) for start in (chance.randrange(60) for _ in range(6))]
        covered, there = Covered(times), minutes(times)
        for _ in range(20):
            start = chance.randrange(70)
            end = start + chance.randrange(30)
            assert covered.within(start, end) == len(there & set(range(start, end)))
            assert minutes(covered.parts(start, end)) == there & set(range(start, end))
        assert covered.whole == len(there)
    assert not Covered([])
    assert not Covered([(3, 3)])


def test_what_is_taken_away_of_stretches_is_what_counting_says() -> None:
    chance = random.Random(2)
    for _ in range(200):
        one, other = (
            Covered(
                [(start, start + chance.randrange(9)) for start in (chance.randrange(60) for _ in range(6))]
            )
            for _ in range(2)
        )
        left = displacement.without(one.stretches, other.stretches)
        assert minutes(left) == minutes(one.stretches) - minutes(other.stretches)


EXPEDITE = Covered([(10, 20), (30, 40)])


def stood(
    active: list[Stretch],
    waited: list[Stretch],
    blocked: list[Stretch] | None = None,
    **assigned: list[Stretch],
) -> Stood:
    on = {"maria": Covered([(10, 20)]), "ben": Covered([(15, 20), (30, 40)])}
    return displacement.stood(1, active, waited, blocked or [], assigned, EXPEDITE, on)


def test_what_waited_stood_still_while_expedite_work_was_done() -> None:
    assert stood([], [(0, 12), (18, 35)]) == Stood(1, waiting=9, people=0)


def test_what_was_blocked_stood_still_only_while_it_was_in_progress() -> None:
    assert stood([(0, 15)], [], [(5, 18)]) == Stood(1, waiting=5, people=0)


def test_what_was_active_stood_still_while_its_only_person_was_on_expedite_work() -> None:
    assert stood([(0, 50)], [], maria=[(0, 50)]) == Stood(1, waiting=0, people=10)
    assert stood([(0, 50)], [], maria=[(15, 50)]) == Stood(1, waiting=0, people=5)
    assert stood([(0, 50)], [], zoe=[(0, 50)]) == Stood(1, waiting=0, people=0)
    assert stood([(0, 50)], []) == Stood(1, waiting=0, people=0)


def test_of_several_people_all_have_to_be_on_expedite_work() -> None:
    assert stood([(0, 50)], [], maria=[(0, 50)], ben=[(0, 50)]) == Stood(1, waiting=0, people=5)
    assert stood([(0, 50)], [], maria=[(0, 12)], ben=[(12, 50)]) == Stood(1, waiting=0, people=2 + 5 + 10)
    assert stood([(0, 50)], [], maria=[(0, 50)], zoe=[(0, 50)]) == Stood(1, waiting=0, people=0)


def test_nothing_counts_twice() -> None:
    assert stood([(0, 25)], [(25, 50)], [(12, 30)], maria=[(0, 50)]) == Stood(1, waiting=8 + 10, people=2)


def test_people_have_expedite_work_in_their_hands_while_it_is_active_and_theirs() -> None:
    busy = displacement.busy({7: [(0, 10), (20, 30)]}, {7: {"maria": [(5, 25)]}, 8: {"ben": [(0, 9)]}})
    assert {person: covered.stretches for person, covered in busy.items()} == {"maria": [(5, 10), (20, 25)]}
