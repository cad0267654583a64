"""Another id for an item: the way out where two branches took the same, and were merged.

The file gets another name, and what names the item is changed with it. Where two files have the id, a
reference means the one that its writer could see: the commit that brought it tells, if it knows one of the
two files and not the other. What may mean either is left, and told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from opsflow import words
from opsflow.editing import folders, ids, standing
from opsflow.editing import plan as plans
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import OWN_FILES, Keys, Place, Spot
from opsflow.reading import board as boards
from opsflow.reading import documents, edits
from opsflow.reading.canonical import Value
from opsflow.reading.names import NAME

LONGEST = 64
"""In signs: an id is to be said, and is the beginning of a file's name."""


class Reference(NamedTuple):
    """A value that is the id."""

    path: str
    keys: Keys
    text: str


class Renumbered(NamedTuple):
    """The plan, and what it leaves for people to look at."""

    plan: Plan
    new: str
    changed: tuple[Reference, ...]
    unclear: tuple[Reference, ...]
    """References that may mean either of two files, and are left."""
    mentions: tuple[Place, ...]
    """Lines of text that name the old id."""


def plan(facts: Facts, path: str, new: str = "", *, every: bool = False) -> Renumbered:
    """Another id for the item in a file: `new`, or one that nobody has.

    `every` changes references, too, that may mean another file. OpsflowError where the id is no good.
    """
    old = boards.id_of(path)
    id_ = _checked(facts, new) if new else ids.new(facts)
    others = [other for other in facts.tree if other != path and boards.id_of(other) == old]
    found = [each for each in _references(facts, old) if each.path not in (path, *others)]
    means = _meaning(facts, path, others, old)
    meant = {each: means(each.path) for each in found}
    changed = [each for each in found if meant[each] == path or (every and not meant[each])]
    unclear = [each for each in found if not meant[each] and not every]
    target = _target(path, old, id_)
    files = {path: (facts.tree[path], None), target: (None, _renamed(facts, path, target, id_))}
    for name in dict.fromkeys(each.path for each in changed):
        wanted = [edits.Set(each.keys, each.text.replace(old, id_)) for each in changed if each.path == name]
        files[name] = (facts.tree[name], edits.apply(name, facts.tree[name], wanted))
    count = len({each.path for each in changed})
    more = f", also in {words.count(count, 'file')} that named it" if count else ""
    made = Plan(
        facts.root,
        dict(sorted(files.items())),
        plans.subject([old], f"Renumber to {id_}"),
        (f"{old} renumbered to {id_}{more}. {target}",),
        (id_,),
        {target: path},
    )
    return Renumbered(made, id_, tuple(changed), tuple(unclear), tuple(_mentions(facts, old)))


def _checked(facts: Facts, new: str) -> str:
    id_ = new.upper() if "-" in new else f"{facts.board.key}-{new.upper()}"
    if len(id_) > LONGEST:
        raise OpsflowError(f"{id_[:20]}… has {len(id_):,} signs, and {LONGEST} are the most of an id.")
    if boards.id_of(f"{id_}.yaml") != id_ or not id_.startswith(f"{facts.board.key}-"):
        raise OpsflowError(
            f"{new!r} is no id of this board; write {facts.board.key}-, then figures and capital letters "
            "without I, L, O and U."
        )
    if id_ in ids.taken(facts):
        raise OpsflowError(f"{id_} is taken already, here or on another branch; choose another, or none.")
    if id_ in ids.taken(standing.with_history(facts)):
        raise OpsflowError(
            f"{id_} was the id of an item that is gone, whose history would be taken for this one's; "
            "choose another, or none."
        )
    return id_


def _target(path: str, old: str, new: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{new}{name.removeprefix(old)}"


def _renamed(facts: Facts, path: str, target: str, new: str) -> bytes:
    data = folders.relinked(facts.tree[path], target)
    document = documents.load(path, data)[0]
    return edits.apply(target, data, [edits.Set(("id",), new)]) if document and "id" in document else data


# -- what names it ------------------------------------------------------------------------------


def _references(facts: Facts, id: str) -> Iterator[Reference]:
    for path, document in _documents(facts):
        listed = document.get("depends_on")
        for at, text in enumerate(listed if isinstance(listed, list) else ()):
            if text == id:
                yield Reference(path, ("depends_on", at), id)
        if document.get("part_of") == id:
            yield Reference(path, ("part_of",), id)
        blocked = document.get("blocked")
        if isinstance(blocked, dict) and blocked.get("by") == f"item:{id}":
            yield Reference(path, ("blocked", "by"), f"item:{id}")


def _documents(facts: Facts) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The items in opsflow's own format, also those whose id another file has."""
    foreign = {item.path for item in facts.board.items.values() if item.source is not None}
    for path, data in facts.tree.items():
        if path not in OWN_FILES and path not in foreign and NAME.fullmatch(path.rpartition("/")[2]):
            document = documents.load(path, data)[0]
            if document is not None:
                yield path, document


def _mentions(facts: Facts, id: str) -> Iterator[Place]:
    """Lines that name the id otherwise than as a reference."""
    word = re.compile(rf"(?<![0-9A-Za-z-]){re.escape(id)}(?![0-9A-Za-z])".encode())
    known = {(each.path, facts.locate(_spot(each)).line) for each in _references(facts, id)}
    for path, data in facts.tree.items():
        for match in word.finditer(data):
            line = data.count(b"\n", 0, match.start()) + 1
            if (path, line) not in known:
                yield Place(path, line, match.start() - data.rfind(b"\n", 0, match.start()), len(id))


def _spot(each: Reference) -> Place | Spot:
    return Spot(each.path, each.keys)


# -- which of two -------------------------------------------------------------------------------


def _meaning(facts: Facts, path: str, others: list[str], id: str) -> Callable[[str], str]:
    """What a reference in a file means: one of the files that have the id, or "" where that is unclear."""
    if not others:
        return lambda _: path
    from opsflow.history import origins, repository

    repo = repository.find(facts.root) if facts.root else None
    if repo is None or repo.head is None:
        return lambda _: ""
    came = {file: origins.of_file(repo, file) for file in (path, *others)}

    def means(where: str) -> str:
        commit = origins.of_text(repo, where, id)
        if not commit or not all(came.values()):
            return ""
        seen = [file for file, first in came.items() if origins.is_within(repo, first, commit)]
        return seen[0] if len(seen) == 1 else ""

    return means
