"""Where a change begins, and what became of the board since then."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsflow import rules
from opsflow.comparison import compare
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import Board
from opsflow.reports import change
from tests import stories
from tests.change.scene import BOARD, NOW, START, commit_of, item, of, rev, told, write


@pytest.fixture
def repo(tmp_path: Path) -> str:
    """A branch that left main one commit ago, checked out; main went on."""
    steps: list[stories.Step] = [
        START,
        {"on": "topic", "start": "main", "files": {"items/OPS-2.yaml": item("doing")}},
        {"files": {"items/OPS-3.yaml": item("doing")}},
    ]
    path = stories.make(tmp_path / "repo", steps)
    stories.git(path, "checkout", "-q", "topic")
    return path


# -- where it begins ----------------------------------------------------------------------------


def test_a_change_begins_where_head_and_the_branch_parted(repo: str) -> None:
    facts = of(repo, "main")
    assert commit_of(facts) == rev(repo, "main~1")
    assert told(facts) == {}


def test_what_the_branch_did_is_judged_and_what_others_did_meanwhile_is_not(repo: str) -> None:
    stories.add(repo, [{"on": "topic", "files": {"items/OPS-3.yaml": item("doing", "due: 2026-01-02")}}])
    stories.git(repo, "reset", "-q", "--hard", "topic")
    assert told(of(repo, "main")) == {"made": ["overdue OPS-3", "wip-limit opsflow.yaml"]}


@pytest.mark.parametrize("detached", [False, True])
def test_uncommitted_edits_are_part_of_the_change(repo: str, detached: bool) -> None:
    if detached:
        stories.git(repo, "checkout", "-q", "--detach")
    write(repo, "items/OPS-3.yaml", item("doing"))
    write(repo, "items/OPS-4.yaml", item("reday"))
    for base in ("main", "HEAD"):
        assert told(of(repo, base)) == {"made": ["unknown-reference OPS-4", "wip-limit opsflow.yaml"]}


def test_another_commit_can_be_the_end_of_it(repo: str) -> None:
    write(repo, "items/OPS-3.yaml", item("doing"))
    facts = of(repo, "main", at="HEAD")
    assert told(facts) == {}
    assert facts.commit is not None and facts.commit.id == rev(repo, "topic")


def test_a_date_can_be_its_beginning(repo: str) -> None:
    facts = of(repo, "2026-01-05 09:30")
    assert commit_of(facts) == rev(repo, "main~1")


def test_both_boards_are_seen_at_one_moment(repo: str) -> None:
    stories.add(repo, [{"on": "topic", "files": {"items/OPS-9.yaml": item("ready", "due: 2026-01-08")}}])
    stories.git(repo, "reset", "-q", "--hard", "topic")
    facts = of(repo, "HEAD")
    assert facts.base is not None
    assert facts.base.now == facts.now == NOW
    assert told(facts) == {"left": ["overdue OPS-9"]}


def test_a_branch_that_took_main_in_is_judged_for_its_own_work_alone(repo: str) -> None:
    stories.git(repo, "merge", "-q", "--no-edit", "main")
    facts = of(repo, "main")
    assert commit_of(facts) == rev(repo, "main")
    assert told(facts) == {"made": ["wip-limit opsflow.yaml"]}


# -- what hosts check out -----------------------------------------------------------------------


@pytest.fixture
def hosted(repo: str) -> str:
    """The merge of a pull request as a host makes it: its first parent is main, its second the branch."""
    stories.git(repo, "checkout", "-q", "--detach", "main")
    stories.git(repo, "merge", "-q", "--no-edit", "topic")
    return repo


def test_the_merge_of_a_pull_request_is_compared_with_what_it_lands_on(hosted: str) -> None:
    for base in ("main", "HEAD^1"):
        facts = of(hosted, base)
        assert commit_of(facts) == rev(hosted, "main")
        assert told(facts) == {"made": ["wip-limit opsflow.yaml"]}


@pytest.mark.parametrize(
    "ref", ["refs/remotes/pull/7/merge", "refs/pull/7/merge", "refs/merge-requests/7/merge"]
)
def test_an_old_base_does_not_charge_a_pull_request_with_the_work_of_others(hosted: str, ref: str) -> None:
    stories.git(hosted, "update-ref", ref, "HEAD")
    assert commit_of(of(hosted, "main~1")) == rev(hosted, "main")
    stories.git(hosted, "update-ref", "-d", ref)
    assert commit_of(of(hosted, "main~1")) == rev(hosted, "main~1")


@pytest.mark.parametrize(
    "ref", ["refs/heads/pull/7/merge", "refs/remotes/origin/pull/7/merge", "refs/tags/pull/7/merge"]
)
def test_nobody_ends_a_branch_with_a_merge_of_nothing_to_be_judged_for_that_alone(
    repo: str, ref: str
) -> None:
    write(repo, "items/OPS-3.yaml", item("doing"))
    stories.git(repo, "commit", "-q", "-a", "-m", "Too much")
    stories.git(repo, "checkout", "-q", "-b", "nothing", "main~1")
    stories.git(repo, "commit", "-q", "--allow-empty", "-m", "Nothing")
    stories.git(repo, "checkout", "-q", "topic")
    stories.git(repo, "merge", "-q", "--no-ff", "--no-edit", "nothing")
    stories.git(repo, "update-ref", ref, "HEAD")
    facts = of(repo, "main~1")
    assert commit_of(facts) == rev(repo, "main~1")
    assert told(facts) == {"made": ["wip-limit opsflow.yaml"]}


def test_where_two_branches_were_merged_crosswise_the_line_of_the_base_decides(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "repo", [START])
    git = stories.git
    for branch in ("topic", "main"):
        git(path, "checkout", "-q", "-B", branch, "main")
        git(path, "commit", "-q", "--allow-empty", "-m", branch)
    one, two = rev(path, "main"), rev(path, "topic")
    git(path, "merge", "-q", "--no-edit", two)
    git(path, "checkout", "-q", "topic")
    git(path, "merge", "-q", "--no-edit", one)
    assert set(git(path, "merge-base", "--all", "main", "topic").split()) == {one, two}
    assert commit_of(of(path, "main")) == one
    git(path, "checkout", "-q", "main")
    assert commit_of(of(path, "topic")) == two


# -- where the board is -------------------------------------------------------------------------


def test_a_board_may_be_a_folder_of_the_repository(tmp_path: Path) -> None:
    files = {f"ops/board/{path}": text for path, text in START["files"].items()}
    path = stories.make(
        tmp_path / "repo", [{"files": {**files, "README.md": "x\n", "items/OPS-9.yaml": "x"}}]
    )
    write(path, "ops/board/items/OPS-2.yaml", item("doing"))
    write(path, "ops/board/items/OPS-3.yaml", item("doing"))
    facts = of(f"{path}/ops/board", "HEAD")
    assert facts.base is not None
    assert list(facts.base.board.items) == ["OPS-1", "OPS-2", "OPS-3"]
    assert told(facts) == {"made": ["wip-limit opsflow.yaml"]}


def test_of_a_board_that_was_not_there_everything_is_new(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "repo", [{"files": {"README.md": "x\n"}}, START])
    write(path, "items/OPS-4.yaml", item("doign"))
    for at in (None, "HEAD"):
        facts = of(path, "HEAD~1", at=at)
        assert facts.base is not None and facts.base.board == Board("", "", (), {})
        assert told(facts) == ({"made": ["unknown-reference OPS-4"]} if at is None else {})


def test_a_board_of_other_peoples_files_is_read_with_the_opsflow_yaml_in_the_folder(tmp_path: Path) -> None:
    record = "number: 4\ntitle: One\nstatus: %s\n"
    path = stories.make(tmp_path / "repo", [{"files": {"keps/4/kep.yaml": record % "open"}}])
    source = "sources:\n  - paths: keps/*/kep.yaml\n    id: {field: number, prefix: KEP-}\n    fields:\n"
    write(
        path,
        "opsflow.yaml",
        BOARD + source + "      title: title\n      state: {field: status, map: {open: ready}}\n",
    )
    write(path, "keps/4/kep.yaml", record % "opne")
    facts = of(path, "HEAD")
    assert facts.base is not None and facts.base.lent
    assert told(facts) == {"made": ["unknown-reference KEP-4"]}


def test_a_file_that_was_empty_stays_empty(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "repo", [START, {"files": {"items/OPS-7.yaml": ""}}])
    write(path, "items/OPS-7.yaml", item("ready"))
    assert told(of(path, "HEAD")) == {"mended": ["unreadable-file items/OPS-7.yaml"]}


# -- what is not there --------------------------------------------------------------------------


def clone(repo: str, place: Path, *words: str) -> str:
    url = f"file://{repo}"
    command = ["git", "-c", "protocol.file.allow=always", "clone", "-q", *words, url, str(place)]
    subprocess.run(command, check=True, env=stories.environment())
    return str(place)


def refused(folder: str, base: str) -> str:
    with pytest.raises(OpsflowError) as error:
        of(folder, base)
    return str(error.value)


FETCH = (
    "fetch the rest with `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0` at actions/checkout; "
    "GitLab CI: `GIT_DEPTH: 0`)."
)


def test_a_clone_that_is_cut_short_says_what_to_fetch(repo: str, tmp_path: Path) -> None:
    one = clone(repo, tmp_path / "one", "--depth=1", "--branch=topic")
    assert (
        refused(one, "origin/main") == f"There is no origin/main in this clone, which is cut short: {FETCH}"
    )
    two = clone(repo, tmp_path / "two", "--depth=1", "--no-single-branch", "--branch=topic")
    assert refused(two, "origin/main") == (
        f"The clone is cut short before the commit that HEAD and origin/main share: {FETCH}"
    )


def test_a_clone_that_is_cut_short_behind_the_base_is_judged_without_its_history(
    repo: str, tmp_path: Path
) -> None:
    stories.add(repo, [{"on": "topic", "files": {"items/OPS-2.yaml": item("reday")}}])
    deep = clone(repo, tmp_path / "deep", "--depth=2", "--branch=topic")
    facts = of(deep, "HEAD~1")
    assert facts.history is None
    assert told(facts) == {"made": ["unknown-reference OPS-2"], "left": ["shallow-history opsflow.yaml"]}


def test_a_branch_that_was_not_fetched_is_named(repo: str, tmp_path: Path) -> None:
    single = clone(repo, tmp_path / "single", "--single-branch", "--branch=topic")
    assert refused(single, "origin/main") == (
        "There is no origin/main in this clone: fetch it with `git fetch origin main`."
    )
    full = clone(repo, tmp_path / "full", "--branch=topic")
    assert refused(full, "main") == (
        "There is no branch main in this clone; the one that was fetched is called origin/main."
    )
    assert refused(full, "nowhere") == (
        "The repository has no revision nowhere: give a branch, a tag, a commit or a date."
    )


def test_a_clone_without_files_is_not_taken_for_a_board_without_them(repo: str, tmp_path: Path) -> None:
    stories.git(repo, "config", "uploadpack.allowFilter", "true")
    for state in ("doing", "done"):
        stories.add(repo, [{"on": "topic", "files": {"items/OPS-2.yaml": item(state, "vendor: acme")}}])
    part = clone(repo, tmp_path / "part", "--filter=blob:none", "--branch=topic")
    assert refused(part, "HEAD~1") == (
        "The clone is partial, so files of the earlier board are missing: clone it again without `--filter`."
    )


def test_without_a_repository_a_commit_or_anything_in_common_there_is_no_change(tmp_path: Path) -> None:
    for path, text in START["files"].items():
        write(str(tmp_path / "bare"), path, str(text))
    folder = str(tmp_path / "bare")
    assert refused(folder, "main") == f"--base main needs a Git repository, and {folder} is in none."
    stories.git(folder, "init", "-q", "-b", "main")
    assert refused(folder, "main") == "--base main needs a commit, and the repository has none yet."
    path = stories.make(tmp_path / "two", [START, {"on": "other", "files": {"opsflow.yaml": BOARD}}])
    assert refused(path, "other") == (
        "HEAD and other have no commit in common; name a branch that it came from."
    )


# -- whose rules --------------------------------------------------------------------------------


def test_the_rules_from_before_the_change_judge_it_unless_others_are_asked_for(repo: str) -> None:
    write(repo, "opsflow.yaml", BOARD.replace("wip: 2", "wip: 3"))
    write(repo, "items/OPS-3.yaml", item("doing"))
    assert told(of(repo, "main")) == {"made": ["changed-rules opsflow.yaml", "wip-limit opsflow.yaml"]}
    assert told(of(repo, "main", rules_from="head")) == {"made": ["changed-rules opsflow.yaml"]}


def test_both_sides_are_judged_by_the_same_rules(repo: str) -> None:
    write(repo, "opsflow.yaml", BOARD.replace("wip: 2", "wip: 1"))
    assert told(of(repo, "HEAD")) == {"made": ["changed-rules opsflow.yaml"]}
    assert told(of(repo, "HEAD", rules_from="head")) == {
        "made": ["changed-rules opsflow.yaml"],
        "left": ["wip-limit opsflow.yaml"],
    }


def test_reading_writes_nothing_into_the_repository(repo: str) -> None:
    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in Path(repo).rglob("*") if path.is_file()}

    before = everything()
    told(of(repo, "main"))
    assert everything() == before


# -- states that are called otherwise -----------------------------------------------------------


def _view(facts: Facts) -> Any:
    assert facts.base is not None
    return change.view(facts, compare(rules.judge(facts.base), rules.judge(facts)))


RENAMED = BOARD.replace("state: doing,", "state: working, was: [doing],")
PER_PERSON = "limits:\n  - {states: [STATE], per: person, max: 9}\n"


@pytest.fixture
def renamed(tmp_path: Path) -> str:
    """A board in which two items stand in a state, and a commit that calls it otherwise, in items, too."""

    def files(board: str, state: str) -> stories.Step:
        limits = PER_PERSON.replace("STATE", state)
        items = {f"items/OPS-{n}.yaml": item(state, "entered: {STATE: 2026-01-04T09:00Z}") for n in (1, 2)}
        named = {path: text.replace("STATE", state) for path, text in items.items()}
        return {"files": {"opsflow.yaml": board + limits, **named}}

    return stories.make(tmp_path / "repo", [files(BOARD, "doing"), files(RENAMED, "working")])


def test_a_state_that_is_called_otherwise_moves_no_item_and_changes_no_limit(renamed: str) -> None:
    facts = of(renamed, "HEAD~1")
    assert told(facts) == {}
    assert facts.base is not None and facts.base.history is not None
    assert {story.states[0].value for story in facts.base.history.stories.values()} == {"working"}
    view = _view(facts)
    assert (view["groups"], view["limits"]) == ([], [])
    assert [row["words"] for row in view["policies"]] == ["state working: called doing before"]


def test_under_a_new_name_the_limit_from_before_counts(renamed: str) -> None:
    board = RENAMED.replace("wip: 2", "wip: 9") + PER_PERSON.replace("STATE", "working")
    write(renamed, "opsflow.yaml", board)
    write(renamed, "items/OPS-3.yaml", item("working"))
    assert told(of(renamed, "HEAD~1")) == {"made": ["changed-rules opsflow.yaml", "wip-limit opsflow.yaml"]}


def test_a_name_that_both_boards_have_is_no_other_name(renamed: str) -> None:
    both = BOARD.replace(
        "  - {state: done,", "  - {state: working, was: [doing], kind: active}\n  - {state: done,"
    )
    write(renamed, "opsflow.yaml", both + PER_PERSON.replace("STATE", "doing"))
    kinds = [row["kind"] for row in _view(of(renamed, "HEAD~1"))["groups"]]
    assert kinds == ["moved"]


def test_a_file_whose_object_is_gone_is_no_text(renamed: str) -> None:
    blob = rev(renamed, "HEAD~1:items/OPS-1.yaml")
    (Path(renamed) / ".git/objects" / blob[:2] / blob[2:]).unlink()
    facts = of(renamed, "HEAD~1")
    assert facts.base is not None
    assert [fault.judgement.message for fault in facts.base.faults] == [
        "its object is missing or damaged in the repository"
    ] * 2  # of two items with the same text
