"""The hooks for pre-commit: really run by it, on a board, when something is committed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import stories
from tests.integrations import scene
from tests.integrations.runner import PROGRAMS, ROOT, environment, load

HOOKS = ROOT / ".pre-commit-hooks.yaml"


class Ran(NamedTuple):
    committed: bool
    log: str


Commit = Callable[..., Ran]


def hook(name: str, **more: Any) -> dict[str, Any]:
    """A hook as the file has it; but opsflow is that of this checkout, for tests install nothing."""
    found: dict[str, Any] = next(each for each in load(HOOKS) if each["id"] == name)
    return {**found, "language": "system", **more}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return environment(
        HOME=tmp_path / "home",
        PRE_COMMIT_HOME=tmp_path / "pre-commit",
        OPSFLOW_CACHE_DIR=tmp_path / "cache",
        OPSFLOW_NOW=scene.NOW,
    )


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A clone of the board, which is not well."""
    origin = scene.origin(tmp_path / "origin")
    scene.checkout(tmp_path / "board", origin, "refs/heads/main")
    return tmp_path / "board"


@pytest.fixture
def commit(board: Path, environ: dict[str, str]) -> Commit:
    """Install a hook, stage these files (None: deleted), leave others unstaged, and commit."""

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(board), *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    def commits(
        hook: dict[str, Any], staged: dict[str, str | None], unstaged: dict[str, str] | None = None
    ) -> Ran:
        config = {"repos": [{"repo": "local", "hooks": [hook]}]}
        (board / ".pre-commit-config.yaml").write_text(json.dumps(config))
        stories.git(str(board), "add", ".pre-commit-config.yaml")
        install = [PROGRAMS / "pre-commit", "install"]
        subprocess.run(install, cwd=board, env=environ, check=True, capture_output=True)
        for path, text in staged.items():
            if text is None:
                (board / path).unlink()
            else:
                (board / path).write_text(text)
            stories.git(str(board), "add", "-A", path)
        for path, text in (unstaged or {}).items():
            (board / path).write_text(text)
        before = stories.git(str(board), "rev-parse", "HEAD")
        done = git("commit", "-m", "A change")
        return Ran(stories.git(str(board), "rev-parse", "HEAD") != before, done.stdout + done.stderr)

    return commits


def test_the_file_is_what_pre_commit_takes() -> None:
    done = subprocess.run([PROGRAMS / "pre-commit", "validate-manifest", HOOKS], check=False)
    assert done.returncode == 0


GOOD = scene.item("Mail is fast", "ready")
BAD = scene.item("Mail is fast", "dooing")


def test_a_commit_that_makes_nothing_worse_passes(commit: Commit) -> None:
    ran = commit(hook("opsflow-change"), {"items/OPS-2.yaml": GOOD})
    assert ran.committed, ran.log


def test_a_commit_that_breaks_something_is_refused_and_told_why(commit: Commit) -> None:
    ran = commit(hook("opsflow-change"), {"items/OPS-2.yaml": BAD})
    assert not ran.committed
    assert "items/OPS-2.yaml:2:1: error: the workflow has no state `dooing`" in ran.log
    assert "OPS-4" not in ran.log


def test_a_commit_that_deletes_unfinished_work_is_refused(commit: Commit) -> None:
    ran = commit(hook("opsflow-change"), {"items/OPS-1.yaml": None})
    assert not ran.committed
    assert "[unfinished-item-deleted]" in ran.log


def test_what_is_not_staged_is_not_judged_and_still_there(commit: Commit, board: Path) -> None:
    ran = commit(hook("opsflow-change"), {"items/OPS-2.yaml": GOOD}, {"items/OPS-3.yaml": BAD})
    assert ran.committed, ran.log
    assert (board / "items/OPS-3.yaml").read_text() == BAD


def test_a_mistake_is_judged_as_it_is_staged(commit: Commit, board: Path) -> None:
    ran = commit(hook("opsflow-change"), {"items/OPS-2.yaml": BAD}, {"items/OPS-2.yaml": GOOD})
    assert not ran.committed
    assert (board / "items/OPS-2.yaml").read_text() == GOOD


def test_the_hook_for_the_whole_board_fails_on_what_others_left(commit: Commit) -> None:
    ran = commit(hook("opsflow-check"), {"items/OPS-2.yaml": GOOD})
    assert not ran.committed
    assert "items/OPS-4.yaml:3:1: error:" in ran.log


def test_the_hook_for_the_whole_board_leaves_other_commits_alone(commit: Commit) -> None:
    ran = commit(hook("opsflow-check"), {"README.md": "More.\n"})
    assert ran.committed
    assert "(no files to check)Skipped" in ran.log


def test_a_board_in_a_folder_is_named_in_args(tmp_path: Path, commit: Commit, board: Path) -> None:
    os.makedirs(board / "inner")
    for name in ("opsflow.yaml", "items"):
        stories.git(str(board), "mv", name, f"inner/{name}")
    ran = commit(hook("opsflow-check", args=["-C", "inner"]), {"inner/items/OPS-2.yaml": BAD})
    assert not ran.committed
    assert "items/OPS-2.yaml:2:1: error:" in ran.log


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("opsflow.yaml", True),
        ("ops/people.yaml", True),
        ("items/7/OPS-7K3Q-renew.yaml", True),
        ("ops/archive/OPS-1.yml", True),
        ("docker/catalog.yaml.j2", False),
        ("src/items.yaml", False),
        ("my-opsflow.yaml", False),
    ],
)
def test_the_hook_looks_at_the_files_of_boards(path: str, fits: bool) -> None:
    assert bool(re.search(hook("opsflow-check")["files"], path)) == fits
