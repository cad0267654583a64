"""A board as it was at the end of many days, its history read once.

Of each day these are the facts that `facts.gather` gives `at` it: what was committed by then, and no more.
But the line is read once for each way of reading records that the board ever had, a file is read when it
changed, and only what was touched since the day before is told anew.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.history import index, repository, story
from opsflow.history.revision import end_of
from opsflow.history.steps import Steps
from opsflow.history.trees import CommitTree
from opsflow.model import BOARD_FILE, OWN_FILES, PEOPLE_FILE, Board, Commit, Tree
from opsflow.reading import board as boards
from opsflow.reading import folder, revisions, track
from opsflow.reading.memory import Memory

if TYPE_CHECKING:
    from opsflow.facts import Progress
    from opsflow.history.repository import Repository

THEN, NOW = "then", "now"
"""Which rules count: those that the repository had on each day, or today's."""
RULES = (BOARD_FILE, PEOPLE_FILE)
"""The files that say by which rules work is done, and by whom."""


class Day(NamedTuple):
    """A day of the past."""

    on: date
    facts: Facts | None
    """What was known at its end, or by now; None where there was no board."""
    reason: str = ""
    """Why there was none."""
    rules: Commit | None = None
    """The commit that last changed a file of RULES by then; None where the rules are today's."""


def days(
    facts: Facts,
    root: str,
    wanted: Iterable[date],
    *,
    rules: str = THEN,
    cache: bool = True,
    progress: Progress | None = None,
) -> Iterator[Day]:
    """Some days, given in order, of the board in the folder `root`, of which `facts` tell the present.

    By the rules of NOW, its opsflow.yaml, people.yaml and catalog.yaml are the present ones on every day.
    OpsflowError where there is no history.
    """
    repo = repository.find(root)
    if repo is None or facts.history is None or facts.commit is None:
        raise OpsflowError(f"Nothing is known of past days: {facts.gap.rstrip('.')}.")
    past = _Past(facts, repo, root, rules, cache, progress)
    return (past.day(on) for on in wanted)


class _Past:
    """How far one has come, and what is kept on the way."""

    def __init__(
        self, facts: Facts, repo: Repository, root: str, rules: str, cache: bool, progress: Progress | None
    ) -> None:
        self.facts = facts
        self.repo = repo
        self.cache = cache
        self.progress = progress
        ours = repo.tree(repo.head, (BOARD_FILE,)).get(BOARD_FILE) if repo.head else None
        own: Tree = folder.read(root, OWN_FILES) if ours is None else facts.tree
        self.zone = boards.zone(own.get(BOARD_FILE) if ours is None else ours)
        self.lent = ours is None
        self.own: Tree | None = None
        """Files that are the same on every day; None: each day has its own."""
        if rules == NOW or self.lent:
            names = (*OWN_FILES, facts.board.ignore_revs)
            self.own = {path: own[path] for path in names if path in own}
        self.versions = [each for each in (facts.history.own if facts.history else ()) if each.commit.id]
        self.memory = Memory()
        self.bytes: Mapping[str, bytes] = {}
        """What was read of the files of the last day, by blob."""
        blobs = {each.blob for each in self.versions if each.path == BOARD_FILE} - {""}
        self.configs = {"": None, **dict(zip(blobs, repo.contents(blobs), strict=True))}
        """Every opsflow.yaml, by blob."""
        self.boards: dict[bytes, tuple[Board, Steps | None]] = {}
        """What each opsflow.yaml says, and the line as it reads it."""
        self.lines: dict[object, Steps] = {}

    def day(self, on: date) -> Day:
        """What was known at the end of a day."""
        end = end_of(on.isoformat(), self.zone)
        moment = self.facts.now if end is None else min(end, self.facts.now)
        known = [each for each in self.versions if each.commit.at <= moment]
        blob = next((each.blob for each in reversed(known) if each.path == BOARD_FILE), "")
        config = self.configs[blob] if self.own is None else self.own.get(BOARD_FILE)
        if config is None:
            return Day(on, None, f"there was no {BOARD_FILE} yet")
        board, steps = self._read(config)
        if steps is None:
            return Day(on, None, f"the {BOARD_FILE} of that day cannot be used")
        steps.go_to(moment.timestamp())
        if not steps.count:
            return Day(on, None, "there was no commit yet")
        committed = CommitTree(self.repo.store, steps.entries(), boards.patterns(config), self.bytes)
        tree: Tree = committed if self.own is None else ChainMap(dict(self.own), dict(committed))
        found, faults = boards.load(tree, committed.faults, self.memory)
        self.bytes = committed.known
        history = steps.history(revisions.read(tree.get(board.ignore_revs, b"")))
        last = history.commits[-1]
        commit = last._replace(at=last.stamped or last.at, ignored=False)
        now, contents = max(moment, last.at, commit.at), self.repo.contents
        told = Facts(found, faults, tree, now, history, "", commit, lent=self.lent, contents=contents)
        ruled = [each.commit for each in known if each.path in RULES]
        return Day(on, told, "", ruled[-1] if ruled and self.own is None else None)

    def _read(self, config: bytes) -> tuple[Board, Steps | None]:
        """What an opsflow.yaml says, and the line as it reads it; None where it is no use."""
        if config not in self.boards:
            board = boards.load({BOARD_FILE: config})[0]
            self.boards[config] = board, self._line(board) if board.usable else None
        return self.boards[config]

    def _line(self, board: Board) -> Steps:
        reader, own = track.reader(board), story.own_files(board)
        key = reader.version, own
        if key not in self.lines:
            # Only the line as it is read today is worth keeping.
            present = self.facts.board
            same = key == (track.reader(present).version, story.own_files(present))
            head = self.facts.commit.id if self.facts.commit else None
            line = index.read(self.repo, reader, own, head, cache=self.cache and same, progress=self.progress)
            self.lines[key] = Steps(self.repo, line)
        return self.lines[key]
