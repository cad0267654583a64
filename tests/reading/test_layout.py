"""The lines of a file, and whose they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from opsflow.reading import layout
from tests.laws import layouts

ITEMS = sorted((Path(__file__).parent.parent.parent / "examples").rglob("*.yaml"))


def parts(text: str) -> tuple[str, list[tuple[str, str, str]], str] | None:
    """What is above, each key with the comments above it and its lines, and what is below."""
    data = text.encode()
    found = layout.read("x.yaml", data)
    if found is None:
        return None
    entries = [
        (entry.key, data[entry.lead : entry.start].decode(), data[entry.start : entry.end].decode())
        for entry in found.entries
    ]
    return data[: found.head].decode(), entries, data[found.tail :].decode()


def test_a_key_owns_its_value_and_the_comments_directly_above_it() -> None:
    assert parts("# a\n# b\ntitle: x # c\n\n# nobody's\n\n# d\nlabels:\n# e\n- f\n- g\n\n# closing\n") == (
        "",
        [("title", "# a\n# b\n", "title: x # c\n"), ("labels", "# d\n", "labels:\n# e\n- f\n- g\n")],
        "\n# closing\n",
    )


def test_what_opens_and_closes_a_file_is_of_no_key() -> None:
    above = "\ufeff---\n# yaml-language-server: $schema=x\n"
    assert parts(f"{above}# ü\ntitle: x\n...\n# end\n") == (
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
    for text, wanted in (("a: b", b"\n"), ("a: b\r\nc: d\r\ne: f\n", b"\r\n"), ("a: b\r\nc: d\n", b"\n")):
        found = layout.read("x.yaml", text.encode())
        assert found is not None
        assert found.newline == wanted


def test_entries_stand_in_order_and_apart_in_every_layout() -> None:
    for seed in range(150):
        sheet = layouts.drawn(random.Random(seed))
        found = layout.read("x.yaml", sheet.data)
        assert found is not None
        assert [entry.key for entry in found.entries] == list(sheet.value)
        bounds = [at for entry in found.entries for at in (entry.lead, entry.start, entry.end)]
        assert [found.head, *bounds, found.tail] == sorted([found.head, *bounds, found.tail])
        assert [sheet.data[entry.start : entry.end].decode() for entry in found.entries[:-1]] == [
            part.text for part in sheet.parts[:-1]
        ]


def test_every_item_of_the_examples_has_a_layout() -> None:
    assert len(ITEMS) > 150
    assert [path for path in ITEMS if layout.read(path.name, path.read_bytes()) is None] == []
