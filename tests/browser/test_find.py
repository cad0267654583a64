"""Search, in a real browser and from a folder: what it finds, in which order, and what it loads for that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from opsflow.site import build
from tests.browser.watched import NEEDED, Watched
from tests.site import sample
from tests.varied import replace

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)></script><b>{{7*7}} \u2028 ' \" `"
TITLES = {
    "OPS-1": "Certificates for the portal",
    "OPS-2": "Renew certificates at the edge",
    "OPS-3": "Ask the registrar",
    "OPS-4": f"Hostile {HOSTILE}",
    "OPS-5": "Malmö moves to the new Wi-Fi",
    "OPS-6": "在格拉茨更换核心交换机",
    "OPS-12": "The twelfth",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a few items with titles that tell them apart."""
    facts = sample.facts(len(TITLES))
    items = {}
    for item, (id, title) in zip(facts.board.items.values(), TITLES.items(), strict=True):
        said = "The certificate chain: Überprüfung by the 交换 team." if id == "OPS-3" else ""
        items[id] = replace(
            item,
            id=id,
            title=title,
            description=said,
            state="done" if id == "OPS-1" else "ready",
            assignees=("p1",) if id == "OPS-5" else (),
            services=(),
            labels=("audit-2026",) if id == "OPS-2" else (),
            requester="",
            depends_on=(),
        )
    facts = replace(facts, board=replace(facts.board, items=items))
    out = tmp_path_factory.mktemp("find") / "out"
    build.build(facts, (), str(out))
    return out


def found(page: Any) -> list[str]:
    """The ids that are listed, after the search has ended."""
    expect(page.locator(".finder [role=status]")).to_have_text(re.compile("."))
    ids: list[str] = page.locator(".hits .id").all_inner_texts()
    return ids


def search(page: Any, text: str) -> list[str]:
    page.fill(".finder input", "")
    expect(page.locator(".finder [role=status]")).to_have_text("")
    page.fill(".finder input", text)
    return found(page)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ops-1", ["OPS-1", "OPS-12"]),
        ("12", ["OPS-12"]),
        ("certificates", ["OPS-1", "OPS-2"]),
        ("certificate", ["OPS-1", "OPS-2", "OPS-3"]),
        ("certif renew", ["OPS-2"]),
        ("chain cert", ["OPS-3"]),
        ("UBERPRUFUNG", ["OPS-3"]),
        ("malmo", ["OPS-5"]),
        ("核心", ["OPS-6"]),
        ("交换", ["OPS-6", "OPS-3"]),
        ("audit-2026", ["OPS-2"]),
        ("chiara", []),
        ("no such thing", []),
        ("__proto__", []),
        ("constructor", []),
        ("<img", ["OPS-4"]),
    ],
)
def test_search_finds_in_the_order_of_how_well_it_fits(
    browser: Any, place: Path, text: str, ids: list[str]
) -> None:
    with Watched(browser) as watched:
        watched.page.goto((place / "find.html").as_uri())
        assert search(watched.page, text) == ids
        assert watched.wrong == []


def test_a_person_is_found_by_name(browser: Any, place: Path) -> None:
    name = dict(enumerate(sample.NAMES))[1]
    with Watched(browser) as watched:
        watched.page.goto((place / "find.html").as_uri())
        assert search(watched.page, name.split()[0]) == ["OPS-5"]


def test_nothing_is_loaded_before_somebody_searches_and_words_only_where_they_are(
    browser: Any, place: Path
) -> None:
    with Watched(browser) as watched:
        page = watched.page
        page.goto((place / "board.html").as_uri())
        page.keyboard.press("/")
        page.wait_for_selector("dialog.finder[open]")
        assert [name for name in watched.asked if name.startswith("find-")] == []
        page.keyboard.type("chain")
        assert found(page) == ["OPS-3"]
        assert [name for name in watched.asked if name.startswith("find-")] == [
            "find-items-1.js",
            "find-words-1.js",
        ]


def test_a_hostile_title_is_only_text(browser: Any, place: Path) -> None:
    with Watched(browser) as watched:
        page = watched.page
        page.goto((place / "find.html").as_uri())
        assert search(page, "hostile") == ["OPS-4"]
        assert page.locator(".hits .hit").evaluate("e => [e.textContent, e.children.length]") == [
            TITLES["OPS-4"],
            0,
        ]
        assert watched.wrong == []


def test_a_search_is_in_the_address_and_opens_with_it(browser: Any, place: Path) -> None:
    with Watched(browser) as watched:
        page = watched.page
        page.goto((place / "find.html").as_uri() + "?q=renew")
        assert found(page) == ["OPS-2"]
        assert search(page, "malmö wi-fi") == ["OPS-5"]
        shared = page.url
        page.goto("about:blank")
        page.goto(shared)
        assert found(page) == ["OPS-5"]
        page.keyboard.press("Enter")
        page.wait_for_url("**/item/OPS-5.html")


def test_the_slash_searches_on_any_page_and_arrows_go_to_what_is_found(browser: Any, place: Path) -> None:
    with Watched(browser) as watched:
        page = watched.page
        for path in ("board.html", "flow.html", "item/OPS-2.html", "find.html"):
            page.goto((place / path).as_uri())
            page.locator("h1").click()
            page.keyboard.press("/")
            expect(page.locator("input[type=search]:focus")).to_be_visible()
            page.keyboard.type("the twelfth")
            assert found(page) == ["OPS-12"]
            page.keyboard.press("ArrowDown")
            assert page.evaluate("document.activeElement.textContent").startswith("OPS-12")
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_url("**/item/OPS-12.html")
        assert watched.wrong == []


def test_without_scripts_the_search_page_leads_to_the_lists(browser: Any, place: Path) -> None:
    with Watched(browser, java_script_enabled=False) as watched:
        page = watched.page
        page.goto((place / "find.html").as_uri())
        assert not page.locator(".finder").is_visible()
        page.locator("main a", has_text="open").click()
        assert page.url.endswith("/items.html")


def test_what_is_typed_while_the_search_is_loaded_is_searched_for(browser: Any, place: Path) -> None:
    with Watched(browser, viewport={"width": 1400, "height": 900}) as watched:
        page, waiting = watched.page, []
        page.route("**/find.js", lambda route: waiting.append(route))
        page.goto((place / "board.html").as_uri())
        board = page.url
        page.keyboard.press("/")
        page.keyboard.type("g flowc port")
        expect(page.locator("dialog")).to_have_count(0)
        page.keyboard.press("Escape")
        (route,) = waiting
        route.continue_()
        expect(page.locator("#finder")).to_have_value("g flowc port")
        page.fill("#finder", "")
        page.keyboard.type("portal")
        assert found(page) == ["OPS-1"]
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("edge")
        expect(page.locator("#finder")).to_have_value("edge")
        assert page.url == board and watched.wrong == []
