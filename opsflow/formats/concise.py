"""Findings with one line each, as editors read them: `path:line:column: severity: sentence [rule]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsflow.formats.findings import Report
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible


def render(report: Report, *, paint: Paint = plain, waived: bool = False) -> str:
    """Every finding, and a line that sums them up. `waived` shows those, too, that an item waives."""
    shown = [row for row in report["findings"] if waived or row["waiver"] is None]
    return "".join(f"{line(row, paint)}\n" for row in shown) + summary(report, paint)


def line(row: Mapping[str, Any], paint: Paint) -> str:
    """One finding on one line."""
    place = paint(f"{visible(row['path'])}:{row['line']}:{row['column']}:", "strong")
    severity = paint(f"{row['severity']}:", row["severity"])
    end = paint(f"[{row['rule']}]", "dim")
    return f"{place} {severity} {visible(row['message'])} {end}{_waived(row['waiver'])}"


def _waived(waiver: Mapping[str, Any] | None) -> str:
    if waiver is None:
        return ""
    by = f" by {visible(waiver['by'])}" if waiver["by"] else ""
    until = f" until {waiver['until']}" if waiver["until"] else ""
    return f" (waived{by}{until}: {visible(waiver['reason'])})"


def summary(report: Report, paint: Paint) -> str:
    """What was found, in one line; a second one where rules could not be judged."""
    counts = [
        paint(_count(report[f"{severity}s"], severity), severity)
        for severity in ("error", "warning", "note")
        if report[f"{severity}s"]
    ]
    found = ", ".join(counts) or paint("no findings", "good")
    waived = f"; {report['waived']} waived" if report["waived"] else ""
    text = f"{_count(report['items'], 'item')}: {found}{waived}.\n"
    if report["gap"]:
        gap = visible(report["gap"].rstrip("."))
        text += paint(f"Rules that need the history were not judged: {gap}.", "dim") + "\n"
    return text


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
