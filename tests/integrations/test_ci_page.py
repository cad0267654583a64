"""The page about CI: its commands are run, its files validated, and what it says of files is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from opsflow.cli.outputs import FORMATS
from tests.integrations import scene
from tests.integrations.runner import PROGRAMS, ROOT, environment, load

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def blocks(kind: str, mark: str = "") -> list[str]:
    """The blocks of a kind, such as "yaml"; with a mark, those below it."""
    above = re.escape(f"<!-- {mark} -->\n") if mark else r"(?<!-->\n)"
    return re.findall(rf"{above}```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(text: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the lines behind the prompts, in bash."""
    script = "\n".join(re.findall(r"^\$ (.*)$", text, re.MULTILINE))
    given = environment(
        OPSFLOW=str(ROOT), OPSFLOW_NOW=scene.NOW, OPSFLOW_CACHE_DIR=str(folder.parent), **environ
    )
    return subprocess.run(
        ["bash", "-eu", "-c", script], cwd=folder, env=given, capture_output=True, text=True, check=False
    )


@pytest.fixture
def board(tmp_path: Path) -> Path:
    origin = scene.origin(tmp_path / "origin")
    scene.checkout(tmp_path / "board", origin, "refs/heads/main")
    return tmp_path / "board"


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    kinds = [blocks("console"), blocks("console", "run"), blocks("yaml", "validated: vendor.gitlab-ci")]
    kinds += [blocks("yaml", "validated: pre-commit")]
    assert [len(found) for found in kinds] == [2, 2, 1, 1]
    assert sum(map(len, kinds)) * 2 == PAGE.count("```")


def test_the_files_are_copied_where_the_others_look_for_them(board: Path) -> None:
    for block in blocks("console"):
        done = run(block, board)
        assert done.returncode == 0, done.stderr
    used = {
        step["uses"]
        for path in (board / ".github/workflows").iterdir()
        for job in load(path)["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("./")
    }
    assert used == {"./.github/actions/opsflow"}
    assert (board / ".github/actions/opsflow/action.yml").is_file()
    (include,) = load_text(blocks("yaml", "validated: vendor.gitlab-ci")[0])["include"]
    assert (board / include["local"]).is_file()


def load_text(text: str) -> dict[str, list[dict[str, str]]]:
    from ruamel.yaml import YAML

    found: dict[str, list[dict[str, str]]] = YAML(typ="safe", pure=True).load(text)
    return found


def test_the_commands_say_what_they_are_said_to_say(board: Path) -> None:
    alone, together = blocks("console", "run")
    done = run(alone, board)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (board / "opsflow.xml").is_file()
    done = run(together, board)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "[wip-limit]" in done.stdout
    for one in ("origin/one", "origin/two"):
        done = run(together.replace("origin/one origin/two", one), board)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_commands_of_the_readme_do_what_they_are_said_to_do(board: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## In CI\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\$ (opsflow .*)$", text, re.MULTILINE)
    done = [run(f"$ {line}", board) for line in lines]
    assert [each.returncode for each in done] == [0, 0, 1, 0, 0], [each.stderr for each in done]
    assert "[wip-limit]" in done[2].stdout
    assert done[3].stdout.startswith("<!-- opsflow diff OPS -->\n")
    for name in ("opsflow.sarif", "opsflow.xml", "site/index.html"):
        assert (board / name).is_file()


def test_the_file_for_gitlab_is_what_gitlab_takes(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(blocks("yaml", "validated: vendor.gitlab-ci")[0])
    command = [
        PROGRAMS / "check-jsonschema",
        "--builtin-schema",
        "vendor.gitlab-ci",
        tmp_path / ".gitlab-ci.yml",
    ]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_file_for_pre_commit_is_what_pre_commit_takes(tmp_path: Path) -> None:
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(blocks("yaml", "validated: pre-commit")[0])
    command = [PROGRAMS / "pre-commit", "validate-config", config]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    hooks = {hook["id"] for hook in load(ROOT / ".pre-commit-hooks.yaml")}
    assert {hook["id"] for hook in load(config)["repos"][0]["hooks"]} <= hooks  # type: ignore[call-overload, index]
    assert all(f"| `{name}` |" in PAGE for name in hooks)


def test_every_format_and_every_input_is_in_a_table() -> None:
    action = load(ROOT / "integrations" / "github" / "action.yml")
    for name in (*FORMATS, *action["inputs"]):
        assert f"\n| `{name}` | " in PAGE


def test_every_path_of_an_editor_is_there() -> None:
    paths = re.findall(r"`(integrations/editors/[^`]+)`", PAGE)
    assert len(paths) == 4
    assert [path for path in paths if not (ROOT / path).exists()] == []
