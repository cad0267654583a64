"""One board under the hands of an editor: its folder, with the texts that are open instead of the files.

The folder is read when it may have changed, the history in the background when the branch has. Between
the two, a change of a text costs the reading of that file and one judging; what was read of other files
is remembered, and the history goes on with what is not committed. Nothing is ever written.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from opsflow import rules
from opsflow.errors import OpsflowError
from opsflow.facts import NOT_ASKED, Facts
from opsflow.model import BOARD_FILE, READING_RULES, Commit, Finding, History, Place, Spot, Tree
from opsflow.reading import board as boards
from opsflow.reading import config as configs
from opsflow.reading import folder, globs
from opsflow.reading.memory import Memory

if TYPE_CHECKING:
    from opsflow.history.repository import Repository
    from opsflow.reading.track import Reader

MOST_PLACES = 100_000
"""As many places of findings are remembered."""
Now = Callable[[], datetime]
Progress = Callable[[str, int, int | None], None]


class Told(NamedTuple):
    """The history as it was read once, and what it was read from."""

    head: str
    day: date
    tree: Tree
    """The folder at that time; what differs from it now is what the history goes on with."""
    reader: Reader
    repository: Repository | None
    history: History | None
    gap: str
    commit: Commit | None


class Known(NamedTuple):
    """A board as it was judged last."""

    facts: Facts
    findings: Mapping[str, tuple[Finding, ...]]
    """By path; only of files with findings."""


_Places = dict[Spot, tuple[bytes | None, Place]]


@dataclass(frozen=True)
class _Located(Facts):
    """Facts that remember where the spots of a file are for as long as it does not change."""

    places: _Places = field(default_factory=dict)

    def locate(self, where: Spot | Place) -> Place:
        if isinstance(where, Place):
            return where
        data = self.tree.get(where.path)
        known = self.places.get(where)
        if known is not None and known[0] == data:
            return known[1]
        place = super().locate(where)
        self.places[where] = (data, place)
        return place


@dataclass
class Desk:
    """A board that is being edited. Its methods but `takes` belong to one thread."""

    root: str
    now: Now
    memory: Memory = field(default_factory=Memory)
    places: _Places = field(default_factory=dict)
    disk: folder.Folder | None = None
    told: Told | None = None
    known: Known | None = None
    config: bytes | None = None
    """The last opsflow.yaml that could be used: while another is typed, the board goes on with it."""

    def read(self, open_: Mapping[str, bytes]) -> None:
        """Read the folder, as the opsflow.yaml that is open or on the disk says."""
        config = open_.get(BOARD_FILE) or folder.read(self.root, (BOARD_FILE,)).get(BOARD_FILE)
        self.disk = folder.read(self.root, boards.patterns(self._usable(config)))

    def reread(self, open_: Mapping[str, bytes]) -> bool:
        """Read the folder; whether it is another than it was."""
        before = self.disk
        self.read(open_)
        return before is None or self.disk is None or dict(before) != dict(self.disk)

    def _usable(self, config: bytes | None) -> bytes | None:
        """This opsflow.yaml, or the last that could be used."""
        if configs.read(config).usable:
            self.config = config
        return self.config or config

    def tree(self, open_: Mapping[str, bytes]) -> folder.Folder:
        """The folder with the open texts, by path, instead of the files. A text of no file is one, too."""
        if self.disk is None:
            self.read(open_)
        disk = self.disk or folder.Folder({})
        config = self._usable(open_.get(BOARD_FILE) or disk.get(BOARD_FILE))
        wanted = globs.matcher(boards.patterns(config))
        faults = tuple(fault for fault in disk.faults if fault.judgement.where.path not in open_)
        texts = {path: data for path, data in open_.items() if wanted(path)}
        return folder.Folder({**disk, **texts}, faults)

    def load(self, open_: Mapping[str, bytes]) -> Facts:
        """The facts of the board as it is now, with what is known of its history."""
        tree, now = self.tree(open_), self.now()
        if self._is_broken(tree):
            usable = ChainMap({BOARD_FILE: self.config or b""}, dict(tree))
            board, found = boards.load(usable, tree.faults, self.memory)
            others = (fault for fault in found if fault.judgement.where.path != BOARD_FILE)
            faults = (*boards.load({BOARD_FILE: tree.get(BOARD_FILE, b"")})[1], *others)
        else:
            board, faults = boards.load(tree, tree.faults, self.memory)
        if len(self.places) > MOST_PLACES:
            self.places.clear()
        told = self.told
        return _Located(
            board,
            faults,
            tree,
            now,
            history=self._history(told, tree, now) if told else None,
            gap=told.gap if told else NOT_ASKED,
            commit=told.commit if told else None,
            root=self.root,
            places=self.places,
        )

    def judge(self, open_: Mapping[str, bytes]) -> Known:
        """The board judged anew, by all rules."""
        facts = self.load(open_)
        found: dict[str, list[Finding]] = {}
        broken = self._is_broken(facts.tree)
        for finding in rules.judge(facts):
            if broken and finding.place.path == BOARD_FILE and finding.rule not in READING_RULES:
                continue  # it stands in the text that is not there any more
            found.setdefault(finding.place.path, []).append(finding)
        self.known = Known(facts, {path: tuple(each) for path, each in found.items()})
        return self.known

    def _is_broken(self, tree: Tree) -> bool:
        """Whether opsflow.yaml is no use at this moment, but was."""
        return self.config is not None and not configs.read(tree.get(BOARD_FILE)).usable

    def is_behind(self) -> bool:
        """Whether the history has to be read: never yet, or the branch, its rules or the day is another."""
        from opsflow.reading import track

        told = self.told
        if told is None or self.known is None:
            return True
        board = self.known.facts.board
        today = self.known.facts.today
        # An opsflow.yaml that is being typed is another with each letter: the rules count once it is saved.
        saved = self.disk is not None and self.disk.get(BOARD_FILE) == self.known.facts.tree.get(BOARD_FILE)
        rules_changed = saved and board.usable and told.reader.rules != track.rules(board)
        return _head(self.root) != told.head or today != told.day or rules_changed

    def _history(self, told: Told, tree: Tree, now: datetime) -> History | None:
        if told.history is None or told.repository is None:
            return None
        from opsflow.history import story

        changed = {path: data for path, data in tree.items() if told.tree.get(path) != data}
        gone = {path: None for path in told.tree if path not in tree}
        return story.go_on(told.history, {**changed, **gone}, told.reader, told.repository, now)


def tell(root: str, now: datetime, progress: Progress) -> Told:
    """Read the history of the board in the folder `root`, whatever that takes; for a thread of its own.

    Where it cannot be read, that is the gap; it is tried again when the branch is another.
    """
    from opsflow import facts
    from opsflow.history import repository
    from opsflow.reading import track

    head = _head(root)
    try:
        repo = repository.find(root)
        found = facts.gather(root, now=now, progress=progress)
    except OpsflowError as error:
        repo, found = None, facts.gather(root, now=now, history=False)
        found = replace(found, gap=str(error))
    reader = track.reader(found.board._replace(items={}))
    return Told(head, found.today, found.tree, reader, repo, found.history, found.gap, found.commit)


def _head(root: str) -> str:
    """The commit that is checked out; empty without one."""
    from opsflow.history import repository

    try:
        repo = repository.find(root)
        return (repo.head if repo else None) or ""
    except OpsflowError:
        return ""
