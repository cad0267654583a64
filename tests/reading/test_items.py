"""One file in opsflow's own format."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from opsflow.model import (
    Blocked,
    Board,
    ClassOfService,
    Fault,
    Item,
    ItemType,
    Judgement,
    Place,
    Severity,
    Spot,
    Step,
    Waiver,
    Window,
)
from opsflow.reading import board, config, names

CONFIG = b"""\
board: Test
key: OPS
timezone: Europe/Berlin
workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]
types: {request: {}, security: {}}
fields: {risk: {enum: [low, high]}, effort: {type: integer}}
"""
PATH = "items/OPS-7K3Q-renew.yaml"


def read(text: str, path: str = PATH) -> tuple[Item | None, list[tuple[str, Any, str]]]:
    """The item, and the rule, the spot and the message of each fault."""
    item, faults = board.item(path, text.encode(), config.read(CONFIG).board)
    return item, [_row(fault) for fault in faults]


def _row(fault: Fault) -> tuple[str, Any, str]:
    return fault.rule, fault.judgement.where, fault.judgement.message


FULL = """\
id: OPS-7K3Q
title: Renew edge certificates
state: doing
type: security
class: fixed-date
assignees: [maria, jo]
requester: sam.lee
due: 2026-12-01
start_after: 2026-11-20
depends_on: [OPS-4M2R, OPS-17]
part_of: PRJ-7
services: [edge-proxy]
vendor: acme-ca
skills: [tls]
labels: [audit-2026]
estimate: 2d
value: 8000
cost: 1200.5
cost_of_delay: 150
blocked: {reason: waiting for the CSR, by: vendor:acme-ca}
window: {start: 2026-11-28 22:00, end: 2026-11-29 02:00Z}
public: Certificates are renewed.
entered: {doing: 2026-07-03 09:00}
allow: {wip-limit: {reason: P1 outage, by: maria, until: 2026-11-30}, stale: {reason: known}}
checklist: |
  - [x] order
  - [ ] install
description: |
  Markdown, *with* marks.
risk: high
effort: 3
"""


def test_every_key_of_an_item_is_read() -> None:
    assert read(FULL) == (
        Item(
            id="OPS-7K3Q",
            path=PATH,
            title="Renew edge certificates",
            state="doing",
            type="security",
            class_="fixed-date",
            assignees=("maria", "jo"),
            requester="sam.lee",
            due=date(2026, 12, 1),
            start_after=date(2026, 11, 20),
            depends_on=("OPS-4M2R", "OPS-17"),
            part_of="PRJ-7",
            services=("edge-proxy",),
            vendor="acme-ca",
            skills=("tls",),
            labels=("audit-2026",),
            estimate=timedelta(days=2),
            value=8000.0,
            cost=1200.5,
            cost_of_delay=150.0,
            blocked=Blocked("waiting for the CSR", "vendor:acme-ca"),
            window=Window(datetime(2026, 11, 28, 21, tzinfo=UTC), datetime(2026, 11, 29, 2, tzinfo=UTC)),
            public="Certificates are renewed.",
            entered={"doing": datetime(2026, 7, 3, 7, tzinfo=UTC)},
            allow={
                "wip-limit": Waiver("wip-limit", "P1 outage", "maria", date(2026, 11, 30)),
                "stale": Waiver("stale", "known"),
            },
            checklist=(Step("order", True), Step("install", False)),
            description="Markdown, *with* marks.\n",
            fields={"risk": "high", "effort": 3},
            raw_state="doing",
        ),
        [],
    )


def test_an_item_needs_a_title_and_a_state_only() -> None:
    assert read("title: a\nstate: doing\n") == (
        Item("OPS-7K3Q", PATH, "a", "doing", "request", "standard", raw_state="doing"),
        [],
    )


def test_an_unknown_state_is_not_the_readers_business() -> None:
    item, faults = read("title: a\nstate: dooing\ntype: x\nclass: y\n")
    assert item is not None and (item.state, item.type, item.class_, faults) == ("dooing", "x", "y", [])


def test_the_first_class_is_the_default_where_there_is_no_standard() -> None:
    classes = {name: ClassOfService(name) for name in ("fast", "slow")}
    made = Board("", "OPS", (), {}, types={"t": ItemType("t")}, classes=classes)
    item, _ = board.item(PATH, b"title: a\nstate: b\n", made)
    assert item is not None and item.class_ == "fast"


def test_an_item_without_a_state_is_none() -> None:
    assert read("title: a\n") == (
        None,
        [("misshapen", Spot(PATH, ("state",)), "`state` is missing")],
    )


def test_an_item_without_a_title_is_called_by_its_id() -> None:
    item, faults = read("state: doing\n")
    assert item is not None and item.title == "OPS-7K3Q"
    assert faults == [("misshapen", Spot(PATH, ("title",)), "`title` is missing")]


def test_a_bad_part_is_left_out_and_the_rest_is_read() -> None:
    item, faults = read("title: a\nstate: doing\nasignees: [maria]\ndue: 2026-13-45\nlabels: [b, [c]]\n")
    assert item == Item(
        "OPS-7K3Q",
        PATH,
        "a",
        "doing",
        "request",
        "standard",
        assignees=("maria",),
        labels=("b",),
        raw_state="doing",
    )
    assert sorted(where.keys for _, where, _ in faults) == [("asignees",), ("due",), ("labels", 1)]


@pytest.mark.parametrize(
    ("end", "message"),
    [("21:59", "`window` ends before it starts"), ("22:00", "`window` ends when it starts")],
)
def test_a_window_has_to_end_after_its_start(end: str, message: str) -> None:
    text = f"title: a\nstate: b\nwindow: {{start: 2026-11-28 22:00, end: 2026-11-28 {end}}}\n"
    _, faults = read(text)
    assert faults == [("misshapen", Spot(PATH, ("window", "end")), message)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OPS-7K3Q-renew-edge.yaml", "OPS-7K3Q"),
        ("OPS-7K3Q.yml", "OPS-7K3Q"),
        ("OPS-17.yaml", "OPS-17"),
        ("OPS2-000017-x1.yaml", "OPS2-000017"),
        ("ops-7k3q.yaml", ""),
        ("OPS-7K3I.yaml", ""),
        ("OPS-7K3Q-Renew.yaml", ""),
        ("OPS-7K3Q-.yaml", ""),
        ("OPS-7K3Q.json", ""),
        ("OPS-7K3Q\n.yaml", ""),
        ("notes.yaml", ""),
    ],
)
def test_the_id_is_the_leading_key_of_the_name(name: str, expected: str) -> None:
    assert names.id_of(f"items/some folder/{name}") == expected


GENERIC = "it begins with an id, such as OPS-7K3Q, and then a slug"
LETTERS = "not used in ids (they use digits and capital letters without I, L, O and U)"
ANOTHER = "Rename it to something like OPS-7K3Q-renew-certificates.yaml."
SLUG = "the slug is a hyphen, and then the letters a to z, digits and hyphens"


@pytest.mark.parametrize(
    ("name", "why", "hint"),
    [
        ("notes.yaml", GENERIC, ANOTHER),
        ("README-Notes.yaml", GENERIC, ANOTHER),
        ("ops-7k3q.yaml", "the id is written in capital letters", "Rename it to OPS-7K3Q.yaml."),
        ("OPS-9XW3-Hello.yaml", "the slug is written in small letters", "Rename it to OPS-9XW3-hello.yaml."),
        (
            "OPS-7K3Q-Renew_it!.YAML",
            f"the slug is written in small letters; {SLUG}; the ending is written in small letters",
            "Rename it to OPS-7K3Q-renew-it.yaml.",
        ),
        ("OPS-7K3Q-cafe\u0301.yaml", SLUG, "Rename it to OPS-7K3Q-cafe.yaml."),
        ("OPS-7K3Q.YAML", "the ending is written in small letters", "Rename it to OPS-7K3Q.yaml."),
        ("OPS-LLLL-x.yaml", f"`L` is {LETTERS}", ANOTHER),
        ("OPS-O1LO.yaml", f"`O` and `L` are {LETTERS}", ANOTHER),
    ],
)
def test_a_file_without_an_id_is_misnamed(name: str, why: str, hint: str) -> None:
    item, faults = board.item(f"items/{name}", b"title: a\nstate: b\n", config.read(CONFIG).board)
    assert item is None
    message = f"`{name}` is no name for an item: {why}"
    assert [(_row(fault), fault.judgement.hint) for fault in faults] == [
        (("misnamed-file", Place(f"items/{name}"), message), hint)
    ]


@pytest.mark.parametrize(
    ("text", "place", "message", "write"),
    [
        ("title: Fix #3\nstate: doing\n", (1, 12, 2), "`title` ends before `#3`", 'title: "Fix #3"'),
        (
            "state: doing\nblocked:\n  reason: waits   #a b  \ntitle: x\n",
            (3, 19, 4),
            "`reason` ends before `#a b`",
            'reason: "waits #a b"',
        ),
        ("title: x\nstate: doing\nnote: a #1\n", (3, 9, 2), "`note` ends before `#1`", 'note: "a #1"'),
    ],
)
def test_a_text_that_a_comment_cuts_short_is_a_warning(
    text: str, place: tuple[int, int, int], message: str, write: str
) -> None:
    own = config.read(CONFIG.replace(b"fields: {", b"fields: {note: {type: string}, ")).board
    item, faults = board.item(PATH, text.encode(), own)
    assert item is not None
    message = f"{message}, which is a comment in YAML"
    hint = f"Write: {write}; if it is a comment, put a space after the `#`."
    assert faults == (Fault("misshapen", Judgement(Place(PATH, *place), message, hint, Severity.WARNING)),)


@pytest.mark.parametrize(
    "text",
    [
        "title: Fix # 3\nstate: doing\n",
        "title: Fix#3\nstate: doing #now\n",
        'title: "Fix" #3\nstate: doing\n',
        "title: x\nstate: doing\ndescription: |\n  title: Fix #3\n",
        "title: x\nstate: doing\n# title: Fix #3\n",
    ],
)
def test_other_comments_are_no_fault(text: str) -> None:
    assert read(text)[1] == []


def test_a_text_that_is_nothing_but_a_comment_is_quoted_by_the_hint() -> None:
    _, faults = board.item(PATH, b"title: #12 fix\nstate: doing\n", config.read(CONFIG).board)
    judgement = Judgement(Spot(PATH, ("title",)), "`title` has no value", 'Write: title: "#12 fix"')
    assert faults == (Fault("misshapen", judgement),)


@pytest.mark.parametrize(
    ("text", "keys", "message"),
    [
        ("state: doing\xa0", ("state",), "`state` ends with a no-break space (U+00A0)"),
        ("state: \u3000doing", ("state",), "`state` begins with an ideographic space (U+3000)"),
        ("state: doing\nassignees: [jo\u202f]", ("assignees", 0), "entry 1 of `assignees` ends with"),
        ("state: doing\ndue: 2026-12-01\u2007", ("due",), "`due` ends with a figure space (U+2007)"),
    ],
)
def test_a_space_that_nobody_sees_is_named_and_left_out(
    text: str, keys: tuple[str | int, ...], message: str
) -> None:
    item, faults = read(f"title: a\n{text}\n")
    assert item is not None and item.state == "doing"
    assert [(rule, where) for rule, where, _ in faults] == [("misshapen", Spot(PATH, keys))]
    assert faults[0][2].startswith(message)


def test_an_id_inside_has_to_agree_with_the_name() -> None:
    item, faults = read("id: OPS-2\ntitle: a\nstate: b\n")
    assert item is not None and item.id == "OPS-7K3Q"
    message = "`id` is OPS-2, and the file's name says OPS-7K3Q"
    assert faults == [("misnamed-file", Spot(PATH, ("id",)), message)]


def test_an_id_has_to_begin_with_the_boards_key() -> None:
    path = "items/NET-1.yaml"
    item, faults = read("title: a\nstate: b\n", path)
    assert item is not None and item.id == "NET-1"
    assert faults == [("misnamed-file", Place(path), "the id NET-1 does not begin with the board's key OPS")]


def test_a_file_that_cannot_be_read_is_located() -> None:
    message = "an unquoted value holds `: `, which begins a new value"
    assert read("title: fix: it\n") == (None, [("unreadable-file", Place(PATH, 1, 8, 7), message)])
