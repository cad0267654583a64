"""Regular expressions that strangers write, matched in bounded time.

They come from opsflow.yaml, and their subjects from records: neither can be trusted. A backtracking
matcher can be made to run for years, so an expression whose worst case grows too fast is refused, and a
subject is cut where the worst case would go beyond `STEPS`. Letter case is ignored.
"""

from __future__ import annotations

import importlib
import math
import re
import warnings
from functools import lru_cache
from typing import Any, NamedTuple

STEPS = 100_000_000
"""The most steps that one search may take in the worst case; some tenths of a second."""
LONGEST_PATTERN = 500
MOST_AMBIGUOUS = 2
"""So many repetitions of one expression may overlap with what follows them."""


class Pattern(NamedTuple):
    """A regular expression that is safe to use, on subjects of at most `longest` characters."""

    compiled: re.Pattern[str]
    longest: int

    def first(self, subject: str) -> str | None:
        """The first hit: its first group that took part, or the whole of it where it has no groups."""
        hit = self.compiled.search(subject[: self.longest])
        return _taken(hit) if hit else None

    def every(self, subject: str) -> list[str]:
        """All hits, left to right."""
        return [_taken(hit) for hit in self.compiled.finditer(subject[: self.longest])]


NEVER = Pattern(re.compile(r"(?!)"), 1)
"""Matches nothing: stands for a pattern that was refused."""


def _taken(hit: re.Match[str]) -> str:
    groups = hit.groups()
    return next((group for group in groups if group is not None), "") if groups else hit.group()


@lru_cache(maxsize=512)
def compiled(text: str) -> Pattern | str:
    """The expression, compiled; or, where it is refused, why."""
    if len(text) > LONGEST_PATTERN:
        return f"the pattern has {len(text)} characters, {LONGEST_PATTERN} at most"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expression = re.compile(text, re.IGNORECASE)
            tree = importlib.import_module("re._parser").parse(text, re.IGNORECASE)
            parts = _flat(tree)
            ambiguous, choices = _ambiguity(parts, "")
    except _Refused as reason:
        return str(reason)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        return f"the pattern is not a regular expression: {error}"
    if ambiguous > MOST_AMBIGUOUS:
        return (
            "the pattern has too many repetitions that overlap with what follows: `[^/]*` is safer than `.*`"
        )
    starts = bool(parts) and parts[0][0] == "AT" and str(parts[0][1]).startswith("AT_BEGINNING")
    anchored = starts and not expression.flags & re.MULTILINE
    free = ambiguous + 2 - anchored
    longest = int((STEPS * math.factorial(free) / choices) ** (1 / free))
    if longest < 40:
        return "the pattern has too many choices"
    return Pattern(expression, min(longest, 100_000))


class _Refused(Exception):
    """The expression can take exponential time."""


def _flat(tree: Any) -> list[tuple[str, Any]]:
    """The parts of an expression one after another, plain groups opened."""
    parts: list[tuple[str, Any]] = []
    for code, argument in tree:
        name = str(code)
        if name == "SUBPATTERN":
            parts.extend(_flat(argument[3]))
        elif name == "ATOMIC_GROUP":
            parts.extend(_flat(argument))
        elif name in ("GROUPREF", "GROUPREF_IGNORE", "GROUPREF_EXISTS"):
            raise _Refused("the pattern refers back to a group, which is not supported")
        else:
            parts.append((name, argument))
    return parts


def _ambiguity(parts: list[tuple[str, Any]], after: str) -> tuple[int, int]:
    """How many repetitions can end in several places, and how many fixed choices multiply with them.

    `after` is what follows the parts: "" for the end of the expression, "?" for anything.
    """
    ambiguous, choices = 0, 1
    for at, (name, argument) in enumerate(parts):
        rest = parts[at + 1 :]
        if name.endswith("REPEAT"):
            low, high, body = argument
            inner, inner_choices = _ambiguity(_flat(body), "?")
            high = int(high)
            if high > 1 and (inner or inner_choices > 1):
                raise _Refused("the pattern repeats a group that repeats or chooses, which can take for ever")
            choices *= inner_choices
            ambiguous += inner
            if high - low <= 3:
                choices *= high - low + 1
            elif not _ends_clearly(_flat(body), rest, after):
                ambiguous += 1
        elif name == "BRANCH":
            each = [_ambiguity(_flat(branch), "?") for branch in argument[1]]
            ambiguous += max(count for count, _ in each)
            choices *= sum(count for _, count in each)
        elif name in ("ASSERT", "ASSERT_NOT"):
            inner, inner_choices = _ambiguity(_flat(argument[1]), "?")
            ambiguous, choices = ambiguous + inner, choices * inner_choices
    return ambiguous, choices


def _ends_clearly(body: list[tuple[str, Any]], rest: list[tuple[str, Any]], after: str) -> bool:
    """True where what follows can begin at one end of the repetition only."""
    solid = [part for part in rest if part[0] != "AT"]
    if not solid:
        return after == ""
    if len(body) != 1 or solid[0][0] != "LITERAL":
        return False
    character = chr(solid[0][1])
    forms = {character, character.lower(), character.upper()}
    return not any(_contains(body[0], form) for form in forms if len(form) == 1)


def _contains(part: tuple[str, Any], character: str) -> bool:
    """True where a one-character part may match the character; unknown parts may match anything."""
    name, argument = part[0], part[1]
    if name == "LITERAL":
        return chr(argument).lower() == character.lower()
    if name == "NOT_LITERAL":
        return chr(argument).lower() != character.lower()
    if name == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    if name == "CATEGORY":
        return _in_category(str(argument), character)
    if name == "IN":
        inside = [(str(code), value) for code, value in argument]
        if inside and inside[0][0] == "NEGATE":
            return not any(_contains(each, character) for each in inside[1:])
        return any(_contains(each, character) for each in inside)
    return True


def _in_category(category: str, character: str) -> bool:
    kind = {
        "DIGIT": character.isdecimal(),
        "SPACE": character.isspace(),
        "WORD": character.isalnum() or character == "_",
    }.get(category.rpartition("_")[2])
    if kind is None:
        return True
    return not kind if "_NOT_" in category else kind
