"""Laws of the event table, over seeded random histories: what goes out comes back in, whatever the format."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from opsflow import demo, facts, measures
from opsflow.events import board as boards
from opsflow.events import reading, rows, sheets, writing
from opsflow.facts import Facts
from opsflow.flow import days
from opsflow.flow.days import Window
from opsflow.measures import query
from opsflow.model import Span, Story
from tests import told, varied

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
NAMES = [*(state.name for state in told.STATES), "limbo", "-"]
MEASURES = (*measures.FAMILIES["flow"], *measures.FAMILIES["unplanned"])
PEOPLE = ("ben", "eva", "=maria", "O'Neil; junior")


def held(chance: random.Random, values: list[str], story: Story) -> tuple[Span, ...]:
    """Some values, one after another or with gaps, within the life of an item."""
    at, found = story.states[0].start, []
    for value in values:
        at += timedelta(seconds=chance.choice((0, 1, 86_400, 200_000)))
        end = at + timedelta(seconds=chance.choice((0, 3600, 500_000)))
        open_ = chance.random() < 0.2
        found.append(
            Span(value, at, None if open_ else end, told.commit(at), chance.choice(("", "vendor:x")))
        )
        at = end
        if open_:
            break
    return tuple(found)


def story(chance: random.Random, number: int) -> Story:
    """An item that jumps, falls back, is deleted, brought back, blocked, handed on, and of changing type."""
    at = START + timedelta(minutes=chance.randrange(90 * 24 * 60))
    steps = [f"{at.isoformat()} {chance.choice(NAMES[:-1])}"]
    for _ in range(chance.randrange(8)):
        at += timedelta(minutes=chance.choice((0, 1, 600, 6000, 30000)))
        later = chance.choice(NAMES)
        if later != steps[-1].split()[-1]:
            steps.append(f"{at.isoformat()} {later}")
    mass = chance.choice(({"brought": True}, {"brought_on": "2026-11-01 09:00"}, {}, {}, {}))
    made = told.story(f"OPS-{number}", ", ".join(steps), **mass, taken=chance.random() < 0.5)
    kinds = [
        Span(kind, made.states[0].start, None, made.states[0].commit) for kind in ("request", "incident")
    ]
    if chance.random() < 0.3:
        half = made.states[0].start + timedelta(hours=5)
        kinds = [kinds[0]._replace(end=half), kinds[1]._replace(start=half)]
    else:
        kinds = [chance.choice(kinds)._replace(end=made.gone)]
    return varied.replace(
        made,
        title=chance.choice(("Plain", "=1+1", 'Quote " and , comma', "Ünï ✓", "'tis")),
        blocked=held(chance, chance.sample(["no disk", "+no key", "a, b"], chance.randrange(3)), made),
        assigned=held(chance, chance.sample(PEOPLE, chance.randrange(3)), made),
        types=tuple(kinds),
        classes=(Span("standard", made.states[0].start, made.gone, made.states[0].commit),),
    )


def random_facts(seed: int) -> Facts:
    chance = random.Random(seed)
    stories = [story(chance, number) for number in range(40)]
    items = [
        told.item(
            each.item,
            each.states[-1].value,
            title=each.title,
            type=each.types[-1].value,
            services=tuple(chance.sample(["mail", "web; old", "vpn"], chance.randrange(3))),
            labels=tuple(chance.sample(["a", "b\\c"], chance.randrange(2))),
            part_of=chance.choice(["", "PRJ-1"]),
            assignees=tuple(span.value for span in each.assigned if span.end is None),
            estimate=chance.choice([None, timedelta(days=2), timedelta(minutes=90)]),
        )
        for each in stories
        if each.gone is None
    ]
    return told.facts(told.board(*items, timezone="Europe/Berlin"), told.history(stories), NOW.isoformat())


def back(given: Facts, format: str, folder: Path) -> Facts:
    """The facts that the exported table tells."""
    path = str(folder / f"events.{format}")
    writing.store(sheets.events(rows.of(given)), format, path, force=True)
    found = reading.read(path, given.zone, given.now)
    assert (found.wrong, found.left_out, found.later, found.ignored) == (0, 0, 0, ())
    return boards.facts(found, given.now, name="x", board=given.board)


def figures(given: Facts, first: date) -> dict[str, str]:
    """The figures of measures since that day, as JSON."""
    asked = replace(query.of(given), window=Window(first, given.today))
    return {name: json.dumps(measures.figure(name, asked), ensure_ascii=False) for name in MEASURES}


def first_day(given: Facts) -> date:
    """The day on which the history begins: before it nothing is known, and a table cannot say that."""
    assert given.history
    return days.day(given.history.commits[0].at, given.zone)


def formats() -> tuple[str, ...]:
    try:
        import duckdb  # noqa: F401
        import numpy  # noqa: F401
    except ImportError:
        return ("csv", "jsonl")
    return writing.FORMATS


@pytest.mark.parametrize("seed", range(8))
def test_what_is_exported_gives_the_same_measures(seed: int, tmp_path: Path) -> None:
    given = random_facts(seed)
    since = first_day(given)
    expected = figures(given, since)
    for format in formats():
        assert figures(back(given, format, tmp_path), since) == expected, format


@pytest.mark.parametrize("seed", range(8))
def test_items_are_known_from_the_table(seed: int, tmp_path: Path) -> None:
    given = random_facts(seed)
    names = ("id", "title", "state", "type", "class_", "services", "part_of", "labels", "estimate")
    expected = [[getattr(item, name) for name in names] for item in given.board.items.values()]
    for format in formats():
        found = back(given, format, tmp_path).board.items
        known = [[getattr(found[id], name) for name in names] for id in given.board.items]
        assert known == expected, format
        assert {id for id in found if id not in given.board.items} == {
            id for id, each in (given.history or told.history({})).stories.items() if each.gone
        }


@pytest.mark.parametrize("seed", range(8))
def test_a_table_that_is_exported_again_is_the_same_byte_for_byte(seed: int, tmp_path: Path) -> None:
    given = random_facts(seed)
    expected = "".join(writing.text(sheets.events(rows.of(given)), "csv"))
    for format in formats():
        again = sheets.events(rows.of(back(given, format, tmp_path)))
        assert "".join(writing.text(again, "csv")) == expected, format


def test_the_example_board_gives_the_same_measures_without_git(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    demo.make(folder)
    given = facts.gather(folder, now=demo.read().now.astimezone(UTC), cache=False)
    since = first_day(given)
    expected = figures(given, since)
    for format in formats():
        assert figures(back(given, format, tmp_path), since) == expected, format
