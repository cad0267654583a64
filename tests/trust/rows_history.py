"""Repositories of every kind and their history: all work, and what is missing is said, never guessed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import zlib
from hashlib import sha1
from pathlib import Path
from unittest import mock

from opsflow import resources
from opsflow.history import calls
from tests import stories
from tests.trust.rows import BOARD, GOOD, Scene, row

ONE = "items/OPS-1.yaml"


def item(state: str, *more: str) -> str:
    return "".join(f"{line}\n" for line in ("title: One", f"state: {state}", "assignees: [maria]", *more))


STEPS: list[stories.Step] = [
    {"files": {"opsflow.yaml": BOARD, ONE: item("ready")}},
    {"at": "2026-01-07 09:00", "files": {ONE: item("doing")}},
    {"at": "2026-01-08 09:00", "files": {ONE: item("done")}},
]
MOVES = ["2026-01-05 09:00,-,ready", "2026-01-07 09:00,ready,doing", "2026-01-08 09:00,doing,done"]


def moves(scene: Scene, *words: str, at: Path | None = None) -> list[str]:
    """The log, oldest first: `2026-01-05 09:00,-,ready`."""
    import csv
    import io

    done = scene.opsflow("log", "--reverse", "--format", "csv", *words, at=at)
    assert done.status == 0, done.err
    rows = csv.DictReader(io.StringIO(done.out))
    return [
        f"{row['at'][:16].replace('T', ' ')},{row['from'] or '-'},{row['to'] or '-'}"
        for row in rows
        if row["item"] == "OPS-1"
    ]


def make(scene: Scene, steps: list[stories.Step] = STEPS, **more: object) -> Path:
    return Path(stories.make(scene.root, steps, **more))  # type: ignore[arg-type]


def commit(scene: Scene, raw: bytes) -> str:
    """Write a commit as it stands, and put main there."""
    body = b"commit %d\0%b" % (len(raw), raw)
    id = sha1(body).hexdigest()
    place = scene.root / ".git/objects" / id[:2] / id[2:]
    place.parent.mkdir(exist_ok=True)
    if not place.exists():
        place.write_bytes(zlib.compress(body))
    (scene.root / ".git/refs/heads/main").write_text(f"{id}\n")
    return id


@row(
    "R1", "a shallow clone", "traced", "refused for measures, told by `check`; there is no --require-history"
)
def _shallow(scene: Scene) -> None:
    origin = stories.make(scene.folder / "origin", STEPS)
    stories.git(None, "clone", "-q", "--depth", "1", Path(origin).as_uri(), str(scene.root))
    done = scene.opsflow("log")
    assert (done.status, done.out) == (2, "")
    assert "the clone is shallow" in done.err and "git fetch --unshallow" in done.err
    checked = scene.opsflow("check", "--format", "concise")
    assert checked.status == 0
    assert checked.out.splitlines()[0].endswith("[shallow-history]")
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    page = (scene.folder / "site/flow.html").read_text()
    assert "shallow" in page


@row("R2", "a clone without blobs, and no origin", "traced")
def _partial(scene: Scene) -> None:
    origin = stories.make(scene.folder / "origin", STEPS)
    stories.git(origin, "config", "uploadpack.allowFilter", "true")
    words = ["clone", "-q", "--filter=blob:none", Path(origin).as_uri(), str(scene.root)]
    stories.git(None, *words)
    shutil.rmtree(origin)
    done = scene.opsflow("log")
    assert (done.status, done.out) == (2, "")
    assert "the clone is partial, so its history lacks files" in done.err
    assert scene.ids() == ["OPS-1"]


@row(
    "R3", "an object that is missing or damaged", "told", "status 0: the rest is told, and the gap is listed"
)
def _damaged(scene: Scene) -> None:
    make(scene)
    for pack in (scene.root / ".git/objects/pack").glob("*.pack"):
        aside = pack.rename(scene.folder / pack.name)
        pack.with_suffix(".idx").unlink()
        scene.git("unpack-objects", "-q", stdin=aside.read_bytes())
    blob = scene.git("rev-parse", f"HEAD~1:{ONE}")
    place = scene.root / ".git/objects" / blob[:2] / blob[2:]
    place.chmod(0o644)
    place.write_bytes(b"garbage")
    assert moves(scene) == [MOVES[0], MOVES[2].replace("doing,done", "ready,done")]
    gaps = scene.opsflow("log", "--gaps", "--format", "csv").out.splitlines()
    assert len(gaps) == 2 and ONE in gaps[1]
    place.unlink()
    assert len(scene.opsflow("log", "--gaps", "--format", "csv").out.splitlines()) == 2


@row(
    "R4",
    "no commit, bare, a worktree, a detached head",
    "told",
    "a bare repository has no folder with a board, and is refused in a sentence",
)
def _kinds(scene: Scene) -> None:
    scene.board()
    scene.git("init", "-q", "-b", "main", "--template=")
    assert scene.ids() == ["OPS-0"]
    assert scene.found() == []
    shutil.rmtree(scene.root)
    make(scene)
    scene.git("worktree", "add", "-q", "--detach", str(scene.folder / "tree"), "HEAD~1")
    assert moves(scene, at=scene.folder / "tree") == MOVES[:2]
    scene.git("checkout", "-q", "--detach", "HEAD~1")
    assert moves(scene) == MOVES[:2]
    stories.git(None, "clone", "-q", "--bare", str(scene.root), str(scene.folder / "bare.git"))
    listed = scene.opsflow("list", "--all", "--format", "ids", "--at", "main", at=scene.folder / "bare.git")
    assert (listed.status, listed.out) == (2, "") and "There is no opsflow.yaml in " in listed.err


@row("R5", "SHA-256", "told")
def _sha256(scene: Scene) -> None:
    make(scene, object_format="sha256")
    assert moves(scene) == MOVES
    assert scene.opsflow("diff", "HEAD~1..HEAD").status == 0
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0


@row(
    "R6",
    "reftable",
    "told",
    "only where this machine's Git knows reftables (2.45); else it is refused in a sentence",
)
def _reftable(scene: Scene) -> None:
    made = subprocess.run(
        ["git", "init", "-q", "--ref-format=reftable", str(scene.root)], capture_output=True
    )
    if made.returncode:
        make(scene)
        settings = scene.root / ".git/config"
        settings.write_text(
            settings.read_text().replace("repositoryformatversion = 0", "repositoryformatversion = 1")
            + "[extensions]\n\trefStorage = reftable\n"
        )
        (scene.root / ".git/reftable").mkdir()
        done = scene.opsflow("log")
        assert (done.status, done.out) == (2, "") and len(done.err.splitlines()) == 1
        return
    stories.add(str(scene.root), STEPS)
    assert moves(scene) == MOVES


@row("R7", "dates that are none", "traced")
def _dates(scene: Scene) -> None:
    make(scene)
    tree = scene.git("rev-parse", "HEAD^{tree}")
    for stamp in (
        "",
        "18446744073709551616 +0000",
        "99999999999999 +0000",
        "-86400 +0000",
        "1767776400 +9999",
        "1767776400 +2575",
        "yesterday",
        "1767776400",
    ):
        stories.git(str(scene.root), "update-ref", "refs/heads/main", stories.commits(str(scene.root))[0])
        head = scene.git("rev-parse", "main")
        commit(
            scene,
            f"tree {tree}\nparent {head}\nauthor A <a@b> {stamp}\ncommitter A <a@b> {stamp}\n\nodd\n".encode(),
        )
        found = moves(scene)
        assert [each.split(",", 1)[1] for each in found] == ["-,ready", "ready,done"], stamp
        assert found[0] == MOVES[0]
        assert found[1][:10] >= "2026-01-05", stamp
        assert scene.opsflow("build", "--out", scene.folder / "site", "--no-cache").status == 0, stamp
        assert scene.opsflow("report", "flow", "--no-cache").status == 0, stamp


@row(
    "R8",
    "clocks that run backwards, and far ahead",
    "traced",
    "the site is of its commit, whatever that says; a finding tells of it",
)
def _clocks(scene: Scene) -> None:
    make(
        scene,
        [
            STEPS[0],
            {"at": "2026-01-07 09:00", "files": {ONE: item("doing")}},
            {"at": "2026-01-02 09:00", "files": {ONE: item("done")}},
        ],
    )
    assert moves(scene) == [MOVES[0], MOVES[1], "2026-01-07 09:00,doing,done"]
    stories.add(str(scene.root), [{"at": "2099-01-01 09:00", "files": {"notes": "x"}}])
    checked = scene.opsflow("check", "--format", "concise").out.splitlines()
    assert [line.rpartition(" ")[2] for line in checked][:1] == ["[future-commit]"]
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    assert "2098" in (scene.folder / "site/flow.html").read_text()


@row("R9", "names and messages in any bytes", "told")
def _bytes(scene: Scene) -> None:
    make(scene)
    tree, parent = scene.git("rev-parse", "HEAD^{tree}"), scene.git("rev-parse", "HEAD~1")
    for head, who, message in (
        (b"", b"Zo\xeb <z@b>", b"caf\xe9"),
        (b"encoding ISO-8859-1\n", b"Zo\xeb <z@b>", b"caf\xe9"),
        (b"encoding no-such-thing\n", b"\xff\xfe <>", b"\xff"),
        (b"", b" <>", b""),
        (b"", b"\x1b[31mA <a@b>", b"::error::x\n\x1b]8;;http://e\x07"),
    ):
        commit(
            scene,
            b"tree %b\nparent %b\nauthor %b 1767862800 +0000\ncommitter %b 1767862800 +0000\n%b\n%b"
            % (tree.encode(), parent.encode(), who, who, head, message),
        )
        assert moves(scene, "--no-cache") == MOVES
        shown = scene.opsflow("log", "--no-cache")
        assert (shown.status, "\x1b" in shown.out) == (0, False)
        shown.out.encode()


@row("R10", "octopus and criss-cross merges, evil merges, two roots", "traced")
def _merges(scene: Scene) -> None:
    two, three = "items/OPS-2.yaml", "items/OPS-3.yaml"
    make(
        scene,
        [
            STEPS[0],
            {"on": "a", "start": "main", "files": {two: item("ready")}},
            {"on": "b", "start": "main", "files": {three: item("ready")}},
            {"on": "a", "files": {two: item("doing")}},
            {"at": "2026-01-07 09:00", "on": "main", "merge": ["a", "b"], "files": {ONE: item("doing")}},
            {"on": "c", "start": "a", "merge": ["b"]},
            {"at": "2026-01-08 09:00", "on": "main", "merge": ["c"], "files": {ONE: item("done")}},
            {"on": "other", "files": {"x": "another root"}},
            {"at": "2026-01-08 12:00", "on": "main", "merge": ["other"]},
        ],
    )
    assert moves(scene) == MOVES
    lines = scene.opsflow("log", "--reverse", "--format", "csv").out.splitlines()[1:]
    assert len(lines) == 5
    assert [line.split(",")[3][:10] for line in lines] == [
        "2026-01-05",
        "2026-01-07",
        "2026-01-07",
        "2026-01-07",
        "2026-01-08",
    ]


@row("R11", "a force push, with a cache of what was before", "cache")
def _force_push(scene: Scene) -> None:
    make(scene)
    assert moves(scene) == MOVES
    scene.git("update-ref", "refs/heads/main", stories.commits(str(scene.root))[0])
    stories.add(str(scene.root), [{"at": "2026-01-06 09:00", "files": {ONE: item("done")}}])
    scene.git("reset", "-q", "--hard")
    expected = [MOVES[0], "2026-01-06 09:00,ready,done"]
    assert moves(scene) == moves(scene, "--no-cache") == expected
    assert (
        scene.opsflow("check", "--format", "json").out
        == scene.opsflow("check", "--no-cache", "--format", "json").out
    )


@row("R12", "a cache that is damaged, cut, foreign or poisoned", "cache")
def _cache(scene: Scene) -> None:
    make(scene)
    cache = scene.folder / "cache"
    with mock.patch.dict(os.environ, {"OPSFLOW_CACHE_DIR": str(cache)}):
        words = (("check", "--format", "json"), ("log", "--format", "csv"), ("list", "--all"), ("board",))
        cold = [scene.opsflow(*each, "--no-cache") for each in words]
        assert [scene.opsflow(*each) for each in words] == cold
        kept = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
        assert kept
        for spoil in (
            lambda data: b"",
            lambda data: data[: len(data) // 2],
            lambda data: data[:-1] + bytes([data[-1] ^ 1]),
            lambda data: b"\x80\x04cos\nsystem\n(S'touch pwned'\ntR.",
            lambda data: data.replace(b"doing", b"ready"),
            lambda data: b"\0" * len(data),
        ):
            for path, data in kept.items():
                path.write_bytes(spoil(data))
            assert [scene.opsflow(*each) for each in words] == cold
    assert not (scene.folder / "pwned").exists()


@row("R13", "an item that is broken, a link, a folder in the middle of the history", "traced")
def _gaps(scene: Scene) -> None:
    broken: list[stories.Step] = [
        {"files": {ONE: "title: [One\n"}},
        {"files": {ONE: b"\xff\x00binary"}},
        {"files": {ONE: stories.Odd("120000", b"/etc/passwd")}},
        {"files": {ONE: stories.Odd("160000", b"1" * 40)}},
    ]
    make(scene, [STEPS[0], *broken, *STEPS[1:]])
    assert moves(scene) == MOVES
    gaps = scene.opsflow("log", "--gaps", "--format", "csv").out.splitlines()[1:]
    assert len(gaps) >= 3 and all(ONE in line for line in gaps)


@row("R14", "renames, swaps, a file that goes and comes back", "traced")
def _renames(scene: Scene) -> None:
    slug, away = "items/OPS-1-new-slug.yaml", "archive/OPS-1-new-slug.yaml"
    make(
        scene,
        [
            STEPS[0],
            {"at": "2026-01-07 09:00", "move": {ONE: slug}, "files": {slug: item("doing")}},
            {"at": "2026-01-08 09:00", "files": {slug: item("done")}},
            {"move": {slug: away}},
            {"move": {away: slug}},
        ],
    )
    assert moves(scene) == MOVES
    stories.add(
        str(scene.root),
        [
            {"at": "2026-01-09 08:00", "files": {slug: None}},
            {"at": "2026-01-09 09:00", "files": {slug: item("ready")}},
        ],
    )
    scene.git("reset", "-q", "--hard")
    assert moves(scene) == [*MOVES, "2026-01-09 08:00,done,-", "2026-01-09 09:00,-,ready"]


@row("R15", "attributes that change the bytes of the working folder", "traced")
def _eol(scene: Scene) -> None:
    make(
        scene,
        [{"files": {**STEPS[0]["files"], ".gitattributes": "*.yaml text eol=crlf ident\n"}}, *STEPS[1:]],
    )
    scene.git("rm", "-rq", "--cached", ".")
    scene.git("reset", "-q", "--hard")
    assert b"\r\n" in (scene.root / ONE).read_bytes()
    assert moves(scene) == MOVES
    assert scene.found() == []


@row(
    "R16",
    "items that are not checked out, ignored or not added",
    "traced",
    "the folder is what is now; what is not there is gone, and `log` says that it is uncommitted",
)
def _sparse(scene: Scene) -> None:
    make(scene, [{"files": {**STEPS[0]["files"], ".gitignore": "items/OPS-9*\n"}}, *STEPS[1:]])
    scene.write({"items/OPS-9.yaml": GOOD, "items/OPS-8.yaml": GOOD})
    assert scene.ids() == ["OPS-1", "OPS-8", "OPS-9"]
    assert scene.opsflow("list", "--all", "--format", "ids", "--at", "HEAD").out.split() == ["OPS-1"]
    (scene.root / ONE).unlink()
    assert moves(scene)[-1].endswith(",done,-")
    assert moves(scene, "--committed") == MOVES


@row("R17", "2,000 commits", "told", "100,000 are measured by `make bench`")
def _many(scene: Scene) -> None:
    steps: list[stories.Step] = [
        {"files": {ONE: item(("ready", "doing")[n % 2], f"labels: [n{n}]")}} for n in range(2000)
    ]
    make(scene, [STEPS[0], *steps])
    began = time.process_time()
    done = scene.opsflow("log", "--committed", "--no-cache", "--format", "csv")
    assert time.process_time() - began < 5
    assert len(done.out.splitlines()) == 1 + 2000


@row("R18", "Git missing, too old, killed, silent", "told", "the status is 2, not 4")
def _git(scene: Scene) -> None:
    make(scene)
    fake = scene.folder / "bin/git"
    fake.parent.mkdir()
    for script, said in (
        ("", "Git is not installed: install Git 2.34 or newer."),
        (
            '#!/bin/sh\necho "git version 2.20.1"\n',
            "is too old (git version 2.20.1): install Git 2.34 or newer.",
        ),
        ("#!/bin/sh\nkill -9 $$\n", "install Git 2.34"),
        ("#!/bin/sh\nexec sleep 60\n", "Git said nothing for 1 seconds"),
    ):
        fake.unlink(missing_ok=True)
        if script:
            fake.write_text(script)
            fake.chmod(0o755)
        path = str(fake.parent) if not script or "sleep" not in script else f"{fake.parent}:/bin:/usr/bin"
        with (
            mock.patch.dict(os.environ, {"PATH": path}),
            mock.patch.object(calls, "SILENCE", 1),
            mock.patch.object(calls, "CHECKED", set()),
        ):
            done = scene.opsflow("log", "--no-cache")
            assert (done.status, done.out) == (2, ""), script
            assert said in done.err and len(done.err.splitlines()) == 1, done.err
    assert resources.program("git")
