"""The index changes no result: not as it grows, not where it is damaged, not where it is missing."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from opsflow import resources
from opsflow.history import change, index, log, repository, rows, story, tables
from opsflow.history.index import Index
from opsflow.history.line import Line, Row, Value
from opsflow.model import order_key
from opsflow.reading import board as boards
from opsflow.reading import track
from opsflow.reading.tracked import Partly, Tracked
from tests import stories
from tests.history import scene
from tests.history.scene import BROKEN, CONFIG, IGNORING, item, opened

STATES = ("inbox", "ready", "doing", "vendor", "done")
READER = track.reader(scene.board(IGNORING))
OWN = story.own_files(scene.board(IGNORING))


def files_of(cache: Path) -> list[Path]:
    return sorted((cache / "history").glob("*.sqlite"))


def told(path: str, cache: bool, **options: object) -> tuple[object, ...]:
    return scene.everything(scene.tell(path, IGNORING, cache=cache, **options))


class Growth:
    """A board that grows at random: items come, move, are renamed, break, go and come back."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.count = 0

    def text(self) -> str:
        rng = self.rng
        if rng.random() < 0.08:
            return BROKEN
        fields = {
            "assignees": f"[{rng.choice(('maria', 'sam', 'kim'))}]",
            "type": rng.choice(("task", "incident")),
        }
        if rng.random() < 0.2:
            fields["blocked"] = "{reason: parts, by: vendor:acme}"
        if rng.random() < 0.2:
            fields["entered"] = f"{{{rng.choice(STATES)}: 2026-01-{rng.randint(1, 28):02} 08:00}}"
        return item(rng.choice(STATES), f"Item {rng.randint(1, 3)}", **fields)

    def name(self) -> str:
        folder = self.rng.choice(("items", "items/a", "archive"))
        return f"{folder}/OPS-{self.rng.randint(1, 9)}{self.rng.choice(('', '-slug', '-other'))}.yaml"

    def step(self, path: str, branch: str = "main") -> stories.Step:
        """A commit on top of a branch."""
        rng = self.rng
        self.count += 1
        listing = stories.git(path, "ls-tree", "-r", "--name-only", f"refs/heads/{branch}")
        there = [name for name in listing.splitlines() if name.endswith(".yaml") and "/" in name]
        step: stories.Step = {"on": branch, "message": f"Change {self.count}"}
        files: dict[str, str | bytes | stories.Odd | None] = {}
        if rng.random() < 0.3:
            step["at"] = f"2026-01-{rng.randint(5, 28):02} 09:00"
        for _ in range(rng.randint(1, 3)):
            kind = rng.random()
            if there and kind < 0.15:
                files[there.pop(rng.randrange(len(there)))] = None
            elif there and kind < 0.3:
                old, new = there.pop(rng.randrange(len(there))), self.name()
                if new not in there and new not in files:
                    step.setdefault("move", {})[old] = new  # type: ignore[index]
            elif there and kind < 0.6:
                files[there.pop(rng.randrange(len(there)))] = self.text()
            elif kind < 0.65:
                files["opsflow.yaml"] = f"{IGNORING}# {self.count}\n"
            elif kind < 0.7:
                files["mass-edits.txt"] = rng.choice(stories.commits(path, f"refs/heads/{branch}"))
            elif kind < 0.75:
                files["README.md"] = str(self.count)
            elif (name := self.name()) not in there and name not in step.get("move", {}).values():
                files[name] = self.text()
        step["files"] = files
        return step

    def grow(self, path: str) -> None:
        """Something that happens to a repository between two looks at it."""
        rng = self.rng
        kind = rng.random()
        line = stories.commits(path)
        if kind < 0.12 and len(line) > 3:  # a branch is rewritten
            stories.git(path, "update-ref", "refs/heads/main", rng.choice(line[1:-1]))
        elif kind < 0.3:  # work on a branch, and its merge
            stories.git(path, "update-ref", "refs/heads/topic", rng.choice(line[-3:]))
            stories.add(path, [self.step(path, "topic")])
            stories.add(path, [self.step(path)])
            if rng.random() < 0.7:
                stories.add(path, [{"merge": ["topic"]}])
        elif kind < 0.4 and stories.git(path, "branch", "--list", "topic"):  # another branch is checked out
            stories.git(path, "symbolic-ref", "HEAD", f"refs/heads/{rng.choice(('main', 'topic'))}")
            return
        for _ in range(rng.randint(0, 2)):
            stories.add(path, [self.step(path)])


@pytest.mark.parametrize("seed", range(4))
def test_with_and_without_the_index_the_same_is_told_however_a_repository_grows(
    seed: int, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 4)
    monkeypatch.setattr(change, "LATEST", 3)
    growth = Growth(seed)
    path = stories.make(
        tmp_path / "board", [{"files": {"opsflow.yaml": IGNORING, "items/OPS-1.yaml": item("inbox")}}]
    )
    for _ in range(10):
        growth.grow(path)
        plain = told(path, False)
        entries = asked(path)
        assert told(path, True) == plain
        assert entries == asked(path) == expected_entries(path)
        past = growth.rng.choice(stories.commits(path))
        assert told(path, True, commit=past) == told(path, False, commit=past)
    assert len(files_of(cache)) == 1
    shutil.rmtree(cache)
    assert told(path, True) == plain
    agrees_with_the_board(path)


def asked(path: str) -> dict[str, list[log.Entry]]:
    """What `log` says of every item, by the index."""
    listed = story.ignored_revisions(opened(path), scene.board(IGNORING), opened(path).head, None)
    names = [f"OPS-{n}" for n in range(1, 11)]
    return {name: log.of_item(opened(path), READER, OWN, name, ignored=listed) for name in names} | {
        f"last {n}": log.newest(opened(path), READER, OWN, n, ignored=listed) for n in (1, 3, 100)
    }


def expected_entries(path: str) -> dict[str, list[log.Entry]]:
    history = scene.tell(path, IGNORING)
    found: dict[str, list[log.Entry]] = {f"OPS-{n}": [] for n in range(1, 11)}
    found |= {
        id: [
            log.Entry(
                id,
                move.before,
                move.after,
                move.at,
                move.commit.id,
                move.commit.author,
                move.commit.email,
                move.commit.subject,
            )
            for move in told.transitions
        ]
        for id, told in history.stories.items()
    }
    line = stories.commits(path)
    every = [entry for id in sorted(found, key=order_key) for entry in reversed(found[id])]
    every.sort(key=lambda entry: (entry.at, line.index(entry.commit)), reverse=True)
    return found | {f"last {n}": every[:n] for n in (1, 3, 100)}


def agrees_with_the_board(path: str) -> None:
    """The stories end in what the files of the commit say."""
    repo = opened(path)
    assert repo.head
    tree = repo.tree(repo.head, boards.patterns(IGNORING.encode()))
    board, _ = boards.load(tree)
    history = scene.tell(path, IGNORING)
    there = {id: told.states[-1].value for id, told in history.stories.items() if told.gone is None}
    readable = {id: item.state for id, item in board.items.items()}
    assert {id: state for id, state in there.items() if id not in board.unread} == readable
    assert there.keys() <= board.items.keys() | board.unread


# -- one repository, whose index is spoilt


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> str:
    growth = Growth(99)
    folder = tmp_path_factory.mktemp("index")
    path = stories.make(
        folder / "board", [{"files": {"opsflow.yaml": IGNORING, "items/OPS-1.yaml": item("inbox")}}]
    )
    for _ in range(25):
        stories.add(path, [growth.step(path)])
    return path


def sql(*statements: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        db = sqlite3.connect(file)
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()

    return change


def cut(share: float) -> Callable[[Path], None]:
    return to(lambda data: data[: int(len(data) * share)])


def to(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.write_bytes(change(file.read_bytes()))

    return write


def foreign(file: Path) -> None:
    file.unlink()
    sql("CREATE TABLE state (a)", "CREATE TABLE other (b)")(file)


def moved_here(file: Path) -> None:
    """An index of another board under this one's name."""
    sql("""UPDATE state SET data = replace(data, '"place": "', '"place": "/x')""")(file)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "emptied": to(lambda data: b""),
    "cut to its head": to(lambda data: data[:100]),
    "cut in half": cut(0.5),
    "cut at the end": cut(0.9),
    "text": to(lambda data: b"not a database" * 500),
    "another program's": foreign,
    "another board's": moved_here,
    "without a page": sql("DELETE FROM page WHERE number = 0"),
    "without a file": sql("DELETE FROM file WHERE path = (SELECT min(path) FROM file)"),
    "without an item": sql("DELETE FROM item WHERE id = 'OPS-1'"),
    "without items": sql("DROP TABLE item"),
    "without its state": sql("DELETE FROM state"),
    "with a wrong count": sql("UPDATE state SET data = replace(data, '\"rows\": ', '\"rows\": 1')"),
    "with a changed file": sql("UPDATE file SET data = replace(data, 'doing', 'ready')"),
    "with a changed page": sql("UPDATE page SET data = replace(data, 'Maria', 'Moria')"),
    "with a file under another path": sql(
        "UPDATE file SET path = 'archive/OPS-77.yaml' WHERE path = (SELECT min(path) FROM file)"
    ),
    "with two items' rows exchanged": sql(
        "UPDATE item SET id = 'x' WHERE id = 'OPS-1'",
        "UPDATE item SET id = 'OPS-1' WHERE id = 'OPS-2'",
        "UPDATE item SET id = 'OPS-2' WHERE id = 'x'",
    ),
    "with other types": sql("UPDATE page SET data = 5, sum = 'x'"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_spoilt_index_is_noticed_and_made_anew(name: str, board: str, cache: Path) -> None:
    expected, entries = told(board, False), expected_entries(board)
    for first in ("told", "asked"):
        told(board, True)
        (file,) = files_of(cache)
        DAMAGES[name](file)
        if first == "asked":
            assert asked(board) == entries
        assert told(board, True) == expected
        assert asked(board) == entries
        (file,) = files_of(cache)
        db = sqlite3.connect(file)
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        db.close()


def test_a_flipped_byte_anywhere_changes_no_result(board: str, cache: Path) -> None:
    expected, entries = told(board, False), expected_entries(board)
    told(board, True)
    (file,) = files_of(cache)
    good = file.read_bytes()
    rng = random.Random(7)
    for _ in range(120):
        bad = bytearray(good)
        bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
        file.write_bytes(bad)
        if rng.random() < 0.5:
            assert told(board, True) == expected
        else:
            assert asked(board) == entries


def test_an_index_of_another_reader_is_not_used_and_old_ones_are_removed(board: str, cache: Path) -> None:
    names = []
    for n in range(4):
        config = IGNORING.replace("key: OPS", f"key: O{n}S")
        scene.tell(board, config, cache=True)
        names.append({file.name for file in files_of(cache)})
        time.sleep(0.02)
    assert [len(found) for found in names] == [1, 2, 2, 2]
    assert names[3] - names[1] == names[3] - names[0] - names[1] and len(names[3] & names[2]) == 1


def test_a_cache_that_is_off_is_not_made(board: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_CACHE", "off")
    told(board, True)
    asked(board)
    assert not cache.exists()


def test_the_cache_folder_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSFLOW_CACHE_DIR")
    monkeypatch.setenv("HOME", "/home/maria")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/tmp/maria")
    assert resources.cache_folder() == "/var/tmp/maria/opsflow"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert resources.cache_folder() == "/home/maria/.cache/opsflow"
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", "/srv/cache")
    assert resources.cache_folder() == "/srv/cache"


def test_nobody_else_may_look_into_the_cache(board: str, cache: Path) -> None:
    told(board, True)
    assert f"{(cache / 'history').stat().st_mode:o}" == "40700"


def test_a_cache_folder_that_cannot_be_made_is_done_without(board: str, cache: Path) -> None:
    cache.write_text("a file")
    assert told(board, True) == told(board, False)
    assert asked(board) == expected_entries(board)


def test_a_folder_in_the_place_of_the_index_is_left_alone(board: str, cache: Path) -> None:
    told(board, True)
    (file,) = files_of(cache)
    file.unlink()
    file.mkdir()
    assert told(board, True) == told(board, False)
    assert asked(board) == expected_entries(board)
    assert file.is_dir()


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_an_index_that_another_program_has_is_not_waited_for_long(
    lock: str, board: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "WAIT", 0.05)
    path = str(shutil.copytree(board, tmp_path / "board"))
    told(path, True)
    (file,) = files_of(cache)
    stories.add(path, [{"files": {"items/OPS-1.yaml": item("vendor")}}])
    before = file.read_bytes()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute(lock)
    assert told(path, True) == told(path, False)
    assert asked(path) == expected_entries(path)
    other.execute("ROLLBACK")
    other.close()
    assert file.read_bytes() == before
    assert told(path, True) == told(path, False)


def test_of_two_writers_the_second_leaves_the_index_as_the_first_made_it(board: str, cache: Path) -> None:
    told(board, True)
    one, two = (Index.of(opened(board), READER, OWN) for _ in range(2))
    assert one and two
    assert one.store(one.count - 1, Line(one.count - 1)) is True
    assert two.store(two.count - 2, Line(two.count - 2)) is False
    assert len(one.load()) == len(two.load()) == len(stories.commits(board)) - 1
    one.close()
    two.close()


def test_a_commit_is_found_by_its_id_and_not_where_a_subject_names_it() -> None:
    line = Line()
    line.ids = [f"{n:040}" for n in range(rows.PAGE * 3)]
    line.stamps = [1] * len(line.ids)
    line.who = {0: ("a", "b", f"Undo {line.ids[-1]}"), len(line.ids) - 1: ("a", "b", f"See {line.ids[0]}")}
    kept = Index.in_memory(line)
    assert [kept.position(id) for id in line.ids] == list(range(len(line)))
    kept.close()


@pytest.mark.parametrize("latest", [0, 3, 100])
def test_the_newest_files_are_the_same_however_many_are_kept_at_hand(
    latest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "LATEST", latest)
    rng = random.Random(latest)
    line = Line()
    kept = Index.in_memory(line)
    for first in range(0, 60, 5):
        keep = max(first - rng.choice((0, 0, 7)), 0)
        more = Line(keep)
        more.ids = [f"{n:040}" for n in range(keep, first + 5)]
        more.stamps = list(range(keep, first + 5))
        for n in range(keep, first + 5):
            more.who[n] = ("a", "b", "c")
            for name in rng.sample("abcdefgh\u00e9\ud7ff\U0001f600", 2):
                more.files.setdefault(name, []).append((n, "", None))
        assert kept.store(keep, more)
        line.cut(keep)
        line.join(more)
        files = sorted(((rows[-1][0], path) for path, rows in line.files.items()), reverse=True)
        expected = [(path, last) for last, path in files]
        assert kept.newest(0, 100) == expected
        assert [pair for skip in range(0, 12, 2) for pair in kept.newest(skip, 2)] == expected
    kept.close()


def test_worktrees_share_one_index(board: str, tmp_path: Path, cache: Path) -> None:
    path = str(shutil.copytree(board, tmp_path / "board"))
    told(path, True)
    stories.git(path, "branch", "topic", "HEAD~3")
    other = str(tmp_path / "other")
    stories.git(path, "worktree", "add", "-q", other, "topic")
    stories.add(path, [{"on": "topic", "files": {"items/OPS-5.yaml": item("vendor")}}])
    for _ in range(2):
        for each in (path, other):
            assert told(each, True) == told(each, False)
            assert asked(each) == expected_entries(each)
    assert len(files_of(cache)) == 1


def test_an_old_index_that_another_program_removes_is_gone(
    board: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(shutil.copytree(board, tmp_path / "board"))
    for count in range(index.KEPT + 1):
        scene.tell(path, IGNORING.replace("key: OPS", f"key: OP{'S' * count}"), cache=True)
    assert len(files_of(cache)) == index.KEPT

    unlink = os.unlink

    def gone(path: str) -> None:
        if path.endswith(".sqlite"):
            raise FileNotFoundError
        unlink(path)

    monkeypatch.setattr(os, "unlink", gone)
    scene.tell(path, IGNORING.replace("key: OPS", "key: X"), cache=True)
    assert len(files_of(cache)) == index.KEPT + 1


def test_a_write_that_is_broken_off_leaves_what_was_there(
    board: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(shutil.copytree(board, tmp_path / "board"))
    told(path, True)
    (file,) = files_of(cache)
    before = file.read_bytes()
    stories.add(path, [{"files": {"items/OPS-1.yaml": item("vendor")}}])

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(change.Change, "count", stop)
        with pytest.raises(KeyboardInterrupt):
            told(path, True)
    assert file.read_bytes() == before
    assert told(path, True) == told(path, False)


def test_one_more_commit_reads_one_more_blob(
    board: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(shutil.copytree(board, tmp_path / "board"))
    told(path, True)
    stories.add(path, [{"files": {"items/OPS-50.yaml": item("vendor", "Newest")}}])
    read: list[str] = []
    plain = track.Reader.__call__

    def noted(self: track.Reader, path: str, data: bytes) -> track.Answer:
        read.append(path)
        return plain(self, path, data)

    monkeypatch.setattr(track.Reader, "__call__", noted)
    entries = log.of_item(opened(path), READER, OWN, "OPS-50")
    assert (entries[-1].after, read) == ("vendor", ["items/OPS-50.yaml"])
    history = scene.tell(path, IGNORING, cache=True)
    assert (history.stories["OPS-50"].title, read) == ("Newest", ["items/OPS-50.yaml"])


def test_a_look_at_the_past_or_at_another_branch_leaves_the_index_as_it_is(
    board: str, tmp_path: Path, cache: Path
) -> None:
    path = str(shutil.copytree(board, tmp_path / "board"))
    stories.add(path, [{"on": "topic", "start": "main", "files": {"items/OPS-1.yaml": item("vendor")}}])
    told(path, True)
    (file,) = files_of(cache)
    before = file.read_bytes()
    for rev in ("HEAD~5", "topic"):
        told(path, True, commit=opened(path).resolve(rev))
    assert file.read_bytes() == before


def test_a_line_goes_into_an_index_and_comes_out_the_same(
    board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = index.read(opened(board), READER, OWN, opened(board).head, cache=False)
    for page in (1, 3, 256):
        monkeypatch.setattr(rows, "PAGE", page)
        kept = Index.in_memory(line)
        found = kept.load()
        assert (found.ids, found.stamps, found.who, found.files) == (
            line.ids,
            line.stamps,
            line.who,
            line.files,
        )
        assert [kept.position(id) for id in line.ids] == list(range(len(line)))
        assert kept.position("0" * 40) == -1
        kept.close()


def test_values_of_every_kind_come_out_of_a_row_as_they_went_in() -> None:
    plain = Tracked(
        "OPS-1", "T", "doing", "wip", "task", "standard", ("maria", "sam"), ("parts", "vendor:a"), ()
    )
    entered = (("doing", "2026-01-05T08:00:00+00:00"), ("done", "2026-01-06T08:00:00+00:00"))
    values: list[Value] = [
        (plain,),
        (plain, plain._replace(id="OPS-2", assignees=(), blocked=None, entered=entered)),
        (plain._replace(title="", assignees=("",), blocked=("", ""), entered=entered[:1]),),
        (plain._replace(title="two\nlines", assignees=("a\x1eb", "\ud800"), blocked=("x\x1fy", "\x1d")),),
        (plain._replace(title="caf\xe9 \u2028 \u200b = ! ? -"),),
        (),
        Partly((plain,), ("OPS-2", ""), "line 2: not JSON"),
        Partly((), (), ""),
        "a reason",
        "",
        "two\nlines \ud800",
        None,
    ]
    given: list[Row] = [(n * 7, "" if value is None else f"{n:040}", value) for n, value in enumerate(values)]
    assert rows.versions(rows.as_text(given)) == given
    assert rows.versions(rows.as_text([*given, (99, "1" * 40, values[0])]))[-1] == (99, "1" * 40, values[0])
    rows.as_text(given).encode()  # as SQLite needs it


def test_nothing_of_the_repository_is_written(board: str, tmp_path: Path) -> None:
    path = str(shutil.copytree(board, tmp_path / "board"))
    before = {str(file): file.stat().st_mtime_ns for file in Path(path).rglob("*")}
    told(path, True)
    asked(path)
    assert {str(file): file.stat().st_mtime_ns for file in Path(path).rglob("*")} == before


def test_log_of_raw_states_tells_moves_that_the_mapping_hides(tmp_path: Path) -> None:
    config = f"""{CONFIG}sources:
  - paths: w/*.yaml
    id: {{field: n, prefix: W-}}
    fields: {{title: name, state: {{field: status, map: {{open: inbox, accepted: inbox, wip: doing}}}}}}
"""
    rows = [f"n: 1\nname: N\nstatus: {status}\n" for status in ("open", "accepted", "wip")]
    path = stories.make(tmp_path / "board", [{"files": {"w/1.yaml": row}} for row in rows])
    reader = track.reader(scene.board(config))

    def moves(raw: bool) -> list[tuple[str | None, str | None]]:
        return [(e.before, e.after) for e in log.of_item(opened(path), reader, OWN, "W-1", raw=raw)]

    assert moves(False) == [(None, "inbox"), ("inbox", "doing")]
    assert moves(True) == [(None, "open"), ("open", "accepted"), ("accepted", "wip")]


def test_log_of_a_repository_without_a_commit_is_empty(tmp_path: Path) -> None:
    path = stories.make(tmp_path / "board", [], checkout=False)
    assert log.of_item(opened(path), READER, OWN, "OPS-1") == []
    assert log.newest(opened(path), READER, OWN, 5) == []
    assert repository.find(path) is not None
