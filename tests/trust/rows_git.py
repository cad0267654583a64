"""Hostile settings of Git: nothing of a repository runs, and none of it changes what is told.

Each row makes a board, notes what six commands say of it, makes the repository hostile, and asks again:
the same must be said, the canary must not have run, and no byte of the repository may have changed.
"""

from __future__ import annotations

import ast
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests import stories
from tests.trust.rows import BOARD, GOOD, Scene, row

ROOT = Path(__file__).parents[2]
Change = Callable[[Scene, Path], None]


def committed(scene: Scene) -> None:
    """Two commits: an item comes to be, and moves."""
    one = "title: One\nstate: ready\nassignees: [maria]\n"
    scene.repository(
        {"items/OPS-1.yaml": one},
        {"at": "2026-01-07 09:00", "files": {"items/OPS-1.yaml": one.replace("ready", "doing")}},
    )


PLAIN: dict[str, object] = {}
"""What is said of the board as long as nothing about it is hostile; the same in every folder."""


def told(scene: Scene, name: str) -> Mapping[str, object]:
    """All that is said of a board, and the site that is built of it."""
    site = scene.folder / name
    said: dict[str, object] = {
        " ".join(words): scene.opsflow(*words)
        for words in (
            ("check", "--format", "concise"),
            ("check", "--format", "concise", "--base", "HEAD~1"),
            ("list", "--all", "--format", "csv"),
            ("list", "--all", "--format", "csv", "--at", "HEAD~1"),
            ("log", "--format", "csv"),
            ("diff", "HEAD~1..HEAD", "--format", "markdown"),
        )
    }
    done = scene.opsflow("build", "--out", site)
    assert done.status == 0, done.err
    return {**said, "site": dict(scene.sums(site).items())}


def canary(scene: Scene) -> Path:
    """A program that leaves a mark when it runs."""
    program = scene.folder / "canary"
    program.write_text('#!/bin/sh\ntouch "$(dirname "$0")/canary.ran" 2>/dev/null\ncat\n')
    program.chmod(0o755)
    return program


def inert(change: Change, same: bool = True) -> Callable[[Scene], None]:
    """A proof that a change of the repository runs nothing and changes nothing that is told."""

    def proof(scene: Scene) -> None:
        committed(scene)
        before = PLAIN or told(scene, "before")
        PLAIN.update(before)
        program = canary(scene)
        change(scene, program)
        kept = scene.sums()
        after = told(scene, "after")
        assert scene.sums() == kept
        assert not (scene.folder / "canary.ran").exists()
        if same:
            assert after == before

    return proof


def settings(*pairs: tuple[str, str]) -> Change:
    """Settings of the repository; CANARY stands for the program."""

    def change(scene: Scene, program: Path) -> None:
        for key, value in pairs:
            scene.git("config", "--add", key, value.replace("CANARY", str(program)))

    return change


def both(*changes: Change) -> Change:
    def change(scene: Scene, program: Path) -> None:
        for each in changes:
            each(scene, program)

    return change


def attributes(text: str) -> Change:
    """Attributes in the working folder and in .git/info."""

    def change(scene: Scene, program: Path) -> None:
        (scene.root / ".gitattributes").write_text(text)
        (scene.root / ".git/info").mkdir(exist_ok=True)
        (scene.root / ".git/info/attributes").write_text(text)

    return change


def hooks(scene: Scene, program: Path) -> None:
    folder = scene.root / ".git/hooks"
    folder.mkdir(exist_ok=True)
    for name in (
        "post-index-change reference-transaction post-checkout pre-auto-gc fsmonitor-watchman "
        "pre-commit post-commit commit-msg prepare-commit-msg post-rewrite pre-merge-commit post-merge"
    ).split():
        (folder / name).write_bytes(program.read_bytes().replace(b'$(dirname "$0")', bytes(program.parent)))
        (folder / name).chmod(0o755)


row("G1", "core.fsmonitor", "inert")(inert(settings(("core.fsmonitor", "CANARY"))))


@row(
    "G2",
    "hooks of the repository, core.hooksPath",
    "inert",
    "own commits run the user's hooks, as `git commit` does",
)
def _hooks(scene: Scene) -> None:
    inert(both(hooks, settings(("core.hooksPath", ".git/hooks"))))(scene)
    assert scene.opsflow("move", "OPS-0", "doing").status == 0
    assert not (scene.folder / "canary.ran").exists()
    assert scene.opsflow("move", "OPS-0", "ready", "--dry-run", "--commit").status == 0
    assert not (scene.folder / "canary.ran").exists()


row("G3", "hooks that settings name (hook.<name>.command)", "inert")(
    inert(
        settings(
            ("hook.evil.command", "CANARY"),
            ("hook.evil.event", "post-index-change"),
            ("hook.evil.event", "reference-transaction"),
        )
    )
)
row("G4", "filters: clean, smudge, process", "inert")(
    inert(
        both(
            attributes("* filter=evil\n"),
            settings(
                ("filter.evil.clean", "CANARY"),
                ("filter.evil.smudge", "CANARY"),
                ("filter.evil.process", "CANARY"),
                ("filter.evil.required", "true"),
            ),
        )
    )
)
row("G5", "diff.external, textconv", "inert")(
    inert(
        both(
            attributes("* diff=evil\n"),
            settings(
                ("diff.external", "CANARY"), ("diff.evil.textconv", "CANARY"), ("diff.evil.command", "CANARY")
            ),
        )
    )
)
row("G6", "log.showSignature with a gpg program", "inert")(
    inert(
        settings(
            ("log.showSignature", "true"),
            ("gpg.program", "CANARY"),
            ("gpg.ssh.program", "CANARY"),
            ("gpg.x509.program", "CANARY"),
            ("commit.gpgSign", "true"),
        )
    )
)


@row("G7", "a merge driver of the repository", "inert")
def _merge_driver(scene: Scene) -> None:
    committed(scene)
    text = "title: One\nstate: doing\nassignees: [maria]\n"
    stories.add(
        str(scene.root),
        [
            {"on": "topic", "start": "main", "files": {"items/OPS-1.yaml": text + "due: 2026-02-01\n"}},
            {"files": {"items/OPS-1.yaml": text.replace("maria", "ben")}},
        ],
    )
    scene.git("reset", "-q", "--hard")
    words = ("check", "--merge", "topic", "--format", "concise")
    before = scene.opsflow(*words)
    program = canary(scene)
    attributes("* merge=evil\n")(scene, program)
    settings(("merge.evil.driver", "CANARY"), ("merge.default", "evil"), ("merge.opsflow.driver", "CANARY"))(
        scene, program
    )
    kept = scene.sums()
    assert scene.opsflow(*words) == before
    assert before.out.splitlines()[0] == (
        "items/OPS-1.yaml:3:1: error: merging topic into HEAD leaves a conflict in this file (contents) "
        "[unreadable-file]"
    )
    assert scene.sums() == kept
    assert not (scene.folder / "canary.ran").exists()


@row("G8", "pagers", "inert")
def _pagers(scene: Scene) -> None:
    change = settings(("core.pager", "CANARY"), ("pager.log", "CANARY"), ("core.editor", "CANARY"))
    with _environment(GIT_PAGER=str(scene.folder / "canary"), PAGER=str(scene.folder / "canary")):
        inert(change)(scene)


class _environment:  # noqa: N801
    """Variables for a while."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def __enter__(self) -> None:
        self.before = {key: os.environ.get(key) for key in self.values}
        os.environ.update(self.values)

    def __exit__(self, *_: object) -> None:
        for key, value in self.before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


row("G9", "ext::, uploadpack, sshCommand, credential helpers", "inert")(
    inert(
        settings(
            ("remote.origin.url", "ext::CANARY"),
            ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
            ("remote.origin.uploadpack", "CANARY"),
            ("core.sshCommand", "CANARY"),
            ("core.gitProxy", "CANARY"),
            ("credential.helper", "CANARY"),
            ("core.askPass", "CANARY"),
            ("protocol.ext.allow", "always"),
            ("core.alternateRefsCommand", "CANARY"),
            ("uploadpack.packObjectsHook", "CANARY"),
        )
    )
)


@row("G10", "a promisor remote, and an object that is not there", "inert")
def _promisor(scene: Scene) -> None:
    committed(scene)
    program = canary(scene)
    settings(
        ("remote.origin.url", "ext::CANARY"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryformatversion", "1"),
        ("protocol.ext.allow", "always"),
    )(scene, program)
    _lose(scene, scene.git("rev-parse", "HEAD~1:items/OPS-1.yaml"))
    done = scene.opsflow("log")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "opsflow: There is no log, since the clone is partial, so its history lacks files: clone it again without `--filter`.\n"
    )
    assert scene.opsflow("check", "--format", "concise").status == 0
    listed = scene.opsflow("list", "--at", "HEAD~1", "--format", "ids")
    assert (listed.status, listed.out) == (0, "OPS-0\n")
    assert listed.err == "1 file could not be read; `opsflow check` says why.\n"
    assert not (scene.folder / "canary.ran").exists()


def _lose(scene: Scene, id: str) -> None:
    """Take an object away, packed or not."""
    for pack in (scene.root / ".git/objects/pack").glob("*.pack"):
        aside = pack.rename(scene.folder / pack.name)
        pack.with_suffix(".idx").unlink()
        scene.git("unpack-objects", "-q", stdin=aside.read_bytes())
    (scene.root / ".git/objects" / id[:2] / id[2:]).unlink()


def _included(scene: Scene, program: Path) -> None:
    (scene.root / "evil.inc").write_text(f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n")
    settings(
        ("include.path", "../evil.inc"),
        ("includeIf.gitdir:**.path", "../evil.inc"),
        ("includeIf.onbranch:**.path", "../evil.inc"),
    )(scene, program)


row("G11", "settings that include a file of the content", "inert")(inert(_included))


def _embedded(scene: Scene, program: Path) -> None:
    bare = scene.root / "items/evil"
    stories.git(None, "init", "-q", "--bare", str(bare))
    stories.git(str(bare), "config", "core.fsmonitor", str(program))
    (bare / "HEAD").write_text("ref: refs/heads/main\n")


@row("G12", "a bare repository among the items", "inert")
def _bare_inside(scene: Scene) -> None:
    inert(_embedded, same=False)(scene)
    here = scene.root / "items/evil"
    for words in (("check", "--format", "concise"), ("list", "--all"), ("log",)):
        assert scene.opsflow(*words, at=here).status in (0, 1)
    assert not (scene.folder / "canary.ran").exists()


@row(
    "G13",
    "core.worktree, and a .git file that leads elsewhere",
    "inert",
    "core.worktree is not read at all, so there is no difference to refuse",
)
def _elsewhere(scene: Scene) -> None:
    inert(settings(("core.worktree", str(scene.folder))))(scene)
    shutil.rmtree(scene.folder / "before", ignore_errors=True)
    assert scene.opsflow("move", "OPS-0", "doing").status == 0
    gc.collect()  # Git's scratch folders go with their repositories
    assert sorted(path.name for path in scene.folder.iterdir()) == ["after", "board", "canary"]


@row("G14", "a submodule with settings of its own, a gitlink in place of a folder", "inert")
def _submodule(scene: Scene) -> None:
    committed(scene)
    program = canary(scene)
    inner = stories.make(scene.root / "items/sub", [{"files": {"OPS-7.yaml": GOOD}}])
    stories.git(inner, "config", "core.fsmonitor", str(program))
    scene.git("update-index", "--add", "--cacheinfo", f"160000,{stories.commits(inner)[0]},items/sub")
    scene.git("commit", "-q", "-m", "a submodule")
    assert scene.opsflow("check", "--format", "concise").out.splitlines()[:1] == [
        "items/sub:1:1: error: this is a repository of its own, and is not read [unreadable-file]"
    ]
    assert scene.ids() == ["OPS-0", "OPS-1"]
    assert scene.opsflow("list", "--all", "--format", "ids", "--at", "HEAD").out.split() == ["OPS-0", "OPS-1"]
    assert scene.opsflow("log").status == 0
    assert not (scene.folder / "canary.ran").exists()


@row("G15", "revisions that are options", "inert")
def _options(scene: Scene) -> None:
    committed(scene)
    head = scene.git("rev-parse", "HEAD")
    (scene.root / ".git/refs/heads/--output=pwned").write_text(f"{head}\n")
    before = scene.sums()
    for rev in (
        "--output=pwned",
        "-x",
        "--all",
        "--upload-pack=x",
        "-",
        "--",
        "@{u}",
        ":(glob)**",
        "HEAD --all",
    ):
        for words in (
            ("list", f"--at={rev}"),
            ("check", f"--base={rev}"),
            ("check", f"--merge={rev}"),
            ("diff", "--", rev),
        ):
            done = scene.opsflow(*words)
            assert "Traceback" not in done.err
            assert done.status in (0, 1, 2), words
    assert scene.opsflow("list", "--at=--all").status == 2
    assert scene.sums() == before
    assert not any(path.name == "pwned" for path in scene.folder.rglob("*"))


@row("G16", "names of files that are pathspecs", "inert")
def _pathspecs(scene: Scene) -> None:
    name = "items/:(glob)**.yaml"
    scene.repository({name: GOOD, "items/OPS-1.yaml": GOOD})
    [finding] = scene.found()
    assert finding.startswith(f"{name}:1:1: error: ") and finding.endswith(" [misnamed-file]")
    stories.add(str(scene.root), [{"files": {name: None}}])
    assert scene.opsflow("list", "--all", "--format", "ids", "--at", "HEAD").out.split() == ["OPS-0", "OPS-1"]


def _replaced(scene: Scene, program: Path) -> None:
    scene.git("replace", "HEAD", "HEAD~1")
    scene.git(
        "replace",
        scene.git("rev-parse", "HEAD:items/OPS-1.yaml"),
        scene.git("rev-parse", "HEAD:opsflow.yaml"),
    )
    (scene.root / ".git/info").mkdir(exist_ok=True)
    (scene.root / ".git/info/grafts").write_text(stories.commits(str(scene.root))[-1] + "\n")


row(
    "G17",
    "replace refs and grafts",
    "traced",
    "switched off in silence: what is told is what the commits say",
)(inert(_replaced))
row("G18", "settings that change what Git prints", "inert")(
    inert(
        settings(
            ("i18n.logOutputEncoding", "UTF-16"),
            ("color.ui", "always"),
            ("format.pretty", "raw"),
            ("log.date", "relative"),
            ("core.abbrev", "4"),
            ("diff.renames", "copies"),
            ("diff.noprefix", "true"),
            ("log.follow", "true"),
            ("core.quotePath", "false"),
            ("log.decorate", "full"),
        )
    )
)
row("G19", "mailmap.blob", "traced")(
    inert(both(settings(("mailmap.blob", "HEAD:opsflow.yaml"), ("log.mailmap", "true"))))
)


@row("G20", "a repository that somebody else owns", "inert")
def _owned(scene: Scene) -> None:
    committed(scene)
    before = told(scene, "before")
    if os.geteuid() == 0:
        for path in [scene.root, *scene.root.rglob("*")]:
            os.lchown(path, 12345, 12345)
    with _environment(GIT_TEST_ASSUME_DIFFERENT_OWNER="1"):
        assert told(scene, "after") == before


@row(
    "G21",
    "modules of Python in the checkout",
    "inert",
    "`python -m` is not for others' checkouts; the page says so",
)
def _modules(scene: Scene) -> None:
    scene.board()
    for name in ("yaml", "ruamel", "jinja2", "json", "click", "opsflow", "sitecustomize", "usercustomize"):
        scene.write({f"{name}.py": "open('pwned', 'w')\nraise SystemExit(99)\n"})
    script = Path(sys.executable).parent / "opsflow"
    for words in ([str(script)], [sys.executable, "-P", "-m", "opsflow"]):
        done = subprocess.run(
            [*words, "check", "--format", "concise"], cwd=scene.root, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert not (scene.root / "pwned").exists()
    assert "python -P -m opsflow" in (ROOT / "docs/security.md").read_text()


@row("G22", "templates, themes, plugins and commands in the board", "inert")
def _templates(scene: Scene) -> None:
    attack = "{{ cycler.__init__.__globals__.os.popen('touch pwned').read() }}{% for a in range(10**12) %}{% endfor %}"
    scene.repository(
        {
            "templates/page.html": attack,
            "templates/item.html": attack,
            ".opsflow/templates/request.yaml": f"title: x\nstate: ready\ndescription: |\n  {attack}\n",
            "items/OPS-1.yaml": f'title: "{attack}"\nstate: ready\n',
        }
    )
    for key in ("templates", "theme", "plugins", "hooks", "command", "exec", "python"):
        scene.write({"opsflow.yaml": f"{BOARD}{key}: ./evil.py\n"})
        assert [line for line in scene.found() if "misshapen" in line] == [
            f"opsflow.yaml:8:1: error: `{key}` is not a key of opsflow.yaml [misshapen]"
        ]
    scene.write({"opsflow.yaml": BOARD})
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    assert scene.opsflow("new", "Work", "--type", "request").status == 0
    assert list(scene.folder.rglob("pwned")) == []
    assert b"cycler" in (scene.folder / "site/item/OPS-1.html").read_bytes()


@row("G23", "GitPython on what nobody trusts", "inert")
def _gitpython(scene: Scene) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "opsflow").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "git")
        or (isinstance(node, ast.Import) and any(name.name.split(".")[0] == "git" for name in node.names))
    }
    assert users == {"opsflow/history/make.py"}


@row("G24", "a git in the checkout", "inert")
def _git_here(scene: Scene) -> None:
    committed(scene)
    before = told(scene, "before")
    program = canary(scene)
    (scene.root / "git").write_bytes(program.read_bytes())
    (scene.root / "git").chmod(0o755)
    here = os.getcwd()
    os.chdir(scene.root)
    try:
        with _environment(PATH=f".:{os.pathsep}{os.environ['PATH']}"):
            assert told(scene, "after") == before
    finally:
        os.chdir(here)
    assert [path.name for path in scene.root.iterdir() if path.name.endswith(".ran")] == []


def _graph(scene: Scene, program: Path) -> None:
    scene.git("commit-graph", "write", "--reachable")
    graph = scene.root / ".git/objects/info/commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:-200] + b"\xff" * 200)
    (scene.root / ".git/objects/info/alternates").write_text(str(scene.folder / "nowhere") + "\n")


row("G25", "a commit-graph and alternates that lie", "traced")(inert(_graph))


@row("A26", "a `.git` file that names no repository, below another one", "told")
def _lost_repository(scene: Scene) -> None:
    scene.repository({"ops/opsflow.yaml": BOARD, "ops/items/OPS-1.yaml": "title: One\nstate: ready\n"})
    (scene.root / "ops/.git").write_text("gitdir: /gone/.git/worktrees/x\n")
    for words in (("log",), ("check",), ("build",)):
        done = scene.opsflow("-C", str(scene.root / "ops"), *words)
        assert (done.status, done.out) == (2, "")
        assert done.err == (
            f"opsflow: {scene.root}/ops/.git names /gone/.git/worktrees/x, which is no repository: remove that "
            "file, or clone what it belongs to again.\n"
        )
