"""What differs between two versions of an item's file, field by field."""

from __future__ import annotations

import pytest

from opsflow.reports import _texts

BEFORE = """title: Restore the ERP
state: doing
due: 2026-11-10   # the audit
estimate: 3d
checklist: |
  - [x] Copy
  - [ ] Restore
  - [ ] Compare
depends_on: [OPS-1]
description: |
  due: this is not a field.
"""


def edits(*changes: tuple[str, str]) -> list[str]:
    after = BEFORE
    for old, new in changes:
        assert old in after
        after = after.replace(old, new)
    return _texts.edits(BEFORE.encode(), after.encode())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], []),
        ([("2026-11-10   # the audit", "2026-11-17")], ["due 2026-11-10 → 2026-11-17"]),
        ([("  # the audit", "  # of the auditors")], []),
        ([("estimate: 3d\n", "")], ["no longer estimate 3d"]),
        ([("estimate: 3d\n", "estimate: 3d\nvendor: acme\n")], ["vendor acme"]),
        ([("[ ] Restore", "[x] Restore")], ["2 of 3 steps done"]),
        (
            [("[ ] Compare", "[x] Compare"), ("not a field", "text")],
            ["2 of 3 steps done", "description edited"],
        ),
        ([("not a field", "text"), ("[OPS-1]", "[OPS-2]")], ["dependencies and description edited"]),
        ([("due: this", "estimate: this")], ["description edited"]),
        ([("estimate: 3d", "estimate: '3 # d'")], ["estimate 3d → 3 # d"]),
        ([("title: Restore the ERP", f"title: {'Restore ' * 6}")], ["title edited"]),
    ],
)
def test_what_was_edited_is_said_by_field_and_short_values_with_it(
    changes: list[tuple[str, str]], said: list[str]
) -> None:
    assert edits(*changes) == said


def test_the_text_of_a_markdown_file_is_its_description() -> None:
    before = b"---\ntitle: EOF\nrequires: 1\n---\n\n## Abstract\n"
    assert _texts.edits(before, before.replace(b"Abstract", b"Motivation")) == ["description edited"]
    assert _texts.edits(before, before.replace(b"requires: 1", b"requires: 2")) == ["requires 1 → 2"]


@pytest.mark.parametrize("data", [b"", b'{"title": "JSON"}', b"\xff\xfe", b"- a list\n", b"---\n"])
def test_of_a_file_without_plain_keys_nothing_is_said(data: bytes) -> None:
    assert _texts.edits(data, BEFORE.encode()) == _texts.edits(BEFORE.encode(), data) == []


def test_a_state_that_is_called_otherwise_is_not_said_to_have_changed() -> None:
    after = BEFORE.replace("doing", "working").replace("ERP", "books")
    assert _texts.edits(BEFORE.encode(), after.encode(), {"doing": "working"}) == [
        "title Restore the ERP → Restore the books",
        "state doing is called working now",
    ]
    assert _texts.edits(BEFORE.encode(), after.encode(), {"ready": "working"})[1] == "state doing → working"
