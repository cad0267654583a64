"""The GitLab template: valid, and its jobs really run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from tests import stories
from tests.integrations import scene
from tests.integrations.runner import INTEGRATIONS, PROGRAMS, environment, load

TEMPLATE = INTEGRATIONS / "gitlab" / "opsflow.gitlab-ci.yml"


class Ran(NamedTuple):
    failed: bool
    log: str
    folder: Path

    def issues(self) -> list[tuple[str, str, int]]:
        """What the merge request would show."""
        found = json.loads((self.folder / "gl-code-quality-report.json").read_text())
        places = ((issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in found)
        return [(issue["check_name"], *place) for issue, place in zip(found, places, strict=True)]

    def failures(self) -> list[str | None]:
        cases = ElementTree.parse(self.folder / "opsflow-junit.xml").iter("testcase")
        return [case.get("name") for case in cases if case.find("failure") is not None]


def ran(folder: Path, origin: str, ref: str, job: str, shell: str = "bash", **variables: str) -> Ran:
    """Run a job as GitLab's runner does: its lines one after another in one shell, after a fetch of its own."""
    template = load(TEMPLATE)
    shared, own = template[".opsflow"], template[job]
    depth = shared["variables"]["GIT_DEPTH"]
    scene.checkout(folder, origin, ref, *((f"--depth={depth}",) if depth != "0" else ()))
    script = "\n".join((*shared["before_script"], *own["script"]))
    environ = environment(
        **template["variables"]
        | {"OPSFLOW_INSTALL": "", "OPSFLOW_NOW": scene.NOW, "OPSFLOW_CACHE_DIR": str(folder.parent / "cache")}
        | {"CI": "true", "GITLAB_CI": "true"}
        | variables
    )
    done = subprocess.run(
        [shell, "-e", "-c", script],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ran(done.returncode != 0, done.stdout, folder)


@pytest.fixture
def origin(tmp_path: Path) -> str:
    return scene.origin(tmp_path / "origin")


def parted(origin: str, branch: str) -> str:
    """Where a branch began: GitLab's CI_MERGE_REQUEST_DIFF_BASE_SHA."""
    return stories.git(origin, "merge-base", "main", branch)


def test_the_template_is_what_gitlab_takes() -> None:
    command = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", TEMPLATE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def test_merge_requests_are_judged_and_only_the_default_branch_is_published() -> None:
    template: Any = load(TEMPLATE)
    merge_request = '$CI_PIPELINE_SOURCE == "merge_request_event"'
    default = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"
    rules = {name: [rule["if"] for rule in template[name]["rules"]] for name in ("opsflow-check", "pages")}
    assert rules == {"opsflow-check": [merge_request, default], "pages": [default]}


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_merge_request_is_judged_from_where_it_began(shell: str, tmp_path: Path, origin: str) -> None:
    base = parted(origin, "broken")
    run = ran(
        tmp_path / "work",
        origin,
        "refs/heads/broken",
        "opsflow-check",
        shell,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
    )
    assert run.failed, run.log
    assert run.failures() == ["unknown-reference"]
    assert run.issues() == [
        ("unknown-reference", "items/OPS-3.yaml", 2),
        ("misshapen", "items/OPS-4.yaml", 3),
    ]
    assert "dooing" in (run.folder / "opsflow-diff.md").read_text()
    assert "::error" not in run.log


@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize(("branch", "found"), [("broken", ["unknown-reference"]), ("well", [])])
def test_a_merge_request_is_judged_though_its_story_cannot_be_told(
    branch: str, found: list[str], shell: str, tmp_path: Path, origin: str
) -> None:
    program = tmp_path / "bin" / "opsflow"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\n[ "$3" = diff ] && {{ echo no story >&2; exit 2; }}\nexec "{PROGRAMS}/opsflow" "$@"\n'
    )
    program.chmod(0o755)
    run = ran(
        tmp_path / "work",
        origin,
        f"refs/heads/{branch}",
        "opsflow-check",
        shell,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=parted(origin, branch),
        PATH=f"{program.parent}:{environment()['PATH']}",
    )
    assert (run.failed, run.failures(), "no story" in run.log) == (True, found, True), run.log


def test_a_merge_request_that_is_well_passes_whatever_was_wrong_before(tmp_path: Path, origin: str) -> None:
    base = parted(origin, "well")
    run = ran(
        tmp_path / "work", origin, "refs/heads/well", "opsflow-check", CI_MERGE_REQUEST_DIFF_BASE_SHA=base
    )
    assert not run.failed, run.log
    assert (run.failures(), len(run.issues())) == ([], 1)


def test_a_merge_train_stops_the_second_of_two_that_take_the_last_place(tmp_path: Path, origin: str) -> None:
    first = scene.merged(origin, "one", "refs/heads/train")
    scene.merged(origin, "two", "refs/merge-requests/2/train", "refs/heads/train")
    run = ran(
        tmp_path / "work",
        origin,
        "refs/merge-requests/2/train",
        "opsflow-check",
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA=first,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=parted(origin, "two"),
    )
    assert run.failed, run.log
    assert run.failures() == ["wip-limit"]


def test_the_default_branch_is_judged_as_a_whole(tmp_path: Path, origin: str) -> None:
    run = ran(tmp_path / "work", origin, "refs/heads/main", "opsflow-check")
    assert (run.failed, run.failures()) == (True, ["misshapen"])
    assert not (run.folder / "opsflow-diff.md").exists()


def test_the_site_goes_where_gitlab_looks_for_it(tmp_path: Path, origin: str) -> None:
    run = ran(tmp_path / "work", origin, "refs/heads/main", "pages")
    assert not run.failed, run.log
    assert load(TEMPLATE)["pages"]["artifacts"]["paths"] == ["public"]
    assert (run.folder / "public" / "index.html").is_file()


def test_a_board_in_a_folder_has_paths_from_the_top(tmp_path: Path) -> None:
    origin = scene.origin(tmp_path / "nested", "ops/board/")
    run = ran(tmp_path / "work", origin, "refs/heads/main", "opsflow-check", OPSFLOW_BOARD="ops/board")
    assert run.issues() == [("misshapen", "ops/board/items/OPS-4.yaml", 3)]
