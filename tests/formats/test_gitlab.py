"""Findings as GitLab's Code Quality report: held against what GitLab's manual says of the format."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from opsflow.formats import findings, gitlab
from opsflow.model import Severity
from tests.formats.reported import BOARD, HOSTILE, PATH, WAIVER, changed, finding, hostile, report

TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": TEXT,
            "check_name": TEXT,
            "fingerprint": TEXT,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "minLength": 1, "pattern": "^(?!/|\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""GitLab publishes no schema of the report in a package. This is what its manual requires: a list, the paths
relative to the repository and without `./`."""


def issues(made: findings.Report) -> list[dict[str, Any]]:
    """The report, read back, valid, and with a fingerprint for each."""
    found: list[dict[str, Any]] = json.loads(gitlab.render(made))
    jsonschema.validate(found, SCHEMA)
    assert len({issue["fingerprint"] for issue in found}) == len(found)
    return found


def test_a_finding_is_an_issue() -> None:
    (issue,) = issues(report(finding(2, 8, 4), prefix="ops/board/"))
    assert issue == {
        "description": "the workflow has no state `doin`. Write `doing`.",
        "check_name": "unknown-reference",
        "fingerprint": issue["fingerprint"],
        "severity": "major",
        "location": {"path": "ops/board/items/OPS-1.yaml", "lines": {"begin": 2}},
    }


def test_a_good_board_is_an_empty_list() -> None:
    assert gitlab.render(report()) == "[]\n"


def test_severities_are_those_of_gitlab() -> None:
    found = [finding(severity=severity) for severity in Severity]
    assert [issue["severity"] for issue in issues(report(*found))] == ["major", "minor", "info"]


def test_what_is_waived_is_left_out_and_what_was_there_before_is_not() -> None:
    assert issues(report(finding(waiver=WAIVER))) == []
    assert len(issues(changed("left", report(finding())))) == 1


def test_a_fingerprint_holds_while_lines_move_and_files_are_renamed() -> None:
    subject = {"subject": "OPS-1: state doin"}
    before = issues(report(finding(2, 8, 4, **subject)))
    after = issues(report(finding(9, 3, 4, path="items/7/OPS-1-renamed.yaml", **subject)))
    assert before[0]["fingerprint"] == after[0]["fingerprint"]


def test_a_fingerprint_is_another_for_every_other_finding() -> None:
    found = [
        finding(subject="a"),
        finding(subject="a"),
        finding(subject="b"),
        finding(subject="a", rule="overdue"),
    ]
    here, there = (issues(report(*found, prefix=prefix)) for prefix in ("", "ops/"))
    assert len({issue["fingerprint"] for issue in (*here, *there)}) == 8


def test_a_finding_without_a_subject_goes_by_its_message() -> None:
    one, other = (
        findings.report(BOARD, [finding(message=message)], {PATH: b""})["findings"][0]["fingerprint"]
        for message in ("one", "other")
    )
    assert one != other


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_board_says_stays_text(name: str) -> None:
    made = gitlab.render(hostile(HOSTILE[name]))
    assert all(letter == "\n" or letter.isprintable() for letter in made)
    for issue in issues(hostile(HOSTILE[name])):
        assert issue["description"].isprintable()
        assert len(issue["description"]) < 17_000
        assert "##[" not in issue["description"]
