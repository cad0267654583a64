"""When an item was created, started, finished: two points give every measure."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsflow.flow import spans
from opsflow.flow.days import Count
from opsflow.flow.spans import ItemSpan
from opsflow.model import Kind, State
from tests import told
from tests.told import BERLIN, at


def span(text: str, **more: Any) -> ItemSpan:
    found = spans.of(told.board(**more), told.history({"OPS-1": text}))
    return found["OPS-1"]


def intervals(found: ItemSpan) -> list[tuple[str, str | None]]:
    def text(moment: datetime | None) -> str | None:
        return moment.strftime("%m-%d") if moment else None

    return [(text(start) or "", text(end)) for start, end in found.flow]


def test_an_item_runs_from_its_first_state_to_done() -> None:
    assert span("2026-01-05 09:00 inbox, 2026-01-06 10:00 doing, 2026-01-08 17:00 done") == ItemSpan(
        "OPS-1",
        created=at("2026-01-05 09:00"),
        started=at("2026-01-06 10:00"),
        finished=at("2026-01-08 17:00"),
        first_finished=at("2026-01-08 17:00"),
        flow=((at("2026-01-06 10:00"), at("2026-01-08 17:00")),),
    )


def test_an_item_in_the_backlog_has_not_started() -> None:
    assert span("2026-01-05 09:00 inbox, 2026-01-06 10:00 ready") == ItemSpan(
        "OPS-1", created=at("2026-01-05 09:00")
    )


def test_a_waiting_state_starts_an_item_too() -> None:
    assert span("2026-01-05 09:00 vendor").started == at("2026-01-05 09:00")


def test_an_item_that_jumps_to_done_starts_and_finishes_at_once() -> None:
    found = span("2026-01-05 09:00 inbox, 2026-01-09 10:00 done")
    assert (found.started, found.finished) == (at("2026-01-09 10:00"), at("2026-01-09 10:00"))
    assert found.flow == ((at("2026-01-09 10:00"), at("2026-01-09 10:00")),)


def test_going_back_to_the_backlog_does_not_undo_the_start_but_ends_the_work() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 ready, 2026-01-09 09:00 doing")
    assert (found.started, found.departed, found.ongoing) == (at("2026-01-05 09:00"), None, True)
    assert intervals(found) == [("01-05", "01-07"), ("01-09", None)]
    assert found.moved_back == 1


def test_a_reopened_item_finishes_at_its_last_entry_into_done() -> None:
    found = span(
        "2026-01-05 09:00 doing, 2026-01-07 09:00 done, 2026-01-09 09:00 doing, 2026-01-12 09:00 done"
    )
    assert (found.started, found.first_finished, found.finished, found.reopened, found.moved_back) == (
        at("2026-01-05 09:00"),
        at("2026-01-07 09:00"),
        at("2026-01-12 09:00"),
        1,
        1,
    )
    assert intervals(found) == [("01-05", "01-07"), ("01-09", "01-12")]


def test_a_reopened_item_is_not_finished_while_it_is_open() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 done, 2026-01-09 09:00 review")
    assert (found.finished, found.first_finished, found.ongoing) == (None, at("2026-01-07 09:00"), True)


def test_a_second_done_state_does_not_move_the_finish() -> None:
    states = (*told.STATES, State("released", Kind.DONE))
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 done, 2026-01-09 09:00 released", states=states)
    assert (found.finished, found.reopened, found.moved_back) == (at("2026-01-07 09:00"), 0, 0)


def test_an_item_deleted_while_done_is_archived_and_stays_finished() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 done, 2026-02-01 09:00 -")
    assert (found.finished, found.discarded) == (at("2026-01-07 09:00"), None)


def test_an_item_deleted_unfinished_is_discarded_then() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 -")
    assert (found.finished, found.discarded, found.departed) == (
        None,
        at("2026-01-07 09:00"),
        at("2026-01-07 09:00"),
    )
    assert intervals(found) == [("01-05", "01-07")]


def test_a_dropped_item_is_discarded_when_it_was_dropped_not_when_its_file_went() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 dropped, 2026-01-20 09:00 -")
    assert found.discarded == at("2026-01-07 09:00")


def test_an_item_that_came_back_lives_on() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 -, 2026-01-10 09:00 doing, 2026-01-12 09:00 done")
    assert (found.started, found.discarded, found.finished) == (
        at("2026-01-05 09:00"),
        None,
        at("2026-01-12 09:00"),
    )
    assert intervals(found) == [("01-05", "01-07"), ("01-10", "01-12")]
    assert (found.reopened, found.moved_back) == (0, 0)


def test_an_archived_item_that_came_back_done_was_finished_all_the_time() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-07 09:00 done, 2026-01-08 09:00 -, 2026-01-10 09:00 done")
    assert (found.finished, found.reopened) == (at("2026-01-07 09:00"), 0)
    assert intervals(found) == [("01-05", "01-07")]


def test_an_unknown_state_counts_as_nothing() -> None:
    found = span("2026-01-05 09:00 limbo")
    assert (found.started, found.departed, found.flow) == (None, None, ())
    back = span("2026-01-05 09:00 doing, 2026-01-06 09:00 limbo, 2026-01-08 09:00 doing")
    assert (back.started, back.moved_back, back.departed) == (at("2026-01-05 09:00"), 0, None)
    assert intervals(back) == [("01-05", "01-06"), ("01-08", None)]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("2026-01-05 09:00 doing, 2026-01-05 17:00 done", (1, 0, 8 / 24, 1, 0, 8 / 24)),
        ("2026-01-05 23:59 doing, 2026-01-06 00:00 done", (2, 1, 1 / 1440, 2, 1, 1 / 1440)),
        ("2026-01-05 09:00 doing, 2026-01-12 09:00 done", (8, 7, 7.0, 6, 5, 5.0)),
    ],
)
def test_cycle_time_can_be_counted_in_six_ways(states: str, expected: tuple[float, ...]) -> None:
    found = span(states)
    assert tuple(spans.cycle_time_days(found, UTC, count) for count in Count) == pytest.approx(expected)


def test_what_is_not_finished_has_an_age_and_no_cycle_time() -> None:
    found, now = span("2026-01-05 09:00 inbox, 2026-01-06 09:00 doing"), at("2026-01-09 08:00")
    assert spans.cycle_time_days(found, BERLIN) is None
    assert spans.lead_time_days(found, BERLIN) is None
    assert spans.age_days(found, now, BERLIN) == 4


def test_what_is_over_has_no_age() -> None:
    found = span("2026-01-05 09:00 doing, 2026-01-06 09:00 done")
    assert spans.age_days(found, at("2026-01-09 08:00"), BERLIN) is None
    assert spans.lead_time_days(found, BERLIN) == 2


def test_an_item_that_starts_in_the_future_is_one_day_old() -> None:
    assert spans.age_days(span("2026-01-09 09:00 doing"), at("2026-01-05 09:00"), BERLIN) == 1


def test_what_was_spent_on_a_dropped_item_is_counted_from_its_start() -> None:
    assert spans.spent_days(span("2026-01-05 09:00 doing, 2026-01-07 09:00 dropped"), BERLIN) == 3
    assert spans.spent_days(span("2026-01-05 09:00 inbox, 2026-01-07 09:00 dropped"), BERLIN) is None
