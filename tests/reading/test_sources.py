"""Foreign records become items, as `sources:` says. The mappings are those that real repositories need."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsflow.model import Blocked, Fault, Item, Judgement, Keys, Place, Severity, Spot
from opsflow.reading import board, documents, mappings, records, regex, sources
from opsflow.reading.extracts import WAYS
from opsflow.reading.sources import Items, Source

KEP = b"""\
title: In-place Update
kep-number: 0752
status: Implemented
authors: ["@kgolab", "@bskiba"]
see-also:
  - /keps/sig-node/1287-name
  - KEP-12
  - n/a
"""


def section(text: str, own: tuple[str, ...] = ()) -> tuple[tuple[Source, ...], tuple[Fault, ...]]:
    """The compiled `sources:` of an opsflow.yaml."""
    document, faults = documents.load("opsflow.yaml", text.encode())
    assert document is not None, faults
    return sources.compile(document["sources"], own)


def source(text: str, own: tuple[str, ...] = ()) -> Source:
    """The one source of a section whose entry is this text."""
    lines = "".join(f"    {line}\n" for line in text.strip("\n").split("\n"))
    found, faults = section("sources:\n  -\n" + lines if "\n" in text else f"sources:\n  - {text}\n", own)
    assert faults == ()
    return found[0]


def read(text: str, path: str, data: bytes | str, own: dict[str, Any] | None = None) -> Items:
    data = data.encode() if isinstance(data, str) else data
    zone = ZoneInfo("Europe/Berlin")
    made = source(text, tuple(own or ()))
    assert sources.matches(made, path)
    return sources.items(made, path, data, type="task", class_="standard", zone=zone, own=own)


def item(text: str, path: str, data: bytes | str, own: dict[str, Any] | None = None) -> Item:
    found = read(text, path, data, own)
    assert found.faults == ()
    assert len(found.items) == 1
    return found.items[0]


def state(spec: str, record: str) -> str:
    """What a mapping of `state:` makes of a record."""
    return item(f"{{paths: '*.yaml', id: {{value: x}}, fields: {{state: {spec}}}}}", "a.yaml", record).state


def labels(spec: str, record: str) -> tuple[str, ...]:
    """What a mapping of a list makes of a record."""
    text = f"{{paths: '*.yaml', id: {{value: x}}, fields: {{state: {{value: s}}, labels: {spec}}}}}"
    return item(text, "a.yaml", record).labels


# -- one value ----------------------------------------------------------------------------------


def test_a_record_of_the_design_becomes_an_item() -> None:
    text = r"""
paths: keps/**/kep.yaml
id: {field: kep-number, number: true, prefix: KEP-}
fields:
  title: title
  state: {field: status, map: {provisional: inbox, implementable: doing, implemented: done}}
  assignees: {field: authors, match: '@?(.+)'}
  depends_on: {field: see-also, match: '(?:kep-|keps/[^/]+/)(\d+)', prefix: KEP-}
"""
    expected = Item(
        id="KEP-752",
        path="keps/sig-node/0752-x/kep.yaml",
        title="In-place Update",
        state="done",
        type="task",
        class_="standard",
        assignees=("kgolab", "bskiba"),
        depends_on=("KEP-1287", "KEP-12"),
        raw_state="Implemented",
        source=0,
        spots={
            "id": ("kep-number",),
            "state": ("status",),
            "assignees": ("authors",),
            "depends_on": ("see-also",),
        },
    )
    assert expected == item(text, "keps/sig-node/0752-x/kep.yaml", KEP)


def test_a_map_ignores_letter_case_and_spaces_and_knows_a_star() -> None:
    spec = "{field: status, map: {in progress: doing, 'closed*': done}}"
    assert state(spec, "status: '  In   Progress '") == "doing"
    assert state(spec, "status: closed (won't fix)") == "done"


def test_a_state_that_the_map_does_not_name_stays_unless_other_takes_it() -> None:
    assert state("{field: status, map: {open: todo}}", "status: Odd one") == "Odd one"
    assert state("{field: status, map: {open: todo}, other: unknown}", "status: odd") == "unknown"


def test_the_first_of_several_ways_that_finds_anything_counts() -> None:
    spec = "[{field: stage, map: {alpha: testing}, other: ''}, {field: status}, {value: new}]"
    assert state(spec, "stage: alpha\nstatus: open") == "testing"
    assert state(spec, "stage: gamma\nstatus: open") == "open"
    assert state(spec, "title: x") == "new"


def test_two_fields_make_one_state() -> None:
    spec = "{field: [status, stage], map: {implementable/beta: beta, 'implemented*': done}}"
    assert state(spec, "status: implementable\nstage: beta") == "beta"
    assert state(spec, "status: implemented\nstage: stable") == "done"
    assert state(spec, "status: implemented") == "done"


def test_a_way_may_depend_on_another_field() -> None:
    spec = "[{value: blocked, when: {labels: ['block*', hold]}}, {value: mine, when: {by: '!bot'}}, status]"
    assert state(spec, "labels: [x, blocked-by-vendor]\nby: bot\nstatus: open") == "blocked"
    assert state(spec, "by: maria\nstatus: open") == "mine"
    assert state(spec, "by: bot\nstatus: open") == "open"


def test_the_default_counts_where_nothing_is_found() -> None:
    assert state("{field: status, default: new}", "title: x\nstatus:") == "new"
    assert state("{field: status, match: 'is (.*)', default: new}", "status: was open") == "new"


def test_a_field_may_be_deep_and_its_name_may_have_dots() -> None:
    assert state("milestone.alpha", "milestone: {alpha: v1}") == "v1"
    assert state("a.b.c", "a.b: {c: x}") == "x"
    assert state("fields.status.name", "fields: {status: {name: Open}}") == "Open"


def test_a_list_of_mappings_gives_one_value_each() -> None:
    assert labels("tags.name", "tags: [{name: a}, {name: b}, {id: 3}]") == ("a", "b")
    assert labels("{field: tags.name, first: true}", "tags: [{name: a}, {name: b}]") == ("a",)


def test_a_list_may_be_one_text_with_commas_or_anything_else() -> None:
    assert labels("requires", "requires: 20, 721,  1155,") == ("20", "721", "1155")
    assert labels("{field: requires, split: '|'}", "requires: a, b|c") == ("a, b", "c")
    assert labels("{field: requires, split: ''}", "requires: a, b") == ("a, b",)
    assert labels("requires", "requires: 20") == ("20",)


def test_of_several_ways_to_a_list_all_count() -> None:
    assert labels("[a, {field: b, prefix: 'b:'}]", "a: [x, y]\nb: x") == ("x", "y", "b:x")


def test_a_pattern_finds_every_hit_of_a_list() -> None:
    spec = r"{field: see, match: 'kep-?(\d+)', prefix: KEP-}"
    assert labels(spec, "see: [KEP-1 and kep2, none, KEP-1]") == ("KEP-1", "KEP-2")


def test_authors_are_known_by_handle_or_else_by_name() -> None:
    spec = r"{field: author, split: ',', match: '^[^(]*\(@([\w-]+)\)|^([^<(]+)'}"
    text = "author: Vitalik Buterin (@vbuterin), Eric <e@x.org>, Rick"
    assert labels(spec, text) == ("vbuterin", "Eric", "Rick")


def test_only_numbers_count_where_a_number_is_asked_for() -> None:
    assert labels("{field: a, number: true}", "a: ['007', '#12', NNNN, '0', x1]") == ("7", "12", "0")


def test_what_must_not_be_printed_is_replaced() -> None:
    assert labels("a", 'a: ["x\\e[31m", "two\\nlines"]') == ("x\ufffd[31m", "two lines")


def test_an_id_is_safe_as_a_file_name() -> None:
    text = "{paths: '*.yaml', id: id, fields: {state: id}}"
    assert item(text, "a.yaml", "id: ../../etc/pass wd").id == "etc-pass-wd"
    assert item(text, "a.yaml", "id: Task 12").id == "Task-12"
    assert read(text, "a.yaml", "id: '../'").items == ()


# -- whole items --------------------------------------------------------------------------------


def test_dates_numbers_and_lengths_are_read_as_people_write_them() -> None:
    text = """
paths: '*.yaml'
id: id
fields: {state: s, due: due, start_after: from, value: v, cost: c, estimate: e, cost_of_delay: d}
"""
    record = "id: a\ns: x\ndue: 2024-2-1\nfrom: 2024-03-01T10:00:00Z\nv: 8,000\nc: 1_200.5\ne: 2 d\nd: '7'"
    made = item(text, "a.yaml", record)
    assert (made.due, made.start_after) == (date(2024, 2, 1), date(2024, 3, 1))
    assert (made.value, made.cost, made.cost_of_delay) == (8000, 1200.5, 7)
    assert made.estimate == timedelta(days=2)


def test_a_comma_that_parts_no_thousands_makes_no_number() -> None:
    spec = "{paths: '*.csv', id: id, fields: {state: s, cost: cost}}"
    texts = ("12,50", "1,5", "1.234,56", "1 200,00", "0,125", "1,200 000", "1200 000", "12_00")
    data = "id,s,cost\n" + "".join(f'A-{at},x,"{text}"\n' for at, text in enumerate(texts))
    found = read(spec, "a.csv", data)
    assert [each.cost for each in found.items] == [None] * len(texts)
    assert [fault.judgement.message for fault in found.faults] == [
        f"cost: `{text}` is no number, so the item has none" for text in texts
    ]
    good = ("1,200", "1 200 000", "-1_200.5", "999", "2e3", "12.50", "1,234.56")
    data = "id,s,cost\n" + "".join(f'A-{at},x,"{text}"\n' for at, text in enumerate(good))
    made = read(spec, "a.csv", data)
    assert [each.cost for each in made.items] == [1200, 1_200_000, -1200.5, 999, 2000, 12.5, 1234.56]
    assert made.faults == ()


def test_an_impossible_date_is_a_warning_and_the_item_goes_without() -> None:
    text = "{paths: '*.yaml', id: id, fields: {state: s, due: deadline}}"
    found = read(text, "a.yaml", "id: a\ns: x\ndeadline: 2024-13-45")
    assert found.items[0].due is None
    expected = Fault(
        "misshapen",
        Judgement(
            Spot("a.yaml", ("deadline",)),
            "due: `2024-13-45` is no date, so the item has none",
            "Correct it, or map the field with a `match`.",
            Severity.WARNING,
        ),
    )
    assert (expected,) == found.faults


def test_blocked_and_entered_are_mapped() -> None:
    text = """
paths: '*.jsonl'
id: id
fields:
  state: status
  blocked: {field: status, map: {blocked: waits, on hold: is on hold}, other: ''}
  blocked_by: waiting_for
  entered: {closed: closed_at, open: created}
"""
    line = {"id": "bd-1", "status": "Blocked", "waiting_for": "vendor:acme", "closed_at": 1700000000}
    made = item(text, "i.jsonl", json.dumps({**line, "created": "2026-01-05"}))
    assert made.blocked == Blocked("waits", "vendor:acme")
    assert made.entered == {
        "closed": datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        "open": datetime(2026, 1, 4, 23, tzinfo=UTC),
    }


def test_own_fields_get_the_type_of_their_schema() -> None:
    own = {"sig": {}, "size": {"type": "integer"}, "gates": {"type": "array"}, "off": {"type": "boolean"}}
    text = "{paths: '*.yaml', id: id, fields: {state: s, sig: owner, size: n, gates: g.name, off: 'no'}}"
    record = "id: a\ns: x\nowner: node\nn: 12\ng: [{name: A}, {name: B}]\nno: true"
    assert item(text, "a.yaml", record, own).fields == {
        "sig": "node",
        "size": 12,
        "gates": ["A", "B"],
        "off": True,
    }


def test_a_title_without_a_mapping_is_looked_for_and_falls_back_to_the_id() -> None:
    text = "{paths: '*.yaml', id: id, fields: {state: s}}"
    assert item(text, "a.yaml", "id: a\ns: x\nname: One").title == "One"
    assert item(text, "a.yaml", "id: a\ns: x").title == "a"


MAPPED = """\
board: Records
key: K
workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]
sources:
  - paths: "*.md"
    id: %s
    fields: {state: %s}
"""


def said(id: str, state: str, *records: str) -> list[tuple[str, Keys, str, str]]:
    """What is wrong with a board of these records of Markdown: place, message and hint of each fault."""
    tree = {"opsflow.yaml": (MAPPED % (id, state)).encode()}
    tree |= {f"{at}.md": f"---\n{text}\n---\n".encode() for at, text in enumerate(records)}
    found = [fault.judgement for fault in board.load(tree)[1]]
    assert all(isinstance(each.where, Spot) for each in found)
    return [
        (each.where.path, each.where.keys, each.message, each.hint)
        for each in found
        if isinstance(each.where, Spot)
    ]


def test_a_record_without_an_id_or_a_state_is_reported_at_its_key() -> None:
    hint = "Give it one, or correct `state` under `sources:` of opsflow.yaml."
    expected = ("1.md", ("st",), "the record has no state", hint)
    assert said("id", "st", "id: a\nst: ready", "id: b\nst:") == [expected]
    assert said("id", "st", "id: b\nst:") == [("0.md", *expected[1:])]
    hint = "Give the file what the others have, or leave it out by `exclude` under `sources:`."
    expected = ("1.md", (), "the file has no front matter", hint)
    assert said("id", "st", "id: a\nst: ready", "") == [expected]


def test_a_state_that_stands_in_a_section_is_missed_there_and_not_in_front_matter() -> None:
    tree = {
        "opsflow.yaml": (MAPPED % (r"{path: '(\d+)'}", "{section: Status, map: {accepted: done}}")).encode(),
        "1.md": b"# One\n\n## Status\n\nAccepted\n",
        "2.md": b"# Two\n\n## Status\n",
        "3.md": b"# Three\n",
        "4.md": b"",
    }
    loaded, faults = board.load(tree)
    message = "the record has no state (section `Status`)"
    hint = "Give it one, or correct `state` under `sources:` of opsflow.yaml."
    assert {name: each.state for name, each in loaded.items.items()} == {"1": "done"}
    assert [(each.judgement.where.path, each.judgement.message, each.judgement.hint) for each in faults] == [
        (f"{number}.md", message, hint) for number in (2, 3, 4)
    ]
    del tree["1.md"]
    (fault,) = board.load(tree)[1]
    assert (fault.judgement.message, fault.judgement.hint) == (
        "`state` is found nowhere: not in the record of 2.md, nor in 2 more",
        "Name another heading, or take it from the file's `path` or its `text`.",
    )


def test_a_file_that_cannot_be_read_says_what_to_do() -> None:
    text = "{paths: '*.md', id: id, fields: {state: st}}"
    for data, message, hint in (
        (
            "---\nid: 1\n",
            "the closing `---` of the front matter is missing",
            "Close it with a line of `---`, ",
        ),
        (b"---\nid: \xe9\n---\n", "byte 0xe9 is not UTF-8", "Save the file as UTF-8."),
        ("---\n[a\n---\n", "not YAML: ", "Correct it there, or leave the file out by `exclude`"),
    ):
        (fault,) = read(text, "a.md", data).faults
        assert fault.judgement.message.startswith(message)
        assert fault.judgement.hint.startswith(hint)


@pytest.mark.parametrize(
    ("id", "state", "keys", "message", "hint"),
    [
        ("{field: idd}", "st", ("id",), "`id` is found nowhere: ", "Did you mean `id`?"),
        ("id", "{field: ste}", ("fields", "state"), "`state` is found nowhere: ", "Did you mean `st`?"),
        (
            "{path: 'x(.)'}",
            "st",
            ("id",),
            "`id` is found nowhere: ",
            "Name another field, or take it from the `path`. The record has id, st.",
        ),
    ],
)
def test_what_no_record_has_is_the_mappings_mistake(
    id: str, state: str, keys: Keys, message: str, hint: str
) -> None:
    place = ("opsflow.yaml", ("sources", 0, *keys))
    records = ("id: a\nst: ready", "id: b\nst: doing", "id: c\nst: done")
    whole = f"{message}not in the record of 0.md"
    assert said(id, state, *records) == [(*place, f"{whole}, nor in 2 more", hint)]
    assert said(id, state, records[0]) == [(*place, whole, hint)]


def test_a_pattern_that_was_refused_is_the_only_finding() -> None:
    for id, state, keys in (
        ("{field: id, match: '('}", "st", ("id",)),
        ("id", "{text: '('}", ("fields", "state")),
    ):
        ((path, where, _, _),) = said(id, state, "id: a\nst: ready", "id: b\nst: doing")
        assert (path, where[:-1]) == ("opsflow.yaml", ("sources", 0, *keys))


def test_documents_are_records_unless_the_path_is_the_id() -> None:
    data = "id: a\ns: x\n---\nid: b\ns: y\n---\nid: c\ns: [\n"
    found = read("{paths: '*.yaml', id: id, fields: {state: s}}", "K-1.yaml", data)
    assert [(made.id, made.state, made.at("state").keys) for made in found.items] == [
        ("a", "x", (0, "s")),
        ("b", "y", (1, "s")),
    ]
    assert [fault.judgement.where for fault in found.faults] == [Place("K-1.yaml", 8, 4)]
    found = read("{paths: '*.yaml', id: {path: '(.*)[.]yaml'}, fields: {state: s}}", "K-1.yaml", data)
    assert [(made.id, made.state) for made in found.items] == [("K-1", "x")]
    assert found.faults == ()


def test_an_unreadable_record_is_reported_and_its_id_is_known() -> None:
    text = "{paths: '*.md', id: {path: '(.*)[.]md'}, fields: {state: status}}"
    found = read(text, "E-1.md", "---\ntitle: a: b\n---\n")
    place = Place("E-1.md", 2, 9)
    message = "not YAML: mapping values are not allowed here"
    hint = "Correct it there, or leave the file out by `exclude` under `sources:`."
    assert Items((), (Fault("unreadable-file", Judgement(place, message, hint)),), ("E-1",)) == found


def test_a_repeated_key_is_noted() -> None:
    text = "{paths: '*.yaml', id: id, fields: {state: s}}"
    (fault,) = read(text, "a.yaml", "id: a\ns: x\ns: y").faults
    assert (fault.judgement.where, fault.judgement.severity) == (Spot("a.yaml", ("s",)), Severity.NOTE)


def test_of_an_id_that_stands_twice_in_a_file_the_first_is_kept() -> None:
    text = "{paths: '*.jsonl', id: id, fields: {state: s, title: t}}"
    found = read(text, "i.jsonl", '{"id": 1, "s": "a", "t": "One"}\n{"id": 1, "s": "b", "t": "Two"}\n')
    assert [made.title for made in found.items] == ["One"]
    message = "`1` is the id of an earlier record of this file too"
    judgement = Judgement(Spot("i.jsonl", (1, "id")), message, "Give one of them another id.")
    assert (Fault("duplicate-id", judgement),) == found.faults


def test_findings_in_a_file_of_many_records_point_into_the_right_one() -> None:
    text = "{paths: '*.jsonl', id: id, fields: {state: status}}"
    data = b'{"id": "a", "status": "open"}\n{"id": "b", "status": "done"}\n'
    made = source(text)
    second = read(text, "i.jsonl", data).items[1]
    assert (second.at("state").keys, second.at("due").keys, second.at().keys) == (
        (1, "status"),
        (1, "due"),
        (1,),
    )
    place = sources.locate((made,), "i.jsonl", data, second.at("state").keys)
    assert place == Place("i.jsonl", 2, 13, 8)
    assert sources.locate((made,), "other.txt", data, ()) is None


# -- other people's formats ---------------------------------------------------------------------


def test_backlog_md() -> None:
    text = r"""
paths: ['backlog/tasks/*.md', 'backlog/completed/*.md']
id: id
fields:
  state: {field: status, map: {To Do: ready, In Progress: doing, Done: done}}
  assignees: {field: assignee, match: '@?(.+)'}
  labels: labels
  depends_on: dependencies
  class: {field: priority, map: {high: expedite}, other: standard}
"""
    record = """\
---
id: task-12
title: 'Renew: certificates'
status: In Progress
assignee:
  - '@maria'
created_date: '2026-01-05 10:00'
labels: []
dependencies:
  - task-1
  - task-2
priority: high
---

## Description

Text
"""
    made = item(text, "backlog/tasks/task-12 - Renew-certificates.md", record)
    assert (made.id, made.title, made.state, made.class_) == (
        "task-12",
        "Renew: certificates",
        "doing",
        "expedite",
    )
    assert (made.assignees, made.depends_on, made.labels) == (("maria",), ("task-1", "task-2"), ())
    assert made.description == "## Description\n\nText"


def test_decision_records_without_front_matter() -> None:
    text = r"""
paths: 'doc/adr/*.md'
id: {path: '/(\d+)-', number: true, prefix: ADR-}
fields:
  title: {text: '^# (?:\d+\. )?(.+)'}
  state: {section: Status, map: {accepted: done, proposed: ready, 'superse*': dropped}}
  depends_on: {section: Status, match: 'ADR-0*(\d+)', prefix: ADR-}
"""
    record = "# 9. Use Git\n\nDate: 2016-02-12\n\n## Status\n\nSuperseded by ADR-0012\n\n## Context\n\nX\n"
    made = item(text, "doc/adr/0009-use-git.md", record)
    assert (made.id, made.title, made.state, made.raw_state, made.depends_on) == (
        "ADR-9",
        "Use Git",
        "dropped",
        "Superseded by ADR-0012",
        ("ADR-12",),
    )


def test_bullets_at_the_top_of_a_markdown_file() -> None:
    text = r"""
paths: 'text/*.md'
id: {path: '/(\d+)-', prefix: RFC-}
fields:
  title: {text: '^- Feature Name: `?([^`]+)'}
  state: [{path: '^(withdrawn)/'}, {value: accepted}]
  depends_on: {text: 'rfcs#(\d+)', prefix: RFC-}
"""
    record = "- Feature Name: `let_else`\n- Start Date: 2021\n- Depends on: rfcs#12, rfcs#99\n\n# Summary\n"
    made = item(text, "text/3137-let-else.md", record)
    assert (made.id, made.title, made.state, made.depends_on) == (
        "RFC-3137",
        "let_else",
        "accepted",
        ("RFC-12", "RFC-99"),
    )


def test_python_enhancement_proposals() -> None:
    text = r"""
paths: peps/pep-*.rst
id: {field: PEP, prefix: PEP-}
fields: {title: Title, state: Status, type: Type, depends_on: {field: Requires, prefix: PEP-}, assignees: Author}
"""
    record = "PEP: 695\nTitle: Types\nAuthor: A <a@x.org>,\n        B\nStatus: Final\nType: Standards Track\n"
    made = item(text, "peps/pep-0695.rst", record + "Requires: 20, 30\n\nAbstract\n")
    assert (made.id, made.state, made.type, made.depends_on) == (
        "PEP-695",
        "Final",
        "Standards Track",
        ("PEP-20", "PEP-30"),
    )
    assert made.assignees == ("A <a@x.org>", "B")


def test_an_export_of_issues() -> None:
    text = """
paths: issues.json
records: data.issues
when: {pull_request.url: ''}
id: {field: number, prefix: GH-}
fields:
  state: [{field: state_reason, map: {not_planned: dropped}, other: ''}, {field: state, map: {open: ready, closed: done}}]
  assignees: assignees.login
  labels: labels.name
  description: body
  entered: {done: closed_at}
"""
    issues = [
        {
            "number": 7,
            "title": "One",
            "state": "closed",
            "state_reason": None,
            "body": "a\r\nb",
            "assignees": [{"login": "maria"}],
            "labels": [{"name": "bug"}],
            "closed_at": "2026-01-05T10:00:00Z",
        },
        {"number": 8, "title": "Two", "state": "open", "pull_request": {"url": "https://x"}},
    ]
    made = item(text, "issues.json", json.dumps({"data": {"issues": issues}}))
    assert (made.id, made.state, made.assignees, made.labels) == ("GH-7", "done", ("maria",), ("bug",))
    assert made.entered == {"done": datetime(2026, 1, 5, 10, tzinfo=UTC)}
    assert made.at("description").keys == ("data", "issues", 0, "body")


def test_dependencies_that_are_mappings_of_several_kinds() -> None:
    text = """
paths: .beads/issues.jsonl
id: id
fields:
  state: {field: status, map: {open: ready, in_progress: doing, closed: done}}
  type: issue_type
  depends_on: dependencies.depends_on_id
"""
    line = {
        "id": "bd-a1",
        "title": "One",
        "status": "in_progress",
        "issue_type": "bug",
        "dependencies": [{"issue_id": "bd-a1", "depends_on_id": "bd-b2", "type": "blocks"}],
    }
    made = item(text, ".beads/issues.jsonl", json.dumps(line))
    assert (made.id, made.state, made.type, made.depends_on) == ("bd-a1", "doing", "bug", ("bd-b2",))


def test_a_mapping_of_records_is_known_by_its_keys() -> None:
    text = "{paths: todo.yaml, records: tasks, id: {key: true}, fields: {state: status, title: what}}"
    found = read(text, "todo.yaml", "tasks:\n  fix-it: {what: Fix it, status: open}\n  two: {status: done}\n")
    assert [(made.id, made.title, made.state) for made in found.items] == [
        ("fix-it", "Fix it", "open"),
        ("two", "two", "done"),
    ]


def test_a_table() -> None:
    text = "{paths: '*.csv', id: Key, fields: {state: Status, title: Summary, labels: Labels}}"
    made = item(text, "t.csv", 'Key,Summary,Status,Labels\nOPS-1,"One, two",Open,"a, b"\n')
    assert (made.id, made.title, made.state, made.labels) == ("OPS-1", "One, two", "Open", ("a", "b"))


# -- files and sections -------------------------------------------------------------------------


def test_the_first_source_that_wants_a_file_gets_it() -> None:
    found, faults = section(
        "sources:\n"
        "  - {paths: ['a/**/*.yaml', b.yaml], exclude: 'a/**/template.yaml', id: i, fields: {state: s}}\n"
        "  - {paths: '**/*.yaml', id: i, fields: {state: s}}\n"
    )
    assert faults == ()
    paths = ("a/x/y.yaml", "b.yaml", "a/x/template.yaml", "opsflow.yaml", "people.yaml", "c.md")
    given = {path: wants.position if (wants := sources.find(found, path)) else None for path in paths}
    assert given == {
        "a/x/y.yaml": 0,
        "b.yaml": 0,
        "a/x/template.yaml": 1,
        "opsflow.yaml": None,
        "people.yaml": None,
        "c.md": None,
    }
    assert sources.patterns(found[0]) == ("a/**/*.yaml", "b.yaml")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+b", "the pattern repeats a group that repeats or chooses, which can take for ever"),
        ("(a|ab)*c", "the pattern repeats a group that repeats or chooses, which can take for ever"),
        (
            ".*.*.*x",
            "the pattern has too many repetitions that overlap with what follows: `[^/]*` is safer than `.*`",
        ),
        ("(a)\\\\1", "the pattern refers back to a group, which is not supported"),
        ("(", "the pattern is not a regular expression: missing ), unterminated subpattern at position 0"),
        ("a" * 501, "the pattern has 501 characters, 500 at most"),
    ],
)
def test_a_pattern_that_could_run_for_ever_is_refused_at_its_place(pattern: str, why: str) -> None:
    text = f'sources:\n  - {{paths: a, id: i, fields: {{state: {{field: s, match: "{pattern}"}}}}}}\n'
    found, faults = section(text)
    spot = Spot("opsflow.yaml", ("sources", 0, "fields", "state", "match"))
    hint = "Simplify it; `field`, `split` and `map` often do without one."
    assert (Fault("misshapen", Judgement(spot, why, hint)),) == faults
    assert len(found) == 1


@pytest.mark.parametrize(
    "pattern", ["kep-?([0-9]+)", "^([^:]+): (.*)$", "a.*b.*c", "(?:a|b)(?:c|d)?", "(?i)x"]
)
def test_an_ordinary_pattern_is_accepted(pattern: str) -> None:
    assert isinstance(regex.compiled(pattern), regex.Pattern)


def test_a_long_subject_is_cut_where_a_pattern_could_take_too_long() -> None:
    pattern = regex.compiled(".*.*x")
    assert isinstance(pattern, regex.Pattern)
    assert pattern.first("a" * 1_000_000 + "x") is None
    assert pattern.first("aaax") == "aaax"


def test_an_unknown_field_is_reported_with_a_suggestion() -> None:
    _, faults = section(
        "sources:\n  - {paths: a, id: i, fields: {state: s, assignee: x, zebra: y}}\n", ("sig",)
    )
    assert [(fault.judgement.where, fault.judgement.message, fault.judgement.hint) for fault in faults] == [
        (
            Spot("opsflow.yaml", ("sources", 0, "fields", "assignee")),
            "an item has no field `assignee`",
            "Did you mean `assignees`?",
        ),
        (
            Spot("opsflow.yaml", ("sources", 0, "fields", "zebra")),
            "an item has no field `zebra`",
            "Describe it under `fields:` first.",
        ),
    ]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {},
        [None],
        ["x"],
        [{}],
        [{"paths": []}],
        [{"paths": "a", "fields": {"title": "t"}}],
        [{"paths": "a", "fields": {"state": {"field": "a", "path": "b"}}}],
        [{"paths": "a", "fields": {"state": {"map": []}}}],
        [{"paths": "a", "fields": {"state": {"field": {}}}}],
        [{"paths": {}, "id": "i", "fields": {"state": "s"}}],
        [{"paths": "/etc/passwd", "id": "i", "fields": {"state": "s"}}],
        [{"paths": "../*", "id": "i", "fields": {"state": "s"}}],
        [{"paths": "a", "format": "exe", "id": "i", "fields": {"state": "s"}}],
    ],
    ids=range(15),
)
def test_a_section_of_a_wrong_shape_is_left_to_the_schema(value: Any) -> None:
    assert sources.compile(value) == ((), ())


# -- the manual and the examples ----------------------------------------------------------------

ROOT = Path(__file__).parents[2]


def unmatched(faults: tuple[Fault, ...]) -> list[Keys]:
    """Where patterns stand that match no file; there must be no other faults."""
    assert all(fault.judgement.message.startswith("no file matches `") for fault in faults)
    return [fault.judgement.where.keys for fault in faults if isinstance(fault.judgement.where, Spot)]


@pytest.mark.parametrize("name", ["keps", "eips"])
def test_the_examples_are_boards_without_a_fault(name: str) -> None:
    data = (ROOT / "examples" / "sources" / name / "opsflow.yaml").read_bytes()
    loaded, faults = board.load({"opsflow.yaml": data})
    assert unmatched(faults) == [("sources", 0, "paths")]
    assert (len(loaded.sources), loaded.items) == (1, {})


def test_every_mapping_of_the_manual_is_accepted() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "sources.md").read_text(), re.DOTALL)
    head = "board: Test\nkey: OPS\nworkflow: [{state: done, kind: done}]\n"
    texts = [block if block.startswith("sources:") else f"sources:\n{block}" for block in blocks]
    assert len(texts) == 6
    for text in texts:
        found, faults = board.load({"opsflow.yaml": (head + text).encode()})
        assert unmatched(faults) == [("sources", at, "paths") for at in range(len(found.sources))]


def test_the_manual_names_every_key_field_and_format() -> None:
    manual = (ROOT / "docs" / "sources.md").read_text()
    schema = json.loads((ROOT / "schema" / "sources.schema.json").read_text())
    names = [*schema["items"]["properties"], *schema["$defs"]["way"]["properties"], *records.FORMATS]
    assert [name for name in names if f"`{name}`" not in manual] == []
    assert [name for name in mappings.FIELDS if not re.search(rf"\b{name}\b", manual)] == []


def test_the_schema_and_the_reader_agree_on_the_formats_and_ways() -> None:
    schema = json.loads((ROOT / "schema" / "sources.schema.json").read_text())
    assert schema["items"]["properties"]["format"]["enum"] == list(records.FORMATS)
    assert set(WAYS) < set(schema["$defs"]["way"]["properties"])
