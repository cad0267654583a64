"""opsflow.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from opsflow.model import (
    BOARD_FILE,
    Board,
    Calendar,
    ClassOfService,
    Expectation,
    Fault,
    ItemType,
    Judgement,
    Kind,
    Limit,
    Link,
    Mode,
    Place,
    RuleSetting,
    Severity,
    Site,
    Spot,
    State,
)
from opsflow.reading import config

HEAD = "board: Test\nkey: OPS\n"
FLOW = "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]\n"
STATES = (State("ready", Kind.BACKLOG), State("doing", Kind.ACTIVE), State("done", Kind.DONE))


def read(text: str) -> tuple[Board, list[tuple[Any, str]]]:
    """The board, and the spot and the message of each fault."""
    found = config.read(text.encode())
    return found.board, [_row(fault) for fault in found.faults]


def _row(fault: Fault) -> tuple[Any, str]:
    where = fault.judgement.where
    return (
        where.keys if isinstance(where, Spot) and where.path == BOARD_FILE else where
    ), fault.judgement.message


FULL = """\
board: Infrastructure and operations
key: OPS
timezone: Europe/Berlin
currency: EUR
calendar: {week: sun-thu, holidays: [DE-BE, 2026-12-24]}
ids: sequential
items: [work/**, "old/*.yaml"]
ignore_revs: .git-blame-ignore-revs
workflow:
  - {state: inbox, kind: backlog}
  - {state: ready, kind: backlog, wip: 12, min: 3, mode: warn}
  - {state: doing, kind: active, wip: 5, title: In progress, policy: Only with a runbook., was: [started, wip]}
  - {state: vendor, kind: waiting}
  - {state: done, kind: done}
  - {state: dropped, kind: discarded}
types: {incident: {planned: false, title: Incident}, request: {}}
classes: {expedite: {beyond_limits: true}, standard: {title: Normal}}
limits:
  - {name: started work, states: [doing, vendor], max: 7}
  - {per: person, states: [doing], max: 2}
  - {class: expedite, max: 1, mode: block}
  - {type: project, min: 1}
  - {max: 30}
expectations:
  - {type: incident, within: 2d, share: 0.95}
  - {within: 36h, share: 1, class: expedite, service: vpn}
allocation: {request: 40.5, incident: 20}
rules: {stale: {after: 14d, severity: warning, most: 3}, over-age: off, overdue: note, x: {severity: off}}
fields: {risk: {enum: [1, 2], type: integer, default: 1}, parts: {type: array, items: {type: number, enum: [1.5]}}}
sources: [{paths: "a/**/*.yaml", id: number, fields: {title: title, state: state}}]
site:
  title: Ops
  logo: images/logo.png
  accent: {light: "#0a6376", dark: "#64c8da"}
  links: [{title: Desk, url: https://desk.example.com/}]
  start: flow
  request: {title: Ask, url: "https://example.com/new?filename={path}"}
  intro: {public: Welcome}
"""


def test_every_key_of_the_board_is_read() -> None:
    assert read(FULL) == (
        Board(
            name="Infrastructure and operations",
            key="OPS",
            states=(
                State("inbox", Kind.BACKLOG),
                State("ready", Kind.BACKLOG),
                State("doing", Kind.ACTIVE, "In progress", "Only with a runbook.", ("started", "wip")),
                State("vendor", Kind.WAITING),
                State("done", Kind.DONE),
                State("dropped", Kind.DISCARDED),
            ),
            items={},
            timezone="Europe/Berlin",
            calendar=Calendar(frozenset({6, 0, 1, 2, 3}), ("DE-BE", "2026-12-24")),
            types={"incident": ItemType("incident", False, "Incident"), "request": ItemType("request")},
            classes={
                "expedite": ClassOfService("expedite", True),
                "standard": ClassOfService("standard", False, "Normal"),
            },
            limits=(
                Limit("ready", Spot(BOARD_FILE, ("workflow", 1, "wip")), 12, 3, Mode.WARN, ("ready",)),
                Limit("doing", Spot(BOARD_FILE, ("workflow", 2, "wip")), 5, states=("doing",)),
                Limit("started work", Spot(BOARD_FILE, ("limits", 0)), 7, states=("doing", "vendor")),
                Limit(
                    "doing, per person", Spot(BOARD_FILE, ("limits", 1)), 2, states=("doing",), per="person"
                ),
                Limit(
                    "class expedite", Spot(BOARD_FILE, ("limits", 2)), 1, mode=Mode.BLOCK, class_="expedite"
                ),
                Limit("type project", Spot(BOARD_FILE, ("limits", 3)), min=1, type="project"),
                Limit("work in progress", Spot(BOARD_FILE, ("limits", 4)), 30),
            ),
            expectations=(
                Expectation(2, 0.95, "incident", spot=Spot(BOARD_FILE, ("expectations", 0))),
                Expectation(2, 1.0, "", "expedite", "vpn", Spot(BOARD_FILE, ("expectations", 1))),
            ),
            allocation={"request": 40.5, "incident": 20},
            rules={
                "stale": RuleSetting(False, Severity.WARNING, {"after": timedelta(days=14), "most": 3}),
                "over-age": RuleSetting(True),
                "overdue": RuleSetting(False, Severity.NOTE),
                "x": RuleSetting(True),
            },
            fields={
                "risk": {"enum": [1, 2], "type": "integer", "default": 1},
                "parts": {"type": "array", "items": {"type": "number", "enum": [1.5]}},
            },
            currency="EUR",
            ids="sequential",
            ignore_revs=".git-blame-ignore-revs",
            item_globs=("work/**", "old/*.yaml"),
            sources=(
                {"paths": "a/**/*.yaml", "id": "number", "fields": {"title": "title", "state": "state"}},
            ),
            site=Site(
                title="Ops",
                logo="images/logo.png",
                accent=("#0a6376", "#64c8da"),
                links=(Link("Desk", "https://desk.example.com/"),),
                start="flow",
                request=Link("Ask", "https://example.com/new?filename={path}"),
                intro={"public": "Welcome"},
            ),
        ),
        [],
    )


def test_a_short_file_has_defaults_for_the_rest() -> None:
    assert read(HEAD + FLOW) == (
        Board(
            name="Test",
            key="OPS",
            states=STATES,
            items={},
            types={"task": ItemType("task")},
            classes={
                "expedite": ClassOfService("expedite", True),
                "fixed-date": ClassOfService("fixed-date"),
                "standard": ClassOfService("standard"),
                "intangible": ClassOfService("intangible"),
            },
        ),
        [],
    )


@pytest.mark.parametrize(
    ("week", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("fri-mon", {4, 5, 6, 0}),
        ("tue", {1}),
        ("[mon, wed]", {0, 2}),
        ("mon-sun", set(range(7))),
    ],
)
def test_a_week_is_a_range_of_days_or_a_list(week: str, days: set[int]) -> None:
    board, faults = read(f"{HEAD}{FLOW}calendar: {{week: {week}}}\n")
    assert (board.calendar.week, faults) == (frozenset(days), [])


ONE_MISTAKE: dict[str, tuple[str, tuple[str | int, ...], str]] = {
    "a limit that is no number": (
        "limits: [{max: many}]\n",
        ("limits", 0, "max"),
        "`max` is `many`, not a whole number",
    ),
    "a limit without a number": (
        "limits: [{states: [doing]}]\n",
        ("limits", 0),
        "entry 1 of `limits` has no `max` and no `min`",
    ),
    "an unknown time zone": (
        "timezone: Europe/Berlinn\n",
        ("timezone",),
        "`timezone` is `Europe/Berlinn`, which is not a time zone",
    ),
    "a zone that another machine has otherwise": (
        "timezone: localtime\n",
        ("timezone",),
        "`timezone` is `localtime`, which is not a time zone",
    ),
    "a zone that counts leap seconds": (
        "timezone: right/UTC\n",
        ("timezone",),
        "`timezone` is `right/UTC`, which is not a time zone",
    ),
    "a time zone that is a path": (
        "timezone: ../../etc/passwd\n",
        ("timezone",),
        "`timezone` is `../../etc/passwd`, which is not a time zone",
    ),
    "an unknown key": (
        "limit: []\n",
        ("limit",),
        "`limit` is not a key of opsflow.yaml; did you mean `limits`?",
    ),
    "too much work": (
        "allocation: {task: 60, request: 50}\n",
        ("allocation",),
        "`allocation` adds up to 110 per cent",
    ),
    "a path that leads out": (
        "ignore_revs: ../x\n",
        ("ignore_revs",),
        "`ignore_revs` is `../x`, which is not a path inside the board",
    ),
    "an absolute pattern": (
        "items: [/etc/**]\n",
        ("items", 0),
        "entry 1 of `items` is `/etc/**`, which is not a path inside the board",
    ),
    "a field with the name of a key": (
        "fields: {due: {type: string}}\n",
        ("fields", "due"),
        "`due` is a key of every item, and cannot be a field of the board's own",
    ),
    "a field with a keyword that is not there": (
        "fields: {x: {$ref: 'http://example.com/'}}\n",
        ("fields", "x", "$ref"),
        "`$ref` is not a key of `x`",
    ),
    "a severity that is none": (
        "rules: {stale: critical}\n",
        ("rules", "stale"),
        "`stale` is `critical`, and can only be off, error, warning or note",
    ),
    "an option of a rule that is a list": (
        "rules: {stale: {after: [1d]}}\n",
        ("rules", "stale", "after"),
        "`after` is a list, where a text belongs",
    ),
    "a type that is planned or not": (
        "types: {task: {planned: no}}\n",
        ("types", "task", "planned"),
        "`planned` is `no`, not true or false",
    ),
    "a type with nothing after it": ("types: {task: }\n", ("types", "task"), "`task` has no value"),
    "sources that are no list": ("sources: x\n", ("sources",), "`sources` is a text, where a list belongs"),
}


@pytest.mark.parametrize("name", ONE_MISTAKE)
def test_one_mistake_is_one_fault_and_the_rest_of_the_board_counts(name: str) -> None:
    text, keys, message = ONE_MISTAKE[name]
    board, faults = read(HEAD + FLOW + text)
    assert faults == [(keys, message)]
    assert (board.name, board.key, board.states, board.timezone) == ("Test", "OPS", STATES, "UTC")
    assert board.limits == () and "task" in board.types


def test_a_misspelt_section_counts_as_what_it_was_meant_to_be() -> None:
    board, faults = read(HEAD + FLOW + "limit: [{mx: 3}]\ntypse: {request: {}, incident: {planed: false}}\n")
    assert board.limits == (Limit("work in progress", Spot(BOARD_FILE, ("limits", 0)), 3),)
    assert board.types == {"request": ItemType("request"), "incident": ItemType("incident", False)}
    assert [keys for keys, _ in faults] == [("limit",), ("typse",)]


def test_of_numbers_that_nothing_can_keep_the_most_counts() -> None:
    flow = FLOW.replace("active}", "active, wip: 1, min: 2}")
    board, faults = read(HEAD + flow + "limits: [{per: person, min: 2, max: 1}, {min: 3, max: 3}]\n")
    assert faults == [
        (("workflow", 1, "min"), "`min` is 2, and `wip` is 1: nothing can keep both"),
        (("limits", 0, "min"), "`min` is 2, and `max` is 1: nothing can keep both"),
    ]
    assert [(limit.min, limit.max) for limit in board.limits] == [(None, 1), (None, 1), (3, 3)]


def test_a_name_that_was_one_states_is_no_others() -> None:
    flow = """\
workflow:
  - {state: ready, kind: backlog, was: [todo, doing]}
  - {state: doing, kind: active, was: [todo, begun, begun]}
  - {state: done, kind: done}
"""
    board, faults = read(HEAD + flow)
    assert [state.was for state in board.states] == [("todo",), ("begun",), ()]
    assert faults == [
        (("workflow", 0, "was"), "`ready` was `doing`, and there is a state `doing`"),
        (("workflow", 1, "was"), "`doing` was `todo`, and so was `ready`"),
    ]


def test_a_bad_wip_limit_of_a_state_leaves_the_state() -> None:
    board, faults = read(FLOW.replace("active}", "active, wip: x, min: 2}") + HEAD)
    assert (board.states, [keys for keys, _ in faults]) == (STATES, [("workflow", 1, "wip")])
    assert board.limits == (
        Limit("doing", Spot(BOARD_FILE, ("workflow", 1, "min")), None, 2, states=("doing",)),
    )


def test_a_misspelt_kind_counts_as_what_it_was_meant_to_be() -> None:
    board, faults = read(HEAD + FLOW.replace("active", "activ"))
    message = "`kind` is `activ`, and can only be backlog, active, waiting, done or discarded; did you mean `active`?"
    assert (board.states, faults) == (STATES, [(("workflow", 1, "kind"), message)])


def test_a_kind_that_is_missing_or_unknown_counts_as_backlog() -> None:
    board, faults = read(HEAD + "workflow: [{state: a, kind: lunch}, {state: b}, {state: c, kind: done}]\n")
    assert board.states == (State("a", Kind.BACKLOG), State("b", Kind.BACKLOG), State("c", Kind.DONE))
    assert [keys for keys, _ in faults] == [("workflow", 0, "kind"), ("workflow", 1, "kind")]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("calendar: {week: mo-fr}", "For example: week: mon-fri"),
        ("calendar: {week: [mon, x]}", "Write mon, tue, wed, thu, fri, sat or sun."),
        ("calendar: {holidays: [germany]}", "For example: DE-BE"),
        ("currency: E U", "For example: currency: EUR"),
        ("ids: counted", "Write random or sequential."),
        ("site: {links: [{title: x, url: desk}]}", "For example: url: https://desk.example.com/"),
        ("expectations: [{within: 2d, share: 2}]", "Write a number that is more than 0 and at most 1."),
        ("rules: {stale: critical}", "Write off, error, warning or note."),
        ("fields: {risk: {pattern: '('}}", "Correct it; until then the field takes any value."),
    ],
)
def test_a_hint_says_what_may_stand_there(line: str, hint: str) -> None:
    faults = config.read(f"{HEAD}{FLOW}{line}\n".encode()).faults
    assert [fault.judgement.hint for fault in faults] == [hint]


def test_a_rule_of_reading_counts_as_a_warning_where_it_is_set_weaker() -> None:
    board, faults = read(
        HEAD + FLOW + "rules: {misshapen: off, duplicate-id: {severity: note}, overdue: off}\n"
    )
    assert board.rules == {
        "misshapen": RuleSetting(severity=Severity.WARNING),
        "duplicate-id": RuleSetting(severity=Severity.WARNING),
        "overdue": RuleSetting(off=True),
    }
    assert faults == [
        (("rules", "misshapen"), "misshapen cannot be off: a file that cannot be read must be seen"),
        (
            ("rules", "duplicate-id", "severity"),
            "duplicate-id cannot be a note: a file that cannot be read must be seen",
        ),
    ]


def test_a_state_given_twice_counts_once() -> None:
    board, faults = read(HEAD + FLOW.replace("]", ", {state: doing, kind: done, wip: 3}]"))
    assert (board.states, board.limits) == (STATES, ())
    assert faults == [(("workflow", 3, "state"), "the state `doing` is given twice, in entries 2 and 4")]


def test_an_own_field_with_a_bad_pattern_takes_anything() -> None:
    board, faults = read(HEAD + FLOW + "fields: {x: {type: string, pattern: '('}, y: {type: number}}\n")
    assert board.fields == {"x": {}, "y": {"type": "number"}}
    assert [keys for keys, _ in faults] == [("fields", "x")]


def test_positions_are_those_of_the_file_after_a_bad_entry() -> None:
    board, faults = read(
        HEAD
        + FLOW
        + "limits: [x, {max: 3}]\nexpectations: [{within: x, share: 1}, {within: 1w, share: 0.5}]\n"
    )
    assert board.limits == (Limit("work in progress", Spot(BOARD_FILE, ("limits", 1)), 3),)
    assert board.expectations == (Expectation(7, 0.5, spot=Spot(BOARD_FILE, ("expectations", 1))),)
    assert sorted(keys for keys, _ in faults) == [("expectations", 0, "within"), ("limits", 0)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, [(Place(BOARD_FILE), "the board has no opsflow.yaml")]),
        (b"", [(Place(BOARD_FILE), "the file is empty")]),
        (
            b"board: a: b\n",
            [(Place(BOARD_FILE, 1, 8, 4), "an unquoted value holds `: `, which begins a new value")],
        ),
        (b"board: a\nkey: OPS\n", [(("workflow",), "`workflow` is missing")]),
        (
            b"board: a\nkey: OPS\nworkflow: []\n",
            [(("workflow",), "`workflow` has no entries, and 1 is the least")],
        ),
    ],
)
def test_a_board_without_a_workflow_is_not_usable(
    data: bytes | None, expected: list[tuple[Any, str]]
) -> None:
    found = config.read(data)
    assert (found.usable, found.board.states) == (False, ())
    assert [_row(fault) for fault in found.faults] == expected


def test_an_unknown_key_in_a_source_is_told_with_the_part_that_holds_it() -> None:
    section = b"sources: [{paths: a.json, id: {feld: key}, fields: {state: status}}]\n"
    faults = config.read(b"board: Test\nkey: OPS\nworkflow: [{state: a, kind: done}]\n" + section).faults
    spot = Spot("opsflow.yaml", ("sources", 0, "id", "feld"))
    message = "`feld` is not a key of `sources[0].id`"
    about = f"opsflow.yaml: {message}"
    asked = f"{message}; did you mean `field`?"
    assert faults == (Fault("misshapen", Judgement(spot, asked, "Write `field`.", subject=about)),)
