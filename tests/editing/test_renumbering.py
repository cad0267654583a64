"""Another id for an item, and for what names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow import rules
from opsflow.editing import renumbering
from opsflow.editing.renumbering import Renumbered
from opsflow.errors import OpsflowError
from tests import stories
from tests.editing.scene import FILES, do, facts, tree, write

NAMING = {
    "items/OPS-5-five.yaml": "title: Five\nstate: inbox\nid: OPS-5\n",
    "items/OPS-6-six.yaml": "title: Six\nstate: inbox\ndepends_on: [OPS-1, OPS-5]  # both\n",
    "items/OPS-7-seven.yaml": "title: Seven\nstate: inbox\npart_of: OPS-5\n",
    "items/OPS-8-eight.yaml": "title: Eight\nstate: inbox\nblocked: {reason: wait, by: 'item:OPS-5'}\n",
    "items/OPS-55-other.yaml": "title: Other\nstate: inbox\ndescription: |\n  See OPS-5, not OPS-55.\n",
}


def plan(root: Path, path: str, new: str = "OPS-9", **options: bool) -> Renumbered:
    return renumbering.plan(facts(root), path, new, **options)


@pytest.mark.parametrize("ids", ["random", "sequential"])
def test_an_id_of_the_past_is_given_to_nobody(tmp_path: Path, ids: str) -> None:
    files = {**FILES, "opsflow.yaml": f"{FILES['opsflow.yaml']}ids: {ids}\n"}
    gone: stories.Step = {"files": {"items/OPS-2-mail.yaml": None}}
    root = Path(stories.make(tmp_path / "b", [{"files": files}, gone]))
    with pytest.raises(OpsflowError, match="OPS-2 was the id of an item that is gone"):
        plan(root, "items/OPS-1-edge.yaml", "OPS-2")
    with pytest.raises(OpsflowError, match="OPS-3 is taken already, here or on another branch"):
        plan(root, "items/OPS-1-edge.yaml", "OPS-3")
    assert plan(root, "items/OPS-1-edge.yaml", "OPS-9").new == "OPS-9"


def test_every_reference_is_changed_and_every_mention_told(root: Path) -> None:
    write(root, NAMING)
    found = plan(root, "items/OPS-5-five.yaml")
    done = do(root, lambda _: found.plan)
    assert done.plan.said == (
        "OPS-5 renumbered to OPS-9, also in 3 files that named it. items/OPS-9-five.yaml",
    )
    after = tree(root)
    assert {name: after[name].decode() for name in after if name not in FILES} == {
        "items/OPS-9-five.yaml": "title: Five\nstate: inbox\nid: OPS-9\n",
        "items/OPS-6-six.yaml": "title: Six\nstate: inbox\ndepends_on: [OPS-1, OPS-9]  # both\n",
        "items/OPS-7-seven.yaml": "title: Seven\nstate: inbox\npart_of: OPS-9\n",
        "items/OPS-8-eight.yaml": "title: Eight\nstate: inbox\nblocked: {reason: wait, by: 'item:OPS-9'}\n",
        "items/OPS-55-other.yaml": NAMING["items/OPS-55-other.yaml"],
    }
    assert [(place.path, place.line, place.column) for place in found.mentions] == [
        ("items/OPS-5-five.yaml", 3, 5),
        ("items/OPS-55-other.yaml", 4, 7),
    ]
    assert rules.judge(facts(root), {"unknown-reference", "misnamed-file", "duplicate-id"}) == ()


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("OPS-2", "OPS-2 is taken already"),
        ("OPS-OIL", "'OPS-OIL' is no id of this board"),
        ("NET-9", "'NET-9' is no id of this board"),
        ("../x", "'../x' is no id of this board"),
    ],
)
def test_an_id_that_is_no_good_is_told(root: Path, new: str, said: str) -> None:
    with pytest.raises(OpsflowError, match=said):
        plan(root, "items/OPS-1-edge.yaml", new)


def test_an_id_may_be_written_short(root: Path) -> None:
    assert plan(root, "items/OPS-1-edge.yaml", "7k3q").new == "OPS-7K3Q"


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """Two branches made OPS-5 and named it, and were merged."""
    mine = {
        "items/OPS-5-mine.yaml": "title: Mine\nstate: inbox\n",
        "items/OPS-6-mine.yaml": "title: Needs mine\nstate: inbox\ndepends_on: [OPS-5]\n",
    }
    theirs = {
        "items/OPS-5-theirs.yaml": "title: Theirs\nstate: inbox\n",
        "items/OPS-7-theirs.yaml": "title: Needs theirs\nstate: inbox\ndepends_on:\n  - OPS-5\n",
    }
    since = {"items/OPS-3-disk.yaml": "title: Needs one\nstate: inbox\ndepends_on: [OPS-5]\n"}
    steps: list[stories.Step] = [
        {"files": FILES},
        {"on": "theirs", "start": "main", "files": theirs},
        {"files": mine},
        {"merge": ["theirs"]},
        {"files": since},
    ]
    return Path(stories.make(tmp_path / "b", steps))


def test_after_a_merge_a_reference_means_what_its_writer_saw(merged: Path) -> None:
    found = plan(merged, "items/OPS-5-theirs.yaml")
    assert [each.path for each in found.changed] == ["items/OPS-7-theirs.yaml"]
    assert [each.path for each in found.unclear] == ["items/OPS-3-disk.yaml"]
    do(merged, lambda _: found.plan)
    after = tree(merged)
    assert after["items/OPS-7-theirs.yaml"] == (
        b"title: Needs theirs\nstate: inbox\ndepends_on:\n  - OPS-9\n"
    )
    assert after["items/OPS-6-mine.yaml"].endswith(b"[OPS-5]\n")
    assert rules.judge(facts(merged), {"duplicate-id", "unknown-reference"}) == ()


def test_what_may_mean_either_is_changed_where_all_is_said(merged: Path) -> None:
    found = plan(merged, "items/OPS-5-theirs.yaml", every=True)
    assert [each.path for each in found.changed] == [
        "items/OPS-3-disk.yaml",
        "items/OPS-7-theirs.yaml",
    ]
    assert found.unclear == ()


def test_without_a_history_nobody_knows_what_is_meant(root: Path) -> None:
    write(root, {**NAMING, "items/OPS-5-twin.yaml": "title: Twin\nstate: inbox\n"})
    found = plan(root, "items/OPS-5-twin.yaml")
    assert (found.changed, len(found.unclear)) == ((), 3)
    assert [*found.plan.files] == ["items/OPS-5-twin.yaml", "items/OPS-9-twin.yaml"]
