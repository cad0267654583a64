"""Findings as plain data: what `check --format json` prints, and what every other format is made from.

    {"opsflow": "0.1.0", "board": "Operations", "key": "OPS", "prefix": "ops/board/", "items": 143,
     "gap": "", "rules": ["unreadable-file", …],
     "errors": 1, "warnings": 0, "notes": 0, "waived": 2,
     "findings": [{"rule": …, "severity": "error", "path": …, "line": 3, "column": 8, "width": 4,
                   "message": …, "hint": …, "item": "OPS-7K3Q", "fingerprint": "5f0c…",
                   "source": {"text": "state: doin", "column": 8, "utf16_column": 8, "utf16_width": 4},
                   "waiver": null, "change": null, "before": null}],
     "base": null, "merge": null, "left": 0, "mended": []}

`items` is how many there are; null where opsflow.yaml is no use, so that nobody can tell.
`prefix` is the board's folder in its repository; paths are relative to the board, and those that a CI is
told begin with it. `gap` says why rules that need the history were not judged; empty where they were.
`rules` are those that were judged. `fingerprint` is the same for the same finding while lines move, and
another for every other one. `source` is the part of the line around the place, and the column of the place
in that part; then the place in the whole line, counted in UTF-16; null where there is no line. Waived
findings are in the list and in no other count.

Where a change is judged, `base` says what it is compared with: {"rev": "origin/main", "commit": "4f2a…",
"rules": "base"}; null there: it is no change. Each row then has a `change`: "made", "worse" or "left", and
one that is worse says what it was `before`: {"severity": …, "message": …, "waived": false}. All counts,
`waived` too, are of what the change made or made worse; `left` counts the others that nobody waives, and
`mended` are the rows that are no more, placed in the files before the change. `merge` tells what was merged
in memory: {"into": "main", "branches": [{"rev": …, "commit": …}], "outside": [{"branch": …, "path": …}]},
where `outside` are conflicts in files that the board does not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from opsflow import __version__

if TYPE_CHECKING:
    from opsflow.comparison import Comparison
    from opsflow.model import Board, Finding, Place, Tree

Report = dict[str, Any]
BOARD_FILE = "opsflow.yaml"


class Change(NamedTuple):
    """What a report needs to know of a change."""

    compared: Comparison
    before: Tree
    """The files before the change: what was mended stands in them."""
    base: Mapping[str, Any]
    """What it is compared with, as the report says it."""
    merge: Mapping[str, Any] | None = None
    """What was merged, as the report says it."""


EXCERPT = 90
"""How many characters of a line are shown at most."""


def report(
    board: Board,
    findings: Iterable[Finding],
    tree: Tree,
    gap: str = "",
    *,
    prefix: str = "",
    rules: Sequence[str] = (),
    change: Change | None = None,
) -> Report:
    """The findings of a board; `tree` gives the lines that they stand in."""
    rows = _rows(findings, tree, prefix, _marks(change.compared) if change else {})
    new = [row for row in rows if row["change"] != "left"]
    counts = {
        f"{severity}s": sum(row["severity"] == severity and row["waiver"] is None for row in new)
        for severity in ("error", "warning", "note")
    }
    return {
        "opsflow": __version__,
        "board": board.name,
        "key": board.key,
        "prefix": prefix,
        "items": None if _is_unread(board, rows) else len(board.items),
        "gap": gap,
        "rules": [*rules],
        **counts,
        "waived": sum(row["waiver"] is not None for row in new),
        "findings": rows,
        "base": dict(change.base) if change else None,
        "merge": dict(change.merge) if change and change.merge else None,
        "left": sum(row["waiver"] is None for row in rows) - sum(counts.values()),
        "mended": _rows(change.compared.mended, change.before, prefix, {}) if change else [],
    }


def _is_unread(board: Board, rows: Iterable[Mapping[str, Any]]) -> bool:
    return not board.usable and any(row["path"] == BOARD_FILE for row in rows)


def shown(report: Report, waived: bool = False) -> list[dict[str, Any]]:
    """The rows that are shown: of a change, what it made or made worse. `waived`: those, too, that are."""
    return [row for row in report["findings"] if row["change"] != "left" and (waived or not row["waiver"])]


Mark = tuple[str, "Finding | None"]
"""What became of a finding, and what it was where it is worse."""


def _marks(compared: Comparison) -> dict[int, Mark]:
    """By the identity of each finding, for several may be alike."""
    worse: dict[int, Mark] = {id(after): ("worse", before) for before, after in compared.worse}
    return (
        {id(made): ("made", None) for made in compared.made}
        | worse
        | {id(left): ("left", None) for left in compared.left}
    )


def _rows(
    findings: Iterable[Finding], tree: Tree, prefix: str, marks: Mapping[int, Mark]
) -> list[dict[str, Any]]:
    lines: dict[str, list[str]] = {}
    seen: Counter[str] = Counter()
    return [
        {
            **_row(finding, tree, lines),
            "fingerprint": _fingerprint(finding, prefix, seen),
            **_changed(*marks.get(id(finding), (None, None))),
        }
        for finding in findings
    ]


def _changed(mark: str | None, before: Finding | None) -> dict[str, Any]:
    was = before and {
        "severity": str(before.severity),
        "message": before.message,
        "waived": before.waiver is not None,
    }
    return {"change": mark, "before": was}


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
    start = place.column - 1
    return {
        "text": text[first : first + EXCERPT],
        "column": place.column - first,
        "utf16_column": _units(text[:start]) + 1,
        "utf16_width": _units(text[start : start + place.width]),
    }


def _units(text: str) -> int:
    """How long a text is in UTF-16, as editors and SARIF count."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def _fingerprint(finding: Finding, prefix: str, seen: Counter[str]) -> str:
    """What a finding is about, as a short text; of findings that are alike, each has its own.

    A line or a column is no part of it, for they move with every edit.
    """
    key = "\0".join((prefix, finding.rule, finding.subject or finding.message))
    seen[key] += 1
    return sha256(f"{key}\0{seen[key]}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
