"""Reports in a few words, and the worst that a board can say, for the formats that a CI reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from opsflow import rules
from opsflow.formats import findings
from opsflow.model import Board, Finding, Kind, Place, Severity, State, Waiver

BOARD = Board("Operations", "OPS", (State("doing", Kind.ACTIVE),), {})
PATH = "items/OPS-1.yaml"
WAIVER = Waiver("overdue", "the customer waits", "maria", date(2026, 12, 1))

HOSTILE = {
    "a line that is a command": "one\n::error file=x::two\r\n::stop-commands::t",
    "a command of Azure and the old GitHub": "##[group]x ##[error]y ##vso[task.setvariable]z",
    "escapes of the runner": "100%0A::set-output name=x::y%0D%25%3A%2C",
    "what parts properties": "a,title=b::c:d",
    "the end of a section": "]]>]]&gt;<!-- --> <![CDATA[ <a href='x'>\"&amp;&lt;",
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\x9b31m",
    "what reverses and hides": "\u202eabc\u2066\u200b\u2028\u2029\ufeff",
    "no characters": "\ufffe\uffff\ud800\udcff",
    "links and pictures": "[x](https://evil.example) ![y](//evil.example) [z][0] {0} {{1}} }{",
    "much of it": "x" * 100_000,
    "many lines": "\n".join("::warning::x" for _ in range(2_000)),
    "astral letters": "𝔸" * 40 + "🔥",
}
"""What somebody may write in a title, and it would come into a message."""


def finding(line: int = 1, column: int = 1, width: int = 1, *, path: str = PATH, **more: Any) -> Finding:
    """A finding with all that it has; `more` says what is special about it."""
    given = {
        "rule": "unknown-reference",
        "severity": Severity.ERROR,
        "message": "the workflow has no state `doin`",
        "hint": "Write `doing`.",
        "item": "OPS-1",
        **more,
    }
    return Finding(place=Place(path, line, column, width), **given)


def report(*found: Finding, **more: Any) -> findings.Report:
    """The report of some findings; `tree` has their files, `judged` names the rules."""
    tree: Mapping[str, bytes] = more.pop("tree", {PATH: b"title: One\nstate: doin\n"})
    more.setdefault("rules", rules.ALL)
    return findings.report(BOARD, found, tree, **more)


def changed(what: str | None, made: findings.Report) -> findings.Report:
    """The report, as if a change had done this to all of its findings."""
    return {**made, "findings": [{**row, "change": what} for row in made["findings"]]}


def hostile(text: str) -> findings.Report:
    """A report in which everything that somebody can write is this text, and as much of it as a name can have."""
    waiver = Waiver("overdue", text, text)
    name = text[:200].replace("\ud800", "")  # a path is bytes, which never give half a character
    said = {"message": text, "hint": f"{text}\n{text}", "path": f"items/{name}.yaml"}
    return report(
        finding(2, 8, 4, **said),
        finding(2, 8, 4, **said, severity=Severity.WARNING, rule="overdue"),
        finding(2, 8, 4, **said, waiver=waiver, rule="stale"),
        tree={said["path"]: f"title: x\nstate: {text}\n".encode("utf-8", "surrogatepass")},
        gap=text,
        prefix=f"{name[:20]}/",
    )
