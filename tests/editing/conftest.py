"""Every test of editing has a cache folder of its own, and nothing of the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stories


@pytest.fixture(autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("OPSFLOW_CACHE", raising=False)
    for name, value in stories.environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a board that is in no repository."""
    from tests.editing.scene import FILES, write

    return write(tmp_path / "board", FILES)
