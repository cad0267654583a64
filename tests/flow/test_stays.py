"""How long items stood in each state."""

from opsflow.flow import stays, visits
from tests import told
from tests.told import at

DAY = 86400


def days(states: str, start: str, end: str, clip: bool = False) -> dict[str, tuple[list[float], list[float]]]:
    found = visits.of(told.history({"OPS-1": states}))
    told_ = stays.of(found, at(start).timestamp(), at(end).timestamp(), clip=clip)
    return {
        each.state: ([length / DAY for length in each.over], [length / DAY for length in each.ongoing])
        for each in told_
        if each.over or each.ongoing
    }


def test_visits_within_are_over_and_the_last_one_goes_on() -> None:
    assert days("2026-01-05 inbox, 2026-01-07 doing, 2026-01-08 done", "2026-01-01", "2026-01-11") == {
        "inbox": ([2], []),
        "doing": ([1], []),
        "done": ([], [3]),
    }


def test_visits_that_go_beyond_count_whole_or_cut() -> None:
    way = "2026-01-01 inbox, 2026-01-10 doing, 2026-01-30 done"
    assert days(way, "2026-01-05", "2026-01-15") == {"inbox": ([9], []), "doing": ([], [5])}
    assert days(way, "2026-01-05", "2026-01-15", clip=True) == {"inbox": ([5], []), "doing": ([], [5])}
    assert days(way, "2026-01-12", "2026-01-15") == {"doing": ([], [5])}
    assert days(way, "2026-01-12", "2026-01-15", clip=True) == {"doing": ([], [3])}


def test_what_was_over_before_or_begins_later_does_not_count() -> None:
    assert days("2026-01-01 doing, 2026-01-03 -", "2026-01-05", "2026-01-15") == {}
    assert days("2026-01-20 doing", "2026-01-05", "2026-01-15") == {}
    assert days(
        "2026-01-01 doing, 2026-01-03 -, 2026-01-07 doing, 2026-01-08 -", "2026-01-05", "2026-01-15"
    ) == {"doing": ([1], [])}


def test_a_visit_that_ends_with_the_stretch_stands_at_its_end() -> None:
    way = "2026-01-05 doing, 2026-01-15 done"
    assert days(way, "2026-01-01", "2026-01-15") == {"doing": ([], [10])}
    assert days(way, "2026-01-10", "2026-01-15", clip=True) == {"doing": ([], [5])}


def test_several_visits_to_a_state_are_several() -> None:
    way = "2026-01-05 doing, 2026-01-06 review, 2026-01-08 doing, 2026-01-11 done"
    assert days(way, "2026-01-01", "2026-01-12")["doing"] == ([1, 3], [])
