"""The commands that edit, on a small board with a history."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from opsflow.editing import ids
from tests import stories
from tests.cli.conftest import BOARD, Run
from tests.cli.test_program import complete

EDGE = "items/OPS-1-edge.yaml"


@pytest.fixture(autouse=True)
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits are Maria's, and new ids are known."""
    for name, value in stories.environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(ids, "random", lambda taken, key: f"{key}-7K3Q")


def diff(board: Path) -> list[str]:
    """The lines that changed against the last commit."""
    lines = stories.git(str(board), "diff", "--unified=0").split("\n")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("---", "+++")]


def status(board: Path) -> str:
    return stories.git(str(board), "status", "--short")


# -- every day ----------------------------------------------------------------------------------


def test_move_changes_one_line_and_says_so(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "move", "1", "ready") == (
        0,
        "OPS-1 moved from doing to ready. items/OPS-1-edge.yaml\n",
        "",
    )
    assert diff(board) == ["-state: doing", "+state: ready"]


def test_several_items_move_at_once(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "move", "ops-3", EDGE, "12", "inbox")
    assert done == (
        0,
        "OPS-3 moved from ready to inbox. items/OPS-3-disk.yaml\n"
        "OPS-1 moved from doing to inbox. items/OPS-1-edge.yaml\n"
        "OPS-12 is in inbox already. items/OPS-12-print.yaml\n",
        "",
    )


def test_a_move_over_a_limit_is_refused_with_the_way_out(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "move", "OPS-12", "doing") == (
        1,
        "opsflow.yaml:7:34: error: 2 items are in `doing`, and the limit is 1: OPS-1 and OPS-12 [wip-limit]\n"
        "   7 |   - {state: doing, kind: active, wip: 1, title: In progress}\n"
        "     |                                  ^^^\n"
        "     = Finish an item or move one back, or let one say why: `allow: {wip-limit: {reason: ...}}`.\n\n",
        "Nothing was written. If it has to be, say why: --allow wip-limit='REASON'\n",
    )
    assert status(board) == ""


def test_a_limit_that_is_exceeded_already_names_how_many_have_to_say_why(board: Path, opsflow: Run) -> None:
    edge = board / EDGE
    (board / "items/OPS-4-edge.yaml").write_bytes(edge.read_bytes())
    refused = opsflow("-C", board, "move", "OPS-12", "doing")
    hint = "Finish an item or move one back, or let 2 of them say why: `allow: {wip-limit: {reason: ...}}`."
    assert (refused.status, hint in " ".join(refused.out.split()), refused.err) == (
        1,
        True,
        "Nothing was written. A waiver in OPS-12 alone does not cover it: "
        "2 of the items have to say why: opsflow allow ITEM wip-limit 'REASON'\n",
    )
    assert opsflow("-C", board, "allow", "OPS-1", "wip-limit", "P1 outage").status == 0
    assert opsflow("-C", board, "move", "OPS-12", "doing").err == (
        "Nothing was written. If it has to be, say why: --allow wip-limit='REASON'\n"
    )
    assert opsflow("-C", board, "move", "OPS-12", "doing", "--allow", "wip-limit=P1 outage").status == 0


def test_a_finding_in_another_item_names_the_item_that_has_to_say_why(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "set", "OPS-12", "part_of=OPS-2").err == (
        "Nothing was written. A waiver in OPS-12 alone does not cover it: "
        "OPS-2 has to say why: opsflow allow OPS-2 finished-before-part 'REASON'\n"
    )
    assert opsflow("-C", board, "allow", "OPS-2", "finished-before-part", "moved later").status == 0
    assert opsflow("-C", board, "set", "OPS-12", "part_of=OPS-2").status == 0


def test_a_waiver_goes_with_the_move(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "move", "OPS-12", "doing", "--allow", "wip-limit=P1 outage")
    assert (done.status, done.out) == (0, "OPS-12 moved from inbox to doing. items/OPS-12-print.yaml\n")
    assert diff(board) == [
        "-state: inbox",
        "+state: doing",
        "+allow:",
        "+  wip-limit:",
        "+    reason: P1 outage",
    ]
    assert opsflow("-C", board, "check", "--rule", "wip-limit").status == 0


def test_a_warning_is_told_and_hinders_nobody(board: Path, opsflow: Run) -> None:
    opsflow("-C", board, "move", "OPS-1", "ready")
    assert opsflow("-C", board, "move", "OPS-12", "doing") == (
        0,
        "OPS-12 moved from inbox to doing. items/OPS-12-print.yaml\n",
        "items/OPS-12-print.yaml:2:1: warning: OPS-12 is in `doing`, and nobody is assigned [unassigned-work]\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["move", "OPS-1", "doin"], "opsflow: The workflow has no state 'doin'; did you mean 'doing'?\n"),
        (["move", "OPS-9", "doing"], "opsflow: There is no item 'OPS-9'. Did you mean 'OPS-3'?"),
        (["move", "OPS-1", "doing", "--allow", "wip-limit"], "opsflow: --allow wip-limit gives no reason"),
        (["move", "doing"], "opsflow: Name the items, and then the state to move them to.\n"),
        (["set", "OPS-1", "duu=1"], "opsflow: There is no field 'duu'. Did you mean 'due'?\n"),
        (["set", "due=2026-12-01"], "opsflow: Name items, and what is to be set: FIELD=VALUE"),
        (
            ["set", "OPS-1", "labels=[a,b]"],
            "opsflow: A list is written without brackets: labels=a,b\n",
        ),
        (["set", "OPS-1", "labels+=[a]"], "opsflow: A list is written without brackets: labels+=a\n"),
        (["set", "OPS-1"], "opsflow: Name items, and what is to be set: FIELD=VALUE"),
        (["allow", "OPS-1", "stal", "why"], "opsflow: There is no rule 'stal'. Did you mean 'stale'?"),
        *(
            (
                words,
                f"opsflow: Nothing waives {rule}; `opsflow explain {rule}` says how to mend what it finds.\n",
            )
            for rule in ("waiver-without-reason", "wip-minimum", "misshapen")
            for words in (
                ["allow", "OPS-1", rule, "they agreed"],
                ["move", "OPS-1", "done", "--allow", f"{rule}=they agreed"],
            )
        ),
        (
            ["allow", "OPS-1", "stale", "why", "--until", "soon"],
            "opsflow: 'soon' is no day; write 2026-12-01",
        ),
        (
            ["allow", "OPS-1", "stale", "why", "--until", "2026-01-08"],
            "opsflow: 2026-01-08 is over already, and so would the waiver be; name today or a later day.\n",
        ),
        (["archive", "OPS-1"], "opsflow: OPS-1 is in doing, and only what is finished or discarded"),
        (["undo"], "opsflow: There is nothing to take back"),
        (["move", "items/nothing.yaml", "doing"], "opsflow: The board has no file items/nothing.yaml"),
        (["new"], "opsflow: Give the item a title, or write it in your editor with --edit.\n"),
        (["new", "Work", "--type", "x"], "opsflow: The board has no type 'x'; it has request, incident.\n"),
        (["renumber", "OPS-1", "OPS-2"], "opsflow: OPS-2 is taken already"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    board: Path, opsflow: Run, words: list[str], said: str
) -> None:
    done = opsflow("-C", board, *words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(said)
    assert status(board) == ""


def test_set_changes_any_field(board: Path, opsflow: Run) -> None:
    words = ["set", "12", "due=2026-02-01", "labels+=paper", "depends_on=1,3", "cost=8000"]
    assert opsflow("-C", board, *words).out == (
        "OPS-12: due is set to 2026-02-01, paper is added to labels, depends_on is set to OPS-1, OPS-3, "
        "cost is set to 8000. items/OPS-12-print.yaml\n"
    )
    assert diff(board) == [
        "-due: 2026-01-20",
        "-labels: [office]",
        "+due: 2026-02-01",
        "+depends_on:",
        "+  - OPS-1",
        "+  - OPS-3",
        "+labels: [office, paper]",
        "+cost: 8000",
    ]


def test_a_value_that_is_wrong_is_shown_in_its_line(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "set", "OPS-12", "due=2026-02-30") == (
        1,
        "items/OPS-12-print.yaml:3:1: error: `due` is `2026-02-30`, which is not a date [misshapen]\n"
        "   3 | due: 2026-02-30\n"
        "     | ^^^\n"
        "     = Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.\n\n",
        "Nothing was written: what the file would say is wrong.\n",
    )
    assert status(board) == ""


def test_block_and_unblock(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "block", "1", "waiting", "for", "the", "CSR", "--by", "item:12")
    assert done.out == "OPS-1 is blocked by item:OPS-12: waiting for the CSR. items/OPS-1-edge.yaml\n"
    assert diff(board) == ["+blocked:", "+  reason: waiting for the CSR", "+  by: item:OPS-12"]
    again = opsflow("-C", board, "block", "1", "no", "answer")
    assert again.out == (
        "OPS-1 is blocked: no answer; it was blocked by item:OPS-12 until now: waiting for the CSR. "
        "items/OPS-1-edge.yaml\n"
    )
    assert diff(board) == ["+blocked:", "+  reason: no answer"]
    assert opsflow("-C", board, "unblock", "1", "3").out == (
        "OPS-1 is not blocked any more. items/OPS-1-edge.yaml\nOPS-3 is not blocked. items/OPS-3-disk.yaml\n"
    )
    assert status(board) == ""


def test_allow_writes_a_waiver_with_an_end(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "allow", "12", "overdue", "they", "agreed", "--by", "maria", "--until", "14d")
    assert done.out == "OPS-12 may break overdue until 2026-01-23: they agreed. items/OPS-12-print.yaml\n"
    assert diff(board) == [
        "+allow:",
        "+  overdue:",
        "+    reason: they agreed",
        "+    by: maria",
        "+    until: 2026-01-23",
    ]


def test_archive_moves_what_is_finished(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "archive", "--finished-before", "2026-01-06") == (
        0,
        "Nothing goes to the archive: nothing outside of it was over before 2026-01-06.\n",
        "",
    )
    assert opsflow("-C", board, "archive", "--finished-before", "2d").out == (
        "OPS-2 archived. archive/OPS-2-mail.yaml\n"
    )
    assert status(board) == " D items/OPS-2-mail.yaml\n?? archive/"
    opsflow("-C", board, "undo")
    assert opsflow("-C", board, "archive", "--commit").out.startswith(
        "OPS-2 archived. archive/OPS-2-mail.yaml\nCommitted as "
    )
    assert (status(board), stories.git(str(board), "log", "-1", "--format=%s")) == ("", "OPS-2: Archive")


def test_a_dry_run_shows_a_patch_and_writes_nothing(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "set", "1", "due=2026-02-01", "--dry-run")
    assert done == (
        0,
        "diff --git a/items/OPS-1-edge.yaml b/items/OPS-1-edge.yaml\n"
        "--- a/items/OPS-1-edge.yaml\n"
        "+++ b/items/OPS-1-edge.yaml\n"
        "@@ -1,3 +1,4 @@\n"
        " title: Renew edge certificates\n"
        " state: doing\n"
        " assignees: [maria]\n"
        "+due: 2026-02-01\n",
        "",
    )
    assert status(board) == ""
    stories.git(str(board), "apply", stdin=done.out.encode())
    assert diff(board) == ["+due: 2026-02-01"]
    moved = opsflow("-C", board, "archive", "--dry-run").out
    stories.git(str(board), "apply", stdin=moved.encode())
    assert (board / "archive/OPS-2-mail.yaml").is_file()


@pytest.mark.parametrize("data", [b"\xef\xbb\xbftitle: x\nstate: ready\n", b"title: x\r\nstate: ready\r\n"])
def test_the_patch_of_a_dry_run_fits_whatever_the_file_begins_and_its_lines_end_with(
    data: bytes, board: Path, opsflow: Run
) -> None:
    file = board / "items/OPS-8-x.yaml"
    file.write_bytes(data)
    for words in (["set", "8", "title=y"], ["move", "8", "inbox"]):
        patch = opsflow("-C", board, *words, "--dry-run").out
        assert file.read_bytes() == data
        stories.git(str(board), "apply", "--whitespace=nowarn", stdin=patch.encode())
        applied = file.read_bytes()
        file.write_bytes(data)
        opsflow("-C", board, *words)
        assert applied == file.read_bytes() != data
        data = applied


@pytest.mark.parametrize("place", ["", "ops/b"], ids=["from the top", "from the folder"])
def test_the_patch_of_a_dry_run_fits_a_board_in_a_folder_of_a_repository(
    place: str, tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, text = "OPS-8-x.yaml", "title: a\u200bb\nstate: done\ndescription: |\n  one\ttwo\n"
    files = {"ops/b/opsflow.yaml": BOARD, f"ops/b/items/{path}": text}
    top = Path(stories.make(tmp_path / "r", [{"files": files}]))
    inner = top / "ops/b"
    monkeypatch.chdir(inner)
    stories.git(str(top / place), "apply", stdin=opsflow("archive", "--dry-run").out.encode())
    assert (inner / "archive" / path).read_text() == text
    stories.git(
        str(top / place), "apply", stdin=opsflow("set", "8", "type=incident", "--dry-run").out.encode()
    )
    assert (inner / "archive" / path).read_text() == text.replace("done\n", "done\ntype: incident\n")
    monkeypatch.setenv("CI", "true")
    assert "\\u200b" in opsflow("move", "8", "ready", "--dry-run").out


def test_undo_takes_back_the_last_edit(board: Path, opsflow: Run) -> None:
    opsflow("-C", board, "move", "1", "ready")
    assert opsflow("-C", board, "undo") == (
        0,
        "`OPS-1: Move to ready` is taken back. items/OPS-1-edge.yaml\n",
        "",
    )
    assert status(board) == ""


def test_a_commit_is_named(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "move", "1", "3", "inbox", "--commit")
    head = stories.git(str(board), "rev-parse", "HEAD")[:10]
    assert done.out.splitlines()[-1] == f"Committed as {head}."
    assert stories.git(str(board), "log", "-1", "--format=%s") == "OPS-1, OPS-3: Move to inbox"


def test_a_hook_that_refuses_is_told(board: Path, opsflow: Run) -> None:
    hook = board / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintf 'no\\033[31m\\n' >&2; exit 1\n")
    hook.chmod(0o755)
    assert opsflow("-C", board, "move", "1", "ready", "--commit") == (
        2,
        "OPS-1 moved from doing to ready. items/OPS-1-edge.yaml\n",
        "no␛[31m\nGit made no commit; the edit stays in the folder, not committed.\n",
    )
    assert status(board) == f" M {EDGE}"


def test_an_id_of_two_files_is_refused_with_both(board: Path, opsflow: Run) -> None:
    (board / "items/OPS-1-twin.yaml").write_text("title: Twin\nstate: inbox\n")
    assert opsflow("-C", board, "move", "1", "ready") == (
        2,
        "",
        "opsflow: OPS-1 is the id of items/OPS-1-edge.yaml and items/OPS-1-twin.yaml; give one of them "
        "another with `opsflow renumber items/OPS-1-twin.yaml`.\n",
    )
    assert opsflow("-C", board, "renumber", "1").err == (
        "opsflow: OPS-1 is the id of items/OPS-1-edge.yaml and items/OPS-1-twin.yaml; name the file that is "
        "to get another: `opsflow renumber items/OPS-1-twin.yaml`.\n"
    )


def test_a_file_that_cannot_be_read_is_not_edited(board: Path, opsflow: Run) -> None:
    (board / EDGE).write_text("title: [\n")
    done = opsflow("-C", board, "move", "OPS-1", "ready")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(
        "opsflow: items/OPS-1-edge.yaml:1 cannot be edited: a value that begins with `[` is read as a list."
    )


# -- new ----------------------------------------------------------------------------------------


def test_new_prints_the_path_alone(board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(board / "items")
    words = [
        "new",
        "Buy",
        "paper",
        "--type",
        "incident",
        "--assignee",
        "ben",
        "--due",
        "2026-02-01",
        "cost=9",
    ]
    assert opsflow(*words) == (0, "OPS-7K3Q-buy-paper.yaml\n", "OPS-7K3Q created in inbox.\n")
    assert (board / "items/OPS-7K3Q-buy-paper.yaml").read_text() == (
        "title: Buy paper\nstate: inbox\ntype: incident\nassignees:\n  - ben\ndue: 2026-02-01\ncost: 9\n"
    )


def test_new_can_commit(board: Path, opsflow: Run) -> None:
    done = opsflow(
        "-C", board, "new", "--title", "x=1: y", "--state", "ready", "--class", "expedite", "--commit"
    )
    head = stories.git(str(board), "rev-parse", "HEAD")[:10]
    assert done.err == f"OPS-7K3Q created in ready. Committed as {head}.\n"
    assert stories.git(str(board), "log", "-1", "--format=%s") == 'OPS-7K3Q: Create "x=1: y"'
    assert (status(board), opsflow("-C", board, "check").status) == ("", 0)


def test_new_writes_the_line_for_editors_where_the_board_has_schemas(board: Path, opsflow: Run) -> None:
    opsflow("-C", board, "schema", "--write", board / ".opsflow")
    opsflow("-C", board, "new", "Work")
    (path,) = (board / "items").glob("OPS-7K3Q*")
    line = path.read_text().splitlines()[0]
    assert line == "# yaml-language-server: $schema=../.opsflow/item.schema.json"


def editor(folder: Path, script: str) -> str:
    """A program that edits the file it is given."""
    path = folder / "editor.py"
    path.write_text(f"import sys\npath = sys.argv[1]\ntext = open(path).read()\n{script}\n")
    return f"{sys.executable} {path}"


def test_new_opens_an_editor(
    board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "open(path, 'w').write(text.replace('title:', 'title: Written # so', 1))"
    monkeypatch.setenv("VISUAL", editor(tmp_path, script))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    done = opsflow("-C", board, "new", "--edit", "--state", "ready")
    assert (done.status, done.err) == (0, "OPS-7K3Q created in ready.\n")
    assert (board / "items/OPS-7K3Q-written.yaml").read_text() == "title: Written # so\nstate: ready\n"
    assert [*(tmp_path / "t").iterdir()] == []


def test_an_editor_that_changes_nothing_makes_nothing(
    board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "pass"))
    assert opsflow("-C", board, "new", "--edit") == (
        0,
        "",
        "Nothing was written, for nothing was changed.\n",
    )
    assert status(board) == ""


def test_what_was_written_in_an_editor_is_never_lost(
    board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("VISUAL", editor(tmp_path, "open(path, 'w').write('title: x\\nstate: nowhere\\n')"))
    done = opsflow("-C", board, "new", "--edit")
    assert done.status == 1
    kept = done.err.splitlines()[-1].removeprefix("What you wrote is in ").removesuffix(".")
    assert Path(kept).read_text() == "title: x\nstate: nowhere\n"
    assert status(board) == ""


@pytest.mark.parametrize(
    ("script", "ended"),
    [("sys.exit(3)", "with status 3"), ("import os; os.kill(os.getpid(), 9)", "by signal 9")],
)
def test_an_editor_that_fails_is_told_and_what_was_written_is_never_lost(
    script: str, ended: str, board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    program = editor(tmp_path, script)
    monkeypatch.setenv("VISUAL", program)
    why = f"opsflow: The editor `{program}` ended {ended}. No item was made. "
    assert opsflow("-C", board, "new", "--edit") == (
        2,
        "",
        f"{why}Nothing was written, for nothing was changed.\n",
    )
    assert [*(tmp_path / "t").iterdir()] == []
    monkeypatch.setenv("VISUAL", editor(tmp_path, f"open(path, 'w').write('title: Mine\\n')\n{script}"))
    done = opsflow("-C", board, "new", "--edit")
    (kept,) = (tmp_path / "t").glob("*/item.yaml")
    assert (done, kept.read_text()) == ((2, "", f"{why}What you wrote is in {kept}.\n"), "title: Mine\n")
    assert status(board) == ""


def test_an_editor_that_is_not_there_is_told(
    board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor -f")
    assert opsflow("-C", board, "new", "--edit") == (
        2,
        "",
        "opsflow: The editor `no-such-editor -f` cannot be run (No such file or directory); name another in "
        "VISUAL or EDITOR. No item was made. Nothing was written, for nothing was changed.\n",
    )


# -- renumber -----------------------------------------------------------------------------------


def test_renumber_shows_its_plan_first(board: Path, opsflow: Run) -> None:
    with (board / EDGE).open("a") as stream:
        stream.write("description: OPS-3 waits for OPS-1\n")
    plan = (
        "items/OPS-1-edge.yaml becomes items/OPS-7K3Q-edge.yaml\n"
        "items/OPS-3-disk.yaml:3: depends_on is changed to OPS-7K3Q\n"
        "items/OPS-1-edge.yaml:4 mentions it in a text, which is left\n"
    )
    assert opsflow("-C", board, "renumber", "OPS-1") == (
        2,
        "",
        f"{plan}opsflow: Nothing was changed; if the plan is right: opsflow -C {board} renumber OPS-1 OPS-7K3Q --yes\n",
    )
    assert status(board) == f" M {EDGE}"
    assert opsflow("-C", board, "renumber", "OPS-1", "--yes") == (
        0,
        "OPS-1 renumbered to OPS-7K3Q, also in 1 file that named it. items/OPS-7K3Q-edge.yaml\n",
        plan,
    )
    assert "depends_on: [OPS-7K3Q]" in (board / "items/OPS-3-disk.yaml").read_text()


@pytest.mark.parametrize(
    ("answer", "ended", "printed"),
    [
        (b"y\n", 0, "OPS-1 renumbered to OPS-9, also in 1 file that named it. items/OPS-9-edge.yaml\n"),
        (b"n\n", 2, ""),
    ],
)
def test_renumber_asks_on_a_terminal(answer: bytes, ended: int, printed: str, board: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "opsflow", "-C", str(board), "renumber", "1", "OPS-9"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.write(ours, answer)
    out, err = running.communicate()
    os.close(ours)
    os.close(theirs)
    assert (running.returncode, out.decode()) == (ended, printed)
    assert "Do that? [Y/n]" in err.decode()
    assert err.decode().endswith("opsflow: Nothing was changed, for you said no.\n") is not bool(printed)


# -- completion ---------------------------------------------------------------------------------


def test_ids_states_fields_people_and_rules_are_completed(board: Path) -> None:
    assert complete("opsflow move OPS-1", board) == ["OPS-1", "OPS-12"]
    assert complete("opsflow move OPS-1 d", board) == ["doing", "done"]
    assert complete("opsflow set OPS-1 d", board) == ["due=", "depends_on=", "description="]
    assert complete("opsflow set OPS-1 state=d", board) == ["state=doing", "state=done"]
    assert complete("opsflow set OPS-1 assignees=ben,m", board) == ["assignees=ben,maria"]
    assert complete("opsflow set OPS-1 labels+=o", board) == ["labels+=office"]
    assert complete("opsflow set OPS-1 depends_on=OPS-12", board) == ["depends_on=OPS-12"]
    assert complete("opsflow block OPS-1 why --by m", board) == ["maria"]
    assert complete("opsflow allow OPS-1 over", board) == ["overdue", "over-age"]
    assert complete("opsflow allow OPS-1 mis", board) == ["missing-skill"]
    assert complete("opsflow allow OPS-1 wip-", board) == ["wip-limit"]
    assert complete("opsflow move OPS-1 doing --allow wip-", board) == ["wip-limit="]
    assert complete("opsflow archive OPS", board) == ["OPS-2"]
    assert complete("opsflow new Work --type i", board) == ["incident"]
    assert complete("opsflow new Work --state re", board) == ["ready"]
    assert complete("opsflow new Work --class ex", board) == ["expedite"]
    (board / "items/OPS-1-twin.yaml").write_text("title: Twin\nstate: inbox\n")
    assert complete("opsflow renumber items/OPS-1-t", board) == ["items/OPS-1-twin.yaml"]


# -- what is said twice, and names that nobody knows --------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["A", "B", "--state", "inbox", "state=ready"], "Give state once: with --state, or as state=VALUE."),
        (
            ["A", "--assignee", "maria", "assignees+=ben"],
            "Give assignee once: with --assignee, or as assignee=VALUE.",
        ),
        (["A", "title=B"], "Give the title once: as words, or with --title."),
        (["A", "--title", "B"], "Give the title once: as words, or with --title."),
    ],
)
def test_a_new_item_is_told_everything_once(board: Path, opsflow: Run, words: list[str], said: str) -> None:
    assert opsflow("-C", board, "new", *words) == (2, "", f"opsflow: {said}\nSee `opsflow new --help`.\n")


def test_a_rule_gets_one_reason(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "move", "1", "ready", "--allow", "overdue=a", "--allow", "overdue=b")
    assert done == (2, "", "opsflow: --allow overdue is given two reasons; give one.\n")
    same = opsflow(
        "-C", board, "move", "1", "ready", "--allow", "overdue=a", "--allow", "overdue=a", "--dry-run"
    )
    assert same.status == 0


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("--type", "The board has no type 'bogus'; it has request, incident."),
        ("--state", "The workflow has no state 'bogus'; it has inbox, ready, doing, vendor, done."),
        ("--class", "The board has no class 'bogus'; it has expedite, fixed-date, standard, intangible."),
    ],
)
def test_a_new_item_of_an_unknown_name_is_told_those_that_there_are(
    board: Path, opsflow: Run, flag: str, said: str
) -> None:
    assert opsflow("-C", board, "new", "A", flag, "bogus") == (2, "", f"opsflow: {said}\n")


def test_where_nothing_is_over_the_archive_says_so(board: Path, opsflow: Run) -> None:
    for path in (board / "items").rglob("*.yaml"):
        path.write_text(path.read_text().replace("state: done", "state: ready"))
    done = opsflow("-C", board, "archive")
    assert done == (0, "Nothing goes to the archive: nothing is finished or discarded.\n", "")


@pytest.mark.parametrize(
    "command",
    [
        ("block", "OPS-3", "waiting", "--by", "vender:acme"),
        ("set", "OPS-3", "blocked.reason=waiting", "blocked.by=vender:acme"),
    ],
)
def test_a_block_by_a_form_that_there_is_not_is_refused(
    board: Path, opsflow: Run, command: tuple[str, ...]
) -> None:
    done = opsflow("-C", board, *command)
    assert (done.status, done.out.split("\n")[0].partition(": ")[2], done.err) == (
        1,
        "error: `by` is `vender:acme`, and `vender:` begins no name [misshapen]",
        "Nothing was written: what the file would say is wrong.\n",
    )
    assert status(board) == ""


def test_short_ids_and_whom_a_block_waits_for_are_completed(board: Path) -> None:
    (board / "catalog.yaml").write_text("vendors:\n  acme-ca: {}\n  halden: {}\n")
    (board / "people.yaml").write_text("people:\n  maria: {team: net}\n  tomek: {}\nteams:\n  net: {}\n")
    assert complete("opsflow move 1", board) == ["OPS-1", "OPS-12"]
    assert complete("opsflow move ops-12", board) == ["OPS-12"]
    assert complete("opsflow block 1 no answer --by t", board) == ["tomek", "team:"]
    assert complete("opsflow block 1 no answer --by team:", board) == ["team:net"]
    assert complete("opsflow block 1 no answer --by vendor:a", board) == ["vendor:acme-ca"]
    assert complete("opsflow block 1 no answer --by item:12", board) == ["item:OPS-12"]
    assert complete("opsflow set 1 blocked.by=vendor:h", board) == ["blocked.by=vendor:halden"]


def test_branches_and_tags_are_completed(board: Path) -> None:
    stories.git(str(board), "branch", "-M", "main")
    stories.git(str(board), "branch", "topic/vpn")
    stories.git(str(board), "tag", "v1")
    assert complete("opsflow check --base ma", board) == ["main"]
    assert complete("opsflow diff t", board) == ["topic/vpn"]
    assert complete("opsflow diff main..v", board) == ["main..v1"]
    assert complete("opsflow diff main...H", board) == ["main...HEAD"]
    assert complete("opsflow list --at v", board) == ["v1"]


def test_a_state_may_be_called_by_its_title(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "list", "state:In progress", "--format", "ids").out == "OPS-1\n"
    asked = ("-C", board, "list", "--where", "state = 'with vendor' or state = Ready", "--format", "ids")
    assert opsflow(*asked).out == "OPS-3\n"
    assert opsflow("-C", board, "move", "1", "with vendor").out == (
        "OPS-1 moved from doing to vendor. items/OPS-1-edge.yaml\n"
    )
