"""Moving what is over to the archive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opsflow.editing import archiving
from opsflow.errors import OpsflowError
from tests import stories
from tests.editing.scene import CONFIG, FILES, do, facts, names, tree, write

OLD = "items/OPS-4-old.yaml"


def test_a_finished_item_moves_with_its_bytes(root: Path) -> None:
    done = do(root, lambda known: archiving.plan(known, [known.item("OPS-4")]))
    assert (done.plan.said, done.plan.subject) == (
        ("OPS-4 archived. archive/OPS-4-old.yaml",),
        "OPS-4: Archive",
    )
    assert tree(root)["archive/OPS-4-old.yaml"] == FILES[OLD].encode()
    assert names(root) == sorted([*(name for name in FILES if name != OLD), "archive/OPS-4-old.yaml"])


def test_what_is_not_over_stays(root: Path) -> None:
    with pytest.raises(OpsflowError, match="OPS-2 is in doing, and only what is finished or discarded"):
        archiving.plan(facts(root), [facts(root).item("OPS-2")])


def test_what_is_archived_already_stays(root: Path) -> None:
    do(root, lambda known: archiving.plan(known, [known.item("OPS-4")]))
    plan = archiving.plan(facts(root), [facts(root).item("OPS-4")])
    assert (plan.files, plan.said) == ({}, ("OPS-4 is archived already. archive/OPS-4-old.yaml",))
    assert archiving.over(facts(root), None) == ()


def test_a_folder_inside_keeps_its_name_and_the_line_for_editors_leads_on(root: Path) -> None:
    line = "# yaml-language-server: $schema=../../.opsflow/item.schema.json\n"
    write(root, {"items/web/OPS-5.yaml": f"{line}title: x\nstate: dropped\n"})
    write(root, {f"archive/OPS-{number}.yaml": "title: x\nstate: done\n" for number in range(100, 300)})
    six = "# yaml-language-server: $schema=../.opsflow/item.schema.json\ntitle: x\nstate: done\n"
    write(root, {"items/OPS-60.yaml": six})
    plan = archiving.plan(facts(root), [facts(root).item("OPS-5"), facts(root).item("OPS-60")])
    after = {path: data for path, (_, data) in plan.files.items() if data is not None}
    assert after == {
        "archive/web/OPS-5.yaml": f"{line}title: x\nstate: dropped\n".encode(),
        "archive/6/OPS-60.yaml": six.replace("=../", "=../../").encode(),
    }
    assert plan.moved == {
        "archive/web/OPS-5.yaml": "items/web/OPS-5.yaml",
        "archive/6/OPS-60.yaml": "items/OPS-60.yaml",
    }


def test_a_board_that_reads_no_archive_is_told(root: Path) -> None:
    write(root, {"opsflow.yaml": f"{CONFIG}items: ['items/**']\n"})
    with pytest.raises(OpsflowError, match=r"The board would not read archive/OPS-4-old.yaml"):
        archiving.plan(facts(root), [facts(root).item("OPS-4")])


def test_a_file_in_the_way_is_told(root: Path) -> None:
    write(root, {"archive/OPS-4-old.yaml": "title: x\nstate: done\n"})
    with pytest.raises(OpsflowError, match=r"archive/OPS-4-old.yaml is there already"):
        archiving.plan(facts(root), [facts(root).item("OPS-4")._replace(path=OLD)])


def test_only_what_was_over_before_a_day_is_taken(tmp_path: Path) -> None:
    late = {"at": "2026-02-20 09:00", "files": {"items/OPS-1-edge.yaml": "title: x\nstate: done\n"}}
    root = Path(stories.make(tmp_path / "b", [{"at": "2026-01-05 09:00", "files": FILES}, late]))  # type: ignore[list-item]
    known = facts(root)
    days = (date(2026, 1, 5), date(2026, 1, 6), date(2026, 2, 20), date(2026, 2, 21))
    assert [[item.id for item in archiving.over(known, day)] for day in days] == [
        [],
        ["OPS-4"],
        ["OPS-4"],
        ["OPS-1", "OPS-4"],
    ]


def test_without_a_history_nobody_knows_when(root: Path) -> None:
    with pytest.raises(
        OpsflowError, match="When items were finished is not known: the board is not in a Git"
    ):
        archiving.over(facts(root), date(2026, 1, 1))
