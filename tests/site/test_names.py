"""Names of files and anchors."""

from __future__ import annotations

import re

from opsflow.site import names

HOSTILE = [
    "../../x",
    "/abs",
    "a/b",
    "CON.html",
    "",
    ".hidden",
    "x" * 300,
    "<b>",
    'a"b',
    "a b",
    "漢字",
    "a\nb",
    "\ud800",
]


def test_an_ordinary_id_is_its_own_file() -> None:
    assert names.files(["OPS-407", "KEP-1", "OPS-7K3Q"]) == {
        "OPS-407": "OPS-407",
        "KEP-1": "KEP-1",
        "OPS-7K3Q": "OPS-7K3Q",
    }


def test_any_other_id_gets_a_name_that_can_only_be_a_file_in_its_folder() -> None:
    named = names.files(HOSTILE)
    assert len(set(named.values())) == len(HOSTILE)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name) for name in named.values())


def test_ids_that_differ_only_in_case_do_not_share_a_file() -> None:
    named = names.files(["OPS-A", "OPS-a", "ops-a"])
    assert len({name.casefold() for name in named.values()}) == 3
    assert named["OPS-A"] == "OPS-A"


def test_an_anchor_never_takes_the_place_of_the_sites_own_ids() -> None:
    assert names.anchor("OPS-407") == "OPS-407"
    assert [names.anchor(name) for name in ("main", "q", "board")] == ["item-main", "item-q", "item-board"]


def test_a_column_is_named_by_its_state() -> None:
    assert names.column("doing") == "col-doing"
    assert re.fullmatch(r"col-in-progress_[0-9a-f]{10}", names.column("in progress"))
