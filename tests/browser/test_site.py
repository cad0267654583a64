"""The site in a real browser: every page, three widths, light and dark, from a folder, with scripts and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.watched import NEEDED, SCHEMES, WIDTHS, Watched

pytestmark = NEEDED


def shown(site: Path) -> list[str]:
    """The main pages, and the items that differ most: blocked, waiting, done."""
    items = sorted((site / "item").glob("*.html"))
    return [path.name for path in sorted(site.glob("*.html"))] + [
        f"item/{path.name}" for path in items[-40::8]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_complains_or_asks_for_anything(
    browser: Any, site: Path, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    with Watched(browser, viewport=size, color_scheme=scheme) as watched:
        for path in shown(site):
            watched.page.goto((site / path).as_uri())
            watched.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            across = watched.page.evaluate("document.scrollingElement.scrollWidth")
            assert across <= width, f"{path} is {across} px wide at {width}"
            assert watched.wrong == [], path


CLIPPED = """
() => [...document.querySelectorAll('main h1, main h2, main h3, main h4, main p, main .chip, main dd, main dt')]
  .filter(e => e.offsetParent && getComputedStyle(e).overflowX === 'visible' && !e.closest('.vh, .scroll, .pane'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.tagName + ': ' + e.textContent.slice(0, 60))
"""
SPILLED = """
() => [...document.querySelectorAll('.card')].filter(c => c.offsetParent).flatMap(c => {
  const box = c.getBoundingClientRect();
  return [...c.querySelectorAll('h4, .chip, .id, .age, .stopbox, .end')].filter(e => {
    const b = e.getBoundingClientRect();
    return b.width && (b.right > box.right + .5 || b.bottom > box.bottom + .5 || b.left < box.left - .5);
  }).map(e => c.id + ' ' + e.className + ': ' + e.textContent.trim());
})
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_leaves_its_box(browser: Any, site: Path, width: int) -> None:
    with Watched(browser, viewport={"width": width, "height": 900}) as watched:
        for path in shown(site):
            watched.page.goto((site / path).as_uri())
            assert watched.page.evaluate(CLIPPED) == [], path
            assert watched.page.evaluate(SPILLED) == [], path


def test_without_scripts_the_content_is_the_same(browser: Any, site: Path) -> None:
    added = "document.querySelectorAll('.needs-js, time + .chip').forEach(e => e.remove())"
    size = {"width": 1024, "height": 900}
    with (
        Watched(browser, viewport=size) as with_scripts,
        Watched(browser, viewport=size, java_script_enabled=False) as without,
    ):
        for path in shown(site):
            with_scripts.page.goto((site / path).as_uri())
            without.page.goto((site / path).as_uri())
            with_scripts.page.evaluate(added)
            without.page.evaluate("document.querySelectorAll('.no-js').forEach(e => e.remove())")
            said = [page.page.locator("main").inner_text().split() for page in (with_scripts, without)]
            assert said[0] == said[1], path
            assert without.wrong == [], path


def test_every_drawing_is_shown_once_in_the_size_that_fits(browser: Any, site: Path) -> None:
    count = "() => [...document.querySelectorAll('svg.chart')].filter(e => e.getBoundingClientRect().width).map(e => e.classList[1])"
    for width, kind in ((390, "narrow"), (1600, "wide")):
        with Watched(browser, viewport={"width": width, "height": 900}) as watched:
            watched.page.goto((site / "flow.html").as_uri())
            assert watched.page.evaluate(count) == [kind] * 5
    with Watched(browser, viewport={"width": 768, "height": 900}) as watched:
        watched.page.goto((site / "ageing.html").as_uri())
        assert watched.page.evaluate(count) == ["middle"]


@pytest.mark.parametrize("scripts", [True, False])
def test_filters_work_with_scripts_and_without(browser: Any, site: Path, scripts: bool) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}, java_script_enabled=scripts) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        cards = page.locator(".card:visible")
        everything, blocked = cards.count(), page.locator(".card.is-blocked").count()
        assert 0 < blocked < everything
        page.locator("label[for=f-blocked]").click()
        assert cards.count() == blocked
        page.locator("label[for=f-blocked]").click()
        page.locator("label[for=who-1]").click()
        assert cards.count() == page.locator(".card[data-f~='p1']:visible").count() < everything
        assert watched.wrong == []


def test_the_theme_is_the_readers_and_is_remembered(browser: Any, site: Path) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    with Watched(browser, color_scheme="light") as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        light = page.evaluate(ground)
        page.click("[data-theme-toggle]")
        dark = page.evaluate(ground)
        page.goto((site / "flow.html").as_uri())
        assert page.evaluate(ground) == dark != light


def test_everything_can_be_reached_with_the_keyboard(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => Boolean(document.activeElement.closest('main'))")


def test_a_page_prints_light_and_without_navigation(browser: Any, site: Path) -> None:
    with Watched(browser, color_scheme="dark") as watched:
        page = watched.page
        page.goto((site / "flow.html").as_uri())
        page.emulate_media(media="print")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator(".nav").is_visible()
        assert page.locator(".asof").last.is_visible()
