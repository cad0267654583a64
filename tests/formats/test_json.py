"""JSON that is exact, and quiet on a terminal and in a CI log."""

import json as reader
import random
from datetime import date
from typing import Any

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


def test_it_is_indented_as_the_standard_library_does() -> None:
    chance = random.Random(7)

    def anything(depth: int) -> Any:
        kind = chance.randrange(9)
        if depth > 4 or kind < 5:
            return chance.choice([None, True, 1, -2.5, "a", "é\n", "", [], {}, "x,\n  y: z"])
        if kind < 7:
            return [anything(depth + 1) for _ in range(chance.randrange(4))]
        return {
            chance.choice("abé") * chance.randrange(3): anything(depth + 1)
            for _ in range(chance.randrange(4))
        }

    for _ in range(500):
        data = anything(0)
        assert json.render(data) == f"{reader.dumps(data, ensure_ascii=False, indent=2)}\n"


def test_letters_of_a_long_text_stay_and_the_rest_is_escaped() -> None:
    assert json.render("ü" * 3 + "\x7f\u202e\U000e0001😀") == '"üüü\\u007f\\u202e\\udb40\\udc01😀"\n'
