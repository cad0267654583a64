"""Findings as a JUnit report: held against what its readers take, and read back as XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from opsflow.formats import findings, junit
from opsflow.model import Severity
from tests.formats.reported import HOSTILE, WAIVER, changed, finding, hostile, report

COUNTS = {"name", "tests", "failures", "errors"}
TAKEN = {
    "testsuites": (COUNTS, set(), {"testsuite"}),
    "testsuite": (COUNTS, {"skipped"}, {"testcase", "system-out"}),
    "testcase": ({"classname", "name"}, set(), {"failure"}),
    "failure": ({"type", "message"}, set(), set()),
    "system-out": (set(), set(), set()),
}
"""What Jenkins' and GitLab's readers take, as far as opsflow writes it: the attributes that an element has,
those that it may have, and the elements in it. No package ships a schema of the format."""


def wrong(element: ElementTree.Element) -> list[str]:
    """What a reader would not take in an element and all that is in it."""
    given, (needed, allowed, children) = set(element.attrib), TAKEN.get(element.tag, (set(), set(), set()))
    said = [f"<{element.tag}>"] if element.tag not in TAKEN else []
    said += [f"{element.tag}/@{name}" for name in sorted(needed ^ given - allowed)]
    said += [f"{element.tag}/{child.tag}" for child in element if child.tag not in children]
    return [*said, *(each for child in element for each in wrong(child))]


def read(made: findings.Report) -> ElementTree.Element:
    """The report, read back and valid; its counts are those of its tests."""
    text = junit.render(made)
    suites = ElementTree.fromstring(text)
    assert (suites.tag, wrong(suites)) == ("testsuites", [])
    failed = [case for case in suites.iter("testcase") if case.find("failure") is not None]
    for each in (suites, *suites.iter("testsuite")):
        assert each.get("tests") == str(len([*suites.iter("testcase")]))
        assert (each.get("failures"), each.get("errors")) == (str(len(failed)), "0")
    return suites


def failures(made: findings.Report) -> dict[str, str | None]:
    """The names of the tests that fail, and their messages."""
    return {
        str(case.get("name")): case.find("failure").get("message")  # type: ignore[union-attr]
        for case in read(made).iter("testcase")
        if case.find("failure") is not None
    }


def test_every_rule_that_was_judged_is_a_test() -> None:
    made = report(rules=["wip-limit", "overdue"])
    assert [case.attrib for case in read(made).iter("testcase")] == [
        {"classname": "opsflow.check", "name": "wip-limit"},
        {"classname": "opsflow.check", "name": "overdue"},
    ]
    assert failures(made) == {}


def test_what_readers_do_not_take_is_seen() -> None:
    suites = ElementTree.fromstring(junit.render(report()).replace("<testcase ", '<test when="" '))
    assert {"testsuite/test", "<test>", "test/@when"} <= {*wrong(suites)}


def test_a_rule_fails_by_its_errors() -> None:
    made = report(finding(2, 8, 4), prefix="ops/")
    assert failures(made) == {"unknown-reference": "the workflow has no state `doin`"}
    assert failures(report(finding(), finding(2))) == {"unknown-reference": "2 errors"}
    (failure,) = read(made).iter("failure")
    assert failure.text == (
        "ops/items/OPS-1.yaml:2:8: error: the workflow has no state `doin` [unknown-reference]\n"
        "    Write `doing`."
    )


@pytest.mark.parametrize(
    "made",
    [
        report(finding(severity=Severity.WARNING)),
        report(finding(severity=Severity.NOTE)),
        report(finding(waiver=WAIVER)),
        changed("left", report(finding())),
    ],
    ids=["a warning", "a note", "waived", "there before"],
)
def test_what_fails_no_check_fails_no_test_and_is_in_the_output(made: findings.Report) -> None:
    assert failures(made) == {}
    (output,) = read(made).iter("system-out")
    assert "items/OPS-1.yaml:1:1: " in (output.text or "")


def test_the_output_ends_with_the_summary() -> None:
    (output,) = read(report(finding(), gap="it is shallow")).iter("system-out")
    assert output.text == ("0 items: 1 error.\nRules that need the history were not judged: it is shallow.\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_board_says_stays_text(name: str) -> None:
    made = hostile(HOSTILE[name])
    suites = read(made)
    assert [*failures(made)] == ["unknown-reference"]
    assert {each.tag for each in suites.iter()} == {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "system-out",
    }
    for each in suites.iter():
        for said in (each.text, *each.attrib.values()):
            assert all(letter == "\n" or letter.isprintable() for letter in said or "")
            assert "##[" not in (said or "")
