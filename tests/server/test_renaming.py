"""Another id for an item."""

import pytest

from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.server import renaming
from opsflow.server.changes import Change
from tests.boards import board_of, facts_of
from tests.server.marked import marked

FILES = {
    "items/net/OPS-1-order-a-line.yaml": "# OPS-1: see OPS-10\ntitle: Order a line\nid: OPS-1\nstate: ready\n",
    "OPS-2": "title: é😀\nstate: ready\ndepends_on: [OPS-1, OPS-10]\nblocked: {reason: waits for OPS-1, by: 'item:OPS-1'}\n",
    "OPS-3": "title: Plan\nstate: ready\npart_of: OPS-1\ndescription: |\n  OPS-1, XOPS-1, OPS-12 and OPS-1-order-a-line.yaml.\n",
    "OPS-10": "{state: ready}",
    "OPS-12": "{state: ready}",
    "OPS-13": "title: fix: OPS-1\n",
    "notes/plan.yaml": "about: OPS-1\n",
}  # fmt: skip


def after(facts: Facts, change: Change) -> dict[str, str]:
    """The tree once an editor has carried a change out."""
    texts = {path: data.decode() for path, data in facts.tree.items()}
    for edit in sorted(change.edits, key=lambda each: (each.path, -each.start)):
        text = texts[edit.path]
        texts[edit.path] = text[: edit.start] + edit.text + text[edit.end :]
    for old, new in change.moves:
        texts[new] = texts.pop(old)
    return texts


def test_the_file_and_every_mention_get_the_new_id_and_nothing_else_changes() -> None:
    facts = facts_of(FILES)
    texts = after(facts, renaming.rename(facts, "OPS-1", "OPS-7K3Q"))
    assert {path: texts[path] for path in texts if path not in ("opsflow.yaml", "notes/plan.yaml")} == {
        "items/net/OPS-7K3Q-order-a-line.yaml": "# OPS-7K3Q: see OPS-10\ntitle: Order a line\nid: OPS-7K3Q\nstate: ready\n",
        "items/OPS-2.yaml": "title: é😀\nstate: ready\ndepends_on: [OPS-7K3Q, OPS-10]\nblocked: {reason: waits for OPS-7K3Q, by: 'item:OPS-7K3Q'}\n",
        "items/OPS-3.yaml": "title: Plan\nstate: ready\npart_of: OPS-7K3Q\ndescription: |\n  OPS-7K3Q, XOPS-1, OPS-12 and OPS-7K3Q-order-a-line.yaml.\n",
        "items/OPS-10.yaml": "title: Some work\nstate: ready\n",
        "items/OPS-12.yaml": "title: Some work\nstate: ready\n",
        "items/OPS-13.yaml": "title: fix: OPS-7K3Q\n",
    }  # fmt: skip
    assert texts["notes/plan.yaml"] == FILES["notes/plan.yaml"]
    board = board_of({path: text.encode() for path, text in texts.items()})
    assert board.items["OPS-2"].depends_on == ("OPS-7K3Q", "OPS-10")
    assert board.items["OPS-2"].blocked and board.items["OPS-2"].blocked.by == "item:OPS-7K3Q"
    assert board.items["OPS-3"].part_of == "OPS-7K3Q"


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("OPS-10", "OPS-10 is the id of another item: choose one that is free."),
        ("OPS-13", "OPS-13 is the id of another item: choose one that is free."),
        ("ops-7", "ops-7 is no id of this board: write OPS- and digits or capital letters without I, L, O and U."),
        ("OPS-OIL", "OPS-OIL is no id of this board: write OPS- and digits or capital letters without I, L, O and U."),
        ("NET-7", "NET-7 is no id of this board: write OPS- and digits or capital letters without I, L, O and U."),
        ("OPS-7-x", "OPS-7-x is no id of this board: write OPS- and digits or capital letters without I, L, O and U."),
        ("", "Nothing is no id of this board: write OPS- and digits or capital letters without I, L, O and U."),
    ],
)  # fmt: skip
def test_an_id_that_is_none_or_taken_is_refused(new: str, reason: str) -> None:
    with pytest.raises(OpsflowError) as refused:
        renaming.rename(facts_of(FILES), "OPS-1", new)
    assert str(refused.value) == reason


def test_the_same_id_changes_nothing_and_one_that_is_not_there_is_refused() -> None:
    facts = facts_of(FILES)
    assert renaming.rename(facts, "OPS-1", "OPS-1") == Change()
    with pytest.raises(OpsflowError):
        renaming.rename(facts, "OPS-99", "OPS-7")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: x\nstate: ready\ndepends_on: [OPS^-2]\n", "OPS-2"),
        ("title: x\nstate: ready\nblocked: {reason: x, by: item:OP^S-2}\n", "OPS-2"),
        ("title: x\nstate: ready\npart_of: OPS-2^\n", "OPS-2"),
        ("title: x\nstate: ready\ndescription: |\n  See OPS^-2.\n", "OPS-2"),
        ("tit^le: x\nstate: ready\n", "OPS-1"),
        ("title: x^\nstate: ready\n", "OPS-1"),
        ("title: x\nstate: rea^dy\n", None),
        ("title: x\nsta^te: ready\n", None),
        ("title: x\nstate: ready\nassignees: [ma^ria]\n", None),
    ],
)
def test_an_id_is_renamed_where_it_stands_or_at_the_title_of_its_item(
    text: str, expected: str | None
) -> None:
    found = renaming.at(*marked("items/OPS-1.yaml", text, OPS_2="{state: ready}"))
    assert (found.id if found else None) == expected
