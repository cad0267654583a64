"""The page on the table of events tells the truth: its tables are made of the code, its commands are run.

A comment before a fenced block tells what it is: `file: PATH`, a file; `run`, commands with what they print;
`told`, the same with what they say beside it. `made: NAME` has a table below it. UPDATE_MANUAL=1 writes all of
that anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC
from pathlib import Path

from opsflow import demo, facts, measures
from opsflow.events import columns, figures, workflow
from opsflow.measures import query
from tests import stories

PAGE = Path(__file__).parent.parent / "docs" / "events.md"
NOW = "2026-03-10T12:00:00+00:00"
_BLOCK = re.compile(
    r"<!-- (?P<word>[a-z]+)(?:: (?P<path>\S+))? -->\n(?:```[a-z]+\n(?P<body>.*?)```\n|(?P<table>\n(?:\|[^\n]*\n)*))",
    re.DOTALL,
)
MADE = {"columns": lambda: column_table(), "tables": lambda: list_table()}


def ran(folder: Path, commands: list[str], *, aside: bool) -> str:
    """The commands, each with what it prints; `aside`: and with what it says beside it, first."""
    env = stories.environment() | {"OPSFLOW_NOW": NOW, "OPSFLOW_CACHE": "off"}
    shown = ""
    for command in commands:
        program, *words = shlex.split(command)
        assert program == "opsflow"
        done = subprocess.run(
            [sys.executable, "-P", "-m", "opsflow", *words],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert aside or done.stderr == ""
        shown += f"$ {command}\n{done.stderr}{done.stdout}"
    return shown


def column_table() -> str:
    """Every column, what it means, and its other names."""
    lines = ["| Column | Meaning | Also read as |", "| --- | --- | --- |"]
    for column in columns.COLUMNS:
        others = ", ".join(f"`{alias}`" for alias in column.aliases)
        lines.append(f"| `{column.name}` | {column.meaning} | {others} |")
    return "".join(f"{line}\n" for line in lines)


def list_table() -> str:
    """Every list of every measure with its columns, as the example board has them."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        demo.make(f"{folder}/board")
        known = facts.gather(f"{folder}/board", now=demo.read().now.astimezone(UTC), cache=False)
        asked = query.of(known)
        found = [sheet for name in measures.ALL for sheet in figures.sheets(measures.view(name, asked))[1:]]
    rows = [f"| `{sheet.name}` | {', '.join(f'`{each}`' for each in sheet.columns)} |\n" for sheet in found]
    return "".join(["| Table | Columns |\n", "| --- | --- |\n", *rows])


def test_the_page_shows_what_is_said(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")

    def told(block: re.Match[str]) -> str:
        word, name = block["word"], block["path"]
        if word == "file":
            (tmp_path / name).write_text(block["body"], encoding="utf-8")
        elif word in ("run", "told"):
            commands = re.findall(r"(?m)^\$ (.*)$", block["body"])
            return f"<!-- {word} -->\n```console\n{ran(tmp_path, commands, aside=word == 'told')}```\n"
        elif word == "made":
            return f"<!-- made: {name} -->\n\n{MADE[name]()}"
        return block[0]

    expected = _BLOCK.sub(told, page)
    if os.environ.get("UPDATE_MANUAL"):
        PAGE.write_text(expected, encoding="utf-8")
    assert page == expected


def test_every_name_that_tells_what_a_state_means_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [name for names in workflow.TELLING.values() for name in names if f"`{name}`" not in page]
    assert missing == []
