"""A file has a key or a value that its schema does not know.

Why: a misspelt key would silently say nothing, and an impossible date would be read in some way or other.
Fix: write the key or the value as the manual of the file has it, or describe an own field under
`fields:` in opsflow.yaml.

Bad:

    OPS-1: {state: ready, asignees: [maria]}

Good:

    OPS-1: {state: ready, assignees: [maria]}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from opsflow.facts import Facts
from opsflow.model import BOARD_FILE, Board, Judgement, Severity, Spot
from opsflow.rules import ALL, options, several

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """What reading found, and options of rules, which only the rules know."""
    yield from (fault.judgement for fault in facts.faults if fault.rule == "misshapen")
    yield from _in_options(facts.board)


def _in_options(board: Board) -> Iterator[Judgement]:
    for rule, setting in board.rules.items():
        known = options(rule) if rule in ALL else setting.options
        for option, value in setting.options.items():
            where = Spot(BOARD_FILE, ("rules", rule, option))
            if option not in known:
                hint = f"Set {several(['severity', *known])}."
                yield Judgement(where, f"`{option}` is not an option of {rule}", hint)
            elif isinstance(known[option], timedelta) and not isinstance(value, timedelta):
                message = f"`{option}` of {rule} is a length of time, and `{value}` is none"
                yield Judgement(where, message, "Write it as 14d, 12h, 90m or 3w.")
