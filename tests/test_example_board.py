"""The example board: its history ends in its files, and it shows what it is meant to show."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from opsflow import demo, facts, rules
from opsflow.errors import OpsflowError
from opsflow.reading import documents
from tests import stories

EXAMPLE = Path(__file__).parent.parent / "examples" / "board"
NOT_REPLAYED = {"README.md", "history.txt"}
HEADER = """\
head 0000000000000000000000000000000000000000
now 2026-11-20 17:00 +0100
person ann Ann Example <ann@example.org>

"""


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("demo") / "board")
    demo.make(folder)
    return folder


@pytest.fixture(scope="module")
def known(board: str) -> facts.Facts:
    return facts.gather(board, now=demo.read().now.astimezone(UTC), cache=False)


def files(folder: str | Path) -> dict[str, bytes]:
    """Every file of a folder but those of Git."""
    paths = [path for path in Path(folder).rglob("*") if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(".git/")}


def replayed(body: str) -> dict[str, bytes]:
    return demo.replay(demo.parse(HEADER + body)).files


# -- the history --------------------------------------------------------------------------------


def test_the_replay_ends_in_exactly_the_files_of_the_folder() -> None:
    folder = {name: data for name, data in files(EXAMPLE).items() if name not in NOT_REPLAYED}

    assert demo.replay(demo.read()).files == folder


def test_the_replay_reaches_the_hash_that_the_history_records(board: str) -> None:
    assert stories.git(board, "rev-parse", "HEAD", "main") == "\n".join([demo.read().head] * 2)


def test_git_finds_the_files_as_they_were_committed(board: str) -> None:
    assert stories.git(board, "status", "--porcelain", "--ignored") == ""
    assert files(board) == demo.replay(demo.read()).files


def test_the_history_is_half_a_year_of_a_team_of_eight(board: str) -> None:
    commits = stories.git(board, "log", "--format=%P|%an|%ad", "--date=format:%Y-%m").splitlines()
    parents, authors, months = zip(*(line.split("|") for line in commits), strict=True)

    assert len(commits) == len(demo.read().steps) == 698
    assert sum(" " in parent for parent in parents) == 46
    assert set(authors) == {person.rpartition(" ")[0] for person in demo.read().people.values()}
    assert sorted(set(months)) == [f"2026-{month:02}" for month in range(5, 12)]


def test_the_dates_of_the_history_never_run_backwards(board: str) -> None:
    rows = [line.split() for line in stories.git(board, "log", "--format=%H %ct %P").splitlines()]
    at = {row[0]: int(row[1]) for row in rows}

    assert [row for row in rows if any(at[parent] > at[row[0]] for parent in row[2:])] == []
    assert max(at.values()) == demo.read().now.timestamp()


def test_people_work_in_the_week_and_are_called_at_night() -> None:
    steps = demo.read().steps
    late = [step for step in steps if step.at.weekday() > 4 or not 6 <= step.at.hour < 19]

    assert 15 <= len(late) <= 40


def test_one_version_of_one_item_is_unreadable_and_the_next_commit_mends_it(board: str) -> None:
    bad = [(path, commit) for path, commit, data in versions(board) if documents.load(path, data)[1]]

    assert [path for path, _ in bad] == ["items/OPS-4SXW-array-fan.yaml"]
    after = stories.git(board, "log", "--first-parent", "--reverse", "--format=%s", f"{bad[0][1]}..main")
    assert after.splitlines()[0] == "OPS-4SXW: a colon too many, the file could not be read"


def versions(board: str) -> Iterator[tuple[str, str, bytes]]:
    """Path, commit and bytes of each version of each YAML file, on any branch."""
    log = stories.git(board, "log", "--format=%H", "--raw", "--no-abbrev", "--no-renames", "-m", "main")
    commit, seen = "", set()
    for line in log.splitlines():
        if re.fullmatch("[0-9a-f]{40}", line):
            commit = line
        elif line.startswith(":") and line.endswith(".yaml"):
            meta, path = line.split("\t")
            blob = meta.split()[3]
            if blob.strip("0") and (blob, path) not in seen:
                seen.add((blob, path))
                yield path, commit, (stories.git(board, "cat-file", "blob", blob) + "\n").encode()


def test_the_mass_edit_is_a_commit_of_the_line(board: str) -> None:
    listed = [line for line in (EXAMPLE / "ignore-revs.txt").read_text().splitlines() if line[0] != "#"]

    assert stories.git(board, "log", "--format=%s", "--no-walk", *listed) == (
        "Rename the state backlog to inbox, and the type task to request"
    )
    assert set(listed) < set(stories.commits(board))


def test_things_happen_to_items_that_happen_to_items() -> None:
    edits = [edit for step in demo.read().steps for edit in step.edits]
    lines = Counter(line for edit in edits for line in edit.lines)
    moved = [(os.path.split(edit.was), os.path.split(edit.path)) for edit in edits if edit.verb == "rename"]

    assert sum(edit.verb == "delete" for edit in edits) == 1
    assert sum(was[0] == "items" and path[0] == "archive" for was, path in moved) > 100
    assert sum(was[0] == path[0] for was, path in moved) == 3
    assert lines["+allow:"] > 5
    assert lines["+blocked:"] > 12
    assert lines["-blocked:"] > 9
    assert lines["+entered:"] > 3


def test_the_rules_find_what_the_example_is_meant_to_show(known: facts.Facts) -> None:
    found = [
        (finding.severity.value, finding.rule, finding.item, finding.waiver is not None)
        for finding in rules.judge(known)
    ]

    assert found == [
        ("warning", "missed-maintenance", "", False),
        ("warning", "missing-skill", "OPS-4GVA", True),
        ("warning", "over-age", "OPS-6DZJ", False),
        ("warning", "overdue", "OPS-9S3D", False),
        ("warning", "missing-skill", "OPS-N0MN", False),
        ("warning", "overdue", "OPS-SD53", True),
        ("warning", "stale-block", "OPS-T891", False),
        ("error", "wip-limit", "", False),
    ]


def test_a_waiver_carried_the_team_through_the_outage(board: str) -> None:
    then = facts.gather(board, at="2026-09-17 18:00", now=demo.read().now.astimezone(UTC), cache=False)

    assert {(finding.rule, finding.waiver is not None) for finding in rules.judge(then)} == {
        ("wip-limit", True)
    }


def test_the_mass_edit_moved_nothing(known: facts.Facts) -> None:
    assert known.history is not None
    moves = [move for story in known.history.stories.values() for move in story.transitions]

    assert [move for move in moves if (move.before, move.after) == ("backlog", "inbox")] == []
    assert [gap.path for gap in known.history.gaps] == ["items/OPS-4SXW-array-fan.yaml"]


def test_enough_is_finished_for_every_percentile(known: facts.Facts) -> None:
    states = Counter(item.state for item in known.board.items.values())

    assert known.faults == ()
    assert states == {
        "done": 129,
        "inbox": 9,
        "ready": 7,
        "doing": 7,
        "waiting": 4,
        "verify": 4,
        "dropped": 6,
    }


# -- making it ----------------------------------------------------------------------------------


def test_an_unchanged_example_is_left_alone(board: str) -> None:
    before = os.stat(os.path.join(board, "opsflow.yaml"))

    assert demo.make(board).head == demo.read().head
    assert os.stat(os.path.join(board, "opsflow.yaml")) == before


def test_a_site_in_the_folder_does_not_count_as_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "board"
    demo.make(str(folder))
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("<!doctype html>")

    assert demo.make(str(folder)).folder == str(folder)
    assert (folder / "site" / "index.html").exists()


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert demo.make(str(tmp_path)).commits == len(demo.read().steps)
    assert (tmp_path / "opsflow.yaml").exists()


def test_a_folder_with_other_things_is_refused_and_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(OpsflowError, match="is not empty: name another folder"):
        demo.make(str(tmp_path))
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "board").write_text("mine")

    with pytest.raises(OpsflowError, match="is no folder"):
        demo.make(str(tmp_path / "board"))
    assert files(tmp_path) == {"board": b"mine"}


def test_changes_of_the_user_are_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "board"
    demo.make(str(folder))
    (folder / "opsflow.yaml").write_text("board: Mine\n")
    before = files(folder)

    with pytest.raises(OpsflowError, match=r"in which opsflow\.yaml changed since it was made"):
        demo.make(str(folder))
    assert files(folder) == before


def test_commits_of_the_user_are_never_replaced(tmp_path: Path) -> None:
    folder = str(tmp_path / "board")
    demo.make(folder)
    stories.git(folder, "commit", "-q", "--allow-empty", "-m", "Mine")

    with pytest.raises(OpsflowError, match="in which its history changed"):
        demo.make(folder)
    assert stories.git(folder, "log", "-1", "--format=%s") == "Mine"


def test_an_example_of_an_other_version_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "board"
    text = (
        HEADER + "2026-01-05 09:00 +0100 ann\n    Start\nnew opsflow.yaml\n+board: Old\nnew old.yaml\n+a: b\n"
    )
    older = demo.parse(text)._replace(head="21b5488a76615ac548835c191921f1b6e2055782")
    with monkeypatch.context() as patch:
        patch.setattr(demo, "read", lambda: older)
        demo.make(str(folder))

    demo.make(str(folder))

    assert files(folder) == demo.replay(demo.read()).files
    assert [path.name for path in tmp_path.iterdir()] == ["board"]


def test_a_replay_that_ends_elsewhere_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = demo.read()._replace(head="0" * 40)
    monkeypatch.setattr(demo, "read", lambda: wrong)

    with pytest.raises(RuntimeError, match=r"^the replay ends in [0-9a-f]{40}, history\.txt says 0{40}$"):
        demo.make(str(tmp_path / "board"))
    assert list(tmp_path.iterdir()) == []


# -- the form of a history ----------------------------------------------------------------------


def test_a_history_is_read_as_its_head_describes_it() -> None:
    assert replayed(
        "2026-01-05 09:00 +0100 ann\n    One\n    .\n    Why.\n"
        "new a.yaml\n+x: 1\n+\n+y: 2\n+z: 1\nnew b.yaml\n+b: 1\nnew c.yaml\n+c: 1\n\n"
        "2026-01-05 10:00 +0100 ann on topic\n    Two\nedit a.yaml\n-x: 1\n+x: 2\n..\n y: 2\n+w: 3\n"
        "rename b.yaml d.yaml\n\n"
        "2026-01-05 11:00 +0100 ann\n    Three\ndelete c.yaml\n\n"
        "2026-01-05 12:00 +0100 ann merge topic\n    Merge\n"
    ) == {"a.yaml": b"x: 2\n\ny: 2\nw: 3\nz: 1\n", "d.yaml": b"b: 1\n"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("nonsense\n", "line 5: 'nonsense' is no part of a history"),
        ("2026-01-05 09:00 +0100 ann of b\n    One\n", "line 5: .* is neither a commit nor a merge"),
        ("2026-01-05 09:00 +0100 ann\n    One\nmove a b\n", "line 7: 'move a b' is no edit"),
        (
            "2026-01-05 09:00 +0100 ann\n    One\nnew a\n+x\n+x\nedit a\n-x\n+y\n",
            r"2026-01-05 09:00 ann: a: \['x'\] stands there 2 times",
        ),
        ("2026-01-05 09:00 +0100 ann\n    One\nnew a\n+x\nnew a\n+y\n", "a is there already"),
    ],
)
def test_what_does_not_fit_is_named(body: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replayed(body)


def test_a_file_that_both_sides_changed_does_not_merge_by_itself() -> None:
    with pytest.raises(ValueError, match=r"a\.yaml changed on both sides"):
        replayed(
            "2026-01-05 09:00 +0100 ann\n    One\nnew a.yaml\n+x: 1\n\n"
            "2026-01-05 10:00 +0100 ann on topic\n    Two\nedit a.yaml\n-x: 1\n+x: 2\n\n"
            "2026-01-05 11:00 +0100 ann\n    Three\nedit a.yaml\n-x: 1\n+x: 3\n\n"
            "2026-01-05 12:00 +0100 ann merge topic\n    Merge\n"
        )
