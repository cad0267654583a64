"""Laws of forecasts, over seeded random pasts and boards: what is surer is later, and more takes longer."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from opsflow import measures
from opsflow.facts import Facts
from opsflow.flow import chains, forecast, outcomes
from opsflow.flow.chains import Group, Task
from opsflow.flow.forecast import Draws, Sample
from opsflow.measures import query
from opsflow.model import Away, Board, Item
from tests.boards import facts_in

SEEDS = range(8)
LEVELS = (5, 50, 70, 85, 95)
TRIALS = 400
AMOUNTS = (0, 1, 2, 5, 9, 20)
TODAY = date(2026, 3, 31)


def draws(seed: int) -> Draws:
    chance = random.Random(seed)
    counts = tuple(
        chance.choice((0, 0, 0, 1, 1, 2, chance.randrange(9))) for _ in range(chance.randrange(20, 90))
    )
    return Draws(Sample(counts), f"seed {seed}", TRIALS)


# -- so many items ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_more_items_and_more_certainty_are_never_earlier(seed: int) -> None:
    found = forecast.when(draws(seed), AMOUNTS, until=40)
    table = [[found[amount].day(p) for p in LEVELS] for amount in AMOUNTS]
    assert all(row == sorted(row, key=last) for row in table)
    assert all(list(column) == sorted(column, key=last) for column in zip(*table, strict=True))
    for fewer, more in pairwise(AMOUNTS):
        assert all(found[fewer].share(day) >= found[more].share(day) for day in range(41))


@pytest.mark.parametrize("seed", SEEDS)
def test_more_days_never_bring_fewer_items_nor_more_certainty_more(seed: int) -> None:
    found = forecast.how_many(draws(seed), range(30))
    table = [[outcomes.how_many(found[days], p) or 0 for p in LEVELS] for days in range(30)]
    assert all(row == sorted(row, reverse=True) for row in table)
    assert all(list(column) == sorted(column) for column in zip(*table, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_how_many_and_when_are_the_same_trials(seed: int) -> None:
    """As many trials have n items by a day as are through with n items on it."""
    mine = draws(seed)
    amounts, passages = forecast.how_many(mine, range(15)), forecast.when(mine, AMOUNTS, until=15)
    for amount in AMOUNTS:
        for day in range(15):
            assert passages[amount].share(day) == pytest.approx(outcomes.at_least(amounts[day], amount))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_past_with_more_deliveries_is_never_later(seed: int) -> None:
    mine = draws(seed)
    richer = Draws(
        Sample(tuple(count + (day % 7 == 0) for day, count in enumerate(mine.sample.counts))),
        mine.seed,
        TRIALS,
    )
    before, after = forecast.when(mine, AMOUNTS), forecast.when(richer, AMOUNTS)
    assert all(
        last(after[amount].day(p)) <= last(before[amount].day(p)) for amount in AMOUNTS for p in LEVELS
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_several_teams_together_are_never_earlier_than_one_of_them(seed: int) -> None:
    each = [forecast.when(draws(seed + 100 * team), [9], share=1.0)[9] for team in range(3)]
    together = outcomes.joint(each)
    assert all(last(together.day(p)) >= max(last(one.day(p)) for one in each) for p in LEVELS)
    assert outcomes.joint(each[:1]).reached == each[0].reached


def last(day: int | None) -> float:
    """Not known is later than any day."""
    return float("inf") if day is None else float(day)


# -- along what waits for what ------------------------------------------------------------------------


def tangle(seed: int) -> tuple[list[Task], dict[str, Group]]:
    """Random items, some in progress, with places, narrow limits, dates and days off; needs come first."""
    chance = random.Random(seed)
    groups = {name: Group(chance.randrange(1, 4), ()) for name in ("maria", "ben")}
    tasks: list[Task] = []
    for number in range(25):
        known = [task.item for task in tasks]
        begun = chance.random() < 0.25
        tasks.append(
            Task(
                f"T{number}",
                tuple(sorted(chance.uniform(0, 9) for _ in range(chance.randrange(1, 20)))),
                needs=tuple(chance.sample(known, min(len(known), chance.choice((0, 0, 1, 2))))),
                parts=tuple(chance.sample(known, min(len(known), chance.choice((0, 0, 0, 1))))),
                begun=begun,
                turn=0 if begun else chance.randrange(12),
                groups=() if begun else tuple(name for name in groups if chance.random() < 0.3),
                not_before=chance.choice((0.0, 0.0, float(chance.randrange(20)))),
                off=tuple(sorted(chance.sample(range(1, 30), chance.choice((0, 0, 5))))),
            )
        )
    inside = {name: tuple(t.item for t in tasks if t.begun and chance.random() < 0.4) for name in groups}
    return tasks, {name: Group(group.most, inside[name]) for name, group in groups.items()}


def lived(seed: int, tasks: list[Task], groups: dict[str, Group], pulled: list[str]) -> chains.Run:
    return chains.run({task.item: task for task in tasks}, pulled, groups, draws(seed))


def changed(tasks: list[Task], **more: Any) -> Iterator[list[Task]]:
    for place, task in enumerate(tasks):
        yield [*tasks[:place], task._replace(**more), *tasks[place + 1 :]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_further_dependency_makes_no_item_earlier_in_any_trial(seed: int) -> None:
    tasks, groups = tangle(seed)
    chance = random.Random(seed + 1000)
    pulled = [task.item for task in tasks if not task.begun]
    chance.shuffle(pulled)
    before = lived(seed, tasks, groups, pulled)
    for _ in range(15):
        place = chance.randrange(1, len(tasks))
        task, other = tasks[place], chance.choice(tasks[:place]).item
        kind = chance.choice(("needs", "parts"))
        more = task._replace(**{kind: (*getattr(task, kind), other)})
        after = lived(seed, [*tasks[:place], more, *tasks[place + 1 :]], groups, pulled)
        for item in before.finishes:
            assert all(a <= b for a, b in zip(before.finishes[item], after.finishes[item], strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_later_place_a_later_date_and_days_off_make_their_item_no_earlier(seed: int) -> None:
    tasks, groups = tangle(seed)
    pulled = [task.item for task in tasks if not task.begun]
    before = lived(seed, tasks, groups, pulled)
    for more in ({"turn": 15}, {"not_before": 25.0}, {"off": tuple(range(1, 12))}):
        for place, variant in enumerate(changed(tasks, **more)):
            if place % 5 or tasks[place].off:
                continue
            item = tasks[place].item
            after = lived(seed, variant, groups, pulled)
            assert all(
                a <= b + 1e-9 for a, b in zip(before.finishes[item], after.finishes[item], strict=True)
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_criticality_is_a_share_and_every_end_hangs_on_something(seed: int) -> None:
    tasks, groups = tangle(seed)
    run = lived(seed, tasks, groups, [task.item for task in tasks if not task.begun])
    shares = run.criticality([task.item for task in tasks])
    assert all(0 < share <= 1 for share in shares.values())
    assert sum(shares.values()) >= 1 - 1e-9


# -- whole boards -------------------------------------------------------------------------------------


def board(seed: int) -> Facts:
    """A board with a past of three months, projects, people with limits and days off, and dependencies."""
    chance = random.Random(seed)
    lines = [
        f"today: {TODAY}",
        "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active, wip: 6}, {state: vendor, kind: "
        "waiting}, {state: done, kind: done}, {state: dropped, kind: discarded}]",
        "limits: [{per: person, states: [doing], max: 2}]",
        "people: {maria: {name: Maria, away: [{start: 2026-04-06, end: 2026-04-17}]}, ben: {name: Ben}}",
        "projects: {NET: {title: Network}, WEB: {title: Web}}",
    ]
    dated = []
    for number in range(45):
        start = date(2026, 1, 5) + timedelta(days=chance.randrange(80))
        end = start + timedelta(days=chance.randrange(8))
        kind = chance.choice(("request", "request", "incident"))
        dated.append(f"{start} OPS-{100 + number}: {{state: doing, type: {kind}}}")
        if end < TODAY:
            dated.append(f"{end} OPS-{100 + number}: {{state: done, type: {kind}}}")
    for number in range(12):
        state = chance.choice(("ready", "ready", "doing", "vendor"))
        more = [f"part_of: {chance.choice(('NET', 'WEB', 'OPS-1'))}"] if number > 1 else ["part_of: NET"]
        more += (
            [f"depends_on: [OPS-{chance.randrange(1, number)}]"]
            if number > 2 and chance.random() < 0.4
            else []
        )
        more += [f"assignees: [{chance.choice(('maria', 'ben'))}]"] if chance.random() < 0.6 else []
        more += ["start_after: 2026-04-20"] if chance.random() < 0.1 else []
        dated.append(
            f"2026-03-{chance.randrange(10, 30)} OPS-{number}: {{{', '.join([f'state: {state}', *more])}}}"
        )
    return facts_in("\n".join([*lines, *sorted(dated, key=lambda line: line[:10])]))


def told(facts: Facts, **options: str) -> list[dict[str, Any]]:
    """The rows of a forecast with fewer trials than usual."""
    asked = replace(query.of(facts), options={"trials": str(TRIALS), **options})
    rows: list[dict[str, Any]] = measures.figure("forecast", asked)["rows"]
    return rows


def dates(facts: Facts) -> dict[str, list[str]]:
    """What is said of every project and every open item; not known is later than any day."""
    names = ["NET", "WEB", *(name for name in facts.board.items if int(name[4:]) < 100)]
    answers = {name: told(facts, of=name)[0] for name in names}
    return {name: [row[f"p{p}"] or "9999" for p in outcomes.LEVELS] for name, row in answers.items()}


def with_items(facts: Facts, *items: Item) -> Facts:
    """The same facts with other items; nothing else knows of it, for a dependency is in no history."""
    found = {**facts.board.items, **{item.id: item for item in items}}
    return replace(facts, board=facts.board._replace(items=found))


@pytest.mark.parametrize("seed", range(4))
def test_a_dependency_written_down_makes_no_forecast_of_a_board_earlier(seed: int) -> None:
    facts = board(seed)
    chance = random.Random(seed)
    before = dates(facts)
    open_ = [
        item
        for item in facts.board.items.values()
        if facts.board.kind(item) in ("backlog", "active", "waiting")
    ]
    assert sum(row[0] != "9999" for row in before.values()) > 5
    for _ in range(6):
        one, other = chance.sample(open_, 2)
        after = dates(with_items(facts, one._replace(depends_on=(*one.depends_on, other.id))))
        assert {
            name: row
            for name, row in after.items()
            if any(a < b for a, b in zip(row, before[name], strict=True))
        } == {}


@pytest.mark.parametrize("seed", range(4))
def test_who_is_away_makes_no_forecast_earlier(seed: int) -> None:
    facts = board(seed)
    people = {
        name: person._replace(away=(*person.away, Away(date(2026, 4, 1), date(2026, 4, 24))))
        for name, person in (facts.board.people or {}).items()
    }
    away: Board = facts.board._replace(people=people)
    before, after = dates(facts), dates(replace(facts, board=away))
    assert all(a >= b for name in before for a, b in zip(after[name], before[name], strict=True))
    assert before != after


@pytest.mark.parametrize("seed", range(2))
def test_equal_questions_have_equal_answers(seed: int) -> None:
    one, other = (json.dumps(told(board(seed)), sort_keys=True) for _ in range(2))
    assert one == other


def test_an_answer_does_not_depend_on_what_else_is_asked() -> None:
    """All projects at once, one of them, or one of its items: the luck of each is its own."""
    facts = board(1)
    every = {row["subject"]: row for row in told(facts) if row["kind"] == "project"}
    assert [told(facts, of=name)[0] for name in every] == list(every.values())
    assert len(every) == 2
