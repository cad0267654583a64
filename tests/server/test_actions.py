"""What is offered to do about a finding, and the text that it leaves."""

import pytest

from opsflow import rules
from opsflow.facts import Facts
from opsflow.server import actions
from opsflow.server.changes import Change, between
from tests.boards import facts_of

PATH = "items/OPS-1.yaml"
OTHERS = {
    "OPS-2": "{state: ready, depends_on: [OPS-1]}",
    "OPS-3": "{state: dropped}",
    "people": "{maria: {name: Maria, skills: [dns]}, ben: {name: Ben}, eva: {name: Eva, away: [{start: 2026-03-01, end: 2026-03-09}]}}",
    "vendors": "{acme: {name: Acme}}",
    "fields": "{risk: {enum: [low, high]}}",
}  # fmt: skip


def after(facts: Facts, path: str, change: Change) -> str:
    text = facts.tree[path].decode()
    for edit in change.edits:
        assert edit.path == path
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def mended(text: str, path: str = PATH, **others: str) -> dict[str, str]:
    """What is offered for the file, by title, and what each leaves of its text."""
    facts = facts_of({**OTHERS, **others, path: text})
    found = [each for each in rules.judge(facts) if each.place.path == path]
    return {each.title: after(facts, path, each.change) for each in actions.of(facts, path, found)}


@pytest.mark.parametrize(
    ("line", "title", "expected"),
    [
        ("state: raedy", "Write `ready`", "state: ready"),
        ("state: ready\nasignees: [maria]", "Write `assignees`", "state: ready\nassignees: [maria]"),
        ("state: ready\nassignees: [mria]", "Write `maria`", "state: ready\nassignees: [maria]"),
        ("state: ready\nrisk: hihg", "Write `high`", "state: ready\nrisk: high"),
        ("state: ready\nblocked: {reason: x, by: 'vendor:acm'}", "Write `vendor:acme`",
         "state: ready\nblocked: {reason: x, by: 'vendor:acme'}"),
        ("state: ready\nallow: {overdu: {reason: x}}", "Write `overdue`", "state: ready\nallow: {overdue: {reason: x}}"),
        ("state: ready\nentered: {raedy: 2026-01-01 09:00}", "Write `ready`", "state: ready\nentered: {ready: 2026-01-01 09:00}"),
        ("state: ready\npublic: see: this", 'Write: public: "see: this"', 'state: ready\npublic: "see: this"'),
        ("state: ready\nlabels: tls", "Write: labels: [tls]", "state: ready\nlabels: [tls]"),
        ("state: ready\ndue:", "Remove `due`", "state: ready"),
        ("id: OPS-9\nstate: ready", "Remove `id`", "state: ready"),
        ("state: ready\ndepends_on: [OPS-9, OPS-3]", "Remove OPS-9 from `depends_on`", "state: ready\ndepends_on: [OPS-3]"),
        ("state: ready\ndepends_on:\n  - OPS-3", "Remove OPS-3 from `depends_on`", "state: ready"),
        ("state: ready\ndepends_on: [OPS-2] # it is", "Remove OPS-2 from `depends_on`", "state: ready"),
        ("state: ready\npart_of: OPS-9", "Remove `part_of`", "state: ready"),
        ("state: ready\nallow: {stale: {reason: x, until: 2026-03-01}}", "Remove the waiver of stale", "state: ready"),
        ("state: ready\nwindow: {start: 2026-04-02 10:00, end: 2026-04-01 10:00}", "Swap `start` and `end`",
         "state: ready\nwindow: {start: 2026-04-01 10:00, end: 2026-04-02 10:00}"),
        ("state: doing", "Assign Ben", "state: doing\nassignees:\n  - ben"),
        ("state: doing\nskills: [dns]", "Assign Maria", "state: doing\nassignees:\n  - maria\nskills: [dns]"),
        ("state: ready\ndue: 2026-03-01", "Allow overdue, with a reason",
         'state: ready\ndue: 2026-03-01\nallow:\n  overdue:\n    reason: ""'),
    ],
)  # fmt: skip
def test_an_action_leaves_what_its_title_says(line: str, title: str, expected: str) -> None:
    assert mended(f"title: Some work\n{line}\n").get(title) == f"title: Some work\n{expected}\n"


def test_who_is_away_or_cannot_do_it_is_not_offered() -> None:
    found = mended("title: x\nstate: doing\nskills: [dns]\n")
    assert [title for title in found if title.startswith("Assign")] == ["Assign Maria"]
    found = mended("title: x\nstate: doing\n", **{"OPS-4": "{state: doing, assignees: [ben]}"})
    assert [title for title in found if title.startswith("Assign")] == ["Assign Maria", "Assign Ben"]


def test_a_waiver_counts_only_once_its_reason_is_written() -> None:
    found = mended("title: x\nstate: ready\ndue: 2026-03-01\n")["Allow overdue, with a reason"]
    again = facts_of({**OTHERS, PATH: found})
    said = {(each.rule, each.waiver is None) for each in rules.judge(again) if each.place.path == PATH}
    assert said == {("overdue", True), ("misshapen", True)}


def test_what_is_waived_asks_for_nothing() -> None:
    text = "title: x\nstate: ready\ndue: 2026-03-01\nallow: {overdue: {reason: agreed}}\n"
    assert mended(text) == {}


def test_a_file_of_another_name_is_renamed_where_the_name_is_free() -> None:
    text = "title: x\nstate: ready\n"
    facts = facts_of({"items/ops-7.yaml": text})
    found = [*actions.of(facts, "items/ops-7.yaml", rules.judge(facts))]
    assert [(each.title, each.change) for each in found] == [
        ("Rename the file to OPS-7.yaml", Change(moves=(("items/ops-7.yaml", "items/OPS-7.yaml"),)))
    ]
    facts = facts_of({"items/ops-7.yaml": text, "OPS-7": text})
    mine = [each for each in rules.judge(facts) if each.place.path == "items/ops-7.yaml"]
    assert mine and [*actions.of(facts, "items/ops-7.yaml", mine)] == []


def test_a_rule_that_opsflow_yaml_misspells_is_put_right() -> None:
    facts = facts_of({"rules": "{stael: off}"})
    found = [*actions.of(facts, "opsflow.yaml", rules.judge(facts))]
    assert [each.title for each in found] == ["Write `stale`"]
    assert after(facts, "opsflow.yaml", found[0].change).endswith("rules: {stale: off}\n")


def test_what_would_only_move_the_trouble_is_not_offered() -> None:
    """A list of several lines: one line that is right leaves the others wrong."""
    assert mended("title: x\nstate: ready\nlabels: tls\n  audit: y\n") == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("a b c", "a x c", (2, 3, "x")), ("aa", "aaa", (2, 2, "a")), ("aaa", "aa", (2, 3, "")), ("", "x", (0, 0, "x"))],
)  # fmt: skip
def test_the_edit_between_two_texts_is_the_smallest(
    old: str, new: str, expected: tuple[int, int, str]
) -> None:
    mark = b"\xef\xbb\xbf"
    assert between("a", old.encode(), new.encode())[1:] == expected
    assert between("a", mark + old.encode(), mark + new.encode())[1:] == expected
