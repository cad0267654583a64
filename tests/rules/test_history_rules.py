"""Rules on history: what commits say about themselves."""

import inspect

import pytest

from opsflow import facts
from tests.rules.said import said


def test_a_history_that_cannot_be_told_is_said_in_its_own_words() -> None:
    assert said("history: The clone is shallow\nOPS-1: {state: doing, assignees: [maria]}") == [
        "opsflow.yaml:1:1: The clone is shallow"
    ]


@pytest.mark.parametrize("gap", facts.PLAIN_GAPS)
def test_gaps_that_somebody_chose_are_worded_as_facts_words_them(gap: str) -> None:
    assert f'"{gap}"' in inspect.getsource(facts)
    assert said(f"history: {gap}\nOPS-1: {{state: ready}}") == []


def test_all_commits_of_the_future_are_one_finding_in_what_the_first_wrote() -> None:
    board = """
        2026-03-02 OPS-1: {state: ready}
        2027-01-02 OPS-2: {state: ready}
        2027-01-03 OPS-3: {state: ready}
        today: 2026-03-04
    """
    (line,) = said(board)
    assert line.startswith("items/OPS-2.yaml:1:1: commit ")
    assert line.endswith(" is dated 2027-01-02 12:00, after now, and so is another")


def test_a_commit_that_only_a_clock_runs_ahead_is_right() -> None:
    assert said("2026-03-04 OPS-1: {state: ready}\ntoday: 2026-03-04") == []


ENTERED = """
    2026-03-02 OPS-1: {state: ready}
    2026-03-04 OPS-1: {state: doing, assignees: [maria], entered: {doing: MOMENT}}
    today: 2026-03-04
"""


@pytest.mark.parametrize(
    ("moment", "messages"),
    [
        ("2026-03-04 12:00", []),
        ("2026-02-02 12:00", []),
        (
            "2026-02-02 11:59",
            [
                "items/OPS-1.yaml:4:11: OPS-1 says that it entered `doing` on 2026-02-02 11:59, "
                "more than 30 days before the commit that shows it"
            ],
        ),
        (
            "2026-03-04 12:01",
            [
                "items/OPS-1.yaml:4:11: OPS-1 says that it entered `doing` on 2026-03-04 12:01, "
                "later than the commit that says so"
            ],
        ),
    ],
)
def test_an_entry_is_held_against_its_commit(moment: str, messages: list[str]) -> None:
    assert said(ENTERED.replace("MOMENT", moment)) == messages


def test_an_entry_that_no_commit_shows_is_held_against_now() -> None:
    item = "{state: doing, assignees: [maria], entered: {review: MOMENT}}"
    board = f"2026-03-02 OPS-1: {item}\ntoday: 2026-03-04"
    assert said(board.replace("MOMENT", "2025-01-01 12:00")) == []
    assert len(said(board.replace("MOMENT", "2026-03-05 12:00"))) == 1
