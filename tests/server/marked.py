"""Boards in the notation of `tests.boards`, with `^` where the cursor stands in one of the files."""

from typing import NamedTuple

from opsflow import rules
from opsflow.facts import Facts
from opsflow.model import Finding
from tests.boards import facts_of


class Marked(NamedTuple):
    """A board, and a place in the text of one of its files."""

    facts: Facts
    path: str
    text: str
    at: int


def marked(path: str, text: str, **others: str) -> Marked:
    """The board of these files; `text` is that of `path`. Names of others have `_` instead of `-`."""
    at = text.index("^")
    plain = text.replace("^", "", 1)
    files = {name if name.islower() else name.replace("_", "-"): value for name, value in others.items()}
    facts = facts_of({**files, path: plain})
    return Marked(facts, path, facts.tree[path].decode(), at)


def findings(facts: Facts) -> dict[str, list[Finding]]:
    """What the rules find, by file."""
    found: dict[str, list[Finding]] = {}
    for each in rules.judge(facts):
        found.setdefault(each.place.path, []).append(each)
    return found
