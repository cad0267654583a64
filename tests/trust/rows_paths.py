"""Paths: nothing outside of the board is read or written, and every oddity is one finding."""

from __future__ import annotations

import os
import time

import pytest

from tests.trust.rows import GOOD, Scene, row

LINK = "error: this is a link, and only regular files are read [unreadable-file]"
ODD = "error: this is no regular file, and only regular files are read [unreadable-file]"


@row("F1", "items that are links", "told")
def _links(scene: Scene) -> None:
    scene.repository()
    secret = scene.folder / "secret.yaml"
    secret.write_text("title: a secret\nstate: ready\n")
    for number, target in enumerate(
        ("/etc/passwd", str(secret), "../.git/config", "OPS-0-good.yaml", "../../secret.yaml")
    ):
        (scene.root / f"items/OPS-{number + 1}.yaml").symlink_to(target)
    assert scene.found() == [f"items/OPS-{n}.yaml:1:1: {LINK}" for n in range(1, 6)]
    assert scene.ids() == ["OPS-0"]
    for words in (("check",), ("list", "--all"), ("board",), ("show", "OPS-1"), ("log",)):
        done = scene.opsflow(*words)
        assert "secret" not in done.out and "root:" not in done.out


@row("F2", "pipes, sockets and devices", "told")
def _pipes(scene: Scene) -> None:
    import socket

    scene.board()
    os.mkfifo(scene.root / "items/OPS-1.yaml")
    here = os.getcwd()
    os.chdir(scene.root / "items")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("OPS-2.yaml")
    os.chdir(here)
    (scene.root / "items/OPS-3.yaml").symlink_to("/dev/zero")
    expected = [
        f"items/OPS-1.yaml:1:1: {ODD}",
        f"items/OPS-2.yaml:1:1: {ODD}",
        f"items/OPS-3.yaml:1:1: {LINK}",
    ]
    if os.geteuid() == 0:
        try:
            os.mknod(scene.root / "items/OPS-4.yaml", 0o020666, os.makedev(1, 5))
            expected.append(f"items/OPS-4.yaml:1:1: {ODD}")
        except PermissionError:
            pass
    began = time.monotonic()
    assert scene.found() == expected
    assert time.monotonic() - began < 20
    (scene.root / "opsflow.yaml").unlink()
    os.mkfifo(scene.root / "opsflow.yaml")
    assert scene.opsflow("list").status == 2


@row("F3", "loops, dangling links, a folder named like an item", "told")
def _loops(scene: Scene) -> None:
    scene.board()
    items = scene.root / "items"
    (items / "OPS-1.yaml").mkdir()
    (items / "OPS-2.yaml").symlink_to("nowhere")
    (items / "OPS-3.yaml").symlink_to("OPS-3.yaml")
    (items / "up").symlink_to("..")
    (items / "here").symlink_to(".")
    lines = scene.found()
    assert f"items/OPS-2.yaml:1:1: {LINK}" in lines and f"items/OPS-3.yaml:1:1: {LINK}" in lines
    folder = "this is a link, and links to folders are not followed [unreadable-file]"
    assert [line for line in lines if line.endswith(folder)] == [
        f"items/here:1:1: error: {folder}",
        f"items/up:1:1: error: {folder}",
    ]
    alone = "items/OPS-1.yaml:1:1: error: this is a folder, and a file belongs here [unreadable-file]"
    assert alone in lines and len(lines) == 5
    assert scene.ids() == ["OPS-0"]


@row("F4", "a folder of items that is a link", "told")
def _linked_folder(scene: Scene) -> None:
    scene.board()
    outside = scene.folder / "outside"
    (scene.root / "items").rename(outside)
    (scene.root / "items").symlink_to(outside)
    assert scene.found() == [
        "items:1:1: error: this is a link, and links to folders are not followed [unreadable-file]"
    ]
    assert scene.ids() == []
    done = scene.opsflow("new", "Work")
    assert done.status == 2
    assert [path.name for path in outside.iterdir()] == ["OPS-0-good.yaml"]


@row("F5", "an output folder that is a link", "whole")
def _linked_output(scene: Scene) -> None:
    scene.board()
    outside = scene.folder / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    (scene.root / "build").mkdir()
    for target in (outside, scene.folder / "nowhere"):
        (scene.root / "build/site").symlink_to(target)
        done = scene.opsflow("build")
        assert done.status == 2 and "link" in done.err
        assert [path.name for path in outside.iterdir()] == ["mine.txt"]
        (scene.root / "build/site").unlink()
    (scene.root / "build").rmdir()
    (scene.root / "build").symlink_to(outside)
    assert scene.opsflow("build").status == 2
    assert [path.name for path in outside.iterdir()] == ["mine.txt"]


@row("F6", "an output folder that holds other files", "whole", "refused, whatever else is in it")
def _used_output(scene: Scene) -> None:
    scene.board()
    out = scene.folder / "out"
    assert scene.opsflow("build", "--out", out).status == 0
    (out / "mine.txt").write_text("mine")
    before = scene.sums(out)
    done = scene.opsflow("build", "--out", out)
    assert done.status == 2 and "mine.txt" in done.err
    assert scene.sums(out) == before


@row("F7", "ids that are paths, markup, or endless", "whole")
def _ids(scene: Scene) -> None:
    for id in ("../../x", "/abs", "index", "<b>x</b>", "OPS-" + "1" * 300, "OPS-1/../2", "ops-1", "OPS-"):
        scene.board({"items/OPS-1.yaml": f'id: "{id}"\n{GOOD}'})
        found = scene.found()
        assert found and all(line.startswith("items/OPS-1.yaml:1:") for line in found), id
        site = scene.folder / "site"
        assert scene.opsflow("build", "--out", site).status == 0
        assert sorted(path.name for path in scene.folder.iterdir()) == ["board", "site"]
        assert sorted(path.name for path in (site / "item").iterdir()) == ["OPS-0.html", "OPS-1.html"]
        for words in (
            () if id == "ops-1" else (("show", id), ("move", id, "doing"), ("renumber", "OPS-1", id, "--yes"))
        ):
            done = scene.opsflow(*words)
            assert done.status == 2, words
    assert sorted(path.name for path in scene.folder.iterdir()) == ["board", "site"]


@row("F8", "two files with one id, twins but for case or Unicode form", "told")
def _twins(scene: Scene) -> None:
    scene.board({"items/OPS-1-a.yaml": GOOD, "items/OPS-1-b.yaml": GOOD, "items/b/OPS-1-a.yaml": GOOD})
    lines = scene.found()
    assert [line for line in lines if line.endswith("[duplicate-id]")] == lines
    assert [line.partition(":")[0] for line in lines] == ["items/OPS-1-b.yaml", "items/b/OPS-1-a.yaml"]
    scene.write(
        {"items/ops-1-c.yaml": GOOD, "items/OPS-2-\u00e9.yaml": GOOD, "items/OPS-2-e\u0301.yaml": GOOD}
    )
    lines = [line for line in scene.found() if "OPS-2" in line or "ops-1" in line]
    assert len(lines) == 3
    assert all("[misnamed-file]" in line or "[duplicate-id]" in line for line in lines)


@row("F9", "names with line breaks, quotes, escapes, or no UTF-8", "text")
def _names(scene: Scene) -> None:
    names: list[bytes] = [
        b"OPS-1\n::error::x.yaml",
        b'OPS-2"q.yaml',
        b"OPS-3-\x1b[31m.yaml",
        b"-OPS-4.yaml",
        b"OPS-5-\xff.yaml",
        b"OPS-6-" + b"x" * 230 + b".yaml",
        b"CON.yaml",
        "OPS-7-\u202e.yaml".encode(),
        b"OPS-8;touch pwned.yaml",
    ]
    scene.repository()
    for name in names:
        try:
            with open(os.fsencode(scene.root) + b"/items/" + name, "w") as file:
                file.write(GOOD)
        except OSError:
            pytest.skip("this file system takes no such names")
    done = scene.opsflow("check", "--format", "concise")
    assert done.status == 1
    assert (
        not [letter for letter in done.out if ord(letter) < 32 and letter != "\n"]
        and "\u202e" not in done.out
    )
    assert not [line for line in done.out.splitlines() if line.startswith("::")]
    assert "OPS-0" in scene.ids()
    scene.git("add", "--all")
    scene.git("commit", "-q", "-m", "odd names")
    assert scene.opsflow("log").status == 0
    assert scene.opsflow("list", "--all", "--at", "HEAD").status == 0
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    assert not list(scene.folder.rglob("pwned*"))
