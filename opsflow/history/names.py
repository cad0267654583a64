"""The names of all files that anybody has, as far as this clone knows: what a new id must not be.

Branches have most of their folders in common, so every folder is read once, whoever holds it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsflow.history import blobs

if TYPE_CHECKING:
    from opsflow.history.repository import Repository

_FOLDER = b"40000"


def everywhere(repository: Repository, folders: Iterable[str]) -> frozenset[str]:
    """The names of the files below these folders of the board: at every ref, at HEAD, and staged.

    A folder is a path from the board's root, "" for all of it. Names that are no UTF-8 have surrogates.
    """
    commits = {*repository.refs().values(), *([repository.head] if repository.head else [])}
    places = [f"{repository.prefix}{folder}".strip("/") for folder in dict.fromkeys(folders)]
    asked = [f"{commit}:{place}" for commit in sorted(commits) for place in places if "\n" not in place]
    found = _below(repository, asked) | _staged(repository, places)
    return frozenset(name.decode("utf-8", "surrogateescape") for name in found)


def _below(repository: Repository, asked: list[str]) -> set[bytes]:
    """The names in trees and in the trees inside them; what is missing or no tree has none."""
    entry = re.compile(rb"(\d{5,6}) ([^\0]+)\0(.{%d})" % (repository.digits // 2), re.DOTALL)
    names: set[bytes] = set()
    seen: set[str] = set()
    while asked:
        inside: set[str] = set()
        trees: set[bytes] = set()
        blobs.converse(repository.store, None, None, lambda _, data: trees.add(data), asked, b"tree")  # noqa: B023
        for data in trees:
            for mode, name, id_ in entry.findall(data):
                if mode == _FOLDER:
                    inside.add(id_.hex())
                else:
                    names.add(name)
        asked = sorted(inside - seen)
        seen |= inside
    return names


def _staged(repository: Repository, places: list[str]) -> set[bytes]:
    """The names in the index; none where there is no index, or it is one that Git must put together."""
    index = os.path.join(repository.git_dir, "index")
    if not os.path.isfile(index):
        return set()
    from opsflow.history.calls import Call, environment, git_program

    here = repository.scratch()
    env = environment() | {"GIT_DIR": here, "GIT_OBJECT_DIRECTORY": repository.store.folder}
    env |= {"GIT_WORK_TREE": here, "GIT_INDEX_FILE": index}
    words = [git_program(), "-C", here, "ls-files", "-z", "--cached", "--", *filter(None, places)]
    call = Call(words, env, here)
    out = call.everything()
    return set() if call.wait() else {path.rpartition(b"/")[2] for path in out.split(b"\0")[:-1]}
