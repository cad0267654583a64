"""Editing: nothing is lost, nothing is half done, and what hinders an edit is said in one sentence."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import Any
from unittest import mock
from zlib import crc32

from opsflow.cli import run
from opsflow.editing import writing
from tests.editing import killing
from tests.trust.rows import GOOD, Scene, row

ITEM = "items/OPS-0-good.yaml"
ODD = (
    "# a note at the top\n\n'title' :   \"A good item\"   # why\nstate: ready\n\n"
    "labels: [ a,b , # both\n  c]\n# between\ndue:  2026-02-01\nassignees:\n    - maria  # on call\n    - ben\n"
    "description: >-\n   folded\n   text\n\n# the end"
)


@contextmanager
def failing(name: str, number: int, code: int) -> Iterator[list[int]]:
    """Within, the n-th call of `os.NAME` fails; holds how many there were. Of opens, only those that write
    can find a disk full."""
    real: Callable[..., Any] = getattr(os, name)
    calls = [0]

    def call(*words: Any, **more: Any) -> Any:
        counted = code != errno.ENOSPC or name != "open" or words[1] & os.O_CREAT
        calls[0] += bool(counted)
        if counted and calls[0] == number:
            raise OSError(code, os.strerror(code), words[0] if words and isinstance(words[0], str) else None)
        return real(*words, **more)

    with mock.patch.object(os, name, call):
        yield calls


@row("E1", "an edit of one field", "whole")
def _one_field(scene: Scene) -> None:
    scene.repository({ITEM: ODD})
    wanted = {
        "state=doing": ("-state: ready", "+state: doing"),
        "due=2026-03-01": ("-due:  2026-02-01", "+due:  2026-03-01"),
        "title=Another": ("-'title' :   \"A good item\"   # why", "+'title' :   \"Another\"   # why"),
        "assignees-=ben": ("-    - ben",),
    }
    for wish, lines in wanted.items():
        assert scene.opsflow("set", "OPS-0", wish).status == 0, wish
        changed = scene.git("diff", "--unified=0").splitlines()
        assert tuple(each for each in changed if each[:1] in "+-" and each[:3] not in ("+++", "---")) == lines
        (scene.root / ITEM).write_text(ODD)


@row("E2", "an edit that cannot be written as YAML", "whole")
def _no_text(scene: Scene) -> None:
    scene.board()
    for value in ("a\udcffb", "a\x1bb", "a\u2028b", "a\x00b", "\ufeff"):
        done = scene.opsflow("set", "OPS-0", f"title={value}")
        assert done.status in (1, 2), value
        assert "Traceback" not in done.err
        assert (scene.root / ITEM).read_text() == GOOD, value


@row("E3", "an edit after one that failed", "whole")
def _after_a_failure(scene: Scene) -> None:
    scene.board()
    assert scene.opsflow("set", "OPS-0", "due=2026-02-30").status == 1
    assert scene.opsflow("set", "OPS-0", "due=2026-02-20").status == 0
    assert (scene.root / ITEM).read_text() == f"{GOOD}due: 2026-02-20\n"
    assert sorted(scene.sums()) == [ITEM, "opsflow.yaml"]


@row("E4", "kill -9 while an edit is written", "whole")
def _killed(scene: Scene) -> None:
    scene.board()
    new = GOOD.replace("ready", "doing")
    found = set()
    for after in (False, True):
        for number in range(1, 200):
            scene.board()
            died = killing.killed(
                lambda: _quietly("-C", str(scene.root), "move", "OPS-0", "doing"), number, after
            )
            assert (scene.root / ITEM).read_text() in (GOOD, new), number
            found.add((scene.root / ITEM).read_text())
            if not died:
                break
        else:
            raise AssertionError("the edit never came to its end")
    assert found == {GOOD, new}
    assert scene.opsflow("move", "OPS-0", "ready").status == 0
    assert sorted(scene.sums()) == [ITEM, "opsflow.yaml"]


def _quietly(*words: str) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    run(list(words))


@row("E5", "a full disk", "whole", "the status is 2, as for all that the machine hinders, not 5")
def _full(scene: Scene) -> None:
    for name in ("open", "fsync", "rename", "mkdir"):
        for number in range(1, 60):
            scene.board()
            with failing(name, number, errno.ENOSPC) as calls:
                done = scene.opsflow("move", "OPS-0", "doing")
            if calls[0] < number:
                break
            text = (scene.root / ITEM).read_text()
            assert (done.status, text) in ((2, GOOD), (0, GOOD.replace("ready", "doing"))), (name, number)
            if done.status == 2:
                assert "No space left on device" in done.err or "no space left" in done.err, done.err
                assert len(done.err.splitlines()) == 1, done.err
            assert [each for each in scene.sums() if ".opsflow" in each] == [], (name, number)


@row("E6", "an item that is a link, and the mode of a file", "whole")
def _links(scene: Scene) -> None:
    scene.board()
    outside = scene.folder / "outside.yaml"
    outside.write_text(GOOD)
    (scene.root / "items/OPS-9.yaml").symlink_to(outside)
    done = scene.opsflow("move", "OPS-9", "doing")
    assert done.status == 2 and outside.read_text() == GOOD
    assert (scene.root / "items/OPS-9.yaml").is_symlink()
    (scene.root / ITEM).chmod(0o664)
    assert scene.opsflow("move", "OPS-0", "doing").status == 0
    assert (scene.root / ITEM).stat().st_mode & 0o777 == 0o664


@row("E7", "many writers of one file at once", "whole")
def _writers(scene: Scene) -> None:
    scene.board()
    here = os.getpid()
    children = []
    for writer in range(4):
        child = os.fork()
        if not child:
            _writing(scene.root, writer)
        children.append(child)
    assert os.getpid() == here
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    lines = (scene.root / ITEM).read_text().splitlines()
    assert sorted(line.strip() for line in lines[3:]) == sorted(
        f"- w{w}-{n}" for w in range(4) for n in range(15)
    )
    assert sorted(scene.sums()) == [ITEM, "opsflow.yaml"]


def _writing(root: Path, writer: int) -> None:
    status = 99
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        status = max(run(["-C", str(root), "set", "OPS-0", f"labels+=w{writer}-{n}"]) for n in range(15))
    finally:
        os._exit(status)


@row("E8", "a file that somebody changes between reading and writing", "whole")
def _changed_since(scene: Scene) -> None:
    scene.board()
    real = writing.carry_out

    def late(plan: Any) -> None:
        (scene.root / ITEM).write_text("title: Mine\nstate: ready\n")
        real(plan)

    with mock.patch.object(writing, "carry_out", late):
        done = scene.opsflow("move", "OPS-0", "doing")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"opsflow: {ITEM} was changed by somebody else since it was read; nothing was written. "
        "Look at it, then run the command again.\n"
    )
    assert scene.sums()[ITEM] == b"title: Mine\nstate: ready\n"


@row("E9", "an edit of many items that fails half-way", "whole")
def _half_way(scene: Scene) -> None:
    files = {f"items/OPS-{n}.yaml": f"title: {n}\nstate: ready\n" for n in range(1, 6)}
    for number in range(1, 12):
        scene.board(files)
        before = scene.sums()
        with failing("rename", number, errno.EIO) as calls:
            done = scene.opsflow("move", *(f"OPS-{n}" for n in range(1, 6)), "done")
        if calls[0] < number:
            assert done.status == 0
            break
        assert done.status == 2
        assert scene.sums() == before, number
    assert number == 6


@row("E10", "what the user has staged, changed and not added", "whole")
def _own_paths(scene: Scene) -> None:
    scene.repository({"notes.txt": "one\n", "staged.txt": "one\n"})
    scene.write({"notes.txt": "two\n", "staged.txt": "two\n", "new.txt": "new\n"})
    scene.git("add", "staged.txt")
    before = scene.git("status", "--short").splitlines()
    assert scene.opsflow("move", "OPS-0", "doing", "--commit").status == 0
    assert scene.git("show", "--name-only", "--format=%s", "HEAD").split("\n") == [
        "OPS-0: Move to doing",
        "",
        ITEM,
    ]
    assert (
        scene.git("status", "--short").splitlines()
        == before
        == [
            " M notes.txt".strip("\n"),
            "M  staged.txt",
            "?? new.txt",
        ]
    )
    assert scene.git("fsck", "--strict") == ""


@row("E11", "a merge that is not finished, a branch without commits, a detached head", "whole")
def _states(scene: Scene) -> None:
    scene.repository()
    head = scene.git("rev-parse", "HEAD")
    (scene.root / ".git/MERGE_HEAD").write_text(f"{head}\n")
    done = scene.opsflow("move", "OPS-0", "doing", "--commit")
    assert done.status == 2 and "merge" in done.err
    assert (scene.root / ITEM).read_text() == GOOD
    assert scene.opsflow("list").status == 0
    (scene.root / ".git/MERGE_HEAD").unlink()
    scene.git("checkout", "-q", "--detach")
    assert scene.ids() == ["OPS-0"]
    scene.git("checkout", "-q", "--orphan", "fresh")
    assert scene.ids() == ["OPS-0"]
    assert scene.found() == []


@row("E12", "an index.lock that was left behind", "whole")
def _index_lock(scene: Scene) -> None:
    scene.repository()
    lock = scene.root / ".git/index.lock"
    lock.write_text("")
    done = scene.opsflow("move", "OPS-0", "doing", "--commit")
    assert done.status in (1, 2)
    assert "index.lock" in done.err
    assert lock.exists()
    assert scene.ids() == ["OPS-0"]
    assert scene.found("--rule", "unreadable-file") == []


@row("E13", "folders that may not be written, and a machine that fails", "whole", "the status is 2, not 5")
def _not_permitted(scene: Scene) -> None:
    for code in (errno.EACCES, errno.EROFS, errno.EIO, errno.EMFILE, errno.EDQUOT):
        for name in ("open", "rename", "fsync"):
            for number in range(1, 60):
                scene.board()
                with failing(name, number, code) as calls:
                    done = scene.opsflow("move", "OPS-0", "doing")
                if calls[0] < number:
                    break
                text = (scene.root / ITEM).read_text()
                assert done.status in (0, 1, 2)
                assert text == (GOOD if done.status else GOOD.replace("ready", "doing")), (name, number)
                if done.status == 2:
                    assert len(done.err.splitlines()) == 1 and "Traceback" not in done.err
            assert 2 < number < 59 or name != "open"


@row("E14", "Ctrl-C, SIGTERM, a reader that goes away, a closed output", "whole")
def _stopped(scene: Scene) -> None:
    scene.board()
    for sent, status, said in ((signal.SIGINT, 130, "Stopped.\n"), (signal.SIGTERM, -signal.SIGTERM, "")):
        with writing.alone(str(scene.root)):
            words = [sys.executable, "-P", "-m", "opsflow", "-C", str(scene.root), "move", "OPS-0", "doing"]
            running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            _until_it_waits(running.pid, scene.root)
            running.send_signal(sent)
            out, err = running.communicate(timeout=30)
        assert (running.returncode, out, err) == (status, "", said)
    assert sorted(scene.sums()) == [ITEM, "opsflow.yaml"]
    assert (scene.root / ITEM).read_text() == GOOD
    piped = subprocess.run(
        f"{sys.executable} -P -m opsflow -C {scene.root} explain | true; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
    )
    assert piped.stdout.strip() in ("0", "141") and piped.stderr == ""
    closed = subprocess.run(
        f"{sys.executable} -P -m opsflow -C {scene.root} list >&-",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in closed.stderr


def _until_it_waits(pid: int, root: Path) -> None:
    """Until a process sleeps for a while between its tries to take the lock."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if any(os.path.realpath(each) == str(root) for each in Path(f"/proc/{pid}/fd").iterdir()):
            time.sleep(0.3)
            return
        time.sleep(0.02)
    raise AssertionError("it never came to the lock")


@row("A25", "the journal of an edit that comes with a checkout: any bytes, a mode and an owner", "told")
def _strange_journal(scene: Scene) -> None:
    now = b64encode(GOOD.encode()).decode()
    held = {
        "mark": ".opsflow-aaaaaaaaaaaa",
        "files": {"items/OPS-0-good.yaml": [b64encode(b"title: Old\nstate: ready\n").decode(), now],
                  "items/OPS-8.yaml": [None, now]},
        "likes": {"items/OPS-0-good.yaml": [0o104777, 12345, 12345]},
        "made": [],
    }  # fmt: skip
    body = dumps(held).encode()
    journal = b"opsflow edit 1 %08x\n%b" % (crc32(body), body)
    for data in (journal, b"opsflow edit 1 %08x\n%b" % (crc32(b"[" * 100_000), b"[" * 100_000)):
        scene.board({"items/OPS-1.yaml": "title: One\nstate: ready\n"})
        (scene.root / ".opsflow-edit").write_bytes(data)
        before = (scene.root / "items/OPS-0-good.yaml").stat()
        done = scene.opsflow("set", "OPS-1", "value=3")
        after = (scene.root / "items/OPS-0-good.yaml").stat()
        assert (done.status, after.st_mode, after.st_uid) == (0, before.st_mode, before.st_uid)
        assert not (scene.root / ".opsflow-edit").exists()
