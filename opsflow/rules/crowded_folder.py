"""A folder holds so many items that Git becomes slow.

Why: every commit writes the whole list of a changed folder anew. Ten thousand items in one folder make
a history ten times as large, and as slow to read, as the same items in folders of a hundred.
Fix: move the items into folders named for the first characters of their ids, such as
`git mv items/OPS-7* items/7/`, in a commit of its own that the file of `ignore_revs:` lists.

Bad:

    OPS-1..OPS-201: {state: ready}

Good:

    OPS-1..OPS-200: {state: ready}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import BOARD_FILE, Judgement, Severity, Spot

SEVERITY = Severity.NOTE
MOST = 200
"""Items in one folder."""


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each folder of opsflow's own items; other people's records are where they are."""
    own = (item.path for item in facts.board.items.values() if item.source is None)
    for folder, count in sorted(Counter(path.rpartition("/")[0] for path in own).items()):
        if count > MOST:
            message = f"{folder}/ holds {count} items; Git is quick with up to {MOST} in a folder"
            hint = f"Move items into folders below it, for instance {_move(folder, facts.board.key)}."
            yield Judgement(Spot(BOARD_FILE), message, hint, subject=folder)


def _move(folder: str, key: str) -> str:
    """A command that makes room, with the board's own key."""
    return f"`mkdir {folder}/7 && git mv {folder}/{key}-7* {folder}/7/`"
