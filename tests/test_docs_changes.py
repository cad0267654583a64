"""The page on changes tells the truth: its branches are made, its commands are run, and say what it shows.

A comment before a fenced block tells what it is: `on BRANCH: PATH`, a file of a branch (main first, and the
others leave it); `edit: PATH`, a file of the working folder; `run`, commands with what they print, which
UPDATE_MANUAL=1 writes anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests import stories

PAGE = Path(__file__).parent.parent / "docs" / "changes.md"
NOW = "2026-11-20T12:00:00+00:00"
_BLOCK = re.compile(
    r"<!-- (?P<word>[a-z]+)(?: (?P<branch>[a-z]+))?(?:: (?P<path>\S+))? -->\n```[a-z]+\n(?P<body>.*?)```\n",
    re.DOTALL,
)


def made(folder: Path) -> str:
    """The repository of the page, with main checked out."""
    files: dict[str, dict[str, str | None]] = {}
    for block in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["word"] == "on":
            files.setdefault(block["branch"], {})[block["path"]] = block["body"]
    steps: list[stories.Step] = [{"at": "2026-11-17 09:00", "files": files.pop("main")}]
    steps += [{"on": name, "start": "main", "files": of} for name, of in files.items()]
    return stories.make(folder, steps)


def ran(folder: str, commands: list[str], cache: Path) -> str:
    """The commands, each with what it prints."""
    env = stories.environment() | {"OPSFLOW_NOW": NOW, "OPSFLOW_CACHE_DIR": str(cache)}
    shown = ""
    for command in commands:
        program, *words = shlex.split(command)
        start = [sys.executable, "-P", "-m", "opsflow"] if program == "opsflow" else [program]
        done = subprocess.run([*start, *words], cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        assert done.stderr == ""
        shown += f"$ {command}\n{done.stdout}"
    return shown


def test_the_page_shows_what_is_said(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    folder = made(tmp_path / "board")

    def told(block: re.Match[str]) -> str:
        if block["word"] == "edit":
            Path(folder, block["path"]).write_text(block["body"], encoding="utf-8")
        if block["word"] != "run":
            return block[0]
        commands = [line[2:] for line in block["body"].splitlines() if line.startswith("$ ")]
        return f"<!-- run -->\n```console\n{ran(folder, commands, tmp_path / 'cache')}```\n"

    expected = _BLOCK.sub(told, page)
    if os.environ.get("UPDATE_MANUAL"):
        PAGE.write_text(expected, encoding="utf-8")
        page = expected
    assert page == expected


def test_every_command_on_the_page_is_run() -> None:
    page = PAGE.read_text(encoding="utf-8")
    run = [block["body"] for block in _BLOCK.finditer(page) if block["word"] == "run"]
    assert len(run) == page.count("```console\n") > 3
