"""Nobody is kept out: axe-core finds nothing on any page, whoever looks at it and whatever is open on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.watched import NEEDED

pytestmark = NEEDED
axe = pytest.importorskip("axe_playwright_python.base")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}})"
LOOKS = ((390, "light"), (1024, "dark"), (1600, "light"))


def violations(page: Any) -> list[str]:
    """What axe has to say of a page, with the element that it is about."""
    page.evaluate(axe.AXE_SCRIPT)
    found = page.evaluate(RUN, TAGS)["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for each in found
        for node in each["nodes"][:3]
    ]


def pages(site: Path) -> list[str]:
    """Every page but most of the items'."""
    items = sorted((site / "item").glob("*.html"))
    return [path.name for path in sorted(site.glob("*.html"))] + [f"item/{path.name}" for path in items[::40]]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_has_a_barrier(browser: Any, site: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    found = {}
    for path in pages(site):
        page.goto((site / path).as_uri())
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
        if wrong := violations(page):
            found[path] = wrong
    context.close()
    assert found == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_what_scripts_open_has_no_barrier(browser: Any, site: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    board = (site / "board.html").as_uri()
    found = {}
    page.goto(f"{board}?type=incident&lanes=person&person=nobody")
    page.click("[data-menu] summary")
    found["filters and lanes"] = violations(page)
    page.goto(board)
    page.keyboard.press("?")
    found["help"] = violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("the")
    page.locator(".hits li").first.wait_for()
    found["finder"] = violations(page)
    page.keyboard.press("Escape")
    page.focus("[data-past]")
    page.keyboard.press("ArrowLeft")
    page.locator(".then").wait_for()
    found["past"] = violations(page)
    page.goto((site / "find.html").as_uri() + "?q=the")
    page.locator(".hits li").first.wait_for()
    found["find"] = violations(page)
    context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
