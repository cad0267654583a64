"""Foreign files become plain data: tolerantly, in bounded time, never with an exception."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from opsflow.model import Place
from opsflow.reading import loose, places, records
from opsflow.reading.loose import Trouble, Unreadable
from opsflow.reading.records import Read, Record

UTF_8 = "Save the file as UTF-8."


def value(text: str | bytes, format: str = "yaml", version: str = "1.2") -> object:
    data = text.encode() if isinstance(text, str) else text
    read = records.read(data, format, version)
    assert read.troubles == ()
    return read.records[0].value


def trouble(text: str | bytes, format: str = "yaml") -> Trouble:
    data = text.encode() if isinstance(text, str) else text
    read = records.read(data, format)
    assert read.records == ()
    return read.troubles[0]


# -- YAML ---------------------------------------------------------------------------------------


def test_scalars_keep_their_source_text() -> None:
    text = "a: 0752\nb: no\nc: 2024-13-45\nd: 1_000\ne: 12:30\nf: '012'\ng: \"x\"\nh:\ni: ~\nj: null\n"
    expected = {
        "a": "0752", "b": "no", "c": "2024-13-45", "d": "1_000", "e": "12:30", "f": "012", "g": "x",
        "h": None, "i": None, "j": None,
    }  # fmt: skip
    assert expected == value(text)


def test_yaml_1_1_reads_octal_numbers_and_yes_unless_they_are_quoted() -> None:
    text = "a: 0752\nb: yes\nc: Off\nd: '0752'\ne: \"on\"\nf: 089\non: x\n"
    expected = {"a": "490", "b": "true", "c": "false", "d": "0752", "e": "on", "f": "089", "on": "x"}
    assert expected == value(text, version="1.1")


def test_aliases_and_merge_keys_are_followed() -> None:
    text = "base: &b {state: ready, type: task}\nitem:\n  <<: *b\n  state: doing\nagain: *b\n"
    expected = {
        "base": {"state": "ready", "type": "task"},
        "item": {"type": "task", "state": "doing"},
        "again": {"state": "ready", "type": "task"},
    }
    assert expected == value(text)


def test_tags_are_ignored() -> None:
    assert value("a: !!int 1\nb: !ruby/object:Foo [x]\n") == {"a": "1", "b": ["x"]}


def test_of_a_repeated_key_the_last_one_counts_and_it_is_noted() -> None:
    read = records.read(b"a: 1\nb: 2\na: 3\n", "yaml")
    assert Read((Record((), {"a": "3", "b": "2"}, b"", "", ("a",)),)) == read


def test_where_a_file_is_one_record_the_first_mapping_of_its_documents_counts() -> None:
    for text in (b"---\ntitle: One\n---\n\nSome text\n", b"# one\n---\n---\ntitle: One\n---\ntitle: [\n"):
        assert records.read(text, "yaml", one=True) == Read((Record((), {"title": "One"}),))


@pytest.mark.parametrize("slow", ["", "1"])
def test_each_document_of_a_yaml_file_is_a_record(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_SLOW", slow)
    text = b"# all\n---\nid: 1\n---\nSome text\n---\n- id: 2\n- id: 3\n--- # last\nid: {a: 4}\n---\n"
    assert records.read(text, "yaml") == Read(
        (
            Record((0,), {"id": "1"}),
            Record((2, 0), {"id": "2"}),
            Record((2, 1), {"id": "3"}),
            Record((3,), {"id": {"a": "4"}}),
        )
    )
    read = records.read(b"a: {x: {id: 1}}\n---\nb: 2\n---\na: [{id: 3}]\n", "yaml", inside="a")
    assert read == Read((Record((0, "a", "x"), {"id": "1"}, b"", "x"), Record((2, "a", 0), {"id": "3"})))


def test_a_broken_document_hides_no_other() -> None:
    read = records.read(b"id: 1\n---\nid: 2\nst: [\n---\nid: 3\n---\n*x\n", "yaml")
    assert [record.value["id"] for record in read.records] == ["1", "3"]
    assert [(each.line, each.column) for each in read.troubles] == [(4, 5), (8, 1)]
    assert trouble("---\nSome text\n---\n").reason == "the file is not a mapping"
    nothing = records.read(b"a: 1\n---\nb: 2\n", "yaml", inside="c")
    assert nothing == Read((), (Trouble("there is nothing at `c`", absent=True),))


def test_documents_without_end_are_not_read_to_their_end() -> None:
    bomb = "a: &a [" + "x, " * 500 + "x]\nb: &b [" + "*a, " * 500 + "*a]\n---\n"
    read = records.read((bomb * 50).encode(), "yaml")
    assert read.troubles[-1].reason == "the rest of the file is not read"
    assert len(read.records) < 10
    broken = records.read(b"---\na: [\n" * 300, "yaml")
    assert (len(broken.troubles), broken.troubles[-1].reason) == (101, "the rest of the file is not read")


def test_a_tab_that_libyaml_takes_is_a_space() -> None:
    assert value("a:\t1\nb: 2\t\n") == {"a": "1", "b": "2"}


def test_byte_order_marks_and_carriage_returns_mean_nothing() -> None:
    assert value(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": "1", "b": "x\ny\n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a: \xff\n", Trouble("byte 0xff is not UTF-8", 1, 4, hint=UTF_8)),
        (b"\xff\xfea\x00", Trouble("the file is UTF-16, not UTF-8", hint=UTF_8)),
        (b"\xff\xfe\0\0", Trouble("the file is UTF-32, not UTF-8", hint=UTF_8)),
        (b"", Trouble("the file is empty")),
        (b"just text\n", Trouble("the file is not a mapping")),
        (b"a: b: c\n", Trouble("not YAML: mapping values are not allowed here", 1, 5)),
        (b"x: 1\na: `b`\n", Trouble("not YAML: found character '`' that cannot start any token", 2, 4)),
        (b"a: &a [*a]\n", Trouble("the alias *a stands inside what it stands for", 1, 8)),
        (b"a: " + b"[" * 30, Trouble("not YAML: the nesting is deeper than 20", 1, 24)),
        (b"- " * 100, Trouble("the file is nested too deeply", 1, 131)),
        (b"a: x\n" * 60000, Trouble("the YAML is larger than 256 KiB")),
    ],
)
def test_what_cannot_be_read_says_why_and_where(text: bytes, expected: Trouble) -> None:
    assert expected == trouble(text)


def bomb() -> bytes:
    lines = [b"a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [b"%c: &%c [%s]" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9)]
    return b"\n".join(lines)


def merges() -> bytes:
    lines = [b"a0: &a0 {x: 1}"]
    lines += [b"a%d: &a%d\n  <<: [*a%d, *a%d]\n  k%d: 1" % (i + 1, i + 1, i, i, i) for i in range(24)]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        merges(),
        b"[" * 60000,
        b"{" * 60000,
        b"? " * 30000,
        b"- " * 30000,
        b"a: x" + b" #" * 100000,
        b'a: "x"' + b" " * 200000 + b"y",
        b"a: '" + b"''" * 100000,
        b"a " * 100000 + b": x",
        b"---\n" * 20000,
        b"\t" * 100000,
        b'{"a":' * 30000,
    ],
    ids=range(13),
)
@pytest.mark.parametrize("format", records.FORMATS)
def test_hostile_input_takes_a_bounded_time(text: bytes, format: str) -> None:
    start = time.process_time()
    records.read(text, format)
    places.locate(text, format, ("a", 0, "b"), "x")
    assert time.process_time() - start < 10


# -- the recogniser of the plain form -----------------------------------------------------------

PLAIN = """\
# a comment
title: In-place Update of Pod Resources
kep-number: 0752
authors:
  - "@kgolab"
  - thockin   # a comment
empty:
sigs: [sig-a, "sig b", 'sig c']

milestone:
  alpha: "v1.27"
  beta: 'it''s'
gates:
- name: One
  components:
    - kube-apiserver
  - none
- name: Two
status: implementable # provisional|implementable
url: https://example.org/a:b#c
"""


def test_the_plain_form_is_recognised() -> None:
    text = PLAIN.replace("  - none\n", "")
    expected = {
        "title": "In-place Update of Pod Resources",
        "kep-number": "0752",
        "authors": ["@kgolab", "thockin"],
        "empty": None,
        "sigs": ["sig-a", "sig b", "sig c"],
        "milestone": {"alpha": "v1.27", "beta": "it's"},
        "gates": [{"name": "One", "components": ["kube-apiserver"]}, {"name": "Two"}],
        "status": "implementable",
        "url": "https://example.org/a:b#c",
    }
    assert expected == loose._plain(text, "1.2")
    assert expected == loose._reference(text, "1.2").value


def mutants(text: str, seed: int, count: int) -> Iterator[str]:
    """The text with one to three small edits that are apt to change what YAML makes of it."""
    chance = random.Random(seed)
    tokens = [
        ": ", ":", " #", "#", "- ", "-", "? ", "[", "]", "{", "}", ",", '"', "'", "''", "\\", "|", ">", "&a ",
        "*a", "!t ", "%", "@", "`", "~", "null", "<<: ", "---\n", "...\n", "\n", "  ", " ", "\t", "\n\n", "\n  ",
        "\r\n",
        "yes", "0o17", "=", "\u00e9", "\u2028", "\x85", "\ufeff", "key: value\n", "\n- x\n", "0x1F", ".", "/",
    ]  # fmt: skip
    for _ in range(count):
        made = text
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(made) + 1)
            gone = chance.choice((0, 0, 1, 1, 2, 5, 20))
            made = made[:at] + chance.choice((*tokens, "")) + made[at + gone :]
        yield made


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_whatever_the_recogniser_accepts_it_reads_as_the_reference_does(version: str) -> None:
    accepted = 0
    for text in mutants(PLAIN.replace("  - none\n", ""), 20261121, 1500):
        quick = loose._plain(text, version)
        if quick is None:
            continue
        accepted += 1
        assert quick == loose._reference(text, version).value, text
    assert accepted > 300


def test_without_the_recogniser_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PLAIN.replace("  - none\n", "")
    quick = loose.load(text)
    monkeypatch.setenv("OPSFLOW_SLOW", "1")
    monkeypatch.setattr(loose, "_plain", None)
    assert quick == loose.load(text)


# -- other formats ------------------------------------------------------------------------------


def test_of_markdown_only_the_front_matter_is_read() -> None:
    read = records.read(b"---\nstate: Draft\n---\n\n# Title\n\n: [ not YAML \xff\n", "markdown")
    record = read.records[0]
    assert (record.value, read.troubles) == ({"state": "Draft"}, ())
    assert records.text_of(record) == "\n# Title\n\n: [ not YAML \ufffd\n"


def test_markdown_without_front_matter_is_a_record_without_fields() -> None:
    assert Read((Record((), {}, b"# Title\n"),)) == records.read(b"# Title\n", "markdown")
    assert Read((Record((), {}, b"# Title\n"),)) == records.read(b"---\n---\n# Title\n", "markdown")


def test_troubles_of_front_matter_have_the_files_own_lines() -> None:
    assert Trouble("not YAML: mapping values are not allowed here", 3, 9) == trouble(
        "---\neip: 1\ntitle: a: b\n---\n", "markdown"
    )
    text = "---\neip: 1\n"
    hint = "Close it with a line of `---`, or leave the file out by `exclude` under `sources:`."
    missing = Trouble("the closing `---` of the front matter is missing", hint=hint)
    assert trouble(text, "markdown") == missing
    assert trouble(text + "a: 1\n" * 20_000 + "---\n", "markdown") == Trouble(
        "the front matter does not end within 64 KiB"
    )
    assert trouble("---\neip: 1\nby: \u00e9t\u00e9\n---\n".encode("latin-1"), "markdown") == Trouble(
        "byte 0xe9 is not UTF-8", 3, 5, hint=UTF_8
    )


def test_front_matter_between_plus_signs_is_toml() -> None:
    text = '+++\ntitle = "One"\nweight = 3\ndate = 2024-01-02\ndraft = false\ntags = ["a"]\n+++\ntext\n'
    expected = {"title": "One", "weight": "3", "date": "2024-01-02", "draft": "false", "tags": ["a"]}
    assert expected == value(text, "markdown")


def test_json_numbers_keep_their_text() -> None:
    text = '{"id": 1.50, "big": 12345678901234567890, "done": true, "none": null, "id2": -0}'
    expected = {"id": "1.50", "big": "12345678901234567890", "done": True, "none": None, "id2": "-0"}
    assert expected == value(text, "json")


def test_a_list_of_records_is_found_at_the_top_or_at_a_dotted_way() -> None:
    text = b'{"data": {"a.b": [{"id": 1}, {"id": 2}]}}'
    expected = Read((Record(("data", "a.b", 0), {"id": "1"}), Record(("data", "a.b", 1), {"id": "2"})))
    assert expected == records.read(text, "json", inside="data.a.b")
    assert Read((Record((0,), {"id": "1"}),)) == records.read(b"- id: 1\n", "yaml")


def test_a_mapping_of_records_gives_them_their_names() -> None:
    text = b"T-1: {state: open}\nT-2: {state: done}\nversion: 3\n"
    expected = Read(
        (Record(("T-1",), {"state": "open"}, b"", "T-1"), Record(("T-2",), {"state": "done"}, b"", "T-2")),
        (Trouble("record `version` of 3 is not a mapping", keys=("version",)),),
    )
    assert expected == records.read(text, "yaml", inside="*")


def test_nothing_at_the_dotted_way_is_a_trouble() -> None:
    read = records.read(b"{}", "json", inside="data.issues")
    assert Read((), (Trouble("there is nothing at `data.issues`", absent=True),)) == read


def test_of_many_records_that_are_no_mappings_five_are_named() -> None:
    read = records.read(b"[1, {}, 2, 3, 4, 5, 6, 7]", "json")
    assert [each.reason for each in read.troubles] == [
        "records 1, 3, 4, 5, 6 and 2 more of 8 are not mappings"
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"key: a\nphase: [\n", (2, 8)),
        (b"key: a\nphase: [b,\nc: d\n\n", (2, 8)),
        (b"key: a\nphase: 'x\n\n", (2, 8)),
    ],
)
def test_what_is_never_closed_is_placed_within_the_file(text: bytes, place: tuple[int, int]) -> None:
    assert [(each.line, each.column) for each in records.read(text, "yaml").troubles] == [place]
    head = b"---\n" + text + b"---\n# Text\n"
    assert [(each.line, each.column) for each in records.read(head, "markdown").troubles] == [
        (place[0] + 1, place[1])
    ]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ('{"id": "b", "n": 7, "status": "open"', {"id": "b", "n": "7", "status": "open"}),
        ('{"id": "b", "id": "c"', None),
        ('{"id": "b", "after": [{"id": "c"}], "n": 7', {"n": "7"}),
        ("=======", None),
    ],
)
def test_of_a_broken_line_of_json_the_plain_fields_are_known(line: str, known: dict[str, str] | None) -> None:
    (trouble,) = records.read(line.encode(), "jsonl").troubles
    assert (trouble.line, trouble.known) == (1, known)


def test_a_quote_that_is_never_closed_hides_the_rest_of_a_table_and_is_told() -> None:
    text = b'id,status\na,open\nb,"open\nc,closed\n'
    trouble = Trouble("not CSV: a quote that opens in this record is never closed", 3)
    assert records.read(text, "csv") == Read((Record((1,), {"id": "a", "status": "open"}),), (trouble,))
    closed = records.read(b'id,status\na,"open\nsince May"\n', "csv")
    assert closed == Read((Record((1,), {"id": "a", "status": "open\nsince May"}),))


def test_a_bad_line_of_json_lines_hides_no_other() -> None:
    text = b'{"id": "a"}\n<<<<<<< HEAD\n\n[1]\n{"id": "b", "id": "c"}\n'
    expected = Read(
        (Record((0,), {"id": "a"}), Record((4,), {"id": "c"}, b"", "", ("id",))),
        (Trouble("not JSON: Expecting value", 2, 1), Trouble("the line is not a mapping", 4, 1)),
    )
    assert expected == records.read(text, "jsonl")


def test_headers_end_at_an_empty_line_and_deeper_lines_go_on() -> None:
    text = b"PEP: 695\nTitle: Type Parameter\n  Syntax\nRequires: 20,\n  30\nEmpty:\n\nAbstract: no header\n"
    record = records.read(text, "headers").records[0]
    expected = {"PEP": "695", "Title": "Type Parameter Syntax", "Requires": "20, 30", "Empty": None}
    assert (expected, b"\nAbstract: no header\n") == (record.value, record.body)


def test_headers_may_stand_in_a_preformatted_block() -> None:
    text = "<pre>\n  BIP: 1\n  Title: Purpose\n  Author: A\n          B\n</pre>\nText: no\n"
    assert value(text, "headers") == {"BIP": "1", "Title": "Purpose", "Author": "A B"}


def test_each_row_of_a_table_is_a_record() -> None:
    text = b'id,title\r\n1,"two\nlines"\r\n\r\n2,\r\n'
    expected = Read((Record((1,), {"id": "1", "title": "two\nlines"}), Record((4,), {"id": "2"})))
    assert records.read(text, "csv").records[0].value["id"] == "1"
    assert [record.value for record in expected.records] == [
        record.value for record in records.read(text, "csv").records
    ]
    assert value("id\tb\n1\tx y\n", "tsv") == {"id": "1", "b": "x y"}


def test_a_table_whose_first_row_has_semicolons_alone_is_parted_by_them() -> None:
    read = records.read(b"id;st\n1;a, b\n2;c\n", "csv")
    assert [record.value for record in read.records] == [{"id": "1", "st": "a, b"}, {"id": "2", "st": "c"}]
    (record,) = records.read(b"id,a;b\n1,2\n", "csv").records
    assert record.value == {"id": "1", "a;b": "2"}


def test_bad_toml_and_bad_tables_say_where() -> None:
    assert trouble("a = 1\nb = \n", "toml").line == 2
    read = records.read(b'id\n"' + b"x" * 200_000 + b'"\n', "csv")
    assert read.troubles == (Trouble("not CSV: field larger than field limit (131072)", 2),)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/kep.yaml", "yaml"), ("a.YML", "yaml"), ("a.json", "json"), (".beads/issues.jsonl", "jsonl"),
        ("task-1 - A.b.md", "markdown"), ("pep-0001.rst", "headers"), ("x.toml", "toml"), ("LICENSE", "text"),
        ("b.csv", "csv"),
    ],
)  # fmt: skip
def test_the_format_is_guessed_by_the_ending(path: str, expected: str) -> None:
    assert expected == records.guess(path)


# -- places -------------------------------------------------------------------------------------

YAML = b"# c\ntitle: x\nmilestone:\n  alpha: v1\n  list: [a, b]\nauthors:\n  - one\n  - two\ntitle: y\n"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), Place("p", 1, 1, 1)),
        (("title",), Place("p", 9, 1, 5)),
        (("milestone",), Place("p", 3, 1, 9)),
        (("milestone", "alpha"), Place("p", 4, 3, 5)),
        (("milestone", "gamma"), Place("p", 3, 1, 9)),
        (("milestone", "list", 1), Place("p", 5, 13, 1)),
        (("authors", 1), Place("p", 8, 5, 3)),
        (("absent",), Place("p", 1, 1, 1)),
    ],
)
def test_the_place_of_a_key_in_yaml(keys: tuple[str | int, ...], expected: Place) -> None:
    assert expected == places.locate(YAML, "yaml", keys, "p")


def test_the_place_of_a_key_in_a_later_document() -> None:
    text = b"# all\n---\nid: 1\n---\n- id: 2\n- id: 3\n  st: x\n"
    assert places.locate(text, "yaml", (1, 1, "st"), "a.yml") == Place("a.yml", 7, 3, 2)
    assert places.locate(text, "yaml", (0, "id"), "a.yml") == Place("a.yml", 3, 1, 2)
    assert places.locate(text, "yaml", (7, "id"), "a.yml") == Place("a.yml")


def test_the_place_of_a_key_in_front_matter_counts_the_fence() -> None:
    data = b"---\neip: 1\nstatus: Draft\n---\nstatus: no\n"
    assert Place("p", 3, 1, 6) == places.locate(data, "markdown", ("status",), "p")


def test_the_place_of_a_key_before_a_syntax_error_is_found() -> None:
    assert Place("p", 1, 1, 1) == places.locate(b"a: 1\nb: [\n", "yaml", ("a",), "p")


JSON = b'{\n  "issues": [\n    {"id": 1, "a": [1, 2]},\n    {"id": "x\\"]",\n     "state": "open"}\n  ]\n}\n'


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("issues",), Place("p", 2, 3, 8)),
        (("issues", 0), Place("p", 3, 5, 1)),
        (("issues", 0, "a", 1), Place("p", 3, 24, 1)),
        (("issues", 1, "state"), Place("p", 5, 6, 7)),
        (("issues", 1, "absent"), Place("p", 4, 5, 1)),
        (("issues", 7), Place("p", 2, 3, 8)),
    ],
)
def test_the_place_of_a_key_in_json(keys: tuple[str | int, ...], expected: Place) -> None:
    assert expected == places.locate(JSON, "json", keys, "p")


def test_the_place_of_a_key_in_json_lines_rows_and_headers() -> None:
    lines = b'{"id": 1}\n\n{"id": 2, "state": "open"}\n'
    assert Place("p", 3, 11, 7) == places.locate(lines, "jsonl", (2, "state"), "p")
    assert Place("p", 3) == places.locate(b"id\n1\n2\n", "csv", (2, "id"), "p")
    assert Place("p", 2, 1, 6) == places.locate(b"PEP: 1\nStatus: Final\n", "headers", ("Status",), "p")
    assert Place("p", 1) == places.locate(b"anything", "text", ("x",), "p")


def test_locating_in_what_cannot_be_read_gives_the_top() -> None:
    for name in records.FORMATS:
        for data in (b"", b"\xff\xfe", b"[[", b'{"a', b"---\n", b"\x00"):
            assert places.locate(data, name, (3, "a"), "p").path == "p"


def test_the_reference_reader_refuses_what_is_no_yaml() -> None:
    with pytest.raises(Unreadable, match="not YAML"):
        loose._reference("a: [", "1.2")
