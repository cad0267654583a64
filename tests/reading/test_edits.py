"""Edits of files: what they write, byte for byte, and what they refuse."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from bench import fuzz
from opsflow.errors import OpsflowError
from opsflow.reading import edits, reference
from opsflow.reading.edits import Add, Drop, Edit, Remove, Set
from tests.laws import layouts

ITEM = "items/OPS-1.yaml"


def edited(before: str, *steps: Edit, path: str = ITEM) -> str:
    return edits.apply(path, before.encode(), steps).decode()


def refusal(before: str, *steps: Edit, path: str = ITEM) -> str:
    with pytest.raises(OpsflowError) as caught:
        edited(before, *steps, path=path)
    return str(caught.value)


# name: (before, edits, after)
TEXTS: dict[str, tuple[str, Edit, str]] = {
    "plain stays plain": ("title: a # b\n", Set(("title",), "c d"), "title: c d # b\n"),
    "plain words that other readers guess at stay plain": ("title: a\n", Set(("title",), "no"), "title: no\n"),
    "plain is quoted where it has to be": ("title: a # b\n", Set(("title",), "c: d"), 'title: "c: d" # b\n'),
    "with the quotes that need no escape": (
        "title: a\n",
        Set(("title",), '"c": d'),
        "title: '\"c\": d'\n",
    ),
    "double quotes stay": ('state: "a"   # b\n', Set(("state",), "c"), 'state: "c"   # b\n'),
    "single quotes stay": ("state: 'a'\n", Set(("state",), "it's"), "state: 'it''s'\n"),
    "a quoted key": ("'state' :   a\n", Set(("state",), "b"), "'state' :   b\n"),
    "a value on the next line": ("title:\n  a # b\n", Set(("title",), "c"), "title:\n  c # b\n"),
    "a value that was missing": ("due: # when?\nb: c\n", Set(("due",), "d"), "due: d # when?\nb: c\n"),
    "one line becomes several": ("a: b # c\nd: e\n", Set(("a",), "f\ng\n"), "a: | # c\n  f\n  g\nd: e\n"),
    "several in quotes": ('a: "b\\nc"\n', Set(("a",), "d\ne"), 'a: "d\\ne"\n'),
    "several within braces": ("a: {b: c}\n", Set(("a", "b"), "d\ne"), 'a: {b: "d\\ne"}\n'),
    "a line of a block": ("a: |\n  b\n  c\nd: e\n", Set(("a",), "b\nf\n"), "a: |\n  b\n  f\nd: e\n"),
    "a block that loses its last line break": ("a: |\n  b\n", Set(("a",), "c"), "a: |-\n  c\n"),
    "a block's comment, indentation and blank lines": (
        "a: |-  # b\n     c\n\n\n# d\n",
        Set(("a",), "c\n e"),
        "a: |-  # b\n     c\n      e\n\n\n# d\n",
    ),
    "spaces in a blank line of a block": ("a: |\n    b\n  \n    c\n", Set(("a",), "b\n\nd\n"), "a: |\n    b\n  \n    d\n"),
    "a block that begins with spaces": ("a: |\n  b\n", Set(("a",), "  c\nd\n"), "a: |2\n    c\n  d\n"),
    "a block at the end without a line break": ("a: |-\n  b\n  c", Set(("a",), "b\nd"), "a: |-\n  b\n  d"),
    "a folded text": (
        "a: >\n  one two\n  three four\n  five\nb: c\n",
        Set(("a",), "one two three 4 five\n"),
        "a: >\n  one two\n  three 4\n  five\nb: c\n",
    ),
    "a folded text with code": ("a: >\n  b\n  c\n", Set(("a",), "b\n\n    code\n"), "a: |\n  b\n\n      code\n"),
    "a plain text on several lines": (
        "a: one two\n  three four\n  five # b\n",
        Set(("a",), "one two three four six five"),
        "a: one two\n  three four\n  six\n  five # b\n",
    ),
    "a quoted text on several lines": (
        "a: 'one\n   it''s\n   three'\n",
        Set(("a",), "one it's 4 three"),
        "a: 'one\n   it''s\n   4\n   three'\n",
    ),
    "line breaks of Windows": ("a: |\r\n  b\r\nc: d\r\n", Set(("a",), "b\ne\n"), "a: |\r\n  b\r\n  e\r\nc: d\r\n"),
    "of a line among others": ("a: b\r\nc: |\n  d\n", Set(("c",), "d\ne\n"), "a: b\r\nc: |\n  d\n  e\n"),
    "a byte order mark": ("\ufeffa: b\n", Set(("a",), "c"), "\ufeffa: c\n"),
    "no text": ("a: b # c\n", Set(("a",), ""), 'a: "" # c\n'),
    "the whole document in braces": ("{a: b, 'c': d} # e\n", Set(("c",), "f, g"), "{a: b, 'c': \"f, g\"} # e\n"),
    "marks of documents": ("--- # a\nb: c\n...\n# d\n", Set(("b",), "e"), "--- # a\nb: e\n...\n# d\n"),
    "keys written out": ("? a\n: b\n", Set(("a",), "c"), "? a\n: c\n"),
    "a key like a number": ("a: {012: b}\n", Set(("a", "012"), "c"), "a: {012: c}\n"),
}  # fmt: skip

LISTS: dict[str, tuple[str, Edit, str]] = {
    "an entry more": ("a:\n  - b # c\n# d\ne: f\n", Add(("a",), "g"), "a:\n  - b # c\n  - g\n# d\ne: f\n"),
    "not indented, with a wide gap": ("a:\n-   b\nc: d\n", Add(("a",), "e"), "a:\n-   b\n-   e\nc: d\n"),
    "in brackets": ("a: [b] # c\n", Add(("a",), "d"), "a: [b, d] # c\n"),
    "tight": ("a: [b,c]\n", Add(("a",), "d"), "a: [b,c,d]\n"),
    "with a last comma": ("a: [b, c,]\n", Add(("a",), "d"), "a: [b, c, d,]\n"),
    "in quotes": ('a: ["b", "c"]\n', Add(("a",), "d"), 'a: ["b", "c", "d"]\n'),
    "in quotes, a line each": ("a:\n- 'b'\n", Add(("a",), "c"), "a:\n- 'b'\n- 'c'\n"),
    "brackets over several lines": (
        "a: [\n  b,  # c\n  d   # e\n]\n",
        Add(("a",), "f"),
        "a: [\n  b,  # c\n  d,   # e\n  f\n]\n",
    ),
    "and a last comma": ("a: [\n  b,\n  c,  # d\n]\n", Add(("a",), "e"), "a: [\n  b,\n  c,  # d\n  e,\n]\n"),
    "nothing in it": ("a: [ ]\n", Add(("a",), "b"), "a: [b]\n"),
    "no value": ("a: # b\nc: d\n", Add(("a",), "e"), "a: # b\n  - e\nc: d\n"),
    "no end of the last line": ("a:\n- b", Add(("a",), "c"), "a:\n- b\n- c"),
    "what is there already": ("a: [b]\n", Add(("a",), "b"), "a: [b]\n"),
    "an entry less": ("a:\n  - b # c\n  # d\n  - e\n", Drop(("a",), "b"), "a:\n  # d\n  - e\n"),
    "the last one": ("a:\n  # b\n  - c\n  - d", Drop(("a",), "d"), "a:\n  # b\n  - c"),
    "the first in brackets": ("a: [b, c, d]\n", Drop(("a",), "b"), "a: [c, d]\n"),
    "the last in brackets": ("a: [b, c, d]\n", Drop(("a",), "d"), "a: [b, c]\n"),
    "a comment within brackets": ("a: [b, # c\n  d]\n", Drop(("a",), "b"), "a: [ # c\n  d]\n"),
    "a line within brackets": ("a: [\n  b, # c\n  d\n]\n", Drop(("a",), "b"), "a: [\n  d\n]\n"),
    "the only one": ("a: b\nc: [d] # e\nf: g\n", Drop(("c",), "d"), "a: b\nf: g\n"),
    "what is not there": ("a: [b]\n", Drop(("a",), "c"), "a: [b]\n"),
    "no list at all": ("a: b\n", Drop(("c",), "d"), "a: b\n"),
    "one for another": ("a:\n- b # c\n- d # e\n", Set(("a", 1), "f"), "a:\n- b # c\n- f # e\n"),
    "another order": ("a:\n- b # 1\n- c # 2\n- d # 3\n", Set(("a",), ["b", "d", "c"]), "a:\n- b # 1\n- d\n- c # 2\n"),
    "an empty one": ("a: b\nc: [d]\n", Set(("c",), []), "a: b\n"),
    "lists in lists": ("a:\n- - b\n  - c\n- - d\n", Drop(("a", 0), "b"), "a:\n- - c\n- - d\n"),
    "mappings in lists": (
        "a:\n  - {b: c}\n  - {b: d}\n",
        Set(("a",), [{"b": "c"}, {"b": "d"}, {"b": "e"}]),
        "a:\n  - {b: c}\n  - {b: d}\n  - {b: e}\n",
    ),
    "in block style": (
        "a:\n  - b: c\n    d: e\n",
        Set(("a",), [{"b": "c", "d": "f"}, {"b": "g", "d": "h"}]),
        "a:\n  - b: c\n    d: f\n  - b: g\n    d: h\n",
    ),
}  # fmt: skip

KEYS: dict[str, tuple[str, Edit, str]] = {
    "where the schema has it": (
        "title: a\nstate: b # c\n\n# d\ndue: e\n",
        Set(("type",), "f"),
        "title: a\nstate: b # c\ntype: f\n\n# d\ndue: e\n",
    ),
    "before all others": ("# a\n\n# b\ntitle: c\n", Set(("id",), "OPS-1"), "# a\n\nid: OPS-1\n# b\ntitle: c\n"),
    "below the line for editors": (
        "# yaml-language-server: x\ntitle: c\n",
        Set(("id",), "OPS-1"),
        "# yaml-language-server: x\nid: OPS-1\ntitle: c\n",
    ),
    "an own field before the long texts": (
        "title: a\nallow: {}\ndescription: b\n",
        Set(("risk",), "low"),
        "title: a\nallow: {}\nrisk: low\ndescription: b\n",
    ),
    "in a file with an order of its own": (
        "due: a\nstate: b\ntitle: c\n",
        Set(("type",), "d"),
        "due: a\nstate: b\ntype: d\ntitle: c\n",
    ),
    "a list": ("title: a\nstate: b\n", Add(("labels",), "c"), "title: a\nstate: b\nlabels:\n  - c\n"),
    "a list as others are": ("skills:\n- a\n", Set(("labels",), ["b"]), "skills:\n- a\nlabels:\n- b\n"),
    "a mapping": (
        "title: a\n",
        Set(("blocked",), {"by": "b", "reason": "c"}),
        "title: a\nblocked:\n  reason: c\n  by: b\n",
    ),
    "in mappings that are made": (
        "title: a\nallow:\n    b: {reason: c}\n",
        Set(("entered", "doing"), "d"),
        "title: a\nentered:\n    doing: d\nallow:\n    b: {reason: c}\n",
    ),
    "within braces": ("blocked: {reason: a} # b\n", Set(("blocked", "by"), "c"), "blocked: {reason: a, by: c} # b\n"),
    "in its order within braces": ("blocked: {by: a}\n", Set(("blocked", "reason"), "b"), "blocked: {reason: b, by: a}\n"),
    "in a mapping": (
        "blocked:\n   # a\n   reason: b # c\n\n# d\nstate: e\n",
        Set(("blocked", "by"), "f"),
        "blocked:\n   # a\n   reason: b # c\n   by: f\n\n# d\nstate: e\n",
    ),
    "a waiver beside others in braces": (
        "allow:\n  stale: {reason: a}\n",
        Set(("allow", "overdue"), {"until": "b", "reason": "c"}),
        "allow:\n  stale: {reason: a}\n  overdue: {reason: c, until: b}\n",
    ),
    "a text of several lines": ("title: a", Set(("public",), "b\nc\n"), "title: a\npublic: |\n  b\n  c\n"),
    "no end of the last line": ("title: a", Set(("state",), "b"), "title: a\nstate: b"),
    "below a block without an end": ("title: a\ndescription: |\n  b", Set(("zone",), "c"), "title: a\nzone: c\ndescription: |\n  b"),
    "a block that keeps its blank lines": ("public: |+\n  a\n\nzone: b\n", Set(("due",), "c"), "due: c\npublic: |+\n  a\n\nzone: b\n"),
    "what others guess at, in quotes": ("title: a\n", Set(("vendor",), "1.10"), 'title: a\nvendor: "1.10"\n'),
    "but not a number": ("title: a\n", Set(("cost",), "1.10"), "title: a\ncost: 1.10\n"),
    "a key goes": ("title: a\ndue: b # c\n  # d\nstate: e\n", Remove(("due",)), "title: a\nstate: e\n"),
    "and the comments above stay": ("title: a\n# b\ndue: c\n\nstate: d\n", Remove(("due",)), "title: a\n# b\n\nstate: d\n"),
    "a block goes": ("a: |\n  b\n\n  c\n\n# d\ne: f\n", Remove(("a",)), "\n# d\ne: f\n"),
    "the last goes": ("title: a\nstate: b", Remove(("state",)), "title: a"),
    "from a mapping": ("a:\n  b: c\n  # d\n  e: f\n", Remove(("a", "b")), "a:\n  # d\n  e: f\n"),
    "from braces": ("a: {b: c, d: e} # f\n", Remove(("a", "b")), "a: {d: e} # f\n"),
    "the only one": ("title: a\nallow:\n  b: {reason: c}\n", Remove(("allow", "b", "reason")), "title: a\n"),
    "the first in an entry of a list": ("a:\n- b: c\n  d: e\n", Remove(("a", 0, "b")), "a:\n- d: e\n"),
    "what is not there": ("title: a\n", Remove(("due", "x")), "title: a\n"),
    "a mapping is changed where it differs": (
        "blocked: {reason: a, by: b} # c\n",
        Set(("blocked",), {"reason": "d"}),
        "blocked: {reason: d} # c\n",
    ),
    "a text becomes a mapping": (
        "blocked: a # b\nc: d\n",
        Set(("blocked",), {"reason": "a"}),
        "blocked: # b\n  reason: a\nc: d\n",
    ),
    "a mapping becomes a text": ("a: {b: c} # d\n", Set(("a",), "e"), "a: e # d\n"),
    "and a comment beside its key stays": ("a: # b\n  c: d\ne: f\n", Set(("a",), ["g"]), "a: # b\n  - g\ne: f\n"),
    "a block mapping becomes a text": ("a:\n  b: c\nd: e\n", Set(("a",), "f"), "a: f\nd: e\n"),
    "an empty mapping": ("a: b\n", Set(("a",), {}), "a: {}\n"),
}  # fmt: skip

OWN: dict[str, tuple[str, str, Edit, str]] = {
    "a limit": (
        "opsflow.yaml",
        "workflow:\n  - {state: doing,   kind: active,  wip: 5}\n  - {state: done,    kind: done}\n",
        Set(("workflow", 0, "wip"), "6"),
        "workflow:\n  - {state: doing,   kind: active,  wip: 6}\n  - {state: done,    kind: done}\n",
    ),
    "a limit more": (
        "opsflow.yaml",
        "workflow:\n  - {state: doing,   kind: active}\n",
        Set(("workflow", 0, "wip"), "6"),
        "workflow:\n  - {state: doing,   kind: active, wip: 6}\n",
    ),
    "a rule": (
        "opsflow.yaml",
        "board: a\nrules:\n  stale: {after: 21d} # b\n",
        Set(("rules", "overdue"), "off"),
        "board: a\nrules:\n  stale: {after: 21d} # b\n  overdue: off\n",
    ),
    "time off": (
        "people.yaml",
        "people:\n  ines:\n    away:\n      - {start: a, end: b}\n  jo: {name: c}\n",
        Set(("people", "ines", "away"), [{"start": "a", "end": "b"}, {"end": "e", "start": "d"}]),
        "people:\n  ines:\n    away:\n      - {start: a, end: b}\n      - {start: d, end: e}\n  jo: {name: c}\n",
    ),
    "a service": (
        "catalog.yaml",
        "# a\nservices:\n  edge: {name: b}\nvendors: {}\n",
        Set(("services", "mail"), {"owner": "team:c", "name": "d"}),
        "# a\nservices:\n  edge: {name: b}\n  mail: {name: d, owner: team:c}\nvendors: {}\n",
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_is_written_as_it_was(case: str) -> None:
    before, edit, after = TEXTS[case]
    assert edited(before, edit) == after


@pytest.mark.parametrize("case", LISTS)
def test_a_list_keeps_its_layout(case: str) -> None:
    before, edit, after = LISTS[case]
    assert edited(before, edit) == after


@pytest.mark.parametrize("case", KEYS)
def test_keys_come_and_go(case: str) -> None:
    before, edit, after = KEYS[case]
    assert edited(before, edit) == after


@pytest.mark.parametrize("case", OWN)
def test_the_boards_own_files_are_edited_alike(case: str) -> None:
    path, before, edit, after = OWN[case]
    assert edited(before, edit, path=path) == after


def test_an_edit_that_changes_nothing_gives_the_same_bytes() -> None:
    data = b'title: "a"\r\nlabels: [b]\r\ndescription: >\r\n  c\r\n  d'
    steps = (
        Set(("title",), "a"),
        Add(("labels",), "b"),
        Drop(("labels",), "c"),
        Remove(("due",)),
        Set(("skills",), []),
    )
    assert edits.apply(ITEM, data, steps) is data
    assert edits.apply(ITEM, data, (Set(("title",), "b"), Set(("title",), "a"))) is data
    assert edits.apply(ITEM, data, ()) is data


def test_the_only_entry_can_be_replaced_in_either_order() -> None:
    before = "title: a\nassignees: [maria] # b\n"
    after = "title: a\nassignees: [ben] # b\n"
    assert edited(before, Drop(("assignees",), "maria"), Add(("assignees",), "ben")) == after
    assert edited(before, Add(("assignees",), "ben"), Drop(("assignees",), "maria")) == after


def test_a_move_with_its_moment_is_two_lines() -> None:
    assert edited(
        "title: a\nstate: ready\n", Set(("state",), "doing"), Set(("entered", "doing"), "2026-11-03 09:00")
    ) == ("title: a\nstate: doing\nentered:\n  doing: 2026-11-03 09:00\n")


REFUSED: dict[str, tuple[str, Edit, str]] = {
    "a file that cannot be read": (
        "title: a\nlabels: [b\n",
        Set(("title",), "c"),
        f"{ITEM}:2 cannot be edited: the list is never closed. Write: labels: [b]",
    ),
    "a file that is too large": (
        "title: a\n",
        Set(("description",), "x" * 70000),
        f"{ITEM}:1: `description` cannot be changed here: then the file has 70025 bytes, and 65536 are the most. "
        "Keep long text in a file of its own and link to it.",
    ),
    "a list that is a text": (
        "labels: a\n",
        Add(("labels",), "b"),
        f"{ITEM}: `labels` is a text, not a list: write `labels` as a list first.",
    ),
    "a mapping that is a text": (
        "blocked: a\n",
        Set(("blocked", "by"), "b"),
        f"{ITEM}: `blocked` is a text, not keys with values: remove it first, or correct it by hand.",
    ),
    "a list that is a mapping": (
        "allow: {a: b}\n",
        Set(("allow", 0), "b"),
        f"{ITEM}: `allow` is a mapping, not a list: remove it first, or correct it by hand.",
    ),
    "an entry that is not there": (
        "labels: [a]\n",
        Set(("labels", 3), "b"),
        f"{ITEM}: `labels` has no entry 4: it has 1.",
    ),
    "all that the file says": (
        "title: a\n",
        Remove(("title",)),
        f"{ITEM}: `title` is all that the file says: remove the file instead.",
    ),
    "a character that nobody sees": (
        "title: a\n",
        Set(("title",), "b\u2028c"),
        f"{ITEM}: the new value of `title` has the character U+2028, which no file may have: leave it out.",
    ),
    "a comment that would be lost": (
        "a: b\nblocked:\n  reason: c # d\n  by: e\n",
        Set(("blocked",), "e"),
        f"{ITEM}:2: `blocked` cannot be changed here: there is a comment in it, or its layout is unusual, and no "
        "other byte may change. Write it by hand: blocked: e",
    ),
    "a key written out": (
        "? a\n: b\n? c\n: d\n",
        Remove(("c",)),
        f"{ITEM}:3: `c` cannot be changed here: there is a comment in it, or its layout is unusual, and no other "
        "byte may change. Remove it by hand.",
    ),
    "a key that looks like another": (
        "cafe\u0301: a\n",
        Set(("caf\u00e9",), "b"),
        f"{ITEM}:1: `caf\u00e9` cannot be changed here: then `cafe\u0301` is given twice, on lines 1 and 2. "
        "Keep one of the two.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_refused_with_the_reason(case: str) -> None:
    before, edit, said = REFUSED[case]
    assert refusal(before, edit) == said


def test_whatever_can_be_read_is_edited_rightly_or_refused() -> None:
    rng = random.Random(1)
    done = refused = 0
    for data in fuzz.mutants(700, 5):
        document = reference.load(ITEM, data)[0]
        if document is None:
            continue
        edit = any_edit(rng, document)
        try:
            wanted = edits.after(ITEM, document, [edit])
            new = edits.apply(ITEM, data, [edit])
        except OpsflowError:
            refused += 1
            continue
        assert reference.load(ITEM, new)[0] == wanted
        done += 1
    assert done > 200
    assert refused < done


def any_edit(rng: random.Random, document: dict[str, Any]) -> Edit:
    keys = rng.choice(list(ways(document, ())))
    value = rng.choice(
        (
            layouts.text(rng),
            layouts.prose(rng),
            [layouts.text(rng), layouts.text(rng)],
            {layouts.text(rng, 0): layouts.text(rng), "by": [{"a": "b"}]},
        )
    )
    return rng.choice(
        (Set(keys, value), Set((*keys, "added"), value), Remove(keys), Add(keys, layouts.text(rng)))
    )


def ways(value: Any, keys: tuple[Any, ...]) -> Any:
    if keys:
        yield keys
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from ways(part, (*keys, key))


def test_large_texts_and_lists_take_no_time() -> None:
    blank = "a: |\n" + "\n" * 20000 + "  b\n"
    words = "a: " + "\n  ".join(["b"] * 15000) + "\n"
    many = "a:\n" + "".join(f"- b{number}\n" for number in range(3000))
    began = time.process_time()
    edited(blank, Set(("a",), "\n" * 20001 + "c\n"))
    edited(words, Set(("a",), "b " * 7000 + "c" + " b" * 7000))
    edited(many, Set(("a",), [f"c{number}" for number in range(3000)]))
    assert time.process_time() - began < 20


def test_a_new_item_is_written_in_the_order_of_the_schema() -> None:
    values = {
        "state": "inbox",
        "description": "a\n\n- b\n",
        "title": "no",
        "labels": ["2026", "c: d"],
        "risk": "low",
        "value": "8000",
        "blocked": {"by": "e", "reason": "f"},
        "skills": [],
        "entered": {},
    }
    assert edits.fresh(values, opening="# yaml-language-server: x").decode() == (
        '# yaml-language-server: x\ntitle: "no"\nstate: inbox\nlabels:\n  - "2026"\n  - "c: d"\nvalue: 8000\n'
        "blocked:\n  reason: f\n  by: e\nrisk: low\ndescription: |\n  a\n\n  - b\n"
    )
    assert edits.fresh({"title": "a"}, newline="\r\n") == b"title: a\r\n"


def test_a_new_item_is_refused_where_it_would_not_be_read_as_meant() -> None:
    with pytest.raises(OpsflowError) as caught:
        edits.fresh({"title": "a\x07b"}, "items/OPS-1.yaml")
    assert str(caught.value) == (
        "items/OPS-1.yaml: the new value of the file has the character U+0007, which no file may have: leave it out."
    )


def test_every_text_is_read_back_from_a_new_item() -> None:
    rng = random.Random(3)
    for _ in range(150):
        values = {
            "title": layouts.text(rng, 0.8) or "x",
            "labels": [layouts.text(rng, 0.8)],
            "blocked": {"reason": layouts.text(rng, 0.8), layouts.text(rng, 0): layouts.prose(rng)},
            "description": layouts.prose(rng),
        }
        assert reference.load(ITEM, edits.fresh(values))[0] == values
