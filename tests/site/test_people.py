"""The pages about people: whole without charts and scripts, light, and with a link to every item."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from opsflow import reports
from opsflow.facts import Facts
from opsflow.model import Away, Person
from opsflow.site import people
from opsflow.site.plot import Size, draw
from opsflow.site.shop import open_shop
from tests.site import sample
from tests.varied import replace

WIDE = Size("wide", 614, 300, 16)


def with_people(facts: Facts, count: int) -> Facts:
    """The same board, with so many people, some of them away."""
    day = facts.today
    known = {
        f"p{n}": Person(
            f"p{n}",
            f"Person {n}",
            "ops",
            skills=("network",) if n % 3 else (),
            away=(Away(day + timedelta(days=n % 40), day + timedelta(days=n % 40 + 6)),) if n % 2 else (),
        )
        for n in range(count)
    }
    return replace(facts, board=replace(facts.board, people=known))


def test_every_item_in_progress_is_linked_from_whoever_holds_it() -> None:
    facts = sample.facts(120)
    page = people.capacity(open_shop(facts, (), False)).data.decode()
    held = [row["items"] for row in reports.view("capacity", facts, ())["people"]["rows"]]
    ids = {item["id"] for items in held for item in items}
    assert ids
    assert ids <= set(re.findall(r'<a class="id" href="item/[^"]+">([^<]+)</a>', page))


def test_without_charts_the_numbers_stand_in_tables() -> None:
    page = people.capacity(open_shop(sample.facts(120), (), False)).data.decode()
    assert '<svg class="chart' not in page
    assert "pip install" in page
    for caption in (
        "What fits in the weeks ahead",
        "People, what they hold, and when they are there",
        "Person-days of the weeks ahead",
        "What the work was done on",
    ):
        assert f'<caption class="vh">{caption}</caption>' in page


def test_pages_of_three_hundred_people_are_light_and_say_who_is_left_out() -> None:
    facts = with_people(sample.facts(400, people=300), 300)
    shop = open_shop(facts, (), True)
    pages = people.capacity(shop), people.skills(shop)
    assert max(len(page.data) for page in pages) < 200_000
    assert f"and {300 - people.PEOPLE} more" in pages[0].data.decode()


def test_of_many_people_skills_name_them_in_one_column() -> None:
    for count, initials in ((people.ACROSS, people.ACROSS), (people.ACROSS + 1, 0)):
        facts = with_people(sample.facts(60, people=count), count)
        page = people.skills(open_shop(facts, (), False)).data.decode()
        assert page.count("<abbr ") == initials


@pytest.mark.parametrize(
    ("limit", "marks"),
    [
        (None, []),
        ({"max": 2, "count": 0}, ["", ""]),
        ({"max": 2, "count": 1}, ["on", ""]),
        ({"max": 2, "count": 3}, ["on", "on", "stop", "over"]),
        ({"max": 7, "count": 1}, []),
        ({"max": 2, "count": 7}, []),
    ],
)
def test_a_meter_has_a_mark_for_each_place_and_for_what_is_too_much(
    limit: dict[str, int] | None, marks: list[str]
) -> None:
    assert people._meter(limit) == marks


def week(there: float, left: float | None, away: float) -> dict[str, object]:
    return {
        "from_on": "2026-06-15",
        "person_days": there,
        "left_person_days": left,
        "away_person_days": away,
    }


def test_a_week_is_what_is_left_what_unplanned_work_takes_and_what_is_away() -> None:
    parts = [(bar["k"], bar["a"], bar["b"], bar["s"]) for bar in people._bars(week(30, 24, 10))]
    assert parts == [
        ("left", 0, 24, "Week of 15 Jun: 24 for planned work"),
        ("unplanned", 24, 30, "Week of 15 Jun: 6 taken by unplanned work, if it takes as much as before"),
        ("away", 30, 40, "Week of 15 Jun: 10 away"),
    ]


def test_a_week_of_which_nothing_is_known_but_the_days_is_one_part() -> None:
    parts = [(bar["k"], bar["a"], bar["b"], bar["s"]) for bar in people._bars(week(30, None, 0))]
    assert parts == [("left", 0, 30, "Week of 15 Jun: 30 person-days")]


def test_the_weeks_are_drawn_with_numbers_that_stand_inside() -> None:
    rows = [
        {**week(40 - n, 30 - n, n), "from_on": f"2026-{6 + n // 4:02}-{1 + n % 4 * 7:02}"} for n in range(13)
    ]
    chart = people.weeks(rows)
    named = {layer["name"]: layer["data"]["values"] for layer in chart.layers(WIDE)}
    assert [value["t"] for value in named["total"]] == [str(40 - n) for n in range(13)]
    assert all(12 <= value["py"] <= WIDE.down for value in named["total"])
    json.dumps(chart.layers(WIDE), allow_nan=False)


def test_the_drawing_of_a_board_is_the_same_each_time() -> None:
    pytest.importorskip("vl_convert")
    rows = [{**week(40, 30, 8)}]
    assert draw(people.weeks(rows)) == draw(people.weeks(rows))


def test_days_in_what_is_too_much_are_said_as_everywhere() -> None:
    facts = with_people(sample.facts(160), 8)
    gone = {
        key: person._replace(away=(Away(facts.today, facts.today + timedelta(days=10)),))
        for key, person in (facts.board.people or {}).items()
    }
    facts = replace(facts, board=replace(facts.board, people=gone))
    page = people.capacity(open_shop(facts, (), False)).data.decode()
    panel = page.partition('id="overload"')[2].partition("</section>")[0]
    assert "is away until 22 Jun with" in panel
    assert re.search(r"\d{4}-\d\d-\d\d", panel) is None
