"""The page on capacity tells the truth: it shows what the example board says, and names every measure."""

import os
import re
from pathlib import Path

import pytest

from opsflow import demo, measures
from tests.cli.conftest import Run
from tests.test_docs_examples import checked, examples

PAGE = Path(__file__).parent.parent.parent / "docs" / "capacity.md"
FAMILIES = ("capacity", "skills", "money", "upkeep")
_PRINTED = re.compile(r"(<!-- printed: (?P<words>[^\n]+) -->\n```text\n)(?P<text>.*?)(```\n)", re.DOTALL)


def test_the_page_shows_what_the_example_says(
    tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UPDATE_MANUAL=1 writes it anew."""
    monkeypatch.setenv("OPSFLOW_NOW", "2026-11-20T16:20:00+01:00")
    monkeypatch.setenv("COLUMNS", "100")
    demo.make(str(tmp_path / "demo"))
    page = PAGE.read_text(encoding="utf-8")

    def printed(found: re.Match[str]) -> str:
        ran = opsflow("-C", tmp_path / "demo", *found["words"].split())
        assert (ran.status, ran.err) == (0, "")
        return found[1] + ran.out + found[4]

    shown = _PRINTED.sub(printed, page)
    if os.environ.get("UPDATE_MANUAL"):
        PAGE.write_text(shown, encoding="utf-8")
        return
    assert page == shown


def test_the_page_lists_every_measure_with_its_question() -> None:
    rows = [
        f"| `{name}` | {measures.question(name)} |"
        for family in FAMILIES
        for name in measures.FAMILIES[family]
    ]
    assert "\n".join(rows) in PAGE.read_text(encoding="utf-8")


def test_the_board_of_the_page_has_no_finding() -> None:
    (example,) = examples(PAGE)
    assert checked(example.files) == "0 items: no findings.\n"
