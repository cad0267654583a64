"""What was moved, as far as it is committed, told without reading the board.

Telling the moves of one item, or the newest ones, takes the index of the history and the rules by
which records are read. Those rules follow from opsflow.yaml, and working them out takes longer than
all the rest; so they are kept, under the text that they follow from. Where more than they is needed,
there is no short way, and the facts have to be gathered.

Nothing heavy is imported where the rules are known.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

from opsflow import fingerprint, kept, resources, zones

if TYPE_CHECKING:
    from datetime import tzinfo

    from opsflow.history.log import Entry
    from opsflow.model import Board

Told: TypeAlias = "tuple[list[Entry], tzinfo]"
Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how many (None: unknown)."""
CONFIG = "opsflow.yaml"
LIMIT = 65536


def tell(root: str, item: str, limit: int | None, progress: Progress | None = None) -> Told | None:
    """The moves of an item, or of the whole board where none is named, newest first, and the board's zone.

    None: there is no short way.

    An id may lack the board's key, and small letters mean capitals; an id that is cut short, as
    people type it, takes the long way. So does the whole board without a limit.
    """
    home = resources.cache_folder()
    config = _config(root)
    if home is None or config is None or os.environ.get("OPSFLOW_SLOW") or not (item or limit):
        return None
    path = os.path.join(home, f"rules-{crc32(os.fsencode(root)):08x}.json")
    known = kept.load(path)
    if (known.get("root"), known.get("config")) == (root, config) and known.get("code") == _code(known):
        return _told(known, item, limit, progress)
    known = _learned(root, config)
    told = _told(known, item, limit, progress) if known else None
    if told:
        from opsflow.history import calls

        if kept.store(path, {**known, "git": calls.known()}):
            kept.prune(home, "rules")
    return told


def _told(known: Mapping[str, Any], item: str, limit: int | None, progress: Progress | None) -> Told | None:
    from opsflow.history import calls, log, repository
    from opsflow.reading import track
    from opsflow.reading.tracked import Rules

    repo = repository.find(known["root"])
    if repo is None or repo.head is None or repo.shallow or repo.partial:
        return None
    calls.trust(known.get("git"))
    rules = Rules(*known["rules"])
    reader = track.Reader(rules, lambda: _board(known["config"]), known["version"])
    if item:
        name = item.upper() if "-" in item else f"{rules.key}-{item.upper()}"
        found = log.of_item(repo, reader, known["own"], name, progress=progress)
        found = found[::-1][:limit]
    else:
        found = log.newest(repo, reader, known["own"], limit or 0, progress=progress)
    return (found, zones.named(rules.timezone)) if found else None


def _learned(root: str, config: str) -> Mapping[str, Any]:
    """The rules by which the records of a board are read; nothing where the short way is not for it."""
    from opsflow.history import story
    from opsflow.reading import track

    board = _board(config)
    # A board of sources has ids of any form, and the file of `ignore_revs` would have to be read.
    if not board.states or board.sources or board.ignore_revs:
        return {}
    reader = track.reader(board)
    known = {
        "root": root,
        "config": config,
        "zone": board.timezone,
        "rules": reader.rules,
        "version": reader.version,
        "own": story.own_files(board),
    }
    return {**known, "code": _code(known)}


def _board(config: str) -> Board:
    from opsflow.reading import config as configs

    return configs.read(config.encode()).board


def _config(root: str) -> str | None:
    """The text of opsflow.yaml; None where it is not a plain file of text."""
    from opsflow.history.files import read_file

    path = os.path.join(root, CONFIG)
    data = None if os.path.islink(path) else read_file(path, LIMIT + 1)
    try:
        return None if data is None or len(data) > LIMIT else data.decode()
    except UnicodeDecodeError:
        return None


def _code(known: Mapping[str, Any]) -> list[str]:
    """What the rules follow from besides opsflow.yaml: opsflow's way of reading it, and its time zone."""
    zone = zones.file(known["zone"]) if "zone" in known else ""
    return [*fingerprint.stamps("reading", "history"), kept.stamp(zone) if zone else ""]
