"""The lines of a file, and whose they are."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow.reading import layout
from opsflow.reading.reference import outline
from tests.laws import layouts

ITEMS = sorted((Path(__file__).parent.parent.parent / "examples").rglob("*.yaml"))


class Entry(NamedTuple):
    """The lines of a key, as text: the comments directly above it, and its own."""

    key: str
    above: str
    own: str


def entries(text: str) -> tuple[str, list[Entry], str] | None:
    """What is above all keys, each key with its lines, and what is below them all.

    None where the document cannot be read, or where keys do not begin lines of their own.
    """
    found = outline("x.yaml", text.encode())
    if found is None or not layout.in_lines(*found):
        return None
    text, root = found
    lines, extents = text.split("\n"), layout.lines_of(text, root)

    def joined(start: int, end: int) -> str:
        end = min(end, len(lines))
        return "\n".join(lines[start:end]) + ("\n" if start < end < len(lines) else "")

    last = extents[-1].end
    return (
        joined(0, extents[0].lead),
        [
            Entry(key, joined(at.lead, at.start), joined(at.start, at.end))
            for key, at in zip(root.keys, extents, strict=True)
        ],
        joined(last, len(lines)) if last < len(lines) else "",
    )


def parts(text: str) -> tuple[str, list[tuple[str, str, str]], str] | None:
    """The same, as plain tuples."""
    found = entries(text)
    return found and (found[0], [tuple(entry) for entry in found[1]], found[2])


def test_a_key_owns_its_value_and_the_comments_directly_above_it() -> None:
    assert parts("# a\n# b\ntitle: x # c\n\n# nobody's\n\n# d\nlabels:\n# e\n- f\n- g\n\n# closing\n") == (
        "",
        [("title", "# a\n# b\n", "title: x # c\n"), ("labels", "# d\n", "labels:\n# e\n- f\n- g\n")],
        "\n# closing\n",
    )


def test_what_opens_and_closes_a_file_is_of_no_key() -> None:
    above = "---\n# yaml-language-server: $schema=x\n"
    assert parts(f"\ufeff{above}# ü\ntitle: x\n...\n# end\n") == (
        above,
        [("title", "# ü\n", "title: x\n")],
        "...\n# end\n",
    )


def test_a_comment_that_stands_deeper_belongs_to_the_key_above() -> None:
    assert parts("blocked:\n  reason: x\n\n  # by: y\n# z\nstate: a") == (
        "",
        [("blocked", "", "blocked:\n  reason: x\n\n  # by: y\n"), ("state", "# z\n", "state: a")],
        "",
    )


def test_blank_lines_below_a_block_text_are_its_own_only_if_it_keeps_them() -> None:
    below = "\r\n\r\n"
    assert parts(f"a: |\r\n  x\r\n{below}b: |+\r\n  x\r\n{below}c: >-\r\n  x\r\n   \r\n{below}") == (
        "",
        [
            ("a", "", "a: |\r\n  x\r\n"),
            ("b", "", f"b: |+\r\n  x\r\n{below}"),
            ("c", "", "c: >-\r\n  x\r\n   \r\n"),
        ],
        below,
    )


def test_spaces_in_the_last_line_of_a_block_text_can_be_text() -> None:
    assert parts("a: |2\n    x\n   \n\nb: |\n  x\n  \n") == (
        "",
        [("a", "", "a: |2\n    x\n   \n"), ("b", "", "b: |\n  x\n")],
        "  \n",
    )


def test_keys_without_a_value_have_one_line() -> None:
    assert parts("a:\n# x\nb: # y\nc:") == (
        "",
        [("a", "", "a:\n"), ("b", "# x\n", "b: # y\n"), ("c", "", "c:")],
        "",
    )


@pytest.mark.parametrize(
    "text", ["{a: b}\n", "? a\n: b\n", "--- {a: b}\n", "- a\n", "a: [b\n", "", "a: b\n---\n"]
)
def test_other_documents_have_no_layout(text: str) -> None:
    assert parts(text) is None


def test_most_line_breaks_are_the_line_break() -> None:
    for text, wanted in (("a: b", "\n"), ("a: b\r\nc: d\r\ne: f\n", "\r\n"), ("a: b\r\nc: d\n", "\n")):
        assert layout.newline(text) == wanted


def test_entries_stand_in_order_and_apart_in_every_layout() -> None:
    for seed in range(150):
        sheet = layouts.drawn(random.Random(seed))
        found = entries(sheet.data.decode())
        assert found is not None
        assert [entry.key for entry in found[1]] == list(sheet.value)
        assert [entry.own for entry in found[1][:-1]] == [part.text for part in sheet.parts[:-1]]


def test_every_item_of_the_examples_has_a_layout() -> None:
    assert len(ITEMS) > 150
    assert [path for path in ITEMS if entries(path.read_text(encoding="utf-8")) is None] == []
