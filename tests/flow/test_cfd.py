"""Cumulative flow by high-water mark, and rework beside it."""

from datetime import UTC, date, datetime

from opsflow.flow import cfd, spans
from opsflow.flow.cfd import Cfd
from opsflow.flow.days import Clock, Window
from opsflow.flow.visits import moment
from opsflow.model import Kind, State
from tests import told
from tests.told import at

WINDOW = Window(date(2026, 1, 5), date(2026, 1, 9))


Fall = tuple[str, str, str, datetime, datetime | None]
"""Item, the furthest state, the one fallen back to, from when to when."""


def diagram(stories: dict[str, str], window: Window = WINDOW) -> tuple[Cfd, list[Fall]]:
    board, clock = told.board(), Clock(UTC)
    found = spans.of(board, told.history(stories))
    rework = cfd.rework(board, found, clock.begin(window.numbers.start), clock.begin(window.numbers.stop))
    falls = [
        (found.visits.items[item], *rework.pairs[pair], moment(fell), moment(over) if over else None)
        for item, fell, over, pair in zip(*rework[:4], strict=True)
    ]
    return cfd.of(board, found, window, clock), falls


def test_a_jump_counts_in_the_states_passed_over_and_the_backlog_in_none() -> None:
    found, _ = diagram({"OPS-1": "2026-01-05 09:00 inbox, 2026-01-06 09:00 doing, 2026-01-08 09:00 done"})
    assert [state.name for state in found.states] == ["doing", "vendor", "review", "done"]
    assert found.lines == ((0, 1, 1, 1, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1))
    assert found.bands == ((0, 1, 1, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 1, 1))


def test_falling_back_changes_no_line_and_is_listed_as_rework() -> None:
    found, rework = diagram(
        {
            "OPS-1": "2026-01-05 09:00 review, 2026-01-06 09:00 doing, "
            "2026-01-07 09:00 ready, 2026-01-08 09:00 done"
        }
    )
    assert found.lines == ((1, 1, 1, 1, 1), (1, 1, 1, 1, 1), (1, 1, 1, 1, 1), (0, 0, 0, 1, 1))
    assert rework == [("OPS-1", "review", "doing", at("2026-01-06 09:00"), at("2026-01-08 09:00"))]


def test_rework_that_is_made_good_after_the_days_is_not_yet() -> None:
    way = "2026-01-05 09:00 review, 2026-01-06 09:00 doing, 2026-01-10 00:00 review"
    _, rework = diagram({"OPS-1": way})
    assert rework == [("OPS-1", "review", "doing", at("2026-01-06 09:00"), None)]
    _, longer = diagram({"OPS-1": way}, Window(WINDOW.first, date(2026, 1, 10)))
    assert longer == [("OPS-1", "review", "doing", at("2026-01-06 09:00"), at("2026-01-10 00:00"))]


def test_what_comes_back_from_being_dropped_below_its_mark_is_rework() -> None:
    _, rework = diagram(
        {"OPS-1": "2026-01-05 09:00 review, 2026-01-06 09:00 dropped, 2026-01-07 09:00 doing"}
    )
    assert rework == [("OPS-1", "review", "doing", at("2026-01-07 09:00"), None)]


def test_rework_that_has_not_been_made_good_has_no_end() -> None:
    _, rework = diagram({"OPS-1": "2026-01-05 09:00 done, 2026-01-06 09:00 doing"})
    assert rework == [("OPS-1", "done", "doing", at("2026-01-06 09:00"), None)]


def test_work_is_reopened_where_it_falls_out_of_being_done_and_not_from_one_done_state_to_another() -> None:
    board = told.board(states=(*told.STATES, State("closed", Kind.DONE)))
    stories = {
        "OPS-1": "2026-01-05 09:00 doing, 2026-01-06 09:00 closed, 2026-01-07 09:00 done",
        "OPS-2": "2026-01-05 09:00 doing, 2026-01-06 09:00 closed, 2026-01-07 09:00 done, "
        "2026-01-07 10:00 doing, 2026-01-08 09:00 closed",
        "OPS-3": "2026-01-05 09:00 review, 2026-01-06 09:00 doing",
        "OPS-4": "2026-01-05 09:00 done, 2026-01-06 09:00 doing",
    }
    found = cfd.rework(board, spans.of(board, told.history(stories)), 0, at("2026-02-01 00:00").timestamp())
    assert [
        (found.pairs[pair], reopened) for pair, reopened in zip(found.pair, found.reopened, strict=True)
    ] == [
        (("closed", "done"), False),
        (("closed", "done"), True),
        (("review", "doing"), False),
        (("done", "doing"), True),
    ]
    early = cfd.rework(board, spans.of(board, told.history(stories)), 0, at("2026-01-07 10:00").timestamp())
    assert early.reopened == [False, False, False, True]


def test_what_was_over_before_the_window_is_in_the_lines_but_not_in_the_bands() -> None:
    found, _ = diagram(
        {
            "OPS-1": "2025-12-01 09:00 doing, 2025-12-02 09:00 done",
            "OPS-2": "2025-12-01 09:00 doing, 2025-12-03 09:00 dropped",
            "OPS-3": "2025-12-01 09:00 doing, 2026-01-06 09:00 done",
            "OPS-4": "2026-01-05 09:00 vendor, 2026-01-08 09:00 dropped",
            "OPS-5": "2026-01-05 09:00 inbox, 2026-01-08 09:00 dropped",
        }
    )
    assert [state.name for state in found.states] == ["doing", "vendor", "review", "done", "dropped"]
    assert found.before == (3, 2, 2, 2, 1)
    assert found.lines == (
        (4, 4, 4, 4, 4),
        (3, 4, 4, 4, 4),
        (2, 3, 3, 4, 4),
        (2, 3, 3, 4, 4),
        (1, 1, 1, 2, 2),
    )
    assert found.bands == (
        (1, 0, 0, 0, 0),
        (1, 1, 1, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 1, 1, 1, 1),
        (0, 0, 0, 1, 1),
    )


def test_an_item_dropped_and_taken_up_again_is_not_counted_as_dropped() -> None:
    found, _ = diagram({"OPS-1": "2026-01-05 09:00 doing, 2026-01-06 09:00 dropped, 2026-01-07 09:00 review"})
    assert [state.name for state in found.states] == ["doing", "vendor", "review", "done"]
    assert found.lines == ((1, 1, 1, 1, 1), (0, 0, 1, 1, 1), (0, 0, 1, 1, 1), (0, 0, 0, 0, 0))


def test_what_was_ever_done_keeps_that_mark() -> None:
    found, _ = diagram(
        {
            "OPS-1": "2026-01-01 09:00 done, 2026-01-06 09:00 doing, 2026-01-07 09:00 dropped",
            "OPS-2": "2026-01-05 09:00 doing, 2026-01-07 09:00 dropped",
        }
    )
    assert found.lines[-2:] == ((1, 1, 2, 2, 2), (0, 0, 1, 1, 1))
    assert found.bands[-2:] == ((0, 0, 0, 0, 0), (0, 0, 1, 1, 1))


def test_a_board_where_nothing_happened_has_flat_lines() -> None:
    found, rework = diagram({"OPS-1": "2026-01-05 09:00 inbox"})
    assert (found.lines, found.before, rework) == (((0,) * 5,) * 4, (0,) * 4, [])
