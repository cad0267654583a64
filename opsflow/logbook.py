"""What was moved, as far as it is committed, told without reading the board.

Telling the moves of one item, or the newest ones, takes the index of the history and the rules by
which records are read. Those rules follow from opsflow.yaml, and working them out takes longer than
all the rest; so they are kept, under the text that they follow from. Where more than they is needed,
there is no short way, and the facts have to be gathered.

Nothing heavy is imported where the rules are known.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from opsflow import __version__, kept, resources

if TYPE_CHECKING:
    from datetime import tzinfo

    from opsflow.history.log import Entry
    from opsflow.model import Board

Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how many (None: unknown)."""
CONFIG = "opsflow.yaml"
LIMIT = 65536


class Told(NamedTuple):
    """The moves that were asked for, newest first."""

    moves: Sequence[Entry]
    zone: tzinfo
    """The board's."""


def tell(root: str, item: str, limit: int | None, progress: Progress | None = None) -> Told | None:
    """The moves of an item, or of the whole board where none is named; None: there is no short way.

    An id may lack the board's key, and small letters mean capitals; an id that is cut short, as
    people type it, takes the long way. So does the whole board without a limit.
    """
    home = resources.cache_folder()
    config = _config(root)
    if home is None or config is None or os.environ.get("OPSFLOW_SLOW") or not (item or limit):
        return None
    path = os.path.join(home, f"rules-{crc32(os.fsencode(root)):08x}.json")
    known = kept.load(path)
    if (known.get("root"), known.get("config"), known.get("code")) == (root, config, _code()):
        return _told(known, item, limit, progress)
    known = _learned(root, config)
    told = _told(known, item, limit, progress) if known else None
    if told:
        from opsflow.history import calls

        kept.store(path, {**known, "git": calls.known()})
    return told


def _told(known: Mapping[str, Any], item: str, limit: int | None, progress: Progress | None) -> Told | None:
    from opsflow import zones
    from opsflow.history import calls, log, repository
    from opsflow.reading import track

    repo = repository.find(known["root"])
    if repo is None or repo.head is None or repo.shallow or repo.partial:
        return None
    calls.trust(known.get("git"))
    rules = track.Rules(*known["rules"])
    reader = track.Reader(rules, lambda: _board(known["config"]), known["version"])
    if item:
        name = item.upper() if "-" in item else f"{rules.key}-{item.upper()}"
        found = log.of_item(repo, reader, known["own"], name, progress=progress)
        found = log.in_order({name: found})[:limit]
    else:
        found = log.newest(repo, reader, known["own"], limit or 0, progress=progress)
    return Told(found, zones.named(rules.timezone)) if found else None


def _learned(root: str, config: str) -> Mapping[str, Any]:
    """The rules by which the records of a board are read; nothing where the short way is not for it."""
    from opsflow.history import story
    from opsflow.reading import track

    board = _board(config)
    # A board of sources has ids of any form, and the file of `ignore_revs` would have to be read.
    if not board.states or board.sources or board.ignore_revs:
        return {}
    reader = track.reader(board)
    return {
        "root": root,
        "config": config,
        "code": _code(),
        "rules": reader.rules,
        "version": reader.version,
        "own": story.own_files(board),
    }


def _board(config: str) -> Board:
    from opsflow.reading import config as configs

    return configs.read(config.encode()).board


def _config(root: str) -> str | None:
    """The text of opsflow.yaml; None where it is not a plain file of text."""
    from opsflow.history.calls import read_file

    path = os.path.join(root, CONFIG)
    data = None if os.path.islink(path) else read_file(path, LIMIT + 1)
    try:
        return None if data is None or len(data) > LIMIT else data.decode()
    except UnicodeDecodeError:
        return None


def _code() -> list[str]:
    """What the rules follow from besides opsflow.yaml: opsflow's way of reading it."""
    reading = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reading")
    schema = resources.folder("schema")
    files = [
        kept.stamp(os.path.join(folder, name))
        for folder in (reading, schema)
        for name in sorted(os.listdir(folder))
        if name.endswith((".py", ".json"))
    ]
    return [__version__, sys.version, *files]
