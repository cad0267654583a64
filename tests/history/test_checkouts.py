"""Working folders that are not what Git's own checkout of a commit would be."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import facts
from opsflow.errors import OpsflowError
from tests import stories
from tests.history.scene import CONFIG, item

NOW = datetime(2026, 2, 1, tzinfo=UTC)
FILES = {
    "ops/opsflow.yaml": CONFIG,
    "ops/items/a/OPS-1.yaml": item("inbox"),
    "ops/items/b/OPS-2.yaml": item("inbox"),
    "other/x.txt": "",
}


@pytest.fixture
def repo(tmp_path: Path) -> str:
    return stories.make(tmp_path / "repo", [{"files": FILES}])


def items(repo: str, at: str | None = None) -> list[str]:
    return sorted(facts.gather(os.path.join(repo, "ops"), now=NOW, at=at).board.items)


@pytest.mark.parametrize("index", ["--no-sparse-index", "--sparse-index"])
def test_a_sparse_checkout_of_a_part_of_the_board_is_refused(repo: str, index: str) -> None:
    stories.git(repo, "sparse-checkout", "set", "--cone", index, "ops/items/a")
    with pytest.raises(OpsflowError) as caught:
        items(repo)
    assert str(caught.value) == (
        "The checkout is sparse and leaves out 1 file of the board, such as items/b/OPS-2.yaml: "
        "take all of them with `git sparse-checkout disable`, or add the board's folders."
    )
    assert items(repo, "HEAD") == ["OPS-1", "OPS-2"]


@pytest.mark.parametrize("index", ["--no-sparse-index", "--sparse-index"])
def test_a_sparse_checkout_with_the_whole_board_is_read(repo: str, index: str) -> None:
    stories.git(repo, "sparse-checkout", "set", "--cone", index, "ops")
    os.unlink(os.path.join(repo, "ops/items/b/OPS-2.yaml"))
    assert not os.path.exists(os.path.join(repo, "other"))
    assert items(repo) == ["OPS-1"]


def test_a_link_in_the_place_of_a_file_is_a_change(repo: str) -> None:
    path = os.path.join(repo, "ops/items/a/OPS-1.yaml")
    assert not facts.gather(os.path.join(repo, "ops"), now=NOW).dirty
    os.unlink(path)
    os.symlink("../b/OPS-2.yaml", path)
    assert facts.gather(os.path.join(repo, "ops"), now=NOW).dirty
