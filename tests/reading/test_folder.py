"""A folder as a tree; what is odd about it is told, and nothing outside is read."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from opsflow.model import Place, Severity
from opsflow.reading import folder

PATTERNS = ("opsflow.yaml", "items/**/*.yaml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    board = tmp_path / "board"
    (board / "items").mkdir(parents=True)
    (board / "opsflow.yaml").write_bytes(b"board: a\n")
    (tmp_path / "secret.yaml").write_bytes(b"secret\n")
    return board


def read(root: Path, patterns: tuple[str, ...] = PATTERNS) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """The files, and the path and the message of each fault."""
    found = folder.read(str(root), patterns)
    assert {fault.rule for fault in found.faults} <= {"unreadable-file"}
    return dict(found), [(fault.judgement.where.path, fault.judgement.message) for fault in found.faults]


LINK = "this is a link, and only regular files are read"
LINK_TO_FOLDER = "this is a link, and links to folders are not followed"
REPOSITORY = "this is a repository of its own, and is not read"
BOARD = {"opsflow.yaml": b"board: a\n"}


def test_files_are_read_in_the_order_of_their_paths(root: Path) -> None:
    for name in ("b/OPS-2.yaml", "OPS-3.yaml", "a/x/OPS-1.yaml"):
        (root / "items" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "items" / name).write_bytes(name.encode())
    (root / "items" / "README.md").write_bytes(b"no")
    (root / "other").mkdir()
    (root / "other" / "OPS-9.yaml").write_bytes(b"no")
    files, faults = read(root)
    assert list(files.items()) == [
        ("items/OPS-3.yaml", b"OPS-3.yaml"),
        ("items/a/x/OPS-1.yaml", b"a/x/OPS-1.yaml"),
        ("items/b/OPS-2.yaml", b"b/OPS-2.yaml"),
        ("opsflow.yaml", b"board: a\n"),
    ]
    assert faults == []


def test_a_folder_that_is_not_there_is_no_fault(root: Path) -> None:
    assert read(root, ("opsflow.yaml", "archive/**/*.yaml", "a/b/c.yaml")) == (BOARD, [])


def test_a_link_is_never_followed(root: Path) -> None:
    for name, target in (
        ("OPS-1", "../../secret.yaml"),
        ("OPS-2", "/etc/passwd"),
        ("OPS-3", "nowhere"),
        ("OPS-4", "OPS-4.yaml"),
    ):
        (root / "items" / f"{name}.yaml").symlink_to(target)
    (root / "items" / "up").symlink_to("..")
    files, faults = read(root)
    assert files == BOARD
    assert faults == [
        *((f"items/OPS-{number}.yaml", LINK) for number in range(1, 5)),
        ("items/up", LINK_TO_FOLDER),
    ]


def test_an_items_folder_that_is_a_link_is_refused(root: Path) -> None:
    (root / "items").rmdir()
    (root / "items").symlink_to("/etc")
    assert read(root) == (BOARD, [("items", LINK_TO_FOLDER)])


def test_a_board_file_that_is_a_link_is_refused(root: Path) -> None:
    (root / "opsflow.yaml").unlink()
    (root / "opsflow.yaml").symlink_to("../secret.yaml")
    assert read(root) == ({}, [("opsflow.yaml", LINK)])


def test_what_is_no_regular_file_is_not_opened(root: Path) -> None:
    os.mkfifo(root / "items" / "OPS-1.yaml")
    (root / "items" / "OPS-2.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(root / "items" / "OPS-3.yaml"))
        message = "this is no regular file, and only regular files are read"
        assert read(root) == (
            BOARD,
            [
                ("items/OPS-1.yaml", message),
                ("items/OPS-2.yaml", "this is a folder, and a file belongs here"),
                ("items/OPS-3.yaml", message),
            ],
        )


def test_a_folder_in_place_of_a_file_is_told_and_still_walked(root: Path) -> None:
    (root / "people.yaml").mkdir()
    (root / "items" / "web.yaml").mkdir()
    (root / "items" / "web.yaml" / "OPS-1.yaml").write_bytes(b"one")
    found = folder.read(str(root), (*PATTERNS, "people.yaml"))
    assert set(found) == {"opsflow.yaml", "items/web.yaml/OPS-1.yaml"}
    assert [(fault.judgement.where.path, fault.judgement.hint) for fault in found.faults] == [
        (path, "Put a file in its place, or give the folder another name.")
        for path in ("items/web.yaml", "people.yaml")
    ]


def test_a_file_that_is_too_large_is_not_read(root: Path) -> None:
    limit = folder.LIMITS[".yaml"]
    (root / "items" / "OPS-1.yaml").write_bytes(b"#" * limit)
    (root / "items" / "OPS-2.yaml").write_bytes(b"#" * (limit + 1))
    with open(root / "items" / "OPS-3.yaml", "wb") as sparse:
        sparse.truncate(1 << 40)
    files, faults = read(root)
    assert {path: len(data) for path, data in files.items()} == {"items/OPS-1.yaml": limit, "opsflow.yaml": 9}
    assert faults == [
        ("items/OPS-2.yaml", f"this cannot be read: it has {limit + 1} bytes, and {limit} are the most"),
        ("items/OPS-3.yaml", f"this cannot be read: it has {1 << 40} bytes, and {limit} are the most"),
    ]


@pytest.mark.parametrize("most", [1, 1000, 1 << 20])
@pytest.mark.parametrize("size", [0, 1, 1000, 70000])
def test_a_file_is_read_to_its_end_however_small_the_parts_are(
    root: Path, size: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytes(number % 251 for number in range(size))
    (root / "items" / "OPS-1.yaml").write_bytes(data)
    read = os.read
    monkeypatch.setattr(os, "read", lambda file, count: read(file, min(count, most)))
    assert folder.read(str(root), PATTERNS)["items/OPS-1.yaml"] == data


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = root / "items" / "OPS-1.yaml"
    file.write_bytes(b"title: x\n")
    stat = os.fstat

    def late(opened: int) -> os.stat_result:
        found = stat(opened)
        file.write_bytes(b"title: x\nstate: ready\n")
        return found

    monkeypatch.setattr(os, "fstat", late)
    assert folder.read(str(root), PATTERNS)["items/OPS-1.yaml"] == b"title: x\nstate: ready\n"


def test_what_takes_the_place_of_a_file_once_it_is_listed_is_not_read(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = root / "items" / "OPS-1.yaml"
    file.write_bytes(b"title: x\n")
    opened = os.open

    def late(path: str, *rest: int, **more: int) -> int:
        if path == file.name:
            file.unlink()
            os.mkfifo(file)
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", late)
    assert read(root) == (BOARD, [("items/OPS-1.yaml", "this cannot be read: it is no regular file")])


def test_names_that_are_no_text_are_told_in_a_safe_form(root: Path) -> None:
    for name in (b"OPS-1-\xff.yaml", b"OPS-2-\x1b[31m\n.yaml"):
        with open(os.path.join(os.fsencode(root / "items"), name), "wb") as stream:
            stream.write(b"x")
    os.mkdir(os.path.join(os.fsencode(root / "items"), b"\xfe"))
    files, faults = read(root)
    assert files == {**BOARD, "items/OPS-2-\x1b[31m\n.yaml": b"x"}
    assert faults == [
        ("items/OPS-1-\\xff.yaml", "the file's name is not UTF-8"),
        ("items/\\xfe", "the folder's name is not UTF-8"),
    ]


def test_hidden_names_are_read_only_where_a_pattern_has_the_dot(root: Path) -> None:
    for name in (".hidden/OPS-1.yaml", ".OPS-2.yaml", ".backlog/OPS-3.yaml"):
        (root / "items" / name).parent.mkdir(exist_ok=True)
        (root / "items" / name).write_bytes(b"x")
    (root / "items" / ".#OPS-4.yaml").symlink_to("jo@host.1234")
    assert read(root) == (BOARD, [])
    assert read(root, (*PATTERNS, "items/.backlog/*.yaml")) == (
        {**BOARD, "items/.backlog/OPS-3.yaml": b"x"},
        [],
    )


def test_a_repository_inside_is_not_entered(root: Path) -> None:
    for name, git in (("items/sub", "folder"), ("items/work", "file"), ("vendored", "folder")):
        (root / name / "deep").mkdir(parents=True)
        (root / name / "deep" / "OPS-1.yaml").write_bytes(b"x")
        if git == "folder":
            (root / name / ".git").mkdir()
        else:
            (root / name / ".git").write_bytes(b"gitdir: /elsewhere\n")
    (root / ".git").mkdir()
    assert read(root) == (BOARD, [("items/sub", REPOSITORY), ("items/work", REPOSITORY)])
    found = folder.read(str(root), ("**/deep/*.yml", "vendored/deep/*.yaml"))
    assert [(fault.judgement.where.path, fault.judgement.severity) for fault in found.faults] == [
        ("items/sub", Severity.NOTE),
        ("items/work", Severity.NOTE),
        ("vendored", Severity.NOTE),
    ]


def test_nothing_in_gits_own_folder_is_read(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "config").write_bytes(b"token\n")
    files, faults = read(root, (".git/config", ".GIT/*", "**/config"))
    assert files == {}
    assert faults == [
        (".GIT", "this is Git's own folder, and is never read"),
        (".git", "this is Git's own folder, and is never read"),
    ]


def test_a_pattern_cannot_lead_out(root: Path) -> None:
    assert read(root, ("../secret.yaml", "items/../../secret.yaml", "/etc/passwd"))[0] == {}


def test_a_walk_is_no_deeper_than_its_pattern(root: Path) -> None:
    for name in ("a/OPS-1.yaml", "a/b/OPS-2.yaml", "OPS-3.yaml"):
        (root / "items" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "items" / name).write_bytes(b"x")
    assert list(read(root, ("items/*/*.yaml",))[0]) == ["items/a/OPS-1.yaml"]
    assert list(read(root, ("items/*.yaml", "**/OPS-2.yaml"))[0]) == [
        "items/OPS-3.yaml",
        "items/a/b/OPS-2.yaml",
    ]


def test_folders_that_nest_without_end_are_told(root: Path) -> None:
    deep = root / "items" / "/".join(["d"] * 70)
    deep.mkdir(parents=True)
    (deep / "OPS-1.yaml").write_bytes(b"x")
    files, faults = read(root)
    assert (files, [message for _, message in faults]) == (BOARD, ["folders nest deeper than 60"])


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read anything")
def test_what_must_not_be_read_is_told(root: Path) -> None:
    (root / "items" / "OPS-1.yaml").write_bytes(b"x")
    (root / "items" / "OPS-1.yaml").chmod(0)
    assert read(root) == (BOARD, [("items/OPS-1.yaml", "this cannot be read: permission denied")])
    assert [fault.judgement.hint for fault in folder.read(str(root), PATTERNS).faults] == [
        "Give the user who runs opsflow the right to read it."
    ]


def test_a_root_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = folder.read(str(tmp_path / "none"), PATTERNS)
    assert (dict(found), [fault.judgement.where for fault in found.faults]) == (
        {},
        [Place(str(tmp_path / "none"))],
    )


def test_the_root_is_found_from_any_folder_below(root: Path) -> None:
    (root / "items" / "a").mkdir()
    assert folder.find_root(str(root / "items" / "a")) == folder.find_root(str(root)) == str(root)
    assert folder.find_root(str(root.parent)) is None


def test_no_descriptor_stays_open(root: Path) -> None:
    (root / "items" / "a").mkdir()
    (root / "items" / "a" / ".git").mkdir()
    (root / "items" / "OPS-1.yaml").symlink_to("x")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        folder.read(str(root), (*PATTERNS, ".git/x", "items/a/b/*.yaml", "**/x"))
    assert len(os.listdir("/proc/self/fd")) == before
