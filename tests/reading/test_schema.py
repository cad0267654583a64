"""The schemas: what they make of source text, and what is said about what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from opsflow import resources
from opsflow.model import Fault
from opsflow.reading import canonical, config, documents, schema

KINDS = ["item", "board", "people", "catalog"]


def read(
    kind: str, text: str, **own: Any
) -> tuple[dict[str, Any], list[tuple[tuple[str | int, ...], str, str]]]:
    """The typed value, and the keys, message and hint of each fault."""
    value, faults = documents.load("x.yaml", text.encode())
    assert value is not None and faults == ()
    typed, found = schema.read(kind, "x.yaml", value, own)
    assert found == schema.check(kind, "x.yaml", value, own)
    return typed, [_row(fault) for fault in found]


def _row(fault: Fault) -> tuple[tuple[str | int, ...], str, str]:
    assert fault.rule == "misshapen"
    return fault.judgement.where.keys, fault.judgement.message, fault.judgement.hint  # type: ignore[union-attr]


def test_quotes_never_change_a_value() -> None:
    plain = read("item", "title: 012\nstate: on\nvalue: 8000\ndue: 2026-12-01\nlabels: [no, 1.0]\n")
    quoted = read(
        "item", "title: '012'\nstate: \"on\"\nvalue: '8000'\ndue: '2026-12-01'\nlabels: ['no', '1.0']\n"
    )
    expected = {"title": "012", "state": "on", "value": 8000, "due": "2026-12-01", "labels": ["no", "1.0"]}
    assert plain == quoted == (expected, [])


ITEM = "title: x\nstate: y\n"
WRONG_ITEMS: dict[str, tuple[str, dict[str, Any], list[tuple[tuple[str | int, ...], str, str]]]] = {
    "a misspelt key": (
        "asignees: [maria]\n",
        {"assignees": ["maria"]},
        [
            (
                ("asignees",),
                "`asignees` is not a key of an item; did you mean `assignees`?",
                "Write `assignees`.",
            )
        ],
    ),
    "a key in another style": (
        "dependsOn: [OPS-1]\n",
        {"depends_on": ["OPS-1"]},
        [
            (
                ("dependsOn",),
                "`dependsOn` is not a key of an item; did you mean `depends_on`?",
                "Write `depends_on`.",
            )
        ],
    ),
    "a misspelt key beside the right one": (
        "asignees: [maria]\nassignees: [jo]\n",
        {"assignees": ["jo"]},
        [
            (
                ("asignees",),
                "`asignees` is not a key of an item",
                "Remove it, or describe it under `fields:` in opsflow.yaml.",
            )
        ],
    ),
    "an unknown key": (
        "colour: red\n",
        {},
        [
            (
                ("colour",),
                "`colour` is not a key of an item",
                "Remove it, or describe it under `fields:` in opsflow.yaml.",
            )
        ],
    ),
    "an unknown key inside": (
        "blocked: {reason: a, until: b}\n",
        {"blocked": {"reason": "a"}},
        [(("blocked", "until"), "`until` is not a key of `blocked`", "Its keys are reason, by.")],
    ),
    "no value": ("due:\n", {}, [(("due",), "`due` has no value", "Give it one, or remove it.")]),
    "an empty value": (
        "requester: ''\n",
        {},
        [(("requester",), "`requester` is empty", "Give it a value, or remove the line.")],
    ),
    "an empty entry": (
        "labels:\n  - a\n  -\n",
        {"labels": ["a", None]},
        [(("labels", 1), "entry 2 of `labels` has no value", "Give it one, or remove it.")],
    ),
    "a text for a list": (
        "assignees: maria\n",
        {"assignees": ["maria"]},
        [(("assignees",), "`assignees` is a text, where a list belongs", "Write: assignees: [maria]")],
    ),
    "a text for a mapping": (
        "blocked: waiting\n",
        {},
        [
            (
                ("blocked",),
                "`blocked` is a text, where keys with values belong",
                "For example: blocked: {reason: waiting for the CSR to be signed, by: vendor:acme-ca}",
            )
        ],
    ),
    "a list for a text": (
        "vendor: [a]\n",
        {},
        [(("vendor",), "`vendor` is a list, where a text belongs", "For example: vendor: acme-ca")],
    ),
    "a mapping for a number": (
        "value: {a: b}\n",
        {},
        [(("value",), "`value` is a mapping, where a number belongs", "For example: value: 8000")],
    ),
    "a list in a list": (
        "labels: [a, [b]]\n",
        {"labels": ["a", None]},
        [(("labels", 1), "entry 2 of `labels` is a list, where a text belongs", "Write a text.")],
    ),
    "an impossible date": (
        "due: 2026-13-45\n",
        {},
        [
            (
                ("due",),
                "`due` is `2026-13-45`, which is not a date",
                "Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.",
            )
        ],
    ),
    "a day that is not": (
        "start_after: 2026-02-30\n",
        {},
        [
            (
                ("start_after",),
                "`start_after` is `2026-02-30`, which is not a date",
                "Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.",
            )
        ],
    ),
    "a day beyond the years": (
        "due: 9999-12-31\n",
        {},
        [
            (
                ("due",),
                "`due` is `9999-12-31`, and years go from 1900 to 2999",
                "Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.",
            )
        ],
    ),
    "a moment beyond the years": (
        "entered: {doing: 1000-01-01 00:00}\n",
        {"entered": {}},
        [
            (
                ("entered", "doing"),
                "`doing` is `1000-01-01 00:00`, and years go from 1900 to 2999",
                "Write YYYY-MM-DD HH:MM, such as 2026-11-28 22:00.",
            )
        ],
    ),
    "a length of time beyond all": (
        "estimate: 9999999d\n",
        {},
        [
            (
                ("estimate",),
                "`estimate` is `9999999d`, and a length of time is 100 years at most",
                "Write weeks, days, hours or minutes, such as 3w, 2d, 12h or 90m.",
            )
        ],
    ),
    "a number with very many digits": (
        f"value: {'1' * 501}\n",
        {},
        [
            (
                ("value",),
                "`value` has 501 digits, and 18 are the most",
                "Write a smaller number, or its size: 2e9.",
            )
        ],
    ),
    "a date for a moment": (
        "entered: {doing: 2026-11-03}\n",
        {"entered": {}},
        [
            (
                ("entered", "doing"),
                "`doing` is `2026-11-03`, which is not a moment",
                "Write YYYY-MM-DD HH:MM, such as 2026-11-28 22:00.",
            )
        ],
    ),
    "a length of time in words": (
        "estimate: 2 days\n",
        {},
        [
            (
                ("estimate",),
                "`estimate` is `2 days`, which is not a length of time",
                "Write weeks, days, hours or minutes, such as 3w, 2d, 12h or 90m.",
            )
        ],
    ),
    "numbers that are none": (
        "value: 8k\ncost: 012\ncost_of_delay: .nan\n",
        {},
        [
            (
                (key,),
                f"`{key}` is `{text}`, not a number",
                "Write plain digits, without units, separators or leading zeros.",
            )
            for key, text in (("value", "8k"), ("cost", "012"), ("cost_of_delay", ".nan"))
        ],
    ),
    "a number below zero": (
        "value: -1\n",
        {},
        [(("value",), "`value` is `-1`, and 0 is the least", "Write a number that is at least 0.")],
    ),
    "a line that is two": (
        'requester: "x\\ny"\n',
        {},
        [
            (
                ("requester",),
                "`requester` is `x⏎y`: a name has to be one line of text",
                "Write it on one line.",
            )
        ],
    ),
    "a line with spaces around it": (
        "requester: ' x'\n",
        {},
        [
            (
                ("requester",),
                "`requester` is ` x`: a name has to be one line of text",
                "Remove the spaces around it.",
            )
        ],
    ),
    "a long line": (
        f"requester: {'x' * 101}\n",
        {},
        [
            (
                ("requester",),
                "`requester` has 101 characters, and 100 is the most",
                "Write 1 to 100 characters.",
            )
        ],
    ),
    "a name twice": (
        "assignees: [jo, maria, jo]\n",
        {"assignees": ["jo", "maria", None]},
        [(("assignees", 2), "`assignees` has `jo` twice", "Remove one of the two.")],
    ),
    "an id that is none": (
        "depends_on: [OPS-1, OPS 2]\n",
        {"depends_on": ["OPS-1", None]},
        [
            (
                ("depends_on", 1),
                "entry 2 of `depends_on` is `OPS 2`: an id has letters, digits, hyphens, dots and underscores only, "
                "such as OPS-7K3Q",
                "For example: OPS-7K3Q",
            )
        ],
    ),
    "a missing key inside": (
        "blocked: {by: maria}\n",
        {},
        [(("blocked", "reason"), "`reason` is missing in `blocked`", "Add `reason`: why, in one line.")],
    ),
    "a waiver for no rule": (
        "allow: {WIP limit: {reason: x}}\n",
        {"allow": {}},
        [
            (
                ("allow", "WIP limit"),
                "`WIP limit` cannot be a name in `allow`: a waiver names a rule, such as wip-limit",
                "Choose another name.",
            )
        ],
    ),
    "a line of a checklist that is no step": (
        "checklist: |\n  - [ ] order\n  * pay\n  - [x] file\n",
        {"checklist": "- [ ] order\n- [x] file\n"},
        [
            (
                ("checklist", 1),
                "`* pay` in `checklist` is not a step",
                "Write one step a line: `- [ ] open step` or `- [x] finished step`.",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", WRONG_ITEMS)
def test_one_mistake_in_an_item_is_one_fault_and_the_rest_counts(name: str) -> None:
    text, rest, expected = WRONG_ITEMS[name]
    assert read("item", ITEM + text) == ({"title": "x", "state": "y", **rest}, expected)


def test_a_misspelt_key_that_is_needed_is_not_missing_as_well() -> None:
    assert read("item", "titel: x\nstate: y\n") == (
        {"title": "x", "state": "y"},
        [(("titel",), "`titel` is not a key of an item; did you mean `title`?", "Write `title`.")],
    )


def test_two_letters_of_a_short_key_that_changed_places_are_a_slip() -> None:
    assert read("item", "title: x\nstate: y\ndeu: 2026-12-01\n") == (
        {"title": "x", "state": "y", "due": "2026-12-01"},
        [(("deu",), "`deu` is not a key of an item; did you mean `due`?", "Write `due`.")],
    )


def test_a_missing_key_is_told_with_what_it_is_for() -> None:
    assert read("item", "state: y\n") == (
        {"state": "y"},
        [(("title",), "`title` is missing", "Add `title`: what is to be done, in one line.")],
    )


def test_all_mistakes_of_a_file_are_told() -> None:
    typed, faults = read("item", "titel: x\nstate: y\ndue: soon\nlabels: a\nvalue: much\ncolour: red\n")
    assert typed == {"state": "y", "title": "x", "labels": ["a"]}
    assert sorted(str(keys[0]) for keys, _, _ in faults) == ["colour", "due", "labels", "titel", "value"]


def test_twenty_mistakes_of_a_file_are_enough() -> None:
    text = ITEM + "".join(f"tittle{number}: x\n" for number in range(2000))
    assert len(read("item", text)[1]) == 20


def test_own_fields_are_typed_and_checked_like_the_others() -> None:
    own = {
        "risk": {"enum": ["low", "high"]},
        "effort": {"type": "integer", "minimum": 1, "maximum": 5},
        "audited": {"type": "boolean"},
        "seen": {"type": "string", "format": "date"},
        "hosts": {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9.]+$"}},
    }
    good = "risk: low\neffort: 3\naudited: true\nseen: 2026-01-02\nhosts: [a.example]\n"
    assert read("item", ITEM + good, **own) == (
        {
            "title": "x",
            "state": "y",
            "risk": "low",
            "effort": 3,
            "audited": True,
            "seen": "2026-01-02",
            "hosts": ["a.example"],
        },
        [],
    )
    bad = "risk: hihg\neffort: 9\naudited: yes\nseen: today\nhosts: [A]\n"
    typed, faults = read("item", ITEM + bad, **own)
    assert typed == {"title": "x", "state": "y", "risk": "high", "audited": True, "hosts": [None]}
    assert sorted((message, hint) for _, message, hint in faults) == [
        ("`audited` is `yes`, not true or false", "Write true."),
        ("`effort` is `9`, and 5 is the most", "Write a number that is at least 1 and at most 5."),
        ("`risk` is `hihg`, and can only be low or high; did you mean `high`?", "Write `high`."),
        (
            "`seen` is `today`, which is not a date",
            "Write a day of the calendar as YYYY-MM-DD, such as 2026-12-01.",
        ),
        ("entry 1 of `hosts` is `A`: it has to match ^[a-z0-9.]+$", "Write a text that fits `^[a-z0-9.]+$`."),
    ]


REFUSED = {
    '{"enum": ["low", "high"]}': ("x", "Write low or high."),
    '{"const": "low"}': ("x", "Write low."),
    '{"type": "integer", "minimum": 1}': ("0", "Write a number that is at least 1."),
    '{"type": "number", "exclusiveMinimum": 0, "maximum": 1}': (
        "0",
        "Write a number that is more than 0 and at most 1.",
    ),
    '{"type": "integer", "multipleOf": 5, "exclusiveMaximum": 20}': (
        "21",
        "Write a number that is less than 20 and a multiple of 5.",
    ),
    '{"type": "string", "minLength": 3}': ("x", "Write at least 3 characters."),
    '{"type": "string", "minLength": 3, "maxLength": 3}': ("x", "Write 3 characters."),
    '{"type": "string", "maxLength": 1}': ("xy", "Write at most 1 character."),
    '{"type": "string", "pattern": "^CHG-[0-9]+$"}': ("x", "Write a text that fits `^CHG-[0-9]+$`."),
    '{"type": "string", "pattern": "^CHG-[0-9]+$", "examples": ["CHG-1"]}': ("x", "For example: own: CHG-1"),
    '{"type": "array", "items": {"type": "string"}, "minItems": 2}': ("[x]", "Write at least 2 entries."),
    '{"type": "array", "items": {"type": "string"}, "maxItems": 1}': ("[x, y]", "Write at most 1 entry."),
    '{"type": "array"}': ("{a: b}", "Write a list."),
    '{"type": "object"}': ("[x]", "Write keys with values."),
    '{"type": "object", "minProperties": 2}': ("{a: b}", "Write at least 2 keys."),
    '{"type": "object", "required": ["a"]}': ("{b: c}", "Add `a`."),
}
"""Schemas of an own field, each with a value that it refuses and the hint."""


@pytest.mark.parametrize("field", REFUSED)
def test_a_hint_says_what_may_stand_there(field: str) -> None:
    value, hint = REFUSED[field]
    _, faults = read("item", f"{ITEM}own: {value}\n", own=json.loads(field))
    assert [found for _, _, found in faults] == [hint]


def test_the_schema_of_an_own_field_looks_nowhere_else() -> None:
    assert schema.bad_field({"$ref": "https://example.com/x.json"}) != ""
    assert schema.bad_field({"$ref": "file:///etc/passwd"}) != ""
    assert schema.bad_field({"pattern": "("}) != ""
    assert schema.bad_field({"type": "string", "pattern": "^(a+)+$"}) == ""


def test_a_hostile_pattern_takes_no_time() -> None:
    own = {"x": {"type": "string", "pattern": "^(a+)+$"}}
    _, faults = read("item", f"{ITEM}x: {'a' * 5000}!\n", **own)
    assert [keys for keys, _, _ in faults] == [("x",)]


def _nodes(value: Any) -> list[dict[str, Any]]:
    """All schemas inside a schema that describe a value."""
    if isinstance(value, list):
        return [node for part in value for node in _nodes(part)]
    if not isinstance(value, dict):
        return []
    inner = [node for part in value.values() for node in _nodes(part)]
    return [value, *inner] if "type" in value or "enum" in value or "$ref" in value else inner


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_schema_says_what_it_is_for(kind: str) -> None:
    document = json.loads(resources.read("schema", f"{kind}.schema.json"))
    assert [name for name, part in document["properties"].items() if "description" not in part] == (
        ["sources"] if kind == "board" else []
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_in_a_schema_are_good_ones(kind: str) -> None:
    document = schema.document(kind)
    for node in _nodes(document):
        if "examples" in node and isinstance(node["examples"], list):
            check = schema.Reader(kind, {**node, "$defs": document.get("$defs", {})})
            assert [check.wrongs(example) for example in node["examples"]] == [[] for _ in node["examples"]]


DESIGN_ITEM = """\
# yaml-language-server: $schema=../schema/item.schema.json
title: Renew edge certificates            # required
state: doing                              # required, a state of the workflow
type: security                            # default: the board's first type
class: fixed-date                         # expedite | fixed-date | standard | intangible (or the board's own)
assignees: [maria]
requester: sam.lee                        # who asked
due: 2026-12-01
start_after: 2026-11-20                   # not before
depends_on: [OPS-4M2R, OPS-9XW1]          # must finish first
part_of: PRJ-7                            # a project of catalog.yaml or another item
services: [edge-proxy]
vendor: acme-ca
skills: [tls]
labels: [audit-2026]
estimate: 2d                              # optional; measures never need it
value: 8000                               # optional; with cost and cost_of_delay in the board's currency
cost: 1200
blocked: {reason: waiting for the CSR to be signed, by: vendor:acme-ca}
window: {start: 2026-11-28 22:00, end: 2026-11-29 02:00}   # planned maintenance
public: Certificates of the customer portal are renewed on Saturday night.   # what employees may read
entered: {doing: 2026-11-03 09:00}        # only where a state was entered before it was recorded
allow: {wip-limit: {reason: P1 outage, by: maria, until: 2026-11-30}}        # a waiver
checklist: |
  - [x] order
  - [ ] install
description: |
  Markdown.
"""


def test_the_item_of_the_manual_is_canonical_and_has_no_faults() -> None:
    value = canonical.recognise(DESIGN_ITEM.encode())
    assert value is not None
    assert schema.check("item", "x.yaml", value) == ()


DESIGN_BOARD = """\
board: Infrastructure and operations
key: OPS
timezone: Europe/Berlin
calendar: {week: mon-fri, holidays: DE-BE}          # codes of the holidays package, or dates
workflow:                                           # in order; kind gives the meaning
  - {state: inbox,   kind: backlog}
  - {state: ready,   kind: backlog, wip: 12}
  - {state: doing,   kind: active,  wip: 5}
  - {state: vendor,  kind: waiting, wip: 6}
  - {state: review,  kind: active,  wip: 3}
  - {state: done,    kind: done}
  - {state: dropped, kind: discarded}
types:   {incident: {planned: false}, request: {}, security: {}, maintenance: {}, project: {}, improvement: {}}
classes: {expedite: {beyond_limits: true}, fixed-date: {}, standard: {}, intangible: {}}
limits:
  - {name: started work, states: [doing, review], max: 7}
  - {per: person, states: [doing], max: 2}
  - {class: expedite, max: 1, mode: block}
  - {type: project, min: 1}                          # starvation shows too
expectations:                                        # service level expectations
  - {type: incident, within: 2d, share: 0.95}
  - {within: 10d, share: 0.85}
allocation: {project: 40, maintenance: 20, security: 15, request: 15, improvement: 10}   # per cent of work done
rules: {stale: {after: 14d, severity: warning, most: 3}, over-age: off}
fields: {risk: {enum: [low, high]}, effort: {type: integer, minimum: 1}}
sources:
  - paths: keps/**/kep.yaml
    id: {field: kep-number, prefix: KEP-}
    fields:
      title: title
      state: {field: status, map: {provisional: inbox, implementable: doing, implemented: done, withdrawn: dropped}}
      assignees: authors
      depends_on: {field: see-also, match: 'kep-?(\\d+)', prefix: KEP-}
"""


def test_the_board_of_the_manual_is_canonical_and_has_no_faults() -> None:
    value = canonical.recognise(DESIGN_BOARD.encode())
    assert value is not None
    assert config.read(DESIGN_BOARD.encode()).faults == ()


@pytest.mark.parametrize(
    ("kind", "text", "slip"), [("item", DESIGN_ITEM, "title"), ("board", DESIGN_BOARD, "paths")]
)
def test_another_validator_accepts_the_files_of_the_manual(
    kind: str, text: str, slip: str, tmp_path: Path
) -> None:
    pytest.importorskip("check_jsonschema")
    (tmp_path / "good.yaml").write_text(text)
    (tmp_path / "bad.yaml").write_text(text.replace(f"{slip}:", "slip:", 1))
    found = [_check_jsonschema(kind, tmp_path / name) for name in ("good.yaml", "bad.yaml")]
    assert found == [0, 1]


def _check_jsonschema(kind: str, path: Path) -> int:
    file = Path(resources.folder("schema")) / f"{kind}.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(file), str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode
