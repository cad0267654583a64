"""Findings as GitLab's Code Quality report, which merge requests show beside the changed lines.

    [{"description": …, "check_name": "wip-limit", "fingerprint": "5f0c…", "severity": "major",
      "location": {"path": "ops/opsflow.yaml", "lines": {"begin": 33}}}]

GitLab compares the report of the merge request with the one of its target by the fingerprints. So what
was there before the change is in it; what an item waives is not.
"""

from __future__ import annotations

from typing import Any

from opsflow.formats import ci, json
from opsflow.formats.findings import Report

SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report) -> str:
    """A JSON list of every finding that is not waived."""
    return json.render([_issue(report, row) for row in report["findings"] if row["waiver"] is None])


def _issue(report: Report, row: ci.Row) -> dict[str, Any]:
    return {
        "description": ci.sentences(ci.said(row)),
        "check_name": row["rule"],
        "fingerprint": row["fingerprint"],
        "severity": SEVERITIES[row["severity"]],
        "location": {"path": ci.path(report, row), "lines": {"begin": row["line"]}},
    }
