"""Findings as data, as text with the line and a caret, and with one line each."""

from datetime import date

from opsflow import __version__
from opsflow.formats import concise, findings, text
from opsflow.formats.paint import ansi
from opsflow.model import Board, Finding, Kind, Place, Severity, State, Waiver

BOARD = Board("Operations", "OPS", (State("doing", Kind.ACTIVE),), {})
PATH = "items/OPS-1.yaml"


def finding(line: int = 1, column: int = 1, width: int = 1, **more: object) -> Finding:
    given = {
        "rule": "unknown-reference",
        "severity": Severity.ERROR,
        "message": 'The workflow has no state "doin".',
        "hint": 'Did you mean "doing"?',
        "item": "OPS-1",
        **more,
    }
    return Finding(place=Place(PATH, line, column, width), **given)  # type: ignore[arg-type]


def shown(data: bytes, *found: Finding, gap: str = "", waived: bool = False) -> str:
    return text.render(findings.report(BOARD, found, {PATH: data}, gap), waived=waived)


def test_a_finding_shows_its_line_with_a_caret_and_what_to_do() -> None:
    assert shown(b"title: One\nstate: doin\n", finding(2, 8, 4)) == (
        'items/OPS-1.yaml:2:8: error: The workflow has no state "doin". [unknown-reference]\n'
        "   2 | state: doin\n"
        "     |        ^^^^\n"
        '     = Did you mean "doing"?\n'
        "\n"
        "0 items: 1 error.\n"
    )


def test_a_board_without_findings_says_so_in_one_line() -> None:
    assert shown(b"") == "0 items: no findings.\n"


def test_why_history_rules_were_not_judged_is_said() -> None:
    assert shown(b"", gap="the board is not in a Git repository").splitlines()[1:] == [
        "Rules that need the history were not judged: the board is not in a Git repository."
    ]


def test_the_caret_stands_below_its_word_after_tabs_and_wide_letters() -> None:
    lines = shown("\t更新: x\n".encode(), finding(1, 6, 1)).splitlines()
    assert lines[1:3] == ["   1 |     更新: x", "     |           ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    data = b"title: " + b"a" * 500 + b"BAD" + b"z" * 500 + b"\n"
    lines = shown(data, finding(1, 508, 3)).splitlines()
    assert len(lines[1]) == 7 + findings.EXCERPT
    assert lines[1][lines[2].index("^") : lines[2].index("^") + 3] == "BAD"


def test_a_place_outside_of_the_file_shows_no_line() -> None:
    assert shown(b"title: One\n", finding(9, 1)).splitlines()[:2] == [
        'items/OPS-1.yaml:9:1: error: The workflow has no state "doin". [unknown-reference]',
        '     = Did you mean "doing"?',
    ]


def test_nothing_in_a_finding_acts_on_a_terminal() -> None:
    hostile = finding(1, 1, message="state \x1b[2J\u202e", hint="x\x9by", item="")
    assert "\x1b" not in shown(b"state: \x1b[2J\n", hostile)
    assert shown(b"state: \x1b[2J\n", hostile).splitlines() == [
        "items/OPS-1.yaml:1:1: error: state ␛[2J\\u202e [unknown-reference]",
        "   1 | state: ␛[2J",
        "     | ^",
        "     = x\\x9by",
        "",
        "0 items: 1 error.",
    ]


def test_a_file_that_is_not_utf_8_is_shown_all_the_same() -> None:
    assert shown(b"title: K\xf6ln\n", finding(1, 9)).splitlines()[1] == "   1 | title: K\ufffdln"


def test_waived_findings_are_counted_and_shown_on_request() -> None:
    waived = finding(2, 8, 4, waiver=Waiver("unknown-reference", "on purpose", "maria", date(2026, 12, 1)))
    data = b"title: One\nstate: doin\n"
    assert shown(data, waived) == "0 items: no findings; 1 waived.\n"
    assert shown(data, waived, waived=True).splitlines()[0] == (
        'items/OPS-1.yaml:2:8: error: The workflow has no state "doin". [unknown-reference]'
        " (waived by maria until 2026-12-01: on purpose)"
    )


def test_concise_gives_each_finding_one_line() -> None:
    found = [finding(2, 8), finding(3, 1, severity=Severity.WARNING), finding(4, 1, severity=Severity.NOTE)]
    assert concise.render(findings.report(BOARD, found, {}, "")) == (
        'items/OPS-1.yaml:2:8: error: The workflow has no state "doin". [unknown-reference]\n'
        'items/OPS-1.yaml:3:1: warning: The workflow has no state "doin". [unknown-reference]\n'
        'items/OPS-1.yaml:4:1: note: The workflow has no state "doin". [unknown-reference]\n'
        "0 items: 1 error, 1 warning, 1 note.\n"
    )


def test_colour_is_only_added() -> None:
    import re

    report = findings.report(BOARD, [finding(2, 8, 4)], {PATH: b"title: One\nstate: doin\n"}, "gap")
    painted = text.render(report, paint=ansi)
    assert "\x1b[1;31merror:\x1b[0m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == text.render(report)


def test_the_report_is_plain_data() -> None:
    waiver = Waiver("unknown-reference", "on purpose")
    report = findings.report(BOARD, [finding(2, 8, 4, waiver=waiver)], {PATH: b"a\nstate: doin\r\n"}, "")
    assert report == {
        "opsflow": __version__,
        "board": "Operations",
        "key": "OPS",
        "prefix": "",
        "items": 0,
        "gap": "",
        "rules": [],
        "errors": 0,
        "warnings": 0,
        "notes": 0,
        "waived": 1,
        "base": None,
        "merge": None,
        "left": 0,
        "mended": [],
        "findings": [
            {
                "rule": "unknown-reference",
                "severity": "error",
                "path": PATH,
                "line": 2,
                "column": 8,
                "width": 4,
                "message": 'The workflow has no state "doin".',
                "hint": 'Did you mean "doing"?',
                "item": "OPS-1",
                "fingerprint": "d87418796503380e563ffe5c73a7cc0d",
                "source": {"text": "state: doin", "column": 8, "utf16_column": 8, "utf16_width": 4},
                "waiver": {"reason": "on purpose", "by": "", "until": None},
                "change": None,
                "before": None,
            }
        ],
    }
