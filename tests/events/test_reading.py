"""Files of events: what they may look like, and what becomes of those that are none."""

import json
from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.events import reading
from tests.events.tables import NOW, piped, plain, read, said, stays

TEXT = "item,value,entered,left\nA-1,doing,2026-03-01,2026-03-03\nA-1,done,2026-03-03,\n"
STAYS = {"A-1": [("doing", "03-01", "03-03"), ("done", "03-03", "")]}


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.replace(",", ";"),
        TEXT.replace(",", "\t"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        "\n\n" + TEXT.replace("\n", "\n\n"),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("doing", '"doing"').rstrip("\n"),
        TEXT.replace(",2026-03-03\n", ",2026-03-03T00:00:00Z\n").replace("03,\n", "03\n"),
    ],
)
def test_csv_of_any_make_says_the_same(data: str | bytes, tmp_path: Path) -> None:
    found = read(data, tmp_path, "events.txt")
    assert (stays(found), found.wrong) == (STAYS, 0)


def test_json_lines_say_the_same(tmp_path: Path) -> None:
    rows = [
        {"item": "A-1", "value": "doing", "entered": "2026-03-01", "left": "2026-03-03"},
        {"at": "2026-03-03", "to": "done", "id": "A-1", "left": None, "labels": ["a", "b"], "colour": 3},
    ]
    found = read("\n\n".join(map(json.dumps, rows)), tmp_path)
    assert (stays(found), found.wrong, found.ignored) == (STAYS, 0, ("colour",))
    assert found.items["A-1"].labels == ("a", "b")


def test_a_table_may_come_over_the_standard_input(tmp_path: Path) -> None:
    assert plain(piped(TEXT.encode())) == plain(read(TEXT, tmp_path))


def test_what_a_spreadsheet_would_run_is_read_back_without_its_apostrophe(tmp_path: Path) -> None:
    rows = "'=A,'@team,2026-03-01\n'=A,'plain,2026-03-02\n'=A,''=x,2026-03-03\n'=A,it's,2026-03-04\n"
    found = read("item,value,entered\n" + rows, tmp_path)
    assert [state for state, _, _ in stays(found)["=A"]] == ["@team", "'plain", "'=x", "it's"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty; an event table has a line of columns: item,value,entered."),
        (b" \n\n \n", "is empty; an event table has a line of columns: item,value,entered."),
        (b"colour,size\nred,3\n", "has no column `item`, `value` and `entered`"),
        (b"item;state\nA-1;done\n", "has no column `entered`"),
        (b'{"item": "A-1", "state": "done"}\n', "has no column `entered`"),
        ("item,value,entered\n".encode("utf-16"), "is in UTF-16; save it in UTF-8."),
        ("item,value,entered\n".encode("utf-32"), "is in UTF-32; save it in UTF-8."),
        ("\ufeffitem,value,entered\n".encode("utf-32-be"), "is in UTF-32; save it in UTF-8."),
        (b"PK\x03\x04 a workbook", "is a workbook or an archive; save the table as CSV."),
        (b"\x1f\x8b\x08", "is compressed; unpack it first."),
        (b"\x7fELF\x02\x01\x01\0\0\0", "is no text; an event table is CSV, JSON Lines or Parquet."),
        (b'[{"item": 1}]', "has no column `value` and `entered`"),
        (b'[{"item": 1}', "begins as a JSON array and is none"),
        (b"PAR1 and then nothing", "cannot be read as Parquet"),
        (b"PAR1" + b"\0" * 30 + b"PAR1", "cannot be read as Parquet"),
        (b"item,value,entered\nA-1,done,soon\n", "No row of .* can be used; of line 2: `entered` is 'soon'"),
        (b'{"item": \n{', "No row of .* can be used; of line 1: '{\"item\":' is no JSON object"),
        (bytes(range(128, 256)) * 20, "has no column"),
        (b"\0" * 5000, "is no text"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(data: bytes, why: str, tmp_path: Path) -> None:
    if b"PAR1" in data:
        pytest.importorskip("duckdb")
    with pytest.raises(OpsflowError, match=why):
        read(data, tmp_path)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(OpsflowError, match=f"{path} cannot be read: .*; name a CSV"):
            reading.read(str(path), NOW.tzinfo or NOW.astimezone().tzinfo, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("data", ["item,value,entered\n", "item,value,entered", "item,value,entered\n\n\n"])
def test_a_header_alone_is_a_table_without_items(data: str, tmp_path: Path) -> None:
    found = read(data, tmp_path)
    assert (len(found.visits), found.items, found.rows) == (0, {}, 0)


def test_lines_that_are_no_text_are_left_out_and_the_rest_counts(tmp_path: Path) -> None:
    lines = [
        b"item,value,entered",
        b"A-1,doing,2026-03-01",
        b"A-1,d\xffne,2026-03-02",
        b"A-1,d\0ne,2026-03-02",
    ]
    found = read(b"\n".join([*lines, b"A-1,done,2026-03-03", b""]), tmp_path)
    assert stays(found) == STAYS
    assert said(found) == [
        (3, "it is not UTF-8; the row is left out"),
        (4, "it has a NUL in it; the row is left out"),
    ]
    assert found.rows == 4


def test_lines_of_json_that_are_no_objects_are_left_out(tmp_path: Path) -> None:
    good = '{"item": "A-1", "value": "doing", "entered": "2026-03-01"}'
    bad = [
        "[1]",
        '{"item":',
        "7" * 6000,
        "[" * 100_000,
        '{"item": "A-1", "value": "x", "entered": 1772512215}',
    ]
    found = read("\n".join([good, *bad]), tmp_path)
    assert stays(found) == {"A-1": [("doing", "03-01", "")]}
    assert said(found) == [
        (2, "'[1]' is no JSON object; the row is left out"),
        (3, "'{\"item\":' is no JSON object; the row is left out"),
        (4, f"'{'7' * 57}…' is no JSON object; the row is left out"),
        (5, f"'{'[' * 57}…' is no JSON object; the row is left out"),
        (
            6,
            "`entered` is 1772512215, which may count seconds or milliseconds; --dates says which; the row is left out",
        ),
    ]


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = 'item,title,value,entered\nA-1,"two\nlines",doing,2026-03-01\n\nA-1,x,done,soon\n'
    assert [line for line, _ in said(read(text, tmp_path))] == [5]


def test_a_quotation_mark_without_end_costs_its_rows_and_no_more_memory(tmp_path: Path) -> None:
    good = "A-1,doing,2026-03-01\n"
    text = (
        f'item,value,entered\n{good}A-1,"open,2026-03-02\n{"A-1,x,2026-03-03" * 9000}\nA-1,done,2026-03-05\n'
    )
    found = read(text, tmp_path)
    assert stays(found) == {"A-1": [("doing", "03-01", "03-05"), ("done", "03-05", "")]}
    assert said(found) == [
        (3, "it has a cell that does not end: a quotation mark is missing; the row is left out"),
        (4, "it has 18001 cells, and there are 3 columns; the row is left out"),
    ]


def test_a_hundred_megabytes_on_one_line_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(OpsflowError, match="has no column"):
        read(b"x" * 100_000_000, tmp_path)


def test_a_table_has_at_most_five_hundred_states(tmp_path: Path) -> None:
    def table(states: int) -> str:
        return "item,state,entered\n" + "".join(f"A-{n},S{n},2026-02-01\n" for n in range(states))

    assert len(read(table(500), tmp_path).visits.names) == 500
    with pytest.raises(
        OpsflowError, match="has 501 states, and 500 is the most: look which column is called"
    ):
        read(table(501), tmp_path)


def test_rows_below_a_cell_that_does_not_end_are_read(tmp_path: Path) -> None:
    head, rows = "item,state,entered\n", "D,doing,2026-03-02\nD,done,2026-03-04\n"
    for broken in (
        'B,"doing,2026-03-01\n',
        'B,doing,"2026-03-01\n',
        f'B,doing,2026-03-01\nC,"x,{"y" * 99}\n',
    ):
        found = read(head + broken + rows, tmp_path)
        assert stays(found)["D"] == [("doing", "03-02", "03-04"), ("done", "03-04", "")]
        assert [note.said.partition(":")[0] for note in found.notes] == ["it has a cell that does not end"]
    last = read(f'{head}{rows}E,"doing', tmp_path)
    assert [*stays(last)] == ["D"]
    assert (last.rows, last.left_out, last.notes[0].line) == (3, 1, 4)


def test_cells_of_several_lines_and_long_ones(tmp_path: Path) -> None:
    text = (
        'item,state,entered,title\nA,doing,2026-03-02,"one\ntwo"\nB,doing,2026-03-02,' + "x" * 140_000 + "\n"
    )
    found = read(text, tmp_path)
    assert [*stays(found)] == ["A"]
    assert said(found) == [(4, "it has a cell of more than 131,072 letters; the row is left out")]


def test_a_number_of_thousands_of_digits_is_a_value_like_another(tmp_path: Path) -> None:
    long = "9" * 5000
    rows = ['{"item": "A", "state": "doing", "entered": "2026-03-02"}', f'{{"item": "B", "entered": {long}}}']
    for text in ("\n".join(rows), f"[{', '.join(rows)}]"):
        found = read(text, tmp_path)
        assert [*stays(found)] == ["A"]
        assert [note.said[:20] for note in found.notes] == ["`entered` is '999999"]
    with pytest.raises(OpsflowError, match="is nested too deeply"):
        read("[" * 100_000, tmp_path)
