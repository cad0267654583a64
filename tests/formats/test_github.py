"""Findings as workflow commands: read back as GitHub's runner reads them."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from opsflow.formats import github, text
from opsflow.formats.visible import harmless
from opsflow.model import Severity
from tests.formats.reported import HOSTILE, WAIVER, changed, finding, hostile, report

COMMANDS = {"error", "warning", "notice"}


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def acted_on(log: str) -> list[Command]:
    """What GitHub's runner does with a log: it acts on `::name key=value::message`, and on `##[name]`."""
    found = []
    for line in log.splitlines():
        new = re.match(r"\s*::([^\s:]+)(?: (.*?))?::(.*)", line, re.DOTALL)
        old = re.search(r"##\[([^\]]*)\](.*)", line)
        if new:
            pairs = (pair.partition("=") for pair in (new[2] or "").split(",") if pair)
            properties = {key.strip(): plain(value, ("%3A", ":"), ("%2C", ",")) for key, _, value in pairs}
            found.append(Command(new[1], properties, plain(new[3])))
        elif old:
            found.append(Command(old[1], {}, old[2]))
    return found


def plain(value: str, *more: tuple[str, str]) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        value = value.replace(code, sign)
    return value


def test_the_log_is_the_text_and_then_what_annotates() -> None:
    found = report(finding(2, 8, 4))
    assert github.render(found) == text.render(found) + (
        "::error file=items/OPS-1.yaml,line=2,endLine=2,col=8,endColumn=12,title=unknown-reference"
        "::the workflow has no state `doin`%0AWrite `doing`.\n"
    )


def test_a_good_board_annotates_nothing() -> None:
    assert github.render(report()) == "0 items: no findings.\n"


def test_levels_are_those_of_github_and_errors_come_first() -> None:
    found = report(finding(1, severity=Severity.NOTE), finding(2, severity=Severity.WARNING), finding(3))
    assert [command.name for command in acted_on(github.render(found))] == ["error", "warning", "notice"]


def test_paths_begin_at_the_top_of_the_repository() -> None:
    (command,) = acted_on(github.render(report(finding(2, 8, 4), prefix="ops/board/")))
    assert command.properties["file"] == "ops/board/items/OPS-1.yaml"


def test_what_is_waived_or_was_there_before_is_no_annotation() -> None:
    assert acted_on(github.render(report(finding(waiver=WAIVER)), waived=True)) == []
    assert acted_on(github.render(changed("left", report(finding())))) == []
    assert len(acted_on(github.render(changed("made", report(finding()))))) == 1
    assert len(acted_on(github.render(changed("worse", report(finding()))))) == 1


def test_no_level_has_more_annotations_than_github_shows() -> None:
    ten = [finding(line) for line in range(1, 11)]
    assert len(acted_on(github.render(report(*ten)))) == 10
    commands = acted_on(github.render(report(*ten, finding(11), *(finding(1, severity=Severity.NOTE),) * 3)))
    assert [command.name for command in commands] == ["error"] * 10 + ["notice"] * 3
    assert [command.properties.get("line") for command in commands[:10]] == [*"123456789", None]
    assert commands[9] == Command(
        "error", {"title": "opsflow"}, "2 more errors; the log of this step lists all"
    )


def test_signs_that_part_properties_come_back_as_they_were() -> None:
    path = "items/a,b:c%3A=d.yaml"
    found = report(finding(path=path, message="100% of a::b, c"), tree={path: b"x"})
    (command,) = acted_on(github.render(found))
    assert command.properties["file"] == path
    assert command.message.splitlines()[0] == "100% of a::b, c"


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_board_says_is_a_command(name: str) -> None:
    log = github.render(hostile(HOSTILE[name]), waived=True)
    commands = acted_on(log)
    assert [command.name for command in commands] == ["error", "warning"]
    assert [command.properties["title"] for command in commands] == ["unknown-reference", "overdue"]
    assert all(command.properties["line"] == "2" for command in commands)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", log)
    assert max(len(command.message) for command in commands) < 17_000


@pytest.mark.parametrize("name", HOSTILE)
def test_breaking_commands_once_more_finds_nothing_to_break_in_the_text(name: str) -> None:
    log = github.render(hostile(HOSTILE[name]), waived=True)
    said = "".join(line for line in log.splitlines(keepends=True) if not line.startswith("::"))
    assert harmless(said) == said
