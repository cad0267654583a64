"""All that is known about a board at one moment; rules and reports ask nothing else."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from opsflow import zones
from opsflow.errors import OpsflowError
from opsflow.model import (
    BOARD_FILE,
    OWN_FILES,
    Board,
    Commit,
    Fault,
    History,
    Item,
    Place,
    Span,
    Spot,
    Story,
    Tree,
    order_key,
)
from opsflow.reading import board as boards
from opsflow.reading import documents, folder

if TYPE_CHECKING:
    import networkx

    from opsflow.capacity.calendar import Workdays
    from opsflow.flow.spans import ItemSpan, Spans
    from opsflow.flow.visits import Visits
    from opsflow.history.repository import Repository
    from opsflow.reading.memory import Memory

T = TypeVar("T")
Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how many (None: unknown)."""

NOT_ASKED = "the history was not asked for"
NO_REPOSITORY = "the board is not in a Git repository"
NO_COMMIT = "the repository has no commit yet: make one with `git add -A && git commit`"
PLAIN_GAPS = (NOT_ASKED, NO_REPOSITORY, NO_COMMIT)
"""Why there may be no history without anything being wrong."""


@dataclass(frozen=True)
class Facts:
    """A board, the faults found in reading it, its history, and the moment that counts as now."""

    board: Board
    faults: tuple[Fault, ...]
    tree: Tree
    now: datetime
    history: History | None = None
    gap: str = NO_REPOSITORY
    """Why there is no history; means nothing where there is one."""
    commit: Commit | None = None
    """What is shown; None without a repository or before its first commit."""
    dirty: bool = False
    """The working folder differs from `commit` in what the board reads."""
    root: str = ""
    """The folder of the board, absolute; empty where the tree is not a folder."""
    damage: str = ""
    """Why Git could not say how the folder differs from `commit`, nor what that is; empty: it could."""
    lent: bool = False
    """The rules are today's: the repository holds other people's files and never had an opsflow.yaml."""
    base: Facts | None = None
    """The board before the change that is judged, at the same `now`; None where no change is."""
    written: Board | None = None
    """The board as its own files say, where `board` has the rules from the other side of a change."""
    ruled: Board | None = None
    """The board with the rules from the other side of a change, where `board` has its own."""
    table: Visits | None = None
    """What a table of events tells in place of a history; None where none was given."""
    dated: bool = False
    """Somebody said what counts as now: of a table, days are asked about up to then, and not to its last."""
    contents: Callable[[Iterable[str]], list[bytes | None]] | None = field(
        default=None, repr=False, compare=False
    )
    """What blobs of the history hold, in the order asked (None: it is missing); None without Git."""

    @property
    def own(self) -> Board:
        """The board as its own files say, whosever rules it is judged by."""
        return self.written or self.board

    @cached_property
    def zone(self) -> tzinfo:
        """The board's time zone."""
        return zones.named(self.board.timezone)

    @cached_property
    def today(self) -> date:
        """The day that it is now, in the board's time zone."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def workdays(self) -> Workdays:
        """The days on which the board's work is done."""
        from opsflow.capacity import calendar

        return calendar.of(self.board.calendar)

    @cached_property
    def graph(self) -> networkx.MultiDiGraph[Any]:
        """The board as a graph; importing NetworkX costs a quarter of a second, so only when asked."""
        from opsflow import graph

        return graph.build(self.board)

    @cached_property
    def visits(self) -> Visits | None:
        """Which item stood where, from when to when; None without a history and without a table."""
        if self.table is not None or self.history is None:
            return self.table
        from opsflow.flow import visits

        return visits.of(self.history)

    @cached_property
    def spans(self) -> Spans:
        """When each item of the history was created, started, finished; empty without a history."""
        from opsflow.flow import spans
        from opsflow.flow.visits import Visits

        return spans.of(self.board, self.visits or Visits())

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What is worked out once for these facts, and kept as a cached property would be."""
        kept = self.__dict__
        if name not in kept:
            kept[name] = make()
        found: T = kept[name]
        return found

    def item(self, id: str) -> Item:
        """The item of that id; KeyError where the board has none."""
        return self.board.items[id]

    def story(self, id: str) -> Story | None:
        """What happened to an item; None without a history, or before its first commit."""
        return self.history.stories.get(id) if self.history else None

    def blocks(self, id: str) -> tuple[Span, ...]:
        """The blocks of an item, oldest first, each at an end when it was over; empty without a story."""
        from opsflow.flow import spans

        story = self.story(id)
        return spans.blocks(self.board, story) if story else ()

    def span(self, id: str) -> ItemSpan | None:
        """When an item was created, started and finished; None without a story that has a state.

        One at a time: `spans` tells the stories of all items, which takes longer than all rules.
        """
        from opsflow.flow import spans

        story = self.story(id)
        return spans.one(self.board, story) if story and story.states else None

    @cached_property
    def every(self) -> Mapping[str, Item]:
        """All items that are on the board, or were, by id."""
        names = dict.fromkeys((*self.board.items, *(self.visits.items if self.visits else ())))
        ordered = names if len(names) == len(self.board.items) else sorted(names, key=order_key)
        return {name: self.ever(name) for name in ordered}

    def ever(self, id: str) -> Item:
        """An item that is on the board, or was: then as far as the history remembers what it last said.

        KeyError where there never was one.
        """
        if id in self.board.items or self.history is None:
            return self.board.items[id]
        story = self.history.stories[id]

        def last(spans: tuple[Span, ...]) -> str:
            return spans[-1].value if spans else ""

        return Item(
            id=id,
            path=story.versions[-1].path if story.versions else "",
            title=story.title,
            state=last(story.states),
            type=last(story.types) or next(iter(self.board.types), ""),
            class_=last(story.classes),
            assignees=tuple(span.value for span in story.assigned if span.end == story.gone),
        )

    def locate(self, where: Spot | Place) -> Place:
        """The place of a spot, by reading its file once more. A place stays as it is."""
        if isinstance(where, Place):
            return where
        data = self.tree.get(where.path)
        if data is None:
            return Place(where.path)
        return self._foreign(where, data) or documents.locate(data, where.keys, where.path)

    def _foreign(self, where: Spot, data: bytes) -> Place | None:
        """The place of a spot in another format's file; None where no source reads it."""
        if not self.board.sources:
            return None
        from opsflow.reading import sources

        return sources.locate(sources.compile(self.board.sources)[0], where.path, data, where.keys)


def gather(
    root: str,
    *,
    now: datetime,
    at: str | None = None,
    history: bool = True,
    committed: bool = False,
    tree: folder.Folder | None = None,
    cache: bool = True,
    memory: Memory | None = None,
    progress: Progress | None = None,
) -> Facts:
    """The facts of the board in the folder `root`: as it lies there, or as it was `at` a revision or date.

    With `at`, everything is of that moment: items, rules, and what counts as now. A history that
    cannot be told (no repository, a shallow or partial clone) is a `gap`, not an error; a revision
    that does not exist is an OpsflowError. A repository of other people's files that never had an
    opsflow.yaml is read with the one that lies in the folder. `committed` leaves what the folder changes
    out of the history. `tree` is what the board reads from the folder, where that was just read; `memory`
    keeps what its files say for another reading.
    """
    from opsflow.history import repository

    repo = repository.find(root)
    if at is not None:
        if repo is None:
            raise OpsflowError(f"--at {at} needs a Git repository, and {root} is in none.")
        return _past(root, repo, at, now=now, history=history, cache=cache, memory=memory, progress=progress)
    tree = working(root) if tree is None else tree
    board, faults = boards.load(tree, tree.faults, memory)
    if repo is not None:
        repo.unfold(boards.patterns(tree.get(BOARD_FILE)))
    told, gap = tell(repo, board, None, None if committed else tree, now, history, cache, progress)
    commit, dirty = None, False
    if repo is not None and repo.head is not None:
        try:
            commit = _commit(repo, repo.head, told)
            dirty = repo.differs(tree, board.paths)
        except OpsflowError as error:
            return Facts(board, faults, tree, now, None, _reason(error), root=root, damage=str(error))
    contents = repo.contents if repo is not None else None
    return Facts(board, faults, tree, now, told, gap, commit, dirty, root, contents=contents)


def _commit(repo: Repository, id: str, told: History | None) -> Commit:
    """A commit, with its own time. The history may know it, and then Git is not asked once more."""
    for known in told.commits[-2:] if told else ():
        if known.id == id and known.stamped:
            return known._replace(at=known.stamped, ignored=False)
    return repo.commit(id)


def working(root: str) -> folder.Folder:
    """What the board in the folder `root` reads from it."""
    config = folder.read(root, (BOARD_FILE,))
    return folder.read(root, boards.patterns(config.get(BOARD_FILE)))


def _past(
    root: str,
    repo: Repository,
    at: str,
    *,
    now: datetime,
    history: bool,
    cache: bool,
    memory: Memory | None,
    progress: Progress | None,
) -> Facts:
    today = folder.read(root, OWN_FILES)
    ours = repo.tree(repo.head, (BOARD_FILE,)).get(BOARD_FILE) if repo.head else None
    lent = ours is None and BOARD_FILE in today
    zone = boards.zone(today.get(BOARD_FILE) if lent else ours)
    commit = repo.commit(repo.revision(at, zone))
    moment, known = repo.moment(at, zone) or commit.at, max(commit.at, now)
    if moment.astimezone(zone).date() > known.astimezone(zone).date():
        raise OpsflowError(f"{at} has not come yet; without --at you see the board as it is now.")
    then = max(commit.at, min(now, moment))
    config = today[BOARD_FILE] if lent else repo.tree(commit.id, (BOARD_FILE,)).get(BOARD_FILE)
    if config is None:
        raise OpsflowError(
            f"There was no {BOARD_FILE} at {at} ({commit.id[:10]}); name a later revision or date."
        )
    committed = repo.tree(commit.id, boards.patterns(config))
    tree: Tree = ChainMap(dict(today), dict(committed)) if lent else committed
    board, faults = boards.load(tree, committed.faults, memory)
    told, gap = tell(repo, board, commit.id, None, then, history, cache, progress)
    # A clock that ran backwards is mended along the line, which only the history knows.
    then = max(then, told.commits[-1].at) if told and told.commits else then
    return Facts(board, faults, tree, then, told, gap, commit, lent=lent, contents=repo.contents)


def tell(
    repo: Repository | None,
    board: Board,
    commit: str | None,
    tree: Tree | None,
    now: datetime,
    history: bool,
    cache: bool,
    progress: Progress | None,
) -> tuple[History | None, str]:
    """The history of a board up to a commit (None: HEAD), and why there is none where it cannot be told.

    `tree` is the working folder, where what it changes belongs to the history.
    """
    if not history:
        return None, NOT_ASKED
    if repo is None:
        return None, NO_REPOSITORY
    if commit is None and repo.head is None:
        return None, NO_COMMIT
    from opsflow.history import story

    try:
        return story.tell(
            repo, board, commit=commit, working=tree, now=now, cache=cache, progress=progress
        ), ""
    except OpsflowError as error:
        return None, _reason(error)


def _reason(error: OpsflowError) -> str:
    """What an error says, as it stands after a colon."""
    said = str(error)
    return f"the {said[4:]}" if said.startswith("The ") else said
