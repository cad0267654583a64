"""What becomes of a board if branches are merged into it, before anybody merges them.

Two changes that are well each alone need not be well together: each takes the last place under a limit,
each closes half of a cycle, both use one id. Only the result of merging shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from opsflow import facts as facing
from opsflow.change.between import beside, earlier, named
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.history import merging, repository
from opsflow.history.merging import Merge
from opsflow.model import BOARD_FILE, OWN_FILES, Fault, Judgement, Place
from opsflow.reading import board as boards
from opsflow.reading import folder, globs
from opsflow.reading import merge as semantic
from opsflow.reading.memory import Memory

if TYPE_CHECKING:
    from opsflow.facts import Progress
    from opsflow.history.repository import Repository

DRIVER = "opsflow"
"""What .gitattributes call the merge driver that knows the fields of an item."""


class Clash(NamedTuple):
    """A conflict that merging one branch leaves."""

    branch: str
    path: str
    """From the top of the repository."""
    what: str
    """In words: "in `state`", or "in this file (modify/delete)"."""


class Merged(NamedTuple):
    """The facts after merging, with those of the branch that was merged into as their base."""

    facts: Facts
    into: str
    branches: tuple[tuple[str, str], ...]
    """What was merged, in order: the name as given, and its commit."""
    outside: tuple[Clash, ...]
    """Conflicts in files that the board does not read."""


def merged(
    root: str,
    branches: Sequence[str],
    *,
    now: datetime,
    base: str | None = None,
    rules_from: str = "base",
    history: bool = True,
    base_history: bool = True,
    cache: bool = True,
    progress: Progress | None = None,
) -> Merged:
    """What becomes of the board in the folder `root` if these branches are merged, one after another.

    They are merged into `base`, a revision, or into HEAD: what is not committed is no part of it. Git
    merges, in memory; where the .gitattributes that come out name opsflow's driver for a file, its fields
    are merged by it. A conflict in a file of the board is a fault in it. OpsflowError where there is no
    such branch, where two have nothing in common, or where Git is too old.
    """
    repo = repository.find(root)
    if repo is None or repo.head is None:
        raise OpsflowError(f"--merge needs a Git repository with a commit, and {root} is in none.")
    into = base or "HEAD"
    zone = boards.zone(folder.read(root, (BOARD_FILE,)).get(BOARD_FILE))
    start = named(repo, into, zone)
    draft = merging.drafted(repo)
    tip, clashes, done = start, list[Clash](), list[tuple[str, str]]()
    for branch in branches:
        theirs = named(repo, branch, zone)
        done.append((branch, theirs))
        if merging.bases(draft, tip, theirs) != (theirs,):  # else it is merged already
            tip = _merge(draft, tip, (branch, theirs), into, int(now.timestamp()), clashes)
    memory = Memory()
    head = _told(draft, tip, root, now, history, cache, memory, progress)
    before = earlier(
        draft,
        start,
        head,
        memory=memory,
        history=history and base_history,
        cache=cache,
        progress=progress,
    )
    inside, outside = _sorted(clashes, head, draft.prefix)
    facts = beside(before, _with_clashes(head, inside, into), rules_from)
    return Merged(facts, into, tuple(done), outside)


def _merge(
    draft: Repository, ours: str, branch: tuple[str, str], into: str, seconds: int, clashes: list[Clash]
) -> str:
    """The commit that merges one more branch; the conflicts that it leaves are added to `clashes`."""
    name, theirs = branch
    try:
        made = merging.merge(draft, ours, theirs)
    except merging.Unrelated:
        raise OpsflowError(
            f"{into} and {name} have no commit in common; name a branch that came from it."
        ) from None
    fields = _fields(draft, made, ours, theirs)
    tree = merging.replaced(draft, made.tree, {path: each.data for path, each in fields.items()})
    for conflict in made.conflicts:
        known = fields.get(conflict.path)
        if known is None:
            clashes.append(Clash(name, conflict.path, f"in this file ({conflict.kind})"))
        elif known.conflicts:
            clashes.append(Clash(name, conflict.path, _in_fields(known.conflicts)))
    clashes += [
        Clash(name, path, _in_fields(each.conflicts))
        for path, each in fields.items()
        if each.conflicts and path not in made.sides
    ]
    return merging.commit(draft, tree, (ours, theirs), f"Merge {name}", seconds)


def _in_fields(conflicts: Iterable[str]) -> str:
    names = [f"`{name}`" for name in conflicts if name]
    return f"in {', '.join(names)}" if names else "in this file (contents)"


def _fields(draft: Repository, made: Merge, ours: str, theirs: str) -> Mapping[str, semantic.Merged]:
    """The files that both sides changed and that opsflow's driver merges, as it merges them."""
    blobs = {
        path: [sides[stage].blob if stage in sides else "" for stage in (1, 2, 3)]
        for path, sides in made.sides.items()
        if {2, 3} <= sides.keys() and all(side.mode[:3] == "100" for side in sides.values())
    }
    clean = [path for path in made.both if path not in made.sides]
    wanted = merging.driven(draft, made.tree, [*blobs, *clean], DRIVER)
    bases = merging.bases(draft, ours, theirs) if wanted else ()
    found: dict[str, semantic.Merged] = {}
    for path in sorted(wanted):
        # A file that was renamed has not one name in all three, and stays as Git has merged it.
        ids = blobs.get(path) or merging.versions(draft, path, (bases[0], ours, theirs))
        data = draft.contents(blob for blob in ids if blob)
        if all(ids[1:]) and None not in data and (path in blobs or (ids[0] and len(bases) == 1)):
            *base, mine, yours = (each or b"" for each in data)
            found[path] = semantic.merge(path, b"".join(base), mine, yours)
    return found


# -- the board that comes out -------------------------------------------------------------------


def _told(
    draft: Repository,
    commit: str,
    root: str,
    now: datetime,
    history: bool,
    cache: bool,
    memory: Memory,
    progress: Progress | None,
) -> Facts:
    """The facts of a commit that was made in memory."""
    own = draft.tree(commit, (BOARD_FILE,))
    lent = BOARD_FILE not in own
    files = folder.read(root, OWN_FILES) if lent else {}
    config = files.get(BOARD_FILE) if lent else own[BOARD_FILE]
    committed = draft.tree(commit, boards.patterns(config))
    tree = {**files, **committed} if lent else committed
    board, faults = boards.load(tree, committed.faults, memory)
    told, gap = facing.tell(draft, board, commit, None, now, history, cache, progress)
    return Facts(board, faults, tree, now, told, gap, draft.commit(commit), lent=lent)


def _sorted(clashes: Iterable[Clash], head: Facts, prefix: str) -> tuple[list[Clash], tuple[Clash, ...]]:
    """The conflicts in files of the board, their paths from its folder; and the others."""
    reads = globs.matcher(boards.patterns(head.tree.get(BOARD_FILE)))
    inside, outside = list[Clash](), list[Clash]()
    for clash in clashes:
        path = clash.path.removeprefix(prefix)
        if clash.path.startswith(prefix) and reads(path):
            inside.append(clash._replace(path=path))
        else:
            outside.append(clash)
    return inside, tuple(outside)


def _with_clashes(head: Facts, clashes: Iterable[Clash], into: str) -> Facts:
    """The facts with a fault for each conflict, in the place of what reading said about its markers."""
    found = {clash.path: clash for clash in clashes}
    if not found:
        return head
    first: dict[str, Place] = {}
    rest: list[Fault] = []
    for fault in head.faults:
        path = fault.judgement.where.path
        if path in found and fault.rule in ("unreadable-file", "misshapen"):
            first.setdefault(path, head.locate(fault.judgement.where))
        else:
            rest.append(fault)
    new = [_fault(clash, into, first.get(path, Place(path))) for path, clash in found.items()]
    return replace(head, faults=(*rest, *new))


def _fault(clash: Clash, into: str, where: Place) -> Fault:
    message = f"merging {clash.branch} into {into} leaves a conflict {clash.what}"
    hint = f"Merge {clash.branch} by hand, and say which of the two counts; or bring it up to date first."
    return Fault("unreadable-file", Judgement(where, message, hint))
