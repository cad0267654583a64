"""Findings as plain data: what `check --format json` prints, and what every other format is made from.

    {"opsflow": "0.1.0", "board": "Operations", "key": "OPS", "items": 143, "gap": "",
     "errors": 1, "warnings": 0, "notes": 0, "waived": 2,
     "findings": [{"rule": …, "severity": "error", "path": …, "line": 3, "column": 8, "width": 4,
                   "message": …, "hint": …, "item": "OPS-7K3Q",
                   "source": {"text": "state: doin", "column": 8}, "waiver": null}]}

`gap` says why rules that need the history were not judged; empty where they were. `source` is the part
of the line around the place, and the column of the place in that part; null where there is no line.
Waived findings are in the list and in no other count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from opsflow import __version__

if TYPE_CHECKING:
    from opsflow.model import Board, Finding, Place, Tree

Report = dict[str, Any]

EXCERPT = 90
"""How many characters of a line are shown at most."""


def report(board: Board, findings: Iterable[Finding], tree: Tree, gap: str = "") -> Report:
    """The findings of a board; `tree` gives the lines that they stand in."""
    lines: dict[str, list[str]] = {}
    rows = [_row(finding, tree, lines) for finding in findings]
    counts = {
        f"{severity}s": sum(row["severity"] == severity and row["waiver"] is None for row in rows)
        for severity in ("error", "warning", "note")
    }
    return {
        "opsflow": __version__,
        "board": board.name,
        "key": board.key,
        "items": len(board.items),
        "gap": gap,
        **counts,
        "waived": sum(row["waiver"] is not None for row in rows),
        "findings": rows,
    }


def _row(finding: Finding, tree: Tree, lines: dict[str, list[str]]) -> dict[str, Any]:
    place, waiver = finding.place, finding.waiver
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "width": place.width,
        "message": finding.message,
        "hint": finding.hint,
        "item": finding.item,
        "source": _source(place, tree, lines),
        "waiver": waiver
        and {
            "reason": waiver.reason,
            "by": waiver.by,
            "until": waiver.until.isoformat() if waiver.until else None,
        },
    }


def _source(place: Place, tree: Tree, lines: dict[str, list[str]]) -> Mapping[str, Any] | None:
    if place.path not in lines:
        data = tree.get(place.path, b"")
        lines[place.path] = data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    found = lines[place.path]
    text = found[place.line - 1].rstrip("\r") if place.line <= len(found) else ""
    if not text.strip():
        return None
    first = 0 if len(text) <= EXCERPT else max(place.column - 1 - EXCERPT // 3, 0)
    return {"text": text[first : first + EXCERPT], "column": place.column - first}
