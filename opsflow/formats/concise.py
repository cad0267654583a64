"""Findings with one line each, as editors read them: `path:line:column: severity: sentence [rule]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsflow import words
from opsflow.formats.findings import Report
from opsflow.formats.fold import Part, fold
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible


def render(report: Report, *, paint: Paint = plain, waived: bool = False) -> str:
    """Every finding, and a line that sums them up. `waived` shows those, too, that an item waives."""
    shown = [row for row in report["findings"] if waived or row["waiver"] is None]
    return "".join(f"{line(row, paint)}\n" for row in shown) + summary(report, paint)


def line(row: Mapping[str, Any], paint: Paint) -> str:
    """One finding on one line."""
    return "".join(fold(parts(row), paint, None))


def parts(row: Mapping[str, Any]) -> list[Part]:
    """One finding: place, severity, message, rule, waiver."""
    place = f"{visible(row['path'])}:{row['line']}:{row['column']}:"
    found = [(place, "strong"), (f"{row['severity']}:", row["severity"]), (visible(row["message"]), "")]
    found.append((f"[{row['rule']}]", "dim"))
    return [*found, (_waived(row["waiver"]), "")] if row["waiver"] else found


def _waived(waiver: Mapping[str, Any]) -> str:
    by = f" by {visible(waiver['by'])}" if waiver["by"] else ""
    until = f" until {waiver['until']}" if waiver["until"] else ""
    return f"(waived{by}{until}: {visible(waiver['reason'])})"


def summary(report: Report, paint: Paint, columns_wide: int | None = None) -> str:
    """What was found, in one line; a second one where rules could not be judged.

    Why they could not be judged is left out where a finding says it.
    """
    counts = [
        paint(words.count(report[f"{severity}s"], severity), severity)
        for severity in ("error", "warning", "note")
        if report[f"{severity}s"]
    ]
    found = ", ".join(counts) or paint("no findings", "good")
    waived = f"; {report['waived']} waived" if report["waived"] else ""
    text = f"{words.count(report['items'], 'item')}: {found}{waived}.\n"
    if report["gap"]:
        gap = report["gap"].rstrip(".")
        said = any(row["rule"] == "shallow-history" for row in report["findings"])
        unjudged = f"Rules that need the history were not judged{'' if said else f': {visible(gap)}'}."
        text += "".join(f"{line}\n" for line in fold([(unjudged, "dim")], paint, columns_wide))
    return text
