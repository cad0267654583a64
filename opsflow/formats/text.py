"""Findings for people: the place, the sentence, the line with a caret, what to do.

items/OPS-7K3Q-renew.yaml:2:8: error: The workflow has no state "doin". [unknown-reference]
  2 | state: doin
    |        ^^^^
    = Write "doing".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsflow.formats import concise, findings
from opsflow.formats.findings import Report
from opsflow.formats.fold import fold, folded
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible, width

NARROWEST = 20
"""However narrow the terminal is, a line is given so much beside its margin."""


def render(
    report: Report, *, paint: Paint = plain, waived: bool = False, columns_wide: int | None = None
) -> str:
    """Every finding, and a line that sums them up. `waived` shows those, too, that an item waives.

    Of a change it is what it made or made worse, and in a line each what it mended. `columns_wide` None,
    for pipes: every message and every hint stays on one line.
    """
    blocks = [_block(row, paint, columns_wide) for row in findings.shown(report, waived)]
    mended = "".join(f"{line}\n" for line in concise.mended(report, paint, columns_wide))
    found = "".join(f"{block}\n" for block in blocks)
    return found + (f"{mended}\n" if mended else "") + concise.summary(report, paint, columns_wide)


def _block(row: Mapping[str, Any], paint: Paint, columns_wide: int | None) -> str:
    margin = " " * max(len(str(row["line"])) + 2, 5)
    bar = paint(f"{margin}|", "dim")
    lines = [*fold(concise.parts(row), paint, columns_wide, 4)]
    room = None if columns_wide is None else max(columns_wide - len(margin) - 2, NARROWEST)
    if row["source"]:
        text, caret = _excerpt(row, room)
        number = f"{row['line']:>{len(margin) - 1}} "
        lines += [f"{paint(number + '|', 'dim')} {text}", f"{bar} {paint(caret, row['severity'])}"]
    was = concise.before(row)
    said = [*row["hint"].splitlines(), *([f"{was[:1].upper()}{was[1:]}."] if was else [])]
    hint = [line for part in said for line in _wrapped(part, room)]
    lines += [f"{margin}{' ' if place else paint('=', 'dim')} {line}" for place, line in enumerate(hint)]
    return "".join(f"{line}\n" for line in lines)


def _wrapped(line: str, wide: int | None) -> list[str]:
    """A line of a hint in lines that can be read; one that is indented is an example, and stays whole."""
    text = visible(line.replace("\t", "    "))
    return [text] if text.startswith(" ") else folded(text, wide)


def _excerpt(row: Mapping[str, Any], room: int | None) -> tuple[str, str]:
    """The line as it is shown, and the caret below it: tabs and wide characters keep their columns."""
    text, start, wide = row["source"]["text"], row["source"]["column"] - 1, row["width"]
    if room is not None and width(_flat(text)) > room:
        first = max(start - room // 3, 0)
        text, start = text[first : first + room], start - first
        wide = min(wide, len(text) - start)
        while width(_flat(text)) > room:
            text = text[:-1]
    before, marked = _flat(text[:start]), _flat(text[start : start + wide])
    caret = " " * width(before) + "^" * max(width(marked), 1)
    return before + marked + _flat(text[start + wide :]), caret


def _flat(text: str) -> str:
    return visible(text.replace("\t", "    "))
