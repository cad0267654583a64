"""A tree becomes a board."""

from __future__ import annotations

import gc
import random
from typing import Any

import pytest

from opsflow.model import Fault, Judgement, Place, Severity, Spot
from opsflow.reading import board, folder

CONFIG = b"""\
board: Test
key: OPS
workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]
"""
ITEM = b"title: a\nstate: doing\n"


def load(files: dict[str, bytes]) -> tuple[Any, list[tuple[str, Any, str]]]:
    """The board, and the rule, the spot and the message of each fault."""
    found, faults = board.load({"opsflow.yaml": CONFIG, **files})
    return found, [_row(fault) for fault in faults]


def _row(fault: Fault) -> tuple[str, Any, str]:
    return fault.rule, fault.judgement.where, fault.judgement.message


def test_items_stand_in_the_order_of_people() -> None:
    names = ["OPS-10", "OPS-9", "OPS-7K3Q", "OPS-2", "OPS-4M2R"]
    found, faults = load({f"items/{name}.yaml": ITEM for name in names})
    assert (list(found.items), faults) == (["OPS-2", "OPS-9", "OPS-10", "OPS-4M2R", "OPS-7K3Q"], [])


def test_both_kinds_of_ids_and_the_archive_are_read_at_any_depth() -> None:
    paths = ["items/OPS-17.yaml", "items/7K/OPS-7K3Q-renew.yml", "archive/2025/q1/OPS-000004-old.yaml"]
    found, faults = load(dict.fromkeys(paths, ITEM))
    assert {id: item.path for id, item in found.items.items()} == {
        "OPS-000004": "archive/2025/q1/OPS-000004-old.yaml",
        "OPS-17": "items/OPS-17.yaml",
        "OPS-7K3Q": "items/7K/OPS-7K3Q-renew.yml",
    }
    assert (found.paths, faults) == (
        (
            "archive/2025/q1/OPS-000004-old.yaml",
            "items/7K/OPS-7K3Q-renew.yml",
            "items/OPS-17.yaml",
            "opsflow.yaml",
        ),
        [],
    )


def test_what_is_no_item_is_passed_over() -> None:
    found, faults = load({"items/README.md": b"# x", "docs/OPS-1.yaml": b"x", "items/.OPS-1.yaml": b"x"})
    assert (dict(found.items), faults) == ({}, [])


def test_the_board_says_where_its_items_are() -> None:
    config = CONFIG + b"items: [work/*.yaml]\n"
    found, faults = load(
        {"opsflow.yaml": config, "work/OPS-1.yaml": ITEM, "work/a/OPS-2.yaml": b"x", "items/OPS-3.yaml": b"x"}
    )
    assert (list(found.items), faults) == (["OPS-1"], [])
    assert board.patterns(config) == ("opsflow.yaml", "people.yaml", "catalog.yaml", "work/*.yaml")


def test_a_board_reads_its_own_files_its_items_and_what_they_name() -> None:
    assert board.patterns(CONFIG + b"ignore_revs: .git-blame-ignore-revs\n") == (
        "opsflow.yaml",
        "people.yaml",
        "catalog.yaml",
        "items/**/*.[Yy][Aa][Mm][Ll]",
        "items/**/*.[Yy][Mm][Ll]",
        "archive/**/*.[Yy][Aa][Mm][Ll]",
        "archive/**/*.[Yy][Mm][Ll]",
        ".git-blame-ignore-revs",
    )


@pytest.mark.parametrize("config", [None, b"", b"a: [", b"\xff"])
def test_the_patterns_of_an_unreadable_board_are_the_usual_ones(config: bytes | None) -> None:
    assert board.patterns(config) == board.patterns(CONFIG)


def test_a_pattern_of_items_that_matches_no_file_is_a_warning_where_it_stands() -> None:
    config = CONFIG + b"items: [itmes/**, items/**, archive/**, 'work/*.yaml']\n"
    found, faults = load({"opsflow.yaml": config, "items/OPS-3.yaml": ITEM})
    assert (list(found.items), faults) == (
        ["OPS-3"],
        [
            ("misshapen", Spot("opsflow.yaml", ("items", 0)), "`itmes/**` matches no file"),
            ("misshapen", Spot("opsflow.yaml", ("items", 3)), "`work/*.yaml` matches no file"),
        ],
    )


def test_a_pattern_whose_only_file_cannot_be_read_matches_it() -> None:
    link = Fault("unreadable-file", Judgement(Place("work/OPS-1.yaml"), "this is a link"))
    assert board.load({"opsflow.yaml": CONFIG + b"items: [work/**]\n"}, [link])[1] == (link,)


SOURCE = b"sources: [{paths: a/*.json, records: issues, id: key, fields: {state: status}}]\n"


def test_a_source_whose_paths_match_no_file_is_a_warning() -> None:
    _, faults = board.load({"opsflow.yaml": CONFIG + SOURCE})
    hint = "Correct the path, which begins at the board's root, or remove the pattern."
    spot = Spot("opsflow.yaml", ("sources", 0, "paths"))
    assert faults == (
        Fault("misshapen", Judgement(spot, "no file matches `a/*.json`", hint, Severity.WARNING)),
    )


def test_a_way_to_records_that_no_file_has_is_told_once_where_it_is_written() -> None:
    good = b'{"issues": [{"key": "A", "status": "doing"}]}'
    files = {
        "opsflow.yaml": CONFIG + SOURCE.replace(b"issues", b"'issues.*'"),
        "a/1.json": good,
        "a/2.json": b"{}",
    }
    message = "there is nothing at `issues.*` in a/1.json and 1 more"
    assert load(files)[1] == [("misshapen", Spot("opsflow.yaml", ("sources", 0, "records")), message)]


def test_a_file_without_the_records_that_others_have_is_told_itself() -> None:
    good = b'{"issues": [{"key": "A", "status": "doing"}]}'
    found, faults = load({"opsflow.yaml": CONFIG + SOURCE, "a/1.json": good, "a/2.json": b"{}"})
    assert (list(found.items), faults) == (
        ["A"],
        [("unreadable-file", Place("a/2.json"), "there is nothing at `issues`")],
    )


def test_records_that_are_no_mappings_are_named_and_located() -> None:
    data = b'{"issues": [{"key": "A", "status": "doing"}, 7, {"key": "B", "status": "doing"}, "x"]}'
    found, faults = load({"opsflow.yaml": CONFIG + SOURCE, "a/1.json": data})
    message = "records 2 and 4 of 4 are not mappings"
    assert (list(found.items), faults) == (
        ["A", "B"],
        [("unreadable-file", Spot("a/1.json", ("issues", 1)), message)],
    )


def test_a_second_file_for_an_id_is_told_with_the_first() -> None:
    paths = ["items/OPS-1.yaml", "items/OPS-1-a.yaml", "items/OPS-1-b.yml"]
    found, faults = load(dict.fromkeys(paths, ITEM))
    assert found.items["OPS-1"].path == "items/OPS-1.yaml"
    assert faults == [
        ("duplicate-id", Place("items/OPS-1-a.yaml"), "OPS-1 is also the id of items/OPS-1.yaml"),
        ("duplicate-id", Place("items/OPS-1-b.yml"), "OPS-1 is also the id of items/OPS-1.yaml"),
    ]


@pytest.mark.parametrize(
    ("paths", "hint"),
    [
        (
            ("archive/OPS-1-a.yaml", "items/OPS-1-a.yaml"),
            "If a merge left both, since one side archived the item",
        ),
        (("items/OPS-1-a.yaml", "items/OPS-1-b.yaml"), "Give one of the two files another id."),
        (("archive/OPS-1-a.yaml", "archive/OPS-1-b.yaml"), "Give one of the two files another id."),
    ],
)
def test_an_item_that_a_merge_left_in_the_archive_and_outside_is_one(
    paths: tuple[str, str], hint: str
) -> None:
    item = b"title: One\nstate: ready\n"
    config = b"board: B\nkey: OPS\nworkflow: [{state: ready, kind: backlog}]\n"
    _, (fault,) = board.load({"opsflow.yaml": config, **dict.fromkeys(paths, item)})
    assert (fault.rule, fault.judgement.where) == ("duplicate-id", Place(paths[1]))
    assert fault.judgement.hint.startswith(hint)


@pytest.mark.parametrize(
    ("twin", "rule"),
    [
        ("items/OPS-7K3Q-Renew.yaml", "misnamed-file"),
        ("items/ops-7k3q-renew.yaml", "misnamed-file"),
        ("items/OPS-7K3Q-renew.YAML", "misnamed-file"),
        ("items/README.YAML", None),
        ("items/OPS-7K3Q-renew.yml", "duplicate-id"),
        ("ITEMS/OPS-7K3Q-renew.yaml", None),
        ("items/A/OPS-7K3Q-renew.yaml", "duplicate-id"),
        ("items/OPS-7K3Q-rene\u0301.yaml", "misnamed-file"),
    ],
)
def test_twins_of_a_name_are_one_fault_or_not_read(twin: str, rule: str | None) -> None:
    found, faults = load({"items/OPS-7K3Q-renew.yaml": ITEM, twin: ITEM})
    assert (list(found.items), [fault[0] for fault in faults]) == (["OPS-7K3Q"], [rule] if rule else [])


def test_a_broken_file_never_hides_the_others() -> None:
    broken = {f"items/OPS-{number}.yaml": data for number, data in enumerate(BROKEN, 100)}
    good = {f"items/OPS-{number}.yaml": ITEM for number in range(1, 20)}
    files = list({**broken, **good}.items())
    results = []
    for seed in range(5):
        random.Random(seed).shuffle(files)
        results.append(load(dict(files)))
    found, faults = results[0]
    assert list(found.items) == [f"OPS-{number}" for number in range(1, 20)]
    assert found.unread == {f"OPS-{number}" for number, _ in enumerate(BROKEN, 100)}
    assert [(rule, where.path) for rule, where, _ in faults] == [("unreadable-file", path) for path in broken]
    assert all(result == results[0] for result in results)


BROKEN = [
    b"",
    b"\xff\xfe",
    b"\x00",
    b"title: a: b\n",
    b"title: [\n",
    b"a: *b\n",
    b"- a\n",
    b"a: b\na: c\n",
    b"<<<<<<< HEAD\na: b\n=======\n>>>>>>> x\n",
    b"a: " + b"[" * 5000,
    b'a: "\\UFFFFFFFF"\n',
    b"a: b\n" * 50000,
]


def test_an_item_that_is_there_but_unread_is_known() -> None:
    link = Fault("unreadable-file", Judgement(Place("items/OPS-3.yaml"), "this is a link"))
    found, faults = board.load(
        {"opsflow.yaml": CONFIG, "items/OPS-1.yaml": b"[", "items/OPS-2.yaml": b"title: a\n"}, [link]
    )
    assert found.unread == {"OPS-1", "OPS-2", "OPS-3"}
    assert [(fault.rule, fault.judgement.where.path) for fault in faults] == [
        ("unreadable-file", "items/OPS-3.yaml"),
        ("unreadable-file", "items/OPS-1.yaml"),
        ("misshapen", "items/OPS-2.yaml"),
    ]


def test_a_tree_without_a_usable_board_is_empty_and_says_why() -> None:
    found, faults = board.load({"items/OPS-1.yaml": b"["})
    assert (dict(found.items), found.states, found.name) == ({}, (), "")
    assert [_row(fault) for fault in faults] == [
        ("unreadable-file", Place("opsflow.yaml"), "the board has no opsflow.yaml"),
        ("unreadable-file", Place("items/OPS-1.yaml"), "the YAML cannot be read here"),
    ]


def test_a_board_file_that_is_a_link_is_told_once() -> None:
    link = Fault("unreadable-file", Judgement(Place("opsflow.yaml"), "this is a link"))
    assert board.load({}, [link])[1] == (link,)


def test_a_board_without_a_key_takes_any_id() -> None:
    found, faults = load({"opsflow.yaml": CONFIG.replace(b"key: OPS\n", b""), "items/NET-1.yaml": ITEM})
    assert (list(found.items), faults) == (
        ["NET-1"],
        [("misshapen", Spot("opsflow.yaml", ("key",)), "`key` is missing")],
    )


def test_people_and_catalog_belong_to_the_board() -> None:
    found, faults = load(
        {"people.yaml": b"people: {a: {name: A}}\n", "catalog.yaml": b"vendors: {b: {name: B}}\n"}
    )
    assert (list(found.people), found.teams, found.services, list(found.vendors), found.projects, faults) == (
        ["a"],
        None,
        None,
        ["b"],
        None,
        [],
    )


SOURCES = b"""\
sources:
  - paths: [keps/**/kep.yaml, items/foreign/*.yaml]
    id: {field: kep-number, prefix: KEP-}
    fields: {title: title, state: status}
"""


def test_foreign_records_stand_beside_our_own() -> None:
    record = b"title: b\nkep-number: 7\nstatus: doing\n"
    found, faults = load(
        {"opsflow.yaml": CONFIG + SOURCES, "keps/a/kep.yaml": record, "items/OPS-1.yaml": ITEM}
    )
    assert {id: (item.title, item.state, item.source) for id, item in found.items.items()} == {
        "KEP-7": ("b", "doing", 0),
        "OPS-1": ("a", "doing", None),
    }
    assert faults == []
    assert board.patterns(CONFIG + SOURCES)[-2:] == ("keps/**/kep.yaml", "items/foreign/*.yaml")


def test_a_file_that_a_source_matches_is_none_of_our_own() -> None:
    record = b"title: b\nkep-number: 7\nstatus: doing\n"
    found, faults = load({"opsflow.yaml": CONFIG + SOURCES, "items/foreign/x.yaml": record})
    assert (list(found.items), faults) == (["KEP-7"], [])


def test_two_foreign_records_of_one_id_are_told() -> None:
    record = b"title: b\nkep-number: 7\nstatus: doing\n"
    found, faults = load(
        {"opsflow.yaml": CONFIG + SOURCES, "keps/a/kep.yaml": record, "keps/b/kep.yaml": record}
    )
    assert found.items["KEP-7"].path == "keps/a/kep.yaml"
    where = Spot("keps/b/kep.yaml", ("kep-number",))
    assert faults == [("duplicate-id", where, "KEP-7 is also the id of keps/a/kep.yaml")]


def test_both_readers_make_the_same_board(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        f"items/OPS-{number}.yaml": data for number, data in enumerate([ITEM, *BROKEN, ITEM + b"due: soon\n"])
    }
    fast = load(files)
    monkeypatch.setenv("OPSFLOW_SLOW", "1")
    assert load(files) == fast


def test_loading_leaves_the_collector_as_it_was() -> None:
    load({})
    assert gc.isenabled()
    gc.disable()
    try:
        load({})
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_folder_is_a_tree() -> None:
    tree = folder.Folder({"opsflow.yaml": CONFIG, "items/OPS-1.yaml": ITEM})
    assert board.load(tree) == board.load(dict(tree))
