"""Commits as only a program would write them, for attacks on what reads the history.

Names, dates, zones, encodings, messages, parents and trees of commit objects are free text to Git: what no
`git commit` makes is written here object by object, as Git itself keeps it.
"""

from __future__ import annotations

import random
import tempfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path

from bench import fuzz
from opsflow.errors import OpsflowError
from opsflow.facts import gather

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BOARD = (
    b"board: B\nkey: OPS\nworkflow:\n"
    b"  - {state: ready, kind: backlog}\n  - {state: doing, kind: active}\n  - {state: done, kind: done}\n"
)
NAMES = (
    b"M <m@e>",
    b"M",
    b"<>",
    b"",
    b"<<m@e>>",
    b"M\x00 <m@e>",
    b"\xff\xfe <\xe9@e>",
    b"M <m@e",
    b"M m@e>",
    b"\x1b[31m <a@b>",
    b"M <m@e> 1 +0000 <x@y>",
    b"\xe2\x80\xae <m@e>",
    b"M" * 5000 + b" <m@e>",
)
STAMPS = (
    b"1767600000 +0000",
    b"1767600060 +1400",
    b"1767500000 -1200",
    b"0 +0000",
    b"-86400 +0000",
    b"4102444799 +0000",
    b"4102444800 +0000",
    b"18446744073709551615 +0000",
    b"99999999999999999999999 +0000",
    b"1767600000 +9999",
    b"1767600000 +2575",
    b"1767600000",
    b"yesterday",
    b"",
    b"1767600000 UTC",
    b"1767600000.5 +0000",
    b" 1767600000  +0000",
    b"\xd9\xa1\xd9\xa7 +0000",
    b"0x10 +0000",
    b"+5 +0000",
)
EXTRAS = (
    b"",
    b"",
    b"encoding UTF-16\n",
    b"encoding latin-1\n",
    b"encoding no-such\n",
    b"encoding \xff\n",
    b"gpgsig -----BEGIN\n x\n",
    b"mergetag object x\n type commit\n",
    b"HG:extra x\n",
    b"author twice <a@b> 1 +0000\n",
    b"x\n",
)
MESSAGES = (
    b"\nStep\n",
    b"\n",
    b"",
    b"\n\x00\n",
    b"\n\xff\xfe\n",
    b"\n" * 50,
    b"\n" + b"x" * 70000,
    b"\n\x01a\x00b\x01\n",
    b"\nOPS-1: x\r\ny\n",
    b"\n\xe2\x80\xa8\x1b]52;c;AA\x07\n",
    b"no blank line\n",
)
"""Headers that end within a line are left out: Git reads on beyond them, into whatever its memory holds."""


class Decided(random.Random):
    """Choices that bytes make, from the first one on; where they end, the first choice is taken.

    So what leads a fuzzer through bytes leads it through histories.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self.left = iter(data)

    def random(self) -> float:
        return next(self.left, 0) / 256

    def getrandbits(self, k: int, /) -> int:
        found = 0
        for _ in range(-(-k // 8)):
            found = found << 8 | next(self.left, 0)
        return found & (1 << k) - 1


def attack(rng: random.Random) -> bytes:
    """Write a hostile history, read it three times, and give what was written."""
    with tempfile.TemporaryDirectory(prefix="opsflow-history-") as folder:
        return _read(Path(folder), rng)


def _read(folder: Path, rng: random.Random) -> bytes:
    git = _Git(folder / "board")
    parents: list[str] = []
    written = []
    for _ in range(rng.randint(1, 5)):
        files: dict[bytes, bytes] = {b"opsflow.yaml": BOARD}
        for number in range(rng.randint(0, 3)):
            files[b"OPS-%d.yaml" % rng.randint(1, 4)] = (
                fuzz.mutate(rng, fuzz.item(rng)).encode("utf-8", "surrogatepass")
                if number
                else b"title: x\nstate: %b\n" % rng.choice((b"ready", b"doing", b"done"))
            )
        lines = [b"tree %b\n" % git.tree(files)]
        lines += [b"parent %b\n" % parent.encode() for parent in _parents(rng, parents)]
        lines += [b"author %b %b\n" % (rng.choice(NAMES), rng.choice(STAMPS))] if rng.random() < 0.95 else []
        lines += (
            [b"committer %b %b\n" % (rng.choice(NAMES), rng.choice(STAMPS))] if rng.random() < 0.95 else []
        )
        lines += [rng.choice(EXTRAS), rng.choice(MESSAGES)]
        written.append(b"".join(lines))
        parents.append(git.put("commit", written[-1]))
    (folder / "board/.git/refs/heads/main").write_text(f"{parents[-1]}\n")
    said = [_told(folder / "board", cache) for cache in (False, True, True)]
    assert said[0] == said[1] == said[2], "with an index it is another history"
    return b"\0".join(written)


def _parents(rng: random.Random, known: list[str]) -> list[str]:
    if not known:
        return []
    if rng.random() < 0.8:
        return known[-1:]
    return [rng.choice(known) for _ in range(rng.randint(0, 4))]


def _told(root: Path, cache: bool) -> object:
    """All that the history says, or the one sentence why it cannot be read."""
    try:
        facts = gather(str(root), at="HEAD", now=NOW, cache=cache)
    except OpsflowError as error:
        assert "\n" not in str(error).strip()
        return str(error)
    history = facts.history
    if history is None:
        assert facts.gap and "\n" not in facts.gap
        return facts.gap
    for commit in history.commits:
        commit.author.encode()
        commit.subject.encode()
    assert [commit.at for commit in history.commits] == sorted(commit.at for commit in history.commits)
    return (history.commits, history.gaps, {key: story.states for key, story in history.stories.items()})


class _Git:
    """A repository of loose objects."""

    def __init__(self, root: Path) -> None:
        self.objects = root / ".git/objects"
        self.objects.mkdir(parents=True)
        (root / ".git/refs/heads").mkdir(parents=True)
        (root / ".git/HEAD").write_text("ref: refs/heads/main\n")

    def put(self, kind: str, data: bytes) -> str:
        whole = b"%b %d\0%b" % (kind.encode(), len(data), data)
        name = sha1(whole, usedforsecurity=False).hexdigest()
        (self.objects / name[:2]).mkdir(exist_ok=True)
        (self.objects / name[:2] / name[2:]).write_bytes(zlib.compress(whole, 1))
        return name

    def tree(self, files: Mapping[bytes, bytes]) -> bytes:
        items = [(name, data) for name, data in sorted(files.items()) if name != b"opsflow.yaml"]
        inner = b"".join(
            b"100644 %b\0%b" % (name, bytes.fromhex(self.put("blob", data))) for name, data in items
        )
        board = bytes.fromhex(self.put("blob", files[b"opsflow.yaml"]))
        below = bytes.fromhex(self.put("tree", inner))
        return self.put("tree", b"40000 items\0%b100644 opsflow.yaml\0%b" % (below, board)).encode()
