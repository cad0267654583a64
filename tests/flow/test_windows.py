"""Time between two states, and what a move back takes back."""

from opsflow.flow import spans, windows
from opsflow.flow.visits import Visits, moment
from tests import told


def between(states: str, first: str, last: str) -> tuple[str, str] | None:
    """The days on which a window begins and ends."""
    found = spans.of(told.board(), told.history({"OPS-1": states}))
    (begun,), (over,) = windows.between(told.board(), found, first, last)
    assert (begun is None) == (over is None)
    return None if begun is None or over is None else (day(begun), day(over))


def day(at: float) -> str:
    return moment(at).strftime("%m-%d")


WAY = "2026-01-05 inbox, 2026-01-06 doing, 2026-01-08 review, 2026-01-09 doing, 2026-01-12 review, 2026-01-13 done"


def test_a_window_runs_from_the_first_coming_to_the_last() -> None:
    assert between(WAY, "doing", "done") == ("01-06", "01-13")
    assert between(WAY, "doing", "review") == ("01-06", "01-12")
    assert between(WAY, "inbox", "doing") == ("01-05", "01-06")


def test_a_state_that_was_passed_over_counts_where_it_was() -> None:
    assert between(WAY, "ready", "vendor") == ("01-06", "01-12")


def test_what_fell_back_before_the_last_state_has_no_window_yet() -> None:
    assert between("2026-01-05 doing, 2026-01-06 review, 2026-01-07 doing", "doing", "review") is None


def test_what_was_past_both_at_once_has_none() -> None:
    assert between("2026-01-05 done", "doing", "done") is None
    assert between(WAY, "done", "done") is None
    assert between(WAY, "done", "doing") is None


def test_what_was_dropped_has_no_window_to_the_end_but_one_before_it() -> None:
    way = "2026-01-05 doing, 2026-01-06 review, 2026-01-07 done, 2026-01-08 dropped"
    assert between(way, "doing", "done") is None
    assert between(way, "doing", "review") == ("01-05", "01-06")


def test_the_states_of_a_window_are_without_the_last_one() -> None:
    board = told.board()
    assert windows.states_between(board, "doing", "done") == ("doing", "vendor", "review")
    assert windows.states_between(board, "done", "doing") == ()


def erased(states: str) -> list[tuple[str, str, str | None]]:
    found: Visits = windows.erased(
        told.board(), spans.of(told.board(), told.history({"OPS-1": states})).visits
    )
    return [
        (found.names[state], day(begun), None if left is None else day(left))
        for state, begun, left in zip(found.state, found.entered, found.left, strict=True)
    ]


def test_a_move_back_takes_back_what_came_after_the_state_it_leads_to() -> None:
    assert erased("2026-01-05 ready, 2026-01-06 doing, 2026-01-08 review, 2026-01-09 doing") == [
        ("ready", "01-05", "01-06"),
        ("doing", "01-06", None),
    ]


def test_a_move_back_to_where_it_never_was_begins_there() -> None:
    assert erased("2026-01-05 ready, 2026-01-08 review, 2026-01-09 doing, 2026-01-12 done") == [
        ("ready", "01-05", "01-09"),
        ("doing", "01-09", "01-12"),
        ("done", "01-12", None),
    ]


def test_forward_moves_and_dropping_take_nothing_back() -> None:
    way = "2026-01-05 ready, 2026-01-06 doing, 2026-01-07 limbo, 2026-01-08 dropped"
    assert [state for state, *_ in erased(way)] == ["ready", "doing", "limbo", "dropped"]
