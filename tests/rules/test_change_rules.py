"""Rules on changes: what became of items and of the rules since another board."""

import pytest

from opsflow import rules
from opsflow.model import Severity
from tests.boards import facts_in
from tests.rules.said import said


def change(before: str, after: str, more: str = "") -> str:
    """A board in the short notation, with one item before and after a change."""
    first = f"before:\n    OPS-1: {{{before}}}\n" if before else "before:\n    OPS-9: {state: ready}\n"
    last = f"OPS-1: {{{after}}}\n" if after else "OPS-8: {state: ready, title: Other}\n"
    return f"{more}{first}{last}"


def names(board: str) -> list[str]:
    return [finding.rule for finding in rules.judge(facts_in(board), rules.FAMILIES["changes"])]


def test_without_a_change_they_find_nothing() -> None:
    assert names("OPS-1: {state: ready, allow: {overdue: {reason: todo}}}") == []


# -- skipped-state ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "past"),
    [
        ("inbox", "ready", ""),
        ("inbox", "doing", ""),  # a backlog state may be passed over
        ("ready", "doing", ""),
        ("doing", "review", ""),  # and a waiting one
        ("doing", "vendor", ""),
        ("review", "done", ""),
        ("ready", "review", "`doing`"),
        ("ready", "vendor", "`doing`"),
        ("inbox", "done", "`doing` and `review`"),
        ("doing", "done", "`review`"),
        ("vendor", "done", "`review`"),
        ("done", "ready", ""),  # the way back is for another rule
        ("review", "inbox", ""),
        ("ready", "dropped", ""),
        ("doing", "dropped", ""),
        ("dropped", "done", ""),
        ("ready", "raedy", ""),  # unknown names are for another rule
        ("raedy", "done", ""),
    ],
)
def test_active_states_cannot_be_passed_over(before: str, after: str, past: str) -> None:
    board = change(f"state: {before}, assignees: [a]", f"state: {after}, assignees: [a]")
    where = "items/OPS-1.yaml:2:1: OPS-1 went from"
    expected = [f"{where} `{before}` to `{after}`, past {past}"] if past else []
    assert said(board, "skipped-state") == expected


def test_a_new_item_may_begin_anywhere() -> None:
    assert said(change("", "state: done"), "skipped-state") == []


def test_how_many_may_be_passed_over_is_an_option() -> None:
    more = "rules: {skipped-state: {most: 1}}\n"
    for to, found in (("review", 0), ("done", 1)):
        board = change("state: ready", f"state: {to}, assignees: [a]").replace(
            "before:\n", f"before:\n    {more}"
        )
        assert len(said(f"{more}{board}", "skipped-state")) == found


@pytest.mark.parametrize("option", ["most: -1", "most: 1.5", "most: true", "waiting: 1"])
def test_an_option_that_cannot_be_counts_as_its_own_value(option: str) -> None:
    more = f"rules: {{skipped-state: {{{option}}}}}\n"
    for before, to, found in (("ready", "doing", 0), ("doing", "review", 0), ("ready", "review", 1)):
        board = change(f"state: {before}", f"state: {to}, assignees: [a]")
        assert (
            len(said(f"{more}{board}".replace("before:\n", f"before:\n    {more}"), "skipped-state")) == found
        )


def test_waiting_states_count_where_a_board_wants_it() -> None:
    more = "rules: {skipped-state: {waiting: true}}\n"
    board = change("state: doing", "state: review").replace("before:\n", f"before:\n    {more}")
    assert said(f"{more}{board}", "skipped-state") == [
        "items/OPS-1.yaml:2:1: OPS-1 went from `doing` to `review`, past `vendor`"
    ]


def test_an_entry_says_that_it_was_in_the_state_but_not_one_of_an_earlier_round() -> None:
    entered = "entered: {review: 2026-03-02 09:00}"
    assert said(change("state: doing", f"state: done, {entered}"), "skipped-state") == []
    assert len(said(change(f"state: doing, {entered}", f"state: done, {entered}"), "skipped-state")) == 1


def test_commits_say_that_it_was_in_the_state_since_it_was_last_where_it_came_from() -> None:
    before = "before:\n    OPS-1: {state: doing}\n"
    passed = """
2026-03-02 OPS-1: {state: doing}
2026-03-03 OPS-1: {state: review}
2026-03-04 OPS-1: {state: done}
today: 2026-03-05
"""
    assert said(before + passed.strip(), "skipped-state") == []
    again = passed.replace("2026-03-04", "2026-03-04 OPS-1: {state: doing}\n2026-03-05").replace(
        "today: 2026-03-05", "today: 2026-03-06"
    )
    assert len(said(before + again.strip(), "skipped-state")) == 1


def test_the_workflow_from_before_the_change_tells_the_way() -> None:
    flow = "[{state: ready, kind: backlog}, {state: doing, kind: active}%s, {state: done, kind: done}]"
    two, three = flow % "", flow % ", {state: review, kind: active}"
    board = "before:\n    workflow: {0}\n    OPS-1: {{state: {2}}}\nworkflow: {1}\nOPS-1: {{state: {3}}}\n"
    assert len(said(board.format(three, two, "doing", "done"), "skipped-state")) == 1
    assert said(board.format(two, three, "doing", "done"), "skipped-state") == []
    assert said(board.format(two, three, "doing", "review"), "skipped-state") == []
    assert len(said(board.format(two, three, "ready", "review"), "skipped-state")) == 1


# -- unfinished-item-deleted --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        ("inbox", Severity.WARNING),
        ("ready", Severity.WARNING),
        ("doing", Severity.ERROR),
        ("vendor", Severity.ERROR),
        ("done", None),
        ("dropped", None),
    ],
)
def test_deleting_work_that_was_begun_is_an_error_and_deleting_a_wish_a_warning(
    state: str, severity: Severity | None
) -> None:
    findings = rules.judge(facts_in(change(f"state: {state}", "")), {"unfinished-item-deleted"})
    assert [finding.severity for finding in findings] == ([severity] if severity else [])


def test_a_board_gives_deleting_a_severity_of_its_own() -> None:
    more = "rules: {unfinished-item-deleted: note}\n"
    board = change("state: ready", "").replace("before:\n", f"before:\n    {more}")
    (finding,) = rules.judge(facts_in(f"{more}{board}"), {"unfinished-item-deleted"})
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    "after",
    [
        "items/web/OPS-1-slug.yaml: {state: doing}",
        "items/OPS-2.yaml: {state: doing}",
        "items/OPS-1.yaml:\n    title: [",
        "items/OPS-1.yaml:\n    title: One",
        "items/renew.yaml: {state: doing}",
    ],
    ids=["moved", "another id", "unreadable", "without a state", "misnamed"],
)
def test_an_item_that_is_still_there_somehow_is_not_deleted(after: str) -> None:
    board = f"before:\n    OPS-1: {{state: doing}}\n{after}"
    assert said(board, "unfinished-item-deleted") == []


def test_another_item_in_its_place_is_not_the_item() -> None:
    board = "before:\n    OPS-1: {state: doing}\nOPS-2: {state: doing, title: Other work}"
    assert names(board) == ["unfinished-item-deleted"]


def test_one_new_item_is_not_two_old_ones() -> None:
    old = "{state: doing, title: Same}"
    board = f"before:\n    OPS-1: {old}\n    OPS-2: {old}\nOPS-3: {old}"
    assert said(board, "unfinished-item-deleted") == [
        "items/OPS-2.yaml:1:1: OPS-2 (Same) is deleted, and was in `doing`"
    ]


def test_items_that_the_board_reads_no_more_are_gone_from_it() -> None:
    board = "before:\n    OPS-1: {state: doing}\nitems: [work/**]\nwork/OPS-2.yaml: {state: ready}"
    assert names(board) == ["unfinished-item-deleted", "changed-rules"]


@pytest.mark.parametrize("bad", ["opsflow.yaml:\n    board: [", "opsflow.yaml:\n    board: B\n    key: OPS"])
def test_an_opsflow_yaml_that_is_no_use_loses_no_item(bad: str) -> None:
    assert names(f"before:\n    OPS-1: {{state: doing}}\n{bad}") == []


def test_nothing_waives_a_deletion() -> None:
    (finding,) = rules.judge(
        facts_in(change("state: doing, allow: {unfinished-item-deleted: {reason: agreed}}", "")),
        {"unfinished-item-deleted"},
    )
    assert finding.waiver is None


# -- reopened-without-reason --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("state: done", "state: doing", 1),
        ("state: dropped", "state: inbox", 1),
        ("state: done", "state: dropped", 0),
        ("state: done", "state: doing, description: It broke again.", 0),
        ("state: done, description: Old.", "state: doing, description: Old.", 1),
        ("state: done, description: Old.", "state: doing", 1),
        ("state: done", "state: doing, description: todo", 1),
        ("state: done", "state: raedy", 0),
    ],
)
def test_reopening_wants_a_new_line_in_the_description(before: str, after: str, found: int) -> None:
    assert len(said(change(before, after), "reopened-without-reason")) == found


def test_reopening_may_be_waived_with_the_reason() -> None:
    board = change(
        "state: done", "state: doing, allow: {reopened-without-reason: {reason: the disk is back}}"
    )
    (finding,) = rules.judge(facts_in(board), {"reopened-without-reason"})
    assert finding.waiver is not None


# -- waiver-without-reason ----------------------------------------------------------------------


def waived(reason: str, until: str = "") -> str:
    end = f", until: {until}" if until else ""
    return f"state: ready, allow: {{overdue: {{reason: {reason}{end}}}}}"


@pytest.mark.parametrize(
    "reason",
    ['"-"', '"..."', "todo", "TODO:", "TBD", "n/a", "None", "x", "xxxx", "overdue", '"?"', "fix me", "WIP"],
)
def test_a_reason_that_says_nothing_is_none(reason: str) -> None:
    shown = reason.strip('"')
    for before in ("", "state: ready", waived("agreed")):
        assert said(change(before, waived(reason)), "waiver-without-reason") == [
            f"items/OPS-1.yaml:3:19: the waiver of overdue in OPS-1 gives `{shown}` as its reason, which is none"
        ]


@pytest.mark.parametrize("reason", ["agreed with the customer", "P1", "休", "CHG-0417", "see OPS-4"])
def test_a_reason_that_says_something_is_one(reason: str) -> None:
    assert said(change("state: ready", waived(reason)), "waiver-without-reason") == []


@pytest.mark.parametrize(
    ("before", "after", "end"),
    [
        (waived("agreed", "2026-03-10"), waived("agreed", "2026-03-20"), "on 2026-03-20"),
        (waived("agreed", "2026-03-10"), waived("Agreed!", "2026-03-20"), "on 2026-03-20"),
        (waived("agreed", "2026-03-10"), waived("agreed"), "never"),
    ],
)
def test_a_later_end_wants_a_new_reason(before: str, after: str, end: str) -> None:
    (line,) = said(change(before, after), "waiver-without-reason")
    assert line.partition(": ")[2] == (
        f"the waiver of overdue in OPS-1 ends {end} instead of on 2026-03-10, with the same reason"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (waived("agreed", "2026-03-10"), waived("the part is late", "2026-03-20")),
        (waived("agreed", "2026-03-10"), waived("agreed", "2026-03-05")),
        (waived("agreed"), waived("agreed", "2026-03-20")),
        (waived("todo"), waived("todo")),
        (waived("todo", "2026-03-20"), waived("todo", "2026-03-10")),
        (waived("todo"), "state: ready"),
    ],
)
def test_what_was_there_before_or_ends_earlier_is_nobodys_business(before: str, after: str) -> None:
    assert said(change(before, after), "waiver-without-reason") == []


def test_nothing_waives_a_waiver_without_reason() -> None:
    board = change("state: ready", "state: ready, allow: {waiver-without-reason: {reason: todo}}")
    (finding,) = rules.judge(facts_in(board), {"waiver-without-reason"})
    assert (finding.severity, finding.waiver) == (Severity.ERROR, None)


# -- changed-rules ------------------------------------------------------------------------------

RULES: dict[str, tuple[str, str, list[str]]] = {
    "a larger limit": (
        "limits: [{states: [doing], max: 1}]",
        "limits: [{states: [doing], max: 2}]",
        ["the limit of items in `doing` is 2, and was 1; 1 finding goes"],
    ),
    "a smaller limit": (
        "limits: [{states: [doing], max: 2}]",
        "limits: [{states: [doing], max: 1}]",
        ["the limit of items in `doing` is 1, and was 2; 1 finding comes"],
    ),
    "a limit in another place": (
        "limits: [{states: [doing], max: 2}, {per: person, max: 5}]",
        "limits: [{per: person, max: 5}, {name: work, states: [doing], max: 2}]",
        [],
    ),
    "a limit that is gone": (
        "limits: [{per: person, states: [doing], max: 1}]",
        "limits: []",
        ["the limit of items in `doing`, for each person was 1, and is gone; 1 finding goes"],
    ),
    "a new limit and a new minimum": (
        "limits: []",
        "limits: [{type: project, max: 3, min: 1}]",
        [
            "the limit of items in progress of type project is 3, and is new; no finding comes or goes",
            "the minimum of items in progress of type project is 1, and is new; 1 finding comes",
        ],
    ),
    "another mode": (
        "limits: [{states: [doing], max: 1, mode: block}]",
        "limits: [{states: [doing], max: 1, mode: warn}]",
        [
            "breaking the limit of items in `doing` is a warning, and was an error that nothing waives; "
            "1 finding weighs differently"
        ],
    ),
    "a rule that is off": (
        "rules: {overdue: error}",
        "rules: {overdue: off}",
        ["overdue is off, and was an error; 1 finding goes"],
    ),
    "a rule as its manual has it": ("rules: {overdue: warning}", "rules: {}", []),
    "an option": (
        "rules: {stale: {after: 7d}}",
        "rules: {stale: {after: 36h}}",
        ["`after` of stale is 36 hours, and was 7 days; no finding comes or goes"],
    ),
    "an expectation": (
        "expectations: [{within: 10d, share: 0.85}]",
        "expectations: [{within: 20d, share: 0.85}]",
        [
            "expected is that 85% of items are finished within 20 days, and was that 85% of items are finished "
            "within 10 days; no finding comes or goes"
        ],
    ),
    "an expectation of another kind": (
        "expectations: [{within: 10d, share: 0.85}]",
        "expectations: [{type: incident, within: 1d, share: 0.9}]",
        [
            "it is no longer expected that 85% of items are finished within 10 days; no finding comes or goes",
            "expected is that 90% of incident items are finished within 1 day, which is new; "
            "no finding comes or goes",
        ],
    ),
    "a class beyond limits": (
        "classes: {standard: {}, quick: {}}",
        "classes: {standard: {}, quick: {beyond_limits: true}}",
        ["class `quick` may go beyond limits, and did not before; no finding comes or goes"],
    ),
    "another type by default": (
        "types: {request: {}, incident: {}}",
        "types: {incident: {}, request: {}}",
        ["an item that names no type is of `incident`, and was of `request`; no finding comes or goes"],
    ),
    "a state of another kind": (
        "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]",
        "workflow: [{state: ready, kind: backlog}, {state: doing, kind: backlog}, {state: done, kind: done}]",
        ["`doing` is of kind backlog, and was of kind active; no finding comes or goes"],
    ),
    "a new state, a title, a link": (
        "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]",
        "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active, title: Now}, "
        "{state: review, kind: active}, {state: done, kind: done}]",
        [],
    ),
}
WORK = """
OPS-1: {state: doing, assignees: [a], due: 2026-03-01}
OPS-2: {state: doing, assignees: [a]}
"""


@pytest.mark.parametrize("name", RULES)
def test_a_change_of_rules_is_said_in_words_with_what_comes_and_goes(name: str) -> None:
    before, after, expected = RULES[name]
    old = "".join(f"    {line}\n" for line in (before, *WORK.strip().splitlines()))
    board = f"before:\n{old}{after}{WORK}"
    lines = [line.partition(": ")[2] for line in said(board, "changed-rules")]
    assert lines == [f"{line} with it" for line in expected]


FLOW = "{state: ready, kind: backlog}, {state: doing, kind: active, wip: 2}"
ITEMS = "OPS-1: {state: doing2, assignees: [a]}\nOPS-2: {state: doing2, assignees: [b]}\n"


@pytest.mark.parametrize(
    ("state", "more", "found"),
    [
        ("{state: doing2, kind: active}", "", True),
        ("{state: doing2, kind: waiting}", "", True),
        ("{state: doing2, kind: backlog}", "", False),
        ("{state: doing2, kind: done}", "", False),
        ("{state: doing2, kind: active, wip: 5}", "", False),
        ("{state: doing2, kind: active}", "limits: [{states: [doing, doing2], max: 5}]\n", False),
        ("{state: doing2, kind: active}", "limits: [{name: all, max: 9}]\n", False),
        ("{state: doing2, kind: active}", "limits: [{per: person, max: 9}]\n", True),
        ("{state: doing2, kind: active}", "limits: [{states: [doing2], type: incident, max: 9}]\n", True),
    ],
)
def test_a_new_state_in_progress_without_a_limit_is_said_where_others_have_one(
    state: str, more: str, found: bool
) -> None:
    after = f"workflow: [{FLOW}, {state}]\n{more}{ITEMS}"
    board = f"before:\n    workflow: [{FLOW}]\n    OPS-3: {{state: ready}}\n{after}OPS-3: {{state: ready}}"
    said_ = [line.partition(": ")[2] for line in said(board, "changed-rules")]
    message = "`doing2` is a new state in progress, and no limit counts what is in it; 2 items are there"
    assert (message in said_) is found


def test_where_no_state_has_a_limit_a_new_one_needs_none() -> None:
    old = "{state: ready, kind: backlog}"
    board = f"before:\n    workflow: [{old}]\nworkflow: [{old}, {{state: doing2, kind: active}}]\n"
    assert said(board, "changed-rules") == []


def test_it_stands_where_the_rule_now_stands() -> None:
    board = """
        before:
            limits: [{states: [doing], max: 1}]
            rules: {overdue: error, stale: {after: 7d}}
            OPS-1: {state: ready}
        limits: [{states: [review], max: 9}]
        rules: {stale: {after: 9d}}
        OPS-1: {state: ready}
    """
    assert [line.split(": ")[0] for line in said(board, "changed-rules")] == [
        "opsflow.yaml:6:1",
        "opsflow.yaml:6:29",
        "opsflow.yaml:7:1",
        "opsflow.yaml:7:17",
    ]
