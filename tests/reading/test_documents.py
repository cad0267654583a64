"""The strict reader: what it reads, what it refuses, and where."""

from __future__ import annotations

import time
from typing import Any

import pytest

from opsflow.model import Place
from opsflow.reading import documents, reference

PATH = "items/OPS-1.yaml"


def faults(text: str | bytes) -> list[tuple[int, int, str, str]]:
    """Line, column, message and hint of each fault; what has faults has no value."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    value, found = documents.load(PATH, data)
    assert (value is None) == bool(found)
    assert {fault.rule for fault in found} <= {"unreadable-file"}
    return [_row(fault.judgement) for fault in found]


def _row(judgement: Any) -> tuple[int, int, str, str]:
    place = judgement.where
    assert isinstance(place, Place) and place.path == PATH
    return place.line, place.column, judgement.message, judgement.hint


def read(text: str) -> Any:
    """The value of a text that has no faults, after both readers were asked."""
    value, found = documents.load(PATH, text.encode())
    assert found == ()
    assert reference.load(PATH, text.encode()) == (value, ())
    return value


ALIAS = "and aliases are not allowed"
ANCHOR = "and anchors are not allowed"
TAG = "and tags are not allowed"
LOOK = "Compare with the lines around it, or put the value in quotes."
SPACE = "stands where YAML takes only plain spaces"
TAB = "a tab is used for indentation, where YAML takes only spaces"
HOSTILE: dict[str, tuple[str | bytes, list[tuple[int, int, str, str]]]] = {
    "Y1 billion laughs": (
        "a: &a [x, x]\nb: &b [*a, *a]\n",
        [
            (1, 4, f"`&a` is an anchor, {ANCHOR}", "Remove `&a`."),
            (2, 4, f"`&b` is an anchor, {ANCHOR}", "Remove `&b`."),
            (2, 8, f"`*a` is an alias, {ALIAS}", "Write out what it stands for."),
            (2, 12, f"`*a` is an alias, {ALIAS}", "Write out what it stands for."),
        ],
    ),
    "Y3 an anchor inside itself": (
        "a: &a [*a]\n",
        [
            (1, 4, f"`&a` is an anchor, {ANCHOR}", "Remove `&a`."),
            (1, 8, f"`*a` is an alias, {ALIAS}", "Write out what it stands for."),
        ],
    ),
    "Y4 a merge key": (
        "<<: {state: done}\ntitle: x\n",
        [(1, 1, "`<<` is a merge key, and merge keys are not allowed", "Write the keys out.")],
    ),
    "Y5 an alias as a key": (
        "a: &a b\n*a : c\n",
        [
            (
                1,
                4,
                f"`&a` is an anchor, {ANCHOR}",
                "Remove `&a`; if it is text, put the value in quotes.",
            ),
            (2, 1, f"`*a` is an alias, {ALIAS}", "Write out what it stands for."),
            (2, 1, "a key is missing before the colon", "Write the key, or quote the text."),
        ],
    ),
    "Y6 deep brackets": (
        "a: " + "[" * 30000 + "\n",
        [(1, 24, "the nesting is deeper than 20", "Write it flatter.")],
    ),
    "Y6 deep braces": (
        "a: " + "{b: " * 15000 + "\n",
        [(1, 80, "the nesting is deeper than 20", "Write it flatter.")],
    ),
    "Y7 deep lists": (
        "a:\n  " + "- " * 30000 + "b\n",
        [(2, 41, "the nesting is deeper than 20", "Write it flatter.")],
    ),
    "Y7 deep explicit keys": (
        "? " * 30000 + "b\n",
        [(1, 41, "the nesting is deeper than 20", "Write it flatter.")],
    ),
    "Y8 a large file": (
        b"a: b\n" * 20000,
        [
            (
                1,
                1,
                "the file has 100000 bytes, and 65536 are the most",
                "Keep long text in a file of its own and link to it.",
            )
        ],
    ),
    "Y9 many entries": (
        "a:\n" + "- b\n" * 10000,
        [(4999, 3, "the file has more than 5000 keys and values", "Split it.")],
    ),
    "Y11 a key given twice": (
        "a: 1\nb: 2\na: 3\n",
        [(3, 1, "`a` is given twice, on lines 1 and 3", "Keep one of the two.")],
    ),
    "Y11 a key given twice, once in quotes": (
        'a: 1\n"a": 2\n',
        [(2, 1, "`a` is given twice, on lines 1 and 2", "Keep one of the two.")],
    ),
    "Y11 a nested key given twice": (
        "a: {b: 1, b: 2}\n",
        [(1, 11, "`b` is given twice, on lines 1 and 1", "Keep one of the two.")],
    ),
    "Y11 a key given twice in two Unicode forms": (
        "caf\u00e9: 1\ncafe\u0301: 2\n",
        [(2, 1, "`cafe\u0301` is given twice, on lines 1 and 2", "Keep one of the two.")],
    ),
    "Y12 a list as a key": (
        "? [a]\n: b\n",
        [(1, 3, "a list or a mapping stands where a key belongs", "Write one text as the key.")],
    ),
    "Y12 no key": (
        ": b\n",
        [(1, 1, "a key is missing before the colon", "Write the key, or quote the text.")],
    ),
    "Y12 a template": (
        "title: {{ name }}\n",
        [(1, 9, "a list or a mapping stands where a key belongs", 'Write: title: "{{ name }}"')],
    ),
    "Y13 a tab before a key": ("a:\n\tb: c\n", [(2, 5, TAB, "Write: b: c")]),
    "Y13 a tab that makes a value go on": ("a: b\n\tc: d\n", [(2, 1, TAB, "Use spaces.")]),
    "Y13 a tab after a colon": (
        "a:\tb\n",
        [(1, 3, "a tab stands where YAML takes only spaces", "Write: a: b")],
    ),
    "Y13 a tab before a comment": (
        "a: b\t# c\n",
        [(1, 5, "a tab stands where YAML takes only spaces", "Write: a: b # c")],
    ),
    "Y14 a byte order mark inside": (
        "a: b\n\ufeffc: d\n",
        [
            (
                2,
                1,
                "a byte order mark (U+FEFF) is not allowed",
                "Remove it, or write what it stands for.",
            )
        ],
    ),
    "Y16 a lone carriage return": (
        "a: b\rstate: done\n",
        [
            (
                1,
                5,
                "a lone carriage return (U+000D) is not allowed",
                "Remove it, or write what it stands for.",
            )
        ],
    ),
    "Y16 a next line character": (
        "a: b\u0085state: done\n",
        [(1, 5, "the character U+0085 is not allowed", "Remove it, or write what it stands for.")],
    ),
    "Y16 a line separator": (
        "a: b\u2028state: done\n",
        [(1, 5, "the character U+2028 is not allowed", "Remove it, or write what it stands for.")],
    ),
    "Y17 NUL": (
        "a: b\nc: \x00\n",
        [(2, 4, "the character NUL (U+0000) is not allowed", "Remove it, or write what it stands for.")],
    ),
    "Y17 an escape sequence": (
        "a: \x1b[31mred\n",
        [(1, 4, "the character ESC (U+001B) is not allowed", "Remove it, or write what it stands for.")],
    ),
    "Y17 a non-character": (
        "a: \ufdd0\n",
        [(1, 4, "the character U+FDD0 is not allowed", "Remove it, or write what it stands for.")],
    ),
    "Y17 a non-character far out": (
        "a: \U0010ffff\n",
        [(1, 4, "the character U+10FFFF is not allowed", "Remove it, or write what it stands for.")],
    ),
    "Y18 Latin-1": (b"a: b\nc: caf\xe9\n", [(2, 7, "byte 0xe9 is not UTF-8", "Save the file as UTF-8.")]),
    "Y18 overlong": (b"a: \xc0\xaf\n", [(1, 4, "byte 0xc0 is not UTF-8", "Save the file as UTF-8.")]),
    "Y18 a surrogate": ("a: \ud800\n", [(1, 4, "byte 0xed is not UTF-8", "Save the file as UTF-8.")]),
    "Y18 UTF-16": ("a: b\n".encode("utf-16"), [(1, 1, "the file is UTF-16, not UTF-8", "Save it as UTF-8.")]),
    "Y19 two documents": (
        "a: b\n---\nc: d\n",
        [(2, 1, "a second document begins here", "Keep one document in a file: remove the `---`.")],
    ),
    "Y19 a trailing separator": (
        "a: b\n---\n",
        [(2, 1, "a second document begins here", "Keep one document in a file: remove the `---`.")],
    ),
    "Y20 a Python object": (
        "a: !!python/object/apply:os.system [ls]\n",
        [
            (
                1,
                4,
                f"`!!python/object/apply:os.system` is a tag, {TAG}",
                "Remove `!!python/object/apply:os.system`.",
            )
        ],
    ),
    "Y20 a local tag": ("a: !set {b}\n", [(1, 4, f"`!set` is a tag, {TAG}", "Remove `!set`.")]),
    "Y21 a colon": (
        "title: fix: the thing\n",
        [(1, 8, "an unquoted value holds `: `, which begins a new value", 'Write: title: "fix: the thing"')],
    ),
    "Y21 a name": (
        "title: @bob\n",
        [(1, 8, "an unquoted value cannot begin with `@`", 'Write: title: "@bob"')],
    ),
    "Y21 a mark": (
        "title: [WIP] x\n",
        [(1, 8, "a value that begins with `[` is read as a list", 'Write: title: "[WIP] x"')],
    ),
    "Y21 emphasis": ("title: *x*\n", [(1, 8, f"`*x*` is an alias, {ALIAS}", 'Write: title: "*x*"')]),
    "Y21 an anchor in front of words": (
        "title: &x Renew it\n",
        [(1, 8, f"`&x` is an anchor, {ANCHOR}", 'Write: title: "&x Renew it"')],
    ),
    "Y21 no colon on the first line": (
        "# note\ntitle Renew edge\n\nstate: doing\n",
        [(2, 1, "a colon is missing after `title`", "Write: title: Renew edge")],
    ),
    "Y21 no colon on a later line": (
        "title: x\nstate doing\n",
        [(2, 1, "a colon is missing after `state`", "Write: state: doing")],
    ),
    "Y21 no colon inside": (
        "title: x\nblocked:\n  reason waiting\n  by: jo\n",
        [(3, 3, "a colon is missing after `reason`", "Write: reason: waiting")],
    ),
    "Y21 a colon in braces": (
        "blocked: {reason: wait, by: Acme: the hotline}\n",
        [
            (
                1,
                29,
                "an unquoted value holds `: `, which begins a new value",
                'Write: blocked: {reason: wait, by: "Acme: the hotline"}',
            )
        ],
    ),
    "Y21 a comment in braces": (
        "blocked: {reason: wait for #3, by: jo}\n",
        [
            (
                1,
                19,
                "an unquoted value ends where a ` #` begins a comment",
                'Write: blocked: {reason: "wait for #3", by: jo}',
            )
        ],
    ),
    "Y21 a name in brackets": (
        "assignees: [maria, @jo]\n",
        [(1, 20, "an unquoted value cannot begin with `@`", 'Write: assignees: [maria, "@jo"]')],
    ),
    "Y22 a no-break space after a colon": (
        "title: x\nstate:\xa0doing\n",
        [(2, 7, f"a no-break space (U+00A0) {SPACE}", "Write: state: doing")],
    ),
    "Y22 an ideographic space as indentation": (
        "blocked:\n\u3000reason: x\n",
        [(2, 1, f"an ideographic space (U+3000) {SPACE}", "Write a plain space.")],
    ),
    "Y22 a figure space after a hyphen": (
        "assignees:\n  -\u2007maria\n",
        [(2, 3, f"a figure space (U+2007) {SPACE}", "Write a plain space.")],
    ),
    "Y22 a narrow no-break space in braces": (
        "blocked: {reason:\u202fx}\n",
        [(1, 11, f"a narrow no-break space (U+202F) {SPACE}", "Write a plain space.")],
    ),
    "Y21 a per cent sign": (
        "title: %x\n",
        [(1, 8, "an unquoted value cannot begin with `%`", 'Write: title: "%x"')],
    ),
    "Y21 an exclamation mark": ("title: !x\n", [(1, 8, f"`!x` is a tag, {TAG}", 'Write: title: "!x"')]),
    "Y21 a backtick": (
        "title: `x` is slow\n",
        [(1, 8, "an unquoted value cannot begin with a backtick", 'Write: title: "`x` is slow"')],
    ),
    "Y21 an open quote": (
        'title: "x\nstate: done\n',
        [(1, 8, 'the quote " is never closed', 'Write: title: "x"')],
    ),
    "Y21 an apostrophe in quotes": (
        "title: 'it's slow'\nstate: done\n",
        [(1, 8, "a ' inside the quotes ends them", 'Write: title: "it\'s slow"')],
    ),
    "Y21 more after the quotes": (
        'title: "x" y\n',
        [(1, 8, "something follows the closing quote", "Write: title: '\"x\" y'")],
    ),
    "Y21 no space after the colon": (
        "title:x\nstate: done\n",
        [(1, 1, "a space is missing after the colon", "Write: title: x")],
    ),
    "Y21 an open list": ("a: [b, c\nd: e\n", [(1, 4, "the list is never closed", "Write: a: [b, c]")]),
    "Y21 steps as a list": (
        "checklist:\n  - [ ] order\n  - [x] pay\n",
        [
            (
                2,
                9,
                "this does not fit the lines above: look at indentation, brackets and quotes",
                "Write `checklist: |`, and the steps as lines below it.",
            )
        ],
    ),
    "Y21 a line without a key": ("a: b\nc\nd: e\n", [(2, 1, "this line is no `key: value`", LOOK)]),
    "Y21 a key too deep": (
        "a: b\n  c: d\n",
        [(2, 4, "a key stands where none can: look at the indentation and the line above", LOOK)],
    ),
    "Y23 a directive": (
        "%YAML 1.1\n---\na: b\n",
        [(1, 1, "directives such as `%YAML` are not allowed", "Remove the line.")],
    ),
    "Y23 an unknown version": (
        "%YAML 1.3\n---\na: b\n",
        [(1, 1, "directives such as `%YAML` are not allowed", "Remove the line.")],
    ),
    "Y24 an escape beyond Unicode": (
        'c: "\\U00110000"\n',
        [(1, 5, "an escape stands for no character", LOOK)],
    ),
    "Y24 a wide escape": ('a: b\nc: "\\UFFFFFFFF"\n', [(2, 5, "an escape stands for no character", LOOK)]),
    "Y26 conflict markers": (
        "a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> other\n",
        [
            (
                2,
                1,
                "unresolved merge conflict, lines 2 to 6",
                "Keep what is right of the two sides, and remove the marker lines.",
            )
        ],
    ),
    "Y26 two conflicts, one with its base, inside a text": (
        "a: |\n  x\n<<<<<<< HEAD\n  y\n||||||| base\n  z\n=======\n  w\n>>>>>>> other\n"
        "<<<<<<< HEAD\n=======\nb: c\n>>>>>>> other\n",
        [
            (
                3,
                1,
                "unresolved merge conflict, lines 3 to 9",
                "Keep what is right of the two sides, and remove the marker lines.",
            ),
            (
                10,
                1,
                "unresolved merge conflict, lines 10 to 13",
                "Keep what is right of the two sides, and remove the marker lines.",
            ),
        ],
    ),
    "Y27 an empty file": ("", [(1, 1, "the file is empty", "Write the keys that it needs.")]),
    "Y27 only comments": ("# a\n", [(1, 1, "the file is empty", "Write the keys that it needs.")]),
    "Y27 a list": (
        "- a\n",
        [(1, 1, "the file is a list, not keys with values", "Write `key: value` lines.")],
    ),
    "Y27 a text": ("a\n", [(1, 1, "the file is a text, not keys with values", "Write `key: value` lines.")]),
    "Y27 a pointer": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        [(1, 1, "the file is a Git LFS pointer, not its contents", "Keep the board's files out of Git LFS.")],
    ),
    "Y28 an escaped surrogate": (
        'a: "\\ud800"\n',
        [(1, 4, "an escape stands for U+D800, which is not allowed", "Remove it.")],
    ),
    "Y28 an escaped control": (
        'a: "\\e[0m"\n',
        [(1, 4, "an escape stands for ESC (U+001B), which is not allowed", "Remove it.")],
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_with_its_place(name: str) -> None:
    text, expected = HOSTILE[name]
    assert faults(text) == expected


def test_all_that_is_wrong_in_a_file_is_told_up_to_ten_times() -> None:
    assert [row[0] for row in faults("".join(f"k{n}: !x y\n" for n in range(30)))] == list(range(1, 11))


def test_a_message_quotes_no_more_than_sixty_characters() -> None:
    long = "x" * 1000
    shown = "x" * 57 + "..."
    assert faults(f"a: *{long}\nb: !{long} c\n") == [
        (1, 4, f"`*{shown}` is an alias, {ALIAS}", "Put the value in quotes."),
        (2, 4, f"`!{'x' * 56}...` is a tag, {TAG}", "Put the value in quotes."),
    ]


def test_one_file_leaves_nothing_behind_for_the_next() -> None:
    before = reference.load(PATH, b"a: yes\nb: 012\n")
    reference.load(PATH, b"%YAML 1.1\n%TAG ! tag:x,2000:\n---\na: yes\n")
    assert reference.load(PATH, b"a: yes\nb: 012\n") == before == ({"a": "yes", "b": "012"}, ())


def test_every_scalar_is_its_source_text() -> None:
    text = "a: no\nb: on\nc: 012\nd: 1_000\ne: 12:30:45\nf: 0o17\ng: ~\nh: null\ni: 2026-12-01\nj: '012'\nk: .nan\n"
    assert read(text) == {
        "a": "no",
        "b": "on",
        "c": "012",
        "d": "1_000",
        "e": "12:30:45",
        "f": "0o17",
        "g": "~",
        "h": "null",
        "i": "2026-12-01",
        "j": "012",
        "k": ".nan",
    }


def test_a_key_with_nothing_after_it_is_none_and_an_empty_text_is_not() -> None:
    assert read("a:\nb: ''\nc: # nothing\n") == {"a": None, "b": "", "c": None}


def test_keys_that_other_readers_take_for_values_are_text() -> None:
    assert read("1: a\ntrue: b\nnull: c\n2026-01-01: d\n") == {
        "1": "a",
        "true": "b",
        "null": "c",
        "2026-01-01": "d",
    }


def test_a_byte_order_mark_at_the_start_is_no_part_of_the_text() -> None:
    assert read("\ufeffa: b\n") == {"a": "b"}


def test_line_ends_of_either_kind_read_alike() -> None:
    text = "a: b\nc: |\n  d\n\n  e\nf: [g, h]\n"
    assert read(text.replace("\n", "\r\n")) == read(text) == {"a": "b", "c": "d\n\ne\n", "f": ["g", "h"]}


def test_an_indented_example_of_a_conflict_is_text() -> None:
    text = "a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> other\n"
    assert read(text) == {"a": "<<<<<<< HEAD\n=======\n>>>>>>> other\n"}


def test_the_forms_of_yaml_that_are_not_canonical_are_read_too() -> None:
    text = "---\n'a': >\n  folded\n  text\n\"b\": \"x\\ty\"\nc: plain\n  goes on\nd: {e: [f, {g: h}], 'i': j}\n...\n"
    assert read(text) == {
        "a": "folded text\n",
        "b": "x\ty",
        "c": "plain goes on",
        "d": {"e": ["f", {"g": "h"}], "i": "j"},
    }


LOCATED = """\
# a comment
title: Renew
assignees: [maria, jo]
blocked:
  reason: waiting
  by: vendor:acme
"due": 2026-12-01
limits:
  - {max: 3}
  - name: two
    max: 4
checklist: |  # steps
  - [ ] order

  * pay
"""


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), (2, 1, 5)),
        (("title",), (2, 1, 5)),
        (("assignees",), (3, 1, 9)),
        (("assignees", 1), (3, 20, 2)),
        (("blocked", "by"), (6, 3, 2)),
        (("blocked", "until"), (4, 1, 7)),
        (("due",), (7, 1, 5)),
        (("limits", 0), (9, 5, 8)),
        (("limits", 0, "max"), (9, 6, 3)),
        (("limits", 1, "max"), (11, 5, 3)),
        (("limits", 7), (8, 1, 6)),
        (("checklist", 0), (13, 3, 11)),
        (("checklist", 2), (15, 3, 5)),
        (("checklist", 1), (12, 1, 9)),
        (("checklist", 3), (12, 1, 9)),
        (("title", 0), (2, 1, 5)),
        (("nothing", "here"), (2, 1, 5)),
    ],
)
def test_keys_are_located_or_else_what_holds_them(
    keys: tuple[str | int, ...], expected: tuple[int, int, int]
) -> None:
    assert documents.locate(LOCATED.encode(), keys, PATH) == Place(PATH, *expected)


@pytest.mark.parametrize("data", [b"", b"\xff", b"a: [", b"a: b\n---\n", b"a\n"])
def test_locating_in_a_broken_file_gives_its_top(data: bytes) -> None:
    assert documents.locate(data, ("nothing",), PATH) == Place(PATH)


def test_places_are_the_same_after_windows_line_ends_and_a_byte_order_mark() -> None:
    data = b"\xef\xbb\xbf" + LOCATED.replace("\n", "\r\n").encode()
    assert documents.locate(data, ("limits", 1, "max"), PATH) == Place(PATH, 11, 5, 3)


def test_a_caret_never_goes_past_the_end_of_its_line() -> None:
    assert documents.locate(b'a: ["b\n  c"]\n', ("a", 0), PATH) == Place(PATH, 1, 5, 2)


def test_the_slow_way_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_SLOW", "1")
    monkeypatch.setattr(documents, "recognise", lambda data: pytest.fail("the fast reader was asked"))
    assert documents.load(PATH, b"a: b\n") == ({"a": "b"}, ())


@pytest.mark.parametrize("text", ["title: [a{}b", "title: [{}x: y\n", "title: a{}: b\n", "title: @{}x\n"])
def test_a_line_of_spaces_is_explained_in_no_time(text: str) -> None:
    """It took minutes where every space was looked at once for each other one."""
    begun = time.monotonic()
    _, faults = reference.load("x.yaml", text.format(" " * 60_000).encode())
    assert len(faults) == 1
    assert time.monotonic() - begun < 10
