"""Parquet by whole columns says what the same rows say as text, and steps back where something is wrong."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from opsflow.errors import OpsflowError
from opsflow.events import columns, parquet, reading, sheets, whole, writing
from tests.events.tables import NOW, plain, read, said, stays

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("numpy")


def made(folder: Path, select: str) -> str:
    """A Parquet file of what a query gives."""
    path = folder / "made.parquet"
    duckdb.connect().execute(f"copy ({select}) to '{path}' (format parquet)")
    return str(path)


def rows(seed: int, items: int = 40) -> list[list[str]]:
    """Rows of a table in which nothing is wrong, by item and by time; some tell of blocks, people and types."""
    chance = random.Random(seed)
    found = []
    for number in range(items):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(900))
        item, kind, before = f"A-{number}", chance.choice(["incident", "request", ""]), ""
        traits = [item, f"=Title {number}", kind, chance.choice(["standard", "expedite", ""])]
        more = [
            chance.choice(each)
            for each in (("", "mail", "mail; web"), ("", "P-1"), ("", "x"), ("", "2d", "x"))
        ]
        for _ in range(chance.randrange(1, 6)):
            state = chance.choice(["todo", "doing", "vendor", "done"])
            end = at + timedelta(seconds=chance.randrange(1, 400_000))
            said = [f"{chance.getrandbits(160):040x}", "Maria"]
            last = chance.random() < 0.3
            left = "" if last else written(end)
            found.append([*traits, "state", state, before, written(at), left, *said, "", *more])
            for field, value, by in (
                ("blocked", "no disk", "vendor:x"),
                ("assigned", "ben", ""),
                ("type", "x", ""),
            ):
                if chance.random() < 0.2:
                    found.append([*traits, field, value, "", written(at), left, *said, by, *more])
            if last:
                break
            before, at = state, end + timedelta(seconds=chance.choice([0, 0, 3600]))
    return found


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def text(found: list[list[str]]) -> str:
    return "\n".join(map(",".join, [columns.NAMES, *found])) + "\n"


TYPED = 'select * replace (entered::timestamptz as entered, "left"::timestamptz as "left") from read_csv(\'{}\', all_varchar = true)'


@pytest.mark.parametrize("seed", range(6))
def test_by_whole_columns_a_table_is_what_it_is_row_by_row(seed: int, tmp_path: Path) -> None:
    expected = plain(read(text(rows(seed)), tmp_path))
    path = made(tmp_path, TYPED.format(tmp_path / "events.csv"))
    with mock.patch.object(parquet, "_gathered", side_effect=AssertionError("it looked at each row")):
        assert plain(reading.read(path, UTC, NOW)) == expected
    with mock.patch.object(whole, "read", return_value=None):
        assert plain(reading.read(path, UTC, NOW)) == expected


def test_rows_in_any_order_are_put_in_order_by_whole_columns(tmp_path: Path) -> None:
    found = rows(1)
    expected = plain(read(text(found), tmp_path))
    random.Random(3).shuffle(found)
    read(text(found), tmp_path, "shuffled.csv")
    path = made(tmp_path, TYPED.format(tmp_path / "shuffled.csv"))
    with mock.patch.object(parquet, "_gathered", side_effect=AssertionError("it looked at each row")):
        known = plain(reading.read(path, UTC, NOW))
    assert {name: known[name] for name in ("items", "stays", "first", "commit")} == {
        name: expected[name] for name in ("items", "stays", "first", "commit")
    }


@pytest.mark.parametrize(
    "select",
    [
        "select 'A-1' as item, 'doing' as state, timestamp '2026-03-01' as entered",
        "select 'A-1' as item, 'doing' as state, date '2026-03-01' as entered",
        "select 'A-1' as item, 'doing' as state, '2026-03-01' as entered",
        "select 'A-1' as item, 'doing' as state, timestamptz '2026-03-01 00:00:00+00' as entered",
        "select 'A-1' as item, 'doing' as state, timestamp_ns '2026-03-01' as entered",
        "select 'A-1' as \"Issue Key\", 'doing' as \"Status\", timestamp_s '2026-03-01' as \"Changed\"",
    ],
)
def test_moments_may_have_any_type_that_says_when(select: str, tmp_path: Path) -> None:
    assert stays(reading.read(made(tmp_path, select), UTC, NOW)) == {"A-1": [("doing", "03-01", "")]}


def test_moments_without_an_offset_are_of_the_time_zone(tmp_path: Path) -> None:
    path = made(tmp_path, "select 'A-1' as item, 'doing' as state, timestamp '2026-03-01' as entered")
    berlin = reading.read(path, ZoneInfo("Europe/Berlin"), NOW)
    assert stays(berlin) == {"A-1": [("doing", "02-28 23:00", "")]}


def test_what_is_wrong_is_told_by_the_number_of_the_row(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "select * from (values ('A-1', 'doing', '2026-03-01'), (null, 'doing', '2026-03-01'), "
        "('A-1', 'done', 'soon'), ('A-2', 'doing', '2026-03-01')) as rows(item, value, entered)",
    )
    found = reading.read(path, UTC, NOW)
    assert said(found) == [
        (2, "it names no item; the row is left out"),
        (3, "`entered` is 'soon', which is no date or moment; the row is left out"),
    ]
    assert (list(found.visits.items), found.rows) == (["A-1", "A-2"], 4)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OpsflowError, match=r"has no column `item`, `value` and `entered`.* It has a and b."):
        reading.read(made(tmp_path, "select 1 as a, 2 as b"), UTC, NOW)


def test_the_name_of_a_file_is_no_pattern(tmp_path: Path) -> None:
    for name in ("a*.parquet", "b?.parquet", "c[1].parquet", "d'.parquet"):
        sheet = sheets.sheet("x", ["item", "value", "entered"], [["A-1", name, "2026-03-01"]])
        writing.store(sheet, "parquet", str(tmp_path / name), force=False)
    for name in ("a*.parquet", "b?.parquet", "c[1].parquet", "d'.parquet"):
        assert list(reading.read(str(tmp_path / name), UTC, NOW).visits.names) == [name]


def test_without_duckdb_the_message_says_how_to_get_it(tmp_path: Path) -> None:
    path = made(tmp_path, "select 1 as a")
    with (
        mock.patch.dict(sys.modules, {"duckdb": None}),
        pytest.raises(OpsflowError, match=r"opsflow\[parquet\]"),
    ):
        reading.read(path, UTC, NOW)


def test_kinds_of_columns_become_types(tmp_path: Path) -> None:
    sheet = sheets.sheet(
        "x",
        ["name", "day_on", "moment_at", "n", "share", "flag", "names", "nothing"],
        [
            ["a", "2026-03-01", "2026-03-01T10:00:00+01:00", 1, 0.5, True, ["b", "c;\\"], None],
            [None, None, None, None, None, None, [], None],
        ],
    )
    path = str(tmp_path / "x.parquet")
    writing.store(sheet, "parquet", path, force=False)
    base = duckdb.connect()
    assert [row[1] for row in base.execute(f"describe from '{path}'").fetchall()] == [
        "VARCHAR",
        "DATE",
        "TIMESTAMP WITH TIME ZONE",
        "BIGINT",
        "DOUBLE",
        "BOOLEAN",
        "VARCHAR[]",
        "VARCHAR",
    ]
    asked = "name, day_on::varchar, epoch(moment_at), n, share, flag, names, nothing"
    assert base.execute(f"select {asked} from '{path}'").fetchall() == [
        ("a", "2026-03-01", 1772355600.0, 1, 0.5, True, ["b", "c;\\"], None),
        (None, None, None, None, None, None, [], None),
    ]


def test_the_name_of_a_folder_is_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "state=Ready"
    folder.mkdir()
    select = "select 'A' as item, unnest(['Doing', 'Done']) as state, unnest([date '2026-03-01', '2026-03-07']) as entered"
    found = reading.read(made(folder, select), UTC, NOW)
    assert stays(found) == {"A": [("Doing", "03-01", "03-07"), ("Done", "03-07", "")]}


def test_a_file_that_contradicts_its_own_statistics_is_read_row_by_row(tmp_path: Path) -> None:
    at = "unnest([timestamp '2026-03-01', '2026-03-03', '2026-03-07']) as entered"
    path = Path(made(tmp_path, f"select 'A' as item, unnest(['Ready', 'Doing', 'Done']) as state, {at}"))
    path.write_bytes(path.read_bytes().replace(b"Doing", b"Doine", 1))
    found = reading.read(str(path), UTC, NOW)
    assert sorted(state[:4] for state, _, _ in stays(found)["A"]) == ["Doin", "Done", "Read"]


@pytest.mark.parametrize("kind", ["TIMESTAMP[]", "TIMESTAMPTZ[]"])
def test_a_list_is_no_moment_and_nothing_has_no_name(kind: str, tmp_path: Path) -> None:
    select = f"select 'A' as item, 'Doing' as state, ['2026-03-01'::timestamp]::{kind} as entered"
    with pytest.raises(
        OpsflowError, match=r"of line 1: `entered` is .\['2026-03-01.*, which is no date or moment"
    ):
        reading.read(made(tmp_path, select), UTC, NOW)
    with pytest.raises(OpsflowError, match="of line 1: `entered` is '', which is no date or moment"):
        reading.read(
            made(tmp_path, "select 'A' as item, 'Doing' as state, NULL::varchar as entered"), UTC, NOW
        )


def test_a_column_that_the_reader_makes_itself_is_named(tmp_path: Path) -> None:
    with pytest.raises(OpsflowError, match="has a column file_row_number, which DuckDB makes of its own"):
        reading.read(made(tmp_path, "select 1 as file_row_number, 'A' as item"), UTC, NOW)
