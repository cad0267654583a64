"""A tree becomes a board. Nothing here raises on data, and no broken file hides another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from opsflow.collection import paused
from opsflow.model import (
    BOARD_FILE,
    CATALOG_FILE,
    PEOPLE_FILE,
    Board,
    Fault,
    Item,
    Judgement,
    Keys,
    Place,
    Severity,
    Spot,
    Tree,
    order_key,
)
from opsflow.reading import catalogs, documents, globs, items
from opsflow.reading import config as configs
from opsflow.reading.memory import Memory
from opsflow.reading.names import id_of, is_archived
from opsflow.reading.text import cut

__all__ = ["id_of", "item", "load", "patterns", "zone"]

_OWN_FILES = (BOARD_FILE, PEOPLE_FILE, CATALOG_FILE)


def patterns(config: bytes | None) -> tuple[str, ...]:
    """The patterns of all paths that a board reads, from the bytes of its opsflow.yaml."""
    board = configs.read(config).board
    found = [*_OWN_FILES, *(pattern for glob in board.item_globs for pattern in _yaml(glob))]
    if board.sources:
        from opsflow.reading import sources

        for source in sources.compile(board.sources, board.fields)[0]:
            found += sources.patterns(source)
    if board.ignore_revs:
        found.append(board.ignore_revs)
    if board.site.logo:
        found.append(board.site.logo)
    return tuple(dict.fromkeys(found))


def zone(config: bytes | None) -> tzinfo:
    """The time zone of a board, from the bytes of its opsflow.yaml; UTC where it does not say."""
    return items.zone(configs.read(config).board)


def load(
    tree: Tree, faults: Iterable[Fault] = (), memory: Memory | None = None
) -> tuple[Board, tuple[Fault, ...]]:
    """The board that a tree holds, and what is wrong with it; `faults` are those found in getting the tree.

    A tree without a usable opsflow.yaml gives an empty board: what its files mean is not known. With a
    `memory`, only files that differ from those of the last time are read.
    """
    with paused():
        return _load(tree, tuple(faults), memory or Memory())


def item(path: str, data: bytes, board: Board) -> tuple[Item | None, tuple[Fault, ...]]:
    """One item in opsflow's own format, as the board's other files say; see `items.read`."""
    return items.read(path, data, items.form(board))


def _load(tree: Tree, faults: tuple[Fault, ...], memory: Memory) -> tuple[Board, tuple[Fault, ...]]:
    linked = any(_path(fault) == BOARD_FILE for fault in faults)
    config = configs.read(tree.get(BOARD_FILE))
    if not config.usable:
        found = () if linked and BOARD_FILE not in tree else config.faults
        return config.board._replace(paths=tuple(sorted(tree))), (*faults, *found, *_broken(tree))
    people, catalog = catalogs.people(tree.get(PEOPLE_FILE)), catalogs.catalog(tree.get(CATALOG_FILE))
    gathered = _Gathered(config.board, memory)
    gathered.read(tree)
    board = config.board._replace(
        items=dict(sorted(gathered.items.items(), key=lambda pair: order_key(pair[0]))),
        people=people.people,
        teams=people.teams,
        services=catalog.services,
        vendors=catalog.vendors,
        projects=catalog.projects,
        unread=frozenset(gathered.unread | _unread_names(faults)) - gathered.items.keys(),
        paths=tuple(sorted(tree)),
    )
    listed = _revisions(board, tree, faults)
    idle = _idle(config.board, {*tree, *map(_path, faults)}, tree[BOARD_FILE])
    return board, (*faults, *config.faults, *people.faults, *catalog.faults, *listed, *idle, *gathered.faults)


def _revisions(board: Board, tree: Tree, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """What is wrong with the file that `ignore_revs:` names."""
    if not board.ignore_revs:
        return ()
    from opsflow.reading import revisions

    return revisions.faults(board.ignore_revs, tree, faults)


def _idle(board: Board, paths: Iterable[str], data: bytes) -> Iterable[Fault]:
    """Warnings for patterns that opsflow.yaml gives and no file matches: they are often misspelt."""
    idle = [
        glob
        for glob in board.item_globs
        if glob not in configs.ITEM_GLOBS and not any(map(globs.matcher(_yaml(glob)), paths))
    ]
    written = (documents.load(BOARD_FILE, data)[0] or {}).get("items") if idle else None
    for glob in idle:
        keys: Keys = ("items", written.index(glob)) if isinstance(written, list) else ("items",)
        yield _unmatched(keys, f"`{cut(glob)}` matches no file")
    if board.sources:
        from opsflow.reading import sources

        for source in sources.compile(board.sources, board.fields)[0]:
            if not any(sources.matches(source, path) for path in paths):
                shown = cut(" and ".join(source.paths))
                yield _unmatched(("sources", source.position, "paths"), f"no file matches `{shown}`")


def _unmatched(keys: Keys, message: str) -> Fault:
    hint = "Correct the path, which begins at the board's root, or remove the pattern."
    return Fault("misshapen", Judgement(Spot(BOARD_FILE, keys), message, hint, Severity.WARNING))


def _broken(tree: Tree) -> Iterable[Fault]:
    """The files named as items that cannot be read at all: so much is known without an opsflow.yaml."""
    for path in sorted(tree):
        if path not in _OWN_FILES and id_of(path):
            yield from documents.load(path, tree[path])[1]


def _stem(path: str) -> tuple[str, str]:
    """So that `OPS-1.yaml` comes before `OPS-1-copy.yaml`, and counts if both are there."""
    stem, _, ending = path.rpartition(".")
    return stem, ending


def _path(fault: Fault) -> str:
    return fault.judgement.where.path


def _unread_names(faults: Iterable[Fault]) -> set[str]:
    """Ids of items that are there, but are links or anything else that was not read."""
    return {name for fault in faults if (name := id_of(_path(fault)))}


def _yaml(glob: str) -> tuple[str, ...]:
    """The patterns of the YAML files that a pattern of `items:` means.

    Files with capitals in the ending are no items, but may have been meant to be.
    """
    if glob == "**" or glob.endswith("/**"):
        return f"{glob}/*.[Yy][Aa][Mm][Ll]", f"{glob}/*.[Yy][Mm][Ll]"
    return (glob,)


class _Gathered:
    """The items of a tree so far, by id."""

    def __init__(self, board: Board, memory: Memory) -> None:
        self.board = board
        self.memory = memory
        self.form = items.form(board)
        self.native = globs.matcher([pattern for glob in board.item_globs for pattern in _yaml(glob)])
        self.items: dict[str, Item] = {}
        self.places: dict[str, str] = {}
        """The path of the first file of each id, readable or not."""
        self.unread: set[str] = set()
        self.mapped: dict[int, tuple[Any, list[tuple[str, Any]]]] = {}
        """By position, each source with its files, and what they gave."""
        self.faults: list[Fault] = []

    def read(self, tree: Tree) -> None:
        """Reads every file of the tree that holds items, in the order of their paths without endings."""
        find = self.finder()
        for path in sorted(tree, key=_stem):
            if path in _OWN_FILES:
                continue
            source = find(path) if find else None
            if source is not None:
                self.foreign(source, path, tree[path])
            elif self.native(path) and (path.endswith((".yaml", ".yml")) or items.is_like(path)):
                self.own(path, tree[path])
        self.together()

    def finder(self) -> Any:
        """What finds the source that maps a path; None where there are no sources."""
        if not self.board.sources:
            return None
        from opsflow.reading import sources

        compiled, faults = sources.compile(self.board.sources, self.board.fields)
        self.faults += faults
        return lambda path: sources.find(compiled, path)

    def own(self, path: str, data: bytes) -> None:
        """A file in opsflow's own format."""
        found, faults = self.memory.recall(path, data, self.form, lambda: items.read(path, data, self.form))
        name = found.id if found else id_of(path)
        if name and name in self.places:
            self.twice(name, Place(path))
            return
        self.faults += faults
        if name:
            self.places[name] = path
        if found:
            self.items[name] = found
        elif name:
            self.unread.add(name)

    def foreign(self, source: Any, path: str, data: bytes) -> None:
        """A file of somebody else's format."""
        from opsflow.reading import sources

        form, own = self.form, self.board.fields

        def anew() -> sources.Items:
            return sources.items(
                source, path, data, type=form.type, class_=form.class_, zone=form.zone, own=own
            )

        read = self.memory.recall(path, data, (source, form), anew)
        self.faults += read.faults
        self.unread |= set(read.unread)
        self.mapped.setdefault(source.position, (source, []))[1].append((path, read))
        for found in read.items:
            if found.id in self.places:
                self.twice(found.id, found.at("id"))
            else:
                self.places[found.id] = path
                self.items[found.id] = found

    def together(self) -> None:
        """What is wrong with sources by all that their files gave."""
        if self.mapped:
            from opsflow.reading import sources

            for source, read in self.mapped.values():
                self.faults += sources.together(source, read)

    def twice(self, name: str, where: Any) -> None:
        """A second file for one id: the first one counts."""
        other = self.places[name]
        message, hint = f"{name} is also the id of {other}", "Give one of the two files another id."
        if is_archived(where.path) != is_archived(other):
            hint = (
                "If a merge left both, since one side archived the item and the other edited it, keep one of "
                "the two files, with what the other says newer; else give one of them another id."
            )
        self.faults.append(Fault("duplicate-id", Judgement(where, message, hint, subject=name)))
