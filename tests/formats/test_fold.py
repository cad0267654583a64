"""Painted text in lines that fit."""

from opsflow.formats.fold import fold, folded
from opsflow.formats.paint import ansi, plain


def test_a_text_is_broken_at_spaces_and_indented() -> None:
    assert folded("one two three four", 9, 2) == ["one two", "  three", "  four"]
    assert folded("one two three four", 10) == ["one two", "three four"]
    assert folded("one two three four", None, 2) == ["one two three four"]
    assert folded("", 9) == [""]


def test_a_word_that_is_too_long_stays_whole() -> None:
    assert folded("a https://example.org/x b", 9, 2) == ["a", "  https://example.org/x", "  b"]


def test_spaces_at_the_beginning_and_within_a_line_stay() -> None:
    assert folded("    a  b", 80) == ["    a  b"]
    assert folded("  aaa  bbb   ccc", 10, 1) == ["  aaa  bbb", " ccc"]


def test_wide_signs_take_two_columns() -> None:
    assert folded("更新 更新 更新", 9) == ["更新 更新", "更新"]


def test_each_part_keeps_its_colour_on_every_line() -> None:
    parts = [("one two", "bad"), ("three", ""), ("four", "dim")]
    assert [*fold(parts, plain, 9)] == ["one two", "three", "four"]
    assert [*fold(parts, ansi, 13, 2)] == [
        "\x1b[31mone two\x1b[0m three",
        "  \x1b[2mfour\x1b[0m",
    ]
    assert [*fold(parts, ansi, 5)][:2] == ["\x1b[31mone\x1b[0m", "\x1b[31mtwo\x1b[0m"]
