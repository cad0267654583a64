"""What `FIELD=VALUE` means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opsflow.editing import changes, fields
from opsflow.errors import OpsflowError
from tests.editing.scene import facts

TODAY = date(2026, 3, 2)
TEXT = """title: Renew  # yearly
state: ready
labels: [a, b]
blocked:
  reason: no answer
"""


def after(root: Path, *given: str) -> str:
    """The item once these are set."""
    (root / "items/OPS-1-edge.yaml").write_text(TEXT)
    known = facts(root)
    item = known.item("OPS-1")
    plan = changes.assign(known, [item], [fields.parse(each, known.board, known.today) for each in given])
    pair = plan.files.get(item.path)
    return pair[1].decode() if pair and pair[1] is not None else TEXT


@pytest.mark.parametrize(
    ("given", "old", "new"),
    [
        ("title=Renew it", "title: Renew  # yearly", "title: Renew it  # yearly"),
        ("due=2026-12-01", "labels:", "due: 2026-12-01\nlabels:"),
        ("due=14d", "labels:", "due: 2026-03-16\nlabels:"),
        ("due=tomorrow", "labels:", "due: 2026-03-03\nlabels:"),
        ("start_after=+2w", "labels:", "start_after: 2026-03-16\nlabels:"),
        ("labels+=c", "[a, b]", "[a, b, c]"),
        ("labels+=b,c", "[a, b]", "[a, b, c]"),
        ("label+=c", "[a, b]", "[a, b, c]"),
        ("labels-=a", "[a, b]", "[b]"),
        ("labels-=a,b", "labels: [a, b]\n", ""),
        ("labels=x, y", "[a, b]", "[x, y]"),
        ("labels=", "labels: [a, b]\n", ""),
        ("blocked.reason=it is late: very", "no answer", '"it is late: very"'),
        ("blocked.by=vendor:acme", "no answer\n", "no answer\n  by: vendor:acme\n"),
        ("blocked=", "blocked:\n  reason: no answer\n", ""),
        ("risk=low", "", "risk: low\n"),
        ("hosts=a,b", "", "hosts:\n  - a\n  - b\n"),
        ("entered.doing=2026-02-01 09:00", "", "entered:\n  doing: 2026-02-01 09:00\n"),
        ("allow.wip-limit.reason=P1", "", "allow:\n  wip-limit:\n    reason: P1\n"),
        ("checklist=- [ ] ask", "", "checklist: |\n  - [ ] ask\n"),
        ("checklist=- [ ] ask\n- [x] buy", "", "checklist: |\n  - [ ] ask\n  - [x] buy\n"),
        ("description=one\ntwo", "", "description: |\n  one\n  two\n"),
        ("description=one", "", "description: one\n"),
        ("cost=", "", ""),
        ("labels+=a", "", ""),
        ("labels-=z", "", ""),
    ],
)
def test_a_field_is_set_and_nothing_else_changes(root: Path, given: str, old: str, new: str) -> None:
    expected = TEXT.replace(old, new) if old else TEXT + new
    assert after(root, given) == expected


def test_several_fields_are_set_at_once(root: Path) -> None:
    assert after(root, "labels-=a", "labels+=c", "state=doing") == TEXT.replace("[a, b]", "[b, c]").replace(
        "ready", "doing"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("duu=1", "There is no field 'duu'. Did you mean 'due'?"),
        ("due+=1", "due is no list; set it with `due=1`."),
        ("blocked=because", "blocked has keys of its own; set one of them: blocked.reason, blocked.by."),
        ("title.x=1", "title has no keys of its own; set it with `title=VALUE`."),
        ("labels+=", "'labels+=' names nothing; write what is to be added or taken away."),
        ("due", "'due' sets nothing; write FIELD=VALUE, FIELD+=VALUE or FIELD-=VALUE."),
    ],
)
def test_what_cannot_be_set_is_told(root: Path, given: str, said: str) -> None:
    with pytest.raises(OpsflowError) as error:
        fields.parse(given, facts(root).board, TODAY)
    assert str(error.value) == said


def test_ids_in_values_may_be_abbreviated(root: Path) -> None:
    board = facts(root).board
    full = {"1": "OPS-1", "2": "OPS-2"}
    assert [
        fields.parse(text, board, TODAY, lambda text: full.get(text, text)).texts
        for text in ("depends_on=1,2", "part_of=1", "blocked.by=item:2", "blocked.by=2", "labels=1")
    ] == [("OPS-1", "OPS-2"), ("OPS-1",), ("item:OPS-2",), ("2",), ("1",)]


def test_what_is_done_is_told_in_a_stable_form(root: Path) -> None:
    board = facts(root).board
    given = [
        fields.parse(each, board, TODAY) for each in ("due=2026-12-01", "labels+=a,b", "skills-=tls", "cost=")
    ]
    assert fields.said(given) == (
        "Set due to 2026-12-01, add a, b to labels, take tls from skills, remove cost"
    )
    assert fields.said([fields.parse("labels+=q", board, TODAY)] * 2) == "Add q to labels"
    assert fields.said([fields.parse(f"description=one\ntwo {'x' * 99}", board, TODAY)]) == (
        f"Set description to one two {'x' * 49}..."
    )


@pytest.mark.parametrize("given", ["blocked..x=1", "blocked.why=1"])
def test_a_key_that_a_field_does_not_have_is_told_with_those_that_it_has(root: Path, given: str) -> None:
    name = given.partition("=")[0]
    with pytest.raises(OpsflowError) as told:
        fields.parse(given, facts(root).board, TODAY)
    assert str(told.value) == f"There is no key '{name}'. There are blocked.reason, blocked.by."


def test_what_is_set_twice_is_said_once(root: Path) -> None:
    given = fields.parse("labels=a,b,a", facts(root).board, TODAY)
    assert fields.said([given]) == "Set labels to a, b"
