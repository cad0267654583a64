"""Findings as a JUnit report, which Jenkins, GitLab and others show as tests.

A test is a rule that was judged: it fails where an error breaks it, and its name stays from run to run, so
they tell since when it fails. What does not make a check fail is in the output of the suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from opsflow import words
from opsflow.formats import ci, concise
from opsflow.formats.findings import Report
from opsflow.formats.paint import plain
from opsflow.formats.visible import harmless, visible

_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def render(report: Report) -> str:
    """One suite with a test for each rule, in the order of the manual."""
    judged = dict.fromkeys((*report["rules"], *(row["rule"] for row in report["findings"])))
    broken = {name: [*_broken(report, name)] for name in judged}
    failed = sum(map(bool, broken.values()))
    counts = f'tests="{len(broken)}" failures="{failed}" errors="0"'
    name = _xml(visible(f"opsflow {report['prefix']}".strip()))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="opsflow" {counts}>\n'
        f'  <testsuite name="{name}" {counts} skipped="0">\n'
        + "".join(_case(rule, rows) for rule, rows in broken.items())
        + f"    <system-out>{_xml(_rest(report))}</system-out>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def _broken(report: Report, rule: str) -> Iterator[ci.Row]:
    """The errors that a rule fails by, their paths from the top of the repository."""
    for row in report["findings"]:
        if row["rule"] == rule and row["severity"] == "error" and ci.counts(row):
            yield {**row, "path": ci.path(report, row)}


def _case(rule: str, rows: list[ci.Row]) -> str:
    test = f'<testcase classname="opsflow.check" name="{_xml(rule)}"'
    if not rows:
        return f"    {test}/>\n"
    said = rows[0]["message"] if len(rows) == 1 else words.count(len(rows), "error")
    told = "\n".join(line for row in rows for line in _lines(row))
    failure = f'<failure type="error" message="{_xml(ci.plain(said))}">{_xml(told)}</failure>'
    return f"    {test}>\n      {failure}\n    </testcase>\n"


def _lines(row: ci.Row) -> Iterator[str]:
    yield concise.line(row, plain)
    yield from (f"    {visible(line)}" for line in row["hint"].splitlines())


def _rest(report: Report) -> str:
    """What is no failure, a line each, and the summary."""
    rows = ({**row, "path": ci.path(report, row)} for row in report["findings"])
    lines = [concise.line(row, plain) for row in rows if row["severity"] != "error" or not ci.counts(row)]
    return "".join(f"{line}\n" for line in lines) + concise.summary(report, plain)


def _xml(text: str) -> str:
    """The text for an attribute or an element; a character that XML cannot have becomes its code."""
    return escape(_NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", harmless(text)))
