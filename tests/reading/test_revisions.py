"""The file that `ignore_revs:` names."""

import pytest

from opsflow.model import Fault, Judgement, Place, Spot
from opsflow.reading import board as boards
from opsflow.reading import revisions

ONE, TWO, LONG = "a" * 40, "0123456789abcdef0123456789abcdef01234567", "b" * 64
BOARD = b"""\
board: Operations
key: OPS
ignore_revs: mass-edits.txt
workflow: [{state: ready, kind: backlog}, {state: done, kind: done}]
"""


def faults(listed: bytes | None) -> tuple[Fault, ...]:
    tree = {"opsflow.yaml": BOARD} if listed is None else {"opsflow.yaml": BOARD, "mass-edits.txt": listed}
    return boards.load(tree)[1]


def test_it_holds_full_ids_of_either_kind_with_comments_and_any_line_ends() -> None:
    data = f"\ufeff# imports\r\n{ONE}\r\n\n  {TWO.upper()} # renamed\n{LONG}".encode()
    assert revisions.read(data) == {ONE, TWO, LONG}
    assert faults(data) == ()
    assert faults(b"") == ()


def test_a_file_that_is_not_there_is_said_at_the_key() -> None:
    message = "`ignore_revs` names mass-edits.txt, and there is no such file"
    hint = "Correct the path, or add the file; without it every commit counts."
    where = Spot("opsflow.yaml", ("ignore_revs",))
    assert faults(None) == (Fault("unreadable-file", Judgement(where, message, hint)),)


def test_a_file_that_cannot_be_read_is_said_once() -> None:
    link = Fault("unreadable-file", Judgement(Place("mass-edits.txt"), "it is a link"))
    assert boards.load({"opsflow.yaml": BOARD}, (link,))[1] == (link,)


@pytest.mark.parametrize(
    ("written", "said", "hint"),
    [
        (TWO[:10], TWO[:10], f"Write the id in full: `git rev-parse {TWO[:10]}` prints it."),
        ("HEAD~1", "HEAD~1", "Write one full id a line, and a comment after `#`."),
        (f"{ONE} {TWO}", f"{ONE} {TWO[:16]}...", "Write one full id a line, and a comment after `#`."),
    ],
)
def test_a_line_that_is_no_full_id_is_said_where_it_stands(written: str, said: str, hint: str) -> None:
    data = f"# imports\n{ONE}\n  {written}  # once\n{TWO}\n".encode()
    place = Place("mass-edits.txt", 3, 3, len(written))
    expected = Fault("misshapen", Judgement(place, f"`{said}` is no full id of a commit", hint))
    assert faults(data) == (expected,)
    assert revisions.read(data) == {ONE, TWO}


def test_a_file_of_something_else_is_not_listed_line_by_line() -> None:
    assert len(faults(b"x\n" * 5000)) == 20
    assert revisions.read(bytes(range(256)) * 9) == frozenset()
