"""Forecasts of the past, against what came."""

from math import inf

from opsflow.flow import backtest
from opsflow.flow.backtest import LEVELS, Life, Past, Score, Stay, Tried

ALWAYS = {"works": lambda day: True, "until": lambda day: day + 1}
"""Every day is a working day, and positions count from day 0."""


def life(
    begun: float, end: float | None, *, known: int | None = None, until: float = inf, **more: object
) -> Life:
    stay = () if end is None else (Stay(int(end), end, int(end) if known is None else known, until),)
    over = inf if end is None else int(end) if known is None else known
    given = {"type": "request", "class_": "standard", "begun": int(begun), "position": begun, **more}
    working = (Stay(int(begun), begun, int(begun), over),)
    return Life(working=working, finished=stay, dropped=(), **given)  # type: ignore[arg-type]


def past(*lives: Life, today: int, first: int = 0) -> Past:
    return Past(lives, first, today, float(today), **ALWAYS)  # type: ignore[arg-type]


def steady(days: int) -> Past:
    """One item each day, of two days each."""
    return past(*(life(day - 2.0, day + 0.5) for day in range(2, days)), today=days, first=2)


def test_a_steady_past_keeps_every_forecast() -> None:
    tried = [*backtest.run(steady(120), "seed", 60, trials=50)]
    amounts = [each for each in tried if each.kind == "how-many"]
    assert {(each.ahead, each.said, each.came, each.held) for each in amounts} == {
        (14, (14, 14, 14), 14, (True, True, True)),
        (28, (28, 28, 28), 28, (True, True, True)),
    }
    when = [each for each in tried if each.kind == "when"]
    assert {(each.ahead, each.said, each.came) for each in when} == {
        (28, (28, 28, 28), 28),
        (28, (28, 28, 28), None),
    }
    items = [each for each in tried if each.kind == "item"]
    assert {each.held for each in items} == {(True, True, True)}
    assert backtest.scores(tried)[1].share == 1.0


def test_days_are_a_week_apart_and_leave_time_before_and_after() -> None:
    assert list(backtest.days(past(today=60))) == [17, 24, 31, 38, 45]
    assert list(backtest.days(past(today=28))) == []
    assert list(backtest.days(past(today=29))) == [14]
    long = backtest.days(past(today=7 * 1000))
    assert (len(long) <= backtest.MOST_DAYS, long[1] - long[0]) == (True, 35)


def test_a_forecast_knows_only_what_was_known_then() -> None:
    """Finished on day 10, but said so on day 20, and reopened on day 30."""
    late = life(5.0, 10.0, known=20, until=30.0)
    assert [late.at(day) is not None for day in (10, 19, 20, 29, 30)] == [False, False, True, True, False]
    assert [late.open(day) for day in (4, 10, 20, 30)] == [False, True, False, True]
    assert [late.going_on(day) for day in (4, 10, 20, 30)] == [False, True, False, False]


def test_what_is_still_to_come_is_not_judged_whether_or_not_it_has_come() -> None:
    """On day 50 of 66, a forecast for 28 days later can be neither right nor wrong."""
    tried = [each for each in backtest.run(steady(66), "seed", 60, trials=50) if each.kind == "when"]
    assert {each.held for each in tried if each.day + 28 >= 66} == {(None, None, None)}
    assert {each.held for each in tried if each.day + 28 < 66} == {(True, True, True)}


def test_a_past_that_stops_breaks_its_forecasts() -> None:
    """Nothing is finished after day 80, and whoever looked at the days before did not know."""
    stopped = past(*(life(day - 2.0, day + 0.5) for day in range(2, 80)), life(79.0, None), today=140)
    tried = [*backtest.run(stopped, "seed", 60, trials=50)]
    after = [each for each in tried if each.day in range(80, 90)]
    assert {(each.kind, each.held) for each in after} == {
        ("how-many", (False, False, False)),
        ("when", (False, False, False)),
        ("item", (False, False, False)),
    }
    assert [each for each in tried if each.day > 80 + 60] == []


def test_what_was_dropped_is_no_broken_promise() -> None:
    gone = life(70.0, None)._replace(dropped=(Stay(90, 90.0, 90, inf),))
    alone = past(*(life(day - 2.0, day + 0.5) for day in range(2, 80)), gone, today=120)
    assert [
        each for each in backtest.run(alone, "seed", 60, 50) if each.kind == "item" and each.day > 79
    ] == []


def test_too_few_deliveries_make_no_forecast() -> None:
    rare = past(*(life(day - 1.0, float(day)) for day in (10, 20, 30, 40)), today=100)
    assert list(backtest.run(rare, "seed", 60, 50)) == []
    assert [each.kind for each in backtest.run(rare, "seed", 60, 50, guard=1)][:3] == [
        "how-many",
        "how-many",
        "when",
    ]


def test_scores_count_what_could_be_judged() -> None:
    tried = [
        Tried(1, "when", 3, (1, 2, None), 2, (False, True, None)),
        Tried(8, "when", 3, (1, 2, 3), 1, (True, True, True)),
    ]
    assert backtest.scores(tried) == (Score(50, 1, 2), Score(85, 2, 2), Score(95, 1, 1))
    assert [score.share for score in backtest.scores([])] == [None] * len(LEVELS)
