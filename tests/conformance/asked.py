"""Asks the command line about a table of events, as anybody would who checks a number of another tool."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from opsflow import cli

CASES = Path(__file__).parents[3] / "shared" / "cases"
Row = Mapping[str, object]


def case(name: str) -> dict[str, Any]:
    """A case by its file's name; skipped where the cases are not here."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the case {name} is not here: {CASES} is not beside this checkout")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


class Asking:
    """A folder with tables of events, and perhaps with an opsflow.yaml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def board(self, text: str) -> None:
        """Say what states mean, and what is expected, in an opsflow.yaml."""
        (self.folder / "opsflow.yaml").write_text(text, encoding="utf-8")

    def run(self, rows: Iterable[Row], *words: str) -> tuple[int, str, str]:
        """Status, output and messages of `opsflow report WORDS --events FILE`."""
        told = list(rows)
        columns = list(dict.fromkeys(key for row in told for key in row)) or ["item", "value", "entered"]
        file = self.folder / "events.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(told)
        return self.told(file, *words)

    def told(self, file: Path, *words: str) -> tuple[int, str, str]:
        """The same of a table that is there."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.run(["report", *words, "--events", str(file)])
        return status, out.getvalue(), err.getvalue()

    def view(self, rows: Iterable[Row], *words: str) -> dict[str, Any]:
        """The view that it answers with."""
        status, out, err = self.run(rows, *words, "--format", "json")
        assert status == 0, err
        found: dict[str, Any] = json.loads(out)
        return found


def moves(item: str, *steps: tuple[object, str], **more: object) -> list[Row]:
    """The rows of one item: when it came to which state."""
    return [{"item": item, "value": state, "entered": at, **more} for at, state in steps]
