"""A browser, and a site that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsflow.site import build
from tests.browser.watched import CHROMIUM
from tests.site import sample


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
