"""Runs the steps of a workflow or of a composite action, as GitHub's runner does, and fetches nothing.

A step that uses somebody's action is handed to the test; all that is written for the shell is really run, in the
environment that GitHub sets. An expression may have names, texts, `format`, `cancelled`, and the signs
`! && || == !=`; more is not needed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent.parent
INTEGRATIONS = ROOT / "integrations"
PROGRAMS = Path(sys.executable).parent
"""Where `opsflow` is, as this checkout has it."""
Values = Mapping[str, str]
Uses = Callable[[Values], None]


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@dataclass
class Runner:
    """One job: where it runs, what GitHub says of the event, and what became of it."""

    workspace: Path
    temp: Path
    github: Values
    """`event_name`, `base_ref`, `event.pull_request.number`, …"""
    uses: Mapping[str, Uses] = field(default_factory=dict)
    """What each action of others does, by its name without a version; called with its inputs."""
    environ: Values = field(default_factory=dict)
    log: str = ""
    failed: bool = False

    def job(self, steps: Sequence[Mapping[str, Any]], inputs: Values | None = None) -> dict[str, str]:
        """Run the steps; returns what they put out, as `steps.ID.outputs.NAME`."""
        known = {f"inputs.{key}": value for key, value in (inputs or {}).items()}
        known |= {f"github.{key}": value for key, value in self.github.items()}
        known |= {"runner.temp": str(self.temp), "github.token": "the-token"}
        broken = False
        for step in steps:
            if not self._wanted(step, known, broken):
                continue
            before, self.failed = self.failed, False
            outputs = self._step(step, known)
            name = step.get("id", "?")
            known[f"steps.{name}.outcome"] = "failure" if self.failed else "success"
            known |= {f"steps.{name}.outputs.{key}": value for key, value in outputs.items()}
            broken = broken or (self.failed and not step.get("continue-on-error"))
            self.failed = before
        self.failed = self.failed or broken
        return known

    def _wanted(self, step: Mapping[str, Any], known: Values, broken: bool) -> bool:
        condition = str(step.get("if", "success()"))
        condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition)
        holds = bool(evaluated(condition, known))
        return holds and (not broken or "cancelled()" in condition)

    def _step(self, step: Mapping[str, Any], known: Values) -> Values:
        if "run" in step:
            return self._run(step, known)
        given = {key: filled(value, known) for key, value in step.get("with", {}).items()}
        name = step["uses"].partition("@")[0]
        if name != "./.github/actions/opsflow":
            self.uses[name](given)
            return {}
        action = load(INTEGRATIONS / "github" / "action.yml")
        inputs = {key: value.get("default", "") for key, value in action["inputs"].items()}
        inner = self.job(action["runs"]["steps"], inputs | given | {"install": ""})
        return {key: filled(value["value"], inner) for key, value in action["outputs"].items()}

    def _run(self, step: Mapping[str, Any], known: Values) -> dict[str, str]:
        assert "${{" not in step["run"], "nothing is filled into a script"
        outputs = self.temp / "outputs"
        outputs.write_text("")
        script = self.temp / "script"
        script.write_text(step["run"])
        summary = self.temp / "summary.md"
        shells = {
            "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
            "python": [sys.executable],
        }
        environ = {
            "PATH": f"{PROGRAMS}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.temp),
            "OPSFLOW_CACHE_DIR": str(self.temp / "cache"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_NAME": self.github.get("event_name", ""),
            "GITHUB_BASE_REF": self.github.get("base_ref", ""),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temp),
            **self.environ,
            **{key: filled(value, known) for key, value in step.get("env", {}).items()},
        }
        done = subprocess.run(
            [*shells[step["shell"]], str(script)],
            cwd=self.workspace,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.log += done.stdout.decode()
        self.failed = done.returncode != 0
        lines = (line.partition("=") for line in outputs.read_text().splitlines())
        return {key: value for key, _, value in lines}

    @property
    def summary(self) -> str:
        """What the run's page shows."""
        path = self.temp / "summary.md"
        return path.read_text() if path.exists() else ""


def filled(text: object, known: Values) -> str:
    """A text with the values of its expressions in it."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(evaluated(found[1], known)), str(text))


def evaluated(expression: str, known: Values) -> object:
    """The value of an expression; a name that is not known is empty, as GitHub has it."""
    signs = {"&&": "and", "||": "or", "!": "not"}
    parts = re.findall(r"'[^']*'|&&|\|\||!=|==|!|[(),]|[\w.-]+|\S", expression)
    words = []
    for at, part in enumerate(parts):
        call = parts[at + 1 : at + 2] == ["("]
        name = re.fullmatch(r"[A-Za-z][\w.-]*", part)
        words.append(repr(known.get(part, "")) if name and not call else signs.get(part, part))
    functions = {
        "cancelled": lambda: False,
        "success": lambda: True,
        "format": lambda text, *values: text.format(*values),
    }
    return eval(" ".join(words), {"__builtins__": {}}, functions)


def environment(**more: str | os.PathLike[str]) -> dict[str, str]:
    """An environment in which `opsflow` and `git` are found, and nothing of the user's."""
    from tests.stories import environment as of_git

    found = of_git() | {"PATH": f"{PROGRAMS}:/usr/local/bin:/usr/bin:/bin"}
    for name in ("CI", "GITHUB_ACTIONS"):
        found.pop(name, None)
    return found | {key: os.fspath(value) for key, value in more.items()}
