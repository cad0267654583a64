"""Who can, who did, and on how few people it rests."""

from opsflow.capacity import skills


def test_the_level_says_what_is_known() -> None:
    assert [skills.level(holds, did) for holds, did in ((False, False), (True, False), (False, True))] == [
        0,
        1,
        2,
    ]


def test_the_bus_factor_is_how_few_have_to_leave_until_most_of_the_work_has_nobody() -> None:
    assert skills.bus_factor([]) == 0
    assert skills.bus_factor([{"maria"}]) == 1
    assert skills.bus_factor([{"maria"}, {"maria"}, {"ben"}]) == 1
    assert skills.bus_factor([{"maria"}, {"ben"}]) == 2
    assert skills.bus_factor([{"maria", "ben"}, {"maria", "ben"}]) == 2
    assert skills.bus_factor([{"maria"}, {"ben"}, {"ida"}, {"jo"}]) == 3
    assert skills.bus_factor([set(), {"maria"}]) == 1


def test_a_share_is_of_the_items_in_which_somebody_had_a_part() -> None:
    assert skills.shares([{"maria", "ben"}, {"maria"}]) == {"maria": 1.0, "ben": 0.5}
    assert skills.shares([]) == {}
