"""The status page in a real browser: a search that finds nothing says where to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsflow.site import build
from opsflow.site.shop import PUBLIC, Options
from tests.browser.watched import NEEDED, Watched
from tests.site import sample
from tests.varied import replace

pytestmark = NEEDED
SAID = {"OPS-1": ("Laptops for Finance.", "doing"), "OPS-2": ("The mail is back.", "done")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public site with an open item and one that was delivered just now."""
    facts = sample.facts(60)
    ids = {item.state: item.id for item in facts.board.items.values()}
    items = {
        ids[state]: facts.board.items[ids[state]]._replace(
            public=said, type="request", blocked=None, window=None
        )
        for said, state in SAID.values()
    }
    facts = replace(facts, board=replace(facts.board, items=items))
    out = tmp_path_factory.mktemp("status") / "out"
    build.build(facts, (), str(out), options=Options(audience=PUBLIC))
    return out


def test_a_search_leaves_what_matches_and_says_where_to_ask_where_nothing_does(
    place: Path, browser: Any
) -> None:
    with Watched(browser) as watched:
        page = watched.page
        page.goto((place / "status.html").as_uri())

        def shown() -> list[str]:
            rows: list[str] = page.locator(".row [dir]:visible").all_inner_texts()
            return rows

        assert shown() == ["Laptops for Finance.", "The mail is back."]
        page.fill("#q", "mail")
        assert shown() == ["The mail is back."]
        assert page.locator("[data-found]").inner_text() == "1 found"
        assert not page.locator("[data-nothing]").is_visible()
        page.fill("#q", "printer")
        assert (shown(), page.locator("table:visible").count()) == ([], 0)
        assert "Ask the service desk" in page.locator("[data-nothing]").inner_text()
        page.fill("#q", "")
        assert shown() == ["Laptops for Finance.", "The mail is back."]
        assert watched.wrong == []
