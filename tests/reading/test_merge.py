"""Merging three versions of a file: field by field, with comments and layout."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from bench import fuzz
from opsflow.cli import merge_driver
from opsflow.reading import documents
from opsflow.reading.lines import Labels, Markers
from opsflow.reading.merge import by_fields, by_lines, merge

BASE = """\
# yaml-language-server: $schema=../.opsflow/item.schema.json
title: Renew edge certificates  # the two at the edge
state: ready

# who
assignees:
  - maria
labels: [tls, audit]  # for the auditors
due: 2026-12-01
blocked:
  reason: waiting for the CSR
  by: maria
entered: {ready: 2026-11-03 09:00}
allow:
  stale: {reason: Acme is slow, by: maria}
checklist: |
  - [ ] order
  - [ ] install
  - [ ] remove
description: |
  The old chain ends in December.

  Acme answers on Thursdays.
"""


def changed(*edits: tuple[str, str], text: str = BASE) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def merged(
    base: str, ours: str, theirs: str, path: str = "items/OPS-7K3Q.yaml"
) -> tuple[str, tuple[str, ...]]:
    found = by_fields(path, *(text.encode() for text in (base, ours, theirs)), Markers())
    assert found is not None
    return found.data.decode(), found.conflicts


def both(*edits: tuple[str, str, str], base: str = BASE) -> tuple[str, tuple[str, ...]]:
    """The merge after each edit: what was there, ours, theirs."""
    ours = changed(*((old, mine) for old, mine, _ in edits), text=base)
    theirs = changed(*((old, yours) for old, _, yours in edits), text=base)
    return merged(base, ours, theirs)


# -- fields -------------------------------------------------------------------------------------


def test_changes_of_different_fields_merge_though_their_lines_touch() -> None:
    ours = changed(("state: ready", "state: doing"), ("labels: [tls, audit]  #", "labels: [tls]  #"))
    theirs = changed(("edge certificates  # the two", "chain  # two"), ("2026-12-01", "2026-12-15  # late"))
    assert merged(BASE, ours, theirs) == (
        changed(
            ("state: ready", "state: doing"),
            ("labels: [tls, audit]  #", "labels: [tls]  #"),
            ("edge certificates  # the two", "chain  # two"),
            ("2026-12-01", "2026-12-15  # late"),
        ),
        (),
    )


@pytest.mark.parametrize(
    ("line", "ours", "theirs"),
    [
        ("state: ready", "state: doing", "state: review"),
        ("due: 2026-12-01", "due: 2026-12-02", "due: 2027-01-01"),
    ],
)
def test_a_field_that_both_changed_is_a_conflict_in_that_field_alone(
    line: str, ours: str, theirs: str
) -> None:
    text, conflicts = both((line, ours, theirs), ("- maria", "- maria\n  - ben", "- maria"))
    marked = f"<<<<<<< ours\n{ours}\n=======\n{theirs}\n>>>>>>> theirs"
    assert text == changed((line, marked), ("- maria", "- maria\n  - ben"))
    assert conflicts == (line.partition(":")[0],)


def test_the_same_change_on_both_sides_is_none() -> None:
    assert both(("ready\n", "doing\n", "doing\n")) == (changed(("ready\n", "doing\n")), ())
    assert both(("ready\n", "doing\n", "'doing'\n")) == (changed(("ready\n", "doing\n")), ())


def test_a_field_removed_here_and_changed_there_is_a_conflict() -> None:
    text, conflicts = both(("due: 2026-12-01\n", "", "due: 2026-12-02\n"))
    assert text == changed(("due: 2026-12-01\n", "<<<<<<< ours\n=======\ndue: 2026-12-02\n>>>>>>> theirs\n"))
    assert conflicts == ("due",)


def test_a_field_removed_here_and_only_laid_out_anew_there_is_gone() -> None:
    assert both(("due: 2026-12-01\n", "", 'due: "2026-12-01"\n')) == (changed(("due: 2026-12-01\n", "")), ())


def test_a_comment_on_a_removed_field_is_a_conflict_and_not_lost() -> None:
    text, conflicts = both(("due: 2026-12-01\n", "", "# promised\ndue: 2026-12-01\n"))
    assert "=======\n# promised\ndue: 2026-12-01\n>>>>>>> theirs\n" in text
    assert conflicts == ("due",)


def test_new_fields_at_one_place_stand_one_after_the_other() -> None:
    text, conflicts = both(("due:", "vendor: acme\ndue:", "# hers\nrequester: sam\ndue:"))
    assert (text, conflicts) == (changed(("due:", "vendor: acme\n# hers\nrequester: sam\ndue:")), ())


def test_a_field_that_both_added_is_a_conflict_where_they_differ() -> None:
    assert both(("due:", "vendor: acme\ndue:", "vendor: acme\ndue:"))[1] == ()
    text, conflicts = both(("due:", "vendor: acme\ndue:", "vendor: zenith\ndue:"))
    assert "<<<<<<< ours\nvendor: acme\n=======\nvendor: zenith\n>>>>>>> theirs\ndue:" in text
    assert conflicts == ("vendor",)


def test_a_value_and_its_comment_are_two_things() -> None:
    ours, theirs = changed(("# the two at the edge", "# both")), changed(("edge certificates ", "the chain "))
    assert merged(BASE, ours, theirs) == (
        changed(("edge certificates  # the two at the edge", "the chain  # both")),
        (),
    )


def test_one_block_is_never_made_of_two() -> None:
    text, conflicts = both(
        ("waiting for the CSR", "waiting for Ben", "waiting for the CSR"),
        ("by: maria\ne", "by: maria\ne", "by: sam\ne"),
    )
    assert conflicts == ("blocked",)
    assert "reason: waiting for Ben\n  by: maria\n=======\n  reason: waiting for the CSR\n  by: sam\n" in text


def test_a_moved_field_is_where_one_side_put_it_with_the_value_of_the_other() -> None:
    ours = changed(("due: 2026-12-01\n", ""), ("state: ready\n", "state: ready\ndue: 2026-12-01\n"))
    theirs = changed(("due: 2026-12-01", "due: 2026-12-02"), ("ready\n", "ready\ntype: security\n"))
    text = changed(
        ("due: 2026-12-01\n", ""), ("state: ready\n", "state: ready\ndue: 2026-12-02\ntype: security\n")
    )
    assert merged(BASE, ours, theirs)[1] == merged(BASE, theirs, ours)[1] == ()
    assert documents.load("", merged(BASE, ours, theirs)[0].encode()) == documents.load("", text.encode())
    assert merged(BASE, theirs, ours)[0].index("due") < text.index("assignees")


# -- lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("labels: [a, b]", "labels: [a, b, c]", "labels: [a, b, d]", "labels: [a, b, c, d]"),
        ("labels: [a, b]", "labels: [b]", "labels: [a, b, d]", "labels: [b, d]"),
        ("labels: [a, b]", "labels: [b]", "labels: [a]", "labels: []"),
        ("labels: [ a, b ]", "labels: [ b ]", "labels: [ a, b, 'd' ]", "labels: [ b, 'd' ]"),
        ("labels: [a]", "labels: [x, a]", "labels: [y, a]", "labels: [x, y, a]"),
        ("labels: [a]", "labels: [b]", "labels: [c]", "labels: [b, c]"),
        ("labels: [a] # w", "labels: [a, b] # w", "labels: [a, c] # why", "labels: [a, b, c] # why"),
        ("labels: [a, b, c]", "labels: [c, b, a]", "labels: [a, d, b, c]", "labels: [c, b, a, d]"),
        ("labels:\n- a", "labels:\n- a # first\n- b", "labels:\n- c\n- a", "labels:\n- c\n- a # first\n- b"),
        ("labels:\n  - a", "labels:\n  - a\n  - b", "labels:\n- a\n- c", "labels:\n- a\n- b\n- c"),
        ("labels: [a]", "labels: [a, b]", "labels:\n  - a # first\n  - c", "labels:\n  - a # first\n  - b\n  - c"),
        ("labels:\n  - a", "labels: []", "labels:\n  - a\n  - b", "labels: [b]"),
        ("labels:\n  - a # x\n  - b", "labels:\n  - b", "labels:\n  - a # x", "labels: []"),
        ("labels: []", "labels: [a]", "labels:\n  - b", "labels:\n  - a\n  - b"),
        ("type: x", "type: x\nlabels: [a]", "type: x\nlabels: [b]", "type: x\nlabels: [a, b]"),
        ('labels: ["a, b", c]', 'labels: ["a, b"]', 'labels: ["a, b", c, "d]"]', 'labels: ["a, b", "d]"]'),
        ("labels: [it's, b]", "labels: [it's, b, c]", "labels: [it's]", "labels: [it's, c]"),
    ],
)  # fmt: skip
def test_lists_of_texts_merge_as_sets_and_keep_their_order(
    base: str, ours: str, theirs: str, expected: str
) -> None:
    top = "title: x\nstate: y\n"
    end = "\ndue: 2026-12-01\n"
    assert merged(*(f"{top}{text}{end}" for text in (base, ours, theirs))) == (f"{top}{expected}{end}", ())


def test_an_element_removed_here_with_a_new_comment_there_is_a_conflict() -> None:
    text, conflicts = both(("  - maria", "  - ben", "  - maria  # until May"))
    assert "  - ben\n<<<<<<< ours\n=======\n  - maria  # until May\n>>>>>>> theirs\n" in text
    assert conflicts == ("assignees",)


# -- mappings -----------------------------------------------------------------------------------


def test_waivers_and_entries_merge_each_for_itself() -> None:
    text, conflicts = both(
        ("allow:\n", "allow:\n  wip-limit: {reason: outage}\n", "allow:\n"),
        ("is slow", "is slow", "is slower"),
        ("entered: {", "entered: {doing: 2026-11-04 10:00, ", "entered: {"),
        ("09:00}", "09:00}", "09:00, done: 2026-11-05 10:00}"),
    )
    assert conflicts == ()
    assert "allow:\n  wip-limit: {reason: outage}\n  stale: {reason: Acme is slower, by: maria}\n" in text
    assert "entered: {doing: 2026-11-04 10:00, ready: 2026-11-03 09:00, done: 2026-11-05 10:00}\n" in text


def test_one_waiver_that_both_changed_is_a_conflict_of_its_line() -> None:
    text, conflicts = both(("is slow", "is late", "is slower"))
    assert conflicts == ("allow.stale",)
    assert "allow:\n<<<<<<< ours\n  stale: {reason: Acme is late, by: maria}\n=======\n" in text


# -- texts --------------------------------------------------------------------------------------


def test_steps_next_to_each_other_merge() -> None:
    text, conflicts = both(
        ("[ ] order", "[x] order", "[ ] order"),
        ("[ ] install", "[ ] install", "[x] install"),
        ("[ ] remove", "[ ] remove\n  - [ ] tell", "[ ] remove\n  - [ ] write"),
    )
    assert conflicts == ()
    assert "  - [x] order\n  - [x] install\n  - [ ] remove\n  - [ ] tell\n  - [ ] write\n" in text


def test_a_step_that_both_changed_is_a_conflict_of_that_step() -> None:
    text, conflicts = both(("[ ] install", "[x] install", "[ ] install it"))
    assert conflicts == ("checklist",)
    assert "order\n<<<<<<< ours\n  - [x] install\n=======\n  - [ ] install it\n>>>>>>> theirs\n" in text


def test_descriptions_merge_by_lines() -> None:
    assert both(("in December", "in March", "in December"), ("Thursdays", "Thursdays", "Fridays")) == (
        changed(("in December", "in March"), ("Thursdays", "Fridays")),
        (),
    )


def test_a_line_of_the_description_that_both_changed_is_a_conflict_of_that_line() -> None:
    text, conflicts = both(("on Thursdays.", "on Fridays.", "never."))
    assert conflicts == ("description",)
    assert text.endswith(
        "December.\n\n<<<<<<< ours\n  Acme answers on Fridays.\n=======\n  Acme answers never.\n>>>>>>> theirs\n"
    )


def test_texts_that_are_laid_out_in_different_ways_merge_by_lines_all_the_same() -> None:
    deeper = BASE.replace("  The old", "    The old").replace("  Acme answers", "    Acme answers")
    theirs = changed(("Thursdays.", "Thursdays.\n    Or not."), text=deeper)
    assert merged(BASE, changed(("in December", "in March")), theirs) == (
        changed(("in December", "in March"), text=theirs),
        (),
    )


# -- comments and layout ------------------------------------------------------------------------


def test_comments_of_both_sides_stay() -> None:
    assert both(("# who", "# who\n# on call", "# who\n# until May")) == (
        changed(("# who", "# who\n# on call\n# until May")),
        (),
    )
    text, conflicts = both(("assignees:", "assignees:\n  # the team", "assignees:\n  # not Ben"))
    assert (text, conflicts) == (changed(("assignees:", "assignees:\n  # the team\n  # not Ben")), ())
    text, conflicts = both(("# who", "# on call", "# until May"))
    assert conflicts == ("comment above assignees",)
    assert "\n<<<<<<< ours\n# on call\n=======\n# until May\n>>>>>>> theirs\nassignees:\n" in text


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ("# x\n\ntitle: a\n", "comment at the top"),
        ("title: a\n# x\n", "comment at the end"),
        ("title: a\n# x\ntype: c\n", "comment above type"),
        ("allow:\n  # x\n  stale: {reason: a}\n", "comment above allow.stale"),
        ("labels:\n  - b\n  # x\ntitle: a\n", "comment at the end of labels"),
        ("labels:\n  # x\n  - b\ntitle: a\n", "comment above labels"),
    ],
)
def test_a_comment_that_both_sides_changed_is_a_conflict_wherever_it_stands(base: str, name: str) -> None:
    ours, theirs = (base.replace("x\n", f"{word}\n").replace("- b", f"- b\n  - {word}") for word in "yz")
    text, conflicts = merged(base, ours, theirs)
    assert conflicts == (name,)
    assert text.count("<<<<<<< ours\n") == 1
    assert {"# y", "# z"} <= {line.strip() for line in text.splitlines()}


@pytest.mark.parametrize("ours", ["", "bom", "crlf", "open", "bom crlf open"])
@pytest.mark.parametrize("theirs", ["", "bom", "crlf", "open"])
def test_line_breaks_mark_and_end_are_merged_too(ours: str, theirs: str) -> None:
    def styled(text: str, style: str) -> bytes:
        text = text.removesuffix("\n") if "open" in style else text
        text = text.replace("\n", "\r\n") if "crlf" in style else text
        return (("\ufeff" if "bom" in style else "") + text).encode()

    mine, yours = changed(("state: ready", "state: doing")), changed(("2026-12-01", "2026-12-02"))
    expected = changed(("state: ready", "state: doing"), ("2026-12-01", "2026-12-02"))
    found = by_fields("items/x.yaml", BASE.encode(), styled(mine, ours), styled(yours, theirs), Markers())
    assert found == (styled(expected, f"{ours} {theirs}"), ())


def test_a_mark_begins_its_line_though_the_file_begins_with_a_byte_order_mark() -> None:
    base, ours, theirs = (f"\ufefftitle: {word}\nstate: ready\n" for word in "abc")
    assert merged(base, ours, theirs)[0] == (
        "<<<<<<< ours\n\ufefftitle: b\n=======\n\ufefftitle: c\n>>>>>>> theirs\nstate: ready\n"
    )


def test_marks_are_as_git_asks_for_them() -> None:
    versions = [f"title: {word}\nstate: ready\n".encode() for word in "abc"]
    markers = Markers(Labels("HEAD", "4f2a91c", "topic"), 9, base=True)
    assert merge("items/x.yaml", *versions, markers).data.decode() == (
        "<<<<<<<<< HEAD\ntitle: b\n||||||||| 4f2a91c\ntitle: a\n=========\ntitle: c\n>>>>>>>>> topic\nstate: ready\n"
    )


# -- the board's other files --------------------------------------------------------------------

PEOPLE = """\
people:
  maria: {name: Maria, team: net}
  ben:
    name: Ben
    skills: [tls]
    away:
      - {start: 2026-12-21, end: 2027-01-03}
teams:
  net: {name: Network}
"""
BOARD = """\
board: Ops
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 5}
  - {state: done, kind: done}
types:
  request: {}
rules:
  stale: {after: 14d}
"""


def test_people_merge_each_for_himself() -> None:
    ours = changed(
        ("team: net}", "team: db}"),
        ("[tls]", "[tls, dns]"),
        ("teams:\n", "  cy: {name: Cy}\nteams:\n"),
        text=PEOPLE,
    )
    theirs = changed(
        ("name: Maria", "name: Maria K"),
        ("[tls]", "[tls, bgp]"),
        ("  net:", "  db: {name: Data}\n  net:"),
        text=PEOPLE,
    )
    assert merged(PEOPLE, ours, theirs, "board/people.yaml") == (
        changed(
            ("name: Maria, team: net}", "name: Maria K, team: db}"),
            ("[tls]", "[tls, dns, bgp]"),
            ("teams:\n", "  cy: {name: Cy}\nteams:\n"),
            ("  net:", "  db: {name: Data}\n  net:"),
            text=PEOPLE,
        ),
        (),
    )


def test_rows_of_the_workflow_merge_by_lines() -> None:
    ours = changed(("wip: 5", "wip: 6"), ("  request: {}", "  request: {}\n  incident: {}"), text=BOARD)
    theirs = changed(
        ("types:\n  request: {}", "types:\n  request: {}\n  project: {}"), ("14d", "21d"), text=BOARD
    )
    text, conflicts = merged(BOARD, ours, theirs, "opsflow.yaml")
    assert conflicts == ()
    assert text == changed(
        ("wip: 5", "wip: 6"),
        ("request: {}", "request: {}\n  incident: {}\n  project: {}"),
        ("14d", "21d"),
        text=BOARD,
    )
    text, conflicts = merged(BOARD, ours, changed(("wip: 5", "wip: 7"), text=BOARD), "opsflow.yaml")
    assert conflicts == ("workflow",)
    assert "<<<<<<< ours\n  - {state: doing, kind: active, wip: 6}\n=======\n" in text


# -- what is no file of opsflow -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "no mapping\nat all\n",
        "<<<<<<< a\nx: 1\n=======\nx: 2\n>>>>>>> b\n",
        "a: &b c\n",
        "{a: b}\n",
        "a: 1\r\nb: 2\n",
        "",
    ],
)
def test_other_texts_merge_by_lines(text: str) -> None:
    base = f"{text}x\n\ny\n\nz\n".encode()
    ours, theirs = base.replace(b"x\n\n", b"o\n\n"), base.replace(b"\nz", b"\nt")
    assert by_fields("items/x.yaml", base, ours, theirs, Markers()) is None
    assert merge("items/x.yaml", base, ours, theirs) == (f"{text}o\n\ny\n\nt\n".encode(), ())


def test_lines_that_clash_are_marked_and_ended() -> None:
    found = by_lines("x", b"a\nb", b"a\nc", b"a\nd", Markers())
    assert found == (b"a\n<<<<<<< ours\nc\n=======\nd\n>>>>>>> theirs\n", ("",))
    found = by_lines("x", b"a\r\nb", b"a\r\nc", b"a\r\nd", Markers())
    assert found == (b"a\r\n<<<<<<< ours\r\nc\r\n=======\r\nd\r\n>>>>>>> theirs\r\n", ("",))


def test_a_merge_of_lines_never_breaks_what_both_sides_can_read() -> None:
    base = b"title: x\nstate: y\ntype: z\nclass: w\nvendor: v\n"
    ours, theirs = base.replace(b"title: x", b"title: x\ndue: 1"), base + b"due: 2\n"
    found = by_lines("x", base, ours, theirs, Markers())
    assert found.conflicts == ("",)
    assert found.data.startswith(b"title: x\n<<<<<<< ours\ndue: 1\n") and found.data.endswith(
        b"due: 2\n>>>>>>> theirs\n"
    )


def test_bytes_that_are_no_text_stay_as_ours() -> None:
    assert merge("x", b"a\0", b"b\0", b"c\0") == (b"b\0", ("",))
    assert merge("x", b"a\0", b"a\0", b"c\0") == (b"c\0", ())


def test_whatever_stands_in_the_files_the_merge_is_readable_or_marked() -> None:
    rng = random.Random(4)
    by_field = 0
    for _ in range(250):
        text = fuzz.item(rng)
        versions = [
            each.encode("utf-8", "surrogatepass")
            for each in (text, fuzz.mutate(rng, text), fuzz.mutate(rng, text))
        ]
        found = merge("items/x.yaml", *versions)
        readable = [documents.load("x", data)[0] is not None for data in (*versions, found.data)]
        by_field += all(readable)
        if found.conflicts:
            assert b"\n>>>>>>> theirs\n" in found.data or b"\0" in b"".join(versions)
        else:
            assert readable[3] or not all(readable[1:3])
    assert by_field > 20


@pytest.mark.parametrize("seed", range(60))
def test_what_one_side_alone_changed_is_that_side_byte_for_byte(seed: int) -> None:
    rng = random.Random(seed)
    base, side = fuzz.item(rng).encode(), fuzz.item(rng).encode()
    for found in (by_fields("x", base, side, base, Markers()), by_fields("x", base, base, side, Markers())):
        assert found == (side, ())


# -- the manual ---------------------------------------------------------------------------------

PAGE = (Path(__file__).parent.parent.parent / "docs" / "merging.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_what_comes_out() -> None:
    base, ours, theirs, expected = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert merged(base, ours, theirs) == (expected, ("state",))


def test_the_page_shows_what_is_installed() -> None:
    attributes, settings = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert all(line.endswith(" merge=opsflow") for line in attributes.splitlines())
    line = merge_driver.line("opsflow").replace("\\", "\\\\")
    assert settings == f'[merge "opsflow"]\n\tname = field by field\n\tdriver = "{line}"\n'
