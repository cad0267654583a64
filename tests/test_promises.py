"""The promises, kept by the real program on the example board."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsflow import demo, measures

ROOT = Path(__file__).parent.parent
READING = [
    ["check"],
    ["check", "--format", "json"],
    ["board"],
    ["list", "--all"],
    ["show", "OPS-T891"],
    ["log"],
    ["next"],
    ["report", "flow"],
    ["check", "--at", "HEAD~100"],
]
KNOWN_FROM_FILES = ("capacity", "load", "away", "skills", "budget", "order")
"""Measures of which the files alone tell a part; the others need the history for every number."""
HOSTILE = {
    "items/OPS-1BAD-bomb.yaml": b"a: &a [x, x]\nb: [*a, *a]\n",
    "items/OPS-2BAD-deep.yaml": b"[" * 5000,
    "items/OPS-3BAD-latin.yaml": b"title: caf\xe9\n",
    "items/OPS-4BAD-nul.yaml": b"title: a\0b\n",
    "items/OPS-5BAD-empty.yaml": b"",
    "items/OPS-6BAD-list.yaml": b"- a\n",
    "items/OPS-7BAD-tag.yaml": b"title: !!python/object/apply:os.system [id]\n",
    "items/OPS-8BAD-two.yaml": b"title: a\n---\ntitle: b\n",
    "items/OPS-9BAD-digits.yaml": b"title: x\nstate: ready\nvalue: " + b"9" * 5000 + b"\n",
}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("promises") / "demo"
    demo.make(str(folder))
    yield folder


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"OPSFLOW_NOW": "2026-11-20T16:20:00+01:00", "OPSFLOW_CACHE_DIR": str(folder.parent / "cache")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "opsflow", "-C", str(folder), *words],
        env={**os.environ, **given, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def sums(folder: Path) -> dict[str, str]:
    """Every file below a folder, .git included, and what is in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_reading_writes_nothing_into_the_repository(board: Path) -> None:
    before = sums(board)
    for words in READING:
        assert run(board, *words).returncode in (0, 1), words
    assert sums(board) == before


def test_a_cold_a_warm_and_no_cache_say_the_same(board: Path, tmp_path: Path) -> None:
    for words in READING:
        cold, warm = (run(board, *words, OPSFLOW_CACHE_DIR=str(tmp_path)).stdout for _ in range(2))
        none = run(board, *words, OPSFLOW_CACHE="off").stdout
        assert cold == warm == none, words
        assert none, words


def test_the_same_commit_gives_the_same_site(board: Path, tmp_path: Path) -> None:
    for name, environment in (
        ("a", {"TZ": "UTC", "PYTHONHASHSEED": "1"}),
        ("b", {"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "2", "LC_ALL": "C", "OPSFLOW_CACHE": "off"}),
    ):
        done = run(board, "build", "--out", str(tmp_path / name), **environment)
        assert done.returncode == 0, done.stderr
    assert sums(tmp_path / "a") == sums(tmp_path / "b")


def test_hostile_files_are_each_told_and_hide_nothing(board: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(board), str(tmp_path / "clone")], check=True)
    clone = tmp_path / "clone"
    for path, data in HOSTILE.items():
        (clone / path).write_bytes(data)
    (clone / "items/OPS-0BAD-link.yaml").symlink_to("/etc/passwd")
    os.mkfifo(clone / "items/OPS-0BAD-pipe.yaml")
    done = run(clone, "check", "--format", "concise")
    assert (done.returncode, done.stderr) == (1, "")
    odd = sorted([*HOSTILE, "items/OPS-0BAD-link.yaml", "items/OPS-0BAD-pipe.yaml"])
    found = re.findall(
        r"^(items/OPS-\wBAD[^:]*):\d+:\d+: error: .* \[([a-z-]+)\]$", done.stdout, re.MULTILINE
    )
    assert sorted({path for path, _ in found}) == odd  # a bomb is told anchor by anchor
    assert {path for path, rule in found if rule == "misshapen"} == {"items/OPS-9BAD-digits.yaml"}
    assert "root:" not in done.stdout
    shown = run(clone, "list", "--all", "--format", "ids").stdout.split()
    assert set(run(board, "list", "--all", "--format", "ids").stdout.split()) <= set(shown)


def test_a_shallow_clone_is_refused_for_measures_and_judged_all_the_same(board: Path, tmp_path: Path) -> None:
    words = ["git", "clone", "-q", "--depth", "5", board.as_uri(), str(tmp_path / "shallow")]
    subprocess.run(words, check=True)
    shallow = tmp_path / "shallow"
    done = run(shallow, "log")
    assert (done.returncode, done.stdout) == (2, "")
    assert "git fetch --unshallow" in done.stderr
    names = [name for name in measures.ALL if name not in KNOWN_FROM_FILES and name != "simulate"]
    measured = json.loads(run(shallow, "report", *names, "--format", "json").stdout)
    assert [view["measure"] for view in measured] == names
    for view in measured:
        figures = {fact.key: view[fact.key] for fact in measures.facts(view["measure"])}
        assert (view["title"], view["rows"], view["n"], {*figures.values()} - {None}) == (
            "Not known without the history",
            [],
            None,
            set(),
        )
    checked = run(shallow, "check", "--format", "concise")
    assert checked.returncode == 1
    assert "[shallow-history]" in checked.stdout
    assert "[wip-limit]" in checked.stdout


def test_the_pages_that_promise_tests_name_tests_that_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", page))
    assert len(named) > 10
    assert {name for name in named if not (ROOT / name).is_file()} == set()
