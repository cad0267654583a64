"""Numbers and lists as sentences say them."""

import pytest

from opsflow import words


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (8000, "8,000"), (10.6, "10.6"), (10.0, "10"), (1234567.25, "1,234,567.2")]
)
def test_numbers_have_at_most_one_decimal(value: float, said: str) -> None:
    assert words.number(value) == said


def test_a_count_takes_the_plural_that_it_needs() -> None:
    assert [words.count(n, "item") for n in (0, 1, 1200)] == ["0 items", "1 item", "1,200 items"]
    assert words.count(2, "waits for this", "wait for this") == "2 wait for this"


def test_a_list_of_words_reads_as_a_sentence() -> None:
    assert [words.listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
