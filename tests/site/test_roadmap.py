"""The page of the roadmap."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from opsflow.model import Project
from opsflow.site import items, plot, register, roadmap
from opsflow.site.shop import Shop, open_shop
from tests.site import sample
from tests.varied import replace

SPOILT = '"><b>{{7*7}}'


def shop(count: int = 120, projects: int = 3, draws: bool = True, **more: object) -> Shop:
    """A site of a board with some projects, the items spread over them."""
    facts = sample.facts(count)
    known = {
        f"P {n}": Project(
            f"P {n}",
            f"Project {n} {SPOILT}",
            owner="p1",
            due=facts.today + timedelta(days=20 * n - 10),
            budget=9000.0,
            value=20000.0,
        )
        for n in range(projects)
    }
    spread = {
        name: replace(item, part_of=f"P {place % projects}" if projects else "")
        for place, (name, item) in enumerate(facts.board.items.items())
    }
    board = replace(facts.board, projects=known, items=spread)
    facts = replace(facts, board=board, **more)  # type: ignore[arg-type]
    return open_shop(facts, (), draws and plot.available(), register.navigation("team"))


def page(made: Shop) -> str:
    return roadmap.page(made).data.decode()


def test_every_running_project_has_a_row_a_panel_and_a_bar() -> None:
    made = shop()
    text, view = page(made), made.view("roadmap")
    running = [row for row in view["projects"] if row["open"]]
    assert len(running) == 3
    panels = re.findall(r'<section class="panel project" id="(project-[A-Za-z0-9_-]+)"', text)
    assert len(set(panels)) == 3
    assert {f"#{name}" for name in panels} <= set(re.findall(r'href="(#[^"]+)"', text))
    assert SPOILT not in text
    if plot.available():
        drawn = text.partition('<svg class="chart wide"')[2].partition("</svg>")[0]
        bars = re.findall(r'<a href="#(project-[^"]+)"', drawn)
        assert set(bars) == {
            f"project-{roadmap.names.column(row['key'])[4:]}" for row in running if row["forecast"]["p85"]
        }
        assert "half likely by" in drawn


def test_the_table_says_the_dates_that_the_bars_show() -> None:
    made = shop()
    text = page(made)
    for row in made.view("roadmap")["projects"]:
        if row["forecast"]["p85"]:
            day = roadmap.words.short_day(row["forecast"]["p85"], made.facts.today.isoformat())
            assert f">{day}</td>" in text


def test_without_the_chart_library_the_dates_stay_in_the_table() -> None:
    text = page(shop(draws=False))
    assert "This drawing needs the chart library" in text
    assert 'aria-label="Dates of projects"' in text


def test_without_a_history_the_page_says_why_there_are_no_dates() -> None:
    text = page(shop(history=None, gap="this is a shallow clone"))
    assert "No measures: this is a shallow clone" in text
    assert "This is a shallow clone" in text.partition('aria-label="Dates of projects"')[2]
    assert "chart wide" not in text


def test_a_board_without_projects_says_where_they_go() -> None:
    text = page(shop(4, projects=0))
    assert "There are no projects" in text
    assert "<code>catalog.yaml</code>" not in text or "catalog.yaml" in text
    assert 'id="dates"' not in text


@pytest.mark.parametrize("projects", [1, 60, 400])
def test_the_page_stays_light_with_few_and_with_very_many_projects(projects: int) -> None:
    data = roadmap.page(shop(800, projects)).data
    assert len(data) < 400_000
    text = data.decode()
    assert text.count('class="panel project"') <= roadmap.SHOWN
    if projects == 400:
        assert "more projects, all in the table above" in text


@pytest.mark.parametrize("projects", [3, 60])
def test_the_page_of_an_item_leads_to_its_project_running_or_not(projects: int) -> None:
    made = shop(120, projects)
    ids = set(re.findall(r' id="([^"]+)"', page(made)))
    over = [row for row in made.view("roadmap")["projects"] if not row["open"]]
    assert bool(over) == (projects == 60)
    led = set()
    for item in items.pages(made):
        found = re.findall(r'href="../roadmap.html#([^"]+)"', item.data.decode())
        assert len(found) == 2 and len(set(found)) == 1, item.path
        led.add(found[0])
    assert len(led) == projects
    assert led <= ids


def test_a_bar_of_no_length_and_a_date_far_off_are_drawn_within_the_chart() -> None:
    if not plot.available():
        pytest.skip("charts need opsflow[site]")
    day = "2026-06-20"
    rows = [
        {
            "title": "At once",
            "anchor": "project-a",
            "due_on": "2031-01-01",
            "forecast": {"p50": day, "p85": day, "p95": day},
        },
        {
            "title": "Half known",
            "anchor": "project-b",
            "due_on": None,
            "forecast": {"p50": day, "p85": None, "p95": None},
        },
    ]
    drawing = plot.draw(roadmap.chart(rows, date(2026, 6, 12)))
    assert drawing.count("85% by 20 Jun") == 3  # for wide screens, for tablets and paper, for phones
    assert "85% not known" in drawing
    for x in re.findall(r"translate\((-?[\d.]+),", drawing):
        assert -230 <= float(x) <= 940


def test_the_same_board_gives_the_same_page() -> None:
    assert roadmap.page(shop()).data == roadmap.page(shop()).data
