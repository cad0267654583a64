"""How an edit reaches the disk: all of it or nothing, nobody's change overwritten, nothing outside."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from zlib import crc32

import pytest

from opsflow.editing import journal, place, writing
from opsflow.editing.place import Like
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError
from tests.editing.scene import FILES, mode, names, plan_of, tree, write

EDGE = "items/OPS-1-edge.yaml"
OLD = FILES[EDGE]


def test_a_file_gets_its_new_bytes_and_keeps_its_mode(root: Path) -> None:
    (root / EDGE).chmod(0o640)
    writing.carry_out(plan_of(root, {EDGE: (OLD, "title: New\n")}))
    assert (root / EDGE).read_text() == "title: New\n"
    assert mode(root / EDGE) == 0o640
    assert names(root) == sorted(FILES)


def test_a_new_file_gets_the_mode_that_new_files_get(root: Path) -> None:
    umask = os.umask(0o027)
    try:
        writing.carry_out(plan_of(root, {"items/7/OPS-7.yaml": (None, "title: New\n")}))
    finally:
        os.umask(umask)
    assert mode(root / "items/7/OPS-7.yaml") == 0o640
    assert names(root) == sorted([*FILES, "items/7/OPS-7.yaml"])


def test_a_file_that_moves_keeps_its_mode(root: Path) -> None:
    (root / EDGE).chmod(0o755)
    target = "archive/OPS-1-edge.yaml"
    files = {EDGE: (OLD, None), target: (None, OLD)}
    writing.carry_out(plan_of(root, files, moved={target: EDGE}))
    assert (target in tree(root), EDGE in tree(root), mode(root / target)) == (True, False, 0o755)


def test_a_file_that_somebody_changed_is_not_overwritten(root: Path) -> None:
    plan = plan_of(
        root, {"items/OPS-2-mail.yaml": (FILES["items/OPS-2-mail.yaml"], "x: 1\n"), EDGE: (OLD, "y: 1\n")}
    )
    (root / EDGE).write_text("title: Theirs\n")
    with pytest.raises(writing.ChangedSince) as said:
        writing.carry_out(plan)
    assert str(said.value) == (
        "items/OPS-1-edge.yaml was changed by somebody else since it was read; nothing was written. "
        "Look at it, then run the command again."
    )
    assert tree(root) == {**{name: text.encode() for name, text in FILES.items()}, EDGE: b"title: Theirs\n"}


def test_a_file_that_came_meanwhile_is_not_overwritten(root: Path) -> None:
    (root / "items/OPS-7.yaml").write_text("title: Theirs\n")
    with pytest.raises(writing.ChangedSince, match=r"OPS-7.yaml is there already"):
        writing.carry_out(plan_of(root, {"items/OPS-7.yaml": (None, "title: Mine\n")}))
    assert (root / "items/OPS-7.yaml").read_text() == "title: Theirs\n"
    assert names(root) == sorted([*FILES, "items/OPS-7.yaml"])


@pytest.mark.parametrize(
    "path", ["../OPS-1.yaml", "/etc/OPS-1.yaml", "items/../../OPS-1.yaml", ".git/OPS-1.yaml"]
)
def test_nothing_outside_the_board_is_written(root: Path, path: str) -> None:
    with pytest.raises(OpsflowError, match="no path that opsflow writes to"):
        writing.carry_out(plan_of(root, {path: (None, "x: 1\n")}))
    assert names(root) == sorted(FILES)
    assert names(root.parent) == sorted(f"board/{name}" for name in FILES)


def test_a_link_is_neither_followed_nor_replaced(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(OLD)
    (root / EDGE).unlink()
    (root / EDGE).symlink_to(outside)
    with pytest.raises(OpsflowError, match=r"OPS-1-edge.yaml is a link, and is left alone"):
        writing.carry_out(plan_of(root, {EDGE: (OLD, "x: 1\n")}))
    assert (outside.read_text(), (root / EDGE).is_symlink()) == (OLD, True)


def test_a_folder_that_is_a_link_is_not_entered(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "archive").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OpsflowError, match="leads through a link or a file"):
        writing.carry_out(plan_of(root, {"archive/OPS-1.yaml": (None, "x: 1\n")}))
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert journal.FILE not in names(root)


def test_a_repository_inside_the_board_is_not_entered(root: Path) -> None:
    write(root, {"items/inner/.git/HEAD": "ref: refs/heads/main\n"})
    with pytest.raises(OpsflowError, match="in a repository of its own"):
        writing.carry_out(plan_of(root, {"items/inner/OPS-1.yaml": (None, "x: 1\n")}))


def test_a_file_that_may_not_be_written_is_not_replaced(root: Path) -> None:
    (root / EDGE).chmod(0o444)
    with pytest.raises(OpsflowError, match=r"may not be written; change its mode"):
        writing.carry_out(plan_of(root, {EDGE: (OLD, "x: 1\n")}))
    assert (root / EDGE).read_text() == OLD


def test_a_full_disk_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = os.fsync, 0

    def full(file: int) -> None:
        nonlocal count
        count += 1
        if count == 4:
            raise OSError(28, "No space left on device")
        real(file)

    files = {EDGE: (OLD, "x: 1\n"), "items/9/OPS-9.yaml": (None, "title: New\n")}
    monkeypatch.setattr(os, "fsync", full)
    said = r"^items/\S+ cannot be written: No space left on device; nothing was changed\. "
    with pytest.raises(OpsflowError, match=said):
        writing.carry_out(plan_of(root, files))
    assert (tree(root), (root / "items/9").exists()) == ({k: v.encode() for k, v in FILES.items()}, False)


def test_two_never_edit_at_once(root: Path) -> None:
    inside = threading.Event()

    def other() -> None:
        with writing.alone(str(root)):
            inside.set()

    with writing.alone(str(root)):
        thread = threading.Thread(target=other)
        thread.start()
        assert not inside.wait(0.1)
    assert inside.wait(5)
    thread.join()


def test_who_waits_too_long_is_told(root: Path) -> None:
    said = pytest.raises(OpsflowError, match="Another opsflow has been editing")
    with writing.alone(str(root)), said, writing.alone(str(root), patience=0.05):
        pass


def test_ten_commands_at_once_lose_no_edit(root: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-P", "-m", "opsflow", "-C", str(root), "set", "OPS-1", f"labels+=n{number}"],
            stdout=subprocess.DEVNULL,
        )
        for number in range(10)
    ]
    assert [each.wait() for each in running] == [0] * 10
    line = (root / EDGE).read_text().splitlines()[2]
    found = line.removeprefix("labels: [").removesuffix("]").split(", ")
    assert (found[:2], sorted(found[2:])) == (["a", "b"], [f"n{number}" for number in range(10)])
    assert names(root) == sorted(FILES)


# -- the journal --------------------------------------------------------------------------------


def cut_short(root: Path, plan: Plan) -> None:
    """As if the command had been killed before its first rename."""
    entry = journal.Journal(journal.new_mark(), plan.files, {}, ())
    journal.begin(str(root), entry, durable=False)


def test_what_somebody_changed_since_an_edit_was_cut_short_is_left(root: Path) -> None:
    mail = "items/OPS-2-mail.yaml"
    cut_short(root, plan_of(root, {EDGE: (OLD, "x: 1\n"), mail: (FILES[mail], "y: 1\n")}))
    (root / EDGE).write_text("x: 1\n")
    (root / mail).write_text("title: Theirs\n")
    assert journal.recover(str(root)) == (
        "items/OPS-2-mail.yaml was changed since an edit was cut short, and is left as it is; look at it.",
        "An edit that was cut short was taken back.",
    )
    assert tree(root) == {**{k: v.encode() for k, v in FILES.items()}, mail: b"title: Theirs\n"}


def test_an_edit_that_was_written_whole_stays(root: Path) -> None:
    cut_short(root, plan_of(root, {EDGE: (OLD, "x: 1\n")}))
    (root / EDGE).write_text("x: 1\n")
    assert journal.recover(str(root)) == ()
    assert (root / EDGE).read_text() == "x: 1\n"
    assert names(root) == sorted(FILES)


@pytest.mark.parametrize("length", [0, 5, 20, 60])
def test_a_journal_that_was_cut_short_itself_is_removed(root: Path, length: int) -> None:
    cut_short(root, plan_of(root, {EDGE: (OLD, "x: 1\n")}))
    path = root / journal.FILE
    path.write_bytes(path.read_bytes()[:length])
    assert journal.recover(str(root)) == ()
    assert names(root) == sorted(FILES)


@pytest.mark.parametrize(
    "path", ["../evil/OPS-1.yaml", ".git/hooks/pre-commit", "opsflow.yaml", "items/x.sh"]
)
def test_a_journal_of_a_stranger_writes_nothing_but_items(root: Path, path: str) -> None:
    cut_short(root, plan_of(root, {path: ("evil\n", None)}))
    assert journal.recover(str(root)) == ()
    assert tree(root) == {name: text.encode() for name, text in FILES.items()}
    assert not (root.parent / "evil").exists()


@pytest.mark.parametrize("mode", [0o104777, 0o106600, 0o600])
@pytest.mark.parametrize("there", [True, False])
def test_a_journal_of_a_stranger_gives_no_file_another_owner_or_mode(
    root: Path, mode: int, there: bool
) -> None:
    now = (root / EDGE).stat()
    text = (root / EDGE).read_text()
    held = journal.Journal(
        ".opsflow-abc", {EDGE: (b"old\n", text.encode() if there else None), "items/OPS-9.yaml": (None, b"x")},
        {EDGE: Like(mode, 12345, 12345)},
    )  # fmt: skip
    if not there:
        (root / EDGE).unlink()
    journal.begin(str(root), held, durable=False)
    assert journal.recover(str(root)) == ("An edit that was cut short was taken back.",)
    after = (root / EDGE).stat()
    assert (root / EDGE).read_bytes() == b"old\n"
    assert (after.st_uid, after.st_gid) == (now.st_uid, now.st_gid)
    usual = now.st_mode & 0o7777
    assert after.st_mode & 0o7777 == (usual if there else usual & mode & 0o777)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"mark": ".opsflow-a", "files": {}, "likes": {"f": [1e999, 1, 1]}, "made": []}',
        '{"mark": ".opsflow-a", "files": {}, "likes": {"f": [1]}, "made": []}',
        '{"mark": ".opsflow-a", "files": {}, "likes": {}, "made": [".git/refs/tags"]}',
        '{"mark": ".opsflow-a", "files": {}, "likes": {}, "made": ["a\\u0000b"]}',
    ],
)
def test_a_journal_that_means_nothing_hinders_nobody(root: Path, body: str) -> None:
    data = body.encode()
    (root / journal.FILE).write_bytes(b"opsflow edit 1 %08x\n%b" % (crc32(data), data))
    assert journal.recover(str(root)) == ()
    assert names(root) == sorted(FILES)


def test_a_file_of_that_name_that_is_no_journal_is_left(root: Path) -> None:
    (root / journal.FILE).write_text("mine\n")
    with pytest.raises(OpsflowError, match="is no journal of opsflow's; move it away"):
        journal.recover(str(root))
    assert (root / journal.FILE).read_text() == "mine\n"


def test_a_link_of_that_name_is_no_journal(root: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"")
    (root / journal.FILE).symlink_to(tmp_path / "kept")
    with pytest.raises(OpsflowError, match="is no journal of opsflow's"):
        journal.recover(str(root))
    assert (tmp_path / "kept").exists()


def test_a_pipe_is_no_file_to_edit(root: Path) -> None:
    os.mkfifo(root / "items/OPS-5.yaml")
    with pytest.raises(OpsflowError, match="is no regular file"):
        place.read(str(root), "items/OPS-5.yaml")
