"""The small definitions of the line: times, names, keys, and where two lines part."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow.history.commits import clean, clock, stamp
from opsflow.history.line import Line, grow, key
from opsflow.history.moves import Move, when
from opsflow.reading import track
from tests import stories
from tests.history import scene
from tests.history.scene import item, opened


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1767603600", 1767603600),
        ("1", 1),
        ("0", -1),
        ("", -1),
        ("4102444799", 4102444799),
        ("4102444800", -1),
        ("18446744073709551616", -1),
        ("-86400", -1),
        ("yesterday", -1),
        ("²", -1),
    ],
)
def test_a_stamp_is_a_time_or_none(text: str, seconds: int) -> None:
    assert stamp(text) == seconds


@pytest.mark.parametrize(
    ("stamps", "times"),
    [
        ([], []),
        ([5, 7, 9], [5, 7, 9]),
        ([5, 3, 4, 6], [5, 5, 5, 6]),
        ([-1, -1, 7, -1, 9], [7, 7, 7, 7, 9]),
        ([-1, -1], [0, 0]),
    ],
)
def test_the_clock_of_a_line_never_runs_backwards(stamps: list[int], times: list[int]) -> None:
    assert clock(stamps) == times


def test_a_clock_goes_on_from_the_time_before() -> None:
    assert clock([-1, 3, 9], before=5) == [5, 5, 9]


def test_surrogates_become_the_replacement_character() -> None:
    assert (clean("Zoë"), clean(b"Zo\xeb".decode("utf-8", "surrogateescape"))) == ("Zoë", "Zo\ufffd")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("items/OPS-7K3Q-renew-edge.yaml", "OPS-7K3Q"),
        ("OPS-1.yaml", "OPS-1"),
        ("items/OPS-1.x.yaml", "OPS-1"),
        ("items/README.md", ""),
    ],
)
def test_the_key_of_a_file_is_in_its_name(path: str, found: str) -> None:
    assert key(path) == found


def test_moments_of_moves_hold_together() -> None:
    def moment(second: int) -> str:
        return f"1970-01-01T00:00:{second:02}+00:00"

    def moves(*given: tuple[int, int, str]) -> list[Move]:
        found = []
        for n, life, entered in given:
            move = Move(n, None, "x", None, "x", life)
            move.entered, move.said = entered, n
            found.append(move)
        return found

    times = [10, 20, 30, 40]
    assert when(moves((0, 1, ""), (1, 1, ""), (2, 1, "")), times) == [10, 20, 30]
    assert when(moves((0, 1, ""), (1, 1, ""), (2, 1, moment(5))), times) == [5, 5, 5]
    assert when(moves((0, 1, ""), (1, 1, moment(15)), (2, 1, moment(5))), times) == [10, 15, 15]
    assert when(moves((0, 1, ""), (1, 1, ""), (2, 2, moment(5)), (3, 2, "")), times) == [10, 20, 20, 40]
    assert when(moves((0, 1, moment(11)), (1, 1, moment(21))), times) == [10, 20]


# -- growing a line


def grown(path: str, known: list[str]) -> Line:
    """What is read beside a known line."""
    repo = opened(path)
    assert repo.head
    line = Line()
    line.ids = known
    return grow(repo, track.reader(scene.board()), (), repo.head, line)


def test_what_was_read_before_is_not_read_again_but_for_what_was_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, other = "items/OPS-A1.yaml", "items/OPS-B2.yaml"
    steps: list[stories.Step] = [
        {"files": {name: item("inbox"), other: stories.Odd("120000", item("ready").encode())}},
        {"files": {name: item("doing")}},
    ]
    path = stories.make(tmp_path / "board", steps)
    known = grown(path, [])
    stories.add(path, [{"files": {name: item("inbox")}}, {"files": {other: item("ready")}}])
    read: list[str] = []
    reader = track.reader(scene.board())
    plain = track.Reader.__call__

    def noted(self: track.Reader, path: str, data: bytes) -> track.Answer:
        read.append(path)
        return plain(self, path, data)

    monkeypatch.setattr(track.Reader, "__call__", noted)
    repo = opened(path)
    assert repo.head
    more = grow(repo, reader, (), repo.head, known)
    assert read == [other]
    known.join(more)
    assert known.files == grown(path, []).files


def test_a_line_grows_from_where_two_branches_part(tmp_path: Path) -> None:
    name = "items/OPS-A1.yaml"
    path = stories.make(
        tmp_path / "board",
        [
            {"files": {name: item("inbox")}},
            {"files": {name: item("ready")}},
            {"on": "old", "start": "main", "files": {name: item("vendor")}},
            {"files": {name: item("doing")}},
            {"on": "old", "merge": ["main"], "files": {name: item("vendor")}},
            {"on": "far", "files": {name: item("done")}},
            {"files": {name: item("done")}},
        ],
    )
    main, old, far = (stories.commits(path, name) for name in ("main", "old", "far"))
    cases = {
        "nothing known": ([], 0),
        "its own beginning": (main[:2], 2),
        "a branch that parted from it": (old[:3], 2),
        "a branch that took it in since": (old, 2),
        "one with another root": (far, 0),
        "commits that are not there any more": (["1" * 40], 0),
        "the same": (main, 4),
    }
    for known, first in cases.values():
        line = grown(path, known)
        assert (line.first, line.ids) == (first, main[first:])
    stories.git(path, "update-ref", "--no-deref", "HEAD", main[1])
    behind = grown(path, main)
    assert (behind.first, behind.ids) == (2, [])


def test_a_line_is_cut_and_joined(tmp_path: Path) -> None:
    name, other = "items/OPS-A1.yaml", "items/OPS-B1.yaml"
    steps: list[stories.Step] = [
        {"files": {name: item("inbox")}},
        {"files": {name: item("doing")}},
        {"files": {other: item("inbox")}},
    ]
    path = stories.make(tmp_path / "board", steps)
    whole = grown(path, [])
    line = grown(path, [])
    line.cut(2)
    assert (line.ids, list(line.files), list(line.who)) == (whole.ids[:2], [name], [0, 1])
    line.join(grown(path, line.ids))
    assert (line.ids, line.stamps, line.who, line.files) == (whole.ids, whole.stamps, whole.who, whole.files)
    line.cut(0)
    assert (line.ids, line.files, line.who) == ([], {}, {})
