"""The working days before and after now."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from opsflow.flow.days import Window
from opsflow.measures import _lives
from opsflow.measures._course import FAR, Course
from tests import told
from tests.boards import facts_in
from tests.measures.asked import asked

BOARD = """
today: 2026-05-06
timezone: Europe/Berlin
calendar: {week: mon-fri, holidays: DE-BE}
people: {maria: {name: Maria, away: [{start: 2026-05-07, end: 2026-05-10}, {start: 2026-05-01, end: 2026-05-02}]},
  ben: {name: Ben, away: [{start: 2026-05-08, end: 2026-05-12}]}}
2026-04-01 OPS-1: {state: doing, assignees: [maria]}
2026-04-01 OPS-2: {state: doing, assignees: [maria, ben]}
2026-04-01 OPS-3: {state: doing, assignees: [maria, zoe]}
"""


def course(text: str = BOARD) -> Course:
    return Course(asked(text))


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_what_goes_by_of_a_day_off_is_nothing() -> None:
    """1 May is a Friday and a holiday."""
    moments = (
        "2026-04-30T12:00+02:00",
        "2026-05-01T12:00+02:00",
        "2026-05-03T23:00+02:00",
        "2026-05-04T06:00+02:00",
    )
    thursday, *others = course().worked([seconds(each) for each in moments])
    assert [at - thursday for at in others] == pytest.approx([0.5, 0.5, 0.75])


def test_a_day_on_which_clocks_change_is_one_day() -> None:
    text = BOARD.replace("mon-fri", "mon-sun")
    moments = ("2026-03-29T00:00+01:00", "2026-03-29T12:30+02:00", "2026-03-30T00:00+02:00")
    first, noon, last = course(text).worked([seconds(each) for each in moments])
    assert (noon - first, last - first) == (pytest.approx(0.5), 1.0)


def test_days_from_now_begin_after_today() -> None:
    mine = course()
    assert [mine.lands(n) for n in (None, 0, 1, 3)] == [
        None,
        date(2026, 5, 6),
        date(2026, 5, 7),
        date(2026, 5, 11),
    ]
    assert [mine.until(date(2026, 5, day)) for day in (5, 6, 7, 10, 11)] == [-1, 0, 1, 2, 3]
    assert [mine.begins(day) for day in (None, date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 9))] == [
        0,
        0,
        1,
        2,
    ]
    assert mine.until(date(9999, 1, 1)) == FAR


def test_a_day_is_off_for_an_item_when_nobody_is_there_who_has_it() -> None:
    """The 7th is working day 1, the 11th and 12th are 3 and 4; who is not known is taken to be there."""
    mine, items = course(), facts_in(BOARD).board.items
    assert {name: mine.off(items[name], 100) for name in items} == {
        "OPS-1": (1, 2),
        "OPS-2": (2,),
        "OPS-3": (),
    }
    assert mine.off(items["OPS-1"], 1) == (1,)


def test_today_is_no_day_of_the_sample_before_its_last_minute() -> None:
    facts = facts_in(BOARD)
    late = replace(facts, now=told.at("2026-05-06 23:59:59.999999+02:00"))
    assert (asked(facts).complete, asked(late).complete) == (
        Window(date(2026, 4, 1), date(2026, 5, 5)),
        Window(date(2026, 4, 1), date(2026, 5, 6)),
    )


def test_what_was_entered_later_is_known_later() -> None:
    """A backtest may not know on the 3rd what was written down on the 20th."""
    text = """
    today: 2026-03-10
    2026-02-02 OPS-1: {state: doing}
    2026-02-20 OPS-1: {state: done, entered: {done: 2026-02-03 09:00}}
    2026-03-02 OPS-1: {state: doing}
    2026-03-03 OPS-1: gone
    """
    query = asked(text)
    past = _lives.past(query, Course(query))
    (life,) = past.lives
    day = date(2026, 2, 1).toordinal() - 1
    assert [(stay.day - day, stay.known - day, stay.until - day) for stay in life.finished] == [(3, 20, 30)]
    assert [(stay.day - day, stay.known - day) for stay in life.dropped] == [(31, 31)]
    assert [(stay.known - day, stay.until - day) for stay in life.working] == [(2, 20), (30, 31)]
    assert [life.at(day + n) is not None for n in (3, 19, 20, 29, 30)] == [False, False, True, True, False]
