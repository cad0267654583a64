"""A hint that shows a line is right: who writes it has mended the line, and needs no second hint."""

from __future__ import annotations

import pytest

from opsflow.reading import board
from tests.boards import tree_of

PATH = "items/OPS-1.yaml"
HEAD = "title: Some work\nstate: ready\n"


def faults(line: str) -> list[tuple[str, str]]:
    """What is said of an item with this line, and what to do."""
    found = board.load({**tree_of({}), PATH: f"{HEAD}{line}\n".encode()})[1]
    return [(each.judgement.message, each.judgement.hint) for each in found]


LIST = "a list on the line of its key is written in brackets"
COMMA = "an entry of the list is missing before a comma"
MAPPING = "a mapping on the line of its key is written in braces"
AT = "an unquoted value cannot begin with `@`"
COLON = "an unquoted value holds `: `, which begins a new value"
TEXT = "`labels` is a text, where a list belongs"


@pytest.mark.parametrize(
    ("line", "message", "written"),
    [
        ("requester: @net", AT, 'requester: "@net"'),
        ("labels: - a", LIST, "labels: [a]"),
        ("labels: - a - b: c", LIST, 'labels: [a, "b: c"]'),
        ("skills: [a, , b]", COMMA, "skills: [a, b]"),
        ("skills: [, a]", COMMA, "skills: [a]"),
        ("labels: @net", AT, 'labels: ["@net"]'),
        ("labels: a: b", COLON, 'labels: ["a: b"]'),
        ("services: [edge", "the list is never closed", "services: [edge]"),
        ('labels: "a', 'the quote " is never closed', 'labels: ["a"]'),
        ("blocked: reason: x", MAPPING, "blocked: {reason: x}"),
        ("blocked: reason: a [b], by: team:net", MAPPING, 'blocked: {reason: "a [b]", by: team:net}'),
        ("blocked: reason: x: y, z", MAPPING, 'blocked: {reason: "x: y, z"}'),
        ('labels: "- a"', TEXT, "labels: [a]"),
        ('labels: "[a, b]"', TEXT, "labels: [a, b]"),
        ('labels: "[- a]"', TEXT, "labels: [a]"),
        ('labels: "[a, , b]"', TEXT, "labels: [a, b]"),
        ("labels: tls, audit", TEXT, "labels: [tls, audit]"),
        ("labels: it's", TEXT, 'labels: ["it\'s"]'),
        ("labels: 'say \"x\"'", TEXT, "labels: ['say \"x\"']"),
    ],
)
def test_the_line_that_is_shown_is_right(line: str, message: str, written: str) -> None:
    assert faults(line) == [(message, f"Write: {written}")]
    assert faults(written) == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (
            "blocked: @net",
            "Write what belongs to it on lines of their own below it, each two spaces further in.",
        ),
        ("labels: a] b: c", 'Write: labels: ["a] b: c"]'),
        ('labels: ""', "Write it as a list."),
        ('labels: ","', "Write it as a list."),
        ("labels: *tls", 'Write: labels: ["*tls"]'),
        ("blocked: *tls", "Write out what it stands for."),
        (f"labels: - {'a' * 120}", f"Write: labels: [{'a' * 91}..."),
        (f"requester: a: {'a' * 120}", "Put the value in quotes."),
    ],
)
def test_where_no_line_can_be_shown_nothing_wrong_is_said(line: str, hint: str) -> None:
    assert [said for _, said in faults(line)] == [hint]
