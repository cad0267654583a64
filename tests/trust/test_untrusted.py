"""Hostile repositories under strace: which programs start, which files are opened, and that nothing connects.

The real program runs on each of them, without a network where the machine lets us take it away. What the
trace may show is written down here: Git's own fixed list of commands, the board's repository, opsflow's
output and cache, the folders of Python, and what every program of the system opens to begin.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import stories
from tests.trust import rows_git
from tests.trust.rows import BOARD, NOW

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace") or ""
ITEM = "title: One\nstate: ready\nassignees: [maria]\n"
GIT = {
    "log", "rev-list", "rev-parse", "merge-base", "ls-tree", "ls-files", "diff-tree", "cat-file", "version",
    "merge-tree", "hash-object", "read-tree", "update-index", "write-tree", "check-attr", "for-each-ref",
}  # fmt: skip
"""The commands of Git that reading may start; docs/security.md names each."""
SYSTEM = ("/etc/ld.so", "/usr/", "/lib", "/proc/self/", "/proc/meminfo", "/proc/cpuinfo", "/sys/", "/dev/null",
          "/dev/urandom", "/etc/localtime", "/etc/locale.alias", "/etc/nsswitch.conf", "/etc/passwd", "/etc/gitconfig", "/etc/gitattributes",
          "/opt/", "/etc/mime.types", "/etc/fonts", "/var/cache/fontconfig", "/etc/ssl/openssl.cnf")  # fmt: skip


def usable() -> str:
    """Why strace cannot be used here; empty where it can."""
    if not STRACE:
        return "strace is not installed"
    tried = subprocess.run([STRACE, "-f", "--seccomp-bpf", "-o", os.devnull, "true"], capture_output=True)
    return "" if tried.returncode == 0 else f"strace may not be used here: {tried.stderr.decode()[:100]}"


@cache
def without_network() -> tuple[str, ...]:
    """The words that take the network away from a program; none where this machine does not allow it."""
    words = ("unshare", "--user", "--map-root-user", "--net")
    try:
        return words if subprocess.run([*words, "true"], capture_output=True).returncode == 0 else ()
    except OSError:
        return ()


class Seen(NamedTuple):
    """What a trace shows."""

    status: int
    said: str
    programs: list[list[str]]
    """The words of each program that was started."""
    connections: list[str]
    opened: list[str]
    """The full paths that were opened."""


def traced(scene: rows_git.Scene, *words: str) -> Seen:
    """Run the program on the board, and see all that it and its children do."""
    trace = scene.folder / "trace"
    trace.mkdir(exist_ok=True)
    for old in trace.iterdir():
        old.unlink()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(scene.folder / "home"),
        "TMPDIR": str(scene.folder / "tmp"),
        "OPSFLOW_CACHE_DIR": str(scene.folder / "cache"),
        "OPSFLOW_NOW": NOW,
        **({"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}),
    }
    (scene.folder / "tmp").mkdir(exist_ok=True)
    calls = "trace=execve,execveat,connect,sendto,bind,openat,open,openat2,creat"
    done = subprocess.run(
        [*without_network(), STRACE, "-ff", "--seccomp-bpf", "-y", "-s", "4096", "-e", calls, "-o", str(trace / "t"),
         sys.executable, "-P", "-m", "opsflow", "-C", str(scene.root), *words],
        env=env, cwd=scene.folder, capture_output=True, text=True, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    lines = [line for path in trace.iterdir() for line in path.read_text(errors="replace").splitlines()]
    programs = [
        re.findall(r'"((?:[^"\\]|\\.)*)"', line.partition("[")[2].partition("], ")[0])
        for line in lines
        if line.startswith("execve") and line.endswith(" = 0")
    ]
    connections = [
        line for line in lines if re.match(r"(connect|sendto|bind)\(", line) and "AF_UNSPEC" not in line
    ]
    opened = [_path(line) for line in lines if line.startswith("open") and " = -1 " not in line]
    return Seen(
        done.returncode, done.stdout + done.stderr, programs, connections, [path for path in opened if path]
    )


def _path(line: str) -> str:
    """The path of what was opened, as the kernel calls it: `= 3</etc/passwd>`."""
    match = re.search(r" = \d+<(.*)>(?: \(.*\))?$", line)
    return match[1] if match else ""


def check(scene: rows_git.Scene, seen: Seen) -> None:
    """Nothing but what is allowed was done."""
    assert seen.connections == []
    for words in seen.programs[1:]:
        name = os.path.basename(words[0])
        assert name in ("git", "dot", "graphviz-pure") or words[0] == sys.executable, words
        if name == "git":
            commands = [word for word in words[1:] if word in GIT]
            assert commands, words
    own = (str(scene.root), *(str(scene.folder / name) for name in ("cache", "out", "tmp", "home", "trace")))
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(ROOT), *filter(None, sys.path)}
    allowed = (*own, *python, *SYSTEM)
    strange = {path for path in seen.opened if path.startswith("/") and not path.startswith(allowed)}
    assert {
        path for path in strange if path not in ("/", str(scene.folder)) and not path.startswith("/proc/")
    } == set()
    assert not (scene.folder / "canary.ran").exists()
    assert "Traceback" not in seen.said


def _alternates(scene: rows_git.Scene, program: Path) -> None:
    (scene.root / ".git/objects/info").mkdir(exist_ok=True)
    (scene.root / ".git/objects/info/alternates").write_text(f"{scene.root}/items\n")


def _submodule(scene: rows_git.Scene, program: Path) -> None:
    inner = stories.make(scene.root / "items/sub", [{"files": {"OPS-7.yaml": ITEM}}])
    stories.git(inner, "config", "core.fsmonitor", str(program))
    (scene.root / ".gitmodules").write_text(
        '[submodule "x"]\n\tpath = items/sub\n\turl = ext::sh -c id\n\tupdate = !id\n'
    )


def _links(scene: rows_git.Scene, program: Path) -> None:
    secret = scene.folder / "secret.yaml"
    secret.write_text(ITEM)
    (scene.root / "items/OPS-8.yaml").symlink_to(secret)
    (scene.root / "items/up").symlink_to(scene.folder)


ALL_SETTINGS = rows_git.settings(
    ("core.fsmonitor", "CANARY"), ("core.hooksPath", ".git/hooks"), ("hook.x.command", "CANARY"),
    ("filter.evil.clean", "CANARY"), ("filter.evil.smudge", "CANARY"), ("filter.evil.process", "CANARY"),
    ("diff.evil.textconv", "CANARY"), ("diff.evil.command", "CANARY"), ("diff.external", "CANARY"),
    ("merge.evil.driver", "CANARY"), ("log.showSignature", "true"), ("gpg.program", "CANARY"),
    ("core.pager", "CANARY"), ("core.editor", "CANARY"), ("core.sshCommand", "CANARY"), ("core.gitProxy", "CANARY"),
    ("credential.helper", "CANARY"), ("core.askPass", "CANARY"), ("remote.origin.url", "ext::CANARY"),
    ("remote.origin.uploadpack", "CANARY"), ("core.alternateRefsCommand", "CANARY"), ("core.worktree", "/etc"),
    ("protocol.ext.allow", "always"), ("uploadpack.packObjectsHook", "CANARY"), ("sequence.editor", "CANARY"),
    ("trailer.x.command", "CANARY"), ("browser.x.cmd", "CANARY"), ("interactive.diffFilter", "CANARY"),
)  # fmt: skip
HOSTILE: dict[str, Callable[[rows_git.Scene, Path], None]] = {
    "all that can be wrong at once": rows_git.both(
        rows_git.attributes("* filter=evil diff=evil merge=evil\n"),
        rows_git.hooks,
        rows_git._included,
        rows_git._embedded,
        _submodule,
        _links,
        ALL_SETTINGS,
    ),
    "a promisor remote": rows_git.settings(
        ("remote.origin.url", "http://127.0.0.1:9/x"),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryformatversion", "1"),
    ),
    "commits that are replaced": rows_git._replaced,
    "objects that lie elsewhere": rows_git.both(rows_git._graph, _alternates),
}


def test_the_page_names_the_commands_of_git_that_may_run() -> None:
    page = (ROOT / "docs/security.md").read_text()
    listed = re.search(r"^- The commands are (.*?)\. What a person", page, re.M | re.S)
    assert listed and set(re.findall("`([a-z-]+)`", listed[1])) == GIT


@pytest.mark.skipif(bool(usable()), reason=usable())
@pytest.mark.parametrize("name", HOSTILE)
def test_an_untrusted_repository_runs_opens_and_reaches_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in stories.environment().items():
        if key.startswith("GIT_"):
            monkeypatch.setenv(key, value)
    scene = rows_git.Scene(tmp_path, lambda *words: pytest.fail("in this process"))
    scene.repository(
        {"items/OPS-1.yaml": ITEM},
        {"at": "2026-01-07 09:00", "files": {"items/OPS-1.yaml": ITEM.replace("ready", "doing")}},
        {"on": "topic", "start": "main", "files": {"items/OPS-2.yaml": ITEM}},
        {"on": "main", "files": {"items/OPS-3.yaml": ITEM}},
    )
    HOSTILE[name](scene, rows_git.canary(scene))
    before = scene.sums()
    for words in (
        ("check", "--format", "concise", "--base", "HEAD~1"),
        ("check", "--merge", "topic"),
        ("diff", "HEAD~1..HEAD"),
        ("build", "--out", str(scene.folder / "out/site")),
    ):
        seen = traced(scene, *words)
        assert seen.status in (0, 1, 2), seen.said
        assert len(seen.opened) > 50
        check(scene, seen)
    assert scene.sums() == before


@pytest.mark.skipif(bool(usable()), reason=usable())
def test_the_trace_would_show_a_program_and_a_file(tmp_path: Path) -> None:
    scene = rows_git.Scene(tmp_path, lambda *words: pytest.fail("in this process"))
    scene.board({"items/OPS-1.yaml": ITEM}, BOARD)
    program = rows_git.canary(scene)
    words = [STRACE, "-f", "-y", "-e", "trace=execve,openat", str(program)]
    said = subprocess.run(words, input="", capture_output=True, text=True, cwd=tmp_path).stderr
    assert '"touch"' in said and (tmp_path / "canary.ran").exists()
