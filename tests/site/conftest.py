"""Sites that several tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow.site import build
from tests.site import sample


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of 120 items."""
    out = tmp_path_factory.mktemp("site") / "out"
    facts = sample.facts(120)
    build.build(facts, sample.findings(facts), str(out))
    return out
