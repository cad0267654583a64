"""The GitHub action and its workflow: valid, without traps, and really run."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import stories
from tests.integrations import scene
from tests.integrations.runner import INTEGRATIONS, PROGRAMS, Runner, evaluated, load

ACTION = INTEGRATIONS / "github" / "action.yml"
BOARD = INTEGRATIONS / "github" / "board.yml"
COMMENT = INTEGRATIONS / "github" / "comment.yml"


# -- what they say ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path"),
    [("actions", ACTION), ("workflows", BOARD), ("workflows", COMMENT)],
    ids=lambda it: str(it),
)
def test_the_files_are_what_github_takes(kind: str, path: Path) -> None:
    command = [PROGRAMS / "check-jsonschema", "--builtin-schema", f"vendor.github-{kind}", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def every_step() -> Iterator[Mapping[str, Any]]:
    yield from load(ACTION)["runs"]["steps"]
    for path in (BOARD, COMMENT):
        for job in load(path)["jobs"].values():
            yield from job["steps"]


def test_nothing_is_filled_into_a_script() -> None:
    scripts = [step["run"] for step in every_step() if "run" in step]
    assert len(scripts) >= 6
    assert [script for script in scripts if "${{" in script] == []


def test_actions_of_others_are_those_of_github_at_a_major_version() -> None:
    used = {step["uses"] for step in every_step() if "uses" in step}
    assert [
        name for name in used if not re.fullmatch(r"\./\.github/actions/opsflow|actions/[a-z-]+@v\d+", name)
    ] == []


def test_every_checkout_is_whole_and_keeps_no_token() -> None:
    checkouts = [step for step in every_step() if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"] for step in checkouts] == [{"fetch-depth": 0, "persist-credentials": False}] * 2


def test_no_job_may_do_more_than_it_has_to() -> None:
    jobs = {name: job["permissions"] for path in (BOARD, COMMENT) for name, job in load(path)["jobs"].items()}
    assert [load(path)["permissions"] for path in (BOARD, COMMENT)] == [{}, {}]
    assert jobs == {
        "check": {"contents": "read"},
        "publish": {"contents": "read", "pages": "write", "id-token": "write"},
        "comment": {"actions": "read", "pull-requests": "write"},
    }


def test_strangers_pull_requests_meet_no_secret() -> None:
    assert set(load(BOARD)["on"]) == {"pull_request", "merge_group", "push"}
    assert "secrets." not in BOARD.read_text() + COMMENT.read_text() + ACTION.read_text()
    assert set(load(COMMENT)["on"]) == {"workflow_run"}
    assert load(COMMENT)["on"]["workflow_run"]["workflows"] == [load(BOARD)["name"]]
    assert "actions/checkout" not in COMMENT.read_text()


def test_only_a_push_publishes() -> None:
    condition = load(BOARD)["jobs"]["publish"]["if"].strip("${} ")
    assert evaluated(condition, {"github.event_name": "push"})
    assert not evaluated(condition, {"github.event_name": "pull_request"})
    assert not evaluated(condition, {"github.event_name": "merge_group"})


# -- what they do -------------------------------------------------------------------------------


class Workflow(Runner):
    """A job of board.yml on a runner."""

    artifact: Mapping[str, str]


def ran(
    tmp_path: Path, origin: str, ref: str, github: Mapping[str, str], job: str = "check", **change: str
) -> Workflow:
    """Run a job of the workflow on a commit of the repository; `change` are other inputs of the action."""
    workspace, temp = tmp_path / "workspace", tmp_path / "temp"
    temp.mkdir()
    runner = Workflow(workspace, temp, github, environ={"OPSFLOW_NOW": scene.NOW})
    runner.artifact = {}

    def upload(given: Mapping[str, str]) -> None:
        files = [Path(line) for line in given["path"].split()]
        runner.artifact = {path.name: path.read_text() for path in files if path.exists()}

    runner.uses = {
        "actions/checkout": lambda given: scene.checkout(
            workspace, origin, ref, *(() if given["fetch-depth"] == "0" else ("--depth=1",))
        ),
        "actions/upload-artifact": upload,
        "actions/upload-pages-artifact": lambda given: None,
        "actions/deploy-pages": lambda given: None,
    }
    steps = load(BOARD)["jobs"][job]["steps"]
    for step in steps:
        if step.get("uses", "").startswith("./"):
            step["with"] |= change
    runner.job(steps)
    return runner


def pull_request(tmp_path: Path, branch: str, prefix: str = "", **change: str) -> Workflow:
    origin = scene.origin(tmp_path / "origin", prefix)
    scene.merged(origin, branch, "refs/pull/7/merge")
    github = {"event_name": "pull_request", "base_ref": "main", "event.pull_request.number": "7"}
    return ran(tmp_path, origin, "refs/pull/7/merge", github, **change)


def test_a_pull_request_that_is_well_passes_whatever_was_wrong_before(tmp_path: Path) -> None:
    run = pull_request(tmp_path, "well")
    assert not run.failed, run.log
    assert "::error" not in run.log
    assert "Mail is fast" in run.summary
    assert run.artifact == {"pull-request": "7\n", "diff.md": run.summary}


def test_a_pull_request_that_breaks_something_fails_and_says_where(tmp_path: Path) -> None:
    run = pull_request(tmp_path, "broken")
    assert run.failed
    commands = [line for line in run.log.splitlines() if line.startswith("::")]
    assert [command.split(",col")[0] for command in commands] == [
        "::error file=items/OPS-3.yaml,line=2,endLine=2"
    ]
    assert "dooing" in run.summary
    assert run.artifact["diff.md"] == run.summary


def test_reports_are_there_for_other_steps(tmp_path: Path) -> None:
    pull_request(tmp_path, "broken")
    (run,) = json.loads((tmp_path / "temp/opsflow/opsflow.sarif").read_text())["runs"]
    states = {(each["ruleId"], each["baselineState"]) for each in run["results"]}
    assert states == {("misshapen", "unchanged"), ("unknown-reference", "new")}
    assert json.loads((tmp_path / "temp/opsflow/opsflow.json").read_text())["errors"] == 1


def test_a_board_in_a_folder_is_annotated_from_the_top(tmp_path: Path) -> None:
    run = pull_request(tmp_path, "broken", "ops/board/", board="ops/board")
    assert run.failed
    assert "::error file=ops/board/items/OPS-3.yaml,line=2," in run.log


def test_each_of_two_that_take_the_last_place_is_well_alone(tmp_path: Path) -> None:
    assert not pull_request(tmp_path, "one").failed


def test_the_merge_queue_stops_the_second_of_two_that_take_the_last_place(tmp_path: Path) -> None:
    origin = scene.origin(tmp_path / "origin")
    first = scene.merged(origin, "one", "refs/heads/gh-readonly-queue/main/pr-1")
    scene.merged(
        origin, "two", "refs/heads/gh-readonly-queue/main/pr-2", "refs/heads/gh-readonly-queue/main/pr-1"
    )
    github = {"event_name": "merge_group", "event.merge_group.base_sha": first}
    run = ran(tmp_path, origin, "refs/heads/gh-readonly-queue/main/pr-2", github)
    assert run.failed
    (command,) = (line for line in run.log.splitlines() if line.startswith("::"))
    assert "title=wip-limit::3 items are in `doing`, and the limit is 2" in command
    assert run.artifact == {}


def test_a_push_judges_the_whole_board(tmp_path: Path) -> None:
    origin = scene.origin(tmp_path / "origin")
    run = ran(tmp_path, origin, "refs/heads/main", {"event_name": "push"})
    assert run.failed
    assert "::error file=items/OPS-4.yaml,line=3," in run.log
    assert run.summary == ""


def test_the_site_is_published_whatever_is_wrong_on_the_board(tmp_path: Path) -> None:
    origin = scene.origin(tmp_path / "origin")
    run = ran(tmp_path, origin, "refs/heads/main", {"event_name": "push"}, job="publish")
    assert not run.failed, run.log
    assert "Somebody else" in (tmp_path / "workspace/site/index.html").read_text()


def test_a_shallow_checkout_says_what_is_missing(tmp_path: Path) -> None:
    origin = scene.origin(tmp_path / "origin")
    scene.merged(origin, "well", "refs/pull/7/merge")
    scene.checkout(tmp_path / "workspace", origin, "refs/pull/7/merge", "--depth=1")
    (tmp_path / "temp").mkdir()
    runner = Runner(
        tmp_path / "workspace", tmp_path / "temp", {"event_name": "pull_request", "base_ref": "main"}
    )
    runner.job([{"uses": "./.github/actions/opsflow"}])
    assert runner.failed
    assert "fetch-depth: 0" in runner.log


def test_names_that_a_shell_would_run_are_names(tmp_path: Path) -> None:
    evil = "$(touch${IFS}pwned);`touch${IFS}pwned`"
    origin = scene.origin(tmp_path / "origin")
    stories.git(origin, "branch", evil, "main")
    scene.merged(origin, "well", "refs/pull/7/merge")
    github = {"event_name": "pull_request", "base_ref": evil, "event.pull_request.number": evil}
    run = ran(tmp_path, origin, "refs/pull/7/merge", github)
    assert not run.failed, run.log
    assert [*tmp_path.rglob("pwned")] == []
    assert run.artifact["pull-request"] == f"{evil}\n"
