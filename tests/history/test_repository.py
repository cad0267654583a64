"""Asking Git: every kind of repository, every hostile one, and nothing of theirs ever runs."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opsflow.errors import OpsflowError
from opsflow.history import blobs, calls, make
from opsflow.history.blobs import Cutter
from opsflow.history.find import settings
from opsflow.history.repository import find
from opsflow.history.store import Store
from opsflow.history.trees import CommitTree
from opsflow.model import Commit
from tests import stories
from tests.history import scene
from tests.history.scene import CONFIG, item, moves, opened, tell

A1 = "items/OPS-A1.yaml"
BERLIN = ZoneInfo("Europe/Berlin")
STEPS: list[stories.Step] = [
    {"files": {"opsflow.yaml": CONFIG, A1: item("inbox")}},
    {"at": "2026-01-07 09:00", "files": {A1: item("doing")}, "tag": "v1"},
    {"on": "topic", "start": "main", "files": {A1: item("done")}},
    {"at": "2026-01-09 09:00", "files": {"items/OPS-B1.yaml": item("ready")}},
]
EXPECTED = ["01-05 09:00 - > inbox", "01-07 09:00 inbox > doing"]


def everything_asked(path: str, commits: list[str]) -> None:
    """Ask all that can be asked of a repository of STEPS, and check the answers."""
    first, second, last = commits
    repo = opened(path)
    working = scene.tree({"opsflow.yaml": CONFIG, A1: item("done"), "items/OPS-B1.yaml": item("ready")})
    assert moves(tell(path, working=working)) == [*EXPECTED, "03-01 12:00 doing > done"]
    assert moves(tell(path, cache=True)) == EXPECTED
    assert [repo.resolve(rev) for rev in ("main~1", "v1", first[:8], "HEAD")] == [second, second, first, last]
    assert repo.at(datetime(2026, 1, 8, tzinfo=UTC)) == second
    assert repo.commit(second).subject == "Step 2"
    assert dict(repo.tree(second, ("items/**",))) == {A1: item("doing").encode()}
    assert repo.differs(working, working) is True


def checksum(path: str) -> dict[str, str]:
    """Every file below a folder, the repository's own included."""
    found = {}
    for folder, folders, files in os.walk(path):
        for name in [*folders, *files]:
            full = os.path.join(folder, name)
            kind = f"{os.lstat(full).st_mode:o} "
            if os.path.isfile(full) and not os.path.islink(full):
                kind += hashlib.sha256(Path(full).read_bytes()).hexdigest()
            found[full] = kind
    return found


# -- hostile repositories


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A program that leaves a mark beside it when it runs."""
    program = tmp_path / "canary"
    program.write_text('#!/bin/sh\ntouch "$0.ran"\ncat\n')
    program.chmod(0o755)
    return program


def config(*values: tuple[str, str]) -> Callable[[str, Path], None]:
    def change(path: str, canary: Path) -> None:
        for key, value in values:
            stories.git(path, "config", "--add", key, value.replace("CANARY", str(canary)))

    return change


def hooks(path: str, canary: Path) -> None:
    names = [
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "pre-auto-gc",
        "fsmonitor-watchman",
    ]
    for name in names:
        hook = Path(path, ".git/hooks", name)
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(canary.read_bytes().replace(b"$0", bytes(canary)))
        hook.chmod(0o755)


def attributes(path: str, canary: Path) -> None:
    Path(path, ".git/info").mkdir(exist_ok=True)
    Path(path, ".git/info/attributes").write_text("* filter=evil diff=evil merge=evil\n")
    config(
        ("filter.evil.clean", "CANARY"),
        ("filter.evil.smudge", "CANARY"),
        ("filter.evil.process", "CANARY"),
        ("filter.evil.required", "true"),
        ("diff.evil.textconv", "CANARY"),
        ("diff.evil.command", "CANARY"),
        ("merge.evil.driver", "CANARY"),
        ("diff.external", "CANARY"),
    )(path, canary)


def signed(path: str, canary: Path) -> None:
    config(("log.showSignature", "true"), ("gpg.program", "CANARY"), ("gpg.ssh.program", "CANARY"))(
        path, canary
    )


def included(path: str, canary: Path) -> None:
    Path(path, "evil.inc").write_text(f"[core]\n\tfsmonitor = {canary}\n\tpager = {canary}\n")
    config(("include.path", "../evil.inc"))(path, canary)


def replaced(path: str, canary: Path) -> None:
    first, _, last = stories.commits(path)
    stories.git(path, "replace", last, first)


def grafted(path: str, canary: Path) -> None:
    Path(path, ".git/info").mkdir(exist_ok=True)
    Path(path, ".git/info/grafts").write_text(stories.commits(path)[-1] + "\n")


def lying_graph(path: str, canary: Path) -> None:
    stories.git(path, "commit-graph", "write", "--reachable")
    graph = Path(path, ".git/objects/info/commit-graph")
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:-200] + b"\xff" * 200)


def embedded(path: str, canary: Path) -> None:
    bare = str(Path(path, "items/evil"))
    stories.git(None, "init", "-q", "--bare", bare)
    stories.git(bare, "config", "core.fsmonitor", str(canary))
    Path(bare, "HEAD").write_text("ref: refs/heads/main\n")


HOSTILE: dict[str, Callable[[str, Path], None]] = {
    "fsmonitor": config(("core.fsmonitor", "CANARY")),
    "hooks": hooks,
    "a folder of hooks": config(("core.hooksPath", ".git/hooks"), ("hook.x.command", "CANARY")),
    "attributes with filters and drivers": attributes,
    "signatures": signed,
    "an included file of the content": included,
    "pagers": config(("core.pager", "CANARY"), ("pager.log", "CANARY"), ("core.editor", "CANARY")),
    "helpers": config(
        ("core.sshCommand", "CANARY"),
        ("core.gitProxy", "CANARY"),
        ("credential.helper", "CANARY"),
        ("core.askPass", "CANARY"),
        ("remote.origin.url", "ext::CANARY"),
        ("remote.origin.uploadpack", "CANARY"),
        ("core.alternateRefsCommand", "CANARY"),
    ),
    "output that nobody can read": config(
        ("i18n.logOutputEncoding", "UTF-16"),
        ("color.ui", "always"),
        ("format.pretty", "raw"),
        ("log.date", "relative"),
        ("core.abbrev", "4"),
        ("diff.renames", "copies"),
        ("diff.noprefix", "true"),
        ("log.follow", "true"),
        ("mailmap.blob", "HEAD:opsflow.yaml"),
        ("core.quotePath", "false"),
    ),
    "another work tree": config(("core.worktree", "/etc")),
    "a format of the future": config(
        ("extensions.unheardOf", "true"), ("core.repositoryformatversion", "99")
    ),
    "replaced commits": replaced,
    "grafts": grafted,
    "a commit-graph that lies": lying_graph,
    "a bare repository in the items": embedded,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_a_hostile_repository_runs_or_misleads_or_is_written(
    name: str, tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    commits = stories.commits(path)
    HOSTILE[name](path, canary)
    before = checksum(path)
    monkeypatch.chdir(Path(path, "items"))
    everything_asked(path, commits)
    assert not Path(f"{canary}.ran").exists()
    assert checksum(path) == before


def test_the_canary_runs_where_git_is_asked_plainly(tmp_path: Path, canary: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    attributes(path, canary)
    config(("core.fsmonitor", "CANARY"))(path, canary)
    subprocess.run(["git", "-C", path, "status"], capture_output=True, env=stories.environment())
    assert Path(f"{canary}.ran").exists()


def test_the_environment_of_the_user_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    other = stories.make(tmp_path / "other", [{"files": {"x": "y"}}])
    expected = scene.everything(tell(path))
    for key, value in {
        "GIT_DIR": f"{other}/.git",
        "GIT_WORK_TREE": other,
        "GIT_OBJECT_DIRECTORY": f"{other}/.git/objects",
        "GIT_INDEX_FILE": "/nowhere",
        "GIT_NAMESPACE": "x",
        "GIT_TRACE": "1",
        "GIT_EXTERNAL_DIFF": "/bin/false",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "i18n.logOutputEncoding",
        "GIT_CONFIG_VALUE_0": "UTF-16",
    }.items():
        monkeypatch.setenv(key, value)
    assert scene.everything(tell(path)) == expected


def test_an_odd_list_of_alternates_does_not_hang(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    os.mkfifo(Path(path, ".git/objects/info/alternates"))
    with pytest.raises(OpsflowError, match=r"objects/info/alternates is no regular file"):
        tell(path)


def test_objects_may_lie_in_an_alternate(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    clone = str(tmp_path / "clone")
    stories.git(None, "clone", "-q", "--shared", path, clone)
    assert moves(tell(clone)) == EXPECTED


# -- kinds of repository


def test_a_folder_in_no_repository_is_in_none(tmp_path: Path) -> None:
    (tmp_path / "x" / ".git").mkdir(parents=True)
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / ".git").symlink_to("nowhere")
    assert [find(str(tmp_path / name)) for name in ("x", "y")] == [None, None]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("gitdir: ../nowhere\n", "names {}/nowhere, which is no repository"),
        ("gitdir: \n", "names no repository"),
        ("gitdir: a\0b\n", "names no repository"),
        ("", "names no repository"),
    ],
)
def test_a_git_file_that_names_no_repository_hides_the_one_above_it(
    text: str, what: str, tmp_path: Path
) -> None:
    path = Path(stories.make(tmp_path / "board", [{"files": {"ops/opsflow.yaml": CONFIG}}]))
    (path / "ops/.git").write_text(text)
    for folder in ("ops", "ops/items"):
        with pytest.raises(OpsflowError) as caught:
            find(str(path / folder))
        assert str(caught.value) == (
            f"{path}/ops/.git {what.format(path)}: remove that file, or clone what it belongs to again."
        )


def test_a_repository_is_found_from_a_folder_in_it_and_through_a_link(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "board", [{"files": {"ops/opsflow.yaml": CONFIG, f"ops/{A1}": item("inbox")}}]
    )
    (tmp_path / "link").symlink_to(Path(path, "ops"))
    for folder in (f"{path}/ops", str(tmp_path / "link")):
        repo = opened(folder)
        assert (repo.top, repo.prefix, repo.head) == (path, "ops/", stories.commits(path)[0])
        assert moves(tell(folder)) == ["01-05 09:00 - > inbox"]


def test_a_bare_repository_is_read_and_so_is_one_with_another_hash(tmp_path: Path) -> None:
    bare = stories.make(tmp_path / "bare.git", STEPS, bare=True)
    assert opened(bare).bare is True
    assert moves(tell(bare)) == EXPECTED
    sha256 = stories.make(tmp_path / "sha256", STEPS, object_format="sha256")
    assert len(opened(sha256).head or "") == 64
    everything_asked(sha256, stories.commits(sha256))


def test_a_detached_head_is_where_it_is(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    stories.git(path, "checkout", "-q", "--detach", "topic")
    repo = opened(path)
    assert (repo.branch, repo.head) == ("", stories.git(path, "rev-parse", "topic"))
    assert moves(tell(path))[-1] == "01-07 10:00 doing > done"


def test_a_worktree_has_its_own_head_and_the_shared_objects(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    tree = str(tmp_path / "tree")
    stories.git(path, "worktree", "add", "-q", tree, "topic")
    repo = opened(tree)
    assert (repo.top, repo.branch, repo.head) == (
        tree,
        "refs/heads/topic",
        stories.git(path, "rev-parse", "topic"),
    )
    assert moves(tell(tree))[-1] == "01-07 10:00 doing > done"
    assert repo.resolve("main") == opened(path).head


def test_a_submodule_is_a_repository_of_its_own(tmp_path: Path) -> None:
    board = stories.make(tmp_path / "board", STEPS)
    outer = stories.make(tmp_path / "outer", [{"files": {"x": "y"}}])
    stories.git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", board, "ops")
    inner = f"{outer}/ops"
    assert Path(inner, ".git").is_file()
    assert (opened(inner).top, opened(inner).prefix) == (inner, "")
    assert moves(tell(inner)) == EXPECTED


def test_refs_are_found_packed_and_loose_and_through_symbolic_ones(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    stories.git(path, "pack-refs", "--all")
    stories.git(path, "tag", "-a", "-m", "x", "v2", "topic")
    stories.git(path, "symbolic-ref", "refs/heads/alias", "refs/heads/main")
    stories.git(path, "update-ref", "refs/remotes/origin/far", "topic")
    stories.git(path, "symbolic-ref", "HEAD", "refs/heads/alias")
    repo = opened(path)
    main, topic = (stories.git(path, "rev-parse", name) for name in ("main", "topic"))
    assert repo.head == main
    assert {name: repo.resolve(name) for name in ("alias", "v2", "origin/far", "v2^{commit}")} == {
        "alias": main,
        "v2": topic,
        "origin/far": topic,
        "v2^{commit}": topic,
    }
    assert dict(repo.refs()) == {
        line.split()[1]: line.split()[0] for line in stories.git(path, "show-ref").splitlines()
    }


def test_a_head_whose_branch_is_packed_is_found_by_its_whole_name(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    stories.git(path, "update-ref", "refs/heads/x/refs/heads/main", "topic")
    stories.git(path, "update-ref", "refs/heads/main2", "topic")
    stories.git(path, "pack-refs", "--all")
    assert opened(path).head == stories.git(path, "rev-parse", "main")
    stories.git(path, "symbolic-ref", "HEAD", "refs/heads/mai")
    assert opened(path).head is None


def test_a_head_whose_branch_has_no_commit_yet_is_before_the_first(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    stories.git(path, "symbolic-ref", "HEAD", "refs/heads/none")
    assert (opened(path).branch, opened(path).head) == ("refs/heads/none", None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ref: ../../../../etc/passwd", "names no branch"),
        ("ref: refs/heads/../../x", "names no branch"),
        ("ref: ", "names no branch"),
        ("", "names no branch and no commit"),
        ("\0", "names no branch and no commit"),
        ("zz" * 20, "names no branch and no commit"),
    ],
)
def test_a_head_that_says_nothing_is_named_with_the_way_to_mend_it(
    text: str, why: str, tmp_path: Path
) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    Path(path, ".git/HEAD").write_text(text)
    with pytest.raises(OpsflowError) as said:
        opened(path)
    assert str(said.value) == (
        f"{path}/.git/HEAD {why}: write `ref: refs/heads/main` into it, with the branch that you were on."
    )


def test_a_head_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    head = Path(path, ".git/HEAD")
    head.unlink()
    head.mkdir()
    with pytest.raises(OpsflowError, match=r"/\.git/HEAD cannot be read: write `ref: "):
        opened(path)


def test_a_head_that_is_a_link_to_a_branch_is_read(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    head = Path(path, ".git/HEAD")
    main = opened(path).head
    head.unlink()
    head.symlink_to("refs/heads/main")
    assert (opened(path).branch, opened(path).head) == ("refs/heads/main", main)


@pytest.mark.parametrize("data", [b"", b"\0" * 41, b"no id"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_branch_that_a_crash_emptied_is_named_with_the_way_to_mend_it(
    data: bytes, packed: bool, tmp_path: Path
) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    file = Path(path, ".git/refs/heads/main")
    if packed:
        file.unlink()
        file = Path(path, ".git/packed-refs")
        data += b" refs/heads/main\n"
    file.write_bytes(data)
    with pytest.raises(OpsflowError, match=rf"{re.escape(str(file))} holds no commit's id: put the last one"):
        opened(path)


def test_a_ring_of_symbolic_refs_ends(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    Path(path, ".git/refs/heads/main").write_text("ref: refs/heads/other\n")
    Path(path, ".git/refs/heads/other").write_text("ref: refs/heads/main\n")
    with pytest.raises(OpsflowError, match="leads in a circle"):
        opened(path)


def test_a_reftable_is_read_by_a_git_that_can_and_named_by_one_that_cannot(tmp_path: Path) -> None:
    path = str(tmp_path / "board")
    if _git_version() >= (2, 45):
        stories.git(None, "init", "-q", "-b", "main", "--ref-format=reftable", path)
        stories.add(path, STEPS)
        assert moves(tell(path)) == EXPECTED
        assert opened(path).resolve("v1") == stories.git(path, "rev-parse", "v1")
    else:
        stories.make(path, STEPS)
        config(("core.repositoryformatversion", "1"), ("extensions.refStorage", "reftable"))(path, tmp_path)
        with pytest.raises(OpsflowError, match=r"install Git 2\.45 or newer"):
            opened(path)


def _git_version() -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", stories.git(None, "version"))[:2])


@pytest.mark.parametrize(
    ("text", "partial"),
    [
        ('[remote "origin"]\n\tpromisor = true\n', True),
        ('[remote "origin"]\n\tpartialclonefilter = blob:none\n', True),
        ("[extensions]\n\tpartialClone = origin\n", True),
        ('[remote "origin"] promisor\n', True),
        ('[remote "origin"]\n\tpromisor = false\n', False),
        ("# [extensions] partialClone = x\n;[extensions]\n", False),
    ],
)
def test_a_partial_clone_is_known_by_its_config(text: str, partial: bool, tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    with open(Path(path, ".git/config"), "a") as stream:
        stream.write(text)
    assert opened(path).partial is partial


def test_settings_are_read_as_git_writes_them() -> None:
    text = b'[core]\r\n\tbare = true # no\n[Remote "O.r g"]\n\turl = "a b"\n\tPromisor\n[x] y = 1 \\\n2\nbroken]\n[z\n'
    assert settings(text) == [
        ("core.bare", "true"),
        ("remote.O.r g.url", "a b"),
        ("remote.O.r g.promisor", "true"),
        ("x.y", "1 2"),
        ("x.broken]", "true"),
    ]


# -- revisions


def test_a_revision_is_a_name_an_id_a_date_or_a_moment(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    first, second, last = stories.commits(path)
    repo = opened(path)
    expected = {
        "main": last,
        "refs/heads/main": last,
        "v1": second,
        "HEAD~2": first,
        "topic^": second,
        second: second,
        second[:7]: second,
        second.upper(): second,
        "2026-01-05": first,
        "2026-01-07": second,
        "2026-01-07 09:59": first,
        "2026-01-07 10:00": second,
        "2026-01-07T09:00:00Z": second,
        "2026-01-07T08:59:59+00:00": first,
        "2030-01-01": last,
        "9999-12-31": last,
    }
    assert {text: repo.revision(text, BERLIN) for text in expected} == expected


def test_a_day_ends_where_the_board_is(tmp_path: Path) -> None:
    steps: list[stories.Step] = [
        {"at": "2026-01-05 22:59", "files": {A1: item("inbox")}},
        {"at": "2026-01-05 23:00", "files": {A1: item("doing")}},
    ]
    path = stories.make(tmp_path / "board", steps)
    before, after = stories.commits(path)
    repo = opened(path)
    assert (repo.revision("2026-01-05", BERLIN), repo.revision("2026-01-05", UTC)) == (before, after)


def test_an_hour_that_comes_twice_is_the_second_one_and_a_day_ends_with_it(tmp_path: Path) -> None:
    """In Cairo, clocks go back from 24:00 to 23:00 on 29 October 2026; in Berlin, from 3:00 to 2:00 on the 25th.

    An hour that does not come, as on 29 March, names the later of the two moments that it may mean.
    """
    steps: list[stories.Step] = [
        {"at": "2026-03-29 00:45", "files": {A1: item("inbox")}},
        {"at": "2026-10-25 01:15", "files": {A1: item("ready")}},
        {"at": "2026-10-29 21:30", "files": {A1: item("doing")}},
        {"at": "2026-10-29 22:00", "files": {A1: item("done")}},
    ]
    path = stories.make(tmp_path / "board", steps)
    inbox, ready, doing, _ = stories.commits(path)
    repo = opened(path)
    assert repo.revision("2026-10-29", ZoneInfo("Africa/Cairo")) == doing
    moment = repo.moment("2026-10-29", ZoneInfo("Africa/Cairo"))
    assert moment and moment.astimezone(UTC).isoformat() == "2026-10-29T21:59:59.999999+00:00"
    assert repo.revision("2026-10-25 02:15", BERLIN) == ready
    assert repo.revision("2026-03-29 02:45", BERLIN) == inbox


def test_a_tag_that_looks_like_a_date_is_the_tag(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", [*STEPS, {"files": {"x": "y"}}])
    first, *_ = stories.commits(path)
    stories.git(path, "tag", "2026-01-31", first)
    assert opened(path).revision("2026-01-31", BERLIN) == first


@pytest.mark.parametrize(
    "text",
    [
        *(
            "nothing",
            "",
            "--output=x",
            "-x",
            "HEAD:items",
            "HEAD~9",
            "a\nb",
            "a\0b",
            "v1..main",
            "^main",
            "@{u}",
        ),
        *(
            "main@{1}",
            "../../etc/passwd",
            "0" * 40,
            "2026-02-31",
            "2026-13-01",
            "é",
            "\ud800",
            "v1 main",
            "x" * 9999,
        ),
    ],
)
def test_what_is_no_revision_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    with pytest.raises(OpsflowError, match=r"is no revision|has no revision|no such day"):
        opened(path).revision(text, BERLIN)


def test_the_beginning_of_several_ids_is_said_to_be_so(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", [{} for _ in range(600)], checkout=False)
    same = next(one[:4] for one, two in pairwise(sorted(stories.commits(path))) if one[:4] == two[:4])
    with pytest.raises(OpsflowError, match=rf"^{same} is the beginning of several ids: give more"):
        opened(path).resolve(same)


def test_before_the_first_commit_there_is_nothing(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    first = stories.commits(path)[0]
    with pytest.raises(OpsflowError) as caught:
        opened(path).revision("2026-01-04", UTC)
    assert str(caught.value) == (
        f"There was no commit yet at 2026-01-04 23:59 UTC; the first one is {first[:10]}."
    )
    empty = opened(stories.make(tmp_path / "empty", [], checkout=False))
    for ask in ("HEAD", "2026-01-04"):
        with pytest.raises(OpsflowError, match="The repository has no commit yet"):
            empty.revision(ask, UTC)


# -- contents


def test_a_tree_holds_what_patterns_select_below_the_board(tmp_path: Path) -> None:
    files: dict[str, str | bytes | stories.Odd | None] = {
        "ops/opsflow.yaml": CONFIG,
        "ops/items/deep/OPS-1.yaml": "one",
        'ops/items/OPS-é "2".yaml': "two",
        "ops/items/link.yaml": stories.Odd("120000", b"/etc/passwd"),
        "ops/items/sub": stories.Odd("160000", b"1" * 40),
        "ops/items/\udcff.yaml": "bytes",
        "ops/README.md": "no",
        "items/OPS-3.yaml": "outside",
        "opsflow/items/OPS-4.yaml": "outside",
    }
    path = stories.make(tmp_path / "repo", [{"files": files}], checkout=False)
    repo = opened(path)
    repo.prefix = "ops/"
    assert repo.head
    tree = repo.tree(repo.head, ("opsflow.yaml", "items/**"))
    assert dict(tree) == {
        'items/OPS-é "2".yaml': b"two",
        "items/deep/OPS-1.yaml": b"one",
        "opsflow.yaml": CONFIG.encode(),
    }
    assert tree.ids["items/deep/OPS-1.yaml"] == repo.blob(b"one")
    assert [(fault.judgement.where[0], fault.judgement.message) for fault in tree.faults] == [
        ("items/link.yaml", "the entry is a link, which is not followed"),
        ("items/sub", "the entry is a submodule, which is not entered"),
        ("items/\ufffd.yaml", "the entry is named in bytes that are no UTF-8"),
    ]
    with pytest.raises(KeyError):
        tree["README.md"]


def test_many_files_are_read_a_part_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"items/OPS-{n:04}.yaml": f"{n}\n" * n for n in range(50)}
    path = stories.make(tmp_path / "repo", [{"files": files}], checkout=False)
    repo = opened(path)
    monkeypatch.setattr(CommitTree, "ahead", 7)
    assert repo.head
    assert dict(repo.tree(repo.head, ("**",))) == {path: text.encode() for path, text in files.items()}


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_answers_are_cut_alike_wherever_the_chunks_end(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "LARGEST", 20)
    ids = [f"{n:040x}".encode() for n in range(6)]
    said = (
        ids[0]
        + b" blob 5\nab\ncd\n"
        + ids[1]
        + b" missing\n"
        + ids[2]
        + b" blob 0\n\n"
        + ids[3]
        + b" tree 3\nxyz\n"
        + ids[4]
        + b" blob 50\n"
        + b"0123456789" * 5
        + b"\n"
        + ids[5]
        + b" blob 1\nq\n"
    )
    for step in (1, 2, 3, 7, 50, 100, 1000):
        cutter = Cutter(40)
        found = [answer for at in range(0, len(said), step) for answer in cutter.cut(said[at : at + step])]
        large = found.pop(4)
        assert large[0] == "" and 20 <= len(large[1]) <= 50 and (b"0123456789" * 5).startswith(large[1])
        assert found == [
            ("", b"ab\ncd"),
            ("its object is missing or damaged in the repository", b""),
            ("", b""),
            ("its object is missing or damaged in the repository", b""),
            ("", b"q"),
        ]


def test_a_working_folder_differs_by_bytes_by_new_files_and_by_missing_ones(tmp_path: Path) -> None:
    files = {"opsflow.yaml": CONFIG, A1: item("inbox"), "README.md": "not read"}
    path = stories.make(tmp_path / "board", [{"files": files}])
    repo = opened(path)
    same = scene.tree({"opsflow.yaml": CONFIG, A1: item("inbox")})

    def differs(**change: str | None) -> bool:
        tree = dict(same)
        for name, text in change.items():
            tree.pop(name) if text is None else tree.update({name: text.encode()})
        return repo.differs(tree, tuple(tree))

    assert [
        differs(),
        differs(**{A1: item("doing")}),
        differs(**{A1: None}),
        differs(**{"items/OPS-B1.yaml": item("inbox")}),
    ] == [False, True, True, True]


def test_a_commit_is_told_with_its_own_time(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "board", [{"message": "Say — it\n\nlong", "author": "Zoë <z@example.org>"}]
    )
    when = datetime(2026, 1, 5, 9, tzinfo=UTC)
    head = stories.commits(path)[0]
    expected = Commit(head, when, "Zoë", "z@example.org", "Say — it", when)
    assert opened(path).commit(head) == expected


# -- damage


def loose(path: str, rev: str) -> Path:
    id = stories.git(path, "rev-parse", rev)
    return Path(path, ".git/objects", id[:2], id[2:])


def exploded(tmp_path: Path) -> str:
    """A repository whose objects are files."""
    path = stories.make(tmp_path / "board", STEPS)
    packs = list(Path(path, ".git/objects/pack").glob("*.pack"))
    for pack in packs:
        moved = pack.rename(tmp_path / pack.name)
        pack.with_suffix(".idx").unlink()
        stories.git(path, "unpack-objects", "-q", stdin=moved.read_bytes())
    return path


SPOILT = {
    "missing": None,
    "no object": b"garbage",
    "cut off after its beginning": zlib.compress(b"blob 90000\0" + random.Random(1).randbytes(90000))[:50000],
    "another object": zlib.compress(b"tree 0\0"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_missing_or_damaged_file_is_a_gap_and_the_rest_is_told(name: str, tmp_path: Path) -> None:
    path = exploded(tmp_path)
    blob = loose(path, f"v1:{A1}")
    blob.unlink()
    if data := SPOILT[name]:
        blob.write_bytes(data)
    history = tell(path)
    assert [(gap.path, gap.reason) for gap in history.gaps] == [
        (A1, "its object is missing or damaged in the repository")
    ]
    assert moves(history) == ["01-05 09:00 - > inbox"]
    assert moves(history, "OPS-B1") == ["01-09 09:00 - > ready"]


def test_an_object_that_comes_back_is_not_remembered_as_lost(tmp_path: Path) -> None:
    path = exploded(tmp_path)
    whole = scene.everything(tell(path, cache=True))
    blob = loose(path, f"v1:{A1}")
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    data = blob.read_bytes()
    blob.unlink()
    assert tell(path, cache=True).gaps != ()
    blob.write_bytes(data)
    assert scene.everything(tell(path, cache=True)) == whole


@pytest.mark.parametrize("rev", ["v1", "v1^{tree}", "v1:items"])
def test_a_missing_commit_or_folder_ends_it_with_one_sentence(rev: str, tmp_path: Path) -> None:
    path = exploded(tmp_path)
    loose(path, rev).unlink()
    with pytest.raises(OpsflowError, match=r"^Git cannot read the repository .* look with `git fsck`\.$"):
        tell(path)


def raw_commit(path: str, author: bytes, committer: bytes, rest: bytes = b"\nMessage\n") -> str:
    tree = stories.git(path, "rev-parse", "HEAD^{tree}").encode()
    parent = stories.git(path, "rev-parse", "HEAD").encode()
    data = b"tree %b\nparent %b\nauthor %b\ncommitter %b\n%b" % (tree, parent, author, committer, rest)
    id = stories.git(path, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=data)
    stories.git(path, "update-ref", "HEAD", id)
    return id


@pytest.mark.parametrize(
    ("author", "rest", "expected"),
    [
        (b"Zo\xeb <z\xeb@x> 1770000000 +0000", b"\nCaf\xe9\n", ("Zo\ufffd", "z\ufffd@x", "Caf\ufffd")),
        (b"Zo\xeb <z@x> 1770000000 +0000", b"encoding latin-1\n\nCaf\xe9\n", ("Zoë", "z@x", "Café")),
        (
            b"Zo\xeb <z@x> 1770000000 +0000",
            b"encoding klingon\n\nCaf\xe9\n",
            ("Zo\ufffd", "z@x", "Caf\ufffd"),
        ),
        (b"<> 1770000000 +0000", b"\n\n\n", ("", "", "")),
        (b"A <a@x> 1770000000 +0000", b"\none\0two\n", ("A", "a@x", "one")),
        (b"A\x01 <a@x> 1770000000 +0000", b"\n\x01:100644\n", ("A\x01", "a@x", "\x01:100644")),
    ],
)
def test_names_and_subjects_in_any_bytes_are_read(
    author: bytes, rest: bytes, expected: tuple[str, str, str], tmp_path: Path
) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    id = raw_commit(path, author, b"C <c@x> 1770000000 +0000", rest)
    last = tell(path).commits[-1]
    assert (last.id, (last.author, last.email, last.subject)) == (id, expected)
    asked = opened(path).commit(id)
    assert (asked.author, asked.email, asked.subject) == expected


@pytest.mark.parametrize(
    "time",
    [b"", b"18446744073709551616 +0000", b"99999999999999 +0000", b"-86400 +0000", b"yesterday", b"0 +0000"],
)
def test_a_date_that_is_none_takes_the_neighbours(time: bytes, tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    raw_commit(path, b"A <a@x> " + time, b"C <c@x> " + time)
    last = tell(path).commits[-1]
    assert (scene.at(last.at), last.stamped) == ("01-09 09:00", None)


# -- git itself


def fake_git(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_missing_git_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "git").write_text("#!/bin/sh\ntouch ran\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", ":.:relative")
    with pytest.raises(OpsflowError, match=r"^Git is not installed: install Git 2\.34 or newer\.$"):
        tell(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("version", ["git version 2.33.9", "git version 1.9.1", "not git"])
def test_an_old_git_is_refused(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    fake_git(tmp_path / "bin", f"echo {version}", monkeypatch)
    with pytest.raises(OpsflowError, match=rf"is too old \({version}\): install Git 2\.34 or newer\.$"):
        tell(path)


def test_a_git_that_says_nothing_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    script = f'[ "$1" = version ] && echo git version 2.40.1 && exit\necho $$ > {tmp_path}/pid\nexec sleep 60'
    fake_git(tmp_path / "bin", script, monkeypatch)
    monkeypatch.setattr(calls, "SILENCE", 1)
    with pytest.raises(OpsflowError, match=r"^Git said nothing for 1 seconds: try again"):
        tell(path)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_git_that_is_killed_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    fake_git(
        tmp_path / "bin", '[ "$1" = version ] && echo git version 2.40.1 && exit\nkill -9 $$', monkeypatch
    )
    with pytest.raises(OpsflowError, match=r"\(it was killed\): look with `git fsck`\.$"):
        tell(path)


def test_the_scratch_folder_is_removed_when_python_ends(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", STEPS)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = (
        "import sys; from opsflow.history import repository\n"
        "repo = repository.find(sys.argv[1]); print(repo.resolve('v1')); print(repo.scratch())"
    )
    env = {**os.environ, "TMPDIR": str(scratch)}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, path], env=env, cwd=root, capture_output=True, text=True, check=True
    )
    id, here = done.stdout.split()
    assert id == stories.commits(path)[1]
    assert Path(here).parent == scratch
    assert list(scratch.iterdir()) == []


# -- making one


def test_a_repository_is_made_and_fed_without_the_users_hooks(
    tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template" / "hooks"
    template.mkdir(parents=True)
    for name in ("post-checkout", "reference-transaction"):
        (template / name).write_bytes(canary.read_bytes().replace(b"$0", bytes(canary)))
        (template / name).chmod(0o755)
    (tmp_path / "gitconfig").write_text(f"[init]\n\ttemplateDir = {template.parent}\n\tdefaultBranch = x\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    folder = tmp_path / "new"
    folder.mkdir()
    make.create(str(folder))
    text = item("inbox")
    make.fast_import(
        str(folder),
        b"commit refs/heads/main\ncommitter A <a@x> 1767603600 +0000\ndata 3\nOne\n"
        b"M 100644 inline items/OPS-A1.yaml\ndata %d\n%b\n" % (len(text), text.encode()),
    )
    monkeypatch.delenv("GIT_DIR")
    assert (folder / A1).read_text() == text
    assert stories.git(str(folder), "status", "--porcelain") == ""
    assert moves(tell(str(folder))) == ["01-05 09:00 - > inbox"]
    assert not Path(f"{canary}.ran").exists()
    with pytest.raises(OpsflowError, match=r"^Git could not fast-import in "):
        make.fast_import(str(folder), b"nonsense\n")


def test_reading_imports_nothing_that_is_slow_to_import(tmp_path: Path) -> None:
    code = (
        "import sys; from opsflow.history import log, repository\n"
        "assert not {'dataclasses', 'subprocess', 'tempfile', 'pathlib', 'opsflow.model'} & set(sys.modules)\n"
        "from datetime import UTC, datetime; from opsflow.history import story; from tests.history import scene\n"
        "print(len(scene.tell(sys.argv[1]).commits)); assert 'git' not in sys.modules"
    )
    path = stories.make(tmp_path / "board", STEPS)
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code, path]
    done = subprocess.run(command, env=env, cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("3\n", "")


# -- loose objects ------------------------------------------------------------------------------


def loose_file(path: str, blob: str) -> Path:
    return Path(path) / ".git" / "objects" / blob[:2] / blob[2:]


def test_a_few_new_files_are_read_without_starting_a_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stories.make(tmp_path / "board", [])
    texts = [f"title: {n}\n" for n in range(blobs.FEW + 1)]
    ids = [stories.git(path, "hash-object", "-w", "--stdin", stdin=text.encode()) for text in texts]
    started = []
    start = Store.start

    def noted(self: Store, *words: str, stdin: bool = False) -> calls.Call:
        started.append(words[0])
        return start(self, *words, stdin=stdin)

    monkeypatch.setattr(Store, "start", noted)
    few = opened(path).contents(ids[: blobs.FEW])
    assert (few, started) == ([text.encode() for text in texts[: blobs.FEW]], [])
    assert opened(path).contents(ids) == [text.encode() for text in texts]
    assert started == ["cat-file"]


@pytest.mark.parametrize(
    "damaged",
    [b"", b"no zlib at all", zlib.compress(b"tree 3\0one"), None],
    ids=["empty", "no zlib", "a tree", "not there"],
)
def test_what_is_no_sound_loose_file_is_left_to_git(damaged: bytes | None, tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", [])
    ids = [stories.git(path, "hash-object", "-w", "--stdin", stdin=text.encode()) for text in ("one", "two")]
    place = loose_file(path, ids[0])
    place.chmod(0o600)
    place.unlink() if damaged is None else place.write_bytes(damaged)
    assert blobs.loose(str(Path(path) / ".git" / "objects"), ids[0]) is None
    assert opened(path).contents(ids) == [None, b"two"]


def test_a_loose_file_of_another_size_than_it_says_is_none(tmp_path: Path) -> None:
    place = tmp_path / "ab" / "cdef"
    place.parent.mkdir()
    for text, found in ((b"blob 5\0short", b"short"), (b"blob 9\0short", None), (b"blob 3\0short", None)):
        place.write_bytes(zlib.compress(text))
        assert blobs.loose(str(tmp_path), "abcdef") == found
