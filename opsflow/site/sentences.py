"""Sentences of reports and rules, as a page sets them.

They are plain text wherever else they are read. A page sets what stands between backticks as code, and keeps
what is written from right to left apart from what stands around it: otherwise it would take the numbers and
the full stop beside it along. In what a rule found, days and names are said as on the rest of the page; what
the rule itself says is told beside them, as their title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from markupsafe import Markup

from opsflow.site import words
from opsflow.site.environment import TURNING

_LEFTWARDS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
_QUOTED = re.compile(f"[{_LEFTWARDS}](?:.*[{_LEFTWARDS}])?", re.DOTALL)
"""From the first to the last letter of scripts such as Arabic and Hebrew."""
_TOLD = re.compile(r"(?<![\w/.:-])(?:\d{4}-\d\d-\d\d|(?:vendor|team):[\w.-]*\w)(?!\.?[\w/:-])")


def code(text: str) -> Markup:
    """The sentence, with what stands between backticks as code."""
    return _set(text, Markup.escape)


def apart(text: str) -> Markup:
    """The sentence, with what it quotes in scripts that are written from right to left kept apart."""
    return _apart(text.translate(TURNING), Markup.escape)


def found(text: str, names: Mapping[str, str], today: str) -> Markup:
    """What a rule found, with days and names as they are said elsewhere.

    `names` has what stands for a vendor or a team, such as `vendor:acme`; what it lacks stays as it is.
    """

    def said(part: str) -> Markup:
        made, end = Markup(""), 0
        for match in _TOLD.finditer(part):
            made += part[end : match.start()]
            made += _day(match[0], today) if match[0][:1].isdigit() else _name(match[0], names)
            end = match.end()
        return made + part[end:]

    return _set(text, said)


def _set(text: str, said: Callable[[str], Markup]) -> Markup:
    made = Markup("")
    for number, part in enumerate(text.translate(TURNING).split("`")):
        made += Markup("<code>{}</code>").format(part) if number % 2 else _apart(part, said)
    return made


def _apart(part: str, said: Callable[[str], Markup]) -> Markup:
    quoted = None if part.isascii() else _QUOTED.search(part)
    if quoted is None:
        return said(part)
    before, after = part[: quoted.start()], part[quoted.end() :]
    return Markup("{}<bdi>{}</bdi>{}").format(said(before), quoted[0], said(after))


def _day(day: str, today: str) -> Markup | str:
    try:
        date.fromisoformat(day)
    except ValueError:
        return day
    return Markup('<time datetime="{}" title="{}">{}</time>').format(day, day, words.long_day(day, today))


def _name(key: str, names: Mapping[str, str]) -> Markup | str:
    return Markup('<span title="{}">{}</span>').format(key, names[key]) if key in names else key
