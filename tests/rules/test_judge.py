"""Judging: severities, switches, waivers, order, and one finding for one mistake."""

import random
from datetime import date

import pytest

from opsflow import rules
from opsflow.model import Finding, Severity, Waiver
from tests.boards import facts_in, facts_of, tree_of
from tests.varied import replace

LATE = """
    today: 2026-03-20
    OPS-1: {state: ready, due: 2026-03-19}
"""
CROWD = """
    limits: [{states: [doing], max: 1}]
    OPS-1: {state: doing, assignees: [maria]}
    OPS-2: {state: doing, assignees: [maria]}
"""


def names(text: str) -> list[str]:
    return [finding.rule for finding in rules.judge(facts_in(text))]


def only(text: str) -> Finding:
    (finding,) = rules.judge(facts_in(text))
    return finding


# -- severities and switches --------------------------------------------------------------------


def test_a_board_sets_the_severity_of_a_rule() -> None:
    assert only(LATE).severity is Severity.WARNING
    assert only(f"{LATE}    rules: {{overdue: error}}").severity is Severity.ERROR
    assert only(f"{LATE}    rules: {{overdue: {{severity: note}}}}").severity is Severity.NOTE


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert names(f"{LATE}    rules: {{overdue: off}}") == []


def test_options_of_a_board_stand_over_those_of_the_rule() -> None:
    board = """
        rules: {stale: {after: 20d}}
        2026-03-02 OPS-1: {state: doing, assignees: [maria]}
    """
    assert names(f"{board}    today: 2026-03-22") == []
    assert names(f"{board}    today: 2026-03-23") == ["stale"]


def test_only_the_rules_asked_for_are_judged() -> None:
    facts = facts_in(f"{LATE}    OPS-2: {{state: raedy}}")
    assert [finding.rule for finding in rules.judge(facts, {"overdue"})] == ["overdue"]
    assert [finding.rule for finding in rules.judge(facts, ())] == []


# -- waivers ------------------------------------------------------------------------------------


def test_an_item_waives_a_finding_that_stands_in_it_and_it_is_still_listed() -> None:
    finding = only(
        """
        today: 2026-03-20
        OPS-1: {state: ready, due: 2026-03-19, allow: {overdue: {reason: agreed, by: jo, until: 2026-03-20}}}
        """
    )
    assert (finding.rule, finding.item) == ("overdue", "OPS-1")
    assert finding.waiver == Waiver("overdue", "agreed", "jo", date(2026, 3, 20))


def test_after_its_last_day_a_waiver_no_longer_counts_and_that_is_said_once() -> None:
    board = """
        today: 2026-03-20
        OPS-1: {state: ready, due: 2026-03-19, allow: {overdue: {reason: agreed, until: 2026-03-19}}}
    """
    findings = rules.judge(facts_in(board))
    assert [(finding.rule, finding.waiver) for finding in findings] == [
        ("overdue", None),
        ("expired-waiver", None),
    ]


def test_a_waiver_of_another_rule_or_another_item_waives_nothing() -> None:
    finding = only(
        """
        today: 2026-03-20
        OPS-1: {state: ready, due: 2026-03-19, allow: {stale: {reason: agreed}}}
        OPS-2: {state: ready, allow: {overdue: {reason: agreed}}}
        """
    )
    assert (finding.rule, finding.item, finding.waiver) == ("overdue", "OPS-1", None)


def test_nothing_waives_what_reading_could_not_accept_and_a_waiver_of_it_is_found() -> None:
    findings = rules.judge(
        facts_in("OPS-1: {state: ready, due: 2026-02-30, allow: {misshapen: {reason: agreed}}}")
    )
    assert [(each.rule, each.waiver, each.message) for each in findings] == [
        ("misshapen", None, "`due` is `2026-02-30`, which is not a date"),
        ("misshapen", None, "OPS-1 waives misshapen, which nothing waives"),
    ]


@pytest.mark.parametrize("name", rules.NEVER_WAIVED)
def test_a_waiver_of_what_nothing_waives_is_found(name: str) -> None:
    board = f"OPS-1: {{state: ready, allow: {{{name}: {{reason: agreed}}}}}}"
    assert [
        (each.rule, each.place.line, each.message, each.hint) for each in rules.judge(facts_in(board))
    ] == [
        (
            "misshapen",
            3,
            f"OPS-1 waives {name}, which nothing waives",
            "Remove the entry, and mend what it excuses.",
        )
    ]


@pytest.mark.parametrize("name", rules.ALL)
def test_a_rule_is_covered_by_waivers_in_all_items_or_is_one_that_nothing_waives(name: str) -> None:
    """The bad board of its manual, with a waiver in every item."""
    facts = facts_in(rules.manual(name).bad)
    given = {name: Waiver(name, "the customer agreed to it")}
    items = {key: replace(item, allow={**given, **item.allow}) for key, item in facts.board.items.items()}
    found = rules.judge(replace(facts, board=replace(facts.board, items=items)), {name})
    assert any(each.waiver is None for each in found) is (name in rules.NEVER_WAIVED)


ALLOWED = "{state: doing, assignees: [maria], allow: {wip-limit: {reason: P1 outage}}}"


def test_a_limit_is_waived_by_the_items_over_it() -> None:
    finding = only(f"{CROWD}    OPS-2: {ALLOWED}")
    assert finding.item == "OPS-2"
    assert finding.waiver == Waiver("wip-limit", "P1 outage")


def test_a_limit_is_not_waived_by_fewer_items_than_are_over_it() -> None:
    finding = only(f"{CROWD}    OPS-3: {ALLOWED}")
    assert finding.message == "3 items are in `doing`, and the limit is 1: OPS-1, OPS-2 and OPS-3"
    assert (finding.item, finding.waiver) == ("", None)


def test_a_limit_is_not_waived_by_a_waiver_that_has_ended() -> None:
    ended = ALLOWED.replace("outage", "outage, until: 2026-03-01")
    findings = rules.judge(facts_in(f"{CROWD}    OPS-2: {ended}"))
    assert [(finding.rule, finding.waiver) for finding in findings] == [
        ("expired-waiver", None),
        ("wip-limit", None),
    ]


def test_nothing_waives_a_limit_that_blocks() -> None:
    board = f"{CROWD}    OPS-2: {ALLOWED}".replace("max: 1", "max: 1, mode: block")
    finding = only(board)
    assert (finding.severity, finding.waiver) == (Severity.ERROR, None)
    assert finding.hint == "Finish an item or move one back: nothing waives this limit."


def test_a_limit_that_warns_gives_a_warning() -> None:
    assert only(CROWD.replace("max: 1", "max: 1, mode: warn")).severity is Severity.WARNING


# -- one mistake, one finding -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("board", "found"),
    [
        pytest.param(
            """
            limits: [{states: [doing], max: 0}]
            OPS-1: {state: doign, due: 2026-01-01, depends_on: [OPS-2], skills: [tls]}
            OPS-2: {state: ready}
            """,
            ["unknown-reference"],
            id="an unknown state",
        ),
        pytest.param("OPS-1: {state: ready, depends_on: OPS-9}", ["misshapen"], id="a name that is no list"),
        pytest.param("types: 3\nOPS-1..OPS-3: {state: ready, type: x}", ["misshapen"], id="a list of names"),
        pytest.param(
            "vendors: {acme: {nam: Acme}}\nOPS-1..OPS-3: {state: ready, vendor: acme}",
            ["misshapen"],
            id="an entry of the catalog",
        ),
        pytest.param(
            """
            workflow: [{state: ready, kind: backlog}, {state: doing, kind: actve}, {state: done, kind: done}]
            OPS-1..OPS-3: {state: doing, assignees: [maria]}
            """,
            ["misshapen"],
            id="a state whose kind is misspelt",
        ),
        pytest.param(
            """
            OPS-1: {state: ready, depends_on: [OPS-2]}
            items/OPS-2.yaml:
                title: [unclosed
            """,
            ["unreadable-file"],
            id="a dependency on a file that cannot be read",
        ),
        pytest.param(
            """
            OPS-1: {state: doing, assignees: [maria], due: 2026-03-10, depends_on: [OPS-2]}
            OPS-2: {state: ready, due: 2026-03-20, depends_on: [OPS-1]}
            """,
            ["dependency-cycle"],
            id="a cycle",
        ),
        pytest.param(
            """
            OPS-1: {state: done, depends_on: [OPS-2]}
            OPS-2: {state: doing, assignees: [maria], depends_on: [OPS-3]}
            OPS-3: {state: done}
            """,
            ["finished-before-dependency"],
            id="finished too early",
        ),
        pytest.param(
            """
            OPS-1: {state: doing, assignees: [maria], depends_on: [OPS-2]}
            OPS-2: {state: dropped}
            """,
            ["depends-on-discarded"],
            id="a discarded dependency of work in progress",
        ),
        pytest.param(
            """
            limits: [{states: [doign], min: 1}, {type: chore, min: 1}]
            OPS-1: {state: doing, assignees: [maria]}
            """,
            ["unknown-reference", "unknown-reference"],
            id="limits that name something unknown",
        ),
        pytest.param(
            """
            people: {maria: {name: Maria, skills: [tls]}}
            OPS-1: {state: doing, assignees: [mraia], skills: [tls]}
            """,
            ["unknown-reference"],
            id="an unknown person",
        ),
        pytest.param(
            """
            2026-03-02 OPS-1: {state: doing, assignees: [maria], blocked: {reason: no answer}}
            today: 2026-03-20
            """,
            ["stale-block"],
            id="a block that makes an item stale",
        ),
    ],
)
def test_one_mistake_gives_one_finding(board: str, found: list[str]) -> None:
    assert names(board) == found


MISTAKES = {
    "unknown-reference": [
        "limits: [{states: [doing], min: 1}]\nOPS-1: {state: doin}",
        "limits: [{type: incident, min: 1}]\nOPS-1: {state: doing, assignees: [maria], type: incedent}",
        "limits: [{type: incident, min: 1}]\nOPS-1: {state: doin, type: incident}",
        "limits: [{class: intangible, min: 1}]\nOPS-1: {state: doing, assignees: [maria], class: intangable}",
        """
        people: {maria: {name: Maria}}
        limits: [{per: person, min: 1}]
        OPS-1: {state: doing, assignees: [mraia]}
        """,
        """
        people: {maria: {name: Maria}}
        limits: [{per: person, min: 1}]
        OPS-1: {state: doin, assignees: [maria]}
        """,
        """
        services: {edge: {name: Edge}}
        limits: [{service: edge, min: 1}]
        OPS-1: {state: doing, assignees: [maria], services: [egde]}
        """,
        """
        projects: {PRJ-7: {title: Move}}
        limits: [{project: PRJ-7, min: 1}]
        OPS-1: {state: doing, assignees: [maria], part_of: PRJ-8}
        """,
        "limits: [{states: [doing], max: 0}]\nOPS-1: {state: doing, assignees: [maria], class: expedit}",
    ],
    "unreadable-file": [
        "limits: [{states: [doing], min: 1}]\nitems/OPS-1.yaml:\n    title: [unclosed",
    ],
    "misnamed-file": [
        "limits: [{states: [doing], min: 1}]\nitems/mail.yaml: {state: doing, assignees: [maria]}",
    ],
    "duplicate-id": [
        """
        limits: [{states: [doing], min: 1}]
        items/OPS-1-a.yaml: {state: ready}
        items/OPS-1-b.yaml: {state: doing, assignees: [maria]}
        """,
    ],
    "misshapen": [
        "limits: [{states: [doing], min: 1}]\nOPS-1: {state: [doing]}",
        "limits: [{type: incident, min: 1}]\nOPS-1: {state: doing, assignees: [maria], type: [incident]}",
        "limits: [{states: [doing, [review]], min: 1}]\nOPS-1: {state: review, assignees: [maria]}",
        "limits: [{type: [incident], max: 0}]\nOPS-1: {state: doing, assignees: [maria]}",
        "limits: [{type: request, max: 0}]\nOPS-1: {state: doing, assignees: [maria], type: [incident]}",
        """
        people: {maria: {name: Maria, team: [net]}}
        teams: {net: {name: Network}}
        limits: [{team: net, min: 1}]
        OPS-1: {state: doing, assignees: [maria]}
        """,
        "OPS-1: {state: doing, assignees: {maria: yes}}",
        "OPS-1: {state: doing, assignees: [[maria]]}",
        "OPS-1: {state: doing, assignees:}",
        """
        OPS-1: {state: ready, part_of: [OPS-9]}
        OPS-2: {state: ready, depends_on: OPS-9}
        """,
    ],
}
"""Boards with one mistake each (the last one has two), by the rule that says so."""


@pytest.mark.parametrize(("rule", "board"), [(rule, each) for rule in MISTAKES for each in MISTAKES[rule]])
def test_what_follows_from_a_mistake_is_no_finding(rule: str, board: str) -> None:
    assert set(names(board)) == {rule}


@pytest.mark.parametrize(
    "mistake",
    [
        "OPS-1: {state: ready, type: incedent}",
        "OPS-1: {state: doin, type: request}",
        "OPS-1: {state: doing, assignees: [maria], class: expedit}",
    ],
)
def test_a_mistake_that_a_minimum_is_not_about_hides_nothing(mistake: str) -> None:
    board = f"limits: [{{type: incident, states: [doing], min: 1}}]\n{mistake}"
    assert sorted(names(board)) == ["unknown-reference", "wip-minimum"]


def test_names_that_nobody_judges_leave_nothing_open() -> None:
    board = "rules: {unknown-reference: off}\nlimits: [{states: [doing], min: 1}, {states: [doing], max: 0}]"
    assert names(f"{board}\nOPS-1: {{state: doin}}") == ["wip-minimum"]
    assert names(f"{board}\nOPS-1: {{state: doing, assignees: [maria], class: expedit}}") == ["wip-limit"]


def test_a_limit_is_broken_by_what_is_beyond_doubt() -> None:
    board = f"{CROWD}    OPS-3: {{state: doing, assignees: [maria], class: expedit}}"
    assert sorted(names(board)) == ["unknown-reference", "wip-limit"]


# -- reading is always judged -------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["unreadable-file", "misshapen", "duplicate-id", "misnamed-file"])
@pytest.mark.parametrize("weaker", ["off", "note", "{severity: off}", "{severity: note}"])
def test_what_cannot_be_read_is_a_warning_at_least(rule: str, weaker: str) -> None:
    board = f"rules: {{{rule}: {weaker}}}\n{rules.manual(rule).bad}"
    found = sorted(
        (finding.rule, finding.severity, finding.message) for finding in rules.judge(facts_in(board))
    )
    said = (
        f"{rule} cannot be {'off' if 'off' in weaker else 'a note'}: a file that cannot be read must be seen"
    )
    severity = Severity.WARNING if rule == "misshapen" else Severity.ERROR
    assert ("misshapen", severity, said) in found
    assert [(name, severity) for name, severity, message in found if message != said] == [
        (rule, Severity.WARNING)
    ]


def test_what_cannot_be_read_may_be_a_warning() -> None:
    finding = only(f"rules: {{misnamed-file: warning}}\n{rules.manual('misnamed-file').bad}")
    assert (finding.rule, finding.severity) == ("misnamed-file", Severity.WARNING)


# -- order --------------------------------------------------------------------------------------

MANY = {
    "limits": "[{states: [doing], max: 0}]",
    "OPS-1": "{state: doing, due: 2026-01-01, depends_on: [OPS-2, OPS-9]}",
    "OPS-2": "{state: raedy, depends_on: [OPS-3]}",
    "OPS-3": "{state: ready, depends_on: [OPS-2], type: chore, vendor: acme}",
    "OPS-4": "{state: done, depends_on: [OPS-1]}",
    "people": "{maria: {name: Maria, team: net}}",
    "catalog.yaml": "vendors: {acme: {name: Acme}}\n",
}


def test_findings_are_sorted_by_file_line_column_and_rule() -> None:
    findings = rules.judge(facts_of(MANY))
    assert len(findings) > 6
    assert list(findings) == sorted(findings, key=lambda finding: (finding.place, finding.rule))


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_files_changes_no_finding(seed: int) -> None:
    names = list(MANY)
    random.Random(seed).shuffle(names)
    assert rules.judge(facts_of({name: MANY[name] for name in names})) == rules.judge(facts_of(MANY))


def test_judging_needs_no_history_and_says_nothing_of_it_where_nobody_asked() -> None:
    facts = facts_in("OPS-1: {state: ready}")
    for gap in ("the history was not asked for", "the board is not in a Git repository", ""):
        assert rules.judge(replace(facts, gap=gap)) == ()


def test_an_empty_tree_is_judged_without_a_traceback() -> None:
    from opsflow.facts import Facts
    from opsflow.reading import board as boards

    board, faults = boards.load({})
    tree = tree_of({})
    assert rules.judge(Facts(board, faults, {}, facts_of({}).now)) == rules.judge(
        Facts(board, faults, {}, facts_of({}).now), rules.FAMILIES["reading"]
    )
    assert rules.judge(Facts(*boards.load(tree), tree, facts_of({}).now)) == ()
