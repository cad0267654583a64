"""Flow efficiency counts standing still once, and is silent where nothing can stand."""

from dataclasses import replace

from opsflow.flow import efficiency, spans
from opsflow.flow.efficiency import Efficiency
from opsflow.model import Kind, State, Story
from tests import told

WITHOUT_WAITING = (State("doing", Kind.ACTIVE), State("done", Kind.DONE))


def found(*stories: Story, states: tuple[State, ...] = told.STATES) -> Efficiency:
    board = told.board(states=states)
    known = spans.of(board, told.history(stories))
    return replace(efficiency.of(board, known, range(len(known))), each=())


def test_an_item_blocked_while_it_waits_stands_once() -> None:
    story = told.story(
        "OPS-1",
        "2026-01-01 00:00 inbox, 2026-01-05 00:00 doing, 2026-01-07 00:00 vendor, "
        "2026-01-10 00:00 doing, 2026-01-15 00:00 done",
        blocked="2026-01-03 00:00 a, 2026-01-06 00:00 -, 2026-01-09 00:00 b, 2026-01-11 00:00 -",
    )
    assert found(story) == Efficiency(total_days=10, stood_days=5, n=1, configured=True)
    assert found(story).share == 0.5


def test_a_block_that_was_left_in_stands_no_time_while_its_item_is_done() -> None:
    story = told.story(
        "OPS-1",
        "2026-01-05 00:00 doing, 2026-01-07 00:00 done, 2026-01-13 00:00 doing, 2026-01-15 00:00 done",
        blocked="2026-01-06 00:00 a, 2026-01-13 00:00 -",
    )
    assert found(story) == Efficiency(total_days=10, stood_days=1, n=1, configured=True)


def test_unfinished_items_do_not_count() -> None:
    story = told.story("OPS-1", "2026-01-01 00:00 doing, 2026-01-07 00:00 vendor")
    assert found(story) == Efficiency(0, 0, 0, configured=True)
    assert found(story).share is None


def test_where_nothing_can_wait_it_is_not_configured() -> None:
    story = told.story("OPS-1", "2026-01-01 00:00 doing, 2026-01-07 00:00 done")
    bare = found(story, states=WITHOUT_WAITING)
    assert (bare.configured, bare.share) == (False, None)


def test_a_block_makes_it_measurable_without_a_waiting_state() -> None:
    story = told.story(
        "OPS-1",
        "2026-01-01 00:00 doing, 2026-01-05 00:00 done",
        blocked="2026-01-02 00:00 a, 2026-01-03 00:00 -",
    )
    assert found(story, states=WITHOUT_WAITING).share == 0.75
