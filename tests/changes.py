"""Changes between two boards in the notation of `tests.boards`."""

from dataclasses import replace
from typing import Any

from opsflow import rules
from opsflow.comparison import compare
from opsflow.facts import Facts
from opsflow.reports import change
from tests.boards import facts_in

View = dict[str, Any]


def of(before: str, after: str, both: str = "") -> Facts:
    """The facts of a change between two boards in the notation of tests.boards; `both` stands in each."""
    base, head = facts_in(f"{both}\n{before}"), facts_in(f"{both}\n{after}")
    return replace(head, base=replace(base, now=head.now))


def told(facts: Facts) -> View:
    assert facts.base is not None
    return change.view(facts, compare(rules.judge(facts.base), rules.judge(facts)))


def view(before: str, after: str, both: str = "") -> View:
    return told(of(before, after, both))
