"""Tables as text and files."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.events import sheets, writing
from opsflow.events.rows import Row

ROW = Row(
    *("A-1", "=SUM(A1)", "", "standard", "state", "doing", "", 0.0, None, "", "", ""),
    services=("a", "b;c"),
    project="",
    labels=(),
    estimate=timedelta(hours=36),
)


def test_an_event_is_a_line_of_csv_that_no_spreadsheet_runs() -> None:
    assert "".join(writing.text(sheets.events([ROW]), "csv")) == (
        "item,title,type,class,field,value,from,entered,left,commit,author,by,services,project,labels,estimate\n"
        'A-1,\'=SUM(A1),,standard,state,doing,,1970-01-01T00:00:00Z,,,,,"a; b\\;c",,,36h\n'
    )


def test_an_event_is_an_object_without_what_is_empty_but_its_end() -> None:
    assert "".join(writing.text(sheets.events([ROW]), "jsonl")) == (
        '{"item": "A-1", "title": "=SUM(A1)", "class": "standard", "field": "state", "value": "doing", '
        '"entered": "1970-01-01T00:00:00Z", "left": null, "services": ["a", "b;c"], "estimate": "36h"}\n'
    )


def test_numbers_and_truth_values_are_themselves() -> None:
    sheet = sheets.sheet("x", ["a", "b", "c", "d"], [[1, 1.0, True, "1"], [-2, None, False, "true"]])
    assert "".join(writing.text(sheet, "csv")) == "a,b,c,d\n1,1.0,true,1\n-2,,false,true\n"
    assert sheet.kinds == ["whole", "number", "flag", "text"]


def sheet() -> sheets.Sheet:
    return sheets.sheet("x", ["a"], [[1]])


def test_a_file_is_never_replaced_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = str(tmp_path / "x.csv")
    writing.store(sheet(), "csv", path, force=False)
    with pytest.raises(OpsflowError, match=r"x.csv exists; --force replaces it."):
        writing.store(sheet(), "jsonl", path, force=False)
    assert Path(path).read_text() == "a\n1\n"
    writing.store(sheet(), "jsonl", path, force=True)
    assert Path(path).read_text() == '{"a": 1}\n'
    assert os.listdir(tmp_path) == ["x.csv"]


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(OpsflowError, match="is not a file; name another one"):
        writing.store(sheet(), "csv", str(tmp_path), force=True)


@pytest.mark.parametrize("format", writing.FORMATS)
def test_where_nothing_can_be_written_it_is_said(format: str, tmp_path: Path) -> None:
    if format == "parquet":
        pytest.importorskip("duckdb")
    with pytest.raises(OpsflowError, match=r"x cannot be written"):
        writing.store(sheet(), format, str(tmp_path / "missing" / "x"), force=False)


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")

    def rows() -> object:
        yield [1]
        raise OSError(28, "No space left on device")

    broken = sheets.Sheet("x", ["a"], ["whole"], rows())  # type: ignore[arg-type]
    with pytest.raises(OpsflowError, match="No space left on device"):
        writing.store(broken, "csv", str(path), force=True)
    assert (path.read_text(), os.listdir(tmp_path)) == ("before", ["x.csv"])
