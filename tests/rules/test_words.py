"""How findings put numbers, lists and lengths of time into words."""

from datetime import timedelta

import pytest

from opsflow import rules
from opsflow.model import BOARD_FILE, Limit, Spot
from opsflow.rules import _limits


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["OPS-1"], "OPS-1"),
        (["OPS-2", "OPS-1"], "OPS-2 and OPS-1"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b and 2 more"),
    ],
)
def test_names_are_listed_in_their_order_up_to_a_number(names: list[str], words: str) -> None:
    assert rules.several(names, most=3) == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(days=14), "14 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(), "0 minutes"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_whole_unit(time: timedelta, words: str) -> None:
    assert rules.length(time) == words


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("", ""),
        ("doing and review, type incident, per person", ""),
        ("work in progress", ""),
        ("started work", " `started work`"),
    ],
)
def test_a_limit_is_called_by_a_name_only_if_it_says_more(name: str, label: str) -> None:
    limit = Limit(name, Spot(BOARD_FILE), states=("doing", "review"), type="incident", per="person")
    assert _limits.label(limit) == label
