"""What is kept does not outlive the code and the libraries that made it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsflow import fingerprint


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What one test asks, no other remembers."""
    for function in (fingerprint.stamps, fingerprint.digest):
        function.cache_clear()
    yield
    for function in (fingerprint.stamps, fingerprint.digest):
        function.cache_clear()


def both() -> tuple[tuple[str, ...], str]:
    fingerprint.stamps.cache_clear()
    fingerprint.digest.cache_clear()
    return fingerprint.stamps("reading"), fingerprint.digest("reading")


def test_it_looks_at_the_modules_asked_for_and_at_the_schemas() -> None:
    def names(*rooms: str) -> set[str]:
        return {os.path.basename(path) for path in fingerprint._files(rooms)}

    assert {"track.py", "item.schema.json", "line.py"} <= names("reading", "history")
    assert "line.py" not in names("reading")
    assert "facts.py" not in names("reading")
    assert names("reading") | {"facts.py", "fingerprint.py", "check.py"} <= names()
    assert len(fingerprint.stamps()) > len(names())
    assert fingerprint.digest("reading") != fingerprint.digest("reading", "history") != fingerprint.digest()


def test_the_same_code_is_known_again_and_other_code_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    monkeypatch.setattr(fingerprint, "_files", lambda rooms: iter([str(file)]))
    stamps, digest = both()
    assert both() == (stamps, digest)
    os.utime(file, ns=(1, 1))
    again = both()
    assert (again[0] != stamps, again[1]) == (True, digest)  # the same file, installed once more
    file.write_text("two")
    assert both()[1] != digest


@pytest.mark.parametrize("name", ["ruamel_yaml-9.9.dist-info", "tzdata-2099.1.dist-info"])
def test_another_version_of_a_library_that_reads_is_other_code(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "site-packages"
    place.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(place)])
    before = both()
    (place / "unrelated-1.0.dist-info").mkdir()
    assert both()[1] == before[1]
    (place / name).mkdir()
    after = both()
    assert (after[0] != before[0], after[1] != before[1]) == (True, True)
