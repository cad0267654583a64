"""Questions that scripts ask often, answered before the command line's library is imported.

`opsflow log --committed` takes as long as importing click does. So where all its words are plain ones
and what it needs is known from before, it is answered here; `log` gives the same answer to any words.
"""

# No `from __future__ import annotations`: a NamedTuple made of texts has them compiled, which takes 2 ms.

import os
from collections.abc import Sequence
from typing import NamedTuple


class Asked(NamedTuple):
    """The words of one `opsflow log --committed`."""

    board: str = "."
    item: str = ""
    """Empty: the whole board."""
    limit: int | None = None
    format: str = "table"
    reverse: bool = False


def answer(argv: Sequence[str]) -> str | None:
    """What to print for these arguments; None where the command itself has to look at them.

    Whatever goes wrong here, the command says it better.
    """
    try:
        asked = None if "_OPSFLOW_COMPLETE" in os.environ else understood(argv)
        return _told(asked) if asked else None
    except Exception:
        return None


def understood(argv: Sequence[str]) -> Asked | None:
    """The arguments, if they are `[-C DIR] log [ID] --committed` with plain options; or None."""
    asked, words = Asked(), [*argv]
    if words[:1] == ["-C"]:
        asked, words = asked._replace(board=words[1]), words[2:]
    if words[:1] != ["log"] or words.count("--committed") != 1:
        return None
    rest = iter(word for word in words[1:] if word != "--committed")
    for word in rest:
        value = next(rest, "") if word in ("--limit", "--format") else ""
        if word == "--limit" and value.isdecimal() and value.isascii() and int(value) and not asked.limit:
            asked = asked._replace(limit=int(value))
        elif word == "--format" and value in ("table", "jsonl", "csv"):
            asked = asked._replace(format=value)
        elif word == "--reverse":
            asked = asked._replace(reverse=True)
        elif word.isascii() and word[:1].isalnum() and not asked.item:
            asked = asked._replace(item=word)
        else:
            return None
    return asked


def _told(asked: Asked) -> str | None:
    from opsflow import logbook
    from opsflow.cli import screen
    from opsflow.reading import folder

    root = folder.find_root(os.path.abspath(asked.board))
    if root is None:
        return None
    with screen.progress() as bar:
        told = logbook.tell(root, asked.item, asked.limit, bar)
    if told is None:
        return None
    from opsflow.formats.moves import of, oldest_first, render

    entries, zone = told
    moves = of(entries)
    moves = oldest_first(moves) if asked.reverse else moves
    return render(moves, asked.format, zone, screen.paint(), screen.columns())
