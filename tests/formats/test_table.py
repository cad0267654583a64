"""Tables without lines."""

from opsflow.formats.paint import ansi
from opsflow.formats.table import Cell, Column, columns, render

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


def test_where_a_row_is_too_wide_it_takes_several_lines() -> None:
    columns = [Column("id"), Column("path"), Column("title", gives=True)]
    path = "archive/" + "x" * 50
    assert render(columns, [("OPS-1", path, "Renew")], columns_wide=66) == (
        f"id     path\n  title\nOPS-1  {path}\n  Renew\n"
    )


def test_on_a_narrow_terminal_what_is_too_wide_is_told_cell_by_cell() -> None:
    assert render(COLUMNS, ROWS, columns_wide=20) == (
        "OPS-1\n  days: 3\n  title: Renew the\n    certificates of\n    the customer\n    portal\n"
        "OPS-22\n  days: 12\n  title: 更新\n"
    )
    columns = [Column("weeks", right=True), Column("person days", right=True), Column("until"), Column("")]
    rows = [("2", "63", "", "████"), ("4", "-", "2026-12-18", "")]
    assert render(columns, rows, columns_wide=20) == (
        "weeks: 2\n  person days: 63\nweeks: 4\n  until: 2026-12-18\n"
    )


def test_titles_take_several_lines_before_a_text_is_clipped() -> None:
    columns = [Column("item"), Column("most at a day's end", right=True), Column("title", gives=True)]
    assert render(columns, [("OPS-1", "3", "Renew the certificates")], columns_wide=40) == (
        "       most at a\nitem   day's end  title\nOPS-1          3  Renew the certificates\n"
    )


def test_a_bar_gets_shorter_and_goes_before_a_row_takes_several_lines() -> None:
    columns = [Column("cause"), Column("days", right=True), Column("")]
    rows = [("vendor", "20", "█" * 20), ("permit", "5", "█" * 5), ("none", "0", "")]
    assert render(columns, rows, columns_wide=24) == (
        "cause   days\nvendor    20  ██████████\npermit     5  ██\nnone       0\n"
    )
    assert (
        render(columns, rows, columns_wide=23) == "cause   days\nvendor    20\npermit     5\nnone       0\n"
    )


def test_what_does_not_give_and_stands_alone_is_folded() -> None:
    rows = [("OPS-1 is older than finished work was",), ("short",)]
    assert render([Column("remark")], rows, columns_wide=20) == (
        "remark\nOPS-1 is older than\n  finished work was\nshort\n"
    )


def test_colour_does_not_move_a_column() -> None:
    cells = [(Cell("OPS-1", "strong"), Cell("3", "bad"), "One")]
    assert (
        render(COLUMNS, cells, paint=ansi).splitlines()[1] == "\x1b[1mOPS-1\x1b[0m     \x1b[31m3\x1b[0m  One"
    )


def test_a_title_is_as_safe_as_a_cell() -> None:
    assert render([Column("a\x1b[31m\u202eb")], [["x"]]) == "a␛[31m\\u202eb\nx\n"


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
    assert render(columns, [], columns_wide=10) == "item  due\n  promised\n      days\n  title\n"


def test_columns_are_told_by_their_titles() -> None:
    assert columns("item", "days", "title", right=("days",)) == (
        Column("item"),
        Column("days", right=True),
        Column("title", gives=True),
    )
    assert columns("title", "why", gives=("why",)) == (Column("title"), Column("why", gives=True))
