"""Findings for GitHub Actions: the text for the log, then the commands that annotate the pull request.

::error file=ops/items/OPS-7K3Q-renew.yaml,line=2,endLine=2,col=8,endColumn=12,title=overdue::OPS-7K3Q was…

GitHub shows the annotations of a step up to `MOST` of each level, without a word on the others. Where there
are more, the last one says how many, and the log lists them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsflow import words
from opsflow.formats import ci, text
from opsflow.formats.findings import Report
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import harmless

MOST = 10
"""How many annotations of a level GitHub shows of one step."""
LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, *, paint: Paint = plain, waived: bool = False) -> str:
    """The text as people read it, with no command in it, and then the annotations, errors first.

    What is waived, or was there before the change that is judged, is in the text and no annotation.
    """
    log = harmless(text.render(report, paint=paint, waived=waived))
    return log + "".join(f"{command}\n" for level in LEVELS for command in _commands(report, level))


def _commands(report: Report, severity: str) -> Iterator[str]:
    rows = [row for row in report["findings"] if ci.counts(row) and row["severity"] == severity]
    shown = rows if len(rows) <= MOST else rows[: MOST - 1]
    for row in shown:
        yield _command(severity, _properties(report, row), ci.said(row))
    if len(rows) > len(shown):
        more = f"{words.count(len(rows) - len(shown), f'more {severity}')}; the log of this step lists all"
        yield _command(severity, {"title": "opsflow"}, [more])


def _properties(report: Report, row: ci.Row) -> dict[str, object]:
    return {
        "file": ci.plain(ci.path(report, row)),
        "line": row["line"],
        "endLine": row["line"],
        "col": row["column"],
        "endColumn": row["column"] + row["width"],
        "title": row["rule"],
    }


def _command(severity: str, properties: dict[str, object], lines: Sequence[str]) -> str:
    told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{LEVELS[severity]} {told}::" + "%0A".join(map(_data, lines))


def _data(line: str) -> str:
    """A line of a message, as the runner turns it back."""
    return line.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
