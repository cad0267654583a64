"""Serving, in a real browser: an open page shows the new site by itself."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from opsflow.site import build, serve
from opsflow.site.shop import Options
from tests.site import sample
from tests.varied import replace

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


def test_an_open_page_reloads_when_the_board_changes(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    board, place = tmp_path / "board", str(tmp_path / "site")
    board.mkdir()
    facts = sample.facts(5)

    def make() -> None:
        changed = (board / "changed").exists()
        build.build(replace(facts, dirty=changed), (), place, options=Options(charts=False))

    said: list[str] = []
    stop, ready = threading.Event(), threading.Event()
    site = serve.Site(place, str(board), make)
    more = {"port": 0, "say": lambda text: (said.append(text), ready.set()), "stop": stop, "every": 0.1}
    thread = threading.Thread(target=serve.serve, args=(site,), kwargs=more, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        with sync_api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            wrong: list[str] = []
            page.on("console", lambda message: wrong.append(message.text))
            page.goto(next(word for word in said[0].split() if word.startswith("http")))
            foot = page.locator(".foot")
            assert "with uncommitted changes" not in foot.inner_text()
            (board / "changed").write_text("")
            sync_api.expect(foot).to_contain_text("with uncommitted changes", timeout=20_000)
            assert wrong == []
            browser.close()
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
