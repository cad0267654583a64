"""What history remembers of one version of a record."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opsflow import zones
from opsflow.model import Board, ClassOfService, ItemType, Kind, State
from opsflow.reading import schema, track
from opsflow.reading.tracked import Partly, Tracked, revive

SOURCES = (
    {
        "paths": ["keps/**/kep.yaml"],
        "id": {"path": r"/(\d+)-[^/]+/kep\.yaml$", "number": "true", "prefix": "KEP-"},
        "fields": {"state": {"field": "status", "map": {"implemented": "done"}}, "assignees": "authors"},
    },
    {
        "paths": "issues.jsonl",
        "id": "id",
        "fields": {"state": "status", "blocked": "waits", "entered": {"closed": "closed_at"}},
    },
    {"paths": "eips/*.[my]*", "id": "eip", "fields": {"state": "status"}},
)


def board(**changes: object) -> Board:
    """A board of native items and three sources."""
    settings: dict[str, object] = {
        "name": "Test",
        "key": "OPS",
        "states": (),
        "items": {},
        "timezone": "Europe/Berlin",
        "types": {"task": ItemType("task"), "bug": ItemType("bug")},
        "classes": {"expedite": ClassOfService("expedite"), "standard": ClassOfService("standard")},
        "sources": SOURCES,
        **changes,
    }
    return Board(**settings)  # type: ignore[arg-type]


NATIVE = """\
title: Renew certificates
state: doing
type: bug
class: expedite
assignees: [maria, sam]
blocked: {reason: waiting for the CSR, by: vendor:acme-ca}
entered: {doing: 2026-01-05 09:00, ready: 2026-01-04T09:00Z}
description: |
  Text
"""
RENEW = Tracked(
    "OPS-7K3Q",
    "Renew certificates",
    "doing",
    "doing",
    "bug",
    "expedite",
    ("maria", "sam"),
    ("waiting for the CSR", "vendor:acme-ca"),
    (("doing", "2026-01-05T08:00:00+00:00"), ("ready", "2026-01-04T09:00:00+00:00")),
)


def read(path: str, text: str) -> track.Answer:
    return track.reader(board())(path, text.encode())


def test_a_native_item_is_known_by_its_file_name() -> None:
    assert read("items/web/OPS-7K3Q-renew-edge-certificates.yaml", NATIVE) == (RENEW,)


def test_absent_fields_take_the_boards_defaults() -> None:
    expected = Tracked("OPS-1", "OPS-1", "ready", "ready", "task", "standard", (), None, ())
    assert read("archive/OPS-1.yml", "state: ready\n") == (expected,)


def test_a_version_with_slips_is_read_as_the_board_reads_it() -> None:
    slips = {"title": "titel", "type": "typ", "class": "clas", "assignees": "asignees", "entered": "entred"}
    for key, slip in {**slips, "state": "stat", "blocked": "bloked"}.items():
        assert read("items/OPS-7K3Q.yaml", NATIVE.replace(f"{key}:", f"{slip}:")) == (RENEW,)
    assert read("items/OPS-7K3Q.yaml", NATIVE.replace("[maria, sam]", "maria")) == (
        RENEW._replace(assignees=("maria",)),
    )


def test_a_key_that_nobody_can_guess_changes_nothing() -> None:
    assert read("items/OPS-7K3Q.yaml", f"colour: red\n{NATIVE}") == (RENEW,)


def test_a_key_of_the_boards_own_is_no_slip(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        raise AssertionError("read the slow way")

    own = track.reader(board(fields={"typ": {}, "risk": {}}))
    monkeypatch.setattr("opsflow.reading.items.read", slow)
    assert own("items/OPS-7K3Q.yaml", f"typ: x\nrisk: low\n{NATIVE}".encode()) == (RENEW,)


def test_a_state_counts_by_the_name_that_it_has_today() -> None:
    renamed = board(states=(State("working", Kind.ACTIVE, was=("doing", "wip")), State("done", Kind.DONE)))
    own = track.reader(renamed)
    entered = (("working", RENEW.entered[0][1]), RENEW.entered[1])
    now = RENEW._replace(state="working", entered=entered)
    assert own("items/OPS-7K3Q.yaml", NATIVE.encode()) == (now,)
    assert own("items/OPS-7K3Q.yaml", NATIVE.replace("state: doing", "state: wip").encode()) == (
        now._replace(raw_state="wip"),
    )
    assert own.version != track.reader(board()).version
    (foreign,) = own("eips/eip-1.md", b"---\neip: 1\ntitle: x\nstatus: wip\n---\n")
    assert (foreign.state, foreign.raw_state) == ("working", "wip")  # type: ignore[union-attr]


def test_the_keys_are_those_of_the_schema() -> None:
    assert schema.document("item")["properties"].keys() == track.KEYS


def test_a_version_without_a_readable_state_is_a_gap() -> None:
    assert read("items/OPS-1.yaml", "title: x\n") == "the record has no state"
    assert read("items/OPS-1.yaml", "state: [a]\n") == "the record has no state"
    assert read("items/OPS-1.yaml", "state: a\n<<<<<<< HEAD\n") == "unresolved merge conflict, line 2"
    assert read("keps/1-a/kep.yaml", "a: [\n").startswith("not YAML: ")  # type: ignore[union-attr]
    assert read("eips/eip-1.md", "# Title\n") == "the file has no front matter"


def test_what_is_wrong_beside_the_state_is_no_gap() -> None:
    text = "title: [x]\nstate: doing\nassignees: maria\nentered: {doing: never}\nblocked: [x]\nstaet: x\n"
    expected = Tracked("OPS-1", "OPS-1", "doing", "doing", "task", "standard", ("maria",), None, ())
    assert read("items/OPS-1.yaml", text) == (expected,)


def test_a_misspelt_state_counts_as_it_does_on_the_board() -> None:
    expected = Tracked("OPS-1", "x", "doing", "doing", "task", "standard", (), None, ())
    assert read("items/OPS-1.yaml", "title: x\nstaet: doing\n") == (expected,)
    assert read("items/OPS-1.yaml", "title: x\nstate: doing\xa0\n") == (expected,)


def test_a_foreign_record_is_mapped_and_keeps_its_own_state() -> None:
    text = "title: One\nstatus: Implemented\nauthors: [a, b]\n"
    expected = Tracked("KEP-12", "One", "done", "Implemented", "task", "standard", ("a", "b"), None, ())
    assert read("keps/sig-x/0012-one/kep.yaml", text) == (expected,)


def test_a_file_of_many_records_gives_each_and_of_twins_the_first() -> None:
    lines = [
        {"id": "a", "status": "open", "waits": "for b"},
        {"id": "a", "status": "closed"},
        {"id": "b", "status": "closed", "closed_at": "2026-01-05T10:00:00Z"},
        {"id": "c"},
    ]
    expected = (
        Tracked("a", "a", "open", "open", "task", "standard", (), ("for b", ""), ()),
        Tracked(
            "b",
            "b",
            "closed",
            "closed",
            "task",
            "standard",
            (),
            None,
            (("closed", "2026-01-05T10:00:00+00:00"),),
        ),
    )
    assert read("issues.jsonl", "\n".join(map(json.dumps, lines)) + "\n") == Partly(
        expected, ("c",), "the record has no state"
    )


@pytest.mark.parametrize(
    ("broken", "lost"),
    [
        ('{"id": "b", "status": "op', ("b",)),
        ("<<<<<<< HEAD", ("",)),
        ('{"id": "a", "status": "op', ("",)),  # `a` can be read, so that is not the id of this one
        ('{"id": "b", "status": ""}', ("b",)),
        ('{"id": "b"\n{"id": "c"', ("b", "c")),
    ],
)
def test_a_record_that_cannot_be_read_is_known_by_its_id_or_counted(
    broken: str, lost: tuple[str, ...]
) -> None:
    found = read("issues.jsonl", f'{{"id": "a", "status": "open"}}\n{broken}\n')
    assert isinstance(found, Partly)
    assert ([record.id for record in found.records], found.lost) == (["a"], lost)
    assert found.reason.startswith(("line 2: not JSON: ", "the record has no state"))
    assert found.reason.endswith(", and 1 more") == (len(lost) > 1)


def test_a_document_that_cannot_be_read_is_a_gap_of_what_vanished_with_it() -> None:
    text = "eip: a\nstatus: open\n---\neip: [\n---\neip: b\nstatus: closed\n"
    found = read("eips/all.yaml", text)
    assert isinstance(found, Partly)
    assert ([record.id for record in found.records], found.lost) == (["a", "b"], ("",))
    assert found.reason.startswith("line 4: not YAML: ")


def test_a_record_without_an_id_is_nobodys() -> None:
    lines = '{"status": "open"}\n{"id": "a", "status": "open"}\n'
    found = read("issues.jsonl", lines)
    assert not isinstance(found, str | Partly)
    assert [record.id for record in found] == ["a"]


def test_it_says_which_paths_hold_records() -> None:
    reader = track.reader(board())
    paths = [
        "items/OPS-1.yaml", "items/a/OPS-1-x.yml", "items/notes.yaml", "items/OPS-1.md", "other/OPS-1.yaml",
        "keps/a/1-b/kep.yaml", "issues.jsonl", "opsflow.yaml", "people.yaml",
    ]  # fmt: skip
    assert [path for path in paths if reader.matches(path)] == [
        "items/OPS-1.yaml",
        "items/a/OPS-1-x.yml",
        "keps/a/1-b/kep.yaml",
        "issues.jsonl",
    ]
    assert reader.patterns == ("items/**", "archive/**", "keps/**/kep.yaml", "issues.jsonl", "eips/*.[my]*")
    assert reader("other.txt", b"state: x") == "not one of the board's records"


def test_a_version_survives_json() -> None:
    assert revive(*json.loads(json.dumps(RENEW))) == RENEW
    bare = RENEW._replace(blocked=None, entered=(), assignees=())
    assert revive(*json.loads(json.dumps(bare))) == bare


def test_the_version_of_a_reader_changes_with_whatever_it_depends_on() -> None:
    known = track.reader(board()).version
    assert track.reader(board()).version == known
    others = [
        board(sources=SOURCES[:1]),
        board(key="WEB"),
        board(timezone="UTC"),
        board(types={"bug": ItemType("bug")}),
        board(classes={}),
        board(item_globs=("items/*",)),
    ]
    assert len({known, *(track.reader(other).version for other in others)}) == 1 + len(others)


def test_the_version_of_a_reader_changes_with_its_time_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "zone"
    monkeypatch.setattr(zones, "file", lambda name: str(rules))
    versions = []
    for text in ("winter", "summer"):
        rules.write_text(text)
        versions.append(track.reader(board()).version)
    assert len(set(versions)) == 2


def test_items_and_versions_agree_on_foreign_records() -> None:
    from opsflow.reading import sources

    config = board()
    compiled, _ = sources.compile(config.sources)
    path, data = "keps/sig-x/0012-one/kep.yaml", b"title: One\nstatus: Implemented\nauthors: [a, b]\n"
    found = sources.items(
        compiled[0], path, data, type="task", class_="standard", zone=ZoneInfo(config.timezone)
    ).items[0]
    (tracked,) = track.reader(config)(path, data)
    assert isinstance(tracked, Tracked)
    assert (found.id, found.title, found.state, found.raw_state, found.type, found.class_) == tracked[:6]
    assert found.assignees == tracked.assignees
