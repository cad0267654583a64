"""CSV that a spreadsheet shows and never runs."""

import csv as reader
import io

import pytest

from opsflow.formats import csv


def test_rows_are_read_back_as_they_are() -> None:
    text = csv.render(
        ("id", "title"), [("OPS-1", 'a "quoted", title'), ("OPS-2", "two\nlines"), (None, True)]
    )
    assert text == 'id,title\nOPS-1,"a ""quoted"", title"\nOPS-2,"two\nlines"\n,true\n'
    assert list(reader.reader(io.StringIO(text)))[1:3] == [
        ["OPS-1", 'a "quoted", title'],
        ["OPS-2", "two\nlines"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "|cmd",
        "%0A",
        "\uff1dcmd",
        " =1",
        "- a list",
        "-",
        "+4 9",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    (row,) = reader.reader(io.StringIO(csv.cell(text)))
    assert row[0].startswith("'")


@pytest.mark.parametrize("number", [12, -12, 2.5, "-12", "+4.5", 0])
def test_numbers_stay_numbers(number: object) -> None:
    assert csv.cell(number) == str(number)


def test_a_cell_cannot_be_split_by_another_separator() -> None:
    assert csv.cell("x;=cmd") == '"x;=cmd"'
    assert csv.cell("x\t=cmd") == "x␉=cmd"


def test_lists_are_joined_and_control_characters_shown() -> None:
    assert csv.cell(["a", "b"]) == "a b"
    assert csv.cell([]) == ""
    assert csv.cell("\x1b[31m") == "␛[31m"
