"""Laws of days: a window that ends on a day says what was known at the end of that day."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from opsflow import measures
from opsflow.flow.days import Window
from opsflow.measures import query
from opsflow.measures.query import Query
from opsflow.model import Expectation, Vendor
from tests import told

FIRST = datetime(2026, 3, 2, tzinfo=told.BERLIN)
"""A Monday; the clocks change on the 29th."""
DAYS = (date(2026, 3, 15), date(2026, 3, 28), date(2026, 3, 29), date(2026, 4, 1))
CLOCKS = ("00:00:00", "00:00:01", "09:00:00", "12:00:00", "23:59:59")
STATES = ("ready", "doing", "vendor", "review", "done", "dropped", "-")
OVER = ("done", "dropped", "-")
EVERY = [
    *(name for family in ("flow", "unplanned") for name in measures.FAMILIES[family]),
    "vendors",
    "value",
]
LASTING = ("arrivals", "net-flow", "wip", "time-in-state", "blocked", "rework", "displacement", "vendors")
"""What reopening changes nothing of; what is reopened is not finished any more, in past windows either."""
WORDS = {"title", "subtitle", "advice", "what"}
"""Sentences round, and a day that is not over is a second shorter."""


def moments(chance: random.Random, most: int) -> Iterator[str]:
    """Some moments of five weeks in order; many are the first or the last second of a day."""
    at = FIRST + timedelta(days=chance.randrange(20))
    for _ in range(chance.randint(1, most)):
        yield f"{at.date()}T{chance.choice(CLOCKS)}"
        at += timedelta(days=chance.choice((1, 1, 2, 5)))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=told.BERLIN)


def parts(pairs: list[tuple[str, str]], now: datetime) -> str:
    return ", ".join(f"{berlin(at).isoformat()} {value}" for at, value in pairs if berlin(at) <= now)


def known(seed: int, now: datetime, back: bool) -> Query:
    """What the same board tells at a moment: items go back, are over with blocks left in, and `back` reopened."""
    chance = random.Random(seed)
    stories, items = [], []
    for number in range(40):
        way = [(at, chance.choice(STATES)) for at in moments(chance, 7)]
        way = [step for step, before in zip(way, [("", ""), *way], strict=False) if step[1] != before[1]]
        blocks = [
            (at, chance.choice(("vendor:acme", "vendor:acme", "maria", "-"))) for at in moments(chance, 4)
        ]
        brought = chance.random() < 0.1
        type_, class_ = chance.choice(list(told.TYPES)), chance.choice(list(told.CLASSES))
        while way and way[0][1] == "-":
            way.pop(0)
        over = [place for place, (_, state) in enumerate(way, 1) if state in OVER]
        way = way if back or not over else way[: over[0]]
        while blocks and (blocks[0][1] == "-" or not way or berlin(blocks[0][0]) < berlin(way[0][0])):
            blocks.pop(0)
        states = parts(way, now)
        if states:
            name = f"OPS-{number}"
            stories.append(
                told.story(
                    name, states, blocked=parts(blocks, now), type=type_, class_=class_, brought=brought
                )
            )
            if not states.endswith("-"):
                items.append(told.item(name, states.rpartition(" ")[2], type=type_, class_=class_))
    expectations = (Expectation(3, 0.85),)
    vendors = {"acme": Vendor("acme", "Acme", answer_within=timedelta(days=2))}
    board = told.board(*items, timezone="Europe/Berlin", expectations=expectations, vendors=vendors)
    return query.of(replace(told.facts(board, told.history(stories)), now=now))


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            alike(one[key], other[key]) for key in one if key not in WORDS
        )
    if isinstance(one, list) and isinstance(other, list):
        if one and other and isinstance(one[0], dict) and "id" in one[0]:
            one, other = (sorted(each, key=lambda row: str(row["id"])) for each in (one, other))
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and one == pytest.approx(other, abs=0.001)
    return bool(one == other)


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("seed", range(6))
def test_up_to_a_day_is_what_the_end_of_that_day_told(seed: int, day: date, back: bool) -> None:
    """Nothing of it was learned later, so `--to` a day says what `--at` that day does."""
    window = Window(FIRST.date() + timedelta(days=2), day)
    night = datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, told.BERLIN)
    then = replace(known(seed, night, back), window=window)
    now = replace(known(seed, FIRST + timedelta(days=60), back), window=window)
    for name in LASTING if back else EVERY:
        old, new = measures.figure(name, then), measures.figure(name, now)
        differing = {
            key: (old[key], new[key]) for key in old if key not in WORDS and not alike(old[key], new[key])
        }
        assert not differing, name
        behind = [
            [(each.item, each.what, each.at) for each in measures.behind(name, one)] for one in (then, now)
        ]
        assert behind[0] == behind[1], name
