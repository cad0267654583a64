"""The manual cannot lie: it names every command, rule, report and field, and shows nothing that is gone.

The manual of the rules is made of their docstrings: UPDATE_MANUAL=1 writes it anew.
"""

import json
import os
import re
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from opsflow import reports, rules
from opsflow.cli.program import COMMANDS
from opsflow.events import reading
from opsflow.flow.definitions import SENTENCES
from opsflow.history import calls, line
from opsflow.model import Kind, Mode, Severity
from opsflow.reading import (
    complaints,
    config,
    extracts,
    folder,
    loose,
    mappings,
    records,
    reference,
    regex,
    sources,
)
from opsflow.reading import text as texts
from opsflow.rules import unknown_reference
from opsflow.site import layout, markdown
from tests.test_defects import DEFECTS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
CODE = set(re.findall(r"`([^`\n]+)`", TEXT))
SCHEMAS = ["item.schema.json", "board.schema.json", "people.schema.json", "catalog.schema.json"]
MADE = "<!-- From here on made of the rules' docstrings: UPDATE_MANUAL=1 pytest tests/test_manual.py -->\n"


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def schema(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "schema" / file).read_text(encoding="utf-8"))
    return found


def flow(text: str) -> str:
    """The text with every line break and run of spaces as one space."""
    return " ".join(text.split())


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_manual(name: str) -> None:
    assert re.search(rf"opsflow {re.escape(name)}\b", TEXT)


@pytest.mark.parametrize("name", rules.ALL)
def test_every_rule_is_in_the_manual(name: str) -> None:
    assert name in CODE


@pytest.mark.parametrize("name", reports.ALL)
def test_every_report_is_in_the_manual(name: str) -> None:
    assert name in CODE


@pytest.mark.parametrize("file", SCHEMAS)
def test_every_key_of_a_file_is_in_the_manual(file: str) -> None:
    keys = sorted(schema(file)["properties"])
    assert [name for name in keys if f"{name}:" not in TEXT and name not in CODE] == []


def test_the_manual_shows_no_command_that_is_gone() -> None:
    """In code, that is: after a prompt, or between backticks. In prose opsflow may do other things."""
    named = set(
        re.findall(
            r"(?:^\s*(?:- run: |\$ )|`)opsflow(?: -C [^\s`]+)? ([a-z]+(?:-[a-z]+)*)", TEXT, re.MULTILINE
        )
    )
    assert {"check", "build", "explain"} <= named <= set(COMMANDS)


# -- the format ---------------------------------------------------------------------------------


def keys_within(part: Any) -> Iterator[str]:
    """The names of all keys that a schema describes, at any depth."""
    if isinstance(part, dict):
        yield from part.get("properties", {})
        for inner in part.values():
            yield from keys_within(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from keys_within(inner)


@pytest.mark.parametrize("file", SCHEMAS)
def test_every_key_at_any_depth_is_in_the_format(file: str) -> None:
    said = page("format.md")
    code = set(re.findall(r"`([^`\n]+)`", said))
    words = {word for text in code for word in re.findall(r"[A-Za-z_]+", text)}
    assert sorted(set(keys_within(schema(file))) - words) == []


@pytest.mark.parametrize("file", SCHEMAS)
def test_every_key_of_a_file_has_a_row_in_the_format(file: str) -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", page("format.md"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[a-z_]+", row)}
    if file in ("item.schema.json", "board.schema.json"):
        assert set(schema(file)["properties"]) <= named
    headings = set(re.findall(r"^#+ (\S+)$", page("format.md"), re.MULTILINE))
    assert set(schema(file)["properties"]) <= named | headings | {"people", "teams"}


@pytest.mark.parametrize("words", [Kind, Mode, Severity])
def test_every_word_that_a_board_chooses_from_is_in_the_format(words: Any) -> None:
    code = set(re.findall(r"`([^`\n]+)`", page("format.md")))
    assert {word.value for word in words} <= code


def test_every_variable_of_the_environment_is_in_the_format() -> None:
    said = page("format.md")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "opsflow").rglob("*.py"))
    assert (
        sorted(name for name in set(re.findall(r"\bOPSFLOW_[A-Z_]+", code)) if f"`{name}" not in said) == []
    )


# -- the measures -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SENTENCES)
def test_every_definition_is_in_the_measures_word_for_word(name: str) -> None:
    said = flow(page("measures.md") + page("capacity.md") + page("forecast.md")).casefold()
    assert flow(SENTENCES[name]).casefold().rstrip(".") in said
    assert name.casefold() in said


def test_every_report_is_listed_with_its_question() -> None:
    rows = "".join(f"| `{name}` | {reports.question(name)} |\n" for name in reports.ALL)
    assert rows in page("measures.md")


# -- security -----------------------------------------------------------------------------------

LIMITS = {
    "Of the board's own files": {
        "bytes of a file": texts.LIMIT,
        "levels of nesting": reference.DEPTH,
        "keys and values of a file": reference.NODES,
        "characters of a key": reference._LONGEST_KEY,
        "folders inside one another": folder.DEPTH,
        "states of the workflow; the first ones count": config.MOST_STATES,
    },
    "Of other people's records": {
        "bytes of a file": records.MAX_BYTES,
        "bytes of YAML": loose.MAX_YAML,
        "bytes of front matter or headers": records.MAX_HEAD,
        "levels of nesting": loose.MAX_DEPTH,
        "values of a document, aliases counted as often as they stand": loose.MAX_NODES,
        "records of a file": records.MAX_RECORDS,
        "values taken of one list": extracts.MAX_VALUES,
        "characters searched by a pattern or for a heading": extracts.MAX_TEXT,
        "characters of a title, cut": sources.MAX_TITLE,
        "characters of a description, cut": sources.MAX_DESCRIPTION,
        "characters of any other value, cut": extracts.MAX_VALUE,
        "characters of a pattern": regex.LONGEST_PATTERN,
        "characters of the way to a field": mappings._LONGEST_WAY,
    },
    "Of a table of events": {
        "states": reading.MOST_STATES,
    },
    "Of a history": {
        "bytes of one answer of Git, such as the list of a commit's files": calls.MOST,
        "paths that its commits change": line.MOST_PATHS,
    },
    "Of guesses at what was meant": {
        "names that are compared for the unknown ones of a board": unknown_reference.MOST_COMPARED,
        "values of one document that are looked at": complaints._MOST_GUESSES,
        "choices that each is compared with": complaints._MOST_CHOICES,
    },
    "Of what comes out": {
        "characters of a description that is rendered as Markdown; longer ones are shown as written": markdown.LARGEST,
        "lists and quotations inside one another": markdown.DEEPEST,
        "lines of a page's dependency pictures, counted once for each column that they cross; what goes beyond is left out": layout.LONGEST,
        "the same, of an item's page": layout.NEAR,
    },
}


@pytest.mark.parametrize("title", LIMITS)
def test_the_limits_on_the_page_are_those_of_the_code(title: str) -> None:
    rows = "".join(f"| {what} | {most:,} |\n" for what, most in LIMITS[title].items())
    assert f"| {title} | Limit |\n| --- | --- |\n{rows}\n" in page("security.md")


def test_what_the_page_says_of_git() -> None:
    said = page("security.md")
    assert f"`git`, {'.'.join(map(str, calls.NEEDED))} or newer" in said
    assert f"says nothing for {calls.SILENCE} seconds" in said
    assert f"a pipe in an object's place, after {calls.PAUSE}." in said


# -- the rules ----------------------------------------------------------------------------------


def table() -> Iterator[str]:
    yield "| Family | Rule | Severity | What is wrong |"
    yield "| --- | --- | --- | --- |"
    for family, names in rules.FAMILIES.items():
        for at, name in enumerate(names):
            manual = rules.manual(name)
            yield f"|{'' if at else f' {family}'} | [`{name}`](#{name}) | {manual.severity} | {manual.title} |"


def of_rule(name: str) -> Iterator[str]:
    manual, module = rules.manual(name), import_module(f"opsflow.rules.{name.replace('-', '_')}")
    history = ", needs the history" if getattr(module, "NEEDS_HISTORY", False) else ""
    yield from (f"### {name}", "", f"*{manual.severity}, {manual.family}{history}*", "")
    for text in (manual.title, f"**Why.** {manual.why}", f"**Fix.** {manual.fix}"):
        yield from (*wrapped(text), "")
    if manual.options:
        defaults = ", ".join(f"`{key}: {written(value)}`" for key, value in rules.options(name).items())
        yield from (*wrapped(f"**Options.** {manual.options} Without it: {defaults}."), "")
    for title, board in (("Bad", manual.bad), ("Good", manual.good)):
        yield from (f"{title}:", "", "```text", board, "```", "")


def wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 118, break_long_words=False, break_on_hyphens=False)


def written(value: Any) -> str:
    """A default as a board would write it."""
    if not isinstance(value, timedelta):
        return str(value)
    return f"{value.days}d" if value.seconds == 0 else f"{value // timedelta(hours=1)}h"


def manual_of_rules() -> str:
    """All that is made: a table, then the families with their rules."""
    lines = [*table(), ""]
    for family, names in rules.FAMILIES.items():
        lines += [f"## {family[:1].upper()}{family[1:]}", ""]
        for name in names:
            lines += of_rule(name)
    return "\n".join(lines)


def test_the_page_of_the_rules_is_made_of_their_docstrings() -> None:
    head, _, body = page("rules.md").partition(MADE)
    expected = f"\n{manual_of_rules()}"
    if os.environ.get("UPDATE_MANUAL"):
        (ROOT / "docs" / "rules.md").write_text(f"{head}{MADE}{expected}", encoding="utf-8")
        body = expected
    assert body == expected


def test_the_finding_that_the_page_shows_is_what_check_prints() -> None:
    assert f"$ opsflow check\n{DEFECTS['unknown state'].found}" in page("rules.md")


# -- links and words ----------------------------------------------------------------------------


def test_links_between_pages_resolve() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_to_headings_that_are_there() -> None:
    broken = [
        f"{page.name}: {target}#{anchor}"
        for page in PAGES
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)#([^)]+)\)", page.read_text(encoding="utf-8"))
        if anchor not in anchors(page.parent / target if target else page)
    ]
    assert broken == []


@pytest.mark.parametrize("name", ["format.md", "measures.md", "rules.md", "security.md"])
def test_a_page_has_no_dashes_of_print_and_no_empty_promises(name: str) -> None:
    assert re.findall(r"—|\b(?:simply|just|easily|powerful|seamless\w*|robust)\b", page(name)) == []
