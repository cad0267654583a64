"""The manual cannot lie: it names every command, rule, report and field, and shows nothing that is gone."""

import json
import re
from pathlib import Path

import pytest

from opsflow import reports, rules
from opsflow.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
CODE = set(re.findall(r"`([^`\n]+)`", TEXT))


def fields(file: str) -> list[str]:
    schema = json.loads((ROOT / "schema" / file).read_text(encoding="utf-8"))
    return sorted(schema["properties"])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_manual(name: str) -> None:
    assert re.search(rf"opsflow {re.escape(name)}\b", TEXT)


@pytest.mark.parametrize("name", rules.ALL)
def test_every_rule_is_in_the_manual(name: str) -> None:
    assert name in CODE


@pytest.mark.parametrize("name", reports.ALL)
def test_every_report_is_in_the_manual(name: str) -> None:
    assert name in CODE


@pytest.mark.parametrize(
    "file", ["item.schema.json", "board.schema.json", "people.schema.json", "catalog.schema.json"]
)
def test_every_key_of_a_file_is_in_the_manual(file: str) -> None:
    assert [name for name in fields(file) if f"{name}:" not in TEXT and name not in CODE] == []


def test_the_manual_shows_no_command_that_is_gone() -> None:
    named = set(re.findall(r"^(?:\$ )?opsflow(?: -C \S+)? ([a-z]+)", TEXT, re.MULTILINE))
    assert named - set(COMMANDS) == set()


def test_links_between_pages_resolve() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
