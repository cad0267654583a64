"""What becomes of a board if branches are merged into it: each well alone, and not together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from opsflow import rules
from opsflow.errors import OpsflowError
from tests import stories
from tests.change.scene import BOARD, START, commit_of, item, merged, rev, told, write


def branches(tmp_path: Path, *topics: dict[str, str | None], start: stories.Step = START) -> str:
    """A repository with main and a branch for each set of files: one, two, three."""
    names = ("one", "two", "three")
    steps: list[stories.Step] = [start]
    for name, files in zip(names, topics, strict=False):
        steps.append({"on": name, "start": "main", "files": files})
    return stories.make(tmp_path / "repo", steps)


def alone(repo: str) -> list[dict[str, list[str]]]:
    """What merging each of two branches alone does."""
    return [told(merged(repo, name).facts) for name in ("one", "two")]


# -- well alone, not together -------------------------------------------------------------------


def test_two_changes_that_each_take_the_last_place_are_caught(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")}, {"items/OPS-3.yaml": item("doing")})
    assert alone(repo) == [{}, {}]
    facts = merged(repo, "one", "two").facts
    assert told(facts) == {"made": ["wip-limit opsflow.yaml"]}
    assert commit_of(facts) == rev(repo, "main")
    (finding,) = rules.judge(facts)
    assert finding.message == "3 items are in `doing`, and the limit is 2: OPS-1, OPS-2 and OPS-3"


def test_two_changes_that_together_close_a_cycle_are_caught(tmp_path: Path) -> None:
    repo = branches(
        tmp_path,
        {"items/OPS-2.yaml": item("ready", "depends_on: [OPS-3]")},
        {"items/OPS-3.yaml": item("ready", "depends_on: [OPS-2]")},
    )
    assert alone(repo) == [{}, {}]
    assert told(merged(repo, "one", "two").facts) == {"made": ["dependency-cycle OPS-2"]}


def test_two_changes_that_use_one_id_are_caught(tmp_path: Path) -> None:
    repo = branches(
        tmp_path,
        {"items/OPS-4-mail.yaml": item("ready", title="Mail")},
        {"items/OPS-4-disk.yaml": item("ready", title="Disk")},
    )
    assert alone(repo) == [{}, {}]
    assert told(merged(repo, "one", "two").facts) == {"made": ["duplicate-id items/OPS-4-mail.yaml"]}


def test_a_key_that_a_clean_merge_leaves_twice_is_caught(tmp_path: Path) -> None:
    long = "".join(f"  {number}. step\n" for number in range(12))
    text = f"title: One\nstate: ready\ndescription: |\n{long}"
    start: stories.Step = {"files": {"opsflow.yaml": BOARD, "items/OPS-1.yaml": text}}
    repo = branches(
        tmp_path,
        {"items/OPS-1.yaml": text.replace("state", "due: 2026-12-01\nstate")},
        {"items/OPS-1.yaml": f"{text}due: 2026-12-02\n"},
        start=start,
    )
    assert alone(repo) == [{}, {}]
    facts = merged(repo, "one", "two").facts
    assert [finding.message for finding in rules.judge(facts)] == ["`due` is given twice, on lines 2 and 17"]


def test_a_change_on_main_since_the_branch_left_it_counts(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")})
    stories.add(repo, [{"files": {"items/OPS-3.yaml": item("doing")}}])
    assert told(merged(repo, "one").facts) == {"made": ["wip-limit opsflow.yaml"]}


# -- what is merged into what -------------------------------------------------------------------


def test_branches_are_merged_into_head_or_into_the_base_that_is_named(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")}, {"items/OPS-3.yaml": item("doing")})
    stories.git(repo, "checkout", "-q", "one")
    into_head = merged(repo, "two")
    assert (into_head.into, commit_of(into_head.facts)) == ("HEAD", rev(repo, "one"))
    assert told(into_head.facts) == {"made": ["wip-limit opsflow.yaml"]}
    into_main = merged(repo, "HEAD", "two", base="main")
    assert (into_main.into, commit_of(into_main.facts)) == ("main", rev(repo, "main"))
    assert into_main.branches == (("HEAD", rev(repo, "one")), ("two", rev(repo, "two")))
    assert told(into_main.facts) == {"made": ["wip-limit opsflow.yaml"]}


def test_what_is_not_committed_is_no_part_of_it(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")})
    write(repo, "items/OPS-3.yaml", item("doing"))
    assert told(merged(repo, "one").facts) == {}


def test_what_is_merged_already_changes_nothing(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")})
    stories.git(repo, "merge", "-q", "--no-ff", "--no-edit", "one")
    facts = merged(repo, "one", "main").facts
    assert facts.commit is not None and facts.commit.id == rev(repo, "main")
    assert told(facts) == {}


def test_the_rules_of_what_is_merged_into_count(tmp_path: Path) -> None:
    files = {"opsflow.yaml": BOARD.replace("wip: 2", "wip: 5"), "items/OPS-2.yaml": item("doing")}
    repo = branches(tmp_path, files, {"items/OPS-3.yaml": item("doing")})
    assert told(merged(repo, "one", "two").facts) == {
        "made": ["changed-rules opsflow.yaml", "wip-limit opsflow.yaml"]
    }
    assert told(merged(repo, "one", "two", rules_from="head").facts) == {
        "made": ["changed-rules opsflow.yaml"]
    }


def test_the_history_goes_on_to_the_merge(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")}, {"items/OPS-1.yaml": item("done")})
    history = merged(repo, "one", "two").facts.history
    assert history is not None
    assert [commit.subject for commit in history.commits] == ["Step 1", "Merge one", "Merge two"]
    assert [move.after for move in history.stories["OPS-2"].transitions] == ["ready", "doing"]


def test_a_board_in_a_folder_is_merged(tmp_path: Path) -> None:
    def below(files: dict[str, str | None]) -> dict[str, str | None]:
        return {f"ops/{path}": text for path, text in files.items()}

    start: stories.Step = {"files": below(dict(START["files"]))}  # type: ignore[arg-type]
    repo = branches(
        tmp_path,
        below({"items/OPS-2.yaml": item("doing")}),
        below({"items/OPS-3.yaml": item("doing")}),
        start=start,
    )
    assert told(merged(f"{repo}/ops", "one", "two").facts) == {"made": ["wip-limit opsflow.yaml"]}


# -- conflicts ----------------------------------------------------------------------------------


def faults(repo: str, *names: str) -> list[str]:
    """The findings of conflicts, with their places."""
    findings = rules.judge(merged(repo, *names).facts, {"unreadable-file"})
    return [f"{each.place.path}:{each.place.line}: {each.message}" for each in findings]


def test_a_conflict_in_an_item_names_branch_file_and_line(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-1.yaml": item("done")}, {"items/OPS-1.yaml": item("dropped")})
    assert alone(repo) == [{}, {}]
    assert faults(repo, "one", "two") == [
        "items/OPS-1.yaml:2: merging two into HEAD leaves a conflict in this file (contents)"
    ]
    assert told(merged(repo, "one", "two").facts) == {"made": ["unreadable-file items/OPS-1.yaml"]}


def test_changing_what_another_branch_deletes_is_a_conflict(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-1.yaml": None}, {"items/OPS-1.yaml": item("done")})
    assert faults(repo, "one", "two") == [
        "items/OPS-1.yaml:1: merging two into HEAD leaves a conflict in this file (modify/delete)"
    ]


def test_adding_one_file_twice_is_a_conflict(tmp_path: Path) -> None:
    repo = branches(
        tmp_path,
        {"items/OPS-4.yaml": item("ready", title="Mail")},
        {"items/OPS-4.yaml": item("ready", title="Disk")},
    )
    assert faults(repo, "one", "two") == [
        "items/OPS-4.yaml:1: merging two into HEAD leaves a conflict in this file (contents)"
    ]


def test_a_conflict_in_another_file_is_told_apart(tmp_path: Path) -> None:
    start: stories.Step = {"files": {**START["files"], "README.md": "One\n"}}
    repo = branches(tmp_path, {"README.md": "Two\n"}, {"README.md": "Three\n"}, start=start)
    found = merged(repo, "one", "two")
    assert told(found.facts) == {}
    assert [(clash.branch, clash.path) for clash in found.outside] == [("two", "README.md")]


def test_a_conflict_in_opsflow_yaml_stands_there_and_loses_no_item(tmp_path: Path) -> None:
    repo = branches(
        tmp_path,
        {"opsflow.yaml": BOARD.replace("wip: 2", "wip: 3")},
        {"opsflow.yaml": BOARD.replace("wip: 2", "wip: 4")},
    )
    assert told(merged(repo, "one", "two").facts) == {"made": ["unreadable-file opsflow.yaml"]}


def driver(tmp_path: Path, one: str, two: str) -> str:
    start: stories.Step = {"files": {**START["files"], ".gitattributes": "items/** merge=opsflow\n"}}
    return branches(tmp_path, {"items/OPS-1.yaml": one}, {"items/OPS-1.yaml": two}, start=start)


def test_where_gitattributes_name_opsflows_driver_different_fields_are_no_conflict(tmp_path: Path) -> None:
    one, two = item("done"), item("doing").replace("maria", "sam")
    repo = driver(tmp_path, one, two)
    facts = merged(repo, "one", "two").facts
    assert told(facts) == {}
    assert (facts.item("OPS-1").state, facts.item("OPS-1").assignees) == ("done", ("sam",))


def test_one_field_that_both_changed_is_a_conflict_in_it(tmp_path: Path) -> None:
    repo = driver(tmp_path, item("done"), item("dropped"))
    assert faults(repo, "one", "two") == [
        "items/OPS-1.yaml:2: merging two into HEAD leaves a conflict in `state`"
    ]


def test_what_git_merges_by_lines_the_driver_merges_by_fields(tmp_path: Path) -> None:
    """Both add the same key in different places: by lines that would be clean, and broken."""
    long = "".join(f"  {number}. step\n" for number in range(12))
    text = f"title: One\nstate: ready\ndescription: |\n{long}"
    files = {"opsflow.yaml": BOARD, "items/OPS-1.yaml": text, ".gitattributes": "*.yaml merge=opsflow\n"}
    repo = branches(
        tmp_path,
        {"items/OPS-1.yaml": text.replace("state", "due: 2026-12-01\nstate")},
        {"items/OPS-1.yaml": f"{text}due: 2026-12-01\n"},
        start={"files": files},
    )
    facts = merged(repo, "one", "two").facts
    assert told(facts) == {}
    assert str(facts.item("OPS-1").due) == "2026-12-01"


# -- what cannot be merged ----------------------------------------------------------------------


def refused(repo: str, *names: str, base: str | None = None) -> str:
    with pytest.raises(OpsflowError) as error:
        merged(repo, *names, base=base)
    return str(error.value)


def test_what_is_not_there_or_has_nothing_in_common_is_refused(tmp_path: Path) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")})
    stories.add(repo, [{"on": "other", "files": {"README.md": "x\n"}}])
    assert (
        refused(repo, "two")
        == "The repository has no revision two: give a branch, a tag, a commit or a date."
    )
    assert refused(repo, "one", base="two").startswith("The repository has no revision two")
    assert (
        refused(repo, "other") == "HEAD and other have no commit in common; name a branch that came from it."
    )
    folder = tmp_path / "plain"
    folder.mkdir()
    assert (
        refused(str(folder), "one")
        == f"--merge needs a Git repository with a commit, and {folder} is in none."
    )


def test_an_older_git_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")})
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.37.4\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    assert refused(repo, "one") == (
        "Merging in memory needs Git 2.38 or newer, and this is git version 2.37.4: install one."
    )


# -- nothing of it stays ------------------------------------------------------------------------


def everything(folder: str) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_merging_writes_nothing_and_runs_nothing_of_the_repository(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    start: stories.Step = {"files": {**START["files"], ".gitattributes": "items/** merge=bad filter=bad\n"}}
    repo = branches(
        tmp_path, {"items/OPS-1.yaml": item("done")}, {"items/OPS-1.yaml": item("dropped")}, start=start
    )
    for key in (
        "merge.bad.driver",
        "filter.bad.smudge",
        "filter.bad.clean",
        "core.fsmonitor",
        "core.hooksPath",
    ):
        stories.git(repo, "config", key, f"touch {mark}")
    before = everything(repo)
    assert told(merged(repo, "one", "two").facts) == {"made": ["unreadable-file items/OPS-1.yaml"]}
    assert everything(repo) == before
    assert not mark.exists()


def test_no_temporary_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    repo = branches(tmp_path, {"items/OPS-2.yaml": item("doing")})
    found = merged(repo, "one")
    told(found.facts)
    del found
    import gc

    gc.collect()
    assert list(place.iterdir()) == []


def test_a_repository_with_sha_256_is_merged(tmp_path: Path) -> None:
    steps: list[stories.Step] = [
        START,
        {"on": "one", "start": "main", "files": {"items/OPS-2.yaml": item("doing")}},
        {"files": {"items/OPS-3.yaml": item("doing")}},
    ]
    repo = stories.make(tmp_path / "repo", steps, object_format="sha256")
    assert told(merged(repo, "one").facts) == {"made": ["wip-limit opsflow.yaml"]}
