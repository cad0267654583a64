"""`--commit`: one commit with what was edited, by the user's own Git."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opsflow.editing import archiving, changes, fresh
from opsflow.editing.plan import Plan
from opsflow.editing.work import Done
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from tests import stories
from tests.editing.scene import FILES, do, tree, write

EDGE = "items/OPS-1-edge.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A board in a repository."""
    return Path(stories.make(tmp_path / "repo", [{"files": {**FILES, "notes.txt": "notes\n"}}]))


def git(root: Path, *words: str) -> str:
    return stories.git(str(root), *words)


def moved(known: Facts) -> Plan:
    return changes.move(known, [known.item("OPS-1")], "doing")


def created(known: Facts) -> Plan:
    return fresh.plan(known, b"title: New work\nstate: inbox\n")


def commit(root: Path, make: Callable[[Facts], Plan] = moved) -> Done:
    return do(root, make, commit=True)


def hook(root: Path, name: str, script: str) -> None:
    path = root / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def files_of(root: Path) -> list[str]:
    return git(root, "show", "--name-status", "--format=", "--no-renames").split("\n")


def test_a_commit_has_that_file_and_a_message_in_a_stable_form(repo: Path) -> None:
    done = commit(repo)
    assert (done.commit, done.told) == (git(repo, "rev-parse", "HEAD"), ())
    assert git(repo, "log", "-1", "--format=%an <%ae>%n%B").strip() == (
        "Maria Example <maria@example.org>\nOPS-1: Move to doing"
    )
    assert (files_of(repo), git(repo, "status", "--short")) == ([f"M\t{EDGE}"], "")


def test_what_else_is_staged_or_changed_stays_so(repo: Path) -> None:
    write(repo, {"notes.txt": "staged\n", "other.txt": "new\n"})
    git(repo, "add", "notes.txt", "other.txt")
    write(
        repo, {"notes.txt": "changed since\n", "items/OPS-2-mail.yaml": FILES["items/OPS-2-mail.yaml"] + "\n"}
    )
    (repo / "items/OPS-4-old.yaml").unlink()
    before = git(repo, "status", "--short")
    commit(repo)
    assert (files_of(repo), git(repo, "status", "--short")) == ([f"M\t{EDGE}"], before)
    assert before == " M items/OPS-2-mail.yaml\n D items/OPS-4-old.yaml\nMM notes.txt\nA  other.txt"


def test_a_new_file_is_committed_without_the_rest_of_the_index(repo: Path) -> None:
    write(repo, {"other.txt": "new\n", "unknown.txt": "x\n"})
    git(repo, "add", "other.txt")
    (path,) = commit(repo, created).plan.files
    assert files_of(repo) == [f"A\t{path}"]
    assert git(repo, "status", "--short") == "A  other.txt\n?? unknown.txt"
    assert git(repo, "log", "-1", "--format=%s") == f'{path[6:].partition("-new")[0]}: Create "New work"'


def test_a_file_that_moves_is_one_commit(repo: Path) -> None:
    commit(repo, lambda known: archiving.plan(known, [known.item("OPS-4")]))
    assert files_of(repo) == ["A\tarchive/OPS-4-old.yaml", "D\titems/OPS-4-old.yaml"]
    assert git(repo, "status", "--short") == ""


def test_what_no_commit_knows_and_is_gone_is_left_out(repo: Path) -> None:
    write(repo, {"items/OPS-9-new.yaml": "title: x\nstate: done\n"})
    commit(repo, lambda known: archiving.plan(known, [known.item("OPS-9")]))
    assert files_of(repo) == ["A\tarchive/OPS-9-new.yaml"]


def test_the_first_commit_of_a_repository_can_be_one(tmp_path: Path) -> None:
    root = write(tmp_path / "b", FILES)
    git(root, "init", "-q")
    assert commit(root, created).commit == git(root, "rev-parse", "HEAD")
    assert len(files_of(root)) == 1


def test_the_hooks_of_the_repository_apply(repo: Path) -> None:
    hook(repo, "pre-commit", "git diff --cached --name-only > seen.txt")
    hook(repo, "commit-msg", 'printf "\\nReviewed-by: hook\\n" >> "$1"')
    commit(repo)
    assert (repo / "seen.txt").read_text() == f"{EDGE}\n"
    assert git(repo, "log", "-1", "--format=%b").strip() == "Reviewed-by: hook"


@pytest.mark.parametrize("make", [moved, created])
def test_a_hook_that_refuses_is_told_and_the_edit_stays(repo: Path, make: Callable[[Facts], Plan]) -> None:
    hook(repo, "pre-commit", "echo 'not on a Friday' >&2; exit 1")
    write(repo, {"other.txt": "new\n"})
    git(repo, "add", "other.txt")
    before = git(repo, "rev-parse", "HEAD")
    done = commit(repo, make)
    assert (done.written, done.commit, done.uncommitted, done.told) == (
        True,
        "",
        True,
        ("not on a Friday", "Git made no commit; the edit stays in the folder, not committed."),
    )
    (path,) = done.plan.files
    mark = " M" if make is moved else "??"
    assert sorted(git(repo, "status", "--short").split("\n")) == sorted([f"{mark} {path}", "A  other.txt"])
    assert git(repo, "rev-parse", "HEAD") == before


@pytest.mark.parametrize("name", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "rebase-merge/x"])
def test_nothing_is_edited_while_a_merge_is_under_way(repo: Path, name: str) -> None:
    write(repo / ".git", {name: git(repo, "rev-parse", "HEAD") + "\n"})
    before = tree(repo)
    with pytest.raises(OpsflowError, match="is under way, and a commit would become a part of it"):
        commit(repo)
    assert tree(repo) == before


def test_without_a_repository_nothing_is_edited(root: Path) -> None:
    before = tree(root)
    with pytest.raises(OpsflowError, match="--commit needs a Git repository"):
        commit(root)
    assert tree(root) == before


def test_a_board_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    inner = {f"ops [1]/{name}": text for name, text in FILES.items()}
    repo = Path(stories.make(tmp_path / "repo", [{"files": {**inner, "ops 1/x.yaml": "x\n"}}]))
    commit(repo / "ops [1]", created)
    commit(repo / "ops [1]")
    assert files_of(repo) == [f"M\tops [1]/{EDGE}"]
    assert git(repo, "status", "--short") == ""


def test_what_else_was_changed_in_the_file_is_told(repo: Path) -> None:
    write(repo, {EDGE: FILES[EDGE] + "due: 2026-12-01\n"})
    assert commit(repo).told == (f"The commit has what else was changed in {EDGE}.",)


def test_a_git_that_runs_us_for_another_repository_misleads_nobody(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = stories.make(tmp_path / "other", [{"files": {"a": "a\n"}}])
    monkeypatch.setenv("GIT_DIR", f"{other}/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", f"{other}/.git/index")
    done = commit(repo)
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert done.commit == git(repo, "rev-parse", "HEAD")


def test_an_ignored_file_is_told(repo: Path) -> None:
    write(repo, {".gitignore": "items/\n"})
    done = commit(repo, created)
    assert (done.written, done.commit) == (True, "")
    assert "ignored" in done.told[0]


def test_a_commit_of_many_names_the_first_of_them(repo: Path) -> None:
    write(repo, {f"items/OPS-{number}.yaml": "title: x\nstate: inbox\n" for number in range(11, 16)})
    commit(repo, lambda known: changes.move(known, [known.item(f"OPS-{n}") for n in range(11, 16)], "ready"))
    assert git(repo, "log", "-1", "--format=%s") == "OPS-11, OPS-12, OPS-13 and 2 more: Move to ready"
    assert len(files_of(repo)) == 5


def test_other_files_of_an_item_are_not_looked_at(repo: Path) -> None:
    before = {path: data for path, data in tree(repo).items() if path != EDGE}
    commit(repo)
    assert {path: data for path, data in tree(repo).items() if path != EDGE} == before


def test_what_the_last_commit_has_already_is_no_commit(repo: Path) -> None:
    do(repo, moved)
    done = do(repo, lambda known: changes.move(known, [known.item("OPS-1")], "ready"), commit=True)
    assert (done.written, done.commit, done.uncommitted, done.told) == (
        True,
        "",
        False,
        ("Nothing is to be committed: the last commit has the same.",),
    )


def test_line_ends_that_git_changes_are_nothing_else(repo: Path) -> None:
    git(repo, "config", "core.autocrlf", "input")
    (repo / EDGE).write_bytes(FILES[EDGE].replace("\n", "\r\n").encode())
    done = commit(repo)
    assert (bool(done.commit), done.uncommitted, done.told) == (True, False, ())
    assert (repo / EDGE).read_bytes().count(b"\r\n") == 3


# -- once more ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [moved, lambda known: archiving.plan(known, archiving.over(known, None))],
    ids=["moved", "archived"],
)
def test_an_edit_whose_commit_was_refused_is_committed_when_asked_again(
    repo: Path, make: Callable[[Facts], Plan]
) -> None:
    hook(repo, "pre-commit", "exit 1")
    write(repo, {"items/OPS-3-disk.yaml": FILES["items/OPS-3-disk.yaml"] + "due: 2026-12-01\n"})
    first = commit(repo, make)
    assert (first.uncommitted, first.told) == (
        True,
        ("Git made no commit and did not say why; the edit stays in the folder, not committed.",),
    )
    assert commit(repo, make).uncommitted
    (repo / ".git/hooks/pre-commit").unlink()
    done = commit(repo, make)
    assert (done.commit, done.uncommitted) == (git(repo, "rev-parse", "HEAD"), False)
    assert (done.plan.subject, done.plan.said) == (first.plan.subject, first.plan.said)
    assert git(repo, "log", "-1", "--format=%s") == first.plan.subject
    assert git(repo, "status", "--short") == " M items/OPS-3-disk.yaml"
    again = commit(repo, make)
    assert (again.plan.files, again.commit, again.uncommitted) == ({}, "", False)


def test_an_edit_with_a_waiver_is_committed_when_asked_again(repo: Path) -> None:
    def wish(commit: bool) -> Done:
        return do(repo, moved, commit=commit, waivers={"unassigned-work": "P1"})

    wish(commit=False)
    done = wish(commit=True)
    assert (done.commit, done.plan.subject) == (git(repo, "rev-parse", "HEAD"), "OPS-1: Move to doing")
    assert git(repo, "status", "--short") == ""


def test_what_else_was_changed_in_the_file_is_not_committed_in_passing(repo: Path) -> None:
    do(repo, moved)
    write(repo, {EDGE: (repo / EDGE).read_text() + "due: 2026-12-01\n"})
    before = git(repo, "rev-parse", "HEAD")
    with pytest.raises(OpsflowError, match=f"nothing committed: {EDGE} has other changes, too"):
        commit(repo)
    assert git(repo, "rev-parse", "HEAD") == before


def test_an_item_that_no_commit_has_is_not_committed_in_passing(repo: Path) -> None:
    write(repo, {"items/OPS-9-new.yaml": "title: x\nstate: doing\n"})
    with pytest.raises(OpsflowError, match=r"nothing committed: items/OPS-9-new\.yaml has other changes"):
        commit(repo, lambda known: changes.move(known, [known.item("OPS-9")], "doing"))


def test_an_edit_that_the_last_commit_has_already_is_none_whatever_else_was_changed(repo: Path) -> None:
    write(repo, {EDGE: FILES[EDGE] + "due: 2026-12-01\n"})
    done = commit(repo, lambda known: changes.move(known, [known.item("OPS-1")], "ready"))
    assert (done.plan.files, done.plan.said, done.commit, done.uncommitted) == (
        {},
        (f"OPS-1 is in ready already. {EDGE}",),
        "",
        False,
    )


def test_what_the_rules_refuse_is_not_committed_because_it_is_written_already(repo: Path) -> None:
    write(
        repo,
        {f"items/OPS-{number}-x.yaml": "title: x\nstate: doing\nassignees: [ben]\n" for number in (5, 6, 7)},
    )
    git(repo, "add", ".")
    git(repo, "commit", "-qm", "full")
    write(repo, {EDGE: FILES[EDGE].replace("ready", "doing")})
    done = commit(repo)
    assert done.verdict is not None
    assert (done.commit, [each.rule for each in done.verdict.refused]) == ("", ["wip-limit"])
