"""The pages of projects, services, rules and activity, used as a reader does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opsflow.model import Project
from opsflow.site import build, plot
from tests.browser.watched import NEEDED, Watched
from tests.site import sample
from tests.varied import replace

pytestmark = NEEDED


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of projects with long and foreign names, some of them late."""
    out = tmp_path_factory.mktemp("reports") / "out"
    facts = sample.facts(120)
    names = (
        "Office network refresh",
        "Telekommunikationsanlagenverwaltungssoftware für alle Standorte",
        "一次登录",
    )
    projects = {
        f"P{n}": Project(
            f"P{n}", name, due=facts.today + timedelta(days=30 * n - 20), budget=5000.0, value=9000.0
        )
        for n, name in enumerate(names)
    }
    items = {
        key: replace(item, part_of=f"P{place % 3}")
        for place, (key, item) in enumerate(facts.board.items.items())
    }
    facts = replace(facts, board=replace(facts.board, projects=projects, items=items))
    build.build(facts, sample.findings(facts), str(out))
    return out


@pytest.mark.parametrize("width", [390, 1024, 1600])
def test_the_roadmap_with_projects_fits_and_no_name_leaves_its_drawing(
    browser: Any, site: Path, width: int
) -> None:
    outside = """() => [...document.querySelectorAll('svg.chart')].filter(s => s.getBoundingClientRect().width)
      .flatMap(s => { const box = s.getBoundingClientRect();
        return [...s.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect();
          return b.width && (b.left < box.left - 1 || b.right > box.right + 1 || b.bottom > box.bottom + 1); })
          .map(t => t.textContent); })"""
    with Watched(browser, viewport={"width": width, "height": 900}) as watched:
        watched.page.goto((site / "roadmap.html").as_uri())
        assert watched.page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert watched.page.evaluate(outside) == []
        assert watched.wrong == []


@pytest.mark.skipif(not plot.available(), reason="charts need opsflow[site]")
def test_the_bar_of_a_project_leads_to_its_panel(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "roadmap.html").as_uri())
        page.locator("svg.chart.wide a").first.click()
        target = page.evaluate("location.hash.slice(1)")
        assert target.startswith("project-")
        assert page.locator(f"#{target} h3").inner_text() in (page.locator("#dates th a").all_inner_texts())


@pytest.mark.parametrize("scripts", [True, False])
def test_a_finding_opens_the_manual_of_its_rule(browser: Any, site: Path, scripts: bool) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}, java_script_enabled=scripts) as watched:
        page = watched.page
        page.goto((site / "rules.html").as_uri())
        assert not page.locator("#rule-overdue").is_visible()
        page.locator('a[href="#rule-overdue"]').first.click()
        assert page.locator("#rule-overdue").is_visible()
        assert "Mend it:" in page.locator("#rule-overdue").inner_text()


def test_a_service_opens_its_items(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "services.html").as_uri())
        link = page.locator('a[href^="#service-"]').first
        target = link.get_attribute("href")
        assert not page.locator(target).is_visible()
        link.click()
        assert page.locator(f"{target} li").first.is_visible()


def test_activity_goes_on_on_further_pages_and_its_items_open(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1024, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "activity.html").as_uri())
        first = page.locator(".acts time").first.get_attribute("datetime")
        page.locator(".sheets a").nth(1).click()
        assert page.url.endswith("activity-2.html")
        assert page.locator(".acts time").first.get_attribute("datetime") < first
        name = page.locator(".acts a.id").first.inner_text()
        page.locator(".acts a.id").first.click()
        assert name in page.title()
        assert watched.wrong == []


def test_pages_that_belong_together_are_reached_from_one_another(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "dependencies.html").as_uri())
        assert page.locator('.nav a[aria-current="true"]').inner_text() == "Roadmap"
        assert page.locator('.subnav a[aria-current="page"]').inner_text() == "Dependencies"
        page.locator(".subnav a").first.click()
        assert page.url.endswith("roadmap.html")
        assert page.locator('.nav a[aria-current="page"]').inner_text() == "Roadmap"
