"""Tables without lines."""

from opsflow.formats.paint import ansi
from opsflow.formats.table import Cell, Column, render

COLUMNS = [Column("id"), Column("days", right=True), Column("title", gives=True)]
ROWS = [("OPS-1", "3", "Renew the certificates of the customer portal"), ("OPS-22", "12", "更新")]


def test_columns_are_aligned_and_nothing_is_clipped_without_a_width() -> None:
    assert render(COLUMNS, ROWS) == (
        "id      days  title\n"
        "OPS-1      3  Renew the certificates of the customer portal\n"
        "OPS-22    12  更新\n"
    )


def test_the_column_that_gives_is_clipped_to_the_width() -> None:
    assert render(COLUMNS, ROWS, columns_wide=30) == (
        "id      days  title\nOPS-1      3  Renew the certi…\nOPS-22    12  更新\n"
    )


def test_no_column_is_clipped_away() -> None:
    assert render(COLUMNS, ROWS, columns_wide=5).splitlines()[1] == "OPS-1      3  Renew the…"


def test_colour_does_not_move_a_column() -> None:
    cells = [(Cell("OPS-1", "strong"), Cell("3", "bad"), "One")]
    assert (
        render(COLUMNS, cells, paint=ansi).splitlines()[1] == "\x1b[1mOPS-1\x1b[0m     \x1b[31m3\x1b[0m  One"
    )


def test_a_cell_stays_on_its_line() -> None:
    assert render([Column("a")], [("x\ny\x1b",)]) == "a\nx␊y␛\n"


def test_columns_that_say_nothing_go_where_the_table_is_too_wide() -> None:
    columns = [
        Column("item"),
        Column("due", right=True),
        Column("promised days", right=True),
        Column("title"),
    ]
    rows = [("OPS-1", "-", "2", "One"), ("OPS-2", "", "-", "Two")]
    assert render(columns, rows, columns_wide=31) == (
        "item   promised days  title\nOPS-1              2  One\nOPS-2              -  Two\n"
    )
    assert render(columns, rows, columns_wide=32).splitlines()[0] == "item   due  promised days  title"
    assert render(columns, [], columns_wide=10).splitlines()[0] == "item  due  promised days  title"
