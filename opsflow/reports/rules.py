"""What breaks a rule, what is waived, and what are the policies?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsflow import graph, measures, words
from opsflow.model import Finding, Limit, Mode, RuleSetting, Severity
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Rules"
LISTED = 200
"""As many gaps of the history a view lists."""
TITLES = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    counting = [each for each in findings if each.waiver is None]
    counts = {severity.value: sum(each.severity is severity for each in counting) for severity in Severity}
    counts["waived"] = len(findings) - len(counting)
    counts["items"] = len(facts.board.items)
    return {
        **shapes.head(
            numbers,
            "rules",
            TITLE,
            (__doc__ or "").strip(),
            (
                ("waiver", None, counts["waived"]),
                ("WIP limit", None, len(facts.board.limits)),
                *((("expectation", numbers.window, None),) if facts.board.expectations else ()),
            ),
        ),
        "sentence": _sentence(counts),
        "counts": counts,
        "severities": [_severity(numbers, severity, counting) for severity in Severity],
        "waived": [_waived(numbers, each) for each in findings if each.waiver is not None],
        "waivers": _waivers(numbers, findings),
        "policies": _policies(numbers),
        "gaps": _gaps(numbers),
    }


def _sentence(counts: dict[str, int]) -> str:
    named = [
        words.count(counts[severity.value], severity.value) for severity in Severity if counts[severity.value]
    ]
    waived = counts["waived"]
    more = f"{words.count(waived, 'finding')} {'is' if waived == 1 else 'are'} waived." if waived else ""
    if not named:
        return " ".join(filter(None, (f"All rules pass, {words.count(counts['items'], 'item')}.", more)))
    return " ".join(filter(None, (f"{words.listed(named)}.", more)))


def _severity(numbers: Numbers, severity: Severity, counting: Sequence[Finding]) -> View:
    rules: dict[str, list[View]] = {}
    for each in counting:
        if each.severity is severity:
            rules.setdefault(each.rule, []).append(shapes.finding(numbers, each))
    return {
        "severity": severity.value,
        "title": TITLES[severity],
        "count": sum(map(len, rules.values())),
        "rules": [
            {"rule": rule, "count": len(found), "findings": found}
            for rule, found in sorted(rules.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ],
    }


def _waived(numbers: Numbers, each: Finding) -> View:
    item = numbers.facts.board.items.get(each.item)
    found = each.waiver
    given = shapes.waiver(numbers, item, found, True) if item is not None and found is not None else None
    return {**shapes.finding(numbers, each), "waiver": given}


def _waivers(numbers: Numbers, findings: Sequence[Finding]) -> list[View]:
    used = {(each.item, each.rule) for each in findings if each.waiver is not None}
    granted = [
        (item, waiver) for item in numbers.facts.board.items.values() for waiver in item.allow.values()
    ]
    ordered = sorted(granted, key=lambda pair: pair[1].until or date.max)
    return [shapes.waiver(numbers, item, each, (item.id, each.rule) in used) for item, each in ordered]


# -- gaps -------------------------------------------------------------------------------------------


def _gaps(numbers: Numbers) -> View:
    """What could not be read in some commit; the newest of it, newest first."""
    history = numbers.facts.history
    found = [gap for gap in history.gaps if gap.commit.id] if history else []
    newest = sorted(found, key=lambda gap: gap.commit.at, reverse=True)[:LISTED]
    return {
        "count": len(found),
        "sentence": _gap_sentence(len(found)),
        "rows": [
            {"path": gap.path, "reason": gap.reason, "commit": shapes.commit(gap.commit)} for gap in newest
        ],
    }


def _gap_sentence(count: int) -> str:
    if count == 1:
        return "1 version of a file could not be read in the past; `opsflow log --gaps` lists it."
    more = f"{count:,} versions of files could not be read in the past; `opsflow log --gaps` lists them."
    return more if count else ""


# -- policies -----------------------------------------------------------------------------------

MODES = {
    Mode.WARN: "more is a warning",
    Mode.REASON: "more needs a reason",
    Mode.BLOCK: "more is not allowed, whatever the reason",
}
KINDS = {
    "state": "Columns",
    "": "Work in progress",
    "person": "People",
    "team": "Teams",
    "class": "Classes",
    "type": "Types",
    "service": "Services",
    "project": "Projects",
}
"""What a limit can be about, in the order in which limits are told."""


def _policies(numbers: Numbers) -> View:
    board = numbers.facts.board
    return {
        "limits": _limits(numbers),
        "expectations": _expectations(numbers),
        "allocation": [
            {"type": shapes.type_(numbers, name), "percent": share}
            for name, share in board.allocation.items()
        ],
        "states": [{**shapes.state(numbers, state.name), "policy": state.policy} for state in board.states],
        "rules": [
            {"rule": rule, "sentence": _rule_sentence(rule, setting)}
            for rule, setting in sorted(board.rules.items())
        ],
    }


def _limits(numbers: Numbers) -> list[View]:
    """Every limit in words, and what it counts now; in the order of KINDS, else in that of the board."""
    order = list(KINDS)
    rows = [_limit(numbers, limit, groups) for limit, groups in numbers.limits]
    return sorted(rows, key=lambda row: order.index(row["kind"]))


def _limit(numbers: Numbers, limit: Limit, groups: Sequence[graph.Group]) -> View:
    over = [shapes.over_by(limit, len(group.items)) for group in groups]
    return {
        "kind": _kind(limit),
        "name": shapes.limit_subject(numbers, limit),
        "sentence": shapes.policy(numbers, limit),
        "max": limit.max,
        "min": limit.min,
        "mode": limit.mode.value,
        "mode_words": MODES[limit.mode] if limit.max is not None else "",
        "count": len(groups[0].items) if groups and not limit.per else None,
        "over": max(over, default=0),
        "over_count": sum(each > 0 for each in over),
    }


def _kind(limit: Limit) -> str:
    """What a limit is about: whom it is counted for, whom it names, else the columns."""
    if limit.per:
        return limit.per
    named = [kind for kind, _ in graph.selectors(limit)]
    return named[0] if named else "state" if limit.states else ""


def _expectations(numbers: Numbers) -> list[View]:
    """What is promised, and how much of the finished work kept to it."""
    found = measures.figure("expectations", numbers.query)["rows"]
    return [
        {
            **shapes.expected(each),
            "kept_share": row["kept_share"],
            "met": row["met"],
            "n": row["n"],
            "reason": row["reason"] or numbers.query.silence,
        }
        for each, row in zip(numbers.facts.board.expectations, found, strict=True)
    ]


def _rule_sentence(rule: str, setting: RuleSetting) -> str:
    """What a board says about a rule, such as "The rule stale is a warning, after 14 days."."""
    if setting.off:
        return f"The rule {rule} is off."
    options = ", ".join(_option(name, value) for name, value in setting.options.items())
    if setting.severity is None:
        applies = "applies" if set(setting.options) == {"after"} else "is set to"
        return f"The rule {rule} {applies} {options}." if options else f"The rule {rule} is on."
    kind = f"{'an' if setting.severity is Severity.ERROR else 'a'} {setting.severity.value}"
    return f"The rule {rule} is {kind}{f', {options}' if options else ''}."


def setting_words(setting: RuleSetting) -> str:
    """What a board says about a rule, such as "after 14 days, warning" or "off"."""
    if setting.off:
        return "off"
    said = [_option(name, value) for name, value in setting.options.items()]
    return ", ".join([*said, *([setting.severity.value] if setting.severity else [])]) or "the default"


def _option(name: str, value: object) -> str:
    if not isinstance(value, timedelta):
        return f"{name.replace('_', ' ')} {value}"
    whole = value % timedelta(days=1) == timedelta()
    length = words.count(value.days, "day") if whole else words.count(value // timedelta(hours=1), "hour")
    return f"{name.replace('_', ' ')} {length}"
