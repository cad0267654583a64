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
LISTED = "`depends_on` is a text, where a list belongs"
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
        (
            "allow: stale: {reason: so, until: 2026-11-30}",
            MAPPING,
            "allow: {stale: {reason: so, until: 2026-11-30}}",
        ),
        ("depends_on: OPS-1]", LISTED, "depends_on: [OPS-1]"),
        ("depends_on: - [OPS-1]", LIST, "depends_on: [OPS-1]"),
        ('depends_on: "[OPS-1]', 'the quote " is never closed', "depends_on: [OPS-1]"),
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
    ("line", "message", "hint"),
    [
        ("value: @100", AT, "Write plain digits, without units, separators or leading zeros."),
        (
            "due: - 2026-12-01",
            "a list entry `- ` stands where none can: begin it on a line of its own",
            "Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.",
        ),
        ("estimate: x: 2d", COLON, "Write weeks, days, hours or minutes, such as 3w, 2d, 12h or 90m."),
        ("window: x: {start: 2026-01-01 09:00}", MAPPING, "Add `start`: when it begins."),
    ],
)
def test_a_line_that_the_schema_refuses_is_not_shown(line: str, message: str, hint: str) -> None:
    assert faults(line) == [(message, hint)]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (
            "blocked: @net",
            "Write what belongs to it on lines of their own below it, each two spaces further in.",
        ),
        ("labels: a] b: c", 'Write: labels: ["a] b: c"]'),
        ('labels: ""', "Write it as a list."),
        ("depends_on: yes [OPS-1]", "Write it as a list."),
        ('labels: ","', "Write it as a list."),
        ("labels: *tls", 'Write: labels: ["*tls"]'),
        ("blocked: *tls", "Write out what it stands for."),
        (f"labels: - {'a' * 95} - b", f"Write: labels: [{'a' * 91}..."),
        (f"labels: - {'a' * 120}", "Write 1 to 100 characters."),
        (f"public: a: {'a' * 120}", "Put the value in quotes."),
    ],
)
def test_where_no_line_can_be_shown_nothing_wrong_is_said(line: str, hint: str) -> None:
    assert [said for _, said in faults(line)] == [hint]


FORMS = "Write a person's key, team:KEY, vendor:KEY or item:ID; in free text, put a space after the colon."


@pytest.mark.parametrize(
    ("by", "said", "hint"),
    [
        ("vender:acme", "`by` is `vender:acme`, and `vender:` begins no name", "Write `vendor:acme`."),
        ("Team: net", "", ""),
        ("team: net", "`by` is `team: net`, which names no team", "Write `team:net`."),
        ("nobody:foo", "`by` is `nobody:foo`, and `nobody:` begins no name", FORMS),
        ("item:", "`by` is `item:`, which names no item", FORMS),
        ("vendor:acme", "", ""),
        ("maria", "", ""),
        ("Acme: the hotline", "", ""),
        ("https://acme.example/T-1", "", ""),
        ("call back at 10:30", "", ""),
    ],
)
def test_whom_a_block_waits_for_is_a_name_of_a_known_form_or_free_text(by: str, said: str, hint: str) -> None:
    assert faults(f'blocked: {{reason: wait, by: "{by}"}}') == ([(said, hint)] if said else [])
