"""JSON that is exact, and quiet on a terminal and in a CI log."""

import json as reader
from datetime import date

import pytest

from opsflow.formats import json

HOSTILE = [
    "\x1b[31m",
    "\x7f",
    "\x9b",
    "\u202e",
    "\u200b",
    "\U000e0041",
    "##[error]x",
    "####[x",
    "\ud800",
    "a\nb\t",
    "é更",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    assert reader.loads(json.render({text: [text]})) == {text: [text]}
    assert reader.loads(json.line(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts_on_a_terminal_or_a_runner(text: str) -> None:
    shown = json.render([text]) + json.line(text)
    assert all(letter.isprintable() or letter == "\n" for letter in shown)
    assert "##" not in shown


def test_letters_of_any_language_stay_readable() -> None:
    assert json.render({"title": "Köln 更新"}) == '{\n  "title": "Köln 更新"\n}\n'


def test_what_is_not_plain_data_is_an_error_and_not_made_into_text() -> None:
    for odd in (date(2026, 1, 1), {date(2026, 1, 1): 1}, float("inf")):
        with pytest.raises((TypeError, ValueError)):
            json.render(odd)
        with pytest.raises((TypeError, ValueError)):
            json.line([odd])


def test_a_line_is_one_line() -> None:
    assert json.line({"a": "x\ny"}) == '{"a": "x\\ny"}\n'
