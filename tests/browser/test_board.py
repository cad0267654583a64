"""The board and the lists, used: filters, swimlanes, the keyboard, the past. All of it from a folder."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser.watched import NEEDED, SCHEMES, WIDTHS, Watched

pytestmark = NEEDED
sync_api = pytest.importorskip("playwright.sync_api")
WIDE = {"width": 1400, "height": 900}


def seen(page: Any) -> list[str]:
    """The cards or rows that are to be seen."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('[data-f]')].filter(c => c.checkVisibility()).map(c => c.id)"
    )
    return found


def marked(page: Any, *marks: str) -> list[str]:
    """The cards or rows that have all of these marks, folded ones included."""
    chosen = "".join(f"[data-f~='{mark}']" for mark in marks)
    found: list[str] = page.evaluate(f'() => [...document.querySelectorAll("{chosen}")].map(c => c.id)')
    return found


def key(page: Any, name: str, place: int) -> str:
    """A value of a filter, by its place in the list."""
    found: str = page.locator(f"select[name={name}] option").nth(place + 1).get_attribute("value")
    return found


def focused(page: Any) -> str:
    """The id of the card or row that has the focus."""
    found: str = page.evaluate("() => document.activeElement.closest('.card, .row')?.id ?? ''")
    return found


# -- filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["board.html", "items.html"])
def test_filters_are_chips_a_count_and_an_address_that_can_be_shared(
    browser: Any, site: Path, path: str
) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / path).as_uri())
        everything = len(page.locator("[data-f]").all())
        page.click("[data-menu] summary")
        page.select_option("select[name=type]", key(page, "type", 0))
        both = marked(page, "t0")
        assert seen(page) == both and 0 < len(both) < everything
        marks = page.locator("[data-f~='t0'][data-f*='p']").first.get_attribute("data-f")
        mark = re.search(r"p\d+", marks)[0]
        page.select_option("select[name=person]", key(page, "person", int(mark[1:])))
        wanted = marked(page, "t0", mark)
        assert seen(page) == wanted and 0 < len(wanted) < len(both)
        assert page.inner_text("[data-found]") == f"{len(wanted)} of {everything} shown"
        assert [chip.partition(":")[0] for chip in page.locator(".chip.off").all_inner_texts()] == [
            "Person",
            "Type",
        ]
        shared = page.url
        page.goto("about:blank")
        page.goto(shared)
        assert seen(page) == wanted
        page.locator(".chip.off", has_text="Person").click()
        assert seen(page) == both
        page.keyboard.press("Escape")
        page.locator("h1").click()
        page.keyboard.press("c")
        assert not page.locator(".chips").is_visible()
        assert page.inner_text("[data-found]") == ""
        assert "type" not in page.url and "person" not in page.url
        assert watched.wrong == []


def test_an_address_may_name_several_values_and_ones_that_nothing_has(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "items.html").as_uri())
        one, other = key(page, "type", 0), key(page, "type", 1)
        either = [row for row in seen(page) if row in (*marked(page, "t0"), *marked(page, "t1"))]
        page.goto("about:blank")
        page.goto(f"{(site / 'items.html').as_uri()}?type={one}&type={other}")
        assert seen(page) == either
        page.goto(f"{(site / 'items.html').as_uri()}?type=<img src=x onerror=alert(1)>")
        assert seen(page) == []
        chip = page.locator(".chip.off")
        assert chip.text_content() == "Type: <img src=x onerror=alert(1)>×"
        page.click(".clear")
        assert len(seen(page)) == len(page.locator("[data-f]").all())
        assert watched.wrong == []


def test_finding_cards_counts_them_and_opens_what_is_folded(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        everything = len(page.locator("[data-f]").all())
        wanted = seen(page)[0]
        page.fill("#q", wanted.lower())
        assert seen(page) == [wanted]
        assert page.inner_text("[data-found]") == f"1 of {everything} shown"
        page.fill("#q", "no such card")
        assert page.inner_text("[data-found]") == f"0 of {everything} shown"
        page.fill("#q", "")
        assert len(seen(page)) > 1


def test_the_buttons_of_people_and_the_field_say_the_same(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.locator("label[for=who-1]").click()
        assert page.input_value("select[name=person]") == key(page, "person", 1)
        page.locator("label[for=who-2]").click()
        assert page.input_value("select[name=person]") == ""
        assert set(seen(page)) == {*marked(page, "p1"), *marked(page, "p2")}
        page.locator("label[for=f-blocked]").click()
        page.reload()
        assert page.is_checked("#who-1") and page.is_checked("#who-2") and page.is_checked("#f-blocked")
        assert len(seen(page)) == int(page.inner_text("[data-found]").split()[0])


def test_a_jump_to_a_column_keeps_what_is_shown(browser: Any, site: Path) -> None:
    with Watched(browser, viewport={"width": 390, "height": 900}) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.locator("label[for=who-1]").click()
        wanted = seen(page)
        page.locator(".jump a").nth(2).click()
        assert page.url.endswith("#col-doing")
        assert seen(page) == wanted and page.is_checked("#who-1")


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    """The address of the site on a server."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


def test_on_a_server_what_is_shown_stands_before_the_hash(browser: Any, served: str) -> None:
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(f"{served}/board.html#col-doing")
    page.select_option("[data-lanes]", "person")
    page.locator("label[for=who-1]").click()
    person = key(page, "person", 1)
    assert page.url == f"{served}/board.html?lanes=person&person={person}#col-doing"
    shown = seen(page)
    page.reload()
    assert seen(page) == shown and page.locator(".laned").count() > 0
    page.focus("[data-past]")
    page.keyboard.press("ArrowLeft")
    page.locator(".then").wait_for(state="attached")
    assert re.search(r"[?&]at=", page.url)
    page.goto(f"{served}/find.html?q=the")
    page.locator(".hits li").first.wait_for()
    context.close()


def test_what_the_board_has_no_room_for_is_one_click_away(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        link = page.locator("#col-done .all a")
        assert re.fullmatch(r"\d+ more", link.inner_text())
        link.click()
        page.wait_for_url("**/done.html*")
        assert page.locator(".chip.off").inner_text().startswith("State: Done")
        assert seen(page) == marked(page, "k0")
        assert watched.wrong == []


# -- swimlanes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "letter"), [("class", "c"), ("project", "g"), ("person", "p")])
def test_lanes_hold_each_card_once_in_its_column_and_give_it_back(
    browser: Any, site: Path, by: str, letter: str
) -> None:
    places = """() => Object.fromEntries([...document.querySelectorAll('.card')].map(c =>
        [c.id, c.closest('.col').id]))"""
    lanes = """letter => [...document.querySelectorAll('.laned')].flatMap(cell => {
        const all = new Set([...cell.querySelectorAll('.card')].map(c =>
            c.dataset.f.split(' ').find(m => m[0] === letter) ?? ''));
        return all.size > 1 ? [[...all]] : [];
    })"""
    order = "() => [...document.querySelectorAll('.card')].map(c => c.id)"
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        before, first = page.evaluate(places), page.evaluate(order)
        page.select_option("[data-lanes]", by)
        assert page.evaluate(places) == before
        assert page.evaluate(lanes, letter) == []
        named = page.locator(".lane:visible b").all_inner_texts()
        assert len(named) == len(set(named)) > 1
        tops = page.evaluate("""() => [...document.querySelectorAll('.lane')].filter(l => l.checkVisibility())
            .map(l => l.getBoundingClientRect().top)""")
        assert tops == sorted(tops)
        assert f"lanes={by}" in page.url
        page.reload()
        assert page.locator(".lane:visible b").all_inner_texts() == named
        page.select_option("[data-lanes]", "")
        assert page.evaluate(order) == first
        assert page.locator(".laned").count() == 0
        assert watched.wrong == []


def test_filters_and_lanes_go_together(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.select_option("[data-lanes]", "person")
        page.locator("label[for=who-1]").click()
        assert seen(page) and set(seen(page)) <= set(marked(page, "p1"))
        assert "lanes=person" in page.url and "person=" in page.url


# -- the keyboard ---------------------------------------------------------------------------------


def test_arrows_go_from_card_to_card_and_enter_opens(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.keyboard.press("j")
        assert focused(page) == seen(page)[0]
        page.locator("#col-doing .card h4 a").first.focus()
        first = focused(page)
        page.keyboard.press("ArrowDown")
        second = focused(page)
        assert second not in ("", first)
        page.keyboard.press("ArrowUp")
        assert focused(page) == first
        page.keyboard.press("ArrowRight")
        beside = focused(page)
        columns = [page.locator(f"#{id}").evaluate("c => c.closest('.col').id") for id in (first, beside)]
        assert columns[0] != columns[1]
        page.keyboard.press("ArrowLeft")
        assert page.locator(f"#{focused(page)}").evaluate("c => c.closest('.col').id") == columns[0]
        page.keyboard.press("End")
        page.keyboard.press("Home")
        assert focused(page) == first
        outline = page.locator(f"#{first}").evaluate("c => getComputedStyle(c).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/item/{first}.html")
        assert watched.wrong == []


def test_nothing_is_taken_from_who_types(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.keyboard.press("f")
        page.keyboard.type("/?cgbj k")
        assert page.input_value("#q") == "/?cgbj k"
        assert page.locator("dialog[open]").count() == 0
        assert page.url.partition("#")[0].endswith("/board.html")


def test_help_tells_the_keys_and_can_switch_them_off(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "items.html").as_uri())
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keyboard")
        assert "Find an item" in dialog.inner_text()
        dialog.get_by_role("checkbox").uncheck()
        page.keyboard.press("Escape")
        assert page.locator("dialog[open]").count() == 0
        page.keyboard.press("/")
        page.keyboard.press("j")
        assert page.locator("dialog[open]").count() == 0 and focused(page) == ""
        page.click("[data-help]")
        page.get_by_role("checkbox", name="Use these keys").check()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("j")
        assert focused(page) == seen(page)[0]
        assert watched.wrong == []


def test_g_and_a_letter_go_to_a_page(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "flow.html").as_uri())
        page.keyboard.press("g")
        page.keyboard.press("b")
        page.wait_for_url("**/board.html")
        page.keyboard.press("?")
        names = page.locator(".nav a").all_inner_texts()
        told = page.locator(".help dd").all_inner_texts()
        assert [each for each in told if each in names] == names, "each page has a key"


# -- the past -------------------------------------------------------------------------------------


def stood(page: Any) -> dict[str, list[str]]:
    """The ids in each column of the past."""
    found: dict[str, list[str]] = page.evaluate("""() => Object.fromEntries(
        [...document.querySelectorAll('.then .col')].map(c => [c.querySelector('h2').textContent,
            [...c.querySelectorAll('.id')].map(i => i.textContent)]))""")
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_slider_shows_the_past_and_comes_back(browser: Any, site: Path, width: int, scheme: str) -> None:
    with Watched(browser, viewport={"width": width, "height": 900}, color_scheme=scheme) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        assert "past-data.js" not in watched.asked
        page.focus("[data-past]")
        page.keyboard.press("ArrowLeft")
        banner = page.locator("[data-past-note]")
        sync_api.expect(banner).to_be_visible()
        day = r"[A-Z][a-z]{2},? \d+ [A-Z][a-z]+ \d{4}"
        assert re.search(rf"As of {day}(, \d\d:\d\d)?, commit [0-9a-f]{{7}}: ", banner.inner_text())
        assert seen(page) == [] and sum(map(len, stood(page).values())) > 0
        value = page.get_attribute("[data-past]", "aria-valuetext")
        assert re.fullmatch(rf"{day}(, \d\d:\d\d)?, commit [0-9a-f]{{7}}", value)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        page.keyboard.press("Home")
        sync_api.expect(banner).to_contain_text(re.compile(rf"As of {day},"))
        first = stood(page)
        shared = page.url
        assert re.search(r"at=\d{4}-\d\d-\d\d$", shared)
        page.goto("about:blank")
        page.goto(shared)
        sync_api.expect(banner).to_be_visible()
        assert stood(page) == first
        page.get_by_role("button", name="Return to now").click()
        sync_api.expect(banner).to_be_hidden()
        assert len(seen(page)) > 1 and page.evaluate("document.activeElement.id") == "at"
        assert "at=" not in page.url
        assert watched.wrong == []


def test_cards_of_the_past_are_links_that_the_keys_know(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto((site / "board.html").as_uri())
        page.focus("[data-past]")
        page.keyboard.press("ArrowLeft")
        sync_api.expect(page.locator("[data-past-note]")).to_be_visible()
        page.get_by_role("button", name="Return to now").focus()
        page.keyboard.press("j")
        page.keyboard.press("ArrowDown")
        first = next(ids for ids in stood(page).values() if ids)
        assert focused_text(page) == first[1]
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/item/{first[1]}.html")


def focused_text(page: Any) -> str:
    found: str = page.evaluate(
        "() => document.activeElement.closest('.card').querySelector('.id').textContent"
    )
    return found


def test_without_scripts_there_is_no_slider_no_menu_and_every_card(browser: Any, site: Path) -> None:
    with Watched(browser, viewport=WIDE, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{(site / 'board.html').as_uri()}?type=incident&lanes=person")
        for hidden in ("[data-past]", "[data-menu]", "[data-lanes]", "[data-past-note]", "[data-help]"):
            assert not page.locator(hidden).is_visible(), hidden
        assert len(seen(page)) == page.locator(".card[data-f]").count() - page.locator(".more .card").count()
