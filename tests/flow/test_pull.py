"""What to pull next, and why."""

from datetime import date, timedelta

from opsflow.flow import pull
from opsflow.flow.pull import Known
from opsflow.model import Blocked, Item, Kind, Person, State
from tests import told

TODAY = date(2026, 3, 1)


def known(**more: object) -> Known:
    return Known(**{"today": TODAY, "created": {}, **more})  # type: ignore[arg-type]


def ready(id: str, **more: object) -> Item:
    return told.item(id, "ready", **more)


def ids(items: tuple[Item, ...], given: Known | None = None, person: Person | None = None) -> list[str]:
    found, _ = pull.order(told.board(*items), given or known(), lambda item: (), person)
    return [each.item.id for each in found]


def test_class_comes_first_then_dates_at_risk_then_cost_of_delay_then_age() -> None:
    items = (
        ready("OPS-1"),
        ready("OPS-2"),
        ready("OPS-3", cost_of_delay=50.0),
        ready("OPS-4", due=TODAY + timedelta(days=3)),
        ready("OPS-5", due=TODAY + timedelta(days=90)),
        ready("OPS-6", class_="fixed-date", due=TODAY + timedelta(days=60)),
        ready("OPS-7", class_="expedite"),
        ready("OPS-8", class_="intangible", due=TODAY),
    )
    created = {"OPS-1": date(2026, 2, 1), "OPS-2": date(2026, 1, 1)}
    expected = ["OPS-7", "OPS-6", "OPS-4", "OPS-3", "OPS-2", "OPS-1", "OPS-5", "OPS-8"]
    assert ids(items, known(created=created)) == expected


def test_a_date_is_at_risk_when_most_work_takes_longer_than_what_is_left() -> None:
    items = (ready("OPS-1", cost_of_delay=9.0), ready("OPS-2", due=TODAY + timedelta(days=20)))
    assert ids(items) == ["OPS-1", "OPS-2"]
    assert ids(items, known(likely_days=21)) == ["OPS-2", "OPS-1"]


def test_what_is_not_ready_says_all_that_holds_it_back() -> None:
    items = (
        ready("OPS-1", blocked=Blocked("no key"), start_after=date(2026, 3, 2)),
        ready("OPS-2", depends_on=("OPS-3", "OPS-4", "OPS-5")),
        told.item("OPS-3", "doing"),
        told.item("OPS-4", "done"),
        told.item("OPS-5", "inbox"),
    )
    found, held = pull.order(told.board(*items), known(), lambda item: ("full",))
    assert found == ()
    assert [(each.item.id, each.why) for each in held] == [
        ("OPS-1", ("blocked: no key", "not before 2026-03-02", "full")),
        ("OPS-2", ("waits for OPS-3, OPS-5", "full")),
    ]


def test_an_item_waits_for_the_open_items_of_the_board_that_it_depends_on_and_for_nothing_else() -> None:
    needed = ("OPS-2", "OPS-3", "OPS-4", "OPS-5", "OPS-6", "OPS-9", "OPS-5")
    board = told.board(
        ready("OPS-1", depends_on=needed),
        told.item("OPS-2", "done"),
        told.item("OPS-3", "dropped"),
        told.item("OPS-4", "limbo"),
        told.item("OPS-5", "doing"),
        told.item("OPS-6", "inbox"),
        told.item("OPS-7", "done", depends_on=needed),
        told.item("OPS-8", "dropped", depends_on=needed),
    )
    assert {id: pull.waits_for(board, item) for id, item in board.items.items() if item.depends_on} == {
        "OPS-1": ("OPS-4", "OPS-5", "OPS-6"),
        "OPS-7": (),
        "OPS-8": (),
    }


def test_an_item_may_begin_on_the_day_it_is_not_to_begin_before() -> None:
    assert ids((ready("OPS-1", start_after=TODAY),)) == ["OPS-1"]


def test_a_person_is_offered_what_is_theirs_or_nobodys_and_within_their_skills() -> None:
    items = (
        ready("OPS-1", assignees=("ben",)),
        ready("OPS-2", assignees=("maria", "ben")),
        ready("OPS-3", skills=("tls", "dns")),
        ready("OPS-4", skills=("tls",)),
    )
    maria = Person("maria", "Maria Keller", skills=("tls",))
    found, held = pull.order(told.board(*items), known(), lambda item: (), maria)
    assert [each.item.id for each in found] == ["OPS-2", "OPS-4"]
    assert [each.why for each in held] == [
        ("is given to ben",),
        ("needs dns, which Maria Keller does not have",),
    ]


def test_each_pull_says_why() -> None:
    items = (
        ready("OPS-1", class_="expedite"),
        ready("OPS-2", class_="fixed-date", due=date(2026, 3, 5), cost_of_delay=200.0),
        ready("OPS-3"),
    )
    board = told.board(*items, currency="EUR")
    given = known(created={"OPS-3": date(2026, 2, 19)})
    found, _ = pull.order(board, given, lambda item: ())
    assert [each.why for each in found] == [
        ("expedite, may go beyond limits",),
        ("fixed date", "due in 4 days", "each day of delay costs 200 EUR"),
        ("has waited 11 days",),
    ]


def test_work_is_pulled_from_the_last_backlog_state_into_the_next_that_is_worked_in() -> None:
    board = told.board()
    assert (pull.source(board), pull.target(board)) == (told.STATES[1], told.STATES[2])
    bare = told.board(states=(State("done", Kind.DONE),))
    assert (pull.source(bare), pull.target(bare)) == (None, None)


def test_days_to_a_date_are_words() -> None:
    words = [pull.due_words(TODAY + timedelta(days=n), TODAY) for n in (-2, -1, 0, 1, 4)]
    assert words == ["2 days late", "1 day late", "due today", "due tomorrow", "due in 4 days"]
