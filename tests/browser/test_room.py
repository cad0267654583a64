"""Room: what a low window, a tablet, and a sheet of paper have of it, and that none of it stands empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsflow.site import layout, plot
from tests.browser.watched import NEEDED, WIDTHS, Watched

pytestmark = NEEDED
BOX = "s => { const b = document.querySelector(s).getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }"


@pytest.mark.parametrize("width", [1024, 1400])
def test_a_low_window_folds_the_summary_until_its_reader_opens_it(
    browser: Any, site: Path, width: int
) -> None:
    is_open = "() => document.querySelector('.today-box').open"
    with Watched(browser, viewport={"width": width, "height": 1000}) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        assert page.evaluate(is_open) and page.locator(".today").is_visible()
        page.set_viewport_size({"width": width, "height": 700})
        assert not page.locator(".today-line").is_visible()
        page.reload()
        assert not page.evaluate(is_open) and not page.locator(".today").is_visible()
        assert "Unblock OPS-" in page.locator(".today-line").inner_text()
        page.set_viewport_size({"width": width, "height": 1000})
        page.reload()
        assert page.evaluate(is_open)
        page.set_viewport_size({"width": width, "height": 700})
        page.reload()
        page.click(".today-box > summary")
        page.reload()
        assert page.evaluate(is_open) and page.locator(".today").is_visible()
        page.click(".today-box > summary")
        page.set_viewport_size({"width": width, "height": 1000})
        page.reload()
        assert not page.evaluate(is_open)
        assert watched.wrong == []


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 700), (1440, 900)])
def test_the_board_has_half_of_the_window_at_least(
    browser: Any, site: Path, width: int, height: int, scripts: bool
) -> None:
    with Watched(
        browser, viewport={"width": width, "height": height}, java_script_enabled=scripts
    ) as watched:
        watched.page.goto((site / "board.html").as_uri())
        box = watched.page.locator(".pane").bounding_box()
        assert box["height"] >= height / 2
        if scripts:
            assert box["y"] + height / 2 <= height


@pytest.mark.skipif(not plot.available(), reason="charts need opsflow[site]")
@pytest.mark.parametrize("path", ["flow.html", "ageing.html"])
def test_type_in_a_drawing_is_as_large_as_type_beside_it(browser: Any, site: Path, path: str) -> None:
    sizes = """() => [...document.querySelectorAll('.chart')].filter(c => c.checkVisibility()).flatMap(c => {
        const scale = c.getBoundingClientRect().width / c.viewBox.baseVal.width;
        return [...c.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * scale); })"""
    with Watched(browser) as watched:
        page = watched.page
        page.goto((site / path).as_uri())
        for width in (390, 480, 600, 768, 900, 1000, 1024, 1200, 1280, 1440, 1600, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(sizes)
            assert found and min(found) >= 10.3 and max(found) <= 13.25, width


@pytest.mark.parametrize("path", ["flow", "ageing", "capacity", "skills", "roadmap", "rules", "services"])
def test_no_row_of_figures_has_a_hole(browser: Any, site: Path, path: str) -> None:
    ends = """() => [...document.querySelectorAll('.facts, .grid2')].flatMap(grid => {
        const rows = new Map(), right = e => Math.round(e.getBoundingClientRect().right);
        for (const each of grid.children) {
            const top = Math.round(each.getBoundingClientRect().top);
            rows.set(top, Math.max(rows.get(top) ?? 0, right(each)));
        }
        return [...rows.values()].filter(end => right(grid) - end > 2); })"""
    with Watched(browser) as watched:
        page = watched.page
        page.goto((site / f"{path}.html").as_uri())
        for width in (*WIDTHS, 560, 768, 900, 1200, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(ends) == [], width


@pytest.mark.parametrize("path", ["board", "flow", "rules"])
def test_paper_says_what_it_shows_at_its_top_and_nothing_that_only_a_screen_can_do(
    browser: Any, site: Path, path: str
) -> None:
    with Watched(browser, viewport={"width": 703, "height": 1000}) as watched:
        page = watched.page
        page.emulate_media(media="print")
        page.goto((site / f"{path}.html").as_uri())
        left, top, _, bottom = page.evaluate(BOX, ".foot")
        assert 0 <= top < 20 and page.evaluate(BOX, ".brand")[2] <= left
        assert page.evaluate(BOX, "h1")[1] >= bottom
        assert page.locator(".foot time").is_visible()
        assert not page.locator(".on-screen").first.is_visible()


def test_the_summary_is_on_paper_even_where_a_low_window_folds_it(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 1280, "height": 700}) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        assert not page.locator(".today").is_visible()
        page.emulate_media(media="print")
        assert page.evaluate(BOX, ".today")[3] - page.evaluate(BOX, ".today")[1] > 20


def test_the_words_of_a_limit_stand_below_its_places_where_both_have_no_room(
    browser: Any, site: Path
) -> None:
    full = "<i class='on'></i>".replace("'", '"') * 12 + '<i class="stop"></i>' + '<i class="over"></i>' * 5
    boxes = """full => [...document.querySelectorAll('.say:has(.wip)')].map(say => {
        say.querySelector('.wip').innerHTML = full;
        say.querySelector('span:not(.wip)').textContent = '19 over the limit';
        const box = e => e.getBoundingClientRect(), inner = box(say);
        const [wip, words] = [box(say.querySelector('.wip')), box(say.querySelector('span:not(.wip)'))];
        const last = box(say.querySelector('.wip i:last-child'));
        return [last.right <= wip.right + 1, wip.bottom <= words.top + 1, words.right <= inner.right + 1]; })"""
    with Watched(browser, viewport={"width": 1280, "height": 800}) as watched:
        watched.page.goto((site / "board.html").as_uri())
        found = watched.page.evaluate(boxes, full)
        assert found and all(all(each) for each in found)


@pytest.mark.parametrize("path", ["flow.html", "capacity.html"])
def test_bars_that_a_text_speaks_of_are_on_a_phone_too(browser: Any, site: Path, path: str) -> None:
    wide = "() => [...document.querySelectorAll('.tbl .bar')].map(e => e.getBoundingClientRect().width)"
    with Watched(browser, viewport={"width": 390, "height": 800}) as watched:
        watched.page.goto((site / path).as_uri())
        found = watched.page.evaluate(wide)
        assert found and min(found) >= 40


@pytest.mark.skipif(layout.program() is None, reason="no graphviz-pure and no dot here")
def test_a_picture_that_nearly_fits_is_made_smaller(browser: Any, site: Path) -> None:
    cut = """share => [...document.querySelectorAll('.panel .net')].map(net => {
        net.style.boxSizing = 'content-box';
        net.style.width = `${share * net.querySelector('.graph').style.getPropertyValue('--w')}px`;
        return net.scrollWidth > net.clientWidth + 1; })"""
    drawn = next(page for page in sorted(site.glob("item/*.html")) if b'class="graph"' in page.read_bytes())
    with Watched(browser, viewport={"width": 1920, "height": 800}) as watched:
        watched.page.goto(drawn.as_uri())
        assert [set(watched.page.evaluate(cut, share)) for share in (1, 0.87, 0.7)] == [
            {False},
            {False},
            {True},
        ]


def test_signs_of_a_card_say_what_they_mean_to_a_pointer(browser: Any, site: Path) -> None:
    hit = """() => [...document.querySelectorAll('.card :is(.card-top .i[role], .age, .ava, .tasks-n)')]
        .filter(e => e.checkVisibility()).slice(0, 40).map(e => {
            e.scrollIntoView({ block: 'center', inline: 'center' });
            const b = e.getBoundingClientRect();
            const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
            return e.contains(top) && Boolean(e.title || e.querySelector('title') || !e.querySelector('.vh')); })"""
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        watched.page.goto((site / "board.html").as_uri())
        found = watched.page.evaluate(hit)
        assert len(found) > 10 and all(found)
