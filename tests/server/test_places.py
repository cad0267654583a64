"""Lines and columns as editors count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsflow.model import Place
from opsflow.server.places import UTF8, UTF16, UTF32, Text

WORDS = "title: é😀 x\r\nstate: doing\rline\n"


@pytest.mark.parametrize(("encoding", "column"), [(UTF8, 14), (UTF16, 11), (UTF32, 10)])
def test_columns_are_counted_in_the_units_of_the_editor(encoding: str, column: int) -> None:
    text = Text(WORDS, encoding)
    assert text.place(WORDS.index("x")) == (0, column)
    assert text.at(0, column) == WORDS.index("x")


def test_lines_end_in_each_of_the_three_ways_and_in_no_other() -> None:
    text = Text("a\r\nb\rc\nd\u2028e\x0bf")
    assert [text.place(at)[0] for at in (0, 3, 5, 7, 9, 11)] == [0, 1, 2, 3, 3, 3]


def test_a_column_beyond_the_line_is_its_end_and_a_line_beyond_the_text_its_end() -> None:
    text = Text("ab\r\ncd")
    assert (text.at(0, 9), text.at(1, 9), text.at(7, 0)) == (2, 6, 6)


def test_a_place_of_ours_is_found_whatever_ends_the_lines() -> None:
    text = Text("title: x\r\nstate: y\r\n")
    assert text.span(Place("a.yaml", 2, 1, 5)) == (10, 15)
    assert text.span(Place("a.yaml", 1, 8, 50)) == (7, 9)
    assert text.span(Place("a.yaml", 9, 3, 2)) == (20, 20)


def test_a_byte_order_mark_is_not_a_part_of_the_text() -> None:
    assert Text("\ufeffstate: x").place(5) == (0, 5)


@given(st.text(alphabet="aé😀\n\r\u2028", max_size=30), st.sampled_from([UTF8, UTF16, UTF32]))
def test_places_and_positions_lead_to_each_other(words: str, encoding: str) -> None:
    text = Text(words, encoding)
    inside = [at for at in range(len(words) + 1) if words[at - 1 : at + 1] != "\r\n"]
    assert [text.at(*text.place(at)) for at in inside] == inside
