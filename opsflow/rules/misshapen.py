"""A file has a key or a value that its schema does not know.

Why: a misspelt key would silently say nothing, and an impossible date would be read in some way or other.
So would a waiver that covers nothing. No item can waive what could not be read (`unreadable-file`,
`misshapen`, `duplicate-id`, `misnamed-file`), what is in no item (`crowded-folder`, `wip-minimum`,
`missed-maintenance`, `shallow-history`, `changed-rules`), nor `unfinished-item-deleted` and
`waiver-without-reason`.
Fix: write the key or the value as the manual of the file has it, or describe an own field under
`fields:` in opsflow.yaml.

Bad:

    OPS-1: {state: ready, asignees: [maria]}

Good:

    OPS-1: {state: ready, assignees: [maria]}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from opsflow.capacity import calendar
from opsflow.facts import Facts
from opsflow.model import BOARD_FILE, Board, Judgement, Severity, Spot
from opsflow.rules import ALL, NEVER_WAIVED, fits, length, options, several

SEVERITY = Severity.ERROR
OPTION_KINDS = {
    timedelta: ("a length of time", "Write it as 14d, 12h, 90m or 3w."),
    int: ("a whole number from 0 on", "Write plain digits, such as 2."),
    bool: ("true or false", "Write true or false."),
}
"""What an option is whose own value is of that type, and how to write it."""


def check(facts: Facts) -> Iterator[Judgement]:
    """What reading found, what only the rules know, options and waivers, and codes of holidays."""
    yield from (fault.judgement for fault in facts.faults if fault.rule == "misshapen")
    yield from _in_options(facts.own)
    yield from _in_calendar(facts.own)
    yield from _in_waivers(facts.board)


def _in_options(board: Board) -> Iterator[Judgement]:
    for rule, setting in board.rules.items():
        known = options(rule) if rule in ALL else setting.options
        for option, value in setting.options.items():
            where = Spot(BOARD_FILE, ("rules", rule, option))
            if option not in known:
                hint = f"Set {several(['severity', *known])}."
                yield Judgement(where, f"`{option}` is not an option of {rule}", hint)
            elif rule in ALL and not fits(value, known[option]):
                kind, hint = OPTION_KINDS[type(known[option])]
                yield Judgement(where, f"`{option}` of {rule} is {kind}, and `{_shown(value)}` is not", hint)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return length(value) if isinstance(value, timedelta) else str(value)


def _in_calendar(board: Board) -> Iterator[Judgement]:
    """Codes that stand for no holidays: they would make no day free, and nobody would know."""
    for position, code in enumerate(board.calendar.holidays):
        if not calendar.known(code):
            where = Spot(BOARD_FILE, ("calendar", "holidays", position))
            message = f"`{code}` in `holidays` is no country, region or day that is known"
            yield Judgement(where, message, _meant(calendar.like(code)))


def _meant(codes: Sequence[str]) -> str:
    """What to write in place of an unknown code."""
    if not codes:
        return "Write a country such as DE, a region such as DE-BE, or a day such as 2026-12-24."
    return f"Did you mean `{codes[0]}`?" if len(codes) <= 3 else f"Known are {several(codes, len(codes))}."


def _in_waivers(board: Board) -> Iterator[Judgement]:
    """Waivers of what nothing waives: they would excuse nothing, and look as if they did."""
    for item in board.items.values():
        for rule in item.allow:
            if rule in NEVER_WAIVED:
                message = f"{item.id} waives {rule}, which nothing waives"
                yield Judgement(
                    item.at("allow", rule), message, "Remove the entry, and mend what it excuses."
                )
