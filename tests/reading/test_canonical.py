"""The fast reader: it reads what the tool and people write, and never otherwise than the reference reader."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bench import fuzz
from opsflow.reading import canonical, reference
from opsflow.reading.text import LIMIT


def read(text: str) -> Any:
    """What the fast reader makes of a text, after the reference reader agreed."""
    value = canonical.recognise(text.encode())
    assert value is not None
    assert reference.load("x.yaml", text.encode()) == (value, ())
    return value


def test_three_thousand_mutants_are_read_alike_or_not_at_all() -> None:
    outcome = fuzz.compare(3000, seed=1)
    assert outcome.different == ()
    assert 900 < outcome.accepted < 2000


def test_every_canonical_item_is_accepted() -> None:
    rng = random.Random(2)
    items = [fuzz.item(rng) for _ in range(500)]
    assert [text for text in items if canonical.recognise(text.encode()) is None] == []


def test_the_mutants_are_the_same_for_the_same_seed() -> None:
    assert list(fuzz.mutants(30, 3)) == list(fuzz.mutants(30, 3)) != list(fuzz.mutants(30, 4))


def test_titles_may_hold_nearly_everything() -> None:
    titles = [
        "It's 10:30, isn't it?",
        'C# and F# (v1.2) + "quotes"',
        "node-1/2 @home [x] {y} & z | w > v",
        "-5 °C",
        "ü",
    ]
    assert [read(f"title: {title}\n") for title in titles] == [{"title": title} for title in titles]


def test_comments_and_spaces_at_the_end_are_no_part_of_a_value() -> None:
    assert read("a: b   # c\nd: e#f  \ng: [h] # i\n# j\n\nk: 'l' #\n") == {
        "a": "b",
        "d": "e#f",
        "g": ["h"],
        "k": "l",
    }


def test_lists_and_mappings_are_read_in_all_their_common_forms() -> None:
    text = """\
a: [b, "c d", 'e']
f: {g: h i, j: vendor:k, l: {m: 2026-11-28 22:00}, n: [o, p], q: [], r: {}}
s:
  - t u
  - v:w
x:
- y
- "z: 1"
aa:
  bb: cc
  dd:
    - ee: ff
      gg: [hh]
    - ii:
      jj: kk
ll:
"""
    assert read(text) == {
        "a": ["b", "c d", "e"],
        "f": {"g": "h i", "j": "vendor:k", "l": {"m": "2026-11-28 22:00"}, "n": ["o", "p"], "q": [], "r": {}},
        "s": ["t u", "v:w"],
        "x": ["y", "z: 1"],
        "aa": {"bb": "cc", "dd": [{"ee": "ff", "gg": ["hh"]}, {"ii": None, "jj": "kk"}]},
        "ll": None,
    }


def test_block_texts_keep_their_lines() -> None:
    assert read("a: |\n  b\n\n    c\n  # d\n\n\ne: |-\n    f\n    g\nh: i\n") == {
        "a": "b\n\n  c\n# d\n",
        "e": "f\ng",
        "h": "i",
    }


def test_the_end_of_the_last_line_may_be_missing() -> None:
    assert read("a: b\nc: [d]") == {"a": "b", "c": ["d"]}


DOUBTFUL = {
    "nothing": "",
    "only comments": "# a\n",
    "a key twice": "a: b\na: c\n",
    "a nested key twice": "a: {b: c, b: d}\n",
    "a value that goes on": "a: b\n  c\n",
    "a list entry that goes on": "a:\n  - b\n    c\n",
    "a folded text": "a: >\n  b\n",
    "a block text without an end of line": "a: |\n  b",
    "an escape": 'a: "b\\n"\n',
    "a tab": "a: b\tc\n",
    "a quoted key": '"a": b\n',
    "an anchor": "a: &b c\n",
    "an alias": "a: *b\n",
    "a tag": "a: !b c\n",
    "a second document": "a: b\n---\nc: d\n",
    "a directive": "%YAML 1.2\n---\na: b\n",
    "a merge key": "<<: {a: b}\n",
    "a value with a colon": "a: b: c\n",
    "a value that ends with a colon": "a: b:\n",
    "a mapping in a list entry that ends with a colon": "a:\n- b :\n",
    "text after a list": "a: [b] c\n",
    "a trailing comma": "a: [b, ]\n",
    "a set": "a: {b, c}\n",
    "deep brackets": "a: [[[[[[[[[[b]]]]]]]]]]\n",
    "deep blocks": "a:\n" + "".join(f"{' ' * n}b:\n" for n in range(1, 15)),
    "indentation that does not fit": "a:\n    b: c\n  d: e\n",
    "a conflict": "a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n",
    "too much": "a: b\n# " + "c" * LIMIT,
    "too many entries": "a:\n" + "- b\n" * 1700,
    "bytes that are no text": "a: \udcff\n",
    "a control": "a: \x07\n",
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_doubtful_is_left_to_the_reference_reader(name: str) -> None:
    assert canonical.recognise(DOUBTFUL[name].encode("utf-8", "surrogateescape")) is None
