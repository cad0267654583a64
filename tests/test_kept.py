"""Small files of the cache folder: written whole or not at all, and not for ever."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from opsflow import kept


def test_what_is_stored_is_loaded_and_nothing_else_stays_behind(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "check-1.json"
    assert [kept.store(str(path), {"a": [1]}), kept.store(str(path), {"b": "\u20ac"})] == [True, False]
    assert kept.load(str(path)) == {"b": "\u20ac"}
    assert sorted(os.listdir(path.parent)) == [".gitignore", "check-1.json"]


@pytest.mark.parametrize("text", ["", "{}", "00000000\n{}", "\x00", "\u20ac"])
def test_what_is_damaged_is_not_there(text: str, tmp_path: Path) -> None:
    path = tmp_path / "check-1.json"
    path.write_text(text)
    assert kept.load(str(path)) == {}


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_a_write_that_is_broken_off_leaves_what_was_there(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "check-1.json")
    kept.store(path, {"a": 1})

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "replace", fail)
    if isinstance(error, OSError):
        assert kept.store(path, {"a": 2}) is False
    else:
        with pytest.raises(KeyboardInterrupt):
            kept.store(path, {"a": 2})
    assert kept.load(path) == {"a": 1}
    assert sorted(os.listdir(tmp_path)) == [".gitignore", "check-1.json"]


def test_only_old_files_of_that_kind_are_removed(tmp_path: Path) -> None:
    names = ("check-1.json", "check-2.json", "check-3.json.0a1b", "rules-1.json", "checks.json")
    for name in names:
        (tmp_path / name).write_text(name)
    (tmp_path / "check-folder").mkdir()
    for name in ("check-1.json", "check-3.json.0a1b", "rules-1.json", "checks.json", "check-folder"):
        os.utime(tmp_path / name, (0, 0))
    kept.prune(str(tmp_path), "check")
    assert sorted(os.listdir(tmp_path)) == ["check-2.json", "check-folder", "checks.json", "rules-1.json"]
    kept.prune(str(tmp_path / "none"), "check")


def test_a_cache_inside_a_repository_is_not_seen_by_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert kept.store(str(tmp_path / "cache" / "check-1.json"), {"a": 1})
    words = ["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"]
    assert subprocess.run(words, check=True, capture_output=True).stdout == b""
