"""Words that no line can hold, pictures wider than paper, screens wider than text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from opsflow.site import build, layout, plot
from tests.browser.watched import NEEDED, WIDTHS, Watched
from tests.site import sample
from tests.varied import replace

pytestmark = NEEDED
A4 = {"width": 703, "height": 1000}
"""What a printer leaves of an A4 page, in CSS px."""


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in which every text that a person wrote is one word of 60 letters, and open items wait for one another."""
    out = tmp_path_factory.mktemp("endless") / "out"
    facts = sample.facts(60, spoil=lambda text: (text.replace(" ", "") * 60)[:60] if text else "")
    open_ = [item for item in facts.board.items.values() if item.state not in ("done", "dropped")]
    chain = {item.id: replace(item, depends_on=(before.id,)) for before, item in pairwise(open_)}
    facts = replace(facts, board=replace(facts.board, items={**facts.board.items, **chain}))
    build.build(facts, sample.findings(facts), str(out))
    return out


OUTSIDE = """
() => {
  document.querySelectorAll('details:not(.menu, .policy)').forEach(d => { d.open = true });
  const boxes = '.panel, .fig, .card, .facts > div, .today > div, .find, td, th, .col-head, .top, .foot';
  return [...document.querySelectorAll('header *, main *, footer *')]
    .filter(e => e.offsetParent && !e.closest('svg, .vh, select, .policy:not([open]) p'))
    .flatMap(e => {
      const box = e.closest(boxes);
      for (let up = e; box && up !== box.parentElement; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible') return [];
      const edge = box?.getBoundingClientRect();
      return [...e.childNodes].filter(n => box && n.nodeType === 3 && n.textContent.trim()).filter(n => {
        const range = document.createRange();
        range.selectNode(n);
        return [...range.getClientRects()].some(r => r.width > 1 && r.right > edge.right + 1);
      }).map(n => n.textContent.trim().slice(0, 40));
    });
}
"""


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_words_without_end_break_inside_their_boxes(browser: Any, endless: Path, width: int) -> None:
    with Watched(browser, viewport={"width": width, "height": 900}) as watched:
        items = sorted((endless / "item").glob("*.html"))[::12]
        for path in [*sorted(endless.glob("*.html")), *items]:
            watched.page.goto(path.as_uri())
            assert watched.page.evaluate(OUTSIDE) == [], path.name
            assert watched.page.evaluate("document.scrollingElement.scrollWidth") <= width, path.name
        assert watched.wrong == []


@pytest.mark.skipif(layout.program() is None, reason="no graphviz-pure and no dot here")
@pytest.mark.parametrize("path", ["dependencies.html", "item"])
def test_a_printed_picture_is_as_wide_as_the_paper_at_most(browser: Any, endless: Path, path: str) -> None:
    wide = "() => [...document.querySelectorAll('svg.graph')].map(e => e.getBoundingClientRect().right)"
    own = """() => [...document.querySelectorAll('svg.graph')]
        .map(e => e.getBoundingClientRect().left + e.viewBox.baseVal.width)"""
    pages = [endless / path] if path.endswith("html") else sorted((endless / path).glob("*.html"))[::4]
    with Watched(browser, viewport=A4) as watched:
        pictures = wider = 0
        for each in pages:
            watched.page.goto(each.as_uri())
            watched.page.emulate_media(media="screen")
            wider += sum(right > A4["width"] for right in watched.page.evaluate(own))
            watched.page.emulate_media(media="print")
            rights = watched.page.evaluate(wide)
            pictures += len(rights)
            assert all(right <= A4["width"] for right in rights), each.name
        assert pictures and wider


@pytest.mark.skipif(not plot.available(), reason="charts need opsflow[site]")
def test_a_wide_screen_has_two_figures_in_a_row_and_the_page_in_its_middle(browser: Any, site: Path) -> None:
    edges = "() => [...document.querySelectorAll('.grid2 > .fig')].map(e => e.getBoundingClientRect().left)"
    with Watched(browser, viewport={"width": 2400, "height": 900}) as watched:
        watched.page.goto((site / "flow.html").as_uri())
        assert len(set(watched.page.evaluate(edges))) == 2
        box = watched.page.locator("main > .wrap").bounding_box()
        assert abs(box["x"] - (2400 - box["width"]) / 2) <= 8
        assert box["width"] == 1600


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_every_word_of_the_navigation_is_seen_at_once(browser: Any, site: Path, width: int) -> None:
    boxes = "() => [...document.querySelectorAll('.nav a')].map(e => e.getBoundingClientRect())"
    with Watched(browser, viewport={"width": width, "height": 900}) as watched:
        watched.page.goto((site / "flow.html").as_uri())
        words = watched.page.evaluate(boxes)
        assert len(words) == 9
        assert all(box["left"] >= 0 and box["right"] <= width for box in words)
