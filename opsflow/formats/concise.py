"""Findings with one line each, as editors read them: `path:line:column: severity: sentence [rule]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsflow import words
from opsflow.formats import findings
from opsflow.formats.findings import Report
from opsflow.formats.fold import Part, fold
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

MENDED = 10
"""As many lines tell what a change mended."""


def render(report: Report, *, paint: Paint = plain, waived: bool = False) -> str:
    """Every finding, and a line that sums them up. `waived` shows those, too, that an item waives.

    Of a change it is what it made or made worse, and what it mended.
    """
    lines = [line(row, paint) for row in findings.shown(report, waived)]
    return "".join(f"{each}\n" for each in (*lines, *mended(report, paint))) + summary(report, paint)


def line(row: Mapping[str, Any], paint: Paint) -> str:
    """One finding on one line; what a change made worse says what it was."""
    was = before(row)
    return "".join(fold([*parts(row), *([(f"({was})", "dim")] if was else [])], paint, None))


def parts(row: Mapping[str, Any]) -> list[Part]:
    """One finding: place, severity, message, rule, waiver."""
    place = f"{visible(row['path'])}:{row['line']}:{row['column']}:"
    found = [(place, "strong"), (f"{row['severity']}:", row["severity"]), (visible(row["message"]), "")]
    found.append((f"[{row['rule']}]", "dim"))
    return [*found, (_waived(row["waiver"]), "")] if row["waiver"] else found


def before(row: Mapping[str, Any]) -> str:
    """What a finding was before the change that made it worse; empty for any other."""
    was = row["before"]
    if not was:
        return ""
    weight = f", {was['severity']}" if was["severity"] != row["severity"] else ""
    waived = ", waived" if was["waived"] and not row["waiver"] else ""
    return f"before the change{weight}{waived}: {visible(was['message'])}"


def mended(report: Report, paint: Paint, columns_wide: int | None = None) -> list[str]:
    """What a change mended, in few lines: the place that it had, and its sentence."""
    rows = [row for row in report["mended"] if row["waiver"] is None]
    shown = rows if len(rows) <= MENDED else rows[: MENDED - 1]
    lines = [line for row in shown for line in fold(_mended(row), paint, columns_wide, 4)]
    more = len(rows) - len(shown)
    return [*lines, paint(f"mended: {words.number(more)} more", "good")] if more else lines


def _mended(row: Mapping[str, Any]) -> list[Part]:
    (place, _), _, message, rule = parts(row)
    return [(place, ""), ("mended:", "good"), message, rule]


def _waived(waiver: Mapping[str, Any]) -> str:
    by = f" by {visible(waiver['by'])}" if waiver["by"] else ""
    until = f" until {waiver['until']}" if waiver["until"] else ""
    return f"(waived{by}{until}: {visible(waiver['reason'])})"


def summary(report: Report, paint: Paint, columns_wide: int | None = None) -> str:
    """What was found, in one line; others for rules that could not be judged, and conflicts elsewhere.

    Why they could not be judged is left out where a finding says it.
    """
    counts = [
        paint(words.count(report[f"{severity}s"], severity), severity)
        for severity in ("error", "warning", "note")
        if report[f"{severity}s"]
    ]
    found = ", ".join(counts) or paint("no findings", "good")
    waived = f"; {report['waived']} waived" if report["waived"] else ""
    items = report["items"]
    what = "The board could not be read" if items is None else words.count(items, "item")
    text = f"{what}{_since(report)}: {found}{waived}{_rest(report)}.\n"
    for outside in _outside(report):
        text += "".join(f"{line}\n" for line in fold([(outside, "")], paint, columns_wide))
    if report["gap"]:
        gap = report["gap"].rstrip(".")
        said = any(row["rule"] == "shallow-history" for row in report["findings"])
        unjudged = f"Rules that need the history were not judged{'' if said else f': {visible(gap)}'}."
        text += "".join(f"{line}\n" for line in fold([(unjudged, "dim")], paint, columns_wide))
    return text


def _since(report: Report) -> str:
    """What a change is compared with, or what was merged; empty where none is judged."""
    base, merge = report["base"], report["merge"]
    if merge:
        names = words.listed([visible(each["rev"]) for each in merge["branches"]])
        return f", with {names} merged into {visible(merge['into'])} ({base['commit'][:10]})"
    return f", changed since {visible(base['rev'])} ({base['commit'][:10]})" if base else ""


def _rest(report: Report) -> str:
    """How many findings a change mended, and how many it has nothing to do with."""
    mended = sum(row["waiver"] is None for row in report["mended"])
    left = report["left"]
    were = "finding was" if left == 1 else "findings were"
    parts = [f"{mended} mended"] if mended else []
    parts += [f"{words.number(left)} {were} there before"] if left else []
    return "".join(f"; {part}" for part in parts)


def _outside(report: Report) -> list[str]:
    """Conflicts in files that the board does not read, a sentence for each branch."""
    paths: dict[str, list[str]] = {}
    for each in (report["merge"] or {}).get("outside", ()):
        paths.setdefault(each["branch"], []).append(each["path"])
    return [
        f"Merging {visible(branch)} also leaves conflicts outside of the board: "
        f"{words.listed([visible(path) for path in _some(found)])}."
        for branch, found in paths.items()
    ]


def _some(paths: list[str], most: int = 5) -> list[str]:
    return paths if len(paths) <= most else [*paths[: most - 1], f"{len(paths) - most + 1} more"]
