"""Where files go: a folder as long as it is small, then folders named for the beginnings of ids."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable

from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import BOARD_FILE
from opsflow.reading import board as boards
from opsflow.reading import globs
from opsflow.rules import crowded_folder

SCHEMA = ".opsflow/item.schema.json"
"""The schema of the board's items for editors, as `opsflow init` and `opsflow schema --write` put it."""
MOST = crowded_folder.MOST
"""So many files a folder may hold before new ones go into folders inside it."""
_MODELINE = re.compile(rb"\A(?:\xef\xbb\xbf)?# yaml-language-server: \$schema=(?P<up>(?:\.\./)*)\.opsflow/")


class Shelves:
    """The folders of the board and how full they are, with what a plan has put there so far."""

    def __init__(self, facts: Facts) -> None:
        self._root = facts.root
        self._reads = globs.matcher(boards.patterns(facts.tree.get(BOARD_FILE)))
        self._count = Counter(path.rpartition("/")[0] for path in facts.tree if boards.id_of(path))

    def place(self, folder: str, id: str, name: str) -> str:
        """The path for a new file below a folder; OpsflowError where the board would not read it."""
        for digit in id.rpartition("-")[2]:
            if self._count[folder] < MOST:
                break
            folder = f"{folder}/{digit}".strip("/")
        return self.take(f"{folder}/{name}".strip("/"))

    def take(self, path: str) -> str:
        """The same path, now counted."""
        if not self._reads(path):
            raise OpsflowError(
                f"The board would not read {path}: no pattern of `items:` in {BOARD_FILE} fits it. Add one, "
                "or make the file by hand where the board reads it."
            )
        self._count[path.rpartition("/")[0]] += 1
        return path

    def modeline(self, path: str) -> str:
        """The line that tells an editor the schema of the file; empty where the board has none."""
        there = os.path.isfile(os.path.join(self._root, SCHEMA)) if self._root else False
        return f"# yaml-language-server: $schema={_up(path)}{SCHEMA}" if there else ""


def relinked(data: bytes, path: str) -> bytes:
    """The bytes of an item for another path: the line for editors leads to the same schema from there."""
    found = _MODELINE.match(data)
    return data[: found.start("up")] + _up(path).encode() + data[found.end("up") :] if found else data


def base_of(path: str, folders: Iterable[str]) -> str:
    """The one of the folders that a path is in; "" where it is in none."""
    return next((folder for folder in folders if folder and path.startswith(f"{folder}/")), "")


def _up(path: str) -> str:
    return "../" * path.count("/")
