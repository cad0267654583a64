"""The site in a real browser: every page, three widths, light and dark, from a folder, with scripts and without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsflow.site import build
from tests.site import sample

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]
WIDTHS = (390, 1024, 1600)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with long and foreign titles, dates, blockers and dependencies."""
    out = tmp_path_factory.mktemp("site") / "out"
    facts = sample.facts(160)
    build.build(facts, sample.findings(facts), str(out))
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def shown(site: Path) -> list[str]:
    """The main pages, and the items that differ most: blocked, waiting, done."""
    items = sorted((site / "item").glob("*.html"))
    return [path.name for path in sorted(site.glob("*.html"))] + [
        f"item/{path.name}" for path in items[-40::8]
    ]


class Watched:
    """A page, and everything that went wrong on it."""

    def __init__(self, browser: Any, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda said: self.wrong.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file://", "data:")):
            self.wrong.append(f"asked for {request.url}")

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


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
            said = [page.page.locator("main").inner_text().split() for page in (with_scripts, without)]
            assert said[0] == said[1], path
            assert without.wrong == [], path


def test_every_drawing_is_shown_once_in_the_size_that_fits(browser: Any, site: Path) -> None:
    count = "() => [...document.querySelectorAll('svg.chart')].filter(e => e.getBoundingClientRect().width).map(e => e.classList[1])"
    for width, kind in ((390, "narrow"), (1600, "wide")):
        with Watched(browser, viewport={"width": width, "height": 900}) as watched:
            watched.page.goto((site / "flow.html").as_uri())
            assert watched.page.evaluate(count) == [kind] * 5


def visible(page: Any) -> list[str]:
    """The cards that are to be seen."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).map(c => c.id)"
    )
    return found


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
        assert cards.count() == page.locator(".card[data-who~='1']:visible").count() < everything
        assert watched.wrong == []


def test_finding_cards_counts_them_and_opens_what_is_folded(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        wanted = visible(page)[0]
        page.fill("#q", wanted.lower())
        assert visible(page) == [wanted]
        assert page.inner_text("[data-found]") == "1 found"
        page.fill("#q", "no such card")
        assert page.inner_text("[data-found]") == "Nothing matches"
        page.fill("#q", "")
        assert len(visible(page)) > 1


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
