"""An oracle of the history: what opsflow reads is what a checkout of every commit of the line shows.

Random histories are written into one repository, each as a branch: items come, move, break, are renamed,
go and come back; branches are merged, two at once, too; clocks run backwards. The oracle walks the
first-parent line, unpacks every tree whole, and compares each item with the one before. It knows nothing
of diffs, of an index, or of opsflow's readers.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from opsflow.history import repository, story
from tests import stories
from tests.history import scene

SEEDS = int(os.environ.get("OPSFLOW_ORACLE_SEEDS", "500"))
STEP_BY_STEP = max(SEEDS // 10, 1)
"""So many of them are read after every commit, too, with an index that grows."""
STATES = ("inbox", "ready", "doing", "vendor", "done")
BOARD = scene.board()
Files = dict[str, bytes]


class Move(NamedTuple):
    """An item's state changed, in one commit."""

    item: str
    before: str | None
    after: str | None
    at: datetime
    commit: str


# -- random histories -----------------------------------------------------------------------------


class Writer:
    """Writes a fast-import stream of random histories, one a seed."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.marks = 0

    def history(self, seed: int) -> None:
        rng = random.Random(seed)
        ref = f"refs/seeds/{seed}"
        heads: list[tuple[int, Files]] = []
        main = self.commit(
            ref, rng, [], self.edited(rng, {"opsflow.yaml": scene.CONFIG.encode()}), 1767600000
        )
        for step in range(rng.randint(4, 12)):
            at = 1767600000 + step * 7200 + rng.choice((0, 0, 0, 0, -90000, 3600, 10**7))
            chance = rng.random()
            if chance < 0.25 or (chance < 0.45 and not heads):
                start = rng.choice([main, *heads])
                heads.append(self.commit(f"{ref}-side", rng, [start[0]], self.edited(rng, start[1]), at))
            elif chance < 0.45:
                chosen = [
                    heads.pop(rng.randrange(len(heads)))
                    for _ in range(min(len(heads), rng.choice((1, 1, 2))))
                ]
                files = dict(main[1])
                for _, theirs in chosen:
                    if rng.random() < 0.8:  # else it is an `ours` merge
                        files = {**files, **theirs}
                files = self.edited(rng, files) if rng.random() < 0.3 else files
                main = self.commit(
                    ref, rng, [main[0], *(mark for mark, _ in chosen)], one_file_each(files), at
                )
            elif chance < 0.52:
                main = self.commit(ref, rng, [main[0]], main[1], at)  # an empty commit
            else:
                main = self.commit(ref, rng, [main[0]], self.edited(rng, main[1]), at)

    def commit(
        self, ref: str, rng: random.Random, parents: list[int], files: Files, at: int
    ) -> tuple[int, Files]:
        self.marks += 1
        put = self.parts.append
        put(b"commit %b\nmark :%d\n" % (ref.encode(), self.marks))
        put(b"committer M <m@e> %d %b\ndata 1\nx\n" % (at, rng.choice((b"+0000", b"+0530", b"-1100"))))
        for number, parent in enumerate(parents):
            put(b"%b :%d\n" % (b"merge" if number else b"from", parent))
        put(b"deleteall\n")
        for path, data in files.items():
            put(b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data))
        return self.marks, files

    def edited(self, rng: random.Random, files: Files) -> Files:
        """The files after one to three random edits."""
        files = dict(files)
        for _ in range(rng.randint(1, 3)):
            items = [path for path in files if path != "opsflow.yaml"]
            chance = rng.random()
            if chance < 0.3 or not items:
                id = f"OPS-{rng.randint(1, 6)}A"
                if not any(id_of(path) == id for path in items):
                    files[f"items/{id}.yaml"] = text(rng)
            elif chance < 0.75:
                files[rng.choice(items)] = text(rng)
            elif chance < 0.88:
                path = rng.choice(items)
                folder = rng.choice(("items", "items/deep", "archive"))
                files[f"{folder}/{id_of(path)}-{rng.choice('abc')}.yaml"] = files.pop(path)
            else:
                del files[rng.choice(items)]
        return files


def one_file_each(files: Files) -> Files:
    """A merge may bring an id twice, which is a finding and no history: the first file stays."""
    seen: set[str] = set()
    kept: Files = {}
    for path in sorted(files):
        if path == "opsflow.yaml" or id_of(path) not in seen:
            seen.add(id_of(path))
            kept[path] = files[path]
    return kept


def text(rng: random.Random) -> bytes:
    if rng.random() < 0.06:
        return b"title: [broken\n"
    return f"title: T{rng.randint(1, 3)}\nstate: {rng.choice(STATES)}\n".encode()


def id_of(path: str) -> str:
    name = path.rpartition("/")[2].removesuffix(".yaml")
    return "-".join(name.split("-")[:2])


# -- the oracle -----------------------------------------------------------------------------------


class Objects:
    """The objects of a repository, whole, by plain `git cat-file --batch`."""

    def __init__(self, path: str) -> None:
        self.path = path
        words = ["git", "-C", path, "cat-file", "--batch"]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=stories.environment()
        )
        self.known: dict[str, bytes] = {}

    def read(self, id: str) -> bytes:
        if id not in self.known:
            assert self.process.stdin and self.process.stdout
            self.process.stdin.write(f"{id}\n".encode())
            self.process.stdin.flush()
            size = int(self.process.stdout.readline().split()[2])
            self.known[id] = self.process.stdout.read(size + 1)[:-1]
        return self.known[id]

    def close(self) -> None:
        self.process.communicate()

    def checkout(self, tree: str, prefix: str = "") -> Iterator[tuple[str, bytes]]:
        """Every file of a tree."""
        data = self.read(tree)
        at = 0
        while at < len(data):
            space, null = data.index(b" ", at), data.index(b"\0", at)
            mode, name, id = data[at:space], data[space + 1 : null].decode(), data[null + 1 : null + 21].hex()
            at = null + 21
            if mode == b"40000":
                yield from self.checkout(id, f"{prefix}{name}/")
            else:
                yield prefix + name, self.read(id)


def line_of(objects: Objects, head: str) -> list[tuple[str, str, datetime]]:
    """The first-parent line, oldest first: commit, tree, and the clock that never runs backwards."""
    found: list[tuple[str, str, int]] = []
    id: str | None = head
    while id:
        fields = [line.split(" ") for line in objects.read(id).decode().split("\n\n")[0].split("\n")]
        parents = [field[1] for field in fields if field[0] == "parent"]
        stamp = next(int(field[-2]) for field in fields if field[0] == "committer")
        found.append((id, fields[0][1], stamp))
        id = parents[0] if parents else None
    clock = 0
    line = []
    for commit, tree, stamp in reversed(found):
        clock = max(clock, stamp)
        line.append((commit, tree, datetime.fromtimestamp(clock, UTC)))
    return line


def moves_by_checkout(objects: Objects, head: str) -> list[Move]:
    """Every move of every item. One that cannot be read keeps what it said last."""
    before: dict[str, str] = {}
    moves: list[Move] = []
    for commit, tree, at in line_of(objects, head):
        after: dict[str, str] = {}
        for path, data in objects.checkout(tree):
            if path != "opsflow.yaml":
                id = id_of(path)
                if b"[broken" not in data:
                    after[id] = data.decode().split("state: ")[1].strip()
                elif id in before:
                    after[id] = before[id]
        moves += [
            Move(id, before.get(id), after.get(id), at, commit)
            for id in before.keys() | after.keys()
            if before.get(id) != after.get(id)
        ]
        before = after
    return sorted(moves, key=lambda move: (move.item, move.at))


def moves_by_opsflow(repo: repository.Repository, head: str, *, cache: bool) -> list[Move]:
    history = story.tell(repo, BOARD, commit=head, now=scene.NOW, cache=cache)
    return [
        Move(id, move.before, move.after, move.at, move.commit.id)
        for id, each in history.stories.items()
        for move in each.transitions
    ]


# -- the laws -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """A repository with all the histories, and their heads."""
    path = str(tmp_path_factory.mktemp("oracle") / "repository")
    stories.git(None, "init", "-q", "-b", "main", "--template=", path)
    writer = Writer()
    for seed in range(SEEDS):
        writer.history(seed)
    words = ("fast-import", "--quiet", "--force", "--date-format=raw-permissive")
    stories.git(path, *words, stdin=b"".join(writer.parts))
    refs = stories.git(path, "for-each-ref", "--format=%(refname) %(objectname)", "refs/seeds").splitlines()
    heads = dict(line.split() for line in refs)
    return path, [heads[f"refs/seeds/{seed}"] for seed in range(SEEDS)]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("OPSFLOW_CACHE", raising=False)
    return tmp_path / "cache"


def put(path: str, head: str) -> repository.Repository:
    """The repository with its main branch at a commit."""
    Path(path, ".git/refs/heads").mkdir(parents=True, exist_ok=True)
    Path(path, ".git/refs/heads/main").write_text(f"{head}\n")
    return scene.opened(path)


def test_every_history_is_the_one_that_checkouts_show(seeds: tuple[str, list[str]]) -> None:
    path, heads = seeds
    objects = Objects(path)
    total = 0
    for seed, head in enumerate(heads):
        expected = moves_by_checkout(objects, head)
        assert moves_by_opsflow(put(path, head), head, cache=False) == expected, f"seed {seed}"
        total += len(expected)
    objects.close()
    assert total > 5 * SEEDS


def test_an_index_that_grows_tells_the_same_after_every_commit(
    seeds: tuple[str, list[str]], cache: Path
) -> None:
    path, heads = seeds
    objects = Objects(path)
    for seed, head in enumerate(heads[:STEP_BY_STEP]):
        for commit, _, _ in line_of(objects, head):
            expected = moves_by_checkout(objects, commit)
            assert moves_by_opsflow(put(path, commit), commit, cache=True) == expected, (
                f"seed {seed} at {commit}"
            )
    objects.close()
    assert list(cache.rglob("*.sqlite"))


def test_a_corrupted_index_never_changes_a_result(seeds: tuple[str, list[str]], cache: Path) -> None:
    path, heads = seeds
    objects = Objects(path)
    rng = random.Random(6)
    for turn in range(4 * STEP_BY_STEP):
        head = rng.choice(heads)
        for file in cache.rglob("*"):
            if file.is_file() and rng.random() < 0.8:
                data = bytearray(file.read_bytes())
                for _ in range(rng.randint(1, 8)):
                    if data:
                        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                file.write_bytes(
                    bytes(data[: rng.choice((len(data), len(data), rng.randrange(len(data) + 1)))])
                )
        assert moves_by_opsflow(put(path, head), head, cache=True) == moves_by_checkout(objects, head), turn
    objects.close()
