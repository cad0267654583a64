"""Sentences: code, days and names in them, and what they quote in other scripts."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from opsflow.site import sentences

MOVERS = {"vendor:acme": "vendor <ACME>", "team:net.core": "team Network"}


def found(text: str) -> str:
    made = sentences.found(text, MOVERS, "2026-06-01")
    assert isinstance(made, Markup)
    return str(made)


def test_a_finding_says_days_and_movers_as_the_page_does_with_its_own_words_as_titles() -> None:
    assert found("OPS-1 was due on 2026-06-12, and is in `doing`.") == (
        'OPS-1 was due on <time datetime="2026-06-12" title="2026-06-12">Fri 12 June</time>, '
        "and is in <code>doing</code>."
    )
    assert found("blocked by vendor:acme until 2027-01-01.") == (
        'blocked by <span title="vendor:acme">vendor &lt;ACME&gt;</span> until '
        '<time datetime="2027-01-01" title="2027-01-01">Fri 1 January 2027</time>.'
    )
    assert found("of team:net.core.") == 'of <span title="team:net.core">team Network</span>.'


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30 is no day",
        "items/2026-06-12-move.yaml is new",
        "at 2026-06-12T10:00:00Z",
        "2026-06-12.yaml",
        "the key x-2026-06-12",
        "2026-06-12-draft",
        "blocked by vendor:unknown",
        "see myvendor:acme and vendor:acme:berlin",
    ],
)
def test_what_is_no_day_and_no_known_mover_stays_as_it_is(text: str) -> None:
    assert found(text) == text


def test_a_day_in_backticks_is_what_a_file_says() -> None:
    assert found("`due: 2026-06-12`") == "<code>due: 2026-06-12</code>"


def test_words_from_right_to_left_are_kept_apart_from_first_to_last() -> None:
    assert found("blocked: ממתין ל-ACME לאישור, 3 days") == (
        "blocked: <bdi>ממתין ל-ACME לאישור</bdi>, 3 days"
    )
    assert (
        str(sentences.code("was called “مرحبا”, in `x`"))
        == "was called “<bdi>مرحبا</bdi>”, in <code>x</code>"
    )
    assert str(sentences.apart("“<مرحبا>” 2026-06-12 `x`")) == "“&lt;<bdi>مرحبا</bdi>&gt;” 2026-06-12 `x`"
    assert str(sentences.apart("žluťoučký 漢字")) == "žluťoučký 漢字"


def test_characters_that_turn_the_direction_are_signs_in_every_sentence() -> None:
    for said in (sentences.apart, sentences.code, found):
        assert str(said("a\u202eb\u2067c")) == r"a\u202eb\u2067c"
