"""Every test of the history has a cache folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(folder))
    monkeypatch.delenv("OPSFLOW_CACHE", raising=False)
    return folder
