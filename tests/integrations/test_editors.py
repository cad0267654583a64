"""Settings for editors: they name what is there; and the schemas, asked by an independent validator."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from opsflow.cli import init
from opsflow.cli.program import COMMANDS
from opsflow.cli.schema import KINDS
from opsflow.reading import globs
from tests.integrations.runner import INTEGRATIONS, PROGRAMS, ROOT, environment

EDITORS = INTEGRATIONS / "editors"
EXAMPLE = ROOT / "examples" / "board"
SCHEMAS: dict[str, Any] = json.loads(init._EDITOR)["yaml.schemas"]
"""What `opsflow init` writes for VS Code."""


def of_vscode() -> Any:
    return json.loads((EDITORS / "vscode" / "settings.json").read_text())["yaml.schemas"]


def of_zed() -> Any:
    settings = json.loads((EDITORS / "zed" / "settings.json").read_text())
    return settings["lsp"]["yaml-language-server"]["settings"]["yaml"]["schemas"]


def of_helix() -> Any:
    settings = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text())
    return settings["language-server"]["yaml-language-server"]["config"]["yaml"]["schemas"]


def of_neovim() -> Any:
    text = (EDITORS / "neovim" / "opsflow.lua").read_text()
    rows = re.findall(r'\["(\S+\.json)"\] = (?:\{ (.*) \}|(".*")),$', text, re.MULTILINE)
    return {name: json.loads(f"[{several}]" if several else one) for name, several, one in rows}


@pytest.mark.parametrize("schemas", [of_vscode, of_zed, of_helix, of_neovim])
def test_every_editor_knows_the_schemas_as_init_writes_them(schemas: Callable[[], Any]) -> None:
    assert schemas() == SCHEMAS


def test_every_editor_that_can_starts_the_language_server() -> None:
    vscode = json.loads((EDITORS / "vscode" / "settings.json").read_text())
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text())["language-server"]["opsflow"]
    neovim = re.findall(r"cmd = \{ (.*) \}", (EDITORS / "neovim" / "opsflow.lua").read_text())
    started = [
        [vscode["glspc.server.command"], *vscode["glspc.server.commandArguments"]],
        [helix["command"], *helix["args"]],
        json.loads(f"[{neovim[0]}]"),
    ]
    assert started == [["opsflow", "lsp"]] * 3
    assert "lsp" in COMMANDS


# -- the schemas, by check-jsonschema, which reads YAML with its own reader -----------------------


def files_of(board: Path, patterns: str | Iterable[str]) -> list[Path]:
    fits = globs.matcher((patterns,) if isinstance(patterns, str) else tuple(patterns))
    return sorted(path for path in board.rglob("*.yaml") if fits(path.relative_to(board).as_posix()))


def validated(schema: Path, files: Iterable[Path]) -> subprocess.CompletedProcess[str]:
    command = [PROGRAMS / "check-jsonschema", "--schemafile", schema, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schemas as `opsflow schema` writes them for the example board."""
    folder = tmp_path_factory.mktemp("schemas")
    command = [PROGRAMS / "opsflow", "schema", "--write", str(folder), "-C", str(EXAMPLE)]
    subprocess.run(command, env=environment(), check=True, capture_output=True)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{kind}.schema.json" for kind in KINDS)
    return folder


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_is_what_its_schema_says(name: str, written: Path) -> None:
    files = files_of(EXAMPLE, SCHEMAS[name])
    assert len(files) > (100 if "item" in name else 0)
    done = validated(written / Path(name).name, files)
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def test_every_schema_is_a_schema(written: Path) -> None:
    schemas = sorted(written.iterdir()) + sorted((ROOT / "schema").iterdir())
    command = [PROGRAMS / "check-jsonschema", "--check-metaschema", *schemas]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        "asignees: [maria]",
        "state: doin",
        "due: tomorrow",
        "labels: audit",
        "blocked: no answer",
        "estimate: 2 days",
        "type: problem",
    ],
)
def test_the_schema_of_a_board_refuses_what_the_rules_refuse(
    wrong: str, written: Path, tmp_path: Path
) -> None:
    item = tmp_path / "OPS-1.yaml"
    lines = {"title": "title: Renew", "state": "state: ready", wrong.partition(":")[0]: wrong}
    item.write_text("".join(f"{line}\n" for line in lines.values()))
    done = validated(written / "item.schema.json", [item])
    assert done.returncode == 1
    assert wrong.partition(":")[0] in done.stdout


def test_a_new_board_is_what_its_schemas_say(tmp_path: Path) -> None:
    environ = environment(OPSFLOW_CACHE_DIR=tmp_path / "cache", HOME=tmp_path)
    board = tmp_path / "board"
    subprocess.run([PROGRAMS / "opsflow", "init", board], env=environ, check=True, capture_output=True)
    new = [PROGRAMS / "opsflow", "-C", board, "new", "Renew edge certificates", "--due", "2026-12-01"]
    subprocess.run(new, env=environ, check=True, capture_output=True)
    for name, patterns in SCHEMAS.items():
        files = files_of(board, patterns)
        assert (
            validated(board / name, files).returncode == 0 if files else "people" in name or "catalog" in name
        )
    items = files_of(board, SCHEMAS["./.opsflow/item.schema.json"])
    assert len(items) == 2
    for path in items:
        modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
        assert modeline
        assert (path.parent / modeline[1]).resolve() == board / ".opsflow" / "item.schema.json"
