"""The pages about people in a real browser: on a phone their tables become blocks, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.watched import NEEDED, Watched

pytestmark = NEEDED
BLOCKS = ("capacity.html", "#people .tbl"), ("skills.html", ".who-can .tbl"), ("skills.html", "#stops .tbl")


@pytest.mark.parametrize(("path", "table"), BLOCKS)
def test_on_a_phone_a_table_of_people_is_read_without_scrolling_sideways(
    browser: Any, site: Path, path: str, table: str
) -> None:
    inside = """t => { const box = t.closest('.scroll').getBoundingClientRect();
      return [...t.querySelectorAll('td, th')].filter(e => e.getBoundingClientRect().right > box.right + 1).length }"""
    with Watched(browser, viewport={"width": 390, "height": 900}) as watched:
        watched.page.goto((site / path).as_uri())
        first = watched.page.locator(table).first
        assert first.locator("tbody tr").count() > 0
        assert first.evaluate(inside) == 0
        assert first.locator("thead").is_hidden()
        assert watched.wrong == []


def test_the_weeks_ahead_are_drawn_in_the_size_that_fits(browser: Any, site: Path) -> None:
    shown = "() => [...document.querySelectorAll('#ahead svg.chart')].filter(e => e.checkVisibility()).map(e => e.classList[1])"
    for width, kind in ((390, "narrow"), (1600, "wide")):
        with Watched(browser, viewport={"width": width, "height": 900}) as watched:
            watched.page.goto((site / "capacity.html").as_uri())
            assert watched.page.evaluate(shown) == [kind]


def test_words_in_the_drawing_do_not_cover_one_another(browser: Any, site: Path) -> None:
    overlaps = """() => { const texts = [...document.querySelectorAll('#ahead svg.chart')].filter(e => e.checkVisibility())
        .flatMap(e => [...e.querySelectorAll('text')]).map(e => [e.textContent, e.getBoundingClientRect()]);
      return texts.flatMap(([a, p], n) => texts.slice(n + 1).filter(([, q]) =>
        p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 3 && q.top < p.bottom - 3).map(([b]) => a + ' / ' + b)) }"""
    for width in (390, 1600):
        with Watched(browser, viewport={"width": width, "height": 900}) as watched:
            watched.page.goto((site / "capacity.html").as_uri())
            assert watched.page.evaluate(overlaps) == []
