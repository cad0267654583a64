"""Findings as SARIF 2.1.0 (OASIS, with Errata 01), for code scanning and for viewers in editors.

Addresses are relative to `%SRCROOT%`, the top of the repository, and columns count UTF-16. What an item
waives is in it as suppressed; what was there before the change that is judged, as unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from opsflow.formats import ci, json
from opsflow.formats.findings import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINTS = ("primaryLocationLineHash", "opsflow/v1")
"""GitHub goes by the first alone."""
BASELINE = {"made": "new", "worse": "updated", "left": "unchanged"}


def render(report: Report) -> str:
    """One run: the rules that found something, and what they found, in the order of the report."""
    names = sorted({row["rule"] for row in report["findings"]})
    run = {
        "tool": {
            "driver": {
                "name": "opsflow",
                "semanticVersion": report["opsflow"],
                "rules": [_rule(name) for name in names],
            }
        },
        "automationDetails": {"id": f"opsflow/{_address(report['prefix'])}"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notices(report)}],
        "results": [_result(report, row, names.index(row["rule"])) for row in report["findings"]],
    }
    return json.render({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str) -> dict[str, Any]:
    """A rule with its manual. Nothing is ever filled into it, so braces in it stay as they are."""
    from opsflow import rules

    manual = rules.manual(name)
    parts = [("Why", manual.why), ("Fix", manual.fix), ("Options", manual.options)]
    told = [(word, text) for word, text in parts if text]
    return {
        "id": name,
        "shortDescription": {"text": manual.title},
        "fullDescription": {"text": manual.why},
        "help": {
            "text": "\n".join(f"{word}: {text}" for word, text in told),
            "markdown": "\n\n".join(f"**{word}.** {text}" for word, text in told),
        },
        "defaultConfiguration": {"level": str(manual.severity)},
        "properties": {"tags": [manual.family]},
    }


def _result(report: Report, row: ci.Row, rule: int) -> dict[str, Any]:
    found = {
        "ruleId": row["rule"],
        "ruleIndex": rule,
        "level": row["severity"],
        "message": _message(ci.said(row)),
        "locations": [_location(report, row)],
        "partialFingerprints": dict.fromkeys(FINGERPRINTS, row["fingerprint"]),
        "suppressions": [_suppression(row["waiver"])] if row["waiver"] else [],
    }
    return found | ({"baselineState": BASELINE[row["change"]]} if row.get("change") else {})


def _location(report: Report, row: ci.Row) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _address(ci.path(report, row)), "uriBaseId": "%SRCROOT%"},
            "region": _region(row),
        }
    }
    return place | ({"logicalLocations": [{"name": row["item"], "kind": "object"}]} if row["item"] else {})


def _region(row: ci.Row) -> dict[str, int]:
    source = row["source"]
    if source is None:
        return {"startLine": row["line"]}
    start = source["utf16_column"]
    return {"startLine": row["line"], "startColumn": start, "endColumn": start + source["utf16_width"]}


def _address(path: str) -> str:
    """A path as a relative address: its bytes, percent-encoded."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _message(lines: Iterable[str]) -> dict[str, str]:
    """A message. Single braces would stand for arguments (3.11.5), and links are broken (3.11.6)."""
    return {"text": ci.unlinked(ci.sentences(lines)).replace("{", "{{").replace("}", "}}")}


def _suppression(waiver: ci.Row) -> dict[str, Any]:
    by = [f"by {waiver['by']}"] if waiver["by"] else []
    until = [f"until {waiver['until']}"] if waiver["until"] else []
    told = " ".join([*by, *until])
    reason = f"{waiver['reason']} ({told})" if told else waiver["reason"]
    return {"kind": "inSource", "status": "accepted", "justification": ci.plain(reason)}


def _notices(report: Report) -> Sequence[dict[str, Any]]:
    if not report["gap"]:
        return []
    why = f"Rules that need the history were not judged: {report['gap']}"
    return [{"level": "warning", "message": _message([ci.plain(why)])}]
