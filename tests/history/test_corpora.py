"""Two real repositories, read in full: what `tell` says against a reader that opens every commit's tree.

The naive reader shares no code with opsflow and knows no YAML: it lists the tree of each first-parent
commit, takes the number out of the path and the state out of a line `status: …`. Where the two differ
the difference is listed below, with its reason.

The corpora are bundles that are not part of the project; without them the tests are skipped.
OPSFLOW_CORPORA names another folder that holds them.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

import pytest

from opsflow.facts import gather
from opsflow.model import History

ROOT = Path(__file__).parents[2]
CORPORA = Path(os.environ.get("OPSFLOW_CORPORA", ROOT.parent / "shared" / "corpora"))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

Move = tuple[str, str | None, str | None, str | None]
"""The commit, the state before and after as mapped, and after as written; None: the record is not there."""


class Corpus(NamedTuple):
    id: re.Pattern[str]
    """The number, on the path of a record."""
    prefix: str
    folder: str
    status: Callable[[str], str | None]
    """The state that a file's text says; None: it says none."""
    words: dict[str, str]
    """What the example's mapping makes of old and misspelt states."""


def after_comment(text: str) -> str:
    return re.sub(r"\s+#.*", "", text).strip().strip("\"'")


def keps_status(text: str) -> str | None:
    found = re.findall(r"^status:[ \t]*(\S.*)$", text, re.MULTILINE)
    return after_comment(found[-1]) if found else None


def eips_status(text: str) -> str | None:
    head = re.match(r"---[ \t]*\n(.*?)^---[ \t]*$", text, re.MULTILINE | re.DOTALL)
    return keps_status(head[1]) if head else None


KEPS = Corpus(
    re.compile(
        r"keps/(?!NNNN-kep-template/|.*/0000-[a-z-]*template/)(?:.*/)?(?:0*([1-9]\d*)-[^/]+|([^/]+))/kep\.yaml"
    ),
    "KEP-",
    "keps",
    keps_status,
    {
        "implementeable": "implementable",
        "imlpemented": "implemented",
        "implemented (alpha)": "implementable",
        "implemented (beta)": "implementable",
        "alpha": "implementable",
        "removed": "withdrawn",
        "superseded": "replaced",
        "provisional|implementable|implemented|deferred|rejected|withdrawn|replaced": "provisional",
    },
)
EIPS = Corpus(
    re.compile(r"EIPS/(?:eip-(?=\d+[-.])(\d+)(?:-[^/]+)?|(?:eip-)?([^/]+))\.md"),
    "EIP-",
    "EIPS",
    eips_status,
    {
        "Accepted": "Last Call",
        "Active": "Living",
        "Deferred": "Stagnant",
        "Abandoned": "Withdrawn",
        "Superseded": "Withdrawn",
        "Replaced": "Withdrawn",
    },
)

NOT_YAML = {
    "3931df6c6c2be39520bbe55d3e90797afa6e280b": "EIP-778: `category Networking`, without a colon",
    "a4c5233ebfbd6952c2199fbb403cdb9f67acd8e1": "EIP-1679: `title: Hardfork Meta: Istanbul`",
    "c17e060fbe425a38a1c46864c9e18143c874d8bb": "EIP-2976: `title: eth/##: Typed Transactions …`",
    "b43e21ad6a5450a52eac555b6cb9a054f068d969": "EIP-3014: a title that begins with a back quote",
}
"""The difference between the two readers: versions that are no YAML, by their blob, and why.

For opsflow they are gaps, and the record keeps what it said before; the naive reader finds a `status:`
line in them nevertheless, so it is told to leave them out.
"""


# -- the naive reader ---------------------------------------------------------------------------


class Objects:
    """`git cat-file --batch`."""

    def __init__(self, repository: Path) -> None:
        argv = ["git", "-C", str(repository), "cat-file", "--batch"]
        self.git = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, name: str) -> bytes:
        into, out = self.pipes()
        into.write(name.encode() + b"\n")
        into.flush()
        size = int(out.readline().split()[2])
        data = out.read(size)
        out.read(1)
        return data

    def pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self.git.stdin and self.git.stdout
        return self.git.stdin, self.git.stdout

    def close(self) -> None:
        for pipe in self.pipes():
            pipe.close()
        self.git.wait()


def naive(repository: Path, corpus: Corpus) -> dict[str, list[Move]]:
    """The moves of every record, by its id, oldest first."""
    log = ["git", "-C", str(repository), "log", "--first-parent", "--reverse", "--format=%H %T"]
    commits = [line.split() for line in subprocess.check_output(log, text=True).splitlines()]
    objects = Objects(repository)

    @cache
    def identify(path: str) -> str:
        """The id of a record; empty for every other file."""
        match = corpus.id.fullmatch(path)
        return corpus.prefix + next(filter(None, match.groups())) if match else ""

    @cache
    def files(tree: str, folder: str) -> dict[str, str]:
        """The records below a folder: path to blob id."""
        out = {}
        for mode, name, raw in re.findall(rb"(\d+) ([^\0]+)\0(.{20})", objects.read(tree), re.DOTALL):
            path = f"{folder}/{name.decode()}".lstrip("/")
            if mode == b"40000" and (folder or path == corpus.folder):
                out.update(files(raw.hex(), path))
            elif mode.startswith(b"100") and identify(path):
                out[path] = raw.hex()
        return out

    @cache
    def status(blob: str) -> str | None:
        if blob in NOT_YAML:
            return None
        text = objects.read(blob).decode(errors="replace").replace("\r\n", "\n").removeprefix("\ufeff")
        return corpus.status(text)

    def word(said: str | None) -> str | None:
        return corpus.words.get(said, said) if said else None

    moves: dict[str, list[Move]] = {}
    before: dict[str, str] = {}
    last: dict[str, str | None] = {}
    for commit, tree in commits:
        now = files(tree, "")
        changed = {path for path, _ in now.items() ^ before.items()}
        for record in {identify(path) for path in changed}:
            paths = sorted(path for path in now if identify(path) == record)
            read = [status(now[path]) for path in paths]
            old = last.get(record)
            new = next((state for state in read if state), old) if paths else None
            if word(new) != word(old):
                moves.setdefault(record, []).append((commit, word(old), word(new), new))
            last[record] = new
        before = now
    objects.close()
    return moves


# -- the comparison -----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["keps", "eips"])
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of a corpus with the example's opsflow.yaml in it."""
    bundle = CORPORA / f"{request.param}.bundle"
    if not bundle.exists():
        pytest.skip(f"the corpus {bundle.name} is not in {CORPORA}")
    clone = tmp_path_factory.mktemp(request.param) / request.param
    subprocess.run(["git", "clone", "-q", str(bundle), str(clone)], check=True)
    example = ROOT / "examples" / "sources" / request.param / "opsflow.yaml"
    (clone / "opsflow.yaml").write_bytes(example.read_bytes())
    return clone


def told(board: Path) -> History:
    history = gather(str(board), now=NOW, cache=False).history
    assert history is not None
    return history


def moves(history: History) -> dict[str, list[Move]]:
    return {
        story.item: [(move.commit.id, move.before, move.after, move.raw_after) for move in story.transitions]
        for story in history.stories.values()
        if story.transitions
    }


def test_the_moves_are_those_that_every_commits_tree_shows(board: Path) -> None:
    expected = naive(board, {"keps": KEPS, "eips": EIPS}[board.name])
    actual = moves(told(board))
    assert set(expected) == set(actual)
    assert [item for item in expected if expected[item] != actual[item]] == []


def test_what_cannot_be_read_is_listed_with_its_reason(board: Path) -> None:
    reasons = Counter(gap.reason for gap in told(board).gaps)
    expected = {
        "keps": {},
        "eips": {
            "the file has no front matter": 895,
            "the record has no state": 3,
            "not YAML: mapping values are not allowed here": 2,
            "not YAML: could not find expected ':'": 1,
            "not YAML: found character '`' that cannot start any token": 1,
        },
    }
    assert expected[board.name] == reasons
