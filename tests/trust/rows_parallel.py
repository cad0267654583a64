"""Parallel work and load: what branches do to one another is found, and no board is too large."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

from opsflow.cli import run
from opsflow.editing import ids
from opsflow.site import layout
from tests import stories
from tests.trust.rows import BOARD, GOOD, Scene, row

CYCLIC = {
    "items/OPS-1.yaml": "title: One\nstate: ready\n",
    "items/OPS-2.yaml": "title: Two\nstate: ready\n",
}


def branches(scene: Scene, files: dict[str, str], **changes: dict[str, str | None]) -> None:
    """A board, and branches of one commit each that change some of its files; main is checked out."""
    steps: list[stories.Step] = [
        {"on": name, "start": "main", "files": changed} for name, changed in changes.items()
    ]
    scene.repository(files, *steps)


def merged(scene: Scene, *names: str) -> int:
    """The status of Git's own merge of branches."""
    words = ["git", "-C", str(scene.root), "merge", "-q", "--no-ff", "-m", "merge"]
    return max(
        subprocess.run([*words, name], capture_output=True, env=stories.environment()).returncode
        for name in names
    )


def driven(scene: Scene, base: str, ours: str, theirs: str) -> tuple[int, str]:
    """The status and the result of the merge driver on three versions of an item."""
    scene.board()
    names = {"O": base, "A": ours, "B": theirs}
    for name, text in names.items():
        (scene.folder / name).write_text(text)
    done = scene.opsflow("merge-driver", *(scene.folder / name for name in names), "7", "items/OPS-1.yaml")
    return done.status, (scene.folder / "A").read_text()


ITEM = "title: One\nstate: ready\nassignees:\n  - a\n  - b\n"


@row(
    "K1",
    "ids that two branches make",
    "told",
    "as short as the birthday bound lets it be, 4 at first: all refs are looked at",
)
def _random(scene: Scene) -> None:
    scene.repository()
    scene.git("checkout", "-q", "-b", "topic")
    with mock.patch.object(ids, "key_of", lambda length: "7K3Q"):
        assert scene.opsflow("new", "First", "--commit").status == 0
    scene.git("checkout", "-q", "main")
    drawn = iter(["7K3Q", "8X2M"])
    with mock.patch.object(ids, "key_of", lambda length: next(drawn)):
        assert scene.opsflow("new", "Second").out == "board/items/OPS-8X2M-second.yaml\n"
    assert [ids.length_for(count) for count in (0, 500, 10_000)] == [4, 4, 6]


@row("K2", "sequential ids on two branches, renumbered", "told")
def _sequential(scene: Scene) -> None:
    branches(
        scene,
        {"items/OPS-1.yaml": ITEM},
        a={"items/OPS-2-a.yaml": "title: a\nstate: ready\n"},
        b={"items/OPS-2-b.yaml": "title: b\nstate: ready\ndepends_on: [OPS-1]\n"},
    )
    assert merged(scene, "a", "b") == 0
    assert [line.rpartition(" ")[2] for line in scene.found()] == ["[duplicate-id]"]
    assert scene.opsflow("renumber", "items/OPS-2-b.yaml", "OPS-3", "--yes").status == 0
    assert scene.found() == []
    assert scene.ids() == ["OPS-0", "OPS-1", "OPS-2", "OPS-3"]


@row("K3", "two that make an item at once", "whole")
def _at_once(scene: Scene) -> None:
    scene.board(config=f"{BOARD}ids: sequential\n")
    children = []
    for _ in range(6):
        child = os.fork()
        if not child:
            try:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                os._exit(run(["-C", str(scene.root), "new", "Work"]))
            finally:
                os._exit(99)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 6
    assert scene.ids() == [f"OPS-{n}" for n in range(7)]


@row("K4", "two changes that each take the last place", "told")
def _last_place(scene: Scene) -> None:
    ready = {f"items/OPS-{n}.yaml": f"title: {n}\nstate: ready\nassignees: [m]\n" for n in (1, 2, 3)}
    doing = {path: text.replace("ready", "doing") for path, text in ready.items()}
    branches(
        scene,
        {**ready, "items/OPS-3.yaml": doing["items/OPS-3.yaml"]},
        a={"items/OPS-1.yaml": doing["items/OPS-1.yaml"]},
        b={"items/OPS-2.yaml": doing["items/OPS-2.yaml"]},
    )
    for one in ("a", "b"):
        assert scene.opsflow("check", "--merge", one).status == 0
    done = scene.opsflow("check", "--merge", "a", "--merge", "b", "--format", "concise")
    if done.status == 2:
        done = scene.opsflow("check", "--merge", "a", "b", "--format", "concise")
    assert done.status == 1
    assert "3 items are in `doing`, and the limit is 2: OPS-1, OPS-2 and OPS-3 [wip-limit]" in done.out
    assert merged(scene, "a", "b") == 0
    assert [line.rpartition(" ")[2] for line in scene.found()] == ["[wip-limit]"]


@row("K5", "a cycle of two changes that have none", "told")
def _cycle(scene: Scene) -> None:
    branches(
        scene,
        CYCLIC,
        a={"items/OPS-1.yaml": CYCLIC["items/OPS-1.yaml"] + "depends_on: [OPS-2]\n"},
        b={"items/OPS-2.yaml": CYCLIC["items/OPS-2.yaml"] + "depends_on: [OPS-1]\n"},
    )
    assert merged(scene, "a", "b") == 0
    [line] = scene.found()
    assert line == (
        "items/OPS-1.yaml:3:14: error: 2 items wait for one another: OPS-1 -> OPS-2 -> OPS-1 [dependency-cycle]"
    )
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    assert (scene.folder / "site/item/OPS-1.html").is_file()


@row("K6", "a field that both sides add", "told")
def _both_add(scene: Scene) -> None:
    base = "title: One\nstate: ready\n" + "".join(f"# {n}\n" for n in range(12)) + "type: request\n"
    branches(
        scene,
        {"items/OPS-1.yaml": base},
        a={"items/OPS-1.yaml": base.replace("state: ready\n", "state: ready\ndue: 2026-02-01\n")},
        b={"items/OPS-1.yaml": base + "due: 2026-02-02\n"},
    )
    assert merged(scene, "a", "b") == 0
    [line] = scene.found()
    assert line.startswith("items/OPS-1.yaml:17:1: error: `due` is given twice, on lines 3 and 17 ")
    status, text = driven(scene, ITEM, ITEM + "due: 2026-02-01\n", "due: 2026-02-02\n" + ITEM)
    assert status == 1
    assert "due: 2026-02-01" in text and "due: 2026-02-02" in text and text.count("<<<<<<<") == 1


@row("K7", "neighbouring fields", "whole")
def _neighbours(scene: Scene) -> None:
    ours, theirs = ITEM.replace("One", "Ours  # why"), ITEM.replace("ready", "doing  # since Monday")
    assert driven(scene, ITEM, ours, theirs) == (
        0,
        "title: Ours  # why\nstate: doing  # since Monday\nassignees:\n  - a\n  - b\n",
    )


@row("K8", "merge=union", "told", "the two lines are a finding; nothing warns of the attribute itself")
def _union(scene: Scene) -> None:
    files = {"items/OPS-1.yaml": ITEM, ".gitattributes": "*.yaml merge=union\n"}
    branches(
        scene,
        files,
        a={"items/OPS-1.yaml": ITEM.replace("ready", "doing")},
        b={"items/OPS-1.yaml": ITEM.replace("ready", "done")},
    )
    assert merged(scene, "a", "b") == 0
    [line] = scene.found()
    assert line == ("items/OPS-1.yaml:3:1: error: `state` is given twice, on lines 2 and 3 [unreadable-file]")


@row("K9", "one field on both sides; an edit against a deletion", "whole")
def _conflict(scene: Scene) -> None:
    status, text = driven(scene, ITEM, ITEM.replace("ready", "doing"), ITEM.replace("ready", "done"))
    assert status == 1
    assert text == (
        "title: One\n<<<<<<< ours\nstate: doing\n=======\nstate: done\n>>>>>>> theirs\nassignees:\n  - a\n  - b\n"
    )
    branches(
        Scene(scene.folder / "second", scene._run),
        {"items/OPS-1.yaml": ITEM},
        a={"items/OPS-1.yaml": ITEM.replace("ready", "doing")},
        b={"items/OPS-1.yaml": None},
    )
    other = Scene(scene.folder / "second", scene._run)
    assert other.opsflow("check", "--merge", "a", "--merge", "b").status in (1, 2)
    assert merged(other, "a", "b") == 1
    assert (other.root / "items/OPS-1.yaml").read_text() == ITEM.replace("ready", "doing")


@row("K10", "lists", "whole")
def _lists(scene: Scene) -> None:
    ours, theirs = ITEM.replace("  - a\n", "") + "  - c\n", ITEM + "  - d\n"
    expected = "title: One\nstate: ready\nassignees:\n  - b\n"
    assert driven(scene, ITEM, ours, theirs) == (0, f"{expected}  - c\n  - d\n")
    assert driven(scene, ITEM, theirs, ours) == (0, f"{expected}  - d\n  - c\n")


@row("K11", "a driver that is missing, or dies", "whole")
def _driver(scene: Scene) -> None:
    scene.board()
    for name, text in (("O", ITEM), ("A", ITEM.replace("One", "Ours")), ("B", ITEM.replace("ready", "done"))):
        (scene.folder / name).write_text(text)
    before = (scene.folder / "A").read_text()
    done = scene._run(
        "merge-driver", scene.folder / "gone", scene.folder / "A", scene.folder / "B", "7", "x.yaml"
    )
    assert done.status not in (0, 1, 3)
    assert (scene.folder / "A").read_text() == before
    for number in range(1, 30):
        from tests.editing import killing
        from tests.trust.rows_edits import _quietly

        (scene.folder / "A").write_text(before)
        words = ["merge-driver", *(str(scene.folder / name) for name in "OAB"), "7", "items/OPS-1.yaml"]
        died = killing.killed(lambda words=words: _quietly(*words), number, after=True)  # type: ignore[misc]
        both = before.replace("ready", "done")
        assert (scene.folder / "A").read_text() in (before, both), number
        if not died:
            break
    assert (scene.folder / "A").read_text() == both


@row("K12", "a lock whose holder was killed", "whole")
def _lock(scene: Scene) -> None:
    scene.board()
    words = [
        sys.executable,
        "-P",
        "-c",
        "import sys,time\nfrom opsflow.editing import writing\n"
        "with writing.alone(sys.argv[1]):\n print('held', flush=True)\n time.sleep(60)",
        str(scene.root),
    ]
    holding = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert holding.stdout is not None
    assert holding.stdout.readline() == "held\n"
    holding.send_signal(signal.SIGKILL)
    holding.communicate()
    began = time.monotonic()
    assert scene.opsflow("move", "OPS-0", "doing").status == 0
    assert time.monotonic() - began < 10
    assert sorted(scene.sums()) == ["items/OPS-0-good.yaml", "opsflow.yaml"]


@row("K13", "dense dependencies", "told", "a picture that takes too long to lay out is left out")
def _dense(scene: Scene) -> None:
    names = [f"OPS-{n}" for n in range(1, 61)]
    cyclic = {
        f"items/{name}.yaml": f"title: x\nstate: ready\ndepends_on: [{', '.join(n for n in names if n != name)}]\n"
        for name in names[:30]
    }
    ordered = {
        f"items/{name}.yaml": f"title: x\nstate: ready\ndepends_on: [{', '.join(names[30 : 30 + k])}]\n"
        for k, name in enumerate(names[30:])
    }
    scene.board({**cyclic, **ordered})
    began = time.process_time()
    lines = scene.found()
    with mock.patch.object(layout, "SECONDS", 2):
        assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    assert scene.opsflow("next").status == 0
    assert time.process_time() - began < 60
    [line] = [line for line in lines if line.endswith("[dependency-cycle]")]
    assert "30 items" in line or "items wait for one another" in line


@row("K14", "10,000 items, 1,000 of them broken", "told")
def _load(scene: Scene) -> None:
    folder = scene.board() / "items"
    for n in range(1, 10_001):
        text = "title: [x\n" if n % 10 == 0 else f"title: Item {n}\nstate: ready\n"
        (folder / f"OPS-{n}.yaml").write_text(text)
    began = time.process_time()
    lines = scene.found()
    assert time.process_time() - began < 60
    unread = [line for line in lines if line.endswith("[unreadable-file]")]
    assert len(unread) == 1000
    assert len(scene.ids()) == 9001
    assert Path(scene.root).is_dir() and GOOD
