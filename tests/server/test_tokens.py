"""What a text consists of, and what is being written in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsflow.model import Keys
from opsflow.reading import reference
from opsflow.reading.reference import Node
from opsflow.server import tokens
from opsflow.server.tokens import KEY, VALUE, Cursor, Token

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "examples" / "board").rglob("*.yaml"))

ODD = """\
title: "Renew: \\"edge\\" certificates"   # why not
'state': doing
labels: [a, 'b c', "d", e f]
depends_on:
- OPS-1
- OPS-2   # first
blocked: {reason: waiting for it, by: "vendor:acme"}
allow:
  wip-limit: {reason: P1, until: 2026-11-30}
  stale:
    reason: it is
    by: maria
checklist: |
  - [ ] a: step
  # no comment
limits:
  - name: one
    states: [doing,
      review]
    max: 7
  - {per: person, max: 2}
nested:
  - - a
    - b
  -
    key: value
empty: {}
none: []
url: http://example.org/#part
"""


def told(node: Node, keys: Keys = ()) -> set[Token]:
    """What the reader of the board says of a document: its keys, and its values but block texts."""
    found: set[Token] = set()
    for key, child in node.keys.items():
        assert child.key_at
        found.add(Token((*keys, key), KEY, child.key_at.first, child.key_at.last, key))
        found |= told(child, (*keys, key))
    for position, child in enumerate(node.items):
        found |= told(child, (*keys, position))
    if node.kind == "scalar" and node.style not in ("|", ">") and node.scalar is not None:
        found.add(Token(keys, VALUE, node.at.first, node.at.last, node.scalar))
    return found


def seen(text: str) -> set[Token]:
    return {token for token in tokens.read(text) if token.role != tokens.BLOCK}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_text_has_the_tokens_that_the_reader_of_the_board_finds(path: Path) -> None:
    read = reference.outline(path.name, path.read_bytes())
    assert read is not None
    assert seen(read[0]) == told(read[1])


@pytest.mark.parametrize("text", [ODD, ODD.replace("\n", "\r\n")])
def test_odd_layouts_have_the_same_tokens_for_both(text: str) -> None:
    read = reference.outline("odd.yaml", text.encode())
    assert read is not None
    assert seen(text) == told(read[1])


def test_a_block_text_is_one_token_with_its_lines_as_they_stand() -> None:
    text = "description: |\n  One.\n\n  Two: [x\nstate: done\n"
    found = [token for token in tokens.read(text) if token.role == tokens.BLOCK]
    assert found == [Token(("description",), tokens.BLOCK, 15, 33, "  One.\n\n  Two: [x\n")]


@given(st.text(alphabet="ab:-[]{}'\"|#,\n\r\t \\é😀", max_size=60))
def test_any_text_has_tokens_inside_it_and_in_its_order(text: str) -> None:
    found = tokens.read(text)
    assert all(0 <= token.start <= token.end <= len(text) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)
    for at in range(len(text) + 1):
        cursor = tokens.cursor(text, at)
        assert cursor is None or cursor.start <= at


def test_what_was_left_open_ends_where_the_next_key_stands() -> None:
    for broken in ("labels: [a, b\n", 'title: "no end\n', "blocked: {reason: x\n"):
        assert Token(("state",), VALUE, len(broken) + 7, len(broken) + 12, "doing") in tokens.read(
            f"{broken}state: doing\n"
        )


# -- writing ------------------------------------------------------------------------------------

CASES: list[tuple[str, Cursor | None]] = [
    ("^", Cursor((), KEY, 0, "")),
    ("sta^", Cursor((), KEY, 0, "sta")),
    ("state: d^", Cursor(("state",), VALUE, 7, "d")),
    ("state:^", Cursor(("state",), VALUE, 6, "", tight=True)),
    ("state: ^", Cursor(("state",), VALUE, 7, "")),
    ('state: "do^"', Cursor(("state",), VALUE, 7, "do", '"')),
    ("state: 'do^", Cursor(("state",), VALUE, 7, "do", "'")),
    ("depends_on: [OPS-1, OP^]", Cursor(("depends_on", 1), VALUE, 20, "OP", flow=True)),
    ("depends_on: [^", Cursor(("depends_on", 0), VALUE, 13, "", flow=True)),
    ("depends_on: [OPS-1,\n  OP^", Cursor(("depends_on", 1), VALUE, 22, "OP", flow=True)),
    ("depends_on:\n  - ^", Cursor(("depends_on", 0), "", 16, "")),
    ("depends_on:\n  -^", Cursor(("depends_on", 0), "", 15, "", tight=True)),
    ("depends_on:\n- OPS-1\n- OP^", Cursor(("depends_on", 1), VALUE, 22, "OP")),
    ("depends_on:\n  ^", Cursor(("depends_on",), "", 14, "")),
    ("depends_on:\n^", Cursor((), KEY, 12, "")),
    ("blocked: {reason: x, by: ven^}", Cursor(("blocked", "by"), VALUE, 25, "ven", flow=True)),
    ("blocked: {re^}", Cursor(("blocked",), KEY, 10, "re", flow=True)),
    ("blocked: {reason: x, ^}", Cursor(("blocked",), KEY, 21, "", flow=True)),
    ("blocked:\n  reason: x\n  b^", Cursor(("blocked",), KEY, 23, "b")),
    ("allow:\n  wip^", Cursor(("allow",), "", 9, "wip")),
    ("allow:\n  stale:\n    reason: x\n  wip^", Cursor(("allow",), KEY, 32, "wip")),
    ("allow: {wip-limit: {rea^", Cursor(("allow", "wip-limit"), KEY, 20, "rea", flow=True)),
    ("limits:\n  - name: x\n    ^", Cursor(("limits", 0), KEY, 24, "")),
    ("title: [WIP] x\nstate: d^", Cursor(("state",), VALUE, 22, "d")),
    ("labels: [a,\nstate: d^", Cursor(("state",), VALUE, 19, "d")),
    ("description: |\n  state: ^", None),
    ("description: |\n  text\nst^", Cursor((), KEY, 22, "st")),
    ("# state: ^", None),
    ("title: x # st^", None),
    ("labels: [a] ^", None),
    ('title: "x" ^', None),
    ("title: some\n  more^", None),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_what_is_being_written_is_known_even_where_the_text_cannot_be_read(
    text: str, expected: Cursor | None
) -> None:
    at = text.index("^")
    for after in ("", "\nclass: standard\n"):
        assert tokens.cursor(text[:at] + text[at + 1 :] + after, at) == expected
