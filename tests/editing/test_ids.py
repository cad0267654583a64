"""Ids without a server."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest

from opsflow.editing import fresh, ids
from opsflow.history import names, repository
from opsflow.reading.names import id_of
from tests import stories
from tests.editing.scene import CONFIG, FILES, do, facts, write

TITLE = "title: New\nstate: inbox\n"


def test_a_key_has_four_digits_and_a_figure() -> None:
    keys = [ids.key_of() for _ in range(300)]
    assert {len(key) for key in keys} == {4}
    assert all(set(key) <= set(ids.DIGITS) and not key.isalpha() for key in keys)
    assert all(id_of(f"OPS-{key}.yaml") for key in keys)


@pytest.mark.parametrize(
    ("count", "length"), [(0, 4), (902, 4), (903, 5), (5_329, 5), (5_330, 6), (30_990, 7)]
)
def test_keys_grow_by_the_birthday_bound(count: int, length: int) -> None:
    assert ids.length_for(count) == length
    assert count * count <= ids.keys_of_length(length)


def test_a_random_id_is_one_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["1AAA", "2BBB", "3CCC"])
    monkeypatch.setattr(ids, "key_of", lambda length: next(drawn))
    assert ids.random({"OPS-1AAA", "OPS-2BBB", "NET-3CCC"}, "OPS") == "OPS-3CCC"


def test_the_next_number_is_after_the_highest_of_the_key() -> None:
    assert ids.next_number({"OPS-9", "OPS-10", "OPS-7K3Q", "NET-99"}, "OPS") == "OPS-11"
    assert ids.next_number(set(), "OPS") == "OPS-1"


def test_every_branch_remote_tag_and_the_index_are_looked_at(tmp_path: Path) -> None:
    other = stories.make(
        tmp_path / "other",
        [
            {"files": {**FILES, "items/OPS-5-main.yaml": TITLE}},
            {"on": "topic", "start": "main", "files": {"items/deep/er/OPS-6-topic.yaml": TITLE}},
            {"on": "lost", "start": "main", "files": {"archive/OPS-7-tag.yaml": TITLE}, "tag": "v1"},
        ],
    )
    root = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", other, root], check=True)
    stories.git(str(root), "branch", "-q", "mine")
    stories.add(str(root), [{"on": "mine", "files": {"items/OPS-8-mine.yaml": TITLE}}])
    write(root, {"items/OPS-9-staged.yaml": TITLE})
    stories.git(str(root), "add", "items/OPS-9-staged.yaml")
    (root / "items/OPS-9-staged.yaml").unlink()
    write(root, {"items/OPS-10-here.yaml": TITLE, "items/OPS-11-bad.yaml": "{"})
    assert ids.taken(facts(root)) == {f"OPS-{number}" for number in range(1, 12)}


def test_a_board_in_a_folder_of_a_repository_looks_at_its_own_folders(tmp_path: Path) -> None:
    inner = {f"ops board/{name}": text for name, text in FILES.items()}
    path = stories.make(tmp_path / "all", [{"files": {**inner, "items/OPS-50.yaml": TITLE}}])
    stories.add(path, [{"on": "topic", "start": "main", "files": {"ops board/items/OPS-6.yaml": TITLE}}])
    assert ids.taken(facts(Path(path) / "ops board")) == {"OPS-1", "OPS-2", "OPS-3", "OPS-4", "OPS-6"}


def test_a_repository_of_sha256_is_looked_at_as_well(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "b", [{"files": FILES}], object_format="sha256")
    found = repository.find(path)
    assert found is not None
    assert {id_of(name) for name in names.everywhere(found, ["items"])} == {
        "OPS-1",
        "OPS-2",
        "OPS-3",
        "OPS-4",
    }


def test_a_number_that_was_deleted_is_not_given_again(tmp_path: Path) -> None:
    config = {"opsflow.yaml": CONFIG + "ids: sequential\n"}
    nine = "items/OPS-9-gone.yaml"
    root = Path(
        stories.make(tmp_path / "b", [{"files": {**FILES, **config, nine: TITLE}}, {"files": {nine: None}}])
    )
    done = do(root, lambda known: fresh.plan(known, TITLE.encode()))
    assert [*done.plan.files] == ["items/OPS-10-new.yaml"]


def test_two_clones_that_both_made_hundreds_of_items_can_be_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids.secrets, "choice", Random(1).choice)
    first = stories.make(tmp_path / "first", [{"files": FILES}])
    subprocess.run(["git", "clone", "-q", first, tmp_path / "second"], check=True)
    for folder in ("first", "second"):
        root, taken = tmp_path / folder, set(ids.taken(facts(tmp_path / folder)))
        for number in range(400):
            id_ = ids.random(taken, "OPS")
            taken.add(id_)
            write(root, {f"items/{fresh.name(id_, f'Work {number}')}": TITLE})
        stories.git(str(root), "add", "-A")
        stories.git(str(root), "commit", "-qm", "News")
    stories.git(first, "pull", "-q", "--no-rebase", "--no-edit", str(tmp_path / "second"), "main")
    known = facts(tmp_path / "first")
    assert len(known.board.items) == 804
    assert [fault.judgement.message for fault in known.faults] == []
