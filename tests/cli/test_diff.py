"""What `opsflow diff` tells about changes of a small board."""

import json
import os
import re
from pathlib import Path

import pytest

from opsflow import demo
from opsflow.cli.diff import Range, parsed
from tests import stories
from tests.cli.conftest import BOARD, STEPS, Run, item

SNAPSHOTS = Path(__file__).parent / "snapshots"
EDGE, DISK, MAIL = "items/OPS-1-edge.yaml", "items/OPS-3-disk.yaml", "items/OPS-2-mail.yaml"


def write(board: Path, **texts: str) -> None:
    """Write files of the working folder: EDGE, DISK or MAIL by name."""
    for name, text in texts.items():
        (board / globals()[name]).write_text(text, encoding="utf-8")


def commit(board: Path, files: dict[str, str | None], **more: str) -> None:
    stories.add(str(board), [{"files": files, **more}])  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("main", Range("main")),
        ("HEAD~3", Range("HEAD~3")),
        ("v1..v2", Range("v1", "v2", exact=True)),
        ("v1..", Range("v1", "HEAD", exact=True)),
        ("..v2", Range("HEAD", "v2", exact=True)),
        ("main...topic", Range("main", "topic")),
        ("2026-01-06..2026-01-07", Range("2026-01-06", "2026-01-07", exact=True)),
        ("origin/main", Range("origin/main")),
    ],
)
def test_a_range_is_read_as_git_reads_it(text: str, asked: Range) -> None:
    assert parsed(text) == asked


def test_without_a_change_there_is_nothing_to_tell(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "diff") == (
        0,
        "Nothing changes\nfrom 83e0ebd to 83e0ebd, as of 2026-01-09 13:00\n",
        "",
    )


def test_without_a_base_it_tells_what_is_not_committed(board: Path, opsflow: Run) -> None:
    write(board, DISK=item("Replace the disk array", "doing", "assignees: [ben]", "depends_on: [OPS-1]"))
    assert opsflow("-C", board, "diff").out == (
        "1 item moves; 2 new findings; In progress 1 → 2, its limit is 1; Ready 1 → 0 of 3\n"
        "from 83e0ebd to what is not committed, as of 2026-01-09 13:00\n"
        "\n"
        "Moved on (1)\n"
        "  OPS-3 Replace the disk array\n"
        "    Ready → In progress; assigned to ben\n"
        "\n"
        "New findings (2)\n"
        "  opsflow.yaml:7: error: 2 items are in `doing`, and the limit is 1: OPS-1 and OPS-3 [wip-limit]\n"
        "  items/OPS-3-disk.yaml:2: warning: OPS-3 is in `doing`, but OPS-1, which it depends on, is not "
        "finished [started-before-dependency]\n"
        "\n"
        "Work in progress\n"
        "  Ready: 1 → 0 of 3\n"
        "  In progress: 1 → 2, its limit is 1\n"
        "  All: 1 → 2\n"
    )


def test_a_base_counts_from_where_the_branches_parted(board: Path, opsflow: Run) -> None:
    stories.git(str(board), "checkout", "-q", "-b", "topic")
    stories.add(
        str(board),
        [
            {"files": {EDGE: item("Renew edge certificates", "done", "assignees: [maria]")}, "on": "main"},
            {"files": {DISK: item("Replace the disks", "ready")}, "on": "topic"},
        ],
    )
    stories.git(str(board), "reset", "-q", "--hard")
    ids = {
        range: [
            row["id"]
            for group in json.loads(opsflow("-C", board, "diff", "--format", "json", range).out)["groups"]
            for row in group["items"]
        ]
        for range in ("main", "main...topic", "main..topic", "topic..main")
    }
    assert ids == {
        "main": ["OPS-3"],
        "main...topic": ["OPS-3"],
        "main..topic": ["OPS-1", "OPS-3"],
        "topic..main": ["OPS-1", "OPS-3"],
    }
    back = opsflow("-C", board, "diff", "main..topic").out
    assert "Reopened (1)\n  OPS-1 Renew edge certificates\n    Done → In progress\n" in back


def test_an_item_is_followed_through_renames(board: Path, opsflow: Run) -> None:
    (board / "archive").mkdir()
    (board / MAIL).rename(board / "archive" / "OPS-2-mail-outage.yaml")
    (board / EDGE).rename(board / "items" / "OPS-1-certificates.yaml")
    out = opsflow("-C", board, "diff").out
    assert out.splitlines()[0] == "1 item is archived, 1 in another file"
    assert "file moved to items/OPS-1-certificates.yaml" in out
    assert "New" not in out and "eleted" not in out


def test_a_broken_file_is_said_and_not_deleted(board: Path, opsflow: Run) -> None:
    write(board, EDGE="title: [\n")
    ran = opsflow("-C", board, "diff")
    assert ran.status == 0
    assert ran.err == "1 file could not be read; `opsflow check` says why.\n"
    assert ran.out.startswith(
        "1 file could not be read; 1 new finding; In progress 1 → 0 of 1\n"
        "from 83e0ebd to what is not committed, as of 2026-01-09 13:00\n"
        "\n"
        "Not known\n"
        "  OPS-1 could not be read: what it says now is not known\n"
    )
    assert "eleted" not in ran.out
    stories.git(str(board), "commit", "-q", "-a", "-m", "broken")
    stories.git(str(board), "checkout", "-q", "HEAD~1", "--", EDGE)
    assert "OPS-1 can be read again" in opsflow("-C", board, "diff").out


def test_a_board_that_is_new_tells_of_all_its_items(tmp_path: Path, opsflow: Run) -> None:
    path = stories.make(tmp_path / "board", [{"files": {"README": "hello\n"}}, *STEPS])
    assert opsflow("-C", path, "diff", "HEAD~3").out.splitlines()[:2] == [
        "The board is new; 4 items are new; Ready 0 → 1 of 3; In progress 0 → 1 of 1",
        "from 1f28427 to b1a38f7, as of 2026-01-09 13:00",
    ]


def test_a_changed_limit_is_told_and_judged_by_the_old_one(board: Path, opsflow: Run) -> None:
    (board / "opsflow.yaml").write_text(BOARD.replace("kind: active, wip: 1", "kind: active, wip: 2"))
    write(board, DISK=item("Replace the disk array", "doing", "assignees: [ben]"))
    out = opsflow("-C", board, "diff").out
    assert "2 items are in `doing`, and the limit is 1: OPS-1 and OPS-3 [wip-limit]" in out
    assert "  In progress: 1 → 2 of 2 (the limit was 1)\n" in out
    assert "Policies\n  limit In progress: at most 1 → 2\n" in out


def test_other_forms_say_the_same(board: Path, opsflow: Run) -> None:
    """UPDATE_SNAPSHOTS=1 writes them anew; read the difference before it is committed."""
    write(board, DISK=item("Replace @ben's disk array (#12)", "doing", "assignees: [ben]"))
    for format, name in (("markdown", "diff.md"), ("json", "diff.json")):
        out = opsflow("-C", board, "diff", "--format", format, "HEAD~1").out
        path = SNAPSHOTS / name
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(out, encoding="utf-8")
        assert out == path.read_text(encoding="utf-8")


def test_a_board_in_a_folder_of_the_repository_has_its_own_story(tmp_path: Path, opsflow: Run) -> None:
    files = {
        "ops/opsflow.yaml": BOARD,
        f"ops/{EDGE}": item("Edge", "ready"),
        "items/OPS-9.yaml": item("x", "done"),
    }
    path = stories.make(
        tmp_path / "all", [{"files": files}, {"files": {f"ops/{EDGE}": item("Edge", "inbox")}}]
    )
    out = opsflow("-C", f"{path}/ops", "diff", "HEAD~1..").out
    assert out.splitlines()[0] == "1 item moves (1 back); Ready 1 → 0 of 3"


def test_what_cannot_be_compared_is_said_in_one_sentence(tmp_path: Path, board: Path, opsflow: Run) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "opsflow.yaml").write_text(BOARD)
    assert opsflow("-C", plain, "diff") == (
        2,
        "",
        f"opsflow: There is nothing to compare the board with: {plain} is in no Git repository.\n",
    )
    stories.git(None, "init", "-q", "--template=", str(plain))
    assert opsflow("-C", plain, "diff").err == (
        f"opsflow: There is nothing to compare the board with: {plain} lies in a repository without a commit.\n"
    )
    assert opsflow("-C", board, "diff", "nowhere") == (
        2,
        "",
        "opsflow: The repository has no revision nowhere: give a branch, a tag, a commit or a date.\n",
    )
    (board / "opsflow.yaml").write_text("workflow: [\n")
    assert opsflow("-C", board, "diff").status == 2


def test_a_base_that_could_not_be_read_is_said(board: Path, opsflow: Run) -> None:
    (board / "opsflow.yaml").write_text("workflow: [\n")
    stories.git(str(board), "commit", "-q", "-a", "-m", "broken")
    (board / "opsflow.yaml").write_text(BOARD)
    ran = opsflow("-C", board, "diff")
    assert (ran.status, ran.out.splitlines()[0]) == (
        0,
        "What changes is not known: opsflow.yaml could not be read before",
    )


def test_a_clone_cut_short_tells_no_ages_and_why(board: Path, tmp_path: Path, opsflow: Run) -> None:
    clone = tmp_path / "clone"
    stories.git(None, "clone", "-q", "--depth=1", f"file://{board}", str(clone))
    (clone / DISK).write_text(item("Replace the disk array", "doing", "assignees: [ben]"))
    ran = opsflow("-C", clone, "diff")
    assert ran.status == 0
    assert ran.out.splitlines()[-1].startswith("No ages: the clone is shallow")


PAGE = Path(__file__).parent.parent.parent / "docs" / "changes-story.md"
_PRINTED = re.compile(r"(<!-- printed: (?P<words>.+) -->\n```markdown\n)(?P<text>.*?)(```\n)", re.DOTALL)


def test_the_page_shows_what_diff_prints(tmp_path: Path, opsflow: Run) -> None:
    """UPDATE_MANUAL=1 writes it anew."""
    demo.make(str(tmp_path / "demo"))
    page = PAGE.read_text(encoding="utf-8")
    (found,) = _PRINTED.finditer(page)
    printed = opsflow("-C", tmp_path / "demo", *found["words"].split()).out
    if os.environ.get("UPDATE_MANUAL"):
        PAGE.write_text(page.replace(found[0], found[1] + printed + found[4]), encoding="utf-8")
        return
    assert found["text"] == printed


def test_the_page_names_every_key_of_the_json(board: Path, opsflow: Run) -> None:
    view = json.loads(opsflow("-C", board, "diff", "--format", "json").out)
    table = PAGE.read_text(encoding="utf-8").partition("## The JSON")[2]
    common = {"report", "title", "question", "definitions", "items"}
    assert set(view) - common == {name for name in re.findall(r"`([a-z_]+)`", table) if name in view}


def test_nothing_is_written(board: Path, opsflow: Run) -> None:
    write(board, DISK=item("Replace the disk array", "doing"))
    before = {path: path.stat().st_mtime_ns for path in sorted(board.rglob("*"))}
    for format in ("text", "markdown", "json"):
        opsflow("-C", board, "diff", "HEAD~1", "--format", format)
    assert {path: path.stat().st_mtime_ns for path in sorted(board.rglob("*"))} == before
